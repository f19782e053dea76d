"""What single values of an answer mean: facts, likenesses, dates compared, refusals. Used by run.py."""

from __future__ import annotations

import datetime as dt
import json
import re

from graph.model import LineFact, Phone
from sources.carrier.camara import refusal
from sources.carrier.facts import fact
from sources.contract import Ask, Outcome, Reply
from sources.manifest.body import MISSING, Unmapped, only
from sources.manifest.form import Errors, FactPart


def checked(
    part: FactPart, value: str, phone: Phone, source: str, ask: Ask, score: float | None, raw: str
) -> LineFact:
    """Give the fact a value is; raises Unmapped when the vocabulary has no such fact."""
    anchor = {"{anchor_date}": ask.anchor_date, "{today}": ask.today}.get(part.anchor)
    if part.anchor_days is not None:
        anchor = ask.today - dt.timedelta(days=part.anchor_days)
    try:
        return fact(
            part.of,
            value,
            phone=phone,
            source=source,
            as_of=ask.today,
            anchor=anchor,
            attribute=part.attribute,
            score=score,
            raw=raw,
        )
    except ValueError:
        raise Unmapped(f"{part.kind}") from None


def likeness(part: FactPart, value: str, body: object) -> tuple[int, float] | None:
    """Give the score that stands beside a "no", as it is and from 0 to 1; None when there is none."""
    if part.score is None:
        return None
    score = only(body, part.score.at)
    if score is MISSING:
        return None
    # A score belongs to a "no": beside an exact match it is not what the definition says.
    if type(score) is not int or not 0 <= score <= part.score.of or value != "none":
        raise Unmapped(part.score.at)
    return score, score / part.score.of


def compared(part: FactPart, text: str, ask: Ask, body: object) -> str:
    """Give what a date or a count means beside the date it is compared with; raises Unmapped."""
    where = part.at if isinstance(part.at, str) else part.at[0]
    if part.compare == "months":
        if not re.fullmatch(r"\d{1,4}", text):
            raise Unmapped(where)
        return f"[{text},{int(text) + 1})"
    anchor = ask.anchor_date
    if anchor is None:
        raise Unmapped("anchor_date")
    if text in ("null", ""):
        # Never, or not stored: only a vendor that watched since then can say "no".
        days = only(body, part.monitored) if part.monitored else MISSING
        watched = type(days) is int and ask.today - dt.timedelta(days=min(days, 36_500)) <= anchor
        return "no" if watched else "unknown"
    try:
        # "20250315" and "2025-03-15T…" alike
        day = dt.date.fromisoformat(text[:10])
    except ValueError:
        raise Unmapped(where) from None
    if day > ask.today + dt.timedelta(days=1):
        raise Unmapped(where)
    if part.compare == "before_anchor":
        return "yes" if day <= anchor else "no"
    return "yes" if day > anchor else "no"


def refused(errors: Errors, status: int, code: str | None, body: object) -> tuple[Outcome, str]:
    """What an error code, else a status, means; and what of it may be logged: never a value from outside."""
    if code is not None:
        if code in errors.map:
            return errors.map[code], code
        for pattern in sorted((one for one in errors.map if one.endswith("*") and one != "*"), key=len)[::-1]:
            if code.startswith(pattern[:-1]):
                return errors.map[pattern], pattern
    if errors.schema_ == "camara" and not 200 <= status <= 299:
        known = refusal(Reply(status=status, body=json.dumps(body).encode() if body is not MISSING else b""))
        return known.outcome, known.raw.partition(" ")[2]
    # A proxy speaks of the call, whatever its page says; any other status counts only with a body to it.
    said = errors.status.get(str(status))
    if said is not None and (isinstance(body, dict) or status in (401, 403, 429) or status >= 500):
        return said, ""
    if status == 401:
        return Outcome.AUTH_FAILED, ""
    if status == 429:
        return Outcome.RATE_LIMITED, ""
    if status >= 500:
        return Outcome.UNAVAILABLE, ""
    if code is not None and "*" in errors.map:
        return errors.map["*"], "*"
    if status == 403:
        return Outcome.NOT_ENTITLED, ""
    return Outcome.PROTOCOL_ERROR, ""
