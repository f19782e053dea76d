"""Who may do what: every route, pages and REST, for every role and scope, on what is his and what is not.

What is expected is written here, route by route, and is read neither from the guards nor from the table of
roles. The routes come from the application: one that is added and not stated fails the first test.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from tracer.desk import people
from tracer.desk.people import SCOPES
from tracer.policy.roles import TABLE, May, Reach, Role
from tracer.web.pages.entrance import PUBLIC
from tracer.web.rest.pacing import Pace

# Method, path, who may (collector, specialist, compliance "o", manager, admin), and what a good request says;
# @ is a file. What is in braces is filled in with something of his own, and with somebody else's. Tried in
# this order (REST first): what ends a thing comes behind what uses it.
PAGES = """
GET  /                                        csoma
GET  /cases/{ref}                             cso
GET  /cases/{ref}/graph                       cso
GET  /cases/{ref}/numbers/{token}             cso
GET  /cases/{ref}/numbers/{token}/timeline    cso
GET  /cases/{ref}/numbers/{token}/script      cs
POST /cases/{ref}/numbers/{token}/reveal      cso    reason=check
POST /cases/{ref}/numbers/{token}/call        cs
POST /cases/{ref}/outcomes                    cs     token={token} code=plain:NO_ANSWER
POST /cases/{ref}/outcomes/undo               cs
POST /cases/{ref}/requests                    cs     reason=vacant
POST /cases/{ref}/requests/{which}/answer     s      result=FOUND
POST /cases/{ref}/trace                       s
GET  /cases/{ref}/pairs                       s
POST /cases/{ref}/pairs                       s      left={left} right={right} judgement=unsure
POST /cases/{ref}/pairs/undo                  s      left={left} right={right}
GET  /imports                                 s
POST /imports                                 s      client={client} file=@
GET  /imports/{number}                        s
GET  /imports/up/{token}                      s
GET  /imports/up/{token}/progress             s
POST /imports/up/{token}/columns              s      column-0=case_number
POST /imports/up/{token}/reasons              s
POST /imports/up/{token}/drop                 s
POST /imports/up/{token}/take                 s
GET  /log                                     o
GET  /log/{seq}                               o
POST /log/find                                o      said=15400000009
POST /log/{seq}/proof                         o
POST /log/export                              o      format=.csv
GET  /health                                  oa
POST /health/checkpoint                       o
GET  /review                                  o
POST /review                                  o      tolerable=0.5
POST /review/conclude                         o      what=1 conclusion=fine reason=looked
GET  /approvals                               om
POST /approvals/{number}                      om     answer=deny
GET  /lists                                   o
POST /lists                                   o      code=do_not_call file=@
POST /lists/{entry}/take-off                  o      reason=mistake
GET  /policy                                  csoma
GET  /policy/packs/{name}                     csoma
GET  /policy/rules/{name:path}                csoma
POST /policy/replay                           o
GET  /sources                                 soma
POST /sources/records                         o      kind=sources
GET  /figures                                 om
GET  /figures/hindsight                       om
POST /figures/hindsight                       om
GET  /assign                                  m
POST /assign                                  m      client=northbank count=1 to=collector.one
GET  /users                                   a
POST /users                                   a      name=someone.new role=collector
POST /users/change                            a      name=collector.two role=collector team=north
POST /users/link                              a      name=collector.two
POST /users/state                             a      name=collector.two state=closed
GET  /tokens                                  a
POST /tokens                                  a      name=specialist.two scopes=case.read
POST /tokens/{number}/revoke                  a
GET  /rights                                  o
POST /rights/find                             o      said=15400000009
POST /rights/wrong-person                     o      said=15400000009
GET  /rights/cases/{ref}                      o
POST /rights/cases/{ref}                      o      kind=access identity=id_seen
POST /rights/cases/{ref}/correct              o      kind=phone wrong=15400000001 identity=id_seen
POST /rights/cases/{ref}/copy                 o      identity=id_seen
POST /rights/cases/{ref}/holds                o      reason=lawsuit
POST /rights/cases/{ref}/holds/release        o      reason=over
POST /rights/requests/{number}                o      answer=refuse reason=unfounded
POST /rights/cases/{ref}/erase                o      identity=id_seen sure={typed}
GET  /destruction                             o
GET  /destruction/{number}                    o
POST /language                                csoma  language=zh
POST /sign-out                                csoma
"""
# The same of REST, with the scope a token needs.
REST = """
GET    /api/cases                             csm    case.list
GET    /api/cases/{ref}                       cso    case.read
GET    /api/cases/{ref}/contacts              cso    case.read
POST   /api/cases/{ref}/contacts/{token}/reveal  cso  contacts.reveal  reason=check
GET    /api/cases/{ref}/graph                 cso    case.read
GET    /api/cases/{ref}/outcomes              cso    case.read
POST   /api/cases/{ref}/outcomes              cs     outcome.write     number={token} code=plain:NO_ANSWER
DELETE /api/cases/{ref}/outcomes/{which}      cs     outcome.write
GET    /api/cases/{ref}/refresh-requests      cs     request.ask
POST   /api/cases/{ref}/refresh-requests      cs     request.ask       reason=vacant
GET    /api/refresh-requests                  cs     request.ask
GET    /api/refresh-requests/{number}         cs     request.ask
POST   /api/refresh-requests/{number}/answer  s      request.answer    answer=FOUND
GET    /api/may-contact                       cso    case.read         case={ref} number={token}
POST   /api/may-contact                       cs     call.reserve      case={ref} number={token}
POST   /api/imports                           s      import            client={client} file=@
GET    /api/imports/{number}                  s      import
GET    /api/log/entries                       o      log.read
GET    /api/log/entries/{seq}                 o      log.read
GET    /api/log/checkpoint                    o      log.read
GET    /api/log/proofs/{seq}                  o      log.read
GET    /api/policy/packs                      csoma  policy.read
GET    /api/policy/rules/{rule}               csoma  policy.read
"""
LETTERS = dict(
    zip("csoma", (Role.COLLECTOR, Role.SPECIALIST, Role.COMPLIANCE, Role.MANAGER, Role.ADMIN), strict=True)
)
REFUSED = "Your role may not do this"
FORGED = "did not come from a page"
FILE = "案件编号,客户姓名,手机号\nNB000001,欧阳清岚,15400000001\n".encode()


@dataclass(frozen=True)
class Stated:
    """One route as it is stated: who may, the scope (REST only), and a good request."""

    method: str
    path: str
    who: frozenset[Role]
    scope: str
    said: Mapping[str, str]

    def about_somebody(self) -> bool:
        """Whether it is about something that is one person's and not another's."""
        kinds = ("{ref}", "{client}", "/up/{token}", "imports/{number}", "refresh-requests/{number}")
        return any(kind in self.path or kind in self.said.values() for kind in kinds)


def _stated() -> Iterator[Stated]:
    for table in (REST, PAGES):
        for line in table.strip().splitlines():
            method, path, who, *rest = line.split()
            scope = rest.pop(0) if table is REST else ""
            said = dict(pair.split("=", 1) for pair in rest)
            yield Stated(method, path, frozenset(LETTERS[one] for one in who), scope, said)


STATED = tuple(_stated())


def routes(found: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Give every route of an application as method and path; a mounted folder of files as GET."""
    for one in found.routes:
        if hasattr(one, "original_router"):
            inside = getattr(one.include_context, "prefix", "") or ""
            for method, path in routes(one.original_router, prefix):
                yield method, path if path.startswith(inside) else inside + path
        else:
            for method in getattr(one, "methods", None) or {"GET"}:
                yield method, prefix + one.path


@pytest.fixture
def house(placed: Any, debtor: Any) -> Any:
    """NB000001 of collector.one and northbank, NB000003 of collector.two and another client; each has a batch
    and a request (that of NB000003 is answered: an open one lets every specialist touch its case)."""
    from tracer.desk import life, refresh

    bench, office = placed.bench, placed.bench.office
    bench.place(debtor(3, 手机号="+8615400000003"), client="harborcredit")
    bench.trace("NB000003")
    life.assign(office, [bench.case("NB000003")], "collector.two")
    placed.user("collector", "collector.two")
    placed.user("specialist", "specialist.two", ("harborcredit",))
    people.token(office, "specialist.two", ["case.read"], 30)
    refresh.ask(office, bench.case("NB000001"), reason="vacant")
    refresh.answer(office, refresh.ask(office, bench.case("NB000003"), reason="vacant"), "NOT_FOUND")
    office.log.checkpoint()
    placed.app.state.pace = Pace(at_once=1e9)
    return placed


def things(house: Any, mine: bool, name: str) -> dict[str, str]:
    """Give what fills the places: of somebody's own, or of somebody else."""
    from tracer.desk import judging, uploading

    office = house.bench.office
    number, client, batch, request = (
        ("NB000001", "northbank", "1", "1") if mine else ("NB000003", "harborcredit", "2", "2")
    )
    owner = replace(office, actor=name if mine else "specialist.two")
    case = house.bench.case(number)
    left, right = ([one.ref for one in judging.records(office, case)] * 2)[:2]
    return {
        "ref": case.pseudonym,
        "token": house.bench.contacts(number).numbers[0].token,
        **{
            which: uploading.keep(owner, client, "file.csv", io.BytesIO(FILE)).token
            for which in ("upload", "taken")
        },
        "client": client,
        "batch": batch,
        "request": request,
        "left": left,
        "right": right,
        "typed": case.pseudonym[:13],
    }


def sent(browser: Any, one: Stated, of: Mapping[str, str]) -> Any:
    """Send a good request about these things."""
    places = {**of, "which": of["request"], "seq": "3", "entry": "1", "number": "1", "name": "x", "rule": "x"}
    if one.path.startswith("/imports/up/"):
        places["token"] = of["taken" if one.path.endswith("/take") else "upload"]
    elif "refresh-requests/" in one.path:
        places["number"] = of["request"]
    elif "imports/" in one.path:
        places["number"] = of["batch"]
    elif one.method == "DELETE":
        places["which"] = "last"
    elif one.path.startswith("/policy/packs"):
        places["name"] = "cn"
    else:
        places |= {"name": "agreement.named", "rule": "TRADE-BARRED"}
    path = one.path.replace(":path", "").format(**places)
    said = {key: value.format(**places) for key, value in one.said.items() if value != "@"}
    if "@" in one.said.values():
        return browser.request(one.method, path, data=said, files={"file": ("file.csv", FILE, "text/csv")})
    if one.method in {"GET", "DELETE"}:
        return browser.request(one.method, path, params=said)
    if one.path.startswith("/api/"):
        return browser.request(one.method, path, json=said)
    return browser.request(one.method, path, data=said)


def settle() -> None:
    """Wait for what goes on beside the answers: a file taken in, a look back."""
    for thread in threading.enumerate():
        if thread.name.endswith(("(_take)", "(_look)")):
            thread.join()


def verdict(answer: Any) -> str:
    """Give what an answer is: led to the entrance, refused, hidden, misunderstood, broken, or else done.

    What policy or the state of a thing forbids is "done" here: whoever asked was let in.
    """
    if answer.status_code == 401 or answer.headers.get("location") == "/sign-in":
        return "stranger"
    if answer.status_code == 403 and REFUSED in answer.text:
        return "refused"
    if answer.status_code == 403 and FORGED in answer.text:
        return "forged"
    if answer.status_code in {404, 405, 422}:
        return {404: "hidden"}.get(answer.status_code, "misunderstood")
    return "broken" if answer.status_code >= 500 else "done"


def expected(one: Stated, role: Role, mine: bool) -> str:
    """Give what is right: refused by role, hidden when it is somebody else's, else done."""
    if role not in one.who:
        return "refused"
    if one.path == "/sign-out":
        return "stranger"  # it leads to the entrance
    if mine or not one.about_somebody():
        return "done"
    if "{client}" in one.said.values():
        return "refused"  # the client is one of a list, not a thing to be found
    return "done" if role is Role.COMPLIANCE else "hidden"


def test_every_route_is_stated_and_nothing_else_is(screen: Any) -> None:
    found = set(routes(screen.app))

    stated = {(one.method, one.path) for one in STATED}

    assert len(STATED) == len(stated)
    assert {(method, path) for method, path in found if path not in PUBLIC} == stated


@pytest.mark.parametrize("mine", [False, True], ids=["somebody else's", "his own"])
@pytest.mark.parametrize("role", list(Role))
def test_a_role_does_what_is_stated_and_to_its_own_only(house: Any, role: Role, mine: bool) -> None:
    office, name = house.bench.office, f"{role}.one"
    browser = house.signed_in(str(role), clients=("northbank",) if role is Role.SPECIALIST else ())
    of = things(house, mine, name)
    before = office.log.head().size
    wrong = []

    for one in STATED:
        answer = sent(browser, one, of)
        if verdict(answer) != expected(one, role, mine):
            wrong.append((one.method, one.path, expected(one, role, mine), answer.status_code))
    settle()

    assert wrong == []
    if not mine and role is not Role.COMPLIANCE:
        touched = {entry.body.get("case") for entry in office.log.entries(after=before, actor=name)}
        assert of["ref"] not in touched


def test_whoever_is_not_signed_in_does_nothing(house: Any) -> None:
    stranger, of = house.anybody(), things(house, True, "specialist.one")
    before = house.bench.office.log.head().size

    answers = {(one.method, one.path): verdict(sent(stranger, one, of)) for one in STATED}

    assert {place: found for place, found in answers.items() if found != "stranger"} == {}
    assert house.bench.office.log.head().size == before


@pytest.mark.parametrize("role", [Role.SPECIALIST, Role.COMPLIANCE, Role.ADMIN])
@pytest.mark.parametrize(
    "headers",
    [{"X-CSRF-Token": ""}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil"}],
    ids=["no token", "another site", "another origin"],
)
def test_nothing_is_changed_by_a_request_that_another_site_can_send(
    house: Any, role: Role, headers: dict[str, str]
) -> None:
    browser = house.signed_in(str(role), clients=("northbank",) if role is Role.SPECIALIST else ())
    browser.headers |= headers
    of = things(house, True, f"{role}.one")
    before = house.bench.office.log.head().size

    answers = {
        (one.method, one.path): verdict(sent(browser, one, of))
        for one in STATED
        if one.method != "GET" and role in one.who
    }

    assert len(answers) > 6
    assert {place: found for place, found in answers.items() if found != "forged"} == {}
    assert house.bench.office.log.head().size == before


@pytest.mark.parametrize("mine", [False, True], ids=["somebody else's", "his own"])
@pytest.mark.parametrize("role", [Role.COLLECTOR, Role.SPECIALIST, Role.COMPLIANCE])
def test_a_token_does_what_its_scope_says_and_to_its_users_own_only(
    house: Any, role: Role, mine: bool
) -> None:
    name = house.user(str(role), "", ("northbank",) if role is Role.SPECIALIST else ())
    scopes = [scope for scope in SCOPES if scope in TABLE[role][1]]
    wrong = []

    for scope in scopes:
        program = house.anybody()
        made = people.token(house.bench.office, name, [scope], 30)
        program.headers["Authorization"] = f"Bearer {made.secret}"
        of = things(house, mine, name)
        for one in (one for one in STATED if one.scope):
            right = expected(one, role, mine) if one.scope == scope else "refused"
            if verdict(answer := sent(program, one, of)) != right:
                wrong.append((scope, one.method, one.path, right, answer.status_code))

    assert len(scopes) > 4
    assert wrong == []


def test_a_token_opens_no_page(house: Any) -> None:
    name = house.user("specialist", "", ("northbank",))
    program = house.anybody()
    made = people.token(
        house.bench.office, name, [one for one in SCOPES if one in TABLE[Role.SPECIALIST][1]], 30
    )
    program.headers["Authorization"] = f"Bearer {made.secret}"
    of = things(house, True, name)

    answers = {one.path: verdict(sent(program, one, of)) for one in STATED if not one.scope}

    assert {path: found for path, found in answers.items() if found != "stranger"} == {}


def test_the_scopes_are_those_of_the_routes_and_the_roles_agree() -> None:
    asked = {one.scope for one in STATED if one.scope}

    assert asked <= {str(one) for one in SCOPES}
    for one in STATED:
        if one.scope:
            assert {role for role in Role if one.scope in TABLE[role][1]} == one.who, one.path


def test_nobody_may_do_everything_and_administrators_see_no_people() -> None:
    assert {role for role, (_reach, may) in TABLE.items() if may == set(May)} == set()
    assert TABLE[Role.ADMIN][0] is TABLE[Role.MANAGER][0] is Reach.NONE
    assert TABLE[Role.ADMIN][1].isdisjoint({May.CASE_READ, May.CASE_LIST, May.REVEAL, May.LOG_READ})
