"""Mappings as files: what is written is read, and mistakes are named."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracer.errors import WrongUse
from tracer.intake.mapping import Kind, Mapping, load, propose


@given(st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=5, unique=True))
def test_a_mapping_written_is_the_mapping_read(names: list[str]) -> None:
    import tomllib

    columns = {"案件编号": "case", "姓名": "name"} | {name: "mobile" for name in names if name.strip()}
    mapping = Mapping(
        columns=columns, constants={"currency": "CNY"}, delimiter="\t", header_row=3, sheet='a"b'
    )

    again = Mapping.model_validate(tomllib.loads(mapping.toml(["其他列"])))

    assert again == mapping


def test_a_proposal_saved_and_loaded_is_the_same(tmp_path: Path) -> None:
    proposal = propose(["案件编号", "姓名", "联系人1电话", "没见过的列"])
    path = tmp_path / "m.toml"
    path.write_text(proposal.mapping.toml(proposal.unmapped), encoding="utf-8")

    assert load(path) == proposal.mapping
    assert '# "没见过的列"' in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("kind = ", "not TOML", id="no toml"),
        pytest.param('[columns]\n"a" = "case"\n"b" = "nmae"\n', "nmae", id="unknown field"),
        pytest.param('[columns]\n"a" = "name"\n', "case", id="no case"),
        pytest.param('[columns]\n"a" = "case"\n', "name", id="no name"),
        pytest.param(
            '[columns]\n"a" = "case"\n"b" = "case"\n"c" = "name"\n', "both", id="two columns for the case"
        ),
        pytest.param('colums = 1\n[columns]\n"a" = "case"\n"b" = "name"\n', "colums", id="unknown key"),
        pytest.param(
            'timezone = "Mars/Base"\n[columns]\n"a" = "case"\n"b" = "name"\n', "Mars/Base", id="zone"
        ),
        pytest.param(
            'kind = "outcome"\n[columns]\n"a" = "case"\n', "outcome.code", id="outcome without code"
        ),
        pytest.param(
            'code_list = "zz"\n[columns]\n"a" = "case"\n"b" = "name"\n', "cn_letter", id="code list"
        ),
    ],
)
def test_a_mistake_in_a_mapping_is_named(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "m.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(WrongUse) as caught:
        load(path)

    assert says in caught.value.shown()


def test_what_a_draft_lacks_is_listed() -> None:
    proposal = propose(["手机号", "没见过的列"], kind=Kind.PLACEMENT)

    assert proposal.missing == ("case", "name")
    assert proposal.unmapped == ("没见过的列",)
