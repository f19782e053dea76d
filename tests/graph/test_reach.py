"""Who of a case can be reached."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from graph.model import Identity, Line, Outcome, Party, Phone
from graph.outcomes import read_code
from graph.reach import Reach, reach

OWN = Phone(e164="+8615400000001")
MOTHER = Phone(e164="+8615400000002")


def _call(code: str, day: int, phone: Phone = OWN, *, strength: float | None = None) -> Outcome:
    read = read_code(code)
    assert read is not None
    return Outcome(
        phone=phone,
        at=dt.datetime(2026, 3, day, 9, tzinfo=dt.UTC),
        line=read.line,
        party=read.party,
        identity=read.identity,
        code=code,
        strength=strength,
    )


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        pytest.param([], Reach.NEW, id="nothing tried"),
        pytest.param(["10"], Reach.NEW, id="misdialled"),
        pytest.param(["LOOO"], Reach.FULLY_LOST, id="vacant"),
        pytest.param(["STOP"], Reach.FULLY_LOST, id="stopped"),
        pytest.param(["NOSE"], Reach.FULLY_LOST, id="no such person"),
        pytest.param(["MESF"], Reach.FULLY_LOST, id="fax"),
        pytest.param(["FAIL"], Reach.FULLY_LOST, id="disconnected or wrong"),
        pytest.param(["BUSY"], Reach.SEMI_LOST, id="busy"),
        pytest.param(["CUT"], Reach.SEMI_LOST, id="cut off"),
        pytest.param(["NOAS"], Reach.SEMI_LOST, id="no answer"),
        pytest.param(["OFF"], Reach.SEMI_LOST, id="switched off"),
        pytest.param(["NOTK"], Reach.SEMI_LOST, id="third party cannot relay"),
        pytest.param(["CUT_UNVERIFIED"], Reach.SEMI_LOST, id="hung up before the check"),
        pytest.param(["MESS"], Reach.THIRD_PARTY_REACHABLE, id="message relayed"),
        pytest.param(["KNOW"], Reach.SELF_REACHABLE, id="talking"),
        pytest.param(["PTP"], Reach.SELF_REACHABLE, id="promise"),
        pytest.param(["PTP", "NOAS", "NOAS"], Reach.SELF_REACHABLE, id="talked to, then did not pick up"),
        pytest.param(["PTP", "LOOO"], Reach.FULLY_LOST, id="talked to, then the line died"),
        pytest.param(["NOSE", "NOAS"], Reach.FULLY_LOST, id="a stranger who then did not pick up"),
        pytest.param(["LOOO", "NOAS"], Reach.SEMI_LOST, id="a dead line that rings again"),
        pytest.param(["NOSE", "PTP"], Reach.SELF_REACHABLE, id="the dodger gave in"),
    ],
)
def test_the_state_follows_the_level_of_the_codes(codes: list[str], expected: Reach) -> None:
    outcomes = [_call(code, day) for day, code in enumerate(codes, start=1)]

    assert reach(outcomes) is expected


def test_a_case_is_as_reachable_as_its_best_number() -> None:
    assert reach([_call("LOOO", 1), _call("MESS", 2, MOTHER)]) is Reach.THIRD_PARTY_REACHABLE
    assert reach([_call("PTP", 1), _call("QUIT", 2, MOTHER)]) is Reach.SELF_REACHABLE


def test_a_third_party_who_refuses_to_relay_does_not_make_the_case_reachable() -> None:
    assert reach([_call("QUIT", 2, MOTHER)]) is Reach.SEMI_LOST


def test_an_it_is_me_that_nobody_believed_is_no_contact() -> None:
    assert reach([_call("TT", 1, strength=0.1)]) is Reach.SEMI_LOST


def test_the_order_in_which_outcomes_come_does_not_matter_even_at_one_moment() -> None:
    outcomes = [_call("PTP", 1), _call("LOOO", 1), _call("NOAS", 2), _call("MESS", 2, MOTHER)]

    assert len({reach(order) for order in itertools.permutations(outcomes)}) == 1


def test_times_with_and_without_a_zone_can_be_mixed() -> None:
    naive = Outcome(
        phone=OWN,
        at=dt.datetime(2026, 3, 9),
        line=Line.VACANT,
        party=Party.NOBODY,
        identity=Identity.NOT_CHECKED,
    )

    assert reach([_call("PTP", 1), naive]) is Reach.FULLY_LOST
