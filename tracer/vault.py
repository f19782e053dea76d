"""Keys: a master key outside the database, a data key for each case; seals, blind indexes, pseudonyms.

- The *master key* of an epoch lies in ``home/keys/epoch-N.key`` (mode 0600), or comes from the environment
  (``TRACER_MASTER_KEY``), or is printed by a command (``TRACER_KEY_COMMAND``: the hook for a KMS).
- Each case has a *data key*, kept in the database wrapped under the master key (AES-KW, RFC 3394). Values are
  sealed with AES-256-GCM under a random nonce and bound to their place: copied elsewhere they do not open.
- *Pseudonyms* and *tokens* are made with the case's data key too: when it is destroyed they point to nobody.
- *Blind indexes* find equal values across cases, under an index key of their own (``home/keys/index.key``).

Erasure is not DELETE: databases and backups keep old pages. So survivors are wrapped anew under the next
epoch's key and the old key is destroyed (``begin_epoch``, ``rotate``, ``retire``).
"""

from __future__ import annotations

import hmac
import json
import os
import shlex
import stat
import subprocess
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterable, Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from tracer.errors import LogUnavailable
from tracer.words import N_

KEY_VARIABLE = "TRACER_MASTER_KEY"
COMMAND_VARIABLE = "TRACER_KEY_COMMAND"

# CipherSweet's planner keeps 2 <= rows / 2**bits <= sqrt(rows) (shared/lookup-log.md): enough strangers share
# a value that a thief without the key learns little, few enough that a search stays quick. 18 bits is the
# most for 1,000,000 rows and keeps the rule from 2**19 rows on; of a smaller home the index tells him more.
INDEX_BITS = 18
EXACT_BITS = 63  # what fits a signed 64-bit column

_KEY = 32
_NONCE = 12
_SEAL = b"\x01"
_WRAP = b"\x01"
# Sixteen letters that are no digits and spell no words: no pseudonym can look like anybody's number.
_LETTERS = str.maketrans("0123456789abcdef", "bcdfghjklmnpqrst")
_TOKEN = 12  # letters of a token: 48 bits, unique among the numbers of one case
_PSEUDONYM = 28  # letters of a pseudonym: 112 bits, unique anywhere


class SealBroken(LogUnavailable):
    """A sealed value or a wrapped key does not open: the key is another one, or it was changed or moved."""


class CaseKey:
    """The data key of one case, opened. ``wrapped`` is what the database keeps."""

    __slots__ = ("_cipher", "_names", "wrapped")

    def __init__(self, key: bytes, wrapped: bytes) -> None:
        self.wrapped = wrapped
        self._cipher = AESGCM(_derive(key, b"tracer seal"))
        self._names = _derive(key, b"tracer pseudonym")

    def seal(self, plain: bytes, place: str) -> bytes:
        """Seal ``plain`` for ``place`` (table, column, row: nothing that names a person); 29 bytes longer."""
        nonce = os.urandom(_NONCE)
        return _SEAL + nonce + self._cipher.encrypt(nonce, plain, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """Give back what was sealed for ``place``. SealBroken when it was changed, moved or is another's."""
        if sealed[:1] == _SEAL and len(sealed) > _NONCE:
            try:
                return self._cipher.decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], place.encode())
            except InvalidTag:
                pass
        raise SealBroken(
            N_("What is sealed at {place} does not open"),
            N_("It was changed, moved, or belongs to another case. Restore it from a backup."),
            place=place,
        )

    def pseudonym(self, kind: str, text: str) -> str:
        """Give the name the log may know something by: ``kind_`` and 28 letters; dies with the key.

        ``kind`` is one lower-case word of at most 12 letters (``case``, ``number``).
        """
        if not (kind.isascii() and kind.isalpha() and kind.islower() and len(kind) <= 12):
            raise ValueError(f"a kind is a lower-case word of at most 12 letters, not {kind!r}")
        return self._name(kind, text, _PSEUDONYM)

    def token(self, kind: str, text: str) -> str:
        """Give a short name, stable in the case: the kind's first letter, ``_`` and 12 letters (``n_…``)."""
        return self._name(kind[:1], text, _TOKEN, kind)

    def _name(self, prefix: str, text: str, letters: int, kind: str = "") -> str:
        digest = hmac.digest(self._names, f"{kind or prefix}\0{text}".encode(), "sha256")
        return f"{prefix}_{digest.hex()[:letters].translate(_LETTERS)}"

    def __repr__(self) -> str:
        return "CaseKey(…)"

    def __reduce__(self) -> str:
        raise TypeError("a case key is never pickled or copied")


class Vault:
    """The keys of a home. Made once with ``create``; opened with ``open``."""

    __slots__ = ("_folder", "_index", "_keys", "_masters", "bits", "epoch")

    def __init__(
        self, folder: Path, epoch: int, bits: int, masters: Mapping[int, bytes], index: bytes
    ) -> None:
        self.epoch = epoch
        self.bits = bits
        self._folder = folder
        self._masters = dict(masters)
        self._index = index
        self._keys: dict[str, bytes] = {}

    @classmethod
    def create(cls, home: Path, bits: int = INDEX_BITS) -> Vault:
        """Make the keys of a new home; ``bits`` is the length of its blind indexes for people's values.

        With ``TRACER_MASTER_KEY`` or ``TRACER_KEY_COMMAND`` set, the master key is taken from there and no
        file holds it. Raises LogUnavailable when keys are there already or the folder cannot be written.
        """
        folder = home / "keys"
        if not 1 <= bits <= EXACT_BITS:
            raise ValueError(f"a blind index has 1 to {EXACT_BITS} bits, not {bits}")
        if (folder / "index.key").exists() or (folder / "epoch-1.key").exists():
            raise LogUnavailable(
                N_("There are keys in {folder} already"),
                N_("A new key would make all that the old one sealed unreadable. Choose another home."),
                folder=folder,
            )
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            master = _given()
            if master is None:
                master = os.urandom(_KEY)
                write_key_file(folder / "epoch-1.key", master.hex() + "\n")
            index = os.urandom(_KEY)
            write_key_file(folder / "index.key", _index_text(1, bits, aes_key_wrap(master, index)))
        except OSError as error:
            raise _unwritable(folder, error) from error
        return cls(folder, 1, bits, {1: master}, index)

    @classmethod
    def open(cls, home: Path) -> Vault:
        """Open the keys of ``home``. LogUnavailable when one is missing, readable by others or wrong."""
        folder = home / "keys"
        try:
            settings = json.loads(read_key_file(folder / "index.key"))
            epoch, bits = int(settings["epoch"]), int(settings["bits"])
            wrapped = bytes.fromhex(settings["wrapped"])
        except (ValueError, KeyError, TypeError) as error:
            raise _malformed(folder / "index.key") from error
        given = _given()
        if given is not None:
            masters = {epoch: given}
        else:
            masters = {epoch: _master(folder, epoch)}
            for path in folder.glob("epoch-*.key"):
                number = path.stem.removeprefix("epoch-")
                if number.isdecimal() and int(number) != epoch:
                    masters[int(number)] = _master(folder, int(number))
        try:
            index = aes_key_unwrap(masters[epoch], wrapped)
        except InvalidUnwrap as error:
            raise SealBroken(
                N_("The master key does not fit the keys in {folder}"),
                N_("It belongs to another home, or was replaced. Give the key this home was made with."),
                folder=folder,
            ) from error
        return cls(folder, epoch, bits, masters, index)

    def new_case_key(self) -> CaseKey:
        """Make a data key for a new case."""
        key = os.urandom(_KEY)
        return CaseKey(key, self._wrap(key, self.epoch))

    def case_key(self, wrapped: bytes) -> CaseKey:
        """Open the data key of a case. Raises SealBroken when its epoch's master key is gone or another."""
        return CaseKey(self._unwrap(wrapped), wrapped)

    @property
    def house(self) -> CaseKey:
        """The key for what belongs to no case: second factors of staff, answers kept for repeated requests.

        It lives as long as the index key, so a return or a new epoch leaves it as it is.
        """
        return CaseKey(_derive(self._index, b"tracer house"), b"")

    def blind(self, kind: str, text: str, bits: int | None = None) -> int:
        """Give the blind index of a value: equal values of one kind give equal integers below 2**bits.

        Truncated to the home's ``bits`` by default, so different values may share one: whoever searches by it
        must open what it finds and compare. ``bits=63`` is for values that must be unique.
        """
        key = self._keys.get(kind)
        if key is None:
            key = self._keys[kind] = _derive(self._index, b"tracer blind index " + kind.encode())
        digest = hmac.digest(key, text.encode(), "sha256")
        return int.from_bytes(digest[:8], "big") >> 64 - (self.bits if bits is None else bits)

    def begin_epoch(self) -> int:
        """Make the next epoch's master key, wrap the index key under it, and give the epoch's number.

        From now on new keys are wrapped under it; old ones still open. A crash leaves the old epoch in force.
        """
        if _given() is not None:
            raise LogUnavailable(
                N_("The master key comes from outside, so it is not this program that can replace it"),
                N_("Rotate it where it is kept, or move the key into a file of the home first."),
            )
        epoch = self.epoch + 1
        path = self._folder / f"epoch-{epoch}.key"
        try:
            if not path.exists():
                write_key_file(path, os.urandom(_KEY).hex() + "\n")
            master = _master(self._folder, epoch)
            wrapped = aes_key_wrap(master, self._index)
            write_key_file(self._folder / "index.key", _index_text(epoch, self.bits, wrapped), instead=True)
        except OSError as error:
            raise _unwritable(self._folder, error) from error
        self._masters[epoch] = master
        self.epoch = epoch
        return epoch

    def rotate(self, wrapped_keys: Iterable[bytes]) -> tuple[bytes, ...]:
        """Wrap data keys anew under the epoch in force; the data keys and what they seal stay as they are."""
        return tuple(self._wrap(self._unwrap(wrapped), self.epoch) for wrapped in wrapped_keys)

    def retire(self, epoch: int) -> None:
        """Destroy a past epoch's master key: whatever is wrapped under it, also in backups, opens no more.

        The file is overwritten before it is removed; what the disk itself keeps of it is beyond us.
        """
        if epoch >= self.epoch:
            raise ValueError(f"epoch {epoch} is in force")
        path = self._folder / f"epoch-{epoch}.key"
        self._masters.pop(epoch, None)
        try:
            with path.open("r+b") as file:
                file.write(b"0" * (2 * _KEY))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
            _settle(self._folder)
        except FileNotFoundError:
            return
        except OSError as error:
            raise _unwritable(self._folder, error) from error

    def _wrap(self, key: bytes, epoch: int) -> bytes:
        return _WRAP + epoch.to_bytes(4, "big") + aes_key_wrap(self._masters[epoch], key)

    def _unwrap(self, wrapped: bytes) -> bytes:
        master = self._masters.get(int.from_bytes(wrapped[1:5], "big"))
        if wrapped[:1] == _WRAP and master is not None:
            try:
                return aes_key_unwrap(master, wrapped[5:])
            except (InvalidUnwrap, ValueError):
                pass
        raise SealBroken(
            N_("The key of a case does not open"),
            N_("Its master key was destroyed or is another one. What it sealed stays unreadable without it."),
        )

    def __repr__(self) -> str:
        return f"Vault(epoch {self.epoch})"

    def __reduce__(self) -> str:
        raise TypeError("a vault is never pickled or copied")


def _derive(key: bytes, use: bytes) -> bytes:
    # HKDF-Expand of RFC 5869 for one block; no extraction is needed because ``key`` is uniformly random.
    return hmac.digest(key, use + b"\x01", "sha256")


def _given() -> bytes | None:
    found = given(KEY_VARIABLE, COMMAND_VARIABLE)
    return None if found is None else _decoded(*found)


def given(variable: str, command_variable: str) -> tuple[str, str] | None:
    """Give a key's text from the environment or from what a command prints, and the variable it came by.

    None when neither is set. Raises LogUnavailable when the command fails.
    """
    text = os.environ.get(variable, "")
    if text:
        return text, variable
    command = os.environ.get(command_variable, "")
    if not command:
        return None
    try:
        # The operator's own command, without a shell; what it prints is never shown.
        done = subprocess.run(shlex.split(command), capture_output=True, text=True, timeout=60, check=True)  # noqa: S603
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise LogUnavailable(
            N_("The command in {variable} gave no key ({why})"),
            N_("Run it by hand; it must print the key and nothing else."),
            variable=command_variable,
            why=type(error).__name__,
        ) from None
    return done.stdout, command_variable


def _decoded(text: str, where: object) -> bytes:
    text = text.strip()
    try:
        key = bytes.fromhex(text) if len(text) == 2 * _KEY else b64decode(text, validate=True)
    except (ValueError, NotBase64):
        key = b""
    if len(key) != _KEY or not any(key):
        raise _malformed(where)
    return key


def _master(folder: Path, epoch: int) -> bytes:
    path = folder / f"epoch-{epoch}.key"
    return _decoded(read_key_file(path), path)


def read_key_file(path: Path) -> str:
    """Give the text of a key file that only this user may read; raises LogUnavailable."""
    try:
        with path.open(encoding="ascii") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if mode & 0o077:
                raise LogUnavailable(
                    N_("The key {path} may be read by others (mode {mode})"),
                    N_("Run: chmod 600 {path}. If others could have read it, begin a new epoch."),
                    path=path,
                    mode=f"{mode:03o}",
                )
            return file.read()
    except FileNotFoundError as error:
        raise LogUnavailable(
            N_("The key {path} is missing"),
            N_("Restore it from where keys are kept, or set TRACER_MASTER_KEY; nothing opens without it."),
            path=path,
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise LogUnavailable(
            N_("The key {path} cannot be read ({why})"),
            N_("It must be a file that this user may read, of mode 600."),
            path=path,
            why=type(error).__name__,
        ) from error


def write_key_file(path: Path, text: str, *, instead: bool = False) -> None:
    """Write a key file, whole or not at all, durable when this returns. Raises FileExistsError, OSError.

    A key that is there is never overwritten unless it is to be another ``instead`` of it.
    """
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if instead:
            draft.replace(path)
        else:
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    _settle(path.parent)


def _settle(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _index_text(epoch: int, bits: int, wrapped: bytes) -> str:
    return json.dumps({"format": 1, "epoch": epoch, "bits": bits, "wrapped": wrapped.hex()}) + "\n"


def _unwritable(folder: Path, error: OSError) -> LogUnavailable:
    return LogUnavailable(
        N_("The keys in {folder} cannot be written ({why})"),
        N_("Make the folder writable for this user and see that the disk has room."),
        folder=folder,
        why=error.strerror or type(error).__name__,
    )


def _malformed(where: object) -> LogUnavailable:
    return LogUnavailable(
        N_("There is no usable key in {where}"),
        N_("A key is 32 random bytes as 64 hexadecimal digits or base64. Restore it from its safe place."),
        where=where,
    )
