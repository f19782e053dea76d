"""Outcome codes are three facts."""

from __future__ import annotations

import datetime as dt

import pytest

from graph.model import Identity, Line, Outcome, Party, Phone
from graph.outcomes import CODES, PERMANENT_BARS, Coded, bars_of, lists_of, read_code

PHONE = Phone(e164="+8615400000001")


def _outcome(code: str, party: Party, day: int, line: Line = Line.CONNECTED) -> Outcome:
    at = dt.datetime(2026, 3, day, 9, tzinfo=dt.UTC)
    return Outcome(phone=PHONE, at=at, line=line, party=party, identity=Identity.NOT_CHECKED, code=code)


def _read(code: str, list_name: str | None = None) -> Coded:
    read = read_code(code, list_name)
    assert read is not None
    return read


@pytest.mark.parametrize(
    ("code", "line", "party"),
    [
        pytest.param("LOOO", Line.VACANT, Party.NOBODY, id="letters: vacant"),
        pytest.param("NOSE", Line.CONNECTED, Party.WRONG_PARTY, id="letters: no such person"),
        pytest.param("MESS", Line.CONNECTED, Party.THIRD_PARTY, id="letters: message relayed"),
        pytest.param("PTP", Line.CONNECTED, Party.SELF, id="letters: promise"),
        pytest.param("3", Line.VACANT, Party.NOBODY, id="dialler: vacant"),
        pytest.param("18", Line.NUMBER_CHANGED, Party.NOBODY, id="dialler: number changed"),
        pytest.param("电话易主", Line.CONNECTED, Party.WRONG_PARTY, id="manual: changed owner"),
        pytest.param("TT", Line.CONNECTED, Party.SELF, id="us: talked to"),
        pytest.param("TW", Line.CONNECTED, Party.THIRD_PARTY, id="us: talked with other"),
        pytest.param("SUCCESS", Line.CONNECTED, Party.SELF, id="finvi: success"),
        pytest.param("CHANGE_OWNER", Line.CONNECTED, Party.WRONG_PARTY, id="phone status: changed owner"),
    ],
)
def test_a_code_is_read_as_what_the_line_did_and_who_answered(code: str, line: Line, party: Party) -> None:
    read = _read(code)

    assert (read.line, read.party) == (line, party)


def test_the_dialler_list_covers_0_to_20_without_a_hole() -> None:
    assert set(CODES["cn_dialler"]) == {str(number) for number in range(21)}


def test_no_list_says_an_identity_was_verified_unless_its_code_says_so() -> None:
    verified = [
        read.code for table in CODES.values() for read in table.values() if read.identity is Identity.VERIFIED
    ]

    assert verified == ["RIGHT_PARTY_VERIFIED"]


@pytest.mark.parametrize(
    "written", ["NOSE", "nose", " nose ", "ＮＯＳＥ", "cn_letters:nose"], ids=lambda text: f"{text!r}"
)
def test_case_width_and_blanks_of_a_code_do_not_matter(written: str) -> None:
    assert _read(written).code == "NOSE"


@pytest.mark.parametrize("written", ["03", "3.0", "３"], ids=lambda text: f"{text!r}")
def test_what_a_spreadsheet_does_to_a_dialler_number_is_undone(written: str) -> None:
    assert _read(written).code == "3"


def test_one_code_in_two_lists_is_told_apart_by_the_name_of_the_list() -> None:
    assert _read("0", "cn_dialler").line is Line.NO_ANSWER
    assert _read("0", "status_b").line is Line.VACANT


def test_a_code_that_two_lists_read_alike_needs_no_name() -> None:
    assert len(lists_of("WN")) == 2
    assert _read("WN").party is Party.WRONG_PARTY


@pytest.mark.parametrize("code", ["", "XYZZY", "21", "TR/XX", "²³", ":", "us_latitude:", "空"])
def test_an_unknown_code_is_none(code: str) -> None:
    assert read_code(code) is None


def test_an_unknown_list_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(ValueError, match="cn_letters"):
        read_code("PTP", "martian")


def test_a_us_action_with_its_result_says_who_was_dialled() -> None:
    assert _read("TR/TT").party is Party.SELF
    assert _read("TE TT").party is Party.THIRD_PARTY
    assert _read("3P-NA").line is Line.NO_ANSWER


@pytest.mark.parametrize(
    ("code", "bar"),
    [
        ("WN", "wrong_party"),
        ("NOSE", "wrong_party"),
        ("电话易主", "wrong_party"),
        ("AT", "represented"),
        ("TA/LM", "represented"),
        ("QUIT", "third_party_refused"),
        ("亲友拒绝沟通", "third_party_refused"),
        ("CEASE", "ceased"),
        ("OPT_OUT", "opted_out"),
        ("NOAS", ""),
        ("PTP", ""),
    ],
)
def test_a_code_that_forbids_the_number_says_why(code: str, bar: str) -> None:
    assert _read(code).bar == bar


def test_only_the_refusal_of_a_third_party_can_never_be_lifted() -> None:
    permanent = {read.bar for table in CODES.values() for read in table.values() if read.bar_is_permanent}

    assert permanent == PERMANENT_BARS == {"third_party_refused"}


def test_a_promise_is_flagged_and_keeps_apart_whose_it_was() -> None:
    assert (_read("PTP").promise, _read("PTP").party) == (True, Party.SELF)
    assert (_read("PTPX").promise, _read("PTPX").party) == (True, Party.THIRD_PARTY)
    assert not _read("KNOW").promise


def test_the_bars_of_a_number_are_the_first_of_each_kind_in_any_order_of_the_outcomes() -> None:
    outcomes = [
        _outcome("NOSE", Party.WRONG_PARTY, 5),
        _outcome("", Party.WRONG_PARTY, 2),
        _outcome("QUIT", Party.THIRD_PARTY, 7),
        _outcome("NOAS", Party.NOBODY, 1, Line.NO_ANSWER),
    ]

    bars = bars_of(outcomes)

    assert [(bar.code, bar.at.day if bar.at else 0) for bar in bars] == [
        ("wrong_party", 2),
        ("third_party_refused", 7),
    ]
    assert bars == bars_of(reversed(outcomes))
