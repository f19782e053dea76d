"""A letter as a Word document. Nothing is in the file but the letter: no author, no case, no program."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from tracer.letters.text import Letter, Style

_SIZES = {Style.TITLE: 16, Style.HEAD: 11, Style.BODY: 11, Style.SIGN: 11}
_FONTS = {"zh": ("Times New Roman", "SimSun"), "en": ("Times New Roman", "SimSun")}


def write(letter: Letter, path: Path, today: dt.date) -> None:
    """Write the letter; ``today`` is the date of making that the file names."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.8)
    section.top_margin = section.bottom_margin = Cm(2.5)
    latin, han = _FONTS[letter.language]
    normal = document.styles["Normal"]
    normal.font.name = latin
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), han)
    for line in letter.lines:
        paragraph = document.add_paragraph()
        run = paragraph.add_run(line.text)
        run.font.size = Pt(_SIZES[line.style])
        run.bold = line.style is Style.TITLE
        shape = paragraph.paragraph_format
        shape.line_spacing = 1.25
        shape.space_after = Pt(2 if line.style is Style.HEAD else 9)
        if line.style is Style.TITLE:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        elif line.style is Style.SIGN:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            shape.space_before = Pt(18)
    _nameless(document.core_properties, letter, today)
    document.save(str(path))


def _nameless(about, letter: Letter, today: dt.date) -> None:  # type: ignore[no-untyped-def]
    for name in (
        "author",
        "last_modified_by",
        "comments",
        "keywords",
        "subject",
        "category",
        "content_status",
    ):
        setattr(about, name, "")
    about.title = letter.lines[0].text
    about.language = letter.language
    about.created = about.modified = dt.datetime(today.year, today.month, today.day, tzinfo=dt.UTC)
    about.revision = 1
