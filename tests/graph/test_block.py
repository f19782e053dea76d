"""Which records meet: discriminating keys only, and every pair of a small set."""

from __future__ import annotations

import random

import numpy as np
import pytest

from graph.block import FEW_RECORDS, MOST_IN_BLOCK, candidate_pairs, keys
from graph.model import Address


def kinds(found: frozenset[str]) -> set[str]:
    return {key.partition(":")[0] for key in found}


def test_whole_values_give_keys(record, prc_id):
    found = keys(
        record(
            "1",
            "张伟",
            phones="15400000001",
            ids=(prc_id("990000199002030011"),),
            emails=("Wei@example.org",),
            addresses=("杭州文三路100号",),
        )
    )

    assert {"phone:+8615400000001", "id:prc_id:990000199002030011", "email:wei@example.org"} <= found
    assert kinds(found) == {"phone", "id", "email", "name_born", "name_address"}


def test_masked_values_give_no_key(record, prc_id):
    masked = record(
        "1", "张*", phones="154****0001", ids=(prc_id("9900**********0011"),), emails=("w***@example.org",)
    )

    assert keys(masked) == frozenset()


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"name": "张伟"}, id="full name alone"),
        pytest.param({"born": "1990-02-03"}, id="birth date alone"),
        pytest.param({"name": "张*", "born": "1990-02-03"}, id="family name and birth date"),
        pytest.param({"addresses": ("杭州文三路100号",)}, id="address alone"),
        pytest.param({"employers": ("杭州虚构科技",)}, id="employer alone"),
        pytest.param({"emails": ("hr@example.org",)}, id="a firm's mailbox"),
    ],
)
def test_what_does_not_discriminate_gives_no_key(record, values):
    assert keys(record("1", **values)) == frozenset()


def test_a_name_key_is_the_same_in_any_script_and_order(record):
    written = ["张伟", "張偉", "Zhang Wei", "Wei Zhang", "ZHANG, Wei"]

    found = {keys(record("1", name, born="1990-02-03")) for name in written}

    assert len(found) == 1
    assert kinds(next(iter(found))) == {"name_born"}


def test_a_middle_name_does_not_change_the_key(record):
    first, second = (keys(record("1", name, born="1990")) for name in ("John A Miller", "John Miller"))

    assert first == second


def test_name_and_district_are_a_key_whatever_the_street(record):
    def living(text):
        address = Address(text=text, country="CN", city="杭州市", district="西湖区")
        return keys(record("1", "张伟")) | keys(
            type(record("1"))(
                source="s",
                record="2",
                role=record("1").role,
                case="c",
                names=record("1", "张伟").names,
                addresses=(address,),
            )
        )

    shared = living("浙江省杭州市西湖区文三路100号") & living("杭州市西湖区文二路2号")

    assert kinds(shared) == {"name_region"}


def test_references_have_keys_like_debtors(record):
    debtor = keys(record("1", "王芳", phones="15400000001", born="1990"))
    other = keys(record("2", "王芳", phones="15400000001", born="1990", role="reference"))

    assert debtor == other


def test_few_records_are_all_compared(record):
    pairs = candidate_pairs([record(str(i)) for i in range(5)])

    assert pairs.tolist() == [[i, j] for i in range(5) for j in range(i + 1, 5)]


@pytest.mark.parametrize("count", [0, 1])
def test_nothing_to_compare_is_an_empty_table(record, count):
    assert candidate_pairs([record(str(i)) for i in range(count)]).shape == (0, 2)


def test_among_many_records_those_with_a_common_key_or_case_meet(record):
    crowd = [record(f"x{i:03d}", phones=f"154{i:08d}") for i in range(FEW_RECORDS + 20)]
    records = [*crowd, record("a", phones="15400000005"), record("b", case="case-x007")]

    pairs = {tuple(sorted(records[i].ref for i in pair)) for pair in candidate_pairs(records)}

    assert pairs == {("s:a", "s:x005"), ("s:b", "s:x007")}


def test_pairs_are_unique_ordered_and_independent_of_the_order_of_records(record):
    rng = random.Random(3)
    records = [
        record(f"{i:03d}", rng.choice(["张伟", "李娜", "王芳"]), phones=f"154000000{rng.randrange(40):02d}")
        for i in range(FEW_RECORDS + 40)
    ]

    def refs(shuffled):
        pairs = candidate_pairs(shuffled)
        assert (pairs[:, 0] < pairs[:, 1]).all()
        assert np.array_equal(pairs, np.unique(pairs, axis=0))
        return {frozenset((shuffled[i].ref, shuffled[j].ref)) for i, j in pairs}

    assert refs(records) == refs(rng.sample(records, len(records)))


def test_a_switchboard_does_not_make_everybody_meet_but_namesakes_on_it_do(record):
    count = MOST_IN_BLOCK + 50
    names = [
        f"{family}{given}" for family in "王李张刘陈杨黄赵吴周" for given in "伟芳娜敏静丽强磊军洋勇艳杰娟涛"
    ]
    records = [record(f"{i:03d}", names[i % 130], lines=("+865710000000",)) for i in range(count)]

    pairs = candidate_pairs(records)

    by_name = {frozenset((i, i + 130)) for i in range(count - 130)}
    assert by_name <= {frozenset(pair) for pair in pairs.tolist()}
    assert len(pairs) < 200
