"""``tracer model``: which in-use model ranks here, who put it in use, and whether it still holds."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.markup import escape

from graph.model_file import model_to_json
from tracer.cli import show
from tracer.cli.session import WITH_PROBLEMS, Session, leave, session
from tracer.desk.charts import calibration_rows
from tracer.desk.models import SHIPPED, ModelLine, own_trees
from tracer.desk.watching import Watched
from tracer.desk.wording import word
from tracer.desk.wording_model import ALARMS, ORIGINS
from tracer.words import N_, _

PANEL = N_("Numbers")
# Constants that differ from the shipped model are shown, those that differ most first, so many of them.
SHOWN = 12


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    group = typer.Typer(no_args_is_help=True)
    group.command("list", help=_("The models kept here, and which of them ranks."))(model_list)
    group.command("show", help=_("One model: how it did when it was learned, and what it changed."))(
        model_show
    )
    group.command("use", help=_("Let another model rank: its number, shipped, or a model file."))(model_use)
    group.command("back", help=_("Let the model rank again that ranked before."))(model_back)
    group.command("check", help=_("Hold what was predicted against what calls showed since."))(model_check)
    app.add_typer(
        group,
        name="model",
        help=_("The in-use model: which ranks, who put it in use, whether it still holds."),
        rich_help_panel=_(PANEL),
    )


def model_list(context: typer.Context) -> None:
    here = session(context)
    with here.desk() as desk:
        lines, now = desk.models.listed(), desk.models.current()
    if here.json:
        show.as_json({"models": [line_json(line, now) for line in lines]})
        return
    rows = [
        (
            SHIPPED if line.number == 0 else str(line.number),
            _("ranks") if line.number == now else "",
            word(ORIGINS, line.name),
            str(line.fitted_on or ""),
            _gain(line),
            escape(line.by),
            show.moment(line.at) if line.at else "",
            line.digest[:12],
        )
        for line in lines
    ]
    headings = (
        _("model"),
        _("state"),
        _("where from"),
        _("labels"),
        _("gain"),
        _("kept by"),
        _("time"),
        _("digest"),
    )
    show.table(here.out, headings, rows)


def model_show(
    context: typer.Context,
    which: Annotated[
        str, typer.Argument(metavar="MODEL", help=_("Its number, or shipped; else the one in use."))
    ] = "",
) -> None:
    here = session(context)
    with here.desk() as desk:
        now = desk.models.current()
        line, changes, model = desk.models.shown(which)
    if here.json:
        show.as_json({**line_json(line, now), "body": model_to_json(model)})
        return
    here.say(
        _(
            "Model {version} ({name}), learned from {fitted_on} labels, SHA-256 {digest}",
            version=SHIPPED if line.number == 0 else line.version,
            name=word(ORIGINS, line.name),
            fitted_on=line.fitted_on,
            digest=line.digest,
        ),
        "bold",
    )
    if line.report:
        here.say(
            _(
                "On cases kept back: log-loss {before} before, {after} after; better by {gain} ± {error}.",
                before=f"{line.report['log_loss_before']:.4f}",
                after=f"{line.report['log_loss_after']:.4f}",
                gain=f"{line.report['gain']:.4f}",
                error=f"{line.report['error']:.4f}",
            )
        )
    if line.used:
        here.say(_("It ranks since {at}, put in use by {by}.", at=show.moment(line.used), by=line.used_by))
    trees = own_trees(model)
    if trees:
        here.say(_("Trees grown on this home's calls, beside the shipped ones: {count}", count=trees))
    most = sorted(changes, key=lambda one: -abs(one.here - one.shipped))
    if most:
        rows = [(escape(one.place), f"{one.shipped:.4g}", f"{one.here:.4g}") for one in most[:SHOWN]]
        show.table(
            here.out,
            (_("constant"), _("shipped"), _("here")),
            rows,
            _("Constants that differ from the shipped model: {count}", count=len(most)),
        )


def model_use(
    context: typer.Context,
    which: Annotated[
        str,
        typer.Argument(metavar="MODEL", help=_("The number of one kept here, shipped, or a .json file.")),
    ],
) -> None:
    here = session(context)
    with here.desk() as desk:
        line = desk.models.use(which)
    _used(here, line)


def model_back(context: typer.Context) -> None:
    here = session(context)
    with here.desk() as desk:
        line = desk.models.back()
    _used(here, line)


def _used(here: Session, line: ModelLine) -> None:
    if here.json:
        show.as_json(line_json(line, line.number))
    here.say(
        _("Model {version} ranks from now on.", version=SHIPPED if line.number == 0 else line.version), "bold"
    )


def model_check(
    context: typer.Context,
    since: Annotated[
        str | None, typer.Option(help=_("Only predictions from this day on, YYYY-MM-DD."))
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help=_("Predictions of every model, not only of the one in use."))
    ] = False,
) -> None:
    here = session(context)
    with here.desk() as desk:
        found = desk.models.watch(every=every, since=desk.day(since))
    alarm = found.drift.alarm not in {"", "too_few"}
    if here.json:
        show.as_json(watched_json(found))
    else:
        calibrated(here, found)
    leave(WITH_PROBLEMS if alarm else 0)


def calibrated(here: Session, found: Watched) -> None:
    """Print what was predicted against what came true, and what to make of it."""
    drift = found.drift
    if drift.bins:
        bins = [(one.said, one.true, one.count) for one in drift.bins]
        bands = [(one.low, one.high) for one in drift.bins]
        line = _("│ predicted, ● came true")
        show.table(
            here.out,
            (_("predicted"), _("came true"), line, _("numbers")),
            calibration_rows(bins, bands),
            _("What was predicted, and what came true"),
            whole=(line, _("came true")),
        )
        here.say(
            _(
                "Calibration error {ece} (nine times in ten between {low} and {high}); by chance alone "
                "it would stay below {chance}.",
                ece=f"{drift.ece:.3f}",
                low=f"{drift.low:.3f}",
                high=f"{drift.high:.3f}",
                chance=f"{drift.chance:.3f}",
            )
        )
    if drift.bins and (found.model is None or found.model.number):
        here.say(
            _(
                "Surprise a number: {here}; the shipped model's: {shipped} (difference {gain} ± {error}).",
                here=f"{drift.log_loss:.4f}",
                shipped=f"{drift.shipped_log_loss:.4f}",
                gain=f"{drift.gain:+.4f}",
                error=f"{drift.error:.4f}",
            )
        )
    good = drift.alarm == ""
    here.say(_said(found), "green" if good else "yellow" if drift.alarm == "too_few" else "red")


def _said(found: Watched) -> str:
    # There is nothing behind the shipped model to go back to.
    shipped = found.model is not None and found.model.number == 0
    code = found.drift.alarm
    return word(ALARMS, f"{code}.shipped" if shipped and f"{code}.shipped" in ALARMS else code)


def watched_json(found: Watched) -> dict[str, object]:
    """The document of ``tracer model check`` and ``tracer chart calibration``."""
    drift = found.drift
    return {
        "model": found.model.number if found.model else None,
        "since": found.since,
        "predictions": drift.predictions,
        "cases": drift.cases,
        "bins": [
            {"said": one.said, "true": one.true, "low": one.low, "high": one.high, "count": one.count}
            for one in drift.bins
        ],
        "ece": {"value": drift.ece, "low": drift.low, "high": drift.high, "chance": drift.chance},
        "log_loss": {
            "here": drift.log_loss,
            "shipped": drift.shipped_log_loss,
            "gain": drift.gain,
            "error": drift.error,
        },
        "alarm": drift.alarm or None,
        "said": _said(found),
    }


def line_json(line: ModelLine, now: int) -> dict[str, object]:
    """One model as documents have it; ``number`` 0 is the shipped one."""
    return {
        "number": line.number,
        "in_use": line.number == now,
        "name": line.name,
        "version": line.version,
        "fitted_on": line.fitted_on,
        "digest": line.digest,
        "kept_by": line.by or None,
        "kept_at": line.at,
        "entry": line.entry or None,
        "used_since": line.used,
        "used_by": line.used_by or None,
        "report": json.loads(json.dumps(dict(line.report))) or None,
    }


def _gain(line: ModelLine) -> str:
    gain = line.report.get("gain")
    return f"{gain:+.4f}" if isinstance(gain, float) else ""
