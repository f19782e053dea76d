"""Columns of levels: each distinct pair of values once, and the contact comparisons."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from graph import compare as module
from graph.compare import compare
from graph.model import Phone

ONE_PAIR = np.array([[0, 1]])


def level(records, column: str) -> str:
    found = compare(records, ONE_PAIR)[column]
    place = int(found.level[0])
    return found.codes[place - 1] if place else ""


@pytest.mark.parametrize(
    ("left", "right", "code"),
    [
        pytest.param("杭州市文三路100号", "杭州市文三路100号", "address.same", id="equal"),
        pytest.param("浙江省杭州市文三路100号", "杭州市文三路100号", "address.same", id="province left out"),
        pytest.param("杭州市文三路100号", "杭州市文三路 100 号", "address.same", id="spaces"),
        pytest.param("杭州市文三路100号3幢201室", "杭州市文三路100号", "address.similar", id="flat left out"),
        pytest.param("12 Oak Street Springfield", "12 Oak Streat Springfield", "address.similar", id="slip"),
        pytest.param("杭州市文三路100号", "杭州市文三路102号", "address.different", id="next door"),
        pytest.param("杭州市文三路100号", "北京市中关村大街1号", "address.different", id="elsewhere"),
        pytest.param("杭州市文三路***号", "杭州市文三路100号", "", id="masked"),
    ],
)
def test_addresses_meet_at_their_level(record, left, right, code):
    pair = [record("1", addresses=(left,)), record("2", addresses=(right,))]

    assert level(pair, "address") == code
    assert level(pair[::-1], "address") == code


@pytest.mark.parametrize(
    ("left", "right", "code"),
    [
        pytest.param("虚构科技", "虚构科技", "employer.same", id="equal"),
        pytest.param("杭州虚构科技", "虚构科技", "employer.similar", id="contained"),
        pytest.param("虚构科技", "想象餐饮", "employer.different", id="another"),
    ],
)
def test_employers_meet_at_their_level(record, left, right, code):
    assert level([record("1", employers=(left,)), record("2", employers=(right,))], "employer") == code


@pytest.mark.parametrize(
    ("left", "right", "code"),
    [
        pytest.param("wei@example.org", "Wei@Example.org", "email.same", id="equal"),
        pytest.param("hr@example.org", "hr@example.org", "email.role_box", id="a firm's"),
        pytest.param("wei@example.org", "na@example.org", "email.different", id="another"),
        pytest.param("w***@example.org", "wei@example.org", "", id="masked"),
    ],
)
def test_emails_meet_at_their_level(record, left, right, code):
    assert level([record("1", emails=(left,)), record("2", emails=(right,))], "email") == code


@pytest.mark.parametrize(
    ("left", "right", "code"),
    [
        pytest.param("15400000001", "15400000001", "phone.mobile", id="mobile"),
        pytest.param("154****0001", "15400000001", "phone.masked", id="mask fits"),
        pytest.param("154****0002", "15400000001", "phone.none", id="mask differs"),
        pytest.param("15400000001/15400000002", "15400000002", "phone.mobile", id="one of several"),
        pytest.param("15400000001", "15400000002", "phone.none", id="another"),
    ],
)
def test_phones_meet_at_their_level(record, left, right, code):
    assert level([record("1", phones=left), record("2", phones=right)], "phone") == code


def test_a_landline_is_less_personal_than_a_mobile(record):
    pair = [record("1", lines=("+865710000000",)), record("2", lines=("+865710000000",))]

    assert level(pair, "phone") == "phone.line"


def test_a_distinct_pair_of_values_is_scored_once_however_many_records_hold_it(record, monkeypatch):
    calls = []
    real = module.name_score
    monkeypatch.setattr(module, "name_score", lambda *args: calls.append(1) or real(*args))
    records = [record(str(i), "张伟" if i % 2 else "李娜") for i in range(40)]
    left, right = np.triu_indices(40, k=1)

    compare(records, np.stack([left, right], axis=1))

    assert len(calls) == 3


def test_how_many_names_hold_a_shared_number_is_counted(record):
    names = ["张伟", "李娜", "王芳", "张*", ""]
    records = [record(str(i), name, phones="15400000001") for i, name in enumerate(names)]

    found = compare(records, ONE_PAIR)["phone"]

    assert found.holders.tolist() == [3]


def test_the_rarest_of_several_shared_names_decides(record):
    columns = [
        compare([record("1", names), record("2", names)], ONE_PAIR)["name"]
        for names in ("张伟", "邹语桐", "张伟|邹语桐", "邹语桐|张伟")
    ]

    common, rare, *both = [float(column.rarity[0]) for column in columns]

    assert common < rare
    assert both == [rare, rare]


def test_a_value_of_which_nothing_can_be_said_does_not_hide_another(record):
    barely = Phone(pattern="+861**********")
    first = replace(record("1"), phones=(barely, *record("1", phones="15400000001").phones))

    assert level([first, record("2", phones="15400000001")], "phone") == "phone.mobile"
    assert level([first, record("2", phones="15400000002")], "phone") == "phone.none"
    assert level([replace(first, phones=(barely,)), record("2", phones="15400000002")], "phone") == ""


def test_ids_of_different_kinds_are_compared_apart(record, prc_id):
    columns = compare([record("1", ids=(prc_id("990000199002030011"),)), record("2")], ONE_PAIR)

    assert columns["id:prc_id"].level.tolist() == [0]
    assert "id:us_ssn" not in columns
