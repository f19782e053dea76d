"""The sources the configuration names, and no others: loading one runs its code.

Sources announce themselves under the entry-point group ``tracer.sources``. A manifest (a source that is a
TOML file) is shipped with the program or named by its path; it has no code to run. A distribution that merely
happens to be installed is never imported. With ``sha256`` in its settings, a source's module, or manifest,
must be the very file that was reviewed.
"""

from __future__ import annotations

import hashlib
import importlib.machinery
from collections.abc import Iterable
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from sources.contract import Source, Terms
from tracer.config import Config, SourceSettings
from tracer.errors import WrongUse
from tracer.manifests import load_manifest, shipped, shipped_persons
from tracer.words import N_

GROUP = "tracer.sources"


def available() -> tuple[str, ...]:
    """Give the names under which installed sources announce themselves, sorted; none is loaded."""
    names = (found.name for found in announced())
    return tuple(sorted({*names, *shipped(), *shipped_persons()}))


def announced() -> tuple[EntryPoint, ...]:
    """Give what installed distributions announce; none is loaded. Every one of them is looked through."""
    return tuple(entry_points(group=GROUP))


def load(config: Config) -> dict[str, Source]:
    """Load what ``config.sources`` names, in that order, by id.

    Raises:
        WrongUse: a source is not installed, is announced twice, is not the reviewed file, or is no source.
    """
    installed = announced()
    return {settings.id: load_one(settings, installed) for settings in config.sources}


def load_one(settings: SourceSettings, installed: Iterable[EntryPoint]) -> Source:
    """Load one source; raises WrongUse as :func:`load` does."""
    if settings.manifest is not None:
        return load_manifest(settings)
    found = {point.value: point for point in installed if point.name == settings.use}
    if not found and settings.use in (*shipped(), *shipped_persons()):
        return load_manifest(settings)
    if not found:
        raise WrongUse(
            N_("No source called {use} is installed."),
            N_("Installed: {known}. Correct `use`, or install the package that brings it."),
            use=settings.use,
            known=", ".join(available()) or "-",
        )
    if len(found) > 1:
        raise WrongUse(
            N_("Source {use} is announced by more than one package: {places}."),
            N_("Uninstall all but one of them."),
            use=settings.use,
            places=", ".join(sorted(found)),
        )
    point = next(iter(found.values()))
    if settings.sha256:
        _check(settings, point)
    try:
        source = point.load()()
        terms = source.terms
        right = isinstance(source.name, str) and callable(source.lookup) and isinstance(terms, Terms)
    except Exception as error:
        # Whatever a stranger's module does on being loaded: its type says enough, its text may say too much.
        raise WrongUse(
            N_("Source {use} cannot be loaded ({error})."),
            N_("Reinstall the package that brings it, or ask its author."),
            use=settings.use,
            error=type(error).__name__,
        ) from error
    if not right:
        raise WrongUse(
            N_("{place} is no source."),
            N_("A source has name, terms and lookup; see tracer.plugin."),
            place=point.value,
        )
    loaded: Source = source
    return loaded


def module_digest(point: EntryPoint) -> str:
    """Give the SHA-256 (hex) of the file a source's module would be loaded from, without running any of it.

    Empty when there is no such file.
    """
    path: list[str] | None = None
    spec = None
    name = ""
    for part in point.module.split("."):
        name = f"{name}.{part}" if name else part
        # The path finder, step by step: importlib.util.find_spec would run the packages above the module.
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        if spec is None:
            return ""
        path = list(spec.submodule_search_locations or ())
    if spec is None or not spec.origin or not Path(spec.origin).is_file():
        return ""
    return hashlib.sha256(Path(spec.origin).read_bytes()).hexdigest()


def _check(settings: SourceSettings, point: EntryPoint) -> None:
    found = module_digest(point)
    if found != settings.sha256:
        raise WrongUse(
            N_("Source {use} is not the file that was reviewed: its SHA-256 is {found}."),
            N_("Review it anew and write that as `sha256`, or install the reviewed version."),
            use=settings.use,
            found=found or "?",
        )
