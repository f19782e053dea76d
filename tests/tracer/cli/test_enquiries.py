"""The path of one enquiry on the command line, and what a careless hand gets to read."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graph.model import Line, Party

Row = Callable[..., dict[str, str]]
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
_SETTINGS = """
[[sources]]
use = "enquiry.employer"
authorisation = "House rule 7"
from = 2026-01-01
until = 2027-12-31
purposes = ["contact_repair"]
roles = ["debtor"]
fields = ["name", "employer"]

[enquiry]
sender = "林晓岚"
reply_to = "虚构市虚构路1号302室"
phone = "010-5555 0100"
"""


@pytest.fixture
def lost(desk: Any, debtor: Row) -> Any:
    """A home with one debtor whom nobody reached on three days."""
    desk.configure(lambda text: text + _SETTINGS)
    desk.place(debtor(1, 公司名称="虚构市远帆机械有限公司"))
    for days in (3, 2, 1):
        desk.note("NB000001", "15400000001", line=Line.NO_ANSWER, party=Party.UNKNOWN,
                  at=desk.clock() - dt.timedelta(days=days))  # fmt: skip
    desk.office.close()
    return desk


def drafted(at_desk: Any, out: Path) -> str:
    ran = at_desk(
        "enquiry", "new", "NB000001", "--kind", "letter", "--to", "employer", "--out", out, "--json"
    )
    assert ran.code == 0, ran.err
    return str(ran.document["reference"])


def test_the_whole_path_of_an_enquiry(
    lost: Any, at_desk: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "scan.pdf").write_bytes(PDF)
    reference = drafted(at_desk, tmp_path / "letter.docx")

    sent = at_desk("enquiry", "sent", reference, "--how", "registered", "--tracking", "RX 12 345")
    monkeypatch.setattr("sys.stdin", io.StringIO("15400000077\n"))
    answered = at_desk(
        "enquiry", "answer", reference, "--phone", "-", "--paper", tmp_path / "scan.pdf", "--json"
    )
    shown = at_desk("enquiry", "show", reference)
    opened = at_desk("enquiry", "paper", reference, "--out", tmp_path / "out.pdf", "--reason", "audit")

    assert (sent.code, answered.code, shown.code, opened.code) == (0, 0, 0, 0)
    assert answered.document["state"] == "answered"
    assert (answered.document["numbers"], len(answered.document["papers"])) == (1, 1)
    assert "RX 12 345" in shown.out
    assert (tmp_path / "out.pdf").read_bytes() == PDF
    assert (tmp_path / "letter.docx").stat().st_mode & 0o077 == 0


def test_a_second_enquiry_after_a_refusal_ends_with_the_code_of_a_refusal(
    lost: Any, at_desk: Any, tmp_path: Path
) -> None:
    reference = drafted(at_desk, tmp_path / "a.pdf")
    at_desk("enquiry", "sent", reference, "--how", "post")
    at_desk("enquiry", "refuse", reference)

    ran = at_desk(
        "enquiry", "new", "NB000001", "--kind", "visit", "--to", "employer", "--out", tmp_path / "b.pdf"
    )

    assert ran.code == 3
    assert not (tmp_path / "b.pdf").exists()


@pytest.mark.parametrize("out", ["letter.txt", "nowhere/letter.pdf"])
def test_a_file_that_cannot_be_written_is_said_before_anything_is_decided(
    lost: Any, at_desk: Any, tmp_path: Path, out: str
) -> None:
    ran = at_desk(
        "enquiry", "new", "NB000001", "--kind", "letter", "--to", "employer", "--out", tmp_path / out
    )

    assert ran.code == 2
    assert at_desk("enquiry", "list", "--all", "--json").document == {"enquiries": []}


def test_an_opened_paper_replaces_no_file(lost: Any, at_desk: Any, tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(PDF)
    reference = drafted(at_desk, tmp_path / "a.pdf")
    at_desk("enquiry", "sent", reference, "--how", "post")
    at_desk("enquiry", "answer", reference, "--paper", tmp_path / "scan.pdf")
    (tmp_path / "mine.txt").write_text("mine")

    ran = at_desk("enquiry", "paper", reference, "--out", tmp_path / "mine.txt", "--reason", "audit")

    assert ran.code == 2
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_the_list_shows_what_is_due_and_no_person(
    lost: Any, at_desk: Any, tmp_path: Path, clock: Any
) -> None:
    reference = drafted(at_desk, tmp_path / "a.pdf")
    assert at_desk("enquiry", "list", "--due", "--json").document == {"enquiries": []}
    clock.move(days=15)

    ran = at_desk("enquiry", "list", "--due")

    assert reference in ran.out
    assert "欧阳" not in ran.out
    assert "远帆" not in ran.out


def test_a_reason_is_one_coded_word(lost: Any, at_desk: Any, tmp_path: Path) -> None:
    reference = drafted(at_desk, tmp_path / "a.pdf")

    ran = at_desk("enquiry", "withdraw", reference, "--reason", "欧阳清岚 called")

    assert ran.code == 2
    assert at_desk("enquiry", "withdraw", reference, "--reason", "duplicate").code == 0


def test_a_draft_is_written_again_in_the_same_words(lost: Any, at_desk: Any, tmp_path: Path) -> None:
    reference = drafted(at_desk, tmp_path / "a.pdf")

    ran = at_desk("enquiry", "draft", reference, "--out", tmp_path / "b.pdf")

    assert ran.code == 0
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
