"""Identity resolution on plain tables, without a home."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tracer.cli import show
from tracer.cli.pairs import explained_json, print_explained
from tracer.cli.session import DONE, Session, leave, session
from tracer.desk.explaining import draw, explain_rows
from tracer.desk.link import LinkedFiles, link_files, read_columns, write_clusters, write_pairs
from tracer.desk.link_steps import beside, forget
from tracer.errors import WrongUse
from tracer.words import N_, _

PANEL = N_("Numbers")
_SHARES = {"clean": (0, 30), "block": (30, 25), "compare": (55, 15), "learn": (70, 22), "cluster": (92, 8)}
"""Where each step begins and how much of the work it is, in hundredths: by the clock at a million rows."""


class Engine(StrEnum):
    """Where the work is done."""

    LOCAL = "local"


def register(app: typer.Typer) -> None:
    """Add the command of this room."""
    app.command(
        "link",
        help=_(
            "Who is who in one plain table, or across two (CSV, Parquet, JSON lines): learns its weights "
            "from the rows alone."
        ),
        rich_help_panel=_(PANEL),
    )(link)


def link(
    context: typer.Context,
    tables: Annotated[
        list[Path], typer.Argument(metavar="A [B]", help=_("One table to de-duplicate, or two to link."))
    ],
    columns: Annotated[
        Path, typer.Option(help=_("What each column holds (TOML): the id, and kinds under [columns]."))
    ],
    out_pairs: Annotated[
        Path | None, typer.Option(help=_("Where to write the matches: left,right,p,bits."))
    ] = None,
    out_clusters: Annotated[
        Path | None, typer.Option(help=_("Where to write each row's person: id,cluster."))
    ] = None,
    threshold: Annotated[
        float, typer.Option(min=0.001, max=0.999, help=_("From which probability two rows are one person."))
    ] = 0.5,
    engine: Annotated[Engine, typer.Option(help=_("Where the work is done."))] = Engine.LOCAL,
    labels: Annotated[
        Path | None,
        typer.Option(help=_("Pairs a person has judged: left,right,verdict (same, different, unsure).")),
    ] = None,
    explain: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="LEFT RIGHT", help=_("Show the evidence on two rows, in bits that add up.")),
    ] = None,
    picture: Annotated[
        Path | None, typer.Option(help=_("Draw the explanation as a waterfall in this SVG file."))
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help=_("The encoding of a text file; else it is recognised."))
    ] = None,
) -> None:
    here = session(context)
    _checked(tables, out_pairs, out_clusters, explain)
    if picture is not None and explain is None:
        raise WrongUse(N_("--picture draws an explanation"), N_("Give --explain LEFT RIGHT too."))
    with here.progress(_("Linking")) as told:
        found = link_files(
            tables,
            read_columns(columns),
            threshold=threshold,
            labels=labels,
            encoding=encoding,
            tell=lambda step, done, total: told(*_so_far(step, done, total)),
            keep=None if out_clusters is None else beside(out_clusters),
        )
        if out_pairs is not None:
            write_pairs(found, out_pairs)
        if out_clusters is not None:
            write_clusters(found, out_clusters)
            forget(beside(out_clusters))
    if explain is not None:
        explained = explain_rows(found, *explain)
        if picture is not None:
            draw(explained, picture)
        if here.json:
            show.as_json(explained_json(explained))
        else:
            print_explained(here, explained)
    elif here.json:
        show.as_json(_summary(found))
    else:
        _said(here, found)
    leave(DONE)


def _so_far(step: str, done: int, total: int) -> tuple[int, int]:
    """Give how much of the whole is done, in hundredths."""
    start, share = _SHARES[step]
    return start + share * done // max(total, 1), 100


def _checked(
    tables: list[Path], out_pairs: Path | None, out_clusters: Path | None, explain: tuple[str, str] | None
) -> None:
    if len(tables) > 2:
        raise WrongUse(
            N_("{count} tables were given."),
            N_("Give one to de-duplicate or two to link."),
            count=len(tables),
        )
    if explain is None and (out_pairs is None or out_clusters is None):
        raise WrongUse(
            N_("It is not said where to write the result."),
            N_("Give --out-pairs and --out-clusters, or --explain LEFT RIGHT."),
        )
    outs = [out.resolve() for out in (out_pairs, out_clusters) if out is not None]
    for table in tables:
        if table.resolve() in outs:
            raise WrongUse(
                N_("{path} is both read and written."), N_("Give the result another name."), path=table
            )


def _summary(found: LinkedFiles) -> dict[str, object]:
    done = found.linked.summary
    return {
        "rows": done.rows,
        "pairs_compared": done.pairs,
        "matches": done.matches,
        "clusters": done.clusters,
        "blocking_recall": round(done.found, 4),
        "blocking_keys": list(done.keys),
        "one_row_each": list(done.one_row_each),
        "refused": done.refused,
        "labels": found.labels,
    }


def _said(here: Session, found: LinkedFiles) -> None:
    done = found.linked.summary
    here.say(
        _(
            "{matches} matches among {rows} rows; {clusters} persons.",
            matches=done.matches,
            rows=done.rows,
            clusters=done.clusters,
        )
    )
    here.say(
        _(
            "{pairs} pairs were compared; about {share} of all matches are estimated to be among them.",
            pairs=done.pairs,
            share=f"{done.found:.1%}",
        )
    )
    if done.refused:
        here.say(
            _(
                "{count} pairs that look alike were kept apart, for what the rest of their groups say.",
                count=done.refused,
            )
        )
