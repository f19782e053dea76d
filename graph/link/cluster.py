"""Scored pairs → persons, with evidence for the whole group: a bridge joins nothing that contradicts itself.

Groups grow from the strongest link down. Two groups are joined when the mean of the bits between all their
rows, compared or not by blocking, favours it; so a weak chain between two strong groups is refused, and a row
that looks like one member only is judged against all. The answer does not depend on the order of the rows
beyond their places, which the caller has put in order.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Scorer = Callable[[Places, Places], Floats]

MOST = 10.0
"""Most bits one pair may count for or against joining two groups: no single pair outvotes the others."""
LARGEST = 200
"""Up to so many rows hanging together every pair of them is scored; beyond, pairs that blocking did not find
count as ``NOT_FOUND`` each."""
NOT_FOUND = -4.0
ONE_EACH = 0.02
"""A file holds every person once when fewer rows of the other file than this share have two partners."""


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """``of`` names each row's group by its first row. ``left``, ``right``, ``bits`` are the pairs given and
    those scored on the way; ``linkage`` is the mean evidence over the threshold by which the pair's groups
    were joined, or refused."""

    of: Places
    left: Places
    right: Places
    bits: Floats
    linkage: Floats


def components(rows: int, left: Places, right: Places) -> Places:
    """Give each row the first row it hangs together with."""
    label = np.arange(rows, dtype=np.int64)
    a, b = left, right
    while len(a):
        # Labels are roots here; hooking the roots takes along everything that points to them.
        ours, theirs = label[a], label[b]
        low = np.minimum(ours, theirs)
        np.minimum.at(label, ours, low)
        np.minimum.at(label, theirs, low)
        while True:
            jumped = label[label]
            if (jumped == label).all():
                break
            label = jumped
        open_ = label[a] != label[b]
        a, b = a[open_], b[open_]
    return label


def one_row_each(
    left: Places, right: Places, bits: Floats, source: npt.NDArray[np.int8]
) -> tuple[bool, bool]:
    """Tell for each of two files whether it seems to hold every person once, from the strong pairs."""
    answer = []
    for side in (1, 0):
        mine = np.where(source[left] == side, left, right)
        _rows, partners = np.unique(mine, return_counts=True)
        answer.append(bool(len(partners)) and float((partners > 1).mean()) < ONE_EACH)
    return answer[0], answer[1]


def cluster(
    rows: int,
    left: Places,
    right: Places,
    bits: Floats,
    threshold: float,
    score: Scorer,
    apart: npt.NDArray[np.int8] | None = None,
    same: tuple[tuple[int, int], ...] = (),
    different: tuple[tuple[int, int], ...] = (),
) -> Clusters:
    """Give the groups. ``apart[row]`` > 0 marks rows of which no two with one mark may be in one group;
    ``same`` and ``different`` are pairs a person has judged, and no score joins two judged different."""
    strong = bits >= threshold
    judged = np.array(same, dtype=np.int64).reshape(-1, 2)
    hangs = components(
        rows, np.concatenate([left[strong], judged[:, 0]]), np.concatenate([right[strong], judged[:, 1]])
    )
    sizes = np.bincount(hangs, minlength=rows)
    left, right, bits = _filled(hangs, sizes, left, right, bits, score)
    inside = np.flatnonzero(hangs[left] == hangs[right])
    of = hangs.copy()
    linkage = np.where(hangs[left] == hangs[right], bits - threshold, np.nan)
    component = hangs[left[inside]]
    order = inside[np.argsort(component, kind="stable")]
    component = hangs[left[order]]
    worst = np.full(rows, np.inf)
    np.minimum.at(worst, component, bits[order])
    marked = np.zeros(rows, dtype=np.bool_)
    if apart is not None:
        both = (apart[left[order]] > 0) & (apart[left[order]] == apart[right[order]])
        marked[component[both]] = True
    for pair in (*same, *different):
        marked[hangs[list(pair)]] = True
    # Where every pair is a match there is nothing to decide.
    doubtful = np.flatnonzero((sizes > 1) & ((worst < threshold) | marked))
    starts = np.searchsorted(component, doubtful, "left")
    ends = np.searchsorted(component, doubtful, "right")
    joined, parted = _by_row(same), _by_row(different)
    by_group = np.argsort(hangs, kind="stable")
    ends_at = np.cumsum(sizes)
    for first, start, end in zip(doubtful.tolist(), starts.tolist(), ends.tolist(), strict=True):
        held = by_group[ends_at[first] - sizes[first] : ends_at[first]].tolist()
        _agglomerate(held, order[start:end], left, right, bits, threshold, of, linkage, apart, joined, parted)
    return Clusters(of, left, right, bits, linkage)


def _by_row(pairs: tuple[tuple[int, int], ...]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for a, b in pairs:
        found.setdefault(a, set()).add(b)
        found.setdefault(b, set()).add(a)
    return found


def _filled(
    hangs: Places, sizes: npt.NDArray[np.intp], left: Places, right: Places, bits: Floats, score: Scorer
) -> tuple[Places, Places, Floats]:
    """Add the pairs within groups of three and more rows that blocking did not find."""
    rows = len(hangs)
    member = np.flatnonzero((sizes[hangs] > 2) & (sizes[hangs] <= LARGEST))
    if not len(member):
        return left, right, bits
    member = member[np.argsort(hangs[member], kind="stable")]
    found = []
    starts = np.flatnonzero(np.concatenate(([True], hangs[member][1:] != hangs[member][:-1])))
    counts = np.diff(np.append(starts, len(member)))
    for size in np.unique(counts).tolist():
        blocks = member[starts[counts == size][:, None] + np.arange(size)]
        a, b = np.triu_indices(size, k=1)
        found.append((blocks[:, a] * rows + blocks[:, b]).ravel())
    wanted = np.setdiff1d(np.concatenate(found), left * rows + right, assume_unique=True)
    if not len(wanted):
        return left, right, bits
    a, b = wanted // rows, wanted % rows
    packed = np.concatenate([left * rows + right, wanted])
    order = np.argsort(packed, kind="stable")
    packed = packed[order]
    return packed // rows, packed % rows, np.concatenate([bits, score(a, b)])[order]


def _agglomerate(
    rows: list[int],
    where: Places,
    left: Places,
    right: Places,
    bits: Floats,
    threshold: float,
    of: Places,
    linkage: Floats,
    apart: npt.NDArray[np.int8] | None,
    joined: dict[int, set[int]],
    parted: dict[int, set[int]],
) -> None:
    """Split the rows that hang together into groups; write ``of`` and ``linkage``."""
    a, b = left[where].tolist(), right[where].tolist()
    worth = np.clip(bits[where] - threshold, -MOST, MOST).tolist()
    total: dict[int, dict[int, float]] = {row: {} for row in rows}
    members: dict[int, list[int]] = {row: [row] for row in rows}
    known: dict[int, dict[int, int]] = {row: {} for row in rows}
    for x, y, bit in zip(a, b, worth, strict=True):
        total[x][y] = total[y][x] = bit
        known[x][y] = known[y][x] = 1
    never = {row: parted.get(row, set()) & set(rows) for row in rows}
    if apart is not None:
        by_mark: dict[int, list[int]] = {}
        for row in rows:
            by_mark.setdefault(int(apart[row]), []).append(row)
        for mark, held in by_mark.items():
            if mark > 0:
                for row in held:
                    never[row] = never[row] | (set(held) - {row})

    def mean(x: int, y: int) -> float:
        pairs = len(members[x]) * len(members[y])
        return (total[x][y] + NOT_FOUND * (pairs - known[x][y])) / pairs

    def join(x: int, y: int) -> int:
        x, y = min(x, y), max(x, y)
        members[x] += members.pop(y)
        for other, bit in total.pop(y).items():
            del total[other][y]
            seen = known[other].pop(y)
            if other == x:
                continue
            total[x][other] = total[other][x] = total[x].get(other, 0.0) + bit
            known[x][other] = known[other][x] = known[x].get(other, 0) + seen
        known.pop(y)
        for other in never.pop(y):
            never[other].discard(y)
            never[other].add(x)
            never[x].add(other)
        return x

    group = {row: row for row in rows}
    for row in rows:
        for other in sorted(joined.get(row, ())):
            x, y = group[row], group[other]
            if x != y and y not in never[x]:
                if y not in total[x]:
                    total[x][y] = total[y][x] = 0.0
                    known[x][y] = known[y][x] = 0
                kept = join(x, y)
                for member in members[kept]:
                    group[member] = kept
    heap = [(-mean(x, y), x, y) for x, others in total.items() for y in others if x < y and mean(x, y) >= 0]
    heapq.heapify(heap)
    merged: dict[int, float] = {}
    while heap:
        cost, x, y = heapq.heappop(heap)
        if x not in members or y not in members or y in never[x] or y not in total[x] or mean(x, y) != -cost:
            continue
        kept = join(x, y)
        merged[kept] = min(merged.get(x, np.inf), merged.get(y, np.inf), -cost)
        for other in total[kept]:
            value = mean(kept, other)
            if value >= 0:
                heapq.heappush(heap, (-value, min(kept, other), max(kept, other)))
    for held in members.values():
        for row in held:
            group[row] = min(held)
            of[row] = min(held)
    name = {min(held): kept for kept, held in members.items()}
    for place, x, y in zip(where.tolist(), a, b, strict=True):
        if group[x] == group[y]:
            linkage[place] = merged.get(name[group[x]], 0.0)
        else:
            kept_x, kept_y = name[group[x]], name[group[y]]
            barred = kept_y in never[kept_x]
            linkage[place] = -MOST if barred else mean(kept_x, kept_y)
