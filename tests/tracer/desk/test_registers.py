"""A register's file is asked by the name through the one door; a namesake's row never reaches the case."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sources.contract import Outcome
from tracer.desk.channels import shown
from tracer.errors import WrongUse

Row = Callable[..., dict[str, str]]
_SETTINGS = """
[[sources]]
use = "cn.enforcement-list"
authorisation = "Data service 2026-3"
from = 2026-01-01
until = 2027-12-31
purposes = ["contact_repair"]
roles = ["debtor"]
fields = ["name", "id_number"]

[tables.cn_enforcement]
path = "enforcement.csv"
keys = ["姓名"]
"""


@pytest.fixture
def listed(desk: Any, debtor: Row) -> Any:
    """A home with a subscribed list, on which the first debtor stands, and a namesake of the second."""
    one, two = debtor(1), debtor(2)
    number = one["证件号码"]
    table = desk.home / "enforcement.csv"
    table.write_text(
        "案号,姓名,身份证号码,执行法院,发布时间\n"
        f"（2026）虚0105执17号,{one['客户姓名']},{number[:10]}****{number[14:]},虚构市人民法院,2026-05-01\n"
        f"（2026）虚0105执18号,{two['客户姓名']},3201021985****0118,虚构市人民法院,2026-05-02\n",
        encoding="gb18030",
    )
    desk.configure(lambda text: text + _SETTINGS)
    desk.place(one, two)
    return desk


def test_a_debtor_on_the_list_is_found_and_the_entry_says_which_list(listed: Any) -> None:
    report = listed.trace("NB000001", "NB000002", only=["cn.enforcement-list"])

    outcomes = {case.case: [one.outcome for one in case.lookups] for case in report.cases}
    assert outcomes == {"NB000001": [Outcome.ANSWERED], "NB000002": [Outcome.NO_RECORD]}
    assert list(listed.entries("answered")[-1].body["raw"]) == ["listed.enforcement"]
    assert listed.office.store.evidence.found(listed.case("NB000002")).records == ()


def test_its_footing_and_limits_are_shown_and_nothing_is_wrong_with_it(listed: Any) -> None:
    line = shown(listed.office, "cn.enforcement-list")

    assert line.faults == ()
    assert line.person is not None
    assert "个人信息保护法" in line.person.person.lawful_basis


def test_a_manifest_without_its_footing_is_named_with_its_key(listed: Any, tmp_path: Path) -> None:
    from tracer.manifests import shipped_text

    text = shipped_text("cn.enforcement-list").decode()
    lines = [line for line in text.splitlines() if not line.startswith("lawful_basis")]
    (tmp_path / "mine.toml").write_text("\n".join(lines), encoding="utf-8")
    listed.configure(
        lambda text: text.replace('use = "cn.enforcement-list"', f'use = "manifest:{tmp_path}/mine.toml"')
    )

    with pytest.raises(WrongUse) as caught:
        listed.trace("NB000001", only=["mine"])

    assert "person.lawful_basis (missing)" in caught.value.shown()
