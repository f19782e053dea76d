"""Names of persons, Chinese or in Latin letters, whole or masked, and the keys by which they are compared.

What stands beside a name (父亲, 先生, deceased, an alias) is taken off and said as a note. Two names in one
cell are refused: nobody can say which is meant.
"""

from __future__ import annotations

import re

from graph.clean.diminutives import formal
from graph.clean.fault import Fault, Reading
from graph.clean.latin_names import Parts, family_tokens, folded, is_pinyin, pinyin_of, taken_apart
from graph.clean.masks import STAR, mask_value, starred
from graph.clean.pinyin import surname, syllable, syllables
from graph.clean.relations import relation, relation_words
from graph.clean.surnames import COMPOUND
from graph.clean.text import ALL_HAN, blank, dashed, empty_words, has_han, simplified, tidy
from graph.model import Name, Role

_LONGEST = 120
_HONORIFIC = re.compile(r"(?<=.)(?:先生|女士|小姐|太太|同志|老师|師傅|师傅|经理|教授|医生)$")
_HONORIFIC_ENDS = frozenset(
    {"先生", "女士", "小姐", "太太", "同志", "老师", "师傅", "經理", "经理", "教授", "医生"}
)
_ASIDE = re.compile(r"[(\[{【<《][^()\[\]{}【】<>《》]*(?:[)\]}】>》]|$)")
_QUOTED = re.compile(r"[\"“][^\"“”]*[\"”]|(?<=\s)['‘][^'‘’]+['’](?=\s)")
_DECEASED = re.compile(
    r"已故|已死亡|死亡|去世|身故|\bdeceased\b|\bdec'?d\b|\bestate of\b|\best of\b|\bthe late\b", re.I
)
_ALIAS = re.compile(r"\s(?:a/?k/?a|f/?k/?a|also known as|formerly|n[eé]e|alias)\b.*$|曾用名.*$|又名.*$", re.I)
_CARE_OF = re.compile(r"\s*\bc/o\b.*$", re.I)
_HAN_DOTS = re.compile(r"(?<=[\u3400-\u9fff])\s*[·•・･‧∙●.]\s*(?=[\u3400-\u9fff])")
_HAN_X = re.compile(r"(?<=[\u3400-\u9fff*])[xX某]|^[xX](?=[\u3400-\u9fff])")
_HAN_CUT = re.compile(r"[-/_,、;:|\n\s\\]+")
_HAN_NAME = re.compile(r"[\u3007\u3400-\u9fff\U00020000-\U000323af*]+(?:·[\u3007\u3400-\u9fff*]+)*")
_HAN_ORGANISATION = re.compile(
    r"公司|集团|银行|合伙企业|事务所|经营部|商行|合作社|村委会|居委会|委员会|派出所|工作室|医院|学校|中心$|超市$|酒店$|厂$"
)
_LATIN_ORGANISATION = re.compile(
    r"\b(?:inc|llc|l\.l\.c|ltd|limited|corp|corporation|company|bank|gmbh|plc|llp|holdings|enterprises|associates|"
    r"services|university|hospital|credit union|trustees?)\b\.?(?!\s+[a-z]+,)",
    re.I,
)
_LATIN_CUT = re.compile(r"\s*(?:&|;|\n|\+|\band\b|\bor\b)\s*", re.I)
_LATIN_NAME = re.compile(r"[^\W\d_][^\d_]*")
_LATIN_SIGNS = re.compile(r"[^\w\s,.'’\-*/]")
_NUMBER = re.compile(r"\+?\d[\d\s\-]*")
_ORDINAL = re.compile(r"\b(?:2nd|3rd|4th)\b", re.I)
# lyu and nyu as whole syllables: in "lianyu" the n ends one and yu is another.
_LYU = re.compile(r"(?<![a-z])([ln])yu(?![aeio])|(?<=[aeiou])(l)yu(?![aeio])")
_LV = re.compile(r"([ln])v")
_ORDINALS = {"2nd": "II", "3rd": "III", "4th": "IV"}


def _unplain() -> str:
    """Give a pattern that every text of Chinese characters matches that is more than a name, or nothing."""
    han = [word for word in (*relation_words(), *empty_words()) if ALL_HAN.fullmatch(word)]
    inside = "|".join(part for part in f"{_HAN_ORGANISATION.pattern}|{_DECEASED.pattern}".split("|")
                      if has_han(part))  # fmt: skip
    # A relation may be numbered, or have 的 in front and what it labels behind.
    alone = f"^的*(?:{'|'.join(sorted(han))})[一二三四五六七八九十的号电话手机码联系方式姓名]*$"
    return f"某|{alone}|(?:{'|'.join(sorted(_HONORIFIC_ENDS))})$|{inside}"


UNPLAIN = _unplain()
"""A pattern, in what Python's and Arrow's regular expressions share, that a text of Chinese characters must
not match to be surely a name and nothing else. Some names match it."""


def read_name(text: str, *, given: str = "", family: str = "") -> Reading[Name]:
    """Give a person's name. ``given`` and ``family`` are columns of their own, where a file has them.

    ``张三(父亲)`` gives 张三 and a note with the relation. Masked characters (``张*``, ``张某``, ``张XX``)
    stay as ``*``. A company, digits alone, several persons, or nothing but stars are lost.
    """
    if len(text) > _LONGEST or len(given) + len(family) > _LONGEST:
        return Reading(
            None, (Fault("name.too_long", (("length", str(max(len(text), len(given)))),), lost=True),)
        )
    if 2 <= len(text) <= 4 and not (given or family) and ALL_HAN.fullmatch(text) and _is_plain(text):
        return Reading(_han_name(text))
    if given or family:
        return _from_columns(text, "" if blank(given) else tidy(given), "" if blank(family) else tidy(family))
    if blank(text):
        return Reading(None)
    cell = dashed(tidy(text))
    return _read_han(cell) if has_han(cell) else _read_latin(cell)


def _is_plain(text: str) -> bool:
    """Whether Chinese characters alone are a name and nothing else (no title, mask, relation or company)."""
    return (
        text[-2:] not in _HONORIFIC_ENDS
        and not (len(text) == 4 and (relation(text[:2]) or relation(text[2:])))
        and "某" not in text
        and relation(text) is None
        and not blank(text)
        and not _HAN_ORGANISATION.search(text)
        and not _DECEASED.search(text)
    )


def _from_columns(text: str, given: str, family: str) -> Reading[Name]:
    if not given and not family:
        return read_name(text)
    if has_han(given + family):
        whole = starred(family + given).replace(" ", "")
        if not _HAN_NAME.fullmatch(whole):
            return read_name(whole)
        return _masked_out() if not whole.strip(STAR) else Reading(_han_name(whole, starred(family)))
    if not family or not given:
        return read_name(text) if text and not blank(text) else read_name(given or family)
    reading = _read_latin(f"{family.replace(',', ' ')}, {given.replace(',', ' ')}")
    return reading


def _read_han(cell: str) -> Reading[Name]:
    notes: list[Fault] = []
    # The dot of transcribed names first: ● and • are masking signs elsewhere.
    cell = starred(_HAN_DOTS.sub("·", cell))
    if _HAN_ORGANISATION.search(cell) and len(cell) >= 4:
        return Reading(None, (Fault("name.organisation", (("shown", mask_value(cell)),), lost=True),))
    if _DECEASED.search(cell):
        notes.append(Fault("name.deceased"))
        cell = _DECEASED.sub(" ", cell)
    for aside in _ASIDE.findall(cell):
        notes.extend(_aside(aside.strip("()[]{}【】<>《》 ")))
    cell = _ALIAS.sub("", _ASIDE.sub(" ", cell))
    cell = _HAN_DOTS.sub("·", cell.strip())
    if _NUMBER.search(cell):
        notes.append(Fault("name.number_inside"))
        cell = _NUMBER.sub(" ", cell)
    cell = _HAN_X.sub(STAR, _HAN_X.sub(STAR, cell)) if len(cell) > 1 else cell
    pieces: list[str] = []
    for piece in _HAN_CUT.split(cell):
        # 张三 女 says his sex, not that she is a daughter.
        role = relation(piece) if piece not in {"", "男", "女"} else None
        if role is not None:
            notes.append(_annotation(role))
        elif (bare := piece.strip(".'\"。!?")) and bare not in {"姓名", "名字", "男", "女"}:
            label = relation(bare[:2]) if len(bare) >= 4 and ALL_HAN.fullmatch(bare) else None
            if label is not None:
                notes.append(_annotation(label))
                bare = bare[2:]
            elif len(bare) >= 4 and relation(bare[-2:]) is not None:
                # 张三妻子 is somebody else's name with a relation to him: the cell names nobody else.
                return Reading(
                    None, (*notes, Fault("name.unreadable", (("shown", mask_value(cell)),), lost=True))
                )
            pieces.append(bare)
    latin = [piece for piece in pieces if not has_han(piece) and STAR not in piece]
    if latin:
        notes.append(Fault("name.alias"))
        pieces = [piece for piece in pieces if piece not in latin]
    name = _joined(pieces)
    if name is None:
        return Reading(None, (*notes, Fault("name.several", (("shown", mask_value(cell)),), lost=True)))
    name = re.sub(r"[A-Za-z.]+", "", name)
    untitled = _HONORIFIC.sub("", name)
    if untitled != name:
        notes.append(Fault("name.honorific"))
        name = untitled if len(untitled) > 1 and untitled not in COMPOUND else untitled + STAR
    if not name.strip(STAR + "·") and STAR in name:
        return _masked_out(notes)
    if not _HAN_NAME.fullmatch(name):
        return Reading(None, (*notes, Fault("name.unreadable", (("shown", mask_value(cell)),), lost=True)))
    return Reading(_han_name(name), tuple(notes))


def _joined(pieces: list[str]) -> str | None:
    """One name of the pieces (张 三, 欧阳 娜娜), or None when they are several names."""
    if len(pieces) <= 1 or all(len(piece) == 1 for piece in pieces):
        return "".join(pieces)
    if len(pieces) == 2 and (pieces[0] in COMPOUND or len(pieces[0]) == 1 or len(pieces[1]) == 1):
        return "".join(pieces)
    return None


def _aside(said: str) -> list[Fault]:
    """What brackets beside a name say."""
    if not said or said in {"男", "女", "M", "F"}:
        return []
    role = relation(said)
    if role is not None:
        return [_annotation(role)]
    if _NUMBER.fullmatch(said):
        return [Fault("name.number_inside")]
    return (
        [Fault("name.alias")] if not has_han(said) else [Fault("name.annotation", (("relation", "unknown"),))]
    )


def _annotation(role: Role) -> Fault:
    return Fault("name.annotation", (("relation", str(role)),))


def _masked_out(notes: list[Fault] | None = None) -> Reading[Name]:
    return Reading(None, (*(notes or ()), Fault("name.masked_out", lost=True)))


def _han_name(text: str, family: str | None = None) -> Name:
    """Build a Chinese name of characters, stars and the dot of transcribed names."""
    if "·" in text:
        parts = text.split("·")
        romanised = " ".join(_reading(part) for part in parts)
        return Name(text=text, given=parts[0], romanised=romanised, masked=STAR in text)
    if family is None:
        family = _family(text)
    given = text[len(family) :]
    if not family and STAR in text:
        given = text.strip(STAR)
    front = family
    if not family and text[0] != STAR and text not in COMPOUND:
        # Without a family name that could be told, the first character is read as a surname all the same.
        front = text[0]
    shown = surname(front) if STAR not in front else front
    return Name(
        text=text,
        family=family,
        given=given if family or STAR in text else "",
        romanised=f"{shown} {_reading(text[len(front) :])}".strip(),
        masked=STAR in text,
    )


def _family(text: str) -> str:
    """The surname at the front; "" where it cannot be told (compound alone, five characters, a mask)."""
    if text[0] == STAR or text in COMPOUND:
        return ""
    if text[:2] in COMPOUND:
        return text[:2]
    return text[0] if len(text) <= 4 else ""


def _reading(text: str) -> str:
    if STAR not in text:
        return syllables(text)
    return "".join([STAR if char == STAR else syllable(char) for char in text])


def _read_latin(cell: str) -> Reading[Name]:
    notes: list[Fault] = []
    cell = starred(cell)
    if _LATIN_ORGANISATION.search(cell):
        return Reading(None, (Fault("name.organisation", (("shown", mask_value(cell)),), lost=True),))
    if _DECEASED.search(cell):
        notes.append(Fault("name.deceased"))
        cell = _DECEASED.sub(" ", cell)
    for aside in _ASIDE.findall(cell):
        notes.extend(_aside(aside.strip("()[]{}<> ")))
    for pattern in (_QUOTED, _ALIAS):
        if pattern.search(cell):
            notes.append(Fault("name.alias"))
            cell = pattern.sub(" ", cell)
    cell = _CARE_OF.sub("", _ASIDE.sub(" ", cell))
    cell = _ORDINAL.sub(lambda match: _ORDINALS[match[0].lower()], cell)
    head, _, tail = cell.rpartition("-")
    if head and (role := relation(tail)) is not None:
        notes.append(_annotation(role))
        cell = head
    if _NUMBER.search(cell):
        if not re.search(r"[^\W\d_]", cell):
            return Reading(None, (*notes, Fault("name.digits", (("shown", mask_value(cell)),), lost=True)))
        notes.append(Fault("name.number_inside"))
        cell = _NUMBER.sub(" ", cell)
    if len([part for part in _LATIN_CUT.split(cell.strip()) if part]) > 1:
        return Reading(None, (*notes, Fault("name.several", (("shown", mask_value(cell)),), lost=True)))
    cell = re.sub(r"^\s*([^\s/]+)\s*/\s*([^/]+)$", r"\1, \2", cell)
    cell = _LATIN_SIGNS.sub(" ", cell).replace("/", " ").replace("_", " ").strip(" ,.'-")
    if cell and not cell.strip("*, "):
        return _masked_out(notes)
    if not _LATIN_NAME.fullmatch(cell.lstrip("*")):
        return Reading(None, (*notes, Fault("name.unreadable", (("shown", mask_value(cell)),), lost=True)))
    parts = taken_apart(cell)
    if not parts.text.strip("* "):
        return Reading(None, (*notes, Fault("name.unreadable", (("shown", mask_value(cell)),), lost=True)))
    if not parts.given and parts.family and " " in cell.strip():
        notes.append(Fault("name.honorific"))
    return Reading(_latin_name(parts), tuple(notes))


def _latin_name(parts: Parts) -> Name:
    text = parts.text
    given, family = " ".join(parts.given), " ".join(parts.family)
    if not family:
        given = ""
    romanised = folded(f"{' '.join(parts.family)} {' '.join(parts.given)}".strip())
    return Name(text=text, family=family, given=given, romanised=romanised, masked=STAR in text)


def generation(name: Name) -> str:
    """Give the generation behind an English name (``Jr``, ``II``…) or "": father and son differ in it."""
    last = name.text.rpartition(" ")[2]
    return last if " " in name.text and last in {"Jr", "Sr", "II", "III", "IV"} else ""


def name_keys(name: Name) -> frozenset[str]:
    """Give the tokens by which a name is compared, whatever its order and script.

    For Chinese: the pinyin of family and given name (both spellings of ``lv``) and the whole name in
    simplified characters. For Latin letters: lower-case ASCII words, diminutives as the formal names they may
    stand for, the given syllables of a romanised Chinese name joined. Initials, generations and what a mask
    hides are left out.
    """
    return frozenset(_han_keys(name) if has_han(name.text) else _latin_keys(name))


def _han_keys(name: Name) -> set[str]:
    keys = {part for part in name.romanised.split(" ") if part and STAR not in part}
    if name.masked and not name.family and name.given and STAR not in name.given:
        # *三丰: the given name is known whole, the family name not at all.
        keys = {syllables(name.given)}
    if not name.masked:
        keys.add(simplified(name.text))
    return keys | _other_spelling(keys)


def _latin_keys(name: Name) -> set[str]:
    suffix = generation(name)
    text = name.text.removesuffix(suffix).strip() if suffix else name.text
    parts = text.split()
    if is_pinyin(parts) and not name.masked:
        given = name.given.split() if name.family else []
        ways = [(name.family, given)] if name.family else [(parts[0], parts[1:]), (parts[-1], parts[:-1])]
        keys = {pinyin_of(key) for family, rest in ways for key in (family, "".join(rest)) if key}
        return keys | _other_spelling(keys)
    keys = set(family_tokens(name.family))
    if name.text.isupper():
        # SMITH JACK may be a family name first: the last word is then a given name.
        keys.update(*(formal(key) for key in keys))
    loose = name.given.split() if name.family else parts
    for word in loose:
        for piece in folded(word).replace("’", "'").split("-"):
            plain = re.sub(r"[^a-z]", "", piece)
            if len(plain) > 1 and STAR not in piece:
                keys.update(formal(plain))
    if name.masked:
        return {key for key in keys if not any(STAR in word and key in folded(word) for word in parts)}
    # Neither Chinese nor Latin (かな, кириллица): the words themselves.
    return keys or {word.casefold() for word in parts if len(word) > 1}


def _other_spelling(keys: set[str]) -> set[str]:
    """吕 is lv in dictionaries and LYU in passports: both are keys."""
    return {
        spelt for key in keys if key.isascii() for spelt in (_LYU.sub(_short_lv, key), _LV.sub(r"\1yu", key))
    }


def _short_lv(match: re.Match[str]) -> str:
    return f"{match[1] or match[2]}v"
