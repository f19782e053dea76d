"""What a look-up is worth: whom one would call before and after, by expectation over the answers."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from dataclasses import replace

import pytest

from graph.inuse import rank
from graph.model import Bar, Claim, FactKind, LineFact, LineType, NumberEvidence, Phone, StatedUser
from graph.plan import ORDER_ONLY, Lookup, Step, Then, Why, Worth, askable, plan
from graph.plan_answers import (
    ANSWERS,
    FATES,
    LETTER,
    SEALED_CALL,
    UNKNOWN,
    AnswerModel,
    Fate,
    answer_model,
    repeated,
)
from graph.plan_table import table
from graph.plan_weigh import Number, candidates

TODAY = dt.date(2026, 11, 23)
KINDS = ("carrier_status", "carrier_tenure", "realname", "recycled")


def phone(which: int) -> Phone:
    return Phone(e164=f"+86154{which:08d}", line_type=LineType.MOBILE)


def piece(
    which: int, user: StatedUser = StatedUser.DEBTOR, years: float = 1.0, **more: object
) -> NumberEvidence:
    said = TODAY - dt.timedelta(days=round(365 * years))
    claim = Claim(
        phone=phone(which), source="application_form", record=f"R{which}", stated_user=user, date=said
    )
    return NumberEvidence(phone=phone(which), claims=(claim,), **more)  # type: ignore[arg-type]


def offers(
    which: int, price: float = 10.0, kinds: tuple[str, ...] = KINDS, intrusion: int = 1
) -> list[Lookup]:
    return [
        Lookup(source=kind, number=phone(which).key, price=price, intrusion=intrusion, answers=ANSWERS[kind])
        for kind in kinds
    ]


CASE = [piece(1, years=4.0), piece(2, years=3.5), piece(3, years=6.0)]
ALL = [one for which in (1, 2, 3) for one in offers(which)]


def test_what_is_worth_most_for_its_cost_comes_first() -> None:
    made = plan(CASE, TODAY, ALL)

    assert made.stop is None
    rates = [step.rate for step in made.steps]
    assert rates == sorted(rates, reverse=True)
    assert all(step.gain > 0 and step.rate > 1 for step in made.steps)


def test_the_order_of_the_input_does_not_matter() -> None:
    chance = random.Random(3)

    plans = [plan(chance.sample(CASE, 3), TODAY, chance.sample(ALL, len(ALL))) for _ in range(5)]

    assert all(one == plans[0] for one in plans)


def test_nothing_is_asked_that_costs_more_than_it_can_bring() -> None:
    made = plan(CASE, TODAY, [replace(one, price=100_000.0) for one in ALL])

    assert made.steps == ()
    assert made.stop is not None
    assert made.stop.why is Why.NOT_WORTH


def test_a_dearer_look_up_is_never_worth_more() -> None:
    rates = [
        plan(CASE, TODAY, offers(2, price, ("realname",))).steps[0].rate for price in (5.0, 10.0, 20.0, 40.0)
    ]

    assert rates == sorted(rates, reverse=True)
    assert rates[0] > rates[-1]


def test_intrusion_costs_beside_the_price() -> None:
    gentle = plan(CASE, TODAY, offers(2, 10.0, ("realname",), intrusion=0))
    rough = plan(CASE, TODAY, offers(2, 10.0, ("realname",), intrusion=3))

    assert gentle.steps[0].rate > rough.steps[0].rate


@pytest.mark.parametrize(
    ("evidence", "intrusion"),
    [
        pytest.param(piece(1, bars=(Bar(code="opted_out"),)), 1, id="barred"),
        pytest.param(piece(1, StatedUser.REFERENCE), 1, id="a reference's"),
        pytest.param(piece(1, StatedUser.HOUSEHOLD), 1, id="the household's"),
        pytest.param(piece(1, StatedUser.WORKPLACE), 1, id="the workplace's"),
        pytest.param(piece(1), 4, id="intrusion of a third party"),
        pytest.param(piece(1), 9, id="intrusion nobody knows"),
        pytest.param(piece(1), -1, id="no such intrusion"),
    ],
)
def test_what_may_not_be_asked_is_never_planned(evidence: NumberEvidence, intrusion: int) -> None:
    made = plan([evidence, piece(2)], TODAY, offers(1, 0.0, intrusion=intrusion))

    assert made.steps == ()
    assert made.stop is not None
    assert made.stop.why is Why.NOTHING_LEFT


def test_one_barred_reading_of_a_number_is_enough() -> None:
    barred = replace(piece(1, bars=(Bar(code="ceased"),)), person="another")

    made = plan([piece(1), barred, piece(2)], TODAY, offers(1, 0.0))

    assert made.steps == ()


def test_masked_numbers_and_desks_are_not_asked_about() -> None:
    masked = replace(piece(1), phone=Phone(pattern="+86154****0001"))
    desk = replace(piece(1), phone=Phone(e164="+861065550100", extension="12"))

    assert askable(piece(1))
    assert not askable(masked)
    assert not askable(desk)


def test_a_look_up_about_a_number_that_is_not_in_the_case_is_left_out() -> None:
    assert plan(CASE, TODAY, offers(9)).steps == ()


@pytest.mark.parametrize("budget", [0.0, 9.0, 10.0, 25.0, 35.0])
def test_steps_stay_within_the_budget_together(budget: float) -> None:
    made = plan(CASE, TODAY, ALL, budget=budget)

    assert sum(step.cost for step in made.steps) <= budget
    assert bool(made.steps) == (budget >= 10.0)
    if not made.steps:
        assert made.stop is not None
        assert made.stop.why is Why.BUDGET


def _fork(name: str, yes: float, no: float) -> AnswerModel:
    row = (yes, yes, no, no, no)
    return AnswerModel(
        name=name, answers=("yes", "no"), likelihoods=(row, tuple(1.0 - share for share in row))
    )


def _number(key: str, p: float, *forks: AnswerModel, price: float = 1.0) -> Number:
    lookups = tuple(
        Lookup(source=fork.name, number=key, price=price, intrusion=0, answers=fork) for fork in forks
    )
    return Number(
        key=key,
        belief=(p, 0.0, (1 - p) / 2, (1 - p) / 2, 0.0),
        prices=(price,) * len(forks),
        costs=(price,) * len(forks),
        table=table(forks),
        offers=lookups,
    )


def test_two_look_ups_that_only_together_decide_are_planned_where_greed_stops() -> None:
    # One yes lifts 0.25 to 0.5 against a rival of 0.6: nothing changes. Two yeses lift it to 0.75.
    weak = (_fork("first", 0.9, 0.3), _fork("second", 0.9, 0.3))
    number = _number("a", 0.25, *weak)
    payoff = ORDER_ONLY.payoff

    greedy = [
        candidates([_number("a", 0.25, fork)], rival=0.6, payoff=payoff, information=0.0, budget=None)
        for fork in weak
    ]
    both = candidates([number], rival=0.6, payoff=payoff, information=0.0, budget=None)

    assert greedy == [[], []]
    best = max(both, key=lambda one: one.rate)
    assert len(best.rest) == 1
    together = 0.25 * 0.81
    yes_yes = together + 0.75 * 0.09
    assert best.gain == pytest.approx(together - 0.6 * yes_yes)
    # The second is paid for only where the first said yes.
    assert best.cost == pytest.approx(1.0 + 0.25 * 0.9 + 0.75 * 0.3)


def test_two_numbers_that_only_together_turn_the_order_are_planned_together() -> None:
    # A no lowers the first from 0.60 to 0.47, a yes lifts the second from 0.45 to 0.52: each alone is too
    # little to change who is called, both are not.
    first = _number("a", 0.60, _fork("check", 0.70, 0.50))
    second = _number("b", 0.45, _fork("check", 0.60, 0.45))
    payoff = ORDER_ONLY.payoff
    no = 0.60 * 0.30 / (0.60 * 0.30 + 0.40 * 0.50)
    yes = 0.45 * 0.60 / (0.45 * 0.60 + 0.55 * 0.45)
    assert 0.45 < no < yes < 0.60

    alone = candidates([first], rival=0.45, payoff=payoff, information=0.0, budget=None)
    other = candidates([second], rival=0.60, payoff=payoff, information=0.0, budget=None)
    both = candidates([first, second], rival=0.0, payoff=payoff, information=0.0, budget=None)

    assert (alone, other) == ([], [])
    assert both
    assert all(one.rest for one in both)


def test_a_pair_nobody_can_pay_for_is_not_begun() -> None:
    number = _number("a", 0.25, _fork("first", 0.9, 0.3), _fork("second", 0.9, 0.3))

    found = candidates([number], rival=0.6, payoff=ORDER_ONLY.payoff, information=0.0, budget=1.5)

    assert found == []


def _expected(number: Number, rival: float, chosen: tuple[int, ...]) -> float:
    """The gain of asking a whole set, by going through every combination of answers."""
    models = [number.offers[place].answers for place in chosen]
    total = 0.0
    for answers in itertools.product(*(range(len(model.answers)) for model in models)):
        weight = []
        for column in range(FATES):
            share = number.belief[column]
            for model, answer in zip(models, answers, strict=True):
                share *= model.likelihoods[answer][column]
            weight.append(share)
        worth = sum(share * pay for share, pay in zip(weight, ORDER_ONLY.payoff, strict=True))
        total += max(worth, rival * sum(weight))
    return total - max(number.worth(ORDER_ONLY.payoff), rival)


def test_a_single_look_up_is_worth_what_going_through_its_answers_says() -> None:
    models = tuple(ANSWERS[kind] for kind in KINDS)
    number = _number("a", 0.4, *models)

    for place in range(len(models)):
        alone = _number("a", 0.4, models[place])
        found = candidates([alone], rival=0.45, payoff=ORDER_ONLY.payoff, information=0.0, budget=None)
        gain = found[0].gain if found else 0.0
        assert gain == pytest.approx(_expected(number, 0.45, (place,)), abs=1e-9)


def test_no_set_is_expected_to_harm() -> None:
    chance = random.Random(11)
    models = tuple(ANSWERS[kind] for kind in KINDS)

    for _ in range(50):
        number = _number("a", chance.random(), *models)
        found = candidates(
            [number], rival=chance.random(), payoff=ORDER_ONLY.payoff, information=0.02, budget=None
        )
        assert all(one.gain >= 0.0 and one.cost > 0.0 for one in found)


def test_what_was_answered_today_is_hardly_worth_asking_again() -> None:
    fact = LineFact(
        kind=FactKind.ATTRIBUTE_MATCH,
        value="exact",
        phone=phone(1),
        source="carrier",
        as_of=TODAY,
        attribute="name+id",
    )
    old = replace(fact, as_of=TODAY - dt.timedelta(days=900))
    model = ANSWERS["realname"]
    yes = model.answers.index("yes")

    now, later = (repeated(model, piece(1, facts=(one,)), TODAY) for one in (fact, old))

    assert now.likelihoods[yes][Fate.STRANGER] > 0.9
    assert later.likelihoods[yes][Fate.STRANGER] < 0.3
    assert repeated(model, piece(1), TODAY) is model


@pytest.mark.parametrize("model", [*ANSWERS.values(), UNKNOWN, LETTER, SEALED_CALL], ids=lambda one: one.name)
def test_the_answers_of_every_fate_add_up(model: AnswerModel) -> None:
    for column in zip(*model.likelihoods, strict=True):
        assert sum(column) == pytest.approx(1.0)
        assert min(column) > 0.0


@pytest.mark.parametrize(
    "shares",
    [
        pytest.param({}, id="no answers"),
        pytest.param({"yes": (0.5, 0.5)}, id="too few fates"),
        pytest.param({"yes": (0.5, 0.5, -0.1, 0.5, 0.5)}, id="a share below nought"),
        pytest.param({"yes": (0.5, 0.5, float("nan"), 0.5, 0.5)}, id="a share that is none"),
        pytest.param({"yes": (0.5, 0.5, 0.0, 0.5, 0.5)}, id="a fate without an answer"),
    ],
)
def test_a_table_of_answers_that_makes_no_sense_is_refused(shares: dict[str, tuple[float, ...]]) -> None:
    with pytest.raises(ValueError, match="fate"):
        answer_model("x", shares)


@pytest.mark.parametrize(
    "wrong",
    [{"right_party": 0.0}, {"wrong_party": -1.0}, {"attempt": float("nan")}, {"intrusion": (float("inf"),)}],
    ids=str,
)
def test_a_worth_that_is_none_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError):
        Worth(**wrong)  # type: ignore[arg-type]


def test_without_a_number_to_call_a_letter_is_written_or_the_case_returned() -> None:
    dead = [piece(1, StatedUser.REFERENCE, years=9.0)]

    letter = plan(dead, TODAY, [])
    nowhere = plan(dead, TODAY, [], address=False)
    too_dear = plan(dead, TODAY, [], worth=Worth(letter=10_000.0))
    silent = plan([piece(1, bars=(Bar(code="represented"),))], TODAY, [])

    assert letter.stop is not None
    assert letter.stop.then is Then.LETTER
    assert [one.stop.then for one in (nowhere, too_dear, silent) if one.stop] == [Then.RETURN] * 3


def test_a_number_that_is_worth_a_call_is_called() -> None:
    made = plan([piece(1, years=0.1)], TODAY, [])

    assert made.stop is not None
    assert made.stop.then is Then.CALL


def test_a_case_without_numbers_has_a_plan_too() -> None:
    made = plan([], TODAY, ALL)

    assert made.stop is not None
    assert (made.stop.why, made.stop.then) == (Why.NOTHING_LEFT, Then.LETTER)


def test_many_look_ups_about_many_numbers_are_planned_in_bounded_work() -> None:
    case = [piece(which, years=1.0 + which / 7) for which in range(12)]
    many = [
        replace(one, source=f"{one.source}-{copy}")
        for which in range(12)
        for one in offers(which)
        for copy in range(5)
    ]

    made = plan(case, TODAY, many)

    assert made.steps
    assert len(table(tuple(ANSWERS[kind] for kind in KINDS)).rows) < 1000


def test_no_person_shows_in_what_is_printed() -> None:
    made = plan(CASE, TODAY, ALL)

    assert isinstance(made.steps[0], Step)
    assert "154000000" not in repr(made.steps)
    assert rank(CASE, TODAY) == made.ranking
