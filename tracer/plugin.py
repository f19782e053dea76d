"""All that an author of a source imports: ``from tracer.plugin import Source, Terms, HttpCall, ...``.

A source is a class with ``name``, ``terms`` and a generator ``lookup(ask)`` that yields requests and returns
an Answer. Announce it under the entry-point group ``tracer.sources``; it runs when a configuration names it.
Test it with ``drive(source.lookup(an_ask()), Reply(...))`` and ``check_source(source, Reply(...))``.
"""

from __future__ import annotations

from graph.model import (
    Address,
    Claim,
    Employer,
    FactKind,
    Identifier,
    LineFact,
    LineType,
    Name,
    PartialDate,
    Phone,
    Record,
    Role,
    StatedUser,
)
from sources.carrier.facts import fact, retry_after
from sources.contract import (
    Answer,
    Ask,
    Auth,
    AuthKind,
    Channel,
    Field,
    Flow,
    HttpCall,
    Later,
    Outcome,
    Reply,
    Rows,
    Source,
    SourceBroken,
    SourceError,
    Subject,
    Terms,
)
from sources.testing import an_ask, check_manifest, check_source, drive, fictional

__all__ = [
    "Address",
    "Answer",
    "Ask",
    "Auth",
    "AuthKind",
    "Channel",
    "Claim",
    "Employer",
    "FactKind",
    "Field",
    "Flow",
    "HttpCall",
    "Identifier",
    "Later",
    "LineFact",
    "LineType",
    "Name",
    "Outcome",
    "PartialDate",
    "Phone",
    "Record",
    "Reply",
    "Role",
    "Rows",
    "Source",
    "SourceBroken",
    "SourceError",
    "StatedUser",
    "Subject",
    "Terms",
    "an_ask",
    "check_manifest",
    "check_source",
    "drive",
    "fact",
    "fictional",
    "retry_after",
]
