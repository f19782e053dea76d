"""Plain evidence objects."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.inuse import rank
from graph.model import FactKind, Line, LineType, Party, StatedUser
from graph.plain import Unreadable, read_case


def _case(**number: object) -> dict[str, object]:
    return {"case_id": "C1", "as_of": "2026-01-31", "numbers": [{"number": "+8615400000001", **number}]}


def test_a_case_is_read_into_the_types_of_the_graph() -> None:
    items = [
        {
            "kind": "claim",
            "date": "2025-06-01",
            "source": "vendor_a",
            "stated_user": "debtor",
            "name_match": 0.9,
            "record_id": "R1",
            "first_seen": "2024-01-01",
            "upstream": "R0",
        },
        {"kind": "carrier_status", "date": "2026-01-01", "value": "empty"},
        {"kind": "carrier_tenure", "date": "2026-01-01", "activated": "2020-01-01"},
        {"kind": "realname", "date": "2026-01-01", "value": "no"},
        {"kind": "recycled", "date": "2026-01-01", "value": "yes", "since": "2023-01-01"},
        {"kind": "call", "date": "2026-01-02", "outcome": "right_party", "identity_strength": 0.8},
    ]

    case = read_case(_case(line_type="mobile", shared_with=3, evidence=items))

    (one,) = case.evidence
    (claim,), (call,) = one.claims, one.outcomes
    assert (case.case, case.as_of, case.skipped) == ("C1", dt.date(2026, 1, 31), 0)
    assert (one.phone.line_type, one.shared_with) == (LineType.MOBILE, 3)
    assert (claim.stated_user, claim.record, claim.upstream) == (StatedUser.DEBTOR, "R1", "R0")
    assert (call.line, call.party, call.strength) == (Line.CONNECTED, Party.SELF, 0.8)
    assert [(fact.kind, fact.value) for fact in one.facts] == [
        (FactKind.LINE_STATUS, "not_assigned"),
        (FactKind.TENURE, "since_anchor"),
        (FactKind.ATTRIBUTE_MATCH, "none"),
        (FactKind.HOLDER_CHANGED_SINCE, "yes"),
    ]


def test_unknown_kinds_words_and_damaged_items_are_counted_and_left_out() -> None:
    items = [
        {"kind": "horoscope", "date": "2025-01-01"},
        {"kind": "call", "date": None, "outcome": "right_party"},
        {"kind": "call", "date": "2025-01-01", "outcome": "sang a song"},
        {"kind": "carrier_status", "value": 7},
        "nonsense",
        None,
    ]

    case = read_case(_case(evidence=items))

    assert case.skipped == 6
    assert case.evidence[0].claims == ()


def test_an_unknown_user_or_source_of_a_claim_stays_a_claim() -> None:
    case = read_case(
        _case(evidence=[{"kind": "claim", "date": "x", "source": None, "stated_user": "the cat"}])
    )

    (claim,) = case.evidence[0].claims
    assert (claim.stated_user, claim.source, claim.date) == (StatedUser.UNKNOWN, "", None)


def test_a_number_with_stars_is_a_masked_one() -> None:
    raw = {"case_id": "C", "as_of": "2026-01-31", "numbers": [{"number": "+86154****0001"}]}

    assert read_case(raw).evidence[0].phone.masked


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ([], "not_an_object"),
        ({}, "no_case_id"),
        ({"case_id": ""}, "no_case_id"),
        ({"case_id": "C"}, "no_as_of"),
        ({"case_id": "C", "as_of": "soon"}, "no_as_of"),
        ({"case_id": "C", "as_of": "2026-01-01", "numbers": {}}, "bad_numbers"),
        ({"case_id": "C", "as_of": "2026-01-01", "numbers": [{}]}, "bad_number"),
    ],
)
def test_a_case_that_cannot_be_used_says_why_and_shows_no_value(raw: object, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_case(raw)

    assert caught.value.code == code


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
_KEYS = [
    *("kind", "date", "source", "stated_user", "name_match", "record_id", "first_seen", "upstream"),
    *("value", "activated", "since", "outcome", "identity_strength"),
]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(_KEYS),
            _JSON
            | st.sampled_from(["claim", "call", "recycled", "debtor", "yes", "9999-12-31", "0001-01-01"]),
        ),
        max_size=4,
    ),
    _JSON,
    _JSON,
)
def test_whatever_stands_in_a_number_it_is_read_or_skipped(
    items: list[dict[str, object]], line_type: object, shared: object
) -> None:
    case = read_case(_case(evidence=items, line_type=line_type, shared_with=shared))

    one = case.evidence[0]
    (ranked,) = rank(case.evidence, case.as_of).numbers
    assert 0 < ranked.p < 1
    assert len(one.claims) + len(one.facts) + len(one.outcomes) + case.skipped == len(items)


@pytest.mark.parametrize(
    "person",
    [
        {"age_band": "18-29", "migrant": True},
        {"age_band": "50+", "migrant": False},
        {"ethnicity": "a", "sex": "f", "hukou": "650000", "health": "ill"},
        {"ethnicity": "b", "sex": "m", "hukou": "110000", "health": "well"},
    ],
    ids=lambda person: "-".join(map(str, person.values())),
)
def test_who_the_debtor_is_moves_no_bit(person: dict[str, object]) -> None:
    claim = {
        "kind": "claim",
        "date": "2024-06-01",
        "source": "application_form",
        "stated_user": "debtor",
        "record_id": "R1",
    }
    plain = read_case(_case(evidence=[claim]))

    told = read_case({**_case(evidence=[{**claim, **person}], **person), "debtor": person, **person})

    assert rank(told.evidence, told.as_of) == rank(plain.evidence, plain.as_of)


def test_what_third_parties_said_on_their_own_numbers_moves_no_bit_of_his() -> None:
    def said(outcome: str, day: str) -> list[dict[str, object]]:
        return [{"kind": "call", "date": day, "outcome": outcome, "identity_strength": None}]

    his = {
        "number": "+8615400000001",
        "evidence": [
            {
                "kind": "claim",
                "date": "2024-06-01",
                "source": "application_form",
                "stated_user": "debtor",
                "record_id": "R1",
            }
        ],
    }
    reference = {"kind": "claim", "source": "application_form", "stated_user": "reference", "record_id": "R2"}

    reasons = set()
    for day in ("2023-01-05", "2026-01-30"):
        for outcome in ("third_party", "no_answer", "wrong_party", "disconnected"):
            other = {
                "number": "+8615455555502",
                "evidence": [{**reference, "date": day}, *said(outcome, day)],
            }
            case = read_case({"case_id": "C1", "as_of": "2026-01-31", "numbers": [his, other]})
            ranking = rank(case.evidence, case.as_of)
            (mine,) = [one for one in ranking.numbers if one.phone.e164 == his["number"]]
            reasons.add(mine.reasons)

    assert len(reasons) == 1
