"""The hidden life of a number: seven states, how fast it moves between them, and filtering forward in time.

A continuous-time Markov chain over rows of weights, a row a number. It knows nothing of sources or codes: it
is told a number of days that passed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray


class State(IntEnum):
    """What a number is today, as seen from the debtor (shared/in-use.md, prototypes, lesson 2)."""

    IN_USE = 0  # the debtor answers it
    IDLE = 1  # his, but in a drawer or suspended
    ASSOCIATE = 2  # somebody he knows, or his place of work
    STRANGER = 3  # somebody else got it
    AGEING = 4  # out of service, cannot be re-sold yet
    RELEASED = 5  # out of service, may be re-sold any day
    NEVER = 6  # never was his: a slip of the pen, a mis-link, a lie


STATES = len(State)
Vector = tuple[float, ...]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# No state is ever quite excluded: a thousand wrong-party calls must not end in a division by zero, and the
# floor is far below anything a probability between 1e-5 and 1 - 1e-5 can tell apart.
FLOOR = 1e-12
DAYS_A_YEAR = 365.25
# Beyond this nothing changes any more; it also bounds the table against nonsense dates.
LONGEST_DAYS = 15_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """How often a number changes state, in events a year (provenance: graph/inuse_weights.py)."""

    use_to_idle: float
    idle_to_use: float
    use_to_out: float
    idle_to_out: float
    hand_down: float
    associate_to_out: float
    stranger_to_out: float
    never_to_out: float
    ageing_to_released: float
    released_to_stranger: float


def normal(weights: Floats) -> Floats:
    """Give rows of positive weights as shares that add up to one, none below ``FLOOR``."""
    total = weights.sum(axis=1, keepdims=True)
    shares = np.where(total > 0.0, weights / np.where(total > 0.0, total, 1.0), 1.0 / STATES)
    shares = np.maximum(shares, FLOOR)
    return np.asarray(shares / shares.sum(axis=1, keepdims=True), dtype=np.float64)


def bits(weights: Floats) -> Floats:
    """Give for each row the log2 odds that the number is the debtor's, in use or idle."""
    his, not_his = weights[:, : State.ASSOCIATE].sum(axis=1), weights[:, State.ASSOCIATE :].sum(axis=1)
    return np.asarray(np.log2(his) - np.log2(not_his), dtype=np.float64)


def moved(weights: Floats, matrices: Floats) -> Floats:
    """Give the rows of weights after each has been through its matrix of :func:`passages`."""
    return normal(np.einsum("ni,nij->nj", weights, matrices))


@lru_cache(maxsize=4096)
def tempered(likelihood: Vector, weight: float) -> Vector:
    """Give ``likelihood`` to the power ``weight``: evidence that is only worth a part of its face."""
    return tuple([max(like, FLOOR) ** weight for like in likelihood])


def generator(rates: Rates) -> NDArray[np.float64]:
    """Give the matrix of rates a year: rows add up to zero."""
    matrix = np.zeros((STATES, STATES))
    for left, right, rate in (
        (State.IN_USE, State.IDLE, rates.use_to_idle),
        (State.IDLE, State.IN_USE, rates.idle_to_use),
        (State.IN_USE, State.AGEING, rates.use_to_out),
        (State.IDLE, State.AGEING, rates.idle_to_out),
        (State.IN_USE, State.ASSOCIATE, rates.hand_down),
        (State.ASSOCIATE, State.AGEING, rates.associate_to_out),
        (State.STRANGER, State.AGEING, rates.stranger_to_out),
        (State.NEVER, State.AGEING, rates.never_to_out),
        (State.AGEING, State.RELEASED, rates.ageing_to_released),
        (State.RELEASED, State.STRANGER, rates.released_to_stranger),
    ):
        if rate < 0:
            raise ValueError(f"the rate {left.name} to {right.name} is negative: {rate}")
        matrix[left, right] = rate
    np.fill_diagonal(matrix, -matrix.sum(axis=1))
    return matrix


def exponential(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give exp of a generator matrix by uniformisation: a Poisson mixture of the powers of one chain.

    Only non-negative numbers are added, so nothing cancels, and every row adds up to one. The time is halved
    until the Poisson mean is at most one, then the result is squared back.
    """
    fastest = float(np.max(-np.diag(matrix)))
    if fastest == 0.0:
        return np.eye(matrix.shape[0])
    halvings = max(0, math.ceil(math.log2(fastest)))
    scale = 2.0**halvings
    mean = fastest / scale
    step = np.eye(matrix.shape[0]) + matrix / fastest
    term = np.eye(matrix.shape[0]) * math.exp(-mean)
    total = term.copy()
    for power in range(1, 30):  # mean <= 1: the 30th term is below 1e-32
        term = term @ step * (mean / power)
        total += term
    for _ in range(halvings):
        total = total @ total
    return np.asarray(total / total.sum(axis=1, keepdims=True), dtype=np.float64)


@lru_cache(maxsize=64)
def _power_of_two_days(rates: Rates) -> tuple[NDArray[np.float64], ...]:
    powers = [exponential(generator(rates) / DAYS_A_YEAR)]
    while 2 ** len(powers) <= LONGEST_DAYS:
        powers.append(powers[-1] @ powers[-1])
    return tuple(powers)


def passages(rates: Rates, days: Ints) -> Floats:
    """Give for each number of days the matrix of moving from each state to each. None or negative: nothing
    moves; more than ``LONGEST_DAYS`` are so many."""
    days = np.clip(days, 0, LONGEST_DAYS)
    matrices = np.tile(np.eye(STATES), (len(days), 1, 1))
    for place, power in enumerate(_power_of_two_days(rates)):
        odd = (days >> place & 1).astype(bool)
        if odd.any():
            matrices[odd] = matrices[odd] @ power
    return matrices
