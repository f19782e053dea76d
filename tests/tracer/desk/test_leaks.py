"""After a whole run nobody's name, number or id stands in clear in a file of the home, nor was it said."""

from __future__ import annotations

import json
import logging
import re
import shutil
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from graph.model import Judgement
from tracer.desk import contacts, intake, judging, life, outcomes, refresh
from tracer.desk.office import create, open_office
from tracer.desk.trace import trace
from tracer.errors import WrongUse

# Sealed bytes look random: a needle of 4 bytes would be found in 2 MB of them by chance once in 2000 times,
# and there are hundreds; one of 6 bytes once in 10**8 times. A Chinese name of two characters has 6 in UTF-8.
SHORTEST = 6
ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")


def needles(texts: Iterable[str]) -> dict[bytes, str]:
    """Every way a text may stand in a file, with the encoding it is in; never the text itself."""
    found: dict[bytes, str] = {}
    for text in texts:
        for encoding in ENCODINGS:
            written = text.encode(encoding)
            if len(written) >= SHORTEST:
                found.setdefault(written, encoding)
        found.setdefault(json.dumps(text)[1:-1].encode(), "JSON")
    return found


def people(world: Any) -> dict[bytes, str]:
    names = {
        name
        for name in world.names()
        if len(re.findall(r"[\u3400-\u9fff]", name)) >= 2 or len(re.findall(r"[A-Za-z]", name)) >= 5
    }
    return needles(names | world.phones() | world.ids())


def hits(needles: dict[bytes, str], blobs: dict[str, bytes]) -> list[tuple[str, str]]:
    """Where something was found: the file and the encoding."""
    return [
        (name, encoding)
        for name, blob in blobs.items()
        for needle, encoding in needles.items()
        if needle in blob
    ]


def files(home: Path) -> dict[str, bytes]:
    return {str(path.relative_to(home)): path.read_bytes() for path in home.rglob("*") if path.is_file()}


def whole_run(office: Any, market: Any, clock: Any) -> list[BaseException]:
    """What the demonstration does and more: everything that stores, logs or says something."""
    raised: list[BaseException] = []

    def stumble(call: Any) -> None:
        with pytest.raises(WrongUse) as caught:
            call()
        raised.append(caught.value)

    for paths in (market.files.placements, market.files.updates):
        for client, path in paths.items():
            intake.import_file(office, path, client)
    cases = list(office.store.cases.listed())
    trace(office, cases[:30], "contact_repair")
    for client, path in market.files.outcomes.items():
        intake.import_file(office, path, client)
    trace(office, cases, "contact_repair")
    life.assign(office, cases, "wang.fang")
    for case in cases[:6]:
        life.overlap(office, case)
        shown = contacts.contacts(office, case)
        revealed = contacts.reveal(office, case, shown, "call")
        logging.getLogger("tracer").warning("%r %r %r", case, shown, revealed)
        person = office.store.evidence.people(case)[0][0].names
        call = outcomes.CallNote(
            number=shown.numbers[0].phone.key,
            code="NOSE",
            at=clock(),
            person=person[0].text if person else "",
            text=f"说 {shown.numbers[0].phone.key} 不是他的号码",
        )
        outcomes.record(office, case, call)
        logging.getLogger("tracer").warning("%r %r", call, outcomes.notes(office, case))
        outcomes.undo(office, case)
        asked = refresh.ask(office, case, reason="wrong_number")
        refresh.answer(office, asked, "FOUND")
        refs = [record.ref for record in judging.records(office, case)]
        if len(refs) > 1:
            judging.judge(office, case, refs[0], refs[1], Judgement.DIFFERENT, f"不是 {case.number} 的人")
    debtor = next(iter(market.world.cases)).debtor.person
    stumble(
        lambda: outcomes.record(office, cases[0], outcomes.CallNote(number=debtor.id, code="PTP", at=clock()))
    )
    stumble(lambda: trace(office, cases, "contact_repair", only=("crystal_ball",)))
    life.close(office, cases[7], "paid")
    life.give_back(office, [cases[8]], "agreement_ended")
    logging.getLogger("tracer").warning("%r", list(office.log.entries()))
    return raised


@pytest.fixture
def run(
    market: Any,
    tmp_path: Path,
    clock: Any,
    made_town: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> tuple[Path, dict[str, bytes]]:
    """The home after a whole run, copied while it is open, and all that was said during it."""
    caplog.set_level(logging.DEBUG)
    home = tmp_path / "home"
    text = (made_town / "config.toml").read_text(encoding="utf-8")
    create(home, clock, "li.ming", text)
    office = open_office(home, None, clock, "li.ming")
    raised = whole_run(office, market, clock)
    blobs = {f"open/{name}": blob for name, blob in files(home).items()}
    office.close()
    blobs |= {f"closed/{name}": blob for name, blob in files(home).items()}
    out, err = capfd.readouterr()
    said = [
        out,
        err,
        caplog.text,
        *(f"{error!r} {error} {getattr(error, 'shown', str)()}" for error in raised),
    ]
    blobs["said"] = "\n".join(said).encode()
    return home, blobs


def test_nobody_stands_in_clear_anywhere_after_a_whole_run(run: Any, market: Any) -> None:
    _, blobs = run
    wanted = people(market.world)
    assert len(wanted) > 1000
    assert {"open/tracer.db", "open/tracer.db-wal", "open/tracer.db-shm", "closed/tracer.db"} <= set(blobs)
    assert len(blobs["open/tracer.db"]) + len(blobs["open/tracer.db-wal"]) > 500_000
    assert b"CaseFile(" in blobs["said"]

    assert hits(wanted, blobs) == []
    # The clients' own numbers of their cases are told to nobody either, but for those who asked for a case.
    del blobs["said"]
    assert hits(needles(case.number for case in market.world.cases), blobs) == []


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_scan_finds_a_value_planted_in_a_file(
    made_town: Path, market: Any, tmp_path: Path, encoding: str
) -> None:
    home = tmp_path / "planted"
    shutil.copytree(made_town, home)
    name = next(name for name in sorted(market.world.names()) if re.fullmatch(r"[\u3400-\u9fff]{3}", name))
    with (home / "tracer.db-queue").open("ab") as file:
        file.write(b"\x00\x01" + name.encode(encoding) + b"\x00")

    assert hits(people(market.world), files(home)) == [("tracer.db-queue", encoding)]


def test_the_scan_finds_a_number_planted_in_a_row(made_town: Path, market: Any, tmp_path: Path) -> None:
    home = tmp_path / "planted"
    shutil.copytree(made_town, home)
    phone = min(one for one in market.world.phones() if one.startswith("+86"))
    with sqlite3.connect(home / "tracer.db") as connection:
        connection.execute("UPDATE problem SET shown = ? WHERE id = 1", (phone,))
    connection.close()

    assert "tracer.db" in {name for name, _ in hits(people(market.world), files(home))}
