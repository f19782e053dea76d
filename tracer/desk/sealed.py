"""Sealed contact: a count first, then a virtual number bound to one caller and one case until a moment."""

from __future__ import annotations

import asyncio
import datetime as dt
import secrets
from dataclasses import dataclass, field

from graph.clean.phones import read_phones
from sources.contract import Outcome, Source
from sources.sealed import Binding, SealedRepair
from sources.virtual import Pool, SealedCount, VirtualNumber
from tracer.config import Operation, SourceSettings
from tracer.desk.barring import stopped
from tracer.desk.choosing import about_case
from tracer.desk.office import Office
from tracer.desk.rows import OWN_TABLES, DeskRows
from tracer.errors import Refused, WrongUse
from tracer.gateway import CaseFacts, Gateway, Lookup, LookupRequest, Timing, network
from tracer.rows import Tables, Together
from tracer.store.cases import OPEN, CaseFile
from tracer.store.evidence import Findings, LookupDone
from tracer.store.sealed import Bound, Counted
from tracer.words import N_

USE = "sealed.repair"
LONGEST = dt.timedelta(days=7)  # a binding is for calling now; a longer one is another's number by then


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What came of one question: its outcome and entry, and the count or virtual number if there is one."""

    outcome: Outcome
    entry: int
    count: int = 0
    until: dt.datetime | None = None
    number: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Callable:
    """What a case has of sealed contacts now."""

    counts: tuple[Counted, ...] = ()
    bound: tuple[Bound, ...] = ()


class Sealing:
    """The sealed contacts of an open home."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._store = office.store.sealed

    def count(self, ref: str, purpose: str = "") -> Asked:
        """Ask how many numbers the carriers have of the debtor. Raises Refused, WrongUse."""
        office, case, settings = self._office, self._office.case(ref), self._settings()
        source = SealedRepair(order=secrets.token_hex(16), name=settings.id)
        lookup, at = self._ask(case, settings, source, purpose)
        sealed = lookup.answer.sealed
        if isinstance(sealed, SealedCount):
            self._store.counted(case, settings.id, sealed, at, office.actor, lookup.entries[0])
            return Asked(outcome=lookup.outcome, entry=lookup.entries[0], count=sealed.count)
        return Asked(outcome=lookup.outcome, entry=lookup.entries[0])

    def bind(self, ref: str, which: int, caller: str, hours: int, reason: str, purpose: str = "") -> Asked:
        """Bind one of the numbers to a caller of this house for some hours; gives the virtual number.

        Policy must allow contact: whoever binds wants to call. Raises Refused, WrongUse.
        """
        office, case, settings = self._office, self._office.case(ref), self._settings()
        counted = self._store.count(case, settings.id)
        if counted is None:
            raise WrongUse(
                N_("Nobody has asked yet how many numbers there are"),
                N_("Ask first with: tracer sealed count"),
            )
        if not 1 <= which <= counted.sealed.count:
            raise WrongUse(
                N_("There are {count} numbers, and {which} is none of them"),
                N_("Count from 1."),
                count=counted.sealed.count,
                which=which,
            )
        office.require(
            Operation.CONTACT,
            case.client,
            purpose=purpose or office.only_purpose(case.client) or None,
            case=case,
        )
        until = min(office.clock() + dt.timedelta(hours=hours), office.clock() + LONGEST)
        line = self._line(caller)
        source = Binding(
            reference=counted.sealed.reference,
            which=which,
            caller=line,
            until=until,
            pool=self._pool(settings),
            name=settings.id,
        )
        lookup, at = self._ask(case, settings, source, purpose)
        sealed = lookup.answer.sealed
        if not isinstance(sealed, VirtualNumber):
            return Asked(outcome=lookup.outcome, entry=lookup.entries[0])
        self._store.bound(
            case, settings.id, sealed, at, office.actor, lookup.entries[0], which=which, caller=line
        )
        entry = office.write(
            "reveal", case=case, about=lookup.entries[0], body={"reason": reason, "source": settings.id}
        )
        return Asked(outcome=lookup.outcome, entry=entry.seq, until=sealed.until, number=sealed.number)

    def callable(self, case: CaseFile) -> Callable:
        """Give what a case has of sealed contacts at this moment."""
        if case.key is None:
            return Callable()
        return Callable(
            counts=self._store.counts(case), bound=self._store.callable(case, self._office.clock())
        )

    def _settings(self) -> SourceSettings:
        chosen = next((one for one in self._office.config.sources if one.use == USE), None)
        if chosen is None:
            raise WrongUse(
                N_("No source {use} is configured, so no carrier may be asked for a sealed contact"),
                N_('Add a [[sources]] section with use = "{use}", its document and its pool of numbers.'),
                use=USE,
            )
        return chosen

    def _pool(self, settings: SourceSettings) -> Pool:
        prefixes = tuple(one.strip() for one in settings.options.get("pool", "").split(",") if one.strip())
        try:
            return Pool(prefixes)
        except ValueError:
            raise WrongUse(
                N_("The pool of virtual numbers is not said, or takes in people's own numbers"),
                N_('Write the prefixes of the contract: options = {{ pool = "+86700,+8617012" }}'),
            ) from None

    def _line(self, caller: str) -> str:
        phones = read_phones(caller, self._office.config.region).value or ()
        if len(phones) != 1 or phones[0].masked:
            raise WrongUse(
                N_("That is not one whole telephone number"),
                N_("Give the line of this house that will call, with its area code: --caller"),
            )
        return phones[0].e164

    def _ask(
        self, case: CaseFile, settings: SourceSettings, source: Source, purpose: str
    ) -> tuple[Lookup, dt.datetime]:
        """Put one question through the one door, and keep that it was put."""
        office = self._office
        request = LookupRequest(
            source=source,
            settings=settings,
            case=CaseFacts(
                ref=case.pseudonym,
                client=case.client,
                open=case.state == OPEN,
                barred=stopped(office, case),
                pseudonym=case.unsealed.pseudonym,
                token=case.pseudonym,
            ),
            subject=about_case(office, case),
            actor=office.actor,
            purpose=purpose or office.only_purpose(case.client),
        )
        lookup = asyncio.run(_through(office, request))
        if not lookup.decision.allowed:
            raise Refused(N_("Policy refused this.\n{reasons}"), reasons=lookup.decision.shown())
        at = office.clock()
        done = LookupDone(
            entry=lookup.entries[0],
            source=settings.id,
            subject=case.unsealed.token("sealed", str(lookup.entries[0])),
            outcome=lookup.outcome,
            at=at,
            price=lookup.spent or 0,
        )
        office.store.evidence.keep_all([(case, done, Findings())])
        return lookup, at


async def _through(office: Office, request: LookupRequest) -> Lookup:
    rows = Together(dict.fromkeys(OWN_TABLES, DeskRows(office.store)), Tables(office.config.tables))
    async with Gateway(
        policy=office.policy,
        log=office.log,
        http=network(),
        rows=rows,
        timing=Timing(now=office.clock),
    ) as gateway:
        return await gateway.lookup(request)
