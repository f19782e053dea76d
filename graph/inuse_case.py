"""What the debtor's numbers say of each other: who is newer, who answered elsewhere, who is the likeliest.

Only numbers that are said to be his, or on which he was spoken to, say anything of others; a reference's or a
firm's neither gives nor takes. Numbers of another person in the same case are another group.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from graph.inuse_columns import Columns, Heard
from graph.inuse_features import NONE, YEAR, Alone

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

CASE: tuple[tuple[str, str], ...] = (
    ("own", "other_numbers"),
    ("own_numbers", "other_numbers"),
    ("numbers", "other_numbers"),
    ("first_lead", "other_numbers"),
    ("last_lead", "other_numbers"),
    ("firsthand_lead", "other_numbers"),
    ("self_lead", "other_numbers"),
    ("self_elsewhere", "other_numbers"),
    ("live_lead", "other_numbers"),
    ("sources_lead", "other_numbers"),
    ("records_lead", "other_numbers"),
    ("held_elsewhere", "other_numbers"),
    ("calls_share", "other_numbers"),
    ("case_calls", "other_numbers"),
    ("case_last_call", "other_numbers"),
    ("call_lead", "other_numbers"),
)
COUPLED: tuple[tuple[str, str], ...] = (
    ("bits", "calibration"),
    ("lead", "other_numbers"),
    ("best_other", "other_numbers"),
    ("sum_others", "other_numbers"),
    ("newer_best", "other_numbers"),
    ("newer_sum", "other_numbers"),
    ("place", "other_numbers"),
)
NEVER = -30.0


class Group:
    """The numbers of one person in one case, and who of them says something of the others."""

    def __init__(self, have: Columns, known: Alone) -> None:
        key = have.case * (int(have.person.max(initial=0)) + 1) + have.person
        self.of = np.unique(key, return_inverse=True)[1].astype(np.int64)
        self.count = int(self.of.max(initial=-1)) + 1
        self.gives: Flags = (known.column("records") > 0) | (known.column("self_count") > 0)
        self.takes: Flags = self.gives | (known.column("household") > 0)
        self.first = known.days["tie_first"]

    def best_other(self, value: Floats, none: float) -> Floats:
        """Give the largest value among the others of the group that say something."""
        rows = np.flatnonzero(self.gives)
        rows = rows[np.lexsort((rows, -value[rows], self.of[rows]))]
        group = self.of[rows]
        head = np.flatnonzero(np.r_[True, group[1:] != group[:-1]]) if len(rows) else rows
        first, second = np.full(self.count, -1), np.full(self.count, -1)
        first[group[head]] = rows[head]
        after = head + 1
        fits = after < len(rows)
        after, owner = after[fits], group[head[fits]]
        same = group[after] == owner
        second[owner[same]] = rows[after[same]]
        chosen = np.where(first[self.of] == np.arange(len(value)), second[self.of], first[self.of])
        return np.asarray(np.where(chosen >= 0, value[chosen], none), dtype=np.float64)

    def sum_others(self, value: Floats) -> Floats:
        """Give the sum over the others of the group that say something."""
        given = np.where(self.gives, value, 0.0)
        total = np.bincount(self.of, weights=given, minlength=self.count)
        return np.asarray(np.maximum(total[self.of] - given, 0.0), dtype=np.float64)

    def newer(self, value: Floats) -> tuple[Floats, Floats]:
        """Give the largest value and the sum of those that were first tied to him later than this one."""
        rows = np.lexsort((-value, -self.first, self.of))
        rows = rows[self.gives[rows] & (self.first[rows] > 0)]
        best, total = np.zeros(len(value)), np.zeros(len(value))
        if not len(rows):
            return best, total
        group, day, given = self.of[rows], self.first[rows], value[rows]
        new = np.r_[True, group[1:] != group[:-1]]
        block = np.r_[True, new[1:] | (day[1:] != day[:-1])]
        head = np.maximum.accumulate(np.where(new, np.arange(len(rows)), 0))
        start = np.maximum.accumulate(np.where(block, np.arange(len(rows)), 0))
        summed = np.r_[0.0, np.cumsum(given)]
        total[rows] = np.maximum(summed[start] - summed[head], 0.0)
        # Values are shares: a step of two a group keeps the running maximum inside its group.
        running = np.maximum.accumulate(given + 2.0 * group) - 2.0 * group
        best[rows] = np.where(start > head, running[np.maximum(start - 1, 0)], 0.0)
        return best, total


def case_features(have: Columns, known: Alone, group: Group) -> Floats:
    """Give the figures ``CASE`` of every number."""
    days, n = known.days, have.count
    out: dict[str, Floats] = {"own": group.gives.astype(np.float64)}
    out["own_numbers"] = group.sum_others(np.ones(n))
    out["numbers"] = np.bincount(group.of, minlength=group.count)[group.of].astype(np.float64)
    for name, day in (
        ("first_lead", days["tie_first"]),
        ("last_lead", days["tie_last"]),
        ("firsthand_lead", days["firsthand"]),
        ("self_lead", days["self"]),
        ("live_lead", days["live"]),
        ("call_lead", days["call"]),
    ):
        other = group.best_other(day.astype(np.float64), 0.0)
        out[name] = _lead(day, other)
    spoken = group.best_other(days["self"].astype(np.float64), 0.0)
    out["self_elsewhere"] = np.where(spoken > 0, (have.today - spoken) / YEAR, NONE)
    held = group.best_other(days["his"].astype(np.float64), 0.0)
    out["held_elsewhere"] = np.where(held > 0, (have.today - held) / YEAR, NONE)
    for name in ("sources", "records"):
        mine = known.column(name)
        out[f"{name}_lead"] = mine - group.best_other(mine, 0.0)
    calls = sum((known.column(f"{kind.name.lower()}_count") for kind in Heard), np.zeros(n))
    others = group.sum_others(calls)
    out["calls_share"] = np.where(calls + others > 0, calls / np.maximum(calls + others, 1.0), -1.0)
    out["case_calls"] = calls + others
    last = np.maximum(group.best_other(days["call"].astype(np.float64), 0.0), days["call"])
    out["case_last_call"] = np.where(last > 0, (have.today - last) / YEAR, NONE)
    rows = np.stack([out[name] for name, _ in CASE], axis=1)
    rows[~group.takes, 1:] = 0.0
    return rows


def _lead(mine: Ints, other: Floats) -> Floats:
    both = (mine > 0) & (other > 0)
    alone = np.where(mine > 0, NONE, np.where(other > 0, -NONE, 0.0))
    return np.where(both, (mine - other) / YEAR, alone)


def coupled_features(bits: Floats, group: Group) -> Floats:
    """Give the figures ``COUPLED``: what the forecasts of the person's numbers say of each other."""
    bits = np.clip(bits, -20.0, 20.0)
    p = 1.0 / (1.0 + np.exp2(-bits))
    best = group.best_other(bits, NEVER)
    newer, total = group.newer(p)
    above = np.zeros(len(bits))
    order = np.lexsort((-bits, group.of))
    order = order[group.gives[order]]
    if len(order):
        of, value = group.of[order], bits[order]
        new = np.r_[True, of[1:] != of[:-1]]
        # Equals have equally many above them.
        block = new | np.r_[True, value[1:] != value[:-1]]
        count = np.arange(len(order))
        head = np.maximum.accumulate(np.where(new, count, 0))
        above[order] = np.maximum.accumulate(np.where(block, count, 0)) - head
    rows = np.stack([bits, bits - best, best, group.sum_others(p), newer, total, above], axis=1)
    rows[~group.takes, 1:] = 0.0
    return rows
