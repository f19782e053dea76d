"""The log's signing key: Ed25519, outside the database, in the form the C2SP tools use.

It lies in ``home/keys/log.key`` (mode 0600), or comes from the environment (``TRACER_LOG_KEY``), or is
printed by a command (``TRACER_LOG_KEY_COMMAND``: the hook for a KMS). Its name is the log's origin. Whoever
steals it can sign another history; what a witness keeps shows that all the same.
"""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tracer.errors import LogUnavailable
from tracer.proof import ED25519, Key, Line, Note
from tracer.vault import given, read_key_file, write_key_file
from tracer.words import N_

KEY_VARIABLE = "TRACER_LOG_KEY"
COMMAND_VARIABLE = "TRACER_LOG_KEY_COMMAND"
KEY_NAME = "log.key"
_PRIVATE = "PRIVATE+KEY"


class Signer:
    """Signs checkpoints. Its ``key`` is public; the private half is never shown, copied or pickled."""

    __slots__ = ("_private", "key")

    def __init__(self, name: str, seed: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        public = self._private.public_key().public_bytes(
            serialization.Encoding.Raw, serialization.PublicFormat.Raw
        )
        self.key = Key(name, ED25519, public)

    @classmethod
    def create(cls, home: Path) -> Signer:
        """Make a key in ``home``, which has none, and use it. Raises FileExistsError, OSError.

        A key that the environment or a command gives is used instead, and nothing is written.
        """
        found_outside = given(KEY_VARIABLE, COMMAND_VARIABLE)
        if found_outside is not None:
            return cls._read(*found_outside)
        seed = os.urandom(32)
        found = cls("look-up-log/" + os.urandom(6).hex(), seed)
        packed = b64encode(bytes([ED25519]) + seed).decode()
        text = f"{_PRIVATE}+{found.key.name}+{found.key.hash.hex()}+{packed}\n"
        write_key_file(home / "keys" / KEY_NAME, text)
        return found

    @classmethod
    def open(cls, home: Path) -> Signer:
        """Use the key of ``home``. Raises LogUnavailable when it is missing, open to others or malformed."""
        found_outside = given(KEY_VARIABLE, COMMAND_VARIABLE)
        if found_outside is not None:
            return cls._read(*found_outside)
        path = home / "keys" / KEY_NAME
        return cls._read(read_key_file(path), path)

    @classmethod
    def _read(cls, text: str, where: object) -> Signer:
        try:
            rest = text.strip().removeprefix(f"{_PRIVATE}+")
            name, digest, encoded = rest.split("+", 2)
            packed = b64decode(encoded, validate=True)
            found = cls(name, packed[1:])
            sound = rest != text.strip() and packed[0] == ED25519 and digest == found.key.hash.hex()
        except (ValueError, IndexError):
            sound = False
        if not sound:
            raise LogUnavailable(
                N_("There is no usable signing key in {where}"),
                N_("It is one line that begins with PRIVATE+KEY+. Restore it from its safe place."),
                where=where,
            )
        return found

    def sign(self, text: str) -> Note:
        """Give the text of a note with this key's signature under it."""
        signature = self._private.sign(text.encode())
        return Note(text, (Line(self.key.name, self.key.hash, signature),))

    def __repr__(self) -> str:
        return f"Signer({self.key.name})"

    def __reduce__(self) -> str:
        raise TypeError("a signer is never pickled or copied")
