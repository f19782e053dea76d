"""A home that cannot be used: keys missing or open to others, a disk that is full or may not be written."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tracer.desk.office import create, open_office
from tracer.errors import LogUnavailable, TracerError, WrongUse
from tracer.log import Draft, Log


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Mount a small file system of our own with the options given; give its folder."""
    folder = tmp_path / "disk"
    folder.mkdir()

    def mount(options: str) -> Path:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True, check=False
        )
        if done.returncode != 0:
            pytest.skip("this machine does not let us mount a small disk (root is needed)")
        return folder

    if shutil.which("mount") is None:
        pytest.skip("there is no mount here")
    yield mount
    subprocess.run(["umount", "-l", str(folder)], capture_output=True, check=False)


def remount(folder: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", str(folder)], check=True)


def test_a_home_is_not_made_over_another(desk: Any) -> None:
    before = (desk.home / "keys" / "index.key").read_bytes()

    with pytest.raises(WrongUse, match="There is a home"):
        create(desk.home, desk.clock, "li.ming")

    assert (desk.home / "keys" / "index.key").read_bytes() == before


def test_a_home_that_is_not_there_is_not_made_by_opening_it(tmp_path: Path, clock: Any) -> None:
    with pytest.raises(WrongUse, match="no home"):
        open_office(tmp_path / "nowhere", None, clock, "li.ming")

    assert not (tmp_path / "nowhere").exists()


def test_a_new_home_allows_nothing(tmp_path: Path, clock: Any) -> None:
    create(tmp_path / "home", clock, "li.ming")

    office = open_office(tmp_path / "home", None, clock, "li.ming")

    assert office.config.clients == {}
    assert [entry.event for entry in office.log.entries()] == ["init"]
    office.close()


def test_a_changed_configuration_is_noted_once(desk: Any) -> None:
    desk.configure(lambda text: text.replace("daily = 100000", "daily = 5"))
    desk.again()

    assert len(desk.entries("config_changed")) == 1


def gone(path: Path) -> None:
    path.unlink()


def open_to_others(path: Path) -> None:
    path.chmod(0o644)


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def another(path: Path) -> None:
    path.write_text(os.urandom(32).hex() + "\n", encoding="ascii")


@pytest.mark.parametrize("name", ["epoch-1.key", "index.key"])
@pytest.mark.parametrize("harm", [gone, open_to_others, emptied, another], ids=lambda harm: harm.__name__)
def test_without_its_keys_a_home_stays_shut_and_nothing_is_asked(
    desk: Any, debtor: Any, name: str, harm: Callable[[Path], None]
) -> None:
    desk.place(debtor(1))
    size = desk.office.log.head().size
    desk.office.close()
    key = desk.home / "keys" / name
    kept = key.read_bytes()
    harm(key)

    with pytest.raises(LogUnavailable) as raised:
        open_office(desk.home, None, desk.clock, "li.ming")

    assert raised.value.exit_code == 4
    assert raised.value.remedy
    assert kept.decode().strip()[:16] not in raised.value.shown()
    key.unlink(missing_ok=True)
    key.write_bytes(kept)
    key.chmod(0o600)
    desk.again()
    assert desk.office.log.head().size == size
    assert desk.case("NB000001").number == "NB000001"


def test_a_home_on_a_disk_that_may_not_be_written_says_so(
    desk: Any, debtor: Any, disk: Callable[[str], Path]
) -> None:
    folder = disk("size=32m")
    desk.office.close()
    shutil.copytree(desk.home, folder / "home")
    path = desk.table(debtor(1))
    desk.office = open_office(folder / "home", None, desk.clock, "li.ming")
    desk.office.close()
    remount(folder, "ro")

    def use() -> None:
        desk.office = open_office(folder / "home", None, desk.clock, "li.ming")
        desk.take(path)

    with pytest.raises(TracerError) as raised:
        use()

    assert raised.value.exit_code in {2, 4}
    assert raised.value.remedy
    remount(folder, "rw")
    desk.office = open_office(folder / "home", None, desk.clock, "li.ming")
    assert desk.cases() == []
    assert desk.office.log.verify().ok


def test_a_home_cannot_be_made_where_nothing_may_be_written(clock: Any, disk: Callable[[str], Path]) -> None:
    folder = disk("size=8m,ro")

    with pytest.raises(TracerError) as raised:
        create(folder / "home", clock, "li.ming")

    assert raised.value.remedy


def test_a_home_cannot_be_made_on_a_full_disk(clock: Any, disk: Callable[[str], Path]) -> None:
    folder = disk("size=64k")

    with pytest.raises(TracerError) as raised:
        create(folder / "home", clock, "li.ming")

    assert raised.value.remedy


def test_a_disk_that_fills_up_during_an_import_leaves_the_store_whole_and_the_import_goes_on(
    desk: Any, debtor: Any, disk: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from tracer.desk import intake

    monkeypatch.setattr(intake, "CHUNK", 50)
    folder = disk("size=1500k")
    rows = []
    for which in range(1, 1201):
        row = debtor(1 + which % 90, 案件编号=f"NB{which:06d}", 手机号=f"154{which:08d}")
        rows.append(row | {"住宅地址": "虚构省虚构市虚构区长青路" + "长" * 100 + f"{which}号"})
    path = desk.table(*rows)
    desk.office.close()
    shutil.copytree(desk.home, folder / "home")
    desk.office = open_office(folder / "home", None, desk.clock, "li.ming")

    with pytest.raises(LogUnavailable) as raised:
        desk.take(path)

    assert "room" in raised.value.shown()
    done = len(desk.cases())
    assert 0 < done < 1200
    assert all(case.number for case in desk.cases())
    remount(folder, "size=64m")
    desk.again()
    assert desk.office.log.verify().ok
    report = desk.take(path)
    assert report.resumed > done
    assert len(desk.cases()) == 1200
    assert report.counts["new"] == 1200
    assert desk.counted("placed") == 1200


def test_a_full_disk_lets_nothing_be_asked(desk: Any, debtor: Any, disk: Callable[[str], Path]) -> None:
    folder = disk("size=16m")
    desk.place(debtor(1), debtor(2))
    desk.office.close()
    shutil.copytree(desk.home, folder / "home")
    desk.office = open_office(folder / "home", None, desk.clock, "li.ming")
    free = shutil.disk_usage(folder).free
    (folder / "ballast").write_bytes(bytes(free))
    assert shutil.disk_usage(folder).free == 0

    with pytest.raises(LogUnavailable):
        desk.trace()

    (folder / "ballast").unlink()
    desk.again()
    assert desk.office.log.verify().ok
    assert desk.office.log.unfinished() == ()
    assert [entry for entry in desk.entries("asked") if entry.about] == []
    report = desk.trace()
    assert report.outcomes["answered"] == 2


def test_opening_a_home_closes_what_a_dead_run_left_open_and_nothing_else(desk: Any) -> None:
    dead = Log.open(desk.database, clock=desk.clock)
    asked = Draft("asked", actor="li.ming", purpose="contact_repair", body={"source": "employer"})
    left = dead.append(asked)
    dead.close()
    living = Log.open(desk.database, clock=desk.clock)
    busy = living.append(asked)

    desk.again()

    (closed,) = desk.entries("unknown")
    assert (closed.about, closed.actor) == (left.seq, "li.ming")
    assert desk.office.log.unfinished() == (busy,)
    living.close()


def test_a_home_whose_log_cannot_be_written_opens_with_its_questions_open(desk: Any) -> None:
    dead = Log.open(desk.database, clock=desk.clock)
    left = dead.append(Draft("asked", actor="li.ming", purpose="contact_repair", body={"source": "employer"}))
    dead.close()
    desk.clock.move(days=-30)

    desk.again()

    assert desk.office.log.unfinished() == (left,)
