"""Pictures as SVG from our own data: a number's life, its reasons, a calibration, what planning saves.

No script, no font and nothing from outside; colours are those of Okabe and Ito, which colour-blind people
tell apart, and no meaning hangs on colour alone: marks differ in shape, lines in their strokes and names.
"""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Sequence
from dataclasses import dataclass, field

from graph.inuse import rank_many
from graph.inuse_weights import DEFAULT, Model
from graph.model import NumberEvidence, Party, Ranked
from tracer.desk.cascade import (
    BLUE,
    FAINT,
    GREEN,
    INK,
    ORANGE,
    PURPLE,
    RED,
    SKY,
    WIDTH,
    Out,
    Step,
    cascade,
    lines,
    stroke,
)
from tracer.words import N_, _

_STROKES = ((BLUE, ""), (ORANGE, "8 4"), (GREEN, "2 3"), (PURPLE, "10 3 2 3"), (RED, "5 5"))
HEIGHT = 420.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 64.0, 24.0, 46.0, 56.0
# Days at which the probability is worked out for a timeline.
MOMENTS = 72


@dataclass(frozen=True, slots=True)
class Curve:
    """A named line of points (x, y)."""

    name: str = field(repr=False)
    points: tuple[tuple[float, float], ...]


def timeline(
    evidence: Sequence[NumberEvidence], number: str, as_of: dt.date, *, model: Model = DEFAULT
) -> str:
    """Draw the life of one number: what was heard of it when, and its probability as judged then.

    ``number`` is the phone's key. Undated statements are named below the axis; they have no place on it.
    Raises KeyError for a number that is not among the evidence.
    """
    piece = next((one for one in evidence if one.phone.key == number), None)
    if piece is None:
        raise KeyError("number")
    marks = sorted(_marks(piece, as_of))
    first = marks[0][0] if marks else as_of - dt.timedelta(days=365)
    span = max((as_of - first).days, 30)
    first = as_of - dt.timedelta(days=span)
    days = sorted(
        {first + dt.timedelta(days=round(span * step / MOMENTS)) for step in range(MOMENTS + 1)}
        | {day for day, _kind in marks}
    )
    curve = [
        ((day - first).days / span, next(one.p for one in ranked.numbers if one.phone.key == number))
        for day, ranked in zip(days, rank_many([(evidence, day) for day in days], model), strict=True)
    ]
    box = _Box(_("{number}: how likely the debtor uses it", number=piece.phone.shown))
    box.grid([(share, f"{share:.0%}") for share in (0.0, 0.25, 0.5, 0.75, 1.0)])
    box.ticks([(share, (first + dt.timedelta(days=round(span * share))).isoformat()) for share in _FIFTHS])
    box.line(curve, BLUE, "")
    for day, kind in marks:
        box.mark((day - first).days / span, 0.04, kind, f"{day.isoformat()} {_(_KINDS[kind][2])}")
    box.legend([(kind, _(text)) for kind, (_form, _colour, text) in _KINDS.items()])
    undated = sum(claim.date is None and claim.first_seen is None for claim in piece.claims)
    if undated:
        box.note(_("Statements without a date, which are not on the line: {count}", count=undated))
    return box.svg()


def waterfall(ranked: Ranked, sentences: Sequence[str]) -> str:
    """Draw the reasons of a number as steps in bits from nought to its log odds; they add up.

    ``sentences`` are the reasons in words, in step with ``ranked.reasons``.
    """
    title = _("Why {number} has {p}", number=ranked.phone.shown, p=f"{ranked.p:.1%}")
    return cascade(title, _steps_of(ranked, sentences))


def bars(ranked: Ranked, sentences: Sequence[str], width: int = 24) -> tuple[tuple[str, str, str], ...]:
    """Give the waterfall for a terminal: bits, a bar of text, the sentence; the last row is the sum."""
    return lines(_steps_of(ranked, sentences), width)


def _steps_of(ranked: Ranked, sentences: Sequence[str]) -> list[Step]:
    return [(sentence, one.bits) for one, sentence in zip(ranked.reasons, sentences, strict=True)]


def calibration(bins: Sequence[tuple[float, float, int]], bands: Sequence[tuple[float, float]] = ()) -> str:
    """Draw what was predicted against what came true: (mean prediction, share that came true, how many).

    ``bands``, in step with ``bins``, are intervals of what came true: a bar where they are given.
    """
    box = _Box(_("What was predicted, and what came true"))
    box.grid([(share, f"{share:.0%}") for share in (0.0, 0.25, 0.5, 0.75, 1.0)])
    box.ticks([(share, f"{share:.0%}") for share in _FIFTHS])
    box.line([(0.0, 0.0), (1.0, 1.0)], FAINT, "6 4")
    box.line([(said, true) for said, true, _count in sorted(bins)], BLUE, "")
    for (said, _true, _count), (low, high) in zip(bins, bands, strict=False):
        box.line([(said, low), (said, high)], SKY, "")
    most = max((count for _said, _true, count in bins), default=1)
    for said, true, count in bins:
        box.dot(said, true, 3.0 + 6.0 * (count / most) ** 0.5, f"{said:.1%} → {true:.1%} (n={count})")
    box.note(_("The dashed line is what a model that is always right about its doubt would draw"))
    return box.svg()


def calibration_rows(
    bins: Sequence[tuple[float, float, int]], bands: Sequence[tuple[float, float]], width: int = 40
) -> tuple[tuple[str, str, str, str], ...]:
    """Give the same for a terminal: predicted, came true with its interval, a line of text, how many.

    On the line ● is what came true, ─ its interval and │ what was predicted: they should meet.
    """
    rows = []
    for (said, true, count), (low, high) in zip(bins, bands, strict=True):
        cells = [" "] * (width + 1)
        for place in range(round(low * width), round(high * width) + 1):
            cells[place] = "─"
        cells[round(said * width)] = "│"
        cells[round(true * width)] = "●"
        rows.append((f"{said:.1%}", f"{true:.1%} ({low:.0%}–{high:.0%})", "".join(cells), str(count)))
    return tuple(rows)


def saving(curves: Sequence[Curve], everything: float) -> str:
    """Draw how good the first number is (y) for a share of what everything would cost (x)."""
    values = [everything, *(y for curve in curves for _x, y in curve.points)]
    low, high = min(values), max(values)
    low, high = low - 0.05 * (high - low), high + 0.1 * (high - low)
    furthest = max([0.1, *(x for curve in curves for x, _y in curve.points)])

    def placed(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
        return [(x / furthest, (y - low) / (high - low)) for x, y in points]

    box = _Box(_("How often the first number is the right one, by what was spent"))
    box.grid([((y - low) / (high - low), f"{y:.3f}") for y in _steps(low, high)])
    box.ticks([(share, f"{share * furthest:.0%}") for share in _FIFTHS])
    box.line(placed([(0.0, everything), (furthest, everything)]), INK, "1 4")
    for (colour, dashes), curve in zip(_STROKES, curves, strict=False):
        box.line(placed(curve.points), colour, dashes)
    names = [(_("everything asked"), INK, "1 4")]
    names += [(curve.name, *stroke) for stroke, curve in zip(_STROKES, curves, strict=False)]
    box.names(names)
    box.note(_("Share of the cost of asking everything about every number"))
    return box.svg()


_FIFTHS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
# What a mark is: its shape, its colour, and its name.
_KINDS = {
    "claim": ("circle", SKY, N_("somebody says whose it is")),
    "fact": ("square", GREEN, N_("a carrier answered")),
    "reached": ("star", BLUE, N_("the debtor answered")),
    "other": ("cross", RED, N_("somebody else answered")),
    "call": ("bar", INK, N_("a call without an answer")),
}


def _marks(piece: NumberEvidence, as_of: dt.date) -> list[tuple[dt.date, str]]:
    found = [(day, "claim") for claim in piece.claims if (day := claim.first_seen or claim.date)]
    found += [(fact.as_of, "fact") for fact in piece.facts if fact.as_of is not None]
    for outcome in piece.outcomes:
        other = outcome.party in {Party.WRONG_PARTY, Party.THIRD_PARTY}
        kind = "reached" if outcome.party is Party.SELF else "other" if other else "call"
        found.append((outcome.at.date(), kind))
    return [(day, kind) for day, kind in found if day <= as_of]


def _steps(low: float, high: float) -> list[float]:
    return [low + (high - low) * share for share in (0.1, 0.3, 0.5, 0.7, 0.9)]


class _Box:
    """A chart with a frame: points are shares of its width and height."""

    def __init__(self, title: str) -> None:
        self._out = Out(WIDTH, HEIGHT)
        self._out.text(16, 26, title, size=16)

    def _at(self, x: float, y: float) -> tuple[float, float]:
        wide, high = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM
        return _LEFT + x * wide, _TOP + (1.0 - y) * high

    def grid(self, levels: Sequence[tuple[float, str]]) -> None:
        for share, text in levels:
            (x1, y), (x2, _y) = self._at(0.0, share), self._at(1.0, share)
            self._out.add(stroke(x1, y, x2, y, "#E4E4E4", ""))
            self._out.text(x1 - 8, y + 4, text, size=11, anchor="end")

    def ticks(self, places: Sequence[tuple[float, str]]) -> None:
        for share, text in places:
            x, y = self._at(share, 0.0)
            anchor = "start" if share == 0.0 else "end" if share == 1.0 else "middle"
            self._out.text(x, y + 18, text, size=11, anchor=anchor)

    def line(self, points: Sequence[tuple[float, float]], colour: str, dashes: str) -> None:
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (self._at(*point) for point in points))
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        self._out.add(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2.5"{dashed}/>')

    def dot(self, x: float, y: float, radius: float, hint: str) -> None:
        cx, cy = self._at(x, y)
        self._out.add(
            f'<circle cx="{cx:.1f}" cy="{cy:.1f}" r="{radius:.1f}" fill="{BLUE}" fill-opacity="0.7">'
            f"<title>{html.escape(hint)}</title></circle>"
        )

    def mark(self, x: float, y: float, kind: str, hint: str) -> None:
        cx, cy = self._at(x, y)
        self._out.add(f"<g>{_shape(kind, cx, cy)}<title>{html.escape(hint)}</title></g>")

    def legend(self, kinds: Sequence[tuple[str, str]]) -> None:
        x = _LEFT
        for kind, text in kinds:
            self._out.add(_shape(kind, x, HEIGHT - 14))
            self._out.text(x + 9, HEIGHT - 10, text, size=10)
            x += 16 + sum(10.5 if ord(letter) > 0x2E80 else 5.3 for letter in text) + 8

    def names(self, lines: Sequence[tuple[str, str, str]]) -> None:
        x2, y = self._at(1.0, 0.0)[0], self._at(0.0, 0.0)[1] - 18.0 * len(lines)
        for name, colour, dashes in lines:
            self._out.add(
                stroke(x2 - 210, y, x2 - 174, y, colour, dashes).replace("/>", ' stroke-width="2.5"/>')
            )
            self._out.text(x2 - 166, y + 4, name, size=12)
            y += 18

    def note(self, text: str) -> None:
        self._out.text(WIDTH - _RIGHT, HEIGHT - 24, text, size=11, anchor="end")

    def svg(self) -> str:
        return self._out.svg()


def _shape(kind: str, x: float, y: float) -> str:
    shape, colour, _text = _KINDS[kind]
    edge = f'fill="{colour}" stroke="{INK}" stroke-width="0.6"'
    if shape == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" {edge}/>'
    if shape == "square":
        return f'<rect x="{x - 4.5:.1f}" y="{y - 4.5:.1f}" width="9" height="9" {edge}/>'
    if shape == "star":
        return f'<path d="M{x:.1f} {y - 8:.1f}l3 5 5 3-5 3-3 5-3-5-5-3 5-3z" {edge}/>'
    if shape == "cross":
        path = f"M{x - 5:.1f} {y - 5:.1f}l10 10m0-10l-10 10"
        return f'<path d="{path}" stroke="{colour}" stroke-width="3" fill="none"/>'
    return f'<path d="M{x:.1f} {y - 6:.1f}v12" stroke="{colour}" stroke-width="2" fill="none"/>'
