"""Proofs too long for the test-suite: run them with `make proof`; it writes docs/proofs.md and takes minutes.

Each proof tries a promise many times with dice of a known seed and counts how often it was broken; one comes
with a control that breaks the promise on purpose, so that the count is seen to rise.
"""

from __future__ import annotations

import datetime as dt
import platform
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from graph.clean.names import name_keys
from tests.graph.clean.test_readers import READERS
from tests.proof_paid import PAID
from tests.proving import ROOT, SEED, Proof, over, run
from tests.tracer.log import tamper
from tracer.demo.files import write_files
from tracer.demo.world import World
from tracer.errors import TracerError
from tracer.intake import Placement, Problem, inspect, read
from tracer.log import Draft, Log

PAGE = ROOT / "docs" / "proofs.md"
CRASH = ROOT / "tests" / "tracer" / "log" / "crash.py"
POWER = ROOT / "tests" / "tracer" / "log" / "power.py"
TODAY = dt.date(2026, 11, 23)

KILLS, EARLY_KILLS = 1000, 25
CUTS, CUT_CONTROL, COMMITS = 3000, 1000, 2000
WRITERS, EACH = 8, 1000
DAMAGED_BYTES = 1500
DAMAGED_FILES = 600
CELLS = 20_000


def killed(folder: Path) -> Proof:
    """Kill a writing process again and again."""
    done = _crash("kill", folder / "killed.db", str(KILLS), "late")
    held = not done["lost"] and not done["wrongly_open"] and done["verifies"] and done["contiguous"]
    return Proof(
        promise="What is acknowledged survives its process; a crash leaves only look-ups shown as unfinished",
        tried=f"{KILLS:,} times kill -9 at a random moment while four threads write (seed {SEED})",
        found=f"{over(done['acknowledged'])} entries acknowledged, {done['lost']} lost; "
        f"{over(done['open'])} asked and not ended, "
        f"{done['wrongly_open']} runs in which they were shown wrongly",
        held=bool(held),
    )


def killed_early(folder: Path) -> Proof:
    """The control: a log that acknowledges what is only promised must be seen to lose entries."""
    done = _crash("kill", folder / "early.db", str(EARLY_KILLS), "early")
    return Proof(
        promise="Control: the same kills find a log that acknowledges too early",
        tried=f"{EARLY_KILLS} kills of a process that says so before the disk does (seed {SEED})",
        found=f"{over(done['lost'])} lost entries found",
        held=int(str(done["lost"])) > 0,
    )


def power_cut(_: Path) -> Proof:
    """Cut the power at any point of a recorded run."""
    done = run(POWER, "cut", COMMITS, "FULL", CUTS, SEED)
    return Proof(
        promise="What is acknowledged survives a power cut; the log opens and verifies, checkpoints too",
        tried=f"{CUTS:,} cuts of {COMMITS:,} recorded appends: of what was not synced nothing, any part "
        f"or torn sectors reach the disk (seed {SEED})",
        found=f"{done['lost']} with a lost entry, {done['corrupt']} corrupt, "
        f"{done['unopenable']} that do not open",
        held=not (done["lost"] or done["corrupt"] or done["unopenable"]),
    )


def power_cut_weak(_: Path) -> Proof:
    """The controls: the same with less syncing."""
    said, held = [], True
    for synchronous in ("NORMAL", "OFF"):
        done = run(POWER, "cut", COMMITS, synchronous, CUT_CONTROL, SEED)
        broken = int(str(done["lost"])) + int(str(done["corrupt"])) + int(str(done["unopenable"]))
        said.append(f"{synchronous}: {broken} broken")
        held = held and broken > 0
    return Proof(
        promise="Control: the same cuts break a log that syncs less",
        tried=f"{CUT_CONTROL:,} cuts each with SQLite's synchronous at NORMAL and OFF (seed {SEED})",
        found="; ".join(said),
        held=held,
    )


def tampered(folder: Path) -> Proof:
    """Change the log in ten ways, as one who has its database and as one who has its key too."""
    where = folder / "tamper"
    where.mkdir()
    attacks = tamper.matrix(where)
    (folder / "more.md").write_text(tamper.table(attacks), encoding="utf-8")

    def found(stolen: bool, field: str) -> int:
        return sum(getattr(one, field) for one in attacks if one.stolen is stolen)

    witnessed, alone = (
        (found(False, "witnessed"), found(True, "witnessed")),
        (found(False, "alone"), found(True, "alone")),
    )
    return Proof(
        promise="A changed history is found, even by whoever stole the signing key, where a witness "
        "keeps checkpoints",
        tried=f"{len(attacks) // 2} attacks, with the database only and with the key as well (the table "
        f"below)",
        found=f"with a witness {witnessed[0]} and {witnessed[1]} found, the one missed is the window "
        f"nobody had "
        f"witnessed yet; control without a witness: {alone[0]} and {alone[1]}",
        held=min(witnessed) >= 9 and alone[1] < 9,
    )


def raced(folder: Path) -> Proof:
    """Let several processes append at once."""
    done = _crash("race", folder / "race.db", str(WRITERS), str(EACH))
    longest = float(str(done["longest"]))
    whole = done["numbers"] == list(range(1, WRITERS * EACH + 1))
    return Proof(
        promise="Processes write one log: every number once, each writer's own in order, nobody starves",
        tried=f"{WRITERS} processes, {EACH:,} entries each, at once",
        found="longest wait for one entry " + ("under 1 s" if longest < 1 else f"{longest:.1f} s"),
        held=whole and bool(done["in_order"]) and bool(done["verifies"]) and longest < 1,
    )


def damaged_log(folder: Path) -> Proof:
    """Change one byte of the log's file at a time: it is found, or no entry reads differently."""
    dice = random.Random(SEED)
    path = folder / "whole.db"
    with Log.create(path) as log:
        for number in range(150):
            asked = log.append(
                Draft(
                    "asked", actor="li.ming", purpose="contact_repair", body={"source": "camara.kyc-tenure"}
                )
            )
            if number % 3:
                body = {"source": "camara.kyc-tenure"}
                log.append(Draft("answered", actor="li.ming", about=asked.seq, body=body))
        before = list(log.entries())
    whole = path.read_bytes()
    counts: Counter[str] = Counter()
    for number in range(DAMAGED_BYTES):
        place = dice.randrange(len(whole))
        changed = bytearray(whole)
        changed[place] ^= dice.randrange(1, 256)
        attacked = folder / f"damaged-{number}.db"
        attacked.write_bytes(changed)
        counts[_damage(attacked, before)] += 1
        for left in folder.glob(f"damaged-{number}.db*"):
            shutil.rmtree(left) if left.is_dir() else left.unlink()
    raised = Counter({name.split()[1]: count for name, count in counts.items() if name.startswith("raised")})
    return Proof(
        promise="A changed byte of the log's file is found, or no entry reads differently for it",
        tried=f"{DAMAGED_BYTES:,} times one random byte of a log of {len(before)} entries "
        f"({len(whole):,} bytes; seed {SEED})",
        found=f"{counts['found']:,} found by verifying, {counts['unreadable']:,} refused as unreadable, "
        f"{counts['harmless']:,} without effect on any entry, {counts['missed']} missed, {_said(raised)}",
        held=not counts["missed"] and not raised,
    )


def _damage(path: Path, before: list[object]) -> str:
    try:
        with Log.open(path) as log:
            if not log.verify().ok:
                return "found"
            return "harmless" if list(log.entries()) == before else "missed"
    except TracerError:
        return "unreadable"
    except Exception as error:
        return f"raised {type(error).__name__}"


def damaged_files(folder: Path) -> Proof:
    """Damage placement files: every row comes out or is explained, and nothing else is ever raised."""
    dice = random.Random(SEED)
    files = write_files(World.build(30, SEED % 1000, TODAY), folder / "files")
    sound = sorted(files.placements.values())
    counts: Counter[str] = Counter()
    raised: Counter[str] = Counter()
    for number in range(DAMAGED_FILES):
        path = sound[number % len(sound)]
        attacked = folder / f"attacked{path.suffix}"
        attacked.write_bytes(_damaged(dice, path.read_bytes()))
        try:
            seen = inspect(attacked, today=TODAY)
            for item in read(attacked, seen.mapping, today=TODAY):
                if isinstance(item, Placement):
                    counts["rows"] += 1
                    counts["explained"] += len(item.problems)
                elif isinstance(item, Problem):
                    counts["explained"] += 1
            counts["read"] += 1
        except TracerError:
            counts["refused"] += 1
        except Exception as error:
            raised[type(error).__name__] += 1
    return Proof(
        promise="A damaged file is read as far as it goes and explained, or refused in words",
        tried=f"{DAMAGED_FILES} placement files (CSV in GB 18030, XLSX) with bytes changed, cut out, doubled "
        f"or lost (seed {SEED})",
        found=f"{counts['read']} read ({counts['rows']:,} rows, {counts['explained']:,} explanations), "
        f"{counts['refused']} refused, {_said(raised)}",
        held=not raised and counts["read"] > 0 and counts["refused"] > 0,
    )


def _damaged(dice: random.Random, content: bytes) -> bytes:
    found = bytearray(content)
    for _ in range(dice.choice((1, 1, 2, 5, 40))):
        at = dice.randrange(len(found))
        how = dice.randrange(5)
        if how == 0:
            found[at] = dice.randrange(256)
        elif how == 1:
            del found[at : at + dice.choice((1, 7, 300))]
        elif how == 2:
            found[at:at] = found[at : at + dice.choice((1, 50, 2000))]
        elif how == 3:
            found[at:at] = dice.choice((b'"', b"\0", b"\r\n", b",", b"\xff\xfe", b"\x80"))
        elif len(found) > 200:
            del found[dice.randrange(100, len(found)) :]
        if not found:
            return content[:1]
    return bytes(found)


def hostile_cells(_: Path) -> Proof:
    """Give every reader texts no sane person would write."""
    dice = random.Random(SEED)
    raised: Counter[str] = Counter()
    unexplained = shown = read_well = 0
    for cell in _cells(dice, CELLS):
        for name, reader in READERS.items():
            try:
                reading = reader(cell)
                if name == "name" and reading.value is not None:
                    name_keys(reading.value)  # type: ignore[arg-type]
            except Exception as error:
                raised[f"{type(error).__name__} by {name}"] += 1
                continue
            lost = any(fault.lost or fault.code == "employer.status" for fault in reading.faults)
            read_well += reading.value is not None
            unexplained += reading.value is None and bool(reading.faults) and not lost
            for fault in reading.faults:
                shown += not set(dict(fault.params).get("shown", "")[1:-1]) <= {"*"}
    return Proof(
        promise="No text makes a reader of a cell fail; what is lost is explained without repeating the cell",
        tried=f"{CELLS:,} cells, each to {len(READERS)} readers (seed {SEED})",
        found=f"{read_well:,} of {CELLS * len(READERS):,} gave a value; {_said(raised)}, "
        f"{unexplained} unexplained, {shown} shown too openly",
        held=not (raised or unexplained or shown),
    )


_SANE = (
    "154****1234", "+86 154 0000 0001", "0571-8123 4567 转 8001", "(202) 555-0123 x12", "1.38E+10", "'001",
    "欧阳未名", "张*", "Dr. Mary-Ann O'Neil Jr.", "父亲：张三", "11010519491231002X", "078-05-1120", "无",
    "2025年3月5日", "45736", "03/04/2025", "民国114年3月5日", "￥12,345.67", "(1,234.50)", "a.b@example.com",
    "浙江省杭州市西湖区文三路1号2幢3单元401室", "12 Main St Apt 4, Springfield IL 62701",
    "某某科技（杭州）有限公司",
)  # fmt: skip
_SIGNS = "0123456789+-()*xX/、 ,;.转Ee'\"=\n\t\0父张市年月日元国·Ａ１　\u200b\u202e\ud800🙂ßİ´ﷺ"


def _cells(dice: random.Random, count: int) -> Iterator[str]:
    for _ in range(count):
        cell = list(dice.choice(_SANE)) if dice.random() < 0.8 else []
        for _ in range(dice.choice((1, 2, 3, 8, 30))):
            at = dice.randrange(len(cell) + 1)
            how = dice.randrange(4)
            if how == 0:
                cell[at:at] = dice.choice(_SIGNS)
            elif how == 1:
                cell[at : at + 1] = [chr(dice.randrange(0x110000))]
            elif how == 2:
                del cell[at : at + dice.randrange(1, 4)]
            else:
                cell[at:at] = dice.choice(_SANE)
        yield "".join(cell)


def _said(raised: Counter[str]) -> str:
    return (
        ", ".join(f"{name} {count} times" for name, count in sorted(raised.items())) or "nothing else raised"
    )


def _crash(*arguments: object) -> dict[str, object]:
    return run(CRASH, *arguments)


PROOFS: tuple[Callable[[Path], Proof], ...] = (
    killed, killed_early, tampered, *PAID, power_cut, power_cut_weak, raced, damaged_log, damaged_files,
    hostile_cells,
)  # fmt: skip


def page(proofs: list[Proof], more: str = "") -> str:
    """Give the page as Markdown."""
    lines = [
        "# Proofs",
        "",
        "What is too long for the test-suite, tried many times with dice of a known seed. `make proof` runs "
        "it and writes this page.",
        "",
        f"Run on {platform.system()} {platform.machine()}, Python {platform.python_version()}. "
        "Counts that depend on how fast the machine is are given as what they are over.",
        "",
        "| Promise | Tried | Found | Held |",
        "|---|---|---|---|",
    ]
    for one in proofs:
        cells = (one.promise, one.tried, one.found, "yes" if one.held else "**no**")
        lines.append(f"| {' | '.join(cells)} |")
    if more:
        lines += ["", "## Tampering", "", more]
    return "\n".join(lines) + "\n"


def replaced(old: str, proofs: list[Proof]) -> str:
    """Give the page with the rows of these proofs in place of theirs; new ones behind the others."""
    rows = [line for line in page(proofs).splitlines() if line.startswith("| ")][1:]
    fresh = {row.split(" | ")[0]: row for row in rows}
    lines = old.splitlines()
    end = max(number for number, line in enumerate(lines) if line.endswith(("| yes |", "| **no** |")))
    lines = [fresh.pop(line.split(" | ")[0], line) for line in lines[: end + 1]] + lines[end + 1 :]
    lines[end + 1 : end + 1] = fresh.values()
    return "\n".join(lines) + "\n"


def main(only: list[str]) -> int:
    """Run the proofs (or those named) and write the page; 1 when a promise was broken."""
    proofs = []
    chosen = [prove for prove in PROOFS if not only or prove.__name__ in only]
    more = ""
    with tempfile.TemporaryDirectory() as folder:
        for prove in chosen:
            start = time.monotonic()
            found = prove(Path(folder))
            seconds = time.monotonic() - start
            proofs.append(
                Proof(
                    promise=found.promise,
                    tried=found.tried,
                    found=found.found,
                    held=found.held,
                    seconds=seconds,
                )
            )
            print(f"{'held  ' if found.held else 'BROKEN'} {seconds:5.0f} s  {found.promise}: {found.found}")
        told = Path(folder) / "more.md"
        more = told.read_text(encoding="utf-8") if told.exists() else ""
    text = replaced(PAGE.read_text(encoding="utf-8"), proofs) if only else page(proofs, more)
    PAGE.write_text(text, encoding="utf-8")
    return 0 if all(proof.held for proof in proofs) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
