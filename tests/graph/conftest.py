"""A builder of fictional records for the tests of identity matching."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from graph.clean.names import read_name
from graph.clean.phones import read_phones
from graph.model import Address, Employer, Identifier, LineType, PartialDate, Phone, Record, Role

Build = Callable[..., Record]


def prc(value: str, *, sound: bool = True) -> Identifier:
    """A fictional PRC id; region 99 does not exist."""
    masked = "*" in value
    date = value[6:14]
    born = (
        PartialDate(year=int(date[:4]), month=int(date[4:6]), day=int(date[6:])) if "*" not in date else None
    )
    return Identifier(scheme="prc_id", value=value, masked=masked, sound=sound and not masked, born=born)


def build(
    ref: str,
    name: str = "",
    *,
    case: str = "",
    role: str = "debtor",
    phones: str = "",
    lines: tuple[str, ...] = (),
    born: str = "",
    ids: tuple[Identifier, ...] = (),
    addresses: tuple[str, ...] = (),
    employers: tuple[str, ...] = (),
    emails: tuple[str, ...] = (),
    seen_on: dt.date | None = None,
    entry: int = 0,
) -> Record:
    """A record called ``s:<ref>``; its case is its own unless given. ``lines`` are landlines in E.164."""
    parts = [int(part) for part in born.split("-")] if born else []
    return Record(
        source="s",
        record=ref,
        role=Role(role),
        case=case or f"case-{ref}",
        seen_on=seen_on,
        names=tuple(found for one in name.split("|") if (found := read_name(one).value) is not None),
        ids=ids,
        born=PartialDate(**dict(zip(("year", "month", "day"), parts, strict=False))) if parts else None,
        phones=(
            *(read_phones(phones, "CN").value or ()),
            *(Phone(e164=line, line_type=LineType.LANDLINE) for line in lines),
        ),
        addresses=tuple(Address(text=text, country="CN") for text in addresses),
        employers=tuple(Employer(name=text, key=text) for text in employers),
        emails=emails,
        entry=entry,
    )


@pytest.fixture
def record() -> Build:
    return build


@pytest.fixture
def prc_id() -> Callable[..., Identifier]:
    return prc
