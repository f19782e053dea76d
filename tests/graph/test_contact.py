"""The contact graph and the numbers worth ranking: whose number, who else holds it, nobody else's life."""

from __future__ import annotations

import datetime as dt
import random

import networkx as nx

from graph.contact import Node, contact_graph, number_evidence
from graph.model import (
    Bar,
    Claim,
    FactKind,
    Identity,
    Line,
    LineFact,
    LineType,
    NumberEvidence,
    Outcome,
    Party,
    Person,
    Phone,
    StatedUser,
)

OWN, FRIEND, OFFICE = "+8615400000001", "+8615400000002", "+865710000000"
AT = dt.datetime(2026, 5, 1, 9, tzinfo=dt.UTC)


def whole(e164: str, line_type: LineType = LineType.UNKNOWN) -> Phone:
    return Phone(e164=e164, line_type=line_type)


def claim(ref: str, phone: str | Phone, user: str = "debtor", **more) -> Claim:
    phone = whole(phone) if isinstance(phone, str) else phone
    return Claim(phone=phone, source="s", record=ref, stated_user=StatedUser(user), **more)


def by_number(found: tuple[NumberEvidence, ...]) -> dict[str, NumberEvidence]:
    return {one.phone.key: one for one in found}


def users(one: NumberEvidence) -> list[str]:
    return [str(claim.stated_user) for claim in one.claims]


def case_a(record):
    """A debtor, his friend, and a second debtor of another case who holds the office line and his number."""
    records = [
        record("1", "张伟", case="A", phones="15400000001"),
        record("2", "李娜", case="A", role="friend", phones="15400000002"),
        record("9", "王芳", case="B", phones="15400000001"),
    ]
    claims = [
        claim("1", OWN),
        claim("1", OFFICE, "workplace"),
        claim("2", FRIEND, "reference"),
        claim("9", OWN),
        claim("9", OFFICE, "workplace"),
        claim("9", "+8615400000009"),
    ]
    return records, [Person(id=r.ref, records=(r.ref,)) for r in records], claims


def test_every_number_of_the_case_is_listed_with_its_stated_user_and_person(record):
    found = by_number(number_evidence("A", *case_a(record)))

    assert {key: (users(one), one.person) for key, one in found.items()} == {
        OWN: (["debtor"], "s:1"),
        OFFICE: (["workplace"], "s:1"),
        FRIEND: (["reference"], "s:2"),
    }


def test_other_persons_with_the_number_are_counted_and_not_shown(record):
    found = by_number(number_evidence("A", *case_a(record)))

    assert {key: one.shared_with for key, one in found.items()} == {OWN: 1, OFFICE: 1, FRIEND: 0}
    assert all(claim.record != "9" for one in found.values() for claim in one.claims)


def test_two_records_of_one_other_person_count_as_one(record):
    records, persons, claims = case_a(record)
    records.append(record("8", "王芳", case="C", phones="15400000001"))
    persons = [*persons[:2], Person(id="s:8", records=("s:8", "s:9"))]

    assert by_number(number_evidence("A", records, persons, claims))[OWN].shared_with == 1


def test_a_person_whose_claim_is_listed_is_not_counted_again(record):
    records, persons, claims = case_a(record)
    claims.append(claim("2", OWN, "reference"))

    own = by_number(number_evidence("A", records, persons, claims))[OWN]

    assert sorted(users(own)) == ["debtor", "reference"]
    assert own.person == "s:1"
    assert own.shared_with == 1


def test_numbers_of_another_case_come_with_the_debtor_only(record):
    records = [
        record("1", "张伟", case="A"),
        record("2", "李娜", case="A", role="friend"),
        record("3", "张伟", case="B"),
        record("4", "李娜", case="C"),
    ]
    persons = [Person(id="s:1", records=("s:1", "s:3")), Person(id="s:2", records=("s:2", "s:4"))]
    claims = [claim("3", OWN), claim("4", FRIEND)]

    assert list(by_number(number_evidence("A", records, persons, claims))) == [OWN]


def test_a_debtor_listed_as_a_reference_elsewhere_gives_his_own_number(record):
    records = [
        record("1", "张伟", case="A"),
        record("3", "张伟", case="B", role="reference", phones="15400000001"),
    ]
    persons = [Person(id="s:1", records=("s:1", "s:3"))]
    claims = [
        claim("3", OWN, "reference"),
        claim("3", OFFICE, "workplace"),
        claim("3", "+8615400000007", "contact"),
    ]

    found = by_number(number_evidence("A", records, persons, claims))

    assert {key: users(one) for key, one in found.items()} == {
        OWN: ["debtor"],
        OFFICE: ["workplace"],
        "+8615400000007": ["contact"],
    }


def test_a_record_said_to_be_the_debtor_but_resolved_to_another_is_not_the_debtors_word(record):
    records = [
        record("1", "张伟", case="A"),
        record("2", "张伟", case="A"),
        record("3", "张伟", case="A"),
    ]
    persons = [Person(id="s:1", records=("s:1", "s:3")), Person(id="s:2", records=("s:2",))]

    found = by_number(number_evidence("A", records, persons, [claim("1", OWN), claim("2", FRIEND)]))

    assert users(found[OWN]) == ["debtor"]
    assert users(found[FRIEND]) == ["unknown"]
    assert found[FRIEND].person == "s:2"


def test_a_number_without_a_claim_gets_one_from_its_record(record):
    day = dt.date(2026, 4, 1)
    records = [
        record("1", "张伟", case="A", phones="15400000001", seen_on=day, entry=7),
        record("2", "李娜", case="A", role="spouse", phones="15400000002"),
    ]

    found = by_number(number_evidence("A", records, [], []))

    assert found[OWN].claims == (claim("1", OWN, date=day, entry=7),)
    assert users(found[FRIEND]) == ["household"]


def test_a_claim_of_an_unknown_record_is_taken_for_this_case(record):
    found = number_evidence("A", [record("1", "张伟", case="A")], [], [claim("gone", OWN)])

    assert [one.person for one in found] == ["s:1"]


def test_facts_outcomes_and_bars_stand_with_their_number(record):
    fact = LineFact(
        kind=FactKind.LINE_STATUS, value="active", phone=whole(OWN), source="c", as_of=dt.date(2026, 5, 1)
    )
    stray = LineFact(kind=FactKind.LINE_STATUS, value="active", phone=whole(FRIEND), source="c", as_of=None)
    tried = Outcome(
        phone=whole(OFFICE), at=AT, line=Line.NO_ANSWER, party=Party.NOBODY, identity=Identity.NOT_CHECKED
    )
    bar = Bar(code="opt_out")
    records = [record("1", "张伟", case="A", phones="15400000001")]

    found = by_number(
        number_evidence("A", records, [], [], [fact, stray], [tried], {OWN: [bar], FRIEND: [bar]})
    )

    assert list(found) == [OWN, OFFICE]
    assert (found[OWN].facts, found[OWN].bars, found[OWN].outcomes) == ((fact,), (bar,), ())
    assert found[OFFICE].outcomes == (tried,)


def test_a_masked_number_joins_the_only_whole_one_that_fits_with_all_it_brings(record):
    masked = Phone(pattern="+86154****0001")
    records = [record("1", "张伟", case="A", phones="15400000001")]

    (only,) = number_evidence(
        "A", records, [], [claim("1", masked, "contact")], bars={masked.key: [Bar(code="opt_out")]}
    )

    assert only.phone.key == OWN
    assert {claim.phone.key for claim in only.claims} == {OWN, masked.key}
    assert only.bars == (Bar(code="opt_out"),)


def test_a_masked_number_that_fits_two_or_hides_too_much_stays_alone(record):
    records = [record("1", "张伟", case="A", phones="15400000001/15411110001")]
    claims = [claim("1", Phone(pattern="+86154****0001")), claim("1", Phone(pattern="+861*********1"))]

    assert len(number_evidence("A", records, [], claims)) == 4


def test_evidence_does_not_depend_on_the_order_of_anything(record):
    records, persons, claims = case_a(record)
    claims += [
        claim("1", whole(OWN, LineType.MOBILE), "debtor", date=dt.date(2026, 1, 1)),
        claim("gone", OWN),
    ]
    expected = number_evidence("A", records, persons, claims)
    rng = random.Random(5)

    for _ in range(10):
        again = number_evidence("A", *(rng.sample(part, len(part)) for part in (records, persons, claims)))
        assert again == expected
        assert [one.phone.line_type for one in again] == [one.phone.line_type for one in expected]


def test_a_case_without_a_debtor_record_still_lists_its_numbers(record):
    found = number_evidence("A", [record("2", case="A", role="friend", phones="15400000002")], [], [])

    assert [(one.phone.key, one.person) for one in found] == [(FRIEND, "s:2")]


def test_every_edge_of_the_graph_says_where_it_comes_from(record):
    records, persons, claims = case_a(record)
    records[0] = record(
        "1",
        "张伟",
        case="A",
        addresses=("杭州文三路100号",),
        employers=("虚构科技",),
        entry=3,
        seen_on=AT.date(),
    )

    graph = contact_graph(records, persons, claims)

    assert isinstance(graph, nx.MultiGraph)
    assert all(
        {"kind", "source", "record", "entry", "date"} <= set(data) for _, _, data in graph.edges(data=True)
    )
    kinds = {data["kind"] for _, _, data in graph.edges(data=True)}
    assert kinds == {"said_of", "claimed", "lives_at", "works_at", "relation"}
    relation = graph.get_edge_data(Node("person", "s:1"), Node("person", "s:2"))
    assert [(data["role"], data["case"]) for data in relation.values()] == [("friend", "A")]
    shared = graph.neighbors(Node("number", OWN))
    assert {node.key for node in shared} == {"s:1", "s:9"}


def test_two_sources_on_one_thing_are_two_edges(record):
    records, persons, claims = case_a(record)

    graph = contact_graph(records, persons, [*claims, claim("1", OWN, "debtor", entry=5)])

    assert graph.number_of_edges(Node("person", "s:1"), Node("number", OWN)) == 2


def test_the_graph_is_the_same_in_any_order(record):
    records, persons, claims = case_a(record)

    first = contact_graph(records, persons, claims)
    second = contact_graph(records[::-1], persons[::-1], claims[::-1])

    assert list(first.nodes(data=True)) == list(second.nodes(data=True))
    assert list(first.edges(data=True)) == list(second.edges(data=True))


def test_no_node_shows_a_person(record):
    graph = contact_graph(*case_a(record))

    assert not any(sign in repr(list(graph.nodes)) for sign in ("张", "154", "王"))
