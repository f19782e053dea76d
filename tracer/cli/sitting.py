"""A reviewer at the terminal: one pair after the other, side by side, and a key for each verdict."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

import click
from rich import box
from rich.markup import escape
from rich.table import Table

from graph.model import Judgement
from tracer.cli.pairs import print_explained
from tracer.cli.session import Session
from tracer.desk.clerk import Bench, Item, Line, Mark
from tracer.desk.wording import JUDGEMENTS, word
from tracer.desk.wording_link import figure
from tracer.errors import Refused, WrongUse
from tracer.words import N_, _

SAME, DIFFERENT, UNSURE, SKIP, UNDO, EVIDENCE, REVEAL, QUIT = "sdukzerq"
_VERDICTS = {SAME: Judgement.SAME, DIFFERENT: Judgement.DIFFERENT, UNSURE: Judgement.UNSURE}
_KEYS = N_("s same · d different · u unsure · k skip · z undo · r reveal · q quit")
_KEYS_SEEING = N_("s same · d different · u unsure · k skip · z undo · e evidence · r reveal · q quit")
_STYLES = {Mark.SAME: "", Mark.LIKE: "yellow", Mark.DIFFERENT: "bold red", Mark.NOTHING: "dim"}
_AGAINST = 0.05
"""A verdict that the evidence gives less than this is asked for again: a slip of the finger is likelier."""
ROUND = 50
"""After so many verdicts the queue is made anew, with what they taught."""


@dataclass(slots=True)
class Sitting:
    """How the reviewer wants it, and what he has done."""

    blind: bool = False
    reveal: bool = False
    reason: str = field(default="", repr=False)
    given: list[tuple[Item, Judgement]] = field(default_factory=list, repr=False)
    skipped: set[tuple[str, str, str]] = field(default_factory=set, repr=False)
    shown: set[tuple[str, str, str]] = field(default_factory=set, repr=False)


def queue(here: Session, bench: Bench) -> tuple[Item, ...]:
    """Give the queue, with progress on stderr while it is made."""
    with here.progress(_("Looking for doubtful pairs")) as told:
        return tuple(bench.queue(told))


def sit(here: Session, bench: Bench, sitting: Sitting) -> None:
    """Hold a session until the queue is empty or the reviewer leaves; every verdict is kept at once.

    Raises WrongUse under ``--json``: a session is for people.
    """
    if here.json:
        raise WrongUse(
            N_("A session needs a person at the terminal"),
            N_("Under --json use: tracer judge list, and tracer judge with two records and a verdict."),
        )
    rest = _left(queue(here, bench), sitting)
    if not rest:
        here.say(_("There is no pair on which a verdict is expected to change anything."))
        return
    since = len(sitting.given)
    while rest:
        item, rest = rest[0], rest[1:]
        key = _judged(here, bench, sitting, item, len(rest))
        if key == QUIT:
            rest = (item, *rest)
            break
        if key == UNDO:
            back = _undone(here, bench, sitting)
            rest = (*((back,) if back else ()), item, *rest)
            continue
        if key == SKIP:
            sitting.skipped.add(_name(item))
            continue
        if len(sitting.given) - since >= ROUND or not rest:
            since = len(sitting.given)
            rest = _left(queue(here, bench), sitting)
        else:
            rest = _left(bench.follow(item, rest), sitting)
    _ended(here, sitting, len(rest))


def _left(items: Sequence[Item], sitting: Sitting) -> tuple[Item, ...]:
    done = sitting.skipped | {_name(item) for item, _said in sitting.given}
    return tuple(item for item in items if _name(item) not in done)


def _name(item: Item) -> tuple[str, str, str]:
    return item.case, item.left, item.right


def _judged(here: Session, bench: Bench, sitting: Sitting, item: Item, more: int) -> str:
    """Show a pair until there is a verdict, or something else to do; gives the key."""
    whole = sitting.reveal and _revealed(bench, sitting, item)
    _shown(here, bench, sitting, item, whole=whole, more=more)
    while True:
        key = _key()
        if key in _VERDICTS:
            said = _VERDICTS[key]
            if not sitting.blind and _contradicts(item, said) and not _sure(here, item, key):
                continue
            bench.decide(item, said)
            sitting.given.append((item, said))
            here.say(_("Noted: {judgement}.", judgement=word(JUDGEMENTS, str(said))))
            return key
        if key in (SKIP, QUIT):
            return key
        if key == UNDO and sitting.given:
            return key
        if key == UNDO:
            here.say(_("There is nothing to take back in this session."))
        elif key == REVEAL:
            try:
                whole = _revealed(bench, sitting, item)
            except (WrongUse, Refused) as error:
                here.say(error.shown(), "yellow")
                continue
            _shown(here, bench, sitting, item, whole=whole, more=more)
        elif key == EVIDENCE and not sitting.blind:
            _evidence(here, bench, item)
        else:
            here.say(_(_KEYS if sitting.blind else _KEYS_SEEING))


def _revealed(bench: Bench, sitting: Sitting, item: Item) -> bool:
    """Reveal a pair once: every pair that was shown whole is an entry of its own."""
    if _name(item) not in sitting.shown:
        bench.reveal(item, sitting.reason)
        sitting.shown.add(_name(item))
    return True


def _contradicts(item: Item, said: Judgement) -> bool:
    return (said is Judgement.SAME and item.p < _AGAINST) or (
        said is Judgement.DIFFERENT and item.p > 1.0 - _AGAINST
    )


def _sure(here: Session, item: Item, key: str) -> bool:
    here.say(
        _("The evidence speaks against that (p {p}). The same key again to keep it.", p=figure(item.p)),
        "yellow",
    )
    return _key() == key


def _undone(here: Session, bench: Bench, sitting: Sitting) -> Item | None:
    item, said = sitting.given.pop()
    bench.undo(item)
    here.say(_("Taken back: {judgement}.", judgement=word(JUDGEMENTS, str(said))))
    return item


def _shown(here: Session, bench: Bench, sitting: Sitting, item: Item, *, whole: bool, more: int) -> None:
    made = Table(box=box.SIMPLE_HEAD, title_justify="left", title_style="bold", pad_edge=False)
    if item.case:
        made.title = escape(item.case)
    made.add_column("")
    made.add_column(escape(item.left), overflow="fold", ratio=1)
    made.add_column("", no_wrap=True)
    made.add_column(escape(item.right), overflow="fold", ratio=1)
    for line in bench.lines(item, whole=whole):
        style = _STYLES[line.mark]
        made.add_row(
            escape(line.what), _cell(line, line.left, line.right, style), f"[{style or 'dim'}]{line.mark}[/]",
            _cell(line, line.right, line.left, style),
        )  # fmt: skip
    here.out.print()
    here.out.print(made)
    if not sitting.blind:
        stands = _("they stand as one person") if item.joined else _("they stand as two persons")
        here.say(
            _(
                "p {p} ({bits} bits); {stands}; a verdict against it changes {change}.",
                p=figure(item.p),
                bits=f"{item.bits:+.1f}",
                stands=stands,
                change=f"{item.change:.1f}",
            )
        )
    here.say(_("{count} more. {keys}", count=more, keys=_(_KEYS if sitting.blind else _KEYS_SEEING)), "dim")


def _cell(line: Line, ours: tuple[str, ...], theirs: tuple[str, ...], style: str) -> str:
    """Give a cell in which what the other side does not have stands out."""
    if line.mark in (Mark.SAME, Mark.NOTHING) or not style:
        return escape("\n".join(ours))
    return "\n".join(escape(text) if text in theirs else f"[{style}]{escape(text)}[/]" for text in ours)


def _evidence(here: Session, bench: Bench, item: Item) -> None:

    print_explained(here, bench.explained(item))


def _key() -> str:
    """Read one key; a line where nobody types, and its end is quit."""
    if sys.stdin.isatty():
        try:
            return click.getchar().lower()
        except (KeyboardInterrupt, EOFError):
            return QUIT
    line = sys.stdin.readline()
    return line.strip().lower()[:1] if line else QUIT


def _ended(here: Session, sitting: Sitting, left: int) -> None:
    counts = {said: sum(one is said for _item, one in sitting.given) for said in Judgement}
    here.say(
        _(
            "{same} same, {different} different, {unsure} unsure, {skipped} skipped; {left} left. "
            "All is kept: run it again to go on.",
            same=counts[Judgement.SAME],
            different=counts[Judgement.DIFFERENT],
            unsure=counts[Judgement.UNSURE],
            skipped=len(sitting.skipped),
            left=left,
        )
    )
