"""The Merkle tree of RFC 6962 (and 9162) over the log's entries: roots and proofs; their strict check
is in tracer.proof, which an outsider can run alone.

Pure: a proof is computed from ``node(level, index)``, the hash of the perfect subtree over the leaves
``index * 2**level`` up to (not including) ``(index + 1) * 2**level``; level 0 is the leaves themselves.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence

from tracer.proof import EMPTY_ROOT, HASH_SIZE, leaf_hash, node_hash, verify_consistency, verify_inclusion

__all__ = [
    "EMPTY_ROOT",
    "HASH_SIZE",
    "Frontier",
    "Node",
    "consistency_proof",
    "fold",
    "inclusion_proof",
    "leaf_hash",
    "node_hash",
    "perfect",
    "root",
    "uncovered",
    "verify_consistency",
    "verify_inclusion",
]

Node = Callable[[int, int], bytes]


def perfect(size: int) -> tuple[tuple[int, int], ...]:
    """Give the perfect subtrees (level, index) that make up a tree of ``size`` leaves, left to right."""
    found = []
    start = 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            found.append((level, start >> level))
            start += 1 << level
    return tuple(found)


def fold(subtrees: Iterable[bytes]) -> bytes:
    """Give the root over perfect subtrees handed in left to right; of none, the empty tree's root."""
    hashes = list(subtrees)
    if not hashes:
        return EMPTY_ROOT
    root = hashes.pop()
    while hashes:
        root = node_hash(hashes.pop(), root)
    return root


def root(size: int, node: Node) -> bytes:
    """Give the root of the first ``size`` leaves."""
    return fold(node(level, index) for level, index in perfect(size))


class Frontier:
    """The right edge of a growing tree: the perfect subtrees of its size, left to right."""

    __slots__ = ("size", "subtrees")

    def __init__(self, size: int = 0, subtrees: Iterable[bytes] = ()) -> None:
        self.size = size
        self.subtrees = list(subtrees)
        if len(self.subtrees) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} perfect subtrees")

    def add(self, leaf: bytes) -> Iterator[tuple[int, int, bytes]]:
        """Add a leaf; give every subtree it completes above level 0, as (level, index, hash)."""
        index = self.size
        self.size += 1
        level = 0
        while index & 1:
            leaf = node_hash(self.subtrees.pop(), leaf)
            index >>= 1
            level += 1
            yield level, index, leaf
        self.subtrees.append(leaf)

    def root(self) -> bytes:
        """The root of the tree as it stands."""
        return fold(self.subtrees)


def _range(start: int, end: int, node: Node) -> bytes:
    # The hash over leaves start..end where start is a multiple of the largest power of two below the length:
    # what RFC 6962 calls MTH(D[start:end]) for every range a proof needs.
    subtrees = ((level, (start >> level) + index) for level, index in perfect(end - start))
    return fold(node(level, index) for level, index in subtrees)


def _split(size: int) -> int:
    # The largest power of two smaller than size.
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_proof(index: int, size: int, node: Node) -> tuple[bytes, ...]:
    """Give the audit path of leaf ``index`` (from 0) in the tree of the first ``size`` leaves."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_range(middle, end, node))
            end = middle
        else:
            path.append(_range(start, middle, node))
            start = middle
    return tuple(reversed(path))


def uncovered(leaves: Sequence[int], size: int) -> Iterator[tuple[int, int]]:
    """Give the largest perfect subtrees of a tree of ``size`` that hold none of ``leaves``, left to right.

    As (level, index). ``leaves`` are in order, each below ``size``. With these hashes whoever has the leaves
    computes the root (``tracer.proof.root_with``): one proof for any number of entries.
    """

    def over(start: int, end: int, low: int, high: int) -> Iterator[tuple[int, int]]:
        width = end - start
        if low == high and width & (width - 1) == 0:
            yield width.bit_length() - 1, start // width
        elif width > 1 and high - low < width:
            middle = start + _split(width)
            cut = bisect_left(leaves, middle, low, high)
            yield from over(start, middle, low, cut)
            yield from over(middle, end, cut, high)

    if size:
        yield from over(0, size, 0, len(leaves))


def consistency_proof(old: int, new: int, node: Node) -> tuple[bytes, ...]:
    """Give the proof that the first ``old`` leaves are the beginning of the first ``new``."""
    if not 1 <= old <= new:
        raise ValueError(f"no proof from {old} to {new} leaves")
    path: list[bytes] = []
    start, end = 0, new
    whole = True  # the old tree is a complete subtree the verifier already knows
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_range(middle, end, node))
            end = middle
        else:
            path.append(_range(start, middle, node))
            start = middle
            whole = False
    if not whole:
        path.append(_range(start, end, node))
    return tuple(reversed(path))
