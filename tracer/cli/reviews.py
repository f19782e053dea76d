"""``tracer log review``: a sample that nobody chose, patterns worth a look, and what a reviewer concludes."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape

from tracer.cli import show
from tracer.cli.session import Session, session
from tracer.desk.review import Conclusion, Review, Sampled, Seen
from tracer.desk.wording import OUTCOMES, ROLES, STATES, word
from tracer.desk.wording_review import CONCLUSIONS, DRAWN, STRENGTHS, said
from tracer.errors import WrongUse
from tracer.words import N_, _


def register(log: typer.Typer) -> None:
    """Add the command to those of the log."""
    log.command(
        "review", help=_("A sample for an auditor and patterns worth a look; conclude on them one by one.")
    )(review)


def review(
    context: typer.Context,
    assurance: Annotated[
        float, typer.Option(help=_("How sure, in percent, if nothing wrong is in the sample."))
    ] = 95.0,
    tolerable: Annotated[
        float, typer.Option(help=_("That fewer than so many percent of all look-ups are wrong."))
    ] = 5.0,
    since: Annotated[str | None, typer.Option(help=_("Only from this day on, YYYY-MM-DD."))] = None,
    until: Annotated[str | None, typer.Option(help=_("Only until this day, included."))] = None,
    at: Annotated[
        int | None,
        typer.Option(help=_("Draw an earlier sample again: the size of the log it was drawn at.")),
    ] = None,
    weak: Annotated[bool, typer.Option("--all", help=_("Weak patterns too."))] = False,
    cases: Annotated[
        bool, typer.Option("--cases", help=_("Name the cases by their client's number too."))
    ] = False,
    conclude: Annotated[
        str | None, typer.Option(metavar="ID", help=_("Conclude on an entry (number) or a pattern (flag_…)."))
    ] = None,
    conclusion: Annotated[
        str | None, typer.Option("--as", help=_("The conclusion: fine, follow-up or breach."))
    ] = None,
    reason: Annotated[str | None, typer.Option(help=_("Why, as one coded word."))] = None,
) -> None:
    here = session(context)
    if conclude is not None or conclusion is not None or reason is not None:
        _conclude(here, conclude, conclusion, reason)
        return
    with here.desk() as desk, here.progress(_("Reading the log")) as told:
        found = desk.log_review(
            assurance=assurance,
            tolerable=tolerable,
            since=desk.day(since),
            until=desk.day(until),
            size=at,
            numbers=cases,
            progress=told,
        )
    if here.json:
        show.as_json(_as_json(found))
        return
    _sample(here, found)
    _patterns(here, found, weak)


def _conclude(here: Session, what: str | None, conclusion: str | None, reason: str | None) -> None:
    if not (what and conclusion and reason):
        raise WrongUse(
            N_("A conclusion says of what, which, and why"),
            N_("For example: tracer log review --conclude 17 --as fine --reason debt_checked"),
        )
    with here.desk() as desk:
        entry = desk.log_conclude(what, conclusion, reason)
    if here.json:
        show.as_json({"entry": entry, "conclude": what, "as": conclusion, "reason": reason})
    here.say(_("Written as entry {entry}.", entry=entry))


def _sample(here: Session, found: Review) -> None:
    sample = found.sample
    here.say(
        _(
            "Sample of {count} of {population} look-ups: {chance} by chance, the others so that every person "
            "and source appears.",
            count=len(sample.drawn),
            population=sample.population,
            chance=sample.by_chance,
        )
    )
    rows = [
        (
            str(one.seq),
            show.moment(one.at),
            escape(one.actor),
            escape(_case(one)),
            escape(_debt(one)),
            escape(f"{one.source} ({word(ROLES, str(one.said.get('role', '')))})"),
            word(OUTCOMES, one.outcome),
            f"{one.reveals} / {one.calls}",
            escape(_standing(one.concluded, one.own) or word(DRAWN, one.why)),
        )
        for one in found.lookups
    ]
    headings = (
        "#",
        _("time"),
        _("who"),
        _("case"),
        _("debt placed"),
        _("source (whom)"),
        _("outcome"),
        _("reveals / calls after"),
        _("drawn, or concluded"),
    )
    show.table(here.out, headings, rows)
    here.say(
        _(
            "If none of the {chance} is wrong, then with {assurance} assurance fewer than {tolerable} of "
            "all are.",
            chance=sample.by_chance,
            assurance=f"{sample.assurance:g}%",
            tolerable=f"{sample.tolerable:g}%",
        )
    )
    here.say(
        _(
            "Drawn by the log's head of {size} entries, root {root}. The same again, by anybody: --at "
            "{size}. Samples drawn before this one: {before}.",
            size=sample.size,
            root=sample.root.hex(),
            before=found.drawn_before,
        )
    )
    here.say(_("Purpose, agreement and authorisation of each: --json, or tracer log show NUMBER."))
    here.say(_("Not known here: when each person was trained. Ask for it, and for the file of each debt."))


def _patterns(here: Session, found: Review, weak: bool) -> None:
    shown = [one for one in found.flags if weak or str(one.flag.strength) != "weak"]
    rows = []
    for one in shown:
        reason, innocent = said(one.flag)
        entries = ", ".join(str(seq) for seq in one.flag.entries[:6])
        rows.append(
            (
                one.flag.id,
                escape(one.flag.actor),
                word(STRENGTHS, str(one.flag.strength)),
                f"{entries} …" if one.flag.count > 6 else entries,
                escape(_standing(one.concluded, one.own, more=one.more)),
                escape(f"{reason}. {innocent}"),
            )
        )
    if rows:
        headings = (
            "",
            _("who"),
            _("strength"),
            _("entries"),
            _("concluded"),
            _("why, and what would explain it"),
        )
        show.table(here.out, headings, rows, _("Worth a look; nobody is accused of anything"))
    else:
        here.say(_("No pattern stands out."))
    hidden = len(found.flags) - len(shown)
    if hidden:
        here.say(_("Weak patterns not shown: {count}. They are with --all.", count=hidden))
    if not found.staff_known:
        here.say(
            _(
                "Surnames and addresses of staff were not compared: nobody is named in review.staff of the "
                "configuration."
            )
        )
    elif found.compared.unopened:
        here.say(
            _(
                "Staff compared with {opened} cases; {unopened} could not be opened any more (returned) or "
                "were too many.",
                opened=found.compared.opened,
                unopened=found.compared.unopened,
            )
        )
    here.say(_("Conclude with: tracer log review --conclude ID --as fine --reason WORD"))


def _case(one: Sampled) -> str:
    client = str(one.said.get("client", ""))
    # The whole pseudonym is in --json and in `tracer log show`.
    return f"{client}/{one.number}" if one.number else f"{client} {one.case[:12]}…"


def _debt(one: Sampled) -> str:
    if one.placed_on is None:
        return _("not known any more")
    day = f"{one.placed_on.isoformat()} ({word(STATES, one.state)})"
    return day if one.placed else _("{day}: after the look-up", day=day)


def _standing(concluded: Conclusion | None, own: bool, *, more: bool = False) -> str:
    if concluded is None:
        return _("your own: for somebody else") if own else ""
    stands = f"{word(CONCLUSIONS, concluded.conclusion)} ({concluded.by}, #{concluded.entry})"
    return _("{stands}; more since", stands=stands) if more else stands


def _concluded_json(one: Conclusion | None) -> dict[str, object] | None:
    if one is None:
        return None
    return {
        "conclusion": one.conclusion,
        "by": one.by,
        "at": one.at,
        "reason": one.reason,
        "entry": one.entry,
        "last": one.last,
    }


def _as_json(found: Review) -> dict[str, object]:
    sample = found.sample
    return {
        "sample": {
            "size": sample.size,
            "root": sample.root.hex(),
            "assurance": sample.assurance,
            "tolerable": sample.tolerable,
            "population": sample.population,
            "by_chance": sample.by_chance,
            "drawn_before": found.drawn_before,
            "entry": found.entry,
            "lookups": [_lookup_json(one) for one in found.lookups],
        },
        "flags": [_flag_json(one) for one in found.flags],
        "staff": {
            "compared": found.staff_known,
            "people": found.compared.people,
            "opened": found.compared.opened,
            "unopened": found.compared.unopened,
        },
    }


def _lookup_json(one: Sampled) -> dict[str, object]:
    return {
        "seq": one.seq,
        "why": one.why,
        "at": one.at,
        "actor": one.actor,
        "case": one.case,
        **({"number": one.number} if one.number else {}),
        "source": one.source,
        "purpose": one.purpose,
        "outcome": one.outcome or None,
        "agreement": one.agreement or None,
        **one.said,
        "state": one.state or None,
        "batch": one.batch,
        "placed_on": one.placed_on,
        "placed": one.placed,
        "assigned_to": one.assigned_to or None,
        "reveals": one.reveals,
        "calls": one.calls,
        "ending": one.ending or None,
        "own": one.own,
        "concluded": _concluded_json(one.concluded),
    }


def _flag_json(one: Seen) -> dict[str, object]:
    reason, innocent = said(one.flag)
    return {
        "id": one.flag.id,
        "pattern": one.flag.pattern,
        "actor": one.flag.actor,
        "strength": str(one.flag.strength),
        "entries": one.flag.entries,
        "count": one.flag.count,
        "last": one.flag.last,
        "reason": reason,
        "innocent": innocent,
        "params": dict(one.flag.params),
        "own": one.own,
        "concluded": _concluded_json(one.concluded),
        "more": one.more,
    }
