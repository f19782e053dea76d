"""The same two records have the same bits alone, in their case, and in a portfolio, with the same model."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from graph.link.published import SHIPPED, of_cases
from graph.link.records import table_of
from graph.link.score import score
from graph.weigh import match
from graph.weights import PRIORS

NAMES = [
    "张伟", "張偉", "张玮", "张*", "*伟", "Zhang Wei", "Wei Zhang", "Chang Wei", "欧阳修文", "Xiuwen Ouyang",
    "李建国", "李建华", "李*", "John Miller", "Miller, John", "Jon Miller", "J Miller", "Bob Miller", "",
    "Robert Miller Jr", "Anna Baxter-Hill", "Anna Hill", "张伟|李伟", "王芳|Anna Hill",
]  # fmt: skip
CHOICES = {
    "phones": ["", "15400000001", "15400000002", "154****0001", "15400000001/15400000003"],
    "born": ["", "1990-01-01", "1990-02-03", "1990-03-02", "1990", "1990-02", "1961-07-21"],
    "addresses": [(), ("浙江省杭州市文三路100号3幢201室",), ("12 Oak Street", "杭州市文三路100号")],
    "employers": [(), ("虚构科技",), ("杭州虚构科技",), ("想象餐饮",)],
    "emails": [(), ("wei@example.org",), ("hr@example.org",), ("wei2@example.org",)],
    "lines": [(), ("+865710000000",)],
    "role": ["debtor", "spouse", "reference"],
}
IDS = ["", "440000199001010044", "440000199001010060", "4400**********0044", "440000199001010054"]


@pytest.fixture(scope="module")
def rng():
    return random.Random(20261124)


def drawn(rng, record, prc_id, ref, case):
    one = rng.choice(IDS)
    return record(
        ref,
        rng.choice(NAMES),
        case=case,
        ids=(prc_id(one, sound=one != IDS[-1]),) if one else (),
        **{kind: rng.choice(values) for kind, values in CHOICES.items()},
    )


def test_two_records_have_the_same_bits_alone_in_a_case_and_in_a_portfolio(rng, record, prc_id):
    cases = [
        [drawn(rng, record, prc_id, f"{case}.{place}", f"c{case}") for place in range(rng.randrange(2, 9))]
        for case in range(40)
    ]
    portfolio = [one for case in cases for one in case]
    portfolio += [drawn(rng, record, prc_id, f"p{place}", f"p{place}") for place in range(600)]
    rng.shuffle(portfolio)
    large = table_of(portfolio)
    place = {one.ref: at for at, one in enumerate(portfolio)}
    model = of_cases(large)
    priors = {prior.relation.value: prior.bits for prior in PRIORS}

    for case in cases:
        for in_case in match(case, model=model):
            pair = [one for one in case if one.ref in {in_case.left, in_case.right}]
            (alone,) = match(pair, model=model)
            relation = next(dict(r.params)["relation"] for r in alone.reasons if r.code == "prior")
            left, right = (np.array([place[ref]]) for ref in (alone.left, alone.right))
            in_table = float(score(model, large, left, right)[0]) - model.prior + priors[relation]

            assert alone == in_case
            assert in_table == pytest.approx(alone.bits, abs=1e-9)


def test_a_batch_has_the_bits_of_its_pairs(rng, record, prc_id):
    table = table_of([drawn(rng, record, prc_id, str(place), str(place)) for place in range(60)])
    left, right = np.triu_indices(60, k=1)

    whole = score(SHIPPED, table, left, right)
    parts = score(SHIPPED, table, left, right, batch=7)

    assert np.abs(whole - parts).max() < 1e-9


def test_other_weights_change_a_case_and_a_table_alike(record):
    pair = [record("1", "张伟", phones="15400000001"), record("2", "张玮", phones="15400000001")]
    phone = np.where(SHIPPED.m["phone"] == 0.4, 0.1, SHIPPED.m["phone"])
    other = replace(SHIPPED, m={**SHIPPED.m, "phone": phone})

    (found,) = match(pair, model=other)

    assert found.bits != match(pair, model=SHIPPED)[0].bits
    assert score(other, table_of(pair), np.array([0]), np.array([1]))[0] == pytest.approx(
        found.bits, abs=1e-9
    )
