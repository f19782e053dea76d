"""How fast the in-use model is: cases ranked and explained a second on one core, and again after a call."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass, replace

from graph.inuse import rank, rank_many
from graph.inuse_weights import DEFAULT, Model
from graph.plain import PlainCase, read_case
from tests.benchmarks.inuse.contest import SEED
from tests.benchmarks.inuse.world import MARKETS, cases


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """Cases a second of processor time: ranked at once with all reasons, one by one, read from JSON too,
    made by the generator. ``again``: milliseconds of processor time to rank a case again after one more call
    (median and 99th percentile)."""

    ranked: float
    alone: float
    read_and_ranked: float
    made: float
    again: float
    again_99: float
    numbers: float


def speed(model: Model = DEFAULT, count: int = 2_000) -> Speed:
    """Measure on one core, on the US-like market."""
    began = time.process_time()
    raw = [one.evidence for one in cases(MARKETS["us_like"], count, SEED + 2)]
    making = time.process_time() - began
    began = time.process_time()
    read = [read_case(one) for one in raw]
    reading = time.process_time() - began
    rank(read[0].evidence, read[0].as_of, model)
    began = time.process_time()
    rank_many([(one.evidence, one.as_of) for one in read], model)
    ranking = time.process_time() - began
    began = time.process_time()
    for one in read[: count // 4]:
        rank(one.evidence, one.as_of, model)
    alone = (time.process_time() - began) / (count // 4)
    took = sorted(
        _again(one, read_case(case), model) for one, case in zip(read[:500], _called(raw[:500]), strict=True)
    )
    return Speed(
        ranked=count / ranking,
        alone=1.0 / alone,
        read_and_ranked=count / (ranking + reading),
        made=count / making,
        again=statistics.median(took) * 1e3,
        again_99=took[int(len(took) * 0.99)] * 1e3,
        numbers=sum(len(one.numbers) for one in read) / count,
    )


def _called(raw: list[dict[str, object]]) -> list[dict[str, object]]:
    """Give the cases with one more unanswered call to their first number."""
    found: list[dict[str, object]] = []
    for one in raw:
        numbers: list[dict[str, list[object]]] = one["numbers"]  # type: ignore[assignment]
        call = {"kind": "call", "date": one["as_of"], "outcome": "no_answer", "identity_strength": None}
        first = {**numbers[0], "evidence": [*numbers[0]["evidence"], call]}
        found.append({**one, "numbers": [first, *numbers[1:]]})
    return found


def _again(before: PlainCase, after: PlainCase, model: Model) -> float:
    heard = after.evidence[0].outcomes
    begun = time.process_time()
    first = replace(before.evidence[0], outcomes=heard)
    rank((first, *before.evidence[1:]), before.as_of, model)
    return time.process_time() - begun
