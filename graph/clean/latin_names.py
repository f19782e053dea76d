"""Names in Latin letters → text, given, family: ``SMITH, JOHN A JR``, ``John A. Smith``, ``ZHANG Wei``.

Which end is the family name is told by a comma, capitals, a trailing initial or pinyin; without them it is
the last word with its particles, as English writes. A Chinese name that fits both ways is left open.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from graph.clean.surnames import COMMON, PINYIN
from graph.clean.text import words

_TITLES = words("mr mrs ms miss mx dr prof professor rev hon sir madam mme judge capt sgt lt col")
_GENERATIONS = {"jr": "Jr", "jnr": "Jr", "junior": "Jr", "sr": "Sr", "snr": "Sr", "senior": "Sr"} | {
    "ii": "II", "iii": "III", "iv": "IV", "2nd": "II", "3rd": "III", "4th": "IV",
}  # fmt: skip
_DEGREES = words("md phd esq esquire cpa dds rn dvm jd mba pe do od")
_PARTICLES = words(
    "van von der den de del della di da dos du la le las los el bin ibn ter ten st saint mc mac o y zu"
)
_OTHER_LETTERS = str.maketrans(
    {
        "ß": "ss",
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "æ": "ae",
        "Æ": "Ae",
        "đ": "d",
        "Đ": "D",
        "œ": "oe",
        "ı": "i",
    }
)
_INITIALS = re.compile(r"(?:[A-Za-z]\.){2,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """A Latin name taken apart; ``family`` is empty where it could not be told."""

    given: tuple[str, ...] = field(default=(), repr=False)
    family: tuple[str, ...] = field(default=(), repr=False)
    generation: str = field(default="", repr=False)

    @property
    def text(self) -> str:
        """The name in natural order, the generation behind it."""
        return " ".join([*self.given, *self.family, *([self.generation] if self.generation else [])])


def folded(text: str) -> str:
    """Give Latin text in lower-case ASCII letters: accents off, ß as ss; other signs stay."""
    plain = unicodedata.normalize("NFKD", text.replace("ü", "u").translate(_OTHER_LETTERS))
    return "".join(char for char in plain if not unicodedata.combining(char)).lower()


def taken_apart(text: str, *, ordered: bool = False) -> Parts:
    """Take a Latin name apart. ``ordered`` says that the first word is known to be a given name."""
    generation = ""
    segments: list[list[str]] = []
    for segment in text.split(","):
        kept: list[str] = []
        for word in _tokens(segment):
            key = word.lower().replace(".", "")
            title = key in _TITLES and not kept
            degree = key in _DEGREES and bool(kept or segments) and (word.isupper() or len(key) > 2)
            if key in _GENERATIONS and (kept or segments):
                generation = _GENERATIONS[key]
            elif not title and not degree:
                kept.append(word)
        if kept:
            segments.append(kept)
    if not segments:
        return Parts()
    if len(segments) > 1:
        rest = [word for segment in segments[1:] for word in segment]
        return Parts(given=tuple(rest), family=tuple(segments[0]), generation=generation)
    given, family = _split(segments[0], ordered)
    return Parts(given=tuple(given), family=tuple(family), generation=generation)


def _tokens(segment: str) -> list[str]:
    """Words without their dots; J.R. is two initials."""
    spaced = _INITIALS.sub(lambda match: match[0].replace(".", " "), segment)
    return [word for raw in spaced.split() if (word := raw.strip(".'\"-").replace(".", ""))]


def _split(parts: list[str], ordered: bool) -> tuple[list[str], list[str]]:
    """Cut the words of a name without a comma into given and family."""
    if len(parts) == 1:
        return ([], parts) if not ordered else (parts, [])
    if not ordered:
        by_capitals = _by_capitals(parts)
        if by_capitals:
            return by_capitals
        if len(parts) >= 3 and len(parts[-1]) == 1 and len(parts[0]) > 1:
            # SMITH JOHN A: only a list that puts the family name first ends in an initial.
            return parts[1:], parts[:1]
        if is_pinyin(parts):
            return _by_pinyin(parts)
    start = len(parts) - 1
    while start > 1 and parts[start - 1].lower() in _PARTICLES:
        start -= 1
    return parts[:start], parts[start:]


def _by_capitals(parts: list[str]) -> tuple[list[str], list[str]] | None:
    """ZHANG Wei, Jean DUPONT: the words in capitals at one end are the family name."""
    upper = [len(part) > 1 and part.isupper() and "*" not in part for part in parts]
    if not any(upper) or all(flag or len(part) == 1 for flag, part in zip(upper, parts, strict=True)):
        return None
    count = sum(upper)
    if all(upper[:count]):
        return parts[count:], parts[:count]
    if all(upper[-count:]):
        return parts[:-count], parts[-count:]
    return None


def is_pinyin(parts: list[str] | tuple[str, ...]) -> bool:
    """Tell whether two or three words are all pinyin and one end is a common Chinese surname."""
    lowered = [pinyin_of(part) for part in parts]
    return (
        2 <= len(lowered) <= 3
        and all(PINYIN.fullmatch(part) for part in lowered)
        and (lowered[0] in COMMON or lowered[-1] in COMMON)
    )


def pinyin_of(word: str) -> str:
    """Give a word as pinyin is keyed: lower-case letters, ü as v (Lü Bu → lv bu), no hyphen or apostrophe."""
    return re.sub(r"[^a-z]", "", folded(re.sub("[üǖǘǚǜÜ]", "v", word)))


def _by_pinyin(parts: list[str]) -> tuple[list[str], list[str]]:
    first, last = pinyin_of(parts[0]) in COMMON, pinyin_of(parts[-1]) in COMMON
    if first and not last:
        return parts[1:], parts[:1]
    if last and not first:
        return parts[:-1], parts[-1:]
    return parts, []


def family_tokens(family: str) -> frozenset[str]:
    """Give a family name's keys: its parts, and with particles the whole (vandenberg, berg)."""
    parts = [part for part in re.split(r"[\s\-]+", folded(family).replace("'", "").replace("’", "")) if part]
    kept = [part for part in parts if part not in _PARTICLES] or parts
    keys = {key for part in kept if len(key := re.sub(r"[^a-z]", "", part)) > 1}
    if len(kept) < len(parts):
        keys.add(re.sub(r"[^a-z]", "", "".join(parts)))
    return frozenset(keys)
