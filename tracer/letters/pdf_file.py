"""A letter as a PDF page. The same letter gives the same bytes; nothing is in the file but the letter."""

from __future__ import annotations

from pathlib import Path

from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Paragraph, SimpleDocTemplate

from tracer.fonts import LATIN, marked
from tracer.letters.text import Letter, Style

_PLAIN = ParagraphStyle("plain", fontName=LATIN, fontSize=10.5, leading=16, alignment=TA_LEFT)
_STYLES = {
    Style.TITLE: ParagraphStyle(
        "title", parent=_PLAIN, fontSize=16, leading=22, spaceAfter=8 * mm, alignment=TA_CENTER
    ),
    Style.HEAD: ParagraphStyle("head", parent=_PLAIN, spaceAfter=0.6 * mm),
    Style.BODY: ParagraphStyle("body", parent=_PLAIN, spaceBefore=3.2 * mm),
    Style.SIGN: ParagraphStyle("sign", parent=_PLAIN, spaceBefore=12 * mm, alignment=TA_RIGHT),
}


def write(letter: Letter, path: Path) -> None:
    """Write the letter; the font for Chinese must be chosen already (tracer.fonts)."""
    wrap = "CJK" if letter.language == "zh" else None
    page = SimpleDocTemplate(
        str(path),
        pagesize=A4,
        leftMargin=28 * mm,
        rightMargin=28 * mm,
        topMargin=25 * mm,
        bottomMargin=25 * mm,
        title=letter.lines[0].text,
        author="",
        creator="",
        producer="",
        lang=letter.language,
        invariant=1,
    )
    page.build(
        [
            Paragraph(
                marked(line.text, bold=line.style is Style.TITLE),
                ParagraphStyle(f"{line.style}-{wrap}", parent=_STYLES[line.style], wordWrap=wrap),
            )
            for line in letter.lines
        ]
    )
