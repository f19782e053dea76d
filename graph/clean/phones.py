"""Phone cells → numbers in E.164, or masked ones that say which digits they know.

The one home of phonenumbers. Chinese mobiles are read by their form (1, 3-9, nine digits: MIIT's numbering
plan), allocated or not, because new blocks are opened faster than any table. Landlines and other countries
are read by its metadata.
"""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import PhoneNumberType

from graph.clean.fault import Fault, Reading
from graph.clean.masks import known, mask_value
from graph.clean.phone_cells import Written, pieces, written
from graph.clean.text import blank, tidy
from graph.model import LineType, Phone, country_code

_MOBILE = re.compile(r"1[3-9]\d{9}")
_MOBILE_SECOND = frozenset("3456789")
# Numbers that belong to nobody in person: 400/800 freephone, 95xxx and 96xxx service numbers, 10xxx carriers,
# 11x and 12xxx public services, 1010xxxx (MIIT numbering plan, 电信网编号计划 2017).
_CN_HOTLINE = re.compile(r"[48]00\d{7}|95\d{3,6}|96\d{3,4}|1010\d{4}|1[0-2]\d{1,4}")
_CN_AREA = re.compile(r"0(?:10|2\d|[3-9]\d\d)")
# Neighbouring plans that files write without a plus: Hong Kong, Macao, Taiwan.
_NEAR = ("852", "853", "886")
_MASK_RUN = re.compile(r"\*+")
_LEAST_KNOWN = 4
_LONGEST_CELL = 1_000
_MOST_PIECES = 30
_MOST_GROUPS = 12
_TYPES = {
    PhoneNumberType.MOBILE: LineType.MOBILE,
    PhoneNumberType.FIXED_LINE: LineType.LANDLINE,
    PhoneNumberType.VOIP: LineType.VOIP,
    PhoneNumberType.PERSONAL_NUMBER: LineType.VIRTUAL,
}
_NOBODYS = frozenset(
    {
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.UAN,
        PhoneNumberType.VOICEMAIL,
    }
)
_Read = tuple[tuple[Phone, ...], tuple[Fault, ...]]


def read_phones(text: str, region: str) -> Reading[tuple[Phone, ...]]:
    """Give the numbers of a cell, in its order and each once; () for an empty cell.

    ``region`` is the ISO 3166 alpha-2 country whose numbers are written without a country code. Numbers that
    cannot be read are lost faults beside those that can. A hotline (95588, 400…, US toll-free) is a lost
    fault too: it is nobody's own number, and as a key it would join strangers.
    """
    # The commonest cell by far; everything below costs twenty times as much.
    if region == "CN" and len(text) == 11 and _MOBILE.fullmatch(text) and text.isascii():
        return Reading((Phone(e164="+86" + text, line_type=LineType.MOBILE),))
    if blank(text):
        return Reading(())
    if len(text) > _LONGEST_CELL:
        return Reading((), (Fault("phone.too_many", (("limit", str(_MOST_PIECES)),), lost=True),))
    phones: dict[str, Phone] = {}
    faults: list[Fault] = []
    area = ""
    parts = pieces(tidy(text))
    if len(parts) > _MOST_PIECES:
        faults.append(Fault("phone.too_many", (("limit", str(_MOST_PIECES)),), lost=True))
    for part in _joined_areas(parts[:_MOST_PIECES]):
        if blank(part):
            continue
        for said, (found, met) in _piece(part, region):
            if not found and area and met and met[-1].code == "phone.area_missing":
                # 0571-88881234/88881235: the second number lives where the first does.
                shared, met = _one(f"{area}-{said}", region)
                found = shared
                met = (*met, Fault("phone.area_shared", (("area", area),))) if shared else met
            for phone in found:
                phones.setdefault(phone.key, phone)
                area = _area(phone) or area
            faults.extend(fault for fault in met if fault not in faults)
    return Reading(tuple(phones.values()), tuple(faults))


def _joined_areas(parts: list[str]) -> list[str]:
    """Put an area code that a separator cut off (0571/88881234) back before its number."""
    joined: list[str] = []
    for part in parts:
        if joined and _CN_AREA.fullmatch(joined[-1]) and re.match(r"\d{7,8}(?!\d)", part):
            joined[-1] = f"{joined[-1]}-{part}"
        else:
            joined.append(part)
    return joined


def _piece(part: str, region: str) -> list[tuple[str, _Read]]:
    """One number, or several that only spaces or nothing at all separate; each with its text."""
    whole = _one(part, region)
    if whole[0]:
        return [(part, whole)]
    if " " in part:
        grouped = _grouped(part.split(" "), region)
        if grouped:
            return grouped
    glued = _glued(part, region)
    return [(part, glued or whole)]


def _grouped(words: list[str], region: str) -> list[tuple[str, _Read]]:
    """Cut words into numbers so that the fewest stay unread; [] when none can be read."""
    if len(words) > _MOST_GROUPS:
        alone = [(word, _one(word, region)) for word in words]
        return alone if any(found for _, (found, _) in alone) else []
    best: list[tuple[int, int, list[tuple[str, _Read]]]] = [(0, 0, [])]
    for end in range(1, len(words) + 1):
        options: list[tuple[int, int, list[tuple[str, _Read]]]] = []
        for start in range(end):
            said = " ".join(words[start:end])
            read = _one(said, region)
            bad = not read[0]
            if bad and end - start > 1:
                continue
            before = best[start]
            options.append((before[0] + bad, before[1] + 1, [*before[2], (said, read)]))
        best.append(min(options, key=lambda option: option[:2]))
    reads = best[-1][2]
    return reads if any(found for _, (found, _) in reads) else []


def _glued(part: str, region: str) -> _Read | None:
    """Two or three numbers with nothing between them: 22 digits are two Chinese mobiles."""
    cell = written(part)
    if isinstance(cell, Fault) or "*" in cell.digits or cell.plus or not 20 <= len(cell.digits) <= 36:
        return None
    ways = [way for way in _cuts(cell.digits, region) if len(way) > 1]
    if len(ways) != 1:
        return None
    note = Fault("phone.glued", (("count", str(len(ways[0]))),))
    return tuple(ways[0]), (*cell.notes, note)


def _cuts(digits: str, region: str) -> list[list[Phone]]:
    """Every way to cut digits into mobiles and landlines with their zero (China), or ten digits (NANP)."""
    if not digits:
        return [[]]
    lengths = (11, 12) if region == "CN" else (10,)
    ways: list[list[Phone]] = []
    for length in lengths:
        head = digits[:length]
        if len(head) < length or (region == "CN" and not (_MOBILE.fullmatch(head) or head[0] == "0")):
            continue
        found, faults = _one(head, region)
        if len(found) == 1 and not faults:
            ways.extend([found[0], *rest] for rest in _cuts(digits[length:], region))
    return ways


def _one(text: str, region: str) -> _Read:
    """Read a piece as exactly one number."""
    cell = written(text)
    if isinstance(cell, Fault):
        return (), (cell,)
    if "*" in cell.digits:
        return _masked(cell, region)
    read = _by_plan(cell.digits, cell.plus, cell.extension, region)
    if not read[0] and not cell.extension and len(cell.groups) > 1 and 1 <= len(cell.groups[-1]) <= 6:
        # 0571-88881234-801: what follows a whole number is dialled after the switchboard answers.
        body = "".join(cell.groups[:-1])
        shorter = _by_plan(body, cell.plus, cell.groups[-1], region)
        if shorter[0] or shorter[1][-1].code in {"phone.hotline", "phone.area_missing"}:
            read = shorter
    return read[0], (*cell.notes, *read[1])


def _by_plan(digits: str, plus: bool, extension: str, region: str) -> _Read:
    if not plus and digits.startswith("00"):
        plus, digits = True, digits[2:]
    if plus and digits.startswith("86"):
        return _china(digits[2:], extension, code_written=True)
    if not plus and region == "CN":
        return _china(digits, extension, code_written=False)
    return _elsewhere(digits, plus, extension, region)


def _china(digits: str, extension: str, *, code_written: bool) -> _Read:
    """Read a Chinese number without +86 (code_written says whether it was there)."""
    if _MOBILE.fullmatch(digits):
        return _phone("86" + digits, extension, LineType.MOBILE), ()
    if digits[:1] == "0":
        if _MOBILE.fullmatch(digits[1:]):
            return _phone("86" + digits[1:], extension, LineType.MOBILE), (Fault("phone.trunk_zero"),)
        if _landline(digits[1:]):
            return _phone("86" + digits[1:], extension, LineType.LANDLINE), ()
        without_area = _CN_AREA.sub("", digits, count=1)
        if _CN_HOTLINE.fullmatch(without_area) and without_area[:2] in {"95", "96"}:
            return (), (_fault("phone.hotline", digits),)
    if _CN_HOTLINE.fullmatch(digits):
        return (), (_fault("phone.hotline", digits),)
    if _landline(digits):
        restored = () if code_written else (Fault("phone.area_zero_restored", (("area", _area_of(digits)),)),)
        return _phone("86" + digits, extension, LineType.LANDLINE), restored
    if not code_written:
        if digits.startswith("86") and len(digits) >= 11:
            inside = _china(digits[2:], extension, code_written=True)
            if inside[0]:
                return inside
        other = _other_country(digits, extension)
        if other:
            return other
    return (), (_why_not(digits, 11),)


def _landline(national: str) -> bool:
    """Tell whether digits without the leading zero are a landline (area code and 7 or 8 digits)."""
    if len(national) not in {10, 11} or national[0] == "0" or _MOBILE.fullmatch(national):
        return False
    number = phonenumbers.PhoneNumber(country_code=86, national_number=int(national))
    return phonenumbers.is_valid_number_for_region(number, "CN") and (
        phonenumbers.number_type(number) == PhoneNumberType.FIXED_LINE
    )


def _other_country(digits: str, extension: str) -> _Read | None:
    """A number with another country's code and no plus, where no Chinese number can be meant.

    No Chinese number has eleven digits beginning 12, so 1 212 555 1234 is North American when that plan
    knows it (12345678901 is nobody's); 852, 853 and 886 are read when the whole is a valid number there.
    """
    north_american = len(digits) == 11 and digits.startswith("12") and digits[:9] != "123456789"
    if not north_american and not digits.startswith(_NEAR):
        return None
    found, faults = _elsewhere(digits, True, extension, "")
    if not found:
        return None
    number = phonenumbers.parse(found[0].e164, None)
    country = phonenumbers.region_code_for_number(number) or country_code(digits)
    return found, (*faults, Fault("phone.country_read", (("country", country),)))


def _elsewhere(digits: str, plus: bool, extension: str, region: str) -> _Read:
    """Read by phonenumbers' metadata: any country with its code, or ``region`` without."""
    try:
        number = phonenumbers.parse(f"+{digits}" if plus else digits, None if plus else region)
    except phonenumbers.NumberParseException:
        return (), (_why_not(digits, 15 if plus else 10),)
    if number.country_code == 86:
        return _china(str(number.national_number), extension, code_written=True)
    kind = phonenumbers.number_type(number)
    if not phonenumbers.is_valid_number(number):
        return (), (_why_not(digits, 15 if plus else 10),)
    if kind in _NOBODYS:
        return (), (_fault("phone.hotline", digits),)
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return _phone(e164[1:], extension, _TYPES.get(kind, LineType.UNKNOWN)), ()


def _phone(international: str, extension: str, line_type: LineType) -> tuple[Phone, ...]:
    return (Phone(e164="+" + international, extension=extension, line_type=line_type),)


def _masked(cell: Written, region: str) -> _Read:
    """Read a number some digits of which are ``*``. Fewer than four known ones are no evidence."""
    digits, plus, notes = cell.digits, cell.plus, list(cell.notes)
    if digits.startswith("00"):
        plus, digits = True, digits[2:]
    if plus:
        code = "86" if digits.startswith("86") else "1" if digits.startswith("1") else ""
        national = digits[len(code) :]
    else:
        code = {"CN": "86", "US": "1", "CA": "1"}.get(region, "")
        national = digits
        if code == "86" and digits.startswith("86") and len(digits) > 11:
            national = digits[2:]
        elif code == "1" and digits.startswith("1") and len(digits) == 11:
            national = digits[1:]
    line_type = LineType.UNKNOWN
    if code == "86":
        if national.startswith("0") and national[1:2] != "1":
            national, line_type, fits = national[1:], LineType.LANDLINE, len(national) in {11, 12}
        elif national.startswith("010"):
            national, line_type, fits = national[1:], LineType.LANDLINE, len(national) == 11
        else:
            national = national.removeprefix("0") if len(national) == 12 else national
            if national[:1] == "1" and national[1:2] in {*_MOBILE_SECOND, "*"}:
                line_type = LineType.MOBILE
            resized = _resized(national, 11) if line_type is LineType.MOBILE else national
            if resized != national:
                notes.append(Fault("phone.mask_resized", (("length", "11"),)))
            national, fits = resized, len(resized) == 11
    elif code == "1":
        fits = len(national) == 10
    else:
        fits = plus and 8 <= len(national) <= 15
    if known(national) < _LEAST_KNOWN:
        return (), (*notes, Fault("phone.mask_too_wide", (("known", str(known(national))),), lost=True))
    if not fits:
        return (), (*notes, _why_not(national, 11 if code == "86" else 10))
    pattern = Phone(pattern=f"+{code}{national}", extension=cell.extension, line_type=line_type)
    return (pattern,), tuple(notes)


def _resized(pattern: str, length: int) -> str:
    """Give the one run of stars the length it must have: 138***1234 is a mobile masked carelessly."""
    runs = _MASK_RUN.findall(pattern)
    missing = length - len(pattern)
    if len(runs) != 1 or not missing or len(runs[0]) + missing < 1 or pattern[0] == "*" or pattern[-1] == "*":
        return pattern
    return _MASK_RUN.sub("*" * (len(runs[0]) + missing), pattern)


def _why_not(digits: str, length: int) -> Fault:
    """Say why digits are no number of a plan whose numbers have ``length`` digits."""
    count = len(digits)
    if (length == 11 and count in {7, 8} and digits[0] not in "01*") or (length == 10 and count == 7):
        return _fault("phone.area_missing", digits)
    if count < (10 if length == 15 else length) and not (
        length == 11 and count == 10 and digits[0] not in "01"
    ):
        return Fault("phone.too_short", (("digits", str(count)), ("shown", mask_value(digits))), lost=True)
    if count > length + 1 or (length == 11 and count > 11 and digits[0] != "0"):
        return Fault("phone.too_long", (("digits", str(count)), ("shown", mask_value(digits))), lost=True)
    return _fault("phone.invalid", digits)


def _fault(code: str, digits: str) -> Fault:
    return Fault(code, (("shown", mask_value(digits)),), lost=True)


def _area_of(national: str) -> str:
    """The area code, with its zero, of a Chinese landline without it."""
    return "0" + national[: 2 if national[0] in "12" else 3]


def _area(phone: Phone) -> str:
    """The area code of a whole Chinese landline, else nothing."""
    if phone.line_type is LineType.LANDLINE and phone.e164.startswith("+86"):
        return _area_of(phone.e164[3:])
    return ""
