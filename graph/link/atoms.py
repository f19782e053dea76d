"""What keys are made of: whole values, and coarse forms of them that survive a slip or a mask."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from graph.clean.text import has_han
from graph.link.dates import digits
from graph.link.table import Field, Table
from graph.link.texts import Arrow, Texts, numbered, only, or_else

_SOUNDEX = str.maketrans("bfpvcgjkqsxzdtlmnr", "111122222222334556")
_HAN = r"^[\x{4e00}-\x{9fff}]+$"
_TAIL, _HEAD, _START = 4, 14, 5
_NEARLY_ALL = 0.95
_WITHOUT = frozenset({"sex", "address.country", "name.generation", "name.middle"})


@dataclass(frozen=True, slots=True, eq=False)
class Atom:
    """A number for each row, −1 where it has none; ``size`` is above all numbers. Where a kind has several
    columns they stand one behind the other: one row's first telephone meets another's second."""

    codes: npt.NDArray[np.int32]
    size: int


def atoms(table: Table) -> dict[str, Atom]:
    """Give what the table's keys are made of, by name: ``phone``, ``phone~tail``, ``born~year``."""
    found: dict[str, Atom] = {}
    given, family = table.field("name.given"), table.field("name.family")
    if given is not None or family is not None:
        found |= _of_names([field for field in (given, family) if field is not None])
    for field in table.fields:
        if field.name in _WITHOUT or field in (given, family):
            continue
        rows = np.concatenate(field.columns)
        whole = np.arange(len(field.values) + 1, dtype=np.int32)
        whole[-1] = -1
        whole[:-1][field.masked] = -1
        found[field.name] = Atom(whole[rows], len(field.values))
        if field.masked.any():
            found |= {f"{field.name}~{part}": _of(rows, texts) for part, texts in _unmasked(field).items()}
        if field.name == "born":
            signs = digits(field.values).astype(np.int32)
            year = signs[:, :4] @ np.array([1000, 100, 10, 1], dtype=np.int32)
            day = signs[:, 4:] @ np.array([1000, 100, 10, 1], dtype=np.int32)
            for part, numbers in (("year", year), ("day", np.where(day % 100 > 0, day, -1))):
                known = np.append(numbers, -1).astype(np.int32)
                found[f"born~{part}"] = Atom(known[rows], 10_000)
        elif field.name in {"address.street", "address.suburb", "address", "name.firm"}:
            start = pc.utf8_slice_codeunits(pc.replace_substring(field.values.arrow, " ", ""), 0, _START)
            found[f"{field.name}~start"] = _of(rows, start)
    return found


def _of(rows: npt.NDArray[np.int32], texts: Arrow) -> Atom:
    """Number the coarse forms of values, and give those of the rows."""
    (places,), values = numbered([texts])
    return Atom(np.append(places, np.int32(-1))[rows], max(len(values), 1))


def _of_names(fields: list[Field]) -> dict[str, Atom]:
    """Give the sounds of given and family names, numbered together so that exchanged ones meet, and their
    first letters; Chinese characters are their own sound."""
    found = {}
    sounds, _values = numbered([_sounds(field.values) for field in fields])
    size = max(len(_values), 1)
    for field, places in zip(fields, sounds, strict=True):
        rows = np.concatenate(field.columns)
        found[f"{field.name}~sound"] = Atom(np.append(places, np.int32(-1))[rows], size)
        first = _of(rows, pc.utf8_slice_codeunits(field.values.arrow, 0, 1))
        if _differs(first, found[f"{field.name}~sound"]):
            found[f"{field.name}~first"] = first
    return found


def _differs(one: Atom, other: Atom) -> bool:
    """Tell whether a coarser atom parts the rows otherwise than a finer one."""
    held = [np.count_nonzero(np.bincount(atom.codes[atom.codes >= 0])) for atom in (one, other)]
    return bool(held[0] != held[1])


def _sounds(values: Texts) -> Arrow:
    return or_else(only(values.arrow, pc.match_substring_regex(values.arrow, _HAN)), values, _sound_code)


def _unmasked(field: Field) -> dict[str, Arrow]:
    """Give what masks leave of values, seen or not: 3301**********1234, 138****1234. The ends are as long as
    nearly all masks of the column leave them."""
    values = pc.utf8_rtrim(field.values.arrow, "!")
    tail = pc.utf8_slice_codeunits(values, -_TAIL)
    found = {"tail": tail}
    masked = values.filter(pc.match_substring(values, "*"))
    front = pc.find_substring(masked, "*").to_numpy(zero_copy_only=False)
    shown = int(np.quantile(front, 1.0 - _NEARLY_ALL, method="lower")) if len(front) else 0
    if shown:
        found["ends"] = pc.binary_join_element_wise(pc.utf8_slice_codeunits(values, 0, shown), tail, "")
    if field.name != "phone":
        found["head"] = pc.utf8_slice_codeunits(values, 0, _HEAD)
    return {part: only(texts, pc.invert(pc.match_substring(texts, "*"))) for part, texts in found.items()}


def _sound_code(text: str) -> str:
    """Give the first letter and the next three consonant classes (Soundex, R. Russell 1918); for Chinese the
    characters themselves."""
    if "*" in text:
        return ""
    if has_han(text) or not text:
        return text
    word = text.replace(" ", "")
    rest = word[1:].translate(_SOUNDEX)
    code = word[0]
    last = word[0].translate(_SOUNDEX)
    for char in rest:
        if char.isdigit() and char != last:
            code += char
            if len(code) == 4:
                break
        if char not in "hw":
            last = char
    return code
