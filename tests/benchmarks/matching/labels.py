"""What a person's verdicts are worth: pair F1 of ``tracer link --labels`` after so many verdicts of a reviewer
who is asked in the order of the queue and errs now and then.

    python -m tests.benchmarks.matching.labels [--set NAME …] [--seed N] [--folder F]

The reviewer knows the truth and gives the wrong verdict in ``MISTAKEN`` of cases; after every ``ROUND``
verdicts the rows are linked anew with all of them, as whoever comes back to a session the next day would.
"Elsewhere" is the F1 over the pairs that nobody judged, of the truth and of the answer: what the weights
learned, apart from what was said. "Sampled" gets as many verdicts on pairs drawn evenly from the queue.
"""

from __future__ import annotations

import argparse
import csv
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from graph.link.doubts import Doubt, doubts
from tests.benchmarks.matching import sets
from tests.benchmarks.matching.table import Labelled
from tracer.desk.link import LinkedFiles, link_files, read_columns

BUDGETS = (0, 20, 100, 500)
MISTAKEN = 0.03
_BLOCK = round(1 / MISTAKEN)
ROUND = 50
SETS = ("households_us", "mixed")
"""Those whose pair F1 is below .985 without verdicts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """Pair F1 after ``verdicts``: of everything, of the pairs nobody judged, and of the same pairs ``before``."""

    dataset: str
    verdicts: int
    mistaken: int
    precision: float
    recall: float
    f1: float
    elsewhere: float
    before: float

    def line(self) -> str:
        """Give the gain as one line of text."""
        return (
            f"{self.dataset} {self.verdicts} verdicts ({self.mistaken} mistaken): F1 {self.f1:.4f} "
            f"(P {self.precision:.4f}, R {self.recall:.4f}); elsewhere {self.before:.4f} -> {self.elsewhere:.4f}"
        )


Pair = tuple[str, str]


def gains(labelled: Labelled, budgets: Sequence[int] = BUDGETS, seed: int = 1) -> list[Gain]:
    """Judge a set by its queue and give what came of it at each budget."""
    person = _persons(labelled.truth)
    same = _same(person)
    rng = random.Random(seed)
    verdicts: dict[Pair, bool] = {}
    mistaken = slip = 0
    found: list[Gain] = []
    first: set[Pair] = set()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "labels.csv"
        while True:
            _write(path, verdicts)
            linked = link_files(
                labelled.tables, read_columns(labelled.columns), labels=path if verdicts else None
            )
            said = _pairs(linked)
            first = first if verdicts else said
            if len(verdicts) in budgets:
                found.append(_gain(labelled.name, verdicts, mistaken, said, same, first))
                print(found[-1].line(), flush=True)
            wanted = min((budget for budget in budgets if budget > len(verdicts)), default=0)
            asked = _asked(linked, verdicts, min(ROUND, wanted - len(verdicts)))
            if not asked:
                if wanted:
                    found.append(_gain(labelled.name, verdicts, mistaken, said, same, first))
                    print(found[-1].line(), "queue is empty", flush=True)
                return found
            for left, right in asked:
                if len(verdicts) % _BLOCK == 0:
                    slip = len(verdicts) + rng.randrange(_BLOCK)
                wrong = len(verdicts) == slip
                mistaken += wrong
                verdicts[left, right] = (person[left] == person[right]) != wrong


def _asked(linked: LinkedFiles, verdicts: dict[Pair, bool], count: int) -> list[Pair]:
    place = {name: at for at, name in enumerate(linked.ids)}
    done = [(place[left], place[right]) for left, right in verdicts]
    return [_named(linked, one) for one in doubts(linked.linked, done, max(count, 0))]


def _named(linked: LinkedFiles, one: Doubt) -> Pair:
    return linked.ids[one.left], linked.ids[one.right]


def _persons(truth: Path) -> dict[str, str]:
    with truth.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row["cluster"] for row in csv.DictReader(file)}


def _same(person: dict[str, str]) -> set[Pair]:
    groups: dict[str, list[str]] = {}
    for name, who in person.items():
        groups.setdefault(who, []).append(name)
    return {_pair(a, b) for held in groups.values() for a in held for b in held if a < b}


def _pairs(linked: LinkedFiles) -> set[Pair]:
    pairs = zip(linked.linked.left.tolist(), linked.linked.right.tolist(), strict=True)
    return {_pair(linked.ids[a], linked.ids[b]) for a, b in pairs}


def _pair(a: str, b: str) -> Pair:
    return (a, b) if a < b else (b, a)


def _gain(
    name: str, verdicts: dict[Pair, bool], mistaken: int, said: set[Pair], same: set[Pair], first: set[Pair]
) -> Gain:
    judged = {_pair(*pair) for pair in verdicts}
    right = len(said & same)
    precision, recall = right / max(len(said), 1), right / max(len(same), 1)
    return Gain(
        dataset=name, verdicts=len(verdicts), mistaken=mistaken, precision=precision, recall=recall,
        f1=_f1(said, same), elsewhere=_f1(said - judged, same - judged),
        before=_f1(first - judged, same - judged),
    )  # fmt: skip


def _f1(said: set[Pair], same: set[Pair]) -> float:
    return 2 * len(said & same) / max(len(said) + len(same), 1)


def _write(path: Path, verdicts: dict[Pair, bool]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("left", "right", "verdict"))
        writer.writerows((a, b, "same" if one else "different") for (a, b), one in verdicts.items())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", action="append", choices=sorted(sets.DEVELOPMENT))
    parser.add_argument("--seed", type=int, default=sets.SEED, help="of the sets")
    parser.add_argument("--reviewer", type=int, default=1)
    parser.add_argument("--folder", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = chosen.folder or Path(scratch)
        for name in chosen.set or SETS:
            size = sets.DEVELOPMENT[name]
            gains(sets.generate(name, size, folder / f"{name}-{size}-{chosen.seed}", chosen.seed), seed=chosen.reviewer)


if __name__ == "__main__":
    main()
