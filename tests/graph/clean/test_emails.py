"""E-mail addresses."""

from __future__ import annotations

import pytest

from graph.clean.emails import read_email


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A.B@Example.com", "a.b@example.com"),
        ("Name <a@example.com>", "a@example.com"),
        ("mailto:a@example.com", "a@example.com"),
        ("a＠example.com", "a@example.com"),
        ("a@example。com", "a@example.com"),
        ("a@example.com.", "a@example.com"),
        ("a@例子.中国", "a@例子.中国"),
    ],
)
def test_an_address_is_read_in_lower_case(text: str, expected: str) -> None:
    assert read_email(text).value == expected


def test_a_second_address_is_noted() -> None:
    reading = read_email("a@example.com; b@example.com")

    assert reading.value == "a@example.com"
    assert [fault.code for fault in reading.faults] == ["email.several"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("z***@example.com", "email.masked"),
        ("12345678", "email.unreadable"),
        ("a@b", "email.unreadable"),
        ("a..b@example.com", "email.unreadable"),
        ("a@-example.com", "email.unreadable"),
        ("none@none.com", "email.placeholder"),
        ("a" * 65 + "@example.com", "email.unreadable"),
        ("a@example.com," * 1000, "email.too_long"),
    ],
)
def test_what_is_no_address_is_lost_with_its_reason(text: str, code: str) -> None:
    reading = read_email(text)

    assert reading.value is None
    assert [(fault.code, fault.lost) for fault in reading.faults] == [(code, True)]


def test_an_empty_cell_is_no_fault() -> None:
    assert read_email("无").value is None
    assert read_email("无").faults == ()
