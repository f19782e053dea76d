"""Columns of record pairs → comparison levels.

Every comparison looks at each distinct pair of values once, however many record pairs hold it; where a record
has several values the best pair of them stands for the record. Scores do not depend on which record is left.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from graph import frequency
from graph.block import ROLE_BOXES, marks
from graph.clean.text import simplified
from graph.forms import NameForm, address_form, born_of, dated, id_born, name_form, personal
from graph.frequency import Frequencies
from graph.model import Record
from graph.name_levels import NAME, name_score
from graph.similar import close, indel
from graph.value_levels import BORN, ID, PHONE, born_score, id_score, phone_score

Pairs = npt.NDArray[np.intp]
Score = tuple[int, float]

ADDRESS = ["address.same", "address.similar", "address.different"]
EMPLOYER = ["employer.same", "employer.similar", "employer.different"]
EMAIL = ["email.same", "email.role_box", "email.different"]

_CLOSE_ADDRESS = 0.85
_CLOSE_EMPLOYER = 0.8
"""Indel similarity from which two addresses (house numbers equal), two firms, are alike (judged)."""
_PARTS_FOR_CONTAINED = 6
_MOST_VALUES = 32
"""Values of one kind compared per record; a record with more is no person's (the first in sorted order)."""

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Column:
    """One comparison over all pairs.

    ``level`` is 0 (nothing to compare) or the place in ``codes`` + 1; ``rarity`` belongs to the value that
    decided, in bits (for masked phones the share of digits both show); ``holders`` is how many names hold it.
    """

    codes: tuple[str, ...]
    level: npt.NDArray[np.int8]
    rarity: npt.NDArray[np.float64]
    holders: npt.NDArray[np.int32]


def compare(
    records: Sequence[Record], pairs: Pairs, frequencies: Frequencies | None = None
) -> dict[str, Column]:
    """Give the levels of ``name``, ``born``, ``phone``, ``address``, ``employer``, ``email`` and, for each
    scheme that occurs, ``id:<scheme>``.

    ``frequencies`` say how common full names are; counted from ``records`` when not given (which
    has an effect only from ``frequency.ENOUGH_CASES`` cases on).
    """
    forms = [[name_form(name) for name in record.names] for record in records]
    if frequencies is None:
        frequencies = count_names(records, forms)
    whose = [frozenset(form.key for form in of) - {""} for of in forms]
    columns = {"name": _name_column(forms, pairs, frequencies)}
    ids = _id_columns(records, pairs, whose)
    columns.update(ids)
    columns["born"] = _born_column(records, pairs, ids)
    columns["phone"] = _column(
        [record.phones for record in records],
        pairs,
        PHONE,
        phone_score,
        lambda phone: (phone.key, personal(phone)),
        whose,
    )
    columns["address"] = _column(
        [[form for form in map(address_form, record.addresses) if form[0]] for record in records],
        pairs,
        ADDRESS,
        _address_score,
        lambda form: form[0],
        whose,
    )
    columns["employer"] = _column(
        [[simplified(e.key or e.name).casefold() for e in record.employers] for record in records],
        pairs,
        EMPLOYER,
        _employer_score,
        lambda text: text,
        whose,
    )
    columns["email"] = _column(
        [[email.casefold() for email in record.emails if "*" not in email] for record in records],
        pairs,
        EMAIL,
        _email_score,
        lambda text: text,
        whose,
    )
    return columns


def count_names(records: Sequence[Record], forms: Sequence[Sequence[NameForm]] | None = None) -> Frequencies:
    """Count how many people bear each full name; below ``frequency.ENOUGH_CASES`` nothing is counted."""
    if len({record.case for record in records}) < frequency.ENOUGH_CASES:
        return Frequencies()
    forms = forms or [[name_form(name) for name in record.names] for record in records]
    return frequency.count(
        (record.case, key, marks(record))
        for record, of in zip(records, forms, strict=True)
        for key in {_rarity_key(form) for form in of if not form.masked}
    )


def _rarity_key(form: NameForm) -> str:
    return form.han or form.key


def _column(
    values: Sequence[Sequence[V]],
    pairs: Pairs,
    codes: Sequence[str],
    score: Callable[[V, V], Score],
    key: Callable[[V], Hashable],
    whose: Sequence[frozenset[str]] | None = None,
) -> Column:
    """Score each distinct pair of values once and give every record pair its best."""
    count = len(pairs)
    level = np.zeros(count, dtype=np.int8)
    rarity = np.zeros(count)
    holders = np.ones(count, dtype=np.int32)
    place: dict[Hashable, int] = {}
    distinct: list[V] = []
    held: list[list[int]] = []
    names: list[set[str]] = []
    for at, of in enumerate(values):
        mine: list[int] = []
        for value in of:
            index = place.setdefault(key(value), len(distinct))
            if index == len(distinct):
                distinct.append(value)
                names.append(set())
            if whose is not None:
                names[index] |= whose[at]
            if index not in mine:
                mine.append(index)
        if len(mine) > _MOST_VALUES:
            mine = sorted(mine, key=lambda index: str(key(distinct[index])))[:_MOST_VALUES]
        held.append(mine)
    sizes = np.fromiter(map(len, held), dtype=np.intp, count=len(held))
    if not count or not sizes.any():
        return Column(tuple(codes), level, rarity, holders)
    flat = np.fromiter((index for of in held for index in of), dtype=np.intp, count=int(sizes.sum()))
    starts = np.cumsum(sizes) - sizes
    left, right = pairs[:, 0], pairs[:, 1]
    many = sizes[left] * sizes[right]
    which = np.repeat(np.arange(count), many)
    if not which.size:
        return Column(tuple(codes), level, rarity, holders)
    step = np.arange(which.size) - np.repeat(np.cumsum(many) - many, many)
    width = sizes[right][which]
    a = flat[starts[left][which] + step // width]
    b = flat[starts[right][which] + step % width]
    code = np.minimum(a, b) * len(distinct) + np.maximum(a, b)
    unique, inverse = np.unique(code, return_inverse=True)
    scored = [score(distinct[c // len(distinct)], distinct[c % len(distinct)]) for c in unique.tolist()]
    all_levels = np.fromiter((s[0] for s in scored), dtype=np.int8, count=len(scored))[inverse]
    all_rarity = np.fromiter((s[1] for s in scored), dtype=np.float64, count=len(scored))[inverse]
    carriers = np.fromiter((max(1, len(of)) for of in names), dtype=np.int32, count=len(names))
    all_holders = np.where(a == b, carriers[a], 1)
    # Nothing-to-compare (0) must not hide a level: it sorts behind all.
    rank = np.where(all_levels == 0, 127, all_levels)
    order = np.lexsort((all_holders, -all_rarity, rank, which))
    chosen, first = np.unique(which[order], return_index=True)
    best = order[first]
    level[chosen] = all_levels[best]
    rarity[chosen] = all_rarity[best]
    holders[chosen] = all_holders[best]
    return Column(tuple(codes), level, rarity, holders)


def _name_column(forms: Sequence[Sequence[NameForm]], pairs: Pairs, frequencies: Frequencies) -> Column:
    return _column(
        forms, pairs, NAME, lambda a, b: name_score(a, b, frequencies, close), lambda form: form, None
    )


def _id_columns(
    records: Sequence[Record], pairs: Pairs, whose: Sequence[frozenset[str]]
) -> dict[str, Column]:
    schemes = sorted({i.scheme for record in records for i in record.ids})
    return {
        f"id:{scheme}": _column(
            [[i for i in record.ids if i.scheme == scheme and i.value] for record in records],
            pairs,
            ID,
            id_score,
            lambda i: (i.value, i.masked, i.sound),
            whose,
        )
        for scheme in schemes
    }


def _born_column(records: Sequence[Record], pairs: Pairs, ids: dict[str, Column]) -> Column:
    """Compare dates of birth, unless the comparison of ids has counted them already.

    Where two ids agree (also in part) their dates are the same fact. Where they conflict, dates
    that come from those ids are no further evidence either way; a date a record gives beside its id is.
    """
    dates = [born_of(record) for record in records]
    column = _column(
        [[] if date is None else [date] for date in dates], pairs, BORN, born_score, lambda date: date, None
    )
    own = np.fromiter(
        (date is not None and date == id_born(record) for date, record in zip(dates, records, strict=True)),
        dtype=np.bool_,
        count=len(records),
    )
    both_own = own[pairs[:, 0]] & own[pairs[:, 1]]
    agree = ID.index("id.typo") + 1
    for name, compared in ids.items():
        scheme = name.removeprefix("id:")
        carries = np.fromiter(
            (any(i.scheme == scheme and dated(i) for i in record.ids) for record in records),
            dtype=np.bool_,
            count=len(records),
        )
        both = carries[pairs[:, 0]] & carries[pairs[:, 1]] & (compared.level > 0)
        column.level[both & ((compared.level <= agree) | both_own)] = 0
    return column


def _address_score(a: tuple[str, tuple[str, ...]], b: tuple[str, tuple[str, ...]]) -> Score:
    if a[0] == b[0]:
        return 1, 0.0
    (short, few), (long, many) = sorted((a, b), key=lambda form: (len(form[0]), form))
    inside = len(short) >= _PARTS_FOR_CONTAINED and short in long
    if few == many:
        if inside and few:
            return 1, 0.0
        if indel(short, long) >= _CLOSE_ADDRESS:
            return 2, 0.0
    # The building without the flat: 文三路100号 in 文三路100号3幢201室.
    return (2, 0.0) if inside and few else (3, 0.0)


def _employer_score(a: str, b: str) -> Score:
    if a == b:
        return 1, 0.0
    if indel(a, b) >= _CLOSE_EMPLOYER or (min(len(a), len(b)) >= 4 and (a in b or b in a)):
        return 2, 0.0
    return 3, 0.0


def _email_score(a: str, b: str) -> Score:
    if a == b:
        return (2 if a.partition("@")[0] in ROLE_BOXES else 1), 0.0
    return 3, 0.0
