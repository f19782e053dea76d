"""A vendor's OpenAPI definition, as far as a source is held against it: operations, examples, listed values.

It is given as parsed; nothing is opened, and a reference to another file is an unknown thing, not an error.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_DEEPEST = 12
_KINDS: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "boolean": (bool,),
    "number": (int, float),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One request a definition knows: method, path below the server's, its schemas and its examples."""

    method: str
    path: str
    id: str = field(default="", repr=False)
    summary: str = field(default="", repr=False)
    request: Mapping[str, object] = field(default_factory=dict, repr=False)
    parameters: tuple[tuple[str, str, bool], ...] = field(default=(), repr=False)
    response: Mapping[str, object] = field(default_factory=dict, repr=False)
    statuses: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A reply as the vendor wrote it."""

    status: int
    name: str = field(repr=False)
    body: bytes = field(repr=False)


class Definition:
    """An OpenAPI 3 document, or Tencent's api.json's examples; ``operations`` of anything else is empty."""

    def __init__(self, document: Mapping[str, object]) -> None:
        self._document = document

    @property
    def version(self) -> str:
        """The version the document gives itself."""
        info = self._document.get("info")
        return str(info.get("version", "")) if isinstance(info, Mapping) else ""

    @property
    def licence(self) -> str:
        """The licence the document gives itself."""
        info = self._document.get("info")
        said = info.get("license") if isinstance(info, Mapping) else None
        return str(said.get("name", "")) if isinstance(said, Mapping) else ""

    @property
    def server_path(self) -> str:
        """The path of the first server, without its host: ``/sim-swap/v2``."""
        servers = self._document.get("servers")
        first = servers[0] if isinstance(servers, list) and servers else {}
        url = str(first.get("url", "")) if isinstance(first, Mapping) else ""
        rest = re.sub(r"^(https?://[^/]*|\{[^}]*\})", "", url)
        return "/" + rest.strip("/") if rest.strip("/") else ""

    def operations(self) -> tuple[Operation, ...]:
        """Give every operation in the order of the document."""
        paths = self._document.get("paths")
        found = []
        for path, item in paths.items() if isinstance(paths, Mapping) else ():
            for method in ("get", "post", "put"):
                one = item.get(method) if isinstance(item, Mapping) else None
                if isinstance(one, Mapping):
                    found.append(self._operation(method, str(path), item, one))
        return tuple(found)

    def _operation(
        self, method: str, path: str, item: Mapping[str, object], one: Mapping[str, object]
    ) -> Operation:
        answers = one.get("responses")
        answers = answers if isinstance(answers, Mapping) else {}
        good: object = next((answers[code] for code in answers if str(code).startswith("2")), {})
        listed = [*_list(item.get("parameters")), *_list(one.get("parameters"))]
        parameters = tuple(
            (str(said.get("in", "")), str(said.get("name", "")), bool(said.get("required")))
            for said in map(self.resolved, listed)
        )
        return Operation(
            method=method.upper(),
            path=path,
            id=str(one.get("operationId", "")),
            summary=str(one.get("summary", "") or one.get("description", ""))[:200],
            request=self._schema(self.resolved(one.get("requestBody"))),
            parameters=parameters,
            response=self._schema(self.resolved(good)),
            statuses=tuple(str(code) for code in answers),
        )

    def examples(self, operation: Operation) -> Iterator[Example]:
        """Give the replies an operation documents, success and refusal alike."""
        paths = self._document["paths"]
        assert isinstance(paths, Mapping)
        answers = paths[operation.path][operation.method.lower()].get("responses", {})
        for code, answer in answers.items():
            status = int(code) if str(code).isdigit() else 0
            content = self.resolved(answer).get("content")
            for media in content.values() if isinstance(content, Mapping) and status else ():
                media = self.resolved(media)
                named = media.get("examples")
                for name, example in named.items() if isinstance(named, Mapping) else ():
                    value = self.resolved(example).get("value")
                    if value is not None:
                        yield Example(status=status, name=str(name), body=_bytes(value))
                if "example" in media:
                    yield Example(status=status, name="example", body=_bytes(media["example"]))

    def action_examples(self, action: str) -> Iterator[Example]:
        """Give the replies Tencent's examples.json shows for an action."""
        actions = self._document.get("actions")
        for shown in _list(actions.get(action)) if isinstance(actions, Mapping) else ():
            output = shown.get("output") if isinstance(shown, Mapping) else None
            if isinstance(output, str):
                name = str(shown.get("title", "")) if isinstance(shown, Mapping) else ""
                yield Example(status=200, name=name, body=output.encode())

    def resolved(self, value: object) -> Mapping[str, object]:
        """Give what a reference in the document leads to; {} when it leads out of it."""
        for _ in range(_DEEPEST):
            if not isinstance(value, Mapping):
                return {}
            target = value.get("$ref")
            if not isinstance(target, str):
                return value
            if not target.startswith("#/"):
                return {}
            value = self._document
            for part in target[2:].split("/"):
                name = part.replace("~1", "/").replace("~0", "~")
                value = value.get(name) if isinstance(value, Mapping) else None
        return {}

    def _schema(self, body: Mapping[str, object]) -> Mapping[str, object]:
        content = body.get("content")
        first: object = next(iter(content.values()), {}) if isinstance(content, Mapping) else {}
        return self.resolved(self.resolved(first).get("schema"))

    # Schemas

    def parts(self, schema: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
        """Give a schema and all it is composed of."""
        schema = self.resolved(schema)
        yield schema
        for word in ("allOf", "oneOf", "anyOf"):
            for inner in _list(schema.get(word)):
                if isinstance(inner, Mapping):
                    yield from self.parts(inner)

    def properties(self, schema: Mapping[str, object]) -> dict[str, Mapping[str, object]]:
        """Give the properties of an object, those it is composed of included."""
        found: dict[str, Mapping[str, object]] = {}
        for part in self.parts(schema):
            inner = part.get("properties")
            for name, said in inner.items() if isinstance(inner, Mapping) else ():
                found.setdefault(str(name), said if isinstance(said, Mapping) else {})
        return found

    def at(self, schema: Mapping[str, object], place: str) -> Mapping[str, object] | None:
        """Give the schema at a manifest's place (``data.items[0].status``); None when there is none."""
        current: Mapping[str, object] = self.resolved(schema)
        for index, name in re.findall(r"\[(\d*)\]|([^.\[\]]+)", place):
            if name:
                inner = self.properties(current).get(name)
                if inner is None:
                    return None
                current = self.resolved(inner) or inner
            else:
                del index
                items = next((part["items"] for part in self.parts(current) if "items" in part), None)
                if not isinstance(items, Mapping):
                    return None
                current = self.resolved(items)
        return current

    def values(self, schema: Mapping[str, object]) -> frozenset[str] | None:
        """Give the values a schema lists, as manifests write them; None when it lists none."""
        found: set[str] = set()
        listed = False
        for part in self.parts(schema):
            if part.get("nullable") is True:
                found.add("null")
            if isinstance(part.get("enum"), list):
                listed = True
                found |= {_text(value) for value in _list(part["enum"])}
            elif part.get("type") == "boolean":
                listed = True
                found |= {"true", "false"}
        return frozenset(found) if listed else None

    def misfits(self, schema: Mapping[str, object], value: object, place: str = "") -> Iterator[str]:
        """Give the places at which a request body is not what the schema says: types, required, patterns."""
        for part in self.parts(schema):
            if any(word in part for word in ("oneOf", "anyOf")):
                continue  # one of them is enough; which is not decided here
            kind = part.get("type")
            fits = _KINDS.get(str(kind))
            if fits is not None and not isinstance(value, fits):
                yield f"{place or '(body)'}: {kind}"
                return
            if isinstance(value, str):
                pattern = part.get("pattern")
                if isinstance(pattern, str) and not _matches(pattern, value):
                    yield f"{place}: pattern"
                if isinstance(part.get("enum"), list) and value not in _list(part["enum"]):
                    yield f"{place}: enum"
            if isinstance(value, dict):
                for name in _list(part.get("required")):
                    if name not in value:
                        yield f"{place + '.' if place else ''}{name}: required"
        if isinstance(value, dict):
            known = self.properties(schema)
            for name, inner in value.items():
                where = f"{place + '.' if place else ''}{name}"
                if known and name not in known:
                    yield f"{where}: unknown"
                elif name in known:
                    yield from self.misfits(known[name], inner, where)
        elif isinstance(value, list):
            items = self.at(schema, "[]")
            for inner in value if items is not None else ():
                yield from self.misfits(items or {}, inner, f"{place}[]")


def _matches(pattern: str, value: str) -> bool:
    try:
        return re.search(pattern, value) is not None
    except re.error:
        return True  # another language's pattern


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else str(value)


def _bytes(value: object) -> bytes:
    return value.encode() if isinstance(value, str) else json.dumps(value, ensure_ascii=False).encode()
