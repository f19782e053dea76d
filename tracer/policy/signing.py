"""Sign-offs: a lawyer's name under a rule, kept beside the packs and never in them.

A rule of tier B or C waits for review. Signed, it is a rule like any other: a C rule that denies then denies
indeed. A sign-off is bound to what was read: when a later version of the program words the rule otherwise, or
changes a figure, the sign-off lapses and the rule waits again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace

from tracer.policy.pack import Clause, Pack, PackError, rule

_OURS = {"reviewed_by", "reviewed_on"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who reviewed which rule, when, and the hash of the rule as it stood."""

    rule: str
    reviewer: str
    on: dt.date
    pin: str


def pin(clauses: Iterable[Clause]) -> str:
    """Give the SHA-256 of a rule: all its entries but for the reviews themselves, whatever their order."""
    said = sorted(
        json.dumps(
            {one.name: _plain(getattr(clause, one.name)) for one in fields(clause) if one.name not in _OURS},
            sort_keys=True,
            ensure_ascii=False,
        )
        for clause in clauses
    )
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(str(one) for one in value)
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value if isinstance(value, bool | int | str) or value is None else str(value)


def read_signatures(content: str) -> tuple[Signature, ...]:
    """Read sign-offs. Raises PackError for what cannot be: half a sign-off is none."""
    try:
        document = tomllib.loads(content)
        entries = document.pop("signed", [])
        if document:
            raise PackError(f"sign-offs: no such part {sorted(document)}")
        return tuple(_signature(dict(entry)) for entry in entries)
    except PackError:
        raise
    except (KeyError, TypeError, ValueError) as error:
        raise PackError(f"sign-offs cannot be read: {type(error).__name__}") from error


def _signature(entry: dict[str, object]) -> Signature:
    found = Signature(
        rule=str(entry.pop("rule")),
        reviewer=str(entry.pop("reviewer")),
        on=_day(entry.pop("on")),
        pin=str(entry.pop("pin")),
    )
    if entry or not found.reviewer.strip():
        raise PackError(f"sign-off of {found.rule}: no such key, or no reviewer")
    return found


def _day(value: object) -> dt.date:
    if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
        raise TypeError("a day")
    return value


def written(signatures: Iterable[Signature]) -> str:
    """Give sign-offs as TOML, by rule."""
    parts = ["# Rules reviewed for this house: tracer policy sign. A changed rule is to be signed again.\n"]
    parts += [
        f"\n[[signed]]\nrule = {json.dumps(one.rule)}\n"
        f"reviewer = {json.dumps(one.reviewer, ensure_ascii=False)}\non = {one.on.isoformat()}\n"
        f"pin = {json.dumps(one.pin)}\n"
        for one in sorted(signatures, key=lambda one: one.rule)
    ]
    return "".join(parts)


def lapsed(packs: Sequence[Pack], signatures: Iterable[Signature]) -> tuple[Signature, ...]:
    """Give the sign-offs of rules that have changed since, or are there no more."""
    return tuple(
        one for one in signatures if one.pin != pin(clause for _pack, clause in rule(one.rule, packs))
    )


def signed(packs: Sequence[Pack], signatures: Sequence[Signature]) -> tuple[Pack, ...]:
    """Give the packs with the sign-offs that still hold in their rules.

    A pack with any is pinned by the hash of its bytes and of them, so that the log tells them apart.
    """
    stale = {one.rule for one in lapsed(packs, signatures)}
    held = {one.rule: one for one in signatures if one.rule not in stale}
    return tuple(_signed(pack, held) for pack in packs)


def _signed(pack: Pack, held: dict[str, Signature]) -> Pack:
    inside = sorted({clause.id for clause in pack.clauses} & set(held))
    if not inside:
        return pack
    text = "".join((pack.sha256, *(f"\n{held[name]}" for name in inside)))
    return replace(
        pack,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        clauses=tuple(
            replace(clause, reviewed_by=held[clause.id].reviewer, reviewed_on=held[clause.id].on.isoformat())
            if clause.id in held
            else clause
            for clause in pack.clauses
        ),
    )
