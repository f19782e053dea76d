"""What a source's own definition shows when it is played through: done once for each definition.

The kit asks a source a fictional question and gives it hundreds of bad replies. That takes longer than a page
may, and says the same until the definition is another one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel

from sources.conformance import Shortfall
from sources.contract import Source, Subject
from sources.kit import Check, results
from sources.testing import an_ask, shortfalls
from tracer.config import SourceSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What came of it: what the source gets wrong, and how each check of the kit stands."""

    shortfalls: tuple[Shortfall, ...]
    quality: Mapping[str, str] = field(repr=False)


# A home has some dozen sources; a definition that is edited meanwhile is another one.
_MOST = 256
_PLAYED: dict[tuple[object, ...], Played] = {}

_OF_A_VENDOR = tuple(
    str(check)
    for check in (
        *(Check.VALUES, Check.EXAMPLES, Check.REQUEST, Check.SIGNATURE),
        *(Check.GATED, Check.BILLING, Check.PROVENANCE, Check.SCENARIOS),
    )
)


def played(settings: SourceSettings, source: Source) -> Played:
    """Play a source through with a fictional question that goes nowhere, or give what that showed before."""
    manifest = getattr(source, "manifest", None)
    # Code stays the same as long as the program runs; a manifest is read anew each time it is loaded.
    definition = (
        settings.use,
        type(source),
        manifest.model_dump_json() if isinstance(manifest, BaseModel) else "",
        tuple(sorted(settings.options.items())),
    )
    found = _PLAYED.get(definition)
    if found is None:
        found = Played(shortfalls=shortfalls(source, an_ask()), quality=_quality(source))
        if len(_PLAYED) >= _MOST:
            _PLAYED.clear()
        _PLAYED[definition] = found
    return found


def _quality(source: Source) -> dict[str, str]:
    """Every check of the kit: what the source says of it ("done", "exempt: …"), else what it shows now."""
    said: dict[str, str] = dict(getattr(getattr(source, "manifest", source), "quality", {}))
    if source.terms.tables or source.terms.subject is Subject.BY_HAND:
        # These checks hold a vendor's definition against what is asked of it over a network.
        said = dict.fromkeys(_OF_A_VENDOR, "exempt: no vendor is asked") | said
    shown = {str(one.check): str(one.verdict) for one in results(source, an_ask())}
    return {str(check): said.get(check) or shown[check] for check in Check}
