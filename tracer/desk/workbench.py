"""Making sources: a manifest tried against its vendor's definition, and a first one written from it.

Nobody is asked anything here: a source is played through with a fictional person's data, and nothing leaves.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from graph.model import Phone
from sources.contract import Source
from sources.kit import Result, Verdict, results
from sources.manifest import ManifestSource, schema, source
from sources.scaffold import scaffold
from sources.spec import Definition, Operation
from sources.testing import an_ask
from tracer.config import SourceSettings
from tracer.errors import WrongUse
from tracer.manifests import read_file, shipped, shipped_manifest
from tracer.plugins import announced, load_one
from tracer.words import N_, _

# A vendor's definition is read into memory; the largest we know (one file for 200 APIs) has 4 MB.
LARGEST = 20_000_000

_DECIDE = {
    "purposes": N_("for which purposes, and on whose consent, the vendor serves you"),
    "billing": N_("which answers are charged for"),
    "in_url": N_("whether the vendor really takes the number nowhere but in the address"),
    "not_found": N_("what 404 means: most often not this vendor's customer, rarely no such number"),
    "number": N_("where the number is told: no input looked like one"),
    "input": N_("what this required input is"),
    "values": N_("what each of these values means in our vocabulary, or nothing"),
    "anchor": N_("from which date it is counted"),
    "facts": N_("which values of the answer are facts: none looked like one"),
    "scope": N_("which scope the token needs, beside the purpose"),
    "auth": N_("how the vendor knows who asks"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """How a source did: its name, the fourteen results, and whether none failed."""

    name: str = field(repr=False)
    results: tuple[Result, ...]

    @property
    def passed(self) -> bool:
        """True when no check failed."""
        return all(one.verdict is not Verdict.FAILED for one in self.results)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A first manifest: where it was written, and what is to be decided, in the reader's language."""

    path: Path
    decide: tuple[tuple[str, str], ...] = field(repr=False)


def tried(target: str, *, spec: Path | None = None, features: Path | None = None) -> Tried:
    """Run the conformance kit on a manifest (a path, or a shipped one's id) or an installed source.

    ``spec`` is its vendor's definition (OpenAPI as YAML or JSON, or Tencent's examples.json), ``features`` a
    folder of Gherkin scenarios. Raises WrongUse when one of them cannot be read.
    """
    found = _source(target)
    manifest = found.manifest if isinstance(found, ManifestSource) else None
    ask = an_ask()
    if manifest and manifest.source.numbers and not manifest.source.numbers[0].startswith("+86"):
        # +1 212 555 01xx is nobody's; elsewhere the prefix itself is filled up.
        prefix = manifest.source.numbers[0]
        ask = an_ask(phone=Phone(e164="+12125550143" if prefix == "+1" else f"{prefix}{'0' * 8}"))
    texts = (
        [path.read_text(encoding="utf-8") for path in sorted(features.rglob("*.feature"))] if features else []
    )
    action = manifest.source.spec.partition("#")[2] if manifest else ""
    definition = Definition(_document(spec)) if spec else None
    return Tried(name=found.name, results=results(found, ask, spec=definition, features=texts, action=action))


def written(definition: Path, out: Path, *, operation: str = "") -> Written:
    """Write a first manifest for one operation of an OpenAPI file.

    ``operation`` is its operationId or path. Raises WrongUse when it is not given and there are several, or
    when ``out`` is there already.
    """
    document = _document(definition)
    spec = Definition(document)
    chosen = _chosen(spec, operation, definition)
    found = scaffold(spec, chosen, document, place=definition.name)
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(found.text)
    except FileExistsError:
        raise WrongUse(
            N_("{file} is there already."), N_("Give another name with --out."), file=str(out)
        ) from None
    except OSError as error:
        raise WrongUse(
            N_("{file} cannot be written ({why})."),
            N_("Check that the folder is there and that you may write to it."),
            file=str(out),
            why=type(error).__name__,
        ) from error
    return Written(path=out, decide=tuple((place, _(_DECIDE[code])) for code, place in found.decide))


def editor_schema() -> dict[str, object]:
    """Give the JSON Schema of manifests, for editors."""
    return schema()


def _chosen(spec: Definition, operation: str, file: Path) -> Operation:
    every = spec.operations()
    found = [one for one in every if not operation or operation in (one.id, one.path)]
    if len(found) == 1:
        return found[0]
    raise WrongUse(
        N_("{file} has {count} operations that could be meant."),
        N_("Name one with --operation: {known}."),
        file=file.name,
        count=len(found),
        known=", ".join(one.id or one.path for one in every[:30]) or "—",
    )


def _source(target: str) -> Source:
    path = Path(target)
    if path.suffix == ".toml" or path.is_file():
        manifest = read_file(path)
        return source(manifest, dict.fromkeys(manifest.options, "fictional"))
    if target in shipped():
        manifest = shipped_manifest(target)
        return source(manifest, dict.fromkeys(manifest.options, "fictional"))
    return load_one(SourceSettings(use=target), announced())


def _document(path: Path) -> Mapping[str, object]:
    try:
        if path.stat().st_size > LARGEST:
            raise WrongUse(N_("{file} is too large to be a definition."), file=str(path))
        text = path.read_text(encoding="utf-8-sig")
        loaded = json.loads(text) if path.suffix == ".json" else _plain(yaml.safe_load(text), {})
    except (OSError, UnicodeDecodeError, ValueError, yaml.YAMLError, RecursionError) as error:
        raise WrongUse(
            N_("{file} cannot be read as a definition ({why})."),
            N_("An OpenAPI file as YAML or JSON is needed."),
            file=str(path),
            why=type(error).__name__,
        ) from None
    if not isinstance(loaded, dict):
        raise WrongUse(
            N_("{file} cannot be read as a definition ({why})."),
            N_("An OpenAPI file as YAML or JSON is needed."),
            file=str(path),
            why=type(loaded).__name__,
        )
    return loaded


def _plain(value: object, seen: dict[int, object]) -> object:
    """YAML as JSON has it: keys are texts, dates too. What an alias repeats is gone through once."""
    if id(value) in seen:
        return seen[id(value)]
    if isinstance(value, dict):
        plain: dict[str, object] = {}
        seen[id(value)] = plain
        plain.update((str(key), _plain(inner, seen)) for key, inner in value.items())
        return plain
    if isinstance(value, list):
        items: list[object] = []
        seen[id(value)] = items
        items.extend(_plain(inner, seen) for inner in value)
        return items
    return value.isoformat() if isinstance(value, dt.date) else value
