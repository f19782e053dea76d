"""A receipt as a page that the person it is about can read: who was asked what about him, why, on what basis.

It says only what the entries of the receipt say, in the reader's language. The QR code and the lines beside
it hold the receipt's digest and the checkpoint, so that neither page nor receipt can be changed alone. The
same receipt in the same language and time zone gives the same bytes.

How Chinese is set, and what ``save`` tells of it: tracer/desk/fonts.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import segno
from reportlab.graphics.shapes import Drawing, Rect
from reportlab.lib import colors
from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from tracer.desk.office import Office
from tracer.desk.outfile import whole
from tracer.desk.receipts import LEFT_OUT, Proved
from tracer.desk.wording import EVENTS, FIELDS, OUTCOMES, SOURCES, word
from tracer.fonts import HAN, LATIN, brings_its_fonts, embed, in_latin, marked
from tracer.log import Entry
from tracer.log.vocabulary import ASKED, ENDINGS
from tracer.words import N_, PURPOSES, _, language

_GREY = colors.HexColor("#555555")
_LINE = colors.HexColor("#bbbbbb")
# What happened on the way to an answer: it is proved, and for a reader it says nothing more.
_ON_THE_WAY = frozenset({"called", "replied", "retried"})

KINDS: Mapping[str, str] = {
    "line_status": N_("state of the line"),
    "reachability": N_("whether it can be reached"),
    "tenure": N_("how long it has been held"),
    "tenure_since": N_("whether held since a date"),
    "holder_changed_since": N_("whether it changed hands"),
    "disconnected_since": N_("whether it was disconnected"),
    "attribute_match": N_("whether data of the holder match"),
    "line_type": N_("kind of line"),
    "ported": N_("whether it was ported"),
    "carrier": N_("which carrier"),
    "contract": N_("kind of contract"),
    "sim_changed_since": N_("whether the SIM was changed"),
    "device_changed_since": N_("whether the device was changed"),
    "call_forwarding": N_("whether calls are forwarded"),
    "number_region": N_("region of the number"),
    "number_format": N_("whether the number can exist"),
}
"""Kinds of answer (graph.model.FactKind): the log holds the kind, never the answer."""


def save(office: Office, proved: Proved, receipt: str, out: Path, font: Path | None = None) -> bool:
    """Write the page of a receipt (whose file is called ``receipt``), whole or not at all.

    Tells whether it brings the font for the Chinese in it: ``font``, or one that is found here, if there is
    any. Raises WrongUse.
    """
    embedded = embed(font)
    with whole(out) as draft:
        draw(office, proved, receipt, draft)
        return brings_its_fonts(draft, embedded)


def draw(office: Office, proved: Proved, receipt: str, path: Path) -> None:
    """Draw the page into a file; the fonts must be known."""
    title = _("What was looked up about you")
    document = SimpleDocTemplate(
        str(path),
        pagesize=A4,
        leftMargin=18 * mm,
        rightMargin=18 * mm,
        topMargin=16 * mm,
        bottomMargin=18 * mm,
        title=title,
        author="",
        lang=language(),
        invariant=1,
    )
    zone = office.config.zone
    said: list[Flowable] = [_text(title, _TITLE), *_opening(office, proved, zone)]
    said += _lookups(office, proved.entries, zone)
    said += _others(proved.entries, zone)
    said += _left_out(proved)
    said += _proof(proved, receipt)
    foot = _("Receipt {digest}", digest=proved.digest[:16])
    document.build(said, onFirstPage=_footer(foot), onLaterPages=_footer(foot))


def _opening(office: Office, proved: Proved, zone: dt.tzinfo) -> list[Flowable]:
    clients = sorted({name for entry in proved.entries for name in _words(entry.body.get("client"))})
    named = [office.config.clients[name].name if name in office.config.clients else name for name in clients]
    first, last = proved.entries[0].at.astimezone(zone), proved.entries[-1].at.astimezone(zone)
    lines = [
        _(
            "This page shows {count} entries of the look-up log, from {first} to {last}. They are about you "
            "or your case. Every look-up is written in that log before it is made; a later change of what "
            "is written shows to whoever kept one of its checkpoints.",
            count=len(proved.entries),
            first=first.date().isoformat(),
            last=last.date().isoformat(),
        )
    ]
    lines.append(_("Times are those of {zone}.", zone=office.config.timezone))
    if named:
        lines.append(_("On behalf of: {clients}", clients=_list(named)))
    return [_text(line) for line in lines]


def _lookups(office: Office, entries: Sequence[Entry], zone: dt.tzinfo) -> list[Flowable]:
    endings = {entry.about: entry for entry in entries if entry.event in ENDINGS and entry.about}
    asked = [entry for entry in entries if entry.event == ASKED]
    # Refused outright: policy said no and nothing was asked.
    asked += [entry for entry in entries if entry.event in ENDINGS and entry.about is None]
    if not asked:
        return []
    rows = [
        [
            _("when"),
            _("who was asked"),
            _("what it was told"),
            _("what for"),
            _("on what basis"),
            _("what came of it"),
            _("entry"),
        ]
    ]
    for entry in sorted(asked, key=lambda one: one.seq):
        ending = entry if entry.event in ENDINGS else endings.get(entry.seq)
        rows.append(
            [
                _moment(entry.at, zone),
                word(SOURCES, entry.source) if entry.source else "",
                _list(word(FIELDS, one) for one in _words(entry.body.get("fields_sent"))) or _("nothing"),
                word(PURPOSES, entry.purpose),
                _basis(entry),
                _came(ending),
                str(entry.seq) if ending is None or ending is entry else f"{entry.seq}, {ending.seq}",
            ]
        )
    widths = (19, 32, 27, 20, 25, 33, 13)
    return [_text(_("Who was asked about you"), _HEADING), _table(rows, widths)]


def _others(entries: Sequence[Entry], zone: dt.tzinfo) -> list[Flowable]:
    rest = [
        entry
        for entry in entries
        if entry.event != ASKED and entry.event not in ENDINGS and entry.event not in _ON_THE_WAY
    ]
    if not rest:
        return []
    rows = [[_("when"), _("what happened"), _("what for"), _("who"), _("entry")]]
    rows += [
        [
            _moment(entry.at, zone),
            word(EVENTS, entry.event),
            word(PURPOSES, entry.purpose),
            _("a member of staff"),
            str(entry.seq),
        ]
        for entry in rest
    ]
    return [_text(_("What else was done in your case"), _HEADING), _table(rows, (28, 57, 37, 34, 13))]


def _left_out(proved: Proved) -> list[Flowable]:
    lines = [
        _("{count} entries were left out: {why}", count=count, why=_(LEFT_OUT[why]))
        for why, count in sorted(proved.left_out.items())
    ]
    lines.append(
        _(
            "What came back from a source is not in the log, only of which kind it was. Names of staff stand "
            "in it as codes: whoever keeps the log can prove to a court who it was."
        )
    )
    return [Spacer(0, 2 * mm), *(_text(line, _SMALL) for line in lines)]


def _proof(proved: Proved, receipt: str) -> list[Flowable]:
    checkpoint = proved.receipt.note.text.rstrip("\n")
    short = f"look-up-receipt/1\nsha256 {proved.digest}\n{checkpoint}\npython proof.py {receipt}"
    lines = [
        _text(_("How to check it"), _HEADING),
        _text(
            _(
                "With this page you were given the file {receipt}. It holds the entries as they stand in the "
                "log and the proof that they do. Anybody can check it without our help: with Python, its "
                "package cryptography and the program proof.py of this project.",
                receipt=receipt,
            )
        ),
        _text(f"python proof.py {receipt} --checkpoint KEPT.txt --key KEY", _CODE),
        _text(
            _(
                "Ask a witness of the log, the supervisory authority or the creditor for the checkpoint and "
                "the key. The code on this page holds the digest of the file and what the log committed to:"
            )
        ),
        *(_text(line, _CODE) for line in short.split("\n")),
    ]
    table = Table([[lines, _qr(short)]], colWidths=[127 * mm, 42 * mm], hAlign="LEFT")
    table.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)]))
    return [Spacer(0, 3 * mm), table]


def _basis(entry: Entry) -> str:
    body = entry.body
    return "\n".join(_(said, value=value) for key, said in _BASES.items() for value in _words(body.get(key)))


_BASES: Mapping[str, str] = {
    "authorisation": N_("authorisation {value}"),
    "agreement": N_("agreement {value}"),
    "basis": N_("legal basis {value}"),
    "consent": N_("consent {value}"),
    "notice": N_("notice {value}"),
}


_HITS: Mapping[str, str] = {
    "records": N_("personal data: {count} records"),
    "claims": N_("telephone numbers: {count}"),
}


def _came(ending: Entry | None) -> str:
    if ending is None:
        return _("not ended yet")
    found = [word(KINDS, kind) for kind in _words(ending.body.get("fields_returned"))]
    hits = ending.body.get("hits")
    if isinstance(hits, dict):
        found += [_(said, count=hits[name]) for name, said in _HITS.items() if hits.get(name)]
    kinds = _list(found)
    said = word(OUTCOMES, ending.event)
    return f"{said}\n{kinds}" if kinds else said


def _words(value: object) -> list[str]:
    if value is None:
        return []
    return [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)]


def _list(words: Iterable[str]) -> str:
    return _(", ").join(words)


def _moment(at: dt.datetime, zone: dt.tzinfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def _style(name: str, size: float, **more: object) -> ParagraphStyle:
    # One leading for both scripts; CJK wrapping breaks Chinese between any two characters.
    return ParagraphStyle(name, fontName=LATIN, fontSize=size, leading=size * 1.4, alignment=TA_LEFT, **more)


_TITLE = _style("title", 17, spaceAfter=3 * mm)
_HEADING = _style("heading", 11, spaceBefore=3 * mm, spaceAfter=1.5 * mm)
_BODY = _style("body", 9.5, spaceAfter=1.2 * mm)
_SMALL = _style("small", 8, textColor=_GREY)
_CELL = _style("cell", 7.6)
_HEAD = _style("head", 7.6, textColor=_GREY)
_CODE = ParagraphStyle("code", fontName="Courier", fontSize=7.2, leading=9.5, spaceAfter=0.4 * mm)


def _text(text: str, style: ParagraphStyle = _BODY) -> Paragraph:
    bold = style in (_TITLE, _HEADING)
    wrap = "CJK" if language() == "zh" or style is _CODE else None
    chosen = ParagraphStyle(f"{style.name}-{wrap}", parent=style, wordWrap=wrap)
    return Paragraph(marked(text, bold).replace("\n", "<br/>"), chosen)


def _table(rows: Sequence[Sequence[str]], widths: Sequence[float]) -> Table:
    cells = [[_text(cell, _CELL if number else _HEAD) for cell in row] for number, row in enumerate(rows)]
    table = Table(cells, colWidths=[width * mm for width in widths], repeatRows=1, hAlign="LEFT")
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (-1, -1), 2 * mm),
                ("TOPPADDING", (0, 0), (-1, -1), 1),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
            ]
        )
    )
    return table


def _qr(text: str) -> Drawing:
    code = segno.make(text, error="m", micro=False, boost_error=False)
    modules = [list(row) for row in code.matrix]
    side = 40 * mm
    unit = side / (len(modules) + 8)  # a quiet zone of four modules on each side (ISO/IEC 18004)
    drawing = Drawing(side, side)
    for y, row in enumerate(modules):
        for x, dark in enumerate(row):
            if dark:
                place = ((x + 4) * unit, side - (y + 5) * unit)
                drawing.add(Rect(*place, unit, unit, fillColor=colors.black, strokeColor=None, strokeWidth=0))
    return drawing


def _footer(text: str):  # type: ignore[no-untyped-def]
    def drawn(canvas: Canvas, document: SimpleDocTemplate) -> None:
        canvas.saveState()
        canvas.setFillColor(_GREY)
        x = document.leftMargin
        for han, run in ((not in_latin(char), char) for char in f"{text} · {canvas.getPageNumber()}"):
            font = HAN.get() if han else LATIN
            canvas.setFont(font, 7.5)
            canvas.drawString(x, 10 * mm, run)
            x += pdfmetrics.stringWidth(run, font, 7.5)
        canvas.restoreState()

    return drawn
