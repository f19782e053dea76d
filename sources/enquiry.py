"""Enquiries a person makes: by letter, phone or visit, at an employer, a committee or an authority.

Nothing here asks anybody anything. These sources say what such an enquiry may be told and how intrusive it
is, so that policy decides about it as about any look-up; a person carries the question, and what he brings
back becomes records and claims like every other finding.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from types import MappingProxyType

from graph.model import Address, Claim, Employer, Name, Phone, Record, Role, StatedUser
from sources.contract import Answer, Ask, Channel, Field, Flow, Outcome, Subject, Terms


class Kind(StrEnum):
    """How the question is carried."""

    LETTER = "letter"
    PHONE = "phone"
    VISIT = "visit"


class Addressee(StrEnum):
    """Who is asked: a third party (employer, 村/居委) or an authority (registry, court order)."""

    EMPLOYER = "employer"
    COMMITTEE = "committee"
    REGISTRY = "registry"
    COURT_ORDER = "court_order"

    @property
    def third_party(self) -> bool:
        """True for those who owe nothing and are no authority: they hear nothing of a debt."""
        return self in {Addressee.EMPLOYER, Addressee.COMMITTEE}


class Asks(StrEnum):
    """What is asked: how somebody can be reached, whether he works or lives there, what a register says."""

    REACH = "reach"
    EMPLOYMENT = "employment"
    RESIDENCE = "residence"
    ENTRY = "entry"


ASKS: Mapping[Addressee, tuple[Asks, ...]] = MappingProxyType(
    {
        Addressee.EMPLOYER: (Asks.REACH, Asks.EMPLOYMENT),
        Addressee.COMMITTEE: (Asks.REACH, Asks.RESIDENCE),
        Addressee.REGISTRY: (Asks.ENTRY,),
        Addressee.COURT_ORDER: (Asks.ENTRY,),
    }
)
"""What each may be asked; the first is asked where nothing is said. ``employment`` is the HR confirmation."""


class Standing(StrEnum):
    """What was answered to "does he work (live) with you?"."""

    YES = "yes"
    LEFT = "left"
    NO = "no"
    UNSAID = "unsaid"


_THIRD = 4  # intrusion: a third party
_PAPER = 3  # intrusion: a letter

_TERMS: Mapping[Addressee, tuple[frozenset[Field], frozenset[Field], int]] = MappingProxyType(
    {
        # what it may be told, what it cannot do without, how intrusive it is
        Addressee.EMPLOYER: (
            frozenset({Field.NAME, Field.EMPLOYER}),
            frozenset({Field.NAME, Field.EMPLOYER}),
            _THIRD,
        ),
        Addressee.COMMITTEE: (frozenset({Field.NAME, Field.ADDRESS}), frozenset({Field.NAME}), _THIRD),
        Addressee.REGISTRY: (frozenset({Field.NAME, Field.ID_NUMBER}), frozenset({Field.NAME}), _PAPER),
        Addressee.COURT_ORDER: (frozenset({Field.NAME, Field.ID_NUMBER}), frozenset({Field.NAME}), _PAPER),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enquiry:
    """An enquiry at one kind of addressee, as a source: its name and its terms."""

    addressee: Addressee

    @property
    def name(self) -> str:
        """The name the configuration knows it by: ``enquiry.employer``."""
        return f"enquiry.{self.addressee}"

    @property
    def terms(self) -> Terms:
        """What may be told, and that a person carries it. An answer is not asked for again within a year."""
        sends, needs, intrusion = _TERMS[self.addressee]
        return Terms(
            channel=Channel.ENQUIRY,
            subject=Subject.BY_HAND,
            roles=frozenset({Role.DEBTOR}),
            sends=sends,
            needs=needs,
            intrusion=intrusion,
            fresh_for=dt.timedelta(days=365),
        )

    def lookup(self, ask: Ask) -> Flow:
        """Give ``not_served`` without a request: only a person can put this question."""
        yield from ()
        if ask.name is None or (self.addressee is Addressee.EMPLOYER and not ask.employer):
            return Answer(outcome=Outcome.BAD_INPUT, raw="need_missing")
        return Answer(outcome=Outcome.NOT_SERVED, raw="asked_by_a_person")


ToEmployer = partial(Enquiry, addressee=Addressee.EMPLOYER)
ToCommittee = partial(Enquiry, addressee=Addressee.COMMITTEE)
ToRegistry = partial(Enquiry, addressee=Addressee.REGISTRY)
UnderOrder = partial(Enquiry, addressee=Addressee.COURT_ORDER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an enquiry brought back. Numbers are the debtor's own or his workplace's, and nobody else's."""

    own: tuple[Phone, ...] = ()
    work: tuple[Phone, ...] = ()
    address: Address | None = None
    employer: Employer | None = None
    standing: Standing = Standing.UNSAID
    note: str = field(default="", repr=False)

    @property
    def something(self) -> bool:
        """True when it says more than whether he works or lives there."""
        return bool(self.own or self.work or self.address or self.employer)


def found(
    told: Told, *, source: str, reference: str, name: Name, case: str, day: dt.date, entry: int
) -> tuple[tuple[Record, ...], tuple[Claim, ...]]:
    """Give what was told as a record of the debtor and a claim for each number, dated the day it was said.

    ``reference`` is the enquiry's own and names the record; ``entry`` the log entry of the answer.
    """
    if not told.something:
        return (), ()
    record = Record(
        source=source,
        record=reference,
        role=Role.DEBTOR,
        case=case,
        seen_on=day,
        names=(name,),
        phones=tuple(dict.fromkeys((*told.own, *told.work))),
        addresses=(told.address,) if told.address else (),
        employers=(told.employer,) if told.employer else (),
        entry=entry,
    )
    claims = tuple(
        Claim(
            phone=phone,
            source=source,
            record=reference,
            stated_user=user,
            date=day,
            name_match=1.0,
            entry=entry,
        )
        for user, phones in ((StatedUser.DEBTOR, told.own), (StatedUser.WORKPLACE, told.work))
        for phone in phones
    )
    return (record,), claims
