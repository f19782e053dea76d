"""The use cases about people's rights, as commands and pages call them: the part of the desk for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tracer.desk import (
    destroying,
    erasing,
    records,
    retention,
    rights,
    rights_page,
    suppressing,
    wrong_person,
)
from tracer.desk.office import Office
from tracer.desk.outfile import whole
from tracer.store.cases import CaseFile
from tracer.store.listed import List
from tracer.store.rights import Certificate, Hold, Wish

# The values it hands out that live in the store: callers need their types, never the store.
__all__ = ["Certificate", "Hold", "List", "RightsDesk", "Wish"]


class RightsDesk:
    """What people ask by right, who must not be contacted, what must be kept and what must go."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def access(
        self, ref: str, out: Path, *, identity: str, received_on: dt.date | None = None
    ) -> rights_page.Copy:
        """Write the debtor's own copy."""
        return rights_page.access(
            self._office, self._office.case(ref), out, identity=identity, received_on=received_on
        )

    def handed(self, ref: str, *, identity: str, received_on: dt.date | None = None) -> str:
        """The debtor's own copy as the text of a page."""
        return rights_page.handed(
            self._office, self._office.case(ref), identity=identity, received_on=received_on
        )

    def register(
        self, ref: str, kind: str, *, identity: str, reason: str = "", received_on: dt.date | None = None
    ) -> Wish:
        """Register a request that somebody sees to later, with its deadline."""
        return rights.register(
            self._office,
            self._office.case(ref),
            kind,
            identity=identity,
            reason=reason,
            received_on=received_on,
        )

    def correct(
        self,
        ref: str,
        kind: str,
        wrong: str,
        right: str,
        *,
        identity: str,
        reason: str = "",
        received_on: dt.date | None = None,
    ) -> Wish:
        """Register a disputed value: it is not used from now on."""
        case = self._office.case(ref)
        return rights.correct(
            self._office, case, kind, wrong, right, identity=identity, reason=reason, received_on=received_on
        )

    def object_to(self, ref: str, *, identity: str, reason: str, received_on: dt.date | None = None) -> Wish:
        """Register an objection: nothing is looked up and nobody called from now on."""
        return rights.register(
            self._office,
            self._office.case(ref),
            "object",
            identity=identity,
            reason=reason,
            received_on=received_on,
        )

    def erase(
        self, ref: str, *, identity: str, folders: Sequence[Path] = (), backups: Sequence[Path] = ()
    ) -> erasing.Erased:
        """Erase a case and prove it."""
        case = self._office.case(ref)
        return erasing.erase(self._office, case, identity=identity, folders=folders, backups=backups)

    def wrong_person(self, said: str) -> wrong_person.Told:
        """Bar a number on the word of whoever has it now."""
        return wrong_person.wrong_person(self._office, said)

    def notice(self, ref: str, number: str) -> str:
        """A token for a letter about a number."""
        return wrong_person.notice(self._office, self._office.case(ref), number)

    def decide(self, number: int, *, accept: bool, reason: str = "") -> Wish:
        """Decide a request."""
        return rights.decide(self._office, number, accept=accept, reason=reason)

    def requests(self, state: str | None = None) -> tuple[rights.WishLine, ...]:
        """The requests, those due first."""
        return rights.listed(self._office, state=state)

    def hold(self, ref: str, reason: str, until: dt.date | None = None) -> Hold:
        """Keep a case from being destroyed."""
        return rights.hold(self._office, self._office.case(ref), reason, until)

    def release(self, ref: str, reason: str) -> int:
        """Lift the holds on a case."""
        return rights.release(self._office, self._office.case(ref), reason)

    def holds(self) -> tuple[rights.HoldLine, ...]:
        """The holds in force, each with its client and case."""
        return rights.holds(self._office)

    def suppress(
        self,
        path: Path,
        code: str,
        *,
        client: str = "",
        until: dt.date | None = None,
        sheet: str | None = None,
        encoding: str | None = None,
    ) -> suppressing.Loaded:
        """Take a suppression list in."""
        return suppressing.load(
            self._office, path, code, client=client, until=until, sheet=sheet, encoding=encoding
        )

    def lists(self) -> tuple[List, ...]:
        """The suppression lists that stand."""
        return suppressing.lists(self._office)

    def take_off(self, entry: int, reason: str) -> int:
        """Take a whole list back."""
        return suppressing.take_off(self._office, entry, reason)

    def destroy(
        self, cases: Sequence[CaseFile], reason: str, progress: Callable[[int, int], None] | None = None
    ) -> destroying.Destroyed:
        """Return cases (退案): keys destroyed, held ones left out, certified."""
        return destroying.destroy(self._office, cases, reason, progress)

    def purge(self, *, really: bool, progress: Callable[[int, int], None] | None = None) -> retention.Purged:
        """What is due to go, and its destruction."""
        return retention.purge(self._office, really=really, progress=progress)

    def log_until(self) -> Mapping[str, tuple[dt.date, str]]:
        """Until when the log must be kept at least, by client, and the rule that says so."""
        return retention.log_until(self._office)

    def record(self, kind: str, out: Path) -> records.Record:
        """A record the law asks for, made from the configuration."""
        return records.write(self._office, kind, out)

    def certificates(self) -> tuple[Certificate, ...]:
        """The certificates of destruction."""
        return tuple(self._office.store.rights.certificates())

    @staticmethod
    def write_certificate(found: Certificate, out: Path) -> None:
        """Write a certificate to a file, whole or not at all."""
        with whole(out) as draft:
            draft.write_text(found.text, encoding="utf-8", newline="\n")

    @staticmethod
    def check_certificate(file: Path, keys: Sequence[str] = ()) -> Mapping[str, str]:
        """Check a certificate as an outsider does."""
        return destroying.checked(file, keys)
