"""A client's waterfall: its sources one after the other, until enough is known or enough is spent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from sources.contract import Outcome, Source
from tracer.config import SourceSettings
from tracer.config_money import Waterfall
from tracer.lookups import Lookup, SubjectFacts

Pair = tuple[SourceSettings, Source]
Number = tuple[SubjectFacts, str]

KNOWN, ANSWERS = "known_enough", "answers_enough"


async def descend(
    waterfall: Waterfall,
    sources: Sequence[Pair],
    numbers: Sequence[Number],
    *,
    fresh: Callable[[Pair, str], bool],
    over: Callable[[SourceSettings], str],
    ask: Callable[[Pair, Number], Awaitable[Lookup]],
    best: Callable[[Lookup | None], Awaitable[float]],
) -> str:
    """Ask step by step; give why it ended ("" when every step was taken).

    ``fresh`` says that an answer is there already, ``over`` names the budget that does not reach, ``best``
    takes in an answer (None at first) and gives the probability of the likeliest number.
    """
    by_id = {settings.id: (settings, source) for settings, source in sources}
    answered, spent = 0, ""
    p = await best(None) if waterfall.stop_p is not None else 0.0
    for step in waterfall.steps:
        pair = by_id.get(step)
        if pair is None:
            continue  # not among those chosen for this run
        for number in numbers:
            if waterfall.stop_p is not None and p >= waterfall.stop_p:
                return KNOWN
            if waterfall.stop_answered is not None and answered >= waterfall.stop_answered:
                return ANSWERS
            if fresh(pair, number[1]):
                continue
            if limit := over(pair[0]):
                spent = limit
                break  # a cheaper step may still be within it
            lookup = await ask(pair, number)
            answered += lookup.outcome is Outcome.ANSWERED
            if waterfall.stop_p is not None:
                p = await best(lookup)
    return spent
