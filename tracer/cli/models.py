"""What the in-use model learned, and from what: fitting on plain files and on a home's own outcomes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from graph.fit import FitReport
from tracer.cli import show
from tracer.cli.session import DONE, WITH_PROBLEMS, Session, leave, session
from tracer.desk.fit_files import FittedFile, fit_files
from tracer.desk.wording import word
from tracer.desk.wording_model import STAGES
from tracer.errors import WrongUse
from tracer.words import N_, _

PANEL = N_("Numbers")


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    app.command(
        "fit",
        help=_(
            "Learn the in-use model from labelled cases, or from a home's own outcomes, and say on cases "
            "kept back whether it is better."
        ),
        rich_help_panel=_(PANEL),
    )(fit)


def fit(
    context: typer.Context,
    evidence: Annotated[
        Path | None,
        typer.Argument(metavar="EVIDENCE", help=_("Evidence, one JSON object a case and line; .gz too.")),
    ] = None,
    truth: Annotated[
        Path | None,
        typer.Argument(metavar="TRUTH", help=_("What was true, one JSON object a number and line; .gz too.")),
    ] = None,
    out: Annotated[Path | None, typer.Option(help=_("Where to write the model."))] = None,
    model: Annotated[
        Path | None,
        typer.Option(help=_("The model to begin with; else the one that comes with the program.")),
    ] = None,
    seed: Annotated[
        int, typer.Option(min=0, help=_("How cases are split for checking: the same seed, the same model."))
    ] = 0,
) -> None:
    here = session(context)
    if evidence is None or truth is None or out is None:
        raise WrongUse(
            N_("It is not clear what to learn from"),
            N_("For example: tracer fit EVIDENCE.jsonl TRUTH.jsonl --out model.json"),
        )
    _from_files(here, evidence, truth, out, model, seed)


def _from_files(here: Session, evidence: Path, truth: Path, out: Path, model: Path | None, seed: int) -> None:
    with here.progress(_("Learning")) as told:
        found = fit_files(evidence, truth, out, start=model, seed=seed, progress=told)
    problems = [
        *((_("evidence"), "evidence", one) for one in found.problems),
        *((_("truth"), "truth", one) for one in found.truth_problems),
    ]
    if here.json:
        show.as_json(
            {
                "file": str(out),
                **fitted_json(found),
                "problems": [
                    {
                        "file": name,
                        "line": one.line,
                        "code": one.code,
                        "problem": one.sentence,
                        "remedy": one.remedy,
                    }
                    for _said, name, one in problems
                ],
            }
        )
    _report(here, found.report)
    if found.unmatched:
        here.say(_("Rows of the truth whose number is not in the evidence: {count}", count=found.unmatched))
    if found.unlabelled:
        here.say(_("Numbers of the evidence without a truth: {count}", count=found.unlabelled))
    if problems:
        rows = [
            (said, str(one.line), escape(one.sentence), escape(one.remedy))
            for said, _name, one in problems[:20]
        ]
        show.table(
            here.out,
            (_("file"), _("row"), _("what was wrong"), _("what to do")),
            rows,
            _("Problems: {count}", count=len(problems)),
        )
    here.say(_("The model is in {file}. Rank with it: tracer rank EVIDENCE --model {file}", file=out), "bold")
    leave(WITH_PROBLEMS if problems else DONE)


def _report(here: Session, report: FitReport) -> None:
    """Say how well the model does on cases that were kept from it."""
    here.say(
        _(
            "Learned from {cases} cases with {numbers} labelled numbers: {stage}.",
            cases=report.cases,
            numbers=report.numbers,
            stage=word(STAGES, report.stage),
        )
    )
    if not report.folds:
        here.say(
            _("Too little to learn from: the model is as it was. Both kinds of answer are needed."), "yellow"
        )
        return
    rows = [
        (_("log-loss"), f"{report.log_loss_before:.4f}", f"{report.log_loss_after:.4f}"),
        (_("calibration error"), f"{report.ece_before:.4f}", f"{report.ece_after:.4f}"),
    ]
    show.table(here.out, (_("on cases kept back"), _("before"), _("after")), rows)
    sentence = (
        _(
            "Better by {gain} ± {error} a number; that this is real has a probability of {confidence}.",
            gain=f"{report.gain:.4f}",
            error=f"{report.error:.4f}",
            confidence=f"{report.confidence:.1%}",
        )
        if report.better
        else _(
            "Not shown to be better: {gain} ± {error} a number, real with a probability of {confidence}.",
            gain=f"{report.gain:+.4f}",
            error=f"{report.error:.4f}",
            confidence=f"{report.confidence:.1%}",
        )
    )
    here.say(sentence, "green" if report.better else "yellow")


def report_json(report: FitReport) -> dict[str, object]:
    """What a fit says of itself, in every document."""
    return {
        "cases": report.cases,
        "numbers": report.numbers,
        "folds": report.folds,
        "stage": report.stage,
        "log_loss": {"before": report.log_loss_before, "after": report.log_loss_after},
        "gain": report.gain,
        "error": report.error,
        "confidence": report.confidence,
        "ece": {"before": report.ece_before, "after": report.ece_after},
        "better": report.better,
    }


def fitted_json(found: FittedFile) -> dict[str, object]:
    """The document of ``tracer fit`` on plain files, without its problems."""
    return {
        "model": {
            "name": found.model.name,
            "version": found.model.version,
            "fitted_on": found.model.fitted_on,
        },
        **report_json(found.report),
        "unlabelled": found.unlabelled,
        "unmatched": found.unmatched,
        "skipped": found.skipped,
    }
