"""Tables, stories and JSON: what results look like."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Iterable, Sequence
from contextvars import ContextVar
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tracer.desk import shapes
from tracer.desk.wording import (
    ADVICE,
    BARS,
    LINES,
    STATES,
    USERS,
    reason,
    word,
)
from tracer.desk.wording_matches import alarm
from tracer.desk.wording_plan import THEN, WHY
from tracer.words import _

if TYPE_CHECKING:
    from graph.mistrace import Alarm
    from graph.model import Ranked
    from tracer.desk.choosing import Advised
    from tracer.desk.contacts import Contacts
    from tracer.desk.life import CaseLine

# Times are shown in the zone of the home's configuration, in which they are also read.
ZONE: ContextVar[dt.tzinfo | None] = ContextVar("zone", default=None)

_WIDE = 100  # columns a terminal needs to have for dates and names beside the rest
_COLOURS = {"send": "green", "review": "yellow", "skip": "dim"}


def as_json(value: object) -> None:
    """Print one JSON document on stdout and nothing else."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=shapes.plain) + "\n")


def table(
    console: Console,
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    title: str | None = None,
    *,
    whole: Sequence[str] = (),
) -> None:
    """Print rows under headings. Columns without anything are left out, those in ``whole`` never broken."""
    cells = [tuple(row) for row in rows]
    kept = [place for place in range(len(columns)) if any(row[place] for row in cells)]
    made = Table(
        title=title, title_justify="left", title_style="bold", header_style="bold", box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0), pad_edge=False, show_edge=False,
    )  # fmt: skip
    for place in kept:
        made.add_column(columns[place], overflow="fold", no_wrap=columns[place] in whole)
    for row in cells:
        made.add_row(*(row[place] for place in kept))
    console.print(made)


def contacts(console: Console, found: Contacts, *, explain: bool) -> None:
    """Print a case's numbers in order, each with its probability, interval, advice, and reasons if asked."""
    if not found.numbers:
        console.print(_("No number is known for this case."))
    rows: list[tuple[str, ...]] = []
    wide = console.width >= _WIDE
    for place, one in enumerate(found.numbers, 1):
        ranked = one.ranked
        advice = word(ADVICE, str(ranked.advice))
        colour = "red" if ranked.barred else _COLOURS.get(str(ranked.advice), "white")
        said = _("do not use: {why}", why=word(BARS, ranked.barred.code)) if ranked.barred else advice
        rows.append(
            (
                str(place),
                one.token,
                escape(one.number or one.phone.shown),
                word(LINES, str(one.phone.line_type)),
                word(USERS, str(ranked.stated_user)),
                f"{_bar(ranked.p)} {ranked.p:5.1%}" if wide else f"{ranked.p:5.1%}",
                f"{ranked.low:.0%}–{ranked.high:.0%}",
                f"[{colour}]{escape(said)}[/]",
            )
        )
    headings: tuple[str, ...] = (
        "#",
        _("token"),
        _("number"),
        _("line"),
        _("said to be of"),
        _("in use by him"),
        _("interval"),
        _("advice"),
    )
    if not wide:
        headings, rows = headings[:3] + headings[4:], [row[:3] + row[4:] for row in rows]
    table(
        console,
        headings,
        rows,
        _("Case {case} on {day}", case=escape(found.case), day=found.as_of.isoformat()),
        whole=(_("token"), _("number"), _("interval")),
    )
    if found.first:
        console.print(
            _(
                "Call {token} first: chance put it there ({chance}), so that something is learned. It is one "
                "of those that are worth a call.",
                token=found.first,
                chance=f"{found.first_chance:.0%}",
            )
        )
    console.print(_("Probability that none of them is in his use: {p}", p=f"{found.nobody:.1%}"))
    if found.third_parties_touched:
        console.print(
            _("People called for this case who owe nothing: {count}", count=found.third_parties_touched)
        )
    mistraces(console, found.alarms)
    for conflict in found.conflicts:
        console.print(
            _(
                "Records {left} and {right} contradict each other ({code}): decide with tracer judge",
                left=escape(conflict.left),
                right=escape(conflict.right),
                code=conflict.code,
            )
        )
    if found.untraced:
        console.print(
            _("Nothing was looked up for this case yet: tracer trace CASE --purpose contact_repair")
        )
    if found.next is not None:
        _next(console, found.next)
    if explain:
        for one in found.numbers:
            console.print()
            why(console, one.ranked, escape(one.number or one.phone.shown))
            console.print(
                _("A call is worth {worth}.", worth=money(round(one.ranked.worth), found.currency) or "0.00")
            )


def mistraces(console: Console, alarms: Sequence[Alarm]) -> None:
    """Print that the debtor may be somebody else than he is taken for."""
    for one in alarms:
        console.print(f"[bold red]{escape(alarm(one))}[/]")


def _next(console: Console, advised: Advised) -> None:
    """Print what is worth asking next, or why nothing is."""
    if not advised.steps:
        why, then = word(WHY, advised.why), word(THEN, advised.then)
        console.print(_("Worth asking next: nothing ({why}). What to do: {then}", why=why, then=then))
        return
    first = advised.steps[0]
    console.print(
        _(
            "Worth asking next: {source} about {token} for {price}; expected gain: {gain} right-party "
            "contacts",
            source=escape(first.source),
            token=first.token,
            gain=f"{first.gain:.3f}",
            price=price(first.price) or "0.00",
        )
    )


def _bar(p: float) -> str:
    full = round(p * 10)
    return "█" * full + "░" * (10 - full)


def why(console: Console, ranked: Ranked, shown: str) -> None:
    """Print one number's reasons: each bit, and that they add up."""
    rows = []
    total = 0.0
    for one in ranked.reasons:
        total += one.bits
        rows.append(
            (
                f"{one.bits:+.2f}",
                f"{total:+.2f}",
                one.as_of.isoformat() if one.as_of else "",
                str(one.entry) if one.entry else "",
                escape(reason(one)),
            )
        )
    headings = (_("bits"), _("sum"), _("date"), _("log entry"), _("reason"))
    table(console, headings, rows, f"{shown}  {ranked.p:.1%}")


def cases(console: Console, lines: Iterable[CaseLine]) -> None:
    """Print the case list; what a narrow terminal has no room for is left to ``--json``."""
    rows: list[tuple[str, ...]] = [
        (
            escape(line.client),
            escape(line.case),
            word(STATES, line.state),
            word(STATES, str(line.reach)),
            escape(line.assigned_to or ""),
            line.placed_on.isoformat() if line.placed_on else "",
            line.return_by.isoformat() if line.return_by else "",
            money(line.amount_due, line.currency),
            str(line.looked_up),
            str(line.attempts),
        )
        for line in lines
    ]
    headings: tuple[str, ...] = (
        _("client"), _("case"), _("state"), _("reach"), _("assigned to"), _("placed on"), _("return by"),
        _("due"), _("look-ups"), _("calls"),
    )  # fmt: skip
    if console.width < _WIDE:
        headings, rows = headings[:4] + headings[6:], [row[:4] + row[6:] for row in rows]
    table(console, headings, rows, whole=(_("case"), _("due")))


def money(minor: int | None, currency: str) -> str:
    """Give an amount of minor units as people write it."""
    return "" if minor is None else f"{minor / 100:,.2f} {currency}".strip()


def moment(at: dt.datetime, *, seconds: bool = False) -> str:
    """Give a time in the zone of the configuration; in that of the machine where no home is open."""
    return at.astimezone(ZONE.get()).strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")


def price(minor: int) -> str:
    """Give a price of minor units; nothing where there is none."""
    return f"{minor / 100:,.2f}" if minor else ""
