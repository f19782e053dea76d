"""Which pairs of rows a person should judge first: those whose verdict is expected to change most.

A verdict against what stands joins two groups, or parts one. What it is worth is how many pairs of rows that
turns, times how likely it is: a pair near even odds between two single rows is worth less than a likelier
one between two large groups. Reviewers err too (``MISTAKEN``), and what they say counts for more than any
score: a pair of which the machine is surer than they are is not worth asking, and there the queue ends.
Within a group only the links that hold it together are asked about (its strongest tree): of rows that hang
together by others too nothing would follow from one verdict.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from graph.link.engine import Linked
from graph.link.score import probability
from graph.link.sharpen import MISTAKEN

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Two rows (places in the input, ``left`` < ``right``), what stands of them (``joined``), the probability
    ``p`` that they are one person, and how many ``pairs`` of rows a verdict against it turns. ``worth`` is
    how many of them asking is expected to put right, less those that a mistaken verdict would put wrong."""

    left: int
    right: int
    joined: bool
    bits: float
    p: float
    pairs: int
    worth: float


def doubts(linked: Linked, judged: Iterable[Pair] = (), most: int = 1000) -> tuple[Doubt, ...]:
    """Give the pairs worth a verdict, the worthiest first, ``most`` at most.

    ``judged`` pairs are left out, and of several pairs between two groups only the worthiest is given: its
    verdict may settle the others.
    """
    done = {(min(pair), max(pair)) for pair in judged}
    left = np.minimum(linked.open_left, linked.open_right)
    right = np.maximum(linked.open_left, linked.open_right)
    # The likeliest first, then by the places of rows: the answer is the same whatever the machine.
    order = np.lexsort((right, left, -linked.open_bits))
    columns = (column[order].tolist() for column in (left, right, linked.open_bits))
    pairs = list(zip(*columns, strict=True))
    found = [*_between(linked, pairs, done), *_within(linked, pairs, done)]
    found = [one for one in found if one.worth > 0.0]
    return tuple(sorted(found, key=lambda one: (-one.worth, one.left, one.right))[:most])


def _between(linked: Linked, pairs: list[tuple[int, int, float]], done: set[Pair]) -> Iterable[Doubt]:
    """Give for every two groups the likeliest pair that would join them."""
    sizes = np.bincount(linked.clusters, minlength=len(linked.clusters))
    seen: set[Pair] = set()
    for left, right, bits in pairs:
        ours, theirs = int(linked.clusters[left]), int(linked.clusters[right])
        groups = (min(ours, theirs), max(ours, theirs))
        if ours != theirs and groups not in seen and (left, right) not in done:
            seen.add(groups)
            yield _doubt(left, right, bits, False, int(sizes[ours] * sizes[theirs]))


def _within(linked: Linked, pairs: list[tuple[int, int, float]], done: set[Pair]) -> Iterable[Doubt]:
    """Give the open links of each group's strongest tree, and how many pairs of rows each holds together."""
    sizes = np.bincount(linked.firm, minlength=len(linked.firm))
    root: dict[int, int] = {}

    def top(node: int) -> int:
        while node in root:
            node = root[node]
        return node

    # Each join of two parts is remembered with the nodes below it, so that a link's two sides are known.
    ends: dict[int, list[int]] = {}
    tree: dict[int, list[tuple[int, int, int, int, float]]] = {}
    for left, right, bits in pairs:
        group = int(linked.clusters[left])
        if group != linked.clusters[right]:
            continue
        a, b = int(linked.firm[left]), int(linked.firm[right])
        x, y = top(a), top(b)
        if x != y:
            root[y] = x
            tree.setdefault(group, []).append((a, b, left, right, bits))
            ends.setdefault(a, []).append(b)
            ends.setdefault(b, []).append(a)
    for links in tree.values():
        whole = {node for a, b, *_rest in links for node in (a, b)}
        total = sum(int(sizes[node]) for node in whole)
        for a, b, left, right, bits in links:
            if (left, right) not in done:
                side = sum(int(sizes[node]) for node in _side(ends, a, b))
                yield _doubt(left, right, bits, True, side * (total - side))


def _side(ends: dict[int, list[int]], node: int, away: int) -> set[int]:
    """Give the nodes of a tree that are on this side of the link from ``node`` to ``away``."""
    found, todo = {node, away}, [node]
    while todo:
        for near in ends[todo.pop()]:
            if near not in found:
                found.add(near)
                todo.append(near)
    return found - {away}


def _doubt(left: int, right: int, bits: float, joined: bool, pairs: int) -> Doubt:
    p = float(probability(np.array([bits]))[0])
    worth = pairs * ((1.0 - p if joined else p) - MISTAKEN)
    return Doubt(left=left, right=right, joined=joined, bits=bits, p=p, pairs=pairs, worth=worth)
