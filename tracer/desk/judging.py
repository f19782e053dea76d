"""Are two records one person? What the evidence says, and a person's verdict, which outranks it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graph.agreement import Agreement, agreement
from graph.block import candidate_pairs
from graph.model import Judgement, Match, Record, Verdict
from graph.weigh import match
from tracer.desk import contacts
from tracer.desk.explaining import Explained, explain_records
from tracer.desk.office import Office
from tracer.errors import WrongUse
from tracer.store.cases import CaseFile
from tracer.store.notes import Given
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


def explained(office: Office, case: CaseFile, left: str, right: str) -> Explained:
    """Explain two records of a case. Raises WrongUse for a ref that is not among them."""
    return explain_records(contacts.known(office, case).findings.records, left, right)


def judge(
    office: Office, case: CaseFile, left: str, right: str, judgement: Judgement, reason: str
) -> Verdict:
    """Write down a person's verdict on two records of a case. The one before it stays, superseded."""
    known = {record.ref for record in contacts.known(office, case).findings.records}
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
    return _kept(office, case, _order(left, right), judgement, reason)


def undo(office: Office, case: CaseFile, left: str, right: str, reason: str) -> Verdict:
    """Take back the last verdict on two records that stands, whoever gave it: the one before counts again.

    Nothing is overwritten: it is a verdict of its own, which names the one that it takes back. Raises
    WrongUse when there is none.
    """
    pair = _order(left, right)
    history = [
        one
        for one in standing(office.store.notes.given(case))
        if (one.verdict.left, one.verdict.right) == pair
    ]
    if not history:
        raise WrongUse(
            N_("There is no verdict on these two records to take back"),
            N_("See the verdicts of the case with: tracer judge CASE (without more)."),
        )
    before = history[-2].verdict.judgement if len(history) > 1 else Judgement.UNSURE
    return _kept(office, case, pair, before, reason, undoes=history[-1].entry)


def standing(given: Sequence[Given]) -> list[Given]:
    """Give the verdicts that nobody took back, the oldest first, without those that only took others back."""
    gone = {one.undoes for one in given if one.undoes}
    return [one for one in given if not one.undoes and one.entry not in gone]


def compared(office: Office, cases: Iterable[CaseFile]) -> Agreement:
    """Say how far reviewers agree on the pairs of these cases that several of them judged. The left record of
    a disagreement stands behind its case and a line feed: the same two may have been judged in two cases."""
    return agreement(
        (
            f"{case.client}/{case.number}\n{one.verdict.left}",
            f"{case.client}/{case.number}\n{one.verdict.right}",
            one.verdict.by,
            one.verdict.judgement,
        )
        for case in cases
        if case.key is not None
        for one in standing(office.store.notes.given(case))
    )


def _kept(
    office: Office,
    case: CaseFile,
    pair: tuple[str, str],
    judgement: Judgement,
    reason: str,
    undoes: int = 0,
) -> Verdict:
    left, right = pair
    entry = office.write(
        "verdict",
        case=case,
        about=undoes or None,
        body={
            "left": case.unsealed.pseudonym("record", left),
            "right": case.unsealed.pseudonym("record", right),
            "judgement": str(judgement),
            **({"undoes": undoes} if undoes else {}),
        },
    )
    verdict = Verdict(left=left, right=right, judgement=judgement, by=office.actor, at=office.clock())
    office.store.notes.judge(case, verdict, reason, entry.seq, undoes)
    return verdict


def records(office: Office, case: CaseFile) -> tuple[Record, ...]:
    """Give the records known of a case, by reference."""
    return tuple(sorted(contacts.known(office, case).findings.records, key=lambda record: record.ref))


def _order(left: str, right: str) -> tuple[str, str]:
    return (left, right) if left <= right else (right, left)
