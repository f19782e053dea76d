"""Whatever the program says in codes has a sentence, and the sentence says which way it points."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from importlib.metadata import entry_points
from itertools import product

import pytest

from graph import inuse, outcome_codes
from graph.inuse_weights import DEFAULT as IN_USE
from graph.mistrace import FITS_ANOTHER, TWO_IDENTITIES
from graph.model import (
    Advice,
    FactKind,
    Identity,
    Judgement,
    Line,
    LineType,
    NumberEvidence,
    Party,
    Phone,
    Reason,
    Role,
    StatedUser,
)
from graph.outcomes import CODES
from graph.reach import Reach
from graph.weights import LEVELS, PRIORS
from sources.carrier.facts import ANCHORED, ATTRIBUTES, FORMS, VALUES
from sources.contract import Channel, Outcome
from tracer.desk import barring, suppressing, wording, wording_facts, wording_matches
from tracer.desk.wording import reason, word
from tracer.log.vocabulary import EVENTS
from tracer.words import speak

# One value of each kind that has a form instead of a list of values.
FORMED = {
    FactKind.TENURE: ("[3,6)", "[24,)", "no_data", "since_anchor"),
    FactKind.CARRIER: ("original:Lantern Mobile", "current:Lantern Mobile", "mvno:Lantern Mobile"),
    FactKind.NUMBER_REGION: ("Hangzhou",),
}


@pytest.fixture
def chinese() -> Iterator[None]:
    speak("zh")
    yield
    speak("en")


def fact(kind: str, value: str, *, bits: float = 1.0, **params: str) -> Reason:
    return Reason(code=f"fact.{kind}", bits=bits, params=(("value", value), *params.items()))


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        pytest.param(wording.USERS, set(StatedUser), id="users"),
        pytest.param(wording.ADVICE, set(Advice), id="advice"),
        pytest.param(wording.HEARD, set(Line), id="lines heard"),
        pytest.param(wording.PARTIES, set(Party), id="parties"),
        pytest.param(wording.IDENTITIES, set(Identity), id="identities"),
        pytest.param(wording.JUDGEMENTS, set(Judgement), id="judgements"),
        pytest.param(wording.ROLES, set(Role), id="roles"),
        pytest.param(wording.CHANNELS, set(Channel), id="channels"),
        pytest.param(wording.OUTCOMES, set(Outcome), id="outcomes"),
        pytest.param(wording.EVENTS, set(EVENTS), id="events"),
        pytest.param(wording.LINES, {*LineType, *VALUES[FactKind.LINE_TYPE]}, id="kinds of line"),
        pytest.param(wording_facts._ATTRIBUTES, ATTRIBUTES, id="attributes"),
        pytest.param(wording_matches._PRIORS, {prior.relation for prior in PRIORS}, id="priors"),
        pytest.param(wording_matches.ALARMS, {TWO_IDENTITIES, FITS_ANOTHER}, id="alarms"),
        pytest.param(wording._CLAIMS, set(StatedUser), id="claims"),
    ],
)
def test_a_table_of_words_has_every_code_and_no_other(table: Mapping[str, str], codes: set[str]) -> None:
    assert set(table) == {str(code) for code in codes}


def test_every_bar_has_words() -> None:
    codes = {value for name, value in vars(outcome_codes).items() if name.startswith("BAR_")}
    used = {coded.bar for codes_of_list in CODES.values() for coded in codes_of_list.values()} - {""}

    assert used <= codes
    assert set(wording.BARS) == {*codes, *suppressing.LISTS, barring.OBJECTION, barring.DISPUTED}


def test_every_state_of_a_case_and_first_pass_state_has_words() -> None:
    assert set(wording.STATES) == {"open", "closed", "returned", *map(str, Reach)}


def test_every_source_that_comes_with_the_program_or_the_model_has_a_name() -> None:
    installed = {
        point.name
        for point in entry_points(group="tracer.sources")
        if point.dist is not None and point.dist.name == "lost-contact-tracer"
    }

    assert installed
    assert installed | set(IN_USE.source_class) <= set(wording.SOURCES)


def test_every_conflict_that_resolving_can_find_has_words() -> None:
    from graph import resolve

    documented = set(re.findall(r"``((?:verdicts|scores)\.\w+)``", resolve.Conflict.__doc__ or ""))

    assert documented
    assert documented == set(wording.CONFLICTS)


def test_every_value_of_every_kind_of_fact_has_a_whole_sentence() -> None:
    unsaid = []
    for kind in FactKind:
        for value in VALUES.get(kind, FORMED.get(kind, ())):
            said = reason(fact(kind, value, anchor="2024-05-01", attribute="name"))
            if "answered" in said or said.startswith("fact.") or said.endswith("?"):
                unsaid.append(f"{kind}.{value}")

    assert set(VALUES) | set(FORMS) == set(FactKind)
    assert unsaid == []


def test_no_two_answers_of_one_kind_have_the_same_sentence() -> None:
    for kind, values in VALUES.items():
        sentences = {reason(fact(kind, value, anchor="2024-05-01", attribute="name")) for value in values}

        assert len(sentences) == len(values), kind


def test_an_answer_about_a_date_says_the_date() -> None:
    for kind, value in product(ANCHORED, ("yes", "no", "unknown")):
        assert "2024-05-01" in reason(fact(kind, value, anchor="2024-05-01"))
        assert "a date not given" in reason(fact(kind, value))


def test_a_comparison_says_what_was_compared() -> None:
    said = {
        attribute: reason(fact("attribute_match", "exact", attribute=attribute)) for attribute in ATTRIBUTES
    }

    assert said["name+id"] == "The carrier's registered holder has the debtor's name and id number"
    assert len(set(said.values())) == len(ATTRIBUTES)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        pytest.param("no", "The carrier says the number has not changed hands since 2024-05-01", id="good"),
        pytest.param("yes", "The carrier says the number has changed hands since 2024-05-01", id="bad"),
        pytest.param(
            "unknown",
            "The carrier does not know whether the number has changed hands since 2024-05-01",
            id="neither",
        ),
    ],
)
def test_a_change_of_holder_is_a_statement_and_not_a_question(value: str, said: str) -> None:
    assert reason(fact("holder_changed_since", value, anchor="2024-05-01")) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        pytest.param(
            "[3,6)", "The carrier says the same customer has held the number for 3 to 6 months", id="span"
        ),
        pytest.param(
            "[24,)", "The carrier says the same customer has held the number for 24 months or more", id="open"
        ),
        pytest.param("no_data", "The carrier has no date since when the line is held", id="none"),
    ],
)
def test_a_tenure_is_said_in_months(value: str, said: str) -> None:
    assert reason(fact("tenure", value)) == said


def test_a_change_whose_day_is_known_names_the_day() -> None:
    said = reason(fact("holder_changed_since", "yes", anchor="2024-05-01", attribute="day_of_change"))

    assert said == "The carrier says the number changed hands on 2024-05-01"


def test_a_value_of_a_later_version_is_given_as_it_is() -> None:
    assert reason(fact("line_status", "frozen")) == "The carrier answered line_status: frozen"


def test_every_call_that_the_model_weighs_has_a_sentence() -> None:
    heard = {name.removesuffix(".shared") for name in IN_USE.calls} | {str(line) for line in Line}

    unsaid = [name for name in sorted(heard) if reason(Reason(code=f"call.{name}", bits=1.0)) == name]

    assert unsaid == []


def test_every_family_of_reasons_has_a_sentence() -> None:
    some = {
        "claim": Reason(code="claim.case_file", bits=1.0, params=(("stated_user", "debtor"),)),
        "fact": fact("ported", "yes"),
        "call": Reason(code="call.busy", bits=1.0),
        "time": Reason(code="time", bits=-1.0, params=(("days", "90"), ("since", "2024-05-01"))),
        "line_type": Reason(code="line_type", bits=-2.0, params=(("line_type", "voip"),)),
        "shared": Reason(code="shared", bits=-2.0, params=(("persons", "2"),)),
    }

    said = {family: reason(some.get(family, Reason(code=family, bits=1.0))) for family in inuse.REASON_CODES}

    assert all(" " in sentence for sentence in said.values())
    assert said["line_type"] == "The kind of line: internet telephone"
    assert said["time"].startswith("90 days have passed since 2024-05-01")


def test_what_ranking_really_gives_is_said_in_sentences() -> None:
    # Two numbers, so that the reasons about the others and about time are there as well.
    evidence = [
        NumberEvidence(
            phone=Phone(e164=f"+8615400000{index:03d}", line_type=LineType.VOIP), shared_with=index
        )
        for index in (1, 2)
    ]

    ranking = inuse.rank(evidence, dt.date(2026, 11, 23))

    said = [reason(one) for number in ranking.numbers for one in number.reasons]
    assert said
    assert all(" " in sentence and "{" not in sentence for sentence in said)


def test_the_other_numbers_of_the_debtor_speak_for_or_against() -> None:
    speaking_for = reason(Reason(code="other_numbers", bits=1.7))
    against = reason(Reason(code="other_numbers", bits=-1.6))

    assert "leave room" in speaking_for
    assert "against" in against


def test_calibration_claims_no_learning_while_nothing_was_learned() -> None:
    said = reason(Reason(code="calibration", bits=0.1))

    assert IN_USE.fitted_on == 0
    assert "nothing was learned" in said


def test_a_claim_says_whose_number_it_is_and_that_it_has_no_date() -> None:
    params = (("stated_user", "workplace"), ("undated", "yes"))

    said = reason(Reason(code="claim.references", bits=-1.0, params=params))

    assert said == (
        "The debtor's list of references gives it as the number of the debtor's workplace, without a date"
    )


def test_reasons_of_a_kind_say_how_many_they_are() -> None:
    assert (
        reason(Reason(code="call.no_answer", bits=-1.0, params=(("count", "7"),))) == "Nobody answered (×7)"
    )


def test_the_reasons_of_a_match_are_sentences() -> None:
    codes = [level.code for level in LEVELS]
    codes += sorted({f"{code.rpartition('.')[0]}.{how}" for code in codes for how in ("value", "masked")})
    codes += ["name.together", "contacts.together", "household"]

    unsaid = [code for code in codes if " " not in reason(Reason(code=code, bits=1.0))]

    assert unsaid == []
    assert "debtor of one case" in reason(
        Reason(code="prior", bits=6.0, params=(("relation", "one_debtor"),))
    )


def test_a_code_of_a_plug_in_is_given_as_it_is() -> None:
    assert reason(Reason(code="claim.city_library", bits=1.0, params=(("stated_user", "debtor"),))) == (
        "city_library gives it as the debtor's own number"
    )
    assert reason(Reason(code="stars.favourable", bits=1.0)) == "stars.favourable"
    assert word(wording.EVENTS, "stars") == "stars"


def test_reasons_in_chinese_leave_no_english(chinese: None) -> None:
    english = []
    for kind in FactKind:
        for value in VALUES.get(kind, ("[3,6)", "[24,)", "no_data")):
            said = reason(fact(kind, value, anchor="2024-05-01", attribute="name+id"))
            if kind in VALUES and re.search("[A-Za-z]{2}", said.replace("SIM", "")):
                english.append(said)

    assert english == []
