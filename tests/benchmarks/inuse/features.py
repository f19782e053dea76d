"""The features the peers get: what a good analyst counts for each number, the case's other numbers included.

One row of figures a number; ages in years, ``NEVER`` where there is nothing. Needs numpy and nothing of ours:
it runs in the peers' environment too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

Row = dict[str, float]
Raw = Mapping[str, object]

NEVER = 12.0
SOURCES = (
    "application_form", "credit_bureau", "vendor_a", "vendor_b", "reference", "employer", "call_detail",
    "app_account", "court",
)  # fmt: skip
USERS = ("debtor", "household", "workplace", "reference", "contact")
OUTCOMES = ("right_party", "third_party", "wrong_party", "no_answer", "disconnected", "powered_off")
STATUS = ("active", "suspended", "empty", "powered_off")
LINES = ("mobile", "landline", "voip", "unknown")


def _day(text: object) -> int | None:
    return dt.date.fromisoformat(str(text)).toordinal() if text else None


def _age(days: Iterable[int], today: int) -> float:
    """Years since the newest."""
    return min(((today - day) / 365.25 for day in days), default=NEVER)


def rows(case: Raw) -> list[Row]:
    """Give a row for each number of a case, in its order."""
    today = _day(case["as_of"]) or 0
    opened = _day(case.get("opened")) or today
    found = [_number(number, today) for number in case["numbers"]]  # type: ignore[attr-defined]
    for at, row in enumerate(found):
        others = [other for place, other in enumerate(found) if place != at]
        row["numbers"] = float(len(found))
        row["case_age"] = (today - opened) / 365.25
        _beside(row, others)
    return found


def _number(number: Raw, today: int) -> Row:
    items: list[Mapping[str, object]] = number["evidence"]  # type: ignore[assignment]
    row: Row = {"shared": float(np.log1p(float(str(number.get("shared_with") or 0))))}
    line = number.get("line_type") or "unknown"
    for kind in LINES:
        row[f"line:{kind}"] = float(line == kind)
    claims = [item for item in items if item["kind"] == "claim"]
    _claims(row, claims, today)
    _calls(row, [item for item in items if item["kind"] == "call"], today)
    _facts(row, [item for item in items if item["kind"] not in ("claim", "call")], today)
    return row


def _claims(row: Row, claims: list[Mapping[str, object]], today: int) -> None:
    his = [claim for claim in claims if claim.get("stated_user") == "debtor"]
    dated = [day for claim in claims if (day := _day(claim.get("date")))]
    own = [day for claim in his if (day := _day(claim.get("date")))]
    seen = [day for claim in his if (day := _day(claim.get("first_seen")) or _day(claim.get("date")))]
    matches = [float(str(one)) for claim in claims if (one := claim.get("name_match")) is not None]
    records = {claim.get("record_id") for claim in his}
    copied = {claim.get("record_id") for claim in his if claim.get("upstream")}
    row["claims"] = float(len(claims))
    row["undated"] = float(len(claims) - len(dated))
    row["sources"] = float(len({claim.get("source") for claim in his}))
    row["all_sources"] = float(len({claim.get("source") for claim in claims}))
    row["records"] = float(len(records))
    row["repeats"] = float(len(his) - len(records))
    row["copied"] = float(len(copied))
    row["origins"] = float(len(records) - len(copied))
    row["claim_age"] = _age(dated, today)
    row["own_age"] = _age(own, today)
    row["first_age"] = max(((today - day) / 365.25 for day in seen), default=NEVER)
    row["newest_first"] = _age(seen, today)
    row["match_high"] = max(matches, default=-1.0)
    row["match_low"] = min(matches, default=-1.0)
    row["match_mean"] = sum(matches) / len(matches) if matches else -1.0
    row["contacts"] = max((float(str(claim.get("contact_count") or 0)) for claim in claims), default=0.0)
    for user in USERS:
        row[f"user:{user}"] = float(sum(claim.get("stated_user") == user for claim in claims))
    for source in SOURCES:
        told = [claim for claim in his if claim.get("source") == source]
        days = [day for claim in told if (day := _day(claim.get("date")))]
        row[f"src:{source}"] = float(len({claim.get("record_id") for claim in told}))
        row[f"src_age:{source}"] = _age(days, today)
    unheard = [claim for claim in his if claim.get("source") not in SOURCES]
    row["src:other"] = float(len(unheard))
    row["src_age:other"] = _age([day for claim in unheard if (day := _day(claim.get("date")))], today)


def _calls(row: Row, calls: list[Mapping[str, object]], today: int) -> None:
    calls = sorted(calls, key=lambda call: str(call.get("date") or ""))
    row["calls"] = float(len(calls))
    for outcome in OUTCOMES:
        days = [day for call in calls if call["outcome"] == outcome and (day := _day(call.get("date")))]
        row[f"call:{outcome}"] = float(len(days))
        row[f"call_age:{outcome}"] = _age(days, today)
        row[f"last:{outcome}"] = float(bool(calls) and calls[-1]["outcome"] == outcome)
    row["last_call_age"] = _age([day for call in calls if (day := _day(call.get("date")))], today)
    sure = [
        (float(str(call.get("identity_strength") or 0.0)), _day(call.get("date")) or 0)
        for call in calls
        if call["outcome"] == "right_party"
    ]
    row["identity"] = max((strength for strength, _ in sure), default=-1.0)
    row["identity_last"] = sure[-1][0] if sure else -1.0
    row["sure_age"] = _age([day for strength, day in sure if strength >= 0.5], today)
    row["sure"] = float(sum(strength >= 0.5 for strength, _ in sure))
    dead = 0
    for call in reversed(calls):
        if call["outcome"] != "disconnected":
            break
        dead += 1
    row["dead_run"] = float(dead)
    recent = [call for call in calls if today - (_day(call.get("date")) or 0) < 180]
    row["recent_calls"] = float(len(recent))
    for outcome in ("no_answer", "disconnected", "wrong_party", "right_party", "powered_off"):
        row[f"recent:{outcome}"] = float(sum(call["outcome"] == outcome for call in recent))
    row["alive_age"] = min(
        row["call_age:right_party"], row["call_age:third_party"], row["call_age:wrong_party"]
    )


def _facts(row: Row, facts: list[Mapping[str, object]], today: int) -> None:
    facts = sorted(facts, key=lambda fact: str(fact.get("date") or ""))
    last: dict[object, Mapping[str, object]] = {fact["kind"]: fact for fact in facts}
    status = last.get("carrier_status", {})
    for value in STATUS:
        row[f"status:{value}"] = float(status.get("value") == value)
    row["status_age"] = _age([day for day in [_day(status.get("date"))] if day], today)
    named = last.get("realname", {}).get("value")
    row["named"] = 1.0 if named == "yes" else -1.0 if named == "no" else 0.0
    row["named_unknown"] = float(named == "unknown")
    tied = today - row["newest_first"] * 365.25  # the last time it came up as his for the first time
    first = today - row["first_age"] * 365.25
    recycled = last.get("recycled", {})
    row["recycled"] = {"yes": 1.0, "no": -1.0}.get(str(recycled.get("value")), 0.0)
    since = _day(recycled.get("since"))
    row["freed_age"] = (today - since) / 365.25 if since else NEVER
    row["freed_after_first"] = (since - first) / 365.25 if since and row["first_age"] < NEVER else 0.0
    row["freed_after_tied"] = (since - tied) / 365.25 if since and row["newest_first"] < NEVER else 0.0
    tenure = last.get("carrier_tenure")
    began = _day(tenure.get("activated")) if tenure else None
    row["tenure_none"] = float(tenure is not None and began is None)
    row["tenure_age"] = (today - began) / 365.25 if began else -1.0
    row["began_after_first"] = (began - first) / 365.25 if began and row["first_age"] < NEVER else 0.0
    row["began_after_tied"] = (began - tied) / 365.25 if began and row["newest_first"] < NEVER else 0.0
    row["facts"] = float(len(facts))


def _beside(row: Row, others: list[Row]) -> None:
    """Add what the case's other numbers say of this one."""
    his = [other for other in others if other["user:debtor"]]
    row["others_his"] = float(len(his))
    row["newer_first"] = float(sum(other["newest_first"] < row["newest_first"] for other in his))
    row["newer_own"] = float(sum(other["own_age"] < row["own_age"] for other in his))
    row["more_sources"] = float(sum(other["sources"] > row["sources"] for other in his))
    for name in ("own_age", "newest_first", "sure_age", "src_age:app_account", "src_age:application_form"):
        best = min((other[name] for other in his), default=NEVER)
        row[f"others:{name}"] = best
        row[f"lead:{name}"] = best - row[name]
    row["others_sure"] = float(sum(other["sure"] > 0 for other in others))
    row["others_named"] = float(sum(other["named"] > 0 for other in others))
    row["others_sources"] = max((other["sources"] for other in his), default=0.0)
    row["others_dead"] = float(sum(other["status:empty"] > 0 or other["dead_run"] > 1 for other in his))
    total = sum(other["records"] for other in his) + row["records"]
    row["share_of_records"] = row["records"] / total if total else 0.0


def table(cases: Iterable[Raw]) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    """Give all numbers of all cases as one table, and the names of its columns."""
    found: list[list[float]] = []
    names: tuple[str, ...] = ()
    for case in cases:
        for row in rows(case):
            names = names or tuple(row)
            found.append([row[name] for name in names])
    return np.array(found, dtype=np.float32), names
