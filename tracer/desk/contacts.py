"""A case's numbers in order: what was seen and decided goes in, a ranking comes out. Nothing is looked up."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from graph import inuse
from graph.block import candidate_pairs
from graph.contact import Node, contact_graph, number_evidence
from graph.mistrace import Alarm
from graph.model import (
    Bar,
    LineFact,
    NumberEvidence,
    Outcome,
    Party,
    Phone,
    Ranked,
    Ranking,
    Record,
    Role,
    Verdict,
)
from graph.resolve import Conflict, Resolution, resolve
from graph.weigh import match
from sources.contract import Outcome as Answered
from tracer.config import Operation
from tracer.desk import barring, disputes
from tracer.desk.budgets import Purse
from tracer.desk.choosing import Advised, advise
from tracer.desk.exploring import first
from tracer.desk.exposure import others, touches
from tracer.desk.models import in_use
from tracer.desk.office import Office
from tracer.errors import WrongUse
from tracer.store.cases import CaseFile
from tracer.store.evidence import Findings, Moment
from tracer.store.rights import CORRECT
from tracer.words import N_

if TYPE_CHECKING:
    import networkx as nx

# Not worth asking again soon: the answer would be the same.
SETTLED = frozenset(
    {
        Answered.ANSWERED,
        Answered.NO_RECORD,
        Answered.NOT_SERVED,
        Answered.PRECONDITION_FAILED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """What carriers and calls showed under a linked case: about this debtor only if he is that case's too."""

    case: str
    facts: tuple[LineFact, ...]
    outcomes: tuple[Outcome, ...]

    def __repr__(self) -> str:
        return f"Elsewhere({len(self.facts)}+{len(self.outcomes)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """All that was seen and decided about a case: its own, the records of the cases it may use, and what
    those heard ``elsewhere``. ``placed`` are the people its file names."""

    case: str
    placed: tuple[Record, ...]
    findings: Findings
    outcomes: tuple[Outcome, ...]
    elsewhere: tuple[Elsewhere, ...]
    bars: dict[str, tuple[Bar, ...]]
    verdicts: tuple[Verdict, ...]
    linked: int

    def __repr__(self) -> str:
        return f"Known({len(self.findings.records)} records)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """One ranked number as a screen may show it. ``number`` (E.164) is filled only by a reveal."""

    token: str
    phone: Phone
    ranked: Ranked
    number: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacts:
    """The answer to "which of these numbers is the debtor likely using today?".

    ``third_parties`` are the tokens of numbers of those who owe nothing.
    ``entries`` are the log entries the answer rests on; ``untraced`` says that no look-up was made yet;
    ``conflicts`` are contradictions between records that a person should settle, ``alarms`` say that the
    debtor may be somebody else than he is taken for. ``next`` is what the planner would ask, or why nothing;
    None when it was not asked. ``first`` is the token of the number that chance put first, and
    ``first_chance`` how likely that was; empty where nothing was drawn.
    ``currency`` is that of what calls are worth.
    """

    case: str = field(repr=False)
    client: str
    as_of: dt.date
    model_name: str
    model_version: str
    model_fitted_on: int
    numbers: tuple[Number, ...]
    nobody: float
    entries: tuple[int, ...]
    third_parties: frozenset[str]
    third_parties_touched: int
    conflicts: tuple[Conflict, ...]
    alarms: tuple[Alarm, ...]
    untraced: bool
    next: Advised | None = None
    first: str = ""
    first_chance: float = 0.0
    currency: str = ""


def known(office: Office, case: CaseFile, moment: Moment | None = None) -> Known:
    """Gather what is known of a case: its findings, those of cases it may use, outcomes, bars, verdicts.

    With ``moment`` it is what was in hand at that call, before it.
    """
    placed = tuple(record for record, _claims in office.store.evidence.people(case))
    outcomes = _heard(office, case, moment)
    linked = office.store.evidence.linked(case, moment)
    records_there = Findings()
    elsewhere = []
    for other in linked:
        theirs = office.store.evidence.found(other, moment)
        records_there += Findings(records=theirs.records, claims=theirs.claims)
        heard = _heard(office, other, moment)
        elsewhere.append(Elsewhere(case=other.pseudonym, facts=theirs.facts, outcomes=heard))
    wishes = office.store.rights.of(case, kind=CORRECT)
    findings = disputes.applied(
        once(office.store.evidence.found(case, moment), records_there),
        [one for one in wishes if moment is None or one.entry < moment.entry],
        case.pseudonym,
        office.config.region_of(case.client),
    )
    phones = {phone.key: phone for record in findings.records for phone in record.phones}
    phones |= {claim.phone.key: claim.phone for claim in findings.claims}
    phones |= {
        outcome.phone.key: outcome.phone
        for outcome in (*outcomes, *(one for there in elsewhere for one in there.outcomes))
    }
    return Known(
        case=case.pseudonym,
        placed=placed,
        findings=findings,
        outcomes=outcomes,
        elsewhere=tuple(elsewhere),
        bars={
            key: kept
            for key, bars in barring.bars(office, case, findings.records, phones.values(), placed).items()
            if (kept := tuple(bar for bar in bars if moment is None or bar.entry < moment.entry))
        },
        verdicts=tuple(
            one
            for one in office.store.notes.verdicts(record.ref for record in findings.records)
            if moment is None or one.at < moment.at
        ),
        linked=len(linked),
    )


def _heard(office: Office, case: CaseFile, moment: Moment | None) -> tuple[Outcome, ...]:
    """The case's calls; with ``moment`` those made before it, whenever they were noted."""
    outcomes = (note.outcome for note in office.store.notes.of(case))
    return tuple(one for one in outcomes if moment is None or one.at < moment.at)


def once(own: Findings, linked: Findings) -> Findings:
    """Give findings with every record once: the case's own reading before a linked case's, newer first.

    Two cases may have found the same row of a roster, and a contact who becomes a guarantor stands in two
    answers about one file. A record's claims come from the reading that counts, so a row that has changed
    says one thing.
    """
    counts: dict[str, Record] = {}
    for part in (own, linked):
        for record in sorted(part.records, key=lambda record: -record.entry):
            counts.setdefault(record.ref, record)
    both = own + linked
    claims = []
    for claim in both.claims:
        whose = counts.get(f"{claim.source}:{claim.record}")
        if whose is None or whose.entry == claim.entry:
            claims.append(claim)
    return Findings(
        records=tuple(record for record in both.records if record is counts[record.ref]),
        claims=tuple(dict.fromkeys(claims)),
        facts=tuple(dict.fromkeys(both.facts)),
    )


def persons(seen: Known) -> Resolution:
    """Which of the records are one person, under the verdicts that stand."""
    records = seen.findings.records
    return resolve(records, match(records, candidate_pairs(records)), seen.verdicts)


def evidence(seen: Known, resolution: Resolution) -> tuple[NumberEvidence, ...]:
    """What is known of each number of the case: the in-use model's input."""
    shared = [there for there in seen.elsewhere if _one_debtor(seen, resolution, there.case)]
    outcomes = (*seen.outcomes, *(one for there in shared for one in there.outcomes))
    numbers = {phone.key for record in seen.findings.records for phone in record.phones}
    numbers |= {claim.phone.key for claim in seen.findings.claims} | {one.phone.key for one in outcomes}
    whole = seen.bars.get("", ())
    bars = {key: (*seen.bars.get(key, ()), *whole) for key in numbers | set(seen.bars) if key}
    return number_evidence(
        seen.case,
        seen.findings.records,
        resolution.persons,
        seen.findings.claims,
        (*seen.findings.facts, *(fact for there in shared for fact in there.facts)),
        outcomes,
        bars,
    )


def _one_debtor(seen: Known, resolution: Resolution, other: str) -> bool:
    """Whether the other case has this case's debtor. If not, "he answered himself" there is somebody else."""
    person = {ref: one.id for one in resolution.persons for ref in one.records}
    ours, theirs = (
        {
            person.get(record.ref, record.ref)
            for record in seen.findings.records
            if record.role is Role.DEBTOR and record.case == case
        }
        for case in (seen.case, other)
    )
    return bool(ours & theirs)


def ranking(office: Office, case: CaseFile, seen: Known | None = None) -> tuple[Ranking, Known, Resolution]:
    """Rank a case's numbers from what is known: pure after the reading, and repeatable."""
    seen = seen or known(office, case)
    resolution = persons(seen)
    return inuse.rank(evidence(seen, resolution), office.today(), in_use(office).model), seen, resolution


def contacts(office: Office, case: CaseFile, *, planned: bool = False, seen: Known | None = None) -> Contacts:
    """Give a case's numbers in order, masked, with their reasons. Raises WrongUse for a returned case.

    ``planned`` adds what is worth asking next; nothing is asked for that. ``seen`` is what is known of the
    case, where it was read already.
    """
    _ = case.unsealed
    ranker = in_use(office)
    ranked, seen, resolution = ranking(office, case, seen)
    drawn = first(office, case, ranked)
    looked = office.store.evidence.lookups(case)
    theirs = _third_parties(seen)
    advised = None
    if planned:
        advised = advise(
            office,
            case,
            evidence(seen, resolution),
            seen.findings.records,
            done={(one.source, one.subject): one.at for one in looked if one.outcome in SETTLED},
            left=Purse(office).left(case),
            ranking=ranked,
        )
    entries = {entry for one in ranked.numbers for entry in _entries(one)} | {one.entry for one in looked}
    return Contacts(
        case=case.number,
        client=case.client,
        as_of=office.today(),
        model_name=ranker.name,
        model_version=ranker.version,
        model_fitted_on=ranker.fitted_on,
        numbers=tuple(
            Number(token=office.store.notes.number_token(case, one.phone), phone=one.phone, ranked=one)
            for one in ranked.numbers
        ),
        nobody=ranked.nobody,
        entries=tuple(sorted(entries - {0})),
        third_parties=frozenset(
            office.store.notes.number_token(case, one.phone)
            for one in ranked.numbers
            if one.phone.key in theirs
        ),
        third_parties_touched=len(
            {person for person, _at, _entry in touches(seen.outcomes, others(seen.findings.records), ())}
        ),
        conflicts=resolution.conflicts,
        alarms=_own(resolution, case),
        untraced=not looked,
        next=advised,
        first=drawn.token,
        first_chance=drawn.chance,
        currency=office.config.model.costs.currency,
    )


def reveal(office: Office, case: CaseFile, shown: Contacts, reason: str, *, purpose: str = "") -> Contacts:
    """Put the numbers themselves beside their masks: a disclosure with an entry of its own, written first.

    ``reason`` is a coded word; ``purpose`` may be left out where house and agreement allow one only. Barred
    numbers stay masked: nobody needs to see a number nobody may call. So do the numbers of those who owe
    nothing: they are shown one at a time (casework.revealed), never as a list. Raises
    Refused where policy does not allow contact for this case (closed, agreement without it or over): whole
    numbers are for calling.
    """
    if not reason:
        raise WrongUse(
            N_("Numbers are revealed for a reason"), N_("Give one with --reason, for example: --reason call")
        )
    purpose = purpose or office.only_purpose(case.client)
    office.require(Operation.CONTACT, case.client, purpose=purpose or None, case=case)
    open_to = [
        one
        for one in shown.numbers
        if one.ranked.barred is None and not one.phone.masked and one.token not in shown.third_parties
    ]
    entry = office.write(
        "reveal",
        case=case,
        purpose=purpose,
        body={"reason": reason, "numbers": [office.number_name(case, one.phone) for one in open_to[:200]]},
    )
    chosen = {one.token for one in open_to[:200]}
    return Contacts(
        case=shown.case,
        client=shown.client,
        as_of=shown.as_of,
        model_name=shown.model_name,
        model_version=shown.model_version,
        model_fitted_on=shown.model_fitted_on,
        numbers=tuple(
            Number(
                token=one.token,
                phone=one.phone,
                ranked=one.ranked,
                number=one.phone.key if one.token in chosen else None,
            )
            for one in shown.numbers
        ),
        nobody=shown.nobody,
        entries=(*shown.entries, entry.seq),
        third_parties=shown.third_parties,
        third_parties_touched=shown.third_parties_touched,
        conflicts=shown.conflicts,
        alarms=shown.alarms,
        untraced=shown.untraced,
        next=shown.next,
        first=shown.first,
        first_chance=shown.first_chance,
        currency=shown.currency,
    )


def graph(office: Office, case: CaseFile) -> nx.MultiGraph[Node]:
    """Give the case's contact graph, every edge with its source and log entry."""
    seen = known(office, case)
    return contact_graph(seen.findings.records, persons(seen).persons, seen.findings.claims)


def _own(resolution: Resolution, case: CaseFile) -> tuple[Alarm, ...]:
    return tuple(one for one in resolution.alarms if one.case == case.pseudonym)


def alarms(office: Office, case: CaseFile) -> tuple[Alarm, ...]:
    """Give the mistrace alarms of a case: another identity fits it about as well, or better."""
    return _own(persons(known(office, case)), case)


def _entries(one: Ranked) -> set[int]:
    return {reason.entry for reason in one.reasons}


def _third_parties(seen: Known) -> frozenset[str]:
    """The numbers of those who owe nothing, but for those on which the debtor himself was got."""
    himself = {one.phone.key for one in seen.outcomes if one.party is Party.SELF}
    return frozenset(others(seen.findings.records)) - himself
