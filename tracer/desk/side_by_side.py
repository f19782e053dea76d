"""The merge review of one case on screen: the next pair side by side, and the verdicts that stand."""

from __future__ import annotations

from dataclasses import dataclass, field

from graph.model import Judgement
from tracer.desk import judging
from tracer.desk.clerk import DEFAULT_REASON, Item, Line
from tracer.desk.clerk_cases import CaseBench
from tracer.desk.explaining import Explained
from tracer.desk.office import Office
from tracer.store.cases import CaseFile
from tracer.store.notes import Given
from tracer.words import _

# What a reviewer presses, as at the terminal.
KEYS = (("s", Judgement.SAME), ("d", Judgement.DIFFERENT), ("u", Judgement.UNSURE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A pair to judge with its masked lines and its evidence (None when nothing is left), how many wait,
    and the verdicts that stand, the newest first."""

    item: Item | None = field(repr=False)
    lines: tuple[Line, ...] = field(default=(), repr=False)
    explained: Explained | None = field(default=None, repr=False)
    waiting: int = 0
    given: tuple[Given, ...] = field(default=(), repr=False)


def review(office: Office, case: CaseFile, *, skip: int = 0) -> Review:
    """Give the worthiest pair of a case that is left to judge, or the one ``skip`` places behind it."""
    bench = CaseBench(office=office, cases=(case,))
    queue = bench.queue()
    given = tuple(judging.standing(office.store.notes.given(case)))[::-1]
    if skip >= len(queue):
        return Review(item=None, waiting=len(queue), given=given)
    item = queue[skip]
    return Review(
        item=item,
        lines=bench.lines(item, whole=False),
        explained=bench.explained(item),
        waiting=len(queue),
        given=given,
    )


def judge(
    office: Office, case: CaseFile, left: str, right: str, judgement: Judgement, reason: str = ""
) -> None:
    """Write down a verdict; without a reason it is the look at both. Raises WrongUse."""
    judging.judge(office, case, left, right, judgement, reason.strip() or _(DEFAULT_REASON))


def undo(office: Office, case: CaseFile, left: str, right: str) -> None:
    """Take back the last verdict on a pair. Raises WrongUse when there is none."""
    judging.undo(office, case, left, right, _("Taken back"))
