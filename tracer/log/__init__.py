"""The look-up log: durable before anything is asked, Merkle-hashed, only growing, without a person in it."""

from __future__ import annotations

from tracer.log.checkpoints import Kept, Notary
from tracer.log.database import turn
from tracer.log.entry import Draft, Entry, NotForTheLog
from tracer.log.log import PATIENCE, Log
from tracer.log.query import Query
from tracer.log.signer import Signer
from tracer.log.verify import Fault, Head, Verification
from tracer.log.vocabulary import loggable

__all__ = [
    "PATIENCE",
    "Draft",
    "Entry",
    "Fault",
    "Head",
    "Kept",
    "Log",
    "NotForTheLog",
    "Notary",
    "Query",
    "Signer",
    "Verification",
    "loggable",
    "turn",
]
