"""Destroying for good: holds win, erasure is proven by searching, certificates hold and cover everything."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import pytest

from tracer.desk import destroying, erasing, life, retention, rights
from tracer.errors import Refused, WrongUse
from tracer.proof import Note


def test_an_erasure_leaves_nothing_in_store_or_folders_and_kills_the_backup(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1), debtor(2))
    desk.trace()
    desk.office.store.cases.empty_wal()
    backup = desk.folder / "backup.db"
    shutil.copyfile(desk.database, backup)
    exports = desk.folder / "exports"
    exports.mkdir()
    (exports / "harmless.csv").write_text("nothing here\n", encoding="utf-8")

    done = erasing.erase(
        desk.office, desk.case("NB000001"), identity="id_seen", folders=[exports], backups=[backup]
    )

    assert done.proven
    assert done.backups == ((backup, False),)
    assert desk.office.log.verify().ok
    assert desk.case("NB000002").number == "NB000002"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le"])
def test_a_forgotten_export_is_found_whatever_its_encoding(desk: Any, debtor: Any, encoding: str) -> None:
    desk.place(debtor(1))
    desk.trace()
    exports = desk.folder / "exports"
    exports.mkdir()
    (exports / "old.csv").write_bytes("客户,手机\n欧阳清岚,15400000001\n".encode(encoding))

    done = erasing.erase(desk.office, desk.case("NB000001"), identity="id_seen", folders=[exports])

    assert not done.proven
    assert {(hit.path.name, hit.kind) for hit in done.hits} >= {("old.csv", "phone")}


def test_a_hold_wins_over_an_erasure_a_return_and_a_purge(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1), debtor(2))
    rights.hold(desk.office, desk.case("NB000001"), "lawsuit")

    with pytest.raises(Refused, match="hold"):
        erasing.erase(desk.office, desk.case("NB000001"), identity="id_seen")
    done = destroying.destroy(desk.office, desk.cases(), "recalled")

    assert (done.cases, done.held) == (1, 1)
    assert desk.case("NB000001").key is not None
    assert [entry.body["fired"] for entry in desk.entries("refused")] == [["X-LEGAL-HOLD"]]


def test_a_hold_ends_on_its_day_or_when_it_is_lifted(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1), debtor(2))
    rights.hold(desk.office, desk.case("NB000001"), "audit", dt.date(2026, 11, 30))
    rights.hold(desk.office, desk.case("NB000002"), "lawsuit")

    desk.clock.move(days=8)
    rights.release(desk.office, desk.case("NB000002"), "settled")

    assert destroying.destroy(desk.office, desk.cases(), "recalled").cases == 2
    with pytest.raises(WrongUse, match="no hold"):
        rights.release(desk.office, desk.cases()[0], "settled")


def test_a_certificate_is_checked_without_the_home_and_shows_one_changed_letter(
    desk: Any, debtor: Any
) -> None:
    desk.place(debtor(1), debtor(2))

    done = destroying.destroy(desk.office, desk.cases(), "recalled")
    assert done.certificate is not None
    path = desk.folder / "certificate.txt"
    path.write_text(done.certificate.text, encoding="utf-8")
    key = str(desk.office.log.key)
    said = destroying.checked(path, [key])
    path.write_text(done.certificate.text.replace("cases 2", "cases 3"), encoding="utf-8")

    assert said["cases"] == "2"
    assert said["clients"] == "northbank"
    assert said["reason"] == "recalled"
    assert "NB0000" not in done.certificate.text
    with pytest.raises(WrongUse, match="does not hold"):
        destroying.checked(path, [key])


def test_a_key_destroyed_before_a_crash_is_in_the_next_certificate(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))
    desk.place(debtor(2))
    life.give_back(desk.office, [desk.case("NB000001")], "recalled")  # and no certificate: it crashed here

    done = destroying.destroy(desk.office, [desk.case("NB000002")], "recalled")

    assert done.certificate is not None
    assert "cases 2\n" in Note.read(done.certificate.text).text
    assert destroying.certify(desk.office, "recalled") is None


# What is due to go


def test_the_end_of_the_mandate_makes_a_case_due_and_a_dry_run_destroys_nothing(
    desk: Any, debtor: Any
) -> None:
    desk.place(debtor(1), debtor(2, 退案日期="2028-01-01"))
    desk.clock.move(days=90)

    found = retention.purge(desk.office, really=False)

    assert [(one.case.number, one.rule, one.since) for one in found.due] == [
        ("NB000001", "CN-PIPL-21-END", dt.date(2027, 2, 11))
    ]
    assert found.done is None
    assert desk.case("NB000001").key is not None


def test_a_purge_destroys_what_is_due_and_spares_what_is_held(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1), debtor(2))
    rights.hold(desk.office, desk.case("NB000002"), "lawsuit")
    desk.clock.move(days=90)

    found = retention.purge(desk.office, really=True)

    assert found.done is not None
    assert found.done.cases == 1
    assert sorted(case.state for case in desk.cases()) == ["open", "returned"]


def test_a_closed_case_goes_after_the_days_of_the_house(desk: Any, debtor: Any) -> None:
    desk.configure(lambda text: text + "\n[retention]\nclosed = 10\n")
    desk.place(debtor(1))
    life.close(desk.office, desk.case("NB000001"), "paid")

    desk.clock.move(days=9)
    early = retention.purge(desk.office, really=False).due
    desk.clock.move(days=1)

    assert early == ()
    assert [one.rule for one in retention.purge(desk.office, really=False).due] == ["house.closed"]


def test_the_log_is_kept_for_the_longest_minimum_that_binds(desk: Any) -> None:
    until = retention.log_until(desk.office)

    assert until["northbank"][0] >= dt.date(2029, 11, 23)


def test_a_backup_that_is_no_store_is_said_before_anything_is_destroyed(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))

    with pytest.raises(WrongUse):
        erasing.erase(desk.office, desk.case("NB000001"), identity="id_seen", backups=[Path("/nowhere.db")])

    assert desk.case("NB000001").key is not None
