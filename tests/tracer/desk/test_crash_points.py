"""Dying at every named step: the next command finds all whole, and the work ends as if nothing had been."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

PROGRAM = Path(__file__).with_name("crash_points.py")


def test_a_house_that_died_at_any_step_goes_on_as_if_it_had_not() -> None:
    spec = importlib.util.spec_from_file_location("crash_points", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)

    done = subprocess.run(
        [sys.executable, str(PROGRAM)], check=True, capture_output=True, text=True, timeout=300
    )

    assert json.loads(done.stdout) == {name: [] for name in program.POINTS}
