"""Who a case's debtor is, in keys: what a bar for him in every batch is kept under."""

from __future__ import annotations

from collections.abc import Iterable

from graph.block import keys
from graph.model import Record, Role
from tracer.desk.office import Office
from tracer.store.cases import CaseFile
from tracer.store.listed import whole_names


def debtor_keys(office: Office, case: CaseFile) -> tuple[str, ...]:
    """Give the keys that say who the case's debtor is, as :func:`keys_among` does."""
    return keys_among(record for record, _ in office.store.evidence.people(case))


def keys_among(placed: Iterable[Record]) -> tuple[str, ...]:
    """Give the keys that say who the debtor is among the people a case's file names, without his numbers and
    addresses of e-mail.

    They are used together with a number: there a whole name is enough, where a file gives nothing else.
    """
    records = [record for record in placed if record.role is Role.DEBTOR]
    found = {text for record in records for text in keys(record) if not text.startswith(("phone:", "email:"))}
    found |= {f"name:{name}" for record in records for name in whole_names(record)}
    return tuple(sorted(found))
