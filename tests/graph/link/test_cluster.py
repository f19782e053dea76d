"""Groups against a plain oracle, and what no group may do."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.link.cluster import NOT_FOUND, cluster, components, one_row_each

EDGES = st.lists(
    st.tuples(st.integers(0, 11), st.integers(0, 11), st.integers(-12, 12)).filter(lambda e: e[0] < e[1]),
    max_size=40,
    unique_by=lambda edge: edge[:2],
)
PAIRS = st.lists(
    st.tuples(st.integers(0, 11), st.integers(0, 11)).filter(lambda pair: pair[0] < pair[1]),
    max_size=5,
    unique=True,
)


def _columns(edges):
    edges = sorted(edges)
    left, right = (np.array([edge[side] for edge in edges], dtype=np.int64) for side in (0, 1))
    return left, right, np.array([edge[2] for edge in edges], dtype=np.float64)


def _found(edges, rows=12, **more):
    known = {(a, b): float(bits) for a, b, bits in edges}

    def score(left, right):
        return np.array(
            [known.get(pair, NOT_FOUND) for pair in zip(left.tolist(), right.tolist(), strict=True)]
        )

    return cluster(rows, *_columns(edges), 0.0, score, **more)


@given(EDGES)
@settings(deadline=None)
def test_components_are_those_of_a_plain_search(edges):
    left, right, _bits = _columns(edges)
    near = {row: {row} for row in range(12)}
    for a, b in zip(left.tolist(), right.tolist(), strict=True):
        joined = near[a] | near[b]
        for row in joined:
            near[row] = joined

    found = components(12, left, right)

    assert found.tolist() == [min(near[row]) for row in range(12)]


@given(EDGES, PAIRS, PAIRS)
@settings(deadline=None, max_examples=200)
def test_no_bridge_leads_over_two_rows_judged_different(edges, same, different):
    found = _found(edges, same=tuple(same), different=tuple(different))

    assert all(found.of[a] != found.of[b] for a, b in different)


@given(EDGES)
@settings(deadline=None)
def test_no_two_rows_of_a_table_that_has_everybody_once_are_joined(edges):
    apart = np.array([1] * 6 + [0] * 6, dtype=np.int8)

    found = _found(edges, apart=apart)

    assert len(set(found.of[:6].tolist())) == 6


@given(EDGES)
@settings(deadline=None)
def test_no_group_has_more_against_it_than_for_it(edges):
    found = _found(edges)

    known = {(a, b): max(-10, min(10, bits)) for a, b, bits in edges}
    for group in set(found.of.tolist()):
        held = np.flatnonzero(found.of == group).tolist()
        total = sum(known.get((a, b), NOT_FOUND) for a in held for b in held if a < b)
        assert len(held) == 1 or total >= 0


def test_a_weak_bridge_does_not_join_two_strong_groups():
    edges = [(0, 1, 12), (0, 2, 12), (1, 2, 12), (3, 4, 12), (3, 5, 12), (4, 5, 12), (2, 3, 3)]

    found = _found(edges)

    assert found.of[:6].tolist() == [0, 0, 0, 3, 3, 3]


def test_two_that_one_third_row_resembles_are_not_joined_by_it():
    found = _found([(0, 1, 9), (1, 2, 8), (0, 2, -20)])

    assert found.of[:3].tolist() == [0, 0, 2]


def test_ties_are_broken_by_place():
    found = _found([(0, 1, 5), (1, 2, 5), (0, 2, -20)])

    assert found.of[:3].tolist() == [0, 0, 2]


@pytest.mark.parametrize(("partners", "once"), [(1, True), (2, False)])
def test_whether_a_table_has_everybody_once_is_seen_from_the_matches(partners, once):
    rng = random.Random(1)
    left = np.array([row for row in range(100) for _ in range(partners)], dtype=np.int64)
    right = np.arange(100, 100 + len(left), dtype=np.int64)
    source = np.array([0] * 100 + [1] * len(left), dtype=np.int8)
    order = np.array(rng.sample(range(len(left)), len(left)))

    _first, second = one_row_each(left[order], right[order], np.ones(len(left)), source)

    assert second == once
