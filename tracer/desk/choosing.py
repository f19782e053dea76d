"""Which look-up of a case to make next: the planner's view of what policy, freshness and budgets leave.

What may not be asked is not planned: each look-up is put to policy before it is weighed, and to policy again
by the gateway before it is made.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from graph import inuse
from graph.model import Advice, NumberEvidence, Party, Phone, Ranking, Record, Role, StatedUser
from graph.plan import Lookup as Possible
from graph.plan import Plan, askable, plan
from graph.plan_answers import ANSWERS, UNKNOWN
from sources.contract import Source, Subject
from tracer.config import Operation, SourceSettings
from tracer.desk.barring import stopped
from tracer.desk.models import in_use
from tracer.desk.office import Office
from tracer.errors import WrongUse
from tracer.lookups import SubjectFacts
from tracer.plugins import load as load_sources
from tracer.policy import Question, decide
from tracer.store.cases import OPEN, CaseFile

Chosen = Sequence[tuple[SourceSettings, Source]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Possibility:
    """One look-up that may be made: the planner's view of it and what the gateway needs to make it."""

    view: Possible
    settings: SourceSettings
    source: Source
    subject: SubjectFacts = field(repr=False)
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """A look-up worth making: of which source, about which number, and why.

    ``gain`` is in right-party contacts, ``price`` in minor units. ``together`` are the sources that only with
    it decide, each with its number's token.
    """

    source: str
    token: str
    phone: Phone
    gain: float
    price: int
    intrusion: int
    together: tuple[tuple[str, str], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Advised:
    """What is worth asking next, best first; if nothing is, ``why`` not and what to do ``then``."""

    steps: tuple[Next, ...]
    why: str = ""
    then: str = ""


def possibilities(
    office: Office,
    case: CaseFile,
    pieces: Sequence[NumberEvidence],
    records: Sequence[Record],
    purpose: str,
    chosen: Chosen,
    *,
    fresh: Callable[[str, str, dt.timedelta], bool],
    ranking: Ranking,
) -> tuple[list[Possibility], int]:
    """Give the look-ups about a case's numbers that policy allows now, and how many are still fresh."""
    today = office.today()
    debtor = debtor_of(records, case.pseudonym)
    advice = {one.phone.key: one.advice for one in ranking.numbers}
    numbers = [(settings, source) for settings, source in chosen if source.terms.subject is Subject.NUMBER]
    allowed: dict[tuple[str, frozenset[str]], bool] = {}
    barred = stopped(office, case) if numbers else frozenset[str]()
    found: list[Possibility] = []
    skipped = 0
    for piece in pieces if numbers else ():
        if not askable(piece) or piece.phone.extension or another_answered(piece, advice[piece.phone.key]):
            continue
        subject = about_number(debtor, piece.phone, piece, today)
        token = office.store.notes.number_token(case, piece.phone)
        for settings, source in numbers:
            if fresh(settings.id, token, source.terms.fresh_for):
                skipped += 1
                continue
            held = (settings.id, frozenset(map(str, subject.available)))
            if held not in allowed:
                allowed[held] = _allowed(office, case, purpose, settings, source, subject, barred)
            if allowed[held]:
                view = Possible(
                    source=settings.id,
                    number=piece.phone.key,
                    price=settings.price,
                    intrusion=source.terms.intrusion,
                    answers=ANSWERS.get(settings.id) or ANSWERS.get(settings.use, UNKNOWN),
                )
                found.append(
                    Possibility(view=view, settings=settings, source=source, subject=subject, token=token)
                )
    return found, skipped


def weigh(
    office: Office,
    pieces: Sequence[NumberEvidence],
    records: Sequence[Record],
    possible: Sequence[Possibility],
    *,
    budget: int | None,
    ranking: Ranking,
) -> Plan:
    """Plan over the look-ups that are possible, by what the configuration says they are worth."""
    return plan(
        pieces,
        office.today(),
        [one.view for one in possible],
        worth=office.config.plan.worth(office.config.model.costs),
        budget=budget,
        address=any(record.addresses for record in records if record.role is Role.DEBTOR),
        ranking=ranking,
    )


def advise(
    office: Office,
    case: CaseFile,
    pieces: Sequence[NumberEvidence],
    records: Sequence[Record],
    *,
    done: Mapping[tuple[str, str], dt.datetime],
    left: tuple[int | None, str],
    ranking: Ranking,
) -> Advised:
    """Say what is worth asking next about a case, for the one purpose it may be asked for; ask nothing."""
    purpose = office.only_purpose(case.client)
    try:
        chosen = loaded(office) if purpose and case.state == OPEN else ()
    except WrongUse:
        # A source that is not installed is no reason to keep the numbers back; a trace says what is wrong.
        chosen = ()
    now = office.clock()

    def fresh(source: str, token: str, good_for: dt.timedelta) -> bool:
        at = done.get((source, token))
        return at is not None and now - at < good_for

    possible, _skipped = possibilities(
        office, case, pieces, records, purpose, chosen, fresh=fresh, ranking=ranking
    )
    made = weigh(office, pieces, records, possible, budget=left[0], ranking=ranking)
    by_view = {(one.view.source, one.view.number): one for one in possible}
    steps = []
    for step in made.steps:
        one = by_view[step.lookup.source, step.lookup.number]
        assert one.subject.phone is not None
        steps.append(
            Next(
                source=one.settings.id,
                token=one.token,
                phone=one.subject.phone,
                gain=step.gain,
                price=one.settings.price,
                intrusion=one.view.intrusion,
                together=tuple(
                    (each.source, by_view[each.source, each.number].token) for each in step.together
                ),
            )
        )
    if made.stop is None:
        return Advised(steps=tuple(steps))
    return Advised(steps=(), why=why_stopped(made, left[1]), then=made.stop.then.value)


def why_stopped(made: Plan, limit: str) -> str:
    """The code of why asking ended: of a budget, which one."""
    assert made.stop is not None
    return limit if made.stop.why.value == "budget" and limit else made.stop.why.value


def loaded(office: Office) -> Chosen:
    """The configured sources, loaded once for each configuration."""
    digest = office.config.digest
    if digest not in _LOADED:
        _LOADED.clear()
        sources = load_sources(office.config)
        _LOADED[digest] = tuple((settings, sources[settings.id]) for settings in office.config.sources)
    return _LOADED[digest]


_LOADED: dict[str, Chosen] = {}


def _allowed(
    office: Office,
    case: CaseFile,
    purpose: str,
    settings: SourceSettings,
    source: Source,
    subject: SubjectFacts,
    barred: frozenset[str],
) -> bool:
    held = subject.available
    question = Question(
        operation=Operation.LOOKUP,
        client=case.client,
        purpose=purpose,
        case_open=case.state == OPEN,
        case_barred=barred,
        source=settings.id,
        terms=source.terms,
        role=subject.role,
        available=held,
        sends=source.terms.sends & held & settings.fields,
    )
    return decide(question, office.config, office.today()).allowed


def another_answered(piece: NumberEvidence, advice: Advice) -> bool:
    """Whether somebody else answered and the number is given up: no more is spent on it."""
    return advice is Advice.SKIP and any(outcome.party is Party.WRONG_PARTY for outcome in piece.outcomes)


def about_case(office: Office, case: CaseFile) -> SubjectFacts:
    """What a source may be told of a case as a whole: what is known of its debtor."""
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


def about_number(debtor: Record | None, phone: Phone, piece: NumberEvidence, today: dt.date) -> SubjectFacts:
    """What a carrier may be told of a number and its debtor."""
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


def debtor_of(records: Sequence[Record], case: str) -> Record | None:
    """The debtor's own record in a case."""
    own = [record for record in records if record.role is Role.DEBTOR and record.case == case]
    return next(iter(own), None)


def rank_again(office: Office, pieces: Sequence[NumberEvidence]) -> Ranking:
    """Rank a case's numbers from evidence that has grown."""
    return inuse.rank(pieces, office.today(), in_use(office).model)
