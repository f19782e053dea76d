"""The conformance kit: fourteen questions to a source, asked of it and of its vendor's definition.

Each is answered: done, failed (and where), exempt (with the reason its quality list gives), or not looked at
because what it needs was not given. Behind ``tracer sources test`` and ``sources.testing.check_manifest``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from sources.carrier.facts import CAMARA_ERRORS
from sources.conformance import Shortfall, shortfalls
from sources.contract import Answer, Ask, AuthKind, HttpCall, Outcome, Reply, Source
from sources.manifest import Manifest, ManifestSource
from sources.spec import Definition, Example, Operation


class Verdict(StrEnum):
    """How a check ended."""

    DONE = "done"
    FAILED = "failed"
    EXEMPT = "exempt"
    NOT_LOOKED_AT = "not_looked_at"


class Check(StrEnum):
    """The fourteen, in the order they are shown; also the keys of a manifest's [quality]."""

    SCHEMA = "schema"
    VALUES = "values"
    EXAMPLES = "examples"
    REFUSALS = "refusals"
    REQUEST = "request"
    PRIVACY = "privacy"
    FAULTS = "faults"
    SIGNATURE = "signature"
    LIMITS = "limits"
    GATED = "gated"
    ANCHOR = "anchor"
    BILLING = "billing"
    PROVENANCE = "provenance"
    SCENARIOS = "scenarios"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How one check ended; ``found`` are its shortfalls, ``note`` why it was exempt or what was looked at."""

    check: Check
    verdict: Verdict
    found: tuple[Shortfall, ...] = ()
    note: str = field(default="", repr=False)


_FAULTS = {"raised", "raised_without", "outcome_unfit"}
_PRIVACY = {
    "told_in_the_open",
    "told_more_than_terms",
    "raw_holds_a_person",
    "path_unfit",
    "repr_shows_a_person",
}
_REFUSALS = {"read_something_into"}
_ANCHOR = {"asked_without"}
_GATED = re.compile(
    r"imsi|imei|msc|roam|location|latitude|longitude|first_?name|last_?name|given_?name|family_?name|"
    r"caller_?(name|identity)|address|birth|email|new_?(number|destination)|subscriber_?name",
    re.IGNORECASE,
)
# Signatures held against the vendors' own in our tests; the others are in RFCs or the vendor's hands.
_PROVEN = frozenset({AuthKind.TC3, AuthKind.ACS3})


def results(
    source: Source,
    ask: Ask,
    *,
    spec: Definition | None = None,
    features: Iterable[str] = (),
    action: str = "",
) -> tuple[Result, ...]:
    """Give all fourteen results, in order. ``features`` are the texts of Gherkin files, ``action`` an
    operation of a Tencent definition. A source that is no manifest is asked what can be asked of any."""
    manifest = source.manifest if isinstance(source, ManifestSource) else None
    found = {check: list[Shortfall]() for check in Check}
    notes: dict[Check, str] = {}
    for one in shortfalls(source, ask):
        found[_home(one)].append(one)
    looked = {Check.REFUSALS, Check.PRIVACY, Check.FAULTS, Check.ANCHOR, Check.LIMITS, Check.SCHEMA}
    if manifest is not None:
        looked |= {Check.SIGNATURE, Check.BILLING, Check.PROVENANCE, Check.GATED}
        found[Check.SCHEMA] += _quality(manifest)
        found[Check.BILLING] += _billing(manifest)
        found[Check.PROVENANCE] += _provenance(manifest)
        notes[Check.SIGNATURE] = str(manifest.auth.kind)
        notes[Check.PROVENANCE] = (
            manifest.source.licence or (spec.licence if spec else "") or "licence_not_said"
        )
        operation = _operation(manifest, spec) if spec else None
        if spec is not None and operation is not None:
            looked |= {Check.VALUES, Check.EXAMPLES, Check.REQUEST}
            found[Check.VALUES] += _values(manifest, spec, operation)
            found[Check.REQUEST] += _request(source, manifest, spec, operation, ask)
            found[Check.GATED] += _gated(manifest, spec, operation)
            seen = list(spec.examples(operation))
            found[Check.EXAMPLES] += _replayed(source, manifest, ask, seen)
            notes[Check.EXAMPLES] = str(len(seen))
        elif spec is not None and action:
            seen = list(spec.action_examples(action))
            looked |= {Check.EXAMPLES} if seen else set()
            found[Check.EXAMPLES] += _replayed(source, manifest, ask, seen)
            notes[Check.EXAMPLES] = str(len(seen))
        elif spec is not None and spec.operations():
            looked.add(Check.VALUES)
            found[Check.VALUES].append(Shortfall("operation_not_in_definition", manifest.request.path))
    # A folder holds the scenarios of every operation: those that name this one's path are its own.
    path = manifest.request.path.rstrip("/").rpartition("/")[2] if manifest else ""
    own = [text for text in features if re.search(rf"/{re.escape(path)}\b", text)]
    scenarios = [one for text in own for one in _scenarios(text)]
    if scenarios:
        looked.add(Check.SCENARIOS)
        found[Check.SCENARIOS] += _played(source, ask, scenarios)
        notes[Check.SCENARIOS] = str(len(scenarios))
    return tuple(
        _result(check, manifest, found[check], check in looked, notes.get(check, "")) for check in Check
    )


def _result(
    check: Check, manifest: Manifest | None, found: list[Shortfall], looked: bool, note: str
) -> Result:
    said = manifest.quality.get(check, "") if manifest else ""
    if said.startswith("exempt"):
        return Result(
            check=check, verdict=Verdict.EXEMPT, found=tuple(found), note=said.partition(":")[2].strip()
        )
    if found:
        return Result(check=check, verdict=Verdict.FAILED, found=tuple(dict.fromkeys(found)), note=note)
    return Result(check=check, verdict=Verdict.DONE if looked else Verdict.NOT_LOOKED_AT, note=note)


def _home(one: Shortfall) -> Check:
    if one.code in _REFUSALS:
        return Check.REFUSALS
    if one.code in _PRIVACY:
        return Check.PRIVACY
    if one.code in _FAULTS:
        return Check.FAULTS
    return Check.ANCHOR if one.code in _ANCHOR else Check.SCHEMA


# What a manifest says of itself


def _quality(manifest: Manifest) -> Iterator[Shortfall]:
    for name, said in manifest.quality.items():
        if name not in set(Check):
            yield Shortfall("quality_unknown", name)
        elif said != "done" and not re.fullmatch(r"exempt: ?.{3,}", said):
            yield Shortfall("quality_without_reason", name)


def _billing(manifest: Manifest) -> Iterator[Shortfall]:
    if not manifest.source.cost.billed_when:
        yield Shortfall("billing_not_said", "source.cost.billed_when")
    result = manifest.outcome
    if result is not None and result.billed is None:
        mixed = [
            code for code, outcome in result.map.items() if outcome not in manifest.source.cost.billed_when
        ]
        if len(mixed) < len(result.map) and Outcome.ANSWERED not in manifest.source.cost.billed_when:
            yield Shortfall("billing_not_said", "outcome.billed")


def _provenance(manifest: Manifest) -> Iterator[Shortfall]:
    if not (manifest.source.lawful.purposes and manifest.source.lawful.consent):
        yield Shortfall("footing_not_said", "source.lawful")


# The definition


def _operation(manifest: Manifest, spec: Definition) -> Operation | None:
    bare = re.sub(r"\{[^}]*\}", "{}", manifest.request.path)
    for one in spec.operations():
        path = re.sub(r"\{format\}", "json", one.path)
        path = re.sub(r"\{[^}]*\}", "{}", path)
        whole = (path, f"{spec.server_path}{path}")
        if one.method == manifest.request.method and any(
            bare == said or bare.endswith(said) for said in whole
        ):
            return one
    return None


def _values(manifest: Manifest, spec: Definition, operation: Operation) -> Iterator[Shortfall]:
    read = [(part.at, part.map, part.kind) for part in manifest.fact if part.map and isinstance(part.at, str)]
    if manifest.outcome is not None:
        read.append((manifest.outcome.at, dict.fromkeys(manifest.outcome.map, ""), "outcome"))
    for place, mapping, kind in read:
        schema = spec.at(operation.response, place)
        if schema is None:
            if operation.response and not spec.resolved(operation.response).get("oneOf"):
                yield Shortfall("place_not_in_definition", f"{kind}: {place}")
            continue
        for value in sorted((spec.values(schema) or frozenset()) - mapping.keys()):
            yield Shortfall("value_not_mapped", f"{kind}: {place} = {value}")


def _request(
    source: Source, manifest: Manifest, spec: Definition, operation: Operation, ask: Ask
) -> Iterator[Shortfall]:
    flow = source.lookup(ask)
    try:
        call = next(flow)
    except StopIteration as end:
        yield Shortfall("not_asked", str(end.value.outcome))
        return
    finally:
        flow.close()
    if not isinstance(call, HttpCall):
        return
    if call.json is not None and operation.request:
        for place in spec.misfits(operation.request, call.json):
            yield Shortfall("request_unfit", place)
    told = {*call.query, *(place for place in re.findall(r"\{([^}]*)\}", operation.path))}
    secret = {manifest.auth.id_as, manifest.auth.secret_as}
    for where, name, required in operation.parameters:
        if where == "query" and required and name not in told and name not in secret:
            yield Shortfall("request_unfit", f"{name}: required")


def _gated(manifest: Manifest, spec: Definition, operation: Operation) -> Iterator[Shortfall]:
    read = " ".join(str(part.at) for part in manifest.fact)
    for name in spec.properties(operation.response):
        # A match on an attribute is no attribute; what is read as a fact is in the vocabulary.
        plain = _GATED.search(name) and not re.search(r"match|status$", name, re.IGNORECASE)
        if plain and name not in manifest.source.drops and name not in read:
            yield Shortfall("gated_not_dropped", name)


def _replayed(source: Source, manifest: Manifest, ask: Ask, seen: list[Example]) -> Iterator[Shortfall]:
    for example in seen:
        reply = Reply(status=example.status, headers={"retry-after": "1"}, body=example.body)
        where = f"{example.status} {example.name}"
        try:
            answer = _first(source, ask, reply)
        except Exception as error:
            yield Shortfall("raised", f"{where}: {type(error).__name__}")
            continue
        if example.status not in manifest.request.success and answer.facts:
            yield Shortfall("read_something_into", where)
        if answer.outcome is Outcome.PROTOCOL_ERROR and not _not_ours(example, manifest):
            yield Shortfall("example_not_understood", f"{where}: {answer.raw}")


def _not_ours(example: Example, manifest: Manifest) -> bool:
    """Refusals that speak of our own mistake: a protocol error is what they are."""
    said = b'"NOT_FOUND"' in example.body.replace(b" ", b"")
    return example.status in (405, 406, 410, 415) or (example.status == 404 and said)


def _first(source: Source, ask: Ask, reply: Reply) -> Answer:
    flow = source.lookup(ask)
    try:
        next(flow)
        for _ in range(12):
            flow.send(reply)
    except StopIteration as end:
        answer: Answer = end.value
        return answer
    finally:
        flow.close()
    raise RuntimeError("it never ends")


# Gherkin


def _scenarios(text: str) -> Iterator[tuple[str, int, str]]:
    """Id, status and error code of every scenario that names them."""
    for block in re.split(r"(?m)^\s*(?=@)", text):
        name = re.search(r"@(\S+)", block)
        if name is None or "Scenario" not in block:
            continue
        status = re.search(r"(?:status code|response status|\"\$\.status\")\D{0,40}?(\d{3})", block)
        code = re.search(r"\"\$\.code\"[^\n\"]*\"([A-Z_.]+)\"", block)
        yield name[1], int(status[1]) if status else 0, code[1] if code else ""


def _played(source: Source, ask: Ask, scenarios: list[tuple[str, int, str]]) -> Iterator[Shortfall]:
    for name, status, code in scenarios:
        if status < 400 or not code or CAMARA_ERRORS.get((status, code)) is Outcome.PROTOCOL_ERROR:
            continue  # answers are the examples' matter; the others speak of our own mistakes
        body = f'{{"status": {status}, "code": "{code}", "message": ""}}'.encode()
        answer = _first(source, ask, Reply(status=status, body=body))
        if answer.facts or answer.outcome in (Outcome.ANSWERED, Outcome.PROTOCOL_ERROR):
            yield Shortfall("scenario_not_understood", f"{name}: {status} {code}")
