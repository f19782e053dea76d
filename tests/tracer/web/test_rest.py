"""REST: what a program gets, in the command line's words; writes done once; nothing of others' cases."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest

from tracer.desk import people
from tracer.desk.people import SCOPES
from tracer.policy.roles import Role, may
from tracer.web.rest.pacing import Pace

REF = "northbank~NB000001"


class Program:
    """A program with a token of somebody's."""

    def __init__(self, screen: Any, role: str, name: str = "", scopes: tuple[str, ...] = ()) -> None:
        self.office = screen.bench.office
        clients = ("northbank",) if role == "specialist" else ()
        self.name = screen.user(role, name, clients)
        chosen = scopes or tuple(str(one) for one in SCOPES if may(Role(role), one))
        self.http = screen.anybody()
        self.token = people.token(self.office, self.name, chosen, 30).secret
        self.http.headers["Authorization"] = f"Bearer {self.token}"

    def __getattr__(self, name: str) -> Any:
        return getattr(self.http, name)


@pytest.fixture
def program(placed: Any) -> Callable[..., Program]:
    return lambda role="collector", name="", scopes=(): Program(placed, role, name, scopes)


def first(asked: Any) -> str:
    return str(asked.get(f"/api/cases/{REF}/contacts").json()["numbers"][0]["token"])


def test_a_case_is_found_by_number_by_client_and_number_and_by_pseudonym(placed: Any, program: Any) -> None:
    asked = program()
    pseudonym = placed.bench.case("NB000001").pseudonym

    found = [asked.get(f"/api/cases/{ref}").json() for ref in ("NB000001", REF, pseudonym)]

    assert found[0] == found[1] == found[2]
    assert (found[0]["case"], found[0]["ref"]) == ("NB000001", pseudonym)


def test_cases_come_in_pages(program: Any) -> None:
    asked = program("specialist")

    one = asked.get("/api/cases", params={"limit": 1}).json()
    two = asked.get("/api/cases", params={"limit": 1, "after": one["next"]}).json()
    three = asked.get("/api/cases", params={"limit": 1, "after": two["next"]}).json()

    assert [line["case"] for page in (one, two, three) for line in page["cases"]] == ["NB000001", "NB000002"]
    assert three["next"] is None


def test_contacts_are_what_the_command_line_says_and_masked(placed: Any, program: Any) -> None:
    from tracer.desk import shapes
    from tracer.desk.contacts import contacts

    answer = program("specialist").get(f"/api/cases/{REF}/contacts")

    expected = shapes.contacts(contacts(placed.bench.office, placed.bench.case("NB000001"), planned=True))
    told = answer.json()
    assert told["next"] == json.loads(json.dumps(expected["next"], default=shapes.plain))
    assert expected.keys() <= told.keys()
    assert "15400000001" not in answer.text
    assert {one["may_contact_now"]["verdict"] for one in told["numbers"]} <= {
        "allow",
        "warn",
        "approve",
        "deny",
    }


def test_a_collector_is_not_told_what_to_ask_sources(program: Any) -> None:
    assert program().get(f"/api/cases/{REF}/contacts").json()["next"] == []


def test_one_number_is_revealed_under_an_entry(placed: Any, program: Any) -> None:
    asked = program()

    answer = asked.post(f"/api/cases/{REF}/contacts/{first(asked)}/reveal", json={"reason": "call"})

    assert answer.json()["number"] in {"+8615400000001", "+8616400000001"}
    entries = placed.bench.entries("reveal")
    assert [(one.actor, one.body["reason"]) for one in entries] == [("collector.one", "call")]


def test_a_token_reveals_only_within_its_scopes(placed: Any, program: Any) -> None:
    asked = program(scopes=("case.read",))

    answer = asked.post(f"/api/cases/{REF}/contacts/{first(asked)}/reveal", json={"reason": "call"})

    assert (answer.status_code, answer.headers["content-type"]) == (403, "application/problem+json")
    assert placed.bench.entries("reveal") == []


def test_compliance_sees_pseudonyms_and_no_words_about_people(placed: Any, program: Any) -> None:
    collector, auditor = program(), program("compliance")
    note = {"number": first(collector), "code": "plain:THIRD_PARTY", "person": "司徒墨言", "text": "他不在"}
    collector.post(f"/api/cases/{REF}/outcomes", json=note)
    pseudonym = placed.bench.case("NB000001").pseudonym

    contacts = auditor.get(f"/api/cases/{pseudonym}/contacts")
    notes = auditor.get(f"/api/cases/{pseudonym}/outcomes")

    assert contacts.json()["case"] == notes.json()["case"] == pseudonym
    assert "NB000001" not in contacts.text + notes.text
    assert [(one["person"], one["text"]) for one in notes.json()["notes"]] == [(None, None)]


def test_an_outcome_is_noted_and_taken_back(program: Any) -> None:
    asked = program()
    number = first(asked)

    noted = asked.post(f"/api/cases/{REF}/outcomes", json={"number": number, "code": "plain:WRONG_PARTY"})
    listed = asked.get(f"/api/cases/{REF}/outcomes").json()["notes"]
    barred = asked.get(f"/api/cases/{REF}/contacts").json()["numbers"]
    undone = asked.delete(f"/api/cases/{REF}/outcomes/last")

    assert (noted.status_code, noted.json()["bars"]) == (201, ["wrong_party"])
    assert [one["number"] for one in listed] == [number]
    assert [one["barred"] for one in barred if one["token"] == number] == ["wrong_party"]
    assert undone.json()["undone"] == listed[0]["note"]
    assert asked.get(f"/api/cases/{REF}/outcomes").json()["notes"] == []


def test_the_same_key_and_request_are_answered_the_same_and_done_once(placed: Any, program: Any) -> None:
    asked = program()
    said = {"reason": "vacant"}

    answers = [
        asked.post(f"/api/cases/{REF}/refresh-requests", json=said, headers={"Idempotency-Key": "k-1"})
        for _time in range(2)
    ]

    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert ["idempotency-replayed" in one.headers for one in answers] == [False, True]
    assert len(placed.bench.entries("refresh_requested")) == 1


def test_a_key_is_not_used_for_another_request(program: Any) -> None:
    asked = program()
    asked.post(
        f"/api/cases/{REF}/refresh-requests", json={"reason": "vacant"}, headers={"Idempotency-Key": "k"}
    )

    other = asked.post(
        f"/api/cases/{REF}/refresh-requests", json={"reason": "other"}, headers={"Idempotency-Key": "k"}
    )

    assert other.status_code == 422


def test_a_key_belongs_to_whoever_used_it(program: Any) -> None:
    asked, another = program(), program("specialist")
    headers = {"Idempotency-Key": "k"}
    asked.post(f"/api/cases/{REF}/refresh-requests", json={"reason": "vacant"}, headers=headers)

    answer = another.post(f"/api/cases/{REF}/refresh-requests", json={"reason": "vacant"}, headers=headers)

    assert (
        answer.status_code == 400
    )  # an open request is there: it was really asked, not answered from before


def test_a_key_whose_request_is_being_worked_on_waits(placed: Any, program: Any) -> None:
    from hashlib import sha256

    asked = program()
    body = b'{"reason":"vacant","priority":"normal","due_on":null}'
    name = f"{asked.name}\x1fPOST /api/cases/{REF}/refresh-requests\x1fk"
    placed.bench.office.store.people.claim(
        sha256(name.encode()).hexdigest(), sha256(body).hexdigest(), placed.bench.clock()
    )

    answer = asked.post(
        f"/api/cases/{REF}/refresh-requests", json={"reason": "vacant"}, headers={"Idempotency-Key": "k"}
    )

    assert answer.status_code == 409


def test_a_key_of_a_request_that_failed_is_free_again(program: Any) -> None:
    asked = program()
    headers = {"Idempotency-Key": "k"}
    missing = asked.delete(f"/api/cases/{REF}/outcomes/last", headers=headers)
    asked.post(f"/api/cases/{REF}/outcomes", json={"number": first(asked), "code": "plain:NO_ANSWER"})

    answer = asked.delete(f"/api/cases/{REF}/outcomes/last", headers=headers)

    assert (missing.status_code, answer.status_code) == (400, 200)


def test_a_key_is_forgotten_after_a_day(placed: Any, program: Any) -> None:
    asked, answerer = program(), program("specialist")
    headers = {"Idempotency-Key": "k"}
    made = asked.post(f"/api/cases/{REF}/refresh-requests", json={"reason": "vacant"}, headers=headers).json()
    answerer.post(f"/api/refresh-requests/{made['request']}/answer", json={"answer": "FOUND"})
    placed.bench.clock.move(days=2)

    again = asked.post(f"/api/cases/{REF}/refresh-requests", json={"reason": "vacant"}, headers=headers)

    assert again.json()["request"] != made["request"]


def test_an_unchanged_document_is_not_sent_again(program: Any) -> None:
    asked = program()
    tag = asked.get(f"/api/cases/{REF}").headers["etag"]

    same = asked.get(f"/api/cases/{REF}", headers={"If-None-Match": f'"x", W/{tag}'})
    asked.post(f"/api/cases/{REF}/outcomes", json={"number": first(asked), "code": "plain:NO_ANSWER"})
    changed = asked.get(f"/api/cases/{REF}", headers={"If-None-Match": tag})

    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
    assert (changed.status_code, changed.json()["attempts"]) == (200, 1)


def test_a_request_goes_from_collector_to_specialist_and_back(program: Any) -> None:
    collector, specialist = program(), program("specialist")
    asked = collector.post(
        f"/api/cases/{REF}/refresh-requests", json={"reason": "no_answer", "priority": "high"}
    )
    number = asked.json()["request"]

    waiting = specialist.get("/api/refresh-requests", params={"state": "open"}).json()["requests"]
    answered = specialist.post(f"/api/refresh-requests/{number}/answer", json={"answer": "PARTIAL"})
    told = collector.get(f"/api/refresh-requests/{number}").json()

    assert [one["request"] for one in waiting] == [number]
    assert answered.status_code == 200
    assert (told["state"], told["answer"], told["answered_by"]) == ("answered", "PARTIAL", "specialist.one")


def test_a_collector_answers_no_request(program: Any) -> None:
    collector = program()
    number = collector.post(f"/api/cases/{REF}/refresh-requests", json={"reason": "other"}).json()["request"]

    assert (
        collector.post(f"/api/refresh-requests/{number}/answer", json={"answer": "FOUND"}).status_code == 403
    )


def test_requests_of_others_are_not_there(placed: Any, program: Any) -> None:
    specialist, other = program("specialist"), program("collector", "collector.two")
    number = specialist.post("/api/cases/NB000002/refresh-requests", json={"reason": "other"}).json()[
        "request"
    ]

    assert other.get(f"/api/refresh-requests/{number}").status_code == 404
    assert other.get("/api/refresh-requests").json() == {"requests": [], "next": None}


def test_a_call_is_reserved_once(placed: Any, program: Any) -> None:
    asked = program()
    said = {"case": REF, "number": first(asked), "reserve": True}

    one, two = (
        asked.post("/api/may-contact", json=said, headers={"Idempotency-Key": "call-1"}) for _time in range(2)
    )

    assert one.json()["entry"] == two.json()["entry"] == placed.bench.entries("contact")[-1].seq
    assert len(placed.bench.entries("contact")) == 1


def test_asking_whether_to_call_reserves_nothing(placed: Any, program: Any) -> None:
    asked = program()

    answer = asked.get(
        "/api/may-contact", params={"case": REF, "number": first(asked), "at": "2026-11-23T03:00"}
    )

    assert (answer.json()["verdict"], answer.json()["entry"]) == ("deny", None)
    assert placed.bench.entries("contact") == []


def test_no_address_takes_a_telephone_number(program: Any) -> None:
    asked = program()

    answers = [
        asked.get("/api/may-contact", params={"case": REF, "number": "+8615400000001"}),
        asked.post(f"/api/cases/{REF}/contacts/+8615400000001/reveal", json={"reason": "call"}),
    ]

    assert [one.status_code for one in answers] == [422, 422]
    assert "154" not in "".join(one.text for one in answers)


def test_the_graph_comes_as_data_and_as_a_picture(program: Any) -> None:
    asked = program()

    data = asked.get(f"/api/cases/{REF}/graph")
    picture = asked.get(f"/api/cases/{REF}/graph", headers={"Accept": "image/svg+xml"})

    names = {one["id"] for one in data.json()["nodes"]}
    assert {end for edge in data.json()["edges"] for end in (edge["left"], edge["right"])} <= names
    assert all(edge["source"] for edge in data.json()["edges"] if edge["kind"] == "claimed")
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert "15400000001" not in data.text + picture.text


def test_the_log_is_walked_in_pages_from_its_beginning(placed: Any, program: Any) -> None:
    asked = program("compliance")
    size = placed.bench.office.log.head().size

    seen: list[int] = []
    after = "0"
    while after is not None and len(seen) < size:
        page = asked.get("/api/log/entries", params={"after": after, "limit": 7}).json()
        seen += [one["seq"] for one in page["entries"]]
        after = page["next"]

    assert seen[:size] == list(range(1, size + 1))


def test_the_log_is_filtered_by_a_cases_pseudonym(placed: Any, program: Any) -> None:
    pseudonym = placed.bench.case("NB000001").pseudonym

    found = program("compliance").get("/api/log/entries", params={"case": pseudonym, "event": "asked"}).json()

    assert found["entries"]
    assert {one["body"]["case"] for one in found["entries"]} == {pseudonym}


def test_a_receipt_checks_out_without_the_home(placed: Any, program: Any, tmp_path: Any) -> None:
    from tracer.desk.receipts import checked

    seq = placed.bench.entries("asked")[0].seq

    answer = program("compliance").get(f"/api/log/proofs/{seq}")

    (tmp_path / "receipt.json").write_bytes(answer.content)
    assert checked(tmp_path / "receipt.json").finding is not None


def test_the_last_checkpoint_is_told_and_none_is_signed_for_it(placed: Any, program: Any) -> None:
    office = placed.bench.office
    kept = office.log.checkpoint()

    told = program("compliance").get("/api/log/checkpoint").json()

    assert (told["size"], told["root"]) == (kept.checkpoint.size, kept.checkpoint.root.hex())
    assert told["note"].startswith(kept.note.text)


def test_packs_and_rules_are_told_with_their_citations(program: Any) -> None:
    asked = program()

    pack = asked.get("/api/policy/packs").json()["packs"][0]
    rule = asked.get(f"/api/policy/rules/{pack['rules'][0]}").json()

    assert {part["rule"] for part in rule["parts"]} == {pack["rules"][0]}
    assert all(part["citation"] for part in rule["parts"])
    assert asked.get("/api/policy/rules/NONE-1").status_code == 404


def upload(asked: Any, path: Any, client: str = "northbank", **more: Any) -> Any:
    files = {"file": (path.name, path.read_bytes(), "text/csv")}
    return asked.post("/api/imports", data={"client": client, **more.pop("data", {})}, files=files, **more)


def test_a_file_becomes_a_batch_with_its_problems(placed: Any, program: Any, debtor: Any) -> None:
    path = placed.bench.table(debtor(3), debtor(4, 手机号="12"))
    asked = program("specialist")

    made = upload(asked, path)
    batch = asked.get(f"/api/imports/{made.json()['batch']}", params={"limit": 1}).json()

    assert (made.status_code, made.json()["counts"]["new"]) == (201, 2)
    assert made.json()["problems"][0]["column"] == "手机号"
    assert (batch["file"], batch["state"], len(batch["problems"])) == (path.name, "done", 1)
    assert not any((placed.bench.home / "incoming").iterdir())


def test_the_same_file_again_changes_nothing(placed: Any, program: Any, debtor: Any) -> None:
    path = placed.bench.table(debtor(3))
    asked = program("specialist")

    one, two = upload(asked, path).json(), upload(asked, path).json()

    assert (one["seen_before"], two["seen_before"]) == (False, True)
    assert one["batch"] == two["batch"]


def test_files_come_for_ones_own_clients_only(placed: Any, program: Any, debtor: Any) -> None:
    asked = program("specialist")

    answer = upload(asked, placed.bench.table(debtor(3)), client="eastloan")

    assert answer.status_code == 403


@pytest.mark.parametrize(
    "name", ["../../../etc/x.csv", "..\\x.csv", "/abs/x.csv", "\x00x.csv", "长" * 200 + ".csv"]
)
def test_a_file_name_leads_nowhere(placed: Any, program: Any, debtor: Any, name: str) -> None:
    content = placed.bench.table(debtor(3)).read_bytes()

    answer = program("specialist").post(
        "/api/imports", data={"client": "northbank"}, files={"file": (name, content, "text/csv")}
    )

    assert answer.status_code == 201
    assert "/" not in answer.json()["file"]
    assert not any((placed.bench.home / "incoming").iterdir())


def test_what_a_crash_left_of_an_upload_is_swept_a_day_later(placed: Any, program: Any, debtor: Any) -> None:
    left = placed.bench.home / "incoming" / "left"
    left.mkdir(parents=True)
    placed.bench.clock.now = dt.datetime.now(dt.UTC) + dt.timedelta(days=2)

    upload(program("specialist"), placed.bench.table(debtor(3)))

    assert not left.exists()


def test_a_token_that_ended_or_was_revoked_opens_nothing(placed: Any, program: Any) -> None:
    ended, revoked = program(), program("specialist")
    people.revoke(placed.bench.office, people.tokens(placed.bench.office)[-1][0].id)
    answers = [revoked.get("/api/cases").status_code]
    placed.bench.clock.move(days=32)

    answers.append(ended.get("/api/cases").status_code)

    assert answers == [401, 401]


def test_whoever_asks_too_often_is_told_when_to_go_on(placed: Any, program: Any) -> None:
    now = [0.0]
    placed.app.state.pace = Pace(a_second=0.5, at_once=2, clock=lambda: now[0])
    asked, other = program(), program("specialist")

    answers = [asked.get("/api/policy/packs") for _time in range(3)]
    others = other.get("/api/policy/packs")
    now[0] = 2.0
    later = asked.get("/api/policy/packs")

    assert [one.status_code for one in answers] == [200, 200, 429]
    assert answers[2].headers["retry-after"] == "2"
    assert (others.status_code, later.status_code) == (200, 200)
