"""`tracer plan`: look-ups planned and bought over plain files, without a home, a log or anybody asked."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from graph.inuse_weights import DEFAULT
from tracer.desk.plain import LineProblem, cases_of, lines_of, load_model, opened, written
from tracer.desk.planning import LEAST, Paid, Portfolio
from tracer.desk.till import Offer, Till
from tracer.errors import WrongUse
from tracer.words import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedFile:
    """What became of the files.

    ``paid`` look-ups for ``spent`` of ``budget``; ``total`` is what all would have cost. ``stops`` counts the
    cases by why asking ended and what to do then. ``lookup_problems`` are lines of the look-ups.
    """

    cases: int
    numbers: int
    paid: int
    spent: float
    budget: float
    total: float
    stops: tuple[tuple[str, str, int], ...] = field(repr=False)
    problems: tuple[LineProblem, ...]
    lookup_problems: tuple[LineProblem, ...]


def plan_file(
    evidence: Path,
    lookups: Path,
    budget: str,
    out: Path,
    *,
    model: Path | None = None,
    per_case: float | None = None,
    least: float = LEAST,
    progress: Callable[[int, int], None] | None = None,
) -> PlannedFile:
    """Buy the look-ups of a file that are worth their cost and write what was bought and then believed.

    ``budget`` is for all cases together, in the file's own units of cost or as a share of what all look-ups
    cost (``10%``); ``per_case`` bounds what one case may take of it. ``out`` gets one line a bought look-up,
    in the order of buying, then one a number: ``{"case_id", "number", "p"}``. Raises :class:`WrongUse`.
    """
    for name in (evidence, lookups):
        if name.resolve() == out.resolve():
            raise WrongUse(N_("{path} is both read and written."), N_("Give --out another name."), path=out)
    weights = DEFAULT if model is None else load_model(model)
    problems: list[LineProblem] = []
    lookup_problems: list[LineProblem] = []
    with opened(evidence) as lines:
        cases = tuple(cases_of(lines, problems))
    with opened(lookups) as lines:
        known = {(case.case, number) for case in cases for number in case.numbers}
        till = _till(known, lines_of(lines, lookup_problems), lookup_problems, budget)
    total = till.total()
    allowed = till.left
    portfolio = Portfolio(cases, till, model=weights, least=least, per_case=per_case)
    paid = numbers = 0
    with written(out) as target:
        for one in portfolio.buy(progress):
            paid += 1
            target.write(_line(_bought(one)))
        for case, said in portfolio.predictions():
            for number, piece in zip(case.numbers, case.evidence, strict=True):
                numbers += 1
                target.write(_line({"case_id": case.case, "number": number, "p": said[piece.phone.key]}))
    return PlannedFile(
        cases=len(cases),
        numbers=numbers,
        paid=paid,
        spent=till.spent,
        budget=allowed,
        total=total,
        stops=tuple((why, then, count) for (why, then), count in sorted(portfolio.stops().items())),
        problems=tuple(problems),
        lookup_problems=tuple(lookup_problems),
    )


def _line(row: Mapping[str, object]) -> bytes:
    return f"{json.dumps(row, ensure_ascii=False)}\n".encode()


def _bought(one: Paid) -> dict[str, object]:
    return {
        "case_id": one.offer.case,
        "number": one.offer.number,
        "lookup": one.offer.lookup,
        "cost": one.offer.cost,
        "spent": one.spent,
        "gain": one.gain,
        "answer": one.answer,
    }


def _till(
    known: set[tuple[str, str]], lines: Iterator[tuple[int, bytes]], problems: list[LineProblem], budget: str
) -> Till:
    stock: dict[tuple[str, str, str], tuple[Offer, Mapping[str, object]]] = {}
    total = 0.0
    for place, line in lines:
        if not line.strip():
            continue
        try:
            raw = json.loads(line.decode("utf-8-sig" if place == 1 else "utf-8"))
        except UnicodeDecodeError:
            problems.append(LineProblem(line=place, code="not_text"))
            continue
        except (ValueError, RecursionError):
            problems.append(LineProblem(line=place, code="not_json"))
            continue
        read = _sold(raw)
        if isinstance(read, str):
            field = read.partition(":")[2]
            params = (("place", field),) if field else ()
            problems.append(LineProblem(line=place, code=read.partition(":")[0], params=params))
            continue
        offer, answer = read
        name = (offer.case, offer.number, offer.lookup)
        if name in stock:
            problems.append(LineProblem(line=place, code="twice"))
        elif name[:2] in known:
            stock[name] = (offer, answer)
            total += offer.cost
    return Till(stock.values(), _amount(budget, total))


def _sold(raw: object) -> tuple[Offer, Mapping[str, object]] | str:
    """Read one look-up of the file, or say what is wrong with it."""
    if not isinstance(raw, Mapping):
        return "not_an_object"
    texts: list[str] = []
    for name in ("case_id", "number", "lookup"):
        value = raw.get(name)
        if not isinstance(value, str) or not value:
            return f"bad_lookup:{name}"
        texts.append(value)
    cost = raw.get("cost")
    if isinstance(cost, bool) or not isinstance(cost, int | float) or not math.isfinite(cost) or cost < 0:
        return "bad_cost"
    answer = raw.get("answer")
    if not isinstance(answer, Mapping):
        return "bad_answer"
    return Offer(case=texts[0], number=texts[1], lookup=texts[2], cost=cost), answer


def _amount(text: str, total: float) -> float:
    share = text.endswith("%")
    try:
        amount = float(text.removesuffix("%"))
    except ValueError:
        amount = math.nan
    if not amount >= 0.0:
        raise WrongUse(
            N_("{value} is no budget."),
            N_("Give a number in the units of cost of the look-ups, or a share of all they cost: 10%."),
            value=text,
        )
    return amount * total / 100.0 if share else amount
