"""What a person's verdicts are worth: pair F1 of ``tracer link --labels`` after so many of them.

The reviewer is asked in the order of the queue and errs now and then.

    python -m tests.benchmarks.matching.labels [--set NAME …] [--seed N …] [--folder F]

The reviewer knows the truth and gives the wrong verdict in ``MISTAKEN`` of cases; after every ``ROUND``
verdicts the rows are linked anew with all of them, as whoever comes back to a session the next day would.
"Elsewhere" is the F1 over the pairs that nobody judged, of the truth and of the answer: what the weights
learned, apart from what was said. Figures are means over ``REVIEWERS``, who err at different places.
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
REVIEWERS = (1, 2, 3)
SEEDS = (sets.SEED, sets.HELD_SEED)
SETS = ("households_us", "mixed")
"""Those whose pair F1 is below .985 without verdicts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """Pair F1 with at most ``budget`` verdicts: of everything, of the pairs that nobody judged
    (``elsewhere``), and of the same pairs ``before``. Fewer ``verdicts``: the queue was empty."""

    dataset: str
    seed: int
    budget: int
    verdicts: float
    mistaken: float
    precision: float
    recall: float
    f1: float
    elsewhere: float
    before: float

    def line(self) -> str:
        """Give the gain as one line of text."""
        return (
            f"{self.dataset} seed {self.seed}, {self.verdicts:.0f} verdicts ({self.mistaken:.1f} mistaken): "
            f"F1 {self.f1:.4f} (P {self.precision:.4f}, R {self.recall:.4f}); "
            f"elsewhere {self.before:.4f} -> {self.elsewhere:.4f}"
        )


def measured(labelled: Labelled, seed: int) -> list[Gain]:
    """Give the gain at each budget as a mean over reviewers."""
    runs = [gains(labelled, seed, reviewer=reviewer) for reviewer in REVIEWERS]
    rows = []
    for of in zip(*runs, strict=True):
        figures = {
            name: sum(getattr(one, name) for one in of) / len(of)
            for name in ("verdicts", "mistaken", "precision", "recall", "f1", "elsewhere", "before")
        }
        rows.append(Gain(dataset=labelled.name, seed=seed, budget=of[0].budget, **figures))
        print(rows[-1].line(), flush=True)
    return rows


Pair = tuple[str, str]


def gains(labelled: Labelled, seed: int, *, reviewer: int = 1) -> list[Gain]:
    """Judge a set by its queue and give what came of it at each budget."""
    person = _persons(labelled.truth)
    same = _same(person)
    rng = random.Random(reviewer)
    verdicts: dict[Pair, bool] = {}
    mistaken = slip = 0
    found: list[Gain] = []
    first: set[Pair] = set()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "labels.csv"
        for budget in BUDGETS:
            while True:
                _write(path, verdicts)
                linked = link_files(
                    labelled.tables, read_columns(labelled.columns), labels=path if verdicts else None
                )
                asked = _asked(linked, verdicts, min(ROUND, budget - len(verdicts)))
                if not asked:
                    break
                for left, right in asked:
                    if len(verdicts) % _BLOCK == 0:
                        slip = len(verdicts) + rng.randrange(_BLOCK)
                    wrong = len(verdicts) == slip
                    mistaken += wrong
                    verdicts[left, right] = (person[left] == person[right]) != wrong
            said = _pairs(linked)
            first = first if found else said
            found.append(_gain(labelled.name, seed, budget, verdicts, mistaken, said, same, first))
    return found


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
    name: str, seed: int, budget: int, verdicts: dict[Pair, bool], mistaken: int,
    said: set[Pair], same: set[Pair], first: set[Pair],
) -> Gain:  # fmt: skip
    judged = {_pair(*pair) for pair in verdicts}
    right = len(said & same)
    return Gain(
        dataset=name, seed=seed, budget=budget, verdicts=len(verdicts), mistaken=mistaken,
        precision=right / max(len(said), 1), recall=right / max(len(same), 1), f1=_f1(said, same),
        elsewhere=_f1(said - judged, same - judged), before=_f1(first - judged, same - judged),
    )  # fmt: skip


def _f1(said: set[Pair], same: set[Pair]) -> float:
    return 2 * len(said & same) / max(len(said) + len(same), 1)


def _write(path: Path, verdicts: dict[Pair, bool]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("left", "right", "verdict"))
        writer.writerows((a, b, "same" if one else "different") for (a, b), one in verdicts.items())


def measure(folder: Path, names: Sequence[str] = SETS, seeds: Sequence[int] = SEEDS) -> list[Gain]:
    """Make the sets in ``folder`` and give the gains on each."""
    found = []
    for name in names:
        for seed in seeds:
            size = sets.DEVELOPMENT[name]
            found += measured(sets.generate(name, size, folder / f"{name}-{size}-labels-{seed}", seed), seed)
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", action="append", choices=sorted(sets.DEVELOPMENT))
    parser.add_argument("--seed", type=int, action="append", help="of the sets")
    parser.add_argument("--folder", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        measure(chosen.folder or Path(scratch), chosen.set or SETS, chosen.seed or SEEDS)


if __name__ == "__main__":
    main()
