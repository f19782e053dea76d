"""The packs of law in force here, and their rules."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from tracer.desk import shapes
from tracer.errors import NotThere
from tracer.policy.pack import rule as rules_named
from tracer.policy.pack import shipped
from tracer.policy.roles import May
from tracer.web.door import Here, Needs
from tracer.web.rest import documents
from tracer.web.rest.answers import told
from tracer.words import N_

router = APIRouter(prefix="/policy", tags=["policy"])

Anybody = Annotated[Here, Depends(Needs(May.POLICY_READ))]


@router.get("/packs", operation_id="packs", response_model=documents.Packs)
def packs(request: Request, here: Anybody) -> Response:
    """List the packs with their versions, places and rules. No pack is legal advice."""
    return told(request, {"packs": [shapes.pack(one) for one in shipped()]})


@router.get("/rules/{rule}", operation_id="rule", response_model=documents.Rule)
def rule(
    request: Request,
    rule: Annotated[str, Path(min_length=1, max_length=60, description="The rule's id.")],
    here: Anybody,
) -> Response:
    """Show one rule with its citation, its test and who reviewed it."""
    found = rules_named(rule) or rules_named(rule.upper())
    if not found:
        raise NotThere(
            N_("There is no rule {name}"), N_("See them with: tracer policy packs --json."), name=rule[:60]
        )
    return told(request, {"rule": found[0][1].id, "parts": [shapes.clause(pack, one) for pack, one in found]})
