"""Keys find what slips hide, and a common name costs no more than it may."""

from __future__ import annotations

import numpy as np

from graph.link.block import ALL_PAIRS, block
from graph.link.table import build


def _all_likely(left, right):
    return np.ones(len(left))


def _table(raws, rows, kinds, second=0):
    source = np.zeros(len(rows), dtype=np.int8)
    if second:
        source[second:] = 1
    return build(raws(rows, kinds), source)


def test_few_rows_are_all_compared(raws):
    rows = [("anna", f"f{number}") for number in range(50)]

    found = block(_table(raws, rows, ("name.given", "name.family")), _all_likely)

    assert found.complete
    assert len(found.left) == 50 * 49 // 2


def test_of_two_tables_only_pairs_across_are_compared(raws):
    rows = [("anna", f"f{number}") for number in range(50)]

    found = block(_table(raws, rows, ("name.given", "name.family"), second=20), _all_likely)

    assert len(found.left) == 20 * 30
    assert (found.left < 20).all()
    assert (found.right >= 20).all()


def test_pairs_come_once_in_order_and_one_name_held_by_all_stays_within_the_budget(raws):
    rows = [
        ("wei", "wang", f"{1940 + number % 50}{1 + number % 12:02d}{1 + number % 28:02d}")
        for number in range(4000)
    ]

    found = block(_table(raws, rows, ("name.given", "name.family", "born")), _all_likely)

    packed = found.left * len(rows) + found.right
    assert (found.left < found.right).all()
    assert (np.diff(packed) > 0).all()
    assert len(packed) <= ALL_PAIRS * 1.5


def test_rows_with_slips_in_one_field_are_compared(raws):
    rows = [(f"g{number:04d}", f"fam{number:04d}", f"19{number % 90 + 10}0101") for number in range(3000)]
    rows += [("g0007", "fam0008", "19170101"), ("fam0009", "g0009", "19190102")]

    found = block(_table(raws, rows, ("name.given", "name.family", "born")), _all_likely)

    pairs = set(zip(found.left.tolist(), found.right.tolist(), strict=True))
    assert {(7, 3000), (9, 3001)} <= pairs
