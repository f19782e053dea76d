"""What an outsider needs to check the look-up log: one file, the standard library and ``cryptography``.

It trusts nobody: not the machine, the database or the one who runs it. Given an entry, a proof and a
checkpoint that somebody else kept, it computes whether the entry was in the log. Copy it and run::

    python proof.py receipt.json --checkpoint witnessed.txt --key "log-name+1a2b3c4d+…"

It takes a receipt (``.json``: a few entries, each with its proof) or a bundle (``.zip``: any number of them).

Formats: RFC 6962/9162 Merkle trees, C2SP signed notes, checkpoints and cosignatures (c2sp.org/signed-note,
/tlog-checkpoint, /tlog-cosignature).
"""

from __future__ import annotations

import argparse
import hmac
import json
import re
import sys
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from zipfile import BadZipFile, ZipFile, is_zipfile
from zlib import error as ZlibError

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()
RECEIPT = "look-up-receipt/1"
# What a bundle holds beside what people read. The names of staff only where they were to be told.
ENTRIES_FILE, TREE_FILE, CHECKPOINT_FILE, KEY_FILE = "entries.jsonl", "tree.txt", "checkpoint.txt", "key.txt"
STAFF_FILE = "staff.jsonl"
ENTRY_VERSION = 1
ED25519, COSIGNATURE = 1, 4  # kinds of signature: c2sp.org/signed-note, c2sp.org/tlog-cosignature
_DASH = "— "  # what begins a signature line
_NAME = re.compile(r"[^\s+]+")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
_MOST_SIGNATURES = 64


STAFF = "staff_"
_LETTERS = "bcdfghjklmnpqrst"  # sixteen that spell no word and no number


class Unsound(ValueError):
    """Something is not what it should be; the text says what, and never repeats what it read."""


# The tree


def leaf_hash(data: bytes) -> bytes:
    """Hash one entry's bytes (RFC 6962 §2.1: prefix 0x00)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two children (RFC 6962 §2.1: prefix 0x01)."""
    return sha256(b"\x01" + left + right).digest()


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Give the root over leaf hashes, however many."""
    edge: list[tuple[int, bytes]] = []
    for leaf in leaves:
        level = 0
        while edge and edge[-1][0] == level:
            leaf = node_hash(edge.pop()[1], leaf)
            level += 1
        edge.append((level, leaf))
    if not edge:
        return EMPTY_ROOT
    found = edge.pop()[1]
    while edge:
        found = node_hash(edge.pop()[1], found)
    return found


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


# Names


def staff(name: str, salt: bytes) -> str:
    """Give what stands in the log for a member of staff: who knows name and salt can check it."""
    digest = sha256(b"look-up log: staff\n" + salt + name.encode()).hexdigest()[:32]
    return STAFF + "".join(_LETTERS[int(digit, 16)] for digit in digest)


# Keys and notes


@dataclass(frozen=True, slots=True)
class Key:
    """A public key as C2SP writes it: ``name+hash+base64(kind, key)``."""

    name: str
    kind: int
    raw: bytes = field(repr=False)

    @classmethod
    def read(cls, text: str) -> Key:
        """Read a verifier key; raises Unsound."""
        name, _plus, rest = text.strip().partition("+")
        digest, _plus, encoded = rest.partition("+")
        packed = _decoded(encoded, "the key")
        if (
            not _NAME.fullmatch(name)
            or len(packed) != 1 + HASH_SIZE
            or packed[0] not in (ED25519, COSIGNATURE)
        ):
            raise Unsound("that is no key of a kind known here (name+hash+base64)")
        found = cls(name, packed[0], packed[1:])
        if digest != found.hash.hex():
            raise Unsound("the key's own hash does not fit it")
        return found

    @property
    def hash(self) -> bytes:
        """The four bytes by which signature lines name the key."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.raw).digest()[:4]

    def __str__(self) -> str:
        packed = b64encode(bytes([self.kind]) + self.raw).decode()
        return f"{self.name}+{self.hash.hex()}+{packed}"

    def signed(self, text: str, signature: bytes) -> bool:
        """Tell whether ``signature`` is this key's over the text of a note."""
        message = text.encode()
        if self.kind == COSIGNATURE:
            if len(signature) != 8 + 64:
                return False
            stamp, signature = int.from_bytes(signature[:8], "big"), signature[8:]
            message = f"cosignature/v1\ntime {stamp}\n".encode() + message
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class Line:
    """One signature line of a note: who says he signed, the four bytes naming his key, the signature."""

    name: str
    hash: bytes = field(repr=False)
    signature: bytes = field(repr=False)

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {b64encode(self.hash + self.signature).decode()}\n"

    @property
    def time(self) -> int | None:
        """When a witness says he saw it (seconds since 1970), if this is a timestamped cosignature."""
        return int.from_bytes(self.signature[:8], "big") if len(self.signature) == 72 else None


@dataclass(frozen=True, slots=True)
class Note:
    """A signed note: its text, which ends with a line break, and its signature lines."""

    text: str = field(repr=False)
    lines: tuple[Line, ...]

    @classmethod
    def read(cls, written: str) -> Note:
        """Read a note strictly; raises Unsound."""
        text, blank, block = written.rpartition("\n\n")
        text += "\n"
        if not blank or not block.endswith("\n") or any(ord(c) < 32 and c != "\n" for c in written):
            raise Unsound("that is no signed note: a text, an empty line, signature lines")
        lines = []
        for row in block[:-1].split("\n"):
            name, _blank, encoded = row.removeprefix(_DASH).partition(" ")
            packed = _decoded(encoded, "a signature line")
            if not row.startswith(_DASH) or not _NAME.fullmatch(name) or len(packed) < 5:
                raise Unsound("a signature line of the note is malformed")
            lines.append(Line(name, packed[:4], packed[4:]))
        if len(lines) > _MOST_SIGNATURES:
            raise Unsound("the note has too many signature lines")
        return cls(text, tuple(lines))

    def __str__(self) -> str:
        return self.text + "\n" + "".join(str(line) for line in self.lines)

    def by(self, key: Key) -> Line | None:
        """Give the key's own signature line, if it is there and good. Raises Unsound when it is bad."""
        for line in self.lines:
            if line.name == key.name and line.hash == key.hash:
                if not key.signed(self.text, line.signature):
                    raise Unsound(f"the signature of {key.name} is not good")
                return line
        return None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log commits to: its name, how many entries it has, and the root over them."""

    origin: str
    size: int
    root: bytes = field(repr=False)

    @classmethod
    def read(cls, text: str) -> Checkpoint:
        """Read a note's text as a checkpoint; lines behind the third are extensions and are left alone."""
        parts = text.split("\n")
        if len(parts) < 4 or not parts[0] or parts[-1] != "" or not _NUMBER.fullmatch(parts[1]):
            raise Unsound("the note's text is no checkpoint: origin, size, root")
        root = _decoded(parts[2], "the root")
        if len(root) != HASH_SIZE or (parts[1] == "0" and root != EMPTY_ROOT):
            raise Unsound("the checkpoint's root is no hash of its tree")
        return cls(parts[0], int(parts[1]), root)

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


def _decoded(text: str, what: str) -> bytes:
    try:
        found = b64decode(text, validate=True)
    except (NotBase64, ValueError):
        found = b""
    # One way to write a value: what decodes to the same bytes and reads differently is refused.
    if not found or b64encode(found).decode() != text:
        raise Unsound(f"{what} is not base64")
    return found


# Receipts


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a receipt as it was hashed, where it stands (from 0), and its proof."""

    entry: str = field(repr=False)
    index: int
    path: tuple[bytes, ...] = field(repr=False)

    @property
    def fields(self) -> Mapping[str, object]:
        """What the entry says. Raises Unsound for a version of the format that is not known here."""
        found = json.loads(self.entry)
        if not isinstance(found, dict):
            return {}
        if found.get("v") != ENTRY_VERSION:
            raise Unsound("an entry is written in a version of the format that this program does not know")
        return found


@dataclass(frozen=True, slots=True)
class Receipt:
    """Entries with their proofs, and the checkpoint they are proved against. Raises Unsound when read."""

    items: tuple[Item, ...]
    note: Note
    keys: tuple[Key, ...] = ()

    @classmethod
    def read(cls, text: str) -> Receipt:
        """Read a receipt's JSON."""
        try:
            found = json.loads(text)
            if found["format"] != RECEIPT:
                raise Unsound("that is no receipt of a format known here")
            items = tuple(
                Item(
                    _text(item["entry"]),
                    int(item["index"]),
                    tuple(_decoded(_text(step), "a proof") for step in item["path"]),
                )
                for item in found["items"]
            )
            keys = tuple(Key.read(_text(key)) for key in found.get("keys", ()))
            note = Note.read(_text(found["checkpoint"]))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            if isinstance(error, Unsound):
                raise
            raise Unsound("that is no receipt") from error
        if not items:
            raise Unsound("the receipt proves nothing: it has no entry")
        receipt = cls(items, note, keys)
        # One way to write a receipt: whatever byte of it was changed, it shows.
        if text.removesuffix("\n") != str(receipt):
            raise Unsound("that is no receipt as a log writes it")
        return receipt

    def __str__(self) -> str:
        return json.dumps(
            {
                "format": RECEIPT,
                "items": [
                    {
                        "entry": item.entry,
                        "index": item.index,
                        "path": [b64encode(step).decode() for step in item.path],
                    }
                    for item in self.items
                ],
                "checkpoint": str(self.note),
                "keys": [str(key) for key in self.keys],
            },
            ensure_ascii=False,
            sort_keys=True,
            indent=1,
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check showed: the checkpoint, how many entries, which keys that were given signed, the anchor.

    ``anchored`` is True when the checkpoint is the very one that somebody else kept; without that, or a key
    that came from elsewhere, a receipt shows only that it agrees with itself.
    """

    checkpoint: Checkpoint
    entries: int
    signers: tuple[str, ...]
    anchored: bool


def check(receipt: Receipt, keys: Sequence[Key] = (), kept: Note | None = None) -> Finding:
    """Check a receipt against keys and a checkpoint from elsewhere; Unsound says what is wrong."""
    checkpoint = Checkpoint.read(receipt.note.text)
    for item in receipt.items:
        leaf = leaf_hash(item.entry.encode())
        if not verify_inclusion(item.index, checkpoint.size, leaf, checkpoint.root, item.path):
            raise Unsound(f"entry {item.index + 1} is not in the log that the checkpoint speaks of")
        if item.fields.get("seq") != item.index + 1:
            raise Unsound(f"entry {item.index + 1} gives itself another number")
    return _anchored(receipt.note, receipt.keys, keys, kept, len(receipt.items))


def _anchored(
    note: Note, own: Sequence[Key], keys: Sequence[Key], kept: Note | None, entries: int
) -> Finding:
    # Every key given must have signed: a signature that was asked for and is missing is no small thing.
    # Nothing in the note may be left that nobody can check, so its own keys must account for every line.
    checkpoint = Checkpoint.read(note.text)
    for key in own:
        if note.by(key) is None:
            raise Unsound(f"{key.name} did not sign the checkpoint, though its key is there")
    known = {(key.name, key.hash) for key in (*own, *keys)}
    if any((line.name, line.hash) not in known for line in note.lines):
        raise Unsound("the checkpoint has a signature whose key is not there")
    signers = []
    for key in keys:
        if (note.by(key) or (kept.by(key) if kept else None)) is None:
            raise Unsound(f"{key.name} did not sign the checkpoint")
        signers.append(key.name)
    if kept is not None:
        theirs = Checkpoint.read(kept.text)
        if theirs.origin != checkpoint.origin:
            raise Unsound("the checkpoint kept is of another log")
        if theirs.size != checkpoint.size:
            raise Unsound(
                f"the checkpoint kept is of {theirs.size} entries, this one of {checkpoint.size}: "
                "ask for a proof against the one you keep (tracer log prove … --checkpoint FILE)"
            )
        if theirs.root != checkpoint.root:
            raise Unsound("this is not the log whose checkpoint was kept: its history was changed")
    return Finding(checkpoint, entries, tuple(signers), kept is not None)


# Bundles


def root_with(entries: Iterable[str], size: int, hashes: Iterable[bytes]) -> tuple[bytes, int]:
    """Give the root of a tree of ``size`` that has ``entries`` in their places, and how many they are.

    ``hashes`` are those of the largest perfect subtrees with none of them, left to right. Each entry says its
    own number. Raises Unsound when they are out of order, or hashes are missing or left over.
    """
    lines, others = iter(entries), iter(hashes)
    count = 0

    def following() -> tuple[int, bytes]:
        line = next(lines, None)
        return (size, b"") if line is None else (_number(line) - 1, leaf_hash(line.encode()))

    ahead = following()

    def over(start: int, end: int) -> bytes:
        nonlocal ahead, count
        width = end - start
        if ahead[0] >= end and width & (width - 1) == 0:
            found = next(others, b"")
            if len(found) != HASH_SIZE:
                raise Unsound("the tree's hashes do not go with the entries")
            return found
        if width == 1:
            place, leaf = ahead
            if place != start:
                raise Unsound("the entries are not in the order of the log")
            count += 1
            ahead = following()
            return leaf
        middle = start + (1 << (width - 1).bit_length() - 1)
        return node_hash(over(start, middle), over(middle, end))

    root = over(0, size) if size else EMPTY_ROOT
    if ahead[0] != size or next(lines, None) is not None or next(others, None) is not None:
        raise Unsound("there is more than the checkpoint speaks of")
    return root, count


def check_bundle(path: Path, keys: Sequence[Key] = (), kept: Note | None = None) -> Finding:
    """Check a bundle as ``check`` does a receipt, in little memory however large it is."""
    try:
        with ZipFile(path) as archive:
            note = Note.read(archive.read(CHECKPOINT_FILE).decode())
            own = [Key.read(line) for line in archive.read(KEY_FILE).decode().splitlines()]
            checkpoint = Checkpoint.read(note.text)
            with archive.open(ENTRIES_FILE) as entries, archive.open(TREE_FILE) as tree:
                root, count = root_with(
                    (line.decode().removesuffix("\n") for line in entries),
                    checkpoint.size,
                    (_decoded(line.decode().removesuffix("\n"), "a hash of the tree") for line in tree),
                )
            for line in (
                archive.read(STAFF_FILE).decode().splitlines() if STAFF_FILE in archive.namelist() else ()
            ):
                token, name, salt = json.loads(line)
                if staff(_text(name), bytes.fromhex(salt)) != token:
                    raise Unsound("a name of staff is not the one that the log committed to")
    except (
        KeyError,
        TypeError,
        ValueError,
        RecursionError,
        BadZipFile,
        ZlibError,
        NotImplementedError,
    ) as error:
        if isinstance(error, Unsound):
            raise
        raise Unsound("that is no bundle") from error
    if root != checkpoint.root:
        raise Unsound("the entries are not those of the log that the checkpoint speaks of")
    return _anchored(note, own, keys, kept, count)


def _number(line: str) -> int:
    seq = Item(line, 0, ()).fields.get("seq")
    if type(seq) is not int or seq < 1:
        raise Unsound("that is no entry")
    return seq


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Unsound("that is no receipt")
    return value


def main(arguments: Sequence[str] | None = None) -> int:
    """Check a receipt from the command line; 0 when it holds."""
    parser = argparse.ArgumentParser(description="Check a receipt or a bundle of the look-up log.")
    parser.add_argument("receipt", type=Path)
    parser.add_argument("--checkpoint", type=Path, help="a checkpoint that somebody else kept")
    parser.add_argument("--key", action="append", default=[], help="a key that must have signed it")
    given = parser.parse_args(arguments)
    try:
        keys = [Key.read(text) for text in given.key]
        kept = Note.read(given.checkpoint.read_text(encoding="utf-8")) if given.checkpoint else None
        if is_zipfile(given.receipt):
            found = check_bundle(given.receipt, keys, kept)
        else:
            found = check(Receipt.read(given.receipt.read_text(encoding="utf-8")), keys, kept)
    except (OSError, UnicodeDecodeError, Unsound) as error:
        sys.stderr.write(f"NOT PROVED: {error}\n")
        return 1
    signed = f"signed by {', '.join(found.signers)}" if found.signers else "by no key that was given (--key)"
    anchor = "the checkpoint is the one kept" if found.anchored else "no checkpoint was given (--checkpoint)"
    sys.stdout.write(
        f"PROVED: {found.entries} entries are in the log {found.checkpoint.origin} "
        f"of {found.checkpoint.size} entries; {signed}; {anchor}\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
