"""The in-use model on plain files: evidence in, one probability a number out, without a home or a log.

The files hold what their maker put there; nothing is looked up and nobody is asked.
"""

from __future__ import annotations

import gc
import gzip
import itertools
import json
import os
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from graph.inuse import rank_many
from graph.inuse_weights import DEFAULT, Model
from graph.model import Ranking
from graph.model_file import BadModel, model_from_json
from graph.plain import PlainCase, Unreadable, read_case
from tracer.errors import WrongUse
from tracer.words import N_, _

# A line longer than this is no case: a thousand numbers with a thousand items each take about 100 MB.
LONGEST_LINE = 256 * 1024 * 1024

# Cases ranked at once: many are quicker each, few are quickly written and soon forgotten.
_BATCH = 250

_SENTENCES = {
    "not_json": N_("This line is not JSON."),
    "not_text": N_("This line is not UTF-8 text."),
    "too_long": N_("This line is longer than {limit} bytes."),
    "cut_off": N_("The file is damaged or ends in the middle; what came before was read."),
    "not_an_object": N_("This line is not a JSON object."),
    "no_case_id": N_("The case has no case_id."),
    "no_as_of": N_("The case has no as_of, or it is not a date."),
    "bad_numbers": N_("The case has no list of numbers."),
    "bad_number": N_("{place} is not an object with a number."),
    "bad_lookup": N_("The look-up has no text in {place}."),
    "bad_cost": N_("The look-up has no cost, or it is no number from nought up."),
    "bad_answer": N_("The look-up has no answer."),
    "twice": N_("This look-up was in the file before; the first counts."),
    "bad_truth": N_("The truth has no text in {place}."),
    "bad_label": N_("debtor_uses is neither true nor false, nor a share from 0 to 1."),
    "label_twice": N_("This number had a truth before; the first counts."),
}
_REMEDY = N_("Repair the line and run the command again; the other cases are written.")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineProblem:
    """A line that was not read: its number (from 1), a code, and what to do. It never holds a value."""

    line: int
    code: str
    params: tuple[tuple[str, str], ...] = ()

    @property
    def sentence(self) -> str:
        """What was wrong, in the reader's language."""
        return _(_SENTENCES[self.code], **dict(self.params))

    @property
    def remedy(self) -> str:
        """What to do, in the reader's language."""
        return _(_REMEDY)


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedFile:
    """What became of a file: cases and numbers written, evidence items that meant nothing, bad lines."""

    cases: int
    numbers: int
    skipped: int
    problems: tuple[LineProblem, ...]


def rank_file(evidence: Path, out: Path, model: Path | None = None) -> RankedFile:
    """Rank every case of a JSONL file (plain or ``.gz``) and write ``{"case_id", "number", "p"}`` lines.

    The numbers of a case are written in the order of the file, not of their likelihood. ``out`` appears whole
    or not at all, readable to its owner only; ``.gz`` behind its name packs it. Lines that cannot be read are
    problems, the others go through. Raises :class:`WrongUse` for files that cannot be opened or written and
    for a model that cannot be read.
    """
    weights = DEFAULT if model is None else load_model(model)
    problems: list[LineProblem] = []
    cases = numbers = skipped = 0
    if evidence.resolve() == out.resolve():
        raise WrongUse(N_("{path} is both read and written."), N_("Give --out another name."), path=out)
    with opened(evidence) as lines, written(out) as target, _seldom_collected():
        found = cases_of(lines, problems)
        while batch := list(itertools.islice(found, _BATCH)):
            rankings = rank_many([(case.evidence, case.as_of) for case in batch], weights)
            for case, ranking in zip(batch, rankings, strict=True):
                target.write(_predictions(case, ranking))
                cases += 1
                numbers += len(case.numbers)
                skipped += case.skipped
    return RankedFile(cases=cases, numbers=numbers, skipped=skipped, problems=tuple(problems))


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Look for reference cycles seldom: a batch is tens of thousands of values without one."""
    before = gc.get_threshold()
    gc.set_threshold(1_000_000, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def load_model(path: Path) -> Model:
    """Read a model file. Raises :class:`WrongUse` with the place of the mistake."""
    remedy = N_("Use a model file of this program, or leave --model away.")
    try:
        return model_from_json(json.loads(path.read_bytes()))
    except OSError as error:
        raise WrongUse(
            N_("{path} cannot be read: {reason}."), remedy, path=path, reason=error.strerror
        ) from error
    except BadModel as error:
        raise WrongUse(
            N_("{path} is no model: {place} ({code})."), remedy, path=path, place=error.place, code=error.code
        ) from error
    except (ValueError, RecursionError) as error:
        raise WrongUse(N_("{path} is not JSON."), remedy, path=path) from error


def _predictions(case: PlainCase, ranking: Ranking) -> bytes:
    said = {one.phone.key: one.p for one in ranking.numbers}
    rows = [
        json.dumps({"case_id": case.case, "number": number, "p": said[one.phone.key]})
        for number, one in zip(case.numbers, case.evidence, strict=True)
    ]
    return "".join(f"{row}\n" for row in rows).encode()


def cases_of(lines: BinaryIO, problems: list[LineProblem]) -> Iterator[PlainCase]:
    """Read the cases of a file, one a line; what cannot be read is added to ``problems``."""
    for place, line in lines_of(lines, problems):
        if not line.strip():
            continue
        try:
            text = line.decode("utf-8-sig" if place == 1 else "utf-8")
        except UnicodeDecodeError:
            problems.append(LineProblem(line=place, code="not_text"))
            continue
        try:
            yield read_case(json.loads(text))
        except Unreadable as error:
            params = (("place", error.place),)
            problems.append(LineProblem(line=place, code=error.code, params=params))
        except (ValueError, RecursionError):
            problems.append(LineProblem(line=place, code="not_json"))


def lines_of(lines: BinaryIO, problems: list[LineProblem]) -> Iterator[tuple[int, bytes]]:
    """Give the lines of a file with their numbers, to the end or to where it is damaged."""
    place = 0
    while True:
        place += 1
        try:
            line = lines.readline(LONGEST_LINE + 1)
            if len(line) > LONGEST_LINE:
                problems.append(
                    LineProblem(line=place, code="too_long", params=(("limit", str(LONGEST_LINE)),))
                )
                while line and not line.endswith(b"\n"):
                    line = lines.readline(LONGEST_LINE)
                continue
        except (EOFError, zlib.error, gzip.BadGzipFile):
            problems.append(LineProblem(line=place, code="cut_off"))
            return
        if not line:
            return
        yield place, line


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open a file to be read, packed or not. Raises :class:`WrongUse`."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise WrongUse(
            N_("{path} cannot be read: {reason}."), N_("Check the name."), path=path, reason=error.strerror
        ) from error
    with file:
        packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        yield cast("BinaryIO", gzip.GzipFile(fileobj=file)) if packed else file


@contextmanager
def written(path: Path) -> Iterator[BinaryIO]:
    """Open a file to be written: it appears whole or not at all. Raises :class:`WrongUse`."""
    # Beside its place, so that the last step is a rename; a crash before it leaves a hidden file and no half
    # result under the asked-for name.
    remedy = N_("Give --out a folder that can be written to and has room.")
    try:
        handle, name = tempfile.mkstemp(prefix=".rank-", dir=path.parent)
    except OSError as error:
        raise WrongUse(
            N_("{path} cannot be written: {reason}."), remedy, path=path, reason=error.strerror
        ) from error
    try:
        with os.fdopen(handle, "wb") as file:
            if path.suffix == ".gz":
                # No name and no time inside: the same evidence gives the same bytes.
                with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
                    yield cast("BinaryIO", packed)
            else:
                yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise WrongUse(
            N_("{path} cannot be written: {reason}."), remedy, path=path, reason=error.strerror
        ) from error
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
