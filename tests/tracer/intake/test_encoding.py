"""What encoding a file is in, on files written in each of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracer.errors import WrongUse
from tracer.intake.encoding import detect

SIMPLIFIED = "案件编号,客户姓名,手机号,住宅地址\nA1,张伟,15412345678,浙江省杭州市虚构路1号\n" * 30
TRADITIONAL = "案件編號,姓名,行動電話,通訊地址\nA1,陳怡君,0912000111,臺北市虛構路一段1號\n" * 30


@pytest.mark.parametrize(
    ("text", "written", "read_as"),
    [
        pytest.param(SIMPLIFIED, "utf-8", "utf-8", id="utf-8"),
        pytest.param(SIMPLIFIED, "utf-8-sig", "utf-8-sig", id="utf-8 with mark"),
        pytest.param(SIMPLIFIED, "utf-16", "utf-16", id="utf-16 with mark"),
        pytest.param(SIMPLIFIED, "utf-16-le", "utf-16-le", id="utf-16 le without mark"),
        pytest.param(SIMPLIFIED, "utf-16-be", "utf-16-be", id="utf-16 be without mark"),
        pytest.param(SIMPLIFIED, "gb18030", "gb18030", id="gb18030"),
        pytest.param("姓名,手机\n䶮㙍,15400000000\n", "gb18030", "gb18030", id="gb18030 rare characters"),
        pytest.param(TRADITIONAL, "cp950", "cp950", id="big5"),
        pytest.param("Name,City\nJosé Müller,Zürich\n" * 5, "cp1252", "cp1252", id="western"),
        pytest.param("Name,Phone\nAnn,1\n", "ascii", "utf-8", id="ascii"),
    ],
)
def test_a_file_is_read_in_the_encoding_it_was_written_in(
    tmp_path: Path, text: str, written: str, read_as: str
) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(text.encode(written))

    found = detect(path)

    assert found.codec == read_as
    assert found.damaged == 0
    assert path.read_bytes().decode(found.codec).lstrip("\ufeff") == text


def test_chinese_of_either_script_is_told_apart_without_a_known_header(tmp_path: Path) -> None:
    mainland, island = tmp_path / "mainland.csv", tmp_path / "island.csv"
    mainland.write_bytes(("某某银行的客户今天没有还款,请继续联系\n" * 20).encode("gb18030"))
    island.write_bytes(("銀行的客戶今天沒有還款,請繼續聯絡\n" * 20).encode("cp950"))

    found = (detect(mainland).codec, detect(island).codec)

    assert found == ("gb18030", "cp950")


def test_a_few_torn_bytes_do_not_make_utf8_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "torn.csv"
    path.write_bytes(SIMPLIFIED.encode() + b"A2,\xe5\xbc,15400000000\n")

    found = detect(path)

    assert found.codec == "utf-8"
    assert found.damaged >= 1


def test_the_bad_byte_may_be_in_the_last_line_of_a_long_file(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_bytes(b"case,name\n" + b"A1,Ann\n" * 400_000 + "A2,张伟\n".encode("gb18030"))

    found = detect(path)

    assert found.codec == "gb18030"


def test_a_wrong_declaration_is_refused_with_the_place_and_what_it_looks_like(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(("case,name\nA1,Ann\n" + "A2,张伟\n").encode("gb18030"))

    with pytest.raises(WrongUse) as caught:
        detect(path, "utf-8")

    assert caught.value.values["line"] == 3
    assert caught.value.values["byte"] == len(b"case,name\nA1,Ann\nA2,")
    assert "gb18030" in caught.value.shown()


def test_an_unknown_encoding_is_refused_and_the_known_ones_are_listed(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text("case,name\n")

    with pytest.raises(WrongUse, match="klingon") as caught:
        detect(path, "klingon")

    assert "gb18030" in caught.value.shown()


@pytest.mark.parametrize("declared", ["GBK", "gb2312", "GB18030", "gb_18030"])
def test_names_of_the_chinese_family_all_read_the_whole_of_it(tmp_path: Path, declared: str) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes("姓名\n䶮\n".encode("gb18030"))
    if declared == "gb_18030":
        with pytest.raises(WrongUse):
            detect(path, declared)
        return

    assert detect(path, declared).codec == "gb18030"
