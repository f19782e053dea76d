"""A scanned paper is told by its content and its size, never by its name."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tracer.desk.papers import read
from tracer.errors import WrongUse

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(32) + b"\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(17) + b"\x00\x00\x00\x00IEND\xaeB`\x82"


@pytest.mark.parametrize(
    ("content", "media"),
    [
        pytest.param(PDF, "application/pdf", id="pdf"),
        pytest.param(JPEG, "image/jpeg", id="jpeg"),
        pytest.param(JPEG + b"\0\0\n", "image/jpeg", id="padded jpeg"),
        pytest.param(PNG, "image/png", id="png"),
    ],
)
def test_a_whole_scan_is_known_whatever_its_name(tmp_path: Path, content: bytes, media: str) -> None:
    path = tmp_path / "scan.exe"
    path.write_bytes(content)

    assert read(path, 10_000).media == media


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"MZ" + bytes(100), id="a program"),
        pytest.param(b"<html>%PDF-1.4 %%EOF", id="a page that mentions a PDF"),
        pytest.param(PDF[:20], id="half a pdf"),
        pytest.param(JPEG[:-2], id="half a jpeg"),
        pytest.param(PNG[:-4], id="half a png"),
        pytest.param(PDF + bytes(2000), id="a pdf with something behind it"),
        pytest.param(PDF.replace(b"<<>>", b"<</JavaScript 2 0 R>>", 1), id="a pdf with a script"),
        pytest.param(PDF.replace(b"<<>>", b"<</S/Launch>>", 1), id="a pdf that starts a program"),
        pytest.param(PDF.replace(b"<<>>", b"<</EmbeddedFile 1>>", 1), id="a pdf with a file in it"),
    ],
)
def test_what_is_no_whole_plain_scan_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(content)

    with pytest.raises(WrongUse):
        read(path, 10_000)


def test_a_giant_scan_is_refused_without_being_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    with path.open("wb") as file:
        file.write(PDF)
        file.truncate(1 << 40)  # a terabyte of nothing

    with pytest.raises(WrongUse, match="larger than 10000 bytes"):
        read(path, 10_000)


@pytest.mark.parametrize("kind", ["pipe", "folder", "missing", "device"])
def test_what_is_no_file_is_refused_and_nobody_waits_for_it(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "scan.pdf"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "device":
        path = Path("/dev/zero")

    with pytest.raises(WrongUse) as caught:
        read(path, 10_000)

    assert "scan.pdf" not in caught.value.shown()
