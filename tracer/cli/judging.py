"""Whether two records are one person: the pairs worth a verdict, a session at the terminal, how far people
agree; on the records of cases and on plain tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from graph.agreement import Agreement
from graph.model import Judgement
from tracer.cli import show
from tracer.cli.pairs import (
    explained_json,
    pair_json,
    print_explained,
    print_pairs,
    print_records,
    record_json,
)
from tracer.cli.session import Session, session
from tracer.cli.sitting import Sitting, queue, sit
from tracer.clock import now
from tracer.desk import Desk
from tracer.desk.clerk import Bench, Item
from tracer.desk.clerk_tables import TableBench
from tracer.desk.explaining import Explained, draw
from tracer.desk.link import Columns, read_columns
from tracer.desk.reasons import coded
from tracer.desk.wording import JUDGEMENTS, word
from tracer.desk.wording_link import figure
from tracer.errors import WrongUse
from tracer.words import N_, _

PANEL = N_("Numbers")
LIST, AGREEMENT, UNDO = "list", "agreement", "undo"
SHOWN = 50


def register(app: typer.Typer) -> None:
    """Add the command of this room."""
    app.command(
        "judge",
        help=_(
            "Decide whether two records are one person. Without words a session, the worthiest pairs first; "
            "with a case its pairs; list, agreement and undo say, compare and take back."
        ),
        rich_help_panel=_(PANEL),
    )(judge)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the words of the command mean."""

    what: str
    case: str = field(default="", repr=False)
    left: str = field(default="", repr=False)
    right: str = field(default="", repr=False)
    verdict: Judgement | None = None


def judge(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[list|agreement|undo] [CASE] [LEFT RIGHT] [same|different|unsure]",
            help=_("A case, two records of it (or two rows), and the verdict."),
            show_default=False,
        ),
    ] = None,
    reason: Annotated[
        str, typer.Option(help=_("Why you think so, kept sealed; with --reveal one coded word."))
    ] = "",
    case: Annotated[str | None, typer.Option(help=_("A session on one case only."))] = None,
    client: Annotated[str | None, typer.Option(help=_("A session on one client's cases only."))] = None,
    table: Annotated[
        list[Path] | None, typer.Option(help=_("A plain table instead of cases; twice for two to link."))
    ] = None,
    columns: Annotated[
        Path | None, typer.Option(help=_("What each column of the table holds (TOML), as for tracer link."))
    ] = None,
    labels: Annotated[
        Path | None, typer.Option(help=_("The file of verdicts to go on with, or to begin (CSV)."))
    ] = None,
    threshold: Annotated[
        float, typer.Option(min=0.001, max=0.999, help=_("From which probability two rows are one person."))
    ] = 0.5,
    encoding: Annotated[
        str | None, typer.Option(help=_("The encoding of a text file; else it is recognised."))
    ] = None,
    blind: Annotated[
        bool, typer.Option("--blind", help=_("Show no score, so that it cannot lead you."))
    ] = False,
    second: Annotated[
        bool, typer.Option("--second", help=_("A blind second opinion on a sample of what others judged."))
    ] = False,
    share: Annotated[float, typer.Option(min=0.0, max=1.0, help=_("How much of it, with --second."))] = 0.1,
    reveal: Annotated[
        bool,
        typer.Option("--reveal", help=_("Show values whole; of a case that is an entry in the log.")),
    ] = False,
    picture: Annotated[
        Path | None, typer.Option(help=_("Draw the evidence on two records as a waterfall in this SVG file."))
    ] = None,
) -> None:
    here = session(context)
    asked = _asked(words or [], plain=bool(table), case=case)
    if picture is not None and asked.what != "explain":
        raise WrongUse(N_("--picture draws an explanation"), N_("Name two records, and no verdict."))
    sitting = Sitting(blind=blind or second, reveal=reveal, reason=reason)
    if table:
        bench = TableBench(
            tables=table, columns=_columns(columns, labels), path=labels or Path(), actor=here.actor,
            clock=now, threshold=threshold, encoding=encoding, second=second, share=share,
        )  # fmt: skip
        _at_table(here, bench, asked, sitting, picture)
        return
    if reveal:
        coded(reason, "--reason")
    with here.desk() as desk:
        if asked.what == "pairs":
            _pairs(here, desk, asked.case)
        elif asked.what == "explain":
            _explained(here, desk.explained(asked.case, asked.left, asked.right), picture)
        elif asked.verdict is not None:
            made = desk.judge(
                asked.case or desk.case_having(asked.left, asked.right),
                asked.left, asked.right, asked.verdict, reason,
            )  # fmt: skip
            _noted(here, made.left, made.right, made.judgement, made.by)
        elif asked.what == UNDO:
            made = desk.undo_verdict(asked.case, asked.left, asked.right, reason)
            _taken_back(here, made.left, made.right, made.judgement)
        elif asked.what == AGREEMENT:
            _agreed(here, desk.agreement(case=asked.case, client=client))
        else:
            found = desk.bench(
                case=asked.case, client=client, reason="" if reveal else reason, blind=blind,
                second=second, share=share,
            )  # fmt: skip
            _queued(here, found, asked, sitting)


def _columns(columns: Path | None, labels: Path | None) -> Columns:
    if columns is None or labels is None:
        raise WrongUse(
            N_("A table is judged with its columns and a labels file"),
            N_("Give --columns C.toml and --labels L.csv; the labels file is made if it is not there."),
        )
    return read_columns(columns)


def _at_table(here: Session, bench: TableBench, asked: Asked, sitting: Sitting, picture: Path | None) -> None:
    item = Item(left=asked.left, right=asked.right, bits=0.0, p=0.5, joined=False, change=0.0, worth=0.0)
    if asked.what == "explain":
        with here.progress(_("Linking")) as told:
            bench.link(told)
        found = bench.explained(item)
        _explained(here, found, picture)
    elif asked.verdict is not None:
        bench.decide(item, asked.verdict)
        _noted(here, asked.left, asked.right, asked.verdict, here.actor)
    elif asked.what == UNDO:
        _taken_back(here, asked.left, asked.right, bench.undo(item))
    elif asked.what == AGREEMENT:
        _agreed(here, bench.labels.agreement())
    else:
        _queued(here, bench, asked, sitting)


def _queued(here: Session, bench: Bench, asked: Asked, sitting: Sitting) -> None:
    if asked.what != LIST:
        sit(here, bench, sitting)
        return
    items = queue(here, bench)
    if here.json:
        show.as_json({"pairs": [_item_json(one, blind=sitting.blind) for one in items]})
        return
    if not items:
        here.say(_("There is no pair on which a verdict is expected to change anything."))
        return
    rows = [
        (
            escape(one.case), escape(one.left), escape(one.right),
            "" if sitting.blind else figure(one.p),
            "" if sitting.blind else _("one") if one.joined else _("two"),
            "" if sitting.blind else f"{one.change:.1f}",
            "" if sitting.blind else f"{one.worth:.3f}",
        )
        for one in items[:SHOWN]
    ]  # fmt: skip
    headings = (
        _("case"), _("record"), _("record"), "p", _("persons now"), _("it would change"), _("expected"),
    )  # fmt: skip
    show.table(here.out, headings, rows, _("Worth a verdict: {count} pairs", count=len(items)))


def _item_json(one: Item, *, blind: bool) -> dict[str, object]:
    pair: dict[str, object] = {"case": one.case or None, "left": one.left, "right": one.right}
    if blind:
        return pair
    return pair | {
        "p": one.p, "bits": one.bits, "one_person": one.joined, "change": one.change, "worth": one.worth
    }  # fmt: skip


def _explained(here: Session, found: Explained, picture: Path | None) -> None:
    if picture is not None:
        draw(found, picture)
    if here.json:
        show.as_json(explained_json(found))
    else:
        print_explained(here, found)


def _noted(here: Session, left: str, right: str, said: Judgement, by: str) -> None:
    if here.json:
        show.as_json({"left": left, "right": right, "verdict": str(said), "by": by})
    here.say(_("Noted. What rests on it follows at once; a later verdict supersedes this one."))


def _taken_back(here: Session, left: str, right: str, stands: Judgement) -> None:
    if here.json:
        show.as_json({"left": left, "right": right, "verdict": str(stands)})
    here.say(_("Taken back. Now stands: {judgement}.", judgement=word(JUDGEMENTS, str(stands))))


def _agreed(here: Session, found: Agreement) -> None:
    if here.json:
        show.as_json(
            {
                "pairs": found.pairs,
                "reviewers": found.reviewers,
                "agreement": found.share,
                "kappa": found.kappa,
                "alpha": found.alpha,
                "unsure": found.unsure,
                "disagreements": [
                    {
                        "case": left.rpartition("\n")[0] or None,
                        "left": left.rpartition("\n")[2],
                        "right": right.rpartition("\n")[2],
                        "verdicts": [{"by": by, "verdict": str(said)} for by, said in of],
                    }
                    for left, right, of in found.disagreements
                ],
            }
        )
        return
    if not found.pairs:
        here.say(_("No pair was judged by two people. A second opinion: tracer judge --second"))
        return
    here.say(
        _(
            "Pairs that more than one of {reviewers} people judged: {pairs}; they agree on {share}.",
            pairs=found.pairs,
            reviewers=found.reviewers,
            share="—" if found.share is None else f"{found.share:.1%}",
        )
    )
    here.say(
        _(
            "Beyond chance: Cohen's kappa {kappa}, Krippendorff's alpha {alpha}.",
            kappa="—" if found.kappa is None else f"{found.kappa:.2f}",
            alpha="—" if found.alpha is None else f"{found.alpha:.2f}",
        )
    )
    rows = [
        (
            escape(left.rpartition("\n")[0]),
            escape(left.rpartition("\n")[2]),
            escape(right.rpartition("\n")[2]),
            escape("; ".join(f"{by}: {word(JUDGEMENTS, str(said))}" for by, said in of)),
        )
        for left, right, of in found.disagreements
    ]
    if rows:
        show.table(
            here.out, (_("case"), _("record"), _("record"), _("verdicts")), rows, _("They disagree on")
        )


def _asked(words: Sequence[str], *, plain: bool, case: str | None) -> Asked:
    """Read the words of the command. Raises WrongUse for what means nothing."""
    rest = list(words)
    what = rest.pop(0) if rest and rest[0] in {LIST, AGREEMENT, UNDO} else ""
    verdict = Judgement(rest.pop()) if not what and len(rest) >= 3 and rest[-1] in set(Judgement) else None
    whose = case or ""
    # One word, or three, begin with the case; a pair alone stands in the case of --case, or in a table.
    if not plain and not whose and len(rest) in (1, 3):
        whose = rest.pop(0)
    if len(rest) == 2 and what in ("", UNDO) and (whose or plain or verdict is not None):
        return Asked(
            what=what or ("" if verdict else "explain"),
            case=whose,
            left=rest[0],
            right=rest[1],
            verdict=verdict,
        )
    if not rest and what in (LIST, AGREEMENT):
        return Asked(what=what, case=whose)
    if not rest and not what:
        return Asked(what="pairs" if words else "sit", case=whose)
    raise WrongUse(
        N_("A verdict needs two records and same, different or unsure"),
        N_("For example: tracer judge CASE LEFT RIGHT same --reason …"),
    )


def _pairs(here: Session, desk: Desk, case: str) -> None:
    pairs, records = desk.pairs(case), desk.records(case)
    if here.json:
        show.as_json(
            {
                "case": case,
                "records": [record_json(one) for one in records],
                "pairs": [pair_json(one) for one in pairs],
            }
        )
        return
    print_records(here.out, records)
    print_pairs(here.out, pairs)
