"""How a market looks from outside: counts and single clues, to lay a made one beside one we did not make."""

from __future__ import annotations

import json
from collections import Counter

from tests.benchmarks.inuse.contest import Played
from tests.benchmarks.inuse.features import table
from tests.benchmarks.inuse.score import order

CLUES = {
    "own_age": "newest claim that it is his",
    "newest_first": "when last first seen as his",
    "sources": "sources that say so",
    "match_mean": "how well the name fits",
    "call_age:right_party": "last right party",
    "dead_run": "dead lines in a row at the end",
    "named": "registered holder",
    "lead:own_age": "ahead of his other numbers",
}
_FALLING = {"own_age", "newest_first", "call_age:right_party", "dead_run"}


def marginals(played: Played) -> dict[str, float]:
    """Give counts of a market's test cases and, for single clues, the AUC each has alone (0.5: none)."""
    with (played.folder / "test.jsonl").open(encoding="utf-8") as file:
        raw = [json.loads(line) for line in file]
    numbers = [number for case in raw for number in case["numbers"]]
    kinds: Counter[str] = Counter()
    heard: Counter[str] = Counter()
    undated = 0
    for number in numbers:
        for item in number["evidence"]:
            kinds[item["kind"] if item["kind"] in ("claim", "call") else "fact"] += 1
            undated += item["kind"] == "claim" and item["date"] is None
            if item["kind"] == "call":
                heard[item["outcome"]] += 1
    calls = max(kinds["call"], 1)
    found = {
        "numbers a case": len(numbers) / len(raw),
        "claims a number": kinds["claim"] / len(numbers),
        "calls a number": kinds["call"] / len(numbers),
        "carriers' facts a number": kinds["fact"] / len(numbers),
        "claims without a date": undated / max(kinds["claim"], 1),
        "calls that reach the debtor": heard["right_party"] / calls,
        "calls that reach a wrong party": heard["wrong_party"] / calls,
        "numbers in use": float(played.y.mean()),
        "cases without any": 1.0 - len(set(played.case[played.y > 0])) / len(raw),
    }
    rows, names = table(raw)
    for name, label in CLUES.items():
        column = rows[:, names.index(name)].astype(float)
        falling = -1.0 if name in _FALLING else 1.0
        found[f"AUC alone: {label}"] = order(falling * column, played.y, played.case)["auc"]
    return found
