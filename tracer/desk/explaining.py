"""Why two records are one person or are not, in words and in bits that add up; and what would change it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from graph.link import otherwise as rows_otherwise
from graph.model import Record, probability
from graph.otherwise import Otherwise, decided, otherwise
from graph.weigh import match
from graph.weights import THRESHOLD
from tracer.desk.cascade import Instead, Step, cascade, lines
from tracer.desk.link import LinkedFiles
from tracer.desk.outfile import whole
from tracer.desk.wording import reason
from tracer.desk.wording_link import figure, instead, row_reason
from tracer.errors import WrongUse
from tracer.words import N_, _

_SHOWN = 0.005
"""Bits from which a piece of evidence is drawn: smaller ones print as nought."""
_DRAWN = 12
"""How many changes a picture shows, those that turn the decision first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One piece of evidence: its code, its bits, and the sentence."""

    code: str
    bits: float
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """The evidence on two records. ``bits`` is the sum of the ``reasons``; from ``threshold`` bits on scores
    make them one person, which ``one_person`` says (ids that contradict each other may forbid it)."""

    left: str = field(repr=False)
    right: str = field(repr=False)
    reasons: tuple[Told, ...]
    bits: float
    threshold: float
    one_person: bool
    otherwise: tuple[Otherwise, ...]

    @property
    def p(self) -> float:
        """The probability that both are one person."""
        return probability(self.bits)

    @property
    def steps(self) -> list[Step]:
        """The evidence for a waterfall, without what is nought."""
        return [(one.detail, one.bits) for one in self.reasons if abs(one.bits) >= _SHOWN]


def explain_rows(found: LinkedFiles, left: str, right: str) -> Explained:
    """Explain two rows of plain tables, named by their ids. Raises WrongUse for an id that is not there."""
    a, b = found.row(left, 0), found.row(right, 1)
    if a == b:
        raise WrongUse(N_("A record is always itself"), N_("Name two different records."))
    told = found.linked.explain(a, b)
    threshold = float(np.log2(found.threshold / (1.0 - found.threshold)))
    bits = float(np.sum([bar for _code, bar in told]))
    return Explained(
        left=left,
        right=right,
        reasons=tuple(Told(code=code, bits=bar, detail=row_reason(code)) for code, bar in told),
        bits=bits,
        threshold=threshold,
        one_person=bits >= threshold,
        otherwise=rows_otherwise.otherwise(found.linked, a, b, found.threshold),
    )


def explain_records(records: Sequence[Record], left: str, right: str) -> Explained:
    """Explain two of the records that are known of a case. Raises WrongUse for a ref that is not among
    them."""
    place = {record.ref: at for at, record in enumerate(records)}
    for ref in (left, right):
        if ref not in place:
            raise WrongUse(
                N_("The case has no record {ref}"),
                N_("See its records with: tracer judge CASE (without more)."),
                ref=ref,
            )
    if left == right:
        raise WrongUse(N_("A record is always itself"), N_("Name two different records."))
    a, b = place[left], place[right]
    found = match(records, np.array([[a, b]], dtype=np.intp))[0]
    return Explained(
        left=left,
        right=right,
        reasons=tuple(Told(code=one.code, bits=one.bits, detail=reason(one)) for one in found.reasons),
        bits=found.bits,
        threshold=THRESHOLD,
        one_person=decided(records, a, b, found.bits),
        otherwise=otherwise(records, left, right),
    )


def bars(found: Explained) -> tuple[tuple[str, str, str], ...]:
    """Give the waterfall for a terminal."""
    return lines(found.steps)


def draw(found: Explained, out: Path) -> None:
    """Write the waterfall and what would change it as SVG. It holds no value of either record. Raises
    WrongUse."""
    if out.suffix.lower() != ".svg":
        raise WrongUse(
            N_("{file} cannot be drawn as {kind}"),
            N_("The file's name has to end with .svg; a picture is one of: {known}"),
            file=out,
            kind="waterfall",
            known="waterfall",
        )
    title = _(
        "{left} and {right}: p = {p} that they are one person",
        left=found.left,
        right=found.right,
        p=figure(found.p),
    )
    changes = [
        Instead(text=f"{instead(one)} (p {figure(one.p)})", bits=one.bits, turns=one.turns)
        for one in found.otherwise[:_DRAWN]
    ]
    text = cascade(title, found.steps, threshold=found.threshold, instead=changes)
    with whole(out) as draft:
        draft.write_text(text, encoding="utf-8")
