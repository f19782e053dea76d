"""Everything one number's look-ups may answer, laid out as rows, so that a case is weighed in a few products.

A row is one combination of answers to one set of look-ups. Of each set the rows stand together; so do, for
each look-up that may come first, the rows behind each of its answers.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from graph.plan_answers import FATES, AnswerModel

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

# Sets are as large as this where a number has no more look-ups than that, else pairs: rows grow as powers.
WHOLE_SETS = 4
MOST_LOOKUPS = 12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Table:
    """The rows of the look-ups ``models``.

    ``rows`` (rows × fates) are P(answers | fate). ``sets`` are the sets as tuples of look-up places, singles
    first (their rows are the first ``single_rows``), ``members`` the same as ones and noughts (sets ×
    look-ups), ``starts`` where their rows begin. An *order* is a set of two and more with the look-up that
    comes first: ``orders`` are (set, first look-up) pairs, also apart as ``order_set`` and ``order_first``;
    ``order_rows`` are their rows sorted by the first answer, ``block_starts`` where the rows behind one first
    answer begin there, ``block_single`` the row of that first answer alone, ``block_order`` the order a block
    belongs to, and ``order_starts`` where an order's blocks begin.
    """

    rows: Floats
    sets: tuple[tuple[int, ...], ...]
    members: Floats
    starts: Places
    single_rows: int
    orders: tuple[tuple[int, int], ...]
    order_set: Places
    order_first: Places
    order_rows: Places
    order_starts: Places
    block_starts: Places
    block_single: Places
    block_order: Places


@lru_cache(maxsize=4096)
def table(models: tuple[AnswerModel, ...]) -> Table:
    """Lay out the answers of a number's look-ups."""
    arrays = [np.array(model.likelihoods, dtype=np.float64) for model in models]
    most = len(models) if len(models) <= WHOLE_SETS else 2
    sets = [
        chosen for size in range(1, most + 1) for chosen in itertools.combinations(range(len(models)), size)
    ]
    rows: list[Floats] = []
    starts: list[int] = []
    shapes: list[tuple[int, ...]] = []
    count = 0
    for chosen in sets:
        joint = np.ones((1, FATES))
        for place in chosen:
            # Answers are taken as independent once the fate is known.
            joint = (joint[:, None, :] * arrays[place][None, :, :]).reshape(-1, FATES)
        starts.append(count)
        shapes.append(tuple(len(arrays[place]) for place in chosen))
        rows.append(joint)
        count += len(joint)
    orders: list[tuple[int, int]] = []
    order_rows: list[int] = []
    block_starts: list[int] = []
    block_single: list[int] = []
    block_order: list[int] = []
    order_starts: list[int] = []
    for number, chosen in enumerate(sets):
        if len(chosen) < 2:
            continue
        grid = np.arange(starts[number], starts[number] + len(rows[number])).reshape(shapes[number])
        for axis, first in enumerate(chosen):
            orders.append((number, first))
            order_starts.append(len(block_starts))
            for answer in range(grid.shape[axis]):
                block_starts.append(len(order_rows))
                block_single.append(starts[first] + answer)
                block_order.append(len(orders) - 1)
                order_rows.extend(np.take(grid, answer, axis=axis).ravel().tolist())
    members = np.zeros((len(sets), len(models)))
    for number, chosen in enumerate(sets):
        members[number, list(chosen)] = 1.0

    def places(values: Sequence[int]) -> Places:
        return np.array(values, dtype=np.intp)

    return Table(
        rows=np.concatenate(rows),
        sets=tuple(sets),
        members=members,
        starts=places(starts),
        single_rows=sum(len(array) for array in arrays),
        orders=tuple(orders),
        order_set=places([number for number, _first in orders]),
        order_first=places([first for _number, first in orders]),
        order_rows=places(order_rows),
        order_starts=places(order_starts),
        block_starts=places(block_starts),
        block_single=places(block_single),
        block_order=places(block_order),
    )
