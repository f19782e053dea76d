"""Definitions as a whole, and traps of meaning that no single connector can step into (carriers.md, 2.4)."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from graph.hidden import State
from graph.inuse_events import Tie
from graph.inuse_facts import fact_events
from graph.inuse_weights import DEFAULT
from graph.model import FactKind, LineFact, Phone
from sources.carrier.camara import KycMatch, NumberRecycling, SubscriptionStatus, Tenure
from sources.carrier.facts import VALUES
from sources.contract import Outcome, Reply
from sources.manifest import ManifestSource, read, source
from sources.spec import Definition
from sources.testing import an_ask, drive, fictional

SHIPPED = Path(__file__).parents[2] / "sources" / "manifests"
CODED = Path(__file__).parent / "manifest" / "camara"
SPECS = Path(__file__).parents[3] / "shared" / "specs"
there = pytest.mark.skipif(not SPECS.is_dir(), reason="../shared/specs is not beside the repository")

# Definitions that are beside the repository and asked by nobody here, each for its reason.
LEFT_OUT = {
    "camara/KnowYourCustomerFill-in": "hands out the subscriber's own data: gated (facts.GATED)",
    "camara/KnowYourCustomerAgeVerification": "an age is of no use in finding a debtor",
    "camara/NumberVerification": "works only from the handset's own network session",
    "camara/DeviceStatus": "roaming and networks, and with them where somebody is: gated (facts.GATED)",
    "camara/Tenure-r3.2": "a release candidate of what is asked (r2.2)",
    "subscriptions.yaml": "watches somebody from now on",
    "camara/commonalities-artifacts": "parts of the others; its errors are facts.CAMARA_ERRORS",
    "camara/bundle.mock.yaml": "the others again, for Prism",
    "aliyun-cloudauth": "describes requests only, nothing of the answers",
    "twilio/twilio_lookups_v1": "the version before the one that is asked",
    "twilio/twilio_lookups_v2.json": "the same as the YAML",
    "tencent/v20180301_examples": "the examples of the definition that is asked",
    "vonage/common": "a part of the definition that is asked",
}


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def connectors() -> list[ManifestSource]:
    files = sorted([*SHIPPED.glob("*.toml"), *CODED.glob("*.toml")])
    manifests = [read(path.read_text(encoding="utf-8")) for path in files]
    return [source(one, dict.fromkeys(one.options, "fictional")) for one in manifests]


def put(body: Any, place: str, value: object) -> Any:
    """A body with a value at a place, made where there is none."""
    steps = re.findall(r"\[(\d*)\]|([^.\[\]]+)", place)
    if not steps:
        return value
    (index, name), rest = steps[0], place[len(steps[0][0]) + 2 if not steps[0][1] else len(steps[0][1]) :]
    rest = rest.removeprefix(".")
    if name == "*":
        return {"1": put({}, rest, value)}
    if name:
        body = body if isinstance(body, dict) else {}
        return {**body, name: put(body.get(name), rest, value)}
    body = body if isinstance(body, list) and body else [None] * (int(index or 0) + 1)
    return [put(one, rest, value) if at == int(index or 0) else one for at, one in enumerate(body)]


def said(one: ManifestSource, changes: dict[str, object]) -> Any:
    """What comes of a reply that holds a value the manifest knows at each place, but for ``changes``."""
    manifest, body = one.manifest, None
    for part in manifest.fact:
        if part.when is not None:
            body = put(body, part.when.at, part.when.is_[0])
        for place in (part.at,) if isinstance(part.at, str) else part.at:
            key = next((key for key in part.map if key not in ("null", "(absent)")), "x")
            key = key.split("/")[0]
            literal = json.loads(key) if key in ("true", "false") and part.type != "string" else key
            body = put(body, place, int(key) if part.type == "integer" else literal)
    if manifest.outcome is not None:
        good = next(key for key, value in manifest.outcome.map.items() if value == "answered")
        body = put(body, manifest.outcome.at, good)
    if manifest.errors.envelope and Outcome.ANSWERED in manifest.errors.map.values():
        good = next(key for key, value in manifest.errors.map.items() if value == "answered")
        body = put(body, manifest.errors.envelope, good)
    for place, value in changes.items():
        body = put(body, place, value)
    american = manifest.source.numbers == ("+1",)
    ask = an_ask(phone=Phone(e164="+12125550143")) if american else an_ask()
    reply = Reply(status=200, body=json.dumps(body).encode())
    if manifest.file:
        return drive(one.lookup(ask), delivered=reply).answer
    if manifest.poll:
        done = next(key for key, value in manifest.poll.map.items() if value == "answered")
        body = put(body, manifest.poll.at, changes.get(manifest.poll.at, done))
        reply = Reply(status=200, body=json.dumps(body).encode())
        taken = json.dumps(put({}, manifest.poll.id, "j-1")).encode()
        accepted = Reply(status=manifest.request.success[0], body=taken)
        return drive(one.lookup(ask), accepted, reply).answer
    return drive(one.lookup(ask), reply).answer


@there
def test_every_definition_is_asked_by_a_connector_or_left_out_for_a_reason() -> None:
    asked = {one.manifest.source.spec.partition("#")[0].removeprefix("specs/") for one in connectors()}
    files = [
        path.relative_to(SPECS).as_posix()
        for path in SPECS.rglob("*")
        if path.suffix in {".yaml", ".yml", ".json", ".txt"} and path.name != "PROVENANCE.txt"
    ]

    unaccounted = [name for name in files if name not in asked and not any(out in name for out in LEFT_OUT)]

    assert len(asked & set(files)) >= 12
    assert unaccounted == []
    assert [out for out in LEFT_OUT if not any(out in name for name in files)] == []


@pytest.mark.parametrize("name", [one.name for one in connectors()])
def test_a_value_that_no_manifest_lists_is_a_protocol_error(name: str) -> None:
    one = next(one for one in connectors() if one.name == name)
    closed = [
        part.at
        for part in one.manifest.fact
        if part.map and part.of in VALUES and isinstance(part.at, str) and not part.compare and not part.when
    ]
    if one.manifest.outcome is not None:
        closed.append(one.manifest.outcome.at)

    answers = {place: said(one, {place: "no such value"}).outcome for place in closed}

    assert answers == dict.fromkeys(closed, Outcome.PROTOCOL_ERROR)
    if not any(part.compare for part in one.manifest.fact):
        assert said(one, {}).outcome is Outcome.ANSWERED, said(one, {}).raw


@there
def test_every_value_that_definitions_document_is_counted_and_mapped() -> None:
    documented = 0
    for one in connectors():
        if not one.manifest.source.spec.endswith((".yaml", ".yml")):
            documented += sum(len(part.map) for part in one.manifest.fact)
            documented += len(one.manifest.outcome.map) if one.manifest.outcome else 0
            continue
        spec = Definition(
            plain(yaml.safe_load((SPECS / one.manifest.source.spec[6:]).read_text(encoding="utf-8")))
        )
        for operation in spec.operations():
            for part in one.manifest.fact:
                place = part.at if isinstance(part.at, str) else part.at[0]
                schema = spec.at(operation.response, place)
                values = (spec.values(schema) if schema else None) or frozenset()
                documented += len(values)
                if part.map and operation.path.rstrip("/").endswith(
                    one.manifest.request.path.rpartition("/")[2]
                ):
                    first = {key.split("/")[0] for key in part.map}
                    assert values <= first, (one.name, place)

    assert documented >= 200  # carriers.md counts 265 with the codes of errors


# Traps


@pytest.mark.parametrize("code", ["NumberRecycling", "Tenure", "KycMatch", "SubscriptionStatus"])
def test_trap_another_operators_customer_is_said_by_no_connector_to_be_a_vacant_number(code: str) -> None:
    one = {"NumberRecycling": NumberRecycling, "Tenure": Tenure, "KycMatch": KycMatch}.get(
        code, SubscriptionStatus
    )()
    reply = Reply(status=404, body=b'{"status":404,"code":"IDENTIFIER_NOT_FOUND","message":"-"}')

    answer = drive(one.lookup(an_ask()), reply).answer

    assert (answer.outcome, answer.facts) == (Outcome.NOT_SERVED, ())


def test_trap_another_name_on_a_cancelled_number_does_not_make_it_a_strangers() -> None:
    # China Unicom answers "different" for numbers that are vacant or cancelled: the line's state comes first.
    today, phone = dt.date(2026, 11, 23), fictional().phone
    known = Tie(first=dt.date(2022, 1, 1), last=dt.date(2024, 1, 1))

    def fact(kind: FactKind, value: str, attribute: str = "") -> LineFact:
        return LineFact(kind=kind, value=value, phone=phone, source="c", as_of=today, attribute=attribute)

    differs = fact(FactKind.ATTRIBUTE_MATCH, "none", "name")
    seen = fact_events([fact(FactKind.LINE_STATUS, "cancelled"), differs], known, today, DEFAULT)
    alone = fact_events([differs], known, today, DEFAULT)

    def odds(events: list[Any]) -> float:
        product = 1.0
        for event in events:
            product *= event.likelihood[State.STRANGER] / event.likelihood[State.RELEASED]
        return product

    assert odds(alone) > 1
    assert odds(seen) < 0.25
