"""Plain columns → comparisons: every distinct text is cleaned once, and rows hold places in vocabularies."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from graph.clean.pinyin import surname, syllables
from graph.clean.text import has_han
from graph.link.cleaning import cleaned
from graph.link.han import sounds
from graph.link.kinds import NAME_PARTS, Codes, Raw, Style, style
from graph.link.spread import Spread, one_by_one
from graph.link.texts import Arrow, Few, Texts, mask, numbered, or_else
from graph.link.writings import columns as other_writings

_DIGITS = re.compile(r"\d+")
_PRC_DATE = r"^[0-9*]{6}((?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])).{3}[^!]!*$"
_SAMPLE = 1000
_FEW = 1000
_CHINESE_MOBILE = re.compile(r"(?:\+?86)?[\s-]*1[3-9][\d*\s-]{9,11}")


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Field:
    """One comparison. ``columns`` hold, row by row, places in ``values`` or −1; several columns of one kind
    (two telephones) are compared crosswise. ``marks`` says of each value what its style wants to know: the
    place of its sound (names), its numbers (addresses), 1 where its check digit is right (ids). ``ways`` and
    ``scripts`` are those of ``graph.link.writings``, for given and family names (else empty)."""

    name: str
    style: Style
    columns: tuple[Codes, ...]
    values: Texts
    marks: npt.NDArray[np.int32]
    masked: npt.NDArray[np.bool_]
    ways: npt.NDArray[np.int32]
    scripts: npt.NDArray[np.int8]

    def __repr__(self) -> str:
        return f"Field(…{len(self.masked)})"


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Rows ready to be compared. ``source`` is 0 or 1 when two files are linked, else 0 throughout."""

    rows: int
    source: npt.NDArray[np.int8]
    fields: tuple[Field, ...]
    dated: dict[str, npt.NDArray[np.bool_]]
    """For each kind of id that holds a date of birth, which rows show one."""

    @property
    def linking(self) -> bool:
        """True when rows of two files are compared with each other and not within a file."""
        return bool(self.source.any())

    def field(self, name: str) -> Field | None:
        """Give the comparison of this name."""
        return next((field for field in self.fields if field.name == name), None)


def _region(raws: Sequence[Raw]) -> str:
    """Guess where telephone numbers without a country code are from: China where most look like mobiles of
    its plan, else the United States."""
    phones = [text for raw in raws if raw.kind == "phone" for text in raw.values[:_SAMPLE]]
    chinese = sum(_CHINESE_MOBILE.fullmatch(text.strip()) is not None for text in phones)
    return "CN" if 2 * chinese > len(phones) else "US"


def build(
    raws: Sequence[Raw], source: npt.NDArray[np.int8], region: str = "", spread: Spread = one_by_one
) -> Table:
    """Give the comparisons of these columns. ``region`` reads telephone numbers without a country code; where
    it is not said it is guessed from the numbers.

    A name in one column becomes given, middle and family name; columns that say the same kind are one
    comparison; a comparison without any value is left out.
    """
    region = region or _region(raws)
    texts: dict[str, list[tuple[Codes, Arrow]]] = {}
    whole = _dates_joined(raws)
    for raw, clean in zip(whole, spread(lambda raw: cleaned(raw, region), whole), strict=True):
        for name, found in clean.items():
            texts.setdefault(name, []).append((raw.codes, found))
    dated = _with_dates_of_ids(texts)
    columns, values = _coded(texts)
    names = [name for name in sorted(columns) if any((codes >= 0).any() for codes in columns[name])]
    fields = spread(lambda name: field_of(name, columns[name], values[name]), names)
    return Table(len(source), source, tuple(fields), dated)


def field_of(name: str, columns: tuple[Codes, ...], texts: Sequence[str]) -> Field:
    """Give the comparison of this name for rows that hold places in a vocabulary of cleaned values."""
    if len(texts) <= _FEW and not isinstance(texts, Texts):
        values: Texts = Few(texts)
        masked = np.array(["*" in text for text in texts], dtype=np.bool_)
        marks = _few_marks(name, values)
    else:
        values = Texts.of(texts)
        masked = mask(pc.match_substring(values.arrow, "*"))
        marks = _marks(name, values)
    if name in {"name.given", "name.family"}:
        ways, scripts = other_writings(values, family=name == "name.family")
    else:
        ways, scripts = np.zeros((0, 4), dtype=np.int32), np.zeros(0, dtype=np.int8)
    return Field(name, style(name), columns, values, marks, masked, ways, scripts)


def _with_dates_of_ids(texts: dict[str, list[tuple[Codes, Arrow]]]) -> dict[str, npt.NDArray[np.bool_]]:
    """Add the dates of birth that ids show, also where the rest is masked, as dates of rows that give none;
    say which rows' ids show one."""
    dated: dict[str, npt.NDArray[np.bool_]] = {}
    for name in [name for name in texts if style(name) is Style.ID]:
        for codes, ids in texts[name]:
            dates = pc.struct_field(pc.extract_regex(ids, _PRC_DATE.replace("(", "(?P<day>", 1)), "day")
            if dates.null_count == len(dates):
                continue
            shown = np.append(mask(pc.is_valid(dates)), False)[codes]
            dated[name] = dated.get(name, np.zeros(len(codes), dtype=np.bool_)) | shown
            known = np.zeros(len(codes), dtype=np.bool_)
            for told, said in texts.get("born", []):
                known |= np.append(mask(pc.not_equal(pc.fill_null(said, ""), "")), False)[told]
            texts.setdefault("born", []).append((np.where(known, -1, codes).astype(np.int32), dates))
    return dated


def _coded(
    texts: dict[str, list[tuple[Codes, Arrow]]],
) -> tuple[dict[str, tuple[Codes, ...]], dict[str, Texts]]:
    """Number the cleaned texts of each comparison and give the rows' numbers. Given, family and middle names
    share their numbers, so that exchanged ones are seen to be equal."""
    columns: dict[str, tuple[Codes, ...]] = {}
    values: dict[str, Texts] = {}
    parts = tuple(name for name in texts if name in NAME_PARTS)
    for names in [parts, *((name,) for name in texts if name not in NAME_PARTS)]:
        held = [(name, codes, found) for name in names for codes, found in texts[name]]
        if not held:
            continue
        places, vocabulary = numbered([found for _name, _codes, found in held])
        for name in names:
            of = [
                np.append(place, np.int32(-1))[codes]
                for (owner, codes, _found), place in zip(held, places, strict=True)
                if owner == name
            ]
            columns[name], values[name] = _distinct(of), vocabulary
    return columns, values


def _distinct(columns: list[Codes]) -> tuple[Codes, ...]:
    """Drop what a row says twice."""
    for place, column in enumerate(columns):
        for before in columns[:place]:
            column[column == before] = -1
    return tuple(column for column in columns if (column >= 0).any()) or tuple(columns[:1])


def _dates_joined(raws: Sequence[Raw]) -> list[Raw]:
    """Make one column of year, month and day where a file has them apart."""
    parts = {raw.kind: raw for raw in raws if raw.kind.startswith("born.")}
    rest = [raw for raw in raws if not raw.kind.startswith("born.")]
    if "born.year" not in parts:
        return rest + [Raw(kind=f"other.{kind}", codes=r.codes, values=r.values) for kind, r in parts.items()]
    numbers = []
    for kind, width in (("born.year", 4), ("born.month", 2), ("born.day", 2)):
        raw = parts.get(kind)
        size = 1 + max((len(r.codes) for r in parts.values()), default=0)
        if raw is None:
            numbers.append(np.zeros(size - 1, dtype=np.int64))
            continue
        digits = [_DIGITS.search(text) for text in raw.values]
        table = np.array([int(d[0][-width:]) if d else 0 for d in digits] + [0], dtype=np.int64)
        numbers.append(table[raw.codes])
    year, month, day = numbers
    whole = np.where(year > 0, year * 10_000 + month * 100 + day, 0)
    distinct, codes = np.unique(whole, return_inverse=True)
    texts = tuple(f"{number:08d}" if number else "" for number in distinct.tolist())
    return [*rest, Raw(kind="born", codes=codes.astype(np.int32), values=texts)]


def _marks(name: str, values: Texts) -> npt.NDArray[np.int32]:
    kind = style(name)
    if kind is Style.NAME:
        heard = pc.replace_substring(sounds(values.arrow, family=name == "name.family"), "lyu", "lv")
        return numbered([or_else(heard, values, lambda text: sound(text, name))])[0][0]
    if kind is Style.TEXT:
        return numbered([pc.replace_substring(values.arrow, " ", "")])[0][0]
    if kind is Style.ADDRESS:
        numbers = pc.replace_substring_regex(values.arrow, r"[^\p{Nd}]+", " ")
        numbers = pc.replace_substring_regex(numbers, "(^| )0+", r"\1")
        return numbered([pc.utf8_trim(numbers, " ")])[0][0]
    if kind is Style.ID:
        return mask(pc.ends_with(values.arrow, "!")).astype(np.int32)
    return np.zeros(len(values), dtype=np.int32)


def _few_marks(name: str, values: Texts) -> npt.NDArray[np.int32]:
    """Do the same as ``_marks`` for a few values: one by one that is quicker."""
    kind = style(name)
    if kind is Style.ID:
        return np.array([text.endswith("!") for text in values], dtype=np.int32)
    if kind is Style.NAME:
        keys = [sound(text, name) for text in values]
    elif kind is Style.TEXT:
        keys = [text.replace(" ", "") for text in values]
    elif kind is Style.ADDRESS:
        keys = [" ".join(number.lstrip("0") for number in _DIGITS.findall(text)) for text in values]
    else:
        return np.zeros(len(values), dtype=np.int32)
    places: dict[str, int] = {}
    return np.array([places.setdefault(key, len(places)) for key in keys], dtype=np.int32)


def sound(text: str, name: str) -> str:
    """Give how a part of a name sounds, in pinyin or its own letters; family names as family names."""
    if has_han(text):
        heard = surname(text) if name == "name.family" else syllables(text)
        return heard.replace("lyu", "lv") or text
    return text.replace(" ", "").replace("lyu", "lv")
