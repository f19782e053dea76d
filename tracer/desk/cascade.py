"""Evidence in bits as a waterfall, as SVG and in the terminal; and the sheet that pictures are drawn on.

No script, no font and nothing from outside; colours are those of Okabe and Ito, which colour-blind people
tell apart, and no meaning hangs on colour alone.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass, field

from tracer.words import _

# Okabe & Ito, "Color Universal Design" (2008).
BLUE, ORANGE, GREEN, RED, SKY, PURPLE = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7"
INK, FAINT = "#222222", "#B8B8B8"
WIDTH = 760.0
_ROW, _TOP = 24.0, 48.0
_WORDS, _FIGURES = WIDTH * 0.5 - 60, WIDTH * 0.5 - 12
_LETTERS = 46

Step = tuple[str, float]
"""A piece of evidence in words, and its bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instead:
    """Where the sum would stand were one thing otherwise, and whether that turns the decision."""

    text: str = field(repr=False)
    bits: float
    turns: bool


def cascade(
    title: str, steps: Sequence[Step], *, threshold: float | None = None, instead: Sequence[Instead] = ()
) -> str:
    """Draw evidence as steps in bits from nought to its sum; below, where the sum would stand ``instead``.

    ``threshold`` is drawn as a line: at or right of it the answer is yes.
    """
    ends: list[float] = [0.0]
    for _text, bits in steps:
        ends.append(ends[-1] + bits)
    reached = [*ends, *(one.bits for one in instead), *(() if threshold is None else (threshold,))]
    low, high = min(reached), max(reached)
    scale = (WIDTH * 0.44) / max(high - low, 1.0)
    rows = len(steps) + 1 + (len(instead) + 1 if instead else 0)
    height = _TOP + 30.0 + _ROW * rows
    out = Out(WIDTH, height)
    out.text(16, 26, title, size=16)

    def x(bits: float) -> float:
        return float(WIDTH * 0.5 + (bits - low) * scale)

    out.add(stroke(x(0.0), 40, x(0.0), height - 20, INK, ""))
    if threshold is not None:
        out.add(stroke(x(threshold), 40, x(threshold), height - 20, RED, "6 4"))
        near = x(threshold) > WIDTH - 90
        out.text(
            x(threshold) + (-4 if near else 4), height - 8, _("one person from here"), size=10,
            anchor="end" if near else "start",
        )  # fmt: skip
    y = _TOP
    for (text, bits), start in zip(steps, ends, strict=False):
        out.add(stroke(x(start + bits), y + 16, x(start + bits), y + _ROW, FAINT, ""))
        # For: blue and filled; against: orange with a dashed border, so that grey paper tells them too.
        style = f'fill="{BLUE}"' if bits >= 0 else f'fill="{ORANGE}" stroke="{INK}" stroke-dasharray="2 2"'
        across = max(abs(bits) * scale, 1.0)
        out.add(
            f'<rect x="{x(min(start, start + bits)):.1f}" y="{y:.1f}" width="{across:.1f}" height="16" '
            f"{style}><title>{html.escape(text)}</title></rect>"
        )
        _labelled(out, y, text, f"{bits:+.2f}")
        y += _ROW
    _labelled(out, y, _("Sum, in bits of log odds"), f"{ends[-1]:+.2f}", weight="bold")
    y += _ROW
    if instead:
        _labelled(out, y, _("Were one thing otherwise, the sum would be:"), "", weight="bold")
        y += _ROW
    for one in instead:
        out.add(stroke(x(ends[-1]), y + 8, x(one.bits), y + 8, FAINT, "2 3"))
        # What turns the decision is a filled diamond and stands in bold; the rest are open circles.
        mark = (
            f'<path d="M{x(one.bits):.1f} {y + 1:.1f}l7 7-7 7-7-7z" fill="{PURPLE}" stroke="{INK}">'
            if one.turns
            else f'<circle cx="{x(one.bits):.1f}" cy="{y + 8:.1f}" r="5" fill="white" stroke="{INK}">'
        )
        end = "</path>" if one.turns else "</circle>"
        out.add(f"{mark}<title>{html.escape(one.text)}</title>{end}")
        _labelled(out, y, one.text, f"{one.bits:+.2f}", weight="bold" if one.turns else "normal")
        y += _ROW
    return out.svg()


def lines(steps: Sequence[Step], width: int = 24) -> tuple[tuple[str, str, str], ...]:
    """Give the waterfall for a terminal: bits, a bar of text, the sentence; the last row is the sum."""
    ends: list[float] = [0.0]
    for _text, bits in steps:
        ends.append(ends[-1] + bits)
    low, high = min(ends), max(ends)
    scale = width / max(high - low, 1.0)

    def bar(start: float, end: float) -> str:
        first, last = sorted((round((start - low) * scale), round((end - low) * scale)))
        last = max(last, first + 1)
        nought = round((0.0 - low) * scale)
        sign = "█" if end >= start else "░"
        cells = [sign if first <= place < last else " " for place in range(width + 1)]
        if cells[nought] == " ":
            cells[nought] = "│"
        return "".join(cells)

    rows = [
        (f"{bits:+.2f}", bar(start, start + bits), text)
        for (text, bits), start in zip(steps, ends, strict=False)
    ]
    return (*rows, (f"{ends[-1]:+.2f}", bar(0.0, ends[-1]), _("Sum, in bits of log odds")))


def _labelled(out: Out, y: float, text: str, figure: str, *, weight: str = "normal") -> None:
    size = 11 if weight == "normal" else 12
    out.text(_WORDS, y + 12, _cut(text, _LETTERS), size=size, anchor="end", weight=weight)
    out.text(_FIGURES, y + 12, figure, size=size, anchor="end", weight=weight)


def _cut(text: str, most: float) -> str:
    """Shorten to a width counted in Latin letters; a Chinese character is about two of them."""
    wide = 0.0
    for place, letter in enumerate(text):
        wide += 1.7 if ord(letter) > 0x2E80 else 1.0
        if wide > most:
            return text[:place].rstrip() + "…"
    return text


def stroke(x1: float, y1: float, x2: float, y2: float, colour: str, dashes: str) -> str:
    """Give a straight line."""
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"{dashed}/>'


class Out:
    """An SVG that is being written."""

    def __init__(self, width: float, height: float) -> None:
        self._parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
            'font-family="sans-serif">',
            f'<rect width="{width:.0f}" height="{height:.0f}" fill="white"/>',
        ]

    def add(self, part: str) -> None:
        """Add an element."""
        self._parts.append(part)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 12,
        anchor: str = "start",
        weight: str = "normal",
    ) -> None:
        """Write a line of text."""
        self.add(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" text-anchor="{anchor}" '
            f'font-weight="{weight}" fill="{INK}">{html.escape(text)}</text>'
        )

    def svg(self) -> str:
        """Give the whole picture."""
        return "\n".join([*self._parts, "</svg>"]) + "\n"
