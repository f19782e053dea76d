"""Power cuts, replayed: every write and sync of a writing log is recorded, then cut at any point.

What was synced is there after the cut; of what was not, nothing, any part, or torn sectors are. Then the log
is opened as after a restart: every entry that had been acknowledged must be in it, and it must verify. Two
controls must fail: the same with SQLite's ``synchronous`` at NORMAL and at OFF.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tracer.errors import LogUnavailable
from tracer.log import Draft, Log, Notary, Signer
from tracer.log.verify import verify

SECTOR = 512
HEADER = struct.Struct("<cBqQ")
ACKNOWLEDGED = 999  # the file descriptor the recorder takes for "I have promised this"


@dataclass(slots=True)
class Disk:
    """One file as it would be after a power cut: what was synced, and what was written since."""

    name: str
    synced: bytearray = field(default_factory=bytearray)
    since: list[tuple[int, bytes | None]] = field(default_factory=list)  # None: cut to that length

    def sync(self) -> None:
        for offset, data in self.since:
            _apply(self.synced, offset, data)
        self.since.clear()

    def after_a_cut(self, dice: random.Random, how: str) -> bytes:
        found = bytearray(self.synced)
        if how == "none":
            return bytes(found)
        for offset, data in self.since:
            if dice.random() < 0.5:
                continue
            if how == "torn" and data:
                # Sectors reach the disk whole, in any order.
                for start in range(0, len(data), SECTOR):
                    if dice.random() < 0.5:
                        _apply(found, offset + start, data[start : start + SECTOR])
            else:
                _apply(found, offset, data)
        return bytes(found)


def _apply(content: bytearray, offset: int, data: bytes | None) -> None:
    if data is None:
        del content[offset:]
        content.extend(b"\0" * (offset - len(content)))
        return
    if len(content) < offset:
        content.extend(b"\0" * (offset - len(content)))
    content[offset : offset + len(data)] = data


def write(database: Path, commits: int, synchronous: str) -> None:
    """Append from several threads and say what was promised; run under the recorder."""
    if synchronous != "FULL":
        _weaken(synchronous)
    keys = database.parents[1] / "signer"
    (keys / "keys").mkdir(parents=True)
    log = Log.create(database, notary=Notary(Signer.create(keys)))

    def work(share: int) -> None:
        for _ in range(share):
            seq = log.append(Draft("sign_in", actor="li.ming")).seq
            os.write(ACKNOWLEDGED, f"{seq}\n".encode())

    threads = [threading.Thread(target=work, args=(commits // 4,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    os._exit(0)  # as a power cut would leave it


def _weaken(synchronous: str) -> None:
    """The control: SQLite told to sync less, behind the log's back."""

    class Weak(sqlite3.Connection):
        def execute(self, sql: str, *more: object) -> sqlite3.Cursor:  # type: ignore[override]
            return super().execute(sql.replace("synchronous=FULL", f"synchronous={synchronous}"), *more)  # type: ignore[arg-type]

    plain = sqlite3.connect

    def connect(*args: object, **options: object) -> sqlite3.Connection:
        return plain(*args, factory=Weak, **options)  # type: ignore[call-overload, no-any-return]

    sqlite3.connect = connect  # type: ignore[assignment]


def record(folder: Path, commits: int, synchronous: str) -> bytes:
    """Run the writer under the recorder; give the record. Raises RuntimeError without a C compiler."""
    compiler = shutil.which("cc")
    if compiler is None:
        raise RuntimeError("recording writes needs a C compiler (cc)")
    library, stream = folder / "record.so", folder / "record.bin"
    source = Path(__file__).with_name("record.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True)
    under = folder / "home"
    under.mkdir()
    subprocess.run(
        [sys.executable, __file__, "write", str(under / "log.db"), str(commits), synchronous],
        check=True,
        env={**os.environ, "LD_PRELOAD": str(library), "RECORD_UNDER": str(under), "RECORD_TO": str(stream)},
        cwd=folder,
    )
    return stream.read_bytes()


def operations(recorded: bytes) -> Iterator[tuple[str, int, int, bytes]]:
    """Give the recorded operations: kind, file, offset, data."""
    place = 0
    while place < len(recorded):
        kind, file, offset, length = HEADER.unpack_from(recorded, place)
        place += HEADER.size
        held = length if kind in b"NWA" else 0
        yield kind.decode(), file, offset, recorded[place : place + held]
        place += held


def cuts(recorded: bytes, states: int, seed: int) -> dict[str, int]:
    """Cut the power at ``states`` points; count what was lost, damaged, and could not be opened."""
    dice = random.Random(seed)
    listed = list(operations(recorded))
    # Before the tables are made nothing can have been promised.
    first = next(place for place, one in enumerate(listed) if one[0] == "A")
    points = sorted(dice.choices(range(first, len(listed)), k=states))
    disks: dict[int, Disk] = {}
    promised = 0
    done = 0
    found = {"states": states, "lost": 0, "corrupt": 0, "unopenable": 0, "promised": 0}
    for point in points:
        for kind, file, offset, data in listed[done : point + 1]:
            if kind == "N":
                disks[file] = Disk(name=data.decode())
            elif kind == "W":
                disks[file].since.append((offset, data))
            elif kind == "T":
                disks[file].since.append((offset, None))
            elif kind == "S":
                disks[file].sync()
            elif kind == "U":
                disks[file] = Disk(name=disks[file].name)
            else:
                promised = max(promised, *(int(text) for text in data.split()))
        done = point + 1
        what = _after(disks, dice, promised)
        if what:
            found[what] += 1
    found["promised"] = promised
    return found


def _after(disks: dict[int, Disk], dice: random.Random, promised: int) -> str:
    how = dice.choice(("none", "part", "torn"))
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as folder:
        for disk in disks.values():
            if disk.since or disk.synced:
                (Path(folder) / disk.name).write_bytes(disk.after_a_cut(dice, how))
        database = Path(folder) / "log.db"
        try:
            seen = verify(database, patience=1.0)
        except LogUnavailable:
            return "unopenable"
        if not seen.ok:
            return "corrupt"
        return "lost" if seen.size < promised else ""


def main() -> None:
    """``power.py write DATABASE COMMITS SYNCHRONOUS`` or ``power.py cut COMMITS SYNCHRONOUS STATES SEED``."""
    job, *more = sys.argv[1:]
    if job == "write":
        write(Path(more[0]), int(more[1]), more[2])
    with tempfile.TemporaryDirectory() as folder:
        recorded = record(Path(folder), int(more[0]), more[1])
    print(json.dumps(cuts(recorded, int(more[2]), int(more[3]))))


if __name__ == "__main__":
    main()
