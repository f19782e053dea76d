"""The chain of hidden states."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.hidden import STATES, Rates, State, bits, exponential, generator, moved, normal, passages, tempered
from graph.inuse_weights import DEFAULT
from graph.model import LineType

RATES = DEFAULT.rates[LineType.MOBILE]
STILL = Rates(
    use_to_idle=0.0,
    idle_to_use=0.0,
    use_to_out=0.0,
    idle_to_out=0.0,
    hand_down=0.0,
    associate_to_out=0.0,
    stranger_to_out=0.0,
    never_to_out=0.0,
    ageing_to_released=0.0,
    released_to_stranger=0.0,
)


def test_the_exponential_agrees_with_many_tiny_steps() -> None:
    matrix = generator(RATES) * 0.7

    tiny = np.linalg.matrix_power(np.eye(STATES) + matrix / 2**22, 2**22)

    assert np.allclose(exponential(matrix), tiny, atol=1e-6)


def test_the_exponential_of_one_rate_is_the_exponential_law() -> None:
    matrix = np.array([[-2.0, 2.0], [0.0, 0.0]])

    assert exponential(matrix)[0, 0] == pytest.approx(math.exp(-2.0), abs=1e-14)


def _only(state: State) -> np.ndarray:
    weights = np.zeros((1, STATES))
    weights[0, state] = 1.0
    return normal(weights)


INITIAL = normal(np.array([DEFAULT.initial]))


def after(weights: np.ndarray, days: np.ndarray, rates: Rates) -> np.ndarray:
    return moved(weights, passages(rates, days))


def _days(*days: int) -> np.ndarray:
    return np.array(days, dtype=np.int64)


def test_passages_compose() -> None:
    short, rest, whole = passages(RATES, _days(100, 265, 365))

    assert np.allclose(short @ rest, whole, atol=1e-12)


def test_every_row_of_a_passage_is_a_distribution() -> None:
    matrices = passages(RATES, _days(0, 1, 30, 365, 5_000, 15_000))

    assert (matrices >= 0).all()
    assert np.allclose(matrices.sum(axis=2), 1.0, atol=1e-9)


def test_a_number_that_never_was_his_does_not_become_his_by_waiting() -> None:
    later = after(_only(State.NEVER), _days(3_650), RATES)

    assert later[0, State.IN_USE] < 1e-9


def test_a_released_number_goes_to_strangers_but_an_ageing_one_not_at_once() -> None:
    ageing = np.repeat(_only(State.AGEING), 2, axis=0)

    week, years = after(ageing, _days(7, 1_500), RATES)

    assert week[State.STRANGER] < 0.002
    assert years[State.STRANGER] > 0.5


def test_no_time_or_time_running_backwards_changes_nothing() -> None:
    belief = np.repeat(INITIAL, 2, axis=0)

    assert after(belief, _days(0, -5), RATES) == pytest.approx(belief, abs=1e-15)


def test_time_beyond_the_table_is_the_longest_time() -> None:
    belief = np.repeat(INITIAL, 2, axis=0)

    longest, beyond = after(belief, _days(15_000, 1_000_000), RATES)

    assert (longest == beyond).all()


def test_a_chain_without_rates_stands_still() -> None:
    later = after(INITIAL, _days(1_000), STILL)

    assert bits(later) == pytest.approx(bits(INITIAL), abs=1e-9)


def test_a_negative_rate_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        generator(Rates(**dict.fromkeys(Rates.__slots__, -1.0)))  # type: ignore[attr-defined]


def test_a_thousand_contradictions_leave_every_state_possible() -> None:
    belief = INITIAL

    for _ in range(1_000):
        belief = normal(belief * np.array([1e-6, 1e-6, 1.0, 1.0, 1.0, 1.0, 1.0]))

    assert belief.min() > 0
    assert np.isfinite(bits(belief)).all()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(*[st.floats(1e-9, 1.0)] * STATES), max_size=8),
    st.lists(st.integers(0, 20_000), min_size=8, max_size=8),
)
def test_whatever_is_seen_the_belief_stays_a_distribution(
    seen: list[tuple[float, ...]], gaps: list[int]
) -> None:
    belief = INITIAL

    for likelihood, days in zip(seen, gaps, strict=False):
        belief = normal(after(belief, _days(days), RATES) * np.array(likelihood))

    assert belief.sum() == pytest.approx(1.0, abs=1e-12)
    assert belief.min() > 0


def test_tempered_evidence_is_worth_its_share_in_bits() -> None:
    face = (0.5, 1.0, 1.0, 1.0, 1.0, 1.0, 0.25)

    half = tempered(face, 0.5)

    assert [round(math.log2(like), 9) for like in half] == [-0.5, 0, 0, 0, 0, 0, -1.0]
