"""The judge: every rule of every pack that applies, whatever the others said; the worst verdict counts.

Contacts are its hardest question (may this number be called now, and if not, when?), and it answers those
about look-ups, disclosures, retention and rights in the same way. Pure: facts go in, an opinion comes out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from tracer.policy.facts import Facts, Missing, fits_role
from tracer.policy.pack import Clause, Pack
from tracer.policy.predicates import PREDICATES
from tracer.policy.question import Fired, Ruling
from tracer.words import N_, _

UNKNOWN = "X-FACT-UNKNOWN"
FAILED = "X-RULE-FAILED"
_YES_NO = frozenset({"true", "false"})
_ORDER = {ruling: place for place, ruling in enumerate(Ruling)}
_UNKNOWN = N_("It is not known: {fact}. What is not known counts as no.")
_SUPPLY = N_("Supply {fact}; {rules} need it.")
_BROKE = N_("Rule {rule} could not be worked out ({error}), so the answer is no.")
_REPORT = N_("This is a fault of the program or of a pack: report it with the rule's name.")
# How far ahead a lawful moment is looked for: the longest window of any pack is thirty days.
_STEPS = 120
_AHEAD = dt.timedelta(days=62)


def worst(verdicts: Iterable[Ruling]) -> Ruling:
    """Give the strictest of some verdicts: deny before approve before warn before allow."""
    return max(verdicts, key=_ORDER.__getitem__, default=Ruling.ALLOW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A rule that fired: its citation, what was seen and what to do.

    ``until`` is when time alone may have mended it, None when time will not. ``also`` are rules in force that
    say just the same.
    """

    rule: str
    verdict: Ruling
    text: str
    citation: str
    tier: str
    pack: str
    sentence: str
    remedy: str
    params: tuple[tuple[str, str], ...] = ()
    until: dt.datetime | None = None
    also: tuple[str, ...] = ()
    text_zh: str = ""
    needs_legal_review: bool = False

    def says(self, language: str) -> str:
        """Give our paraphrase of the rule in a language; empty for a rule of this house."""
        return (self.text_zh if language == "zh" else "") or _(self.text)

    @property
    def fired(self) -> Fired:
        """The same in the form of the house's own rules."""
        return Fired(rule=self.rule, sentence=self.sentence, remedy=self.remedy, params=self.params)


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """A pack that was applied, pinned."""

    id: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """The judge's answer: the verdict, every rule that fired, every one looked at, the facts missing.

    ``listed`` are rules that apply and that no program can decide: the reader's checklist. ``next_lawful`` is
    the next moment with nothing worse than a warning, None when time alone mends nothing.
    """

    verdict: Ruling
    hits: tuple[Hit, ...] = ()
    looked: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    packs: tuple[Applied, ...] = ()
    next_lawful: dt.datetime | None = None

    @property
    def allowed(self) -> bool:
        """True when it may be done without asking anybody."""
        return self.verdict in {Ruling.ALLOW, Ruling.WARN}

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that fired, in order."""
        return tuple(hit.rule for hit in self.hits)


def applicable(packs: Iterable[Pack], facts: Facts) -> tuple[Pack, ...]:
    """Give the packs that apply, by where people and lender are, the licence and the kind of collector."""
    places = facts.words("places") if facts.known("places") else frozenset[str]()
    licence = facts.word("licence") if facts.known("licence") else ""
    collector = facts.word("collector_kind") if facts.known("collector_kind") else ""
    return tuple(pack for pack in packs if pack.applies(places, licence, collector))


def judge(
    facts: Facts, packs: Sequence[Pack], operation: str = "contact", *, everywhere: bool = False
) -> Opinion:
    """Judge an act under the packs that apply (``everywhere``: under all given), with the rules of its day.

    No rule is skipped for another's fault: one that cannot be worked out denies by itself.
    """
    chosen = tuple(packs) if everywhere else applicable(packs, facts)
    clauses = [one for pack in chosen for one in pack.clauses if operation in one.operations]
    opinion = decide(facts, clauses)
    if not clauses:
        # Nothing configured, nothing allowed: no pack applies, so nobody said yes.
        opinion = replace(
            opinion, verdict=Ruling.DENY, hits=(_unknown("places", ("X-STRICTEST",)),), missing=("places",)
        )
    pinned = tuple(Applied(id=pack.id, version=pack.version, sha256=pack.sha256) for pack in chosen)
    return replace(opinion, packs=pinned)


def judge_contact(facts: Facts, packs: Sequence[Pack]) -> Opinion:
    """Judge a contact and, when it is not lawful now, find the next moment at which it is."""
    opinion = judge(facts, packs)
    return opinion if opinion.allowed else replace(opinion, next_lawful=next_lawful(facts, packs, opinion))


def next_lawful(facts: Facts, packs: Sequence[Pack], opinion: Opinion) -> dt.datetime | None:
    """Give the next moment with no verdict worse than a warning; None when waiting does not help."""
    start = facts.at
    at = start
    for _step in range(_STEPS):
        waits = [hit.until for hit in opinion.hits if hit.verdict in {Ruling.APPROVE, Ruling.DENY}]
        if not waits:
            return at
        known = [until for until in waits if until is not None]
        if len(known) < len(waits):
            return None
        later = max(known)
        if later <= at or later - start > _AHEAD:
            return None
        at = later.astimezone(start.tzinfo)
        opinion = judge(facts.but(at=at), packs)
    return None


def decide(facts: Facts, clauses: Sequence[Clause]) -> Opinion:
    """Judge facts by clauses: the pure heart of it, without any choice of packs."""
    days = _days(facts)
    hits: list[Hit] = []
    missing: dict[str, list[str]] = {}
    gaps: list[tuple[str, Hit]] = []
    looked: dict[str, None] = {}
    listed: dict[str, None] = {}
    for clause in clauses:
        for day in days:
            if clause.in_force(day):
                break
        else:
            continue
        if not clause.predicate:
            if clause.undecidable:
                listed[clause.id] = None
            continue
        looked[clause.id] = None
        try:
            hit = _look(facts, clause)
            if hit is not None:
                hits.append(hit)
        except Missing as gap:
            verdict = clause.unknown or clause.severity
            if verdict is Ruling.DENY:
                missing.setdefault(gap.fact, []).append(clause.id)
            elif verdict is not Ruling.ALLOW:
                places = (("fact", gap.fact), ("rules", clause.id))
                gaps.append((gap.fact, _hit(clause, verdict, _UNKNOWN, _SUPPLY, places)))
        except Exception as error:
            # Fail closed: the error's type and the rule's name are enough to find it by.
            places = (("rule", clause.id), ("error", type(error).__name__))
            hits.append(replace(_hit(clause, Ruling.DENY, _BROKE, _REPORT, places), rule=FAILED))
    # A gap that denies is said once, not again by every milder rule that has it.
    hits.extend(hit for fact, hit in gaps if fact not in missing)
    hits.extend(_unknown(fact, tuple(dict.fromkeys(rules))) for fact, rules in sorted(missing.items()))
    folded = tuple(_folded(hits, clauses))
    return Opinion(
        verdict=worst(hit.verdict for hit in folded),
        hits=folded,
        looked=tuple(sorted(looked)),
        missing=tuple(sorted(missing)),
        listed=tuple(sorted(listed)),
    )


def _days(facts: Facts) -> frozenset[dt.date | None]:
    """The day of the act, in every zone it may be in: a rule that binds in one of them is looked at."""
    if not facts.known("at"):
        return frozenset({None})
    try:
        return frozenset({facts.today, *(facts.local(zone).date() for zone in facts.zones("candidates"))})
    except Missing:
        return frozenset({facts.today})


def _look(facts: Facts, clause: Clause) -> Hit | None:
    if not _about(facts, clause) or (clause.unless and any(_so(facts, fact) for fact in clause.unless)):
        return None
    broken = PREDICATES[clause.predicate].test(facts, clause)
    if broken is None:
        return None
    verdict = broken.verdict or clause.severity
    return _hit(clause, verdict, broken.sentence, broken.remedy, broken.params, broken.until)


def _about(facts: Facts, clause: Clause) -> bool:
    """Whether the act is of the kind the clause is about. One condition that fails settles it; else one that
    is not known makes the whole unknown."""
    gap: Missing | None = None
    for fact, words in clause.when.items():
        try:
            if not _has(facts, fact, words):
                return False
        except Missing as found:
            gap = gap or found
    if gap is not None:
        raise gap
    return True


def _has(facts: Facts, fact: str, words: frozenset[str]) -> bool:
    if not facts.known(fact):
        raise Missing(fact)
    if words <= _YES_NO:
        return str(facts.flag(fact)).lower() in words
    if fact == "role":
        return fits_role(facts.word(fact), words)
    if fact == "data_kinds":
        return bool(facts.words(fact) & words)
    return facts.word(fact) in words


def _so(facts: Facts, fact: str) -> bool:
    # An exception that is not known lifts nothing.
    return facts.known(fact) and facts.flag(fact)


def _hit(
    clause: Clause,
    verdict: Ruling,
    sentence: str,
    remedy: str,
    params: tuple[tuple[str, str], ...],
    until: dt.datetime | None = None,
) -> Hit:
    return Hit(
        rule=clause.id,
        verdict=verdict,
        text=clause.text,
        text_zh=clause.text_zh,
        citation=clause.citation,
        tier=clause.tier,
        pack=clause.pack,
        sentence=sentence,
        remedy=remedy,
        params=params,
        until=until,
        needs_legal_review=clause.needs_legal_review and not clause.reviewed_by,
    )


def _unknown(fact: str, rules: tuple[str, ...]) -> Hit:
    return Hit(
        rule=UNKNOWN,
        verdict=Ruling.DENY,
        text=N_("A fact that a rule of denial needs is not known: the answer is no."),
        citation=N_("product rule (no law)"),
        tier="none",
        pack="product",
        sentence=_UNKNOWN,
        remedy=_SUPPLY,
        params=(("fact", fact), ("rules", ", ".join(rules))),
    )


def _folded(hits: Sequence[Hit], clauses: Sequence[Clause]) -> Iterator[Hit]:
    """Every rule once, by its worst part; one that only repeats another that fired is named beside it."""
    best: dict[tuple[str, str], Hit] = {}
    for hit in hits:
        key = (hit.rule, dict(hit.params).get("fact", "") if hit.rule == UNKNOWN else "")
        old = best.get(key)
        if old is None or (_ORDER[hit.verdict], _key(hit)) > (_ORDER[old.verdict], _key(old)):
            best[key] = hit
    repeats = {one.id: one.repeats for one in clauses if one.repeats}
    by_rule = {hit.rule: hit for hit in best.values()}
    also: dict[str, list[str]] = {}
    for name, first in repeats.items():
        one, there = by_rule.get(name), by_rule.get(first)
        if one and there and _ORDER[one.verdict] <= _ORDER[there.verdict] and one.until == there.until:
            also.setdefault(first, []).append(name)
    inside = {name for names in also.values() for name in names}
    for hit in sorted(best.values(), key=lambda one: (-_ORDER[one.verdict], one.rule, one.params)):
        if hit.rule not in inside:
            repeated = also.get(hit.rule)
            yield replace(hit, also=tuple(sorted(repeated))) if repeated else hit


def _key(hit: Hit) -> tuple[bool, float, str, tuple[tuple[str, str], ...]]:
    # Of two parts as bad, the one that time does not mend, then the one that lasts longer; then any, but the
    # same whatever the order of the packs.
    return (hit.until is None, hit.until.timestamp() if hit.until else 0.0, hit.sentence, hit.params)
