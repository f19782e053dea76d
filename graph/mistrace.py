"""The mistrace alarm (误修复): two identities compete for one debtor, or what is his fits another better.

Resolution joins the strongest link and leaves the weaker one: a best guess. Where the two are nearly as
strong a guess would ring a stranger, so the case is marked instead, for a person to decide.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from graph.forms import sound_ids, two_persons
from graph.model import Judgement, Match, Person, Record, Role

Pair = tuple[str, str]

TWO_IDENTITIES = "mistrace.two_identities"
FITS_ANOTHER = "mistrace.fits_another"
ABOUT_AS_WELL = 6.0
"""Bits by which one identity must fit a case better than another before the better one is believed: one in
64, what the prior of one case's debtor is worth. Judged."""
FITS = 8.0
"""Bits of evidence, without any prior, from which two records speak of one identity: a full name of the
commoner sort, or a mobile. Judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Records ``left`` (of the debtor of ``case``) and ``right`` do not go together as they stand.

    ``two_identities``: both are said to be this debtor, or fit him about as well, and are two persons.
    ``fits_another``: ``left`` is held to be the debtor's and fits ``right``, another person's, better, by
    ``bits``.
    """

    code: str
    case: str
    left: str
    right: str
    bits: float

    def __repr__(self) -> str:
        return f"Alarm({self.code}: {self.left}, {self.right})"


def alarms(
    records: Sequence[Record],
    persons: Sequence[Person],
    matches: Iterable[Match],
    verdicts: Mapping[Pair, Judgement],
) -> tuple[Alarm, ...]:
    """Give the alarms of every case among these records, sorted. Pairs that a person judged raise none."""
    of = {ref: person.id for person in persons for ref in person.records}
    by_ref = {record.ref: record for record in records}
    fit: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for match in matches:
        bits = sum(reason.bits for reason in match.reasons if reason.code != "prior")
        fit[match.left][match.right] = fit[match.right][match.left] = bits
    cases: defaultdict[str, list[str]] = defaultdict(list)
    for record in records:
        if record.role is Role.DEBTOR and record.case:
            cases[record.case].append(record.ref)
    found: list[Alarm] = []
    for case, refs in cases.items():
        counts: defaultdict[str, int] = defaultdict(int)
        for ref in refs:
            counts[of[ref]] += 1
        debtor = min(counts, key=lambda person: (-counts[person], person))
        found += _two_identities(case, refs, debtor, of, by_ref, fit, verdicts)
        found += _fits_another(case, debtor, of, by_ref, fit, verdicts)
    return tuple(sorted(set(found), key=lambda one: (one.case, one.code, one.left, one.right)))


def _two_identities(
    case: str,
    refs: Sequence[str],
    debtor: str,
    of: Mapping[str, str],
    by_ref: Mapping[str, Record],
    fit: Mapping[str, Mapping[str, float]],
    verdicts: Mapping[Pair, Judgement],
) -> list[Alarm]:
    """Find other persons that fit the debtor's own records about as well as what was joined to him."""
    mine = sorted(ref for ref in refs if of[ref] == debtor)
    # Two sources speak of this case's debtor and mean two persons.
    found = [
        Alarm(
            code=TWO_IDENTITIES,
            case=case,
            left=mine[0],
            right=ref,
            bits=max((fit[ref].get(own, 0.0) for own in mine), default=0.0),
        )
        for ref in sorted(refs)
        if of[ref] != debtor and not any(_pair(ref, own) in verdicts for own in mine)
    ]
    for own in mine:
        joined = {ref: bits for ref, bits in fit[own].items() if of.get(ref) == debtor}
        rivals = {
            ref: bits
            for ref, bits in fit[own].items()
            if of.get(ref, debtor) != debtor and bits >= FITS and _pair(own, ref) not in verdicts
        }
        for ref, bits in rivals.items():
            against = [
                (other, best)
                for other, best in joined.items()
                if _apart(by_ref[ref], by_ref[other]) and _pair(own, other) not in verdicts
            ]
            if any(best - bits < ABOUT_AS_WELL for _other, best in against):
                found.append(Alarm(code=TWO_IDENTITIES, case=case, left=own, right=ref, bits=bits))
    return found


def _fits_another(
    case: str,
    debtor: str,
    of: Mapping[str, str],
    by_ref: Mapping[str, Record],
    fit: Mapping[str, Mapping[str, float]],
    verdicts: Mapping[Pair, Judgement],
) -> list[Alarm]:
    """Find records held to be the debtor's that fit a record of somebody else better."""
    found = []
    for ref, person in of.items():
        if person != debtor or ref not in by_ref:
            continue
        own = [other for other in fit[ref] if of.get(other) == debtor]
        if not own or any(_pair(ref, other) in verdicts for other in own):
            continue
        here = max(fit[ref][other] for other in own)
        for other, bits in fit[ref].items():
            if of.get(other, debtor) == debtor or _pair(ref, other) in verdicts:
                continue
            if bits >= FITS and bits - here >= ABOUT_AS_WELL:
                found.append(Alarm(code=FITS_ANOTHER, case=case, left=ref, right=other, bits=bits - here))
    return found


def _apart(left: Record, right: Record) -> bool:
    """Tell whether the ids of two records say two persons, so that only one of them can be the debtor."""
    return two_persons(sound_ids(left), sound_ids(right))


def _pair(left: str, right: str) -> Pair:
    return (left, right) if left < right else (right, left)
