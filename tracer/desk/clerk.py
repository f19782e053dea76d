"""Two records side by side, masked, and what a reviewer does with them: for cases and plain tables alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from graph.clean.masks import mask_value
from graph.link.levels import CODES, EXACT
from graph.model import Address, Identifier, Judgement, Match, Name, PartialDate, Phone, Record
from tracer.desk.explaining import Explained
from tracer.desk.wording import ROLES, word
from tracer.desk.wording_link import what
from tracer.words import N_, _

Tell = Callable[[int, int], None]


class Mark(StrEnum):
    """How two values stand to each other; a sign, so that no meaning hangs on colour."""

    SAME = "="
    LIKE = "≈"
    DIFFERENT = "≠"
    NOTHING = " "


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One kind of thing, what each record says of it, and how that stands to each other."""

    what: str
    left: tuple[str, ...] = field(repr=False)
    right: tuple[str, ...] = field(repr=False)
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A pair to be judged. ``case`` is empty for plain tables. ``joined`` is what stands without a verdict,
    ``change`` how much one against it is expected to change (``worth`` is that times how likely it is)."""

    case: str = field(default="", repr=False)
    left: str = field(repr=False)
    right: str = field(repr=False)
    bits: float
    p: float
    joined: bool
    change: float
    worth: float


def silent(done: int, total: int) -> None:
    """Tell nobody."""


class Bench(Protocol):
    """Where pairs come from and verdicts go."""

    def queue(self, tell: Tell = silent) -> Sequence[Item]:
        """Give the pairs to judge as they stand now, the worthiest first; ``tell`` hears how far it is."""

    def lines(self, item: Item, *, whole: bool) -> tuple[Line, ...]:
        """Give the pair side by side; ``whole`` without masks."""

    def explained(self, item: Item) -> Explained:
        """Give the evidence on the pair."""

    def reveal(self, item: Item, reason: str) -> None:
        """Allow the pair to be shown whole, or raise what forbids it."""

    def decide(self, item: Item, judgement: Judgement) -> None:
        """Keep a verdict; durable when it returns."""

    def follow(self, item: Item, rest: Sequence[Item]) -> tuple[Item, ...]:
        """Give what is left to judge after a verdict on ``item``: it may have settled others."""

    def undo(self, item: Item) -> Judgement:
        """Take back the last verdict on the pair; gives what stands now."""


# Levels that agree whole, and those that do not agree; what is in neither is alike (graph.link.levels).
_SAME, _DIFFERENT = frozenset({"exact"}), frozenset({"different", "clash"})
_ASIDE = ("name.order.", "name.generation.")
_ALL = ("name", "id", "born", "phone", "address", "employer", "email")


def record_lines(left: Record, right: Record, match: Match, *, whole: bool) -> tuple[Line, ...]:
    """Give two records side by side; ``match`` says how their values stand to each other."""
    found = [
        Line(what=_("source"), left=(left.source,), right=(right.source,), mark=Mark.NOTHING),
        Line(
            what=_("role"),
            left=(word(ROLES, str(left.role)),),
            right=(word(ROLES, str(right.role)),),
            mark=Mark.NOTHING,
        ),
        Line(what=_("seen on"), left=_day(left), right=_day(right), mark=Mark.NOTHING),
    ]
    for kind in _ALL:
        ours, theirs = _values(left, kind, whole), _values(right, kind, whole)
        if ours or theirs:
            found.append(
                Line(what=what(kind), left=ours, right=theirs, mark=_mark(kind, match, ours, theirs))
            )
    return tuple(found)


def _mark(kind: str, match: Match, ours: tuple[str, ...], theirs: tuple[str, ...]) -> Mark:
    if not (ours and theirs):
        return Mark.NOTHING
    levels = {
        reason.code.rpartition(".")[2]
        for reason in match.reasons
        if reason.code.partition(".")[0] == kind and not reason.code.startswith(_ASIDE)
    } & frozenset(CODES[EXACT:])
    if not levels:
        # Nothing was weighed: what an id says of the date of birth stands under the id.
        return Mark.SAME if set(ours) & set(theirs) else Mark.NOTHING
    if levels <= _SAME:
        return Mark.SAME
    return Mark.DIFFERENT if levels <= _DIFFERENT else Mark.LIKE


def _day(record: Record) -> tuple[str, ...]:
    return (record.seen_on.isoformat(),) if record.seen_on else ()


def _values(record: Record, kind: str, whole: bool) -> tuple[str, ...]:
    held: Sequence[object] = {
        "name": record.names,
        "id": record.ids,
        "born": (record.born,) if record.born else (),
        "phone": record.phones,
        "address": record.addresses,
        "employer": tuple(one.name for one in record.employers),
        "email": record.emails,
    }[kind]
    return tuple(_shown(one, whole) for one in held)


def _shown(value: object, whole: bool) -> str:
    """Give a value as a screen may show it: whole, or with little more than what tells two apart."""
    if isinstance(value, Phone):
        return value.key if whole else value.shown
    if isinstance(value, PartialDate):
        return _date(value, whole)
    if isinstance(value, Identifier):
        text = value.value if whole else mask_value(value.value)
        return f"{value.scheme} {text}"
    if isinstance(value, Name):
        return value.text if whole else masked_words(value.text)
    if isinstance(value, Address):
        return value.text if whole else masked_words(value.text)
    return str(value) if whole else masked_words(str(value))


def _date(value: PartialDate, whole: bool) -> str:
    if not whole:
        return f"{value.year}-**-**"
    parts = (f"{value.year:04d}", *(f"{part:02d}" for part in (value.month, value.day) if part))
    return "-".join(parts)


def masked_words(text: str) -> str:
    """Give a text with each of its words masked but for the first letter, so that two still compare."""
    words = text.split()
    if len(words) < 2:
        return mask_value(text)
    return " ".join(word[0] + "*" * min(len(word) - 1, 8) for word in words)


DEFAULT_REASON = N_("Judged side by side")
BLIND_REASON = N_("Judged side by side, without the score")
