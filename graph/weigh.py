"""Two records, one person? The evidence as reasons in bits that add up.

The records become a small table and go through the scoring that a portfolio's millions go through
(``graph.link.score``), with the shipped model (``graph.link.published``) where nothing can be learned.
A match starts from what the two records' places in their cases say (``prior``) and adds a bar per comparison.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from graph.block import candidate_pairs
from graph.link.published import of_cases
from graph.link.records import table_of
from graph.link.score import Bar, Model, bars
from graph.model import Match, Reason, Record, Role
from graph.weights import DEFAULT, Relation

Pairs = npt.NDArray[np.intp]

_RELATIONS = tuple(Relation)
_PLACES = 12
"""Decimals of a reason's bits: far below anything that matters, so that reasons print and add up alike."""


def match(
    records: Sequence[Record], pairs: Pairs | None = None, model: Model | None = None
) -> tuple[Match, ...]:
    """Give each pair's evidence for being one person, sorted by the two refs (left < right).

    ``pairs`` are places in ``records`` (``candidate_pairs(records)`` if not given); a pair of a record with
    itself raises ``ValueError``, and so do two records with one ref. The answer for a pair does not depend on
    the order of records or pairs, and with a ``model`` not on other records at all; without one it is the
    shipped one, told how many names hold each value among ``records``.
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
    table = table_of(ordered)
    model = model or of_cases(table)
    told = bars(model, table, found[:, 0], found[:, 1])
    return _matches(ordered, found, told)


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


def _matches(records: Sequence[Record], pairs: Pairs, told: Sequence[Bar]) -> tuple[Match, ...]:
    """Turn columns of bits into matches; equal reasons are one object, so that many pairs stay cheap."""
    relation = _relations(records, pairs)
    reasons: list[list[Reason]] = [
        [_PRIORS[kind]] if _PRIORS[kind].bits else [] for kind in relation.tolist()
    ]
    bars = told[1:]
    bits = np.round([bar.bits for bar in bars], _PLACES) if bars else np.zeros((0, len(pairs)))
    made: dict[tuple[int, int, float], Reason] = {}
    levels = [[0] * len(pairs) if bar.level is None else bar.level.tolist() for bar in bars]
    for at, place in zip(*(axis.tolist() for axis in np.nonzero(bits)), strict=True):
        key = at, levels[at][place], bits.item(at, place)
        reason = made.get(key)
        if reason is None:
            reason = made[key] = _reason(bars[at].code_at(place), key[2])
        reasons[place].append(reason)
    refs = [record.ref for record in records]
    return tuple(
        Match(left=refs[left], right=refs[right], reasons=tuple(of))
        for (left, right), of in zip(pairs.tolist(), reasons, strict=True)
    )


def _reason(code: str, bits: float) -> Reason:
    """Give a reason; an id's scheme stands beside its code."""
    what, _dot, rest = code.partition(".")
    if what != "id":
        return Reason(code=code, bits=bits)
    scheme, _dot, how = rest.rpartition(".")
    return Reason(code=f"id.{how}", bits=bits, params=(("scheme", scheme),))


_PRIORS = tuple(
    Reason(code="prior", bits=DEFAULT.by_relation[kind].bits, params=(("relation", kind.value),))
    for kind in _RELATIONS
)
