"""What the pages say is so: the two commands, the program's commands, the configuration's keys, every code.

Part of ``make check``, so it starts nothing and stays under five seconds.
"""

from __future__ import annotations

import ast
import importlib.util
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tracer import config
from tracer.errors import WrongUse

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "README.zh-CN.md", *sorted((ROOT / "docs").rglob("*.md"))]

_PROGRAM_OPTIONS_WITH_VALUE = ("--home", "--config", "--actor", "--lang")


def commands_named(text: str) -> set[tuple[str, str]]:
    """Give the (command, next word) pairs a page shows; the next word is empty when there is none."""
    found = set()
    for match in re.finditer(r"(?<![\w./-])tracer((?:[ \t]+[^\s`]+)+)", _code(text)):
        words = iter(match.group(1).split())
        plain: list[str] = []
        for word in words:
            if word in _PROGRAM_OPTIONS_WITH_VALUE:
                next(words, "")
            elif not word.startswith("-"):
                plain.append(word)
        if plain and re.fullmatch(r"[a-z][a-z-]*", plain[0]):
            second = plain[1] if len(plain) > 1 and re.fullmatch(r"[a-z][a-z-]*", plain[1]) else ""
            found.add((plain[0], second))
    return found


def _code(text: str) -> str:
    # Only what is set as code is a command; "the tracer asks" is English.
    blocks = re.findall(r"```[^\n]*\n(.*?)```", text, re.S)
    rest = re.sub(r"```.*?```", "", text, flags=re.S)
    return "\n".join([*blocks, *re.findall(r"`([^`\n]+)`", rest)])


def undocumented(commands: set[tuple[str, ...]], named: set[tuple[str, str]]) -> list[str]:
    """Give the program's commands that no page shows."""
    firsts = {first for first, _ in named}
    return sorted(
        " ".join(command)
        for command in commands
        if (command[0] not in firsts if len(command) == 1 else command[:2] not in named)
    )


def invented(named: set[tuple[str, str]], commands: set[tuple[str, ...]]) -> list[str]:
    """Give the commands that a page shows and the program does not have."""
    groups = {command[0] for command in commands if len(command) > 1}
    single = {command[0] for command in commands if len(command) == 1}
    wrong = []
    for first, second in named:
        known_group = first in groups and (not second or (first, second) in commands)
        if first not in single and not known_group:
            wrong.append(f"{first} {second}".strip())
    return sorted(wrong)


def _commands() -> set[tuple[str, ...]]:
    import typer.main

    import tracer.cli

    def walk(group: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        inner = getattr(group, "commands", None)
        if inner is None:
            yield path
            return
        for name, command in inner.items():
            if not command.hidden:
                yield from walk(command, (*path, name))

    return set(walk(typer.main.get_command(tracer.cli.app), ()))


def _named() -> set[tuple[str, str]]:
    return set().union(*(commands_named(page.read_text(encoding="utf-8")) for page in PAGES if page.exists()))


def codes_written(text: str) -> set[str]:
    """Give the codes a module writes: literals given to Fault, Problem, Reason, Conflict or Bar.

    Of a code that is built (``f"claim.{…}"``) only its beginning is known; it is given with ``*`` behind.
    """
    found = set()
    for node in ast.walk(ast.parse(text)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        if node.func.id not in {"Fault", "Problem", "Reason", "Conflict", "Rule", "Level"}:
            continue
        given = [word.value for word in node.keywords if word.arg in {"code", "id"}]
        if not given and node.func.id == "Fault":
            given = node.args[:1]
        for value in given:
            if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value:
                found.add(value.value)
            elif isinstance(value, ast.JoinedStr) and isinstance(value.values[0], ast.Constant):
                found.add(f"{value.values[0].value}*")
    return found


def keys_of(model: Any) -> set[str]:
    """Give every key a configuration may have, as a path: ``clients.*.agreement``."""
    found = set()
    for name, field in model.model_fields.items():
        key = field.alias or name
        found.add(key)
        inner = [part for part in _parts(field.annotation) if hasattr(part, "model_fields")]
        for part in inner:
            many = "dict" in str(field.annotation)
            found |= {f"{key}.*.{below}" if many else f"{key}.{below}" for below in keys_of(part)}
    return found


def _parts(annotation: Any) -> Iterator[Any]:
    yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from _parts(part)


def _make_codes() -> Any:
    spec = importlib.util.spec_from_file_location("make_codes", ROOT / "docs" / "make_codes.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_the_readme_starts_with_the_two_commands(page: str) -> None:
    head = "\n".join((ROOT / page).read_text(encoding="utf-8").splitlines()[:60])

    assert "make demo" in head
    assert "make test" in head


def test_every_make_target_a_page_names_exists() -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    named = {
        target
        for page in PAGES
        if page.exists()
        for target in re.findall(r"\bmake ([a-z][a-z-]*)", _code(page.read_text(encoding="utf-8")))
    }

    assert {"demo", "test", "check", "docs"} <= targets
    assert named - targets == set()


def test_every_command_is_in_a_page() -> None:
    assert undocumented(_commands(), _named()) == []


def test_no_page_names_a_command_that_is_not() -> None:
    assert invented(_named(), _commands()) == []


def test_the_command_checks_find_what_is_planted() -> None:
    commands: set[tuple[str, ...]] = {("trace",), ("log", "show"), ("log", "verify")}
    text = (
        "Run `tracer --lang zh trace NB-1`:\n```sh\ntracer log show 17\ntracer vanish\n```\nThe tracer asks."
    )

    named = commands_named(text)

    assert named == {("trace", ""), ("log", "show"), ("vanish", "")}
    assert undocumented(commands, named) == ["log verify"]
    assert invented(named, commands) == ["vanish"]
    assert invented({("log", "vanish")}, commands) == ["log vanish"]


def test_the_example_configuration_is_accepted() -> None:
    loaded = config.load(ROOT / "config.example.toml")

    assert loaded.clients
    assert loaded.sources


def test_the_example_configuration_shows_every_key() -> None:
    # As a line or behind a comment sign: a key nobody can read about is a key nobody uses.
    text = (ROOT / "config.example.toml").read_text(encoding="utf-8")

    last = {key.rsplit(".", 1)[-1] for key in keys_of(config.Config)}
    shown = set(re.findall(r"^[#\s]*(?:\[+(?:[\w-]+\.)*)?([\w-]+)\]*\s*(?:=|\]|\.|$)", text, re.M))
    shown |= set(re.findall(r"(?:^|[;#]|\[+)\s*([a-z_]+)(?:\s*=|[.\]])", text, re.M))
    assert sorted(last - shown) == []


def test_a_planted_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('region = "CN"\nskip_log = true\n', encoding="utf-8")

    with pytest.raises(WrongUse):
        config.load(path)


def test_the_page_of_codes_is_what_the_program_says() -> None:
    page = (ROOT / "docs" / "codes.md").read_text(encoding="utf-8")

    assert page == _make_codes().render(), "run: make docs"


def test_the_pages_of_the_connectors_are_what_the_connectors_say() -> None:
    folder = ROOT / "docs" / "sources"
    spec = importlib.util.spec_from_file_location("make_sources", ROOT / "docs" / "make_sources.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    written = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}

    assert written == module.pages(), "run: make docs"


def test_every_code_written_in_the_program_is_in_the_page() -> None:
    page = (ROOT / "docs" / "codes.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `([^`]+)` \|", page, re.M))

    lacking = {
        f"{path.relative_to(ROOT)}: {code}"
        for room in ("graph", "sources", "tracer")
        for path in (ROOT / room).rglob("*.py")
        for code in codes_written(path.read_text(encoding="utf-8"))
        if code not in listed
    }

    assert sorted(lacking) == []


def test_the_code_check_finds_a_planted_code() -> None:
    text = 'Fault("phone.planted")\nReason(code="planted", bits=1.0)\nReason(code=f"claim.{s}", bits=1.0)'

    assert codes_written(text) == {"phone.planted", "planted", "claim.*"}


def test_the_two_commands_of_the_project_need_no_registry_address() -> None:
    # constraints.txt with hashes, no address anywhere (the first point).
    for name in ("constraints.txt", "pyproject.toml", "Makefile"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert not re.search(r"https?://|--index-url|--extra-index", text), name
    hashed = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    pins = re.findall(r"^[A-Za-z0-9._-]+==", hashed, re.M)
    assert len(pins) > 20
    assert hashed.count("--hash=sha256:") >= len(pins)


def test_the_project_card_is_readable() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]

    assert project["scripts"] == {"tracer": "tracer.cli:main"}
