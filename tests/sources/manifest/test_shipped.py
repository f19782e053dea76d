"""The connectors that come as manifests: sound by themselves, complete against the definitions."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from graph.model import Phone
from sources.carrier.camara import KycMatch, NumberRecycling, SubscriptionStatus, Tenure
from sources.contract import Ask, HttpCall, Outcome, Reply, Source
from sources.kit import Check, Verdict, results
from sources.manifest import ManifestSource, read, source
from sources.spec import Definition
from sources.testing import an_ask, drive, shortfalls

HERE = Path(__file__).parent
SHIPPED = Path(__file__).parents[3] / "sources" / "manifests"
SPECS = Path(__file__).parents[4] / "shared" / "specs"
NAMES = sorted(path.stem for path in SHIPPED.glob("*.toml"))
there = pytest.mark.skipif(not SPECS.is_dir(), reason="../shared/specs is not beside the repository")


def load(name: str, folder: Path = SHIPPED) -> ManifestSource:
    manifest = read((folder / f"{name}.toml").read_text(encoding="utf-8"))
    return source(manifest, dict.fromkeys(manifest.options, "fictional"))


def asked(one: ManifestSource) -> Ask:
    american = one.manifest.source.numbers == ("+1",)
    return an_ask(phone=Phone(e164="+12125550143")) if american else an_ask()


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def definition(one: ManifestSource) -> Definition:
    path = one.manifest.source.spec.partition("#")[0].removeprefix("specs/")
    return Definition(plain(yaml.safe_load((SPECS / path).read_text(encoding="utf-8"))))


def ok(body: object) -> Reply:
    return Reply(status=200, body=json.dumps(body).encode())


def values(one: ManifestSource, body: object) -> list[str]:
    return [f"{fact.kind}={fact.value}" for fact in drive(one.lookup(asked(one)), ok(body)).answer.facts]


@pytest.mark.parametrize("name", NAMES)
def test_it_keeps_the_manners_of_every_source(name: str) -> None:
    one = load(name)

    assert shortfalls(one, asked(one)) == ()
    assert one.name == name


@pytest.mark.parametrize("name", NAMES)
def test_it_says_where_it_comes_from_and_on_what_footing(name: str) -> None:
    about = load(name).manifest.source

    assert about.spec
    assert about.licence
    assert about.lawful.purposes
    assert about.lawful.consent
    assert about.cost.billed_when == (Outcome.ANSWERED,)


VENDORS = ("aliyun.", "camara.", "fcc.", "hlr.", "tencent.", "twilio.", "vonage.")


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith(VENDORS)])
def test_it_says_of_every_check_that_it_is_done_or_why_not(name: str) -> None:
    said = load(name).manifest.quality

    assert set(said) == {str(check) for check in Check}
    assert all(one == "done" or len(one.removeprefix("exempt: ")) > 10 for one in said.values())


@there
@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith(VENDORS)])
def test_what_it_says_is_done_is_done(name: str) -> None:
    one = load(name)
    spec, features, action = None, [], ""
    if one.manifest.source.spec.endswith((".yaml", ".yml")):
        spec = definition(one)
        folder = (SPECS / one.manifest.source.spec.removeprefix("specs/")).parents[1] / "Test_definitions"
        features = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.feature"))]
    elif name.startswith("tencent."):
        examples = json.loads((SPECS / "tencent/v20180301_examples.json").read_text(encoding="utf-8"))
        spec, action = Definition(examples), one.manifest.source.spec.partition("#")[2]

    found = results(one, asked(one), spec=spec, features=features, action=action)

    claimed = {check for check, said in one.manifest.quality.items() if said == "done"}
    # The code tables of Tencent and Alibaba are no schemas: the tests below hold the values against them.
    elsewhere = {"values"} if name.startswith(("tencent.", "aliyun.")) else set()
    assert claimed - elsewhere == {str(one.check) for one in found if one.verdict is Verdict.DONE}


@there
@pytest.mark.parametrize(
    "name", [name for name in NAMES if name.startswith(("camara.", "twilio.", "vonage."))]
)
def test_everything_its_definition_documents_is_understood(name: str) -> None:
    one = load(name)
    folder = (SPECS / one.manifest.source.spec.removeprefix("specs/")).parents[1] / "Test_definitions"
    features = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.feature"))]

    found = results(one, asked(one), spec=definition(one), features=features)

    assert [(one.check, one.found) for one in found if one.verdict is Verdict.FAILED] == []
    looked = {one.check for one in found if one.verdict is Verdict.DONE}
    assert looked >= {Check.VALUES, Check.REQUEST, Check.EXAMPLES, Check.GATED}


@there
@pytest.mark.parametrize(
    "python", [NumberRecycling(), Tenure(), KycMatch(), SubscriptionStatus()], ids=lambda one: one.name
)
def test_what_a_connector_in_code_says_is_done_its_twin_in_toml_does(python: Any) -> None:
    twin = load(python.name, HERE / "camara")
    folder = (SPECS / twin.manifest.source.spec.removeprefix("specs/")).parents[1] / "Test_definitions"
    features = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.feature"))]

    found = results(twin, an_ask(), spec=definition(twin), features=features)

    done = {str(one.check) for one in found if one.verdict is Verdict.DONE}
    assert {check for check, said in python.quality.items() if said == "done"} <= done
    assert all(said == "done" or said.startswith("exempt: ") for said in python.quality.values())


@there
@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("tencent.")])
def test_every_result_code_tencent_describes_is_mapped(name: str) -> None:
    one = load(name)
    manifest = one.manifest
    action = manifest.source.spec.partition("#")[2]
    api = json.loads((SPECS / "tencent/v20180301_api.json").read_text(encoding="utf-8"))
    members = api["objects"][api["actions"][action]["output"]]["members"]
    said = {member["name"]: re.sub(r"<[^>]*>", "\n", member["document"]) for member in members}
    result = said["Result"]
    codes = {code.replace("-0", "0") for code in re.findall(r"(?m)^\s*(-?\d+)\s*[:：]", result)}
    free = {code.replace("-0", "0") for code in re.findall(r"(-?\d+)\s*[:：]", result.partition("不收费")[2])}

    assert manifest.outcome is not None
    assert len(codes) >= 6
    assert codes == set(manifest.outcome.map)
    assert set(manifest.outcome.billed or ()) == codes - free
    if "StatusCode" in said:
        states = set(re.findall(r"(\d+)[:：]", said["StatusCode"]))
        assert states == set(manifest.fact[0].map)


@there
@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("tencent.")])
def test_every_example_of_tencent_is_understood(name: str) -> None:
    one = load(name)
    examples = Definition(json.loads((SPECS / "tencent/v20180301_examples.json").read_text(encoding="utf-8")))

    found = results(one, asked(one), spec=examples, action=one.manifest.source.spec.partition("#")[2])

    assert [one.found for one in found if one.verdict is Verdict.FAILED] == []
    assert next(one.note for one in found if one.check is Check.EXAMPLES) == "2"


@there
@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("aliyun.")])
def test_every_value_and_code_alibaba_describes_is_mapped(name: str) -> None:
    manifest = load(name).manifest
    action = manifest.source.spec.partition("#")[2]
    snake = re.sub(r"(?<!^)(?=[A-Z])", "_", action).lower()
    tables = (SPECS / "aliyun-dytnsapi-code-tables.txt").read_text(encoding="utf-8")
    part = re.search(rf"(?ms)^## {snake} response_body$(.*?)(?=^## |\Z)", tables)
    assert part is not None
    lines = re.findall(r"(?m)^  - (\w+) \| (.*)$", part[1])
    codes = {code for name, text in lines if name == "code" for code in re.findall(r"\*\*([\w.]+)\*\*", text)}
    listed = {
        name: set(re.findall(r"(?:\*\*|- `)(-?\w+)(?:\*\*|`)[:：]", text))
        | set(re.findall(r"\*\*(-?\w+)\*\*[:：]", text))
        for name, text in lines
    }
    mapped = {part.at: set(part.map) for part in manifest.fact if isinstance(part.at, str) and part.map}
    if manifest.outcome is not None:
        mapped[manifest.outcome.at] = set(manifest.outcome.map)

    assert all(code in manifest.errors.map or f"{code}*" in manifest.errors.map for code in codes)
    for place, known in mapped.items():
        snaked = re.sub(r"(?<!^)(?=[A-Z])", "_", place.removeprefix("Data.")).lower()
        assert listed[snaked] == known, place


@there
@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("twilio.")])
def test_every_example_of_twilio_is_understood_in_its_batch_form(name: str) -> None:
    one = load(name)
    spec = definition(one)
    fetch = next(said for said in spec.operations() if said.id == "FetchPhoneNumber")
    assert one.manifest.outcome is not None
    package = one.manifest.outcome.at.split(".")[1]
    bodies = [json.loads(example.body) for example in spec.examples(fetch)]
    own = [body for body in bodies if body.get(package) is not None]

    answers = [drive(one.lookup(asked(one)), ok({"phone_numbers": [body]})).answer for body in own]

    assert own
    assert all(answer.outcome is Outcome.ANSWERED and answer.facts for answer in answers)


@there
@pytest.mark.parametrize(
    "python", [NumberRecycling(), Tenure(), KycMatch(), SubscriptionStatus()], ids=lambda one: one.name
)
def test_the_language_suffices_for_the_four_that_are_code(python: Source) -> None:
    toml = load(python.name, HERE / "camara")
    spec = definition(toml)
    (operation,) = spec.operations()
    replies = [
        Reply(status=example.status, headers={"retry-after": "3"}, body=example.body)
        for example in spec.examples(operation)
    ]
    ask = an_ask()

    told = [drive(one.lookup(ask), Reply(status=503)).call for one in (python, toml)]
    answers = [[drive(one.lookup(ask), reply).answer for reply in replies] for one in (python, toml)]

    assert isinstance(told[0], HttpCall)
    assert (told[0].path, told[0].scope, told[0].json) == (told[1].path, told[1].scope, told[1].json)
    assert len(replies) >= 8
    for mine, theirs in zip(*answers, strict=True):
        assert (mine.outcome, mine.retry_after) == (theirs.outcome, theirs.retry_after)
        assert [(f.kind, f.value, f.anchor, f.attribute, f.score) for f in mine.facts] == [
            (f.kind, f.value, f.anchor, f.attribute, f.score) for f in theirs.facts
        ]


# The traps of meaning (reference/carriers.md, 2.4)


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("camara.")])
def test_trap_404_is_another_operators_customer_and_never_a_vacant_number(name: str) -> None:
    reply = Reply(status=404, body=b'{"status":404,"code":"IDENTIFIER_NOT_FOUND","message":"-"}')

    answer = drive(load(name).lookup(an_ask()), reply).answer

    assert (answer.outcome, answer.facts) == (Outcome.NOT_SERVED, ())


def test_trap_kyc_match_says_true_as_a_text_and_a_score_only_beside_a_no() -> None:
    match = load("camara.kyc-match", HERE / "camara")

    assert values(match, {"nameMatch": "true"}) == ["attribute_match=exact"]
    for body in ({"nameMatch": True}, {"nameMatch": "true", "nameMatchScore": 99}):
        assert drive(match.lookup(an_ask()), ok(body)).answer.outcome is Outcome.PROTOCOL_ERROR
    refused = b'{"status":403,"code":"KNOW_YOUR_CUSTOMER.ID_DOCUMENT_MISMATCH","message":"-"}'
    answer = drive(match.lookup(an_ask()), Reply(status=403, body=refused)).answer
    assert (answer.outcome, answer.facts) == (Outcome.PRECONDITION_FAILED, ())


@pytest.mark.parametrize(("name", "key"), [("sim", "latestSimChange"), ("device", "latestDeviceChange")])
def test_trap_no_date_of_a_change_is_no_only_within_what_was_monitored(name: str, key: str) -> None:
    swap = load(f"camara.{name}-swap-date")

    assert values(swap, {key: None}) == [f"{name}_changed_since=unknown"]
    assert values(swap, {key: None, "monitoredPeriod": 120}) == [f"{name}_changed_since=unknown"]
    assert values(swap, {key: None, "monitoredPeriod": 2000}) == [f"{name}_changed_since=no"]


@pytest.mark.parametrize(
    "name", ["aliyun.second-release", "twilio.reassigned-number", "fcc.reassigned-numbers"]
)
def test_trap_who_holds_it_now_is_never_asked_without_a_documented_date(name: str) -> None:
    one = load(name)
    phone = asked(one).phone

    driven = drive(one.lookup(an_ask(phone=phone, anchor_date=None)))

    assert (driven.answer.outcome, driven.asked) == (Outcome.BAD_INPUT, ())


def test_trap_the_same_digits_mean_other_things() -> None:
    three, history = load("aliyun.three-elements"), load("aliyun.history-three-elements")

    def body(code: object) -> Reply:
        return ok({"Code": "OK", "Data": {"IsConsistent": code}})

    assert drive(three.lookup(an_ask()), body("2")).answer.outcome is Outcome.NO_RECORD
    assert drive(history.lookup(an_ask()), body("0")).answer.outcome is Outcome.NO_RECORD
    assert values(three, {"Code": "OK", "Data": {"IsConsistent": 0}}) == ["attribute_match=none"]
    facts = drive(history.lookup(an_ask()), body(2)).answer.facts
    assert [(fact.attribute, fact.value) for fact in facts] == [("name", "none"), ("id", "exact")]
    minus_four = {
        name: drive(load(name).lookup(an_ask()), ok({"Response": {"Result": "-4"}})).answer.outcome
        for name in NAMES
        if name.startswith("tencent.")
    }
    assert minus_four == {
        "tencent.mobile-status": Outcome.QUOTA_EXHAUSTED,
        "tencent.network-time": Outcome.UNAVAILABLE,
        "tencent.phone-and-name": Outcome.BAD_INPUT,
        "tencent.phone-verification": Outcome.ANSWERED,
    }


def test_trap_a_cancelled_number_is_not_somebody_elses_and_disconnected_is_not_a_new_holder() -> None:
    second = load("aliyun.second-release")

    said = {code: values(second, {"Code": "OK", "Data": {"VerifyResult": code}}) for code in (1, 2, 3, 4)}

    assert said == {
        1: ["holder_changed_since=yes"],
        2: ["holder_changed_since=no"],
        3: ["line_status=cancelled"],
        4: ["holder_changed_since=unknown"],
    }
    assert values(load("fcc.reassigned-numbers"), {"results": [{"result": "yes"}]}) == [
        "disconnected_since=yes"
    ]


def test_trap_tenure_is_no_word_on_the_holder() -> None:
    time = load("tencent.network-time")

    assert values(time, {"Response": {"Result": "0", "Range": "[0,3)"}}) == ["tenure=[0,3)"]
    assert values(time, {"Response": {"Result": "-2"}}) == ["line_status=not_assigned"]
    assert "holder_changed_since" not in time.manifest.source.facts


def test_trap_a_phone_that_is_off_is_a_line_that_is_on() -> None:
    status = load("aliyun.number-status")

    assert values(status, {"Code": "OK", "Data": {"Status": "POWER_OFF", "Carrier": "CMCC"}}) == [
        "line_status=active",
        "reachability=powered_off",
        "carrier=current:China Mobile",
    ]


def test_what_may_not_be_kept_is_not_kept() -> None:
    vonage = load("vonage.number-insight")
    body = {
        "status": 0,
        "lookup_outcome": 0,
        "reachable": "reachable",
        "roaming": {"status": "roaming", "roaming_country_code": "US"},
        "caller_identity": {"caller_name": "Zhao Weiming"},
        "imsi": "460001234567890",
    }

    facts = drive(vonage.lookup(an_ask()), ok(body)).answer.facts

    assert [fact.kind for fact in facts] == ["line_status", "reachability"]
    assert not any("Zhao" in str(fact.raw) + fact.value or "US" in fact.value for fact in facts)
