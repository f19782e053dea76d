"""The sources as people look at them: what is configured, and what keeps one from being asked.

Nothing here asks anything about any person: a check loads a source, plays it through with a fictional
question that goes nowhere, and compares the configuration with what the source needs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint

from sources.conformance import Shortfall
from sources.contract import AuthKind, Source, Subject, Terms
from sources.manifest import Manifest, ManifestSource
from sources.persons import DataFile, PersonManifest, Register, Way
from tracer.circuit import NEWEST, Silence, silence
from tracer.config import SourceSettings
from tracer.desk.conforming import played
from tracer.desk.office import Office
from tracer.desk.rows import OWN_TABLES
from tracer.errors import TracerError, WrongUse
from tracer.plugins import announced, available, load_one
from tracer.policy.rules import RULES
from tracer.rows import readable
from tracer.signed import NAMED, TOKENS
from tracer.words import N_, _


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that keeps a source from being asked: what, and what to do, in the reader's language."""

    sentence: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """One configured source. ``terms`` is None when it cannot be loaded; no ``faults`` when all is well."""

    settings: SourceSettings
    terms: Terms | None
    faults: tuple[Fault, ...]
    manifest: Manifest | None = field(default=None, repr=False)
    quality: Mapping[str, str] = field(default_factory=dict, repr=False)
    silence: Silence = field(default=Silence(failures=0, last=None), repr=False)
    person: PersonManifest | None = field(default=None, repr=False)


def listed(office: Office) -> tuple[SourceLine, ...]:
    """Give the configured sources in their order, each with what keeps it from being asked today."""
    installed = announced()
    return tuple(_line(office, settings, installed) for settings in office.config.sources)


def shown(office: Office, name: str) -> SourceLine:
    """Give one source by its id; WrongUse when none is configured under it."""
    settings = office.config.source(name)
    if settings is None:
        raise WrongUse(
            N_("There is no source {name} in the configuration"),
            N_("Known: {known}"),
            name=name,
            known=", ".join(one.id for one in office.config.sources) or "—",
        )
    return _line(office, settings, announced())


def installed() -> tuple[str, ...]:
    """Give the names of the sources that are installed, configured or not."""
    return available()


def rules() -> tuple[tuple[str, tuple[str, ...], str, str], ...]:
    """Give every rule of the policy: its id, the operations it is about, its sentence and its remedy."""
    return tuple(
        (rule.id, tuple(sorted(rule.operations)), _(rule.sentence), _(rule.remedy)) for rule in RULES
    )


def _line(office: Office, settings: SourceSettings, installed: Sequence[EntryPoint]) -> SourceLine:
    try:
        source = load_one(settings, installed)
    except TracerError as error:
        return SourceLine(settings=settings, terms=None, faults=(_said(error),))
    quiet = silence(office.log.entries(source=settings.id, newest=True, limit=NEWEST))
    shown = played(settings, source)
    faults = (*_wrong(office, settings, source), *_own_faults(shown.shortfalls), *_silent(office, quiet))
    manifest = source.manifest if isinstance(source, ManifestSource) else None
    person = source.manifest if isinstance(source, Register | DataFile) else None
    return SourceLine(
        settings=settings,
        terms=source.terms,
        faults=faults,
        manifest=manifest,
        person=person,
        quality=shown.quality,
        silence=quiet,
    )


def _silent(office: Office, quiet: Silence) -> Iterator[Fault]:
    if quiet.broken and quiet.last is not None:
        yield _fault(
            N_("It did not answer {count} look-ups in a row, last at {time}"),
            N_("One look-up tries it next, and an answer opens it for all. If it goes on, ask the vendor."),
            count=quiet.failures,
            time=quiet.last.astimezone(office.config.zone).strftime("%Y-%m-%d %H:%M"),
        )


def _said(error: TracerError) -> Fault:
    sentence, _newline, remedy = error.shown().partition("\n")
    return Fault(sentence=sentence, remedy=remedy)


def _fault(sentence: str, remedy: str, **values: object) -> Fault:
    return Fault(sentence=_(sentence, **values), remedy=_(remedy, **values))


def _wrong(office: Office, settings: SourceSettings, source: Source) -> Iterator[Fault]:
    terms = source.terms
    today = office.today()
    if not settings.authorisation:
        yield _fault(
            N_("No document is named that allows asking it"), N_("Write its name as `authorisation`.")
        )
    in_force = settings.in_force(today)
    if in_force is None:
        yield _fault(
            N_("It is not said from when until when its authorisation holds"),
            N_("Write the document's dates as `from` and `until`."),
        )
    elif not in_force:
        yield _fault(
            N_("Its authorisation holds from {start} to {end}, not today"),
            N_("Have it renewed, then write the new dates."),
            start=settings.from_,
            end=settings.until,
        )
    elif settings.until and settings.until - today <= dt.timedelta(days=14):
        yield _fault(
            N_("Its authorisation ends on {end}"), N_("Have it renewed in time."), end=settings.until
        )
    if not settings.purposes & office.config.purposes:
        yield _fault(
            N_("It is allowed for no purpose that is allowed here"),
            N_("List under `purposes` what its authorisation covers; allowed here: {allowed}."),
            allowed=", ".join(sorted(office.config.purposes)) or "—",
        )
    if not settings.roles & terms.roles:
        yield _fault(
            N_("It may be asked about nobody it is meant for"),
            N_("List under `roles` whom its authorisation covers; it is meant for: {allowed}."),
            allowed=", ".join(sorted(terms.roles)),
        )
    short = terms.needs - settings.fields
    if short:
        yield _fault(
            N_("It cannot be asked without {fields}, which it may not be told"),
            N_("Have the authorisation extended and add it to `fields`, or leave this source out."),
            fields=", ".join(sorted(short)),
        )
    by_hand = terms.subject is Subject.BY_HAND
    by_file = isinstance(source, ManifestSource) and source.manifest.file is not None
    if not (by_hand or by_file or terms.tables or terms.hosts or settings.base_url):
        yield _fault(N_("No address is given for it"), N_("Write it as `base_url`."))
    if isinstance(source, ManifestSource):
        yield from _wants(settings, source.manifest)
    if isinstance(source, Register | DataFile):
        yield from _reasonable(settings, source.manifest)
    for there, read in (
        (settings.has_secret, settings.secret),
        (settings.has_key, settings.private_key),
        (bool(settings.callback_env), settings.callback_secret),
    ):
        try:
            if there:
                read()
        except TracerError as error:
            yield _said(error)
    for name in sorted(set(terms.tables) - set(OWN_TABLES)):
        table = office.config.tables.get(name)
        if table is None:
            yield _fault(
                N_("It reads table {name}, which is not configured"),
                N_("Add a section [tables.{name}] with its path and keys."),
                name=name,
            )
        elif not readable(table):
            yield _fault(
                N_("Table {name} cannot be read from {path}, or has none of its key columns"),
                N_("Correct its path, sheet, encoding or keys."),
                name=name,
                path=table.path.name,
            )


def _reasonable(settings: SourceSettings, manifest: PersonManifest) -> Iterator[Fault]:
    """The use a publisher thinks reasonable, held against the configuration."""
    about = manifest.person
    if about.way is Way.HTTP and not settings.person_in_url:
        yield _fault(
            N_("It takes the name in the request's address, where proxies and logs see it"),
            N_("If that is acceptable to whoever answers for data protection: person_in_url = true."),
        )
    if about.way is Way.HTTP and about.qps is not None and settings.rate > about.qps:
        yield _fault(
            N_("It may be asked {limit} times a second, and `rate` is {rate}"),
            N_("Lower `rate`."),
            limit=f"{about.qps:g}",
            rate=f"{settings.rate:g}",
        )
    if about.daily is not None and (settings.budget or 0) > about.daily:
        yield _fault(
            N_("It may be asked {limit} times a day, and `daily` is {daily}"),
            N_("Lower `daily`."),
            limit=about.daily,
            daily=settings.budget,
        )


def _wants(settings: SourceSettings, manifest: Manifest) -> Iterator[Fault]:
    """What a manifest says of its vendor, held against the configuration."""
    auth, limits = manifest.auth, manifest.source.limits
    lacking = []
    if auth.kind in TOKENS and not settings.token_url:
        lacking.append("token_url")
    if auth.kind is AuthKind.CIBA and not settings.ciba_url:
        lacking.append("ciba_url")
    if manifest.callback is not None and not settings.callback_env:
        lacking.append("callback_env")
    if auth.kind in NAMED and not settings.client_id:
        lacking.append("client_id")
    if auth.kind is AuthKind.JWT_BEARER and not settings.has_key:
        lacking.append("key_file")
    elif auth.kind is not AuthKind.NONE and not (
        settings.has_secret or (settings.has_key and auth.kind in TOKENS)
    ):
        lacking.append("secret_env")
    if lacking:
        yield _fault(
            N_("Its vendor wants to know who asks ({kind}), and {keys} is missing"),
            N_("Write it in the source's section; a secret itself never stands there."),
            kind=str(auth.kind),
            keys=", ".join(lacking),
        )
    if manifest.source.in_url and not settings.person_in_url:
        yield _fault(
            N_("Its vendor takes what it is told in the request's address, where proxies and logs see it"),
            N_("If that is acceptable to whoever answers for data protection: person_in_url = true."),
        )
    if limits.qps is not None and settings.rate > limits.qps:
        yield _fault(
            N_("It may be asked {limit} times a second, and `rate` is {rate}"),
            N_("Lower `rate`."),
            limit=f"{limits.qps:g}",
            rate=f"{settings.rate:g}",
        )
    if limits.daily is not None and (settings.budget or 0) > limits.daily:
        yield _fault(
            N_("It may be asked {limit} times a day, and `daily` is {daily}"),
            N_("Lower `daily`."),
            limit=limits.daily,
            daily=settings.budget,
        )


def _own_faults(found: Iterable[Shortfall]) -> Iterator[Fault]:
    for short in found:
        yield _fault(
            N_("The source itself is at fault: {code} {where}"),
            N_("Tell its author; until then leave it out."),
            code=short.code,
            where=short.where,
        )
