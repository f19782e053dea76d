"""``tracer sources score``: how each source's numbers turned out."""

from __future__ import annotations

import typer
from rich.markup import escape

from graph.score_card import Rate
from tracer.cli import show
from tracer.cli.session import session
from tracer.words import N_, _

_HELP = N_("How the numbers each source named turned out when they were called.")


def register(sources: typer.Typer) -> None:
    """Add the command to those of sources."""
    sources.command("score", help=_(_HELP))(sources_score)


def sources_score(context: typer.Context) -> None:
    here = session(context)
    with here.desk() as desk, here.progress(_("Looking back")) as told:
        card = desk.models.score(told)
    if here.json:
        show.as_json(
            {
                "called": card.called,
                "sources": [
                    {
                        "source": one.source,
                        "called": one.called,
                        "settled": one.settled,
                        "copies": one.copies,
                        "right_party": _rate_json(one.right),
                        "wrong_party": _rate_json(one.wrong),
                        "complaints": _rate_json(one.complaints),
                    }
                    for one in card.scores
                ],
            }
        )
        return
    if not card.scores:
        here.say(_("No number that a source had named before was called yet."))
        return
    rows = [
        (
            escape(one.source),
            str(one.called),
            str(one.settled),
            str(one.copies or ""),
            _rate(one.right),
            _rate(one.wrong),
            _rate(one.complaints),
        )
        for one in card.scores
    ]
    headings = (
        _("source"),
        _("called"),
        _("settled"),
        _("copied by others"),
        _("right party"),
        _("wrong party"),
        _("complaints"),
    )
    show.table(here.out, headings, rows, whole=(_("right party"), _("wrong party"), _("complaints")))
    here.say(
        _(
            "Rates are drawn to the mean of all sources, the more the fewer calls there are; in brackets "
            "what nine in ten lie between. Only numbers somebody called count, and of copies the first."
        )
    )


def _rate(rate: Rate) -> str:
    return f"{rate.rate:.0%} ({rate.low:.0%}–{rate.high:.0%})"


def _rate_json(rate: Rate) -> dict[str, object]:
    return {"hits": rate.hits, "of": rate.calls, "rate": rate.rate, "low": rate.low, "high": rate.high}
