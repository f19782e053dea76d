"""Help: every command and option has one, in both languages, and shells are completed."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer.main

from tracer.cli import usage, wanted_language
from tracer.cli.program import build, hoisted
from tracer.words import speak

TRACER = Path(sys.executable).with_name("tracer")


def built(language: str) -> Any:
    speak(language)
    command = typer.main.get_command(build())
    usage.speak_up(command)
    return command


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_command_and_option_has_help(tracer: Any, language: str) -> None:
    lacking = []
    for command in usage.walk(built(language)):
        if not (command.help or "").strip():
            lacking.append(command.name)
        for option in command.params:
            text = getattr(option, "help", None) or ""
            if not text.strip() or (language == "zh" and not re.search(r"[\u4e00-\u9fff]", text)):
                lacking.append(f"{command.name} {option.name}")

    assert lacking == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_help_is_never_cut_off_at_eighty_columns(
    tracer: Any, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    speak(language)

    pages = [tracer(*words, "--help", "--lang", language) for words in ([], ["outcome"], ["trace"], ["log"])]

    assert [page.code for page in pages] == [0] * 4
    said = "".join(page.out for page in pages).replace("n_…", "").replace("……", "").replace("check …", "")
    assert "…" not in said


def test_the_global_options_move_to_the_front_but_not_from_behind_two_strokes() -> None:
    assert hoisted(["contacts", "NB-1", "--json", "--home", "h"]) == [
        "--json",
        "--home",
        "h",
        "contacts",
        "NB-1",
    ]
    assert hoisted(["contacts", "--", "--json"]) == ["contacts", "--", "--json"]
    assert hoisted(["cases", "--home"]) == ["--home", "cases"]


@pytest.mark.parametrize(
    ("words", "environment", "wanted"),
    [
        (["--lang", "zh"], {}, "zh"),
        (["cases", "--lang=zh"], {"TRACER_LANG": "en"}, "zh"),
        ([], {"TRACER_LANG": "zh"}, "zh"),
        ([], {"LANG": "zh_CN.UTF-8"}, "zh"),
        ([], {"LANG": "de_DE.UTF-8"}, "en"),
        ([], {}, "en"),
    ],
    ids=["option", "option wins", "variable", "terminal", "a language not spoken", "nothing said"],
)
def test_the_language_is_chosen(
    words: list[str], environment: dict[str, str], wanted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TRACER_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert wanted_language(words) == wanted


def test_a_process_asked_in_chinese_answers_in_chinese(tmp_path: Path) -> None:
    found = subprocess.run(
        [TRACER, "cases", "--lang", "zh", "--home", tmp_path / "none"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert found.returncode == 2
    assert re.search(r"[\u4e00-\u9fff]", found.stderr)
    assert "\x1b" not in found.stderr
    assert found.stdout == ""


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_are_completed(tracer: Any, shell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_TRACER_COMPLETE", f"source_{shell}")

    found = tracer()

    assert found.code == 0
    assert "_TRACER_COMPLETE" in found.out


def test_the_version_is_told(tracer: Any) -> None:
    found = tracer("--version")

    assert found.code == 0
    assert re.match(r"tracer \d+\.\d+", found.out)
