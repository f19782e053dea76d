"""What carriers answer and what a collection desk hears, and which numbers it chose to dial.

Diallers choose by crude rules, so calls are no random sample; dodgers deny being themselves; whoever is taken
for somebody else stays so in the file. Carriers' answers are cached, unknown or wrong; ports restart tenure.
"""

from __future__ import annotations

import datetime as dt
import math
import random

from tests.benchmarks.inuse.lives import DEBTOR, DESK, DRAWER, HOME, NONE, STRANGER, YEAR, Line, iso, wait
from tests.benchmarks.inuse.sources import Item, Told

LOOKUPS = ("carrier_status", "carrier_tenure", "realname", "recycled")
COSTS = {"carrier_status": 1, "carrier_tenure": 2, "realname": 3, "recycled": 2}


def answer(told: Told, line: Line, kind: str, day: int) -> Item:
    """Give what one look-up says about a number on a day."""
    rng, carrier = told.rng, told.market.carrier
    unknown = rng.random() < carrier.unknown
    wrong = rng.random() < carrier.wrong
    then = day - int(wait(rng, carrier.cache))
    item: Item = {"kind": kind, "date": iso(day)}
    if kind == "carrier_status":
        item["value"] = "unknown" if unknown else _status(rng, line, then, wrong)
        return item
    began, whose = line.contract(then)
    if kind == "carrier_tenure":
        none = unknown or whose == NONE
        if wrong:
            began, none = day - int(wait(rng, 3 * YEAR)) - 1, unknown
        item["activated"] = None if none else iso(max(began, 730000))
    elif kind == "realname":
        value = "unknown" if whose == NONE else "yes" if whose == DEBTOR else "no"
        if wrong:
            value = "no" if value == "yes" else "yes" if rng.random() < 0.6 else "no"
        item["value"] = "unknown" if unknown else value
    else:
        freed = line.freed(then)
        if wrong:
            freed = None if freed is not None else then - int(wait(rng, 900))
        item["value"] = "unknown" if unknown else "no" if freed is None else "yes"
        item["since"] = None if unknown or freed is None else iso(max(freed, 730000))
    return item


def _status(rng: random.Random, line: Line, then: int, wrong: bool) -> str:
    if wrong:
        return ("active", "empty", "suspended", "powered_off")[int(rng.random() * 4)]
    who = line.holder(then)
    if who == NONE:
        return "empty"
    if line.stopped(then):
        return "suspended"
    if rng.random() < (0.55 if who == DRAWER else 0.04):
        return "powered_off"
    return "active"


def look_up(told: Told) -> None:
    """Put the rounds of look-ups down that were made before today."""
    rng, carrier = told.rng, told.market.carrier
    if not carrier.batches:
        return
    newest: dict[tuple[str, str], Item] = {}
    rounds = min(int(wait(rng, carrier.batches + 0.4)), 5) or (1 if rng.random() < carrier.batches else 0)
    since = told.today - told.opened + 1
    ages = [wait(rng, 75) if rng.random() < 0.75 else rng.random() * since for _ in range(rounds)]
    days = sorted(told.today - int(age) for age in ages)
    for day in days:
        if day < told.opened - 30:
            continue
        kinds = [kind for kind, share in zip(LOOKUPS, carrier.kinds, strict=True) if rng.random() < share]
        for name, line in told.lines.items():
            if told.known[name] > day or rng.random() >= carrier.asked:
                continue
            for kind in kinds:
                item = answer(told, line, kind, day)
                if carrier.keeps_all:
                    told.items[name].append(item)
                else:
                    newest[name, kind] = item
    for (name, _), item in newest.items():
        told.items[name].append(item)


def dial(told: Told) -> None:
    """Put the desk's calls down, from the day the case opened until today."""
    rng, desk, today = told.rng, told.market.desk, told.today
    names = list(told.items)
    liking = [_liking(told, name) * rng.lognormvariate(0.0, desk.whim) for name in names]
    known = [told.known[name] for name in names]
    effort = desk.calls * rng.gammavariate(1.0 / desk.spread**2, desk.spread**2)
    day = float(told.opened - 20)
    resting = rng.random() < desk.waves
    month = 0
    while effort > 0.05:
        haste = 1.0 + desk.front * math.exp((told.opened - day) / 150.0)
        day += wait(rng, YEAR / effort / haste)
        if day > today:
            return
        at = int(day)
        if at // 30 != month:
            month, resting = at // 30, rng.random() < desk.waves
        if resting or (desk.weekend < 1 and (at - 1) % 7 > 4 and rng.random() > desk.weekend):
            continue
        total = 0.0
        for one, first in zip(liking, known, strict=True):
            if first <= at:
                total += one
        left = rng.random() * total
        place = -1
        for index, one in enumerate(liking):
            if known[index] <= at:
                place = index
                left -= one
                if left <= 0:
                    break
        if place < 0:
            continue
        name = names[place]
        heard, sure = hear(told, told.lines[name], at)
        if heard == "right_party":
            liking[place] *= desk.sticky
        elif heard in ("wrong_party", "disconnected"):
            liking[place] *= desk.drop
        else:
            liking[place] *= desk.tired
        told.items[name].append(
            {"kind": "call", "date": iso(at), "outcome": heard, "identity_strength": sure}
        )


def _liking(told: Told, name: str) -> float:
    """How much a desk likes to dial a number, by what it sees: who is said to use it, sources, dates."""
    desk = told.market.desk
    sources = set()
    newest = 0
    for item in told.items[name]:
        if item["kind"] == "claim" and item["stated_user"] == "debtor":
            sources.add(item["source"])
            date = str(item["date"] or "")
            newest = max(newest, int(date[:4]) if date else 0)
    if not sources:
        return max(desk.others ** max(desk.pickiness, 0.3), 1e-6) if desk.pickiness else 1.0
    recent = max(0.0, 4.0 - (dt.date.fromordinal(told.opened).year - newest)) if newest else 0.0
    return float((1.0 + desk.by_source * (len(sources) - 1) + desk.by_recency * recent) ** desk.pickiness)


def hear(told: Told, line: Line, day: int) -> tuple[str, float | None]:
    """Give the outcome of one call and how sure its identity check was."""
    rng, desk = told.rng, told.market.desk
    who = line.holder(day)
    luck = rng.random()
    if who == NONE:
        return ("disconnected" if luck < 0.8 else "no_answer" if luck < 0.92 else "powered_off"), None
    if line.stopped(day):
        return ("disconnected" if luck < 0.45 else "no_answer" if luck < 0.72 else "powered_off"), None
    if who == DRAWER:
        return ("powered_off" if luck < 0.6 else "no_answer"), None
    landline = line.kind == "landline"
    if luck < desk.dead_air:
        return "disconnected", None
    chance = told.debtor.answers if who == DEBTOR else min(desk.answer * 1.7, 0.9)
    if day % 30 < 8:
        chance = min(chance * desk.payday, 0.95)
    if rng.random() >= chance:
        return ("powered_off" if not landline and rng.random() < 0.09 else "no_answer"), None
    luck = rng.random()
    if who == DEBTOR or (who in (HOME, DESK) and luck < (0.3 if who == HOME else 0.35)):
        if rng.random() < told.debtor.dodges:
            return ("wrong_party" if rng.random() < 0.65 else "third_party"), None
        if who == DEBTOR and rng.random() < 0.06:
            return "third_party", None
        checked = rng.random() < desk.checked
        return "right_party", round((0.6 + 0.4 * rng.random()) if checked else 0.3 + 0.35 * rng.random(), 2)
    if luck > 1.0 - desk.mistaken:
        return "right_party", round(0.02 + 0.5 * rng.random() ** 1.5, 2)
    if who == STRANGER:
        return ("wrong_party" if rng.random() < 0.96 else "third_party"), None
    return ("third_party" if rng.random() < 0.75 else "wrong_party"), None
