"""Levels → bits of evidence: Fellegi–Sunter weights as reasons that add up.

A match starts from what the two records' places in their cases say (``prior``) and adds a bar per comparison.
How rare the agreeing value is has a bar of its own (``name.frequency``), and so has what is taken off because
contacts that hang together are one fact (``contacts.together``), or because two differently named people with
one telephone are a household (``household``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from graph.block import candidate_pairs
from graph.compare import Column, Pairs, compare
from graph.frequency import Frequencies
from graph.model import Match, Reason, Record, Role
from graph.weights import DEFAULT, Relation, Weights

Bits = npt.NDArray[np.float64]
Bars = list[tuple[str, Bits, tuple[tuple[str, str], ...]]]

# Names that say two people: what they have in common is then a household's or a firm's, not a person's.
CLASH = ("name.one_character", "name.family_only", "name.generation", "name.different")
_HOUSEHOLD = (
    "phone.line",
    "address.same",
    "address.similar",
    "employer.same",
    "employer.similar",
    "email.role_box",
)
_RELATIONS = tuple(Relation)
_PLACES = 6
"""Decimals of a reason's bits: far below anything that matters, so that reasons print and add up alike."""


def match(
    records: Sequence[Record],
    pairs: Pairs | None = None,
    weights: Weights = DEFAULT,
    frequencies: Frequencies | None = None,
) -> tuple[Match, ...]:
    """Give each pair's evidence for being one person, sorted by the two refs (left < right).

    ``pairs`` are places in ``records`` (``candidate_pairs(records)`` if not given); a pair of a record with
    itself raises ``ValueError``, and so do two records with one ref. The answer for a pair does not depend on
    the order of records or pairs. Of other records it depends in two ways only: how many names hold a shared
    value, and, from ``frequency.ENOUGH_CASES`` cases on, how common a full name is.
    """
    refs = [record.ref for record in records]
    if len(set(refs)) != len(refs):
        raise ValueError("two records have one ref; refs must be unique to say who is who")
    found = candidate_pairs(records) if pairs is None else np.asarray(pairs, dtype=np.intp).reshape(-1, 2)
    if not len(found):
        return ()
    if (found[:, 0] == found[:, 1]).any():
        raise ValueError("a record cannot be matched with itself")
    names = sorted(range(len(refs)), key=refs.__getitem__)
    standing = np.empty(len(refs), dtype=np.intp)
    standing[names] = np.arange(len(refs))
    found = np.unique(np.sort(standing[found], axis=1), axis=0)
    ordered = [records[place] for place in names]
    bars = _bars(ordered, found, weights, frequencies)
    return _matches(ordered, found, bars)


def _bars(records: Sequence[Record], pairs: Pairs, weights: Weights, frequencies: Frequencies | None) -> Bars:
    columns = compare(records, pairs, frequencies)
    bars: Bars = []
    relation = _relations(records, pairs)
    for place, kind in enumerate(_RELATIONS):
        chosen = np.where(relation == place, weights.by_relation[kind].bits, 0.0)
        bars.append(("prior", chosen, (("relation", kind.value),)))
    household = np.zeros(len(pairs))
    personal = np.zeros(len(pairs))
    for name, column in columns.items():
        params = (("scheme", name.removeprefix("id:")),) if name.startswith("id:") else ()
        contact = name in {"phone", "address", "employer", "email"}
        for code, bits, rarity in _levels(column, weights):
            bars.append((code, bits, params))
            bars.append((f"{name.partition(':')[0]}.frequency", rarity, params))
            if contact:
                gained = np.maximum(bits + rarity, 0.0)
                if code in _HOUSEHOLD:
                    household += gained
                else:
                    personal += gained
    together = np.minimum(np.minimum(household, weights.household_cap) + personal, weights.contact_cap)
    clash = np.isin(columns["name"].level, [columns["name"].codes.index(code) + 1 for code in CLASH])
    gained = household + personal
    bars.append(("contacts.together", np.where(clash, 0.0, together - gained), ()))
    bars.append(("household", np.where(clash, -gained, 0.0), ()))
    return bars


def _levels(column: Column, weights: Weights) -> list[tuple[str, Bits, Bits]]:
    """Give for each level that occurs its code, its bits, and the bits of its value's rarity beside them."""
    found = []
    for place in np.unique(column.level[column.level > 0]).tolist():
        code = column.codes[place - 1]
        level = weights.by_code[code]
        here = column.level == place
        nominal = level.bits
        extra = np.zeros(len(here))
        if code == "phone.masked":
            extra = nominal * (column.rarity - 1.0)
        elif level.by_value:
            cap = weights.masked_id_cap if code == "id.masked" else weights.name_cap
            extra = math.log2(level.m) + np.minimum(column.rarity, cap) - nominal
        # A value that many names hold says less, and at worst nothing: it never counts against one person.
        shared = np.maximum(nominal + extra - np.log2(column.holders), 0.0) - nominal
        extra = np.where(column.holders > 1, shared, extra)
        found.append((code, np.where(here, nominal, 0.0), np.where(here, extra, 0.0)))
    return found


def _relations(records: Sequence[Record], pairs: Pairs) -> npt.NDArray[np.intp]:
    """Give each pair's relation as a place in ``Relation``."""
    cases: dict[str, int] = {}
    case = np.fromiter(
        (cases.setdefault(record.case, len(cases)) for record in records), dtype=np.intp, count=len(records)
    )
    roles = tuple(Role)
    role = np.fromiter((roles.index(record.role) for record in records), dtype=np.intp, count=len(records))
    known = np.fromiter((record.case != "" for record in records), dtype=np.bool_, count=len(records))
    left, right = pairs[:, 0], pairs[:, 1]
    debtor, spouse = roles.index(Role.DEBTOR), roles.index(Role.SPOUSE)
    same_role = role[left] == role[right]
    answer = np.full(len(pairs), _RELATIONS.index(Relation.TWO_OF_A_CASE))
    answer[(role[left] == debtor) ^ (role[right] == debtor)] = _RELATIONS.index(Relation.DEBTOR_AND_OTHER)
    answer[same_role & (role[left] == debtor)] = _RELATIONS.index(Relation.ONE_DEBTOR)
    answer[same_role & (role[left] == spouse)] = _RELATIONS.index(Relation.ONE_ROLE)
    answer[(case[left] != case[right]) | ~known[left]] = _RELATIONS.index(Relation.TWO_CASES)
    return answer


def _matches(records: Sequence[Record], pairs: Pairs, bars: Bars) -> tuple[Match, ...]:
    """Turn columns of bits into matches; equal reasons are one object, so that many pairs stay cheap."""
    reasons: list[list[Reason]] = [[] for _ in range(len(pairs))]
    for code, bits, params in bars:
        rounded = np.round(bits, _PLACES)
        where = np.flatnonzero(rounded)
        values, inverse = np.unique(rounded[where], return_inverse=True)
        made = [Reason(code=code, bits=value, params=params) for value in values.tolist()]
        for place, index in zip(where.tolist(), inverse.tolist(), strict=True):
            reasons[place].append(made[index])
    refs = [record.ref for record in records]
    return tuple(
        Match(left=refs[left], right=refs[right], reasons=tuple(of))
        for (left, right), of in zip(pairs.tolist(), reasons, strict=True)
    )
