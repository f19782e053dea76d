"""The reviewer's eyes: a sample nobody chose, patterns worth a look, and his conclusions in the log.

A review reads the log and is written in it: that a sample was drawn, from which head, and what somebody
concluded of each. Nobody concludes on himself.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NoReturn

import numpy as np

from tracer.desk.office import STORE_NAME, Office
from tracer.desk.reasons import coded
from tracer.desk.review_staff import Compared, compare
from tracer.errors import Refused, WrongUse
from tracer.log import PATIENCE, Entry
from tracer.log.columns import ASSIGNED, CALLS, REVEAL, Columns, Flags, load
from tracer.log.entry import JSON
from tracer.log.flags import Flag, Habits, before
from tracer.log.patterns import find, in_order, uncalled
from tracer.log.sample import Sample, draw, places_of
from tracer.log.vocabulary import ENDINGS, TOKEN
from tracer.words import N_

CONCLUSIONS = ("fine", "follow-up", "breach")
ASSURANCE, TOLERABLE = 95.0, 5.0  # percent: what attribute sampling tables begin with
_CALLED = 20_000  # cases whose call notes are looked for in the store: calls that came in files


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """What somebody concluded of an entry or a pattern, and the entry that says so."""

    conclusion: str = field(repr=False)
    by: str = field(repr=False)
    at: dt.datetime
    reason: str = field(repr=False)
    entry: int
    last: int  # the last entry he had before him


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampled:
    """One look-up of the sample with what an auditor asks of it (shared/reference/law.md §2.5).

    ``placed`` tells whether the debt was placed by that day; None where the case is not known any more.
    ``calls`` and ``reveals`` are what was done on the case afterwards. ``own`` is the reviewer's own.
    """

    seq: int
    why: str
    at: dt.datetime
    actor: str
    case: str = field(repr=False)
    source: str
    purpose: str
    outcome: str
    # Client, authorisation, role, fields sent, as the entry has them.
    said: Mapping[str, object] = field(repr=False)
    agreement: str
    state: str
    batch: int | None
    placed_on: dt.date | None
    placed: bool | None
    assigned_to: str
    reveals: int
    calls: int
    ending: int
    own: bool
    concluded: Conclusion | None
    number: str = field(repr=False)  # the client's number for the case: only where it was asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A pattern, and what was concluded of it. ``more`` tells whether entries were added since."""

    flag: Flag
    own: bool
    concluded: Conclusion | None
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A sample and the patterns, both of the first ``sample.size`` entries; ``entry`` says it was drawn.

    ``drawn_before`` is how often samples were drawn up to now: who draws until he likes one is seen.
    """

    sample: Sample
    lookups: tuple[Sampled, ...]
    flags: tuple[Seen, ...]
    compared: Compared
    staff_known: bool
    drawn_before: int
    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The days a review is of, both included, in the house's zone; None is open."""

    since: dt.date | None = None
    until: dt.date | None = None

    def milliseconds(self, zone: dt.tzinfo) -> tuple[int, int]:
        """Give the first moment of it and the first after it."""
        first = _start(self.since, zone) if self.since else 0
        end = _start(self.until + dt.timedelta(days=1), zone) if self.until else 2**62
        return first, end


def propose(
    office: Office,
    *,
    assurance: float = ASSURANCE,
    tolerable: float = TOLERABLE,
    period: Period | None = None,
    size: int | None = None,
    numbers: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Review:
    """Draw a sample and find the patterns; writes ``review_drawn``.

    With ``size`` the sample is the one that the log's head of so many entries decides: an earlier sample,
    drawn again. ``numbers`` names the cases by their client's number too. Raises WrongUse for figures that
    cannot be, and for a size the log never had.
    """
    if not (0 < assurance < 100 and 0 < tolerable < 100):
        raise WrongUse(
            N_("Assurance and tolerable share are percentages between 0 and 100"),
            N_("For example: --assurance 95 --tolerable 5"),
        )
    head = office.log.head()
    if size is not None and not 1 <= size <= head.size:
        raise WrongUse(
            N_("The log has {size} entries"), N_("Name one of its earlier sizes with --at."), size=head.size
        )
    size = size or head.size
    root = office.log.root(size)
    log = _columns(office, size, progress)
    since, end = (period or Period()).milliseconds(office.config.zone)
    log = log.picked(log.at < end)
    population = log.picked(log.lookups() & (log.at >= since))
    sample = draw(population, size=size, root=root, assurance=assurance, tolerable=tolerable)
    flags, compared = _flags(office, log, since)
    concluded = _concluded(office)
    entry = office.write(
        "review_drawn",
        body={
            "size": min(size, 99_999_999),
            "root": root.hex(),
            "assurance": f"{assurance:g}",
            "tolerable": f"{tolerable:g}",
            "rows": len(sample.drawn),
            "found": len(flags),
            "first": sample.drawn[0].seq if sample.drawn else None,
            "last": sample.drawn[-1].seq if sample.drawn else None,
        },
    )
    return Review(
        sample=sample,
        lookups=tuple(_sampled(office, log, sample, concluded, numbers)),
        flags=tuple(_seen(office, one, concluded) for one in flags),
        compared=compared,
        staff_known=office.config.review.staff is not None,
        drawn_before=sum(1 for one in office.log.entries(event="review_drawn") if one.seq < entry.seq),
        entry=entry.seq,
    )


def conclude(office: Office, what: str, conclusion: str, reason: str) -> Entry:
    """Write what was concluded of an entry (its number) or of a pattern (its flag).

    Raises WrongUse for what is not there; Refused, which is written too, when the entries are the reviewer's
    own or the house names others as reviewers.
    """
    if conclusion not in CONCLUSIONS:
        raise WrongUse(
            N_("There is no conclusion {conclusion}"),
            N_("Use one of: {known}"),
            conclusion=conclusion[:20],
            known=", ".join(CONCLUSIONS),
        )
    reason = coded(reason, "--reason")
    reviewers = office.config.review.reviewers
    if reviewers and office.actor not in reviewers:
        _no(office, "not_a_reviewer", N_("Reviews are concluded by those whom the configuration names"))
    if what.isascii() and what.isdigit() and len(what) < 16:
        entry = office.log.entry(int(what)) if int(what) else None
        if entry is None:
            raise WrongUse(N_("There is no entry {seq}"), N_("tracer log review names them."), seq=what)
        actor, about = entry.actor, entry.seq
        body: dict[str, JSON] = {"last": entry.seq}
    else:
        one = _flag(office, what)
        actor, about = one.actor, one.entries[0]
        body = {"pattern": one.pattern, "flag": one.id, "last": one.last, "rows": one.count}
    if actor == office.actor:
        _no(office, "own_entries", N_("Nobody reviews his own entries"))
    return office.write("reviewed", about=about, body={"conclusion": conclusion, "reason": reason, **body})


def _no(office: Office, why: str, sentence: str) -> NoReturn:
    office.write("refused", body={"operation": "review", "reason": why})
    raise Refused(sentence, N_("Somebody else concludes this one."))


def _flag(office: Office, name: str) -> Flag:
    if TOKEN.fullmatch(name):
        flags, _ = _flags(office, _columns(office, office.log.head().size, None), 0)
        for one in flags:
            if one.id == name:
                return one
    raise WrongUse(
        N_("There is no such pattern or entry to conclude on"),
        N_("tracer log review names them: the number of an entry, or flag_ and letters."),
    )


def _columns(office: Office, size: int, progress: Callable[[int, int], None] | None) -> Columns:
    return load(
        office.home / STORE_NAME,
        size=size,
        patience=PATIENCE,
        name=office.log.staff.name,
        progress=(lambda done: progress(done, size)) if progress else None,
    )


def habits(office: Office) -> Habits:
    """What the configuration says is usual."""
    said = office.config.review
    opens, closes = said.hours
    return Habits(
        zone=office.config.zone,
        opens=opens,
        closes=closes,
        days=said.weekdays,
        people=said.people,
        minutes=said.minutes,
        rephrased_minutes=said.rephrased_minutes,
        call_within_days=said.call_within_days,
        whole_portfolio=said.whole_portfolio,
        reviewers=said.reviewers,
    )


def _flags(office: Office, log: Columns, since: int) -> tuple[tuple[Flag, ...], Compared]:
    usual = habits(office)
    now = int(office.clock().timestamp() * 1000)
    called = _called(office, log, uncalled(log, since, now, usual))
    compared = compare(office, log.picked(log.at >= since))
    found = find(log, usual, since=since, now=now, called=called)
    return in_order([*found, *compared.flags]), compared


def _called(office: Office, log: Columns, lone: Flags) -> dict[str, tuple[int, ...]]:
    """Calls that came in files are no entries of a case; the store has their times, of returned cases too."""
    found = {}
    for code in np.unique(log.case[lone])[:_CALLED].tolist():
        case = office.store.cases.by_pseudonym(log.words[code])
        if case is not None:
            found[case.id] = log.words[code]
    return {
        found[case_id]: tuple(_milliseconds(outcome.at) for outcome in outcomes)
        for case_id, outcomes in office.store.notes.states(list(found))
    }


def _milliseconds(at: dt.datetime) -> int:
    # The store keeps UTC and gives it back without saying so.
    return int((at if at.tzinfo else at.replace(tzinfo=dt.UTC)).timestamp() * 1000)


def _sampled(
    office: Office,
    log: Columns,
    sample: Sample,
    concluded: Mapping[str, Conclusion],
    numbers: bool,
) -> Iterable[Sampled]:
    places = places_of(log, [one.seq for one in sample.drawn])
    assigned = before(log, log.of(ASSIGNED), places)
    calls, reveals = log.of(*CALLS), log.of(REVEAL)
    for one, place, given in zip(sample.drawn, places.tolist(), assigned.tolist(), strict=True):
        entry = office.log.entry(one.seq)
        assert entry is not None
        ending = next((other for other in office.log.entries(about=one.seq) if other.event in ENDINGS), None)
        case = office.store.cases.by_pseudonym(entry.case) if entry.case else None
        client = office.config.clients.get(str(entry.body.get("client") or ""))
        later = (log.case == log.case[place]) & (log.seq > one.seq)
        day = entry.at.astimezone(office.config.zone).date()
        placed_on = case.placed_on if case else None
        yield Sampled(
            seq=one.seq,
            why=one.why,
            at=entry.at,
            actor=entry.actor,
            case=entry.case,
            source=entry.source,
            purpose=entry.purpose,
            outcome=ending.outcome if ending else "",
            said={
                name: entry.body[name]
                for name in (
                    "client",
                    "agreement",
                    "authorisation",
                    "role",
                    "fields_sent",
                    "channel",
                    "price",
                )
                if entry.body.get(name) is not None
            },
            # As configured today: the entry holds the digest of the configuration that decided then.
            agreement=client.agreement if client else "",
            state=case.state if case else "",
            batch=case.batch if case else None,
            placed_on=placed_on,
            placed=placed_on <= day if placed_on else None,
            assigned_to=log.words[int(log.to[given])] if given >= 0 else "",
            reveals=int((later & reveals).sum()),
            calls=int((later & calls).sum()),
            ending=ending.seq if ending else 0,
            own=entry.actor == office.actor,
            concluded=concluded.get(str(one.seq)),
            number=case.number if case and numbers else "",
        )


def _concluded(office: Office) -> dict[str, Conclusion]:
    """The latest conclusion of each entry (by number) and each pattern (by flag)."""
    found: dict[str, Conclusion] = {}
    for entry in office.log.entries(event="reviewed"):
        last = entry.body.get("last")
        found[str(entry.body.get("flag") or entry.about)] = Conclusion(
            conclusion=str(entry.body.get("conclusion") or ""),
            by=entry.actor,
            at=entry.at,
            reason=str(entry.body.get("reason") or ""),
            entry=entry.seq,
            last=last if isinstance(last, int) else 0,
        )
    return found


def _seen(office: Office, one: Flag, concluded: Mapping[str, Conclusion]) -> Seen:
    known = concluded.get(one.id)
    return Seen(
        flag=one,
        own=one.actor == office.actor,
        concluded=known,
        more=known is not None and one.last > known.last,
    )


def open_work(review: Review) -> Counter[str]:
    """How many of the sample and of the patterns nobody has concluded on yet."""
    return Counter(
        lookups=sum(one.concluded is None for one in review.lookups),
        patterns=sum(one.concluded is None or one.more for one in review.flags),
    )


def _start(day: dt.date, zone: dt.tzinfo) -> int:
    return int(dt.datetime.combine(day, dt.time(), zone).timestamp() * 1000)
