"""A file and a command as witnesses: what they take, what they refuse, and what they never lose."""

from __future__ import annotations

import shutil
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tracer.log.witness_server import Cosigner
from tracer.log import Draft, Log, Notary, Signer, witness
from tracer.log.witness import Said, WitnessCommand, WitnessFile, checked, signature_lines
from tracer.proof import Checkpoint, Line, Note

SIGNER = Signer("look-up-log/test", bytes(32))
Grow = Callable[[int], Note]


@pytest.fixture
def log(database: Path, clock: object) -> Log:
    with Log.create(database, clock, notary=Notary(SIGNER)) as opened:  # type: ignore[arg-type]
        yield opened  # type: ignore[misc]


@pytest.fixture
def grow(log: Log, sign_in: Draft) -> Grow:
    def more(count: int) -> Note:
        for _ in range(count):
            log.append(sign_in)
        return log.checkpoint().note

    return more


@pytest.fixture
def file(tmp_path: Path) -> WitnessFile:
    folder = tmp_path / "share"
    folder.mkdir()
    return WitnessFile("share", folder / "log.txt", SIGNER.key)


def sizes(file: WitnessFile) -> list[int]:
    return [head.size for head in file.held().heads]


def test_a_file_holds_every_checkpoint_it_was_given(file: WitnessFile, grow: Grow, log: Log) -> None:
    notes = [grow(3), grow(1), grow(9)]

    said = [file.take(note, log, 0).said for note in notes]

    assert said == [Said.TAKEN, Said.TAKEN, Said.TAKEN]
    assert file.held().notes == tuple(notes)
    assert file.held().damaged == 0
    assert log.verify(earlier=file.held().heads).ok


def test_the_same_checkpoint_again_is_held_and_not_written_twice(
    file: WitnessFile, grow: Grow, log: Log
) -> None:
    note = grow(5)
    file.take(note, log, 0)
    before = file.path.read_bytes()

    assert file.take(note, log, 5).said is Said.HELD
    assert file.path.read_bytes() == before


def test_a_later_one_held_already_is_no_rollback_while_the_log_has_it(
    file: WitnessFile, grow: Grow, log: Log
) -> None:
    older, newer = grow(5), grow(5)
    file.take(newer, log, 0)

    assert file.take(older, log, 0).said is Said.HELD
    assert sizes(file) == [10]


def other_log(folder: Path, entries: int, signer: Signer = SIGNER) -> tuple[Log, Note]:
    """Another history under the same key, as a thief of it would make."""
    log = Log.create(folder / f"other-{entries}.db", notary=Notary(signer))
    for _ in range(entries):
        log.append(Draft("sign_out", actor="wang.fang"))
    return log, log.checkpoint().note


@pytest.mark.parametrize(
    ("entries", "said"),
    [(5, Said.SPLIT), (9, Said.SPLIT), (3, Said.ROLLBACK)],
    ids=["same", "longer", "shorter"],
)
def test_another_history_under_the_same_key_is_refused_and_nothing_is_overwritten(
    file: WitnessFile, grow: Grow, log: Log, tmp_path: Path, entries: int, said: Said
) -> None:
    file.take(grow(5), log, 0)
    before = file.path.read_bytes()
    other, note = other_log(tmp_path, entries)

    found = file.take(note, other, 5)
    other.close()

    assert (found.said, found.alarm, found.held) == (said, True, 5)
    assert file.path.read_bytes() == before


def test_a_restored_backup_is_a_rollback(
    file: WitnessFile, grow: Grow, log: Log, database: Path, tmp_path: Path
) -> None:
    grow(4)
    log.close()
    backup = tmp_path / "backup.db"
    shutil.copy(database, backup)
    with Log.open(database, notary=Notary(SIGNER)) as later:
        later.append(Draft("sign_in", actor="li.ming"))
        file.take(later.checkpoint().note, later, 0)

    with Log.open(backup, notary=Notary(SIGNER)) as restored:
        found = file.take(restored.checkpoint().note, restored, 4)

    assert (found.said, found.held) == (Said.ROLLBACK, 5)


def test_a_key_that_is_not_the_one_of_what_is_held_is_another_log(
    file: WitnessFile, grow: Grow, log: Log, tmp_path: Path
) -> None:
    file.take(grow(2), log, 0)
    thief = Signer("look-up-log/test", b"\x01" * 32)
    other, note = other_log(tmp_path, 4, thief)

    found = WitnessFile("share", file.path, thief.key).take(note, other, 0)
    other.close()

    assert found.said is Said.OTHER_LOG


def test_a_file_cut_in_the_middle_of_a_checkpoint_goes_on_behind_it(
    file: WitnessFile, grow: Grow, log: Log
) -> None:
    file.take(grow(3), log, 0)
    whole = file.path.read_bytes()
    note = grow(4)
    written = f"{note}\n".encode()

    for length in (5, 40, len(str(note).split("\n\n", maxsplit=1)[0]) + 2, len(written) - 30):
        file.path.write_bytes(whole + written[:length])
        assert file.take(note, log, 3).said is Said.TAKEN
        assert sizes(file) == [3, 7]
        assert file.held().damaged > 0


def test_a_smaller_one_appended_by_hand_hides_nothing(
    file: WitnessFile, grow: Grow, log: Log, tmp_path: Path
) -> None:
    small, large = grow(2), grow(5)
    file.take(large, log, 0)
    with file.path.open("a") as appended:
        appended.write(f"{small}\n")
    other, forged = other_log(tmp_path, 9)

    assert file.take(forged, other, 7).held == 7
    assert file.take(forged, other, 7).said is Said.SPLIT
    assert file.last() == large
    other.close()


def test_a_disk_that_is_not_there_is_down_and_its_folder_is_not_made(
    tmp_path: Path, grow: Grow, log: Log
) -> None:
    file = WitnessFile("share", tmp_path / "not-mounted" / "log.txt", SIGNER.key)

    assert file.take(grow(1), log, 7).said is Said.DOWN
    assert not file.path.parent.exists()


def test_a_file_that_is_gone_is_not_begun_again_in_silence(file: WitnessFile, grow: Grow, log: Log) -> None:
    file.take(grow(3), log, 0)
    file.path.unlink()

    assert file.take(grow(1), log, 3).said is Said.FORGOTTEN
    assert not file.path.exists()

    file.path.touch()  # what somebody does on purpose

    assert file.take(grow(1), log, 3).said is Said.TAKEN


def test_a_file_that_holds_something_else_is_left_alone(file: WitnessFile, grow: Grow, log: Log) -> None:
    file.path.write_text("minutes of the meeting\n")

    assert file.take(grow(3), log, 0).said is Said.OTHER_LOG
    assert file.path.read_text() == "minutes of the meeting\n"


def test_a_log_that_lost_what_it_signed_is_told_before_anything_is_written(
    file: WitnessFile, grow: Grow, log: Log, tmp_path: Path
) -> None:
    note = grow(5)
    short, _note = other_log(tmp_path, 2)

    found = file.take(note, short, 0)
    short.close()

    assert found.said is Said.ROLLBACK
    assert not file.path.exists()


def test_a_line_somebody_adds_to_a_held_checkpoint_counts_if_it_is_good(
    file: WitnessFile, grow: Grow, log: Log
) -> None:
    note = grow(3)
    file.take(note, log, 0)
    officer = Cosigner("officer.example")
    line = officer.sign(note.text)
    file.path.write_text(str(Note(note.text, (*note.lines, line))) + "\n")

    found = checked(file.take(note, log, 3), note, officer.key, must_sign=False)

    assert (found.said, found.lines) == (Said.HELD, (line,))


# Commands


def script(path: Path, text: str) -> tuple[str, ...]:
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return (sys.executable, str(path))


def test_a_command_gets_the_checkpoint_and_no_key_of_ours(
    tmp_path: Path, grow: Grow, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACER_LOG_KEY", "hush-hush")
    out = tmp_path / "got.txt"
    text = f"import sys, os\nopen({str(out)!r}, 'w').write(sys.stdin.read() + repr(dict(os.environ)))\n"
    note = grow(3)

    found = WitnessCommand("mail", script(tmp_path / "keep.py", text), 30.0).take(note, log, 0)

    assert (found.said, found.held) == (Said.TAKEN, 3)
    assert out.read_text().startswith(str(note))
    assert "hush" not in out.read_text()


@pytest.mark.parametrize(
    ("text", "why"),
    [("raise SystemExit(3)", "exit_3"), ("import threading; threading.Event().wait()", "deadline")],
    ids=["fails", "hangs"],
)
def test_a_command_that_fails_or_hangs_is_down(
    tmp_path: Path, grow: Grow, log: Log, text: str, why: str
) -> None:
    found = WitnessCommand("mail", script(tmp_path / "bad.py", text), 1.0).take(grow(1), log, 0)

    assert (found.said, found.why) == (Said.DOWN, why)


def test_a_command_that_is_not_there_is_down(grow: Grow, log: Log) -> None:
    found = WitnessCommand("mail", ("/nowhere/mail",), 1.0).take(grow(1), log, 0)

    assert (found.said, found.why) == (Said.DOWN, "FileNotFoundError")


def test_a_command_may_print_its_cosignature(tmp_path: Path, grow: Grow, log: Log) -> None:
    note = grow(2)
    officer = Cosigner("officer.example")
    line = officer.sign(note.text)
    text = f"print('taken'); print({str(line)!r}, end='')"

    found = WitnessCommand("sign", script(tmp_path / "sign.py", text), 30.0).take(note, log, 0)

    assert checked(found, note, officer.key, must_sign=True).lines == (line,)


# What a cosignature is worth


def of(note: Note, *lines: Line) -> witness.Testimony:
    size = Checkpoint.read(note.text).size
    return witness.Testimony(witness="w", said=Said.TAKEN, size=size, held=size, lines=lines)


def test_only_a_good_line_of_the_configured_key_is_kept(grow: Grow) -> None:
    note, other = grow(2), grow(1)
    ours, stranger = Cosigner("w.example"), Cosigner("s.example", b"\x05" * 32)
    good, foreign, wrong = ours.sign(note.text), stranger.sign(note.text), ours.sign(other.text)

    def said(*lines: Line, must_sign: bool = True) -> tuple[Said, tuple[Line, ...]]:
        found = checked(of(note, *lines), note, ours.key, must_sign=must_sign)
        return found.said, found.lines

    assert said(foreign, good) == (Said.TAKEN, (good,))
    assert said(wrong) == (Said.FORGED, ())
    assert said(foreign) == (Said.UNSIGNED, ())
    assert said() == (Said.UNSIGNED, ())
    assert said(foreign, must_sign=False) == (Said.TAKEN, ())


def test_what_is_no_signature_line_is_let_go(grow: Grow) -> None:
    line = Cosigner("w.example").sign(grow(1).text)
    output = f"hello\n— broken\n{line}\n— x !!!\n".encode() + b"\xff\xfe"

    assert signature_lines(output) == (line,)
