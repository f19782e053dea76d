"""The pages, a room each. A room is a router; it is listed here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import APIRouter


def screens() -> Iterable[APIRouter]:
    """Give the rooms behind the entrance."""
    from tracer.web.pages import (
        approvals,
        cases,
        figures,
        imports,
        judging,
        law,
        lists,
        log,
        oversight,
        rights,
        users,
    )

    return (
        cases.router,
        judging.router,
        imports.router,
        log.router,
        rights.router,
        approvals.router,
        oversight.router,
        lists.router,
        law.router,
        figures.router,
        users.router,
    )
