"""Which encoding a text file is in: decided from its bytes, never assumed."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import charset_normalizer

from tracer.errors import WrongUse
from tracer.intake.synonyms import header_words
from tracer.words import N_

# What may be declared, and the codec that reads it. GBK and GB2312 are subsets of GB18030; Big5 as found
# in the wild carries Hong Kong or Windows additions, so it is tried as both.
DECLARED: dict[str, tuple[str, ...]] = {
    "utf-8": ("utf-8-sig",),
    "utf-8-sig": ("utf-8-sig",),
    "utf-16": ("utf-16",),
    "utf-16-le": ("utf-16-le",),
    "utf-16-be": ("utf-16-be",),
    "gb18030": ("gb18030",),
    "gbk": ("gb18030",),
    "gb2312": ("gb18030",),
    "big5": ("cp950", "big5hkscs"),
    "cp950": ("cp950",),
    "big5hkscs": ("big5hkscs",),
    "cp1252": ("cp1252",),
    "latin-1": ("latin-1",),
    "ascii": ("ascii",),
}

_ALIASES = {
    "utf8": "utf-8",
    "utf16": "utf-16",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "iso-8859-1": "latin-1",
}
_CHUNK = 1 << 20
_SAMPLE = 1 << 18
# A file that is UTF-8 but for a few bytes (a torn transfer, a cell cut in the middle of a character) is UTF-8
# with damage; one wrong sequence in fifty or more is another encoding. Our own threshold.
_DAMAGE = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """A codec's name, and how many byte sequences of the file it cannot read (they become U+FFFD)."""

    codec: str
    damaged: int = 0


def detect(path: Path, declared: str | None = None) -> Encoding:
    """Say how to decode the file; a declared encoding is honoured or refused, never replaced.

    The whole file is read once, in constant memory, because the first bad byte may be in the last row.
    Raises WrongUse when the declared encoding is unknown or does not fit, or when none fits.
    """
    sample = _head(path)
    if declared:
        return _honour(path, declared)
    marked = _byte_order_mark(sample) or _utf16_without_mark(sample)
    if marked:
        fault = _first_fault(path, marked)
        if fault is None:
            return Encoding(codec=marked)
        return Encoding(codec=marked, damaged=_count_faults(path, marked)[0])
    if _first_fault(path, "utf-8") is None:
        return Encoding(codec="utf-8")
    bad, wide = _count_faults(path, "utf-8")
    if wide and bad / wide < _DAMAGE:
        return Encoding(codec="utf-8", damaged=bad)
    return _legacy(path)


def _honour(path: Path, declared: str) -> Encoding:
    name = declared.strip().lower().replace("_", "-")
    name = _ALIASES.get(name, name)
    if name not in DECLARED:
        raise WrongUse(
            N_("{encoding} is not an encoding this program reads"),
            N_("Use one of {known}, or leave the encoding out to have it detected."),
            encoding=declared[:40],
            known=", ".join(DECLARED),
        )
    fault: tuple[int, int] | None = None
    for codec in DECLARED[name]:
        fault = _first_fault(path, codec)
        if fault is None:
            return Encoding(codec=codec)
    assert fault is not None
    try:
        seems = detect(path).codec
    except WrongUse:
        seems = "?"
    raise WrongUse(
        N_("{file} is not {encoding}: byte {byte} (line {line}) cannot be read in it"),
        N_("The file looks like {seems}. Declare that, or leave the encoding out to have it detected."),
        file=path.name,
        encoding=declared,
        byte=fault[0],
        line=fault[1],
        seems=seems,
    )


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_SAMPLE)


def _byte_order_mark(sample: bytes) -> str:
    if sample.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if sample.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return ""


def _utf16_without_mark(sample: bytes) -> str:
    # Digits, commas and line ends of a UTF-16 file have a zero byte at one side, always the same side. Stray
    # NULs in an 8-bit file are few or fall on both sides.
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if half < 2 or max(even, odd) < half * 0.15 or min(even, odd) * 20 > max(even, odd):
        return ""
    return "utf-16-be" if even > odd else "utf-16-le"


def _first_fault(path: Path, codec: str) -> tuple[int, int] | None:
    """Give byte offset and line of the first thing the codec cannot read; None when it reads it all."""
    decoder = codecs.getincrementaldecoder(codec)("strict")
    offset, lines = 0, 1
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            held = len(decoder.getstate()[0])
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                start = max(0, error.start - held)
                return offset - held + error.start, lines + chunk[:start].count(b"\n")
            except UnicodeError:
                # UTF-16 and UTF-32 without a mark: these codecs have no place to name.
                return 0, 1
            if not chunk:
                return None
            offset += len(chunk)
            lines += chunk.count(b"\n")


def _count_faults(path: Path, codec: str) -> tuple[int, int]:
    """Count unreadable sequences and, beside them, the characters beyond ASCII that were read."""
    decoder = codecs.getincrementaldecoder(codec)("replace")
    bad = wide = 0
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            text = decoder.decode(chunk, final=not chunk)
            bad += text.count("�")
            wide += len(text) - len(text.encode("ascii", "ignore"))
            if not chunk:
                return bad, wide - bad


def _legacy(path: Path) -> Encoding:
    sample = _head(path)
    # A cut in the middle of a character at the end of the sample is not a fault of the file.
    sample = sample[: sample.rfind(b"\n") + 1] or sample
    if _isolated(sample):
        return Encoding(codec="cp1252" if _first_fault(path, "cp1252") is None else "latin-1")
    fits = [codec for codec in ("gb18030", "cp950", "big5hkscs") if _first_fault(path, codec) is None]
    if "cp950" in fits and "big5hkscs" in fits:
        fits.remove("big5hkscs")
    if len(fits) == 1:
        return Encoding(codec=fits[0])
    if fits:
        return Encoding(codec=max(fits, key=lambda codec: _plausible(sample, codec)))
    counted = {codec: _count_faults(path, codec) for codec in ("gb18030", "big5hkscs")}
    codec, (bad, wide) = min(counted.items(), key=lambda item: item[1][0])
    if wide and bad / wide < _DAMAGE:
        return Encoding(codec=codec, damaged=bad)
    raise WrongUse(
        N_(
            "The encoding of {file} cannot be told: it is none of UTF-8, UTF-16, GB18030, Big5 or "
            "Windows-1252"
        ),
        N_("Save it again as CSV UTF-8, or say which encoding it is in. Is it a text file at all?"),
        file=path.name,
    )


def _isolated(sample: bytes) -> bool:
    """True when bytes beyond ASCII stand alone between letters, as accents do and Chinese does not."""
    high = [index for index, byte in enumerate(sample[:65536]) if byte >= 0x80]
    if not high:
        return False
    near = sum(1 for left, right in pairwise(high) if right == left + 1)
    return near / len(high) < 0.2


# Characters that fill ordinary Chinese business text, per script (the head of any frequency list); the wrong
# codec makes rare ones out of them.
_ORDINARY = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道路命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严姓址電話證號聯絡姓名職業單位戶籍與關係貸款額幣帳卡臺灣區縣鄉鎮里鄰路段巷弄樓號陳林黃張李王吳劉蔡楊許鄭謝洪郭邱曾廖賴徐周葉蘇莊呂江何蕭羅高潘簡朱鍾彭游詹胡施沈余趙盧梁顏柯孫魏翁戴范方宋杨黄赵吴刘陈孙邓冯韩罗谢唐许苏卢蒋贾丁"
)


def _plausible(sample: bytes, codec: str) -> float:
    text = sample[:65536].decode(codec, "ignore")
    words = header_words(re.split(r"[,\t;|\r\n\"]", text[:4000]))
    wide = [character for character in text if character >= "\x80"]
    ordinary = sum(character in _ORDINARY for character in wide) / max(1, len(wide))
    guess = charset_normalizer.from_bytes(sample[:65536], cp_isolation=[codec]).best()
    # The tie-break is the library's measure of mess (0 is clean text); headers settle most files first.
    return words * 10.0 + ordinary * 5.0 - (guess.chaos if guess is not None else 1.0)
