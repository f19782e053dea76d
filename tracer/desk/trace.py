"""Tracing: every look-up a case may have, in the order of the configuration, each through the one door.

Many cases at once; each source is held to its own rate, concurrency and budget by the gateway. What was
answered within its time of freshness is not asked again, so an interrupted run goes on where it stopped.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from graph import inuse
from graph.model import (
    Advice,
    NumberEvidence,
    Party,
    Phone,
    Record,
    Role,
    StatedUser,
)
from sources.contract import Outcome, Source, Subject
from tracer.config import SourceSettings
from tracer.desk import contacts
from tracer.desk.keeper import Keeper
from tracer.desk.life import overlap
from tracer.desk.office import Office
from tracer.desk.rows import OWN_TABLES, DeskRows
from tracer.errors import TracerError, WrongUse
from tracer.gateway import CaseFacts, Gateway, Lookup, LookupRequest, SubjectFacts, Timing, network
from tracer.plugins import load as load_sources
from tracer.policy import Policy
from tracer.rows import Tables, Together
from tracer.store.cases import OPEN, CaseFile
from tracer.store.evidence import Findings, LookupDone
from tracer.words import N_

# Cases in work at a time: enough to keep every source busy, few enough that a stop loses little.
AT_ONCE = 32
# Not worth asking again soon: the answer would be the same.
SETTLED = frozenset({Outcome.ANSWERED, Outcome.NO_RECORD, Outcome.NOT_SERVED, Outcome.PRECONDITION_FAILED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One look-up of a trace: what came of it and why, if policy said no."""

    source: str
    outcome: Outcome
    entry: int
    price: int | None
    refusal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTrace:
    """What a trace did for one case. ``skipped`` look-ups were answered before and are still fresh."""

    case: str = field(repr=False)
    client: str
    lookups: tuple[Asked, ...]
    skipped: int
    linked: int
    stopped: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceReport:
    """What a trace did: the cases, look-ups by outcome, the price in minor units, and broken sources."""

    cases: tuple[CaseTrace, ...]
    outcomes: Mapping[str, int]
    spent: int
    unknown_price: int
    broken: Mapping[str, str]
    interrupted: bool = False

    @property
    def refusals(self) -> tuple[str, ...]:
        """Why policy said no, each reason once."""
        return tuple(
            dict.fromkeys(asked.refusal for case in self.cases for asked in case.lookups if asked.refusal)
        )


@dataclass(slots=True)
class _Plan:
    purpose: str
    chosen: tuple[tuple[SourceSettings, Source], ...]
    max_cost: int | None
    again: bool
    spent: int = 0

    def of(self, subject: Subject) -> list[tuple[SourceSettings, Source]]:
        """The chosen sources whose look-ups are about ``subject``."""
        return [pair for pair in self.chosen if pair[1].terms.subject is subject]


@dataclass(slots=True)
class _Begun:
    """A case whose own look-ups are made; ``done`` are the earlier ones by source and subject."""

    done: Mapping[tuple[str, str], dt.datetime] = field(repr=False)
    asked: list[Asked] = field(default_factory=list)
    skipped: int = 0


class Tracer:
    """One run over some cases. Use :func:`trace`."""

    def __init__(self, office: Office, gateway: Gateway, keeper: Keeper, plan: _Plan) -> None:
        self._office = office
        self._gateway = gateway
        self._keeper = keeper
        self._plan = plan

    async def about_case(self, case: CaseFile) -> _Begun:
        """Make the look-ups about the case itself."""
        begun = _Begun(done={} if self._plan.again else self._settled(case))
        about: SubjectFacts | None = None
        for settings, source in self._plan.of(Subject.CASE):
            if self._fresh(begun.done, settings.id, "", source.terms.fresh_for):
                begun.skipped += 1
                continue
            about = about or _about_case(self._office, case)
            begun.asked.append(await self._ask(case, settings, source, about, ""))
        await self._keeper.flushed(case.id)
        return begun

    async def about_numbers(self, case: CaseFile, begun: _Begun) -> CaseTrace:
        """Make the look-ups about the numbers that the case's own, and those of linked cases, brought."""
        linked, stopped = 0, ""
        # 碰案 serves a look-up: where none may be made, other cases are not searched either.
        if case.state == OPEN and self._plan.purpose:
            found = await asyncio.to_thread(overlap, self._office, case, self._plan.purpose)
            linked = len(found.linked) if found else 0
        numbers = self._plan.of(Subject.NUMBER)
        for subject, token in await asyncio.to_thread(self._worth_asking, case) if numbers else ():
            for settings, source in numbers:
                if self._fresh(begun.done, settings.id, token, source.terms.fresh_for):
                    begun.skipped += 1
                    continue
                if self._over(settings):
                    stopped = "max_cost"
                    break
                begun.asked.append(await self._ask(case, settings, source, subject, token))
        await self._keeper.flushed(case.id)
        return CaseTrace(
            case=case.number,
            client=case.client,
            lookups=tuple(begun.asked),
            skipped=begun.skipped,
            linked=linked,
            stopped=stopped,
        )

    def _over(self, settings: SourceSettings) -> bool:
        limit = self._plan.max_cost
        return limit is not None and settings.price > 0 and self._plan.spent + settings.price > limit

    def _settled(self, case: CaseFile) -> dict[tuple[str, str], dt.datetime]:
        return {
            (one.source, one.subject): one.at
            for one in self._office.store.evidence.lookups(case)
            if one.outcome in SETTLED
        }

    def _fresh(
        self, done: Mapping[tuple[str, str], dt.datetime], source: str, token: str, good_for: dt.timedelta
    ) -> bool:
        at = done.get((source, token))
        return at is not None and self._office.clock() - at < good_for

    async def _ask(
        self, case: CaseFile, settings: SourceSettings, source: Source, subject: SubjectFacts, token: str
    ) -> Asked:
        # Reserved before it is asked: two cases at once must not both spend the last of the budget.
        self._plan.spent += settings.price
        lookup = await self._gateway.lookup(
            LookupRequest(
                source=source,
                settings=settings,
                case=CaseFacts(
                    ref=case.pseudonym,
                    client=case.client,
                    open=case.state == OPEN,
                    pseudonym=case.unsealed.pseudonym,
                    token=case.pseudonym,
                ),
                subject=subject,
                actor=self._office.actor,
                purpose=self._plan.purpose,
            )
        )
        self._plan.spent += (lookup.spent or 0) - settings.price
        if lookup.outcome is not Outcome.REFUSED and lookup.decision.allowed:
            await self._keeper.keep(
                case, _done(lookup, settings, token, self._office.clock()), _findings(lookup)
            )
        return Asked(
            source=settings.id,
            outcome=lookup.outcome,
            entry=lookup.entries[0] if lookup.entries else 0,
            price=lookup.spent,
            refusal="" if lookup.decision.allowed else lookup.decision.shown(),
        )

    def _worth_asking(self, case: CaseFile) -> list[tuple[SubjectFacts, str]]:
        """The debtor's own candidate numbers, likeliest first, each with what a carrier would be told.

        Numbers of third parties, barred numbers and masked ones are never asked about.
        """
        seen = contacts.known(self._office, case)
        resolution = contacts.persons(seen)
        pieces = contacts.evidence(seen, resolution)
        by_phone = {piece.phone.key: piece for piece in pieces}
        debtor = _debtor(seen.findings.records, case.pseudonym)
        found = []
        for ranked in inuse.rank(pieces, self._office.today()).numbers:
            piece = by_phone[ranked.phone.key]
            if ranked.phone.masked or ranked.barred or ranked.phone.extension or not _own(piece):
                continue
            if ranked.advice is Advice.SKIP and any(
                outcome.party is Party.WRONG_PARTY for outcome in piece.outcomes
            ):
                continue
            found.append(
                (
                    _about_number(case, debtor, ranked.phone, piece, self._office.today()),
                    self._office.store.notes.number_token(case, ranked.phone),
                )
            )
        return found


async def _run(
    office: Office,
    cases: Sequence[CaseFile],
    plan: _Plan,
    progress: Callable[[int, int], None] | None,
) -> TraceReport:
    results: list[CaseTrace] = []
    interrupted = False
    own = DeskRows(office.store)
    rows = Together(dict.fromkeys(OWN_TABLES, own), Tables(office.config.tables))
    async with (
        Gateway(
            policy=Policy(office.config),
            log=office.log,
            http=network(),
            rows=rows,
            timing=Timing(now=office.clock),
        ) as gateway,
        Keeper(office.store) as keeper,
    ):
        tracer = Tracer(office, gateway, keeper, plan)
        begun: dict[int, _Begun] = {}

        async def first(case: CaseFile) -> None:
            begun[case.id] = await tracer.about_case(case)

        async def second(case: CaseFile) -> None:
            results.append(await tracer.about_numbers(case, begun[case.id]))
            if progress:
                progress(len(results), len(cases))

        try:
            # In two rounds: what a case may use of another must not depend on which was traced first.
            for round_ in (first, second):
                await _many(cases, round_)
        except ExceptionGroup as group:
            # Cases in work fail of one cause (the log cannot be written): it is said once, as what it is.
            known, _ = group.split(TracerError)
            raise _first(known or group) from group
        except asyncio.CancelledError:
            # Ctrl-C: what was asked has its ending (the gateway saw to it), what was found is kept.
            interrupted = True
        broken = dict(gateway.stopped)
    outcomes = Counter(str(asked.outcome) for case in results for asked in case.lookups)
    prices = [asked.price for case in results for asked in case.lookups]
    # Two clients may use one number: only both together name a case.
    order = {(case.client, case.number): place for place, case in enumerate(cases)}
    return TraceReport(
        cases=tuple(sorted(results, key=lambda one: order[one.client, one.case])),
        outcomes=dict(sorted(outcomes.items())),
        spent=sum(price for price in prices if price is not None),
        unknown_price=sum(price is None for price in prices),
        broken=broken,
        interrupted=interrupted,
    )


async def _many(cases: Sequence[CaseFile], do: Callable[[CaseFile], Awaitable[None]]) -> None:
    """Do something for every case, some at a time."""
    queue = iter(cases)

    async def worker() -> None:
        for case in queue:
            await do(case)

    async with asyncio.TaskGroup() as group:
        for _ in range(min(AT_ONCE, len(cases))):
            group.create_task(worker())


def _first(error: Exception) -> Exception:
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error


def trace(
    office: Office,
    cases: Sequence[CaseFile],
    purpose: str,
    *,
    only: Sequence[str] | None = None,
    max_cost: int | None = None,
    again: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> TraceReport:
    """Make the look-ups of ``cases`` for ``purpose``; every one is decided and logged before it is made.

    ``only`` names the sources to use (all configured ones otherwise), ``max_cost`` bounds the price in minor
    units, ``again`` asks even what is still fresh. Raises WrongUse for an unknown source, LogUnavailable when
    nothing may be asked because nothing can be logged.
    """
    chosen = _chosen(office, only)
    loaded = load_sources(office.config.model_copy(update={"sources": tuple(chosen)}))
    plan = _Plan(
        purpose=purpose,
        chosen=tuple((settings, loaded[settings.id]) for settings in chosen),
        max_cost=max_cost,
        again=again,
    )
    return asyncio.run(_run(office, cases, plan, progress))


def _chosen(office: Office, only: Sequence[str] | None) -> list[SourceSettings]:
    known = {settings.id: settings for settings in office.config.sources}
    if not known:
        raise WrongUse(
            N_("No source is configured, so nothing may be asked"),
            N_("Add a [[sources]] section for each source you may use: see config.example.toml."),
        )
    for name in only or ():
        if name not in known:
            raise WrongUse(
                N_("There is no source {name} in the configuration"),
                N_("Known: {known}"),
                name=name,
                known=", ".join(known),
            )
    return [settings for name, settings in known.items() if not only or name in only]


def _about_case(office: Office, case: CaseFile) -> SubjectFacts:
    debtor = next(
        (record for record, _ in office.store.evidence.people(case) if record.role is Role.DEBTOR), None
    )
    if debtor is None:
        return SubjectFacts(role=Role.DEBTOR, ref="debtor")
    return SubjectFacts(
        role=Role.DEBTOR,
        ref="debtor",
        name=next((name for name in debtor.names if not name.masked), None),
        ids=tuple(one for one in debtor.ids if not one.masked),
        born=debtor.born,
        address=next(iter(debtor.addresses), None),
        employer=next((one.name for one in debtor.employers), ""),
        employee_id=office.store.cases.employee_number(case),
    )


def _about_number(
    case: CaseFile, debtor: Record | None, phone: Phone, piece: NumberEvidence, today: dt.date
) -> SubjectFacts:
    return SubjectFacts(
        role=Role.DEBTOR,
        ref="debtor",
        phone=phone,
        anchor_date=anchor(piece, today),
        name=next((name for name in debtor.names if not name.masked), None) if debtor else None,
        ids=tuple(one for one in debtor.ids if not one.masked) if debtor else (),
        born=debtor.born if debtor else None,
    )


def anchor(piece: NumberEvidence, today: dt.date) -> dt.date | None:
    """The last day on which the number is documented to have been the debtor's; None when there is none.

    A wrong date fakes a recycled number (carriers.md §2.4), so only documents count: a call in which he was
    the one who answered, else the day he gave the creditor the number, else the earliest day a source says it
    had the number from him. A number of the case file that nobody can date has none, whatever others stamp.
    """
    talked = [one.at.date() for one in piece.outcomes if one.party is Party.SELF and one.at.date() < today]
    if talked:
        return max(talked)
    own = [claim for claim in piece.claims if claim.stated_user is StatedUser.DEBTOR]
    filed = [claim for claim in own if claim.source == "case_file"]
    dates = [
        day for claim in filed or own if (day := claim.first_seen or claim.date) is not None and day < today
    ]
    return min(dates, default=None)


def _own(piece: NumberEvidence) -> bool:
    return any(claim.stated_user is StatedUser.DEBTOR for claim in piece.claims) or any(
        outcome.party is Party.SELF for outcome in piece.outcomes
    )


def _debtor(records: Sequence[Record], case: str) -> Record | None:
    own = [record for record in records if record.role is Role.DEBTOR and record.case == case]
    return next(iter(own), None)


def _done(lookup: Lookup, settings: SourceSettings, token: str, at: dt.datetime) -> LookupDone:
    return LookupDone(
        entry=lookup.entries[0],
        source=settings.id,
        subject=token,
        outcome=lookup.outcome,
        at=at,
        price=lookup.spent or 0,
    )


def _findings(lookup: Lookup) -> Findings:
    answer = lookup.answer
    return Findings(records=answer.records, claims=answer.claims, facts=answer.facts)
