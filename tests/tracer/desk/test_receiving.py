"""Answers that come later, through the whole house: files to a registry, callbacks, polls and kill -9."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import hmac
import http.client
import io
import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from sources.contract import Outcome
from tracer import guard
from tracer.desk import life
from tracer.desk.listening import listen
from tracer.desk.office import open_office
from tracer.desk.receiving import Receiving
from tracer.desk.trace import trace
from tracer.errors import WrongUse

CALLBACK_SECRET = "not-a-real-secret"
COMMON = """
[source]
id = "{id}"
version = "1"
spec = "example.yaml"
facts = ["line_status"]
needs = ["phone.e164", "anchor_date"]
fresh_for = "30d"
cost = {{ billed_when = ["answered"] }}
{rest}
[[fact]]
kind = "line_status"
at = "line"
map = {{ active = "active", suspended = "suspended" }}
"""
BY_FILE = """
[request]
method = "FILE"
json = { phone = "{phone.e164}", date = "{anchor_date}" }
[file]
match = { phone = "phone", date = "date" }
"""
BY_CALLBACK = """
[auth]
kind = "none"
[request]
path = "/ask"
json = { n = "{phone.e164}", since = "{anchor_date}" }
[callback]
id = "request"
ref = "request"
at = "state"
map = { done = "answered", early = "wait", nothing = "no_record" }
check = "hmac-sha256"
header = "X-Signature"
"""
BY_POLL = """
[request]
path = "/ask"
json = { n = "{phone.e164}", since = "{anchor_date}" }
[poll]
id = "request"
path = "/jobs/{ref}"
at = "state"
map = { done = "answered", running = "wait" }
wait = "0s"
most = 2
"""


class Vendor:
    """A vendor on loopback who takes questions, names each, and answers when told to."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.polled = 0
        self.line = ""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                outer.asked.append(json.loads(body))
                self._say({"request": f"req-{len(outer.asked)}"})

            def do_GET(self) -> None:
                outer.polled += 1
                self._say({"state": "done", "line": outer.line} if outer.line else {"state": "running"})

            def _say(self, said: dict[str, str]) -> None:
                body = json.dumps(said).encode()
                self.send_response(200)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    one = Vendor()
    yield one
    one.close()


@pytest.fixture
def house(desk: Any, debtor: Any, vendor: Vendor, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Three cases, and one source of the kind a test is about."""
    monkeypatch.setenv("TRACER_TEST_CALLBACK", CALLBACK_SECRET)

    def build(kind: str, rest: str) -> Any:
        path = desk.home / f"{kind}.toml"
        path.write_text(COMMON.format(id=kind, rest=rest), encoding="utf-8")
        address = "" if "FILE" in rest else f'base_url = "{vendor.url}"\n'
        settings = (
            f'\n[[sources]]\nuse = "manifest:{path}"\nauthorisation = "L-1"\nfrom = 2026-01-01\n'
            'until = 2027-12-31\npurposes = ["contact_repair"]\nroles = ["debtor"]\n'
            f'fields = ["phone", "anchor_date"]\nprice = 30\n{address}callback_env = "TRACER_TEST_CALLBACK"\n'
        )
        desk.configure(lambda text: text + settings)
        desk.place(*(debtor(which) for which in range(1, 4)))
        desk.trace(only=("case_file",))
        return desk

    return build


def outcomes(report: Any) -> dict[str, int]:
    return dict(report.outcomes)


def facts(desk: Any) -> list[str]:
    found = [desk.office.store.evidence.found(case).facts for case in desk.cases()]
    return sorted(f"{fact.kind}={fact.value}" for several in found for fact in several)


def signed(body: dict[str, str]) -> tuple[dict[str, str], bytes]:
    text = json.dumps(body).encode()
    return {"x-signature": hmac.new(CALLBACK_SECRET.encode(), text, hashlib.sha256).hexdigest()}, text


def answered(path: Path, said: str = "active") -> Path:
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    out = path.with_name("answers.csv")
    lines = ["phone,date,line", *(f"{row['phone']},{row['date']},{said}" for row in rows)]
    out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return out


def test_a_batch_goes_out_by_file_and_its_answers_come_back_to_their_cases(
    house: Any, tmp_path: Path
) -> None:
    desk = house("registry", BY_FILE)

    traced = desk.trace(only=("registry",))
    receiving = Receiving(desk.office)
    sent = receiving.send("registry", tmp_path / "questions.csv")
    came = receiving.receive_file("registry", answered(sent.file))

    assert set(outcomes(traced)) == {"pending"}
    assert (sent.lines, sent.left) == (traced.outcomes["pending"], 0)
    assert (came.taken, came.outcomes["answered"], came.strangers) == (sent.lines, sent.lines, 0)
    assert facts(desk) == ["line_status=active"] * sent.lines
    assert list(receiving.waiting("registry")) == []
    assert desk.office.log.verify().ok


def test_every_line_of_a_file_was_decided_and_logged_before_it_left(house: Any, tmp_path: Path) -> None:
    desk = house("registry", BY_FILE)
    desk.trace(only=("registry",))

    sent = Receiving(desk.office).send("registry", tmp_path / "questions.csv")

    export = desk.entries("export")[-1]
    called = [entry for entry in desk.entries("called") if entry.source == "registry"]
    assert export.body["rows"] == len(called) == sent.lines
    assert export.body["file_digest"] == hashlib.sha256(sent.file.read_bytes()).hexdigest()
    assert "15400" not in " ".join(entry.text for entry in desk.entries())
    assert sent.file.stat().st_mode & 0o077 == 0


def test_no_question_leaves_in_two_files(house: Any, tmp_path: Path) -> None:
    desk = house("registry", BY_FILE)
    desk.trace(only=("registry",))
    receiving = Receiving(desk.office)
    receiving.send("registry", tmp_path / "questions.csv")
    desk.trace(only=("registry",))  # made again, they are the same questions

    with pytest.raises(WrongUse):
        receiving.send("registry", tmp_path / "more.csv")

    assert not (tmp_path / "more.csv").exists()


def test_the_same_answers_again_change_nothing(house: Any, tmp_path: Path) -> None:
    desk = house("registry", BY_FILE)
    desk.trace(only=("registry",))
    receiving = Receiving(desk.office)
    sent = receiving.send("registry", tmp_path / "questions.csv")
    receiving.receive_file("registry", answered(sent.file))
    before = facts(desk)

    again = receiving.receive_file("registry", answered(sent.file, "suspended"))

    assert (again.taken, again.strangers) == (0, sent.lines)
    assert facts(desk) == before


def test_a_case_closed_meanwhile_takes_no_answer(house: Any, tmp_path: Path) -> None:
    desk = house("registry", BY_FILE)
    desk.trace(only=("registry",))
    receiving = Receiving(desk.office)
    sent = receiving.send("registry", tmp_path / "questions.csv")
    for case in desk.cases():
        life.close(desk.office, case, "paid")

    came = receiving.receive_file("registry", answered(sent.file))

    assert dict(came.outcomes) == {Outcome.REFUSED: sent.lines}
    assert facts(desk) == []


def test_an_answer_is_about_the_date_that_was_asked(house: Any, tmp_path: Path) -> None:
    desk = house("registry", BY_FILE)
    desk.trace(only=("registry",))
    receiving = Receiving(desk.office)
    sent = receiving.send("registry", tmp_path / "questions.csv")
    dates = {row["date"] for row in csv.DictReader(io.StringIO(sent.file.read_text(encoding="utf-8")))}

    logged = {entry.body["anchor_date"] for entry in desk.entries("asked") if entry.source == "registry"}

    assert logged == dates


def test_a_callback_answers_the_look_up_that_waits_for_it_once(house: Any, vendor: Vendor) -> None:
    desk = house("caller", BY_CALLBACK)
    desk.trace(only=("caller",))
    receiving = Receiving(desk.office)
    mine = signed({"request": "req-1", "state": "done", "line": "active"})

    first = receiving.receive_callbacks("caller", [mine])
    replayed = receiving.receive_callbacks("caller", [mine, mine])

    assert dict(first.outcomes) == {Outcome.ANSWERED: 1}
    assert (replayed.taken, replayed.strangers) == (0, 2)
    assert facts(desk) == ["line_status=active"]
    assert len(list(receiving.waiting("caller"))) == len(vendor.asked) - 1


def test_forged_callbacks_and_those_for_nobody_are_counted_and_forgotten(house: Any) -> None:
    desk = house("caller", BY_CALLBACK)
    desk.trace(only=("caller",))
    receiving = Receiving(desk.office)
    headers, body = signed({"request": "req-1", "state": "done", "line": "active"})
    before = len(desk.entries())

    for_nobody = signed({"request": "req-99", "state": "done"})
    forged = [({}, body), (headers, body.replace(b"active", b"actixe"))]
    came = receiving.receive_callbacks("caller", [*forged, for_nobody])

    assert dict(came.unfit) == {"unsigned": 2}
    assert (came.taken, came.strangers) == (0, 1)
    assert len(desk.entries()) == before
    assert facts(desk) == []


def test_a_callback_that_comes_too_early_leaves_it_pending(house: Any) -> None:
    desk = house("caller", BY_CALLBACK)
    desk.trace(only=("caller",))
    receiving = Receiving(desk.office)

    early = receiving.receive_callbacks("caller", [signed({"request": "req-1", "state": "early"})])
    then = receiving.receive_callbacks("caller", [signed({"request": "req-1", "state": "nothing"})])

    assert dict(early.outcomes) == {Outcome.PENDING: 1}
    assert dict(then.outcomes) == {Outcome.NO_RECORD: 1}


def test_an_answer_the_manifest_does_not_list_is_no_fact(house: Any) -> None:
    desk = house("caller", BY_CALLBACK)
    desk.trace(only=("caller",))

    came = Receiving(desk.office).receive_callbacks(
        "caller", [signed({"request": "req-1", "state": "done", "line": "asleep"})]
    )

    assert dict(came.outcomes) == {Outcome.PROTOCOL_ERROR: 1}
    assert facts(desk) == []


def test_the_receiver_takes_what_is_signed_and_refuses_the_rest(house: Any) -> None:
    desk = house("caller", BY_CALLBACK)
    desk.trace(only=("caller",))
    receiving = Receiving(desk.office)
    statuses = []

    def take(headers: Any, body: bytes) -> bool:
        return not receiving.receive_callbacks("caller", [(headers, body)]).unfit

    def call(port: int) -> None:
        headers, body = signed({"request": "req-1", "state": "done", "line": "active"})
        # The vendor's side of the line: in the program's own process nobody but the gateway may connect.
        with guard.loopback():
            for method, given, text in (("POST", {}, body), ("GET", headers, b""), ("POST", headers, body)):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
                connection.request(method, "/", text, given)
                statuses.append(connection.getresponse().status)
                connection.close()

    caller: list[threading.Thread] = []

    def ready(port: int) -> None:
        caller.append(threading.Thread(target=call, args=(port,)))
        caller[0].start()

    async def until_taken() -> None:
        await asyncio.wait_for(listen(0, take, ready=ready, most=1), timeout=30)

    asyncio.run(until_taken())
    caller[0].join()

    assert statuses == [401, 405, 204]
    assert facts(desk) == ["line_status=active"]


def test_a_look_up_that_waits_is_taken_up_after_kill_9_and_not_paid_twice(house: Any, vendor: Vendor) -> None:
    desk = house("poller", BY_POLL)
    home, clock = desk.home, desk.clock
    desk.office.close()
    child = os.fork()
    if child == 0:
        office = open_office(home, None, clock, "li.ming")
        cases = list(office.store.cases.listed())
        trace(office, cases[:1], "contact_repair", only=("poller",))
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    desk.office = open_office(home, None, clock, "li.ming")
    asked, vendor.line = len(vendor.asked), "active"

    report = trace(desk.office, desk.cases()[:1], "contact_repair", only=("poller",))

    assert asked > 0
    assert len(vendor.asked) == asked
    assert outcomes(report) == {"answered": asked}
    assert facts(desk) == ["line_status=active"] * asked
    assert report.spent == 30 * asked


def test_a_kill_in_the_middle_of_waiting_leaves_pending_and_not_unknown(house: Any, vendor: Vendor) -> None:
    desk = house("poller", BY_POLL)
    home, clock = desk.home, desk.clock
    desk.office.close()
    child = os.fork()
    if child == 0:
        office = open_office(home, None, clock, "li.ming")
        submit = office.log.submit

        def die_when_it_waits(draft: Any) -> Any:
            promise = submit(draft)
            if draft.event == "accepted":
                promise.result()
                os.kill(os.getpid(), signal.SIGKILL)
            return promise

        office.log.submit = die_when_it_waits  # type: ignore[method-assign]
        trace(office, list(office.store.cases.listed())[:1], "contact_repair", only=("poller",))
        os._exit(1)
    _pid, status = os.waitpid(child, 0)
    desk.office = open_office(home, None, clock, "li.ming")
    desk.office.log.recover("li.ming")

    assert os.WTERMSIG(status) == signal.SIGKILL
    assert [entry.event for entry in desk.entries() if entry.source == "poller"][-1] == "pending"
    assert len(list(Receiving(desk.office).waiting("poller"))) == 1


def test_a_question_the_vendor_kept_too_long_is_not_paid_for_again_by_itself(
    house: Any, vendor: Vendor
) -> None:
    desk = house("caller", BY_CALLBACK)
    desk.trace(only=("caller",))
    asked = len(vendor.asked)
    desk.clock.move(days=2)

    by_itself = desk.trace(only=("caller",))
    on_purpose = desk.trace(only=("caller",), again=True)

    assert outcomes(by_itself) == {"refused": asked}
    assert outcomes(on_purpose) == {"pending": asked}
    assert len(vendor.asked) == 2 * asked
