"""What the learned part of the in-use model looks at: every number's evidence as a row of plain figures.

Ages are in years before the as-of date, and ``NONE`` stands for "there is none". Nothing here knows the
debtor's age, sex, origin or health; when a third party's number was spoken of is not looked at either, only
that it was. What other numbers say is taken from the debtor's own ones alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graph.inuse_columns import CLASSES, TAIL, USERS, Columns, Heard, Said
from graph.model import StatedUser

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

# Absent: older than anything that is remembered, in years.
NONE = 99.0
YEAR = 365.25
# The half-life in years of "how often lately".
LATELY = 0.5

# Sources whose habits the shipped forest may tell apart; every other counts by its class only.
NAMED = (
    "application_form",
    "app_account",
    "credit_bureau",
    "employer",
    "court",
    "reference",
    "call_detail",
    "vendor_a",
    "vendor_b",
)
_ALIAS = {"case_file": "application_form", "references": "reference"}

_DEBTOR = USERS.index(StatedUser.DEBTOR)
_HOUSE = USERS.index(StatedUser.HOUSEHOLD)
_WORK = USERS.index(StatedUser.WORKPLACE)
_UNSAID = USERS.index(StatedUser.UNKNOWN)

_KINDS = ("self", "weak", "third", "wrong", "vacant", "off", "silent")
_SAID = ("active", "empty", "stopped", "his", "not_his", "no_holder", "unchanged", "changed", "began", "none")
_CALL = {
    "self": "call:self",
    "weak": "call:self",
    "third": "call:third_party",
    "wrong": "call:wrong_party",
    "vacant": "call:vacant",
    "off": "call:powered_off",
    "silent": "call:no_answer",
}
_FACT = {
    "active": "fact:line_status",
    "empty": "fact:line_status",
    "stopped": "fact:line_status",
    "his": "fact:attribute_match",
    "not_his": "fact:attribute_match",
    "no_holder": "fact:attribute_match",
    "unchanged": "fact:holder_changed_since",
    "changed": "fact:holder_changed_since",
    "began": "fact:tenure",
    "none": "fact:tenure",
}

# Name of a figure and the group of reasons its effect is added to (graph.inuse_told).
ALONE: tuple[tuple[str, str], ...] = (
    *((f"{kind}_newest", f"claim:{kind}") for kind in CLASSES),
    *((f"{kind}_first", f"claim:{kind}") for kind in CLASSES),
    *((f"{kind}_records", f"claim:{kind}") for kind in CLASSES),
    *((f"{name}_newest", "claim") for name in NAMED),
    *((f"{name}_first", "claim") for name in NAMED),
    ("sources", "claim"),
    ("records", "claim"),
    ("undated", "claim"),
    ("repeats", "claim"),
    ("restamped", "claim"),
    ("vendors", "claim:vendor"),
    ("vendor_gap", "claim:vendor"),
    ("match_mean", "claim"),
    ("match_least", "claim"),
    ("match_most", "claim"),
    ("household", "claim"),
    ("household_newest", "claim"),
    ("workplace", "claim"),
    ("others", "claim"),
    ("typo", "claim"),
    ("typo_lead", "claim"),
    ("tie_first", "time"),
    ("tie_last", "time"),
    ("firsthand_last", "time"),
    *((f"{kind}_age", _CALL[kind]) for kind in _KINDS),
    *((f"{kind}_count", _CALL[kind]) for kind in _KINDS),
    *((f"{kind}_lately", _CALL[kind]) for kind in _KINDS),
    ("self_first", "call:self"),
    ("self_most", "call:self"),
    ("self_sum", "call:self"),
    ("first_call", "call"),
    ("live_age", "call"),
    ("last_heard", "call"),
    ("bad_since_self", "call"),
    ("vacant_since_live", "call:vacant"),
    ("quiet_since_live", "call:no_answer"),
    ("self_since_bad", "call:self"),
    ("claim_since_bad", "claim"),
    ("claim_since_wrong", "claim"),
    *((f"{said}_said", _FACT[said]) for said in _SAID),
    ("last_status", "fact:line_status"),
    ("last_holder", "fact:attribute_match"),
    ("changed_on", "fact:holder_changed_since"),
    ("changed_to_first", "fact:holder_changed_since"),
    ("changed_to_last", "fact:holder_changed_since"),
    ("changed_to_self", "fact:holder_changed_since"),
    ("began_on", "fact:tenure"),
    ("began_to_first", "fact:tenure"),
    ("began_to_last", "fact:tenure"),
    ("shared_with", "shared"),
    ("mobile", "line_type"),
    ("landline", "line_type"),
    ("internet", "line_type"),
)


@dataclass(frozen=True, slots=True)
class Alone:
    """What is known of every number by itself: ``rows`` of ``ALONE``, and the days others are compared by.

    ``days`` holds for each name (first, last, firsthand, self, live, call, first_call, his) one day a number,
    nought where there is none.
    """

    rows: Floats
    days: Mapping[str, Ints]

    def column(self, name: str) -> Floats:
        """Give one figure of every number."""
        return self.rows[:, _PLACE[name]]


_PLACE = {name: place for place, (name, _) in enumerate(ALONE)}


def alone(have: Columns) -> Alone:
    """Give what is known of every number by itself."""
    out: dict[str, Floats] = {}
    days = _claims(have, out)
    _calls(have, out, days)
    _facts(have, out, days)
    out["shared_with"] = np.minimum(have.shared, 50).astype(np.float64)
    for place, name in enumerate(("mobile", "landline", "internet")):
        out[name] = (have.line == place).astype(np.float64)
    return Alone(np.stack([out[name] for name, _ in ALONE], axis=1), days)


def source_features(have: Columns, sources: Sequence[str]) -> Floats:
    """Give of each named source how old its newest and its oldest claim in the debtor's name are, and how
    many there are: three columns a source."""
    n, rows, wide = have.count, have.claims, len(sources)
    place = {name: at for at, name in enumerate(sources)}
    known = np.array([place.get(one, -1) for one in have.sources], dtype=np.int64)
    named = known[rows.source] if len(known) else rows.source
    used = (rows.user == _DEBTOR) & (named >= 0)
    at, day, first = rows.number[used] * wide + named[used], rows.day[used], rows.first[used]
    seen = np.where((first > 0) & ((first < day) | (day == 0)), first, day)
    today = np.repeat(have.today, wide)
    newest = _age(today, _latest(at, np.maximum(day, first), n * wide)).reshape(n, wide)
    oldest = _age(today, _earliest(at, seen, n * wide)).reshape(n, wide)
    count = np.bincount(at, minlength=n * wide).reshape(n, wide)
    return np.stack([newest, oldest, count.astype(np.float64)], axis=2).reshape(n, 3 * wide)


def _latest(number: Ints, day: Ints, count: int) -> Ints:
    found = np.zeros(count, dtype=np.int64)
    np.maximum.at(found, number, day)
    return found


_FAR = np.int64(10_000_000)


def _earliest(number: Ints, day: Ints, count: int) -> Ints:
    """Days; nought where there is none."""
    found = np.full(count, _FAR)
    known = day > 0
    np.minimum.at(found, number[known], day[known])
    found[found == _FAR] = 0
    return found


def _age(today: Ints, day: Ints) -> Floats:
    return np.where(day > 0, (today - day) / YEAR, NONE)


def _since(later: Ints, earlier: Ints) -> Floats:
    """Years from ``earlier`` to ``later``; far below nought without the later, far above without the
    earlier."""
    gap = (later - earlier) / YEAR
    return np.where(later == 0, -NONE, np.where(earlier == 0, NONE, gap))


def _claims(have: Columns, out: dict[str, Floats]) -> dict[str, Ints]:
    rows, n, today = have.claims, have.count, have.today
    his = rows.user == _DEBTOR
    number, day, first = rows.number[his], rows.day[his], rows.first[his]
    kind, source, record = rows.kind[his], rows.source[his], rows.record[his]
    seen = np.where((first > 0) & ((first < day) | (day == 0)), first, day)
    # Vendors and unknown sources re-stamp: their claim is as old as its first sight.
    second = (kind == CLASSES.index("vendor")) | (kind == CLASSES.index("unknown"))
    on = np.where(second, seen, np.where(day > 0, day, first))
    wide = len(CLASSES)
    newest = _latest(number * wide + kind, on, n * wide).reshape(n, wide)
    oldest = _earliest(number * wide + kind, seen, n * wide).reshape(n, wide)
    # One record said twice is one record.
    once = _once(number, record)
    records = np.bincount(number[once] * wide + kind[once], minlength=n * wide).reshape(n, wide)
    for place, name in enumerate(CLASSES):
        out[f"{name}_newest"] = _age(today, newest[:, place])
        out[f"{name}_first"] = _age(today, oldest[:, place])
        out[f"{name}_records"] = records[:, place].astype(np.float64)
    known = np.array(
        [NAMED.index(name) if (name := _ALIAS.get(one, one)) in NAMED else -1 for one in have.sources],
        dtype=np.int64,
    )
    named = known[source] if len(known) else source
    listed = named >= 0
    wide = len(NAMED)
    at = number[listed] * wide + named[listed]
    by_name = _latest(at, np.where(second, day, on)[listed], n * wide).reshape(n, wide)
    by_first = _earliest(at, seen[listed], n * wide).reshape(n, wide)
    for place, name in enumerate(NAMED):
        out[f"{name}_newest"] = _age(today, by_name[:, place])
        out[f"{name}_first"] = _age(today, by_first[:, place])
    apart = _once(number, source)
    vendor = kind == CLASSES.index("vendor")
    out["sources"] = np.bincount(number[apart], minlength=n).astype(np.float64)
    out["vendors"] = np.bincount(number[apart & vendor], minlength=n).astype(np.float64)
    out["records"] = np.bincount(number[once], minlength=n).astype(np.float64)
    out["repeats"] = np.bincount(number[~once], minlength=n).astype(np.float64)
    out["undated"] = np.bincount(number[(day == 0) & (first == 0)], minlength=n).astype(np.float64)
    stamped = _latest(number, np.where(vendor, day - seen, 0), n)
    out["restamped"] = stamped / YEAR
    out["vendor_gap"] = _since(
        _latest(number[vendor], seen[vendor], n), _earliest(number[vendor], seen[vendor], n)
    )
    _matches(rows.number[his], rows.match[his], n, out)
    for name, user in (("household", _HOUSE), ("workplace", _WORK)):
        out[name] = (np.bincount(rows.number[rows.user == user], minlength=n) > 0).astype(np.float64)
    other = ~np.isin(rows.user, (_DEBTOR, _HOUSE, _WORK, _UNSAID))
    out["others"] = (np.bincount(rows.number[other], minlength=n) > 0).astype(np.float64)
    house = rows.user == _HOUSE
    dated = np.where(rows.day > 0, rows.day, _FAR)
    at_home = np.where(rows.first > 0, np.minimum(rows.first, dated), rows.day)
    out["household_newest"] = _age(today, _latest(rows.number[house], at_home[house], n))
    _typos(have, out["records"], out)
    firsthand = ~second
    return {
        "first": _earliest(number, seen, n),
        "last": _latest(number, on, n),
        "firsthand": _latest(number[firsthand], on[firsthand], n),
    }


def _matches(number: Ints, match: Floats, n: int, out: dict[str, Floats]) -> None:
    said = match >= 0.0
    number, match = number[said], match[said]
    many = np.bincount(number, minlength=n)
    least, most = np.full(n, 2.0), np.full(n, -1.0)
    np.minimum.at(least, number, match)
    np.maximum.at(most, number, match)
    out["match_mean"] = np.where(many > 0, np.bincount(number, match, n) / np.maximum(many, 1), -1.0)
    out["match_least"] = np.where(many > 0, least, -1.0)
    out["match_most"] = most


def _once(number: Ints, key: Ints) -> NDArray[np.bool_]:
    """True at the first row of each pair of number and key."""
    found = np.zeros(len(number), dtype=bool)
    if len(number):
        found[np.unique(number * (int(key.max()) + 1) + key, return_index=True)[1]] = True
    return found


# Cases with more numbers than this are not searched for slips of the pen: the pairs would be too many.
_MOST = 200


def _typos(have: Columns, records: Floats, out: dict[str, Floats]) -> None:
    """How few digits tell a number from one that is better known: a slip of the pen is known less."""
    n = have.count
    nearest, lead = np.full(n, float(TAIL)), np.zeros(n)
    starts = np.flatnonzero(np.r_[True, np.diff(have.case) > 0]) if n else np.zeros(0, dtype=np.int64)
    sizes = np.diff(np.r_[starts, n])
    size = np.repeat(sizes, sizes)
    start = np.repeat(starts, sizes)
    many = np.where(size <= _MOST, size, 0)
    left = np.repeat(np.arange(n), many)
    right = np.arange(len(left)) - np.repeat(np.cumsum(many) - many, many) + start[left]
    apart = left != right
    left, right = left[apart], right[apart]
    if not len(left):
        out["typo"], out["typo_lead"] = nearest, lead
        return
    differing = (have.digits[left] != have.digits[right]).sum(axis=1)
    close = differing <= 2
    left, right, differing = left[close], right[close], differing[close]
    np.minimum.at(nearest, left, differing.astype(np.float64))
    best = np.full(n, -NONE)
    np.maximum.at(best, left, records[right] - records[left])
    out["typo"] = nearest
    out["typo_lead"] = np.where(best > -NONE, best, 0.0)


# How a call ended, from the worst to the best.
_RANK = np.array([7.0, 5.0, 3.0, 2.0, 0.0, 1.0, 4.0])
_LIVE = np.array([True, True, True, True, False, False, False])
_BAD = np.array([False, False, True, True, True, False, False])


def _calls(have: Columns, out: dict[str, Floats], days: dict[str, Ints]) -> None:
    rows, n, today = have.calls, have.count, have.today
    number, day, heard = rows.number, rows.day, rows.heard
    wide = len(Heard)
    at = number * wide + heard
    last = _latest(at, day, n * wide).reshape(n, wide)
    count = np.bincount(at, minlength=n * wide).reshape(n, wide).astype(np.float64)
    age = (today[number] - day) / YEAR
    lately = np.bincount(at, np.exp2(-age / LATELY), n * wide).reshape(n, wide)
    for place, name in enumerate(_KINDS):
        out[f"{name}_age"] = _age(today, last[:, place])
        out[f"{name}_count"] = np.minimum(count[:, place], 50.0)
        out[f"{name}_lately"] = np.round(lately[:, place], 6)
    him = heard == Heard.SELF
    most = np.zeros(n)
    np.maximum.at(most, number[him], rows.sure[him])
    out["self_most"] = most
    out["self_first"] = _age(today, _earliest(number[him], day[him], n))
    out["self_sum"] = np.round(np.bincount(number, rows.sure * np.exp2(-age), n), 6)
    out["first_call"] = _age(today, _earliest(number, day, n))
    live = _latest(number[_LIVE[heard]], day[_LIVE[heard]], n)
    out["live_age"] = _age(today, live)
    final = day == _latest(number, day, n)[number]
    ended = np.full(n, -1.0)
    np.maximum.at(ended, number[final], _RANK[heard[final]])
    out["last_heard"] = ended
    spoken = last[:, Heard.SELF]
    after = day > spoken[number]
    out["bad_since_self"] = np.bincount(number[after & _BAD[heard]], minlength=n).astype(np.float64)
    late = day > live[number]
    for name, kind in (("vacant_since_live", Heard.VACANT), ("quiet_since_live", Heard.SILENT)):
        out[name] = np.bincount(number[late & (heard == kind)], minlength=n).astype(np.float64)
    bad = np.maximum(last[:, Heard.WRONG], last[:, Heard.VACANT])
    out["self_since_bad"] = _since(spoken, bad)
    out["claim_since_bad"] = _since(days["firsthand"], last[:, Heard.VACANT])
    out["claim_since_wrong"] = _since(days["firsthand"], last[:, Heard.WRONG])
    days["self"] = spoken
    days["live"] = live
    days["call"] = last.max(axis=1) if n else np.zeros(0, dtype=np.int64)
    days["first_call"] = _earliest(number, day, n)
    first = np.where(days["first"] > 0, days["first"], _FAR)
    first = np.minimum(first, np.where(spoken > 0, _earliest(number[him], day[him], n), _FAR))
    days["tie_first"] = np.where(first == _FAR, 0, first)
    days["tie_last"] = np.maximum(days["last"], spoken)
    out["tie_first"] = _age(today, days["tie_first"])
    out["tie_last"] = _age(today, days["tie_last"])
    out["firsthand_last"] = _age(today, np.maximum(days["firsthand"], spoken))


def _facts(have: Columns, out: dict[str, Floats], days: dict[str, Ints]) -> None:
    rows, n, today = have.facts, have.count, have.today
    number, day, said = rows.number, rows.day, rows.said
    wide = len(Said)
    last = _latest(number * wide + said, day, n * wide).reshape(n, wide)
    for place, name in enumerate(_SAID):
        out[f"{name}_said"] = _age(today, last[:, place])
    # Of one day's answers the worse one counts.
    out["last_status"] = _newest_of(last[:, [Said.ACTIVE, Said.STOPPED, Said.EMPTY]])
    out["last_holder"] = _newest_of(last[:, [Said.HIS, Said.NO_HOLDER, Said.NOT_HIS]])
    for name, kind in (("changed", Said.CHANGED), ("began", Said.BEGAN)):
        told = (said == kind) & (rows.change > 0)
        on = _latest(number[told], rows.change[told], n)
        out[f"{name}_on"] = _age(today, on)
        out[f"{name}_to_first"] = _since(on, days["tie_first"])
        out[f"{name}_to_last"] = _since(on, days["tie_last"])
        if name == "changed":
            out["changed_to_self"] = _since(on, days["self"])
    days["his"] = last[:, Said.HIS]


def _newest_of(last: Ints) -> Floats:
    """Give which column is the latest, the rightmost of equals; -1 where none is."""
    wide = last.shape[1]
    best = wide - 1 - last[:, ::-1].argmax(axis=1) if len(last) else np.zeros(0, dtype=np.int64)
    return np.where(last.max(axis=1) > 0, best, -1).astype(np.float64) if len(last) else np.zeros(0)
