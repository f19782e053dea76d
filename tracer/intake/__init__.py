"""Clients' files taken in: any encoding, any template; good rows go in, the rest is explained."""

from tracer.intake.files import Inspection, Progress, inspect, read
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
    "read",
]
