"""docs/matching-figures.md from the results of a contest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from tests.benchmarks.matching import sets
from tests.benchmarks.matching.contest import US, Result
from tests.benchmarks.matching.labels import MISTAKEN, REVIEWERS, ROUND, Gain

_INTRO = """
`python -m tests.benchmarks.matching` measures everything on this page and writes it; `--only SET` prints one
set, `--scale N` one size. `tracer link` is told what each column is and nothing else, on every set; "default"
is its own threshold. Splink and recordlinkage run at the settings of
`tests/benchmarks/matching/peer_splink.py` and `peer_recordlinkage.py`; "best" is the threshold chosen with
the truth in hand, which no user has, and where a set has two Splink settings, the better of the two.

Pair F1 counts pairs that were never compared as missed. B³ is the B-cubed F1 of the clusters (of the peers:
connected components). The peers get cleaned columns, Chinese names with their pinyin among them
(`prepare.py`); what making them took stands under "cleaning before" and is in none of their other figures,
while ours has all its cleaning in its CPU seconds and clock. Each runs as a process of
its own; CPU seconds, clock and peak memory (MB of 10⁶ bytes) are the operating system's. "True pairs written"
and the calibration error are of the pairs a contestant wrote: Splink all above -15 bits, `tracer link` only
those from its threshold that its clusters kept, so the two columns do not compare across contestants.
"""
_OUTRO = """
The error rates and shares of our sets stand in the docstrings of their makers. They are judged, not measured
on real files: a set that we made cannot show how we do on one that we did not make. We also wrote the
peers' settings: whoever knows Splink better may get more out of it. On cn_placement it writes fewer true
pairs than we do: its rules find about as many, and the rest fall below its -15 bits.

A single case against a store of a million records is another question and stands in `docs/benchmarks.md`
(`python -m tests.benchmarks.overlap_latency`).
"""


def _row(*cells: object) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def _head(*cells: str) -> list[str]:
    return [_row(*cells), "|" + "---|" * len(cells)]


def _value(number: float | None) -> str:
    return "" if number is None else f"{number:.4f}"


def _top(values: Sequence[float]) -> float | None:
    return max(values, default=None)


def _accuracy(results: Sequence[Result]) -> list[str]:
    lines = _head(
        "Set", "Records", "Ours, default: pair F1", "closure F1", "B³", "Splink, p ≥ 0.5: pair F1",
        "p ≥ 0.95", "best", "B³ best", "ECM, p ≥ 0.5: pair F1", "best", "Ours above every best",
    )  # fmt: skip
    for name in dict.fromkeys(one.dataset for one in results):
        here = [one for one in results if one.dataset == name]
        done = [one for one in here if not one.problem]
        us = next((one for one in done if one.contestant == US), None)
        splinks = [one for one in done if one.contestant.startswith("splink")]
        ecm = next((one for one in done if one.contestant.startswith("recordlinkage")), None)
        top = _top([one.pairs["best"] for one in done if one.contestant != US])
        above = "" if us is None or top is None else ("yes" if us.pairs["0.5"] > top else "no")
        lines.append(
            _row(
                name,
                f"{here[0].records:,}",
                _value(us.pairs["0.5"] if us else None),
                _value(us.closure if us else None),
                _value(us.b_cubed["own"] if us else None),
                _value(splinks[0].pairs["0.5"] if splinks else None),
                _value(splinks[0].pairs["0.95"] if splinks else None),
                _value(_top([one.pairs["best"] for one in splinks])),
                _value(_top([one.b_cubed["best"] for one in splinks])),
                _value(ecm.pairs["0.5"] if ecm else None),
                _value(ecm.pairs["best"] if ecm else None),
                above,
            )
        )
    return lines


def _costs(results: Sequence[Result]) -> list[str]:
    lines = _head(
        "Set", "Records", "Contestant", "Pair F1, p ≥ 0.5", "True pairs written", "Calibration error",
        "CPU s", "Cleaning before, CPU s", "Clock s", "Peak MB",
    )  # fmt: skip
    for one in results:
        start = (one.dataset, f"{one.records:,}", one.contestant)
        if one.problem:
            lines.append(_row(*start, f"not run: {_short(one.problem)}", *[""] * 6))
            continue
        figures = (_value(one.pairs["0.5"]), _value(one.recall), _value(one.calibration))
        before = f"{one.cleaning:.1f}" if one.cleaning else ""
        lines.append(_row(*start, *figures, f"{one.cpu:.1f}", before, f"{one.wall:.1f}", f"{one.rss:,.0f}"))
    return lines


_VERDICTS = f"""
`python -m tests.benchmarks.matching.labels`: a reviewer is asked in the order of the queue (`tracer judge
--table`) and gives the wrong verdict once in {round(1 / MISTAKEN)}; after every {ROUND} verdicts the rows are
linked anew with `--labels`. Means over {len(REVIEWERS)} reviewers who err at different places. The queue ends
where a reviewer is expected to err more often than the machine. "Elsewhere" is pair F1 over the pairs that
nobody judged, before any verdict and after: what the verdicts taught about other pairs.
"""


def verdicts(gains: Sequence[Gain]) -> list[str]:
    """Give the section on what verdicts are worth."""
    lines = ["## What verdicts are worth", _VERDICTS]
    lines += _head(
        "Set", "Seed", "Verdicts", "Mistaken", "Pair F1", "Precision", "Recall", "Elsewhere, before", "after"
    )
    for one in gains:
        ended = "" if one.verdicts == one.budget else f" (of {one.budget}: the queue was empty)"
        figures = (one.f1, one.precision, one.recall, one.before, one.elsewhere)
        lines.append(
            _row(
                one.dataset, one.seed, f"{one.verdicts:.0f}{ended}", f"{one.mistaken:.1f}",
                *(_value(figure) for figure in figures),
            )
        )  # fmt: skip
    return lines


def _short(text: str) -> str:
    return " ".join(text.split()).replace("|", "/")[-200:]


def render(
    accuracy: Sequence[Result],
    held: Sequence[Result],
    scaling: Sequence[Result],
    gains: Sequence[Gain],
    *,
    where: str,
    commit: str,
    missing: str,
) -> str:
    """Give the page as Markdown. ``missing`` says why the peers did not run, if so."""
    today = f"{dt.datetime.now(dt.UTC):%Y-%m-%d}"
    lines = ["# Matching figures", _INTRO]
    lines.append(f"Measured {today} at commit {commit} on {where}. Other work ran beside it.")
    if missing:
        lines += ["", f"The peers did not run: {_short(missing)}"]
    lines += ["", "## Accuracy at default thresholds", "", *_accuracy(accuracy)]
    if held:
        lines += [
            "",
            f"Our own sets again, from seed {sets.HELD_SEED}. `tracer link` was written, and the peers' "
            f"settings chosen, beside the sets of seed {sets.SEED}, so these rows are the fairer ones; they "
            "come from the same makers and so share what those assume. febrl has only one copy, and it was "
            "at hand.",
            "", *_accuracy(held),
        ]  # fmt: skip
    lines += ["", "What each run cost, and how far its p can be believed (expected calibration error):", ""]
    lines += _costs(accuracy)
    lines += [
        "",
        "## Scaling",
        "",
        "cn_placement of growing size, on all processors. The wide settings have two more blocking rules: by "
        "them Splink finds about as many of the true pairs as we do up to 100,000 records.",
        "",
        *_costs(scaling),
    ]
    lines += ["", *verdicts(gains), "", "## The sets", ""]
    for name, make in sets.MAKERS.items():
        what = (make.__doc__ or "").strip().partition("\n")[0]
        lines.append(
            f"- **{name}** (`python -m tests.benchmarks.matching.sets {name} RECORDS FOLDER`): {what}"
        )
    lines.append(
        "- **febrl1–4**: fictional Australians of the Febrl project, from the package recordlinkage; 1–3 to "
        "de-duplicate, 4 to link."
    )
    return "\n".join([*lines, _OUTRO.rstrip()]) + "\n"
