"""Other ways in which one Chinese name is written: romanised otherwise, misheard, by a character like it.

A value gets a code for each way; two values that share one may be one name, but less surely than by the same
sound. Sources: Hanyu Pinyin beside Wade–Giles (Library of Congress, 2000) without its apostrophes, for files
drop them; Cantonese surnames as Hong Kong writes them, only where one Mandarin surname answers (judged); what
southern speakers do not tell apart (zh/z, ch/c, sh/s, -ng/-n); characters that look alike, by eye.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.clean.pinyin import syllables
from graph.clean.surnames import PINYIN, READING
from graph.clean.surnames import SYLLABLES as PINYIN_SYLLABLES
from graph.clean.text import has_han, words
from graph.link.han import drawn, sounds
from graph.link.texts import Few, Texts, mask, numbered

WAYS = ROMANISED, MISHEARD, SHAPE, READ = range(4)
"""The columns of codes."""
LATIN, SYLLABLES, HAN = range(3)
"""Scripts: letters, letters that may be a Chinese name's sound, Chinese characters."""

_CANTONESE = {
    "wong": "wang", "chan": "chen", "cheung": "zhang", "lam": "lin", "lau": "liu", "leung": "liang",
    "kwok": "guo", "tsang": "zeng", "yeung": "yang", "chow": "zhou", "chiu": "zhao", "mak": "mai",
    "yip": "ye", "tse": "xie", "fung": "feng", "kwan": "guan", "tam": "tan", "choi": "cai", "lui": "lv",
    "siu": "xiao", "ngai": "wei", "poon": "pan", "hui": "xu", "kwong": "kuang", "luk": "lu", "shek": "shi",
    "lee": "li", "woo": "wu", "soong": "song",
}  # fmt: skip
_WADE_GILES = tuple(
    (re.compile(pattern), to)
    for pattern, to in (
        (r"ü", "u"), (r"v", "u"), (r"zh|q|j", "ch"), (r"hs|x", "sh"), (r"tz|z", "ts"),
        (r"(?<!t)s[sz]u", "si"), (r"tsu(?![aino])", "tsi"), (r"c(?!h)", "ts"), (r"d", "t"), (r"b", "p"),
        (r"(?<!n)g", "k"), (r"ien", "ian"), (r"yen(?!g)", "yan"), (r"ieh", "ie"), (r"ueh", "ue"),
        (r"yeh", "ye"), (r"ung", "ong"),
        (r"ih", "i"), (r"uei", "ui"), (r"(?<![kh])uo", "o"), (r"(?<=[kh])o(?![un])", "e"), (r"yi", "i"),
    )
)  # fmt: skip
_ALIKE = words(
    """
    未末 己已巳 土士 日曰 晴睛 颖颍 晨辰 祥详 泽译 佳住 婷停 天夫 千干于 治冶 戊戌戍成 壁璧
    梁粱 班斑 崇祟 侯候 侠挟 析折拆 旦且 今令 合含 午牛 刀力 几凡 王玉主 田由甲申 白自 乌鸟
    免兔 刘列 杨扬场 季李 林材 徐除 郑邓 萧肃 曹曾 傅博 蒋将 贾买 魏巍 薛薜 余佘 潘播 任仕
    姚桃 谭潭 尹伊 黎藜 龚袭 琳淋 玲铃 颜彦 倩情 惠慧蕙 晶品 淑叔 萍苹 浩皓洁 斌赋 芳芬
    娟涓 霞露 怡恰 瑶遥 琪淇棋 璇旋 妍研 彤形 昕听 涵函 建健 永水 柏拍 孟盂 江汪 史吏 瑜喻
    俊骏峻 杰木 茹如 菲非 雯雰 熙照 楠南 瑞端 淼森 彬杉 莹萤 蓉容 芸云 武式 贺贸 康庚 卢户
    陆陈
    """
)
_LOOKS_LIKE = str.maketrans({char: group[0] for group in _ALIKE for char in group})


def script(text: str) -> int:
    """Give the script of a part of a name: ``LATIN``, ``SYLLABLES`` or ``HAN``."""
    if not text.isascii() and has_han(text):
        return HAN
    joined = text.replace(" ", "")
    return SYLLABLES if joined in _CANTONESE or _is_syllables(joined) else LATIN


def _is_syllables(joined: str) -> bool:
    return bool(PINYIN.fullmatch(joined)) or bool(_CHINESE.fullmatch(_wade_giles(joined)))


@lru_cache(maxsize=4096)
def _wade_giles(letters: str) -> str:
    for pattern, to in _WADE_GILES:
        letters = pattern.sub(to, letters)
    return letters


_OTHERWISE = sorted({_wade_giles(one) for one in PINYIN_SYLLABLES}, key=lambda one: (-len(one), one))
_CHINESE = re.compile(f"(?:{'|'.join(_OTHERWISE)}){{1,4}}")


@lru_cache(maxsize=65_536)
def _heard(sound: str) -> tuple[str, str]:
    """Give a sound in Wade–Giles, and as southern ears take it."""
    misheard = sound.replace("zh", "z").replace("ch", "c").replace("sh", "s")
    for ending in ("ang", "eng", "ing", "ung"):
        misheard = misheard.replace(ending, ending[:-1])
    return _wade_giles(sound), misheard


def codes(text: str, *, family: bool) -> tuple[str, str, str, str]:
    """Give the text's code for each of ``WAYS``; "" where it has none."""
    return _codes(text, script(text), family)


def _codes(text: str, kind: int, family: bool) -> tuple[str, str, str, str]:
    if kind == LATIN or "*" in text:
        return "", "", "", ""
    if kind == HAN:
        # A surname may be read as the character is read nowhere else (单 as Shan, not Dan).
        read = syllables(text)
        sound = READING.get(text, read) if family else read
        return *_heard(sound), text.translate(_LOOKS_LIKE), read
    sound = text.replace(" ", "")
    if family:
        sound = _CANTONESE.get(sound, sound)
    return *_heard(sound), "", sound


def columns(values: Sequence[str], *, family: bool) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int8]]:
    """Give the codes of a vocabulary as places, (n, 4) with −1 for none, and each value's script."""
    if isinstance(values, Texts) and not isinstance(values, Few):
        return _whole_columns(values, family)
    places: tuple[dict[str, int], ...] = tuple({"": -1} for _way in WAYS)
    kinds = [script(text) for text in values]
    found: list[int] = []
    for text, kind in zip(values, kinds, strict=True):
        for known, code in zip(places, _codes(text, kind, family), strict=True):
            found.append(known.setdefault(code, len(known) - 1))
    return np.array(found, dtype=np.int32).reshape(-1, len(WAYS)), np.array(kinds, dtype=np.int8)


def _whole_columns(values: Texts, family: bool) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int8]]:
    """Do the same for many values: Chinese ones by column, and each sound once."""
    heard = sounds(values.arrow, family=family)
    gaps = pc.is_null(heard)
    rest = values.at(np.flatnonzero(mask(gaps)))
    kinds = np.full(len(values), HAN, dtype=np.int8)
    kinds[mask(gaps)] = np.array([script(text) for text in rest], dtype=np.int8)
    slow = [_codes(text, kind, family) for text, kind in zip(rest, kinds[mask(gaps)].tolist(), strict=True)]
    encoded = heard.dictionary_encode()
    others = [_heard(sound) for sound in encoded.dictionary.to_pylist()]
    quick = [pa.array(texts, pa.string()).take(encoded.indices) for texts in zip(*others, strict=True)]
    quick = quick or [heard, heard]
    quick += [drawn(values.arrow, lambda char: char.translate(_LOOKS_LIKE)), heard]
    codes_of = [
        numbered([pc.replace_with_mask(texts, gaps, pa.array([one[way] for one in slow], pa.string()))])[0][0]
        for way, texts in enumerate(quick)
    ]
    return np.stack(codes_of, axis=1), kinds
