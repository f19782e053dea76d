"""Packs: rules of one regime and instrument as data, read from TOML and checked before any is used.

A lawyer reads the parameters, an engineer owns the predicates; nothing in a pack is an expression. A rule
whose text nobody read (tier C) denies nothing until a reviewer's name stands in it: it asks for approval.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from tracer.policy.facts import FACTS
from tracer.policy.question import Ruling

HOW = ("checklist", "warning")
_TEXTS = tuple(
    """
    id text text_zh citation source tier reviewed_by reviewed_on predicate repeats undecidable how instead
    topic house_rule
    """.split()  # noqa: SIM905
)
OPERATIONS = frozenset({"lookup", "contact", "disclosure", "retention", "subject_right", "security"})


class PackError(ValueError):
    """A pack says something that cannot be; names pack, rule and key, never a value of a case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One entry of a pack. A rule may have several: parts that all hold, or editions for other years.

    ``params`` are the predicate's. ``when`` narrows whom it is about: every fact named has one of the words.
    ``unknown`` is what a missing fact counts as where that is not the verdict itself (rules of no law only).
    """

    id: str
    pack: str
    text: str
    citation: str
    source: str
    tier: str
    needs_legal_review: bool
    operations: frozenset[str]
    verdict: Ruling
    reviewed_by: str = ""
    reviewed_on: str = ""
    effective_from: dt.date | None = None
    effective_to: dt.date | None = None
    predicate: str = ""
    params: Mapping[str, object] = field(default_factory=dict)
    when: Mapping[str, frozenset[str]] = field(default_factory=dict)
    unless: tuple[str, ...] = ()
    unknown: Ruling | None = None
    repeats: str = ""
    part_of: tuple[str, ...] | None = None
    undecidable: str = ""
    how: str = ""
    instead: str = ""
    topic: str = ""
    house_rule: str = ""
    text_zh: str = ""

    def says(self, language: str) -> str:
        """Give our paraphrase in a language (``zh``, else English; a pack under trial may lack the first)."""
        return (self.text_zh if language == "zh" else "") or self.text

    @property
    def standing(self) -> str:
        """``enforced`` (by its own predicate), ``part`` (of other rules or the judge itself), ``listed``."""
        return "enforced" if self.predicate else ("part" if self.part_of is not None else "listed")

    @property
    def severity(self) -> Ruling:
        """The verdict it can bring: a denial that rests on memory alone becomes approval until reviewed."""
        if self.verdict is Ruling.DENY and "C" in self.tier and not self.reviewed_by:
            return Ruling.APPROVE
        return self.verdict

    def in_force(self, day: dt.date | None) -> bool:
        """Tell whether it binds on a day; with no day, whether it binds without end."""
        if day is None:
            return self.effective_to is None
        return (self.effective_from is None or self.effective_from <= day) and (
            self.effective_to is None or day <= self.effective_to
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """The rules of one regime and instrument. ``sha256`` pins the bytes they were read from."""

    id: str
    title: str
    version: str
    sha256: str
    places: frozenset[str]
    licences: frozenset[str] = frozenset()
    collectors: frozenset[str] = frozenset()
    signed_off_by: str = ""
    signed_off_on: str = ""
    clauses: tuple[Clause, ...] = ()

    def applies(self, places: frozenset[str], licence: str, collector: str) -> bool:
        """Tell whether it applies; a licence or kind of collector not known ("") counts as its own."""
        return (
            ("*" in self.places or bool(self.places & places))
            and (not self.licences or not licence or licence in self.licences)
            and (not self.collectors or not collector or collector in self.collectors)
        )


@cache
def shipped() -> tuple[Pack, ...]:
    """Give the packs that come with the program, by id. Raises PackError for one that cannot be."""
    folder = resources.files("tracer.policy") / "packs"
    files = sorted((one for one in folder.iterdir() if one.name.endswith(".toml")), key=lambda one: one.name)
    return tuple(read_pack(one.read_bytes()) for one in files)


def read_pack(content: bytes) -> Pack:
    """Read one pack from TOML. Raises PackError for what cannot be; an unknown key is a fault, not a note."""
    try:
        document = tomllib.loads(content.decode())
        head = dict(document.pop("pack"))
        entries = document.pop("rule", [])
        if document:
            raise PackError(f"pack: no such part {sorted(document)}")
        name = str(head.pop("id"))
        pack = Pack(
            id=name,
            title=str(head.pop("title")),
            version=str(head.pop("version")),
            sha256=hashlib.sha256(content).hexdigest(),
            places=frozenset(head.pop("places")),
            licences=frozenset(head.pop("licences", ())),
            collectors=frozenset(head.pop("collectors", ())),
            signed_off_by=str(head.pop("signed_off_by", "")),
            signed_off_on=str(head.pop("signed_off_on", "")),
            clauses=tuple(_clause(dict(entry), name) for entry in entries),
        )
    except PackError:
        raise
    except (KeyError, TypeError, ValueError) as error:
        raise PackError(f"pack cannot be read: {type(error).__name__} {error}") from error
    if head:
        raise PackError(f"pack {name}: no such key {sorted(head)}")
    return pack


def _clause(entry: dict[str, object], pack: str) -> Clause:
    from tracer.policy.predicates import PREDICATES

    name = str(entry.get("id", "?"))

    def fault(what: str) -> PackError:
        return PackError(f"pack {pack}, rule {name}: {what}")

    texts = {key: str(entry.pop(key, "")) for key in _TEXTS}
    when = {key: _words(words) for key, words in _table(entry.pop("when", {})).items()}
    unless = tuple(_words_in_order(entry.pop("unless", ())))
    for fact in (*when, *unless):
        if fact not in FACTS:
            raise fault(f"no such fact {fact}")
    unknown = entry.pop("unknown", None)
    part_of = entry.pop("part_of", None)
    operations = _words(entry.pop("operations"))
    if operations - OPERATIONS:
        raise fault(f"no such operation {sorted(operations - OPERATIONS)}")
    clause = Clause(
        **texts,
        pack=pack,
        needs_legal_review=_flag(entry.pop("needs_legal_review")),
        operations=operations,
        verdict=Ruling(str(entry.pop("verdict"))),
        effective_from=_day(entry.pop("effective_from", None)),
        effective_to=_day(entry.pop("effective_to", None)),
        when=when,
        unless=unless,
        unknown=Ruling(str(unknown)) if unknown else None,
        part_of=tuple(_words_in_order(part_of)) if part_of is not None else None,
        # Lists of words become tuples here once, not at every decision.
        params={
            key: tuple(value)
            if isinstance(value, list) and all(isinstance(one, str) for one in value)
            else value
            for key, value in entry.items()
        },
    )
    if not (clause.text and clause.citation):
        raise fault("no text or no citation")
    if clause.predicate and (clause.undecidable or clause.part_of is not None):
        raise fault("is both decided and not")
    if clause.predicate:
        known = PREDICATES.get(clause.predicate)
        if known is None:
            raise fault(f"no such predicate {clause.predicate}")
        extra = set(entry) - known.params
        if extra:
            raise fault(f"{clause.predicate} has no parameter {sorted(extra)}")
        if entry.get("fact", next(iter(FACTS))) not in FACTS:
            raise fault(f"no such fact {entry['fact']}")
    elif entry:
        raise fault(f"no such key {sorted(entry)}")
    elif clause.part_of is None and not (clause.undecidable and clause.how in HOW):
        raise fault("is neither decided nor says why not and what is done instead")
    if unknown and clause.tier != "none":
        raise fault("a rule of law takes a missing fact as it is: no")
    if {"B", "C"} & set(clause.tier) and not clause.needs_legal_review:
        raise fault("a rule of tier B or C needs legal review")
    return clause


def _words_in_order(value: object) -> list[str]:
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        raise TypeError("a list of words")
    return list(value)


def _words(value: object) -> frozenset[str]:
    return frozenset(_words_in_order(value))


def _table(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise TypeError("a table")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("true or false")
    return value


def _day(value: object) -> dt.date | None:
    if value is not None and (not isinstance(value, dt.date) or isinstance(value, dt.datetime)):
        raise TypeError("a day")
    return value


def rule(name: str, packs: Iterable[Pack] | None = None) -> tuple[tuple[Pack, Clause], ...]:
    """Give every entry of a rule with its pack; empty when there is no such rule."""
    return tuple(
        (pack, clause)
        for pack in (shipped() if packs is None else packs)
        for clause in pack.clauses
        if clause.id == name
    )
