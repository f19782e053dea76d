"""What proofs are made of: what was promised and found, and programs that are run to find it."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SEED = 20261123


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What was promised, how it was tried, what came of it, and whether the promise held."""

    promise: str
    tried: str
    found: str
    held: bool
    seconds: float = 0.0


def over(count: object) -> str:
    """A count that another run of the same seed would not repeat exactly, as what it is certainly over."""
    number = int(str(count))
    if number < 10:
        return str(number)
    step = 10 ** (len(str(number)) - 1)
    return f"over {(number - 1) // step * step:,}" if number > step else f"{number:,}"


def run(program: Path, *arguments: object) -> dict[str, object]:
    """Run a program of tests/ and give the JSON it prints."""
    done = subprocess.run(
        [sys.executable, str(program), *map(str, arguments)],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    told: dict[str, object] = json.loads(done.stdout)
    return told
