"""The peers, each run as a process of its own in a virtual environment of their own, and what they cost.

The environment is found by ``TRACER_BENCH_PEERS`` (a folder with bin/python) or made on demand under the
user's cache folder with ``pip install`` of PACKAGES: that needs a package registry. Nothing of it is a
dependency of the project, and nothing of it is kept in the repository.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PACKAGES = ("recordlinkage==0.16", "splink==5.0.0", "duckdb==2.0.0", "pandas==2.3.3")
HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a finished process used: seconds on the clock and of processor, MB of 10**6 bytes at most."""

    wall: float
    cpu: float
    rss: float
    said: str = ""


# A process of its own between us and what is measured: Linux counts the memory of the process that called
# exec in the peak of the one that came of it, so a large parent would hide a small child.
_LAUNCHER = """
import os, signal, subprocess, sys, time
told, limit, command = sys.argv[1], float(sys.argv[2]), sys.argv[3:]
start = time.perf_counter()
process = subprocess.Popen(command)
signal.signal(signal.SIGALRM, lambda *_: process.kill())
signal.alarm(int(limit))
_, status, use = os.wait4(process.pid, 0)
process.returncode = os.waitstatus_to_exitcode(status)
with open(told, "w") as file:
    print(time.perf_counter() - start, use.ru_utime + use.ru_stime, use.ru_maxrss, file=file)
sys.exit(process.returncode != 0)
"""


class Failed(Exception):
    """A process ended with an error; the message is the end of what it said."""


def measured(command: Sequence[str | Path], log: Path, limit: float = 1800.0) -> Cost:
    """Run a command to its end, its words to ``log``; resource use is that of the process and its children.

    Raises:
        Failed: it ended with an error, or ran longer than ``limit`` seconds.
    """
    told = log.with_suffix(".use")
    told.unlink(missing_ok=True)
    with log.open("wb") as words:
        launcher = subprocess.run(
            [sys.executable, "-I", "-S", "-c", _LAUNCHER, told, str(limit), *map(str, command)],
            stdout=words,
            stderr=subprocess.STDOUT,
            check=False,
        )
    said = log.read_text(encoding="utf-8", errors="replace")
    if launcher.returncode or not told.exists():
        raise Failed(f"{Path(str(command[0])).name} ended with {launcher.returncode}: {said[-600:]}")
    wall, cpu, rss = (float(number) for number in told.read_text().split())
    return Cost(wall=wall, cpu=cpu, rss=rss * 1024 / 1e6, said=said)


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tracer-benchmarks"


def environment(packages: Sequence[str] = PACKAGES, name: str = "peers") -> Path:
    """Give the Python of the peers' environment ``name``, making it with ``packages`` when there is none.

    Raises:
        Failed: it cannot be made (no registry within reach, no room); the message says what to do.
    """
    named = os.environ.get("TRACER_BENCH_PEERS")
    folder = Path(named) if named else _cache() / name
    python = folder / "bin" / "python"
    if (named and python.exists()) or (folder / "complete").exists():
        return python
    if named:
        raise Failed(f"TRACER_BENCH_PEERS={named} has no bin/python")
    print(f"making the peers' environment in {folder} (network needed)", file=sys.stderr, flush=True)
    try:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True, capture_output=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *packages], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        detail = getattr(error, "stderr", b"") or b""
        raise Failed(
            "the peers cannot be installed, so only our own figures are measured; name an environment that "
            f"has {', '.join(packages)} in TRACER_BENCH_PEERS. {detail.decode(errors='replace')[-300:]}"
        ) from error
    (folder / "complete").touch()
    return python


def febrl(python: Path, folder: Path) -> None:
    """Write febrl1–4 from the package that carries them, once."""
    if not (folder / "febrl4" / "b.csv").exists():
        measured([python, HERE / "peer_febrl.py", folder], folder.parent / "febrl.log")


def splink(python: Path, settings: str, folder: Path, out: Path) -> Cost:
    """Run Splink with the settings of peer_splink.py; its pairs above -15 bits are in ``out``."""
    return measured([python, HERE / "peer_splink.py", settings, folder, out], out.with_suffix(".log"))


def recordlinkage(python: Path, settings: str, folder: Path, out: Path) -> Cost:
    """Run recordlinkage's ECM with the settings of peer_recordlinkage.py."""
    return measured([python, HERE / "peer_recordlinkage.py", settings, folder, out], out.with_suffix(".log"))
