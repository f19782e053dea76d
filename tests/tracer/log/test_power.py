"""Power cuts: a short run of power.py; `make proof` cuts at 3,000 points."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("power.py")
pytestmark = pytest.mark.skipif(shutil.which("cc") is None, reason="recording writes needs a C compiler (cc)")


def cut(synchronous: str, states: int) -> dict[str, int]:
    done = subprocess.run(
        [sys.executable, str(PROGRAM), "cut", "200", synchronous, str(states), "20261123"],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    found: dict[str, int] = json.loads(done.stdout)
    return found


def test_what_was_acknowledged_survives_a_power_cut_at_any_point() -> None:
    found = cut("FULL", 150)

    assert found["promised"] > 100
    assert (found["lost"], found["corrupt"], found["unopenable"]) == (0, 0, 0)


@pytest.mark.parametrize("synchronous", ["NORMAL", "OFF"])
def test_the_control_that_syncs_less_loses_what_it_promised(synchronous: str) -> None:
    found = cut(synchronous, 40)

    assert found["lost"] + found["corrupt"] + found["unopenable"] > 0
