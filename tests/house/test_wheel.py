"""The wheel holds the program and nothing else: tracer, sources, graph, their data files, no tests."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = {"tracer", "sources", "graph"}
# What a package folder may hold that is no part of the program when it runs.
NOT_SHIPPED = {".po", ".pot", ".pyc"}


def misplaced(names: list[str]) -> list[str]:
    """Give the files of a wheel that are neither of the three packages nor the wheel's own description."""
    found = []
    for name in names:
        path = PurePosixPath(name)
        top = path.parts[0]
        ours = top in PACKAGES or top.endswith(".dist-info")
        if not ours or "tests" in path.parts or path.name.startswith("test_"):
            found.append(name)
    return found


def missing(names: list[str], root: Path) -> list[str]:
    """Give the files of the three packages under ``root`` that a wheel does not hold.

    Of what npm installed for the pages it holds only what they load, with its licence.
    """
    wanted = [
        path.relative_to(root).as_posix()
        for package in sorted(PACKAGES)
        for path in sorted((root / package).rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts and path.suffix not in NOT_SHIPPED
        if "node_modules" not in path.parts
        or ("htmx.org" in path.parts and path.name in {"htmx.min.js", "LICENSE"})
    ]
    return [name for name in wanted if name not in names]


def _build(source: Path, out: Path) -> list[str]:
    # As pip does it offline: the installed setuptools, no isolation, no network.
    out.mkdir()
    subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from setuptools import build_meta as b; b.build_wheel(sys.argv[1])",
            out,
        ],
        cwd=source,
        check=True,
        capture_output=True,
        timeout=120,
    )
    (wheel,) = out.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def _copy(to: Path) -> Path:
    # Built from a copy: setuptools leaves build/ and *.egg-info beside the source.
    for package in PACKAGES:
        shutil.copytree(ROOT / package, to / package, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, to)
    (to / "tests").mkdir()
    (to / "tests" / "test_nothing.py").write_text("", encoding="utf-8")
    return to


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("wheel")
    return _build(_copy(folder / "source"), folder / "out")


def test_the_wheel_lists_exactly_the_three_packages(names: list[str]) -> None:
    tops = {PurePosixPath(name).parts[0] for name in names}

    assert misplaced(names) == []
    assert {top for top in tops if not top.endswith(".dist-info")} == PACKAGES


def test_the_wheel_holds_every_file_of_the_packages(names: list[str]) -> None:
    # Catalogues, policy packs, migration templates and py.typed are forgotten easily: they are no modules.
    assert missing(names, ROOT) == []


@pytest.mark.parametrize("suffix", [".mo", ".mako", "py.typed"])
def test_the_wheel_holds_files_of_each_kind(names: list[str], suffix: str) -> None:
    assert [name for name in names if name.endswith(suffix)] != []


def test_the_wheel_offers_the_command_and_the_sources(names: list[str]) -> None:
    assert any(name.endswith(".dist-info/entry_points.txt") for name in names)


def test_a_package_left_out_of_the_list_is_noticed(tmp_path: Path) -> None:
    source = _copy(tmp_path / "source")
    (source / "tracer" / "policy" / "packs").mkdir(parents=True, exist_ok=True)
    (source / "tracer" / "policy" / "planted.json").write_text("{}", encoding="utf-8")

    names = _build(source, tmp_path / "out")

    assert missing(names, source) == ["tracer/policy/planted.json"]


@pytest.mark.parametrize(
    "planted", ["tests/test_x.py", "extras/__init__.py", "tracer/tests/test_x.py", "setup.py", "docs/x.md"]
)
def test_the_contents_check_finds_a_planted_file(names: list[str], planted: str) -> None:
    assert misplaced([*names, planted]) == [planted]
