"""E-mail addresses: one per cell, lower-case, well formed."""

from __future__ import annotations

import re

from graph.clean.fault import Fault, Reading
from graph.clean.masks import mask_value, starred
from graph.clean.text import blank, tidy, words

# The address forms people really have (RFC 5322 dot-atom, RFC 1035 label lengths); quoted parts are not.
_ADDRESS = re.compile(
    r"(?P<local>[a-z0-9!#$%&'+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'+/=?^_`{|}~-]+)*)"
    r"@(?P<host>(?:[a-z0-9\u00a1-\U0010ffff](?:[a-z0-9\u00a1-\U0010ffff-]{0,61}[a-z0-9\u00a1-\U0010ffff])?\.)+"
    r"[a-z\u00a1-\U0010ffff][a-z0-9\u00a1-\U0010ffff-]{1,62})"
)
_BETWEEN = re.compile(r"[\s;,、<>()\[\]\"]+")
_NOBODY = words("none noemail no-email na n/a null nomail unknown noreply no-reply donotreply test xxx")
ROLE_BOXES = words("info hr sales office admin contact service support kefu mail accounts jobs")
"""Own parts of addresses that are a firm's, nobody's own."""
# RFC 5321 §4.5.3.1: 64 octets of local part; 254 for what fits a path.
_LONGEST_LOCAL = 64
_LONGEST = 254
_LONGEST_CELL = 2_000


def read_email(text: str) -> Reading[str]:
    """Give the first address of the cell in lower case; further ones are noted as ``email.several``."""
    if blank(text):
        return Reading(None)
    if len(text) > _LONGEST_CELL:
        return Reading(None, (Fault("email.too_long", (("length", str(len(text))),), lost=True),))
    cell = tidy(text).lower().replace("mailto:", " ").replace("。", ".")
    found: list[str] = []
    masked = False
    for piece in _BETWEEN.split(cell):
        word = piece.strip(".:'|/")
        if "@" not in word:
            continue
        if "*" in starred(word):
            masked = True
            continue
        match = _ADDRESS.fullmatch(word)
        if match and len(word) <= _LONGEST and len(match["local"]) <= _LONGEST_LOCAL and word not in found:
            found.append(word)
    if not found:
        if masked:
            return Reading(None, (Fault("email.masked", lost=True),))
        return Reading(None, (Fault("email.unreadable", (("shown", mask_value(cell[:200])),), lost=True),))
    usable = [address for address in found if address.partition("@")[0] not in _NOBODY]
    if not usable:
        return Reading(None, (Fault("email.placeholder", lost=True),))
    return Reading(usable[0], (Fault("email.several"),) if len(usable) > 1 else ())
