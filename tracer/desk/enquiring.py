"""May this enquiry be made? The house's rules for every look-up, the packs of law for a third party, and
three rules of its own that bind everywhere: the debtor is out of reach, nobody is asked twice, and a refusal
is for ever.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from graph.model import Role
from sources.contract import Field, Source
from sources.enquiry import Addressee, Asks, Kind
from tracer.config import Operation, SourceSettings
from tracer.desk import lawful
from tracer.desk.barring import stopped
from tracer.desk.choosing import about_case
from tracer.desk.office import Office
from tracer.lookups import SubjectFacts
from tracer.policy import Decision, Fired, Question
from tracer.policy.areas import of_place, within
from tracer.policy.contact import Opinion, decide, judge, worst
from tracer.policy.facts import FACTS, Facts
from tracer.policy.pack import Clause, shipped
from tracer.store.cases import OPEN, CaseFile
from tracer.store.enquiries import ANSWERED, DRAFTED, EXPIRED, REFUSED, WITHDRAWN, Enquired
from tracer.words import N_

# The channel of the packs by how the question is carried.
_CHANNELS = {Kind.LETTER: "post", Kind.PHONE: "voice", Kind.VISIT: "visit"}
_ROLES = {Addressee.EMPLOYER: Role.EMPLOYER, Addressee.COMMITTEE: Role.OTHER}
# What is asked for, in the words of 12 CFR 1006.10(a).
_ASKED_FOR = {
    Asks.REACH: frozenset({"abode", "abode_phone"}),
    Asks.EMPLOYMENT: frozenset({"employer"}),
    Asks.RESIDENCE: frozenset({"abode"}),
    Asks.ENTRY: frozenset({"abode"}),
}

_REFUSED = N_("They refused to be asked about this debtor, and that is for ever.")
_REFUSED_REMEDY = N_("Ask nobody there again, by whatever way; nothing lifts this.")
_ONCE = N_("They were asked about this debtor already: nobody is asked twice.")
_ONCE_REMEDY = N_("See what came of it with: tracer enquiry list --all. Ask a registry, or return the case.")
_WAITING = N_("An enquiry to them about this debtor was drafted and is not sent yet.")
_WAITING_REMEDY = N_("Send that one, or take it back with: tracer enquiry withdraw")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The answer: what the house's rules decide, what the packs and the three rules say (None: an authority),
    what is known of the debtor, and what of it may be told."""

    decision: Decision
    opinion: Opinion | None
    broken: tuple[Fired, ...]
    subject: SubjectFacts
    fields: frozenset[Field]

    @property
    def allowed(self) -> bool:
        """True when it may be drafted."""
        return self.decision.allowed and not self.broken and (self.opinion is None or self.opinion.allowed)

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of the rules that said no."""
        fired = [one.rule for one in (*self.decision.fired, *self.broken)]
        if self.opinion is not None and not self.opinion.allowed:
            fired += [hit.rule for hit in self.opinion.hits]
        return tuple(dict.fromkeys(fired))

    def shown(self) -> str:
        """Every rule that said no, in the reader's language."""
        parts = [fired.shown() for fired in (*self.decision.fired, *self.broken)]
        if self.opinion is not None and not self.opinion.allowed:
            parts.append(lawful.reasons(self.opinion))
        return "\n".join(part for part in parts if part)


def judged(
    office: Office,
    case: CaseFile,
    source: Source,
    settings: SourceSettings,
    *,
    kind: Kind,
    addressee: Addressee,
    asks: Asks,
    purpose: str,
    earlier: Sequence[Enquired],
    said: Mapping[str, bool],
) -> Judged:
    """Judge an enquiry at this moment. Nothing is written. ``earlier`` are those made at the same addressee
    about the same debtor in any case; ``said`` are facts the asker answers for."""
    subject = about_case(office, case)
    terms = source.terms
    held = subject.available
    fields = terms.sends & held & settings.fields
    decision = office.policy.decide(
        Question(
            operation=Operation.LOOKUP,
            client=case.client,
            purpose=purpose,
            case_open=case.state == OPEN,
            source=settings.id,
            terms=terms,
            role=subject.role,
            available=held,
            sends=fields,
            case_barred=stopped(office, case),
        ),
        office.today(),
    )
    broken = tuple(_before(office, earlier))
    opinion = None
    if addressee.third_party:
        here = lawful.ground(office, case)
        facts = _facts(office, here, kind, _ROLES[addressee], asks, earlier, said)
        opinion = _but_for_time(judge(facts, office.packs))
        said_already = set(opinion.rules)
        lost = decide(facts, _lost_rule()).hits
        broken += tuple(hit.fired for hit in lost if hit.rule not in said_already)
        broken += here.house.fired
    return Judged(decision=decision, opinion=opinion, broken=broken, subject=subject, fields=fields)


def _but_for_time(opinion: Opinion) -> Opinion:
    """Leave out what time alone mends: nobody is disturbed by a draft. Hours are judged when it is made."""
    hits = tuple(hit for hit in opinion.hits if hit.until is None)
    return replace(opinion, hits=hits, verdict=worst(hit.verdict for hit in hits))


def at_that_time(office: Office, case: CaseFile, one: Enquired, at: dt.datetime) -> Opinion | None:
    """Judge when a call or visit was made; None for letters and authorities, which have no hours."""
    if one.kind is Kind.LETTER or not one.addressee.third_party:
        return None
    here = lawful.ground(office, case)
    facts = _facts(office, here, one.kind, _ROLES[one.addressee], one.asks, (), {})
    return judge(facts.but(at=at), office.packs)


def _before(office: Office, earlier: Sequence[Enquired]) -> Iterator[Fired]:
    states = [one.state(office.today()) for one in earlier]
    if REFUSED in states:
        yield Fired(rule="enquiry.refused", sentence=_REFUSED, remedy=_REFUSED_REMEDY)
    elif DRAFTED in states:
        yield Fired(rule="enquiry.waiting", sentence=_WAITING, remedy=_WAITING_REMEDY)
    elif any(state not in {WITHDRAWN, EXPIRED} for state in states):
        yield Fired(rule="enquiry.once", sentence=_ONCE, remedy=_ONCE_REMEDY)


def _lost_rule() -> tuple[Clause, ...]:
    """The test for lost contact, wherever the debtor lives: a third party is disturbed for no less."""
    found = tuple(
        one
        for pack in shipped()
        for one in pack.clauses
        if one.predicate == "lost_contact" and "contact" in one.operations
    )
    assert found, "the packs hold the test for lost contact"
    return found


def _facts(
    office: Office,
    here: lawful.Ground,
    kind: Kind,
    role: Role,
    asks: Asks,
    earlier: Sequence[Enquired],
    said: Mapping[str, bool],
) -> Facts:
    """The facts of asking a third party. What the letter's own type makes certain is stated as it is."""
    case, settings, at = here.case, office.config.policy, office.clock()
    lives = settings.residence.get(case.client) or frozenset({office.config.region_of(case.client)})
    places: set[str] = set()
    zones: set[str] = set()
    for place in (*lives, settings.seat, settings.client_seats.get(case.client)):
        if place:
            places |= within(place)
    for place in lives:
        zones |= of_place(place)
    bars = here.seen.bars.get("", ())
    licence = settings.licences.get(case.client)
    values: dict[str, object] = {
        "at": at,
        "zones": frozenset(zones),
        "places": frozenset(places),
        "licence": str(licence) if licence else None,
        "collector_kind": str(settings.collector) if settings.collector else None,
        "dialling": str(settings.dialling),
        "channel": _CHANNELS[kind],
        "place": "work" if role is Role.EMPLOYER else None,
        "role": str(role),
        "household": False,
        "contact_purpose": "ask_contact",
        "waives": False,
        "asks_for": _ASKED_FOR[asks],
        "prior_location_contacts": sum(one.sent_at is not None or one.stored == ANSWERED for one in earlier),
        # enquiry.once sees to it that nobody is asked twice; here it is asked who else was touched.
        "third_party_talks": 0,
        "exposed_this_week": len(lawful.exposed(here, at.astimezone(office.config.zone))) + 1,
        "exposure_ceiling": settings.exposure_ceiling,
        "debt": case.pseudonym,
        "collector": "house",
        "lender": case.client,
        "contacts": here.contacts,
        "consent_given_at": (),
        "lost": lawful.lost_contact(here, at),
        "media_refused": frozenset(),
        # What the letter's type sees to (tracer/letters/text.py).
        "states_debt": False,
        "amount_stated": False,
        "location_script": True,
        # Nobody's own number is dialled, so none can have passed to somebody else meanwhile.
        "last_verified": at.date(),
        "rnd_asked": False,
        "barred_on_file": bool(bars),
        "refusal_on_file": any(one.stored == REFUSED for one in earlier),
    }
    flags = {name: False for name in FACTS if name.endswith("_on_file")}
    flags |= {fact: True for bar in bars if (fact := lawful.BARS.get(bar.code))}
    return Facts({**flags, **values, **lawful.stated(settings.facts, said)})
