"""Whole traces over real HTTP: what is asked, what is not, and what a misbehaving carrier does to them."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from types import SimpleNamespace
from typing import Any

import pytest

from sources.contract import Outcome
from tracer.demo.sandbox import Faults, Sandbox, SandboxWorld, Trouble
from tracer.desk import life, trace
from tracer.desk.keeper import Keeper
from tracer.desk.office import open_office
from tracer.errors import LogUnavailable, TracerError, WrongUse

CARRIER = ("camara.number-recycling", "camara.kyc-tenure", "camara.kyc-match", "camara.subscription-status")


@pytest.fixture
def operator(desk: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Sandbox]]:
    """Start a carrier and connect the desk to it."""
    with ExitStack() as stack:

        def start(lines: Any = None, faults: Faults | None = None) -> Sandbox:
            world = SandboxWorld(today=desk.clock().date(), lines=lines or {})
            carrier = stack.enter_context(Sandbox(world, faults=faults))
            monkeypatch.setenv("TRACER_TEST_SANDBOX", carrier.client_secret)
            desk.configure(
                lambda text: text.replace("http://127.0.0.1:9", carrier.base_url).replace(
                    "timeout = 5.0", "timeout = 0.5"
                )
            )
            return carrier

        yield start


def asked(carrier: Sandbox) -> int:
    """How many questions reached the carrier; tokens are not counted."""
    return sum(count for (path, _), count in carrier.requests.items() if "oauth2" not in path)


def test_every_lookup_is_in_the_log_with_its_ending(town: Any) -> None:
    events = {entry.seq: entry.event for entry in town.entries()}
    endings = [entry.about for entry in town.entries() if entry.about and events[entry.about] == "asked"]

    opened = [seq for seq, event in events.items() if event == "asked"]

    assert len(opened) > 100
    assert set(opened) <= set(endings)
    assert town.office.log.unfinished() == ()
    assert town.office.log.verify().ok


def test_every_finding_hangs_on_an_entry_that_asked_for_it(town: Any) -> None:
    events = {entry.seq: entry.event for entry in town.entries()}

    for case in town.cases():
        found = town.office.store.evidence.found(case)
        pieces = [*found.records, *found.claims, *found.facts]
        assert pieces
        assert {events[piece.entry] for piece in pieces} == {"asked"}


def test_a_second_run_asks_nothing_that_is_still_fresh(town: Any, market: Any) -> None:
    before = asked(market.carrier)

    report = town.trace(only=None)

    assert asked(market.carrier) == before
    assert report.spent == 0
    assert sum(case.skipped for case in report.cases) > 50
    assert set(report.outcomes) <= {"answered", "no_record"}


def test_the_answer_after_a_second_run_is_the_same(town: Any) -> None:
    def numbers() -> list[Any]:
        return [
            [
                (one.phone.key, one.ranked.p, one.ranked.advice)
                for one in town.contacts(f"{c.client}/{c.number}").numbers
            ]
            for c in town.cases()
        ]

    before = numbers()

    town.trace()

    assert numbers() == before


def test_what_was_not_fresh_any_more_is_asked_again(desk: Any, debtor: Any, operator: Any) -> None:
    carrier = operator()
    desk.place(debtor(1))
    desk.trace(only=None)
    first = asked(carrier)
    desk.trace(only=None)
    assert asked(carrier) == first > 0

    desk.clock.move(days=120)
    desk.trace(only=None)

    assert asked(carrier) == 2 * first


def test_a_run_broken_off_by_ctrl_c_is_whole_and_goes_on(desk: Any, debtor: Any, operator: Any) -> None:
    carrier = operator()
    desk.place(*(debtor(which) for which in range(1, 41)))
    seen: list[int] = []

    def progress(done: int, _: int) -> None:
        seen.append(done)
        if done == 5:
            os.kill(os.getpid(), signal.SIGINT)

    report = desk.trace(only=None, progress=progress)

    assert report.interrupted
    assert 5 <= len(report.cases) < 40
    assert desk.office.log.unfinished() == ()
    assert desk.office.log.verify().ok
    before = asked(carrier)
    again = desk.trace(only=None)
    assert not again.interrupted
    assert len(again.cases) == 40
    assert asked(carrier) > before
    assert all(
        len([one for one in desk.office.store.evidence.lookups(case) if one.source in CARRIER]) >= 3
        for case in desk.cases()
    )


# Policy


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda text: text.replace("until = 2027-09-19", "until = 2026-11-01"), "in_force"),
        (lambda text: text.replace('authorisation = "SBX-7"', 'authorisation = ""'), "authorisation"),
    ],
    ids=["expired", "no document"],
)
def test_without_an_authorisation_in_force_the_carrier_is_not_asked_and_the_refusal_is_logged(
    desk: Any, debtor: Any, operator: Any, change: Callable[[str], str], rule: str
) -> None:
    carrier = operator()
    desk.place(debtor(1))
    head, _, tail = (
        (desk.home / "config.toml")
        .read_text(encoding="utf-8")
        .partition('[[sources]]\nuse = "camara.number-recycling"')
    )
    desk.configure(lambda _: head + '[[sources]]\nuse = "camara.number-recycling"' + change(tail))

    report = desk.trace(only=None)

    assert asked(carrier) == 0
    refused = [one for case in report.cases for one in case.lookups if one.outcome is Outcome.REFUSED]
    assert {one.source for one in refused} == set(CARRIER)
    assert all(one.refusal for one in refused)
    entries = [entry for entry in desk.entries("refused") if entry.source in CARRIER]
    assert len(entries) == len(refused)
    assert all(any(rule in fired for fired in entry.body["fired"]) for entry in entries)
    assert desk.office.log.verify().ok


def test_the_day_that_counts_is_the_desks_own(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))
    desk.clock.move(days=400)

    report = desk.trace()

    assert report.outcomes == {"refused": 3}


@pytest.mark.parametrize("purpose", ["marketing", ""])
def test_a_purpose_nobody_allowed_is_refused(desk: Any, debtor: Any, purpose: str) -> None:
    desk.place(debtor(1))

    report = desk.trace(purpose=purpose)

    assert set(report.outcomes) == {"refused"}
    assert report.refusals


def test_a_purpose_that_is_no_word_asks_nothing(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))

    with pytest.raises(TracerError) as raised:
        desk.trace(purpose="to find 欧阳清岚")

    assert "欧阳" not in raised.value.shown()
    assert desk.entries("asked") == []


def test_nothing_is_looked_up_for_a_closed_case(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))
    life.close(desk.office, desk.case("NB000001"), "paid")

    report = desk.trace()

    assert set(report.outcomes) == {"refused"}
    assert desk.entries("asked") == []


def test_an_unknown_source_is_named_with_the_known_ones(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))

    with pytest.raises(WrongUse) as raised:
        desk.trace(only=("crystal_ball",))

    assert "crystal_ball" in raised.value.shown()
    assert "case_file" in raised.value.shown()
    assert desk.entries("asked") == []


def test_without_any_source_nothing_may_be_asked(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))
    desk.configure(lambda text: text.partition("[[sources]]")[0])

    with pytest.raises(WrongUse, match="No source is configured"):
        desk.trace(only=None)


# Whom a carrier is asked about


def test_only_the_debtors_own_whole_numbers_are_asked_about(desk: Any, debtor: Any, operator: Any) -> None:
    operator()
    desk.place(
        debtor(
            1,
            手机号="15400000001/164****0002",
            配偶姓名="诸葛青松",
            配偶手机="16400000003",
            联系人1姓名="端木行舟",
            联系人1电话="16400000004",
            公司电话="0571-88000000转123",
        )
    )

    desk.trace(only=None)

    case = desk.case("NB000001")
    tokens = {one.subject for one in desk.office.store.evidence.lookups(case) if one.source in CARRIER}
    own = next(one.token for one in desk.contacts("NB000001").numbers if one.phone.key == "+8615400000001")
    assert tokens == {own}


def test_a_barred_number_is_not_asked_about(desk: Any, debtor: Any, operator: Any) -> None:
    carrier = operator()
    desk.place(debtor(1))
    desk.trace()
    desk.note("NB000001", "15400000001", "NOSE")

    desk.trace(only=None)

    assert asked(carrier) == 0


def test_the_price_stays_below_what_was_allowed(desk: Any, debtor: Any, operator: Any, market: Any) -> None:
    carrier = operator()
    desk.place(*(debtor(which) for which in range(1, 9)))

    report = desk.trace(only=None, max_cost=100)

    assert report.spent <= 100
    assert asked(carrier) < 8 * 4


# A carrier that misbehaves


BAD = {
    Trouble.HTML: {"protocol_error"},
    Trouble.NONSENSE: {"protocol_error"},
    Trouble.REDIRECT: {"protocol_error"},
    Trouble.SILENCE: {"unknown", "unavailable"},
    Trouble.RESET: {"unknown", "unavailable"},
    Trouble.QUOTA: {"quota_exhausted", "refused"},
}


@pytest.mark.parametrize("trouble", BAD)
def test_a_carrier_that_misbehaves_gives_outcomes_and_a_log_that_verifies(
    desk: Any, debtor: Any, operator: Any, trouble: Trouble
) -> None:
    operator(faults=Faults(at=dict.fromkeys(range(1, 200), trouble)))
    desk.place(debtor(1), debtor(2))

    report = desk.trace(only=None)

    outcomes = {str(one.outcome) for case in report.cases for one in case.lookups if one.source in CARRIER}
    assert outcomes
    assert outcomes <= BAD[trouble] | {"refused"}
    assert outcomes & BAD[trouble]
    assert desk.office.log.unfinished() == ()
    assert desk.office.log.verify().ok
    assert [desk.order(f"NB00000{n}") for n in (1, 2)] == [["+8615400000001"], ["+8615400000002"]]
    assert all(not desk.office.store.evidence.found(case).facts for case in desk.cases())


def test_a_carrier_that_misbehaves_now_and_then_spoils_only_those_answers(
    desk: Any, debtor: Any, operator: Any
) -> None:
    operator(faults=Faults(at={2: Trouble.HTML, 5: Trouble.NONSENSE, 7: Trouble.REDIRECT}))
    desk.place(*(debtor(which) for which in range(1, 5)))

    report = desk.trace(only=None)

    spoiled = [one for case in report.cases for one in case.lookups if one.outcome is Outcome.PROTOCOL_ERROR]
    assert 1 <= len(spoiled) <= 3
    assert desk.office.log.verify().ok


def test_a_carrier_nobody_can_reach_is_an_outcome(
    desk: Any, debtor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACER_TEST_SANDBOX", "secret")
    desk.place(debtor(1))

    report = desk.trace(only=None)

    outcomes = {str(one.outcome) for case in report.cases for one in case.lookups if one.source in CARRIER}
    assert outcomes <= {"unavailable", "unknown", "refused", "auth_failed"}
    assert desk.office.log.verify().ok


def test_a_missing_secret_asks_nothing(
    desk: Any, debtor: Any, operator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    carrier = operator()
    monkeypatch.delenv("TRACER_TEST_SANDBOX")
    desk.place(debtor(1))

    report = desk.trace(only=None)

    assert asked(carrier) == 0
    assert report.broken


def test_a_log_that_cannot_be_written_stops_the_run_before_anything_is_asked(
    desk: Any, debtor: Any, operator: Any
) -> None:
    carrier = operator()
    desk.place(debtor(1), debtor(2))
    desk.office.log.close()

    with pytest.raises(LogUnavailable):
        trace.trace(desk.office, desk.cases(), "contact_repair")

    assert asked(carrier) == 0
    desk.again()
    assert desk.entries("asked") == []


# Alone and in a batch


def test_a_case_traced_alone_or_in_a_batch_has_the_same_numbers(
    desk: Any, debtor: Any, made_home: Any, tmp_path: Any
) -> None:
    rows = [debtor(which, 手机号=f"154{which:08d}/164{which:08d}") for which in range(1, 9)]
    desk.place(*rows)
    desk.trace()
    shutil.copytree(made_home, tmp_path / "alone")
    office = open_office(tmp_path / "alone", None, desk.clock, "li.ming")
    alone = type(desk)(folder=tmp_path, office=office, clock=desk.clock)
    alone.place(*rows)

    for which in range(8, 0, -1):
        alone.trace(f"NB{which:06d}")

    for which in range(1, 9):
        ours, theirs = (
            [(one.phone, one.ranked.p, one.ranked.advice) for one in home.contacts(f"NB{which:06d}").numbers]
            for home in (desk, alone)
        )
        assert ours == theirs
    office.close()


def test_which_numbers_are_asked_about_does_not_depend_on_the_place_in_the_batch(
    desk: Any, debtor: Any, operator: Any
) -> None:
    # More debtors than are in work at a time, each with two cases that show different numbers.
    operator()
    many = trace.AT_ONCE + 4
    desk.place(*(debtor(which) for which in range(1, many)))
    desk.place(*(debtor(n, 案件编号=f"NB9{n:05d}", 手机号=f"164{n:08d}") for n in range(1, many)))

    desk.trace(only=("case_file", "camara.subscription-status"))

    for case in desk.cases():
        looked = desk.office.store.evidence.lookups(case)
        assert len({one.subject for one in looked if one.subject}) == 2


def test_other_cases_are_not_searched_where_nothing_may_be_looked_up(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1), debtor(1, 案件编号="NB000091"))
    life.close(desk.office, desk.case("NB000001"), "paid")

    desk.trace("NB000001")
    desk.trace("NB000091", purpose="marketing")

    assert desk.entries("overlap") == []


def test_a_roster_that_no_longer_has_him_takes_its_old_answer_back(desk: Any, debtor: Any) -> None:
    roster = desk.folder / "people.csv"
    roster.write_text("工号,姓名,手机,单位\nE1,欧阳清岚,16400000007,北辰虚构贸易有限公司\n", encoding="utf-8")
    desk.configure(lambda text: re.sub(r"path = '[^']*roster\.csv'", f"path = '{roster}'", text))
    desk.place(debtor(1, 公司名称="北辰虚构贸易有限公司"))
    desk.trace()
    assert "+8616400000007" in desk.order("NB000001")
    roster.write_text("工号,姓名,手机,单位\n", encoding="utf-8")

    report = desk.trace(again=True)

    assert report.outcomes["no_record"] == 2  # the roster and the references
    assert desk.order("NB000001") == ["+8615400000001"]


def test_a_roster_that_cannot_be_read_takes_nothing_back(desk: Any, debtor: Any) -> None:
    roster = desk.folder / "people.csv"
    roster.write_text("工号,姓名,手机,单位\nE1,欧阳清岚,16400000007,北辰虚构贸易有限公司\n", encoding="utf-8")
    desk.configure(lambda text: re.sub(r"path = '[^']*roster\.csv'", f"path = '{roster}'", text))
    desk.place(debtor(1, 公司名称="北辰虚构贸易有限公司"))
    desk.trace()
    roster.unlink()

    desk.trace(again=True)

    assert "+8616400000007" in desk.order("NB000001")


def test_cases_of_two_clients_with_one_number_are_told_apart(desk: Any, debtor: Any) -> None:
    for client in ("northbank", "harborcredit"):
        desk.place(debtor(1, 案件编号="A1"), debtor(2, 案件编号="A2"), client=client)
    wanted = ["harborcredit/A2", "northbank/A1", "harborcredit/A1", "northbank/A2"]

    report = desk.trace(*wanted)

    assert [f"{one.client}/{one.case}" for one in report.cases] == wanted


@pytest.mark.parametrize("interrupted", [True, False], ids=["by Ctrl-C", "in order"])
def test_findings_that_could_not_be_stored_are_told_also_after_ctrl_c(desk: Any, interrupted: bool) -> None:
    def full(pieces: object) -> None:
        raise LogUnavailable("the disk is full", "")

    desk.office.store.evidence.keep_all = full
    piece: Any = SimpleNamespace(id=1)

    async def run() -> None:
        async with Keeper(desk.office.store) as keeper:
            await keeper.keep(piece, piece, piece)
            waiting = asyncio.create_task(keeper.flushed(1))
            await asyncio.sleep(0)
            if interrupted:
                waiting.cancel()

    with pytest.raises(LogUnavailable, match="full"):
        asyncio.run(run())
