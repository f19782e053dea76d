"""Which entries are wanted, as SQL that stays quick on a million: indexes where there are any, else one scan.

Words of a body are looked for as text first, which costs a fraction of taking its JSON apart, and only where
they stand is it taken apart.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass, field

from tracer.log.entry import stamp
from tracer.log.vocabulary import ASKED, ENDINGS

ALLOWED = "allow"  # policy's word for yes: what was asked had been allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What an entry must be to be given; empty means any.

    ``cases`` and ``tokens`` are keyed pseudonyms: the entry is of one of the cases, its body names one of the
    tokens. ``client`` is named in the entry or in the one it is about; ``rule`` fired; ``since`` is
    included, ``until`` is not.
    """

    event: str = ""
    actor: str = ""
    source: str = ""
    client: str = ""
    purpose: str = ""
    outcome: str = ""
    verdict: str = ""
    rule: str = ""
    cases: tuple[str, ...] | None = field(default=None, repr=False)
    tokens: tuple[str, ...] | None = field(default=None, repr=False)
    about: int | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None

    def where(self, names: Callable[[str], tuple[str, ...]]) -> tuple[str, tuple[object, ...]]:
        """Give the condition (`` AND …``) and its values; ``names`` tells how an actor may be written."""
        parts: list[tuple[str, tuple[object, ...]]] = []
        if self.event:
            parts.append(("event = ?", (self.event,)))
        if self.source:
            parts.append(("source = ?", (self.source,)))
        if self.about is not None:
            parts.append(("about = ?", (self.about,)))
        if self.cases is not None and len(self.cases) == 1:
            # Said twice because the index is of entries that have a case, and SQLite must see that these do.
            parts.append(('"case" = ? AND "case" != \'\'', self.cases))
        elif self.cases is not None:
            parts.append(
                ('"case" IN (SELECT value FROM json_each(?)) AND "case" != \'\'', (json.dumps(self.cases),))
            )
        if self.since is not None:
            parts.append(("at >= ?", (stamp(self.since),)))
        if self.until is not None:
            parts.append(("at < ?", (stamp(self.until),)))
        if self.actor:
            parts.append(("actor IN (SELECT value FROM json_each(?))", (json.dumps(names(self.actor)),)))
        if self.outcome:
            parts.append(
                (
                    "event = ?" if self.outcome in ENDINGS else "outcome = ?",
                    (self.outcome,),
                )
            )
        if self.purpose:
            parts.append(_word("body", "$.purpose", self.purpose))
        if self.client:
            here, values = _word("body", "$.client", self.client)
            there, more = _word("asked.body", "$.client", self.client)
            there = f"EXISTS (SELECT 1 FROM log_entry AS asked WHERE asked.seq = log_entry.about AND {there})"  # noqa: S608
            parts.append((f"({here} OR {there})", values + more))
        if self.verdict:
            here, values = _word("body", "$.verdict", self.verdict)
            asked = f" OR event = '{ASKED}'" if self.verdict == ALLOWED else ""
            parts.append((f"({here}{asked})", values))
        if self.rule:
            parts.append(_word("body", "$.fired", self.rule))
        if self.tokens is not None:
            named = " OR ".join("instr(body, ?)" for _ in self.tokens) or "0"
            parts.append((f"({named})", tuple(f'"{token}"' for token in self.tokens)))
        where = "".join(f" AND {condition}" for condition, _values in parts)
        return where, tuple(value for _condition, values in parts for value in values)


def _word(body: str, path: str, word: str) -> tuple[str, tuple[object, ...]]:
    # json_each gives a list's items, a mapping's values, and a lone value as itself.
    found = (
        f"(instr({body}, ?) AND EXISTS (SELECT 1 FROM json_each({body}, '{path}') AS said "  # noqa: S608
        "WHERE said.value = ? OR said.key = ?))"
    )
    return found, (json.dumps(word, ensure_ascii=False), word, word)
