"""A manifest is named by the configuration, is the reviewed file, and its faults are said in sentences."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from sources.manifest import ManifestSource
from tracer.config import Config, SourceSettings, read
from tracer.desk import workbench
from tracer.errors import WrongUse
from tracer.manifests import read_file, shipped, shipped_text
from tracer.plugins import available, load

GOOD = """\
[source]
id = "example.status"
version = "1"
spec = "example.yaml"
facts = ["line_status"]
needs = ["phone.e164"]
[options]
account = "the number of your contract"
[request]
path = "/status"
json = { number = "{phone.e164}", account = "{option.account}" }
[[fact]]
kind = "line_status"
at = "state"
map = { on = "active" }
"""
OPENAPI = """\
openapi: 3.0.3
info: {title: Fictional, version: 1.2.0, license: {name: MIT}}
servers: [{url: "https://api.example/v1"}]
paths:
  /lines:
    post:
      operationId: lineStatus
      requestBody:
        content:
          application/json:
            schema:
              type: object
              required: [msisdn]
              properties: {msisdn: {type: string, pattern: '^\\+[0-9]+$'}}
      responses:
        "200":
          content:
            application/json:
              schema:
                type: object
                properties: {line_status: {type: string, enum: [active, barred]}, imsi: {type: string}}
              examples: {one: {value: {line_status: active}}}
        "404":
          content: {application/json: {examples: {gone: {value: {code: NO_LINE, message: "-"}}}}}
components: {securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}}
"""


def configured(tmp_path: Path, text: str = GOOD, **settings: object) -> Config:
    (tmp_path / "status.toml").write_text(text)
    source = {"use": "manifest:status.toml", "options": {"account": "A-1"}, **settings}
    return read({"sources": [source]}, file=tmp_path / "config.toml")


def test_a_manifest_is_named_by_its_path_beside_the_configuration(tmp_path: Path) -> None:
    config = configured(tmp_path)

    loaded = load(config)

    assert list(loaded) == ["status"]
    assert isinstance(loaded["status"], ManifestSource)
    assert loaded["status"].options == {"account": "A-1"}


def test_a_manifest_that_was_changed_since_its_review_is_not_loaded(tmp_path: Path) -> None:
    digest = hashlib.sha256(GOOD.encode()).hexdigest()

    load(configured(tmp_path, sha256=digest))
    with pytest.raises(WrongUse) as refused:
        load(configured(tmp_path, GOOD.replace('on = "active"', 'on = "suspended"'), sha256=digest))

    assert "SHA-256" in refused.value.shown()


def test_what_the_account_has_to_say_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(WrongUse) as refused:
        load(configured(tmp_path, options={}))

    assert "account" in refused.value.shown()
    assert "the number of your contract" in refused.value.shown()


def test_a_fault_names_the_file_the_line_and_the_key(tmp_path: Path) -> None:
    with pytest.raises(WrongUse) as refused:
        load(configured(tmp_path, GOOD.replace('"active"', '"alive"')))

    said = refused.value.shown()
    assert "status.toml" in said
    assert "line 15: fact[1].map.on: alive is not in the vocabulary" in said


def test_a_manifest_that_is_not_there_is_said() -> None:
    with pytest.raises(WrongUse, match=r"nowhere\.toml"):
        read_file(Path("nowhere.toml"))


def test_every_shipped_manifest_is_known_by_its_id() -> None:
    assert set(shipped()) <= set(available())
    assert len(shipped()) >= 30
    for name in shipped():
        assert f'id = "{name}"'.encode() in shipped_text(name)


def test_a_shipped_manifest_is_loaded_by_its_id() -> None:
    config = Config(sources=(SourceSettings(use="tencent.mobile-status"),))

    assert load(config)["tencent.mobile-status"].name == "tencent.mobile-status"


def test_a_first_manifest_is_written_from_a_definition_and_leaves_the_decisions_open(tmp_path: Path) -> None:
    definition, out = tmp_path / "api.yaml", tmp_path / "new.toml"
    definition.write_text(OPENAPI)

    done = workbench.written(definition, out)

    assert {place for place, _ in done.decide} >= {"source.lawful", "errors", "line_status"}
    with pytest.raises(WrongUse) as refused:
        workbench.tried(str(out))
    assert "somebody has to decide" in refused.value.shown()
    with pytest.raises(WrongUse, match="there already"):
        workbench.written(definition, out)


def test_a_first_manifest_passes_once_it_was_decided(tmp_path: Path) -> None:
    definition, out = tmp_path / "api.yaml", tmp_path / "new.toml"
    definition.write_text(OPENAPI)
    workbench.written(definition, out)
    text = out.read_text().replace('barred = "?"', 'barred = "suspended"').replace('"?"', '"decided"')
    out.write_text(text.replace('subject = "phone"', 'subject = "phone"\ndrops = ["imsi"]'))

    done = workbench.tried(str(out), spec=definition)

    failed = [(one.check, one.found) for one in done.results if one.verdict == "failed"]
    assert failed == []
    assert done.passed


def test_a_gated_field_that_is_not_dropped_is_found(tmp_path: Path) -> None:
    definition, out = tmp_path / "api.yaml", tmp_path / "new.toml"
    definition.write_text(OPENAPI)
    workbench.written(definition, out)
    out.write_text(
        out.read_text().replace('barred = "?"', 'barred = "suspended"').replace('"?"', '"decided"')
    )

    done = workbench.tried(str(out), spec=definition)

    found = [(short.code, short.where) for one in done.results for short in one.found]
    assert found == [("gated_not_dropped", "imsi")]


def test_a_value_the_definition_lists_and_the_manifest_does_not_is_found(tmp_path: Path) -> None:
    definition, manifest = tmp_path / "api.yaml", tmp_path / "m.toml"
    definition.write_text(OPENAPI)
    text = (
        GOOD.replace("/status", "/v1/lines")
        .replace('"state"', '"line_status"')
        .replace("{ on =", "{ active =")
    )
    manifest.write_text(text)

    done = workbench.tried(str(manifest), spec=definition)

    found = {short.code: short.where for one in done.results for short in one.found}
    assert found["value_not_mapped"] == "line_status: line_status = barred"
    assert found["request_unfit"] in {"number: unknown", "account: unknown", "msisdn: required"}


def test_an_installed_source_is_asked_what_can_be_asked_of_any() -> None:
    done = workbench.tried("camara.number-recycling")

    assert done.passed
    assert {one.check: one.verdict for one in done.results}["values"] == "not_looked_at"


def test_the_schema_for_editors_is_a_json_schema() -> None:
    assert workbench.editor_schema()["title"] == "Manifest"
