"""What verdicts teach about pairs like the judged ones, and how little a few or mistaken ones do."""

from __future__ import annotations

import numpy as np
import pytest

from graph.link.levels import ALIKE, DIFFERENT, EXACT
from graph.link.score import CLEAR, taught_bits
from graph.link.sharpen import corrections


def pairs(same, different):
    """Give levels, bits and verdicts: ``same`` pairs of a like given name, ``different`` of another one, all
    with another telephone and none of them clear."""
    count = same + different
    levels = {
        "name.given": np.array([EXACT] * same + [ALIKE] * different, dtype=np.int8),
        "phone": np.full(count, DIFFERENT, dtype=np.int8),
    }
    return levels, np.zeros(count), np.array([True] * same + [False] * different)


def test_verdicts_move_the_levels_that_tell_the_judged_pairs_apart():
    told = corrections(*pairs(30, 30))

    assert told["name.given"][EXACT] > 0.3
    assert told["name.given"][ALIKE] < -0.3
    assert told["name.given"][DIFFERENT] == 0.0
    # All judged pairs have another telephone: that is how they were chosen, and teaches nothing.
    assert told["phone"][DIFFERENT] == pytest.approx(0.0, abs=1e-6)


def test_few_verdicts_move_less_than_many():
    few, many = corrections(*pairs(2, 2)), corrections(*pairs(40, 40))

    assert 0.0 < few["name.given"][EXACT] < many["name.given"][EXACT]
    assert few["name.given"][EXACT] < 0.3


def test_a_mistaken_verdict_hardly_counts_against_much_evidence():
    levels, _bits, judged = pairs(30, 30)
    clear = np.where(judged, 8.0, -8.0)
    wrong = judged.copy()
    wrong[0] = False

    right, slip = corrections(levels, clear, judged), corrections(levels, clear, wrong)

    assert slip["name.given"] == pytest.approx(right["name.given"], abs=0.1)


def test_nothing_is_taught_without_verdicts():
    assert corrections({"born": np.zeros(0, dtype=np.int8)}, np.zeros(0), np.zeros(0, dtype=bool)) == {}


def test_a_clear_pair_is_left_alone_and_more_bits_stay_more():
    told = corrections(*pairs(60, 60))
    bits = np.linspace(-15.0, 15.0, 301)
    levels = {name: np.full(len(bits), ALIKE, dtype=np.int8) for name in ("name.given", "phone")}

    taught = taught_bits(told, levels, bits)

    assert not taught[np.abs(bits) >= CLEAR].any()
    assert taught[150] < 0.0
    assert (np.diff(bits + taught) > 0.0).all()
