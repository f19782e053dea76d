"""Plain columns → comparisons: every distinct text is cleaned once, and rows hold places in vocabularies."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph.clean.emails import read_email
from graph.clean.employers import employer_key
from graph.clean.ids import read_id
from graph.clean.latin_names import folded
from graph.clean.names import generation, read_name
from graph.clean.phones import read_phones
from graph.clean.pinyin import surname, syllables
from graph.clean.text import blank, has_han, simplified, tidy
from graph.forms import GENERATIONS, SELF_CHECKING
from graph.frequency import PINYIN_SURNAMES
from graph.link.dates import date_text, day_comes_first
from graph.link.kinds import NAME_PARTS, Codes, Raw, Style, style
from graph.link.writings import columns as other_writings

_WORDS = re.compile(r"[^\W_*]+|\*+")
_PLAIN_NAME = re.compile(r"[a-z]+(?: [a-z]+){1,2}")
_DIGITS = re.compile(r"\d+")
_NATIONAL_DIGITS = 7
_PRC_DATE = re.compile(r"[\d*]{6}((?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))")
_PRC_LENGTH = 18
_SAMPLE = 1000
_FIRM = re.compile(
    r"\b(?:inc|llc|ltd|limited|corp|co|company|corporation|incorporated|plc|gmbh)\b\.?", re.IGNORECASE
)
_FIRMS_WITH_ONE_END = 3
_TITLE = re.compile(r"^(?:sir|mr|mrs|ms|miss|dr|rev|capt|col|prof|lady|lord)\.? ")
_CHINESE_MOBILE = re.compile(r"(?:\+?86)?[\s-]*1[3-9][\d*\s-]{9,11}")
_STREET_KINDS = {
    "street": "st", "avenue": "ave", "av": "ave", "road": "rd", "drive": "dr", "lane": "ln", "court": "ct",
    "place": "pl", "boulevard": "blvd", "circuit": "cct", "crescent": "cres", "highway": "hwy",
    "square": "sq", "terrace": "ter", "parkway": "pkwy", "circle": "cir", "trail": "trl", "close": "cl",
    "north": "n",
    "south": "s", "east": "e", "west": "w", "apartment": "apt", "suite": "ste", "building": "bldg",
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One comparison. ``columns`` hold, row by row, places in ``values`` or −1; several columns of one kind
    (two telephones) are compared crosswise. ``marks`` says of each value what its style wants to know: the
    place of its sound (names), its numbers (addresses), 1 where its check digit is right (ids). ``ways`` and
    ``scripts`` are those of ``graph.link.writings``, for given and family names (else empty)."""

    name: str
    style: Style
    columns: tuple[Codes, ...]
    values: tuple[str, ...]
    marks: npt.NDArray[np.int32]
    masked: npt.NDArray[np.bool_]
    ways: npt.NDArray[np.int32]
    scripts: npt.NDArray[np.int8]

    def __repr__(self) -> str:
        return f"Field(…{len(self.values)})"


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


def build(raws: Sequence[Raw], source: npt.NDArray[np.int8], region: str = "") -> Table:
    """Give the comparisons of these columns. ``region`` reads telephone numbers without a country code; where
    it is not said it is guessed from the numbers.

    A name in one column becomes given, middle and family name; columns that say the same kind are one
    comparison; a comparison without any value is left out.
    """
    region = region or _region(raws)
    texts: dict[str, list[tuple[Codes, list[str]]]] = {}
    for raw in _dates_joined(raws):
        for name, cleaned in _cleaned(raw, region).items():
            texts.setdefault(name, []).append((raw.codes, cleaned))
    dated = _with_dates_of_ids(texts)
    fields = []
    # Given, family and middle names share a vocabulary, so that exchanged ones are seen to be equal.
    places: dict[str, int] = {}
    vocabularies = {name: (places if name in NAME_PARTS else {}) for name in texts}
    columns = {
        name: _distinct([_coded(codes, cleaned, vocabularies[name]) for codes, cleaned in of])
        for name, of in texts.items()
    }
    for name in sorted(columns):
        if not any((codes >= 0).any() for codes in columns[name]):
            continue
        fields.append(field_of(name, columns[name], tuple(vocabularies[name])))
    return Table(len(source), source, tuple(fields), dated)


def field_of(name: str, columns: tuple[Codes, ...], values: tuple[str, ...]) -> Field:
    """Give the comparison of this name for rows that hold places in a vocabulary of cleaned values."""
    masked = np.array(["*" in text for text in values], dtype=np.bool_)
    if name in {"name.given", "name.family"}:
        ways, scripts = other_writings(values, family=name == "name.family")
    else:
        ways, scripts = np.zeros((0, 3), dtype=np.int32), np.zeros(0, dtype=np.int8)
    return Field(name, style(name), columns, values, _marks(name, values), masked, ways, scripts)


def _with_dates_of_ids(
    texts: dict[str, list[tuple[Codes, list[str]]]],
) -> dict[str, npt.NDArray[np.bool_]]:
    """Add the dates of birth that ids show as dates of rows that give none; say which rows' ids show one."""
    dated: dict[str, npt.NDArray[np.bool_]] = {}
    for name in [name for name in texts if style(name) is Style.ID]:
        for codes, cleaned in texts[name]:
            dates = [_date_in(text) for text in cleaned]
            if not any(dates):
                continue
            shown = np.array([bool(date) for date in dates] + [False])[codes]
            dated[name] = dated.get(name, np.zeros(len(codes), dtype=np.bool_)) | shown
            known = np.zeros(len(codes), dtype=np.bool_)
            for told, said in texts.get("born", []):
                known |= np.array([bool(text) for text in said] + [False])[told]
            texts.setdefault("born", []).append((np.where(known, -1, codes).astype(np.int32), dates))
    return dated


def _date_in(text: str) -> str:
    """Give the date of birth in a Chinese id, also where the rest is masked."""
    match = _PRC_DATE.match(text)
    return match[1] if match and len(text.rstrip("!")) == _PRC_LENGTH else ""


def _distinct(columns: list[Codes]) -> tuple[Codes, ...]:
    """Drop what a row says twice."""
    for place, column in enumerate(columns):
        for before in columns[:place]:
            column[column == before] = -1
    return tuple(column for column in columns if (column >= 0).any()) or tuple(columns[:1])


def _coded(codes: Codes, cleaned: Sequence[str], places: dict[str, int]) -> Codes:
    """Put places in the vocabulary for places among the texts of the file."""
    table = np.full(len(cleaned) + 1, -1, dtype=np.int32)
    for at, text in enumerate(cleaned):
        if text:
            table[at] = places.setdefault(text, len(places))
    return table[codes]


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


def _cleaned(raw: Raw, region: str) -> dict[str, list[str]]:
    """Give for each comparison that the column feeds the normal form of its texts ("" for none)."""
    kind = raw.kind
    if kind == "name":
        trades = _trades(raw.values)
        parts = [_whole_name(text, trades) for text in raw.values]
        names = ("name.given", "name.middle", "name.family", "name.generation", "name.firm")
        return {name: [part[place] for part in parts] for place, name in enumerate(names)}
    if kind in NAME_PARTS:
        two = [_name_part(text) for text in raw.values]
        if kind == "name.given":
            # Initials behind a first name are middle names.
            split = [_initials_off(part) for part, _g in two]
            return {
                kind: [first for first, _rest in split],
                "name.middle": [rest for _first, rest in split],
                "name.generation": [g for _part, g in two],
            }
        return {kind: [part for part, _g in two], "name.generation": [g for _part, g in two]}
    if kind == "born":
        first = day_comes_first(raw.values)
        return {kind: [date_text(text, first) for text in raw.values]}
    clean = _CLEANERS.get(kind) or (_text if style(kind) is not Style.ID else None)
    if kind == "phone":
        return {kind: [_phone(text, region) for text in raw.values]}
    if clean is None:
        return {kind: [_id(text, kind.partition(".")[2]) for text in raw.values]}
    return {kind: [clean(text) for text in raw.values]}


def _letters(text: str) -> str:
    if text.isascii():
        return " ".join(_WORDS.findall(text.lower().replace("'", "")))
    if has_han(text):
        return "".join(_WORDS.findall(simplified(tidy(text)).casefold()))
    return " ".join(_WORDS.findall(folded(tidy(text)).replace("'", "").replace("’", "")))


def _text(text: str) -> str:
    return "" if blank(text, zero=False) else _letters(text)


def _name_part(text: str) -> tuple[str, str]:
    """Give a given, family or middle name, and the generation (Jr, III) that stood behind it."""
    if blank(text):
        return "", ""
    words = _letters(text).split(" ")
    if len(words) > 1 and words[-1] in GENERATIONS:
        return " ".join(words[:-1]), words[-1]
    return " ".join(words), ""


def _initials_off(given: str) -> tuple[str, str]:
    first, _space, rest = given.partition(" ")
    if rest and not has_han(given) and all(len(word) == 1 for word in rest.split(" ")):
        return first, rest
    return given, ""


def _trades(values: Sequence[str]) -> frozenset[str]:
    """Give the last words of names that are firms' by their legal form: where a word ends many firms' names a
    name that ends in it is a firm's, with or without the form."""
    ends: dict[str, int] = {}
    for text in values:
        if _FIRM.search(text) and not has_han(text):
            words = [word for word in _letters(text).split(" ") if not _FIRM.search(word)]
            if len(words) > 1:
                ends[words[-1]] = ends.get(words[-1], 0) + 1
    return frozenset(word for word, times in ends.items() if times >= _FIRMS_WITH_ONE_END)


def _whole_name(text: str, trades: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Give the given, middle and family name and the generation of a name in one cell, or, behind
    them, the name of a firm."""
    lower = text.lower().strip()
    if trades and (_FIRM.search(lower) or lower.rpartition(" ")[2] in trades):
        return "", "", "", "", employer_key(text)
    lower = _TITLE.sub("", lower)
    if _PLAIN_NAME.fullmatch(lower):
        words = lower.split(" ")
        if words[-1] not in GENERATIONS:
            if words[0] in PINYIN_SURNAMES and words[-1] not in PINYIN_SURNAMES:
                return " ".join(words[1:]), "", words[0], "", ""
            return words[0], " ".join(words[1:-1]), words[-1], "", ""
    if blank(text):
        return "", "", "", "", ""
    name = read_name(text).value
    if name is not None and name.text.startswith("*") and has_han(name.text):
        return _letters(name.text).lstrip("*"), "", "*", "", ""
    if name is None:
        # A firm among persons, or nothing that we can take apart.
        return "", "", "", "", employer_key(text)
    if not name.family:
        return "", "", _letters(text), "", ""
    last = generation(name).lower()
    if has_han(name.text):
        family = simplified(name.family)
        whole = _letters(name.text)
        return whole.removeprefix(family), "", family, last, ""
    words = [word for word in _letters(name.given).split(" ") if word not in GENERATIONS]
    return "".join(words[:1]), " ".join(words[1:]), _letters(name.family), last, ""


def _phone(text: str, region: str) -> str:
    phones = read_phones(text, region).value
    if phones:
        return phones[0].key
    digits = "".join(_DIGITS.findall(text))
    return digits if len(digits) >= _NATIONAL_DIGITS and digits.strip("0") else ""


def _id(text: str, scheme: str) -> str:
    """Give an id; those of kinds with a check digit carry ``!`` when it is right."""
    if blank(text):
        return ""
    if scheme in {"prc_id", "us_ssn"} or (not scheme and len(text) in {15, 18}):
        found = read_id(text, scheme).value
        if found is not None:
            return found.value + ("!" if found.sound and found.scheme in SELF_CHECKING else "")
    return "".join(re.findall(r"[^\W_]|\*", tidy(text).upper()))


def _email(text: str) -> str:
    read = read_email(text).value
    return (read or "").casefold()


def _sex(text: str) -> str:
    word = "" if blank(text) else simplified(tidy(text)).casefold()
    return {"男": "m", "女": "f", "1": "m", "2": "f"}.get(word, word[:1])


def _number(text: str) -> str:
    return "".join(_text(text).split(" ")).lstrip("0")


def _street(text: str) -> str:
    """Give a street with its kind in short (USPS Publication 28, appendix C, and Australia Post's)."""
    words = _text(text).split(" ")
    return " ".join([*words[:1], *(_STREET_KINDS.get(word, word) for word in words[1:])])


def _address(text: str) -> str:
    return "" if blank(text) or "*" in text else _street(text)


_CLEANERS: dict[str, Callable[[str], str]] = {
    "address.street": _street,
    "email": _email,
    "sex": _sex,
    "address": _address,
    "address.number": _number,
    "address.postcode": _number,
    "employer": lambda text: "" if blank(text) else employer_key(text),
}


def _marks(name: str, values: tuple[str, ...]) -> npt.NDArray[np.int32]:
    kind = style(name)
    if kind is Style.NAME:
        return _placed([sound(text, name) for text in values])
    if kind is Style.TEXT:
        return _placed([text.replace(" ", "") for text in values])
    if kind is Style.ADDRESS:
        return _placed([" ".join(n.lstrip("0") for n in _DIGITS.findall(text)) for text in values])
    if kind is Style.ID:
        return np.array([text.endswith("!") for text in values], dtype=np.int32)
    return np.zeros(len(values), dtype=np.int32)


def sound(text: str, name: str) -> str:
    """Give how a part of a name sounds, in pinyin or its own letters; family names as family names."""
    if has_han(text):
        heard = surname(text) if name == "name.family" else syllables(text)
        return heard.replace("lyu", "lv") or text
    return text.replace(" ", "").replace("lyu", "lv")


def _placed(texts: Sequence[str]) -> npt.NDArray[np.int32]:
    places: dict[str, int] = {}
    return np.fromiter(
        (places.setdefault(text, len(places)) for text in texts), dtype=np.int32, count=len(texts)
    )
