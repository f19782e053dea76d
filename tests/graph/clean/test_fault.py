"""Faults: complete list of codes, and no person shown."""

from __future__ import annotations

import ast
from pathlib import Path

from graph.clean.fault import CODES, Fault, Reading

CLEAN = Path(__file__).parents[3] / "graph" / "clean"


def _fault_calls() -> list[tuple[str, set[str]]]:
    """Every ``Fault("code", (("param", …), …))`` in the room, with the names of its values."""
    calls = []
    for file in sorted(CLEAN.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if not (
                isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Fault"
            ):
                continue
            if node.args and isinstance(node.args[0], ast.Constant):
                params = (
                    node.args[1].elts if len(node.args) > 1 and isinstance(node.args[1], ast.Tuple) else []
                )
                names = {pair.elts[0].value for pair in params if isinstance(pair, ast.Tuple)}
                calls.append((node.args[0].value, names))
    return calls


def test_every_fault_the_room_can_say_is_listed_with_its_values() -> None:
    calls = _fault_calls()

    wrong = [(code, names) for code, names in calls if set(CODES.get(code, ("?",))) != names]

    assert len(calls) > 50
    assert wrong == []


def test_a_reading_shows_neither_value_nor_what_a_fault_holds() -> None:
    reading = Reading("someone@example.com", (Fault("email.several"),))

    assert repr(reading) == "Reading(value, email.several)"


def test_a_reading_is_lost_when_any_of_its_faults_is() -> None:
    noted = Reading(1, (Fault("amount.rounded"),))
    lost = Reading(None, (Fault("amount.rounded"), Fault("amount.unreadable", lost=True)))

    assert not noted.lost
    assert lost.lost
