"""How fast the log is, against the disk under it: python tests/benchmarks/log_appends.py [--entries N]

Durable appends are given as a ratio to raw ``write`` + ``fdatasync`` of 4 kB in the same seconds, because
disks (and what else runs on them) change by the minute. Gates (shared/lookup-log.md): 1 client at least 0.8
times, 8 clients 4 times, 32 clients 12 times; verification at least 250,000 entries a second; a proof within
1 ms and 640 bytes at 1,000,000. On a disk that syncs 4,000 times a second the processor is the limit instead.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import threading
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tracer.log import Draft, Log
from tracer.vault import Vault

ROUND = 0.5  # seconds each measure runs in a round; rounds are interleaved


def raw(folder: Path) -> float:
    """Syncs a second of a file that grows by 4 kB."""
    handle = os.open(folder / "raw", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    block, done, start = os.urandom(4096), 0, time.perf_counter()
    while time.perf_counter() - start < ROUND:
        os.write(handle, block)
        os.fdatasync(handle)
        done += 1
    os.close(handle)
    return done / (time.perf_counter() - start)


def appends(log: Log, clients: int, draft: Draft) -> float:
    """Durable appends a second of so many clients, each waiting for its own."""
    counts = [0] * clients
    until = time.perf_counter() + ROUND

    def work(client: int) -> None:
        while time.perf_counter() < until:
            log.append(draft)
            counts[client] += 1

    threads = [threading.Thread(target=work, args=(client,)) for client in range(clients)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - start)


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--entries", type=int, default=200_000, help="size at which reading is measured")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--folder", type=Path, help="where to write (a disk, not tmpfs)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        key = Vault.create(folder).new_case_key()
        draft = Draft(
            "called",
            actor="li.ming",
            purpose="contact_repair",
            case=key.pseudonym("case", "1"),
            body={
                "source": "camara.number-recycling",
                "subject": key.token("number", "1"),
                "fields": ["phone", "anchor_date"],
                "client": "northbank",
                "agreement": "NB-2026-01",
                "method": "POST",
                "host": "sandbox.example",
                "attempt": 1,
            },
        )
        log = Log.create(folder / "log.db")
        log.append(draft)
        rates: dict[int, list[float]] = {0: [], 1: [], 8: [], 32: []}
        for _ in range(options.rounds):
            for clients, found in rates.items():
                found.append(appends(log, clients, draft) if clients else raw(folder))
        table = Table("measure", "median", "times raw", "gate")
        disk = statistics.median(rates.pop(0))
        table.add_row("raw fdatasync", f"{disk:,.0f}/s", "1", "")
        for (clients, found), gate in zip(rates.items(), (0.8, 4, 12), strict=True):
            rate = statistics.median(found)
            table.add_row(f"{clients} clients", f"{rate:,.0f}/s", f"{rate / disk:.2f}", f">= {gate}")

        size = log.head().size
        start = time.perf_counter()
        promises = [log.submit(draft) for _ in range(max(0, options.entries - size))]
        for promise in promises:
            promise.result()
        filled = len(promises) / (time.perf_counter() - start)
        table.add_row("one client, not waiting", f"{filled:,.0f}/s", f"{filled / disk:.2f}", "")
        size = log.head().size
        start, spent = time.perf_counter(), time.process_time()
        assert log.verify().ok
        spent, start = time.process_time() - spent, time.perf_counter() - start
        table.add_row(f"verify {size:,}", f"{size / start:,.0f}/s", "", ">= 250,000/s")
        table.add_row("  a second of processor", f"{size / spent:,.0f}", "", "")
        took, longest = [], 0
        for step in range(500):
            start = time.perf_counter()
            proof = log.inclusion(step * 7919 % size + 1, size)
            took.append(time.perf_counter() - start)
            longest = max(longest, 32 * len(proof))
        p50, p99 = statistics.median(took) * 1e6, statistics.quantiles(took, n=100)[98] * 1e6
        table.add_row("inclusion proof", f"{p50:.0f} µs, p99 {p99:.0f} µs", "", "<= 1,000 µs")
        table.add_row("  its size", f"{longest} bytes", "", "<= 640 bytes")
        start = time.perf_counter()
        log.unfinished()
        table.add_row("unfinished, cold", f"{(time.perf_counter() - start) * 1e3:.1f} ms", "", "")
        start = time.perf_counter()
        log.unfinished()
        table.add_row("unfinished, again", f"{(time.perf_counter() - start) * 1e3:.1f} ms", "", "")
        log.close()
        bulk = sum(path.stat().st_size for path in folder.glob("log.db*") if path.is_file())
        table.add_row("on disk", f"{bulk / size:.0f} bytes an entry", "", "")
        Console().print(table)


if __name__ == "__main__":
    main()
