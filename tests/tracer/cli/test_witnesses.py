"""Checkpoints, health and witnesses on the command line: what is said, and with which exit code."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tracer.proof import Checkpoint, Key, Note


@pytest.fixture
def home(desk: Any) -> Path:
    desk.office.close()
    found: Path = desk.home
    return found


@pytest.fixture
def share(home: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "share"
    folder.mkdir()
    path = folder / "log.txt"
    with (home / "config.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[[witnesses]]\nkind = "file"\nname = "share"\npath = "{path}"\n')
    return path


def test_a_checkpoint_is_printed_written_and_witnessed(
    tracer: Any, home: Path, share: Path, tmp_path: Path
) -> None:
    out = tmp_path / "checkpoint.txt"

    ran = tracer("log", "checkpoint", "--out", out, home=home)
    key = tracer("log", "key", home=home).out.strip()

    assert ran.code == 0
    assert ran.out == out.read_text(encoding="utf-8") == share.read_text(encoding="utf-8").removesuffix("\n")
    assert Note.read(ran.out).by(Key.read(key)) is not None


def test_checkpoint_as_json_is_one_document(tracer: Any, home: Path, share: Path) -> None:
    found = tracer("log", "checkpoint", "--json", home=home).document

    assert Checkpoint.read(Note.read(found["checkpoint"]).text).size > 0
    assert [(one["name"], one["said"]) for one in found["witnesses"]] == [("share", "taken")]


def test_health_without_a_witness_is_a_problem(tracer: Any, home: Path) -> None:
    ran = tracer("log", "health", "--json", home=home)

    assert ran.code == 1
    assert [one["code"] for one in ran.document["warnings"]] == ["no_witness"]
    assert "No witness is configured" in tracer("log", "health", home=home).out


def test_health_with_a_witness_is_done(tracer: Any, home: Path, share: Path) -> None:
    tracer("log", "checkpoint", home=home)

    ran = tracer("log", "health", "--json", home=home)

    assert ran.code == 0
    assert ran.document["unwitnessed"]["entries"] == 0
    assert "share" in tracer("log", "health", home=home).out


def test_head_and_verify_tell_what_nobody_outside_has_seen(tracer: Any, home: Path, share: Path) -> None:
    tracer("log", "checkpoint", home=home)

    head, found = (tracer("log", command, "--json", home=home).document for command in ("head", "verify"))

    assert head["unwitnessed"] == {"witnessed": head["size"], "entries": 0, "seconds": 0.0}
    assert (found["ok"], found["anchored"]) == (True, found["size"])
    assert "checkpoints kept elsewhere" in tracer("log", "verify", home=home).out


def test_verify_since_a_checkpoint(tracer: Any, home: Path, tmp_path: Path) -> None:
    out = tmp_path / "checkpoint.txt"
    tracer("log", "checkpoint", "--out", out, home=home)
    tracer("log", "list", home=home)

    ran = tracer("log", "verify", "--since", out, "--json", home=home)

    assert (ran.code, ran.document["ok"]) == (0, True)
    assert ran.document["since"] == Checkpoint.read(Note.read(out.read_text(encoding="utf-8")).text).size


def test_a_witness_that_is_down_is_said_and_the_command_is_done(tracer: Any, home: Path, share: Path) -> None:
    share.parent.rmdir()

    ran = tracer("log", "list", "--json", home=home)

    assert ran.code == 0
    assert ran.document["entries"]
    assert "share could not be reached" in ran.err


@pytest.mark.parametrize("words", [("log", "list"), ("log", "verify"), ("log", "checkpoint")])
def test_a_witness_that_accuses_the_log_ends_every_command_with_four(
    tracer: Any, home: Path, share: Path, words: tuple[str, ...]
) -> None:
    tracer("log", "list", home=home)
    backup = home.parent / "backup.db"
    shutil.copy(home / "tracer.db", backup)
    tracer("log", "list", home=home)
    tracer("log", "list", home=home)
    tracer("log", "list", home=home)
    shutil.copy(backup, home / "tracer.db")
    held = share.read_bytes()

    ran = tracer(*words, "--json", home=home)

    assert ran.code == 4
    assert ran.document
    assert "Stop working on this home" in ran.err
    assert share.read_bytes() == held


def test_a_checkpoint_of_another_log_given_by_hand_is_found(tracer: Any, home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    tracer("init", home=other)
    kept = tmp_path / "kept.txt"
    tracer("log", "checkpoint", "--out", kept, home=other)

    ran = tracer("log", "verify", "--checkpoint", kept, "--json", home=home)

    assert ran.code == 4
    assert [one["code"] for one in ran.document["faults"]] == ["origin"]


@pytest.mark.parametrize("option", ["--checkpoint", "--since"])
def test_a_file_without_a_checkpoint_is_wrong_use(
    tracer: Any, home: Path, tmp_path: Path, option: str
) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_text("nothing\n", encoding="utf-8")

    assert tracer("log", "verify", option, empty, home=home).code == 2
    assert tracer("log", "verify", option, tmp_path / "none.txt", home=home).code == 2
