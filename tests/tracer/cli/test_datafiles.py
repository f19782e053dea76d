"""Files of people on the command line: sent, taken, listed, and what is said of the rest."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Row = Callable[..., dict[str, str]]
_SETTINGS = """
[[sources]]
use = "file.skip-trace"
authorisation = "Processor agreement 4"
from = 2026-01-01
until = 2027-12-31
purposes = ["contact_repair"]
roles = ["debtor"]
fields = ["name", "id_number"]
"""


@pytest.fixture
def placed(desk: Any, debtor: Row) -> Any:
    desk.configure(lambda text: text + _SETTINGS)
    desk.place(debtor(1), debtor(2))
    desk.office.close()
    return desk


def test_a_file_is_sent_taken_and_listed(placed: Any, at_desk: Any, tmp_path: Path) -> None:
    out, back = tmp_path / "send.csv", tmp_path / "back.csv"
    sent = at_desk("datafile", "send", "file.skip-trace", "--client", "northbank", "--out", out, "--json")
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    lines = ["ref,result,phone_1", f"{rows[0]['ref']},hit,15400000077", "t_bbbbbbbbbbbbbbbb,hit,15400000099"]
    back.write_text("\n".join(lines), encoding="gb18030")

    taken = at_desk("datafile", "receive", "file.skip-trace", back)
    listed = at_desk("datafile", "list", "--json")

    assert (sent.code, sent.document["rows"]) == (0, 2)
    assert taken.code == 1
    assert "with a token that is not ours" in taken.out
    assert "15400000099" not in taken.out
    assert [(one["rows"], one["taken"]) for one in listed.document["files"]] == [(2, 1)]


@pytest.mark.parametrize("whose", [(), ("--client", "northbank", "--case", "NB000001")])
def test_whose_people_are_sent_is_said_one_way(
    placed: Any, at_desk: Any, tmp_path: Path, whose: tuple[str, ...]
) -> None:
    ran = at_desk("datafile", "send", "file.skip-trace", *whose, "--out", tmp_path / "send.csv")

    assert ran.code == 2


def test_a_file_of_another_format_than_the_vendor_takes_is_refused(
    placed: Any, at_desk: Any, tmp_path: Path
) -> None:
    ran = at_desk(
        "datafile", "send", "file.skip-trace", "--client", "northbank", "--out", tmp_path / "a.xlsx"
    )

    assert ran.code == 2
    assert not list(tmp_path.glob("*.xlsx"))
