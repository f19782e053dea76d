"""May this number be called now? The facts a home holds, judged by the packs; a call reserved in one step."""

from __future__ import annotations

import datetime as dt
import fcntl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from graph.model import Line, LineType, Outcome, Party, Phone, Role
from tracer.config import Operation
from tracer.desk import approvals
from tracer.desk.contacts import Known, known
from tracer.desk.exposure import others, touches, within_a_week
from tracer.desk.numbers import one_number
from tracer.desk.office import Office
from tracer.errors import Refused, WrongUse
from tracer.log.entry import JSON
from tracer.policy import Decision, Ruling
from tracer.policy.areas import of_number, of_place, within
from tracer.policy.contact import Hit, Opinion, judge_contact, worst
from tracer.policy.facts import FACTS, Contact, Facts, Kind, Lost, zone_of
from tracer.policy.lookups import approved
from tracer.store.cases import CaseFile
from tracer.store.enquiries import Enquired
from tracer.words import N_

# Reg F 1006.14(b)(3)(ii): a call that did not connect to the number dialled. The line never rang.
NOT_REACHED = frozenset(
    {
        Line.BUSY,
        Line.POWERED_OFF,
        Line.UNREACHABLE,
        Line.SUSPENDED,
        Line.VACANT,
        Line.BARRED,
        Line.NUMBER_CHANGED,
    }
)
_INVALID = frozenset({Line.VACANT, Line.NUMBER_CHANGED})
_INVALID_STATUS = frozenset({"cancelled", "not_assigned"})
_ANSWERED = frozenset({Party.SELF, Party.THIRD_PARTY, Party.WRONG_PARTY})
# What a bar means to the packs, beside that the number or the case is barred.
BARS: Mapping[str, str] = {
    "wrong_party": "wrong_party_on_file",
    "represented": "attorney_on_file",
    "counsel": "attorney_on_file",
    "ceased": "cease_on_file",
    "cease": "cease_on_file",
    "third_party_refused": "refusal_on_file",
    "bankrupt": "bankruptcy_on_file",
    "do_not_call": "consent_revoked_on_file",
    "disputed": "dispute_on_file",
    "complaint": "harassment_complaint_on_file",
    "objection": "objection_on_file",
}
_WORK = frozenset({Role.EMPLOYER, Role.COLLEAGUE})
_HOUSEHOLD = frozenset({Role.SPOUSE, Role.PARENT, Role.CHILD})
# A household is known by its roles; a waiver is allowed by a second person, never by one's own word.
_NOT_HIS_TO_SAY = frozenset({"household", "waives", "waiver_authorised"})
# A reservation and the note of its call are one attempt; calls are noted within this time.
_NOTED_WITHIN = dt.timedelta(hours=1)
# The longest window of any pack is thirty days; older reservations count nowhere.
_LOOK_BACK = dt.timedelta(days=62)
_BEIJING = "Asia/Shanghai"
HOUSE = N_("rule of this house (configuration)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked beside case, number and time, and what the asker states.

    ``zone`` is where the debtor said he is, and replaces all that is guessed; ``waives``: a discount or
    waiver is to be offered, which wants a second person. ``said`` are facts he answers for, by name.
    """

    channel: str = "voice"
    role: str = ""
    zone: str = ""
    waives: bool = False
    said: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a case holds of the facts, read once for all of its numbers."""

    case: CaseFile = field(repr=False)
    seen: Known
    contacts: tuple[Contact, ...] = field(repr=False)
    roles: Mapping[str, Role] = field(repr=False)
    others: Mapping[str, frozenset[str]] = field(repr=False)
    enquiries: tuple[Enquired, ...]
    house: Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class MayContact:
    """The answer for one number: the opinion, and the entry of its reservation (None: none was asked for)."""

    case: str = field(repr=False)
    file: CaseFile = field(repr=False)
    token: str
    phone: Phone
    at: dt.datetime
    opinion: Opinion
    facts: Facts = field(default_factory=lambda: Facts({}), repr=False)
    said: Mapping[str, bool] = field(default_factory=dict)
    entry: int | None = None


def may_contact(
    office: Office,
    case: CaseFile,
    number: str,
    at: dt.datetime,
    asked: Asked,
    *,
    reserve: bool = False,
    approval: int | None = None,
) -> MayContact:
    """Judge a contact. With ``reserve`` an allowed one is written down as an attempt before anybody dials.

    ``approval`` is a second person's, for what wants one; it is used up when the contact is reserved.

    Check and reservation hold one lock of the home, so that of two collectors who ask for the last call one
    is refused. Raises WrongUse for a fact or zone that is none, Refused when a reservation is not allowed.
    """
    check(asked)
    phone = one_number(office, case, number)
    if not reserve:
        return _judged(office, ground(office, case), phone, at, asked)
    if abs(at - office.clock()) > dt.timedelta(minutes=5):
        raise WrongUse(
            N_("A call is reserved for now"), N_("Leave out --at, or ask without --reserve what would be.")
        )
    with one_at_a_time(office):
        found = _judged(office, ground(office, case), phone, at, asked)
        if approval is not None and found.opinion.verdict is Ruling.APPROVE:
            used = approvals.use(office, approval, wish_of(found, asked))
            found = replace(found, opinion=approved(found.opinion, frozenset(used.rules)))
        if not found.opinion.allowed:
            office.write("refused", case=case, body=_body(office, found, case))
            raise Refused(N_("Policy refused this.\n{reasons}"), reasons=reasons(found.opinion))
        purpose = office.only_purpose(case.client)
        entry = office.write("contact", case=case, purpose=purpose, body=_body(office, found, case))
    if approval is not None:
        office.store.approvals.used(approval, entry.seq)
    return replace(found, entry=entry.seq)


def wanting(opinion: Opinion) -> tuple[str, ...]:
    """Give the rules that want a second person's approval."""
    return tuple(sorted({hit.rule for hit in opinion.hits if hit.verdict is Ruling.APPROVE}))


def wish_of(found: MayContact, asked: Asked) -> str:
    """Give the hash of a contact that wants approval: this number, channel and role, and these rules."""
    return approvals.request_of(
        approvals.CONTACT,
        found.file,
        wanting(found.opinion),
        number=found.token,
        channel=asked.channel,
        role=asked.role,
        **({"waives": "true"} if asked.waives else {}),
    )


def ask_approval(
    office: Office, case: CaseFile, number: str, at: dt.datetime, asked: Asked, reason: str
) -> approvals.Approval:
    """Ask for a second person's approval of a contact. Raises WrongUse when none is wanted or would do."""
    found = may_contact(office, case, number, at, asked)
    if found.opinion.verdict is not Ruling.APPROVE:
        raise WrongUse(
            N_("No approval is wanted for this, or none would do: {verdict}"),
            N_("See why with: tracer may-contact CASE NUMBER"),
            verdict=str(found.opinion.verdict),
        )
    return approvals.ask(
        office,
        approvals.CONTACT,
        case,
        wanting(found.opinion),
        reason,
        {
            "number": found.token,
            "channel": asked.channel,
            "role": asked.role,
            **({"waives": "true"} if asked.waives else {}),
        },
    )


def now_for(
    office: Office, case: CaseFile, phones: Mapping[str, Phone], seen: Known | None = None
) -> dict[str, Opinion]:
    """Judge every number of a case at this moment, by its token; ``seen`` as for :func:`ground`."""
    here = ground(office, case, seen)
    at = office.clock()
    return {token: _judged(office, here, phone, at, Asked()).opinion for token, phone in phones.items()}


def reasons(opinion: Opinion) -> str:
    """Every rule that fired, in the reader's language."""
    return "\n".join(f"{hit.rule} ({hit.citation}): {hit.fired.shown()}" for hit in opinion.hits)


def ground(office: Office, case: CaseFile, seen: Known | None = None) -> Ground:
    """Read what a case holds of the facts: people, notes, bars and reservations, linked cases included.

    ``seen`` is what is known of the case, where it was read already.
    """
    _ = case.unsealed
    seen = seen or known(office, case)
    roles: dict[str, Role] = {}
    for record in seen.findings.records:
        for phone in record.phones:
            # A number two people share is judged as the one's who owes nothing.
            if phone.key not in roles or record.role.third_party:
                roles[phone.key] = record.role
    for record in seen.placed:
        for phone in record.phones:
            roles.setdefault(phone.key, record.role)
    purpose = office.only_purpose(case.client)
    return Ground(
        case=case,
        seen=seen,
        contacts=tuple(_contacts(office, case, seen, roles)),
        roles=roles,
        others=others((*seen.findings.records, *seen.placed)),
        enquiries=office.store.enquiries.of(case),
        house=office.decide(Operation.CONTACT, case.client, purpose=purpose or None, case=case),
    )


def facts_of(office: Office, here: Ground, phone: Phone, at: dt.datetime, asked: Asked) -> Facts:
    """Gather the facts of one contact; what the home does not hold is left out, so not known."""
    case, settings = here.case, office.config.policy
    # Whose number it is says the case; the asker only where the case does not know.
    role = here.roles.get(phone.key) or asked.role or None
    third = None if role is None else Role(role).third_party
    lives = settings.residence.get(case.client) or frozenset({office.config.region_of(case.client)})
    rings, zones = of_number(phone.key)
    places = set(rings)
    for place in (*lives, settings.seat, settings.client_seats.get(case.client)):
        if place:
            places |= within(place)
    if not rings & {inner for place in lives for inner in within(place)}:
        # The number is from elsewhere than where debtors live: he may be in either.
        zones = zones | frozenset(zone for place in lives for zone in of_place(place))
    bars = [*here.seen.bars.get(phone.key, ()), *here.seen.bars.get("", ())]
    flags = {name: False for name in FACTS if name.endswith("_on_file")}
    flags |= {fact: True for bar in bars if (fact := BARS.get(bar.code))}
    values: dict[str, object] = {
        "at": at,
        "zones": frozenset({asked.zone}) if asked.zone else zones,
        "places": frozenset(places),
        "licence": _word(settings.licences.get(case.client)),
        "collector_kind": _word(settings.collector),
        "dialling": str(settings.dialling),
        "channel": asked.channel,
        "place": _place(phone, role),
        "role": _word(role),
        "household": None if role is None else Role(role) in _HOUSEHOLD,
        "contact_purpose": None if third is None else ("ask_contact" if third else "collect"),
        "waives": asked.waives,
        "waiver_authorised": False,
        "asks_for": frozenset({"abode", "abode_phone"}) if third else None,
        "prior_location_contacts": sum(
            one.number == phone.key and not one.inbound and one.at <= at for one in here.contacts
        ),
        "third_party_talks": talks(here, phone, at),
        "exposed_this_week": len(
            exposed(here, at.astimezone(office.config.zone)) | {min(here.others.get(phone.key, {phone.key}))}
        ),
        "exposure_ceiling": settings.exposure_ceiling,
        "number": phone.key,
        "person": _person(role, phone),
        "debt": case.pseudonym,
        # The counters are the agency's: a second person at the next desk is no second collector.
        "collector": "house",
        "lender": case.client,
        "contacts": tuple(one for one in here.contacts if one.at <= at),
        "consent_given_at": (),
        "lost": lost_contact(here, at),
        "last_verified": _verified(here, phone, at),
        "media_refused": frozenset(),
        # The question is whether the call may be made; the debt is mentioned only after identity was checked.
        "states_debt": False,
        "amount_stated": False,
        "rnd_asked": False,
        "barred_on_file": bool(bars),
    }
    return Facts({**flags, **values, **stated(settings.facts, asked.said)})


def talks(here: Ground, phone: Phone, at: dt.datetime) -> int:
    """How often a third party was got on the line, on any of his numbers; a call not noted yet counts."""
    his = here.others.get(phone.key, frozenset({phone.key}))
    return sum(
        one.number in his and not one.inbound and one.answered is not False and one.at <= at
        for one in here.contacts
    )


def exposed(here: Ground, at: dt.datetime) -> frozenset[str]:
    """Who of those who owe nothing was touched for this case in the week that ends at ``at``."""
    heard = [(person, when) for person, when, _ in touches(here.seen.outcomes, here.others, here.enquiries)]
    # Calls reserved and not noted yet, too: two collectors do not pass the ceiling together.
    dialled = [
        (min(here.others.get(one.number, frozenset({one.number}))), one.at)
        for one in here.contacts
        if one.number in here.others and one.debt == here.case.pseudonym and not one.inbound
    ]
    return within_a_week([pair for pair in (*heard, *dialled) if pair[1] <= at], at)


def stated(house: Mapping[str, bool], asker: Mapping[str, bool]) -> dict[str, bool]:
    """What house and asker answer for. What the file holds against a contact nobody talks away: a bar, a
    refusal or an attorney on file can be stated, never denied."""
    said = {**house, **asker}
    return {
        name: value
        for name, value in said.items()
        if name not in _NOT_HIS_TO_SAY and (value or not name.endswith("_on_file"))
    }


def _judged(office: Office, here: Ground, phone: Phone, at: dt.datetime, asked: Asked) -> MayContact:
    facts = facts_of(office, here, phone, at, asked)
    opinion = judge_contact(facts, office.packs)
    if not here.house.allowed:
        opinion = replace(
            opinion,
            verdict=worst((opinion.verdict, here.house.verdict)),
            hits=(*(_house(here.house)), *opinion.hits),
            missing=tuple(dict.fromkeys((*here.house.missing, *opinion.missing))),
            next_lawful=None,
        )
    return MayContact(
        case=here.case.number,
        file=here.case,
        token=office.store.notes.number_token(here.case, phone),
        phone=phone,
        at=at,
        opinion=opinion,
        facts=facts,
        said=asked.said,
    )


def _house(decision: Decision) -> Iterator[Hit]:
    for fired in decision.fired:
        yield Hit(
            rule=fired.rule,
            verdict=Ruling.DENY,
            text="",
            citation=HOUSE,
            tier="none",
            pack="house",
            sentence=fired.sentence,
            remedy=fired.remedy,
            params=fired.params,
        )


def _contacts(office: Office, case: CaseFile, seen: Known, roles: Mapping[str, Role]) -> Iterator[Contact]:
    """Every attempt of this case and of its linked ones: notes, and reservations no note has answered yet."""
    others = office.store.evidence.linked(case)
    own = {other.pseudonym: other for other in (case, *others)}
    heard = {case.pseudonym: seen.outcomes} | {there.case: there.outcomes for there in seen.elsewhere}
    for pseudonym, there in own.items():
        outcomes = heard.get(pseudonym, ())
        for one in outcomes:
            yield _contact(one, there, roles if there is case else {})
        names = {office.number_name(there, one.phone): one.phone for one in outcomes}
        if there is case:
            phones = {phone.key: phone for record in seen.findings.records for phone in record.phones}
            names |= {office.number_name(case, phone): phone for phone in phones.values()}
        oldest = office.clock() - _LOOK_BACK
        for entry in office.log.entries(event="contact", case=pseudonym, newest=True):
            if entry.at < oldest:
                break
            phone = names.get(str(entry.body.get("number")))
            noted = any(
                phone is not None and one.phone.key == phone.key and abs(one.at - entry.at) <= _NOTED_WITHIN
                for one in outcomes
            )
            if not noted:
                yield Contact(
                    at=entry.at,
                    channel=str(entry.body.get("channel") or "voice"),
                    role=str(entry.body.get("role") or "debtor"),
                    number=phone.key if phone else "",
                    debt=pseudonym,
                    lender=there.client,
                )


def _contact(one: Outcome, case: CaseFile, roles: Mapping[str, Role]) -> Contact:
    role = roles.get(one.phone.key)
    answered: bool | None = None
    if one.party in _ANSWERED or one.line is Line.CONNECTED:
        answered = True
    elif one.line is not Line.UNKNOWN:
        answered = False
    return Contact(
        at=one.at,
        reached=one.line not in NOT_REACHED or one.party in _ANSWERED,
        answered=answered,
        conversation=one.party is Party.SELF,
        inbound=one.inbound,
        place=_place(one.phone, role) or "",
        role=_word(role) or "debtor",
        number=one.phone.key,
        person=_person(role, one.phone) or "",
        debt=case.pseudonym,
        lender=case.client,
    )


def _person(role: Role | str | None, phone: Phone) -> str | None:
    """Who is called: the debtor is one person over all numbers, everyone else is told apart by his number."""
    if role is None:
        return None
    return "debtor" if role == Role.DEBTOR else phone.key


def _place(phone: Phone, role: Role | str | None) -> str | None:
    if role in _WORK:
        return "work"
    return "cell" if phone.line_type is LineType.MOBILE else None


def lost_contact(here: Ground, at: dt.datetime) -> Lost:
    """The three tests of the guideline, from the notes on the debtor's own numbers."""
    dialled = sorted(
        # A debtor who calls is not out of reach.
        (one for one in here.contacts if one.role == Role.DEBTOR and one.at <= at),
        key=lambda one: (one.at, one.answered is not False),
    )
    run = 0
    for one in reversed(dialled):
        if one.answered is not False:
            break
        run += 1
    failed = dialled[len(dialled) - run :] if run else []
    days = sorted({one.at.astimezone(zone_of(_BEIJING)).date() for one in failed})
    unreached = 1 if days else 0
    for earlier, later in zip(reversed(days[:-1]), reversed(days), strict=False):
        if (later - earlier).days != 1:
            break
        unreached += 1
    return Lost(
        invalid=_all_invalid(here),
        failed_run=run,
        failed_on=days[-1] if days else None,
        unreached_days=unreached,
    )


def _all_invalid(here: Ground) -> bool:
    """Every number of the debtor is known to be no number any more."""
    theirs = {key for key, role in here.roles.items() if role is Role.DEBTOR}
    last = {one.phone.key: one.line for one in sorted(here.seen.outcomes, key=lambda one: one.at)}
    gone = {key for key, line in last.items() if line in _INVALID}
    gone |= {
        fact.phone.key
        for fact in here.seen.findings.facts
        if str(fact.kind) == "line_status" and fact.value in _INVALID_STATUS and fact.phone.key not in last
    }
    return bool(theirs) and theirs <= gone


def _verified(here: Ground, phone: Phone, at: dt.datetime) -> dt.date | None:
    """The last day on which the debtor himself was got on this number."""
    heard = (*here.seen.outcomes, *(one for there in here.seen.elsewhere for one in there.outcomes))
    days = [
        one.at.date()
        for one in heard
        if one.phone.key == phone.key and one.party is Party.SELF and one.at <= at
    ]
    return max(days, default=None)


def _word(value: object) -> str | None:
    return None if value is None else str(value)


def check(asked: Asked) -> None:
    """Raise WrongUse for a fact, role or zone that is none."""
    wrong = [name for name in asked.said if FACTS.get(name) is not Kind.FLAG]
    if wrong:
        raise WrongUse(
            N_("There is no fact {name} that is so or not"),
            N_("The answer of tracer may-contact names the facts it lacks; they are listed in docs/law.md."),
            name=wrong[0][:40],
        )
    if asked.role and asked.role not in set(Role):
        raise WrongUse(
            N_("{role} is no role"), N_("Roles: {known}"), role=asked.role[:40], known=", ".join(Role)
        )
    if asked.zone:
        try:
            zone_of(asked.zone)
        except (KeyError, ValueError, OSError) as error:
            raise WrongUse(
                N_("{zone} is no time zone"),
                N_("Use an IANA name such as Asia/Shanghai or America/New_York."),
                zone=asked.zone[:40],
            ) from error


def _body(office: Office, found: MayContact, case: CaseFile) -> dict[str, JSON]:
    """What the log keeps of the answer: the packs by hash, the rules, the facts by name, never a value."""
    opinion = found.opinion
    zones: list[JSON] = [*sorted(found.facts.words("zones"))] if found.facts.known("zones") else []
    return {
        "operation": str(Operation.CONTACT),
        **({"number": office.number_name(case, found.phone)} if opinion.allowed else {}),
        "verdict": str(opinion.verdict),
        "fired": [hit.rule for hit in opinion.hits],
        "missing": list(opinion.missing),
        "packs": {pack.id: pack.sha256 for pack in opinion.packs},
        "version": next((pack.version for pack in opinion.packs), None),
        "local_time": found.at.isoformat(timespec="seconds"),
        "timezone": zones,
        "role": found.facts.word("role") if found.facts.known("role") else None,
        "channel": found.facts.word("channel"),
        "client": case.client,
        "basis": [f"{name}:{str(value).lower()}" for name, value in sorted(found.said.items())],
    }


@contextmanager
def one_at_a_time(office: Office) -> Iterator[None]:
    """Hold the home's reservation lock: whoever checks a counter writes to it before the next one checks."""
    with (office.home / "contact.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)
