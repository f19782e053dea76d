"""Drawing one number of a case: its ranking and evidence into a picture, masked."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from tracer.desk import charts, contacts, models
from tracer.desk.contacts import Number
from tracer.desk.office import Office
from tracer.desk.watching import Watched, watch
from tracer.desk.wording import reason
from tracer.errors import NotThere, WrongUse
from tracer.store.cases import CaseFile
from tracer.words import N_

KINDS = ("timeline", "waterfall")
CALIBRATION = "calibration"


def draw(office: Office, case: CaseFile, out: Path, kind: str, token: str = "") -> Number:
    """Write a picture of one number (the first, if none is named) as SVG. Raises WrongUse."""
    _only_svg(out, kind)
    one = number(office, case, token)
    _write(out, svg(office, case, kind, one))
    return one


def svg(office: Office, case: CaseFile, kind: str, one: Number) -> str:
    """Give the picture of one number: its timeline, or its waterfall."""
    if kind == "timeline":
        return timeline(office, case, one.token)
    return charts.waterfall(one.ranked, sentences(one))


def timeline(office: Office, case: CaseFile, token: str) -> str:
    """Give the life of one number as a picture; the case is ranked for each day drawn, and not before.

    Raises NotThere for a token that is none of the case's.
    """
    seen = contacts.known(office, case)
    pieces = contacts.evidence(seen, contacts.persons(seen))
    tokens = {office.store.notes.number_token(case, piece.phone): piece.phone.key for piece in pieces}
    if token not in tokens:
        raise _none(token, tokens)
    return charts.timeline(pieces, tokens[token], office.today(), model=models.in_use(office).model)


def rows(office: Office, case: CaseFile, token: str = "") -> tuple[Number, tuple[tuple[str, str, str], ...]]:
    """Give one number and its waterfall as lines for a terminal. Raises WrongUse."""
    one = number(office, case, token)
    return one, charts.bars(one.ranked, sentences(one))


def calibration(office: Office, out: Path | None) -> Watched:
    """Write what was predicted against what came true as SVG, where ``out`` is given; give the figures."""
    found = watch(office)
    if out is not None:
        _only_svg(out, "calibration")
        bins = found.drift.bins
        _write(
            out,
            charts.calibration(
                [(one.said, one.true, one.count) for one in bins], [(one.low, one.high) for one in bins]
            ),
        )
    return found


def number(office: Office, case: CaseFile, token: str) -> Number:
    """Give the number a person means by its token; the first where none is named. Raises WrongUse."""
    found = contacts.contacts(office, case).numbers
    for one in found:
        if not token or one.token == token:
            return one
    raise _none(token, (one.token for one in found))


def _none(token: str, known: Iterable[str]) -> NotThere:
    return NotThere(
        N_("This case has no number {token}"),
        N_("Its numbers: {known}"),
        token=token or "?",
        known=", ".join(known) or "-",
    )


def sentences(one: Number) -> list[str]:
    """The reasons of a number in the reader's language."""
    return [reason(each) for each in one.ranked.reasons]


def _only_svg(out: Path, kind: str) -> None:
    if out.suffix.lower() != ".svg" or kind not in (*KINDS, CALIBRATION):
        raise WrongUse(
            N_("{file} cannot be drawn as {kind}"),
            N_("The file's name has to end with .svg; a picture is one of: {known}"),
            file=out,
            kind=kind,
            known=", ".join((*KINDS, CALIBRATION)),
        )


def _write(out: Path, text: str) -> None:
    draft = out.with_name(f".{out.name}.part")
    try:
        draft.write_text(text, encoding="utf-8")
        os.chmod(draft, 0o600)
        os.replace(draft, out)
    except OSError as error:
        raise WrongUse(
            N_("{path} cannot be written: {why}"),
            N_("Nothing was left behind; name another place and run it again."),
            path=str(out),
            why=os.strerror(error.errno) if error.errno else type(error).__name__,
        ) from error
    finally:
        draft.unlink(missing_ok=True)
