"""How much may be sent: judged by the length a request states, before a byte of it is read.

A form is read before the guard of its route is asked. Without this a stranger could fill the disk with a file
that nobody will take, and a form of some gigabytes the memory.
"""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request

from tracer.policy.roles import May
from tracer.web.door import SAFE, NotAllowed, NotSignedIn, found
from tracer.words import N_

SMALL = 1 << 20  # every form and document but files
LARGEST = 5 * 1024**3  # a file of placements
# The few addresses that take a file, and what somebody must be allowed to send one there.
FILES = {
    "/imports": May.IMPORT,
    "/api/imports": May.IMPORT,
    "/lists": May.SUPPRESS,
    "/policy/replay": May.LOG_READ,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TooHeavy:
    """A request that is not read: its status, and why."""

    status: int
    sentence: str
    remedy: str


_UNSTATED = TooHeavy(
    status=411,
    sentence=N_("The request does not say how long it is"),
    remedy=N_("Send it with a Content-Length."),
)
_HEAVY = TooHeavy(
    status=413,
    sentence=N_("The request is too large"),
    remedy=N_("Divide the file; anything else is shorter."),
)


def weighed(request: Request) -> TooHeavy | None:
    """Give why a request is not read, or None. Raises NotSignedIn and NotAllowed for a file at the door."""
    if "transfer-encoding" in request.headers:
        return _UNSTATED
    stated = request.headers.get("content-length", "0")
    plain = stated.isascii() and stated.isdigit() and len(stated) < 16
    length = int(stated) if plain else LARGEST + 1
    if length <= SMALL and request.url.path not in FILES:
        return None
    wanted = FILES.get(request.url.path)
    if wanted is None or length > LARGEST:
        return _HEAVY
    if request.method in SAFE:
        return None if length <= SMALL else _HEAVY
    here = found(request)
    if here is None:
        raise NotSignedIn
    if not here.may(wanted):
        raise NotAllowed
    return None
