"""Every step at which a house can die, in one place: kill -9 at each, then look at what is left.

A program of its own, so that it can fork before any thread exists. For each point a copy of a home does its
work in a process that kills itself there; another process opens what is left, as the next command would, does
the work again and tells how it ended. Printed as JSON: what was not as it would have been without the crash.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from tracer import gateway, ledger
from tracer.demo.files import write_files
from tracer.demo.sandbox import Sandbox
from tracer.demo.world import NORTHBANK, World
from tracer.desk import Desk, keys
from tracer.desk.outcomes import CallNote
from tracer.log import Log
from tracer.log.checkpoints import Notary
from tracer.log.vocabulary import ENDINGS
from tracer.log.witness import WitnessFile
from tracer.store.cases import Cases
from tracer.store.evidence import Evidence
from tracer.store.notes import Notes
from tracer.vault import Vault

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
SECRET = "TRACER_TEST_CRASH"
CASES = 6

Fits = Callable[[tuple[Any, ...]], bool]


def _any(_: tuple[Any, ...]) -> bool:
    return True


def _drafts(*events: str) -> Fits:
    return lambda given: given[1].event in events


# name: (what is done, whose, which, before or after it, which of the calls, the how-manieth)
POINTS: dict[str, tuple[str, object, str, str, Fits, int]] = {
    "asked is not written yet": ("trace", Log, "submit", "before", _drafts("asked"), 9),
    "asked is durable": ("trace", ledger.Ledger, "_took", "after", _drafts("asked"), 9),
    "the request is about to leave": ("trace", gateway.Gateway, "_send", "before", _any, 5),
    "the vendor has answered, nobody has read it": ("trace", gateway, "_read", "before", _any, 5),
    "the reply is read, its entry is not written": ("trace", Log, "submit", "before", _drafts("replied"), 4),
    "the ending is not written yet": ("trace", Log, "submit", "before", _drafts(*ENDINGS), 7),
    "the ending is durable": ("trace", ledger.Ledger, "_took", "after", _drafts(*ENDINGS), 7),
    "what was found is not stored yet": ("trace", Evidence, "keep_all", "before", _any, 3),
    "what was found is stored": ("trace", Evidence, "keep_all", "after", _any, 3),
    "an overlap is logged, its cases are not linked": ("trace", Evidence, "link", "before", _any, 1),
    "a checkpoint is signed, its transaction is open": ("trace", Notary, "attend", "after", _any, 20),
    "the last checkpoint is signed": ("trace", Log, "checkpoint", "after", _any, 1),
    "a witness took it, nobody noted that": ("trace", WitnessFile, "take", "after", _any, 1),
    "a return is logged, the keys are there": ("return", Cases, "shred", "before", _any, 1),
    "the keys are gone, the write-ahead log is full": ("return", Cases, "empty_wal", "before", _any, 1),
    "the keys are gone, nobody said so": ("return", Log, "submit", "before", _drafts("key_destroyed"), 1),
    "a master key is made, nothing is wrapped": ("rotate", keys, "rewrap", "before", _any, 1),
    "all is wrapped, the old master key is there": ("rotate", Vault, "retire", "before", _any, 1),
    "a call is logged, its note is not stored": ("call", Notes, "add", "before", _any, 1),
    "a call is stored": ("call", Notes, "add", "after", _any, 1),
}


def _die_at(whose: object, name: str, moment: str, fits: Fits, nth: int) -> None:
    real = getattr(whose, name)
    seen = 0

    def counted(given: tuple[Any, ...]) -> bool:
        nonlocal seen
        seen += fits(given)
        return fits(given) and seen == nth

    def stepped(*given: Any, **more: Any) -> Any:
        now = counted(given)
        if now and moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        found = real(*given, **more)
        if now:
            os.kill(os.getpid(), signal.SIGKILL)
        return found

    setattr(whose, name, stepped)


def _work(desk: Desk, job: str) -> list[str]:
    """Do the job; give the case of each question that was left open: of a billed one that was under way
    nobody knows whether it was charged, so it waits for a person's ``--again``."""
    cases = desk.open_cases()
    if job == "trace":
        report = desk.trace(cases, "contact_repair")
        return [
            f"{case.client}/{case.case}"
            for case in report.cases
            for asked in case.lookups
            if "--again" in asked.refusal
        ]
    if job == "return":
        desk.rights.destroy([desk.case(f"{NORTHBANK}/{_first(desk)}")], "recalled")
    elif job == "rotate":
        desk.rotate_keys()
    elif job == "call":
        number = desk.contacts(f"{NORTHBANK}/{_first(desk)}").numbers[0].token
        note = CallNote(number=number, code="cn_letters:NOAS", at=NOW - dt.timedelta(hours=2))
        desk.outcome(f"{NORTHBANK}/{_first(desk)}", note)
    return []


def _first(desk: Desk) -> str:
    # A case of one placement row keeps its number in the file, whatever became of it here.
    return os.environ["FIRST_CASE"]


def _told(desk: Desk, job: str) -> dict[str, object]:
    """What two homes that are equal agree in, after the work is done."""
    found: dict[str, object] = {
        f"{case.client}/{case.number}": [
            (one.token, round(one.ranked.p, 9))
            for one in desk.contacts(f"{case.client}/{case.number}").numbers
        ]
        for case in desk.open_cases()
    }
    if job == "call":
        found["notes"] = len(desk.notes(f"{NORTHBANK}/{_first(desk)}"))
    if job == "rotate":
        found["masters"] = len(list((desk.office.home / "keys").glob("epoch-*.key")))
    return found


def _sound(desk: Desk) -> list[str]:
    wrong = []
    if not desk.log_verify().ok:
        wrong.append("the log does not verify")
    if desk.log_unfinished():
        wrong.append("something asked has no ending")
    return wrong


def _child(do: Callable[[], object]) -> tuple[int, object]:
    """Do something in a process of its own; give the signal that ended it (0: none) and what it gave."""
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(told)
        try:
            said = json.dumps(do())
        except BaseException as error:
            said = json.dumps({"raised": f"{type(error).__name__}: {error}"})
        with os.fdopen(tell, "w") as out:
            out.write(said)
        os._exit(0)
    os.close(tell)
    with os.fdopen(told) as source:
        said = source.read()
    _, status = os.waitpid(child, 0)
    return (os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0), json.loads(said) if said else None


def _desk(home: Path) -> Desk:
    return Desk.open(home, "li.ming", clock=lambda: NOW)


def _worked(home: Path, job: str, point: tuple[str, object, str, str, Fits, int] | None) -> object:
    if point is not None:
        _die_at(*point[1:])
    with _desk(home) as desk:
        _work(desk, job)
    with _desk(home) as desk:
        return {"told": _told(desk, job), "wrong": _sound(desk)}


def _again(home: Path, job: str) -> object:
    with _desk(home) as desk:
        wrong = _sound(desk)
        left = _work(desk, job)
        if len(left) > len(list(desk.office.log.entries(event="unknown"))):
            wrong.append("more was left open than was under way")
        # What another case of the same debtor did not learn, it cannot tell this one.
        touched = [
            *left,
            *(
                f"{case.client}/{case.number}"
                for case in desk.open_cases()
                for other in desk.office.store.evidence.linked(case)
                if f"{other.client}/{other.number}" in left
            ),
        ]
    with _desk(home) as desk:
        return {"told": _told(desk, job), "wrong": [*wrong, *_sound(desk)], "left": touched}


def _made(folder: Path, told: int) -> None:
    """Make the home and keep the carrier open until the pipe to the parent closes."""
    world = World.build(CASES, 7, NOW.date())
    files = write_files(world, folder / "files")
    with Sandbox(world.sandbox()) as carrier:
        text = files.config(
            base_url=carrier.base_url,
            token_url=carrier.token_url,
            client_id=carrier.client_id,
            secret_env=SECRET,
        )
        witness = folder / "witnessed"
        text += f'\n[[witnesses]]\nname = "paper"\nkind = "file"\npath = \'{witness}\'\n'
        Desk.init(folder / "home", "li.ming", clock=lambda: NOW, config_text=text)
        os.environ[SECRET] = carrier.client_secret
        with _desk(folder / "home") as desk:
            for client, path in files.placements.items():
                desk.import_file(path, client)
        first = next(case.number for case in world.cases if case.client == NORTHBANK)
        os.write(told, json.dumps([carrier.client_secret, first]).encode() + b"\n")
        signal.pause()


def run(names: list[str]) -> dict[str, list[str]]:
    """Die at each of the points; give what was wrong afterwards, by point."""
    found: dict[str, list[str]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        told, tell = os.pipe()
        carrier = os.fork()
        if carrier == 0:
            _made(folder, tell)
            os._exit(0)
        with os.fdopen(told) as source:
            os.environ[SECRET], os.environ["FIRST_CASE"] = json.loads(source.readline())
        try:
            whole: dict[str, object] = {}
            for point in names:
                job = POINTS[point][0]
                if job not in whole:
                    whole[job] = _child(partial(_worked, _copy(folder, f"whole-{job}", job), job, None))[1]
                home = _copy(folder, "crashed", job)
                ended, said = _child(partial(_worked, home, job, POINTS[point]))
                if ended == signal.SIGKILL:
                    found[point] = _differences(whole[job], _child(partial(_again, home, job))[1])
                else:
                    found[point] = [f"was never reached: {said}"]
                shutil.rmtree(home.parent)
        finally:
            os.kill(carrier, signal.SIGKILL)
            os.waitpid(carrier, 0)
    return found


def _copy(folder: Path, name: str, job: str) -> Path:
    """A home of its own with a witness of its own; for anything but tracing it is traced already."""
    place = folder / name
    source = folder / "home" if job == "trace" else _traced(folder)
    place.mkdir()
    shutil.copytree(source, place / "home")
    settings = place / "home" / "config.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace(str(folder / "witnessed"), str(place / "witnessed")), encoding="utf-8")
    for witness in (folder / "witnessed",) if job == "trace" else (folder / "traced" / "witnessed",):
        shutil.copy(witness, place / "witnessed")
    if job != "trace":
        text = settings.read_text(encoding="utf-8")
        settings.write_text(
            text.replace(str(folder / "traced" / "witnessed"), str(place / "witnessed")), encoding="utf-8"
        )
    return place / "home"


def _traced(folder: Path) -> Path:
    if not (folder / "traced").exists():
        home = _copy(folder, "traced", "trace")
        _child(lambda: _worked(home, "trace", None))
    return folder / "traced" / "home"


def _differences(whole: Any, after: Any) -> list[str]:
    if not isinstance(after, dict) or "raised" in after:
        return [f"raised {after}"]
    return [
        *after["wrong"],
        *(
            f"{key} is another than without the crash"
            for key in sorted({*whole["told"], *after["told"]})
            if _compared(whole, key, after["left"]) != _compared(after, key, after["left"])
        ),
    ]


def _compared(said: Any, key: str, left: list[str]) -> object:
    # With one answer less the numbers are the same ones, and how likely each is may differ.
    found = said["told"].get(key)
    return sorted(token for token, _p in found) if key in left else found


def main() -> None:
    """``crash_points.py [POINT …]``: all of them when none is named."""
    print(json.dumps(run(sys.argv[1:] or list(POINTS)), ensure_ascii=False))


if __name__ == "__main__":
    main()
