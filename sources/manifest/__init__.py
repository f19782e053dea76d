"""A source written as a TOML file, no code: read, checked, and made into a source like any other.

``read`` takes a text and gives a :class:`Manifest` or raises :class:`ManifestFault`, which knows the line.
Nothing here opens a file: the configuration names it and tracer reads it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError

from graph.model import FactKind, Role
from sources.carrier.facts import ANCHORED, ATTRIBUTES, FORMS, GATED, VALUES
from sources.contract import AuthKind, Outcome
from sources.manifest.fill import field_of, known, places_in
from sources.manifest.form import FactPart, Manifest, schema
from sources.manifest.places import Place, line_of, lines_of
from sources.manifest.run import NOTHING, ManifestSource, terms_of

__all__ = ["Flaw", "Manifest", "ManifestFault", "ManifestSource", "faults", "read", "schema", "source"]

# A manifest is read by people before it runs; one longer than this is not.
LONGEST = 200_000
UNDECIDED = "?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """One thing a manifest gets wrong: a code, the line (0 when there is none), the key, the value there."""

    code: str
    line: int = 0
    key: str = field(default="", repr=False)
    value: str = field(default="", repr=False)


class ManifestFault(Exception):
    """A text that is no manifest. ``faults`` are in the order of their lines."""

    def __init__(self, faults: tuple[Flaw, ...]) -> None:
        super().__init__(
            "; ".join(f"line {one.line}: {one.key}: {one.code} {one.value}".strip() for one in faults)
        )
        self.faults = faults


def source(manifest: Manifest, options: Mapping[str, str] | None = None) -> ManifestSource:
    """Give the source a manifest describes; ``options`` are the account's own values, none of them secret."""
    return ManifestSource(
        name=manifest.source.id, manifest=manifest, options=dict(options or {}), terms=terms_of(manifest)
    )


def read(text: str) -> Manifest:
    """Read a manifest and check that it means something. Raises ManifestFault with every fault found."""
    if len(text) > LONGEST:
        raise ManifestFault((Flaw(code="too_long"),))
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        at = re.search(r"line (\d+)", str(error))
        raise ManifestFault((Flaw(code="not_toml", line=int(at[1]) if at else 0),)) from None
    lines = lines_of(text)
    try:
        manifest = Manifest.model_validate(document)
    except ValidationError as error:
        found = [
            (tuple(one["loc"]), str(one["type"]), _shown(one["input"]))
            for one in error.errors(include_url=False)
        ]
    else:
        found = list(faults(manifest))
        if not found:
            return manifest
    listed = {
        Flaw(code=code, line=line_of(lines, _bare(place)), key=_dotted(_bare(place)), value=value)
        for place, code, value in found
    }
    raise ManifestFault(tuple(sorted(listed, key=lambda one: (one.line, one.key, one.code, one.value))))


def faults(manifest: Manifest) -> Iterator[tuple[Place, str, str]]:
    """Give what a well-formed manifest still gets wrong: the place, a code, the value."""
    yield from _undecided(manifest.model_dump(by_alias=True, mode="json"), ())
    yield from _told(manifest)
    yield from _asks(manifest)
    yield from _given(manifest)
    for number, part in enumerate(manifest.fact):
        for key, code, value in _fact(part):
            yield ("fact", number, *key), code, value


def _undecided(value: object, place: Place) -> Iterator[tuple[Place, str, str]]:
    """What a first manifest left for a person to decide."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _undecided(inner, (*place, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _undecided(inner, (*place, number))
    elif value == UNDECIDED:
        yield place, "to_decide", ""


def _told(manifest: Manifest) -> Iterator[tuple[Place, str, str]]:
    about, request = manifest.source, manifest.request
    asked = places_in([request.json_, request.form, request.headers, manifest.auth.subject])
    address = places_in([request.path, request.query])
    places = asked | address | places_in(manifest.auth.scope)
    for key in ("needs", "also"):
        for place in getattr(about, key):
            if not known(place) or field_of(place) is None:
                yield ("source", key), "no_such_place", place
            elif place not in places and not _anchors(manifest, place) and not _served(manifest, place):
                yield ("source", key), "need_not_used", place
    listed = {*about.needs, *about.also}
    for place in sorted(places):
        if place.startswith("option."):
            if place.removeprefix("option.") not in manifest.options:
                yield ("request",), "option_not_described", place
        elif place in ("auth.id", "auth.secret"):
            if manifest.auth.kind is not AuthKind.PATH or place in asked:
                yield ("request", "path"), "secret_elsewhere", place
        elif place != "purpose":
            if not known(place):
                yield ("request",), "no_such_place", place
            elif field_of(place) is not None and place not in listed:
                yield ("request",), "told_but_not_needed", place
    if not any(known(place) and str(field_of(place)) == "phone" for place in about.needs):
        yield ("source", "needs"), "number_not_needed", ""
    personal = sorted(place for place in address if known(place) and field_of(place) is not None)
    if personal and not about.in_url:
        yield ("request", "path"), "person_in_url", personal[0]
    if about.in_url and not personal:
        yield ("source", "in_url"), "nothing_in_url", ""
    if any(known(place) and field_of(place) is not None for place in places_in(request.headers)):
        yield ("request", "headers"), "person_in_header", ""
    if any(role.third_party for role in about.roles):
        yield ("source", "roles"), "third_party", str(next(r for r in about.roles if Role(r).third_party))


def _anchors(manifest: Manifest, place: str) -> bool:
    return place == "anchor_date" and any(
        part.anchor == "{anchor_date}" or part.compare in ("after_anchor", "before_anchor")
        for part in manifest.fact
    )


def _served(manifest: Manifest, place: str) -> bool:
    return any(part.sent == place for part in manifest.fact)


def _asks(manifest: Manifest) -> Iterator[tuple[Place, str, str]]:
    request, auth = manifest.request, manifest.auth
    if request.json_ is not None and request.form is not None:
        yield ("request", "form"), "two_bodies", ""
    if request.method == "GET" and (request.json_ is not None or request.form is not None):
        yield ("request", "method"), "get_with_body", ""
    missing = {
        AuthKind.HEADER: ("header",),
        AuthKind.BODY: ("secret_as",),
        AuthKind.QUERY: ("secret_as",),
        AuthKind.TC3: ("service",),
        AuthKind.HMAC: ("header", "id_as", "time_as"),
        AuthKind.JWT_BEARER: ("subject",),
        AuthKind.CIBA: ("subject",),
    }.get(auth.kind, ())
    for key in missing:
        if not getattr(auth, key):
            yield ("auth",), "auth_incomplete", key
    if auth.subject and auth.kind not in (AuthKind.JWT_BEARER, AuthKind.CIBA):
        yield ("auth", "subject"), "subject_unfit", auth.kind
    if auth.kind is AuthKind.PATH and "auth.secret" not in places_in(request.path):
        yield ("auth",), "auth_incomplete", "{auth.secret}"
    for name in request.headers:
        if name.lower() in ("authorization", "host", "cookie", "content-type", "content-length"):
            yield ("request", "headers", name), "header_not_yours", name
    yield from _later(manifest)
    if manifest.outcome is not None:
        if Outcome.ANSWERED not in manifest.outcome.map.values():
            yield ("outcome", "map"), "never_answered", ""
        for code in manifest.outcome.billed or ():
            if code not in manifest.outcome.map:
                yield ("outcome", "billed"), "no_such_code", code


def _later(manifest: Manifest) -> Iterator[tuple[Place, str, str]]:
    """What is said of answers that come later than the question."""
    poll, callback, file, request = manifest.poll, manifest.callback, manifest.file, manifest.request
    if poll is not None and "ref" not in places_in([poll.path, poll.json_]):
        yield ("poll", "path"), "no_reference", "{ref}"
    for key, part in (("poll", poll), ("callback", callback)):
        if part is not None and Outcome.ANSWERED not in part.map.values():
            yield (key, "map"), "never_answered", ""
    if poll is not None and callback is not None and poll.id != callback.id:
        yield ("callback", "id"), "two_references", callback.id
    ways = [
        name for name, part in (("poll", poll), ("callback", callback), ("pages", manifest.pages)) if part
    ]
    if manifest.auth.kind is AuthKind.CIBA and ways:
        yield ("auth", "kind"), "two_waits", ways[0]
    if (file is None) != (request.method != "FILE"):
        yield ("file",), "file_unfit", request.method
    if file is None:
        return
    if ways or manifest.auth.kind is not AuthKind.NONE:
        yield ("file",), "two_waits", ways[0] if ways else "auth"
    row = request.json_
    if not isinstance(row, dict) or not all(isinstance(value, str) for value in row.values()):
        yield ("request", "json"), "no_line", ""
    else:
        for ours in file.match.keys() - row.keys():
            yield ("file", "match", ours), "no_such_column", ours


def _given(manifest: Manifest) -> Iterator[tuple[Place, str, str]]:
    kinds = {part.kind for part in manifest.fact}
    for kind in manifest.source.facts:
        if kind in GATED:
            yield ("source", "facts"), "gated", kind
        elif kind not in set(FactKind):
            yield ("source", "facts"), "no_such_kind", kind
        elif kind not in kinds:
            yield ("source", "facts"), "fact_not_given", kind
    for number, part in enumerate(manifest.fact):
        if part.kind in set(FactKind) and part.kind not in manifest.source.facts:
            yield ("fact", number, "kind"), "fact_not_declared", part.kind
        counted = part.anchor == "{anchor_date}" or part.compare in ("after_anchor", "before_anchor")
        if counted and not any(place.startswith("anchor_date") for place in manifest.source.needs):
            yield ("fact", number, "anchor"), "anchor_not_needed", "anchor_date"
        if part.sent and part.sent not in (*manifest.source.also, *manifest.source.needs):
            yield ("fact", number, "sent"), "no_such_place", part.sent


def _fact(part: FactPart) -> Iterator[tuple[Place, str, str]]:
    if part.kind not in set(FactKind):
        yield ("kind",), ("gated" if part.kind in GATED else "no_such_kind"), part.kind
        return
    values, form = VALUES.get(part.of), FORMS.get(part.of)
    for said, value in part.map.items():
        fits = value in values if values is not None else bool(form and form.fullmatch(value))
        if value != NOTHING and not fits:
            yield ("map", said), "no_such_value", value
    if not part.map and not part.compare and values is not None:
        yield ("map",), "nothing_mapped", ""
    if part.of is FactKind.CARRIER and not part.map and part.prefix not in ("original:", "current:", "mvno:"):
        yield ("prefix",), "carrier_without_role", part.prefix
    anchored = bool(part.anchor or part.anchor_days)
    if part.of in ANCHORED and not anchored:
        yield ("anchor",), "anchor_missing", part.kind
    if part.anchor and part.anchor_days:
        yield ("anchor_days",), "two_anchors", ""
    if (part.attribute in ATTRIBUTES) != (part.of is FactKind.ATTRIBUTE_MATCH):
        yield ("attribute",), "attribute_unfit", part.attribute
    if part.score is not None and part.of is not FactKind.ATTRIBUTE_MATCH:
        yield ("score",), "score_unfit", part.kind
    if part.compare in ("after_anchor", "before_anchor") and part.of not in ANCHORED:
        yield ("compare",), "compare_unfit", part.kind
    if part.compare == "months" and part.of is not FactKind.TENURE:
        yield ("compare",), "compare_unfit", part.kind


def _bare(place: tuple[object, ...]) -> Place:
    """pydantic's place without the marks that stand for no key: branches of a union, keys of a map."""
    odd = re.compile(
        r"\[key\]|tuple\[.*|function-.*|literal\[.*|constrained-.*|str|list\[.*|dict\[.*|Outcome|enum"
    )
    return tuple(
        part for part in place if isinstance(part, int) or (isinstance(part, str) and not odd.fullmatch(part))
    )


def _dotted(place: Place) -> str:
    text = ""
    for part in place:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text or "(top)"


def _shown(value: object) -> str:
    text = str(value) if isinstance(value, str | int | float | bool) else type(value).__name__
    return text if len(text) <= 60 else text[:57] + "..."
