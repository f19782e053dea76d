"""Whose call notes can be learned from: notes that have nothing to do with the evidence are set aside.

Somebody may write down "wrong number" for every call, out of haste, habit or spite, and a model that learned
from it would be wrong in just that way, on cases kept back too. Nobody is accused: a person's notes are only
not learned from, and are named by a code and figures.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from graph.model import Party

# Fewer settled calls than this cannot be judged; people with fewer are judged together. Hand.
FEWEST = 12
# Others' calls needed before somebody is compared with them. Hand.
ENOUGH_OTHERS = 40
# Standard errors above what the others say, beyond which it is not chance (one in 30,000). Hand.
FAR = 4.0
# Numbers a model calls likely come out as his more often than those it calls unlikely, in any market; how
# much more, its own doubt says. Notes that at best keep less than this share of it are not about the numbers.
# Where it hardly tells them apart (their order is right in less than so many pairs) nobody is judged.
RELATED = 0.4
TOLD_APART = 0.65
_WIDTH = 1.64


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One settled call: whose note, what the model said before it, what it taught, and who answered."""

    recorder: str = field(repr=False)
    p: float
    label: float
    party: Party


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """Somebody's notes that are not learned from.

    ``code`` is one_sided (all notes say the same), unrelated (they do not follow the evidence) or
    far_from_others (far more wrong parties than others have with numbers as likely). ``share`` is that of
    wrong parties, ``expected`` what the others' notes let expect.
    """

    recorder: str = field(repr=False)
    code: str
    calls: int
    share: float
    expected: float


def set_aside(notes: Sequence[Note]) -> tuple[SetAside, ...]:
    """Give whose notes are not to be learned from, by recorder; the order of input does not matter."""
    by: dict[str, list[Note]] = {}
    for note in notes:
        by.setdefault(note.recorder, []).append(note)
    # Those with few notes are judged together: or somebody would only have to write under many names.
    few = [name for name in sorted(by) if len(by[name]) < FEWEST]
    found = []
    for names in [*([name] for name in sorted(by) if name not in few), few]:
        mine = [note for name in names for note in by[name]]
        others = [note for name in sorted(by) if name not in names for note in by[name]]
        verdict = _verdict(mine, others)
        if verdict is None:
            continue
        code, expected = verdict
        for name in names:
            wrong = sum(note.party is Party.WRONG_PARTY for note in by[name])
            calls = len(by[name])
            found.append(
                SetAside(recorder=name, code=code, calls=calls, share=wrong / calls, expected=expected)
            )
    return tuple(found)


def _verdict(mine: Sequence[Note], others: Sequence[Note]) -> tuple[str, float] | None:
    if len(mine) < FEWEST:
        return None
    expected = _expected(mine, others)
    his = sum(note.label >= 0.5 for note in mine)
    likely = math.fsum(note.p for note in mine)
    # As many of one kind as chance would give once in a thousand times, if the model were right.
    if his in (0, len(mine)) and _surprise(his, len(mine), likely) < 1e-3:
        return "one_sided", expected
    if len(others) >= ENOUGH_OTHERS:
        wrong = sum(note.party is Party.WRONG_PARTY for note in mine)
        spread = math.sqrt(
            max(len(mine) * expected * (1.0 - expected) * (1.0 + len(mine) / len(others)), 0.25)
        )
        if wrong - len(mine) * expected > FAR * spread:
            return "far_from_others", expected
    order, right = _follows(mine), _told_apart(mine)
    if order is not None and right >= TOLD_APART and order < 0.5 + RELATED * (right - 0.5):
        return "unrelated", expected
    return None


def _surprise(his: int, count: int, likely: float) -> float:
    """The chance that none (or all) of ``count`` are his when ``likely`` are expected, at its simplest."""
    share = min(max(likely / count, 1e-6), 1.0 - 1e-6)
    return (1.0 - share) ** count if his == 0 else share**count


# Bounds of the bands of probability in which one person's notes are compared with the others'.
_BANDS = (0.1, 0.3, 0.6)


def _expected(mine: Sequence[Note], others: Sequence[Note]) -> float:
    """The share of wrong parties that the others' notes let expect with numbers as likely as mine."""
    rates: Mapping[int, list[int]] = {band: [0, 0] for band in range(len(_BANDS) + 1)}
    for note in others:
        band = _band(note.p)
        rates[band][0] += note.party is Party.WRONG_PARTY
        rates[band][1] += 1
    whole = (sum(hits for hits, _ in rates.values()) + 1.0) / (len(others) + 4.0)
    # Few notes in a band lean on the whole, as if four more had been seen there.
    share = {band: (hits + 4.0 * whole) / (count + 4.0) for band, (hits, count) in rates.items()}
    return math.fsum(share[_band(note.p)] for note in mine) / len(mine)


def _band(p: float) -> int:
    return sum(p >= bound for bound in _BANDS)


def _told_apart(notes: Sequence[Note]) -> float:
    """How often a likelier number comes out as his, by the model's own doubt (the AUC it expects)."""
    ordered = sorted(note.p for note in notes)
    below = won = 0.0
    for p in ordered:
        won += p * below
        below += 1.0 - p
    # A number is not compared with itself; ties in p are so few that they may fall either way.
    his = math.fsum(ordered)
    pairs = his * below - math.fsum(p * (1.0 - p) for p in ordered)
    return won / pairs if pairs > 0.0 else 0.5


def _follows(notes: Sequence[Note]) -> float | None:
    """How often, at the upper end of what chance allows, a likelier number came out as his (AUC).

    None when there are too few of one kind to tell.
    """
    good = [note.p for note in notes if note.label >= 0.5]
    bad = [note.p for note in notes if note.label < 0.5]
    if min(len(good), len(bad)) < FEWEST // 2:
        return None
    won = math.fsum((left > right) + 0.5 * (left == right) for left in good for right in bad)
    area = won / (len(good) * len(bad))
    # Hanley and McNeil, "The meaning and use of the area under a ROC curve", Radiology 143 (1982).
    q1, q2 = area / (2.0 - area), 2.0 * area * area / (1.0 + area)
    spread = (area * (1.0 - area) + (len(good) - 1) * (q1 - area**2) + (len(bad) - 1) * (q2 - area**2)) / (
        len(good) * len(bad)
    )
    return area + _WIDTH * math.sqrt(max(spread, 0.0))
