"""Addresses → the parts that can be told: province, city, district, street; or street, city, state, ZIP.

What could be two places is left open: a bare 鼓楼区 has no city. ``text`` always keeps the whole.
"""

from __future__ import annotations

import re

from graph.clean.fault import Fault, Reading
from graph.clean.masks import STAR, mask_value, starred
from graph.clean.places import CITIES, MUNICIPALITIES, NAMESAKES, PROVINCES, RENAMED, STATES, ZERO_STATES
from graph.clean.text import blank, dashed, has_han, simplified, tidy
from graph.model import Address

_LONGEST = 500
_LABEL = re.compile(
    r"^(?:(?:家庭|住宅|单位|公司|户籍|现|居住|通讯|邮寄|身份证)?(?:地址|住址)|address)\s*:\s*", re.IGNORECASE
)
_COUNTRY = re.compile(r"^(?:中华人民共和国|中国|P\.?R\.? ?China,? ?)", re.IGNORECASE)
_POSTCODE = re.compile(r"^(\d{6})(?=[^\d]|$)|(?<=[^\d号栋幢室])(?:邮编:?|\()?(?<!\d)(\d{6})\)?$")
# Spaces beside Chinese characters say nothing, except before or after a postcode.
_HAN_SPACE = re.compile(
    r"(?<=[\u3400-\u9fff]) +(?=[\u3400-\u9fff\d])(?!\d{6}$)|(?<!^\d{6})(?<=\d) +(?=[\u3400-\u9fff])"
)
_PROVINCE_TAIL = re.compile(r"(?:省|市|特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区)?")
_ANY_CITY = re.compile(r"([\u3400-\u9fff]{2,4}?)市(?!场|政|区|民|中心)")
_DISTRICT = re.compile(r"([\u3400-\u9fff]{1,9}?(?:自治县|自治旗|新区|林区|特区|[区县旗市]))")
# "文三路幸福小区" holds the character of a district but names a street and a compound.
_NOT_DISTRICT = re.compile(r".{1,}[路街巷道号村镇乡弄里苑园].{2,}|[小社校厂库片]区$|[超夜菜]市$")
_STREET_NUMBER = re.compile(r"\d")


def read_address(text: str, *, country: str = "CN") -> Reading[Address]:
    """Give an address of ``country`` (ISO alpha-2) taken apart; other countries than CN and US as text only.

    A Chinese address in a file of another country is read as Chinese. A masked tail (``杭州市**``) keeps the
    parts before it, with the note ``address.masked``.
    """
    if blank(text):
        return Reading(None)
    if len(text) > _LONGEST:
        return Reading(None, (Fault("address.too_long", (("length", str(len(text))),), lost=True),))
    cell = _LABEL.sub("", dashed(tidy(text))).strip()
    if sum(char.isalpha() for char in cell) < 2:
        return Reading(None, (Fault("address.unreadable", (("shown", mask_value(cell)),), lost=True),))
    if has_han(cell):
        return _china(cell)
    if country == "US":
        return _united_states(cell)
    notes = (Fault("address.masked"),) if STAR in starred(cell) else ()
    return Reading(Address(text=" ".join(cell.split()), country=country), notes)


def _china(cell: str) -> Reading[Address]:
    whole = starred(_HAN_SPACE.sub("", " ".join(cell.split())))
    notes = (Fault("address.masked"),) if STAR in whole else ()
    rest = _COUNTRY.sub("", whole).strip()
    postcode = ""
    found = _POSTCODE.search(rest)
    if found:
        postcode = found[1] or found[2]
        rest = (rest[: found.start()] + rest[found.end() :]).strip(" ,.;()")
    region, rest = _province(rest)
    city, of, rest = _city(rest, region)
    region = region or of
    if region and rest.startswith((region, PROVINCES[region])):
        # 浙江省杭州市浙江省杭州市西湖区: pasted from two columns.
        _, rest = _province(rest)
        again, _, after = _city(rest, region)
        rest = after if again and again == (city or again) else rest
        city = city or again
    if region in MUNICIPALITIES:
        city = PROVINCES[region]
    rest = re.sub(r"^(?:市辖区|市辖县|县(?=[\u3400-\u9fff]+县)|省直辖县级行政区划)", "", rest)
    district, rest = _district(rest)
    address = Address(
        text=whole,
        country="CN",
        region=PROVINCES.get(region, ""),
        city=city,
        district=district,
        street=rest.strip(" ,*-"),
        postcode=postcode,
    )
    return Reading(address, notes)


def _province(rest: str) -> tuple[str, str]:
    """The province at the front (its short name), and what follows it."""
    key = simplified(rest[:12])
    for short in PROVINCES:
        if not key.startswith(short):
            continue
        after = rest[len(short) :]
        if short in NAMESAKES and after.startswith("市"):
            return short, rest
        if short in ("海南", "吉林") and re.match(r"州|藏族", after):
            return "", rest
        # 上海路, 重庆北路: a street called after a province is no province.
        if re.match(r"[大东南西北中]?[一二三]?[路街道巷]", after):
            return "", rest
        tail = _PROVINCE_TAIL.match(after)
        return short, after[tail.end() :] if tail else after
    return "", rest


def _city(rest: str, region: str) -> tuple[str, str, str]:
    """The prefecture-level city at the front, its province's short name, and what follows."""
    key = simplified(rest[:16])
    if region in MUNICIPALITIES:
        own = PROVINCES[region]
        return own, region, rest.removeprefix(own) if rest.startswith(own) else rest
    for namesake, (full, province) in NAMESAKES.items():
        if key.startswith(full) or (region == province and key.startswith(namesake)):
            return full, province, rest[len(full) if key.startswith(full) else len(namesake) :]
    for old, new in RENAMED.items():
        if key.startswith(old):
            full, province = CITIES[new]
            return full, province, re.sub(r"^市", "", rest[len(old) :])
    for length in range(8, 1, -1):
        named = CITIES.get(key[:length])
        if named is None or (region and named[1] != region):
            continue
        full, province = named
        after = rest[length:]
        if key.startswith(full) and not re.match("市[场政]", after):
            return full, province, rest[len(full) :]
        if re.match(r"[大东南西北中]?[一二三]?[路街道巷]|[区县]|市[场政]", after):
            return "", "", rest
        return full, province, re.sub(r"^(?:市(?!场|政)|州|地区|盟)", "", after)
    # A county-level city stands where a city would (义乌市, 昆山市); here it is a district, its city unnamed.
    return "", "", rest


def _district(rest: str) -> tuple[str, str]:
    found = _DISTRICT.match(rest)
    if not found or _NOT_DISTRICT.search(found[1]) or len(found[1]) < 2:
        return "", rest
    return found[1], rest[found.end() :]


_ZIP = re.compile(r"(?<![\d-])(\d{5})(?:-?(\d{4}))?$")
_SHORT_ZIP = re.compile(r"(?<![\d-])(\d{4})$")
_US_COUNTRY = re.compile(r"[,\s]+(?:USA|U\.S\.A\.?|United States(?: of America)?|US)$", re.IGNORECASE)
_STATE_NAME = re.compile(rf"(?:^|[\s,])({'|'.join(sorted(STATES, key=len, reverse=True))})$", re.IGNORECASE)
_STATE_CODE = re.compile(rf"(?:^|[\s,])({'|'.join(sorted(set(STATES.values())))})\.?$", re.IGNORECASE)
_STREET_END = re.compile(
    r"\b(?:st|street|ave?|avenue|rd|road|dr|drive|ln|lane|blvd|boulevard|ct|court|pl|place|way|ter|terrace|cir|circle|"
    r"pkwy|parkway|hwy|highway|trl|trail|sq|square|loop|pike|row|walk|aly|alley|plz|plaza|broadway)\b\.?"
    r"(?:\s+(?:n|s|e|w|ne|nw|se|sw)\b\.?)?"
    r"(?:[\s,]+(?:apt|apartment|unit|ste|suite|fl|floor|rm|room|lot|trlr|bldg|#)\.?\s*#?\s*[\w-]+)*",
    re.IGNORECASE,
)
_BOX = re.compile(r"^(?:p\.?\s?o\.?\s*box|rr|hc)\s*\d+(?:\s+box\s+\d+)?", re.IGNORECASE)
_UNIT = re.compile(r"^(?:apt|apartment|unit|ste|suite|fl|floor|rm|room|lot|bldg|#)\b|^#", re.IGNORECASE)


def _united_states(cell: str) -> Reading[Address]:
    whole = re.sub(r"\s*[\n;]\s*", ", ", cell)
    whole = re.sub(r"\s+", " ", whole)
    notes: list[Fault] = [Fault("address.masked")] if STAR in starred(whole) else []
    rest = _US_COUNTRY.sub("", whole).strip(" ,.")
    postcode = state = ""
    full = _ZIP.search(rest)
    short = _SHORT_ZIP.search(rest)
    if full and full.start():
        postcode = full[1] + (f"-{full[2]}" if full[2] else "")
        rest = rest[: full.start()].strip(" ,.")
    elif short and short.start():
        before, code = _state(rest[: short.start()].strip(" ,."))
        if code in ZERO_STATES:
            postcode, state, rest = "0" + short[1], code, before
            notes.append(Fault("address.zip_zero_restored"))
    if not state:
        rest, state = _state(rest)
    street, city = _street_and_city(rest, told=bool(state or postcode))
    address = Address(text=whole, country="US", region=state, city=city, street=street, postcode=postcode)
    return Reading(address, tuple(notes))


def _state(rest: str) -> tuple[str, str]:
    """What stands before the state, and the state's code; "" where none is named."""
    found = _STATE_CODE.search(rest)
    # "Dr", "Ct" and "La" end streets too: a code in small letters needs a comma before it.
    if found and (found[1].isupper() or rest[: found.start() + 1].endswith(",")):
        return rest[: found.start()].strip(" ,"), found[1].upper()
    named = _STATE_NAME.search(rest)
    if named and named.start():
        return rest[: named.start()].strip(" ,"), STATES[named[1].lower()]
    return rest, ""


def _street_and_city(rest: str, *, told: bool) -> tuple[str, str]:
    """Cut at the last comma; without one, behind the street's kind (St, Ave, Blvd…) and its unit."""
    if "," in rest:
        street, _, city = rest.rpartition(",")
        city = city.strip()
        if _UNIT.match(city) or _STREET_NUMBER.search(city):
            return rest, ""
        return street.strip(" ,"), city
    box = _BOX.match(rest)
    ends = [match.end() for match in _STREET_END.finditer(rest) if match.start()]
    end = box.end() if box else ends[-1] if ends else 0
    if not told:
        return rest, ""
    if not end:
        return ("", rest) if not _STREET_NUMBER.search(rest) else (rest, "")
    return rest[:end].strip(" ,"), rest[end:].strip(" ,")
