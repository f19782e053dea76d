"""Two records and the evidence on them, as JSON and in the terminal."""

from __future__ import annotations

from rich.markup import escape

from tracer.cli import show
from tracer.cli.session import Session
from tracer.desk.explaining import Explained, bars
from tracer.desk.wording_link import came, figure, turning
from tracer.words import _


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
