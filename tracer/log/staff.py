"""Who works here stands in the log as a commitment: an entry can be handed out without a name in it.

An entry's hashed text says ``staff_…``: a hash of the name and of 16 random bytes that are kept beside the
log (``log_staff``). The text of an entry given to a debtor names nobody (shared/reference/law.md §2.4); a
reviewer here reads the name; and whoever is given the name with its salt can check that it was that one and
no other, whatever becomes of this database (``tracer.proof.staff``).

The salt is one per name and not one per entry: that two entries are of the same person stays visible.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path

from tracer.log import database as files
from tracer.proof import STAFF, staff

_SALT = 16  # bytes


class Staff:
    """The names behind the commitments of one log. Any thread may use it."""

    def __init__(self, database: Path, patience: float) -> None:
        self._database = database
        self._patience = patience
        # Never held by who reads a name: the log's writer reads while it holds the turn that _make waits for.
        self._making = threading.Lock()
        self._known: dict[str, tuple[str, bytes]] = {}
        self._tokens: dict[str, str] = {}
        self._nobody: set[str] = set()

    def token(self, name: str) -> str:
        """Give what the log writes for a name; the first time it is made, and durable when this returns.

        Raises LogUnavailable when it cannot be written.
        """
        found = self._tokens.get(name)
        if found is None:
            with self._making:
                if name not in self._tokens:
                    self._load()
                if name not in self._tokens:
                    self._make(name)
                found = self._tokens[name]
        return found

    def name(self, token: str) -> str:
        """Give the name behind a commitment; the commitment itself where none is known that fits it."""
        if token not in self._known and token.startswith(STAFF) and token not in self._nobody:
            self._load()
            if token not in self._known:
                # A name is there before the first entry that needs it: this one will not come any more.
                self._nobody.add(token)
        return self._known[token][0] if token in self._known else token

    def tokens(self, name: str) -> tuple[str, ...]:
        """Give every way in which the log may write a name: commitments, and the name as it is."""
        return (name, *(token for token, known, _salt in self.openings() if known == name))

    def openings(self) -> tuple[tuple[str, str, bytes], ...]:
        """Give what proves who is behind each commitment: ``(token, name, salt)``."""
        self._load()
        return tuple(sorted((token, name, salt) for token, (name, salt) in self._known.items()))

    def _load(self) -> None:
        try:
            connection = files.connect(self._database, patience=self._patience)
            try:
                # Sorted here: read by its index, a table whose index is damaged seems to lack rows.
                rows = sorted(connection.execute("SELECT token, name, salt FROM log_staff"))
            finally:
                connection.close()
        except files.DAMAGE as error:
            raise files.unavailable(self._database, error) from error
        for token, name, salt in rows:
            # A name that was changed behind the log's back fits its commitment no more and is not shown.
            if staff(name, salt) == token:
                self._known[token] = (name, salt)
                self._tokens.setdefault(name, token)

    def _make(self, name: str) -> None:
        salt = os.urandom(_SALT)
        token = staff(name, salt)
        try:
            with files.turn(self._database):
                connection = files.connect(self._database, patience=self._patience, write=True)
                try:
                    # Two processes may each make one for the same name: both are good for ever.
                    connection.execute(
                        "INSERT INTO log_staff (token, name, salt) VALUES (?, ?, ?)", (token, name, salt)
                    )
                finally:
                    connection.close()
        except (*files.DAMAGE, OSError) as error:
            raise files.unavailable(self._database, error) from error
        self._known[token] = (name, salt)
        self._tokens[name] = token
