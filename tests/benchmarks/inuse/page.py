"""docs/in-use-figures.md from the results of the contest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from tests.benchmarks.inuse.contest import (
    DEVELOPMENT,
    POOL,
    US,
    Played,
    Result,
    best_peer,
    difference,
    sliced,
)
from tests.benchmarks.inuse.likeness import marginals
from tests.benchmarks.inuse.speed import Speed

_INTRO = """
`python -m tests.benchmarks.inuse` makes everything on this page and writes it. The question is whether the
debtor uses a number on the day, for every number of every case; the figures are those of the plain files'
format: log-loss and Brier over all numbers, ECE (15 bins of equal mass), AUC, P@1 (cases whose first number
is in use), top-1 hit and NDCG@3 (over cases that have one in use).

The markets are fictional (`tests/benchmarks/inuse/`): people, SIMs, jobs, carriers, sources and desks act
by mechanisms of their own, which are not those of the model. Three are made to look like a Chinese, a US,
and a sparse and dirty one; the fourth is the development market of the shared data, which we did not make
(learned from its even cases, scored on its odd ones). `tracer` is the command: `tracer rank` with the
shipped model, or `tracer fit` on so many labelled cases first. The peers get features that a good analyst
would count (`features.py`) and choose their settings by cross-validation. Rules of thumb have no
probability without labels, only an order; with labels a logistic curve makes one of it. Without a label
from the market, regression and boosting learn from {pool} cases of {markets} drawn markets, as the shipped
model may.
"""
_OUTRO = """
Weak sides. Markets that we made cannot show how we do on one we did not make. The shipped model was learned
on drawn markets of the same generator (other seeds, other parameters; ten times as many cases as the peers
without labels get), which gives it and them an advantage on the first three that nobody has on the
development market; there in turn some of the shipped constants were counted, on all its cases, and the
US-like market was set by hand to look like it from outside. We wrote the peers' features and settings. All
numbers of a labelled case have their truth here; of real outcomes only the dialled ones have one, and it is
noisy.
"""
_FIGURES = (
    ("log_loss", "log-loss", 4),
    ("brier", "Brier", 4),
    ("ece", "ECE", 4),
    ("auc", "AUC", 4),
    ("p_at_1", "P@1", 4),
    ("top1_hit", "top-1 hit", 4),
    ("ndcg_at_3", "NDCG@3", 4),
)
_PARTS = {
    "own": "own number",
    "second": "second SIM",
    "suspended": "own, suspended",
    "drawer": "SIM in a drawer",
    "handed_down": "handed down",
    "desk": "desk line he answers",
    "home": "family line he answers",
}


def _row(*cells: object) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def _head(*cells: str) -> list[str]:
    return [_row(*cells), "|---|" + "---:|" * (len(cells) - 1)]


def render(
    results: Sequence[Result],
    played: Sequence[Played],
    speed: Speed | None,
    where: str,
    commit: str,
    at: dt.datetime,
) -> str:
    """Give the page as Markdown."""
    lines = ["# Is he using it: figures", ""]
    intro = _INTRO.strip().format(pool=f"{POOL[0] * POOL[1]:,}", markets=POOL[0])
    lines += [intro, "", f"Measured {at:%Y-%m-%d} at {commit} on {where}.", ""]
    lines += ["## Beside the best peer", "", *_summary(results, played), ""]
    for one in played:
        lines += [f"## {_title(one)}", "", *_market(results, one), ""]
        if one.part:
            lines += [*_slices(results, one), ""]
    lines += ["## What the markets are like", "", *_likeness(played), ""]
    lines += ["## Speed", "", *_speed(results, speed), ""]
    missing = [
        f"{_title(one)}, {count:,} labelled cases"
        for one in played
        for count in one.labels
        if (us := _found(results, one.name, count, US)) is None or us.problem
    ]
    if missing:
        lines += [f"Ours was not run, or failed: {'; '.join(missing)}.", ""]
    return "\n".join([*lines, _OUTRO.strip()]) + "\n"


def _title(one: Played) -> str:
    names: Mapping[str, str] = {
        "cn_like": "Chinese-like",
        "us_like": "US-like",
        "sparse_dirty": "Sparse and dirty",
        DEVELOPMENT: "The development market",
    }
    return names[one.name]


def _likeness(played: Sequence[Played]) -> list[str]:
    all_of = [marginals(one) for one in played]
    lines = _head("Of the test cases", *(_title(one) for one in played))
    return [*lines, *(_row(what, *(f"{one[what]:.3f}" for one in all_of)) for what in all_of[0])]


def _summary(results: Sequence[Result], played: Sequence[Played]) -> list[str]:
    lines = _head("Market", "labelled cases", "ours: log-loss", "top-1 hit", "ECE", "best peer: log-loss",
                  "top-1 hit", "ECE", "which", "ours lower by (± standard error)")  # fmt: skip
    for one in played:
        for count in one.labels:
            us = _found(results, one.name, count, US)
            peer = best_peer(results, one.name, count)
            if us is None or us.problem:
                continue
            cells: list[object] = [_title(one), f"{count:,}", *_three(us)]
            if peer is not None:
                gain, error = difference(us, peer, one)
                cells += [*_three(peer), peer.contestant, f"{gain:+.4f} ± {error:.4f}"]
            else:
                cells += ["", "", "", "", ""]
            lines.append(_row(*cells))
    return lines


def _three(one: Result) -> list[str]:
    return [f"{one.figures[name]:.4f}" for name in ("log_loss", "top1_hit", "ece")]


def _found(results: Sequence[Result], market: str, labels: int, contestant: str) -> Result | None:
    for one in results:
        if (one.market, one.labels, one.contestant) == (market, labels, contestant):
            return one
    return None


def _market(results: Sequence[Result], one: Played) -> list[str]:
    tests = int(one.case[-1]) + 1
    none = 1.0 - len(set(one.case[one.y > 0])) / tests
    lines = [
        f"{tests:,} test cases, {len(one.y):,} numbers, {one.y.mean():.1%} of them in use; "
        f"in {none:.1%} of the cases none is.",
        "",
        *_head("Contestant", "labelled cases", *(label for _, label, _ in _FIGURES)),
    ]
    for count in one.labels:
        for result in sorted(results, key=lambda result: result.contestant != US):
            if result.market == one.name and result.labels == count and not result.problem:
                cells = [
                    f"{result.figures[name]:.{digits}f}" if name in result.figures else ""
                    for name, _, digits in _FIGURES
                ]
                lines.append(_row(result.contestant, f"{count:,}", *cells))
    return lines


def _slices(results: Sequence[Result], one: Played) -> list[str]:
    lines = _head("Numbers that are", "how many", "in use", "labelled cases", "ours: mean p", "log-loss",
                  "boosting: mean p", "log-loss")  # fmt: skip
    for count in (one.labels[0], one.labels[-1]):
        us = _found(results, one.name, count, US)
        peer = _found(results, one.name, count, "gradient boosting")
        if us is None or us.problem:
            continue
        theirs = sliced(peer, one) if peer else {}
        for name, (many, share, mean, loss) in sliced(us, one).items():
            beside = [f"{theirs[name][2]:.3f}", f"{theirs[name][3]:.3f}"] if name in theirs else ["", ""]
            lines.append(
                _row(
                    _PARTS[name],
                    f"{many:,}",
                    f"{share:.0%}",
                    f"{count:,}",
                    f"{mean:.3f}",
                    f"{loss:.3f}",
                    *beside,
                )
            )
    return lines


def _speed(results: Sequence[Result], speed: Speed | None) -> list[str]:
    lines = _head("What", "figure")
    if speed:
        lines += [
            _row("cases ranked and explained a second, one core", f"{speed.ranked:,.0f}"),
            _row("the same, one case at a time", f"{speed.alone:,.0f}"),
            _row("many at once, read from the files' objects too", f"{speed.read_and_ranked:,.0f}"),
            _row(
                "a case again after one more call, ms of processor (median; 99 %)",
                f"{speed.again:.2f}; {speed.again_99:.2f}",
            ),
            _row("numbers a case", f"{speed.numbers:.1f}"),
            _row("cases made a second by the generator, one core, look-ups too", f"{speed.made:,.0f}"),
        ]
    for one in results:
        if one.contestant == US and one.fit_seconds and one.labels >= 10_000:
            lines.append(
                _row(
                    f"`tracer fit` on {one.labels:,} cases ({one.market}), seconds", f"{one.fit_seconds:.0f}"
                )
            )
    return lines
