"""How far reviewers agree: of the pairs that several judged, the share, and what is left of it beyond chance.

Cohen's kappa (1960) is for two reviewers; Krippendorff's alpha (2004, chapter 11, nominal) for any number,
and for pairs that only some of them judged. Both are 1 when all agree, and nought when they agree as chance
would have it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from graph.model import Judgement

Judged = tuple[str, str, str, Judgement]
"""The two records (or rows), who judged, and what he said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """``pairs`` that more than one person judged, by how many ``reviewers``; ``share`` of comparisons of two
    of them that agree; None where there is nothing to compare, or all said one thing only and chance cannot
    be told. ``unsure`` judgements say neither and are not compared."""

    pairs: int
    reviewers: int
    share: float | None
    kappa: float | None
    alpha: float | None
    unsure: int
    disagreements: tuple[tuple[str, str, tuple[tuple[str, Judgement], ...]], ...] = field(repr=False)


def agreement(judged: Iterable[Judged]) -> Agreement:
    """Compare reviewers. Of one reviewer's judgements of a pair the last given counts."""
    last: dict[tuple[str, str], dict[str, Judgement]] = defaultdict(dict)
    for left, right, by, said in judged:
        last[min(left, right), max(left, right)][by] = said
    unsure = sum(said is Judgement.UNSURE for of in last.values() for said in of.values())
    several: dict[tuple[str, str], dict[str, Judgement]] = {}
    for pair, of in sorted(last.items()):
        clear: dict[str, Judgement] = {}
        clear |= {by: said for by, said in sorted(of.items()) if said is not Judgement.UNSURE}
        if len(clear) > 1:
            several[pair] = clear
    reviewers = sorted({by for of in several.values() for by in of})
    same = compared = 0
    for of in several.values():
        counts = Counter(of.values())
        same += sum(n * (n - 1) // 2 for n in counts.values())
        compared += len(of) * (len(of) - 1) // 2
    return Agreement(
        pairs=len(several),
        reviewers=len(reviewers),
        share=same / compared if compared else None,
        kappa=_kappa(list(several.values()), reviewers) if len(reviewers) == 2 else None,
        alpha=_alpha(list(several.values())),
        unsure=unsure,
        disagreements=tuple(
            (left, right, tuple(of.items()))
            for (left, right), of in several.items()
            if len(set(of.values())) > 1
        ),
    )


def _kappa(several: list[dict[str, Judgement]], reviewers: list[str]) -> float | None:
    first, second = reviewers
    pairs = len(several)
    agreed = sum(of[first] is of[second] for of in several) / pairs
    by_chance = sum(
        sum(of[first] is said for of in several) * sum(of[second] is said for of in several)
        for said in (Judgement.SAME, Judgement.DIFFERENT)
    ) / (pairs * pairs)
    return None if by_chance == 1.0 else (agreed - by_chance) / (1.0 - by_chance)


def _alpha(several: list[dict[str, Judgement]]) -> float | None:
    """Give 1 − observed / expected disagreement over pairable values (nominal metric)."""
    total: Counter[Judgement] = Counter()
    observed = 0.0
    for of in several:
        counts = Counter(of.values())
        total.update(counts)
        values = len(of)
        observed += (values * values - sum(n * n for n in counts.values())) / (values - 1)
    values = sum(total.values())
    expected = float(values * values - sum(n * n for n in total.values()))
    return None if not expected else 1.0 - observed * (values - 1) / expected
