"""Nobody is shown in a repr, a str or a traceback: every value class is built from canaries and printed.

A class is found by walking the packages, so a new one is checked the day it is written. A field whose values
are words of ours (a code, a source, a table) may be shown: it is named in ``WORDS``, or for one class in
``SHOWN``.
"""

from __future__ import annotations

import collections.abc
import dataclasses
import datetime as dt
import enum
import importlib
import pkgutil
import re
import traceback
import types
import typing
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pydantic
import pytest

import graph.model
import sources.contract
import sources.virtual

_CANARY = re.compile(r"<<([^<>:]+):([^<>:]+)>>")
CANARY_PHONE = "+8615498761234"
ROOMS = ("graph", "sources", "tracer")

# Fields that hold words, references and counts of ours, whatever the class: never what identifies a person.
WORDS = frozenset(
    """
    action actor agreement answered_by assigned_to attribute authorisation bar bars base broken client
    clients code code_list codec codes column columns counts country currency dated delimiter detail
    digest encoding event field fields file fired format host hosts id_scheme key_columns kind language
    leaf level list_name method missing model operation other_client outcome params path place priority
    pseudonym purpose raw record records region relation remedy requested_by required roster root row
    rule rules scheme scope sentence session sheet sheets slot source source_class sources state step
    stopped table tables terms then token unit unmapped upstream use verdict version why witness
    """.split()  # noqa: SIM905
)

# (class, field): why it may be shown.
_REFERENCE = "a record's reference, source:record"
_SOURCE = "the name the configuration knows the source by"
SHOWN = {
    ("graph.inuse_person.Alone", "person"): "a person's id, which is a record's reference",
    ("graph.inuse_weights.Model", "name"): "the model's name",
    ("graph.link.block.Blocked", "keys"): "the names of kinds of column",
    ("graph.link.engine._Learned", "keys"): "the names of kinds of column",
    ("graph.link.rarity.Rarity", "split"): "the names of comparisons",
    ("graph.otherwise.Otherwise", "what"): "the name of a comparison",
    ("graph.otherwise.Otherwise", "how"): "same or without",
    ("tracer.desk.clerk.Line", "what"): "the name of a column or of a kind of thing",
    ("tracer.cli.judging.Asked", "what"): "what is to be done",
    ("graph.mistrace.Alarm", "left"): _REFERENCE,
    ("graph.mistrace.Alarm", "right"): _REFERENCE,
    ("graph.model.LineFact", "value"): "a word of the carriers' vocabulary",
    ("graph.model.Match", "left"): _REFERENCE,
    ("graph.model.Match", "right"): _REFERENCE,
    ("graph.model.NumberEvidence", "person"): "a person's id, which is a record's reference",
    ("graph.model.Person", "id"): _REFERENCE,
    ("graph.model.Ranked", "person"): "a person's id, which is a record's reference",
    ("graph.model.Verdict", "by"): "who decided: an actor of ours, not a person looked for",
    ("graph.model.Verdict", "left"): _REFERENCE,
    ("graph.model.Verdict", "right"): _REFERENCE,
    ("graph.resolve.Conflict", "left"): _REFERENCE,
    ("graph.resolve.Conflict", "right"): _REFERENCE,
    ("sources.carrier.camara.KycMatch", "name"): _SOURCE,
    ("sources.carrier.camara.NumberRecycling", "name"): _SOURCE,
    ("sources.carrier.camara.SubscriptionStatus", "name"): _SOURCE,
    ("sources.carrier.camara.Tenure", "name"): _SOURCE,
    ("sources.case_file.CaseFile", "name"): _SOURCE,
    ("sources.conformance.Shortfall", "where"): "a place in a source's code",
    ("sources.employer.Employer", "name"): _SOURCE,
    ("sources.manifest.run.ManifestSource", "name"): _SOURCE,
    ("sources.references.References", "name"): _SOURCE,
    ("tracer.cli.session.Session", "config"): "the configuration's path",
    ("tracer.cli.session.Session", "given_actor"): "who acts: an actor of ours",
    ("tracer.cli.session.Session", "home"): "the folder of the installation",
    ("tracer.demo.files.Files", "folder"): "a folder of the demo",
    ("tracer.demo.files.Files", "outcomes"): "a path of the demo",
    ("tracer.demo.files.Files", "placements"): "a path of the demo",
    ("tracer.demo.files.Files", "roster_parquet"): "a path of the demo",
    ("tracer.demo.files.Files", "updates"): "a path of the demo",
    ("tracer.desk.contacts.Contacts", "model_name"): "the model's name",
    ("tracer.desk.contacts.Contacts", "model_version"): "the model's version",
    ("tracer.desk.health.WitnessHealth", "name"): "the name the configuration knows a witness by",
    ("tracer.desk.health.WitnessHealth", "wrong"): "a word of tracer.log.witness",
    ("tracer.desk.link.Columns", "kinds"): "the headers of columns and their kinds",
    ("tracer.desk.judging.Pair", "left"): _REFERENCE,
    ("tracer.desk.judging.Pair", "right"): _REFERENCE,
    ("tracer.desk.office.Office", "home"): "the folder of the installation",
    ("tracer.desk.outcomes.Noted", "number"): "the number's token",
    (
        "tracer.desk.trace_report.Asked",
        "refusal",
    ): "a policy rule's sentence: its values are sources, purposes, dates",
    ("tracer.intake.plan.Plan", "case"): "the header of a column",
    ("tracer.log.batch.Edge", "at"): "a time",
    ("tracer.log.entry.Ready", "body"): "an entry's body: the vocabulary lets no person in",
    ("tracer.log.entry.Ready", "case"): "the case's keyed pseudonym",
    ("tracer.lookups.CaseFacts", "ref"): "the case's keyed pseudonym",
    ("tracer.policy.rules.Rule", "id"): "the rule's name",
    ("tracer.store.notes.Note", "number"): "the number's token",
    ("tracer.desk.scripts.Script", "number"): "the number's token",
    ("tracer.desk.exposure.Touch", "collector"): "who called: an actor of ours",
    ("tracer.policy.signing.Signature", "rule"): "a rule's id",
    ("tracer.policy.signing.Signature", "reviewer"): "the lawyer who signed, not a person looked for",
    ("tracer.policy.signing.Signature", "pin"): "a hash of a rule",
    ("tracer.store.notes.Request", "answer"): "a word of the list of answers (FOUND, NOT_FOUND)",
    ("tracer.store.notes.Request", "reason"): "a word of the list of reasons",
    ("tracer.store.batches._Known", "wrapped"): "a data key, sealed under the master key",
    ("tracer.store.evidence.LookupDone", "subject"): "the number's token",
    ("tracer.proof.Finding", "signers"): "names of logs and witnesses",
    ("tracer.proof.Item", "entry"): "an entry of the log: the vocabulary lets no person in",
    ("tracer.proof.Note", "text"): "a checkpoint: what is published",
    ("tracer.proof.Key", "name"): "the log's or a witness's own name",
    ("tracer.proof.Line", "name"): "the log's or a witness's own name",
    ("tracer.proof.Checkpoint", "origin"): "the log's own name",
    ("tracer.rows._File", "name"): "the name of a configured table",
    (
        "tracer.desk.log_explorer.Explored",
        "facets",
    ): "words of log entries, which hold no person, with counts",
}

# What packs of law say and what was judged by them: ids, texts and words of ours, never a case's values.
_LAW = {
    "tracer.policy.pack.Pack": "id title sha256 places licences collectors signed_off_by "
    "signed_off_on clauses",
    "tracer.policy.pack.Clause": "id pack text text_zh citation source tier reviewed_by reviewed_on "
    "operations predicate params when unless repeats part_of undecidable how instead topic house_rule",
    "tracer.policy.contact.Hit": "text text_zh citation tier pack also",
    "tracer.policy.contact.Applied": "id sha256",
    "tracer.policy.contact.Opinion": "looked listed packs",
    "tracer.policy.facts.Contact": "role channel place",
    "tracer.policy.vectors.Tried": "vector_id suite expected expected_rules got unread fault",
    "tracer.desk.lawful.Asked": "role zone channel",
    "tracer.desk.lawful.MayContact": "token",
    "tracer.desk.replaying.Replayed": "then lacks packs_then",
}
SHOWN |= {
    (kind, name): "words of the law, not of a case" for kind, names in _LAW.items() for name in names.split()
}

# What is said of models and of learning: codes, versions, staff and tokens, never somebody looked for.
_LEARNING = {
    "graph.drift.Drift": "alarm",
    "graph.fit.FitReport": "stage",
    "tracer.desk.contacts.Contacts": "first third_parties",
    "tracer.desk.learning.Learned": "refusals",
    "tracer.desk.learning._Taken": "group",
    "tracer.desk.models.InUse": "name",
    "tracer.desk.models.ModelLine": "name by used_by",
    "tracer.store.learned.Kept": "name",
    "tracer.store.learned.Prediction": "number",
}
SHOWN |= {
    (kind, name): "a code, a version, a token or staff"
    for kind, names in _LEARNING.items()
    for name in names.split()
}

# What is random or coded of an enquiry and its papers; what a source is called.
SHOWN |= {
    ("sources.sealed.SealedRepair", "name"): "the source's own name",
    ("sources.sealed.Binding", "name"): "the source's own name",
    ("tracer.store.enquiries.NewEnquiry", "reference"): "random, and on the paper",
    ("tracer.store.enquiries.Enquired", "reference"): "random, and on the paper",
    ("tracer.store.enquiries.Enquired", "stored"): "a state",
    ("tracer.store.enquiries.NewPaper", "media"): "a type of file",
    ("tracer.store.enquiries.Paper", "media"): "a type of file",
}

# What is said of requests by right, of staff, of approvals: coded words, staff and tokens.
_RIGHTS = {
    "tracer.desk.erasing.Erased": "backups",
    "tracer.desk.retention.Purged": "log_until",
    "tracer.desk.seats.Seat": "name scopes team",
    "tracer.desk.trace._Begun": "barred",
    "tracer.policy.question.Question": "approved case_barred",
    "tracer.store.approvals.Approval": "asked_by decided_by reason request",
    "tracer.store.people.ApiToken": "prefix scopes",
    "tracer.store.people.Repeat": "request",
    "tracer.store.people.User": "name role team",
    "tracer.store.rights.Hold": "reason",
    "tracer.store.rights.Notice": "number",
    "tracer.store.rights.Wish": "asked_by decided_by reason",
}
SHOWN |= {
    (kind, name): "a coded word, staff, a token or a hash"
    for kind, names in _RIGHTS.items()
    for name in names.split()
}

# Classes that check their own values and hold constants of ours only: a canary cannot stand in one.
CONSTANTS = {
    "graph.weights.Weights",
    # Refuses to be made of anything but a real letter's values; its own tests print it.
    "tracer.letters.text.ThirdPartyText",
    "tracer.letters.text.AuthorityText",
    "tracer.letters.debtor.DebtorText",
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Leaky:
    """What the check must find: a person's name in a generated repr."""

    source: str
    debtor: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A leak two levels down."""

    many: tuple[Leaky, ...]


class LeakyRow(typing.NamedTuple):
    """A row as read, printed by any traceback."""

    row: int
    cells: tuple[str, ...]


class Unbuildable(Exception):
    """A type that no canary can be made for."""


def build(kind: object, path: str) -> object:
    """Make a value of a type, each text in it a canary that names the field it stands in."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if kind is graph.model.Phone:
        return graph.model.Phone(e164=CANARY_PHONE, extension="<<graph.model.Phone:extension>>")
    if kind is sources.virtual.Pool:
        return sources.virtual.Pool(("+86700",))
    if kind is sources.virtual.VirtualNumber:
        until = dt.datetime(1977, 7, 27, 17, 37, tzinfo=dt.UTC)
        pool = sources.virtual.Pool(("+86700",))
        return sources.virtual.VirtualNumber(number=f"+86700{CANARY_PHONE[-6:]}", pool=pool, until=until)
    if kind in (str, object):
        return f"<<{path}>>"
    if kind is bytes:
        return f"<<{path}>>".encode()
    if kind is bool:
        return True
    if kind in (int, float):
        return 1
    if kind is dt.date:
        return dt.date(1977, 7, 27)
    if kind is dt.datetime:
        return dt.datetime(1977, 7, 27, 17, 37, tzinfo=dt.UTC)
    if kind is dt.timedelta:
        return dt.timedelta(days=1)
    if kind is Path:
        return Path(f"<<{path}>>")
    if kind is None or kind is type(None):
        return None
    if origin is np.ndarray:
        return np.zeros(1)
    if origin in (typing.Union, types.UnionType):
        return build(next(part for part in inner if part is not type(None)), path)
    if origin in (tuple, frozenset, set, list):
        item = build(inner[0], path)
        if origin is tuple and inner[-1] is not Ellipsis:
            return tuple(build(part, path) for part in inner)
        return origin((item,))
    if origin in (dict, collections.abc.Mapping):
        # What a mapping is keyed by is a column, a code or a header: ours, or the client's template.
        key = "key" if inner[0] is str else build(inner[0], path)
        return {key: build(inner[1], path)}
    if origin in (collections.abc.Sequence, collections.abc.Iterable):
        return (build(inner[0], path),)
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return next(iter(kind))
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return instance(kind)
    if isinstance(kind, type) and issubclass(kind, pydantic.BaseModel):
        return kind.model_construct()
    if isinstance(kind, type) and _is_named_tuple(kind):
        hints = typing.get_type_hints(kind)
        return kind(*(build(hints[name], f"{_name(kind)}:{name}") for name in kind._fields))
    raise Unbuildable(str(kind))


def instance(kind: type) -> object:
    """Make an instance of a dataclass from canaries; a field of a type that no canary fits gets None."""
    hints = typing.get_type_hints(kind)
    values: dict[str, object] = {}
    for field in dataclasses.fields(kind):
        if not field.init:
            continue
        where = f"{_name(kind)}:{field.name}"
        try:
            values[field.name] = build(hints[field.name], where)
        except Unbuildable:
            values[field.name] = None
    if kind is sources.contract.Answer:
        values["outcome"] = sources.contract.Outcome.ANSWERED
    return kind(**values)


def leaks(kind: type) -> set[tuple[str, str]]:
    """Give the (class, field) pairs whose text shows when an instance of ``kind`` is printed."""
    value = build(kind, _name(kind))
    found = set()
    for shown in (repr(value), str(value), f"{value}", ascii(value)):
        found |= set(_CANARY.findall(shown))
        if CANARY_PHONE[4:] in shown or CANARY_PHONE[-6:] in shown:
            found.add((_name(kind), "a phone"))
    return {(of, field) for of, field in found if field not in WORDS and (of, field) not in SHOWN}


def _classes() -> Iterator[type]:
    for room in ROOMS:
        package = importlib.import_module(room)
        for found in pkgutil.walk_packages(package.__path__, f"{room}."):
            if ".migrations" in found.name or found.name.endswith("__main__"):
                continue
            module = importlib.import_module(found.name)
            kinds = [value for value in vars(module).values() if isinstance(value, type)]
            own = [kind for kind in kinds if kind.__module__ == found.name and _name(kind) not in CONSTANTS]
            yield from (kind for kind in own if dataclasses.is_dataclass(kind) or _is_named_tuple(kind))


def _is_named_tuple(kind: type) -> bool:
    return issubclass(kind, tuple) and hasattr(kind, "_fields")


def _name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


CLASSES = list(_classes())


@pytest.mark.parametrize("kind", CLASSES, ids=_name)
def test_no_value_shows_a_person(kind: type) -> None:
    assert leaks(kind) == set()


def test_the_walk_finds_the_types_everything_speaks() -> None:
    found = {_name(kind) for kind in CLASSES}

    assert {"graph.model.Phone", "graph.model.Record", "sources.contract.Ask"} <= found
    assert len(found) > 40


def test_the_check_finds_a_leaky_class() -> None:
    assert {field for _, field in leaks(Leaky)} == {"debtor"}


def test_the_check_finds_a_leak_inside_another_value() -> None:
    assert {field for _, field in leaks(Holder)} == {"debtor"}


def test_the_check_finds_a_leaky_named_tuple() -> None:
    assert {field for _, field in leaks(LeakyRow)} == {"cells"}


def test_the_check_finds_a_phone_that_shows_itself() -> None:
    @dataclasses.dataclass
    class Told:
        phone: graph.model.Phone

        def __repr__(self) -> str:
            return f"Told({self.phone.e164})"

    Told.__annotations__["phone"] = graph.model.Phone

    assert ("a phone" in {field for _, field in leaks(Told)}) is True


def test_a_traceback_with_its_locals_shows_nobody() -> None:
    record = instance(graph.model.Record)
    ask = instance(sources.contract.Ask)

    def fail(record: object, ask: object) -> None:
        raise ValueError(f"cannot use {record} for {ask}")

    try:
        fail(record, ask)
    except ValueError as error:
        told = traceback.TracebackException.from_exception(error, capture_locals=True)

    text = "".join(told.format())
    shown = {field for _, field in _CANARY.findall(text)}
    assert "record = Record(" in text
    assert "record" in shown
    assert shown <= WORDS
    assert CANARY_PHONE[4:] not in text


def test_the_command_line_prints_no_locals() -> None:
    typer = pytest.importorskip("typer")
    app = importlib.import_module("tracer.cli").app

    apps, seen = [app], []
    while apps:
        one = apps.pop()
        seen.append(one)
        apps += [group.typer_instance for group in one.registered_groups]

    assert all(isinstance(one, typer.Typer) for one in seen)
    assert not app.pretty_exceptions_show_locals
