"""Where a number may ring: its country, its state where the area code says, and every zone of those.

A whole state's zones are given, never one exchange's: mobile numbers move, and a set that is too wide only
waits longer (shared/reference/law.md §3.1). American area codes are listed by state as the numbering plan
assigns them; codes that are not listed (toll-free, Canada, the newest) may ring in every American zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

_E, _C, _M, _P = "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"
_AK, _HI, _AZ = "America/Anchorage", "Pacific/Honolulu", "America/Phoenix"
US_ZONES = frozenset({_E, _C, _M, _P, _AK, _HI, _AZ})

_STATES: Mapping[str, tuple[tuple[str, ...], str]] = {
    "AL": ((_C, _E), "205 251 256 334 659 938"),
    "AK": ((_AK, "America/Adak"), "907"),
    "AZ": ((_AZ, _M), "480 520 602 623 928"),
    "AR": ((_C,), "327 479 501 870"),
    "CA": (
        (_P,),
        "209 213 279 310 323 341 350 369 408 415 424 442 510 530 559 562 619 626 628 650 657 661 669 707 714 "
        "738 747 760 805 818 820 831 837 840 858 909 916 925 949 951",
    ),
    "CO": ((_M,), "303 719 720 970 983"),
    "CT": ((_E,), "203 475 860 959"),
    "DE": ((_E,), "302"),
    "DC": ((_E,), "202 771"),
    "FL": (
        (_E, _C),
        "239 305 321 324 352 386 407 448 561 645 656 689 727 728 754 772 786 813 850 863 904 941 954",
    ),
    "GA": ((_E,), "229 404 470 478 678 706 762 770 912 943"),
    "HI": ((_HI,), "808"),
    "ID": ((_M, _P), "208 986"),
    "IL": ((_C,), "217 224 309 312 331 447 464 618 630 708 730 773 779 815 847 861 872"),
    "IN": ((_E, _C), "219 260 317 463 574 765 812 930"),
    "IA": ((_C,), "319 515 563 641 712"),
    "KS": ((_C, _M), "316 620 785 913"),
    "KY": ((_E, _C), "270 364 502 606 859"),
    "LA": ((_C,), "225 318 337 504 985"),
    "ME": ((_E,), "207"),
    "MD": ((_E,), "227 240 301 410 443 667"),
    "MA": ((_E,), "339 351 413 508 617 774 781 857 978"),
    "MI": ((_E, _C), "231 248 269 313 517 586 616 679 734 810 906 947 989"),
    "MN": ((_C,), "218 320 507 612 651 763 924 952"),
    "MS": ((_C,), "228 601 662 769"),
    "MO": ((_C,), "235 314 417 557 573 636 660 816 975"),
    "MT": ((_M,), "406"),
    "NE": ((_C, _M), "308 402 531"),
    "NV": ((_P, _M), "702 725 775"),
    "NH": ((_E,), "603"),
    "NJ": ((_E,), "201 551 609 640 732 848 856 862 908 973"),
    "NM": ((_M,), "505 575"),
    "NY": ((_E,), "315 329 363 516 518 585 607 624 631 680 716 838 845 914 934"),
    "NYC": ((_E,), "212 332 347 465 646 718 917 929"),
    "NC": ((_E,), "252 336 472 704 743 828 910 919 980 984"),
    "ND": ((_C, _M), "701"),
    "OH": ((_E,), "216 220 234 283 326 330 380 419 436 440 513 567 614 740 937"),
    "OK": ((_C,), "405 539 572 580 918"),
    "OR": ((_P, _M), "458 503 541 971"),
    "PA": ((_E,), "215 223 267 272 412 445 484 570 582 610 717 724 814 835 878"),
    "RI": ((_E,), "401"),
    "SC": ((_E,), "803 821 839 843 854 864"),
    "SD": ((_C, _M), "605"),
    "TN": ((_C, _E), "423 615 629 731 865 901 931"),
    "TX": (
        (_C, _M),
        "210 214 254 281 325 346 361 409 430 432 469 512 682 713 726 737 806 817 830 832 903 915 936 940 945 "
        "956 972 979",
    ),
    "UT": ((_M,), "385 435 801"),
    "VT": ((_E,), "802"),
    "VA": ((_E,), "276 434 540 571 686 703 757 804 826 948"),
    "WA": ((_P,), "206 253 360 425 509 564"),
    "WV": ((_E,), "304 681"),
    "WI": ((_C,), "262 274 353 414 534 608 715 920"),
    "WY": ((_M,), "307"),
}

_AUSTRALIA = frozenset(
    f"Australia/{city}"
    for city in ("Sydney", "Melbourne", "Brisbane", "Adelaide", "Darwin", "Perth", "Hobart")
)
_COUNTRIES: Mapping[str, tuple[str, frozenset[str]]] = {
    "CN": ("+86", frozenset({"Asia/Shanghai"})),
    "HK": ("+852", frozenset({"Asia/Hong_Kong"})),
    "MO": ("+853", frozenset({"Asia/Macau"})),
    "TW": ("+886", frozenset({"Asia/Taipei"})),
    "GB": ("+44", frozenset({"Europe/London"})),
    "IE": ("+353", frozenset({"Europe/Dublin"})),
    "DE": ("+49", frozenset({"Europe/Berlin"})),
    "FR": ("+33", frozenset({"Europe/Paris"})),
    "IT": ("+39", frozenset({"Europe/Rome"})),
    "ES": ("+34", frozenset({"Europe/Madrid", "Atlantic/Canary"})),
    "NL": ("+31", frozenset({"Europe/Amsterdam"})),
    "BE": ("+32", frozenset({"Europe/Brussels"})),
    "AT": ("+43", frozenset({"Europe/Vienna"})),
    "PL": ("+48", frozenset({"Europe/Warsaw"})),
    "SE": ("+46", frozenset({"Europe/Stockholm"})),
    "DK": ("+45", frozenset({"Europe/Copenhagen"})),
    "FI": ("+358", frozenset({"Europe/Helsinki"})),
    "PT": ("+351", frozenset({"Europe/Lisbon", "Atlantic/Madeira", "Atlantic/Azores"})),
    "IN": ("+91", frozenset({"Asia/Kolkata"})),
    "SG": ("+65", frozenset({"Asia/Singapore"})),
    "AU": ("+61", _AUSTRALIA),
    "US": ("+1", US_ZONES),
}


@cache
def _codes() -> Mapping[str, str]:
    return {code: state for state, (_zones, codes) in _STATES.items() for code in codes.split()}


def of_number(e164: str) -> tuple[frozenset[str], frozenset[str]]:
    """Give the places (``US``, ``US-MA``, ``US-NYC`` …) and the zones a number may ring in.

    Both are empty for a country not listed: where it rings is then not known.
    """
    if e164.startswith("+1"):
        state = _codes().get(e164[2:5])
        return (
            (frozenset({"US", f"US-{state}"}), of_place(f"US-{state}"))
            if state
            else (
                frozenset({"US"}),
                US_ZONES,
            )
        )
    # The longest prefix that fits: +852 before +8.
    found = max(
        (name for name, (prefix, _zones) in _COUNTRIES.items() if e164.startswith(prefix)),
        key=lambda name: len(_COUNTRIES[name][0]),
        default="",
    )
    return (frozenset({found}), of_place(found)) if found else (frozenset(), frozenset())


def of_place(place: str) -> frozenset[str]:
    """Give every zone of a country (``CN``) or an American state or city (``US-MA``); empty if not listed."""
    country, _dash, state = place.partition("-")
    if country == "US" and state in _STATES:
        return frozenset(_STATES[state][0])
    return _COUNTRIES.get("GB" if country == "UK" else country, ("", frozenset[str]()))[1]


def within(place: str) -> frozenset[str]:
    """Give a place and what it lies in: ``US-NYC`` is in ``US``."""
    return frozenset({place, place.partition("-")[0]})
