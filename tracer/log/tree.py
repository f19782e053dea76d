"""The Merkle tree of RFC 6962 (and 9162) over the log's entries: hashes, roots, proofs, their strict check.

Pure: a proof is computed from ``node(level, index)``, the hash of the perfect subtree over the leaves
``index * 2**level`` up to (not including) ``(index + 1) * 2**level``; level 0 is the leaves themselves.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()

Node = Callable[[int, int], bytes]


def leaf_hash(data: bytes) -> bytes:
    """Hash one entry's bytes (RFC 6962 §2.1: prefix 0x00)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two children (RFC 6962 §2.1: prefix 0x01)."""
    return sha256(b"\x01" + left + right).digest()


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


def verify_inclusion(index: int, size: int, leaf: bytes, root: bytes, proof: Iterable[bytes]) -> bool:
    """Tell whether ``proof`` shows the leaf hash at ``index`` (from 0) of the tree of ``size`` and ``root``.

    Strict: every hash has 32 bytes, no step is missing or left over (RFC 9162 §2.1.3.2).
    """
    path = tuple(proof)
    if not 0 <= index < size or any(len(step) != HASH_SIZE for step in (leaf, root, *path)):
        return False
    place, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(step, found)
            while not place & 1 and place:
                place >>= 1
                last >>= 1
        else:
            found = node_hash(found, step)
        place >>= 1
        last >>= 1
    return last == 0 and hmac.compare_digest(found, root)


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Iterable[bytes]) -> bool:
    """Tell whether ``proof`` shows that the tree of ``old`` leaves is the beginning of the tree of ``new``.

    Strict (RFC 9162 §2.1.4.2). Nothing can be shown about an empty tree: ``old`` is at least 1. For equal
    sizes the two roots are compared and the proof must be empty.
    """
    path = list(proof)
    if not 1 <= old <= new:
        return False
    if old == new:
        return not path and hmac.compare_digest(old_root, new_root)
    if not path or any(len(step) != HASH_SIZE for step in (old_root, new_root, *path)):
        return False
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    place, last = old - 1, new - 1
    while place & 1:
        place >>= 1
        last >>= 1
    first = second = path[0]
    for step in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            first = node_hash(step, first)
            second = node_hash(step, second)
            while not place & 1 and place:
                place >>= 1
                last >>= 1
        else:
            second = node_hash(second, step)
        place >>= 1
        last >>= 1
    return last == 0 and hmac.compare_digest(first, old_root) and hmac.compare_digest(second, new_root)
