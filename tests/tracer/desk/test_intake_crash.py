"""An import that breaks off, or whose process is killed, ends as if nothing had happened."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tracer.desk import intake
from tracer.desk.office import open_office
from tracer.store.batches import Batches

ROWS = 23
CRASH = Path(__file__).with_name("crash.py")


@pytest.fixture
def whole_desk(desk: Any, made_home: Path, tmp_path: Path) -> Iterator[Any]:
    """A second home with the same keys, in which nothing breaks off."""
    shutil.copytree(made_home, tmp_path / "whole")
    office = open_office(tmp_path / "whole", None, desk.clock, "li.ming")
    yield type(desk)(folder=tmp_path, office=office, clock=desk.clock)
    office.close()


def outcome(desk: Any, report: Any) -> tuple[Any, ...]:
    """All that an import left, opened: what two homes that are equal agree in."""
    tables = [desk.counted(table) for table in ("rejected_row", "case_key", "placed", "batch")]
    return desk.told(), desk.problems(report.batch), dict(report.counts), tables


def portfolio(desk: Any, debtor: Any) -> Path:
    """Cases with damaged cells, a row without a number, a case in two rows, and one of two people."""
    rows = [debtor(which) for which in range(1, ROWS - 3)]
    rows[4]["手机号"] = "1.38E+10"
    rows.insert(7, debtor(77, 案件编号=""))
    rows.insert(11, debtor(3, 手机号="16400000033"))
    rows.append(debtor(88, 案件编号="NB000005"))
    return Path(desk.table(*rows))


def uninterrupted(desk: Any, path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, ...]:
    monkeypatch.setattr(intake, "CHUNK", 5)
    report = desk.take(path)
    return outcome(desk, report)


@pytest.mark.parametrize("chunk", [1, 2, 4])
def test_an_import_that_broke_off_goes_on_and_ends_as_if_it_had_not(
    desk: Any, debtor: Any, whole_desk: Any, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    path = portfolio(desk, debtor)
    monkeypatch.setattr(intake, "CHUNK", 5)
    apply, calls = Batches.apply, []

    def breaks(self: Batches, *args: Any, **more: Any) -> Any:
        calls.append(1)
        if len(calls) == chunk + 1:
            raise KeyboardInterrupt
        return apply(self, *args, **more)

    with monkeypatch.context() as patch:
        patch.setattr(Batches, "apply", breaks)
        with pytest.raises(KeyboardInterrupt):
            desk.take(path)
    assert len(desk.cases()) < ROWS - 4

    desk.again()
    resumed = desk.take(path)

    assert resumed.resumed >= 5 * chunk
    assert len(desk.entries("import")) == 2
    assert desk.entries("import")[1].body["interrupted"] is True
    assert outcome(desk, resumed) == uninterrupted(whole_desk, path, monkeypatch)


@pytest.mark.parametrize("moment", ["before", "inside", "after"])
def test_an_import_that_was_killed_goes_on_and_ends_as_if_it_had_not(
    desk: Any, debtor: Any, whole_desk: Any, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    path = portfolio(desk, debtor)
    desk.office.close()
    done = subprocess.run(
        [sys.executable, str(CRASH), str(desk.home), str(path), moment, "3"],
        capture_output=True,
        text=True,
        timeout=60,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr

    desk.again()
    verified = desk.office.log.verify()
    resumed = desk.take(path)

    assert verified.ok
    assert resumed.resumed > 0
    assert outcome(desk, resumed) == uninterrupted(whole_desk, path, monkeypatch)


def test_a_row_that_brings_a_new_column_is_not_lost_at_a_crash_between_chunks(
    desk: Any, debtor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The column's first appearance is a problem of its own, in the same row as the case it came with.
    path = desk.folder / "cases.jsonl"
    rows = [{"案件编号": f"NB{n:06d}", "客户姓名": "欧阳清岚", "手机号": f"154{n:08d}"} for n in range(1, 7)]
    rows[3] |= {"新栏": "x"}
    rows[4] |= {"又一栏": "y"}
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    apply, calls = Batches.apply, []

    def breaks(self: Batches, *args: Any, **more: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return apply(self, *args, **more)

    monkeypatch.setattr(intake, "CHUNK", 4)
    with monkeypatch.context() as patch:
        patch.setattr(Batches, "apply", breaks)
        with pytest.raises(KeyboardInterrupt):
            desk.take(path)
    desk.take(path)

    assert sorted(case.number for case in desk.cases()) == [f"NB{n:06d}" for n in range(1, 7)]
