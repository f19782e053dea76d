"""The import contracts hold, and each of them is seen to fail on a planted breach."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("graph", "sources", "tracer")

# Contract (its first words) -> a file that breaks it, and what is written there.
BREACHES = {
    "Imports go one way": ("graph/planted.py", "import sources.contract"),
    "graph computes": ("graph/planted.py", "import os"),
    "sources describe": ("sources/planted.py", "import socket"),
    "Only the gateway speaks HTTP": ("tracer/desk/planted.py", "import httpx"),
    "Only tables, store, log": ("tracer/desk/planted.py", "from sqlmodel import Session"),
    "Only the vault, the log and signed": (
        "tracer/desk/planted.py",
        "from cryptography.fernet import Fernet",
    ),
    "The command line is thin": ("tracer/cli/planted.py", "import tracer.store"),
    "The pages are thin": ("tracer/web/planted.py", "from tracer.store import Store"),
    "FastAPI and Jinja have one home": ("tracer/desk/planted.py", "from fastapi import APIRouter"),
    "rapidfuzz has one home": ("graph/planted.py", "from rapidfuzz import fuzz"),
    "phonenumbers has one home": ("tracer/intake/planted.py", "import phonenumbers"),
    "A proof is checked": ("tracer/proof.py", "import tracer.errors"),
}

# More ways in, each of which somebody in a hurry might try; the contract that must stop it.
MORE = (
    ("sources describe", "sources/carrier/planted.py", "from urllib.request import urlopen"),
    ("sources describe", "sources/planted.py", "def f():\n    import subprocess\n    return subprocess"),
    ("graph computes", "graph/clean/planted.py", "import logging"),
    ("graph computes", "graph/planted.py", "if True:\n    from pathlib import Path"),
    ("Imports go one way", "sources/planted.py", "from tracer import errors"),
    ("The command line is thin", "tracer/cli/planted.py", "from tracer.gateway import Gateway"),
    ("Only the gateway speaks HTTP", "sources/planted.py", "import httpx"),
)


def _copy(to: Path) -> Path:
    for room in ROOMS:
        shutil.copytree(ROOT / room, to / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", to)
    return to


def _lint(folder: Path) -> tuple[int, str]:
    # In the copy's own folder and without a cache: what is checked is the copy, not what is installed.
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"],
        cwd=folder,
        env={**os.environ, "COLUMNS": "400", "NO_COLOR": "1", "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.returncode, done.stdout + done.stderr


def _contracts() -> list[str]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        return [contract["name"] for contract in tomllib.load(file)["tool"]["importlinter"]["contracts"]]


def test_every_contract_is_kept(tmp_path: Path) -> None:
    code, said = _lint(_copy(tmp_path))

    assert code == 0, said
    assert f"Contracts: {len(_contracts())} kept, 0 broken." in said


def test_every_contract_has_a_breach_below() -> None:
    unproven = [name for name in _contracts() if not any(name.startswith(start) for start in BREACHES)]

    assert unproven == []


@pytest.mark.parametrize(
    ("contract", "file", "breach"),
    [
        *(pytest.param(name, *breach, id=name) for name, breach in BREACHES.items()),
        *(pytest.param(*more, id=f"{more[1]}: {more[2].splitlines()[-1].strip()}") for more in MORE),
    ],
)
def test_a_planted_breach_breaks_its_contract(tmp_path: Path, contract: str, file: str, breach: str) -> None:
    copy = _copy(tmp_path)
    (copy / file).parent.mkdir(exist_ok=True)
    (copy / file).write_text(breach + "\n", encoding="utf-8")

    code, said = _lint(copy)

    assert code != 0
    assert any(line.startswith(contract) and " BROKEN" in line for line in said.splitlines()), said
    assert file.removesuffix(".py").replace("/", ".") in said


def test_no_contract_ignores_more_than_the_drawing_says() -> None:
    # An ignore is how a contract drifts by accident: only these may carry one (house.md, the import table).
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]

    homes = {line.split(" -> ")[0] for contract in contracts for line in contract.get("ignore_imports", ())}
    assert homes <= {
        "tracer.gateway", "tracer.tables", "tracer.store", "tracer.store.*", "tracer.log", "tracer.log.*",
        "tracer.migrations.**", "tracer.vault", "tracer.assertions", "tracer.proof", "graph.similar",
        "graph.clean.phones", "tracer.web.**",
    }  # fmt: skip
