"""kill -9 while asking a provider who charges: a short run; `make proof` makes a thousand of each."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

PROGRAM = Path(__file__).with_name("paying.py")


def run(database: Path, kills: int, mode: str) -> dict[str, int]:
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(database), str(kills), mode, "20261123"],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    found: dict[str, int] = json.loads(done.stdout)
    return found


def test_no_charge_is_unlogged_or_made_twice_and_no_answer_is_lost(tmp_path: Path) -> None:
    found = run(tmp_path / "log.db", 12, "ours")

    assert found["charged"] > 12
    assert (found["unlogged"], found["twice"], found["lost"], found["verifies"]) == (0, 0, 0, True)


def test_the_control_that_logs_after_the_call_shows_charges_nobody_knows_of(tmp_path: Path) -> None:
    assert run(tmp_path / "log.db", 8, "late_log")["unlogged"] > 0


def test_the_control_without_idempotency_keys_shows_charges_made_twice(tmp_path: Path) -> None:
    assert run(tmp_path / "log.db", 8, "no_key")["twice"] > 0
