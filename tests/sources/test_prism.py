"""Every example of the vendors' definitions, served by Prism over HTTP to what our connectors really send.

Prism (npm, @stoplight/prism-cli 5.14.2, Apache-2.0) is a test-only dependency: `make prism` puts it under
build/prism, or TRACER_PRISM names its program. Without it, or without the definitions, this is skipped.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import http.client
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from graph.model import Phone
from sources.contract import Answer, HttpCall, Outcome, Reply
from sources.manifest import ManifestSource, read, source
from sources.spec import Definition, Example
from sources.testing import an_ask, drive
from tracer import guard

ROOT = Path(__file__).resolve().parents[2]
SPECS = ROOT.parent / "shared" / "specs"
FILES = [
    *sorted((ROOT / "sources" / "manifests").glob("*.toml")),
    *sorted((Path(__file__).parent / "manifest" / "camara").glob("*.toml")),
]
# Errors that speak of a mistake of ours in the request: a protocol error is what they are.
OURS = {(404, "NOT_FOUND"), (405, "METHOD_NOT_ALLOWED"), (406, "NOT_ACCEPTABLE"), (410, "GONE")}


def prism() -> str:
    """The program, or why there is none."""
    named = os.environ.get("TRACER_PRISM", "")
    program = named or str(ROOT / "build" / "prism" / "node_modules" / ".bin" / "prism")
    if not SPECS.is_dir():
        pytest.skip("../shared/specs is not beside the repository")
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    if not Path(program).exists():
        pytest.skip("Prism is not installed: make prism (needs npm and its registry), or set TRACER_PRISM")
    return program


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def loaded(path: Path) -> ManifestSource:
    manifest = read(path.read_text(encoding="utf-8"))
    return source(manifest, dict.fromkeys(manifest.options, "fictional"))


@contextlib.contextmanager
def served(definition: Path, ready: str) -> Iterator[int]:
    """Prism on loopback, serving one definition; gives its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [prism(), "mock", "-h", "127.0.0.1", "-p", str(port), str(definition)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            until = time.monotonic() + 60
            while time.monotonic() < until:
                with contextlib.suppress(OSError), guard.loopback():
                    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                    connection.request("GET", ready)
                    connection.getresponse().read()
                    connection.close()
                    break
            yield port
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def camara() -> Iterator[int]:
    with served(SPECS / "camara" / "bundle.mock.yaml", "/") as port:
        yield port


def exchanged(port: int, call: HttpCall, example: Example) -> Reply:
    prefer = f'code={example.status}, example="{example.name}"' if example.name else f"code={example.status}"
    headers = {
        "content-type": "application/json",
        "authorization": "Bearer fictional",
        "prefer": prefer,
        **call.headers,
    }
    return fetched(port, call.method, call.path, json.dumps(call.json), headers)


def answered(one: ManifestSource, reply: Reply) -> Answer:
    return drive(one.lookup(an_ask(phone=Phone(e164="+8615477000000"))), reply).answer


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.name.startswith("camara.")], ids=lambda path: path.stem
)
def test_every_example_of_camara_that_prism_serves_is_understood(camara: int, path: Path) -> None:
    one = loaded(path)
    file = SPECS / one.manifest.source.spec.removeprefix("specs/")
    spec = Definition(plain(yaml.safe_load(file.read_text(encoding="utf-8"))))
    operation = next(each for each in spec.operations() if one.manifest.request.path.endswith(each.path))
    call = drive(one.lookup(an_ask()), Reply(status=503)).call
    examples = list(spec.examples(operation))

    replies = [exchanged(camara, call, example) for example in examples]

    assert len(examples) >= 8
    for example, reply in zip(examples, replies, strict=True):
        # The status is the one that was preferred: Prism took our request for a good one.
        assert reply.status == example.status, (example.name, reply.body[:200])
        answer = answered(one, reply)
        code = json.loads(reply.body).get("code", "") if reply.status >= 400 else ""
        assert answer.outcome is not Outcome.PROTOCOL_ERROR or (reply.status, code) in OURS, example.name
        assert (answer.outcome is Outcome.ANSWERED) == (reply.status == 200)
        assert answer == answered(one, Reply(status=reply.status, headers=reply.headers, body=example.body))


def test_what_prism_itself_says_is_no_answer_of_a_vendor(camara: int) -> None:
    # An undocumented code: application/problem+json without a code (carriers.md, 3.5).
    one = loaded(next(path for path in FILES if path.stem == "camara.sim-swap"))
    call = drive(one.lookup(an_ask()), Reply(status=503)).call

    reply = exchanged(camara, call, Example(name="", status=418, body=b""))

    assert answered(one, reply).outcome is Outcome.PROTOCOL_ERROR


def test_a_request_without_a_token_is_refused_and_no_fact(camara: int) -> None:
    one = loaded(next(path for path in FILES if path.stem == "camara.sim-swap"))
    call = drive(one.lookup(an_ask()), Reply(status=503)).call

    json_only = {"content-type": "application/json"}
    reply = fetched(camara, call.method, call.path, json.dumps(call.json), json_only)

    assert (reply.status, answered(one, reply).outcome) == (401, Outcome.AUTH_FAILED)


def test_every_example_of_twilio_that_prism_serves_is_understood_in_its_batch_form() -> None:
    file = SPECS / "twilio" / "twilio_lookups_v2.yaml"
    packages = {one.manifest.outcome.at.split(".")[1]: one for one in each("twilio.") if one.manifest.outcome}
    with served(file, "/") as port:
        spec = Definition(plain(yaml.safe_load(file.read_text(encoding="utf-8"))))
        operation = next(one for one in spec.operations() if one.id == "FetchPhoneNumber")
        understood: dict[str, int] = dict.fromkeys(packages, 0)
        for example in spec.examples(operation):
            headers = {"prefer": f"code=200, example={example.name}", "authorization": "Basic ZjpmCg=="}
            reply = fetched(port, "GET", "/v2/PhoneNumbers/+12125550143", "", headers)
            assert reply.status == 200, example.name
            body = json.loads(reply.body)
            for package, one in packages.items():
                if body.get(package) is None:
                    continue
                batch = Reply(status=200, body=json.dumps({"phone_numbers": [body]}).encode())
                ask = an_ask(phone=Phone(e164="+12125550143"))
                assert drive(one.lookup(ask), batch).answer.outcome is Outcome.ANSWERED, example.name
                understood[package] += 1

    assert all(understood.values())


def test_what_prism_says_for_vonage_is_understood() -> None:
    (one,) = each("vonage.")
    file = SPECS / one.manifest.source.spec.removeprefix("specs/")
    with served(file, "/") as port:
        spec = Definition(plain(yaml.safe_load(file.read_text(encoding="utf-8"))))
        operation = next(found for found in spec.operations() if found.path.endswith("/advanced/{format}"))
        examples = list(spec.examples(operation))
        assert examples
        for example in examples:
            path = operation.path.replace("{format}", "json")
            query = "?api_key=fictional&api_secret=fictional1234567&number=447700900000"
            prefer = {"prefer": f"code={example.status}"}
            reply = fetched(port, "GET", f"{path}{query}", "", prefer)
            assert reply.status == example.status
            assert answered(one, reply).outcome is not Outcome.PROTOCOL_ERROR, reply.body


def each(prefix: str) -> list[ManifestSource]:
    return [loaded(path) for path in FILES if path.name.startswith(prefix)]


def fetched(port: int, method: str, path: str, body: str, headers: dict[str, str]) -> Reply:
    with guard.loopback():
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request(method, path, body, headers)
        got = connection.getresponse()
        said = {name.lower(): value for name, value in got.getheaders()}
        reply = Reply(status=got.status, headers=said, body=got.read())
        connection.close()
    return reply
