"""A plain page: a title, sections with lines or tables; all escaped, nothing from outside, printable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

from tracer.words import language

STYLE = (
    "<style>body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;"
    "background:#fff}table{border-collapse:collapse;width:100%;margin:0 0 2rem}th,td{border:1px solid #bbb;"
    "padding:.3rem .6rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}th{background:#f2f2f2}"
    "h2{margin:2rem 0 .5rem;font-size:1.15rem}@media print{body{margin:0;max-width:none}}</style>"
)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a page: lines, or rows under heads; rows of two without heads are names and values."""

    title: str = field(repr=False)
    lines: Sequence[str] = field(default=(), repr=False)
    heads: Sequence[str] = field(default=(), repr=False)
    rows: Sequence[Sequence[str]] = field(default=(), repr=False)
    empty: str = field(default="", repr=False)


def page(title: str, sections: Sequence[Section], *, before: str = "", after: str = "") -> str:
    """Give a whole HTML page in the language being spoken; ``before`` and ``after`` are paragraphs."""
    body = "".join(map(_section, sections))
    return (
        f'<!doctype html>\n<html lang="{language()}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title>{STYLE}</head><body><h1>{escape(title)}</h1>"
        f"{_paragraph(before)}{body}{_paragraph(after)}</body></html>\n"
    )


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>" if text else ""


def _section(one: Section) -> str:
    head = f"<h2>{escape(one.title)}</h2>"
    if one.lines:
        return head + "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in one.lines) + "</ul>"
    if not one.rows:
        return head + _paragraph(one.empty)
    rows = []
    for row in one.rows:
        cells = [f"<td>{escape(str(cell))}</td>" for cell in row]
        if not one.heads:
            cells[0] = f'<th scope="row">{escape(str(row[0]))}</th>'
        rows.append(f"<tr>{''.join(cells)}</tr>")
    heads = "".join(f'<th scope="col">{escape(each)}</th>' for each in one.heads)
    top = f"<thead><tr>{heads}</tr></thead>" if heads else ""
    return f"{head}<table>{top}<tbody>{''.join(rows)}</tbody></table>"
