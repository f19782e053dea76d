"""When two identities compete for one debtor the case is marked instead of guessed."""

from __future__ import annotations

import datetime as dt

import pytest

from graph.mistrace import FITS_ANOTHER, TWO_IDENTITIES
from graph.model import Judgement, Verdict
from graph.resolve import resolve
from graph.weigh import match

ONE, TWO = "440000199001010044", "440000199001010060"


def alarmed(records, verdicts=()):
    return [(one.code, one.case, one.left, one.right) for one in found(records, verdicts).alarms]


def found(records, verdicts=()):
    return resolve(records, match(records), verdicts)


def verdict(left, right, judgement):
    at = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    return Verdict(left=left, right=right, judgement=Judgement(judgement), by="someone", at=at)


@pytest.fixture
def debtor(record):
    return record("1", "李建国", case="A", phones="15400000001")


@pytest.fixture
def rivals(record, prc_id):
    """Two people of one name and telephone, whose ids differ: only one can be the debtor."""
    return [
        record("2", "李建国", case="B", phones="15400000001", ids=(prc_id(ONE),)),
        record("3", "李建国", case="C", phones="15400000001", ids=(prc_id(TWO),)),
    ]


def test_two_identities_that_fit_a_case_alike_raise_an_alarm(debtor, rivals):
    told = [one for one in alarmed([debtor, *rivals]) if one[1] == "A"]

    assert len(told) == 1
    assert told[0][0] == TWO_IDENTITIES
    assert told[0][2] == "s:1"


def test_the_better_of_two_identities_raises_none(record, prc_id, rivals):
    born = record("1", "李建国", case="A", phones="15400000001", ids=(prc_id(ONE),))

    assert [one for one in alarmed([born, *rivals]) if one[1] == "A"] == []


def test_a_verdict_settles_it(debtor, rivals):
    judged = [verdict("s:1", "s:2", "same"), verdict("s:1", "s:3", "different")]

    assert [one for one in alarmed([debtor, *rivals], judged) if one[1] == "A"] == []


def test_two_records_of_one_debtor_that_are_two_persons_raise_an_alarm(record):
    people = [record("1", "李建国", case="A"), record("2", "王芳", case="A")]

    assert alarmed(people) == [(TWO_IDENTITIES, "A", "s:1", "s:2")]


def test_what_fits_another_person_better_raises_an_alarm(record, prc_id):
    people = [
        record("1", "张伟", case="A", phones="15400000001", ids=(prc_id(ONE),)),
        record("2", "张伟", case="A", phones="15400000009", addresses=("杭州文三路100号3幢201室",)),
        record(
            "3",
            "张伟",
            case="B",
            phones="15400000009",
            born="1984-05-06",
            addresses=("杭州文三路100号3幢201室",),
        ),
    ]
    apart = [verdict("s:1", "s:3", "different")]

    codes = [one[0] for one in alarmed(people, apart) if one[1] == "A"]

    assert codes == [FITS_ANOTHER]


def test_an_ordinary_case_raises_none(record, prc_id):
    people = [
        record("1", "李建国", case="A", phones="15400000001", ids=(prc_id(ONE),)),
        record("2", "李*", case="A", ids=(prc_id("4400**********0044"),)),
        record("3", "王芳", case="A", role="spouse", phones="15400000002"),
        record("4", "陈静", case="A", role="reference", phones="15400000003"),
    ]

    assert alarmed(people) == []


def test_the_alarms_do_not_depend_on_the_order_of_the_records(debtor, rivals):
    assert alarmed([debtor, *rivals]) == alarmed([*rivals[::-1], debtor])
