"""Rows ⇄ graph types. Nobody outside this package sees a row, and nothing identifying leaves it unsealed."""

from __future__ import annotations

from pathlib import Path

from tracer.store.approvals import Approvals
from tracer.store.batches import Batches
from tracer.store.cases import Cases
from tracer.store.database import Database
from tracer.store.enquiries import Enquiries
from tracer.store.evidence import Evidence
from tracer.store.figures import Figures
from tracer.store.files import Files
from tracer.store.learned import Learned
from tracer.store.listed import Lists
from tracer.store.notes import Notes
from tracer.store.people import People
from tracer.store.rights import Rights
from tracer.store.sealed import SealedContacts
from tracer.vault import Vault

__all__ = ["Store"]


class Store:
    """An open store: its cases, batches, evidence, notes, suppression lists, requests by right, enquiries."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.cases = Cases(database)
        self.batches = Batches(database, self.cases)
        self.evidence = Evidence(database, self.cases)
        self.notes = Notes(database)
        self.learned = Learned(database)
        self.lists = Lists(database)
        self.rights = Rights(database)
        self.people = People(database)
        self.approvals = Approvals(database)
        self.enquiries = Enquiries(database, self.evidence)
        self.figures = Figures(database)
        self.files = Files(database, self.evidence)
        self.sealed = SealedContacts(database)

    @classmethod
    def create(cls, path: Path, vault: Vault) -> Store:
        """Make a new store; raises WrongUse when one is there."""
        return cls(Database.create(path, vault))

    @classmethod
    def open(cls, path: Path, vault: Vault) -> Store:
        """Open a store and bring its schema up to date; raises WrongUse when there is none."""
        return cls(Database.open(path, vault))

    def close(self) -> None:
        """Give back the connections."""
        self.database.close()
