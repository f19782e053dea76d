"""What would be said of two records were one thing otherwise: they are changed and weighed again."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from graph.clean.names import read_name
from graph.model import Identifier, LineType, PartialDate, Phone, Record, Role
from graph.otherwise import decided, otherwise
from graph.weigh import match

MOBILE = Phone(e164="+8615400000123", line_type=LineType.MOBILE)


def record(number, **fields):
    given = {
        "source": "file",
        "record": str(number),
        "role": Role.DEBTOR,
        "case": f"case{number}",
        "seen_on": dt.date(2026, 1, 1),
        "names": (read_name("张伟").value,),
    }
    return Record(**{**given, **fields})


def by_key(found):
    return {(one.what, one.how): one for one in found}


def test_with_the_same_telephone_two_records_come_to_what_they_would_had_they_said_so():
    ours, theirs = record(1, phones=(MOBILE,)), record(2)

    told = by_key(otherwise([ours, theirs], "file:1", "file:2"))

    weighed = match([ours, replace(theirs, phones=(MOBILE,))])[0]
    assert told["phone", "same"].bits == weighed.bits
    assert told["phone", "same"].p == weighed.p


def test_without_the_telephone_they_come_to_what_they_would_had_one_kept_silent():
    ours, theirs = record(1, phones=(MOBILE,)), record(2, phones=(MOBILE,))

    told = by_key(otherwise([ours, theirs], "file:1", "file:2"))

    assert told["phone", "without"].bits == match([ours, record(2)])[0].bits
    assert ("phone", "same") not in told


def test_what_both_lack_is_given_to_both():
    told = by_key(otherwise([record(1), record(2)], "file:1", "file:2"))

    now = match([record(1), record(2)])[0].bits
    assert told["id", "same"].bits > now + 8
    assert told["phone", "same"].bits > now + 8
    assert told["id", "same"].turns


def test_an_id_that_forbids_one_person_turns_the_decision_when_it_is_gone():
    born = PartialDate(year=1985, month=6, day=15)
    ids = [Identifier(scheme="prc_id", value=f"11010119850615{tail}", born=born) for tail in ("0018", "0034")]
    address = {"phones": (MOBILE,), "born": born}
    records = [record(at, ids=(one,), **address) for at, one in enumerate(ids, 1)]

    told = by_key(otherwise(records, "file:1", "file:2"))

    assert not decided(records, 0, 1, 99.0)
    assert told["id", "without"].turns
    assert told["id", "same"].turns


def test_an_unknown_record_is_refused():
    with pytest.raises(KeyError):
        otherwise([record(1), record(2)], "file:1", "file:9")
