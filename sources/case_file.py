"""What the creditor handed over about the debtor, and about those who are liable with him."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from graph.model import Claim, Record, Role
from sources.contract import Answer, Ask, Channel, Field, Flow, Outcome, Rows, Subject, Terms

Filed = tuple[Record, tuple[Claim, ...]]


def own_terms(channel: Channel, table: str) -> Terms:
    """Give the terms of a source that is a table of our own, asked by the case and by nothing else."""
    return Terms(
        channel=channel,
        subject=Subject.CASE,
        roles=frozenset({Role.DEBTOR, Role.GUARANTOR, Role.CO_DEBTOR}),
        sends=frozenset({Field.CASE}),
        needs=frozenset({Field.CASE}),
        tables=(table,),
        intrusion=0,
        idempotent=True,
        fresh_for=dt.timedelta(0),  # it costs nothing, and an update file may have come in a minute ago
    )


@dataclass(frozen=True, slots=True)
class CaseFile:
    """The creditor's own file on the case: its records of debtor, guarantors and co-debtors."""

    name: str = "case_file"
    terms: ClassVar[Terms] = own_terms(Channel.CREDITOR_FILE, "case_file")

    def lookup(self, ask: Ask) -> Flow:
        """Ask for the rows of the case; give the records and claims of those liable, and of nobody else."""
        return filed(ask, "case_file", lambda record: not record.role.third_party)


def filed(ask: Ask, table: str, wanted: Callable[[Record], bool]) -> Flow:
    """Ask a table of our own for the rows of a case; give the wanted records and their claims, in its order.

    A row of another case, or a claim that is not its record's, is a protocol error: nothing is handed in.
    """
    if not ask.case:
        return Answer(outcome=Outcome.BAD_INPUT, raw="case_missing")
    reply = yield Rows(table=table, key={"case": ask.case})
    rows = [_read(row, ask.case) for row in reply.rows]
    found = [row for row in rows if row is not None and wanted(row[0])]
    if None in rows:
        return Answer(outcome=Outcome.PROTOCOL_ERROR, raw="row_of_another_case")
    if not found:
        return Answer(outcome=Outcome.NO_RECORD)
    return Answer(
        outcome=Outcome.ANSWERED,
        records=tuple(record for record, _ in found),
        claims=tuple(claim for _, claims in found for claim in claims),
    )


def _read(row: Mapping[str, object], case: str) -> Filed | None:
    record, claims = row.get("record"), row.get("claims")
    if not isinstance(record, Record) or record.case != case or not isinstance(claims, tuple):
        return None
    for claim in claims:
        if not isinstance(claim, Claim) or (claim.source, claim.record) != (record.source, record.record):
            return None
    return record, claims
