"""A review draws what nobody chose, shows nobody, and is concluded by somebody else than him it is about."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from graph.model import Address
from tracer.desk import life
from tracer.desk.contacts import contacts, reveal
from tracer.desk.review import Period, Review, conclude, open_work, propose
from tracer.desk.review_staff import read_staff, same_address
from tracer.desk.wording_review import PATTERNS as SENTENCES
from tracer.desk.wording_review import said
from tracer.errors import Refused, WrongUse
from tracer.log import patterns


def as_actor(bench: Any, actor: str) -> Any:
    bench.office.actor = actor
    return bench.office


def told(found: Review) -> str:
    return json.dumps(
        [asdict(one) for one in (*found.lookups, *found.flags)] + [said(one.flag) for one in found.flags],
        default=str,
        ensure_ascii=False,
    )


def test_a_sample_of_the_town_reaches_its_size_and_shows_what_auditors_ask(town: Any) -> None:
    found = propose(as_actor(town, "auditor"))

    assert len(found.lookups) == len(found.sample.drawn) >= found.sample.by_chance > 20
    assert {one.actor for one in found.lookups} == {"li.ming"}
    for one in found.lookups:
        assert (one.purpose, one.said["role"], one.state, one.own) == (
            "contact_repair",
            "debtor",
            "open",
            False,
        )
        assert one.placed is True
        assert one.agreement
        assert one.said["authorisation"]
        assert one.outcome
        assert one.ending > one.seq


def test_a_clean_town_gives_no_flag_that_is_shown_by_itself(town: Any) -> None:
    found = propose(as_actor(town, "auditor"))

    assert [one.flag.pattern for one in found.flags if one.flag.strength != "weak"] == []
    assert len(found.flags) <= 2


def test_a_town_at_work_gives_no_flag_that_is_shown_by_itself(town: Any) -> None:
    # Four collectors with ten cases each: assigned, a number shown whole, called, the call noted.
    people = [f"collector{number}" for number in range(4)]
    cases = town.cases()
    for place, case in enumerate(cases):
        life.assign(as_actor(town, "li.ming"), [case], people[place % 4])
    town.clock.move(hours=16)
    for place, case in enumerate(cases):
        office = as_actor(town, people[place % 4])
        shown = contacts(office, case)
        free = [one for one in shown.numbers if one.ranked.barred is None and not one.phone.masked]
        if not free:
            continue
        reveal(office, case, shown, "call")
        town.clock.move(minutes=3)
        town.note(case.number, free[0].phone.key, "NOAS", at=town.clock())
        town.clock.move(minutes=5)
    town.clock.move(days=10)

    found = propose(as_actor(town, "auditor"))

    shown = [(one.flag.pattern, one.flag.actor) for one in found.flags if one.flag.strength != "weak"]
    assert shown == []
    assert len(town.entries("reveal")) > 20


def test_drawing_again_at_an_earlier_size_gives_the_same_sample(town: Any) -> None:
    first = propose(as_actor(town, "auditor"))
    town.clock.move(minutes=5)

    again = propose(town.office, size=first.sample.size)
    other = propose(town.office)

    assert again.sample == first.sample
    assert other.sample.size > first.sample.size
    assert {one.seq for one in other.sample.drawn} != {one.seq for one in first.sample.drawn}
    assert (first.drawn_before, again.drawn_before, other.drawn_before) == (0, 1, 2)


def test_drawing_a_sample_is_an_entry(town: Any) -> None:
    found = propose(as_actor(town, "auditor"), assurance=90, tolerable=10)

    entry = town.office.log.entry(found.entry)
    assert (entry.event, entry.actor) == ("review_drawn", "auditor")
    assert (entry.body["assurance"], entry.body["tolerable"], entry.body["size"]) == (
        "90",
        "10",
        found.sample.size,
    )
    assert entry.body["root"] == found.sample.root.hex()
    assert entry.body["rows"] == len(found.sample.drawn)


def test_a_review_shows_nobody(town: Any, market: Any) -> None:
    reveal(town.office, town.cases()[0], contacts(town.office, town.cases()[0]), "call")
    town.clock.move(days=5)

    text = told(propose(as_actor(town, "auditor"), numbers=False))

    names = {
        name.text
        for case in town.cases()
        for who, _ in town.office.store.evidence.people(case)
        for name in who.names
    }
    phones = {
        phone.key.lstrip("+86")
        for case in town.cases()
        for who, _ in town.office.store.evidence.people(case)
        for phone in who.phones
    }
    assert len(names) > 40
    assert [name for name in names | phones if name in text] == []
    assert all(case.number not in text for case in town.cases())


def test_a_conclusion_is_an_entry_and_stands_beside_what_it_is_about(town: Any) -> None:
    first = propose(as_actor(town, "auditor"))
    one, two = first.lookups[0].seq, first.lookups[1].seq

    written = conclude(town.office, str(one), "fine", "debt_checked")
    conclude(town.office, str(two), "follow-up", "no_file")
    conclude(town.office, str(two), "breach", "no_debt")

    assert (written.event, written.about, written.body["conclusion"]) == ("reviewed", one, "fine")
    again = propose(town.office, size=first.sample.size)
    standing = {look.seq: look.concluded for look in again.lookups}
    assert (standing[one].conclusion, standing[one].by, standing[one].reason) == (
        "fine",
        "auditor",
        "debt_checked",
    )
    assert standing[two].conclusion == "breach"
    assert open_work(again)["lookups"] == len(again.lookups) - 2


def test_a_pattern_is_concluded_by_its_name_and_opens_again_when_more_is_added(
    desk: Any, debtor: Any
) -> None:
    desk.place(debtor(1), debtor(2))
    life.assign(desk.office, desk.cases(), "wang.fang")
    desk.trace("NB000001", only=("case_file",))
    (seen,) = propose(as_actor(desk, "auditor")).flags
    assert seen.flag.pattern == "not_assigned"

    conclude(desk.office, seen.flag.id, "fine", "covered_for_her")

    (after,) = propose(desk.office).flags
    assert (after.concluded.conclusion, after.more) == ("fine", False)
    as_actor(desk, "li.ming")
    desk.trace("NB000002", only=("case_file",))
    (grown,) = propose(as_actor(desk, "auditor")).flags
    assert (grown.flag.id, grown.more) == (seen.flag.id, True)


def test_nobody_reviews_himself_and_the_attempt_is_written(town: Any) -> None:
    first = propose(town.office)
    assert all(one.own for one in first.lookups)

    with pytest.raises(Refused, match="his own"):
        conclude(town.office, str(first.lookups[0].seq), "fine", "mine")

    last = town.entries("refused")[-1]
    assert (last.body["operation"], last.body["reason"]) == ("review", "own_entries")
    assert town.entries("reviewed") == []


def test_nobody_concludes_on_a_pattern_of_his_own(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))
    life.assign(desk.office, desk.cases(), "wang.fang")
    desk.trace("NB000001", only=("case_file",))
    (seen,) = propose(desk.office).flags

    assert seen.own
    with pytest.raises(Refused):
        conclude(desk.office, seen.flag.id, "fine", "mine")


def test_where_reviewers_are_named_only_they_conclude(town: Any) -> None:
    town.configure(lambda text: text + '\n[review]\nreviewers = ["auditor"]\n')
    seq = str(propose(town.office).lookups[0].seq)

    with pytest.raises(Refused):
        conclude(as_actor(town, "chen.fang"), seq, "fine", "looked_at")
    assert conclude(as_actor(town, "auditor"), seq, "fine", "looked_at").event == "reviewed"


@pytest.mark.parametrize(
    ("what", "conclusion", "reason"),
    [
        ("999999", "fine", "looked_at"),
        ("0", "fine", "looked_at"),
        ("flag_bcdfghjklmnp", "fine", "looked_at"),
        ("him", "fine", "looked_at"),
        ("²", "fine", "looked_at"),
        ("5", "guilty", "looked_at"),
        ("5", "fine", "he moved to his sister"),
    ],
)
def test_a_conclusion_on_nothing_or_in_free_text_is_refused(
    town: Any, what: str, conclusion: str, reason: str
) -> None:
    with pytest.raises(WrongUse):
        conclude(as_actor(town, "auditor"), what, conclusion, reason)


@pytest.mark.parametrize(
    "wrong",
    [{"assurance": 100.0}, {"tolerable": 0.0}, {"size": 10**6}, {"size": 0}, {"assurance": float("nan")}],
)
def test_figures_that_cannot_be_are_refused(town: Any, wrong: dict[str, Any]) -> None:
    with pytest.raises(WrongUse):
        propose(town.office, **wrong)


def test_a_period_takes_its_days_in_the_houses_zone(town: Any) -> None:
    today = town.office.today()

    assert propose(town.office, period=Period(since=today, until=today)).sample.population > 0
    assert propose(town.office, period=Period(since=today + dt.timedelta(days=1))).sample.population == 0
    assert propose(town.office, period=Period(until=today - dt.timedelta(days=1))).lookups == ()


def test_a_returned_case_is_reviewed_by_what_is_left_of_it(town: Any) -> None:
    life.give_back(town.office, town.cases(), "recalled")

    found = propose(as_actor(town, "auditor"))

    assert {one.state for one in found.lookups} == {"returned"}
    assert all(one.case.startswith("case_") for one in found.lookups)


def test_a_call_that_came_in_a_file_explains_a_reveal(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1), debtor(2))
    for case in desk.cases():
        reveal(desk.office, case, contacts(desk.office, case), "call")
    desk.clock.move(hours=1)
    calls = desk.table(
        ["NB000001", "15400000001", "PTP", "2026-11-23 17:30"],
        header=["案件编号", "号码", "联络结果", "催收时间"],
    )
    desk.clock.move(days=4)
    before = [one.flag.count for one in propose(as_actor(desk, "auditor")).flags]

    desk.take(calls)
    after = [one.flag.count for one in propose(desk.office).flags]
    life.give_back(desk.office, desk.cases(), "recalled")
    returned = [one.flag.count for one in propose(desk.office).flags]

    assert (before, after, returned) == ([2], [1], [1])


def staffed(bench: Any, *rows: str) -> None:
    (bench.home / "staff.csv").write_text("actor,name,address\n" + "\n".join(rows) + "\n", encoding="utf-8")
    bench.configure(lambda text: text + '\n[review]\nstaff = "staff.csv"\n')


def test_who_looked_up_his_own_name_or_house_is_seen_and_neither_is_shown(desk: Any, debtor: Any) -> None:
    home = "浙江省杭州市西湖区文三路478号3幢502室"
    desk.place(debtor(1, 客户姓名="欧阳清岚", 住宅地址=home), debtor(2), debtor(3))
    staffed(desk, f"li.ming,欧阳明,{home}", "chen.fang,司徒方,")
    desk.trace(only=("case_file",))

    found = propose(as_actor(desk, "auditor"))

    alike = {one.flag.pattern: one.flag for one in found.flags}
    assert set(alike) == {"same_surname", "same_address"}
    assert {one.actor for one in alike.values()} == {"li.ming"}
    assert (alike["same_surname"].strength, alike["same_address"].strength) == ("medium", "strong")
    assert (found.compared.people, found.compared.opened) == (2, 3)
    assert "欧阳" not in told(found)
    assert "文三路" not in told(found)
    entry = desk.office.log.entry(alike["same_surname"].entries[0])
    assert entry.case == desk.case("NB000001").pseudonym


def test_a_common_surname_alone_is_weak(desk: Any, debtor: Any) -> None:
    desk.place(
        *(debtor(which, 客户姓名=name) for which, name in enumerate(("王清岚", "司徒墨言", "上官云舒"), 1))
    )
    staffed(desk, "li.ming,王明,")
    desk.trace(only=("case_file",))

    (seen,) = propose(as_actor(desk, "auditor")).flags

    assert (seen.flag.pattern, seen.flag.strength) == ("same_surname", "weak")


@pytest.mark.parametrize(
    ("text", "match"),
    [("actor,name\nli.ming,王明\n", "lacks"), (None, "cannot be read")],
    ids=["column", "missing"],
)
def test_a_list_of_staff_that_cannot_be_used_is_said_to_be_so(
    tmp_path: Path, text: str | None, match: str
) -> None:
    path = tmp_path / "staff.csv"
    if text:
        path.write_text(text, encoding="utf-8")

    with pytest.raises(WrongUse, match=match):
        read_staff(path, "CN")


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        (
            Address(text="", city="杭州市", street="文三路478号"),
            Address(text="", street="文三路 478号"),
            True,
        ),
        (
            Address(text="", city="杭州市", street="文三路478号"),
            Address(text="", city="宁波市", street="文三路478号"),
            False,
        ),
        (Address(text="", street="文三路"), Address(text="", street="文三路"), False),
        (Address(text="", street=""), Address(text="", street=""), False),
    ],
    ids=["written otherwise", "another city", "a street alone", "nothing"],
)
def test_an_address_is_the_same_down_to_the_house(left: Address, right: Address, same: bool) -> None:
    assert same_address(left, right) is same


def test_every_pattern_has_its_sentences() -> None:
    families = {code.partition(".")[0] for code in SENTENCES}

    assert families == set(patterns.PATTERNS)
    assert all(reason.startswith("Worth a look because") for reason, _ in SENTENCES.values())
