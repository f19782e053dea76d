"""Proofs about look-ups that are paid for: none unlogged, none twice, whatever kills the house."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.proving import ROOT, SEED, Proof, over, run

PAYING = ROOT / "tests" / "tracer" / "gateway" / "paying.py"
BATCHING = ROOT / "tests" / "tracer" / "gateway" / "batching.py"
PAID_KILLS, PAID_CONTROL = 1000, 100
BATCH, BATCH_KEYED, BATCH_KILLS, BATCH_CONTROL = 100_000, 20_000, 8, 5_000
AT_ONCE = 192  # of batching.py


def paid(folder: Path) -> Proof:
    """Kill a house that asks a provider who charges; the next life asks again what was left open."""
    done = run(PAYING, folder / "paid.db", PAID_KILLS, "ours", SEED)
    held = not done["unlogged"] and not done["twice"] and not done["lost"] and done["verifies"]
    return Proof(
        promise="No charge that the log does not know of, none made twice, no answer lost",
        tried=f"{PAID_KILLS:,} times kill -9 while eight look-ups at a time ask a provider who charges; "
        f"a person asks again what was left open (seed {SEED})",
        found=f"{over(done['charged'])} charged: {done['unlogged']} unlogged, {done['twice']} twice; "
        f"{over(done['acknowledged'])} answers: {done['lost']} lost",
        held=bool(held),
    )


def paid_late(folder: Path) -> Proof:
    """The control: a house that writes its log after the call."""
    done = run(PAYING, folder / "late.db", PAID_CONTROL, "late_log", SEED)
    return Proof(
        promise="Control: a log written after the call is seen to miss charges",
        tried=f"{PAID_CONTROL} kills of a house that logs what it did, not what it will do (seed {SEED})",
        found=f"{over(done['unlogged'])} charges nobody knows of",
        held=int(str(done["unlogged"])) > 0,
    )


def paid_without_keys(folder: Path) -> Proof:
    """The control: a provider who takes no idempotency key."""
    done = run(PAYING, folder / "keyless.db", PAID_CONTROL, "no_key", SEED)
    return Proof(
        promise="Control: without idempotency keys asking again is seen to be charged again",
        tried=f"{PAID_CONTROL} kills, a provider who takes no key (seed {SEED})",
        found=f"{over(done['twice'])} charged twice",
        held=int(str(done["twice"])) > 0,
    )


def batched(folder: Path) -> Proof:
    """Kill a batch at a provider who takes no key: what nobody knows is left open, nothing asked twice."""
    done = run(BATCHING, folder / "batch.db", BATCH, BATCH_KILLS, "keyless", SEED)
    whole = int(str(done["answered"])) + int(str(done["left_open"])) == BATCH
    return Proof(
        promise="A batch of look-ups survives kill -9, goes on where it was and has nothing charged twice",
        tried=f"{BATCH:,} look-ups at a provider who charges and takes no key, {BATCH_KILLS} times kill -9 "
        f"(seed {SEED})",
        found=f"{done['twice']} charged twice; {over(done['answered'])} answered, the rest left open for a "
        f"person (at most {AT_ONCE} a kill); {over(done['entries'])} log entries",
        held=not done["twice"] and whole and bool(done["verifies"]) and _few(done["left_open"]),
    )


def batched_keyed(folder: Path) -> Proof:
    """The same at a provider who counts one key once: all of it is answered."""
    done = run(BATCHING, folder / "keyed.db", BATCH_KEYED, BATCH_KILLS, "keyed", SEED)
    return Proof(
        promise="The same with a provider who counts one idempotency key once: none is left open",
        tried=f"{BATCH_KEYED:,} look-ups, {BATCH_KILLS} times kill -9 (seed {SEED})",
        found=f"{done['twice']} charged twice; {done['answered']:,} answered, {done['left_open']} left open",
        held=not done["twice"] and done["answered"] == BATCH_KEYED and bool(done["verifies"]),
    )


def batched_blind(folder: Path) -> Proof:
    """The control: a house that puts every question again, whatever became of it."""
    done = run(BATCHING, folder / "blind.db", BATCH_CONTROL, BATCH_KILLS, "blind", SEED)
    return Proof(
        promise="Control: a batch that asks again what it does not know is seen to be charged twice",
        tried=f"{BATCH_CONTROL:,} look-ups asked again on purpose, {BATCH_KILLS} times kill -9 (seed {SEED})",
        found=f"{over(done['twice'])} charged twice",
        held=int(str(done["twice"])) > 0,
    )


def _few(left_open: object) -> bool:
    return int(str(left_open)) <= BATCH_KILLS * AT_ONCE


PAID: tuple[Callable[[Path], Proof], ...] = (
    paid, paid_late, paid_without_keys, batched, batched_keyed, batched_blind,
)  # fmt: skip
