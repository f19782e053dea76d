"""The files hold the letter and nothing else."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import pytest

from tracer.fonts import embed
from tracer.letters import Letter, Line, Style
from tracer.letters.pdf_file import write as write_pdf
from tracer.letters.word_file import write as write_word

LETTER = Letter(
    language="zh",
    lines=(
        Line(Style.TITLE, "联系函"),
        Line(Style.HEAD, "致：虚构市远帆机械有限公司"),
        Line(Style.BODY, "请转告 <b>欧阳清岚</b> & 本人"),
        Line(Style.SIGN, "林晓岚"),
    ),
)
TODAY = dt.date(2026, 11, 23)


def test_the_word_document_holds_every_line_as_it_is(tmp_path: Path) -> None:
    write_word(LETTER, tmp_path / "a.docx", TODAY)

    from docx import Document

    assert [one.text for one in Document(str(tmp_path / "a.docx")).paragraphs] == [
        line.text for line in LETTER.lines
    ]


def test_the_word_document_names_no_author_no_program_and_no_other_day(tmp_path: Path) -> None:
    write_word(LETTER, tmp_path / "a.docx", TODAY)

    with zipfile.ZipFile(tmp_path / "a.docx") as file:
        about = file.read("docProps/core.xml").decode()
        names = file.namelist()
    assert "python-docx" not in about
    assert "<dc:creator></dc:creator>" in about.replace("<dc:creator/>", "<dc:creator></dc:creator>")
    assert about.count("2026-11-23T00:00:00Z") == 2
    assert not any("vba" in name.lower() or "external" in name.lower() for name in names)


def test_the_same_letter_gives_the_same_pdf(tmp_path: Path) -> None:
    embed(None)

    write_pdf(LETTER, tmp_path / "a.pdf")
    write_pdf(LETTER, tmp_path / "b.pdf")

    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF-")


def test_a_font_that_is_none_is_refused(tmp_path: Path) -> None:
    from tracer.errors import WrongUse

    (tmp_path / "a.ttf").write_text("no font")

    with pytest.raises(WrongUse):
        embed(tmp_path / "a.ttf")
