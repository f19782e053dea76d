"""Rows in, persons out: what must hold whatever the rows are."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from graph.link.engine import Label
from graph.link.score import score

KINDS = ("name.given", "name.family", "born", "address.number", "address.street", "address.postcode", "phone")


def _names(count):
    return [f"r{number:05d}" for number in range(count)]


def _f1(found, who):
    got = {tuple(sorted(pair)) for pair in zip(found.left.tolist(), found.right.tolist(), strict=True)}
    true = {(a, b) for b in range(len(who)) for a in range(b) if who[a] == who[b]}
    return 2 * len(got & true) / (len(got) + len(true))


def test_persons_are_told_from_the_people_they_live_with_at_the_default_threshold(linked, village):
    rows, who = village(400)

    found = linked(rows)

    assert _f1(found, who) > 0.98


def test_the_answer_does_not_depend_on_the_order_of_the_rows(linked, village, by_id):
    rows, _who = village(150)
    ids = _names(len(rows))
    order = list(range(len(rows)))
    random.Random(3).shuffle(order)

    straight = linked(rows, ids)
    shuffled_ids = [ids[at] for at in order]
    shuffled = linked([rows[at] for at in order], shuffled_ids)

    assert by_id(shuffled, shuffled_ids) == by_id(straight, ids)
    assert {shuffled_ids[a]: shuffled_ids[b] for a, b in enumerate(shuffled.clusters.tolist())} == {
        ids[a]: ids[b] for a, b in enumerate(straight.clusters.tolist())
    }


def test_a_pair_scored_alone_has_the_bits_it_has_among_all(linked, village):
    rows, _who = village(150)
    found = linked(rows)
    left, right = np.triu_indices(60, k=1)

    together = score(found.model, found.table, left, right)
    alone = [score(found.model, found.table, left[at : at + 1], right[at : at + 1])[0] for at in range(200)]

    assert alone == together[:200].tolist()


def test_the_reasons_of_every_match_add_up_to_its_bits_and_p(linked, village):
    rows, _who = village(150)
    found = linked(rows)

    for left, right, bits, p in zip(found.left, found.right, found.bits, found.p, strict=True):
        total = math.fsum(bar for _code, bar in found.explain(int(left), int(right)))
        assert total == pytest.approx(bits, abs=1e-9)
        assert p == pytest.approx(1 / (1 + 2**-total), abs=1e-12)


def test_reasons_do_not_depend_on_which_row_is_left(linked, village):
    rows, _who = village(60)
    found = linked(rows)

    assert all(found.explain(a, a + 1) == found.explain(a + 1, a) for a in range(40))


def test_matches_and_clusters_say_the_same(linked, village):
    rows, _who = village(200)
    found = linked(rows)

    pairs = set(zip(found.left.tolist(), found.right.tolist(), strict=True))
    groups: dict[int, list[int]] = {}
    for row, cluster in enumerate(found.clusters.tolist()):
        groups.setdefault(cluster, []).append(row)

    assert {tuple(sorted(pair)) for pair in pairs} == {
        (a, b) for held in groups.values() for a in held for b in held if a < b
    }
    assert (found.p >= 0.5).all()


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([], id="no rows"),
        pytest.param([("ann", "hill", "19700101", "1", "oak st", "10001", "")], id="one row"),
        pytest.param([("", "", "", "", "", "", "")] * 5, id="nothing in any row"),
        pytest.param([("ann", "hill", "19700101", "1", "oak st", "10001", "")] * 40, id="all rows the same"),
        pytest.param(
            [("ann", "", "", "", "", "", ""), ("", "hill", "", "", "", "", "")], id="nothing in common"
        ),
        pytest.param([("😀", "\u0000", "99999999", "***", "''", "\udcff", "☎")] * 3, id="signs"),
    ],
)
def test_odd_tables_are_answered(linked, rows):
    found = linked(rows)

    assert len(found.clusters) == len(rows)
    assert np.isfinite(found.bits).all()


def test_a_column_without_any_value_changes_nothing(linked, village, by_id):
    rows, _who = village(120)
    ids = _names(len(rows))

    without = linked(rows, ids)
    with_one = linked([(*row, "") for row in rows], ids, (*KINDS, "email"))

    assert by_id(with_one, ids) == by_id(without, ids)


def test_two_rows_of_one_id_are_refused(linked):
    rows = [("ann", "hill", "19700101", "1", "oak st", "10001", "")] * 2

    with pytest.raises(ValueError, match="one id"):
        linked(rows, ["x", "x"])


def test_a_table_that_holds_everybody_once_gives_each_row_one_partner(linked, village):
    rows, who = village(300)
    first = [who.index(person) for person in sorted(set(who))]
    rest = [at for at in range(len(rows)) if at not in first and who[at - 1] != who[at - 2]]
    order = first + rest

    found = linked([rows[at] for at in order], second=len(first))

    assert found.summary.one_row_each[0]
    assert all(len(set(found.right[found.left == row])) <= 2 for row in set(found.left.tolist()))
    right, times = np.unique(found.right, return_counts=True)
    assert len(right) > 50
    assert (times == 1).all()


def test_pairs_of_a_link_go_from_the_first_table_to_the_second(linked, village):
    rows, _who = village(200)
    half = len(rows) // 2

    found = linked(rows, second=half)

    assert (found.left < half).all()
    assert (found.right >= half).all()


def test_a_verdict_outranks_every_score(linked, village):
    rows, _who = village(200)
    free = linked(rows)
    match = (int(free.left[0]), int(free.right[0]))
    stranger = (0, len(rows) - 1)
    labels = (
        Label(left=match[0], right=match[1], same=False),
        Label(left=stranger[0], right=stranger[1], same=True),
    )

    judged = linked(rows, labels=labels)

    assert judged.clusters[match[0]] != judged.clusters[match[1]]
    assert judged.clusters[stranger[0]] == judged.clusters[stranger[1]]


def test_a_few_verdicts_do_not_change_what_the_rest_taught(linked, village):
    rows, who = village(300)
    free = linked(rows)
    labels = [
        Label(left=int(a), right=int(b), same=True)
        for a, b in zip(free.left[:5], free.right[:5], strict=True)
    ]

    judged = linked(rows, labels=labels)

    assert _f1(judged, who) >= _f1(free, who) - 0.005


def test_exchanged_names_and_slips_are_found(linked, village):
    rows, _who = village(200)
    person = ("wilhelmina", "ostergaard", "19610923", "77", "quay street", "10099", "+12125550199")
    crossed = ("ostergard", "wilhelmina", "19610923", "77", "quay st", "10099", "")

    found = linked([*rows, person, crossed])

    assert found.clusters[-1] == found.clusters[-2]


def test_father_and_son_of_one_name_at_one_address_stay_two(linked, village):
    rows, _who = village(300)
    home = ("77", "quay street", "10099", "+12125550199")
    father = ("william", "ostergaard sr", "19310923", *home)
    son = ("william", "ostergaard jr", "19600214", *home)

    found = linked([*rows, father, son])

    assert found.clusters[-1] != found.clusters[-2]
