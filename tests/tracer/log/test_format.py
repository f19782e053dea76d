"""What was once written verifies for ever; what a later version writes is refused and not misread."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tracer.errors import LogUnavailable
from tracer.log import Draft, Log, Notary, Signer
from tracer.log import database as files
from tracer.log.entry import COLUMNS, entry_text, read
from tracer.log.format import UnknownFormat, check_columns, read_text
from tracer.log.tree import leaf_hash
from tracer.proof import Item, Key, Note, Unsound, root_of

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(scope="module")
def golden() -> Any:
    return json.loads((GOLDEN / "v1.json").read_text(encoding="utf-8"))


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The old log as a database again, with what has been added to its tables since."""
    path = tmp_path / "old.db"
    connection = sqlite3.connect(path)
    connection.executescript((GOLDEN / "v1.sql").read_text(encoding="utf-8"))
    connection.close()
    files.make(path, patience=1.0)
    return path


def test_old_texts_have_the_leaves_root_and_signature_they_had(golden: Any) -> None:
    leaves = [leaf_hash(entry["text"].encode()) for entry in golden["entries"]]

    assert [leaf.hex() for leaf in leaves] == [entry["leaf"] for entry in golden["entries"]]
    assert root_of(leaves).hex() == golden["root"]
    assert Note.read(golden["checkpoint"]).by(Key.read(golden["key"]))


def test_todays_code_reads_old_texts_into_columns_and_writes_them_byte_for_byte(golden: Any) -> None:
    texts = [entry["text"] for entry in golden["entries"]]

    rows = [read_text(text) for text in texts]

    assert [entry_text(*row) for row in rows] == texts
    assert [row[-1].hex() for row in rows] == [entry["leaf"] for entry in golden["entries"]]
    assert [read(row).text for row in rows] == texts


def test_todays_code_verifies_an_old_log_and_goes_on_with_it(golden: Any, old: Path) -> None:
    notary = Notary(Signer("look-up-log/golden", bytes(range(32))))

    with Log.open(old, notary=notary) as log:
        found = log.verify()
        texts = [entry.text for entry in log.entries()]
        log.append(Draft("sign_in", actor="li.ming"))
        after = log.verify()

    assert (found.ok, found.size, found.root.hex()) == (True, golden["size"], golden["root"])
    assert texts == [entry["text"] for entry in golden["entries"]]
    assert (after.ok, after.size) == (True, golden["size"] + 1)


def test_an_old_log_that_was_changed_by_one_letter_does_not_verify(old: Path) -> None:
    connection = sqlite3.connect(old)
    connection.execute("DROP TRIGGER log_entry_refuses_update")
    connection.execute("UPDATE log_entry SET actor = 'li.mink' WHERE seq = 5")
    connection.commit()
    connection.close()

    with Log.open(old) as log:
        found = log.verify()

    assert ("changed", 5) in {(fault.code, fault.seq) for fault in found.faults}


@pytest.mark.parametrize("version", [2, 0, -1, 10**30])
def test_an_unknown_version_is_refused_by_name(golden: Any, version: int) -> None:
    text = golden["entries"][4]["text"].replace('"v":1}', f'"v":{version}}}')

    with pytest.raises(UnknownFormat) as refused:
        read_text(text)

    assert str(version) in str(refused.value)
    assert "knows 1" in str(refused.value)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda text: text.replace('"v":1}', '"v":true}'), id="a truth for a version"),
        pytest.param(lambda text: text.replace('"v":1}', '"v":"1"}'), id="a text for a version"),
        pytest.param(lambda text: text.replace(',"v":1}', "}"), id="no version"),
        pytest.param(lambda text: text.replace('"v":1}', '"v":1,"w":2}'), id="a key too many"),
        pytest.param(lambda text: text.replace('"v":1}', '"v":1,"v":1}'), id="a key twice"),
        pytest.param(lambda text: text + " ", id="a blank behind"),
        pytest.param(lambda text: text.replace('"outcome":null,', ""), id="a key too few"),
        pytest.param(lambda text: text.replace('"seq":5', '"seq":5.0'), id="a fraction"),
        pytest.param(lambda text: text[:-1], id="cut off"),
        pytest.param(lambda text: "[1]", id="a list"),
        pytest.param(lambda text: "[" * 100_000, id="too deep"),
    ],
)
def test_a_text_that_is_not_as_it_was_written_is_refused(golden: Any, change: Any) -> None:
    with pytest.raises(UnknownFormat):
        read_text(change(golden["entries"][4]["text"]))


def test_a_log_with_columns_of_a_later_version_is_not_opened_and_not_verified(old: Path) -> None:
    with Log.open(old) as log:
        connection = sqlite3.connect(old)
        connection.execute("ALTER TABLE log_entry ADD COLUMN v INTEGER NOT NULL DEFAULT 1")
        connection.commit()

        with pytest.raises(UnknownFormat, match="does not know: v"):
            log.verify()

    with pytest.raises(LogUnavailable, match="does not know: v"):
        Log.open(old)
    connection.close()


def test_the_columns_of_today_are_known(old: Path) -> None:
    connection = sqlite3.connect(old)

    check_columns(connection)

    there = {row[1] for row in connection.execute("PRAGMA table_info(log_entry)")}
    assert there == {name.strip(' "') for name in COLUMNS.split(",")}
    connection.close()


def test_a_receipt_of_an_unknown_version_is_not_read(golden: Any) -> None:
    text = golden["entries"][4]["text"]

    assert Item(text, 4, ()).fields["source"] == "camara.kyc-tenure"
    with pytest.raises(Unsound, match="version"):
        _ = Item(text.replace('"v":1}', '"v":2}'), 4, ()).fields
