"""What the benchmarks share: a sealed home and a placement file, what a figure is, memory, disk, machine."""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import json
import os
import platform
import resource
import sqlite3
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from tracer.clock import Clock, now
from tracer.demo.bulk import simple_rows, write_simple
from tracer.demo.columns import ROSTER, SIMPLE
from tracer.demo.settings import settings
from tracer.desk.office import Office, create, open_office

CLIENT, PURPOSE, ACTOR = "northbank", "contact_repair", "bench"
LOCAL = ("case_file", "references", "employer")
SEED = 20261123
NOBODY = "http://127.0.0.1:9"  # carriers are configured and never asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of docs/benchmarks.md: what was measured, what came of it, and what it stands beside."""

    what: str
    figure: str
    beside: str = ""


def arguments(
    what: str, size: int, unit: str, more: Callable[[argparse.ArgumentParser], object] | None = None
) -> argparse.Namespace:
    """Read what each may be told: ``size`` (in ``unit``), ``--json``, ``--folder``, and ``more``."""
    parser = argparse.ArgumentParser(description=what)
    parser.add_argument("size", type=int, nargs="?", default=size, help=f"{unit} ({size:,} by default)")
    parser.add_argument("--json", action="store_true", help="print the figures for docs/benchmarks.md")
    parser.add_argument("--folder", type=Path, help="where to work (a disk, not tmpfs)")
    if more:
        more(parser)
    return parser.parse_args()


def tell(figures: Sequence[Figure], *, as_json: bool) -> None:
    """Print the figures."""
    if as_json:
        print(json.dumps([asdict(one) for one in figures], ensure_ascii=False))
        return
    for one in figures:
        print(f"{one.what}: {one.figure}" + (f"   ({one.beside})" if one.beside else ""))


def placement(folder: Path, cases: int) -> Path:
    """Write a clean placement file of ``cases`` fictional rows."""
    return write_simple(folder / "placement.csv", cases, SEED, dt.date.today())


def roster(folder: Path, cases: int) -> Path:
    """Write the employers' roster: every second debtor of :func:`placement`, with another mobile for some."""
    path = folder / "roster.csv"
    place = {name: SIMPLE.index(name) for name in ("客户姓名", "手机号", "公司名称", "工号")}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(ROSTER)
        for index, row in enumerate(simple_rows(cases, SEED, dt.date.today())):
            if index % 2 == 0:
                name, mobile, company, number = (row[at] for at in place.values())
                mobile = mobile if index % 4 else f"164{99_999_999 - index:08d}"
                writer.writerow((number, name, mobile, company, "2026-09-01"))
    return path


def home(folder: Path, table: Path | None = None, clock: Clock = now) -> Office:
    """Make a home on disk with the demo's configuration at the time of a clock, and open it now."""
    path = folder / "home"
    text = settings(
        dt.date.today(),
        roster=table or folder / "no-roster.csv",
        base_url=NOBODY,
        token_url=f"{NOBODY}/token",
        client_id=ACTOR,
        secret_env="TRACER_BENCH_SECRET",
    )
    create(path, clock, ACTOR, text)
    return open_office(path, None, now, ACTOR)


def forget_peak() -> None:
    """Begin the measure of memory anew (Linux; elsewhere the peak is that of the whole process)."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def peak() -> float:
    """Give the largest resident size of this process since :func:`forget_peak`, in MB of 10**6 bytes."""
    try:
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
    except OSError:
        pass
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def size_of(folder: Path) -> int:
    """Give the bytes of a folder's files."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


@dataclass(slots=True)
class Stretch:
    """How long something took: on the clock, and in seconds of processor of this process."""

    seconds: float = 0.0
    processor: float = 0.0


def timed(do: Callable[[], object]) -> Stretch:
    """Run ``do`` once."""
    start, spent = time.perf_counter(), time.process_time()
    do()
    return Stretch(seconds=time.perf_counter() - start, processor=time.process_time() - spent)


def percentile(values: Sequence[float], percent: int) -> float:
    """Give a percentile of two values or more."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def fsync_latency(folder: Path, count: int = 200) -> list[float]:
    """Give the seconds each of ``count`` appends of 4 kB took until ``fdatasync`` had returned."""
    path = folder / "disk"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    took = []
    try:
        for _ in range(count):
            start = time.perf_counter()
            os.write(handle, b"\0" * 4096)
            os.fdatasync(handle)
            took.append(time.perf_counter() - start)
    finally:
        os.close(handle)
        path.unlink()
    return took


def machine(folder: Path) -> str:
    """Describe what the figures were measured on, the disk under ``folder`` included."""
    took = fsync_latency(folder)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return (
        f"{os.cpu_count()} × {_processor()}, {memory:.0f} GB, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}; write + fdatasync of 4 kB "
        f"p50 {percentile(took, 50) * 1e3:.2f} ms, p95 {percentile(took, 95) * 1e3:.2f} ms"
    )


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.machine()
