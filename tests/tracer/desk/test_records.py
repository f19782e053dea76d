"""Records from the configuration: what is configured is in them, what is missing is said."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tracer.desk import records
from tracer.errors import WrongUse


def test_the_record_of_processing_names_clients_sources_and_ends(desk: Any) -> None:
    out = desk.folder / "record.json"

    made = records.write(desk.office, "processing", out)

    said = json.loads(out.read_text(encoding="utf-8"))
    assert {one["client"] for one in said["clients"]} == set(desk.office.config.clients)
    assert {one["source"] for one in said["recipients"]} == {one.id for one in desk.office.config.sources}
    assert all(one["agreement"] and one["until"] for one in said["clients"])
    assert desk.office.log.entry(made.entry).event == "record_made"


def test_what_is_missing_is_said_until_it_is_there(desk: Any) -> None:
    before = " ".join(records.missing(desk.office))

    desk.configure(
        lambda text: text + '\n[house]\nname = "Plain Dealing"\nofficer = "Head of data protection"\n'
    )

    after = " ".join(records.missing(desk.office))
    assert "[house]" in before
    assert "[house]" not in after
    assert "officer" in before
    assert "officer" not in after


def test_an_authorisation_that_ends_soon_is_in_the_register(desk: Any) -> None:
    desk.clock.move(days=10_000)
    out = desk.folder / "sources.json"

    records.write(desk.office, "sources", out)

    states = {one["state"] for one in json.loads(out.read_text(encoding="utf-8"))["sources"]}
    assert states == {"ended"}


@pytest.mark.parametrize("kind", records.KINDS)
def test_every_record_is_a_page_that_loads_nothing(desk: Any, kind: str) -> None:
    out = desk.folder / "record.html"

    records.write(desk.office, kind, out)

    text = out.read_text(encoding="utf-8")
    assert "default-src &#x27;none&#x27;" in text
    assert "<script" not in text
    assert "src=" not in text.replace("default-src", "")


def test_a_record_nobody_knows_is_named_with_the_known_ones(desk: Any) -> None:
    with pytest.raises(WrongUse, match="gossip"):
        records.write(desk.office, "gossip", desk.folder / "x.json")
