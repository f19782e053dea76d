"""Only what the configuration names is loaded, and only if it is the file that was reviewed."""

from __future__ import annotations

import hashlib
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

import tracer.plugin
from sources.contract import Source
from tracer.config import SourceSettings
from tracer.errors import WrongUse
from tracer.plugins import GROUP, load_one, module_digest

SHIPPED = "sources.carrier.camara:NumberRecycling"
PLUGIN = """
from tracer.plugin import *
RAN = True
class Good:
    name = "good"
    terms = Terms(channel=Channel.CARRIER, subject=Subject.NUMBER, roles=frozenset({Role.DEBTOR}),
                  sends=frozenset({Field.PHONE}), needs=frozenset({Field.PHONE}))
    def lookup(self, ask):
        reply = yield HttpCall(method="POST", path="/x", json={})
        return Answer(outcome=Outcome.NO_RECORD)
class NoTerms:
    name = "good"
    def lookup(self, ask): ...
def explodes():
    raise ValueError("+8615477000001")
"""


def point(value: str, name: str = "it") -> EntryPoint:
    return EntryPoint(name=name, value=value, group=GROUP)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "their_package_of_sources"
    folder.mkdir()
    (folder / "__init__.py").write_text("raise RuntimeError('the package was run')\n")
    (folder / "carrier.py").write_text(PLUGIN)
    (tmp_path / "their_source.py").write_text(PLUGIN)
    monkeypatch.syspath_prepend(tmp_path)
    yield folder
    for name in ("their_source", "their_package_of_sources"):
        sys.modules.pop(name, None)


def test_a_source_we_ship_is_loaded_by_its_name() -> None:
    source: Source = load_one(SourceSettings(use="it"), [point(SHIPPED)])

    assert source.name == "camara.number-recycling"


def test_a_plugin_written_against_the_public_import_is_a_source(package: Path) -> None:
    source = load_one(SourceSettings(use="it"), [point("their_source:Good")])

    assert source.name == "good"


def test_what_the_configuration_does_not_name_is_not_imported(package: Path) -> None:
    load_one(SourceSettings(use="it"), [point(SHIPPED), point("their_source:Good", "other")])

    assert "their_source" not in sys.modules


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ([], "No source called it"),
        ([point(SHIPPED), point("their_source:Good")], "more than one package"),
        ([point("their_source:NoTerms")], "cannot be loaded (AttributeError)"),
        ([point("their_source:explodes")], "cannot be loaded (ValueError)"),
        ([point("their_source:Missing")], "cannot be loaded (AttributeError)"),
        ([point("no_such_module_at_all:X")], "cannot be loaded (ModuleNotFoundError)"),
        ([point("sources.contract:Reply")], "cannot be loaded"),
    ],
    ids=["none", "two", "no_terms", "explodes", "missing", "no_module", "no_source"],
)
def test_what_is_no_source_is_said_without_what_it_said(package: Path, points, said: str) -> None:
    with pytest.raises(WrongUse) as caught:
        load_one(SourceSettings(use="it"), points)

    assert said in caught.value.shown()
    assert "15477" not in caught.value.shown()


def test_a_pinned_source_loads_only_as_the_reviewed_file(package: Path) -> None:
    right = hashlib.sha256(PLUGIN.encode()).hexdigest()

    source = load_one(SourceSettings(use="it", sha256=right), [point("their_source:Good")])
    assert source.name == "good"

    with pytest.raises(WrongUse, match=right):
        load_one(SourceSettings(use="it", sha256="0" * 64), [point("their_source:Good")])


def test_the_digest_is_taken_without_running_any_of_the_package(package: Path) -> None:
    found = module_digest(point("their_package_of_sources.carrier:Good"))

    assert found == hashlib.sha256(PLUGIN.encode()).hexdigest()
    assert "their_package_of_sources" not in sys.modules
    assert module_digest(point("no_such_module_at_all:X")) == ""


def test_the_public_import_lists_exactly_what_it_offers() -> None:
    offered = {name for name in vars(tracer.plugin) if not name.startswith("_") and name != "annotations"}

    assert offered == set(tracer.plugin.__all__)
