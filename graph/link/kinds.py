"""What a column of a plain table holds, and the comparison it takes part in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.int32]
NAME_PARTS = ("name.given", "name.family", "name.middle")
ADDRESS_PARTS = (
    "address.number",
    "address.street",
    "address.suburb",
    "address.city",
    "address.region",
    "address.postcode",
    "address.country",
)
PLAIN = (
    "name", *NAME_PARTS, "born", "born.year", "born.month", "born.day", "id", "phone", "email", "address",
    *ADDRESS_PARTS, "employer", "sex", "birthplace", "occupation",
)  # fmt: skip
"""Every kind but those with a name of their own behind the dot (``id.<scheme>``, ``other.<name>``)."""
_OWN_NAME = re.compile(r"(?:id|other)\.[\w\-]+")


class Style(StrEnum):
    """How the values of a comparison are compared."""

    NAME = "name"
    TEXT = "text"
    CODE = "code"
    DATE = "date"
    ID = "id"
    ADDRESS = "address"
    EQUAL = "equal"


_STYLES = {
    "born": Style.DATE,
    "address": Style.ADDRESS,
    "address.number": Style.CODE,
    "address.postcode": Style.CODE,
    "address.region": Style.EQUAL,
    "address.country": Style.EQUAL,
    "phone": Style.CODE,
    "email": Style.CODE,
    "sex": Style.EQUAL,
    "name.generation": Style.EQUAL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """One column of the file: for each row the place of its text in ``values``, or −1 where it has none."""

    kind: str
    codes: Codes
    values: Sequence[str]

    def __repr__(self) -> str:
        return f"Raw({self.kind}: {len(self.codes)} rows, {len(self.values)} values)"


def known(kind: str) -> bool:
    """Tell whether there is such a kind of column."""
    return kind in PLAIN or _OWN_NAME.fullmatch(kind) is not None


def style(comparison: str) -> Style:
    """Give how the values of a comparison are compared."""
    if comparison in NAME_PARTS:
        return Style.NAME
    if comparison == "id" or comparison.startswith("id."):
        return Style.ID
    return _STYLES.get(comparison, Style.TEXT)


def household(comparison: str) -> bool:
    """Tell whether people who live or work together have this in common."""
    return comparison.partition(".")[0] in {"address", "phone", "email", "employer", "birthplace"} or (
        comparison == "name.family"
    )
