"""The score card of sources: how the numbers each of them named turned out when they were called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from graph.inuse_events import shared_line
from graph.lessons import round_lesson
from graph.model import Claim, NumberEvidence, Outcome, Party, StatedUser
from graph.origin import first_hand
from graph.outcomes import BAR_CEASED, BAR_OPTED_OUT, BAR_THIRD_PARTY_REFUSED, bars_of
from graph.score_card import Rate, rates
from tracer.desk.hindsight import rounds_back
from tracer.desk.office import Office

# Bars that somebody asked for who was called: what a complaint is here.
COMPLAINTS = frozenset({BAR_CEASED, BAR_OPTED_OUT, BAR_THIRD_PARTY_REFUSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One source: numbers it named as the debtor's that were called, each round of calls once.

    ``settled`` are those where somebody spoke or the line was dead; ``copies`` how often others had only
    copied it. Rates of right and wrong parties are of settled ones, of complaints of all called.
    """

    source: str
    called: int
    settled: int
    copies: int
    right: Rate
    wrong: Rate
    complaints: Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreCard:
    """The sources, those with the best right-party rate first, and how many numbers were called in all."""

    scores: tuple[Score, ...]
    called: int


def score(office: Office, progress: Callable[[int, int], None] | None = None) -> ScoreCard:
    """Give the score card of every source that named a number which was called.

    Only what was in hand before a call counts for its source: whoever repeats a number after it was found
    right has shown nothing. Of copies the first to have the number is credited, and only it.
    """
    called: Counter[str] = Counter()
    settled: Counter[str] = Counter()
    copies: Counter[str] = Counter()
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    complaints: Counter[str] = Counter()
    numbers = 0
    for _case, one, then in rounds_back(office, progress):
        pieces = {piece.phone.key: piece for piece in then.pieces}
        for number, calls in one.by_number.items():
            piece = pieces.get(number)
            if piece is None:
                continue
            numbers += 1
            lesson, call = round_lesson(calls, shared=shared_line(piece))
            for claim, copied in first_hand(_his(piece)):
                called[claim.source] += 1
                copies[claim.source] += copied
                settled[claim.source] += lesson.settled
                right[claim.source] += lesson.settled and call.party is Party.SELF
                wrong[claim.source] += lesson.settled and call.party is Party.WRONG_PARTY
                complaints[claim.source] += _complained(calls)
    of_right = rates({name: (right[name], settled[name]) for name in called})
    of_wrong = rates({name: (wrong[name], settled[name]) for name in called})
    of_complaints = rates({name: (complaints[name], called[name]) for name in called})
    scores = [
        Score(
            source=name,
            called=called[name],
            settled=settled[name],
            copies=copies[name],
            right=of_right[name],
            wrong=of_wrong[name],
            complaints=of_complaints[name],
        )
        for name in sorted(called)
    ]
    return ScoreCard(scores=tuple(sorted(scores, key=lambda each: -each.right.rate)), called=numbers)


def _his(piece: NumberEvidence) -> list[Claim]:
    """What speaks for the number being the debtor's; that it is a reference's is not the source's mistake."""
    return [claim for claim in piece.claims if claim.stated_user is StatedUser.DEBTOR]


def _complained(calls: tuple[Outcome, ...]) -> bool:
    return any(bar.code in COMPLAINTS for bar in bars_of(calls))
