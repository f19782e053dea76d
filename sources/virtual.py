"""Sealed contact: how many numbers there are, and one that leads to one of them. Never the number itself.

The types are the promise. A :class:`VirtualNumber` can only be made of a number that lies in the vendor's
pool of virtual numbers, and a pool only of prefixes that no subscriber's number begins with.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field

# China's virtual operators and the middle numbers of the number protection service (700), beside 95 service
# codes (shared/reference/product.md §1.6); 154 and 164 are unassigned and stand in fictional pools. Every
# other mobile prefix belongs to people.
_CHINA = ("700", "95", "162", "165", "167", "170", "171", "154", "164")
_PREFIX = re.compile(r"\+[1-9]\d{4,13}")
_NUMBER = re.compile(r"\+[1-9]\d{6,14}")
MOST = 9  # more numbers than this of one person is a fault of the vendor


class RealNumber(ValueError):
    """A number that is not of the vendor's pool: somebody's own. It is not repeated and not kept."""


@dataclass(frozen=True, slots=True)
class Pool:
    """The prefixes of a vendor's virtual numbers, as its contract names them (``+86700``, ``+8617012``).

    Raises ValueError for a prefix that is too short to leave people's own numbers out.
    """

    prefixes: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.prefixes:
            raise ValueError("a pool has prefixes")
        for one in self.prefixes:
            if not _PREFIX.fullmatch(one) or (one.startswith("+86") and not one[3:].startswith(_CHINA)):
                raise ValueError(f"{one[:8]} is no prefix of virtual numbers")

    def covers(self, number: str) -> bool:
        """Tell whether a number is one of the pool's."""
        return bool(_NUMBER.fullmatch(number)) and number.startswith(self.prefixes)


@dataclass(frozen=True, slots=True, kw_only=True)
class VirtualNumber:
    """A number that rings the debtor for one caller until a moment, and is nobody's own.

    Raises RealNumber for one that is not of the pool, ValueError for a time without a zone.
    """

    number: str = field(repr=False)
    pool: Pool = field(repr=False)
    until: dt.datetime

    def __post_init__(self) -> None:
        if not self.pool.covers(self.number):
            raise RealNumber("not a number of the vendor's pool")
        if self.until.tzinfo is None:
            raise ValueError("a time has a zone")


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedCount:
    """How many numbers a carrier has of somebody, and the vendor's reference by which one can be bound."""

    count: int
    reference: str = field(repr=False)

    def __post_init__(self) -> None:
        if not 0 <= self.count <= MOST:
            raise ValueError("not a count of numbers")


Sealed = SealedCount | VirtualNumber
