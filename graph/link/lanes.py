"""Cleaning whole columns at once, for the shapes that nearly all cells have.

Each lane gives for texts of its shapes exactly what the cleaner of ``graph.link.table`` gives for them one by
one, and gaps for all others, which go there. It is a tenth to a hundredth of the work; a test holds the two
to the same answers.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.clean.ids import check_digits, placed
from graph.clean.names import UNPLAIN
from graph.clean.surnames import COMPOUND
from graph.clean.text import simplified
from graph.link.texts import Arrow, Texts, mask, only, square

_HAN = r"\x{4e00}-\x{9fff}"
_MOBILE = r"^(?:\+?86[ -]?)?1[3-9][0-9](?:[0-9]{8}|-[0-9]{4}-[0-9]{4}| [0-9]{4} [0-9]{4}|\*{4}[0-9]{4})$"
_PRC = "^[1-9][0-9]{16}[0-9Xx]$"
_CUT_BY_EXCEL = "000$"
_MASKED_PRC = r"^[0-9]{3,14}\*{4,}(?:[0-9]{0,4}|[0-9]{1,3}[Xx])$"
_EIGHT = "^[0-9]{8}$"
_PARTED = (
    r"^(?P<year>[0-9]{4})(?:[-/.](?P<month>[0-9]{1,2})[-/.](?P<day>[0-9]{1,2})|"
    r"年(?P<month_cn>0?[1-9]|1[0-2])月(?P<day_cn>0?[1-9]|1[0-9]|2[0-8])日)$"
)
_HAN_NAME = (
    rf"^(?:[{_HAN}]{{2,3}}|[{_HAN}]\*{{1,2}}[{_HAN}]?|[{_HAN}]{{2}}\*[{_HAN}]?|\*{{1,2}}[{_HAN}]{{1,2}})$"
)
_HAN_ADDRESS = f"^[0-9A-Za-z()#{_HAN}-]*[{_HAN}][0-9A-Za-z()#{_HAN}-]*$"
_BETWEEN = "[()#-]"
_LONGER_THAN_NOTHING = 8
"""No way of writing that there is nothing has so many letters and a Chinese one among them."""
_FIRST_YEAR, _LAST_YEAR = 1880, 2100


def phones(texts: Texts, region: str) -> Arrow:
    """Clean Chinese mobile numbers, whole or with four digits masked."""
    if region != "CN":
        return pa.nulls(len(texts), pa.string())
    digits = pc.replace_substring_regex(texts.arrow, "[ +-]", "")
    national = pc.utf8_slice_codeunits(digits, -11)
    return only(
        pc.binary_join_element_wise("+86", national, ""), pc.match_substring_regex(texts.arrow, _MOBILE)
    )


def ids(texts: Texts, scheme: str) -> Arrow:
    """Clean Chinese citizen numbers of 18 characters, whole or masked; sound ones carry ``!``."""
    nothing = pa.nulls(len(texts), pa.string())
    if scheme not in {"", "prc_id"}:
        return nothing
    upper = pc.utf8_upper(texts.arrow)
    masked = pc.and_(
        pc.match_substring_regex(texts.arrow, _MASKED_PRC), pc.equal(pc.utf8_length(texts.arrow), 18)
    )
    whole = pc.and_not(
        pc.match_substring_regex(texts.arrow, _PRC), pc.match_substring_regex(texts.arrow, _CUT_BY_EXCEL)
    )
    numbers = upper.filter(whole)
    signs = square(numbers, 18)
    sound = (check_digits(signs) == signs[:, 17]) & _born(signs[:, 6:14]) & placed(signs)
    marked = pc.if_else(pa.array(sound), pc.binary_join_element_wise(numbers, "!", ""), numbers)
    return pc.replace_with_mask(only(upper, masked), whole, marked)


def _born(
    signs: np.ndarray[tuple[int, ...], np.dtype[np.uint8]],
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Tell which eight digits are a day."""
    digits = signs.astype(np.int32) - ord("0")
    year = digits[:, :4] @ np.array([1000, 100, 10, 1], dtype=np.int32)
    month, day = digits[:, 4] * 10 + digits[:, 5], digits[:, 6] * 10 + digits[:, 7]
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    lengths = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], dtype=np.int32)
    inside = (month >= 1) & (month <= 12)
    longest = lengths[np.where(inside, month, 0)] + (leap & (month == 2))
    return np.asarray(inside & (day >= 1) & (day <= longest) & (year >= _FIRST_YEAR) & (year <= _LAST_YEAR))


def dates(texts: Texts) -> Arrow:
    """Clean days written year first: 19800305, 1980-3-5, 1980年3月5日."""
    eight = pc.and_(
        pc.match_substring_regex(texts.arrow, _EIGHT), pc.not_equal(texts.arrow, pa.scalar("00000000"))
    )
    parts = pc.extract_regex(texts.arrow, _PARTED)
    year = pc.struct_field(parts, "year")
    month, day = (
        pc.utf8_lpad(
            pc.binary_join_element_wise(
                pc.struct_field(parts, name), pc.struct_field(parts, f"{name}_cn"), ""
            ),
            2,
            "0",
        )
        for name in ("month", "day")
    )
    return pc.if_else(eight, texts.arrow, pc.binary_join_element_wise(year, month, day, ""))


def han_names(texts: Texts) -> tuple[Arrow, Arrow]:
    """Clean names of two or three Chinese characters and nothing else, or with some of them masked: the given
    names and the family names; "" for a given name where there is none."""
    plain = mask(pc.match_substring_regex(texts.arrow, _HAN_NAME)) & ~mask(
        pc.match_substring_regex(texts.arrow, UNPLAIN)
    )
    where = pa.array(plain)
    written = texts.arrow.filter(where)
    compound = pa.array(sorted(COMPOUND))
    first_two = pc.utf8_slice_codeunits(written, 0, 2)
    two = pc.is_in(first_two, value_set=compound)
    family = pc.if_else(two, first_two, pc.utf8_slice_codeunits(written, 0, 1))
    # Families are simplified by themselves, as the cleaner does it; a given name is what then is left.
    distinct = family.dictionary_encode()
    family = pa.DictionaryArray.from_arrays(distinct.indices, all_simplified(distinct.dictionary)).cast(
        pa.string()
    )
    whole = all_simplified(written)
    long = pc.utf8_length(family)
    begins = pc.equal(pc.if_else(pc.equal(long, 2), pc.utf8_slice_codeunits(whole, 0, 2),
                                 pc.utf8_slice_codeunits(whole, 0, 1)), family)  # fmt: skip
    given = pc.if_else(
        begins,
        pc.if_else(pc.equal(long, 2), pc.utf8_slice_codeunits(whole, 2), pc.utf8_slice_codeunits(whole, 1)),
        whole,
    )
    given = pc.if_else(pc.equal(family, "*"), pc.utf8_ltrim(given, "*"), given)
    gaps = pa.nulls(len(texts), pa.string())
    return pc.replace_with_mask(gaps, where, given), pc.replace_with_mask(gaps, where, family)


def addresses(texts: Texts) -> Arrow:
    """Clean addresses in Chinese characters, ASCII letters and digits."""
    plain = pc.and_(
        pc.match_substring_regex(texts.arrow, _HAN_ADDRESS),
        pc.greater_equal(pc.utf8_length(texts.arrow), _LONGER_THAN_NOTHING),
    )
    kept = all_simplified(texts.arrow.filter(plain))
    kept = pc.ascii_lower(pc.replace_substring_regex(kept, _BETWEEN, ""))
    return pc.replace_with_mask(pa.nulls(len(texts), pa.string()), plain, kept)


def all_simplified(texts: Arrow) -> Arrow:
    """Give texts without line breaks in simplified characters, in one go."""
    if not len(texts):
        return texts
    return pa.array(simplified("\n".join(texts.to_pylist())).split("\n"), pa.string())
