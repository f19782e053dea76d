"""``tracer log review`` as a reviewer types it."""

from __future__ import annotations

from typing import Any


def test_a_review_prints_a_sample_and_says_how_to_draw_it_again(at_town: Any) -> None:
    ran = at_town("--actor", "auditor", "log", "review")

    assert ran.code == 0
    assert "95% assurance fewer than 5%" in ran.out
    assert "--at " in ran.out
    assert "No pattern stands out." in ran.out
    assert "review.staff" in ran.out


def test_a_review_as_json_can_be_drawn_again(at_town: Any) -> None:
    first = at_town("--actor", "auditor", "--json", "log", "review", "--assurance", 90).document
    again = at_town("--json", "log", "review", "--assurance", 90, "--at", first["sample"]["size"]).document

    seqs = [[one["seq"] for one in document["sample"]["lookups"]] for document in (first, again)]
    assert seqs[0] == seqs[1]
    assert (first["sample"]["drawn_before"], again["sample"]["drawn_before"]) == (0, 1)
    assert first["sample"]["lookups"][0]["own"] is False
    assert again["sample"]["lookups"][0]["own"] is True


def test_cases_are_named_by_their_numbers_only_when_asked_for(at_town: Any, town: Any) -> None:
    numbers = {case.number for case in town.cases()}

    plain = at_town("--json", "log", "review").out
    named = at_town("--json", "log", "review", "--cases").document

    assert [number for number in numbers if number in plain] == []
    assert {one["number"] for one in named["sample"]["lookups"]} <= numbers


def test_a_conclusion_is_written_and_shown(at_town: Any) -> None:
    seq = at_town("--json", "log", "review").document["sample"]["lookups"][0]["seq"]

    ran = at_town(
        "--actor", "auditor", "log", "review", "--conclude", seq, "--as", "fine", "--reason", "debt_checked"
    )

    assert (ran.code, "Written as entry" in ran.out) == (0, True)
    shown = at_town("--json", "log", "show", seq).document
    assert [one["event"] for one in shown["entries"]][-1] == "reviewed"


def test_concluding_on_oneself_is_refused(at_town: Any) -> None:
    seq = at_town("--json", "log", "review").document["sample"]["lookups"][0]["seq"]

    ran = at_town("log", "review", "--conclude", seq, "--as", "fine", "--reason", "mine")

    assert ran.code == 3
    assert "Nobody reviews his own entries" in ran.err


def test_half_a_conclusion_is_wrong_use(at_town: Any) -> None:
    assert at_town("log", "review", "--conclude", 5).code == 2
    assert at_town("log", "review", "--as", "fine").code == 2
