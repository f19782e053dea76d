"""The tree against the published vectors, RFC 6962's definition written out, and known answers."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracer.log import tree

VECTORS = Path(__file__).parents[4] / "shared/vectors/transparency-dev-merkle-testdata"
# The eight leaves of transparency-dev/merkle testonly/constants.go (Apache-2.0) and the root over them.
LEAVES = tuple(
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
)
ROOT_OF_EIGHT = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 §2.1 as written: the oracle."""
    if not leaves:
        return tree.EMPTY_ROOT
    if len(leaves) == 1:
        return tree.leaf_hash(leaves[0])
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    return tree.node_hash(naive_root(leaves[:middle]), naive_root(leaves[middle:]))


def naive_path(index: int, leaves: list[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    if index < middle:
        return [*naive_path(index, leaves[:middle]), naive_root(leaves[middle:])]
    return [*naive_path(index - middle, leaves[middle:]), naive_root(leaves[:middle])]


def stored(leaves: list[bytes]) -> Callable[[int, int], bytes]:
    nodes = {}
    frontier = tree.Frontier()
    for index, leaf in enumerate(leaves):
        nodes[0, index] = tree.leaf_hash(leaf)
        for level, place, found in frontier.add(nodes[0, index]):
            nodes[level, place] = found
    return lambda level, place: nodes[level, place]


def text(value: str | None) -> bytes:
    return base64.b64decode(value or "")


def cases(kind: str) -> list[Path]:
    return sorted((VECTORS / kind).rglob("*.json"))


@pytest.mark.skipif(not VECTORS.is_dir(), reason="the published vectors (../shared/vectors) are not here")
def test_all_196_published_vectors_are_judged_as_published() -> None:
    wrong = []

    for path in cases("inclusion"):
        case = json.loads(path.read_text())
        proof = [text(step) for step in case["proof"] or ()]
        found = tree.verify_inclusion(
            case["leafIdx"], case["treeSize"], text(case["leafHash"]), text(case["root"]), proof
        )
        wrong += [path.name] if found is case["wantErr"] else []
    for path in cases("consistency"):
        case = json.loads(path.read_text())
        proof = [text(step) for step in case["proof"] or ()]
        found = tree.verify_consistency(
            case["size1"], case["size2"], text(case["root1"]), text(case["root2"]), proof
        )
        wrong += [path.name] if found is case["wantErr"] else []

    assert len(cases("inclusion")) + len(cases("consistency")) == 196
    assert wrong == []


@pytest.mark.skipif(not VECTORS.is_dir(), reason="the published vectors (../shared/vectors) are not here")
def test_the_300_leaf_tile_tree_has_the_published_root() -> None:
    mirror = VECTORS.parent / "cmd/skylight/testdata/witness/mirror"
    folder = next(path for path in mirror.iterdir() if path.is_dir())
    tiles = [folder / "tile/0/000", folder / "tile/0/001.p/44"]
    leaves = [tile.read_bytes()[at : at + 32] for tile in tiles for at in range(0, tile.stat().st_size, 32)]
    size, published = (folder / "checkpoint").read_text().splitlines()[1:3]
    frontier = tree.Frontier()

    level_eight = [found for leaf in leaves for level, _, found in frontier.add(leaf) if level == 8]

    assert frontier.size == int(size) == 300
    assert frontier.root() == base64.b64decode(published)
    assert level_eight == [(folder / "tile/1/000.p/1").read_bytes()]


def test_the_published_eight_leaves_have_the_published_root() -> None:
    frontier = tree.Frontier()

    for leaf in LEAVES:
        for _ in frontier.add(tree.leaf_hash(leaf)):
            pass

    assert frontier.root().hex() == ROOT_OF_EIGHT


def test_the_empty_tree_and_the_empty_leaf_have_their_known_hashes() -> None:
    assert tree.EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert tree.leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert tree.root(0, stored([])) == tree.EMPTY_ROOT


def test_roots_and_proofs_of_every_tree_up_to_130_leaves_are_those_of_the_definition() -> None:
    leaves = [index.to_bytes(2, "big") for index in range(130)]
    node = stored(leaves)
    roots = [naive_root(leaves[:size]) for size in range(len(leaves) + 1)]

    for size in range(1, len(leaves) + 1):
        assert tree.root(size, node) == roots[size]
        for index in range(size):
            proof = tree.inclusion_proof(index, size, node)
            leaf = tree.leaf_hash(leaves[index])
            assert tree.verify_inclusion(index, size, leaf, roots[size], proof)
            if size in {1, 2, 3, 7, 8, 65, 130}:
                assert list(proof) == naive_path(index, leaves[:size])
        for old in range(1, size + 1):
            path = tree.consistency_proof(old, size, node)
            assert tree.verify_consistency(old, size, roots[old], roots[size], path)


@given(size=st.integers(2, 200), data=st.data())
def test_a_proof_changed_anywhere_proves_nothing(size: int, data: st.DataObject) -> None:
    leaves = [index.to_bytes(2, "big") for index in range(size)]
    node = stored(leaves)
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size - 1))
    root, leaf = tree.root(size, node), tree.leaf_hash(leaves[index])
    path = list(tree.inclusion_proof(index, size, node))
    chain = list(tree.consistency_proof(old, size, node))
    step, bit = data.draw(st.integers(0, len(path) - 1)), data.draw(st.integers(0, 255))
    link = data.draw(st.integers(0, len(chain) - 1))

    path[step] = _flipped(path[step], bit)
    chain[link] = _flipped(chain[link], bit)

    assert not tree.verify_inclusion(index, size, leaf, root, path)
    assert not tree.verify_inclusion(index, size, leaf, root, [*path, root])
    assert not tree.verify_consistency(old, size, tree.root(old, node), root, chain)
    assert not tree.verify_consistency(old, size, tree.root(old, node), root, chain[:-1])


def _flipped(value: bytes, bit: int) -> bytes:
    changed = bytearray(value)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_a_leaf_outside_the_tree_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="is not in a tree"):
        tree.inclusion_proof(index, size, stored([b"a", b"b", b"c"]))


@pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3)])
def test_there_is_no_proof_from_nothing_or_backwards(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="no proof"):
        tree.consistency_proof(old, new, stored([b"a", b"b", b"c"]))


def test_a_frontier_must_fit_its_size() -> None:
    with pytest.raises(ValueError, match="perfect subtrees"):
        tree.Frontier(3, [tree.EMPTY_ROOT])
