"""A desk hands its log to witnesses, tells its health, and verifies against what they hold."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.tracer.log.witness_server import Cosigner, WitnessServer
from tracer import proof
from tracer.desk import Desk
from tracer.errors import LogUnavailable, WrongUse
from tracer.log import Log
from tracer.log.witness import Said

Opened = Callable[[], Desk]


@pytest.fixture
def share(tmp_path: Path) -> Path:
    folder = tmp_path / "share"
    folder.mkdir()
    return folder / "log.txt"


@pytest.fixture
def opened(desk: Any, clock: Any) -> Iterator[Opened]:
    """Open the home anew, as the next command does; what is open is closed at the end."""
    open_now: list[Desk] = []

    def again() -> Desk:
        while open_now:
            open_now.pop().close()
        open_now.append(Desk.open(desk.home, "li.ming", clock=clock))
        return open_now[0]

    desk.office.close()
    yield again
    for one in open_now:
        one.close()


def configure(home: Path, text: str) -> None:
    with (home / "config.toml").open("a", encoding="utf-8") as file:
        file.write("\n" + text)


def with_file(desk: Any, share: Path, **more: object) -> None:
    extra = "".join(f"{name} = {value}\n" for name, value in more.items())
    configure(desk.home, f'[[witnesses]]\nkind = "file"\nname = "share"\npath = "{share}"\n{extra}')


def sizes(share: Path) -> list[int]:
    text = share.read_text(encoding="utf-8")
    return [int(block.split("\n")[1]) for block in text.split("\n\n") if "—" not in block and block.strip()]


def test_closing_a_desk_that_wrote_hands_the_log_over(desk: Any, share: Path, opened: Opened) -> None:
    with_file(desk, share)
    work = opened()
    work.log_list()
    size = work.log_head()[0]

    work.close()

    assert sizes(share) == [size]
    assert [one.said for one in work.watch.heard.values()] == [Said.TAKEN]


def test_closing_a_desk_that_wrote_nothing_asks_nobody(desk: Any, share: Path, opened: Opened) -> None:
    with_file(desk, share)
    opened()  # the changed configuration is an entry
    opened().close()
    before = share.read_bytes()

    reader = opened()
    reader.close()

    assert share.read_bytes() == before
    assert reader.watch.heard == {}


def test_health_tells_the_window_and_its_age(desk: Any, share: Path, opened: Opened, clock: Any) -> None:
    with_file(desk, share)
    opened().log_checkpoint()
    work = opened()
    first = work.log_head()[0]
    for _ in range(3):
        work.log_list(limit=1)
    clock.move(seconds=90)

    found = work.log_health()

    assert (found.witnessed, found.size, found.unwitnessed, found.seconds) == (first, first + 3, 3, 90.0)
    assert found.warnings == ()


def test_health_warns_over_the_limits_and_without_a_witness(
    desk: Any, share: Path, opened: Opened, clock: Any
) -> None:
    assert [one.code for one in opened().log_health().warnings] == ["no_witness"]

    with_file(desk, share, every_seconds=86_400)
    configure(desk.home, "[log]\nwarn_entries = 2\nwarn_seconds = 60")
    opened().log_checkpoint()
    work = opened()
    for _ in range(3):
        work.log_list(limit=1)
    clock.move(seconds=61)

    assert [one.code for one in work.log_health().warnings] == ["window_entries", "window_seconds"]


def test_a_witness_that_is_not_due_is_left_alone_until_it_is(
    desk: Any, share: Path, opened: Opened, clock: Any
) -> None:
    with_file(desk, share, every_seconds=600)
    opened().log_checkpoint()
    before = share.read_bytes()
    opened().log_list()
    opened()
    assert share.read_bytes() == before

    clock.move(seconds=601)
    opened().log_list()
    opened()

    assert len(sizes(share)) == 2


def test_a_witness_that_is_down_stops_nobody_and_is_told(desk: Any, opened: Opened, tmp_path: Path) -> None:
    with_file(desk, tmp_path / "not-mounted" / "log.txt")
    work = opened()
    work.log_list()

    work.close()

    assert [one.said for one in work.watch.heard.values()] == [Said.DOWN]


def test_a_share_that_is_away_for_a_day_is_a_warning_and_what_it_took_still_counts(
    desk: Any, share: Path, opened: Opened
) -> None:
    with_file(desk, share)
    opened().log_checkpoint()
    work = opened()
    share.unlink()
    share.parent.rmdir()

    found = work.log_health()

    assert [one.code for one in found.warnings] == ["down"]
    assert found.unwitnessed == 0


def test_a_file_gone_from_its_folder_is_an_alarm(desk: Any, share: Path, opened: Opened) -> None:
    with_file(desk, share)
    opened().log_checkpoint()
    work = opened()
    share.unlink()

    found = work.log_health()

    assert next(one.code for one in found.warnings) == "forgotten"
    assert found.witnesses[0].accuses
    assert {one.code for one in work.log_verify().faults} == {"witness"}


def test_a_restored_backup_is_an_alarm_in_the_log_and_the_file_is_left_alone(
    desk: Any, share: Path, opened: Opened
) -> None:
    with_file(desk, share)
    opened().log_list()
    opened().close()
    backup = desk.folder / "backup.db"
    shutil.copy(desk.database, backup)
    for _ in range(4):
        opened().log_list()
    opened().close()
    held = share.read_bytes()
    shutil.copy(backup, desk.database)
    for left in ("tracer.db-wal", "tracer.db-shm"):
        (desk.home / left).unlink(missing_ok=True)

    work = opened()
    found = work.log_verify()
    health = work.log_health()
    work.close()

    assert "head" in {one.code for one in found.faults}
    assert health.witnesses[0].accuses
    assert work.watch.heard["share"].said is Said.ROLLBACK
    assert share.read_bytes() == held
    alarms = [entry.body for entry in Log.open(desk.database).entries(event="witness_alarm")]
    assert [(body["witness"], body["cause"]) for body in alarms] == [("share", "rollback")]


def test_verify_takes_what_the_file_holds_and_what_is_given_by_hand(
    desk: Any, share: Path, opened: Opened, tmp_path: Path
) -> None:
    with_file(desk, share)
    note, _said = opened().log_checkpoint()
    kept = tmp_path / "kept.txt"
    kept.write_text(note, encoding="utf-8")

    found = opened().log_verify(checkpoints=[kept])

    assert (found.ok, found.earlier) == (True, 2)
    assert found.anchored == found.size


def test_a_checkpoint_signed_with_another_key_is_of_another_log(
    desk: Any, opened: Opened, tmp_path: Path
) -> None:
    from tracer.log import Signer

    work = opened()
    name = work.log_key().split("+")[0]
    thief = Signer(name, b"\x01" * 32)
    kept = tmp_path / "kept.txt"
    kept.write_text(str(thief.sign(str(proof.Checkpoint(name, 1, b"\x07" * 32)))), encoding="utf-8")

    found = work.log_verify(checkpoints=[kept])

    assert [(one.code, one.seq) for one in found.faults] == [("origin", 1)]


def test_verify_since_a_file_and_a_size_reads_only_what_came_after(
    desk: Any, opened: Opened, tmp_path: Path
) -> None:
    note, _said = opened().log_checkpoint()
    kept = tmp_path / "kept.txt"
    kept.write_text(note, encoding="utf-8")
    size = proof.Checkpoint.read(proof.Note.read(note).text).size
    work = opened()
    work.log_list()

    by_file, by_size = work.log_verify(since=str(kept)), work.log_verify(since=str(size))

    assert (by_file.ok, by_file.since, by_size.ok, by_size.since) == (True, size, True, size)


@pytest.mark.parametrize("since", ["99999", "nowhere.txt"])
def test_verify_since_nothing_that_is_there_is_wrong_use(opened: Opened, since: str) -> None:
    with pytest.raises(WrongUse):
        opened().log_verify(since=since)


def test_a_cosigned_checkpoint_is_accepted_by_the_file_an_outsider_runs(
    desk: Any, opened: Opened, tmp_path: Path
) -> None:
    cosigner = Cosigner("w.example")
    work = opened()
    key = proof.Key.read(work.log_key())
    with WitnessServer(tmp_path / "witness.json", {key.name: key}, cosigner) as server:
        configure(
            desk.home,
            f'[[witnesses]]\nkind = "https"\nname = "auditor"\nurl = "{server.url}"\n'
            f'key = "{cosigner.key}"\n',
        )
        work = opened()
        note, said = work.log_checkpoint()
        health = work.log_health()
        seq = work.log_head()[0]
        receipt = proof.Receipt(
            items=(
                proof.Item(
                    entry=next(work.office.log.entries(after=seq - 1)).text,
                    index=seq - 1,
                    path=work.office.log.inclusion(seq),
                ),
            ),
            note=proof.Note.read(note),
        )
        work.close()
    (tmp_path / "receipt.json").write_text(str(receipt), encoding="utf-8")

    done = subprocess.run(
        [
            sys.executable,
            proof.__file__,
            tmp_path / "receipt.json",
            "--key",
            str(cosigner.key),
            "--key",
            str(key),
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    assert [one.said for one in said] == [Said.TAKEN]
    assert health.witnesses[0].cosigned
    assert health.unwitnessed == 0
    assert done.returncode == 0, done.stderr
    assert "w.example" in done.stdout


def test_long_work_hands_over_while_it_lasts(desk: Any, share: Path, opened: Opened) -> None:
    with_file(desk, share)
    configure(desk.home, "[log]\ncheckpoint_seconds = 1")
    work = opened()
    handed = work.watch.handed

    work.log_list()

    assert handed.wait(20)
    assert sizes(share)


def test_without_its_signing_key_the_home_does_not_open_and_nobody_is_given_anything(
    desk: Any, share: Path, opened: Opened
) -> None:
    with_file(desk, share)
    opened().log_list()
    opened().close()
    held = share.read_bytes()
    (desk.home / "keys" / "log.key").unlink()

    with pytest.raises(LogUnavailable):
        Desk.open(desk.home, "li.ming")

    assert share.read_bytes() == held
    assert not (desk.home / "keys" / "log.key").exists()


def test_a_desk_without_a_witness_starts_no_thread(opened: Opened) -> None:
    assert not opened().watch.running
