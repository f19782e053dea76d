"""Tracing: every look-up a case may have, in the order of the configuration, each through the one door.

Many cases at once; each source is held to its own rate, concurrency and budget by the gateway. What was
answered within its time of freshness is not asked again, so an interrupted run goes on where it stopped.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from graph.model import LineFact, NumberEvidence, Record
from graph.plan import askable
from sources.contract import Outcome, Reply, Source, Subject
from tracer.config import SourceSettings
from tracer.config_money import Waterfall
from tracer.desk import approvals, contacts
from tracer.desk.barring import stopped
from tracer.desk.budgets import Purse
from tracer.desk.choosing import (
    about_case,
    about_number,
    anchor,
    another_answered,
    debtor_of,
    possibilities,
    rank_again,
    weigh,
    why_stopped,
)
from tracer.desk.keeper import Keeper
from tracer.desk.life import overlap
from tracer.desk.office import Office
from tracer.desk.rows import OWN_TABLES, DeskRows
from tracer.desk.trace_report import Asked, CaseTrace, TraceReport
from tracer.desk.waterfall import descend
from tracer.errors import TracerError, WrongUse
from tracer.gateway import CaseFacts, Gateway, Lookup, LookupRequest, SubjectFacts, Timing, network
from tracer.log import Draft
from tracer.plugins import load as load_sources
from tracer.rows import Tables, Together
from tracer.store.cases import OPEN, CaseFile
from tracer.store.evidence import Findings, LookupDone
from tracer.words import N_

__all__ = ["Asked", "CaseTrace", "TraceReport", "Tracer", "anchor", "trace"]

# Cases in work at a time: enough to keep every source busy, few enough that a stop loses little.
AT_ONCE = 32
# What an entry of the log may list.
_MOST_NAMED = 200


@dataclass(slots=True)
class _Plan:
    purpose: str
    chosen: tuple[tuple[SourceSettings, Source], ...]
    again: bool
    purse: Purse
    by_value: bool = False
    # Log entries up to this one were there when the run began.
    begun_at: int = 0

    def of(self, subject: Subject) -> list[tuple[SourceSettings, Source]]:
        """The chosen sources whose look-ups are about ``subject``."""
        return [pair for pair in self.chosen if pair[1].terms.subject is subject]


@dataclass(slots=True)
class _Begun:
    """A case whose own look-ups are made; ``done`` are the earlier ones by source and subject."""

    done: Mapping[tuple[str, str], tuple[dt.datetime, int]] = field(repr=False)
    # Why nothing may be looked up; read anew for each round, so that what comes in meanwhile counts soon.
    barred: frozenset[str]
    approvals: tuple[approvals.Approval, ...] = ()
    asked: list[Asked] = field(default_factory=list)
    # Entries of the answers that served instead of a question.
    hits: list[int] = field(default_factory=list)
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
        begun = _Begun(
            done={} if self._plan.again else self._settled(case),
            barred=stopped(self._office, case),
            approvals=approvals.granted(self._office, case, approvals.LOOKUP),
        )
        about: SubjectFacts | None = None
        for settings, source in self._plan.of(Subject.CASE):
            if self._fresh(begun, settings.id, "", source.terms.fresh_for):
                begun.skipped += 1
                continue
            about = about or about_case(self._office, case)
            asked, _lookup = await self._ask(case, begun, settings, source, about, "")
            begun.asked.append(asked)
        await self._keeper.flushed(case.id)
        return begun

    async def about_numbers(self, case: CaseFile, begun: _Begun) -> CaseTrace:
        """Make the look-ups about the numbers that the case's own, and those of linked cases, brought."""
        linked, ended, then = 0, "", ""
        begun.barred = stopped(self._office, case)
        # 碰案 serves a look-up: where none may be made, other cases are not searched either.
        if case.state == OPEN and self._plan.purpose:
            found = await asyncio.to_thread(overlap, self._office, case, self._plan.purpose)
            linked = len(found.linked) if found else 0
        numbers = self._plan.of(Subject.NUMBER)
        client = self._office.config.clients.get(case.client)
        if self._plan.by_value:
            ended, then = await self._by_value(case, begun)
        elif client is not None and client.waterfall is not None:
            ended = await self._waterfall(case, begun, numbers, client.waterfall)
        else:
            ended = await self._in_order(case, begun, numbers)
        await self._keeper.flushed(case.id)
        await self._reused(case, begun)
        return CaseTrace(
            case=case.number,
            client=case.client,
            lookups=tuple(begun.asked),
            skipped=begun.skipped,
            linked=linked,
            stopped=ended,
            then=then,
        )

    async def _in_order(
        self, case: CaseFile, begun: _Begun, numbers: Sequence[tuple[SourceSettings, Source]]
    ) -> str:
        """Ask in the order of the configuration; gives the limit that ended it, if one did."""
        stopped = ""
        for subject, token in await asyncio.to_thread(self._worth_asking, case) if numbers else ():
            for settings, source in numbers:
                if self._fresh(begun, settings.id, token, source.terms.fresh_for):
                    begun.skipped += 1
                    continue
                if limit := self._over(case, settings):
                    stopped = limit
                    break
                asked, _lookup = await self._ask(case, begun, settings, source, subject, token)
                begun.asked.append(asked)
        return stopped

    async def _waterfall(
        self,
        case: CaseFile,
        begun: _Begun,
        numbers: Sequence[tuple[SourceSettings, Source]],
        waterfall: Waterfall,
    ) -> str:
        """Ask in the order the client wants, until it is enough; gives why it ended."""
        pieces, _records = await asyncio.to_thread(self._gather, case)

        def fresh(pair: tuple[SourceSettings, Source], token: str) -> bool:
            there = self._fresh(begun, pair[0].id, token, pair[1].terms.fresh_for)
            begun.skipped += there
            return there

        async def ask(pair: tuple[SourceSettings, Source], number: tuple[SubjectFacts, str]) -> Lookup:
            asked, lookup = await self._ask(case, begun, *pair, *number)
            begun.asked.append(asked)
            return lookup

        async def best(lookup: Lookup | None) -> float:
            nonlocal pieces
            if lookup is not None:
                pieces = tuple(_told(piece, lookup.answer.facts) for piece in pieces)
            ranking = await asyncio.to_thread(rank_again, self._office, pieces)
            return max((one.p for one in ranking.numbers), default=0.0)

        return await descend(
            waterfall,
            numbers,
            await asyncio.to_thread(self._worth_asking, case) if numbers else (),
            fresh=fresh,
            over=lambda settings: self._over(case, settings),
            ask=ask,
            best=best,
        )

    async def _reused(self, case: CaseFile, begun: _Begun) -> None:
        """Write which earlier answers served instead of a look-up: a hit is a hit, and no question."""
        if not begun.hits:
            return
        entries = tuple(sorted(set(begun.hits)))
        draft = Draft(
            "reused",
            actor=self._office.actor,
            purpose=self._plan.purpose,
            case=case.pseudonym,
            body={"operation": "lookup", "hits": len(entries), "entries": entries[:_MOST_NAMED]},
        )
        await asyncio.shield(asyncio.wrap_future(self._office.log.submit(draft)))

    async def _by_value(self, case: CaseFile, begun: _Begun) -> tuple[str, str]:
        """Ask what is worth most for its price, again after each answer; gives why it ended and what then."""
        tried: set[tuple[str, str]] = set()
        pieces, records = await asyncio.to_thread(self._gather, case)
        first = True
        while True:
            ranking = rank_again(self._office, pieces)
            possible, skipped = possibilities(
                self._office,
                case,
                pieces,
                records,
                self._plan.purpose,
                self._plan.chosen,
                fresh=lambda source, token, good_for: self._fresh(begun, source, token, good_for),
                ranking=ranking,
            )
            if first:
                begun.skipped += skipped
                first = False
            # What failed is not asked again in this run, whatever it would bring.
            possible = [one for one in possible if (one.settings.id, one.token) not in tried]
            left, limit = self._plan.purse.left(case)
            made = weigh(self._office, pieces, records, possible, budget=left, ranking=ranking)
            if made.stop is not None:
                return why_stopped(made, limit), made.stop.then.value
            wanted = made.steps[0].lookup
            one = next(each for each in possible if each.view == wanted)
            tried.add((one.settings.id, one.token))
            if self._over(case, one.settings):
                # Another case spent it since; plan again with what is left.
                tried.discard((one.settings.id, one.token))
                continue
            asked, lookup = await self._ask(case, begun, one.settings, one.source, one.subject, one.token)
            begun.asked.append(asked)
            if lookup.answer.records or lookup.answer.claims:
                await self._keeper.flushed(case.id)
                pieces, records = await asyncio.to_thread(self._gather, case)
            else:
                pieces = tuple(_told(piece, lookup.answer.facts) for piece in pieces)

    def _gather(self, case: CaseFile) -> tuple[tuple[NumberEvidence, ...], tuple[Record, ...]]:
        """What is known of the case's numbers, without what this very run hears elsewhere.

        What linked cases hear about the same numbers during the run depends on who is first; a case has to
        be asked the same whether it is alone or one of many.
        """
        seen = contacts.known(self._office, case)
        before = tuple(
            replace(there, facts=tuple(fact for fact in there.facts if fact.entry <= self._plan.begun_at))
            for there in seen.elsewhere
        )
        seen = replace(seen, elsewhere=before)
        return contacts.evidence(seen, contacts.persons(seen)), seen.findings.records

    def _over(self, case: CaseFile, settings: SourceSettings) -> str:
        return self._plan.purse.stops(case, settings.price) if settings.price else ""

    def _settled(self, case: CaseFile) -> dict[tuple[str, str], tuple[dt.datetime, int]]:
        """The answers there are: when, and under which entry. One had for another purpose is none."""
        asked = self._office.log.entries(event="asked", case=case.pseudonym)
        mine = {entry.seq for entry in asked if entry.purpose == self._plan.purpose}
        return {
            (one.source, one.subject): (one.at, one.entry)
            for one in self._office.store.evidence.lookups(case)
            if one.outcome in contacts.SETTLED and one.entry in mine
        }

    def _fresh(self, begun: _Begun, source: str, token: str, good_for: dt.timedelta) -> bool:
        at, entry = begun.done.get((source, token), (None, 0))
        there = at is not None and self._office.clock() - at < good_for
        if there:
            begun.hits.append(entry)
        return there

    async def _ask(
        self,
        case: CaseFile,
        begun: _Begun,
        settings: SourceSettings,
        source: Source,
        subject: SubjectFacts,
        token: str,
        delivered: Reply | None = None,
    ) -> tuple[Asked, Lookup]:
        approved = self._approved(case, begun, settings)
        self._plan.purse.take(case, settings.price)
        lookup = await self._gateway.lookup(
            LookupRequest(
                source=source,
                settings=settings,
                case=CaseFacts(
                    ref=case.pseudonym,
                    client=case.client,
                    open=case.state == OPEN,
                    barred=begun.barred,
                    approved=approved,
                    pseudonym=case.unsealed.pseudonym,
                    token=case.pseudonym,
                    seal=case.unsealed.seal,
                    unseal=case.unsealed.open,
                ),
                subject=subject,
                actor=self._office.actor,
                purpose=self._plan.purpose,
                delivered=delivered,
                again=self._plan.again,
            )
        )
        # What may have been billed counts as billed: a budget is not overspent on a hope.
        self._plan.purse.take(
            case, (lookup.spent if lookup.spent is not None else settings.price) - settings.price
        )
        if lookup.outcome is not Outcome.REFUSED and lookup.decision.allowed:
            await self._keeper.keep(
                case, _done(lookup, settings, token, self._office.clock()), _findings(lookup)
            )
        asked = Asked(
            source=settings.id,
            outcome=lookup.outcome,
            entry=lookup.entries[0] if lookup.entries else 0,
            price=lookup.spent,
            refusal="" if lookup.decision.allowed else lookup.decision.shown(),
        )
        return asked, lookup

    def _approved(self, case: CaseFile, begun: _Begun, settings: SourceSettings) -> frozenset[str]:
        """Use up an approval of this look-up, if somebody gave one; gives the rules it lets pass."""
        for one in begun.approvals:
            wish = approvals.request_of(approvals.LOOKUP, case, one.rules, source=settings.id)
            if one.request == wish and self._office.store.approvals.use(one.id, wish, self._office.clock()):
                return frozenset(one.rules)
        return frozenset()

    def _worth_asking(self, case: CaseFile) -> list[tuple[SubjectFacts, str]]:
        """The debtor's own candidate numbers, likeliest first, each with what a carrier would be told.

        Numbers of third parties, barred numbers and masked ones are never asked about.
        """
        seen = contacts.known(self._office, case)
        resolution = contacts.persons(seen)
        pieces = contacts.evidence(seen, resolution)
        by_phone = {piece.phone.key: piece for piece in pieces}
        debtor = debtor_of(seen.findings.records, case.pseudonym)
        found = []
        for ranked in rank_again(self._office, pieces).numbers:
            piece = by_phone[ranked.phone.key]
            if not askable(piece) or another_answered(piece, ranked.advice):
                continue
            found.append(
                (
                    about_number(debtor, ranked.phone, piece, self._office.today()),
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
            policy=office.policy,
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
    by_value: bool = False,
    again: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> TraceReport:
    """Make the look-ups of ``cases`` for ``purpose``; every one is decided and logged before it is made.

    ``only`` names the sources to use (all configured ones otherwise), ``max_cost`` bounds the price in minor
    units (beside the budgets of the configuration), ``again`` asks even what is still fresh. ``by_value``
    lets the planner choose each look-up about a number, and stop; else they are made in the configuration's
    order. Raises WrongUse for an unknown source, LogUnavailable when nothing may be asked because nothing can
    be logged.
    """
    chosen = _chosen(office, only)
    loaded = load_sources(office.config.model_copy(update={"sources": tuple(chosen)}))
    for name in only or ():
        if loaded[name].terms.subject is Subject.BY_HAND:
            raise WrongUse(
                N_("Source {name} is asked by a person, not by a run of look-ups"),
                N_("Draft the question with: tracer enquiry new CASE"),
                name=name,
            )
    plan = _Plan(
        purpose=purpose,
        chosen=tuple((settings, loaded[settings.id]) for settings in chosen),
        again=again,
        purse=Purse(office, max_cost),
        by_value=by_value,
        begun_at=office.log.head().size if by_value else 0,
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


def _done(lookup: Lookup, settings: SourceSettings, token: str, at: dt.datetime) -> LookupDone:
    return LookupDone(
        entry=lookup.entries[0],
        source=settings.id,
        subject=token,
        outcome=lookup.outcome,
        at=at,
        price=lookup.spent or 0,
    )


def _told(piece: NumberEvidence, facts: Sequence[LineFact]) -> NumberEvidence:
    mine = tuple(fact for fact in facts if fact.phone.key == piece.phone.key)
    return replace(piece, facts=(*piece.facts, *mine)) if mine else piece


def _findings(lookup: Lookup) -> Findings:
    answer = lookup.answer
    return Findings(records=answer.records, claims=answer.claims, facts=answer.facts)
