"""REST: the same desk for programs. Field names are the command line's; errors are RFC 9457 problems."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from tracer.web.rest.answers import PROBLEMS, problem
from tracer.web.rest.calls import router as calls
from tracer.web.rest.cases import router as cases
from tracer.web.rest.imports import router as imports
from tracer.web.rest.log import router as log
from tracer.web.rest.pacing import paced
from tracer.web.rest.policy import router as policy
from tracer.web.rest.requests import router as requests

__all__ = ["PROBLEMS", "problem", "router"]

router = APIRouter(prefix="/api", dependencies=[Depends(paced)], responses=PROBLEMS)
for _room in (cases, calls, requests, log, policy, imports):
    router.include_router(_room)
