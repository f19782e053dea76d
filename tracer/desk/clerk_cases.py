"""The pairs of cases that a person should judge first, and their verdicts, kept and logged as ever."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from graph import inuse
from graph.block import candidate_pairs
from graph.model import Judgement, Match, Record, Verdict
from graph.resolve import Resolution, resolve, standing
from graph.weigh import match
from tracer.config import Operation
from tracer.desk import contacts, judging
from tracer.desk.clerk import BLIND_REASON, DEFAULT_REASON, Item, Line, Tell, record_lines, silent
from tracer.desk.contacts import Known
from tracer.desk.explaining import Explained, explain_records
from tracer.desk.office import Office
from tracer.errors import WrongUse
from tracer.store.cases import OPEN, CaseFile
from tracer.words import N_, _

_OPEN_TO_DOUBT = 0.005
"""How likely a verdict against what stands has to be for a pair to be asked about (judged)."""
_MOST = 40
"""The likeliest pairs of a case for which the ranking under either verdict is worked out."""
_A_PAIR = 0.1
"""What a pair of records that comes to one person, or to two, is worth beside the numbers' probabilities:
a tenth of a number that turns from surely his to surely not (judged)."""
_CONFLICT = 0.5
"""How likely a verdict against what stands is where statements contradict each other (judged)."""


@dataclass(slots=True)
class CaseBench:
    """The pairs of some cases. ``second`` gives only a ``share`` of what others have judged, for a second
    opinion that does not know the first."""

    office: Office
    cases: Sequence[CaseFile] = field(repr=False)
    reason: str = field(default="", repr=False)
    blind: bool = False
    second: bool = False
    share: float = 0.1

    def queue(self, tell: Tell = silent) -> tuple[Item, ...]:
        """Give the pairs to judge, the worthiest first. A returned case has none."""
        found: list[Item] = []
        for done, case in enumerate(self.cases):
            tell(done, len(self.cases))
            if case.key is not None:
                found += self._again(case) if self.second else _doubts(self.office, case)
        return _in_order(found)

    def _again(self, case: CaseFile) -> list[Item]:
        """Give the sampled pairs of a case that others judged and this person did not."""
        others: dict[tuple[str, str], set[str]] = {}
        for one in judging.standing(self.office.store.notes.given(case)):
            others.setdefault((one.verdict.left, one.verdict.right), set()).add(one.verdict.by)
        wanted = [
            pair
            for pair, by in others.items()
            if self.office.actor not in by and sampled(case.pseudonym, *pair, share=self.share)
        ]
        if not wanted:
            return []
        seen = contacts.known(self.office, case)
        refs = {record.ref for record in seen.findings.records}
        found = {(one.left, one.right): one for one in _matches(seen)}
        return [
            _item(case, found[pair], joined=False, change=1.0, worth=1.0)
            for pair in wanted
            if pair in found and set(pair) <= refs
        ]

    def lines(self, item: Item, *, whole: bool) -> tuple[Line, ...]:
        """Give the pair side by side."""
        seen = contacts.known(self.office, self._case(item))
        left, right = self._two(seen, item)
        matched = next(one for one in _matches(seen) if (one.left, one.right) == (item.left, item.right))
        return record_lines(left, right, matched, whole=whole)

    def explained(self, item: Item) -> Explained:
        """Give the evidence on the pair."""
        seen = contacts.known(self.office, self._case(item))
        return explain_records(seen.findings.records, item.left, item.right)

    def reveal(self, item: Item, reason: str) -> None:
        """Write in the log that the pair is shown whole. Raises Refused where policy does not allow contact
        for the case, WrongUse without a reason: whole values are for working the case."""
        case = self._case(item)
        if not reason:
            raise WrongUse(
                N_("Numbers are revealed for a reason"),
                N_("Give one with --reason, for example: --reason call"),
            )
        purpose = self.office.only_purpose(case.client)
        self.office.require(Operation.CONTACT, case.client, purpose=purpose or None, case=case)
        two = self._two(contacts.known(self.office, case), item)
        numbers = {phone.key: phone for record in two for phone in record.phones if not phone.masked}
        self.office.write(
            "reveal",
            case=case,
            purpose=purpose,
            body={
                "reason": reason,
                "fields": ["name", "id_number", "born", "phone", "address", "employer", "email"],
                "numbers": [self.office.number_name(case, one) for one in numbers.values()],
                "counts": {"records": 2},
            },
        )

    def decide(self, item: Item, judgement: Judgement) -> None:
        """Keep a verdict: in the log first, then in the store."""
        reason = self.reason or _(BLIND_REASON if self.blind or self.second else DEFAULT_REASON)
        judging.judge(self.office, self._case(item), item.left, item.right, judgement, reason)

    def follow(self, item: Item, rest: Sequence[Item]) -> tuple[Item, ...]:
        """Give what is left to judge: what the verdict settled in its case is gone, or stands elsewhere."""
        if self.second:
            return tuple(rest)
        others = [one for one in rest if one.case != item.case]
        return _in_order([*others, *_doubts(self.office, self._case(item))])

    def undo(self, item: Item) -> Judgement:
        """Take back the last verdict on the pair; gives what stands now."""
        made = judging.undo(self.office, self._case(item), item.left, item.right, _("Taken back"))
        return made.judgement

    def _case(self, item: Item) -> CaseFile:
        return next(case for case in self.cases if _name(case) == item.case)

    def _two(self, seen: Known, item: Item) -> tuple[Record, Record]:
        records = {record.ref: record for record in seen.findings.records}
        return records[item.left], records[item.right]


def _in_order(found: list[Item]) -> tuple[Item, ...]:
    return tuple(sorted(found, key=lambda one: (-one.worth, one.case, one.left, one.right)))


def sampled(*names: str, share: float) -> bool:
    """Tell whether a pair is in the sample: by its names, so that it is the same sample every day."""
    digest = sha256("\n".join(names).encode()).digest()
    return int.from_bytes(digest[:8], "big") < share * 2**64


def _name(case: CaseFile) -> str:
    return f"{case.client}/{case.number}"


def _matches(seen: Known) -> tuple[Match, ...]:
    return match(seen.findings.records, candidate_pairs(seen.findings.records))


def _item(case: CaseFile, one: Match, *, joined: bool, change: float, worth: float) -> Item:
    return Item(
        case=_name(case),
        left=one.left,
        right=one.right,
        bits=one.bits,
        p=one.p,
        joined=joined,
        change=change,
        worth=worth,
    )


def _doubts(office: Office, case: CaseFile) -> list[Item]:
    """Give the pairs of a case with what a verdict against what stands is expected to change: the
    probabilities of the debtor's numbers, summed, and which records are one person."""
    seen = contacts.known(office, case)
    matches = _matches(seen)
    # Who was unsure is not asked again; a verdict that was taken back is.
    judged = set(standing(seen.verdicts)[0])
    judged |= {
        (one.verdict.left, one.verdict.right)
        for one in judging.standing(office.store.notes.given(case))
        if one.verdict.judgement is Judgement.UNSURE
    }
    now = resolve(seen.findings.records, matches, seen.verdicts)
    person = {ref: one.id for one in now.persons for ref in one.records}
    conflicts = {(one.left, one.right) for one in now.conflicts}
    likely = []
    for one in matches:
        pair = (one.left, one.right)
        if pair in judged:
            continue
        joined = person[one.left] == person[one.right]
        against = max(1.0 - one.p if joined else one.p, _CONFLICT if pair in conflicts else 0.0)
        if against >= _OPEN_TO_DOUBT:
            likely.append((against, joined, one))
    likely.sort(key=lambda one: (-one[0], one[2].left, one[2].right))
    if not likely:
        return []
    ranked = _chances(office, seen, now)
    found = []
    for against, joined, one in likely[:_MOST]:
        other = resolve(seen.findings.records, matches, (*seen.verdicts, _verdict(office, one, joined)))
        change = _moved(ranked, _chances(office, seen, other)) + _A_PAIR * len(_pairs(now) ^ _pairs(other))
        found.append(_item(case, one, joined=joined, change=change, worth=against * change))
    return [one for one in found if one.change > 0.0]


def _verdict(office: Office, one: Match, joined: bool) -> Verdict:
    said = Judgement.DIFFERENT if joined else Judgement.SAME
    return Verdict(left=one.left, right=one.right, judgement=said, by="", at=office.clock())


def _chances(office: Office, seen: Known, resolution: Resolution) -> dict[str, float]:
    ranking = inuse.rank(contacts.evidence(seen, resolution), office.today())
    return {one.phone.key: one.p for one in ranking.numbers}


def _moved(before: dict[str, float], after: dict[str, float]) -> float:
    return sum(abs(before.get(key, 0.0) - after.get(key, 0.0)) for key in before.keys() | after.keys())


def _pairs(resolution: Resolution) -> set[tuple[str, str]]:
    return {(a, b) for one in resolution.persons for a in one.records for b in one.records if a < b}


def chosen(office: Office, case: str = "", client: str | None = None) -> tuple[CaseFile, ...]:
    """Give the case a person means, or all open ones, of one client if he says so."""
    if case:
        return (office.case(case),)
    return tuple(office.store.cases.listed(client=client, state=OPEN))


def having(office: Office, left: str, right: str) -> str:
    """Give the first case that knows both records, as a person names it. Raises WrongUse when none does."""
    for case in office.store.cases.listed():
        if case.key is not None:
            refs = {record.ref for record in contacts.known(office, case).findings.records}
            if {left, right} <= refs:
                return _name(case)
    raise WrongUse(
        N_("No case has both of these records"),
        N_("See the records of a case with: tracer judge CASE (without more)."),
    )
