"""What the numbers of a person say of each other, against a plain count by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.inuse_case import CASE, COUPLED, NEVER, Group, case_features, coupled_features
from graph.inuse_columns import columns
from graph.inuse_features import ALONE, NONE, alone
from graph.inuse_weights import DEFAULT
from graph.model import Claim, LineType, NumberEvidence, Phone, StatedUser

TODAY = dt.date(2026, 11, 23)
# For each number of a case: how many days ago the debtor was said to have it (None: nobody says so), bits.
Numbers = list[tuple[int | None, float]]


def _number(at: int, days: int | None, person: str = "") -> NumberEvidence:
    phone = Phone(e164=f"+86154{at * 7919:08d}")
    user = StatedUser.REFERENCE if days is None else StatedUser.DEBTOR
    claim = Claim(
        phone=phone,
        source="application_form",
        record=f"r{at}",
        stated_user=user,
        date=TODAY - dt.timedelta(days=days or 0),
    )
    return NumberEvidence(phone=phone, claims=(claim,), person=person)


def _group(cases: list[list[NumberEvidence]]) -> tuple[np.ndarray, Group]:
    lines = [LineType.MOBILE for case in cases for _ in case]
    have = columns([(case, TODAY) for case in cases], DEFAULT.source_class, lines)
    known = alone(have)
    group = Group(have, known)
    return case_features(have, known, group), group


def _column(rows: np.ndarray, name: str, names: tuple[tuple[str, str], ...]) -> list[float]:
    return [float(one) for one in rows[:, [first for first, _ in names].index(name)]]


bits = st.integers(-40, 40).map(lambda one: one / 4)
numbers = st.lists(st.tuples(st.none() | st.integers(0, 6).map(lambda one: one * 100), bits), max_size=6)


@settings(max_examples=80, deadline=None)
@given(st.lists(numbers, min_size=1, max_size=4))
def test_others_are_told_as_a_plain_count_tells_them(cases: list[Numbers]) -> None:
    evidence = [[_number(at, days) for at, (days, _) in enumerate(case)] for case in cases]
    flat = np.array([said for case in cases for _, said in case])
    _, group = _group(evidence)

    rows = coupled_features(flat, group)

    place = 0
    for case in cases:
        for at, (days, mine) in enumerate(case):
            others = [one for other, one in enumerate(case) if other != at and one[0] is not None]
            shares = [1 / (1 + 2.0**-one) for _, one in others]
            newer = [
                share
                for share, (day, _) in zip(shares, others, strict=True)
                if day < (days or 0)  # type: ignore[operator]
            ]
            best = max([one for _, one in others], default=NEVER)
            expected = [
                mine,
                mine - best,
                best,
                sum(shares),
                max(newer, default=0.0),
                sum(newer),
                sum(one > mine for _, one in others),
            ]
            # A number that nobody says is his takes nothing from his others.
            wanted = expected if days is not None else [mine] + [0.0] * (len(COUPLED) - 1)
            assert rows[place].tolist() == pytest.approx(wanted, abs=1e-9)
            place += 1


def test_leads_are_years_to_the_best_of_the_others() -> None:
    rows, _ = _group([[_number(1, 100), _number(2, 465), _number(3, None)]])

    leads = _column(rows, "last_lead", CASE)

    assert leads == pytest.approx([365 / 365.25, -365 / 365.25, 0.0])


def test_an_only_number_leads_by_more_than_anybody_remembers() -> None:
    rows, _ = _group([[_number(1, 100)]])

    assert _column(rows, "last_lead", CASE) == [NONE]
    assert _column(rows, "own_numbers", CASE) == [0.0]


def test_another_persons_number_in_the_case_is_another_group() -> None:
    both, _ = _group([[_number(1, 100, "his"), _number(2, 50, "hers")]])
    apart, _ = _group([[_number(1, 100, "his")], [_number(2, 50, "hers")]])

    assert (both == apart).all()


def test_no_numbers_are_no_rows() -> None:
    rows, group = _group([[]])

    assert rows.shape == (0, len(CASE))
    assert coupled_features(np.zeros(0), group).shape == (0, len(COUPLED))


def test_every_figure_has_one_name() -> None:
    names = [name for name, _ in (*ALONE, *CASE, *COUPLED)]

    assert len(set(names)) == len(names)
