"""Clients' files taken in: any encoding, any template; good rows go in, the rest is explained.

Its parts are loaded when they are first asked for: who only reads a table does not wait for the mappings.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tracer.intake.files import Inspection, Progress, inspect, raw_rows, read
    from tracer.intake.header import Header
    from tracer.intake.mapping import Kind, Mapping, load
    from tracer.intake.outcomes_file import OutcomeRow
    from tracer.intake.people import Named
    from tracer.intake.placements import Placement
    from tracer.intake.problems import Place, Problem

__all__ = [
    "Header",
    "Inspection",
    "Kind",
    "Mapping",
    "Named",
    "OutcomeRow",
    "Place",
    "Placement",
    "Problem",
    "Progress",
    "inspect",
    "load",
    "raw_rows",
    "read",
]
_PLACES = {
    "Header": "tracer.intake.header",
    "Inspection": "tracer.intake.files",
    "Kind": "tracer.intake.mapping",
    "Mapping": "tracer.intake.mapping",
    "Named": "tracer.intake.people",
    "OutcomeRow": "tracer.intake.outcomes_file",
    "Place": "tracer.intake.problems",
    "Placement": "tracer.intake.placements",
    "Problem": "tracer.intake.problems",
    "Progress": "tracer.intake.files",
    "inspect": "tracer.intake.files",
    "load": "tracer.intake.mapping",
    "raw_rows": "tracer.intake.files",
    "read": "tracer.intake.files",
}


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(name)
    return getattr(importlib.import_module(_PLACES[name]), name)
