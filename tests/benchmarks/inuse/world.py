"""Fictional cases of fictional markets, in the format of shared/data/in-use-format.md, with truth and look-ups.

    cases = make(MARKETS["cn"], count=1000, seed=3)

A case is a plain dict as ``tracer rank`` reads it; the truth is kept beside it. Sources err in their own ways:
forms are filled in with an old number, bureaus lag, vendors mis-link, copy each other with and without saying so
and stamp old rows with today's date. Diallers choose whom to call by a crude rule, so calls are no random sample.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, replace

from tests.benchmarks.inuse.lives import YEAR, Market, Number, fresh, lived, theirs

MARKETS = {
    "us": Market(name="us"),
    "cn": Market(
        name="cn", loss=0.17, second=0.4, hand_down=0.06, drawer=0.2, arrears=0.6, ageing=(90, 200), resale=1.2,
        parents_contract=0.05, port=0.02, form_refs=2.2, form_typo=0.005, form_old=0.05, fraud=0.03, accounts=1.0,
        bureau=0.5, vendors=0.25, misled=0.1, restamp=0.4, copies=0.15, employer=0.25, court=0.05, call_detail=0.6,
        household=0.12, workplace=0.5, voip=0.005, undated=0.05, calls=8.0, answer=0.3, dodge=0.2, checked=0.7,
        looked_up=0.8, wrong_fact=0.03, shared=0.06,
    ),
    "sparse": Market(
        name="sparse", loss=0.33, frailty=1.2, second=0.3, hand_down=0.12, drawer=0.15, arrears=0.8, resale=1.5,
        form_refs=0.7, form_typo=0.06, form_old=0.25, fraud=0.05, accounts=0.15, bureau=0.4, vendors=0.7,
        misled=0.3, restamp=0.85, copies=0.4, employer=0.1, court=0.05, undated=0.25, no_first_seen=0.5,
        no_line_type=0.4, keep=0.7, calls=3.5, answer=0.18, dodge=0.25, checked=0.45, looked_up=0.15,
        wrong_fact=0.1, shared=0.2,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """One case: what ``tracer rank`` reads, who uses which number, what look-ups would answer."""

    raw: dict[str, object]
    uses: dict[str, bool]
    lookups: dict[str, list[dict[str, object]]]


def drawn(seed: int) -> Market:
    """Give a market nobody planned: every habit of a named one drawn anew within a factor of two."""
    rng = random.Random(f"market{seed}")
    base = MARKETS[rng.choice(sorted(MARKETS))]
    changed: dict[str, object] = {"name": f"drawn{seed}"}
    for name in Market.__dataclass_fields__:
        value = getattr(base, name)
        if isinstance(value, float):
            most = (
                1.0 if name not in {"calls", "form_refs", "resale", "frailty", "vendors", "bureau"} else 30.0
            )
            changed[name] = min(value * 2 ** rng.uniform(-1, 1), most)
    return replace(base, **changed)  # type: ignore[arg-type]


def make(market: Market, count: int, seed: int) -> list[Case]:
    """Make cases; the same seed makes the same cases."""
    return [_case(random.Random(f"{market.name}{seed}/{index}"), market, index) for index in range(count)]


def _iso(day: int) -> str:
    return dt.date.fromordinal(day).isoformat()


class _Sources:
    """What sources say of one debtor's numbers."""

    def __init__(self, rng: random.Random, market: Market, today: int) -> None:
        self.rng, self.market, self.today = rng, market, today
        self.said: dict[str, list[dict[str, object]]] = {}
        self.numbers: dict[str, Number] = {}
        self.serial = 0

    def claim(
        self, number: Number, day: int, source: str, user: str, match: float | None = None, **more: object
    ) -> str:
        """Put a claim down, if it reaches the file; give its record."""
        self.serial += 1
        record = str(more.pop("record_id", f"R{self.serial}"))
        if self.rng.random() > self.market.keep:
            return record
        if day > self.today:
            day = self.today
        row: dict[str, object] = {
            "kind": "claim",
            "date": None if self.rng.random() < self.market.undated else _iso(day),
            "source": source,
            "stated_user": user,
            "name_match": match,
            "record_id": record,
        }
        row.update(more)
        self.numbers[number.name] = number
        self.said.setdefault(number.name, []).append(row)
        return record

    def fits(self) -> float:
        """How well an own name matches: mostly well."""
        return round(min(1.0, max(0.5, self.rng.gauss(0.95, 0.05))), 2)


def _case(rng: random.Random, market: Market, index: int) -> Case:
    today = dt.date(2020, 1, 1).toordinal() + rng.randrange(2200)
    opened = today - int(rng.uniform(0.3, 4.0) * YEAR)
    own = lived(rng, market, today)
    sources = _Sources(rng, market, today)
    _form(sources, own, opened)
    _accounts(sources, own)
    _kept(sources, own, opened)
    _vendors(sources, own)
    _others(sources, opened)
    numbers = sources.numbers
    for name, number in numbers.items():
        sources.said[name] += _history(rng, market, number, today)
    _dial(sources, opened)
    rows = []
    uses: dict[str, bool] = {}
    for name in sorted(numbers):
        number = numbers[name]
        items = sorted(sources.said[name], key=lambda row: str(row["date"] or "9"))
        shared = rng.randint(1, 12) if rng.random() < _sharing(market, number, today) else 0
        kind = "unknown" if rng.random() < market.no_line_type else number.kind
        rows.append({"number": name, "line_type": kind, "shared_with": shared, "evidence": items})
        who = number.holder(today)
        uses[name] = who == "debtor" or (number.other == "home" and who == "home")
    asked = {name: answers(rng, market, number, today) for name, number in numbers.items()}
    raw: dict[str, object] = {
        "case_id": f"{market.name}-{index:06d}",
        "as_of": _iso(today),
        "opened": _iso(opened),
        "numbers": rows,
    }
    return Case(raw, uses, asked)


def _sharing(market: Market, number: Number, today: int) -> float:
    return market.shared * {"debtor": 0.05, "stranger": 2.0, "associate": 1.2, "none": 1.2}.get(
        number.holder(today), 1.0
    )


def _current(own: list[Number], day: int) -> list[Number]:
    return [number for number in own if number.holder(day) == "debtor"]


def _past(own: list[Number], day: int) -> list[Number]:
    return [number for number in own if any(who == "debtor" and at < day for at, who in number.spans)]


def _form(sources: _Sources, own: list[Number], opened: int) -> None:
    rng, market = sources.rng, sources.market
    current, past = _current(own, opened), _past(own, opened)
    pick = current[:1] if rng.random() > market.form_old else past[:1]
    if rng.random() < market.fraud:
        pick = [theirs(rng, market, sources.today, "stranger")]
    for number in pick or past[-1:]:
        if rng.random() < market.form_typo:
            typo = Number(fresh(rng))
            if rng.random() < 0.6:
                typo = theirs(rng, market, sources.today, "stranger")
            sources.claim(typo, opened, "application_form", "debtor", sources.fits())
        else:
            sources.claim(number, opened, "application_form", "debtor", sources.fits())
    if len(current) > 1 and rng.random() < 0.3:
        sources.claim(current[1], opened, "application_form", "debtor", sources.fits())
    for _ in range(min(int(rng.expovariate(1 / max(market.form_refs, 0.01))), 5)):
        friend = theirs(rng, market, sources.today, "associate")
        sources.claim(friend, opened, "application_form", "reference")
    if rng.random() < market.household:
        sources.claim(_home(sources), opened, "application_form", "household")


def _home(sources: _Sources) -> Number:
    rng = sources.rng
    if rng.random() < 0.5:
        number = theirs(rng, sources.market, sources.today, "associate", "landline")
        if rng.random() < 0.45 and number.holder(sources.today) == "associate":
            number.other = "home"
            number.spans = [(number.spans[0][0], "home")]
        return number
    return theirs(rng, sources.market, sources.today, "associate")


def _accounts(sources: _Sources, own: list[Number]) -> None:
    rng, market = sources.rng, sources.market
    day = float(sources.today - 4 * YEAR)
    bound: Number | None = None
    while market.accounts > 0.01:
        day += rng.expovariate(market.accounts) * YEAR
        if day > sources.today:
            return
        now = _current(own, int(day))
        # An account stays bound to a number for a while after it was given up.
        if bound is None or (bound not in now and rng.random() < 0.6):
            bound = rng.choice(now) if now else bound
        if bound is not None:
            sources.claim(bound, int(day), "app_account", "debtor", round(sources.fits() - 0.08, 2))


def _kept(sources: _Sources, own: list[Number], opened: int) -> None:
    rng, market = sources.rng, sources.market
    for source, rate, lag in (("credit_bureau", market.bureau, 200), ("court", market.court, 500)):
        day = float(sources.today - 6 * YEAR)
        while rate > 0.01:
            day += rng.expovariate(rate) * YEAR
            if day > sources.today:
                break
            then = int(day - rng.expovariate(1 / lag))
            for number in rng.sample(now := _current(own, then), min(len(now), 1)):
                record = sources.claim(number, int(day), source, "debtor", sources.fits())
                if rng.random() < 0.3:
                    again = int(day + rng.uniform(30, 400))
                    sources.claim(number, again, source, "debtor", sources.fits(), record_id=record)
    if rng.random() < market.employer:
        hired = opened - int(rng.uniform(-300, 900))
        for number in _current(own, hired)[:1]:
            sources.claim(number, hired, "employer", "debtor", sources.fits())
    if rng.random() < market.call_detail:
        for _ in range(rng.randint(1, 3)):
            friend = theirs(rng, market, sources.today, "associate")
            sources.claim(friend, opened, "call_detail", "contact", contact_count=rng.randint(3, 300))
        for number in _current(own, opened)[:1]:
            sources.claim(number, opened, "call_detail", "debtor", sources.fits())


def _vendors(sources: _Sources, own: list[Number]) -> None:
    rng, market = sources.rng, sources.market
    rows: list[tuple[Number, int, str, str, float]] = []
    for vendor in ("vendor_a", "vendor_b"):
        for number in own:
            if rng.random() > market.vendors * 0.6:
                continue
            starts = [at for at, who in number.spans if who == "debtor"]
            seen = starts[0] + int(rng.expovariate(1 / 400))
            rows.append((number, seen, vendor, "debtor", sources.fits()))
        for _ in range(min(int(rng.expovariate(1 / max(market.vendors * market.misled * 5, 0.01))), 4)):
            kin = rng.random() < 0.5
            number = theirs(rng, market, sources.today, "associate" if kin else "stranger")
            seen = sources.today - int(rng.uniform(0.1, 8) * YEAR)
            user = "household" if kin and rng.random() < 0.5 else "debtor"
            match = round(rng.uniform(0.55, 0.98), 2) if kin else sources.fits()
            rows.append((number, seen, vendor, user, match))
    for number, seen, vendor, user, match in rows:
        if seen > sources.today:
            continue
        first: dict[str, object] = {} if rng.random() < market.no_first_seen else {"first_seen": _iso(seen)}
        record = sources.claim(number, seen, vendor, user, match, **first)
        day = float(seen)
        while rng.random() < market.restamp:
            day += rng.expovariate(1.2) * YEAR
            if day > sources.today:
                break
            sources.claim(number, int(day), vendor, user, match, record_id=record, **first)
        if rng.random() < market.copies:
            other = "vendor_b" if vendor == "vendor_a" else "vendor_a"
            then = min(seen + int(rng.uniform(10, 500)), sources.today)
            told: dict[str, object] = {"upstream": record} if rng.random() < market.told_copy else {}
            sources.claim(number, then, other, user, match, first_seen=_iso(then), **told)


def _others(sources: _Sources, opened: int) -> None:
    rng, market = sources.rng, sources.market
    if rng.random() < market.workplace:
        desk = theirs(rng, market, sources.today, "associate", "landline")
        if rng.random() < 0.15 and desk.holder(sources.today) == "associate":
            desk.other, desk.spans = "home", [(desk.spans[0][0], "home")]
        source = "employer" if rng.random() < 0.3 else "application_form"
        sources.claim(desk, opened, source, "workplace")


def _dial(sources: _Sources, opened: int) -> None:
    rng, market, today = sources.rng, sources.market, sources.today
    liking = {}
    for name in sources.said:
        rows = [row for row in sources.said[name] if row["kind"] == "claim"]
        his = [row for row in rows if row["stated_user"] == "debtor"]
        liking[name] = 1.0 + 1.5 * len({row["source"] for row in his}) if his else 0.6
    day = float(opened + 30)
    effort = rng.gammavariate(1.5, market.calls / 1.5) * (0.5 + 0.5 * len(liking) / 4)
    while liking:
        day += rng.expovariate(max(effort, 0.3)) * YEAR
        if day > today:
            return
        name = rng.choices(list(liking), list(liking.values()))[0]
        heard, sure = _heard(rng, market, sources.numbers[name], int(day))
        liking[name] *= {"right_party": 2.5, "wrong_party": 0.4, "disconnected": 0.5}.get(heard, 0.95)
        call = {"kind": "call", "date": _iso(int(day)), "outcome": heard, "identity_strength": sure}
        sources.said[name].append(call)


def _heard(rng: random.Random, market: Market, number: Number, day: int) -> tuple[str, float | None]:
    who = number.holder(day)
    if who == "none":
        return rng.choices(["disconnected", "no_answer", "powered_off"], [0.75, 0.17, 0.08])[0], None
    if number.stopped(day):
        return rng.choices(["powered_off", "disconnected", "no_answer"], [0.6, 0.15, 0.25])[0], None
    if who == "drawer":
        return rng.choices(["powered_off", "no_answer"], [0.7, 0.3])[0], None
    if rng.random() > market.answer:
        return ("powered_off" if rng.random() < 0.07 else "no_answer"), None
    if who in {"debtor", "home"} and rng.random() < (0.8 if who == "debtor" else 0.5):
        if rng.random() < market.dodge:
            return rng.choice(["wrong_party", "wrong_party", "third_party"]), None
        sure = rng.uniform(0.7, 1.0) if rng.random() < market.checked else rng.uniform(0.2, 0.7)
        return "right_party", round(sure, 2)
    if who in {"debtor", "home", "associate"}:
        if rng.random() < 0.01:
            return "right_party", round(rng.uniform(0.05, 0.45), 2)
        return ("third_party" if rng.random() < 0.65 else "wrong_party"), None
    return ("wrong_party" if rng.random() < 0.93 else "third_party"), None


def _history(rng: random.Random, market: Market, number: Number, today: int) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    while rng.random() < market.looked_up * 0.7:
        day = today - int(rng.expovariate(1.3) * YEAR) - 1
        found += [row for row in answers(rng, market, number, day) if rng.random() < 0.55]
    return found


def answers(rng: random.Random, market: Market, number: Number, day: int) -> list[dict[str, object]]:
    """Give what each look-up would answer about the number on a day."""
    then = day - (int(rng.uniform(5, 31)) if rng.random() < 0.3 else 0)  # the vendor's cache
    who = number.holder(then)
    on, wrong = _iso(day), market.wrong_fact
    status = "empty" if who == "none" else "suspended" if number.stopped(then) else "active"
    if status == "active" and rng.random() < (0.5 if who == "drawer" else 0.05):
        status = "powered_off"
    if rng.random() < wrong * 2:
        status = rng.choice(["unknown", "unknown", "active", "empty"])
    began, whose = number.contract(then)
    activated = _iso(began) if whose != "none" and began and rng.random() > wrong else None
    holder = "unknown" if whose == "none" else "yes" if whose == "debtor" else "no"
    if rng.random() < wrong * 2:
        holder = rng.choice(["unknown", "no", "no", "yes"])
    changes = [at for at, name in number.contracts if at <= then and name == "none"]
    since: str | None = None
    recycled = "no"
    if changes:
        recycled, since = "yes", _iso(changes[-1] + rng.randint(0, 20))
    if rng.random() < wrong * 2:
        recycled, since = rng.choice(["unknown", "no"]), None
    return [
        {"kind": "carrier_status", "date": on, "value": status},
        {"kind": "carrier_tenure", "date": on, "activated": activated},
        {"kind": "realname", "date": on, "value": holder},
        {"kind": "recycled", "date": on, "value": recycled, "since": since},
    ]
