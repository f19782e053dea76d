"""A first manifest from a vendor's definition: what can be read is read, what to decide is marked ``?``.

The text it gives does not pass yet, on purpose: every ``?`` is a line ``tracer sources test`` points to.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sources.carrier.facts import CAMARA_ERRORS, FORMS, VALUES
from sources.spec import Definition, Operation

DECIDE = "?"

_TELLS = (
    (re.compile(r"phone|msisdn|mobile|^number$|to$|subscriber_?number", re.I), "phone.e164"),
    (re.compile(r"birth|dob", re.I), "born"),
    (re.compile(r"id_?(document|card|number)|national_?id|cert", re.I), "id.number"),
    (re.compile(r"first_?name|given_?name", re.I), "name.given"),
    (re.compile(r"last_?name|family_?name|surname", re.I), "name.family"),
    (re.compile(r"^(full_?)?name$", re.I), "name.text"),
    (re.compile(r"date|since|start_?time", re.I), "anchor_date"),
)
_KINDS = (
    (re.compile(r"reassign|recycl|holder", re.I), "holder_changed_since"),
    (re.compile(r"disconnect|deactivat", re.I), "disconnected_since"),
    (re.compile(r"sim.?(swap|change)|^swapped", re.I), "sim_changed_since"),
    (re.compile(r"device.?(swap|change)", re.I), "device_changed_since"),
    (re.compile(r"reachab|connectivity|present", re.I), "reachability"),
    (re.compile(r"forward", re.I), "call_forwarding"),
    (re.compile(r"tenure", re.I), "tenure_since"),
    (re.compile(r"match", re.I), "attribute_match"),
    (re.compile(r"ported|portab", re.I), "ported"),
    (re.compile(r"line_?type|network_?type|number_?type|^type$", re.I), "line_type"),
    (re.compile(r"contract", re.I), "contract"),
    (re.compile(r"valid", re.I), "number_format"),
    (re.compile(r"carrier|operator", re.I), "carrier"),
    (re.compile(r"status|active", re.I), "line_status"),
)
_BY_STATUS = {
    "400": "bad_input",
    "401": "auth_failed",
    "402": "quota_exhausted",
    "403": "not_entitled",
    "404": "not_served",
    "409": "precondition_failed",
    "412": "precondition_failed",
    "422": "bad_input",
    "429": "rate_limited",
}
_CODES = ("code", "error.code", "errors[0].code", "error_code", "error", "title", "status.code")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaffold:
    """The text, and what a person has to decide: codes with the place they are about."""

    text: str = field(repr=False)
    decide: tuple[tuple[str, str], ...] = field(repr=False)


def scaffold(
    spec: Definition, operation: Operation, document: Mapping[str, object], *, place: str
) -> Scaffold:
    """Give a first manifest for one operation; ``place`` is how the definition is named in it."""
    decide: list[tuple[str, str]] = [("purposes", "source.lawful"), ("billing", "source.cost")]
    told, needs = _told(spec, operation, decide)
    facts = list(_facts(spec, operation, decide))
    if any(kind.endswith("_since") for kind, _ in facts) and "anchor_date" not in needs:
        needs = (*needs, "anchor_date")
    in_url = any("{" in value for value in [operation.path, *told.query.values()])
    path = spec.server_path + re.sub(
        r"\{([^}]*)\}", lambda hit: "{" + (_tell(hit[1]) or DECIDE) + "}", operation.path
    )
    if in_url:
        decide.append(("in_url", "source.in_url"))
    if "404" in operation.statuses:
        decide.append(("not_found", "errors"))
    kinds = list(dict.fromkeys(kind for kind, _ in facts)) or [DECIDE]
    name = re.sub(r"[^a-z0-9]+", "-", (operation.id or operation.path).lower()).strip("-") or "source"
    lines = [
        f"# From {place}. Every {DECIDE} is for a person to decide; `tracer sources test` points to them.",
        "[source]",
        f"id = {_q('new.' + name[:50])}",
        f"title = {_q(operation.summary.splitlines()[0][:90] if operation.summary else DECIDE)}",
        f"vendor = {_q(DECIDE)}",
        f"version = {_q(spec.version or DECIDE)}",
        f"spec = {_q(place)}",
        f"licence = {_q(spec.licence or DECIDE)}",
        f"facts = [{', '.join(map(_q, kinds))}]",
        'subject = "phone"',
        f"needs = [{', '.join(map(_q, needs))}]",
    ]
    if in_url:
        lines.append(f"in_url = {_q(DECIDE)}        # why the vendor takes a person's data nowhere else")
    lines += [
        f"lawful = {{ purposes = [{_q(DECIDE)}], consent = {_q(DECIDE)} }}",
        'cost = { unit = "call", billed_when = ["answered"] }',
        "limits = { qps = 5 }",
        'retention = { raw_body = "none", fact = "case" }',
        "",
        *_auth(document, decide),
        "",
        "[request]",
        f"method = {_q(operation.method)}",
        f"path = {_q(path)}",
    ]
    if told.query:
        lines.append(f"query = {_inline(told.query)}")
    if told.body:
        lines.append(f"json = {_inline(told.body)}")
    lines += ["", *_errors(spec, operation), ""]
    for _, text in facts:
        lines += [text, ""]
    if not facts:
        decide.append(("facts", "fact"))
        lines += [
            "[[fact]]",
            f"kind = {_q(DECIDE)}",
            f"at = {_q('where.it.stands')}",
            f"map = {{ value = {_q(DECIDE)} }}",
        ]
    return Scaffold(text="\n".join(lines).rstrip() + "\n", decide=tuple(dict.fromkeys(decide)))


@dataclass(frozen=True, slots=True)
class _Told:
    query: Mapping[str, str] = field(repr=False)
    body: Mapping[str, object] = field(repr=False)


def _tell(name: str) -> str:
    return next((place for pattern, place in _TELLS if pattern.search(name)), "")


def _told(
    spec: Definition, operation: Operation, decide: list[tuple[str, str]]
) -> tuple[_Told, tuple[str, ...]]:
    needs: list[str] = [_tell(name) for name in re.findall(r"\{([^}]*)\}", operation.path)]
    query: dict[str, str] = {}
    for where, name, required in operation.parameters:
        if where == "query" and (required or _tell(name) == "phone.e164"):
            query[name] = "{" + _tell(name) + "}" if _tell(name) else DECIDE
            needs.append(_tell(name))
    body, inside = _body(spec, operation.request, decide)
    needs = [place for place in dict.fromkeys([*needs, *inside]) if place]
    if "phone.e164" not in needs:
        decide.append(("number", "request"))
        needs.insert(0, "phone.e164")
    return _Told(query, body), tuple(needs)


def _body(
    spec: Definition, schema: Mapping[str, object], decide: list[tuple[str, str]], deep: int = 0
) -> tuple[dict[str, object], list[str]]:
    required = {str(name) for part in spec.parts(schema) for name in _names(part.get("required"))}
    body: dict[str, object] = {}
    needs: list[str] = []
    for name, said in spec.properties(schema).items():
        place = _tell(name)
        if spec.properties(said) and deep < 2:
            inner, told = _body(spec, said, decide, deep + 1)
            if inner:
                body[name], needs = inner, [*needs, *told]
        elif place and (name in required or place == "phone.e164"):
            body[name] = "{" + place + "}"
            needs.append(place)
        elif name in required:
            body[name] = DECIDE
            decide.append(("input", f"request.json.{name}"))
    return body, needs


def _names(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _facts(
    spec: Definition, operation: Operation, decide: list[tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    for place, said in _leaves(spec, operation.response, ""):
        name = place.rsplit(".", 1)[-1]
        kind = next((kind for pattern, kind in _KINDS if pattern.search(name)), "")
        if not kind:
            continue
        values = sorted(spec.values(said) or ())
        lines = ["[[fact]]", f"kind = {_q(kind)}", f"at = {_q(place)}"]
        if values:
            lines.append(f"map = {_inline({value: _guess(kind, value) for value in values})}")
            if any(_guess(kind, value) == DECIDE for value in values):
                decide.append(("values", place))
        elif all(form != kind for form in FORMS):
            lines.append(f"map = {{ {DECIDE!r} = {_q(DECIDE)} }}   # the definition lists no values")
            decide.append(("values", place))
        if kind == "carrier":
            lines.append(f"prefix = {_q(DECIDE)}             # original:, current: or mvno:")
        if kind.endswith("_since"):
            lines.append('anchor = "{anchor_date}"')
            decide.append(("anchor", place))
        if kind == "attribute_match":
            lines.append(f"attribute = {_q(DECIDE)}")
        lines.append("optional = true")
        yield kind, "\n".join(lines)


def _leaves(
    spec: Definition, schema: Mapping[str, object], place: str, deep: int = 0
) -> Iterator[tuple[str, Mapping[str, object]]]:
    properties = spec.properties(schema)
    for name, said in properties.items():
        where = f"{place}.{name}" if place else name
        if spec.properties(said) and deep < 4:
            yield from _leaves(spec, said, where, deep + 1)
        elif spec.resolved(said).get("type") == "array":
            items = spec.at(said, "[]")
            if items is not None and spec.properties(items) and deep < 4:
                yield from _leaves(spec, items, f"{where}[0]", deep + 1)
            elif items is not None:
                yield f"{where}[]", items
        else:
            yield where, said


def _guess(kind: str, value: str) -> str:
    known: Mapping[str, frozenset[str]] = {str(one): said for one, said in VALUES.items()}
    if value.lower() in known.get(kind, ()):
        return value.lower()
    if value in ("true", "false") and "yes" in known.get(kind, ()):
        return "yes" if value == "true" else "no"
    return DECIDE


def _auth(document: Mapping[str, object], decide: list[tuple[str, str]]) -> Iterator[str]:
    components = document.get("components")
    schemes = components.get("securitySchemes") if isinstance(components, Mapping) else None
    first: object = next(iter(schemes.values()), {}) if isinstance(schemes, Mapping) else {}
    said = first if isinstance(first, Mapping) else {}
    kind, scheme = said.get("type"), str(said.get("scheme", "")).lower()
    yield "[auth]"
    if kind in ("oauth2", "openIdConnect"):
        yield 'kind = "oauth2-client-credentials"'
        yield f"scope = {_q(DECIDE)}"
        decide.append(("scope", "auth.scope"))
    elif kind == "http" and scheme == "basic":
        yield 'kind = "basic"'
    elif kind == "http" and scheme == "bearer":
        yield 'kind = "bearer"'
    elif kind == "apiKey" and said.get("in") == "header":
        yield f'kind = "header"\nheader = {_q(str(said.get("name", DECIDE)))}'
    elif kind == "apiKey" and said.get("in") == "query":
        yield f'kind = "query"\nsecret_as = {_q(str(said.get("name", DECIDE)))}'
    else:
        yield f"kind = {_q(DECIDE)}"
        decide.append(("auth", "auth.kind"))


def _errors(spec: Definition, operation: Operation) -> Iterator[str]:
    codes: dict[str, str] = {}
    place = ""
    for example in spec.examples(operation):
        if 200 <= example.status <= 299:
            continue
        try:
            body = json.loads(example.body)
        except ValueError:
            continue
        for one in (place,) if place else _CODES:
            code = _found(body, one)
            if code:
                place = one
                default = "unavailable" if example.status >= 500 else DECIDE
                codes.setdefault(code, _BY_STATUS.get(str(example.status), default))
                break
    yield "[errors]"
    if codes and {code for _, code in CAMARA_ERRORS} >= codes.keys():
        yield 'at = "code"\nschema = "camara"'
        return
    if place:
        yield f"at = {_q(place)}"
    statuses = {code: _BY_STATUS[code] for code in operation.statuses if code in _BY_STATUS}
    if statuses:
        yield f"status = {_inline(statuses)}"
    if codes:
        yield "[errors.map]"
        for code, outcome in codes.items():
            yield f"{_q(code)} = {_q(outcome)}"


def _found(body: object, place: str) -> str:
    for index, name in re.findall(r"\[(\d*)\]|([^.\[\]]+)", place):
        if name:
            body = body.get(name) if isinstance(body, dict) else None
        else:
            body = body[int(index)] if isinstance(body, list) and len(body) > int(index) else None
    return str(body) if isinstance(body, str | int) and not isinstance(body, bool) else ""


def _q(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _inline(value: object) -> str:
    if isinstance(value, Mapping):
        inner = ", ".join(
            f"{key if re.fullmatch(r'[A-Za-z0-9_-]+', str(key)) else _q(str(key))} = {_inline(part)}"
            for key, part in value.items()
        )
        return f"{{ {inner} }}"
    return _q(str(value))
