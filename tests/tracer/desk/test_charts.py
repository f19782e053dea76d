"""Pictures hold what is known, show nobody, and need nothing from outside."""

from __future__ import annotations

import datetime as dt
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from graph.inuse import rank
from graph.model import (
    Claim,
    FactKind,
    Identity,
    Line,
    LineFact,
    LineType,
    NumberEvidence,
    Outcome,
    Party,
    Phone,
    StatedUser,
)
from tracer.desk import charting, charts
from tracer.desk.wording import reason
from tracer.errors import WrongUse

TODAY = dt.date(2026, 11, 23)
PHONE = Phone(e164="+8615400000001", line_type=LineType.MOBILE)
OKABE_ITO = {"#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7"}
GREYS = {"#222222", "#B8B8B8", "#E4E4E4", "white", "none"}


def case() -> tuple[NumberEvidence, ...]:
    claims = tuple(
        Claim(phone=PHONE, source="<form>&", record=str(place), stated_user=StatedUser.DEBTOR, date=day)
        for place, day in enumerate((dt.date(2024, 5, 1), None))
    )
    fact = LineFact(
        kind=FactKind.LINE_STATUS, value="active", phone=PHONE, source="carrier", as_of=dt.date(2025, 3, 1)
    )
    calls = tuple(
        Outcome(
            phone=PHONE,
            at=dt.datetime(2026, month, 1, 12, tzinfo=dt.UTC),
            line=Line.CONNECTED,
            party=party,
            identity=Identity.STATED,
        )
        for month, party in ((2, Party.SELF), (3, Party.NOBODY), (4, Party.THIRD_PARTY))
    )
    return (NumberEvidence(phone=PHONE, claims=claims, facts=(fact,), outcomes=calls),)


def drawn(kind: str) -> str:
    if kind == "timeline":
        return charts.timeline(case(), PHONE.key, TODAY)
    if kind == "waterfall":
        ranked = rank(case(), TODAY).numbers[0]
        return charts.waterfall(ranked, [reason(one) for one in ranked.reasons])
    if kind == "calibration":
        return charts.calibration([(0.1, 0.2, 10), (0.9, 0.8, 40)])
    curves = [charts.Curve(f"<{name}>", ((0.0, 0.7), (0.1, 0.77))) for name in "abcde"]
    return charts.saving(curves, 0.78)


KINDS = ["timeline", "waterfall", "calibration", "saving"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_is_sound_and_brings_nothing_from_outside(kind: str) -> None:
    text = drawn(kind)

    tags = {element.tag.rpartition("}")[2] for element in ET.fromstring(text).iter()}
    assert tags <= {"svg", "rect", "line", "polyline", "circle", "path", "text", "title", "g"}
    assert not re.search(r"<script|href|url\(|@import|font-face|\son\w+=", text)


@pytest.mark.parametrize("kind", KINDS)
def test_colours_are_those_that_colour_blind_people_tell_apart(kind: str) -> None:
    colours = set(re.findall(r'(?:fill|stroke)="([^"]+)"', drawn(kind)))

    assert colours <= OKABE_ITO | GREYS


@pytest.mark.parametrize("kind", ["timeline", "waterfall"])
def test_a_picture_masks_the_number(kind: str) -> None:
    text = drawn(kind)

    assert PHONE.shown in text
    assert "15400000001" not in text


def test_every_kind_of_mark_has_a_shape_of_its_own() -> None:
    shapes = [shape for shape, _colour, _name in charts._KINDS.values()]

    assert len(set(shapes)) == len(shapes)


def test_lines_of_a_saving_curve_differ_by_their_strokes_too() -> None:
    strokes = re.findall(r"<polyline[^>]*?(?:stroke-dasharray=\"([^\"]+)\")?/>", drawn("saving"))

    assert len(strokes) == 6
    assert len(set(strokes)) == 6


def test_a_timeline_marks_every_dated_piece_and_names_the_undated() -> None:
    text = drawn("timeline")

    hints = re.findall(r"<title>(\d{4}-\d\d-\d\d) ", text)
    assert hints == ["2024-05-01", "2025-03-01", "2026-02-01", "2026-03-01", "2026-04-01"]
    assert "not on the line: 1" in text


def test_a_timeline_ends_at_the_probability_of_today() -> None:
    points = re.search(r'<polyline points="([^"]+)"', drawn("timeline"))

    assert points is not None
    height = float(points[1].split()[-1].split(",")[1])
    p = rank(case(), TODAY).numbers[0].p
    assert height == pytest.approx(46 + (1 - p) * (420 - 46 - 56), abs=0.06)


def test_a_number_that_is_not_there_is_not_drawn() -> None:
    with pytest.raises(KeyError):
        charts.timeline(case(), "+8615400000009", TODAY)


def test_the_bars_of_the_terminal_add_up_to_their_last_row() -> None:
    ranked = rank(case(), TODAY).numbers[0]

    rows = charts.bars(ranked, [reason(one) for one in ranked.reasons])

    assert sum(float(bits) for bits, _bar, _text in rows[:-1]) == pytest.approx(float(rows[-1][0]), abs=0.1)
    assert len({len(bar) for _bits, bar, _text in rows}) == 1
    for (bits, bar, _text), one in zip(rows, ranked.reasons, strict=False):
        assert ("█" in bar) == (one.bits >= 0), bits


def test_one_number_of_a_case_is_drawn_by_its_token_and_others_are_refused(town: Any, tmp_path: Path) -> None:
    case_file = next(
        one for one in town.cases() if len(town.contacts(f"{one.client}/{one.number}").numbers) > 1
    )
    second = town.contacts(f"{case_file.client}/{case_file.number}").numbers[1]

    for kind in charting.KINDS:
        out = tmp_path / f"{kind}.svg"
        found = charting.draw(town.office, case_file, out, kind, second.token)
        assert found.token == second.token
        assert second.phone.shown in out.read_text(encoding="utf-8")
        assert out.stat().st_mode & 0o077 == 0

    for wrong in (("x.svg", "timeline", "n_nobody"), ("x.png", "timeline", ""), ("x.svg", "pie", "")):
        with pytest.raises(WrongUse):
            charting.draw(town.office, case_file, tmp_path / wrong[0], wrong[1], wrong[2])
        assert not (tmp_path / wrong[0]).exists()


def test_a_timeline_shows_of_each_day_what_ranking_on_that_day_alone_says() -> None:
    drawing = charts.timeline(case(), PHONE.key, TODAY)

    points = re.search(r'<polyline points="([^"]+)"', drawing)
    assert points is not None
    heights = [float(point.split(",")[1]) for point in points[1].split()]
    first = dt.date(2024, 5, 1)
    days = {first + dt.timedelta(days=round((TODAY - first).days * step / 72)) for step in range(73)}
    days |= {dt.date(2025, 3, 1)} | {dt.date(2026, month, 1) for month in (2, 3, 4)}
    said = [rank(case(), day).numbers[0].p for day in sorted(days)]
    top, bottom = 46.0, charts.HEIGHT - 56.0
    assert heights == [pytest.approx(top + (1.0 - p) * (bottom - top), abs=0.06) for p in said]
