"""The circuit breaker: open after silences in a row, tried with one look-up, closed by an answer."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracer.circuit import FAILURES_IN_A_ROW, LONGEST, OPEN_FOR, Circuit, Silence, State, resumed, silence
from tracer.log import Entry

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)


def opened(now: float = 0.0) -> Circuit:
    circuit = Circuit()
    for _ in range(FAILURES_IN_A_ROW):
        assert circuit.admit(now)
        circuit.count(answered=False, now=now)
    return circuit


def test_silences_in_a_row_open_it_and_an_answer_between_does_not() -> None:
    circuit = Circuit()
    for number in range(FAILURES_IN_A_ROW * 3):
        circuit.count(answered=number % FAILURES_IN_A_ROW == 0, now=0.0)

    assert circuit.state(0.0) is State.CLOSED
    assert opened().state(0.0) is State.OPEN


def test_half_open_lets_one_through_until_it_has_ended() -> None:
    circuit = opened()
    later = OPEN_FOR + 1

    admitted = [circuit.admit(later) for _ in range(3)]
    circuit.count(answered=True, now=later)

    assert admitted == [True, False, False]
    assert circuit.state(later) is State.CLOSED
    assert circuit.admit(later)


def test_a_try_that_was_not_asked_after_all_is_given_back() -> None:
    circuit = opened()
    assert circuit.admit(OPEN_FOR + 1)

    circuit.release()

    assert circuit.admit(OPEN_FOR + 1)


def test_every_failed_try_doubles_the_time_up_to_the_longest() -> None:
    circuit, now, spans = opened(), 0.0, []
    for _ in range(8):
        spans.append(circuit.left(now))
        now = circuit.until
        assert circuit.admit(now)
        circuit.count(answered=False, now=now)

    assert spans == [30, 60, 120, 240, 480, LONGEST, LONGEST, LONGEST]


def test_those_that_were_under_way_when_it_opened_do_not_make_it_longer() -> None:
    circuit = opened()

    for _ in range(50):
        circuit.count(answered=False, now=1.0)

    assert circuit.until == OPEN_FOR


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 100)), max_size=200))
def test_nobody_asks_while_it_is_open_and_at_most_one_when_it_is_half_open(
    steps: list[tuple[bool, float]],
) -> None:
    circuit, now, under_way = Circuit(), 0.0, 0
    for answered, wait in steps:
        now += wait
        state = circuit.state(now)
        admitted = circuit.admit(now)
        assert not (admitted and state is State.OPEN)
        if admitted and state is State.HALF_OPEN:
            under_way += 1
            assert under_way == 1
        if admitted:
            circuit.count(answered=answered, now=now)
            under_way = 0


def entry(event: str, **body: object) -> Entry:
    return Entry(seq=1, at=NOW, event=event, about=None, body=body, leaf=b"", text="")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("newest", "failures"),
    [
        pytest.param([], 0, id="nothing"),
        pytest.param(["unavailable", "unknown", "answered", "unavailable"], 2, id="to the last answer"),
        pytest.param(["refused", "called", "asked", "unavailable"], 1, id="what was not asked says nothing"),
        pytest.param(["not_served", "unavailable"], 0, id="a refusal is an answer"),
    ],
)
def test_silences_in_a_row_are_read_off_the_log(newest: list[str], failures: int) -> None:
    assert silence(entry(event) for event in newest).failures == failures


def test_what_a_crash_left_open_is_no_silence_of_the_vendor() -> None:
    assert silence([entry("unknown", interrupted=True), entry("unavailable")]).failures == 1


def test_a_program_that_starts_again_goes_on_leaving_a_silent_vendor_alone() -> None:
    found = Silence(failures=FAILURES_IN_A_ROW, last=NOW)

    soon = resumed(found, NOW + dt.timedelta(seconds=10), 100.0)
    later = resumed(found, NOW + dt.timedelta(hours=1), 100.0)

    assert (soon.state(100.0), soon.left(100.0)) == (State.OPEN, OPEN_FOR - 10)
    assert later.state(100.0) is State.HALF_OPEN
    assert resumed(Silence(failures=3, last=NOW), NOW, 0.0).state(0.0) is State.CLOSED
