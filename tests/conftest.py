"""A home to work in: made once, copied for each test, with a clock set by hand and fictional creditors.

Test folders are no packages, so what tests share is handed over by fixtures: ``desk`` is an empty home,
``town`` a home in which the whole demonstration was run once, ``market`` the people of that demonstration.
"""

from __future__ import annotations

import csv
import datetime as dt
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tracer.demo.files import Files
    from tracer.demo.sandbox import Sandbox
    from tracer.demo.world import World
    from tracer.desk.contacts import Contacts
    from tracer.desk.intake import ImportReport
    from tracer.desk.office import Office
    from tracer.desk.outcomes import Noted
    from tracer.desk.trace import TraceReport
    from tracer.log import Entry
    from tracer.store.cases import CaseFile

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
TODAY = NOW.date()
PURPOSE = "contact_repair"
SECRET = "TRACER_TEST_SANDBOX"
LOCAL = ("case_file", "references", "employer")
HEADER = [
    "案件编号",
    "客户姓名",
    "证件号码",
    "手机号",
    "委案金额",
    "委案日期",
    "退案日期",
    "放款时间",
    "公司名称",
    "公司电话",
    "住宅地址",
    "配偶姓名",
    "配偶手机",
    "联系人1姓名",
    "联系人1电话",
]
NOBODY = "http://127.0.0.1:9"  # the port nobody listens on: what is asked there is not answered


class HandClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> dt.datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += dt.timedelta(**by)


@dataclass
class Bench:
    """A home that is open, and short ways to do at it what a specialist and a collector do."""

    folder: Path
    office: Office
    clock: HandClock
    files: list[Path] = field(default_factory=list)

    @property
    def home(self) -> Path:
        return self.office.home

    @property
    def database(self) -> Path:
        return self.home / "tracer.db"

    def table(self, *rows: Sequence[str] | Mapping[str, str], header: Sequence[str] = HEADER) -> Path:
        """Write rows as a CSV file; a mapping names only the cells it fills."""
        path = self.folder / f"file{len(self.files) + 1}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(header)
            for row in rows:
                cells = [row.get(name, "") for name in header] if isinstance(row, Mapping) else row
                writer.writerow(cells)
        self.files.append(path)
        return path

    def take(self, path: Path, client: str = "northbank") -> ImportReport:
        from tracer.desk.intake import import_file

        return import_file(self.office, path, client)

    def place(self, *rows: Mapping[str, str], client: str = "northbank") -> ImportReport:
        """Place cases: each row needs 案件编号 and 客户姓名."""
        return self.take(self.table(*rows), client)

    def case(self, ref: str) -> CaseFile:
        return self.office.case(ref)

    def cases(self) -> list[CaseFile]:
        return list(self.office.store.cases.listed())

    def trace(self, *refs: str, only: Sequence[str] | None = LOCAL, **more: object) -> TraceReport:
        """Trace the cases named, or all, with the local sources."""
        from tracer.desk.trace import trace

        chosen = [self.case(ref) for ref in refs] or self.cases()
        purpose = str(more.pop("purpose", PURPOSE))
        return trace(self.office, chosen, purpose, only=only, **more)  # type: ignore[arg-type]

    def contacts(self, ref: str) -> Contacts:
        from tracer.desk.contacts import contacts

        return contacts(self.office, self.case(ref))

    def order(self, ref: str) -> list[str]:
        """The case's numbers in order, in E.164."""
        return [one.phone.key for one in self.contacts(ref).numbers]

    def note(self, ref: str, number: str, code: str = "", **more: object) -> Noted:
        from tracer.desk.outcomes import CallNote, record

        at = more.pop("at", self.clock() - dt.timedelta(hours=1))
        note = CallNote(number=number, code=code, at=at, **more)  # type: ignore[arg-type]
        return record(self.office, self.case(ref), note)

    def entries(self, event: str = "") -> list[Entry]:
        return list(self.office.log.entries(event=event))

    def told(self) -> list[object]:
        """All that the store says of its cases, opened: what two stores that are equal agree in."""
        found = []
        for case in self.office.store.cases.listed():
            facts = (case.client, case.number, case.state, case.amount_due, case.placed_on, case.return_by)
            people = [
                (who.role, who.names, who.phones, who.ids, who.born, who.addresses, who.seen_on, claims)
                for who, claims in self.office.store.evidence.people(case)
            ]
            # The record's own name holds the case's place in the store, which need not be the same.
            bare = [(*one[:-1], [replace(claim, record="") for claim in one[-1]]) for one in people]
            found.append((facts, self.office.store.cases.received(case), bare))
        return sorted(found, key=lambda one: one[0][:2])

    def problems(self, batch: int) -> list[tuple[object, ...]]:
        return [
            (one.row, one.column, one.code, one.shown, one.rejected)
            for one in self.office.store.batches.problems(batch)
        ]

    def counted(self, table: str) -> int:
        """How many rows a table of the store has."""
        with self.office.store.database.read() as connection:
            return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())

    def configure(self, change: Callable[[str], str]) -> None:
        """Change the configuration's text and open the home again under it."""
        path = self.home / "config.toml"
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
        self.again()

    def again(self) -> None:
        """Close the home and open it again, as the next command does."""
        self.office.close()
        self.office = _opened(self.home, self.clock)


def _opened(home: Path, clock: HandClock) -> Office:
    from tracer.desk.office import open_office

    return open_office(home, None, clock, "li.ming")


def _settings(base_url: str, roster: Path) -> str:
    from tracer.demo.settings import settings

    return settings(
        TODAY,
        roster=roster,
        base_url=base_url,
        token_url=f"{base_url}/oauth2/token",
        client_id="sandbox-client",
        secret_env=SECRET,
    )


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture(scope="session")
def made_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty home, made once: schema and keys are the slow part."""
    from tracer.desk.office import create

    folder = tmp_path_factory.mktemp("made")
    roster = folder / "roster.csv"
    roster.write_text("工号,姓名,手机,单位,更新日期\n", encoding="utf-8")
    create(folder / "home", HandClock(), "li.ming", _settings(NOBODY, roster))
    return folder / "home"


@pytest.fixture
def desk(made_home: Path, tmp_path: Path, clock: HandClock) -> Iterator[Bench]:
    """An empty home of this test's own, open."""
    home = tmp_path / "home"
    shutil.copytree(made_home, home)
    found = Bench(folder=tmp_path, office=_opened(home, clock), clock=clock)
    yield found
    found.office.close()


@dataclass(frozen=True)
class Market:
    """The fictional market, its files, and its carrier, which is open for the whole session."""

    world: World
    files: Files
    carrier: Sandbox


@pytest.fixture(scope="session")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    from tracer.demo.files import write_files
    from tracer.demo.sandbox import Sandbox
    from tracer.demo.world import World

    world = World.build(40, 7, TODAY)
    files = write_files(world, tmp_path_factory.mktemp("market") / "files")
    with Sandbox(world.sandbox()) as carrier:
        before = os.environ.get(SECRET)
        os.environ[SECRET] = carrier.client_secret
        try:
            yield Market(world, files, carrier)
        finally:
            os.environ.pop(SECRET) if before is None else os.environ.update({SECRET: before})


@pytest.fixture(scope="session")
def made_town(market: Market, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which placements were taken in, every case traced, and the first pass's calls noted."""
    from tracer.desk.intake import import_file
    from tracer.desk.office import create
    from tracer.desk.trace import trace

    home = tmp_path_factory.mktemp("town") / "home"
    clock = HandClock()
    create(home, clock, "li.ming", _settings(market.carrier.base_url, market.files.roster))
    office = _opened(home, clock)
    for paths in (market.files.placements, market.files.updates):
        for client, path in paths.items():
            import_file(office, path, client)
    trace(office, list(office.store.cases.listed()), PURPOSE)
    for client, path in market.files.outcomes.items():
        import_file(office, path, client)
    office.close()
    return home


@pytest.fixture
def town(made_town: Path, tmp_path: Path, clock: HandClock) -> Iterator[Bench]:
    """A copy of the home in which the demonstration was run, open."""
    home = tmp_path / "home"
    shutil.copytree(made_town, home)
    found = Bench(folder=tmp_path, office=_opened(home, clock), clock=clock)
    yield found
    found.office.close()


@pytest.fixture
def debtor() -> Callable[..., dict[str, str]]:
    """Give a row of a placement: a fictional debtor by number, with what is named put in its place."""
    from tracer.demo.people import prc_check

    names = ("欧阳清岚", "司徒墨言", "上官云舒", "诸葛青松", "慕容雪晴", "端木行舟")

    def row(which: int = 1, **cells: str) -> dict[str, str]:
        body = f"659999198{which % 10}0307{which:02d}1"
        found = {
            "案件编号": f"NB{which:06d}",
            "客户姓名": names[(which - 1) % len(names)],
            "证件号码": body + prc_check(body),
            "手机号": f"154{which:08d}",
            "委案金额": "12000.50",
            "委案日期": "2026-11-10",
            "退案日期": "2027-02-10",
            "放款时间": "2024-05-01",
        }
        return found | cells

    return row
