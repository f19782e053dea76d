"""The law on screen: packs and rules with their citations, what refused, and the sources that are allowed."""

from __future__ import annotations

from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response, UploadFile
from fastapi.responses import HTMLResponse

from tracer.desk import records, shapes
from tracer.desk.channels import rules
from tracer.desk.incoming import held
from tracer.desk.log_explorer import refused
from tracer.errors import WrongUse
from tracer.policy.pack import Pack, rule, shipped
from tracer.policy.roles import May
from tracer.web import downloads
from tracer.web.door import Here, Needs
from tracer.web.showing import page
from tracer.words import N_

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
_CHANGED = 500

Reader = Annotated[Here, Depends(Needs(May.POLICY_READ))]


@router.get("/policy")
def packs(request: Request, here: Reader, since: str = "") -> str:
    """Show the packs and the program's own rules; to whoever reads the log, what each refused."""
    begun = here.desk.day(since or None) or here.desk.office.today().replace(day=1)
    counts = refused(here.desk.office, begun) if here.may(May.LOG_READ) else {}
    found = [
        (
            pack,
            {standing: shapes.counted(pack, standing) for standing in ("enforced", "part", "listed")},
            sum(counts.get(name, 0) for name in _names(pack)),
        )
        for pack in shipped()
    ]
    return page("policy.html", request, here, packs=found, rules=rules(), counts=counts, since=begun)


@router.get("/policy/packs/{name}")
def one_pack(request: Request, name: str, here: Reader) -> str:
    """Show a pack with its rules."""
    found = next((pack for pack in shipped() if pack.id == name), None)
    if found is None:
        raise WrongUse(N_("There is no pack {name}"), N_("They are listed under Policy."), name=name[:60])
    begun = here.desk.office.today().replace(day=1)
    counts = refused(here.desk.office, begun) if here.may(May.LOG_READ) else {}
    return page("policy_pack.html", request, here, pack=found, counts=counts, since=begun)


@router.get("/policy/rules/{name:path}")
def one_rule(request: Request, name: str, here: Reader) -> str:
    """Show a rule: what it says, where it stands, what is tested, and how often it refused this month."""
    parts = rule(name) or rule(name.upper())
    own = next((one for one in rules() if one[0] == name), None)
    if not parts and own is None:
        raise WrongUse(
            N_("There is no rule {name}"), N_("The rules are listed under Policy."), name=name[:60]
        )
    begun = here.desk.office.today().replace(day=1)
    count = refused(here.desk.office, begun).get(name, 0) if here.may(May.LOG_READ) else None
    return page("rule.html", request, here, called=name, parts=parts, own=own, count=count, since=begun)


@router.post("/policy/replay")
def replay(
    request: Request,
    here: Annotated[Here, Depends(Needs(May.LOG_READ))],
    since: Annotated[str, Form(max_length=10)] = "",
    pack: UploadFile | None = None,
) -> str:
    """Judge past contacts again, under today's packs or with one from a file in its place."""
    day = here.desk.day(since or None)
    if pack is not None and pack.filename:
        with held(here.desk.office, pack.filename, pack.file) as path:
            found = list(here.desk.replay(day, path))
    else:
        found = list(here.desk.replay(day))
    changed = [one for one in found if one.changed]
    return page(
        "replay.html", request, here, total=len(found), changed=len(changed), lines=changed[:_CHANGED]
    )


@router.get("/sources")
def sources(request: Request, here: Annotated[Here, Depends(Needs(May.SOURCES_READ))]) -> str:
    """Show the register of sources: the document that allows each, and when it ends."""
    document, _sections = records.sources(here.desk.office)
    return page(
        "sources.html",
        request,
        here,
        sources=document["sources"],
        gaps=list(islice(records.missing(here.desk.office), 50)),
        soon=records.SOON,
    )


@router.post("/sources/records")
def record(
    here: Annotated[Here, Depends(Needs(May.RIGHTS))], kind: Annotated[str, Form(max_length=20)]
) -> Response:
    """Give a record the law asks for, made from the configuration."""
    if kind not in records.KINDS:
        raise WrongUse(N_("There is no record {kind}"), N_("Choose one of the list."), kind=kind)
    return downloads.made(f"{kind}.html", lambda out: here.desk.rights.record(kind, out))


def _names(pack: Pack) -> set[str]:
    return {clause.id for clause in pack.clauses}
