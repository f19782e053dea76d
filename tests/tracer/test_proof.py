"""What an outsider runs: it takes what is whole, refuses everything else, and needs nothing of ours."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracer import proof
from tracer.log import Draft, Log, Notary, tree
from tracer.log.signer import Signer
from tracer.proof import Checkpoint, Item, Key, Note, Receipt, Unsound

SHARED = Path(__file__).parents[3] / "shared/vectors"
MIRROR = SHARED / "cmd/skylight/testdata/witness/mirror"
# The example of c2sp.org/signed-note, and that of golang.org/x/mod/sumdb/note, which it goes back to.
EXAMPLES = {
    "c2sp": (
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7"
        "Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n",
    ),
    "go": (
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is."
        "\n\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6K"
        "E6RyyBwJnAM=\n",
    ),
}


@dataclass
class Made:
    """A log of some entries, its key, and a receipt of one of them."""

    log: Log
    signer: Signer
    note: Note

    def receipt(self, *seqs: int) -> Receipt:
        size = Checkpoint.read(self.note.text).size
        items = []
        for seq in seqs:
            entry = self.log.entry(seq)
            assert entry is not None
            items.append(Item(entry.text, seq - 1, self.log.inclusion(seq, size)))
        return Receipt(tuple(items), self.note, (self.signer.key,))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("made")
    signer = Signer("log.example", bytes(range(32)))
    with Log.create(folder / "tracer.db", notary=Notary(signer)) as log:
        for number in range(21):
            log.append(Draft("import", actor="li.ming", body={"rows": number}))
        yield Made(log, signer, log.checkpoint().note)


def refused(text: bytes, kept: Note | None = None, keys: tuple[Key, ...] = ()) -> bool:
    try:
        proof.check(Receipt.read(text.decode()), keys, kept)
    except (Unsound, UnicodeDecodeError):
        return True
    return False


def test_a_receipt_holds_and_says_against_what(made: Made) -> None:
    receipt = Receipt.read(str(made.receipt(3, 17)))

    found = proof.check(receipt, (made.signer.key,), made.note)

    assert (found.entries, found.signers, found.anchored) == (2, ("log.example",), True)
    assert found.checkpoint.size == 21


def test_every_byte_of_a_receipt_that_is_flipped_is_found(made: Made) -> None:
    whole = str(made.receipt(6)).encode()
    assert not refused(whole)

    unseen = [
        (place, bit)
        for place in range(len(whole))
        for bit in (0x01, 0x20)
        if not refused(whole[:place] + bytes([whole[place] ^ bit]) + whole[place + 1 :])
    ]

    assert unseen == []


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_a_receipt_cut_or_with_more_in_it_is_refused(made: Made, data: st.DataObject) -> None:
    whole = str(made.receipt(6))
    start = data.draw(st.integers(0, len(whole) - 1))
    more = data.draw(st.sampled_from(["", " ", "\n", "0", '"', "{}"]))

    other = whole[:start] + more + whole[start + (0 if more else 1) :]

    assert other in (whole, whole + "\n") or refused(other.encode())


def test_a_receipt_of_the_same_entries_written_another_way_is_refused(made: Made) -> None:
    said = json.loads(str(made.receipt(6)))

    assert refused(json.dumps(said).encode())


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda item: replace(item, index=item.index + 1), "not in the log"),
        (lambda item: replace(item, path=item.path[:-1]), "not in the log"),
        (lambda item: replace(item, path=(*item.path, bytes(32))), "not in the log"),
        (lambda item: replace(item, entry=item.entry.replace('"rows":5', '"rows":6')), "not in the log"),
    ],
    ids=["another place", "a step left out", "a step too many", "another content"],
)
def test_an_entry_that_is_not_what_was_hashed_is_refused(made: Made, change: Any, why: str) -> None:
    receipt = made.receipt(6)

    with pytest.raises(Unsound, match=why):
        proof.check(replace(receipt, items=(change(receipt.items[0]),)))


def test_a_key_that_did_not_sign_is_told(made: Made) -> None:
    other = Signer("log.example", bytes(32))
    third = Signer("witness.example", bytes(32))

    with pytest.raises(Unsound, match="did not sign"):
        proof.check(made.receipt(6), (other.key,))
    with pytest.raises(Unsound, match="did not sign"):
        proof.check(made.receipt(6), (third.key,))


def test_a_signature_under_the_logs_name_by_another_key_is_refused(made: Made) -> None:
    thief = Signer("log.example", bytes(32))
    forged = thief.sign(made.note.text)
    borrowed = Note(forged.text, (replace(forged.lines[0], hash=made.signer.key.hash),))

    for note in (forged, borrowed):
        with pytest.raises(Unsound):
            proof.check(replace(made.receipt(6), note=note))


def test_a_signature_nobody_can_check_is_refused(made: Made) -> None:
    stranger = Signer("stranger.example", bytes(32)).sign(made.note.text).lines
    note = Note(made.note.text, (*made.note.lines, *stranger))

    with pytest.raises(Unsound, match="whose key is not there"):
        proof.check(replace(made.receipt(6), note=note))


@pytest.mark.parametrize(
    ("origin", "size", "root", "why"),
    [
        ("other.example", 21, None, "another log"),
        ("log.example", 20, None, "of 20 entries"),
        ("log.example", 21, bytes(32), "history was changed"),
    ],
    ids=["another log", "another size", "another history"],
)
def test_a_checkpoint_kept_that_is_another_is_told(
    made: Made, origin: str, size: int, root: bytes | None, why: str
) -> None:
    kept = made.signer.sign(str(Checkpoint(origin, size, root or Checkpoint.read(made.note.text).root)))

    with pytest.raises(Unsound, match=why):
        proof.check(made.receipt(6), (), kept)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_published_signed_notes_verify_and_a_changed_one_does_not(name: str) -> None:
    key, written = EXAMPLES[name]

    note = Note.read(written)

    assert str(note) == written
    assert str(Key.read(key)) == key
    assert note.by(Key.read(key)) is not None
    with pytest.raises(Unsound, match="not good"):
        Note(note.text + "More.\n", note.lines).by(Key.read(key))


@pytest.mark.skipif(not MIRROR.is_dir(), reason="the published vectors (../shared/vectors) are not here")
def test_the_root_of_a_real_tree_of_300_leaves_is_rebuilt_from_its_tiles() -> None:
    (folder,) = (path for path in MIRROR.iterdir() if path.is_dir())
    tiles = (folder / "tile/0/000").read_bytes() + (folder / "tile/0/001.p/44").read_bytes()
    leaves = [tiles[start : start + 32] for start in range(0, len(tiles), 32)]
    said = Checkpoint.read(Note.read((folder / "checkpoint").read_text(encoding="utf-8")).text)

    assert (len(leaves), said.origin) == (300, "rome2026h1.example.org")
    assert proof.root_of(leaves) == said.root
    assert proof.root_of(leaves[:256]) == (folder / "tile/1/000.p/1").read_bytes()


# Bundles


def bundled(made: Made, seqs: list[int], path: Path, **other: str) -> Path:
    size = Checkpoint.read(made.note.text).size
    texts = [entry.text for entry in made.log.entries() if entry.seq in seqs]
    hashes = made.log.uncovered([seq - 1 for seq in seqs], size)
    files = {
        proof.ENTRIES_FILE: "".join(f"{text}\n" for text in texts),
        proof.TREE_FILE: "".join(base64.b64encode(one).decode() + "\n" for one in hashes),
        proof.CHECKPOINT_FILE: str(made.note),
        proof.KEY_FILE: f"{made.signer.key}\n",
        **other,
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


@pytest.mark.parametrize(
    "seqs", [[], [1], [21], [1, 2, 3], [5, 16, 17, 21], list(range(1, 22))], ids=lambda seqs: f"{len(seqs)}"
)
def test_any_choice_of_entries_is_proved_together(made: Made, seqs: list[int], tmp_path: Path) -> None:
    found = proof.check_bundle(bundled(made, seqs, tmp_path / "b.zip"), (made.signer.key,), made.note)

    assert (found.entries, found.anchored) == (len(seqs), True)


@given(size=st.integers(1, 130), data=st.data())
@settings(max_examples=200, deadline=None)
def test_one_proof_for_any_leaves_of_any_tree_gives_its_root(size: int, data: st.DataObject) -> None:
    chosen = sorted(data.draw(st.sets(st.integers(0, size - 1))))
    texts = [json.dumps({"seq": number + 1, "v": 1}) for number in range(size)]
    leaves = [proof.leaf_hash(text.encode()) for text in texts]

    def node(level: int, index: int) -> bytes:
        return proof.root_of(leaves[index << level : (index + 1) << level])

    hashes = [node(*place) for place in tree.uncovered(chosen, size)]

    assert proof.root_with((texts[one] for one in chosen), size, hashes) == (
        proof.root_of(leaves),
        len(chosen),
    )


@pytest.mark.parametrize("name", [proof.ENTRIES_FILE, proof.TREE_FILE, proof.CHECKPOINT_FILE, proof.KEY_FILE])
def test_every_byte_of_a_bundles_proof_that_is_flipped_is_found(
    made: Made, name: str, tmp_path: Path
) -> None:
    with zipfile.ZipFile(bundled(made, [5, 16], tmp_path / "whole.zip")) as archive:
        text = archive.read(name).decode()
    unseen = []

    for place in range(len(text) - 1):
        other = text[:place] + chr(ord(text[place]) ^ 1) + text[place + 1 :]
        path = bundled(made, [5, 16], tmp_path / "b.zip", **{name: other})
        try:
            proof.check_bundle(path)
        except Unsound:
            continue
        unseen.append(place)

    assert unseen == []


@pytest.mark.parametrize(
    "lines", [[16, 5], [5, 5, 16], [5], [5, 16, 17]], ids=["order", "twice", "one gone", "one more"]
)
def test_entries_that_are_not_those_of_the_tree_are_refused(
    made: Made, lines: list[int], tmp_path: Path
) -> None:
    texts = {entry.seq: entry.text for entry in made.log.entries()}
    entries = "".join(f"{texts[seq]}\n" for seq in lines)

    with pytest.raises(Unsound):
        proof.check_bundle(bundled(made, [5, 16], tmp_path / "b.zip", **{proof.ENTRIES_FILE: entries}))


def test_a_name_of_staff_that_is_not_the_one_committed_to_is_refused(made: Made, tmp_path: Path) -> None:
    ((token, name, salt),) = made.log.staff.openings()
    right, wrong = (json.dumps([token, who, salt.hex()]) + "\n" for who in (name, "zhang.san"))

    assert (
        proof.check_bundle(bundled(made, [5], tmp_path / "a.zip", **{proof.STAFF_FILE: right})).entries == 1
    )
    with pytest.raises(Unsound, match="name of staff"):
        proof.check_bundle(bundled(made, [5], tmp_path / "b.zip", **{proof.STAFF_FILE: wrong}))


@pytest.mark.parametrize("blob", [b"", b"PK\x05\x06" + bytes(18), b"{}", b"\xff\xfe"], ids=str)
def test_what_is_neither_is_refused_in_words(blob: bytes, tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "thing"
    path.write_bytes(blob)

    assert proof.main([str(path)]) == 1
    assert capsys.readouterr().err.startswith("NOT PROVED: ")


def test_the_file_alone_checks_a_receipt_where_nothing_of_ours_is_installed(
    made: Made, tmp_path: Path
) -> None:
    import cryptography

    lonely = tmp_path / "lonely"
    lonely.mkdir()
    shutil.copy(proof.__file__, lonely / "proof.py")
    (lonely / "receipt.json").write_text(str(made.receipt(6)), encoding="utf-8")
    (lonely / "kept.txt").write_text(str(made.note), encoding="utf-8")
    bundled(made, [5], lonely / "bundle.zip")
    packages = lonely / "packages"
    packages.mkdir()
    # Only what cryptography itself needs is put where it can be found: none of ours, nothing else installed.
    site = Path(cryptography.__file__).parents[1]
    for path in site.iterdir():
        if path.name.lower().startswith(("cryptography", "cffi", "_cffi", "pycparser")):
            (packages / path.name).symlink_to(path)

    for name in ("receipt.json", "bundle.zip"):
        ran = subprocess.run(
            [sys.executable, "-I", "-S", "-c", RUN, str(packages), name, str(made.signer.key)],
            cwd=lonely,
            env={"TRACER_HOME": "/nonexistent"},
            capture_output=True,
            text=True,
            check=False,
        )

        assert (ran.returncode, ran.stderr) == (0, "")
        assert ran.stdout.startswith("PROVED: 1 entries")


RUN = """
import runpy, sys
packages, name, key = sys.argv[1:]
sys.path.append(packages)
for ours in ("tracer", "sources", "graph", "typer", "sqlmodel"):
    try:
        __import__(ours)
    except ImportError:
        continue
    raise SystemExit(f"{ours} is here")
sys.argv = ["proof.py", name, "--checkpoint", "kept.txt", "--key", key]
runpy.run_path("proof.py", run_name="__main__")
"""
