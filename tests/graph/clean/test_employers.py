"""Employers."""

from __future__ import annotations

import pytest

from graph.clean.employers import read_employer


def key(text: str) -> str:
    value = read_employer(text).value
    assert value is not None
    return value.key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("杭州某某网络科技有限公司", "杭州某某网络科技股份有限公司"),
        ("杭州某某网络科技有限公司", "杭州某某網絡科技有限責任公司"),
        ("某某(杭州)科技有限公司", "某某（杭州）科技"),
        ("中国某某银行股份有限公司杭州分行", "中国某某银行杭州分行"),
        ("ACME Widgets, L.L.C.", "Acme Widgets"),
        ("The Acme Widgets Company", "ACME WIDGETS INC"),
        ("Smith & Sons Ltd.", "Smith and Sons Limited"),
    ],
)
def test_one_employer_has_one_key_whatever_its_legal_form(one: str, other: str) -> None:
    assert key(one) == key(other)


def test_a_branch_is_another_place_of_work() -> None:
    assert key("杭州某某有限公司") != key("杭州某某有限公司上海分公司")


def test_a_name_that_is_only_a_legal_form_still_has_a_key() -> None:
    assert key("有限公司")


@pytest.mark.parametrize(
    ("text", "status"),
    [("无业", "unemployed"), ("自由职业", "self_employed"), ("Retired", "retired"), ("务农", "farming")],
)
def test_a_status_is_no_employer(text: str, status: str) -> None:
    reading = read_employer(text)

    assert reading.value is None
    assert [(fault.code, fault.params, fault.lost) for fault in reading.faults] == [
        ("employer.status", (("status", status),), False)
    ]


@pytest.mark.parametrize(
    ("text", "code"), [("12345", "employer.unreadable"), ("厂" * 300, "employer.too_long")]
)
def test_what_names_nothing_is_lost(text: str, code: str) -> None:
    assert [fault.code for fault in read_employer(text).faults] == [code]
