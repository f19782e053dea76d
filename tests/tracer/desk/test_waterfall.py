"""Waterfalls: a client's sources one after the other until it is enough; what was had is used again."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from graph.model import Role
from sources.contract import Answer, Channel, Outcome, Subject, Terms
from sources.testing import fictional
from tracer.config import SourceSettings
from tracer.config_money import Waterfall
from tracer.desk.waterfall import ANSWERS, KNOWN, descend
from tracer.errors import WrongUse
from tracer.lookups import Lookup, SubjectFacts
from tracer.policy import Decision, Ruling

STEPS = ("cheap", "dear", "last")


class One:
    """A source that is only named here."""

    name = "one"
    terms = Terms(
        channel=Channel.CARRIER,
        subject=Subject.NUMBER,
        roles=frozenset({Role.DEBTOR}),
        sends=frozenset(),
        needs=frozenset(),
    )


def found(outcome: Outcome) -> Lookup:
    decision = Decision(verdict=Ruling.ALLOW, fired=(), missing=(), rules=(), digest="", version="")
    return Lookup(outcome=outcome, answer=Answer(outcome=outcome), entries=(1,), decision=decision)


def made(
    waterfall: Waterfall,
    *,
    known: Sequence[float] = (0.1,) * 99,
    outcome: Outcome = Outcome.ANSWERED,
    fresh: frozenset[tuple[str, str]] = frozenset(),
    over: str = "",
    there: Sequence[str] = STEPS,
) -> tuple[list[tuple[str, str]], str]:
    asked: list[tuple[str, str]] = []
    certain = iter(known)
    numbers = [(SubjectFacts(role=Role.DEBTOR, phone=fictional(n).phone), f"n_{n}") for n in (1, 2)]
    sources = [(SourceSettings(use=name, id=name), One()) for name in there]

    async def ask(pair: Any, number: Any) -> Lookup:
        asked.append((pair[0].id, number[1]))
        return found(outcome)

    async def best(_lookup: Lookup | None) -> float:
        return next(certain)

    ended = asyncio.run(
        descend(
            waterfall,
            sources,  # type: ignore[arg-type]
            numbers,
            fresh=lambda pair, token: (pair[0].id, token) in fresh,
            over=lambda settings: "case_budget" if settings.id == over else "",
            ask=ask,
            best=best,
        )
    )
    return asked, ended


def test_each_step_is_asked_about_every_number_before_the_next() -> None:
    asked, ended = made(Waterfall(steps=STEPS), there=("last", "cheap", "dear"))

    assert asked == [(step, number) for step in STEPS for number in ("n_1", "n_2")]
    assert ended == ""


def test_it_stops_when_a_number_is_known_surely_enough() -> None:
    asked, ended = made(Waterfall(steps=STEPS, stop_p=0.9), known=[0.2, 0.5, 0.89, 0.9, 0.1])

    assert (len(asked), ended) == (3, KNOWN)


def test_what_is_known_before_costs_nothing() -> None:
    assert made(Waterfall(steps=STEPS, stop_p=0.9), known=[0.95]) == ([], KNOWN)


def test_it_stops_after_so_many_answers_and_refusals_are_none() -> None:
    answered = made(Waterfall(steps=STEPS, stop_answered=2))
    refused = made(Waterfall(steps=STEPS, stop_answered=2), outcome=Outcome.NOT_SERVED)

    assert (len(answered[0]), answered[1]) == (2, ANSWERS)
    assert (len(refused[0]), refused[1]) == (6, "")


def test_a_step_beyond_the_budget_is_left_out_and_said_and_a_cheaper_one_is_not() -> None:
    asked, ended = made(Waterfall(steps=STEPS), over="dear")

    assert [step for step, _number in asked] == ["cheap", "cheap", "last", "last"]
    assert ended == "case_budget"


def test_what_is_fresh_is_not_asked_and_a_source_not_chosen_is_no_step() -> None:
    asked, _ended = made(Waterfall(steps=STEPS), fresh=frozenset({("cheap", "n_1")}), there=("cheap", "last"))

    assert asked == [("cheap", "n_2"), ("last", "n_1"), ("last", "n_2")]


def test_a_step_that_is_no_source_is_pointed_out(desk: Any) -> None:
    with pytest.raises(WrongUse, match="nowhere"):
        desk.configure(lambda text: text + '\n[clients.northbank.waterfall]\nsteps = ["nowhere"]\n')


def test_an_answer_used_again_is_written_as_what_it_is(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))
    desk.trace()
    first = {entry.source: entry.seq for entry in desk.entries("asked")}

    desk.trace()

    (reused,) = desk.entries("reused")
    # Our own tables cost nothing and are read anew; the employer's answer of a moment ago serves.
    assert [entry.source for entry in desk.entries("asked")].count("employer") == 1
    assert (reused.body["hits"], reused.body["entries"]) == (1, [first["employer"]])


def test_an_answer_had_for_one_purpose_does_not_serve_another(desk: Any, debtor: Any) -> None:
    desk.configure(lambda text: text.replace('["contact_repair"]', '["contact_repair", "address_check"]'))
    desk.place(debtor(1))
    desk.trace(purpose="contact_repair")
    before = len(desk.entries("asked"))

    desk.trace(purpose="address_check")

    assert len(desk.entries("asked")) == 2 * before
    assert desk.entries("reused") == []


def test_what_is_no_longer_fresh_is_asked_again(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))
    desk.trace()
    desk.clock.move(days=31)

    desk.trace()

    assert [entry.source for entry in desk.entries("asked")].count("employer") == 2
    assert desk.entries("reused") == []
