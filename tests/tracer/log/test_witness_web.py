"""A C2SP witness over HTTP on loopback, through the gateway's own door; and a plain address."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.tracer.log.witness_server import SIZE, TEXT, Cosigner, WitnessServer
from tracer.desk.witnessing import post
from tracer.log import Draft, Log, Notary, Signer
from tracer.log.witness import Said, checked
from tracer.log.witness_web import WitnessAddress, WitnessService
from tracer.proof import Checkpoint, Note

SIGNER = Signer("look-up-log/test", bytes(32))
Grow = Callable[[int], Note]


@pytest.fixture
def log(database: Path, clock: object) -> Iterator[Log]:
    with Log.create(database, clock, notary=Notary(SIGNER)) as opened:  # type: ignore[arg-type]
        yield opened


@pytest.fixture
def grow(log: Log, sign_in: Draft) -> Grow:
    def more(count: int) -> Note:
        for _ in range(count):
            log.append(sign_in)
        return log.checkpoint().note

    return more


@pytest.fixture
def server(tmp_path: Path) -> Iterator[WitnessServer]:
    state = tmp_path / "witness.json"
    with WitnessServer(state, {SIGNER.key.name: SIGNER.key}, Cosigner("w.example")) as running:
        yield running


@pytest.fixture
def witness(server: WitnessServer) -> WitnessService:
    return WitnessService("auditor", server.url + "/", post, 10.0)


def test_it_cosigns_each_extension_and_the_note_proves_it(
    witness: WitnessService, server: WitnessServer, grow: Grow, log: Log
) -> None:
    known = 0
    for count in (1, 1, 5, 20):
        note = grow(count)
        found = checked(witness.take(note, log, known), note, server.cosigner.key, must_sign=True)
        known = found.held

        assert found.said is Said.TAKEN
        together = Note.read(str(Note(note.text, (*note.lines, *found.lines))))
        assert together.by(server.cosigner.key) == found.lines[0]
        assert together.by(SIGNER.key) is not None
    assert server.statuses == [200, 200, 200, 200]
    assert server.held(SIGNER.key.name) == Checkpoint.read(note.text)


def test_where_we_forgot_what_it_holds_it_says_so_and_is_asked_from_there(
    witness: WitnessService, server: WitnessServer, grow: Grow, log: Log
) -> None:
    witness.take(grow(3), log, 0)

    found = witness.take(grow(4), log, 0)

    assert (found.said, found.held) == (Said.TAKEN, 7)
    assert server.statuses == [200, 409, 200]
    assert server.requests[-1].startswith("old 3\n")


def test_one_that_somebody_else_hands_over_to_meanwhile_is_tried_another_time(
    witness: WitnessService, server: WitnessServer, grow: Grow, log: Log
) -> None:
    older, newer = grow(3), grow(3)
    witness.take(newer, log, 0)

    later = witness.take(older, log, 0)
    sizes = iter((1, 2))
    server.misbehave = lambda _right: (409, SIZE, f"{next(sizes)}\n")
    racing = witness.take(newer, log, 0)

    assert (later.said, later.alarm, later.why) == (Said.DOWN, False, "later_held")
    assert (racing.said, racing.alarm, racing.why) == (Said.DOWN, False, "busy")


def test_the_same_checkpoint_again_is_cosigned_again(witness: WitnessService, grow: Grow, log: Log) -> None:
    note = grow(3)
    witness.take(note, log, 0)

    assert witness.take(note, log, 3).said is Said.TAKEN


def another(folder: Path, entries: int, signer: Signer = SIGNER) -> tuple[Log, Note]:
    log = Log.create(folder / "another.db", notary=Notary(signer))
    for _ in range(entries):
        log.append(Draft("sign_out", actor="wang.fang"))
    return log, log.checkpoint().note


@pytest.mark.parametrize("known", [0, 5], ids=["forgotten", "remembered"])
@pytest.mark.parametrize(
    ("entries", "said"),
    [(5, Said.SPLIT), (9, Said.SPLIT), (3, Said.ROLLBACK)],
    ids=["same-size", "longer", "shorter"],
)
def test_another_history_is_accused_and_what_it_holds_stays(
    witness: WitnessService,
    server: WitnessServer,
    grow: Grow,
    log: Log,
    tmp_path: Path,
    entries: int,
    said: Said,
    known: int,
) -> None:
    note = grow(5)
    witness.take(note, log, 0)
    other, forged = another(tmp_path, entries)

    found = witness.take(forged, other, known)
    other.close()

    assert (found.said, found.alarm) == (said, True)
    assert server.held(SIGNER.key.name) == Checkpoint.read(note.text)


def test_a_log_it_does_not_know_and_a_key_it_does_not_know_are_refused(
    witness: WitnessService, tmp_path: Path
) -> None:
    other, note = another(tmp_path, 2, Signer("look-up-log/unknown", b"\x03" * 32))

    assert (found := witness.take(note, other, 0)).said is Said.REFUSED
    assert found.why == "status_404"
    other.close()


def test_a_witness_that_lost_its_memory_is_not_begun_anew_in_silence(
    witness: WitnessService, server: WitnessServer, grow: Grow, log: Log
) -> None:
    witness.take(grow(3), log, 0)
    server.state.unlink()

    assert witness.take(grow(1), log, 3).said is Said.FORGOTTEN


def test_a_wrong_cosignature_is_refused(
    witness: WitnessService, server: WitnessServer, grow: Grow, log: Log
) -> None:
    lie = Cosigner("w.example", b"\x09" * 32)
    note = grow(3)
    right = server.cosigner

    def of_another_key(_answer: tuple[int, str, str]) -> tuple[int, str, str]:
        line = lie.sign(note.text)
        return 200, TEXT, str(type(line)(right.key.name, right.key.hash, line.signature))

    server.misbehave = of_another_key

    found = checked(witness.take(note, log, 0), note, right.key, must_sign=True)

    assert (found.said, found.lines) == (Said.FORGED, ())


def test_a_reply_without_a_cosignature_is_unsigned(
    witness: WitnessService, server: WitnessServer, grow: Grow, log: Log
) -> None:
    note = grow(1)
    server.misbehave = lambda answer: (200, TEXT, "thank you\n")

    found = checked(witness.take(note, log, 0), note, server.cosigner.key, must_sign=True)

    assert found.said is Said.UNSIGNED


@pytest.mark.parametrize(
    ("answer", "said", "why"),
    [
        ((500, TEXT, ""), Said.DOWN, "status_500"),
        ((429, TEXT, ""), Said.DOWN, "status_429"),
        ((302, TEXT, ""), Said.DOWN, "redirect"),
        ((403, TEXT, ""), Said.REFUSED, "status_403"),
        ((409, TEXT, "no size"), Said.REFUSED, "status_409"),
        ((200, TEXT, "x" * 1_100_000), Said.DOWN, "reply_too_large"),
    ],
    ids=["broken", "busy", "elsewhere", "forbidden", "nonsense", "flood"],
)
def test_other_answers_are_values(
    witness: WitnessService,
    server: WitnessServer,
    grow: Grow,
    log: Log,
    answer: tuple[int, str, str],
    said: Said,
    why: str,
) -> None:
    server.misbehave = lambda _right: answer

    found = witness.take(grow(1), log, 0)

    assert (found.said, found.why) == (said, why)


def test_a_host_that_is_down_is_a_value(grow: Grow, log: Log) -> None:
    witness = WitnessService("auditor", "http://127.0.0.1:9", post, 5.0)

    found = witness.take(grow(1), log, 0)

    assert (found.said, found.why) == (Said.DOWN, "no_connection")


def test_a_plain_address_keeps_whatever_it_is_given(server: WitnessServer, grow: Grow, log: Log) -> None:
    note = grow(2)
    server.misbehave = lambda _right: (202, TEXT, "")

    found = WitnessAddress("store", server.url + "/append", post, 10.0).take(note, log, 0)

    assert found.said is Said.TAKEN
    assert server.requests == [str(note)]


def test_a_log_that_lost_what_it_signed_sends_nothing(
    witness: WitnessService, server: WitnessServer, grow: Grow, tmp_path: Path
) -> None:
    note = grow(6)
    other, _theirs = another(tmp_path, 2)

    assert witness.take(note, other, 0).said is Said.ROLLBACK
    assert server.requests == []
    other.close()
