"""Look-ups and what came of them: the numbers in order, the persons behind them, the picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from tracer.cli import sealed, show
from tracer.cli.pairs import explained_json, print_explained
from tracer.cli.session import BROKEN, DONE, INTERRUPTED, REFUSED, WITH_PROBLEMS, Session, leave, session
from tracer.desk import shapes
from tracer.desk.explaining import draw
from tracer.desk.plain import rank_file
from tracer.desk.reasons import coded
from tracer.desk.trace import TraceReport
from tracer.desk.wording import OUTCOMES, word
from tracer.desk.wording_plan import THEN, WHY
from tracer.errors import WrongUse
from tracer.words import N_, _

PANEL = N_("Numbers")
# Cases that are shown one by one; of more, how many ended in what way.
FEW = 20


class PlanKind(StrEnum):
    """In which order look-ups are made."""

    CONFIG = "config"
    VALUE = "value"


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    panel = _(PANEL)
    app.command(
        "trace",
        help=_(
            "Make the look-ups of cases (查找与修复): each decided by policy and on disk in the log "
            "before it is made."
        ),
        rich_help_panel=panel,
    )(trace)
    app.command(
        "contacts",
        help=_("The debtor's numbers, ranked by how likely he uses them today (是否本人在用), and why."),
        rich_help_panel=panel,
    )(contacts)
    app.command(
        "graph", help=_("Draw a case's people, numbers, addresses and employers."), rich_help_panel=panel
    )(graph)
    app.command(
        "rank", help=_("The in-use model on a plain file of evidence, without a home."), rich_help_panel=panel
    )(rank)


def trace(
    context: typer.Context,
    purpose: Annotated[
        str, typer.Option(help=_("For what; it must be allowed here, by the agreement and by each source."))
    ],
    refs: Annotated[
        list[str] | None, typer.Argument(metavar="CASE", help=_("The cases, by number or client/number."))
    ] = None,
    client: Annotated[str | None, typer.Option(help=_("All open cases of this client."))] = None,
    all_: Annotated[bool, typer.Option("--all", help=_("All open cases."))] = False,
    max_cost: Annotated[
        int | None,
        typer.Option(min=0, help=_("The most that may be spent, in minor units of money (分, cents).")),
    ] = None,
    plan: Annotated[
        PlanKind,
        typer.Option(
            help=_(
                "The order of look-ups: that of the configuration, or what is worth most for its price, "
                "until nothing is."
            )
        ),
    ] = PlanKind.CONFIG,
    sources: Annotated[
        str | None, typer.Option(help=_("Only these sources, with commas between them."))
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help=_("Ask even what was answered not long ago."))
    ] = False,
) -> None:
    here = session(context)
    if sum((bool(refs), client is not None, all_)) != 1:
        raise WrongUse(
            N_("It is not clear which cases are meant"),
            N_("Name cases, or one of --client and --all: tracer trace CASE --purpose contact_repair"),
        )
    only = tuple(name.strip() for name in (sources or "").split(",") if name.strip()) or None
    with here.desk() as desk:
        cases = tuple(desk.case(ref) for ref in refs) if refs else desk.open_cases(client=client)
        with here.progress(_("Looking up")) as told:
            report = desk.trace(
                cases,
                purpose,
                only=only,
                max_cost=max_cost,
                by_value=plan is PlanKind.VALUE,
                again=again,
                progress=told,
            )
    if here.json:
        show.as_json(trace_json(report))
    else:
        traced(here, report)
    leave(_code(report))


def traced(here: Session, report: TraceReport) -> None:
    """Say what a trace did."""
    if not report.cases:
        here.say(_("No case is open."))
        return
    asked = sum(len(case.lookups) for case in report.cases)
    here.say(
        _(
            "Cases: {cases}. Look-ups: {asked}. Not repeated, because the answer is still fresh: {skipped}",
            cases=len(report.cases),
            asked=asked,
            skipped=sum(case.skipped for case in report.cases),
        ),
        "bold",
    )
    by_source: dict[tuple[str, str], list[int]] = {}
    for case in report.cases:
        for one in case.lookups:
            count = by_source.setdefault((one.source, str(one.outcome)), [0, 0])
            count[0] += 1
            count[1] += one.price or 0
    rows = [
        (escape(source), word(OUTCOMES, outcome), str(count), show.price(spent))
        for (source, outcome), (count, spent) in sorted(by_source.items())
    ]
    show.table(here.out, (_("source"), _("outcome"), _("look-ups"), _("price")), rows)
    here.say(_("Spent: {price}", price=show.price(report.spent) or "0.00"))
    if report.unknown_price:
        here.say(
            _(
                "{count} look-ups may have been billed; nobody knows: they ended without an answer",
                count=report.unknown_price,
            ),
            "yellow",
        )
    _stopped(here, report)
    _refused(here, report.refusals)
    for name, why in report.broken.items():
        here.say(
            _("Source {name} is broken and was stopped ({why}): tracer sources check", name=name, why=why),
            "red",
        )
    if report.interrupted:
        here.say(
            _("Stopped. What was asked is kept and logged; run the same command again to go on."), "bold"
        )
    elif set(report.outcomes) - {"refused"}:
        here.say(_("Next: tracer contacts CASE"))


def _stopped(here: Session, report: TraceReport) -> None:
    """Say why asking ended and what to do then, case by case where they are few."""
    stopped = [case for case in report.cases if case.stopped]
    if not stopped:
        return
    headings = (_("case"), _("why asking ended"), _("what to do then"))
    if len(stopped) <= FEW:
        rows = [
            (escape(case.case), word(WHY, case.stopped), word(THEN, case.then) if case.then else "")
            for case in stopped
        ]
        show.table(here.out, headings, rows)
        return
    counts = Counter((case.stopped, case.then) for case in stopped)
    many = [
        (str(count), word(WHY, why), word(THEN, then) if then else "")
        for (why, then), count in sorted(counts.items())
    ]
    show.table(here.out, (_("cases"), *headings[1:]), many)


def _refused(here: Session, refusals: Sequence[str]) -> None:
    """Say each rule that said no once, with what would make it a yes, however many sources it stopped."""
    pairs: dict[tuple[str, str], None] = {}
    for refusal in refusals:
        lines = refusal.splitlines()
        pairs.update(dict.fromkeys(zip(lines[::2], lines[1::2], strict=False)))
    if pairs:
        here.say(_("Refused by policy:"), "yellow")
    for sentence, remedy in list(pairs)[:10]:
        here.say(f"  {sentence}\n    → {remedy}")
    if len(pairs) > 10:
        here.say(_("… and {count} more reasons: tracer log list --event refused", count=len(pairs) - 10))


def _code(report: TraceReport) -> int:
    if report.interrupted:
        return INTERRUPTED
    if report.broken:
        return BROKEN
    outcomes = set(report.outcomes)
    if outcomes and outcomes <= {"refused"}:
        return REFUSED
    settled = {"answered", "no_record", "not_served", "precondition_failed"}
    return WITH_PROBLEMS if outcomes - settled else DONE


def contacts(
    context: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE", help=_("The case, by number or client/number."))],
    explain: Annotated[
        bool, typer.Option("--explain", help=_("Show the reasons of each number, in bits that add up."))
    ] = False,
    reveal: Annotated[
        bool,
        typer.Option("--reveal", help=_("Show the whole numbers: an entry in the log, with your reason.")),
    ] = False,
    reason: Annotated[
        str, typer.Option(help=_("Why you need to see them, in one coded word: call, letter, check …"))
    ] = "",
) -> None:
    here = session(context)
    if reason:
        coded(reason, "--reason")
    if reason and not reveal:
        raise WrongUse(N_("--reason is for --reveal"), N_("Give both, or neither. Nothing was revealed."))
    with here.desk() as desk:
        state = desk.case(case).state
        found = desk.contacts(case, reveal=reveal, reason=reason, planned=True)
        sealed_ones = desk.sealed.callable(desk.case(case))
        may = desk.may_contact_now(case, found) if here.json else None
    if here.json:
        show.as_json({**shapes.contacts(found, may), "sealed": shapes.sealed(sealed_ones)})
        return
    if state == "closed":
        here.say(
            _("This case is closed: nobody is to be called for it. tracer reopen takes that back."), "yellow"
        )
    show.contacts(here.out, found, explain=explain)
    for line in sealed.lines(sealed_ones):
        here.say(line)


def graph(
    context: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE", help=_("The case, by number or client/number."))],
    out: Annotated[Path, typer.Option(help=_("The file to write: .svg, .html, .graphml or .gexf."))],
    explain: Annotated[
        tuple[str, str] | None,
        typer.Option(
            metavar="LEFT RIGHT",
            help=_("Draw instead why two of its records are one person or are not (.svg)."),
        ),
    ] = None,
) -> None:
    here = session(context)
    with here.desk() as desk:
        if explain is not None:
            told = desk.explained(case, *explain)
            draw(told, out)
            if here.json:
                show.as_json(explained_json(told))
            print_explained(here, told)
            return
        count = desk.picture(case, out)
        alarms = desk.mistraces(case)
    if here.json:
        show.as_json({"file": str(out), "nodes": count, "mistrace": shapes.mistraces(alarms)})
    else:
        show.mistraces(here.out, alarms)
    here.say(
        _(
            "{count} people, numbers, addresses and employers are drawn in {file}. Numbers are "
            "masked, people are roles.",
            count=count,
            file=out,
        )
    )


def rank(
    context: typer.Context,
    evidence: Annotated[
        Path,
        typer.Argument(metavar="EVIDENCE", help=_("Evidence, one JSON object a case and line; .gz too.")),
    ],
    out: Annotated[Path, typer.Option(help=_("Where to write one line a number: case_id, number, p."))],
    model: Annotated[
        Path | None, typer.Option(help=_("A fitted model; else the one that comes with the program."))
    ] = None,
) -> None:
    here = session(context)
    with here.progress(_("Ranking")):
        report = rank_file(evidence, out, model)
    if here.json:
        show.as_json(
            {
                "cases": report.cases,
                "numbers": report.numbers,
                "skipped": report.skipped,
                "problems": [
                    {"line": one.line, "code": one.code, "problem": one.sentence, "remedy": one.remedy}
                    for one in report.problems
                ],
            }
        )
    here.say(
        _(
            "{cases} cases with {numbers} numbers are in {file}.",
            cases=report.cases,
            numbers=report.numbers,
            file=out,
        )
    )
    if report.skipped:
        here.say(
            _("{count} items of evidence meant nothing to the model and were left out.", count=report.skipped)
        )
    if report.problems:
        rows = [(str(one.line), escape(one.sentence), escape(one.remedy)) for one in report.problems[:20]]
        show.table(
            here.out,
            (_("row"), _("what was wrong"), _("what to do")),
            rows,
            _("Problems: {count}", count=len(report.problems)),
        )
    leave(WITH_PROBLEMS if report.problems else DONE)


def trace_json(report: TraceReport) -> dict[str, object]:
    """The document of ``tracer trace --json``."""
    return {
        "cases": [
            {
                "case": case.case,
                "client": case.client,
                "lookups": [
                    {
                        "source": one.source,
                        "outcome": str(one.outcome),
                        "entry": one.entry or None,
                        "price": one.price,
                        "refusal": one.refusal or None,
                    }
                    for one in case.lookups
                ],
                "skipped": case.skipped,
                "linked": case.linked,
                "stopped": case.stopped or None,
                "then": case.then or None,
            }
            for case in report.cases
        ],
        "outcomes": dict(report.outcomes),
        "spent": report.spent,
        "unknown_price": report.unknown_price,
        "refusals": report.refusals,
        "broken": dict(report.broken),
        "interrupted": report.interrupted,
    }
