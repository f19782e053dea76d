"""Are two records one person? What the evidence says, and a person's verdict, which outranks it."""

from __future__ import annotations

from dataclasses import dataclass

from graph.block import candidate_pairs
from graph.model import Judgement, Match, Record, Verdict
from graph.weigh import match
from tracer.desk import contacts
from tracer.desk.office import Office
from tracer.errors import WrongUse
from tracer.store.cases import CaseFile
from tracer.words import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two records of a case: the evidence for their being one person, and who decided what."""

    left: str
    right: str
    match: Match
    verdict: Verdict | None


def pairs(office: Office, case: CaseFile) -> tuple[Pair, ...]:
    """Give the record pairs of a case with their evidence, the likeliest first."""
    seen = contacts.known(office, case)
    verdicts = {(one.left, one.right): one for one in seen.verdicts}
    found = match(seen.findings.records, candidate_pairs(seen.findings.records))
    return tuple(
        Pair(left=one.left, right=one.right, match=one, verdict=verdicts.get(_order(one.left, one.right)))
        for one in sorted(found, key=lambda one: (-one.bits, one.left, one.right))
    )


def judge(
    office: Office, case: CaseFile, left: str, right: str, judgement: Judgement, reason: str
) -> Verdict:
    """Write down a person's verdict on two records of a case. The one before it stays, superseded."""
    known = {record.ref: record for record in contacts.known(office, case).findings.records}
    for ref in (left, right):
        if ref not in known:
            raise WrongUse(
                N_("The case has no record {ref}"),
                N_("See its records with: tracer judge CASE (without more)."),
                ref=ref,
            )
    if left == right:
        raise WrongUse(N_("A record is always itself"), N_("Name two different records."))
    if not reason.strip():
        raise WrongUse(N_("A verdict needs a reason"), N_("Give it with --reason; it is kept sealed."))
    entry = office.write(
        "verdict",
        case=case,
        body={
            "left": case.unsealed.pseudonym("record", left),
            "right": case.unsealed.pseudonym("record", right),
            "judgement": str(judgement),
        },
    )
    verdict = Verdict(left=left, right=right, judgement=judgement, by=office.actor, at=office.clock())
    office.store.notes.judge(case, verdict, reason, entry.seq)
    return verdict


def records(office: Office, case: CaseFile) -> tuple[Record, ...]:
    """Give the records known of a case, by reference."""
    return tuple(sorted(contacts.known(office, case).findings.records, key=lambda record: record.ref))


def _order(left: str, right: str) -> tuple[str, str]:
    return (left, right) if left <= right else (right, left)
