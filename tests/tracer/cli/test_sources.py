"""Sources on the command line: tried, begun, and held against the configuration. Nobody is asked anything."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from tracer.config import SourceSettings, read
from tracer.desk import channels
from tracer.desk.conforming import played
from tracer.manifests import load_manifest


def test_a_sound_source_passes_and_says_what_was_not_looked_at(tracer: Any) -> None:
    ran = tracer("--json", "sources", "test", "tencent.mobile-status")

    assert ran.code == 0
    assert ran.document["passed"] is True
    verdicts = {one["check"]: one["verdict"] for one in ran.document["checks"]}
    assert len(verdicts) == 14
    assert verdicts["privacy"] == "done"
    assert verdicts["values"] == "not_looked_at"


def test_a_manifest_that_falls_short_ends_with_problems(tracer: Any, tmp_path: Path) -> None:
    manifest = tmp_path / "m.toml"
    manifest.write_text(
        '[source]\nid = "a.b"\nversion = "1"\nspec = "x"\nfacts = ["ported"]\nneeds = ["phone.e164"]\n'
        '[request]\npath = "/x"\njson = { n = "{phone.e164}" }\n'
        '[[fact]]\nkind = "ported"\nat = "p"\nmap = { y = "yes" }\n'
    )

    ran = tracer("sources", "test", manifest)

    assert ran.code == 1
    assert "billing_not_said" in ran.out
    assert "footing_not_said" in ran.out


def test_a_manifest_that_is_none_is_wrong_use_and_pointed_to(tracer: Any, tmp_path: Path) -> None:
    manifest = tmp_path / "m.toml"
    manifest.write_text('[source]\nid = "a.b"\nversoin = "1"\n')

    ran = tracer("sources", "test", manifest)

    assert ran.code == 2
    assert "line 3: source.versoin is not known here" in ran.err


def test_a_source_nobody_knows_is_wrong_use(tracer: Any) -> None:
    assert tracer("sources", "test", "nobody.knows").code == 2


def test_the_schema_is_one_document(tracer: Any) -> None:
    ran = tracer("sources", "schema")

    assert ran.code == 0
    assert ran.document["required"] == ["source", "request", "fact"]


def test_a_definition_that_cannot_be_read_is_wrong_use(tracer: Any, tmp_path: Path) -> None:
    bad = tmp_path / "api.yaml"
    bad.write_text("a: [")

    ran = tracer("sources", "new", "--from", bad, "--out", tmp_path / "m.toml")

    assert ran.code == 2
    assert not (tmp_path / "m.toml").exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"secret_env": "", "client_id": ""}, "client_id, secret_env", id="no-secret"),
        pytest.param({"person_in_url": False}, "request's address", id="in-the-address"),
        pytest.param({"rate": 500.0}, "100 times a second", id="too-fast"),
        pytest.param({}, "", id="as-it-should-be"),
    ],
)
def test_what_a_manifest_says_of_its_vendor_is_held_against_the_configuration(
    desk: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    monkeypatch.setenv("FICTIONAL_SECRET", "fictional")
    settings = {
        "use": "aliyun.number-status",
        "authorisation": "AL-1",
        "from": dt.date(2026, 1, 1),
        "until": dt.date(2027, 12, 31),
        "purposes": ["contact_repair"],
        "roles": ["debtor"],
        "fields": ["phone"],
        "base_url": "https://dytnsapi.example",
        "client_id": "LTAIfictional",
        "secret_env": "FICTIONAL_SECRET",
        "options": {"auth_code": "fictional"},
        "person_in_url": True,
        "rate": 50.0,
        **changes,
    }
    config = read({"purposes": ["contact_repair"], "sources": [settings]}, file=tmp_path / "config.toml")
    monkeypatch.setattr(type(desk.office), "config", property(lambda office: config), raising=False)

    line = channels.shown(desk.office, "aliyun.number-status")

    sentences = " ".join(fault.sentence for fault in line.faults)
    assert (said in sentences) if said else (sentences == "")
    assert line.manifest is not None


def test_a_manifest_that_was_edited_is_played_through_anew(tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    text = (
        '[source]\nid = "a.b"\nversion = "1"\nspec = "x"\nfacts = ["ported"]\nneeds = ["phone.e164"]\n'
        '[request]\npath = "/x"\njson = { n = "{phone.e164}" }\n'
        '[[fact]]\nkind = "ported"\nat = "p"\nmap = { y = "yes" }\n'
    )
    settings = SourceSettings(use=f"manifest:{path}")

    def now_shown() -> str:
        return played(settings, load_manifest(settings)).quality["signature"]

    path.write_text(text)
    before = now_shown()
    path.write_text(text + '[quality]\nsignature = "exempt: no key yet"\n')

    assert (before, now_shown()) == ("done", "exempt: no key yet")
