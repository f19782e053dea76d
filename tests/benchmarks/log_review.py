"""How long a review of the look-up log takes: a sample and every pattern, over a million entries.

    .venv/bin/python -m tests.benchmarks.log_review [entries]

Writes a log of that size (hashed, with its tree): twenty people, a case for every twelve
look-ups, with the requests and replies that belong to them, over a working year. Then reads it into columns,
looks for every pattern and draws a sample, as `tracer log review` does.
"""

from __future__ import annotations

import datetime as dt
import random
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.benchmarks.measuring import SEED, Figure, arguments, forget_peak, peak, tell, timed
from tracer.log import PATIENCE, Draft, Log
from tracer.log.columns import Columns, load
from tracer.log.database import connect
from tracer.log.entry import COLUMNS, Row, checked, nameless, numbered, stamp
from tracer.log.flags import Flag, Habits
from tracer.log.patterns import find
from tracer.log.sample import Sample, draw
from tracer.log.tree import Frontier

PEOPLE = 20
SOURCES = ("case_file", "references", "employer", "camara.number-recycling", "camara.kyc-tenure")
BEGIN = dt.datetime(2026, 1, 5, 0, 0, tzinfo=dt.UTC)  # eight in the morning in Shanghai
LETTERS = "bcdfghjklmnpqrst"


class Days:
    """A clock that goes on by as much as each entry takes, in working hours of working days."""

    def __init__(self, entries: int) -> None:
        self._step = dt.timedelta(seconds=250 * 11 * 3600 / max(1, entries))
        self._passed = dt.timedelta()

    def __call__(self) -> dt.datetime:
        self._passed += self._step
        days, rest = divmod(self._passed, dt.timedelta(hours=11))
        weeks, day = divmod(days, 5)
        return BEGIN + dt.timedelta(weeks=weeks, days=day) + rest


def name(kind: str, number: int) -> str:
    """A pseudonym as the vault's look."""
    return f"{kind}_" + "".join(LETTERS[number >> shift & 15] for shift in range(44, -4, -4))


def drafts(entries: int, seq: int = 0) -> Iterator[Draft]:
    """What twenty people do behind entry ``seq``: assigned cases, look-ups, reveals, calls."""
    dice = random.Random(SEED)
    case = session = 0
    end = seq + entries
    while seq < end:
        case += 1
        session += case % 50 == 1
        actor = f"person{case % PEOPLE}"
        token = name("case", case)
        said = {
            "client": "northbank",
            "session": name("session", session),
            "role": "debtor",
            "operation": "lookup",
        }
        yield Draft("case_assigned", actor="boss", case=token, body={"assigned_to": actor})
        seq += 1
        for number in range(12):
            source = SOURCES[number % len(SOURCES)]
            yield Draft(
                "asked", actor=actor, purpose="contact_repair", case=token, body={"source": source, **said}
            )
            asked = seq = seq + 1
            if source.startswith("camara"):
                for event in ("called", "replied"):
                    yield Draft(
                        event,
                        actor=actor,
                        case=token,
                        about=asked,
                        body={"source": source, "host": "a.example"},
                    )
                    seq += 1
            ending = dice.choice(("answered", "no_record"))
            yield Draft(ending, actor=actor, case=token, about=asked, body={"source": source})
            seq += 1
        if case % 3 == 0:
            yield Draft("reveal", actor=actor, case=token, body={"reason": "call"})
            yield Draft("outcome", actor=actor, case=token, body={"line": "connected"})
            seq += 2


def write(log: Log, database: Path, entries: int, clock: Callable[[], dt.datetime] | None = None) -> None:
    """Write the entries as the log does, hashed and with their tree, but all in one transaction.

    An entry about another waits for that one to be on disk: one by one a million would take half an hour.
    """
    clock = clock or Days(entries)
    size, frontier = log.head().size, Frontier()
    for entry in log.entries():
        list(frontier.add(entry.leaf))
    numbers = count(size + 1)
    connection = connect(database, patience=PATIENCE, write=True)
    connection.execute("BEGIN")
    rows: list[Row] = []
    nodes: list[tuple[int, int, bytes]] = []
    for draft in drafts(entries, size):
        rows.append(numbered(nameless(checked(draft), log.staff.token), next(numbers), stamp(clock())))
        nodes.extend(frontier.add(rows[-1][-1]))
        if len(rows) == 10_000:
            put(connection, rows, nodes)
    put(connection, rows, nodes)
    connection.execute("COMMIT")
    connection.close()


def put(connection: sqlite3.Connection, rows: list[Row], nodes: list[tuple[int, int, bytes]]) -> None:
    """Insert what is there, and forget it."""
    connection.executemany(f"INSERT INTO log_entry ({COLUMNS}) VALUES ({', '.join('?' * 10)})", rows)
    connection.executemany("INSERT INTO log_node (level, idx, hash) VALUES (?, ?, ?)", nodes)
    rows.clear()
    nodes.clear()


def main() -> None:
    """Measure and print."""
    chosen = arguments(__doc__ or "", 1_000_000, "entries in the log")
    with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
        database = Path(folder) / "tracer.db"
        with Log.create(database) as log:
            write(log, database, chosen.size)
            head, staff = log.head(), log.staff.name

        columns: list[Columns] = []
        flags: list[tuple[Flag, ...]] = []
        samples: list[Sample] = []
        forget_peak()
        before = peak()
        reading = timed(lambda: columns.append(load(database, size=head.size, patience=PATIENCE, name=staff)))
        (read,) = columns
        now = int(read.at[-1]) + 30 * 86_400_000
        looking = timed(lambda: flags.append(find(read, Habits(zone=ZoneInfo("Asia/Shanghai")), now=now)))
        lookups = read.picked(read.lookups())
        drawing = timed(
            lambda: samples.append(draw(lookups, size=head.size, root=head.root, assurance=95, tolerable=5))
        )
        memory = peak()
    told = Counter(f"{one.pattern} ({one.strength})" for one in flags[0])
    seconds = reading.seconds + looking.seconds + drawing.seconds
    tell(
        [
            Figure(
                what=f"`log review` of {head.size:,} entries ({len(lookups):,} look-ups)",
                figure=f"{seconds:,.1f} s",
                beside=f"{head.size / seconds:,.0f} entries/s; wanted: a million in less than a minute",
            ),
            Figure(
                what="  reading into columns / every pattern / drawing",
                figure=f"{reading.seconds:,.1f} / {looking.seconds:,.1f} / {drawing.seconds:,.2f} s",
                beside=f"{len(read):,} entries say something of their own; sample of {len(samples[0].drawn)}",
            ),
            Figure(
                what="  largest memory",
                figure=f"{memory:,.0f} MB",
                beside=f"{before:,.0f} MB before, with a log of that size just written",
            ),
            Figure(
                what="  flags in an ordinary year of twenty people",
                figure=f"{len(flags[0])}",
                beside=", ".join(f"{count} {kind}" for kind, count in sorted(told.items())) or "none",
            ),
        ],
        as_json=chosen.json,
    )


if __name__ == "__main__":
    main()
