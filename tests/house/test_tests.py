"""The tests themselves: no sleeping, no packages, and fictional numbers only (the demo's people included)."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TESTS = sorted((ROOT / "tests").rglob("*.py"))
WITH_PEOPLE = [*TESTS, *sorted((ROOT / "tracer" / "demo").rglob("*.py")), ROOT / "sources" / "testing.py"]

# A Chinese mobile number is eleven digits from 13 to 19; 154 and 164 were given to no operator.
_CN = re.compile(r"(?<![\d.,*A-Za-z_])(?:\+?86[- ]?)?(1[3-9]\d[- ]?\d{4}[- ]?\d{4})(?![\d.*])")
_US = re.compile(
    r"\+1[- .]?\(?([2-9]\d{2})\)?[- .]?(\d{3})[- .]?(\d{4})(?!\d)"
    r"|\(([2-9]\d{2})\) ?(\d{3})[- .](\d{4})(?!\d)"
    r"|(?<![\d-])([2-9]\d{2})[-.](\d{3})[-.](\d{4})(?![\d-])"
)

# Numbers outside the fictional ranges that a test needs: what the number is, and why it must be that one.
ALLOWED: dict[str, str] = {
    "4008001234": "a Chinese 400 service line: the cleaner must refuse its kind",
    "8005551212": "toll-free directory enquiries, a published service: as above",
    "9999999999": "no area has this code: the cleaner must refuse it",
    "19900307001": "the middle of an identity number",
}

# File -> how many: a vendor on loopback that must be slow (the test waits no longer than its limit), and the
# random moment at which a writing process is killed.
ALLOWED_SLEEPS = {
    "tests/tracer/gateway/test_wire_faults.py": 1,
    "tests/tracer/log/crash.py": 1,
    # The provider takes his time, and the kill comes at a random moment.
    "tests/tracer/gateway/paying.py": 3,
    # The batch is left alone until it has come as far as where it is killed.
    "tests/tracer/gateway/batching.py": 1,
}


def sleeps(text: str) -> list[int]:
    """Give the lines on which a module sleeps (``asyncio.sleep(0)`` only gives way and is none)."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        name = (
            called.attr
            if isinstance(called, ast.Attribute)
            else called.id
            if isinstance(called, ast.Name)
            else ""
        )
        if name == "sleep":
            zero = len(node.args) == 1 and isinstance(node.args[0], ast.Constant) and node.args[0].value == 0
            if not zero:
                found.append(node.lineno)
    return found


def real_numbers(text: str) -> list[str]:
    """Give the numbers in a text that somebody could own: outside +86 154/164 and 555-01xx."""
    found = []
    for match in _CN.finditer(text):
        digits = re.sub(r"\D", "", match.group(1))
        # Eleven digits from 1 may also be a US number with its country code.
        fiction = digits[:3] in {"154", "164"} or digits[4:9] == "55501"
        if not fiction and digits not in ALLOWED:
            found.append(digits)
    for match in _US.finditer(text):
        area, exchange, line = [group for group in match.groups() if group]
        if (exchange, line[:2]) != ("555", "01") and area + exchange + line not in ALLOWED:
            found.append(area + exchange + line)
    return found


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", TESTS, ids=_name)
def test_no_test_sleeps(path: Path) -> None:
    assert len(sleeps(path.read_text(encoding="utf-8"))) <= ALLOWED_SLEEPS.get(_name(path), 0)


@pytest.mark.parametrize(
    "planted", ["import time\ntime.sleep(1)", "from time import sleep\nsleep(0.1)", "await asyncio.sleep(n)"]
)
def test_the_check_finds_a_planted_sleep(planted: str) -> None:
    assert sleeps("async def f():\n    " + planted.replace("\n", "\n    "))


def test_giving_way_is_no_sleep() -> None:
    assert sleeps("async def f():\n    await asyncio.sleep(0)") == []


def test_tests_are_no_package() -> None:
    # With an __init__.py pytest would import "graph" and "tracer" from here instead of the program's.
    assert [_name(path) for path in TESTS if path.name == "__init__.py"] == []


@pytest.mark.parametrize("path", WITH_PEOPLE, ids=_name)
def test_only_fictional_numbers_are_written(path: Path) -> None:
    if path == Path(__file__).resolve():
        pytest.skip("the planted numbers are below")

    assert real_numbers(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "planted",
    ["13912345678", "+8613912345678", "+86 139-1234-5678", "'17712345678'", "139 1234 5678",
     "+12125551234", "(212) 555-0234", "212-867-5309", "+1 212 867 5309"],
)  # fmt: skip
def test_the_check_finds_a_number_somebody_could_own(planted: str) -> None:
    assert real_numbers(f"phone = {planted!r}")


@pytest.mark.parametrize(
    "fiction",
    ["15412345678", "+8616400001111", "+12125550123", "(212) 555-0123", "138****1234", "20261123120000"],
)
def test_the_check_lets_fiction_pass(fiction: str) -> None:
    assert real_numbers(f"phone = {fiction!r}") == []


def test_every_allowance_is_still_needed() -> None:
    text = "".join(
        path.read_text(encoding="utf-8") for path in WITH_PEOPLE if path != Path(__file__).resolve()
    )

    assert [number for number in ALLOWED if number not in re.sub(r"[- ]", "", text)] == []
