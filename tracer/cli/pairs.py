"""Records, pairs of them and the evidence on those, as JSON and in the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

from graph.model import Record
from graph.weights import THRESHOLD
from tracer.cli import show
from tracer.cli.session import Session
from tracer.desk.explaining import Explained, bars
from tracer.desk.wording import JUDGEMENTS, ROLES, word
from tracer.desk.wording import reason as sentence
from tracer.desk.wording_link import came, figure, turning
from tracer.words import _

if TYPE_CHECKING:
    from tracer.desk.judging import Pair


def explained_json(found: Explained) -> dict[str, object]:
    """The evidence on two records as JSON: bits that add up, and what would be otherwise."""
    return {
        "left": found.left,
        "right": found.right,
        "p": found.p,
        "bits": found.bits,
        "threshold_bits": found.threshold,
        "one_person": found.one_person,
        "reasons": [{"code": one.code, "bits": one.bits, "detail": one.detail} for one in found.reasons],
        "otherwise": [
            {
                "what": one.what,
                "how": one.how,
                "bits": one.bits,
                "p": one.p,
                "turns": one.turns,
                "detail": came(one),
            }
            for one in found.otherwise
        ],
    }


def print_explained(here: Session, found: Explained) -> None:
    """Print the waterfall, and what would be otherwise."""
    cells = [(bits, bar, escape(text)) for bits, bar, text in bars(found)]
    decision = (
        _("Scores make them one person (from {bits} bits).", bits=f"{found.threshold:+.1f}")
        if found.one_person
        else _("Scores leave them two persons (one from {bits} bits).", bits=f"{found.threshold:+.1f}")
    )
    title = f"{escape(found.left)} · {escape(found.right)}  p = {figure(found.p)}"
    show.table(
        here.out, (_("bits"), _("against │ for"), _("evidence")), cells, title, whole=(_("against │ for"),)
    )
    here.say(decision)
    here.say(turning(found.otherwise))
    for one in found.otherwise:
        here.say(f"  {'⇄' if one.turns else '·'} {came(one)}")


def print_records(console: Console, found: Iterable[Record]) -> None:
    """Print the records of a case: who says what of whom, without names."""
    rows = [
        (
            escape(record.ref),
            word(ROLES, str(record.role)),
            record.seen_on.isoformat() if record.seen_on else "",
            " ".join(phone.shown for phone in record.phones),
            ", ".join(_held(record)),
        )
        for record in found
    ]
    show.table(console, (_("record"), _("role"), _("date"), _("numbers"), _("also has")), rows)


def _held(record: Record) -> list[str]:
    """What kinds of thing a record holds beside numbers."""
    kinds = (
        (record.names, _("a name")),
        (record.ids, _("an id")),
        (record.born, _("a date of birth")),
        (record.addresses, _("an address")),
        (record.employers, _("an employer")),
    )
    return [said for held, said in kinds if held]


def record_json(record: Record) -> dict[str, object]:
    """A record as JSON, without the person."""
    return {
        "record": record.ref,
        "role": str(record.role),
        "seen_on": record.seen_on,
        "numbers": [phone.shown for phone in record.phones],
        "has": [
            kind
            for kind, held in (
                ("name", record.names),
                ("id", record.ids),
                ("born", record.born),
                ("address", record.addresses),
                ("employer", record.employers),
            )
            if held
        ],
    }


def print_pairs(console: Console, found: Sequence[Pair]) -> None:
    """Print the pairs of records that may be one person, with the evidence and what was decided."""
    if not found:
        console.print(_("No two records of this case have anything in common."))
        return
    rows = [
        (
            escape(one.left),
            escape(one.right),
            f"{one.match.bits:+.1f}",
            word(JUDGEMENTS, str(one.verdict.judgement)) if one.verdict else "",
            escape("; ".join(f"{sentence(each)} {each.bits:+.1f}" for each in one.match.reasons)),
        )
        for one in found
    ]
    headings = (_("record"), _("record"), _("bits"), _("verdict"), _("reasons"))
    show.table(
        console, headings, rows, _("One person? Above {bits} bits they count as one", bits=f"{THRESHOLD:.0f}")
    )


def pair_json(one: Pair) -> dict[str, object]:
    """A pair of records as JSON."""
    return {
        "left": one.left,
        "right": one.right,
        "bits": one.match.bits,
        "reasons": [
            {"code": each.code, "bits": each.bits, "detail": sentence(each)} for each in one.match.reasons
        ],
        "verdict": str(one.verdict.judgement) if one.verdict else None,
        "by": one.verdict.by if one.verdict else None,
    }
