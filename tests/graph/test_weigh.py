"""What the bits say: people who are one, people who are not, and that the sum can be checked by hand."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from graph.model import Match
from graph.weigh import match
from graph.weights import DEFAULT, LEVELS, THRESHOLD, Weights


def one(*records) -> Match:
    (found,) = match(records)
    return found


def codes(found: Match) -> set[str]:
    return {reason.code for reason in found.reasons}


def test_reasons_add_up_to_the_bits_and_start_with_the_prior(record):
    left = record("1", "张伟", phones="15400000001", born="1990-02-03", addresses=("杭州文三路100号",))
    right = record("2", "Wei Zhang", phones="15400000001", born="1990-03-02", addresses=("杭州文三路100号",))

    found = one(left, right)

    assert found.reasons[0].code == "prior"
    assert found.bits == math.fsum(reason.bits for reason in found.reasons)
    assert {"name.given.masked", "phone.exact", "born.short", "address.exact"} <= codes(found)


def test_every_constant_has_a_reason_and_is_a_probability():
    assert all(level.why and 0 < level.m <= 1 and 0 < level.u <= 1 for level in LEVELS)
    assert all(prior.why for prior in DEFAULT.priors)


def test_weights_without_a_level_are_refused():
    with pytest.raises(ValueError, match=r"name\.family\.exact"):
        Weights(levels=LEVELS[1:])


def test_two_of_the_commonest_name_do_not_merge_on_the_name(record):
    assert one(record("1", "张伟"), record("2", "张伟")).bits < THRESHOLD
    colleagues = [record(ref, "张伟", case="A", role="colleague") for ref in "12"]
    assert one(*colleagues).bits < THRESHOLD


def test_a_rarer_name_is_worth_more(record):
    common = one(record("1", "张伟"), record("2", "张伟"))
    rare = one(record("1", "邹语桐"), record("2", "邹语桐"))

    assert rare.bits > common.bits


@pytest.mark.parametrize(
    ("left", "right", "code"),
    [
        pytest.param("张伟", "張偉", "name.given.exact", id="traditional characters"),
        pytest.param("单雄信", "Shan Xiongxin", "name.given.masked", id="surname read its own way"),
        pytest.param("欧阳修", "Xiu Ouyang", "name.given.masked", id="compound surname, western order"),
        pytest.param("Wei Zhang", "Zhang Wei", "name.order.alike", id="word order"),
        pytest.param("Bob Miller", "Robert Miller", "name.given.short", id="nickname"),
        pytest.param("John A Miller", "John Miller", "name.given.exact", id="middle initial left out"),
        pytest.param("J Miller", "John Miller", "name.given.short", id="initial"),
        pytest.param("Paul Schneider", "Paul Schnieder", "name.family.near", id="slip"),
        pytest.param("张伟", "张玮", "name.given.near", id="homophone"),
        pytest.param("张*", "张伟", "name.given.masked", id="mask"),
        pytest.param("张*", "张伟明", "name.given.masked", id="mask of another length"),
        pytest.param("Anna Miller", "Anna Baxter", "name.family.different", id="married"),
        pytest.param("李建国", "李建华", "name.given.alike", id="generation character"),
        pytest.param("李娜", "李强", "name.given.different", id="relatives"),
        pytest.param("Paul Miller Jr", "Paul Miller Sr", "name.generation.different", id="father and son"),
        pytest.param("张伟", "李娜", "name.family.different", id="strangers"),
        pytest.param("张*", "李娜", "name.family.different", id="mask that does not fit"),
        pytest.param("José Miller", "Jose Miller", "name.given.exact", id="accents"),
    ],
)
def test_names_meet_at_their_level_whichever_is_left(record, left, right, code):
    there, back = one(record("1", left), record("2", right)), one(record("1", right), record("2", left))

    assert code in codes(there)
    assert there.bits == back.bits


def test_the_best_of_several_names_counts(record):
    found = one(record("1", "王芳|刘洋"), record("2", "刘洋"))

    assert {"name.given.exact", "name.family.exact"} <= codes(found)


def test_a_mask_is_compatible_with_few_bits(record):
    masked, whole = (
        one(record("1", "张*"), record("2", "张伟")),
        one(record("1", "张伟"), record("2", "张伟")),
    )

    gained = masked.bits - sum(r.bits for r in masked.reasons if r.code == "prior")

    assert 0 < gained < 5 < whole.bits - masked.bits


def test_what_is_empty_says_nothing(record):
    full = record("1", "张伟", phones="15400000001", born="1990-02-03", emails=("a@example.org",))

    assert codes(one(full, record("2"))) == {"prior"}
    assert codes(one(record("1"), record("2"))) == {"prior"}


def test_a_household_is_not_a_person(record):
    home = {"phones": "15400000001", "lines": ("+865710000000",), "addresses": ("杭州文三路100号3幢201室",)}
    for other in ("李娜", "王芳"):
        for role, case in (("spouse", "A"), ("debtor", "B")):
            found = one(
                record("1", "李强", case="A", **home), record("2", other, case=case, role=role, **home)
            )

            assert found.bits < -10
            assert "household" in codes(found)


def test_a_parent_of_the_same_name_at_one_address_stays_another(record):
    home = {"lines": ("+865710000000",), "addresses": ("12 Oak Street",)}

    found = one(
        record("1", "Paul Miller", case="A", **home),
        record("2", "Paul Miller", case="A", role="parent", phones="15400000001", **home),
    )
    across = one(record("1", "Paul Miller", **home), record("2", "Paul Miller", **home))

    assert found.bits < 0
    assert across.bits < THRESHOLD


def test_twins_stay_two(record):
    home = {"born": "1990-05-06", "addresses": ("杭州文三路100号3幢201室",), "phones": "15400000001"}

    assert one(record("1", "李建国", **home), record("2", "李建华", **home)).bits < THRESHOLD


def test_a_debtor_listed_as_his_own_reference_needs_more_than_a_name_and_a_phone(record, prc_id):
    debtor = {"case": "A", "phones": "15400000001"}
    own = (prc_id("990000199002030011"),)

    weak = one(record("1", "李建国", **debtor), record("2", "李建国", role="reference", **debtor))
    strong = one(
        record("1", "李建国", ids=own, **debtor), record("2", "李建国", role="reference", ids=own, **debtor)
    )

    assert weak.bits < THRESHOLD < strong.bits


def test_two_sources_on_one_debtor_need_little(record):
    assert one(record("1", "张伟", case="A"), record("2", "张*", case="A")).bits > THRESHOLD
    assert one(record("1", "张伟", case="A"), record("2", "李娜", case="A")).bits < THRESHOLD


def test_one_person_in_two_cases_is_found_by_name_and_mobile_or_birth_date(record):
    assert one(record("1", "张伟", phones="15400000001"), record("2", "张伟", phones="15400000001")).bits > 5
    assert one(record("1", "张伟", born="1990-02-03"), record("2", "张伟", born="1990-02-03")).bits > 5
    assert one(record("1", "张伟", born="1990-02-03"), record("2", "张伟", born="1971-02-03")).bits < -5


@pytest.mark.parametrize(
    ("left", "right", "code"),
    [
        pytest.param("1990-02-03", "1990-02-03", "born.exact", id="exact"),
        pytest.param("1990-02-03", "1990-02", "born.masked", id="no day"),
        pytest.param("1990-02-03", "1990", "born.masked", id="year only"),
        pytest.param("1990-01-01", "1990-01-01", "born.exact", id="placeholder day"),
        pytest.param("1990-02-03", "1990-03-02", "born.short", id="day and month exchanged"),
        pytest.param("1990-02-03", "1990-02-08", "born.near", id="one digit"),
        pytest.param("1990-02-03", "1991-07-08", "born.alike", id="a year apart"),
        pytest.param("1990-02-03", "1991", "born.alike", id="another year"),
        pytest.param("1990-02-03", "1965-07-21", "born.clash", id="a generation"),
    ],
)
def test_birth_dates_meet_at_their_level(record, left, right, code):
    assert code in codes(one(record("1", born=left), record("2", born=right)))
    assert code in codes(one(record("1", born=right), record("2", born=left)))


@pytest.mark.parametrize(
    ("left", "right", "sound", "code"),
    [
        pytest.param("990000199002030011", "990000199002030011", True, "id.exact", id="exact"),
        pytest.param("990000199002030011", "990000199002030011", False, "id.exact", id="unsound"),
        pytest.param("990000199002030011", "990000199002030101", False, "id.near", id="exchanged"),
        pytest.param("990000199002030011", "990000199002030012", False, "id.near", id="one off"),
        pytest.param("990000199002030011", "990000199002030012", True, "id.clash", id="two sound ones"),
        pytest.param("990000199002030011", "990000198511110035", True, "id.clash", id="far apart"),
        pytest.param("990000199002030011", "990000198511110035", False, "id.different", id="one unsound"),
        pytest.param("990000199002030011", "9900**********0011", True, "id.masked", id="mask fits"),
        pytest.param("990000199002030011", "9900**********0035", True, "id.different", id="mask differs"),
    ],
)
def test_ids_meet_at_their_level(record, prc_id, left, right, sound, code):
    there = one(record("1", ids=(prc_id(left),)), record("2", ids=(prc_id(right, sound=sound),)))
    back = one(record("1", ids=(prc_id(right, sound=sound),)), record("2", ids=(prc_id(left),)))

    assert code in codes(there)
    assert there.bits == back.bits


def test_more_visible_characters_of_an_id_are_more_evidence(record, prc_id):
    whole = record("1", ids=(prc_id("990000199002030011"),))

    few = one(whole, record("2", ids=(prc_id("99**************11"),))).bits
    some = one(whole, record("2", ids=(prc_id("9900**********0011"),))).bits
    most = one(whole, record("2", ids=(prc_id("99000019900203001*"),))).bits
    all_ = one(whole, record("2", ids=(prc_id("990000199002030011"),))).bits

    assert few < some < most < all_


def test_two_different_sound_ids_outweigh_name_phone_and_address(record, prc_id):
    same = {"phones": "15400000001", "addresses": ("杭州文三路100号",), "emails": ("z@example.org",)}

    found = one(
        record("1", "李建国", ids=(prc_id("990000199002030011"),), case="A", **same),
        record("2", "李建国", ids=(prc_id("990000198511110035"),), case="B", **same),
    )

    assert found.bits < 0


def test_the_date_inside_an_id_is_not_counted_again(record, prc_id):
    ids = (prc_id("990000199002030011"),)

    bare = one(record("1", ids=ids), record("2", ids=ids))
    dated = one(record("1", ids=ids, born="1990-02-03"), record("2", ids=ids, born="1990-02-03"))
    masked = one(
        record("1", ids=ids, born="1990-02-03"),
        record("2", ids=(prc_id("990000199002030***"),), born="1990-02-03"),
    )

    assert bare.bits == dated.bits
    assert abs(sum(reason.bits for reason in masked.reasons if reason.code.startswith("born"))) < 0.1


def test_the_date_inside_an_id_meets_a_plain_birth_date(record, prc_id):
    ids = (prc_id("990000199002030011"),)

    assert "born.exact" in codes(one(record("1", ids=ids), record("2", born="1990-02-03")))


def test_a_masked_phone_is_information_but_less_than_the_whole(record):
    name = "李建国"
    none = one(record("1", name), record("2", name, phones="15400001234")).bits
    masked = one(record("1", name, phones="154****1234"), record("2", name, phones="15400001234")).bits
    whole = one(record("1", name, phones="15400001234"), record("2", name, phones="15400001234")).bits

    assert none < masked < whole


def test_a_number_that_many_names_hold_says_less_and_never_speaks_against(record):
    names = ["王芳", "刘洋", "陈静", "杨洋", "赵强", "周敏", "吴军", "徐磊", "孙丽"]
    crowd = [record(f"x{i}", name, phones="15400000001") for i, name in enumerate(names)]
    pair = [record("1", "李建国", phones="15400000001"), record("2", "李建国", phones="15400000001")]

    alone = one(*pair).bits
    crowded = next(m for m in match([*pair, *crowd]) if (m.left, m.right) == ("s:1", "s:2"))

    shared = sum(r.bits for r in crowded.reasons if r.code.startswith("phone"))
    assert crowded.bits < alone
    assert shared >= 0


def test_the_answer_for_a_pair_does_not_depend_on_order(record, prc_id):
    rng = random.Random(7)
    names = ["张伟", "Wei Zhang", "张*", "李娜", "John Miller", "Jon Miller", "Bob Miller", ""]
    records = [
        record(
            str(i),
            rng.choice(names),
            case=f"c{rng.randrange(4)}",
            role=rng.choice(["debtor", "spouse", "reference"]),
            phones=rng.choice(["", "15400000001", "154****0001", "15400000001/15400000002"]),
            born=rng.choice(["", "1990-02-03", "1990-03-02", "1990"]),
            ids=rng.choice([(), (prc_id("990000199002030011"),), (prc_id("9900**********0011"),)]),
            addresses=rng.choice([(), ("杭州文三路100号",), ("浙江省杭州文三路100号",)]),
        )
        for i in range(24)
    ]
    expected = match(records)

    for _ in range(5):
        shuffled = rng.sample(records, len(records))
        left, right = np.triu_indices(len(shuffled), k=1)
        pairs = np.stack([right, left], axis=1)[rng.sample(range(len(left)), len(left))]

        assert match(shuffled, pairs) == expected


def test_matching_a_record_with_itself_or_two_of_one_ref_is_refused(record):
    with pytest.raises(ValueError, match="itself"):
        match([record("1"), record("2")], np.array([[0, 0]]))
    with pytest.raises(ValueError, match="one ref"):
        match([record("1"), record("1")])


def test_no_record_or_one_gives_no_match(record):
    assert match([]) == ()
    assert match([record("1", "张伟")]) == ()


def test_a_record_with_a_thousand_numbers_is_compared_all_the_same(record):
    many = ",".join(f"154{i:08d}" for i in range(60))
    hostile = record("1", "张伟", phones=many)

    found = one(hostile, record("2", "张伟", phones=many))

    assert "phone.exact" in codes(found)
