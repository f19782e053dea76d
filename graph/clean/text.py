"""Cells as text: full-width to half, the invisible characters out, and what counts as empty.

``simplified`` is a key for comparing, never a way to rewrite a name: OpenCC is sound from traditional to
simplified only (reference/libraries.md §1: 余华 becomes 餘華 the other way round).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache

# Zero-width marks, direction marks, soft hyphen, byte-order mark, variation selectors: nobody typed them.
_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f]")
_NEWLINES = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile(r"[^\S\n]+")
_AROUND_NEWLINE = re.compile(r" ?\n[ \n]*")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹘－ー─", "-"))
_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
HAN = re.compile(f"[{_HAN}]")
"""One Chinese character (unified ideographs with extensions, and 〇)."""
ALL_HAN = re.compile(f"[{_HAN}]+")


def words(text: str) -> frozenset[str]:
    """Give the words of a table that is written as one text."""
    return frozenset(text.split())


_EMPTY = words(
    """
    无 無 没有 沒有 暂无 暫無 无此项 空 未知 不详 不詳 不明 不清楚 未填 未填写 未提供 未登记 未采集 缺 缺失
    无数据 无记录 保密 待补充 待补 无联系人 无电话 无手机 无号码 无单位 无地址 无邮箱 (无) (空)
    null none nil nan nat n/a na n.a. n.a n\\a #n/a (null) (none) (blank) <null> [null] \\n undefined unknown
    unk nothing blank empty #value! #ref! #name? #div/0! #null! #num!
    """
) | {"not provided", "not available", "not applicable"}


def empty_words() -> frozenset[str]:
    """Give the words that mean "nothing" in a cell."""
    return frozenset(_EMPTY)


_NO_CONTENT = re.compile(r"[\s\-_/\\.,、。;:~|'\"·…?!]*")
_ZERO = re.compile(r"[+-]?0+(?:\.0*)?")
_LONGEST_EMPTY = 40
# What most cells are made of. None of it is changed by tidying: the unified ideographs have no other form.
_PLAIN = re.compile("[0-9A-Za-z\u4e00-\u9fff]+")
_ALREADY_TIDY = re.compile("[0-9A-Za-z\u4e00-\u9fff.()-]+")


def tidy(text: str) -> str:
    """Give the cell as somebody meant to type it.

    Full-width digits, letters and punctuation become half-width (NFKC); zero-width, direction and control
    characters go; the apostrophe or tab that marks text in a spreadsheet, and ``="…"`` around it, go; every
    run of spaces is one space, line breaks stay as ``\\n``.
    """
    if _ALREADY_TIDY.fullmatch(text):
        return text
    text = _NEWLINES.sub("\n", text)
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    text = _CONTROL.sub("", _INVISIBLE.sub("", text))
    text = _SPACES.sub(" ", text)
    text = _AROUND_NEWLINE.sub("\n", text).strip()
    if text.startswith('="') and text.endswith('"') and len(text) > 2:
        text = text[2:-1].strip()
    while text[:1] in {"'", "`", "‘", "’", "′"} and not re.match(r"['’‘`][a-z]\s", text):
        text = text[1:].lstrip()
    if len(text) >= 2 and text[0] == text[-1] == '"':
        text = text[1:-1].strip()
    return text


def dashed(text: str) -> str:
    """Give the text with every kind of dash as ``-`` (after ``tidy``)."""
    return text if text.isascii() else text.translate(_DASHES)


def blank(text: str, *, zero: bool = True) -> bool:
    """Tell whether a cell means "nothing": empty, 无, -, /, null, N/A and their kin, or zero.

    ``zero=False`` keeps 0 as a value, for amounts.
    """
    if _PLAIN.fullmatch(text):
        return text.lower() in _EMPTY or (zero and not text.strip("0"))
    if len(text) > _LONGEST_EMPTY:
        # Answered without tidying: a hostile cell may hold megabytes.
        text = text.strip()
        if len(text) > _LONGEST_EMPTY:
            return not text.strip("-_/\\. \t\r\n'\"·…\u3000\xa0")
    cell = dashed(tidy(text)).lower()
    if zero and _ZERO.fullmatch(cell):
        return True
    return cell in _EMPTY or _NO_CONTENT.fullmatch(cell) is not None


@cache
def _t2s() -> Callable[[str], str]:
    # Loaded on first use: most cells are ASCII or already simplified, and the tables cost 20 ms.
    import opencc

    convert: Callable[[str], str] = opencc.OpenCC("t2s").convert
    return convert


# OpenCC turns 鍾 into 锺, a form the register of persons writes as 钟 (reference/libraries.md §1).
_VARIANTS = str.maketrans("锺", "钟")


def simplified(text: str) -> str:
    """Give the text in simplified characters, as a key for comparing (never to store or show)."""
    if text.isascii():
        return text
    try:
        return _t2s()(text).translate(_VARIANTS)
    except UnicodeEncodeError:
        # Half a surrogate pair, as a broken export leaves it: OpenCC takes UTF-8 and that has none.
        return _t2s()(text.encode("utf-8", "replace").decode()).translate(_VARIANTS)


def has_han(text: str) -> bool:
    """Tell whether there is a Chinese character in the text."""
    return not text.isascii() and HAN.search(text) is not None
