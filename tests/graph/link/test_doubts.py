"""Which pairs are worth a verdict: what it would turn, times how likely it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from graph.link.doubts import doubts
from graph.link.sharpen import MISTAKEN


@dataclass
class Scored:
    """What ``doubts`` reads of a linked table."""

    clusters: np.ndarray
    firm: np.ndarray
    open_left: np.ndarray
    open_right: np.ndarray
    open_bits: np.ndarray


def scored(clusters, pairs, firm=None):
    left, right, bits = (np.array(column) for column in zip(*pairs, strict=True))
    names = np.array(clusters)
    return Scored(names, np.arange(len(clusters)) if firm is None else np.array(firm), left, right, bits)


def told(found):
    return [(one.left, one.right, one.joined, one.pairs) for one in found]


def test_joining_two_groups_turns_all_pairs_between_them_and_is_asked_once():
    found = doubts(scored([0, 0, 0, 3, 3, 5], [(0, 3, -1.0), (4, 2, -2.0), (5, 3, -1.0)]))

    assert told(found) == [(0, 3, False, 6), (3, 5, False, 2)]
    assert found[0].worth == pytest.approx(6 * (1 / 3 - MISTAKEN))


def test_a_group_is_asked_about_where_it_hangs_together_by_one_link():
    # 0-1-2 hang together firmly and so do 3-4; between them the strongest link counts, not the other.
    clusters, firm = [0, 0, 0, 0, 0], [0, 0, 0, 3, 3]

    found = doubts(scored(clusters, [(0, 3, 0.0), (2, 4, 1.0)], firm))

    assert told(found) == [(2, 4, True, 6)]
    assert found[0].worth == pytest.approx(6 * (1 / 3 - MISTAKEN))


def test_a_chain_is_cut_where_it_is_weak():
    found = doubts(scored([0, 0, 0], [(0, 1, 2.0), (1, 2, 0.5)]))

    assert told(found) == [(1, 2, True, 2), (0, 1, True, 2)]


def test_what_was_judged_is_not_asked_again_from_either_side():
    table = scored([0, 1, 2], [(0, 1, -0.5), (1, 2, -1.0)])

    assert told(doubts(table, [(1, 0)])) == [(1, 2, False, 1)]
    assert doubts(table, [(1, 0), (2, 1)]) == ()


def test_where_a_reviewer_errs_more_often_than_the_machine_the_queue_ends():
    surely = float(np.log2((1 - MISTAKEN) / MISTAKEN))

    assert doubts(scored([0, 0], [(0, 1, surely + 0.01)])) == ()
    assert len(doubts(scored([0, 0], [(0, 1, surely - 0.01)]))) == 1


def test_the_order_of_the_pairs_does_not_matter_and_the_length_is_kept():
    rng = np.random.default_rng(5)
    pairs = [(a, b, float(rng.integers(-3, 3))) for a in range(12) for b in range(a + 1, 12)]
    clusters = [min(place, 8) // 3 * 3 for place in range(12)]
    shuffled = [pairs[place] for place in rng.permutation(len(pairs))]

    found = doubts(scored(clusters, pairs))

    assert doubts(scored(clusters, shuffled)) == found
    assert doubts(scored(clusters, pairs), most=2) == found[:2]
