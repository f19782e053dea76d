"""What is known about an act that policy judges: a closed list of facts, each known or not.

A fact that is not there is not known, and what is not known counts as no: reading it raises :class:`Missing`,
which the judge turns into a denial that says what to supply. Nothing here is a person: people, debts, numbers
and collectors are keyed pseudonyms.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache


class Missing(Exception):
    """A rule needs a fact that is not known."""

    def __init__(self, fact: str) -> None:
        super().__init__(fact)
        self.fact = fact


class Kind(StrEnum):
    """What a fact's value is."""

    FLAG = "flag"
    WORD = "word"
    WORDS = "words"
    DAY = "day"
    COUNT = "count"
    MOMENT = "moment"
    CONTACTS = "contacts"
    LOST = "lost"
    ANCHORS = "anchors"
    MOMENTS = "moments"


_NAMES: Mapping[Kind, str] = {
    Kind.MOMENT: "at",
    Kind.CONTACTS: "contacts",
    Kind.LOST: "lost",
    Kind.ANCHORS: "anchors",
    Kind.MOMENTS: "consent_given_at",
    Kind.WORD: "purpose basis role channel place number person debt collector lender contact_purpose "
    "dialling region recipient source_kind source_channel provenance lookup_kind answer licence "
    "collector_kind fcra_basis glba_basis dppa_basis dppa_purpose id_number",
    Kind.WORDS: "zones places case_purposes fields allowed_fields data_kinds media_refused asks_for",
    Kind.DAY: "last_verified text_checked_on email_notice_on access_asked_on breach_on last_audit_on "
    "last_used_on work_wish_on rnd_query_date rnd_disconnect",
    Kind.COUNT: "persons_held records_left prior_location_contacts asked_beyond_due third_party_talks "
    "exposed_this_week exposure_ceiling",
    # Flags ending in _on_file say what the file holds: whoever can read the file knows them.
    Kind.FLAG: "agreed_hours agreed_dials states_debt barred_on_file wrong_party_on_file refusal_on_file "
    "attorney_on_file cease_on_file bankruptcy_on_file dispute_on_file inconvenient_on_file "
    "harassment_complaint_on_file debt_unlawful_on_file time_barred_on_file employer_forbids_on_file "
    "consent_revoked_on_file objection_on_file closing_message location_script person_asked knows_better "
    "plain_envelope opt_out_in_message identity_script collector_notice private_message work_email "
    "validation_notice notice_keepable express_consent electronic_consent rnd_asked rnd_listed household "
    "work_wish_written work_wish_on_file line_recorded waives waiver_authorised amount_stated "
    "identity_verified consent changed_since_consent consent_withdrawn notice_given expiry_set "
    "agreement_in_force "
    "controller_consent mandate_ended separate_consent human_review significant_effect sensitive "
    "id_sent crosses_border transfer_mechanism correction_open erasure_due refusal_reasons controls_in_place "
    "officer_named impact_assessment breach_open source_authorised asked_by_subject recipient_fraud_known "
    "pretext written_consent activity_logged needed_by_law submitted_value balancing_test special_ground "
    "compelling_grounds masked_by_default processing_record paragraph_cited legal_hold",
}
# Every fact there is.
FACTS: Mapping[str, Kind] = {name: kind for kind, names in _NAMES.items() for name in names.split()}

THIRD_PARTY = "third_party"
LIABLE = frozenset({"debtor", "guarantor", "co_debtor"})
# Who speaks for somebody by profession: neither the debtor nor a third party of his.
PROFESSIONAL = frozenset({"attorney", "bureau", "creditor", "creditor_attorney", "own_attorney"})


def fits_role(role: str, words: frozenset[str]) -> bool:
    """Tell whether a role is one of ``words``; whoever owes nothing fits ``third_party``."""
    return role in words or (THIRD_PARTY in words and role not in LIABLE | PROFESSIONAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One attempt to reach somebody, by either side.

    ``reached``: the line that was dialled rang or was answered (Reg F's "connected to the dialed number");
    ``answered``: somebody took it (拨通); ``conversation``: the debt was talked about. What is not known
    counts: ``answered`` None is counted as answered and as unanswered. Pseudonyms that are empty are not
    known, and an attempt that may have been on the same debt is counted as if it was.
    """

    at: dt.datetime
    channel: str = "voice"
    inbound: bool = False
    reached: bool = True
    answered: bool | None = None
    conversation: bool = False
    consented: bool = False
    place: str = ""
    role: str = "debtor"
    number: str = field(default="", repr=False)
    person: str = field(default="", repr=False)
    debt: str = field(default="", repr=False)
    collector: str = field(default="", repr=False)
    lender: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """How far the debtor is out of reach: the three tests of the guideline of 2026.

    ``failed_run`` dials in a row failed, the last of them on ``failed_on``; ``unreached_days`` days in a row
    nobody was reached.
    """

    invalid: bool = False
    failed_run: int = 0
    failed_on: dt.date | None = None
    unreached_days: int = 0


@cache
def zone_of(name: str) -> zoneinfo.ZoneInfo:
    """Give a zone of tzdata; raises ZoneInfoNotFoundError. Offsets are not kept: they change."""
    return zoneinfo.ZoneInfo(name)


class Facts:
    """The facts of one act. Reading one that is not there raises :class:`Missing`."""

    __slots__ = ("_alike", "_days", "_local", "_near", "_values")

    def __init__(self, values: Mapping[str, object]) -> None:
        unknown = sorted(set(values) - set(FACTS))
        if unknown:
            raise ValueError(f"no such fact: {', '.join(unknown)}")
        self._values = {name: value for name, value in values.items() if value is not None}
        # Worked out once, for several rules ask the same; nothing here outlives the facts it is about.
        self._days: dict[str, tuple[dt.date, ...]] = {}
        self._local: dict[str, dt.datetime] = {}
        self._near: dict[tuple[str, int], tuple[int, ...]] = {}
        self._alike: dict[tuple[str, ...], tuple[tuple[int, Contact], ...]] = {}

    def __repr__(self) -> str:
        return f"Facts({', '.join(sorted(self._values))})"

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._values))

    def but(self, **values: object) -> Facts:
        """Give these facts with others in their place."""
        found = Facts({**self._values, **values})
        if "contacts" not in values:
            found._days = self._days
        return found

    def known(self, name: str) -> bool:
        """Tell whether a fact is known."""
        return name in self._values

    def _get(self, name: str) -> object:
        try:
            return self._values[name]
        except KeyError:
            raise Missing(name) from None

    def flag(self, name: str) -> bool:
        """Give a fact that is so or not."""
        found = self._get(name)
        if not isinstance(found, bool):
            raise TypeError(name)
        return found

    def word(self, name: str) -> str:
        """Give a coded word."""
        found = self._get(name)
        if not isinstance(found, str):
            raise TypeError(name)
        return found

    def words(self, name: str) -> frozenset[str]:
        """Give a set of coded words; an empty set of zones is no zone, so not known."""
        found = self._get(name)
        if not isinstance(found, frozenset):
            raise TypeError(name)
        if name == "zones" and not found:
            raise Missing(name)
        return found

    def day(self, name: str) -> dt.date:
        """Give a day."""
        found = self._get(name)
        if not isinstance(found, dt.date) or isinstance(found, dt.datetime):
            raise TypeError(name)
        return found

    def count(self, name: str) -> int:
        """Give a whole number."""
        found = self._get(name)
        if not isinstance(found, int) or isinstance(found, bool):
            raise TypeError(name)
        return found

    @property
    def at(self) -> dt.datetime:
        """When it is done: a time with a zone."""
        found = self._get("at")
        if not isinstance(found, dt.datetime) or found.tzinfo is None:
            raise TypeError("at")
        return found

    @property
    def today(self) -> dt.date:
        """The day it is done, as the clock of the act writes it: for deadlines, where no zone is named."""
        return self.at.date()

    def local(self, zone: str) -> dt.datetime:
        """Give the wall clock of a zone at the moment of the act."""
        found = self._local.get(zone)
        if found is None:
            found = self._local[zone] = self.at.astimezone(zone_of(zone))
        return found

    @property
    def contacts(self) -> tuple[Contact, ...]:
        """Every attempt known."""
        found = self._get("contacts")
        if not isinstance(found, tuple):
            raise TypeError("contacts")
        return found

    @property
    def consents(self) -> tuple[dt.datetime, ...]:
        """When the debtor consented to more calls; none known is none given."""
        found = self._values.get("consent_given_at", ())
        if not isinstance(found, tuple):
            raise TypeError("consent_given_at")
        return found

    @property
    def lost(self) -> Lost:
        """How far the debtor is out of reach."""
        found = self._get("lost")
        if not isinstance(found, Lost):
            raise TypeError("lost")
        return found

    @property
    def anchors(self) -> Mapping[str, dt.date | None]:
        """The day from which each rule of retention counts."""
        found = self._get("anchors")
        if not isinstance(found, Mapping):
            raise TypeError("anchors")
        return found

    def days_of(self, zone: str) -> tuple[dt.date, ...]:
        """Give the calendar day of every contact in a zone, in the order of ``contacts``."""
        found = self._days.get(zone)
        if found is None:
            there = zone_of(zone)
            found = self._days[zone] = tuple(one.at.astimezone(there).date() for one in self.contacts)
        return found

    def near(self, zone: str, window: int) -> tuple[int, ...]:
        """Give the places of the contacts in the last ``window`` calendar days of a zone, today the last."""
        found = self._near.get((zone, window))
        if found is None:
            today = self.local(zone).date()
            first = today - dt.timedelta(window - 1)
            found = self._near[zone, window] = tuple(
                place for place, day in enumerate(self.days_of(zone)) if first <= day <= today
            )
        return found

    def alike(self, per: tuple[str, ...]) -> tuple[tuple[int, Contact], ...]:
        """Give the attempts, each with its place, that may be of the same person, debt … as this act.

        What is not known on either side may be the same, and is counted as such.
        """
        found = self._alike.get(per)
        if found is None:
            mine = [(key, self.word(key)) for key in per if self.known(key) and self.word(key)]
            same = []
            # A plain loop: every rule that counts comes through here, with every attempt of the file.
            for place, one in enumerate(self.contacts):
                for key, value in mine:
                    theirs = getattr(one, key)
                    if theirs and theirs != value:
                        break
                else:
                    same.append((place, one))
            found = self._alike[per] = tuple(same)
        return found

    def zones(self, wanted: str) -> tuple[str, ...]:
        """Give the zones a rule is about: every candidate, or the one it names."""
        return tuple(sorted(self.words("zones"))) if wanted == "candidates" else (wanted,)
