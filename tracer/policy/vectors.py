"""Worked examples of the law, tried against the packs: a table in the format of shared/law/vectors.tsv.

Columns: vector_id, suite, input_json, expected_verdict, expected_rules, why. A suite names which rules are
tried and how a row's words become facts; the rules themselves are those of the packs. What a row does not say
did not happen (no talk, no consent, nothing on file); a call without a collector is collector C1's.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from tracer.errors import WrongUse
from tracer.policy.contact import Opinion, decide, worst
from tracer.policy.facts import Contact, Facts, Lost, zone_of
from tracer.policy.pack import Clause, Pack
from tracer.words import N_

COLUMNS = ("vector_id", "suite", "input_json", "expected_verdict", "expected_rules")
_BEIJING = "Asia/Shanghai"
_COLLECTOR = "C1"
Row = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One example: what was expected, what the packs say. ``fault`` says why a row could not be tried."""

    vector_id: str
    suite: str
    expected: str
    expected_rules: tuple[str, ...]
    got: str
    rules: tuple[str, ...]
    missing: tuple[str, ...] = ()
    fault: str = ""
    unread: tuple[str, ...] = field(default=())

    @property
    def ok(self) -> bool:
        """True when the verdict and the rules that fired are those expected."""
        return not self.fault and (self.expected, set(self.expected_rules)) == (self.got, set(self.rules))


def read_vectors(path: Path) -> tuple[Row, ...]:
    """Read the rows of a table of examples. Raises WrongUse for a file that is none."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUse(
            N_("{file} cannot be read ({why})."),
            N_("Name a table of examples: UTF-8 text, columns divided by tabs."),
            file=str(path),
            why=type(error).__name__,
        ) from error
    reader = csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE)
    absent = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if absent:
        raise WrongUse(
            N_("{file} is no table of examples: it has no column {columns}."),
            N_("Columns, divided by tabs: {wanted}."),
            file=str(path),
            columns=", ".join(absent),
            wanted=", ".join(COLUMNS),
        )
    return tuple(dict(row) for row in reader)


def run(rows: Iterable[Row], packs: Sequence[Pack], today: dt.date) -> Iterator[Tried]:
    """Try each row against the packs; ``today`` is the day of rows that name none."""
    for row in rows:
        yield _try(row, packs, today)


def _try(row: Row, packs: Sequence[Pack], today: dt.date) -> Tried:
    suite = str(row.get("suite") or "")
    tried = Tried(
        vector_id=str(row.get("vector_id") or ""),
        suite=suite,
        expected=str(row.get("expected_verdict") or ""),
        expected_rules=tuple(
            one.strip() for one in str(row.get("expected_rules") or "").split(",") if one.strip()
        ),
        got="",
        rules=(),
    )
    ask = SUITES.get(suite)
    if ask is None:
        return replace(tried, fault=f"no such suite; known: {', '.join(SUITES)}")
    try:
        given = Given(json.loads(str(row.get("input_json") or "")))
        opinion = ask(given, _clauses(packs), today)
    except Exception as error:
        return replace(tried, fault=f"{type(error).__name__}: {error}"[:120])
    return replace(
        tried,
        got=str(opinion.verdict),
        rules=tuple(dict.fromkeys(opinion.rules)),
        missing=opinion.missing,
        unread=given.unread,
    )


class Given:
    """A row's input; remembers which of its words were read, so that none is passed over in silence."""

    def __init__(self, values: object) -> None:
        if not isinstance(values, dict):
            raise TypeError("input_json is no object")
        self.values: dict[str, object] = values
        self._read: set[str] = set()

    @property
    def unread(self) -> tuple[str, ...]:
        """The words nobody looked at."""
        return tuple(sorted(set(self.values) - self._read))

    def get(self, *names: str, default: object = None) -> object:
        """The value under the first of some names that is there."""
        self._read.update(names)
        return next((self.values[name] for name in names if name in self.values), default)

    def flag(self, *names: str) -> bool:
        """A word that is true, or false where it is not there."""
        found = self.get(*names, default=False)
        if not isinstance(found, bool):
            raise TypeError(names[0])
        return found

    def text(self, *names: str, default: str = "") -> str:
        """A text, or the default."""
        found = self.get(*names)
        return default if found is None else str(found)

    def texts(self, *names: str) -> frozenset[str] | None:
        """A list of texts; None where it is not there."""
        found = self.get(*names)
        if found is None:
            return None
        if not isinstance(found, list):
            raise TypeError(names[0])
        return frozenset(str(one) for one in found)

    def day(self, *names: str) -> dt.date | None:
        """A day."""
        found = self.get(*names)
        return dt.date.fromisoformat(str(found)[:10]) if found is not None else None

    def count(self, *names: str) -> int:
        """A whole number, 0 where it is not there."""
        found = self.get(*names, default=0)
        if not isinstance(found, int):
            raise TypeError(names[0])
        return int(found)

    def moment(self, *names: str, zone: str = _BEIJING) -> dt.datetime | None:
        """A time; one without a zone is a wall clock of ``zone``."""
        found = self.get(*names)
        return _moment(str(found), zone) if found is not None else None


def _moment(text: str, zone: str) -> dt.datetime:
    at = dt.datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=zone_of(zone))


def _clauses(packs: Sequence[Pack]) -> list[Clause]:
    return [clause for pack in packs for clause in pack.clauses]


def _zones(given: Given) -> frozenset[str] | None:
    """The candidate zones; one place by two names is one zone."""
    found = given.texts("zones")
    return None if found is None else frozenset(_OLD_NAMES.get(one, one) for one in found)


# Names of tzdata's file "backward" that lists of numbers still use.
_OLD_NAMES = {
    "Asia/Calcutta": "Asia/Kolkata",
    "US/Eastern": "America/New_York",
    "US/Central": "America/Chicago",
    "US/Mountain": "America/Denver",
    "US/Pacific": "America/Los_Angeles",
    "PRC": _BEIJING,
}

_ROLES = {"third": "third_party", "3p": "third_party", "": "debtor"}


def _role(text: str) -> str:
    return _ROLES.get(text, text)


def _contacts(given: Given, zone: str) -> tuple[Contact, ...]:
    log = given.get("log", default=[])
    if not isinstance(log, list):
        raise TypeError("log")
    return tuple(_contact(Given(one), zone) for one in log)


def _contact(one: Given, zone: str) -> Contact:
    at = one.moment("t", "at", zone=zone)
    if at is None:
        raise TypeError("log: t")
    connected = one.get("connected", "answered")
    reached = not one.flag("unconnected", "not_connected") and connected is not False
    return Contact(
        at=at,
        channel=one.text("ch", "channel", default="voice"),
        inbound=one.text("dir", "direction", default="out").startswith("in"),
        reached=reached,
        answered=bool(connected) if connected is not None else None,
        conversation=one.flag("conversation", "talk"),
        consented=one.flag("consented", "consent"),
        place=one.text("place"),
        role=_role(one.text("to", "role")),
        number=one.text("no", "number"),
        person=one.text("person"),
        debt=one.text("debt"),
        collector=one.text("collector", default=_COLLECTOR),
        lender=one.text("lender"),
    )


def _consents(given: Given, zone: str) -> tuple[dt.datetime, ...]:
    found = given.get("consent", "consents")
    several = found if isinstance(found, list) else [found]
    return tuple(_moment(str(one), zone) for one in several if one not in (None, False))


def _regf(given: Given, clauses: Sequence[Clause], today: dt.date) -> Opinion:
    """The count of calls and the wait after a talk; hours apart."""
    zones = _zones(given)
    local = next(iter(sorted(zones or ())), "UTC")
    facts = Facts(
        {
            "at": given.moment("call", "at", zone=local),
            "zones": zones,
            "contacts": _contacts(given, local),
            "consent_given_at": _consents(given, local),
            "channel": given.text("ch", "channel", default="voice"),
            "role": _role(given.text("to", "role")),
            "number": given.text("no", "number"),
            "person": given.text("person"),
            "debt": given.text("debt"),
            "collector": given.text("collector", default=_COLLECTOR),
        }
    )
    return decide(facts, [one for one in clauses if one.pack == "us-fdcpa" and one.topic == "calls"])


def _cn(given: Given, clauses: Sequence[Clause], today: dt.date) -> Opinion:
    """Hours, counts and third parties of the Chinese packs that bind every lender."""
    lost = Given(given.get("lost", default={}))
    facts = Facts(
        {
            "at": given.moment("call", "at"),
            "zones": _zones(given) or frozenset({_BEIJING}),
            "region": given.text("region"),
            "contacts": _contacts(given, _BEIJING),
            "channel": given.text("ch", "channel", default="voice"),
            "role": _role(given.text("to", "role")),
            "contact_purpose": given.text("purpose", default="collect"),
            "number": given.text("no", "number"),
            "person": given.text("person"),
            "debt": given.text("debt"),
            "collector": given.text("collector", default=_COLLECTOR),
            "lender": given.text("lender"),
            "agreed_hours": given.flag("agreed_hours"),
            "agreed_dials": given.flag("agreed_dials", "agreed"),
            "states_debt": given.flag(
                "states_debt", "debt_detail", "discloses", "discloses_debt", "mentions_debt"
            ),
            "refusal_on_file": given.flag(
                "refused",
                "refusal",
                "stop",
                "stop_requested",
                "asked_to_stop",
                "asked_stop",
                "third_refused",
                "refusal_on_file",
                "third_stop",
            ),
            "lost": Lost(
                invalid=lost.flag("number_invalid", "invalid"),
                failed_run=lost.count("failed_run"),
                failed_on=lost.day("failed_run_date", "failed_on"),
                unreached_days=lost.count(
                    "unreachable_days", "unreachable_run", "unreachable", "unreached_days", "days_unreachable"
                ),
            ),
        }
    )
    wanted = {"cn-gbt-45251", "cn-cba-2026", "cn-internet-loans", "cn-numbers"}
    return decide(
        facts,
        [one for one in clauses if one.pack in wanted and one.topic and "contact" in one.operations],
    )


# What a suite calls the packs of a country, and the packs of ours.
_REGIMES = {
    "CN": ("cn-gbt-45251", "cn-cba-2026", "cn-internet-loans", "cn-numbers"),
    "US": ("us-fdcpa",),
    "EU": ("eu-gdpr",),
    "IN": ("in-rbi",),
    "AU": ("au-rg96",),
    "SG": ("sg-pdpa",),
}


def _quiet(given: Given, clauses: Sequence[Clause], today: dt.date) -> Opinion:
    """Hours alone, under the packs a row names."""
    names = given.texts("packs") or frozenset()
    wanted = {pack for name in names for pack in _REGIMES.get(name, (name.lower(),))}
    absent = wanted - {one.pack for one in clauses}
    if absent:
        raise ValueError(f"no such pack {sorted(absent)}")
    zones = _zones(given)
    facts = Facts(
        {
            "at": given.moment("at", "call", zone=next(iter(sorted(zones or ())), _BEIJING)),
            "zones": zones,
            "region": given.text("region") or ("65" if "Asia/Urumqi" in (zones or ()) else ""),
            "channel": given.text("ch", "channel", default="voice"),
            "place": given.text("place", default="home"),
            "role": _role(given.text("to", "role")),
            "agreed_hours": given.flag("agreed_hours", "consent"),
        }
    )
    return decide(facts, [one for one in clauses if one.pack in wanted and one.topic == "hours"])


def _counter(given: Given, clauses: Sequence[Clause], today: dt.date) -> Opinion:
    """Counts of states, by the names of their counters, on a day; a line of the log is a day and a number."""
    names = given.texts("counters") or frozenset()
    chosen = [one for one in clauses if names & set(_names(one.params.get("counters", ())))]
    absent = names - {name for one in chosen for name in _names(one.params.get("counters", ()))}
    if absent:
        raise ValueError(f"no such counter {sorted(absent)}")
    day = given.day("day")
    log = given.get("log", default=[])
    if not isinstance(log, list):
        raise TypeError("log")
    noon = dt.time(12, tzinfo=dt.UTC)
    opinions = []
    for one in chosen:
        # Each counter has its own log of what it counts: what the line was is what the clause is about.
        contacts = tuple(
            Contact(
                at=dt.datetime.combine(dt.date.fromisoformat(str(entry[0])), noon),
                channel=next(iter(sorted(one.when.get("channel", ("voice",)))), "voice"),
                place=next(iter(sorted(one.when.get("place", ("",)))), ""),
                role=next(iter(sorted(one.when.get("role", ("debtor",))))),
                answered=True,
            )
            for entry in log
            for _again in range(int(entry[1]))
        )
        facts = Facts(
            {
                "at": dt.datetime.combine(day, noon) if day else None,
                "zones": frozenset({"UTC"}),
                "contacts": contacts,
            }
        )
        opinions.append(decide(facts, [replace(one, when={})]))
    hits = tuple({hit.rule: hit for opinion in opinions for hit in opinion.hits}.values())
    if not opinions:
        raise ValueError("no counter")
    return Opinion(verdict=worst(one.verdict for one in opinions), hits=hits)


def _names(value: object) -> Sequence[str]:
    return [str(one) for one in value] if isinstance(value, list | tuple) else []


def _rnd(given: Given, clauses: Sequence[Clause], today: dt.date) -> Opinion:
    """The answer of the reassigned-numbers database."""
    listed: bool | None = None
    disconnected = None
    if "disconnect" in given.values or "in_db" in given.values:
        disconnected = given.day("disconnect")
        listed = given.flag("in_db") if "in_db" in given.values else disconnected is not None
    facts = Facts(
        {
            "rnd_asked": True,
            "rnd_listed": listed,
            "rnd_disconnect": disconnected,
            "rnd_query_date": given.day("query_date", "consent_date"),
        }
    )
    return decide(facts, [one for one in clauses if one.topic == "rnd"])


def _prcid(given: Given, clauses: Sequence[Clause], today: dt.date) -> Opinion:
    """The form of a resident number."""
    at = dt.datetime.combine(today, dt.time(12), zone_of(_BEIJING))
    facts = Facts({"at": at, "id_sent": True, "id_number": given.text("id")})
    return decide(facts, [one for one in clauses if one.predicate == "script_check"])


_FIELDS = {
    "workplace": "employer",
    "place_of_employment": "employer",
    "employment": "employer",
    "home": "abode",
}


def _loc(given: Given, clauses: Sequence[Clause], today: dt.date) -> Opinion:
    """A location call to somebody who owes nothing."""
    fields = given.texts("fields")
    postcard = given.flag("postcard")
    named = given.flag("names_employer", "employer_named", "states_employer")
    asked = given.flag("employer_asked", "employer_requested", "asked_employer")
    silent = (
        given.get("identifies_self", default=True) is False or given.get("confirming", default=True) is False
    )
    facts = Facts(
        {
            "role": "third_party",
            "asks_for": frozenset(_FIELDS.get(one, one) for one in fields) if fields is not None else None,
            "states_debt": given.flag("states_debt"),
            "prior_location_contacts": given.count("prior_contacts"),
            "person_asked": given.flag("person_asked"),
            "knows_better": (
                given.flag(
                    "knows_better", "believed_wrong", "earlier_wrong", "wrong_or_incomplete", "believes_wrong"
                )
                and given.get("now_correct", "now_knows", "person_now_correct", "has_correct", default=True)
                is True
            ),
            "location_script": not silent and (asked or not named),
            "attorney_on_file": given.flag("attorney_known", "attorney")
            and given.get("attorney_responsive", default=True) is True,
            "channel": given.text("ch", "channel", default="post" if postcard else "voice"),
            "plain_envelope": not (
                postcard or given.flag("envelope_shows_debt", "envelope_debt", "shows_debt", "envelope_shows")
            ),
        }
    )
    return decide(facts, [one for one in clauses if one.topic == "location"])


def _purge(given: Given, clauses: Sequence[Clause], today: dt.date) -> Opinion:
    """Whether a record may go: every rule that keeps it, and holds."""
    found = given.get("anchors", default={})
    if not isinstance(found, dict):
        raise TypeError("anchors")
    known = {one.id for one in clauses if one.predicate == "keep"}
    absent = set(found) - known
    if absent:
        raise ValueError(f"no such rule of retention {sorted(absent)}")
    day = given.day("day")
    facts = Facts(
        {
            "at": dt.datetime.combine(day, dt.time(12), dt.UTC) if day else None,
            "anchors": {rule: _last(value) for rule, value in found.items()},
            "legal_hold": given.flag("legal_hold", "hold"),
        }
    )
    keeping = [one for one in clauses if one.predicate == "keep" or one.id == "X-LEGAL-HOLD"]
    return decide(facts, keeping)


def _last(value: object) -> dt.date | None:
    """The last of the days from which a record must be kept: new activity moves it."""
    several = value if isinstance(value, list) else [value]
    days = [dt.date.fromisoformat(str(one)[:10]) for one in several if one is not None]
    return max(days, default=None)


SUITES: Mapping[str, Callable[[Given, Sequence[Clause], dt.date], Opinion]] = {
    "regf": _regf,
    "cn": _cn,
    "quiet": _quiet,
    "counter": _counter,
    "rnd": _rnd,
    "prcid": _prcid,
    "loc": _loc,
    "purge": _purge,
}
