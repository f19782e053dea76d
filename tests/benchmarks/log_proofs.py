"""Verifying and proving at a million entries, beside pymerkle over the same texts in the same run.

    .venv/bin/python -m tests.benchmarks.log_proofs [entries] [--peer PYTHON]

pymerkle (GPL) is never installed with this project: ``--peer`` names the Python of an environment that has
it; without one it is left out. It keeps its tree in SQLite too.
"""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.log_review import write
from tests.benchmarks.measuring import SEED, Figure, forget_peak, peak, tell, timed
from tests.benchmarks.measuring import arguments as common
from tracer.log import Log, Verification
from tracer.log.tree import leaf_hash
from tracer.proof import verify_consistency, verify_inclusion

PROOFS = 2000
PEER_PROOFS = 40  # one takes some hundred times as long
PEER_PROGRAM = """
import json, random, statistics, sys, time
from pymerkle import SqliteTree, verify_inclusion
folder, count, proofs, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
tree = SqliteTree(folder + "/peer.db", algorithm="sha256")
with open(folder + "/texts") as file:
    texts = [line.rstrip("\\n").encode() for line in file]
start = time.perf_counter()
tree.append_entries(texts, chunksize=100_000)
built = time.perf_counter() - start
start = time.perf_counter()
state = tree.get_state()
root = time.perf_counter() - start
dice = random.Random(seed)
took, sizes = [], []
for _ in range(proofs):
    index = dice.randrange(1, count + 1)
    start = time.perf_counter()
    proof = tree.prove_inclusion(index, count)
    took.append(time.perf_counter() - start)
    sizes.append(len(json.dumps(proof.serialize())))
print(json.dumps({"built": count / built, "root": root, "proof": statistics.median(took), "most": max(took),
                  "size": max(sizes), "state": state.hex()}))
"""


def measured(what: Callable[[int], object], numbers: list[int]) -> tuple[float, float]:
    """Give the median and the longest time of a call, in milliseconds."""
    took = []
    for number in numbers:
        start = time.perf_counter()
        what(number)
        took.append((time.perf_counter() - start) * 1000)
    return statistics.median(took), max(took)


def peer(log: Log, folder: Path, count: int, python: Path | None) -> dict[str, float]:
    """Let pymerkle do the same; {} where it is not to be had."""
    if python is None:
        return {}
    with (folder / "texts").open("w", encoding="utf-8") as file:
        file.writelines(f"{entry.text}\n" for entry in log.entries())
    done = subprocess.run(
        [str(python), "-c", PEER_PROGRAM, str(folder), str(count), str(PEER_PROOFS), str(SEED)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        print(done.stderr[-400:], file=sys.stderr)
        return {}
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    """Measure and print."""
    python = None
    if "--peer" in sys.argv:
        place = sys.argv.index("--peer")
        python = Path(sys.argv[place + 1])
        del sys.argv[place : place + 2]
    chosen = common(__doc__ or "", 1_000_000, "entries in the log")
    with tempfile.TemporaryDirectory(dir=chosen.folder) as name:
        folder = Path(name)
        database = folder / "tracer.db"
        with Log.create(database) as log:
            write(log, database, chosen.size)
            head = log.head()
            forget_peak()
            before = peak()
            checked: list[Verification] = []
            spent = timed(lambda: checked.append(log.verify()))
            assert checked[0].ok
            dice = random.Random(SEED)
            numbers = [dice.randrange(1, head.size + 1) for _ in range(PROOFS)]
            proof, longest = measured(log.inclusion, numbers)
            most = max(sum(map(len, log.inclusion(number))) for number in numbers[:200])
            both, both_longest = measured(log.consistency, numbers)
            entry = log.entry(numbers[0])
            assert entry is not None
            path = log.inclusion(entry.seq)
            check, _ = measured(
                lambda _: verify_inclusion(
                    entry.seq - 1, head.size, leaf_hash(entry.text.encode()), head.root, path
                ),
                numbers[:500],
            )
            old = numbers[1]
            assert verify_consistency(old, head.size, log.root(old), head.root, log.consistency(old))
            theirs = peer(log, folder, head.size, python)
    beside = "pymerkle 7: {}" if theirs else "pymerkle: not installed here"
    if theirs:
        assert theirs["state"] == head.root.hex(), "pymerkle gives another root"
    tell(
        (
            Figure(
                what=f"verify {head.size:,} entries, every leaf and subtree",
                figure=f"{head.size / spent.processor:,.0f} entries/s of processor "
                f"({head.size / spent.seconds:,.0f}/s by the clock), {peak() - before:.0f} MB more memory",
                beside="goal: 250,000/s; pymerkle verifies single proofs only",
            ),
            Figure(
                what="inclusion proof",
                figure=f"{proof:.2f} ms (longest {longest:.1f}), at most {most} bytes; "
                f"checked in {check:.3f} ms",
                beside="goal: 1 ms, 640 bytes; "
                + beside.format(
                    f"{theirs['proof'] * 1000:.1f} ms, {theirs['size']:.0f} bytes as JSON" if theirs else ""
                ),
            ),
            Figure(what="consistency proof", figure=f"{both:.2f} ms (longest {both_longest:.1f})"),
            Figure(
                what="the same root",
                figure="computed by both" if theirs else "not compared",
                beside=beside.format(f"built at {theirs['built']:,.0f} entries/s" if theirs else ""),
            ),
        ),
        as_json=chosen.json,
    )


if __name__ == "__main__":
    main()
