"""``tracer fit``: the in-use model learned from plain files, or from a home's own calls."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from graph.fit import FitReport
from tracer.cli import show
from tracer.cli.session import DONE, REFUSED, WITH_PROBLEMS, Session, leave, session
from tracer.desk.fit_files import FittedFile, fit_files
from tracer.desk.learning import Lessons
from tracer.desk.wording import word
from tracer.desk.wording_model import ASIDE, REFUSALS, STAGES
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
    outcomes: Annotated[
        Path | None,
        typer.Option(
            metavar="HOME",
            help=_(
                "Learn from the calls noted in this home instead. A better model ranks from then on, unless "
                "--out is given."
            ),
        ),
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
    if outcomes is not None and evidence is None:
        _from_outcomes(replace(here, home=outcomes), out, model, seed)
    elif outcomes is not None or evidence is None or truth is None or out is None:
        raise WrongUse(
            N_("It is not clear what to learn from"),
            N_(
                "For example: tracer fit EVIDENCE.jsonl TRUTH.jsonl --out model.json. Or, from the calls of "
                "a home: tracer fit --outcomes HOME"
            ),
        )
    else:
        _from_files(here, evidence, truth, out, model, seed)


def _from_outcomes(here: Session, out: Path | None, model: Path | None, seed: int) -> None:
    with here.desk() as desk, here.progress(_("Learning")) as told:
        found, line = desk.models.learn(out=out, start=model, seed=seed, progress=told)
    if here.json:
        show.as_json(
            {
                "file": str(out) if out else None,
                "installed": line.number if line else None,
                **report_json(found.fitted.report),
                "lessons": lessons_json(found.lessons),
                "refused": list(found.refusals),
            }
        )
    _lessons(here, found.lessons)
    _report(here, found.fitted.report)
    if line is not None:
        here.say(
            _(
                "Model {version} ranks from now on. The one before comes back with: tracer model back",
                version=line.version,
            ),
            "bold",
        )
        leave(DONE)
    if found.refusals:
        here.say(_("Not put in use:"), "yellow")
        for code in found.refusals:
            here.say(f"  {word(REFUSALS, code)}")
    if out is not None:
        here.say(_("The model is in {file}; nothing was put in use.", file=out), "bold")
        leave(DONE)
    leave(REFUSED)


def _lessons(here: Session, lessons: Lessons) -> None:
    """Say what there was to learn from, and what was left out."""
    here.say(
        _(
            "{calls} calls were noted; {labels} numbers called in {cases} rounds teach something, {settled} "
            "of them because somebody spoke or the line was dead.",
            calls=lessons.calls,
            labels=lessons.labels,
            cases=len(lessons.cases),
            settled=lessons.settled,
        )
    )
    here.say(
        _(
            "Weighted by how likely each was to be called they are worth {effective} equal ones.",
            effective=f"{lessons.effective:.0f}",
        )
    )
    if lessons.early:
        here.say(
            _(
                "Rounds of calls from before anything was looked up, which teach nothing: {count}",
                count=lessons.early,
            )
        )
    for one in lessons.aside:
        here.say(
            _(
                "The notes of {actor} ({count}) are not learned from: {reason}. Wrong parties: {share}; with "
                "numbers as likely others would have {expected}.",
                actor=one.recorder or _("somebody unknown"),
                count=one.calls,
                reason=word(ASIDE, one.code),
                share=f"{one.share:.0%}",
                expected=f"{one.expected:.0%}",
            ),
            "yellow",
        )


def lessons_json(lessons: Lessons) -> dict[str, object]:
    """What a home's calls taught."""
    return {
        "calls": lessons.calls,
        "rounds": len(lessons.cases),
        "debtors": lessons.people,
        "labels": lessons.labels,
        "settled": lessons.settled,
        "his": lessons.his,
        "effective": lessons.effective,
        "clipped": lessons.clipped,
        "explored": lessons.explored,
        "early": lessons.early,
        "strange": lessons.strange,
        "largest_share": lessons.largest,
        "set_aside": [
            {
                "actor": one.recorder,
                "code": one.code,
                "calls": one.calls,
                "wrong_party": one.share,
                "expected": one.expected,
            }
            for one in lessons.aside
        ],
    }


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
            confidence=_sure(report.confidence),
        )
        if report.better
        else _(
            "Not shown to be better: {gain} ± {error} a number, real with a probability of {confidence}.",
            gain=f"{report.gain:+.4f}",
            error=f"{report.error:.4f}",
            confidence=_sure(report.confidence),
        )
    )
    here.say(sentence, "green" if report.better else "yellow")


def _sure(confidence: float) -> str:
    # Nothing that was worked out from a sample is certain.
    return ">99.9%" if confidence > 0.999 else f"{confidence:.1%}"


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
