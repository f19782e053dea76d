"""Persons out of matches and verdicts: what joins, what parts, and that order never matters."""

from __future__ import annotations

import datetime as dt
import random
from itertools import combinations, pairwise

import pytest

from graph.model import Judgement, Match, Reason, Verdict
from graph.resolve import Resolution, contradiction, resolve, standing
from graph.weigh import match

NOON = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)


def says(left: str, right: str, judgement: str, day: int = 0) -> Verdict:
    at = NOON + dt.timedelta(days=day)
    return Verdict(left=f"s:{left}", right=f"s:{right}", judgement=Judgement(judgement), by="amy", at=at)


def link(left: str, right: str, evidence: float, prior: float = -14.0, relation: str = "two_cases") -> Match:
    start = Reason(code="prior", bits=prior, params=(("relation", relation),))
    return Match(
        left=f"s:{left}", right=f"s:{right}", reasons=(start, Reason(code="name.exact", bits=evidence))
    )


def groups(resolution: Resolution) -> list[set[str]]:
    return [{ref.removeprefix("s:") for ref in person.records} for person in resolution.persons]


def test_a_person_is_named_by_his_smallest_record(record):
    people = [record(ref) for ref in "cab"]

    found = resolve(people, [link("b", "c", 30)], [])

    assert [person.id for person in found.persons] == ["s:a", "s:b"]
    assert found.persons[1].records == ("s:b", "s:c")


def test_a_match_below_the_threshold_joins_nobody(record):
    people = [record(ref) for ref in "ab"]

    assert groups(resolve(people, [link("a", "b", 18.9)], [])) == [{"a"}, {"b"}]
    assert groups(resolve(people, [link("a", "b", 19.0)], [])) == [{"a", "b"}]
    assert groups(resolve(people, [link("a", "b", 18.9)], [], threshold_bits=4.5)) == [{"a", "b"}]


def test_two_links_do_not_chain_over_a_contradiction(record):
    people = [record(ref) for ref in "abc"]
    links = [link("a", "b", 26), link("b", "c", 24), link("a", "c", -9)]

    found = resolve(people, links, [])

    assert groups(found) == [{"a", "b"}, {"c"}]
    assert [(c.code, c.left, c.right, c.against) for c in found.conflicts] == [
        ("scores.chain", "s:b", "s:c", (("s:a", "s:c"),))
    ]


def test_two_links_chain_where_the_ends_only_know_nothing_of_each_other(record):
    people = [record(ref) for ref in "abc"]
    links = [link("a", "b", 26), link("b", "c", 24), link("a", "c", 0)]

    assert groups(resolve(people, links, [])) == [{"a", "b", "c"}]
    assert groups(resolve(people, links[:2], [])) == [{"a", "b", "c"}]


def test_two_people_of_one_case_are_not_chained_by_a_record_of_another(record):
    people = [record(ref) for ref in "abc"]
    links = [
        link("a", "b", 22),
        link("b", "c", 22),
        link("a", "c", 12, prior=-24, relation="debtor_and_other"),
    ]

    assert len(groups(resolve(people, links, []))) == 2
    assert contradiction(links[2]) == -12
    assert contradiction(link("a", "c", 12)) == 0


def test_a_verdict_outranks_every_score(record):
    people = [record(ref) for ref in "abcd"]
    links = [link("a", "b", 60), link("c", "d", -60)]

    found = resolve(people, links, [says("b", "a", "different"), says("c", "d", "same")])

    assert groups(found) == [{"a"}, {"b"}, {"c", "d"}]
    assert found.conflicts == ()


def test_a_later_verdict_supersedes_and_unsure_withdraws(record):
    people = [record(ref) for ref in "ab"]
    links = [link("a", "b", 60)]

    changed = [says("a", "b", "different"), says("a", "b", "same", 1)]
    withdrawn = [says("a", "b", "different"), says("a", "b", "unsure", 1)]

    assert groups(resolve(people, [], changed)) == [{"a", "b"}]
    assert groups(resolve(people, links, withdrawn)) == [{"a", "b"}]
    assert groups(resolve(people, [], withdrawn)) == [{"a"}, {"b"}]


def test_nothing_bridges_two_records_judged_different(record):
    people = [record(ref) for ref in "abc"]
    links = [link("a", "b", 40), link("b", "c", 39)]

    found = resolve(people, links, [says("a", "c", "different")])

    assert groups(found) == [{"a", "b"}, {"c"}]
    assert found.conflicts[0].against == (("s:a", "s:c"),)


def test_contradicting_verdicts_are_a_conflict_and_the_oldest_same_gives_way(record):
    people = [record(ref) for ref in "abc"]
    verdicts = [says("a", "b", "same", 1), says("b", "c", "same", 2), says("a", "c", "different", 0)]

    found = resolve(people, [], verdicts)

    assert groups(found) == [{"a"}, {"b", "c"}]
    assert [(c.code, c.left, c.right, c.against) for c in found.conflicts] == [
        ("verdicts.contradict", "s:a", "s:b", (("s:a", "s:c"),))
    ]


def test_of_two_same_verdicts_of_one_moment_the_first_by_name_holds_in_any_order(record):
    people = [record(ref) for ref in "abc"]
    verdicts = [says("b", "c", "same", 1), says("b", "a", "same", 1), says("c", "a", "different")]

    there, back = resolve(people, [], verdicts), resolve(people, [], verdicts[::-1])

    assert groups(there) == [{"a", "b"}, {"c"}]
    assert there == back


def test_two_judgements_of_one_moment_are_a_conflict_and_mean_different(record):
    verdicts = [says("a", "b", "same"), says("a", "b", "different")]

    found = resolve([record("a"), record("b")], [link("a", "b", 60)], verdicts)

    assert groups(found) == [{"a"}, {"b"}]
    assert [c.code for c in found.conflicts] == ["verdicts.tie"]


def test_verdicts_hold_through_a_record_that_is_gone(record):
    people = [record("a"), record("b")]

    found = resolve(people, [], [says("a", "x", "same"), says("x", "b", "same")])

    assert groups(found) == [{"a", "b"}]


def test_two_sound_ids_are_never_joined_by_scores_but_may_be_by_a_person(record, prc_id):
    people = [
        record("a", ids=(prc_id("990000199002030011"),)),
        record("b"),
        record("c", ids=(prc_id("990000198511110035"),)),
    ]
    links = [link("a", "b", 40), link("b", "c", 39)]

    scored = resolve(people, links, [])
    judged = resolve(people, links, [says("a", "c", "same")])

    assert groups(scored) == [{"a", "b"}, {"c"}]
    assert [(c.code, c.left, c.right) for c in scored.conflicts] == [("scores.ids_differ", "s:b", "s:c")]
    assert {"a", "c"} <= groups(judged)[0]
    assert "verdicts.over_ids" in {c.code for c in judged.conflicts}


def test_an_unsound_or_masked_id_parts_nobody(record, prc_id):
    people = [
        record("a", ids=(prc_id("990000199002030011"),)),
        record("b", ids=(prc_id("990000198511110035", sound=False),)),
        record("c", ids=(prc_id("9900**********0035"),)),
    ]

    found = resolve(people, [link("a", "b", 40), link("a", "c", 40)], [])

    assert groups(found) == [{"a", "b", "c"}]


def test_two_records_of_one_ref_are_refused(record):
    with pytest.raises(ValueError, match="one ref"):
        resolve([record("a"), record("a")], [], [])


def test_real_records_resolve_to_the_people_behind_them(record, prc_id):
    people = [
        record("1", "张伟", case="A", phones="15400000001", ids=(prc_id("990000199002030011"),)),
        record("2", "李娜", case="A", role="spouse", phones="15400000002"),
        record("3", "张*", case="A", ids=(prc_id("9900**********0011"),)),
        record("4", "Zhang Wei", case="B", phones="15400000009", born="1990-02-03"),
        record("5", "张伟", case="C", phones="15400000007", ids=(prc_id("990000198511110035"),)),
        record("6", "张伟", case="D", role="colleague", phones="15400000008"),
        record("7", "李娜", case="E", role="spouse", phones="15400000002"),
    ]

    found = resolve(people, match(people), [])

    assert groups(found) == [{"1", "3", "4"}, {"2", "7"}, {"5"}, {"6"}]


def test_batches_in_any_order_give_what_one_run_gives(record, prc_id):
    rng = random.Random(11)
    names = ["张伟", "张玮", "李建国", "李建华", "王芳", "Zhang Wei"]
    people = [
        record(
            str(place),
            rng.choice(names),
            case=f"c{rng.randrange(9)}",
            role=rng.choice(["debtor", "spouse", "reference"]),
            phones=f"1540000000{rng.randrange(5)}",
            born=rng.choice(["", "1990-02-03", "1984-05-06"]),
            ids=rng.choice([(), (), (prc_id("440000199001010044"),), (prc_id("440000199001010060"),)]),
        )
        for place in range(24)
    ]
    verdicts = [says("1", "5", "same"), says("2", "7", "different")]
    once = resolve(people, match(people), verdicts)

    for _ in range(6):
        waiting, known = rng.sample(people, len(people)), []
        while waiting:
            many = rng.randrange(1, 7)
            known, waiting = known + waiting[:many], waiting[many:]
            step = resolve(known, match(known), verdicts)

        assert step == once


def plain(
    refs: list[str], links: list[Match], verdicts: list[Verdict], threshold: float
) -> set[frozenset[str]]:
    """The same rules as slowly and plainly as can be: every step looks at every pair of every group again."""
    stand, _ = standing(verdicts)
    different = {pair for pair, v in stand.items() if v.judgement is Judgement.DIFFERENT}
    clusters = [frozenset([ref]) for ref in refs]

    def parted(a: frozenset[str], b: frozenset[str]) -> bool:
        return any(tuple(sorted((x, y))) in different for x in a for y in b)

    same = sorted(pair for pair, v in stand.items() if v.judgement is Judgement.SAME)
    for pair in sorted(same, key=lambda pair: stand[pair].at, reverse=True):
        a, b = (next(c for c in clusters if ref in c) for ref in pair)
        if a != b and not parted(a, b):
            clusters = [c for c in clusters if c not in (a, b)] + [a | b]
    of = {tuple(sorted((m.left, m.right))): m for m in links}
    while True:
        best = None
        for a, b in combinations(sorted(clusters, key=min), 2):
            crossing = [of[p] for x in a for y in b if (p := tuple(sorted((x, y)))) in of]
            if not crossing or parted(a, b):
                continue
            score = max(m.bits for m in crossing) + min(contradiction(m) for m in crossing)
            if score >= threshold and (best is None or score > best[0]):
                best = (score, a, b)
        if best is None:
            return set(clusters)
        clusters = [c for c in clusters if c not in best[1:]] + [best[1] | best[2]]


@pytest.mark.parametrize("seed", range(60))
def test_generated_graphs_resolve_like_the_plain_oracle_in_any_order(record, seed):
    rng = random.Random(seed)
    size = rng.randint(2, 12)
    people = [record(f"{i:02d}") for i in range(size)]
    refs = [f"{i:02d}" for i in range(size)]
    pairs = [pair for pair in combinations(refs, 2) if rng.random() < 0.7]
    links = [
        # Few different values, so that ties are common.
        link(
            *pair,
            rng.choice([-8, -2, 0, 6, 12, 19, 20, 25]),
            *rng.choice([(-14, "two_cases"), (-8, "two_of_a_case")]),
        )
        for pair in pairs
    ]
    verdicts = [
        says(*rng.sample(refs, 2), rng.choice(["same", "different", "different", "unsure"]), rng.randrange(3))
        for _ in range(rng.randint(0, 5))
    ]

    found = resolve(people, links, verdicts)

    oracle = plain([f"s:{ref}" for ref in refs], links, verdicts, 5.0)
    assert {frozenset(person.records) for person in found.persons} == oracle
    for _ in range(3):
        again = resolve(
            rng.sample(people, len(people)),
            rng.sample(links, len(links)),
            rng.sample(verdicts, len(verdicts)),
        )
        assert again == found


@pytest.mark.parametrize("seed", range(20))
def test_no_generated_graph_bridges_a_different_verdict(record, seed):
    rng = random.Random(1000 + seed)
    refs = [f"{i:02d}" for i in range(15)]
    links = [link(*pair, rng.uniform(15, 60)) for pair in combinations(refs, 2) if rng.random() < 0.5]
    verdicts = [
        says(*rng.sample(refs, 2), rng.choice(["same", "different"]), rng.randrange(9)) for _ in range(9)
    ]

    found = resolve([record(ref) for ref in refs], links, verdicts)

    person = {ref: p.id for p in found.persons for ref in p.records}
    stand, _ = standing(verdicts)
    for (left, right), verdict in stand.items():
        if verdict.judgement is Judgement.DIFFERENT:
            assert person[left] != person[right]
        elif person[left] != person[right]:
            assert ("verdicts.contradict", left, right) in {
                (c.code, c.left, c.right) for c in found.conflicts
            }


def test_a_long_chain_of_a_thousand_records_is_resolved_at_once(record):
    refs = [f"{i:04d}" for i in range(1000)]
    links = [link(a, b, 30) for a, b in pairwise(refs)]

    found = resolve([record(ref) for ref in refs], links, [])

    assert len(found.persons) == 1
