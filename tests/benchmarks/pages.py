"""How long the server takes for each page of the desk, and how heavy a page is, on a large store.

    .venv/bin/python -m tests.benchmarks.pages [cases] [--folder FOLDER --keep] [--page PART] [--profile]

Imports the cases, traces fifty groups of eight that share an employer with local sources, fills the log up to
ten entries a case with invented look-ups, signs somebody of every role in, and asks for each page in random
order: pages of a case for another case each time. The time is that of the application alone, from the request
to its last byte; browser and network are not in it. Beside it stands the processor's time for the same, which
other work on the machine lengthens less. The log is counted before, as a server does when it starts.

``--keep`` leaves the store in FOLDER, and a later run with the same folder measures that one again: a
change to a page is judged on the store it was seen slow on. ``--page`` takes only pages whose address holds
PART, and ``--profile`` prints which functions they spent their time in instead of the figures.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pyotp
from starlette.testclient import TestClient

from tests.benchmarks.log_review import write
from tests.benchmarks.measuring import (
    ACTOR,
    CLIENT,
    LOCAL,
    PURPOSE,
    SEED,
    Figure,
    arguments,
    home,
    percentile,
    placement,
    roster,
    tell,
)
from tests.benchmarks.sampling import Sampler
from tracer.clock import now
from tracer.desk import life, passwords, people
from tracer.desk.contacts import contacts
from tracer.desk.intake import import_file
from tracer.desk.log_explorer import warm
from tracer.desk.office import Office, open_office
from tracer.desk.trace import trace
from tracer.web.app import create_app

TOGETHER, GROUPS, ASKED, OWN = 8, 50, 60, 200
PASSWORD = "five quiet words for tests"
ROLES = ("specialist", "collector", "compliance", "manager", "admin")
WANTED_MS, HEAVIEST_KB = 50, 300
# Who asks for which page; {case}, {own} (one of the collector's), {number} and {entry} are another each time.
PAGES = (
    ("specialist", "/"),
    ("specialist", "/cases/{case}"),
    ("specialist", "/cases/{case}/numbers/{number}"),
    ("specialist", "/cases/{case}/numbers/{number}/timeline"),
    ("specialist", "/cases/{case}/graph"),
    ("specialist", "/cases/{case}/pairs"),
    ("specialist", "/imports"),
    ("collector", "/"),
    ("collector", "/cases/{own}"),
    ("compliance", "/log"),
    ("compliance", "/log?case={case}"),
    ("compliance", "/log/{entry}"),
    ("compliance", "/approvals"),
    ("compliance", "/rights"),
    ("compliance", "/rights/cases/{case}"),
    ("compliance", "/destruction"),
    ("compliance", "/health"),
    ("compliance", "/review"),
    ("compliance", "/policy"),
    ("compliance", "/sources"),
    ("compliance", "/lists"),
    ("manager", "/"),
    ("manager", "/figures"),
    ("manager", "/assign"),
    ("admin", "/users"),
    ("admin", "/tokens"),
)
Times = dict[str, list[tuple[float, float, int]]]  # seconds, seconds of processor, bytes
Asgi = Callable[[MutableMapping[str, Any], Any, Any], Any]


class Timed:
    """The application with a clock around it: ``took`` is the last answer's seconds, ``worked`` those of
    processor in all threads."""

    def __init__(self, app: Asgi) -> None:
        self._app = app
        self.took = self.worked = 0.0
        self.sampler: Sampler | None = None

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        """Answer, and say how long it took."""
        start, spent = time.perf_counter(), time.process_time()
        if self.sampler:
            self.sampler.on = True
        await self._app(scope, receive, send)
        if self.sampler:
            self.sampler.on = False
        self.took, self.worked = time.perf_counter() - start, time.process_time() - spent


@contextmanager
def signed_in(app: Timed, office: Office, role: str) -> Iterator[TestClient]:
    """Somebody of a role, signed in through the form."""
    name = f"{role}.one"
    made = office.store.people.named(name) or people.add(
        office, name, role, clients=[CLIENT] if role == "specialist" else []
    )
    secret = pyotp.random_base32()
    office.store.people.change(made.id, password=passwords.hashed(PASSWORD), totp=secret)
    browser = TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)
    answer = browser.post(
        "/sign-in", data={"name": name, "password": PASSWORD, "code": pyotp.TOTP(secret).at(office.clock())}
    )
    assert answer.status_code == 303
    yield browser
    browser.close()


def store(folder: Path, size: int) -> tuple[list[str], list[str], list[str]]:
    """Make the store and its log; gives the pseudonyms of traced cases, of the collector's, and tokens."""
    dice = random.Random(SEED)
    begin, step, written = now() - dt.timedelta(days=300), dt.timedelta(days=299) / (size * 10), count()
    office = home(folder, roster(folder, size), lambda: begin)
    write(office.log, folder / "home" / "tracer.db", size * 10, lambda: begin + step * next(written))
    office.close()
    office = open_office(folder / "home", None, now, ACTOR)
    import_file(office, placement(folder, size), CLIENT)
    cases = tuple(office.store.cases.listed(client=CLIENT))
    groups = [cases[start : start + TOGETHER] for start in range(0, len(cases), TOGETHER)]
    traced = [case for group in dice.sample(groups, min(GROUPS, len(groups))) for case in group]
    trace(office, traced, PURPOSE, only=LOCAL)
    dice.shuffle(traced)
    life.assign(office, traced[:OWN], "collector.one")
    numbers = [next(iter(contacts(office, one).numbers)).token for one in traced[:ASKED]]
    office.close()
    return [one.pseudonym for one in traced], [one.pseudonym for one in traced[:OWN]], numbers


def kept(folder: Path, size: int) -> tuple[list[str], list[str], list[str]]:
    """Make the store in a folder that stays, or take the one made there before."""
    drawn = folder / "drawn.json"
    if not drawn.exists():
        folder.mkdir(parents=True, exist_ok=True)
        drawn.write_text(json.dumps(store(folder, size)), encoding="utf-8")
    cases, own, numbers = json.loads(drawn.read_text(encoding="utf-8"))
    return cases, own, numbers


def measured(
    folder: Path,
    cases: list[str],
    own: list[str],
    numbers: list[str],
    part: str = "",
    sampler: Sampler | None = None,
) -> tuple[Times, Times]:
    """Give seconds and bytes of each page whose name holds ``part``, and those of the first round."""
    pages = [(role, path) for role, path in PAGES if part in f"{role} {path} "]
    office = open_office(folder / "home", None, now, ACTOR)
    app = Timed(create_app(office))
    warm(office)
    dice = random.Random(SEED)
    found: Times = defaultdict(list)
    first: Times = defaultdict(list)
    with ExitStack() as seats:
        at = {role: seats.enter_context(signed_in(app, office, role)) for role in ROLES}
        last = office.log.head().size
        for which in range(ASKED + 1):
            for role, page in dice.sample(pages, len(pages)):
                one = which % len(numbers)
                case = cases[one] if "{number}" in page else cases[(which * 7) % len(cases)]
                path = page.format(
                    case=case, own=own[which % len(own)], number=numbers[one], entry=dice.randrange(1, last)
                )
                app.sampler = sampler if which else None
                answer = at[role].get(path)
                assert answer.status_code == 200, (role, page, answer.status_code)
                # The first round loads modules and templates, and counts what later rounds go on from.
                (found if which else first)[f"{role} {page}"].append(
                    (app.took, app.worked, len(answer.content))
                )
    office.close()
    return found, first


def _more(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--keep", action="store_true", help="leave the store in --folder, or use that there")
    parser.add_argument("--page", default="", metavar="PART", help="only pages with this (blank: the end)")
    parser.add_argument("--profile", action="store_true", help="print where the time went")


def main() -> None:
    """Measure and print."""
    chosen = arguments(__doc__ or "", 100_000, "cases in the store", _more)
    with ExitStack() as rest:
        sampler = rest.enter_context(Sampler()) if chosen.profile else None
        folder = chosen.folder
        if chosen.keep:
            drawn = kept(folder, chosen.size)
        else:
            folder = Path(rest.enter_context(tempfile.TemporaryDirectory(dir=chosen.folder)))
            drawn = store(folder, chosen.size)
        found, first = measured(folder, *drawn, chosen.page, sampler)
    if sampler:
        print(sampler.table(90))
        return
    every = [took for one in found.values() for took, _worked, _size in one]
    p95 = {page: percentile([took for took, *_ in one], 95) * 1e3 for page, one in found.items()}
    slow = {page: took for page, took in p95.items() if took > WANTED_MS}
    heaviest = max(found, key=lambda page: max(size for *_, size in found[page]))
    weight = max(size for *_, size in found[heaviest]) / 1e3
    tell(
        [
            Figure(
                what=f"Pages on a store of {chosen.size:,} cases and a log of {chosen.size * 10:,} entries",
                figure=f"p50 {percentile(every, 50) * 1e3:,.1f}, p95 {percentile(every, 95) * 1e3:,.1f} ms",
                beside=f"{len(found)} pages, each {ASKED} times; slower than {WANTED_MS} ms at p95: "
                + (", ".join(f"{page} {took:,.0f} ms" for page, took in slow.items()) or "none"),
            ),
            Figure(
                what="  heaviest page",
                figure=f"{weight:,.0f} kB",
                beside=f"{heaviest}; wanted: below {HEAVIEST_KB} kB",
            ),
            Figure(
                what="  the first answers after the server's start",
                figure=f"slowest {max(took for one in first.values() for took, *_ in one) * 1e3:,.0f} ms",
                beside=", ".join(
                    f"{page} {one[0][0] * 1e3:,.0f} ms"
                    for page, one in sorted(first.items(), key=lambda one: -one[1][0][0])[:6]
                ),
            ),
            *(
                Figure(
                    what=f"  {page}",
                    figure=f"p50 {percentile([took for took, *_ in one], 50) * 1e3:,.1f} ms, "
                    f"p95 {p95[page]:,.1f} ms",
                    beside=f"processor p95 {percentile([worked for _, worked, _ in one], 95) * 1e3:,.1f} ms; "
                    f"{max(size for *_, size in one) / 1e3:,.0f} kB at most",
                )
                for page, one in found.items()
            ),
        ],
        as_json=chosen.json,
    )


if __name__ == "__main__":
    main()
