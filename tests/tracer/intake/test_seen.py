"""The table of case numbers a file has named, against a plain dict."""

from __future__ import annotations

import random

from tracer.intake.seen import Seen


def test_a_case_number_is_known_again_however_many_came_between() -> None:
    dice = random.Random(5)
    seen, first = Seen(), {}

    for row in range(1, 30_001):
        case = f"C{dice.randrange(20_000)}"
        code, earlier = seen.meet(case, "王未名", "", f"{row:032x}"[::-1], row)

        assert (code, earlier) == (("case.repeated", first[case]) if case in first else ("", 0))
        first.setdefault(case, row)


def test_the_same_row_again_is_the_same_and_another_person_is_a_conflict() -> None:
    seen = Seen()
    seen.meet("C1", "王未名", "A1", "0" * 32, 2)

    assert seen.meet("C1", "王未名", "A1", "0" * 32, 3) == ("case.duplicate_same", 2)
    assert seen.meet("C1", "李未名", "A1", "1" * 32, 4) == ("case.repeated", 2)
    assert seen.meet("C1", "王未名", "B2", "2" * 32, 5) == ("case.duplicate_conflict", 2)
    assert seen.meet("C1", "李未名", "", "3" * 32, 6) == ("case.duplicate_conflict", 2)
    assert seen.meet("C1", "王*", "", "4" * 32, 7) == ("case.repeated", 2)


def test_a_row_that_is_met_twice_is_no_repetition() -> None:
    seen = Seen()
    seen.meet("C1", "王未名", "A1", "0" * 32, 2)

    assert seen.meet("C1", "李未名", "B2", "1" * 32, 2) == ("", 0)
