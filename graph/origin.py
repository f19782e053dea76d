"""Whose claim it is: of claims that were copied from one another, the one they go back to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from graph.model import Claim


def first_hand(claims: Sequence[Claim]) -> tuple[tuple[Claim, int], ...]:
    """Give of claims on one number each that is nobody's copy, with how many copies of it there are.

    Claims that share a record, or of which one names the other's record as its upstream, go back to one: that
    which was had first; undated ones were had last. A source counts once, however often it says the same.
    """
    parent = list(range(len(claims)))

    def top(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    own: dict[tuple[str, str], int] = {}
    named: dict[str, int] = {}
    for place, claim in enumerate(claims):
        parent[top(place)] = top(own.setdefault((claim.source, claim.record), place))
        # An upstream is named by its record alone, or with its source in front.
        named.setdefault(claim.record, place)
        named.setdefault(f"{claim.source}:{claim.record}", place)
    for place, claim in enumerate(claims):
        if claim.upstream:
            parent[top(place)] = top(named.setdefault(claim.upstream, place))
    families: dict[int, list[Claim]] = {}
    for place, claim in enumerate(claims):
        families.setdefault(top(place), []).append(claim)
    by_source: dict[str, tuple[Claim, int]] = {}
    for family in families.values():
        first = min(family, key=_had)
        others = len({claim.source for claim in family} - {first.source})
        before = by_source.get(first.source)
        if before is None:
            by_source[first.source] = (first, others)
        else:
            by_source[first.source] = (min(before[0], first, key=_had), before[1] + others)
    return tuple(by_source[source] for source in sorted(by_source))


def _had(claim: Claim) -> tuple[dt.date, str, str]:
    days = [day for day in (claim.first_seen, claim.date) if day is not None]
    return (min(days, default=dt.date.max), claim.source, claim.record)
