"""The places a manifest may write (``{phone.e164}``), and what a question puts there. There are no others."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from graph.model import Identifier, PartialDate, country_code
from sources.carrier.camara import PURPOSES
from sources.contract import Ask, Field

PLACE = re.compile(r"\{([a-z0-9_.]+)\}")
CREDENTIALS = frozenset(
    {"auth.id", "auth.secret"}
)  # the gateway's to fill in, when a vendor wants them there
_E164 = re.compile(r"\+[1-9][0-9]{4,14}")

Value = str | int
"""What stands in a place. A whole number keeps its kind when the place is all there is."""


class CannotAsk(Exception):
    """The question cannot be put to this vendor; the code says why and names no value."""


def _phone(ask: Ask) -> str | None:
    if ask.phone is None:
        return None
    if ask.phone.masked:
        raise CannotAsk("number_masked")
    if ask.phone.extension:
        raise CannotAsk("number_behind_switchboard")  # the line is the employer's
    if not _E164.fullmatch(ask.phone.e164):
        raise CannotAsk("number_not_e164")
    return ask.phone.e164


def _national(ask: Ask) -> str | None:
    phone = _phone(ask)
    return phone[1 + len(country_code(phone[1:])) :] if phone else None


def _country(ask: Ask) -> str | None:
    phone = _phone(ask)
    return country_code(phone[1:]) if phone else None


def _anchor(ask: Ask) -> dt.date | None:
    if ask.anchor_date is not None and ask.anchor_date > ask.today:
        raise CannotAsk("anchor_date_in_future")
    return ask.anchor_date


def _of_anchor(form: Callable[[dt.date], Value]) -> Callable[[Ask], Value | None]:
    def say(ask: Ask) -> Value | None:
        day = _anchor(ask)
        return None if day is None else form(day)

    return say


def _name(part: str) -> Callable[[Ask], str | None]:
    def say(ask: Ask) -> str | None:
        if ask.name is None or ask.name.masked:
            return None
        text: str = getattr(ask.name, part)
        return text.strip() or None

    return say


DOCUMENTS: Mapping[str, str] = MappingProxyType(
    {  # graph.clean.ids' schemes, in the order in which an operator is likely to hold them: CAMARA's word
        "prc_id": "national_id_card",
        "hk_id": "national_id_card",
        "tw_id": "national_id_card",
        "us_ssn": "social_security_id",
        "passport": "passport",
        "driver_licence": "driver_licence",
    }
)


def _document(ask: Ask, scheme: str = "") -> Identifier | None:
    known = list(DOCUMENTS)
    whole = [one for one in ask.ids if not one.masked and one.sound and scheme in ("", one.scheme)]
    order = {one.value: (known.index(one.scheme) if one.scheme in known else 99, one.value) for one in whole}
    return min(whole, key=lambda one: order[one.value], default=None)


def _id(scheme: str = "") -> Callable[[Ask], str | None]:
    def say(ask: Ask) -> str | None:
        found = _document(ask, scheme)
        return found.value if found else None

    return say


def _id_type(ask: Ask) -> str | None:
    found = _document(ask)
    return DOCUMENTS.get(found.scheme) if found else None


def _born(form: str) -> Callable[[Ask], str | None]:
    def say(ask: Ask) -> str | None:
        day = _day(ask.born)
        return day.strftime(form) if day else None

    return say


def _day(born: PartialDate | None) -> dt.date | None:
    if born is None or born.month is None or born.day is None:
        return None
    try:
        return dt.date(born.year, born.month, born.day)
    except ValueError:
        return None


_Say = Callable[[Ask], Value | None]

PLACES: Mapping[str, tuple[Field | None, _Say]] = MappingProxyType(
    {
        "phone.e164": (Field.PHONE, _phone),
        "phone.digits": (Field.PHONE, lambda ask: (_phone(ask) or "")[1:] or None),
        "phone.national": (Field.PHONE, _national),
        "phone.country_code": (Field.PHONE, _country),
        "anchor_date": (Field.ANCHOR_DATE, _of_anchor(dt.date.isoformat)),
        "anchor_date.compact": (Field.ANCHOR_DATE, _of_anchor(lambda day: f"{day:%Y%m%d}")),
        "anchor_date.month": (Field.ANCHOR_DATE, _of_anchor(lambda day: f"{day:%Y%m}")),
        "anchor_date.us": (Field.ANCHOR_DATE, _of_anchor(lambda day: f"{day:%m/%d/%Y}")),
        "anchor_date.time": (Field.ANCHOR_DATE, _of_anchor(lambda day: f"{day:%Y-%m-%d}T00:00:00Z")),
        "anchor_date.hours": (
            Field.ANCHOR_DATE,
            lambda ask: None if (day := _anchor(ask)) is None else ((ask.today - day).days + 1) * 24,
        ),
        "anchor_date.days": (
            Field.ANCHOR_DATE,
            lambda ask: None if (day := _anchor(ask)) is None else (ask.today - day).days,
        ),
        "name": (Field.NAME, _name("text")),
        "name.text": (Field.NAME, _name("text")),
        "name.given": (Field.NAME, _name("given")),
        "name.family": (Field.NAME, _name("family")),
        "name.romanised": (Field.NAME, _name("romanised")),
        "id.number": (Field.ID_NUMBER, _id()),
        "id.prc_id": (Field.ID_NUMBER, _id("prc_id")),
        "id.us_ssn": (Field.ID_NUMBER, _id("us_ssn")),
        "id.passport": (Field.ID_NUMBER, _id("passport")),
        "id.type": (Field.ID_NUMBER, _id_type),
        "born": (Field.BORN, _born("%Y-%m-%d")),
        "born.compact": (Field.BORN, _born("%Y%m%d")),
        "address.text": (Field.ADDRESS, lambda ask: ask.address.text if ask.address else None),
        "employer": (Field.EMPLOYER, lambda ask: ask.employer or None),
        "employee_id": (Field.EMPLOYEE_ID, lambda ask: ask.employee_id or None),
        "case": (Field.CASE, lambda ask: ask.case or None),
        # Nobody's data:
        "today": (None, lambda ask: ask.today.isoformat()),
        "today.compact": (None, lambda ask: f"{ask.today:%Y%m%d}"),
        "region": (None, lambda ask: ask.region or None),
    }
)
"""Every place, the field it tells and how it is written. ``.md5`` and ``.sha256`` may follow a field's place.

A hash of a number is that number: there are few enough to try them all. It is told as what it is.
"""

_HASHES = {"md5": hashlib.md5, "sha256": hashlib.sha256}


def field_of(place: str) -> Field | None:
    """Give the field a place tells; None for one that tells nothing of a person. KeyError: no such place."""
    base, _, hashed = place.rpartition(".")
    if hashed in _HASHES and PLACES.get(base, (None,))[0] is not None:
        return PLACES[base][0]
    return PLACES[place][0]


def known(place: str) -> bool:
    """Say whether there is such a place (``purpose``, ``ref``, ``option.*`` apart)."""
    try:
        field_of(place)
    except KeyError:
        return False
    return True


def value_of(place: str, ask: Ask) -> Value | None:
    """Give what the question puts in a place; None when it does not know. Raises CannotAsk."""
    if place in PLACES:
        return PLACES[place][1](ask)
    base, _, hashed = place.rpartition(".")
    value = PLACES[base][1](ask)
    return None if value is None else _HASHES[hashed](str(value).encode()).hexdigest()


def purpose_of(ask: Ask, own: Mapping[str, str]) -> str:
    """Give the word a vendor knows the purpose by: the manifest's own, else the W3C DPV term it is taken for.

    Raises CannotAsk when there is none.
    """
    if ask.purpose in own:
        return own[ask.purpose]
    term = PURPOSES.get(ask.purpose, ask.purpose)
    if not re.fullmatch(r"dpv:[A-Z][A-Za-z]{1,63}", term):
        raise CannotAsk("purpose_without_dpv_term")
    return term


def places_in(value: object) -> frozenset[str]:
    """Give the names of all places in a template, however deep."""
    if isinstance(value, str):
        return frozenset(PLACE.findall(value))
    if isinstance(value, Mapping):
        return frozenset().union(*(places_in(inner) for inner in value.values()))
    if isinstance(value, list | tuple):
        return frozenset().union(*(places_in(inner) for inner in value))
    return frozenset()


def filled(value: object, known: Mapping[str, Value]) -> object:
    """Give a template with its places filled; what needs a place that is not known is left out (None)."""
    if isinstance(value, str):
        whole = PLACE.fullmatch(value)
        if whole:
            return known.get(whole[1])
        if any(place not in known for place in PLACE.findall(value)):
            return None
        return PLACE.sub(lambda hit: str(known[hit[1]]), value)
    if isinstance(value, Mapping):
        inner = {key: filled(part, known) for key, part in value.items()}
        return {key: part for key, part in inner.items() if part is not None}
    if isinstance(value, list | tuple):
        return [part for part in (filled(item, known) for item in value) if part is not None]
    return value
