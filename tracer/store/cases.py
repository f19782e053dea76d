"""Cases as the store keeps them: found by number, listed, assigned, closed, returned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, Row, bindparam, func, select, update
from sqlmodel import col

from graph.model import Role
from tracer.errors import NotThere, WrongUse
from tracer.store.codec import pack, unpack
from tracer.store.database import Database
from tracer.store.shredding import finish_batches, overwriting, unindex
from tracer.tables import Case, Placed, RefreshRequest
from tracer.vault import CaseKey
from tracer.words import N_

OPEN, CLOSED, RETURNED = "open", "closed", "returned"
STATES = (OPEN, CLOSED, RETURNED)
# A case number is unique per client, so a full-width blind index of it tells a thief of the file nothing.
NUMBER_BITS = 63


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseName:
    """What is sealed of a case's own line: the client's number for it, and the product."""

    number: str = field(repr=False)
    product: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """A case that is open to us: its number in clear, and the key that opens what is sealed.

    ``key`` is None once the case was returned; then ``number`` is empty too.
    """

    id: int
    client: str
    number: str = field(repr=False)
    product: str = field(repr=False)
    pseudonym: str = field(repr=False)
    state: str
    batch: int
    assigned_to: str | None
    placed_on: dt.date | None
    return_by: dt.date | None
    opened_on: dt.date | None
    currency: str
    amount_due: int | None
    key: CaseKey | None = field(repr=False)

    @property
    def unsealed(self) -> CaseKey:
        """The case's key. Raises WrongUse for a case whose key was destroyed at its return."""
        if self.key is None:
            raise WrongUse(
                N_("This case was returned; what was known of it cannot be read any more"),
                N_("Ask the client for a new placement."),
            )
        return self.key


def place(table: str, pseudonym: str) -> str:
    """The place a sealed value belongs to: moved to another row or table, it does not open."""
    return f"{table}|{pseudonym}"


def _shown(ref: str) -> str:
    """Give what was typed as a case so that a message may repeat it: what may be a person is masked."""
    # Somebody may type a telephone number, an id or a name where a case is wanted. Seven digits are a local
    # telephone number; nobody's case numbers are in Chinese.
    personal = sum(char.isdigit() for char in ref) >= 7 or "@" in ref or not ref.isascii()
    if personal:
        return f"{ref[:2]}…{ref[-2:]}" if len(ref) > 6 else "…"
    return ref if len(ref) <= 40 else ref[:40] + "…"


class NoCase(NotThere):
    """No case is meant by what was typed."""


class Cases:
    """The cases of one store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def number_blind(self, client: str, number: str) -> int:
        """The blind index of a client's case number."""
        return self._database.vault.blind("case_number", f"{client}\x1f{number}", bits=NUMBER_BITS)

    def find(self, ref: str, clients: Sequence[str]) -> CaseFile:
        """Give the case meant by ``number`` or ``client/number``; raise WrongUse if none or several fit."""
        wanted = [(client, ref) for client in clients]
        head, slash, tail = ref.partition("/")
        if slash and head in clients:
            wanted.append((head, tail))
        with self._database.read() as connection:
            rows = [
                row
                for client, number in wanted
                for row in connection.execute(
                    select(Case.__table__).where(  # type: ignore[attr-defined]
                        col(Case.client) == client,
                        col(Case.number_blind) == self.number_blind(client, number),
                    )
                )
            ]
        if not rows:
            raise NoCase(
                N_("There is no case {ref}"),
                N_(
                    "List the cases with: tracer cases. A case is named by its client's number, or "
                    "client/number; not by a telephone number, an id or a name."
                ),
                ref=f"{head}/{_shown(tail)}" if slash and head in clients else _shown(ref),
            )
        if len(rows) > 1:
            raise WrongUse(
                N_("Several clients have a case {ref}: {clients}"),
                N_("Say which one: client/number."),
                ref=ref,
                clients=", ".join(sorted(row.client for row in rows)),
            )
        return self._file(rows[0])

    def get(self, case_id: int) -> CaseFile:
        """Give the case with this inner id; raises KeyError."""
        with self._database.read() as connection:
            row = connection.execute(select(Case.__table__).where(col(Case.id) == case_id)).one_or_none()  # type: ignore[attr-defined]
        if row is None:
            raise KeyError(case_id)
        return self._file(row)

    def by_pseudonym(self, pseudonym: str) -> CaseFile | None:
        """Give the case with this keyed name (the one the log knows it by), or None."""
        with self._database.read() as connection:
            row = connection.execute(_BY_PSEUDONYM, {"pseudonym": pseudonym}).one_or_none()
        return None if row is None else self._file(row)

    def many(self, ids: Sequence[int]) -> tuple[CaseFile, ...]:
        """Give the cases with these ids, in the order of the ids."""
        found: dict[int, CaseFile] = {}
        with self._database.read() as connection:
            for start in range(0, len(ids), 500):
                part = list(ids[start : start + 500])
                for row in connection.execute(_BY_ID, {"ids": part}):
                    found[row.id] = self._file(row)
        return tuple(found[one] for one in ids if one in found)

    def listed(
        self,
        *,
        client: str | None = None,
        state: str | None = None,
        assigned_to: str | None = None,
        nobodys: bool = False,
        after: int = 0,
        limit: int | None = None,
    ) -> Iterator[CaseFile]:
        """Give the cases that fit, in the order they were placed, in pages so that memory stays flat.

        ``nobodys``: only those that are assigned to nobody.
        """
        left = limit
        while left is None or left > 0:
            query = select(Case.__table__).where(col(Case.id) > after).order_by(col(Case.id)).limit(1000)  # type: ignore[attr-defined]
            if client is not None:
                query = query.where(col(Case.client) == client)
            if state is not None:
                query = query.where(col(Case.state) == state)
            if assigned_to is not None:
                query = query.where(col(Case.assigned_to) == assigned_to)
            if nobodys:
                query = query.where(col(Case.assigned_to).is_(None))
            with self._database.read() as connection:
                rows = connection.execute(query).all()
            if not rows:
                return
            for row in rows:
                if left is not None:
                    if left <= 0:
                        return
                    left -= 1
                yield self._file(row)
            after = rows[-1].id

    def reached(
        self,
        name: str,
        clients: Sequence[str],
        *,
        state: str | None = None,
        after: int = 0,
        limit: int | None = None,
    ) -> Iterator[CaseFile]:
        """Give the cases of a person, of these clients, or with a refresh request waiting; oldest first."""
        waiting = select(col(RefreshRequest.case_id)).where(col(RefreshRequest.state) == "open")
        # Asked one by one, each is read off an index in order and ends at the limit; asked together, the
        # database would sort all cases of the clients for the first page.
        ids: set[int] = set()
        with self._database.read() as connection:
            for wanted in (
                col(Case.assigned_to) == name,
                *(col(Case.client) == client for client in clients),
                col(Case.id).in_(waiting),
            ):
                query = select(col(Case.id)).where(wanted, col(Case.id) > after).order_by(col(Case.id))
                if state is not None:
                    query = query.where(col(Case.state) == state)
                ids |= set(connection.scalars(query.limit(limit)))
        yield from self.many(sorted(ids)[:limit])

    def count(self, *, client: str | None = None, state: str | None = None) -> int:
        """How many cases fit."""
        query = select(func.count()).select_from(Case)
        if client is not None:
            query = query.where(col(Case.client) == client)
        if state is not None:
            query = query.where(col(Case.state) == state)
        with self._database.read() as connection:
            return int(connection.execute(query).scalar_one())

    def assign(self, ids: Sequence[int], to: str | None) -> None:
        """Give the cases to a person (分案), or to nobody."""
        with self._database.write() as connection:
            self._set(connection, ids, assigned_to=to)

    def set_state(self, ids: Sequence[int], state: str) -> None:
        """Open or close cases."""
        with self._database.write() as connection:
            self._set(connection, ids, state=state)

    def shred(self, ids: Sequence[int]) -> tuple[int, ...]:
        """Return cases (退案): destroy their data keys, what was sealed of their own line, and their index.

        Gives the batches of which the last case went: their keys, file names and rejected rows went with it.
        What other rows hold can never be read again; the rows of the log stay and point to nobody. What is
        deleted here is overwritten with zeros in the database; older pages linger in the write-ahead log
        until ``empty_wal``. Copies that a file system, a backup or an SSD keeps are beyond it.
        """
        with self._database.write() as connection, overwriting(connection):
            self._set(connection, ids, state=RETURNED, wrapped_key=None, sealed=None, assigned_to=None)
            unindex(connection, ids)
            batches = finish_batches(connection, self._clients(connection, ids), RETURNED)
        return batches

    def empty_wal(self) -> None:
        """Empty the write-ahead log into the database; raises WrongUse while another process reads in it."""
        with self._database.engine.connect() as connection:
            # A reader is done in a moment, or somebody has to end it: a person waits for the answer.
            connection.exec_driver_sql("PRAGMA busy_timeout=1000")
            try:
                busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
            finally:
                connection.exec_driver_sql("PRAGMA busy_timeout=30000")
        if busy:
            raise WrongUse(
                N_(
                    "The keys are destroyed, but another process is still reading and the old ones may linger"
                ),
                N_("Close other tracer programs and run the same command again."),
            )

    @staticmethod
    def _clients(connection: Connection, ids: Sequence[int]) -> list[str]:
        found: set[str] = set()
        for start in range(0, len(ids), 500):
            part = list(ids[start : start + 500])
            found |= set(
                connection.scalars(select(col(Case.client)).where(col(Case.id).in_(part)).distinct())
            )
        return sorted(found)

    @staticmethod
    def _set(connection: Connection, ids: Sequence[int], **values: object) -> None:
        for start in range(0, len(ids), 500):
            part = list(ids[start : start + 500])
            connection.execute(update(Case).where(col(Case.id).in_(part)).values(**values))

    def received(self, case: CaseFile) -> tuple[tuple[tuple[str, str], ...], ...]:
        """Give every row received for the case, as ``(header, text)`` pairs, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                select(col(Placed.sealed)).where(col(Placed.case_id) == case.id).order_by(col(Placed.id))
            ).all()
        key = case.unsealed
        return tuple(
            unpack(ReceivedOnly, key.open(row.sealed, place("placed", case.pseudonym))).received
            for row in rows
        )

    def employee_number(self, case: CaseFile) -> str:
        """Give the debtor's number with his employer as the newest row that has one says it, else nothing."""
        with self._database.read() as connection:
            rows = connection.execute(
                select(col(Placed.sealed))
                .where(col(Placed.case_id) == case.id)
                .order_by(col(Placed.id).desc())
            ).all()
        key = case.unsealed
        for row in rows:
            opened = unpack(NumbersOnly, key.open(row.sealed, place("placed", case.pseudonym)))
            for who in opened.people:
                if who.record.role is Role.DEBTOR and who.employee_id:
                    return who.employee_id
        return ""

    def _file(self, row: Row[tuple[object, ...]]) -> CaseFile:
        key = self._database.vault.case_key(row.wrapped_key) if row.wrapped_key is not None else None
        name = CaseName(number="")
        if key is not None and row.sealed is not None:
            name = unpack(CaseName, key.open(row.sealed, place("debt_case", row.pseudonym)))
        return CaseFile(
            id=row.id,
            client=row.client,
            number=name.number,
            product=name.product,
            pseudonym=row.pseudonym,
            state=row.state,
            batch=row.batch,
            assigned_to=row.assigned_to,
            placed_on=row.placed_on,
            return_by=row.return_by,
            opened_on=row.opened_on,
            currency=row.currency,
            amount_due=row.amount_due,
            key=key,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedOnly:
    """The part of a placed row that holds what was received."""

    received: tuple[tuple[str, str], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleOnly:
    """The part of a person's record that says who he is in the case."""

    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberOf:
    """The part of a placed person that holds his number with his employer."""

    record: RoleOnly
    employee_id: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NumbersOnly:
    """The part of a placed row that says whose employee number is which."""

    people: tuple[NumberOf, ...] = ()


# Built once: putting a statement together takes longer than the database takes to answer it.
_BY_PSEUDONYM = select(Case.__table__).where(col(Case.pseudonym) == bindparam("pseudonym"))  # type: ignore[attr-defined]
_BY_ID = select(Case.__table__).where(col(Case.id).in_(bindparam("ids", expanding=True)))  # type: ignore[attr-defined]


def sealed_name(key: CaseKey, pseudonym: str, number: str, product: str) -> bytes:
    """Seal a case's own line."""
    return key.seal(pack(CaseName(number=number, product=product)), place("debt_case", pseudonym))
