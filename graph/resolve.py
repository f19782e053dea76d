"""Matches and human verdicts → persons.

Verdicts come first. DIFFERENT is never bridged: whatever scores or other verdicts say, two records judged
different end in two persons. SAME comes next, the newest first; one that would join two records judged
different is refused and returned as a conflict. Then scores, the strongest link first, under two rules:

- two different sound ids of a kind given once in a life are never joined by a score (a SAME verdict may);
- the strongest link between two groups, less the strongest contradiction across them, must reach the
  threshold. So A–B and B–C do not chain A to C when A and C contradict each other.

The answer is a function of the sets of records, matches and verdicts: their order does not matter.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from graph.forms import sound_ids, two_persons
from graph.mistrace import Alarm, alarms
from graph.model import Judgement, Match, Person, Record, Verdict
from graph.weights import THRESHOLD, Relation

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Two statements that cannot both hold; ``left`` and ``right`` are record refs, left < right.

    Codes: ``verdicts.contradict`` a SAME verdict was refused because it would join two records judged
    DIFFERENT (``against``); ``verdicts.tie`` two judgements of one pair at one moment, read as DIFFERENT;
    ``verdicts.over_ids`` a SAME verdict stands although sound ids differ; ``scores.ids_differ`` a match above
    the threshold was refused for its ids; ``scores.chain`` one was refused because other records of the two
    groups contradict each other, or a verdict parts them (``against``, where there is one).
    """

    code: str
    left: str
    right: str
    against: tuple[Pair, ...] = ()

    def __repr__(self) -> str:
        return f"Conflict({self.code}: {self.left}, {self.right})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """The persons (every given record is in exactly one), what could not be reconciled, and the cases whose
    debtor may be somebody else than he is taken for (``graph.mistrace``)."""

    persons: tuple[Person, ...]
    conflicts: tuple[Conflict, ...]
    alarms: tuple[Alarm, ...] = ()


def resolve(
    records: Sequence[Record],
    matches: Iterable[Match],
    verdicts: Iterable[Verdict],
    *,
    threshold_bits: float = THRESHOLD,
) -> Resolution:
    """Give the persons behind the records, sorted by id, the conflicts met and the mistrace alarms, sorted.

    Verdicts on records that were not given still connect: SAME(a, x) and SAME(x, b) join a and b. Matches on
    unknown records are ignored. Of two matches of one pair the one with fewer bits counts.
    """
    groups = _Groups(records, matches, threshold_bits)
    stand = standing(verdicts)
    conflicts = groups.judge(stand)
    groups.agglomerate()
    conflicts += groups.refused()
    persons = []
    for members in groups.members.values():
        known = tuple(sorted(ref for ref in members if ref in groups.records))
        if known:
            persons.append(Person(id=known[0], records=known))
    persons.sort(key=lambda person: person.id)
    judged = {pair: verdict.judgement for pair, verdict in stand[0].items()}
    return Resolution(
        persons=tuple(persons),
        conflicts=tuple(sorted(set(conflicts), key=lambda c: (c.code, c.left, c.right, c.against))),
        alarms=alarms(records, persons, groups.matches.values(), judged),
    )


def standing(verdicts: Iterable[Verdict]) -> tuple[dict[Pair, Verdict], tuple[Conflict, ...]]:
    """Give the verdict that stands for each pair: the latest; and the ties.

    UNSURE withdraws what was said before: its pair has no standing verdict. SAME and DIFFERENT of one moment
    are a conflict, and DIFFERENT stands: a wrong merge costs more than a missed one.
    """
    by_pair: defaultdict[Pair, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        if verdict.left != verdict.right:
            by_pair[_pair(verdict.left, verdict.right)].append(verdict)
    stand: dict[Pair, Verdict] = {}
    ties = []
    order = {Judgement.DIFFERENT: 0, Judgement.UNSURE: 1, Judgement.SAME: 2}
    for pair, given in by_pair.items():
        latest = max(verdict.at for verdict in given)
        last = sorted((v for v in given if v.at == latest), key=lambda v: (order[v.judgement], v.by))
        if {Judgement.SAME, Judgement.DIFFERENT} <= {verdict.judgement for verdict in last}:
            ties.append(Conflict(code="verdicts.tie", left=pair[0], right=pair[1]))
        if last[0].judgement is not Judgement.UNSURE:
            stand[pair] = last[0]
    return stand, tuple(ties)


def contradiction(match: Match) -> float:
    """Give the bits (≤ 0) by which two records speak against being one person.

    The prior of two cases is no contradiction, only ignorance; that of one case is: its source listed them as
    two people.
    """
    declared = any(
        reason.code == "prior" and dict(reason.params).get("relation") != Relation.TWO_CASES
        for reason in match.reasons
    )
    prior = sum(reason.bits for reason in match.reasons if reason.code == "prior")
    return min(0.0, match.bits if declared else match.bits - prior)


def _pair(left: str, right: str) -> Pair:
    return (left, right) if left < right else (right, left)


class _Groups:
    """Records in groups, with what links and parts every two groups. A group is named by its smallest ref."""

    def __init__(self, records: Sequence[Record], matches: Iterable[Match], threshold: float) -> None:
        self.records = {record.ref: record for record in records}
        if len(self.records) != len(records):
            raise ValueError("two records have one ref; refs must be unique to say who is who")
        self.ids = {ref: ids for ref, record in self.records.items() if (ids := sound_ids(record))}
        self.threshold = threshold
        self.members: dict[str, set[str]] = {ref: {ref} for ref in self.records}
        self.group = {ref: ref for ref in self.records}
        self.matches: dict[Pair, Match] = {}
        for match in matches:
            pair = _pair(match.left, match.right)
            if pair[0] == pair[1] or not (pair[0] in self.records and pair[1] in self.records):
                continue
            other = self.matches.get(pair)
            if other is None or match.bits < other.bits:
                self.matches[pair] = match
        self.bits = {pair: match.bits for pair, match in self.matches.items()}
        # links[a][b] = (strongest link, strongest contradiction) between groups a and b.
        self.links: defaultdict[str, dict[str, tuple[float, float]]] = defaultdict(dict)
        for (left, right), match in self.matches.items():
            link = (self.bits[left, right], contradiction(match))
            self.links[left][right] = link
            self.links[right][left] = link
        self.apart: defaultdict[str, set[str]] = defaultdict(set)
        self.different: set[Pair] = set()

    def judge(self, stand: tuple[Mapping[Pair, Verdict], tuple[Conflict, ...]]) -> list[Conflict]:
        """Take the standing verdicts: DIFFERENT parts, then SAME joins, the newest first."""
        verdicts, ties = stand
        conflicts = list(ties)
        for pair in verdicts:
            for ref in pair:
                if ref not in self.group:
                    self.group[ref] = ref
                    self.members[ref] = {ref}
        for pair, verdict in verdicts.items():
            if verdict.judgement is Judgement.DIFFERENT:
                self.different.add(pair)
                self.apart[pair[0]].add(pair[1])
                self.apart[pair[1]].add(pair[0])
        same = [pair for pair, verdict in verdicts.items() if verdict.judgement is Judgement.SAME]
        # The newest first; of one moment by refs, so that the order they came in does not matter.
        same.sort()
        same.sort(key=lambda pair: verdicts[pair].at, reverse=True)
        for pair in same:
            left, right = self.group[pair[0]], self.group[pair[1]]
            if left == right:
                continue
            if right in self.apart[left]:
                against = self._between(left, right, self.different)
                conflicts.append(
                    Conflict(code="verdicts.contradict", left=pair[0], right=pair[1], against=against)
                )
                continue
            if self._ids_differ(left, right):
                conflicts.append(Conflict(code="verdicts.over_ids", left=pair[0], right=pair[1]))
            self._join(left, right)
        return conflicts

    def agglomerate(self) -> None:
        """Join groups by score, the strongest link less contradiction first."""
        heap: list[tuple[float, str, str]] = []
        for left, others in self.links.items():
            for right in others:
                if left < right:
                    self._offer(heap, left, right)
        heapq.heapify(heap)
        while heap:
            cost, left, right = heapq.heappop(heap)
            # An entry is stale when one of its groups is gone or its link has changed since.
            if left not in self.members or right not in self.members or -cost != self._linkage(left, right):
                continue
            if right in self.apart[left] or self._ids_differ(left, right):
                continue
            kept = self._join(left, right)
            fresh: list[tuple[float, str, str]] = []
            for other in self.links[kept]:
                self._offer(fresh, *_pair(kept, other))
            for entry in fresh:
                heapq.heappush(heap, entry)

    def refused(self) -> list[Conflict]:
        """Give the matches above the threshold whose records ended in two persons, with what stood
        between."""
        conflicts = []
        for pair, bits in self.bits.items():
            left, right = self.group[pair[0]], self.group[pair[1]]
            if bits < self.threshold or left == right or pair in self.different:
                continue
            if self._ids_differ(left, right):
                conflicts.append(Conflict(code="scores.ids_differ", left=pair[0], right=pair[1]))
                continue
            against = self._between(left, right, self.different)
            if not against:
                worst = self.links[left][right][1]
                against = tuple(
                    crossing
                    for crossing in self._between(left, right, self.matches)
                    if contradiction(self.matches[crossing]) == worst
                )
            conflicts.append(Conflict(code="scores.chain", left=pair[0], right=pair[1], against=against))
        return conflicts

    def _linkage(self, left: str, right: str) -> float:
        strongest, against = self.links[left].get(right, (float("-inf"), 0.0))
        return strongest + against

    def _offer(self, heap: list[tuple[float, str, str]], left: str, right: str) -> None:
        linkage = self._linkage(left, right)
        if linkage >= self.threshold:
            heap.append((-linkage, left, right))

    def _ids_differ(self, left: str, right: str) -> bool:
        ours = [self.ids[ref] for ref in self.members[left] if ref in self.ids]
        theirs = [self.ids[ref] for ref in self.members[right] if ref in self.ids]
        return any(two_persons(a, b) for a in ours for b in theirs)

    def _between(self, left: str, right: str, pairs: Collection[Pair]) -> tuple[Pair, ...]:
        crossing = (_pair(a, b) for a in self.members[left] for b in self.members[right])
        return tuple(sorted(pair for pair in crossing if pair in pairs))

    def _join(self, left: str, right: str) -> str:
        """Make two groups one, named by the smaller ref, and give its name."""
        kept, gone = _pair(left, right)
        for ref in self.members[gone]:
            self.group[ref] = kept
        self.members[kept] |= self.members.pop(gone)
        self.links[kept].pop(gone, None)
        for other, (strongest, against) in self.links.pop(gone, {}).items():
            self.links[other].pop(gone, None)
            if other == kept:
                continue
            old = self.links[kept].get(other, (float("-inf"), 0.0))
            link = (max(old[0], strongest), min(old[1], against))
            self.links[kept][other] = link
            self.links[other][kept] = link
        for other in self.apart.pop(gone, set()):
            self.apart[other].discard(gone)
            self.apart[other].add(kept)
            self.apart[kept].add(other)
        return kept
