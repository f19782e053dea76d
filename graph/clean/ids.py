"""Identity numbers → scheme, value, and what the number itself says of its holder (birth date, region).

The Chinese citizen number is GB 11643-1999: six digits of region (GB/T 2260), birth date, three of sequence,
a check digit by ISO 7064 MOD 11-2. Residence permits for people of Hong Kong, Macao and Taiwan (81, 82, 83)
and the permanent residence card of foreigners (91) share its form. US rules are the Social Security
Administration's.
"""

from __future__ import annotations

import datetime as dt
import re

import numpy as np
import numpy.typing as npt

from graph.clean.fault import Fault, Reading
from graph.clean.masks import STAR, known, mask_value, starred
from graph.clean.text import blank, dashed, tidy, words
from graph.model import Identifier, PartialDate

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
# The first two digits in use by GB/T 2260, with 81-83 for residence permits; 91 is a foreigner's card.
_PROVINCES = words(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 "
    "71 81 82 83 91"
)
_EXCEL_DIGITS = 15
_LEAST_KNOWN = 2
_LONGEST = 64
_EARLIEST_BIRTH = 1880

_SCHEMES: dict[str, str] = {
    "prc_id": "身份证 居民身份证 二代身份证 二代证 一代身份证 身份证号 身份证号码 户口簿 户口本 居住证 "
    "临时身份证 港澳台居民居住证 港澳居民居住证 台湾居民居住证 永久居留 prc_id id_card idcard id "
    "resident_id",
    "passport": "护照 中国护照 外国护照 因私护照 passport",
    "hk_macao_permit": "港澳通行证 回乡证 港澳居民来往内地通行证 港澳居民通行证 hk_macao_permit",
    "taiwan_permit": "台胞证 台湾居民来往大陆通行证 台湾通行证 taiwan_permit",
    "military": "军官证 士兵证 军人证 警官证 文职证 武警证 military",
    "us_ssn": "ssn social_security social_security_number social us_ssn",
    "us_itin": "itin us_itin",
    "driver_licence": "驾驶证 driver_licence driver_license drivers_license dl",
    "hk_id": "香港身份证 hkid hk_id",
    "tw_id": "台湾身份证 tw_id",
    "uscc": "统一社会信用代码 营业执照 uscc",
}
_SCHEME_OF = {hint: scheme for scheme, hints in _SCHEMES.items() for hint in hints.split()}

# For what is not listed word for word: 中国居民身份证(二代), 外国护照号码.
_HINT_PARTS = (
    ("香港身份", "hk_id"),
    ("台湾身份", "tw_id"),
    ("身份证", "prc_id"),
    ("户口", "prc_id"),
    ("护照", "passport"),
    ("回乡", "hk_macao_permit"),
    ("港澳", "hk_macao_permit"),
    ("台胞", "taiwan_permit"),
    ("军官", "military"),
    ("passport", "passport"),
    ("social_security", "us_ssn"),
    ("ssn", "us_ssn"),
)

_PRC = re.compile(r"\d{17}[\dX]")
_SCIENTIFIC = re.compile(r"(\d(?:\.\d*)?)E\+?(\d{1,2})")
_FLOAT_TAIL = re.compile(r"(\d{6,})\.0*")
_SEPARATORS = re.compile(r"[\s\-_.·,:/']+")
_LABEL = re.compile(
    r"^(?:身份证号码?|身份证|证件号码?|护照号?码?|id|ssn|no|passport)[:.\s#号]*(?=[\dA-Z*])", re.IGNORECASE
)

_ASIDE = re.compile(r"\([^()\d*xX]*\)$")
_PASSPORT_CN = re.compile(r"(?:E[A-HJ-NP-Z]\d{7}|[EGDSP]\d{8}|1[45]\d{7})")
_PERMIT = re.compile(r"[HM]\d{8}(?:\d{2})?")
_SSN_MASK = re.compile(r"[\d*]{9}")
_OTHER = re.compile(r"[0-9A-Z*()\u4e00-\u9fff]{4,}")
# Printed in advertisements and so used by thousands (SSA history page on misused numbers).
_MISUSED_SSN = frozenset({"078051120", "219099999", "123456789", "111111111", "333333333"})
_ITIN_GROUPS = frozenset((*range(50, 66), *range(70, 89), *range(90, 93), *range(94, 100)))


def read_id(text: str, scheme: str = "", region: str = "CN") -> Reading[Identifier]:
    """Give the identity number of a cell; ``scheme`` is what the file calls it (``身份证``, ``SSN``).

    15-digit Chinese numbers become 18 digits. A wrong check digit or date leaves ``sound`` False with a note.
    What Excel cut after 15 digits is given masked, beside the lost fault ``id.excel_precision``; ``3.30E+17``
    leaves nothing.
    """
    if len(text) > _LONGEST and not blank(text):
        return Reading(None, (Fault("id.too_long", (("length", str(len(text))),), lost=True),))
    if len(text) == 18 and not scheme and _PRC.fullmatch(text) and text.isascii():
        return _prc(text, ())
    if blank(text):
        return Reading(None)
    cell = _ASIDE.sub("", _LABEL.sub("", dashed(tidy(text)))).strip()
    hint = _hinted(scheme)
    scientific = _SCIENTIFIC.fullmatch(cell.upper())
    if scientific:
        return _from_scientific(scientific)
    notes: tuple[Fault, ...] = ()
    tail = _FLOAT_TAIL.fullmatch(cell)
    if tail:
        cell = tail[1]
        if len(cell) > _EXCEL_DIGITS:
            # A double holds 53 bits: of 18 digits the last ones are whatever was nearest.
            return _cut_by_excel(cell[:_EXCEL_DIGITS], len(cell))
    value = _SEPARATORS.sub("", _with_check_letter(cell)).upper()
    if STAR in value:
        return _masked(value, hint, region)
    return _whole(value, hint, region, notes, cell)


def _hinted(scheme: str) -> str:
    key = (
        re.sub(r"[\s\-]+", "_", tidy(scheme).strip(" .#:").lower())
        .removesuffix("_no")
        .removesuffix("_number")
    )
    found = _SCHEME_OF.get(key)
    if found is None:
        found = next((kind for part, kind in _HINT_PARTS if part in key), "")
    return found


def _with_check_letter(cell: str) -> str:
    """Put stars for masking signs, but leave the X that is the eighteenth character's check digit."""
    starring = starred(cell.replace("#", STAR))
    if cell[-1:] in "xX" and len(cell) == 18 and starring[-1] == STAR and cell[-2].isdigit():
        return starring[:-1] + "X"
    return starring


def _whole(value: str, hint: str, region: str, notes: tuple[Fault, ...], cell: str) -> Reading[Identifier]:
    if hint in {"us_ssn", "us_itin"} or (not hint and _ssn_shaped(value, cell, region)):
        return _ssn(value, cell)
    if value.isdigit() and len(value) > 18:
        return Reading(None, (Fault("id.too_long", (("length", str(len(value))),), lost=True),))
    if hint not in {"", "prc_id", "uscc"} and _PRC.fullmatch(value) and check_digit(value[:17]) == value[17]:
        # The type column is wrong, or a driving licence, whose number is the citizen number.
        return _prc(value, notes)
    if hint in {"", "prc_id"}:
        if _PRC.fullmatch(value):
            return _prc(value, notes)
        if value.isdigit() and len(value) == 15 and (hint or (region == "CN" and _first_generation(value))):
            return _upgraded(value)
        if value.isdigit() and len(value) in {16, 17} and (hint or region == "CN"):
            return _missing(value, 18)
    if hint in {"", "passport"} and _PASSPORT_CN.fullmatch(value) and (hint or region == "CN"):
        return Reading(Identifier(scheme="passport", value=value))
    if hint in {"", "hk_macao_permit"} and _PERMIT.fullmatch(value) and (hint or region == "CN"):
        return Reading(Identifier(scheme="hk_macao_permit", value=value))
    if hint == "prc_id" and value.isdigit():
        return _missing(value, 18)
    if not _OTHER.fullmatch(value) or not any(char.isdigit() for char in value):
        return _unreadable(cell)
    return Reading(Identifier(scheme=hint if hint not in {"", "prc_id"} else "other", value=value), notes)


def check_digit(seventeen: str) -> str:
    """Give the eighteenth character of a Chinese citizen number (ISO 7064 MOD 11-2, GB 11643-1999)."""
    return _CHECKS[sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, seventeen, strict=True)) % 11]


def check_digits(signs: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Give the eighteenth characters of many numbers, each a row of ASCII characters of which the first
    seventeen are digits."""
    digits = signs[:, :17].astype(np.int32) - ord("0")
    checks = np.frombuffer(_CHECKS.encode("ascii"), dtype=np.uint8)
    return np.asarray(checks[digits @ np.array(_WEIGHTS, dtype=np.int32) % 11])


def placed(signs: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """Tell of many numbers, each a row of ASCII characters, which begin with the digits of a region."""
    known = np.zeros(100, dtype=np.bool_)
    known[[int(province) for province in _PROVINCES]] = True
    return np.asarray(known[(signs[:, 0].astype(np.int32) - 48) * 10 + signs[:, 1] - 48])


def _prc(value: str, notes: tuple[Fault, ...]) -> Reading[Identifier]:
    if value.endswith("000"):
        # Excel writes zeros behind 15 digits. Of real numbers 1 in 1,100 ends so; of damaged ones 1 in 11
        # even passes the check digit: a sound-looking one is still far more likely damaged than real.
        return _cut_by_excel(value[:_EXCEL_DIGITS], 18)
    return _checked_prc(value, notes)


def _checked_prc(value: str, notes: tuple[Fault, ...]) -> Reading[Identifier]:
    checked = check_digit(value[:17]) == value[17]
    faults: list[Fault] = list(notes)
    born = _birth(value[6:14])
    if born is None:
        faults.append(Fault("id.date_impossible"))
    if not checked:
        faults.append(Fault("id.check_digit"))
    known_region = value[:2] in _PROVINCES
    if not known_region:
        faults.append(Fault("id.region_unknown"))
    sound = checked and known_region and born is not None
    return Reading(
        Identifier(
            scheme="prc_id", value=value, sound=sound, born=born, region=value[:6] if known_region else ""
        ),
        tuple(faults),
    )


def _birth(eight: str) -> PartialDate | None:
    year, month, day = int(eight[:4]), int(eight[4:6]), int(eight[6:])
    if not _EARLIEST_BIRTH <= year <= 2100:
        return None
    try:
        dt.date(year, month, day)
    except ValueError:
        return None
    return PartialDate(year=year, month=month, day=day)


def _first_generation(fifteen: str) -> bool:
    """Whether 15 digits can be a citizen number of 1984-1999: a region, and a date of 19xx."""
    return fifteen[:2] in _PROVINCES and _birth("19" + fifteen[6:12]) is not None


def _upgraded(fifteen: str) -> Reading[Identifier]:
    """Write a number of the first generation (until 1999, no century, no check digit) in 18 characters."""
    seventeen = fifteen[:6] + "19" + fifteen[6:]
    reading = _checked_prc(seventeen + check_digit(seventeen), ())
    return Reading(reading.value, (Fault("id.upgraded"), *reading.faults))


def _cut_by_excel(kept: str, of: int) -> Reading[Identifier]:
    lost = Fault("id.excel_precision", (("kept", str(len(kept))), ("of", str(of))), lost=True)
    if of != 18:
        return Reading(None, (lost,))
    return Reading(_masked_prc(kept + STAR * (18 - len(kept))), (lost,))


def _from_scientific(match: re.Match[str]) -> Reading[Identifier]:
    digits = match[1].replace(".", "")
    of = int(match[2]) + 1
    if len(digits) >= _EXCEL_DIGITS:
        return _cut_by_excel(digits[:_EXCEL_DIGITS], of)
    return Reading(
        None, (Fault("id.excel_precision", (("kept", str(len(digits))), ("of", str(of))), lost=True),)
    )


def _masked_prc(value: str) -> Identifier:
    """A masked citizen number with whatever of region and birth date can still be read."""
    placed = re.match(r"\d*", value[:6])
    born: PartialDate | None = None
    year = value[6:10]
    if year.isdigit() and _EARLIEST_BIRTH <= int(year) <= 2100:
        month, day = value[10:12], value[12:14]
        if month.isdigit() and day.isdigit():
            born = _birth(value[6:14])
        elif month.isdigit():
            born = PartialDate(year=int(year), month=int(month)) if 1 <= int(month) <= 12 else None
        else:
            born = PartialDate(year=int(year))
    return Identifier(
        scheme="prc_id", value=value, masked=True, born=born, region=placed[0] if placed else ""
    )


def _masked(value: str, hint: str, region: str) -> Reading[Identifier]:
    """A number some characters of which are stars; fewer than two known ones are no evidence."""
    if known(value) < _LEAST_KNOWN:
        return Reading(None, (Fault("id.mask_too_wide", (("known", str(known(value))),), lost=True),))
    if hint == "us_ssn" or (not hint and region == "US" and len(value) == 9):
        if not _SSN_MASK.fullmatch(value):
            return _unreadable(value)
        return Reading(Identifier(scheme="us_ssn", value=value, masked=True))
    if hint == "prc_id" or (not hint and region == "CN"):
        notes: tuple[Fault, ...] = ()
        runs = re.findall(r"\*+", value)
        if len(value) != 18 and len(runs) == 1 and known(value) < 18 and not value.startswith(STAR):
            resized = re.sub(r"\*+", STAR * (18 - known(value)), value)
            # Only what looks like a careless mask of a citizen number is stretched: a region in front.
            if re.match(r"\d{3,}\*", value) and known(value) == len(value) - len(runs[0]):
                value, notes = resized, (Fault("id.mask_resized", (("length", "18"),)),)
        if re.fullmatch(r"[\d*]{17}[\dX*]", value):
            return Reading(_masked_prc(value), notes)
    if not re.fullmatch(r"[0-9A-Z*()]{4,}", value):
        return _unreadable(value)
    return Reading(Identifier(scheme=hint or "other", value=value, masked=True))


def _ssn_shaped(value: str, cell: str, region: str) -> bool:
    if re.fullmatch(r"\d{3}-\d{2}-\d{4}", cell):
        return True
    return region == "US" and value.isdigit() and len(value) == 9


def _ssn(value: str, cell: str) -> Reading[Identifier]:
    """A Social Security number: area 001-899 without 666, group 01-99, serial 0001-9999 (20 CFR 422.103).

    Areas from 900 are taxpayer numbers (ITIN, IRS) where their group is one of those. 987-65-4320 to 4329 and
    numbers printed in advertisements were never a person's: kept, not sound.
    """
    notes: list[Fault] = []
    if value.isdigit() and len(value) in {7, 8}:
        value = value.zfill(9)
        notes.append(Fault("id.zero_restored"))
    if not value.isdigit() or len(value) != 9:
        if value.isdigit():
            return _missing(value, 9)
        return _unreadable(cell)
    area, group, serial = int(value[:3]), int(value[3:5]), int(value[5:])
    if area >= 900 and group in _ITIN_GROUPS and not 987_654_320 <= int(value) <= 987_654_329:
        return Reading(Identifier(scheme="us_itin", value=value), tuple(notes))
    sound = 0 < area < 900 and area != 666 and group > 0 and serial > 0
    if not sound or value in _MISUSED_SSN or len(set(value)) == 1:
        notes.append(Fault("id.never_issued"))
        sound = False
    return Reading(Identifier(scheme="us_ssn", value=value, sound=sound), tuple(notes))


def _missing(value: str, of: int) -> Reading[Identifier]:
    return Reading(
        None, (Fault("id.digit_missing", (("digits", str(len(value))), ("of", str(of))), lost=True),)
    )


def _unreadable(cell: str) -> Reading[Identifier]:
    return Reading(None, (Fault("id.unreadable", (("shown", mask_value(cell)),), lost=True),))
