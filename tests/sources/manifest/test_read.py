"""A manifest is read or refused, and a refusal points to the line and the key."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from sources.manifest import Manifest, ManifestFault, read, schema, source
from sources.manifest.places import line_of, lines_of
from sources.testing import check_manifest

EXAMPLES = Path(__file__).parents[4] / "shared" / "reference" / "manifest-examples"

GOOD = """\
[source]
id = "example.status"
version = "1"
spec = "example.yaml"
facts = ["line_status"]
needs = ["phone.e164"]
[request]
path = "/status"
json = { number = "{phone.e164}" }
[[fact]]
kind = "line_status"
at = "state"
map = { on = "active", off = "suspended" }
"""


def faults(text: str) -> list[tuple[str, int, str]]:
    with pytest.raises(ManifestFault) as refused:
        read(text)
    return [(one.code, one.line, one.key) for one in refused.value.faults]


def test_a_minimal_manifest_is_read() -> None:
    manifest = read(GOOD)

    assert isinstance(manifest, Manifest)
    assert source(manifest).terms.sends == {"phone"}


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="../shared is not beside the repository")
def test_the_published_examples_are_read() -> None:
    read_ids = [read(path.read_text()).source.id for path in sorted(EXAMPLES.glob("*.toml"))]

    assert read_ids == ["camara.number-recycling", "tencent.faceid.mobile-status"]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        pytest.param('id = "example.status"', 'id = "Not An Id"', ("not_an_id", 2, "source.id"), id="id"),
        pytest.param('version = "1"\n', "", ("missing", 1, "source.version"), id="missing"),
        pytest.param('version = "1"', 'versoin = "1"', ("extra_forbidden", 3, "source.versoin"), id="slip"),
        pytest.param('on = "active"', 'on = "alive"', ("no_such_value", 13, "fact[1].map.on"), id="value"),
        pytest.param('kind = "line_status"', 'kind = "imsi"', ("gated", 11, "fact[1].kind"), id="gated"),
        pytest.param(
            'facts = ["line_status"]', 'facts = ["roaming"]', ("gated", 5, "source.facts"), id="gated-facts"
        ),
        pytest.param(
            'needs = ["phone.e164"]',
            'needs = ["phone.e164", "name"]',
            ("need_not_used", 6, "source.needs"),
            id="more-than-needed",
        ),
        pytest.param(
            '"{phone.e164}" }',
            '"{phone.e164}", who = "{name.text}" }',
            ("told_but_not_needed", 7, "request"),
            id="told-unsaid",
        ),
        pytest.param(
            'path = "/status"',
            'path = "/status/{phone.e164}"',
            ("person_in_url", 8, "request.path"),
            id="in-the-address",
        ),
        pytest.param('path = "/status"', 'path = "status?x=1"', ("not_a_path", 8, "request.path"), id="path"),
        pytest.param("{phone.e164}", "{phone.__class__}", ("no_such_place", 7, "request"), id="no-code"),
        pytest.param('version = "1"', 'version = "?"', ("to_decide", 3, "source.version"), id="undecided"),
        pytest.param('at = "state"', 'at = "a b[x]"', ("not_a_place", 12, "fact[1].at"), id="place"),
    ],
)
def test_a_fault_is_pointed_to(old: str, new: str, fault: tuple[str, int, str]) -> None:
    assert old in GOOD

    found = faults(GOOD.replace(old, new, 1))

    assert fault in found


def test_a_date_question_without_its_date_is_refused() -> None:
    text = GOOD.replace("line_status", "holder_changed_since").replace(
        'on = "active", off = "suspended"', 'y = "yes"'
    )

    assert ("anchor_missing", 10, "fact[1].anchor") in faults(text)


def test_a_relative_may_not_be_looked_up() -> None:
    text = GOOD.replace('needs = ["phone.e164"]', 'needs = ["phone.e164"]\nroles = ["spouse"]')

    assert ("third_party", 7, "source.roles") in faults(text)


def test_text_that_is_no_toml_is_pointed_to() -> None:
    assert faults("[source]\nid = \n") == [("not_toml", 2, "")]


def test_nested_brackets_by_the_thousand_are_refused() -> None:
    assert faults("x = " + "[" * 50_000)[0][0] == "not_toml"


def test_lines_are_found_under_arrays_of_tables_and_behind_long_texts() -> None:
    text = '[a]\nb = """\n[no]\nc = 1\n"""\nd.e = 2\n[[f]]\ng = 1\n[[f]]\ng = 2\n[f.h]\ni = 1\n'

    lines = lines_of(text)

    assert tomllib.loads(text)
    assert [
        line_of(lines, place) for place in [("a", "b"), ("a", "d", "e"), ("f", 0, "g"), ("f", 1, "g")]
    ] == [
        2,
        6,
        8,
        10,
    ]
    assert line_of(lines, ("f", 1, "h", "i", "deeper")) == 12
    assert line_of(lines, ("no", "c")) == 0


def test_the_schema_for_editors_knows_every_section() -> None:
    found = schema()

    assert set(found["properties"]) == {  # type: ignore[call-overload]
        *("source", "auth", "request", "errors", "outcome", "fact", "poll", "pages", "purpose", "options"),
        *("quality", "callback", "file"),
    }
    assert found["additionalProperties"] is False


def test_the_kit_is_one_call_for_authors() -> None:
    more = 'lawful = { purposes = ["x"], consent = "y" }\ncost = { billed_when = ["answered"] }\n[request]'
    whole = GOOD.replace("[request]", more)

    check_manifest(whole)
    with pytest.raises(AssertionError, match="billing: billing_not_said"):
        check_manifest(GOOD)
    with pytest.raises(AssertionError, match="operation_not_in_definition"):
        check_manifest(whole, spec={"paths": {"/other": {"post": {"responses": {"200": {}}}}}})
