"""Learning the in-use model from plain files: evidence and truth in, a model out, without a home or a log."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from graph.fit import FitReport, LabelledCase, fit
from graph.inuse_weights import DEFAULT, Model
from graph.model_file import model_to_json
from graph.plain import PlainCase
from tracer.desk.plain import LineProblem, cases_of, lines_of, load_model, opened, written
from tracer.errors import WrongUse
from tracer.words import N_

Truth = Mapping[tuple[str, str], float]

# What progress is told in: fitting knows only which share of it is done.
PARTS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedFile:
    """What was learned, and what became of the files.

    ``unlabelled`` numbers of the evidence have no truth, ``unmatched`` rows of the truth no number;
    ``skipped`` items of evidence meant nothing. Lines that could not be read are problems of their file.
    """

    model: Model
    report: FitReport
    cases: int
    numbers: int
    unlabelled: int
    unmatched: int
    skipped: int
    problems: tuple[LineProblem, ...]
    truth_problems: tuple[LineProblem, ...]


def fit_files(
    evidence: Path,
    truth: Path,
    out: Path,
    *,
    start: Path | None = None,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> FittedFile:
    """Learn from every case of ``evidence`` of which ``truth`` knows a number; write the model to ``out``.

    Both are JSONL, plain or ``.gz``; ``debtor_uses`` of the truth is true or false, or a share from 0 to 1.
    Learning begins at ``start``, else at the shipped model. ``out`` appears whole or not at all, and appears
    even if the model is not better: the report says whether it is. Lines that cannot be read are problems,
    the others count. Raises :class:`WrongUse` for files that cannot be used and when no number has a truth.
    """
    for name in (evidence, truth):
        if name.resolve() == out.resolve():
            raise WrongUse(N_("{path} is both read and written."), N_("Give --out another name."), path=out)
    base = DEFAULT if start is None else load_model(start)
    problems: list[LineProblem] = []
    truth_problems: list[LineProblem] = []
    with opened(truth) as lines:
        known = _truth(lines, truth_problems)
    matched: set[tuple[str, str]] = set()
    cases: list[LabelledCase] = []
    numbers = skipped = 0
    with opened(evidence) as lines:
        for case in cases_of(lines, problems):
            cases.append(labelled(case, known))
            matched.update((case.case, number) for number in case.numbers if (case.case, number) in known)
            numbers += len(case.numbers)
            skipped += case.skipped
    if not matched:
        raise WrongUse(
            N_("No number of {evidence} has a truth in {truth}."),
            N_("Both files name their cases by case_id and their numbers by number, written alike."),
            evidence=evidence,
            truth=truth,
        )

    def tell(_what: str, share: float) -> None:
        if progress:
            progress(round(share * PARTS), PARTS)

    fitted = fit(cases, base, seed=seed, tell=tell)
    with written(out) as target:
        target.write(model_bytes(fitted.model))
    return FittedFile(
        model=fitted.model,
        report=fitted.report,
        cases=len(cases),
        numbers=numbers,
        unlabelled=sum(label is None for case in cases for label in case.labels),
        unmatched=len(known) - len(matched),
        skipped=skipped,
        problems=tuple(problems),
        truth_problems=tuple(truth_problems),
    )


def model_bytes(model: Model) -> bytes:
    """Give a model as the bytes of its file: the same model, the same bytes."""
    return (json.dumps(model_to_json(model), sort_keys=True, ensure_ascii=True) + "\n").encode()


def labelled(case: PlainCase, known: Truth) -> LabelledCase:
    """Give a case with what is known of its numbers; each counts as one."""
    labels = tuple(known.get((case.case, number)) for number in case.numbers)
    return LabelledCase(
        numbers=case.evidence, as_of=case.as_of, labels=labels, weights=tuple(1.0 for _ in labels)
    )


def _truth(lines: BinaryIO, problems: list[LineProblem]) -> dict[tuple[str, str], float]:
    """Read the truth, a line a number; of a number told twice the first line counts."""
    found: dict[tuple[str, str], float] = {}
    for place, line in lines_of(lines, problems):
        if not line.strip():
            continue
        try:
            raw = json.loads(line.decode("utf-8-sig" if place == 1 else "utf-8"))
        except UnicodeDecodeError:
            problems.append(LineProblem(line=place, code="not_text"))
            continue
        except (ValueError, RecursionError):
            problems.append(LineProblem(line=place, code="not_json"))
            continue
        read = _label(raw)
        if isinstance(read, LineProblem):
            problems.append(LineProblem(line=place, code=read.code, params=read.params))
        elif read[0] in found:
            problems.append(LineProblem(line=place, code="label_twice"))
        else:
            found[read[0]] = read[1]
    return found


def _label(raw: object) -> tuple[tuple[str, str], float] | LineProblem:
    if not isinstance(raw, Mapping):
        return LineProblem(line=0, code="not_an_object")
    case, number = raw.get("case_id"), raw.get("number")
    for place, value in (("case_id", case), ("number", number)):
        if not isinstance(value, str) or not value:
            return LineProblem(line=0, code="bad_truth", params=(("place", place),))
    uses = raw.get("debtor_uses")
    if not isinstance(uses, bool | int | float) or not math.isfinite(uses) or not 0 <= uses <= 1:
        return LineProblem(line=0, code="bad_label")
    return (str(case), str(number)), float(uses)
