"""Templates filled in: escaped always, in the reader's language, with what every page needs."""

from __future__ import annotations

import datetime as dt
from hashlib import sha256
from pathlib import Path
from typing import Any

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from tracer.desk.wording import (
    ADVICE,
    BARS,
    EVENTS,
    FIELDS,
    HEARD,
    JUDGEMENTS,
    OUTCOMES,
    PARTIES,
    ROLES,
    SOURCES,
    STATES,
    USERS,
    WISHES,
    reason,
    word,
)
from tracer.desk.wording_enquiry import ENQUIRY_STATES
from tracer.desk.wording_enquiry import KINDS as ENQUIRIES
from tracer.desk.wording_matches import alarm
from tracer.desk.wording_pages import (
    FACT_KINDS,
    IDENTITIES_SEEN,
    REVEALS,
    RULINGS,
    SEATS,
    STANDINGS,
    VERDICTS,
)
from tracer.desk.wording_plan import THEN, WHY
from tracer.desk.wording_review import CONCLUSIONS, DRAWN, STRENGTHS
from tracer.desk.wording_rights import APPROVALS
from tracer.desk.wording_rights import KINDS as RIGHTS
from tracer.desk.wording_rights import STATES as DECISIONS
from tracer.policy.roles import May
from tracer.words import ANSWERS, LANGUAGES, OPERATIONS, PRIORITIES, PURPOSES, _, language

_FOLDER = Path(__file__).parent
# The tables of words that templates use, by name.
TABLES = {
    "ADVICE": ADVICE,
    "ANSWERS": ANSWERS,
    "APPROVALS": APPROVALS,
    "BARS": BARS,
    "CONCLUSIONS": CONCLUSIONS,
    "DECISIONS": DECISIONS,
    "DRAWN": DRAWN,
    "ENQUIRIES": ENQUIRIES,
    "ENQUIRY_STATES": ENQUIRY_STATES,
    "EVENTS": EVENTS,
    "FACT_KINDS": FACT_KINDS,
    "FIELDS": FIELDS,
    "HEARD": HEARD,
    "IDENTITIES_SEEN": IDENTITIES_SEEN,
    "JUDGEMENTS": JUDGEMENTS,
    "OPERATIONS": OPERATIONS,
    "OUTCOMES": OUTCOMES,
    "PARTIES": PARTIES,
    "PRIORITIES": PRIORITIES,
    "PURPOSES": PURPOSES,
    "REVEALS": REVEALS,
    "RIGHTS": RIGHTS,
    "ROLES": ROLES,
    "RULINGS": RULINGS,
    "SEATS": SEATS,
    "SOURCES": SOURCES,
    "STANDINGS": STANDINGS,
    "STATES": STATES,
    "STRENGTHS": STRENGTHS,
    "THEN": THEN,
    "USERS": USERS,
    "VERDICTS": VERDICTS,
    "WHY": WHY,
    "WISHES": WISHES,
}
# The one Any of this room: what a template is given is as wide as what it shows.
Shown = Any


def _environment() -> Environment:
    found = Environment(
        loader=FileSystemLoader(_FOLDER / "templates"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals |= {"_": _, "May": May, "LANGUAGES": LANGUAGES, "word": word, "static": _static}
    found.globals |= {"said": reason, "alarm": alarm, **TABLES}
    found.filters |= {"day": _day, "moment": _moment, "percent": _percent, "minor": _minor}
    return found


_STAMPS: dict[str, str] = {}


def _static(name: str) -> str:
    """Give the address of a file of ours, with its hash: a new file is never taken for the old one."""
    if name not in _STAMPS:
        path = _FOLDER / "static" / name
        _STAMPS[name] = sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else "0"
    return f"/static/{name}?{_STAMPS[name]}"


def _day(day: dt.date | None) -> str:
    if day is None:
        return "—"
    return f"{day.year}年{day.month}月{day.day}日" if language() == "zh" else f"{day:%d %b %Y}".lstrip("0")


def _moment(at: dt.datetime | None, zone: dt.tzinfo) -> str:
    if at is None:
        return "—"
    here = at.astimezone(zone)
    return f"{_day(here.date())} {here:%H:%M}"


def _percent(share: float) -> str:
    return f"{share * 100:.0f}\N{NO-BREAK SPACE}%"


def _minor(minor: int | None, currency: str = "") -> str:
    return "—" if minor is None else f"{minor / 100:,.2f} {currency}".strip()


_TEMPLATES = _environment()


def page(name: str, request: Request, here: Shown, **values: Shown) -> str:
    """Fill in a template; ``here`` is who reads it (``door.Here``), None when nobody is signed in."""
    office = request.app.state.office
    return _TEMPLATES.get_template(name).render(
        here=here,
        language=language(),
        path=request.url.path,
        zone=office.config.zone,
        today=office.today(),
        csrf=here.csrf if here is not None else "",
        **values,
    )


def piece(name: str, request: Request, here: Shown, **values: Shown) -> str:
    """Fill in a part of a page: as it is for htmx, within a page of its own for a plain link."""
    inner = page(name, request, here, **values)
    if request.headers.get("hx-request") == "true":
        return inner
    return page("whole.html", request, here, inner=Markup(inner))  # noqa: S704  a template of ours, escaped there
