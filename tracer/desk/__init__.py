"""The use cases, one object: what command line and pages call. Neither sees a row, a key or the log.

It is loaded when it is first asked for: what needs no home (``tracer link``) does not wait for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tracer.desk.desk import CaseFile, Desk, Note, Request

__all__ = ["CaseFile", "Desk", "Note", "Request"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(name)
    from tracer.desk import desk

    return getattr(desk, name)
