"""Models kept in the home, which of them ranks, and what was predicted before calls."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, and_, insert, select
from sqlmodel import col

from graph.model import Identity, Line, Outcome, Party, Phone
from tracer.store.cases import CaseFile
from tracer.store.database import Database
from tracer.store.learned_tables import ModelRow, ModelUse, PredictionRow
from tracer.tables import OutcomeRow

# Stands for the number of an attempt whose number nobody needs: what was heard is what is asked for.
_SOME_NUMBER = Phone(e164="+999000000000")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One model as it is kept. ``body`` is its file, ``report`` how it did when it was learned, as JSON."""

    id: int
    name: str
    version: str
    fitted_on: int
    digest: str
    body: str = field(repr=False)
    report: str = field(repr=False)
    at: dt.datetime
    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """That a model (None: the shipped one) ranks from a time on; ``back``: it takes back the use before."""

    model: int | None
    back: bool
    at: dt.datetime
    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What was said of a number before a call (see the table)."""

    note: int
    number: str
    model: int | None
    as_of: dt.date
    p: float
    shipped: float
    place: int
    others: int
    explore: float
    chance: float
    first: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """A prediction and the call that followed; ``case`` is the store's own number of the case."""

    case: int
    prediction: Prediction
    outcome: Outcome


class Learned:
    """The models and predictions of one store."""

    def __init__(self, database: Database) -> None:
        self._database = database
        # A model is never changed once it is kept, and is asked for at every ranking.
        self._held: dict[int, Kept] = {}

    def keep(
        self,
        *,
        name: str,
        version: str,
        fitted_on: int,
        digest: str,
        body: str,
        report: str,
        at: dt.datetime,
        entry: int,
    ) -> int:
        """Keep a model under the log entry that says so; gives its number in this home."""
        with self._database.write() as connection:
            made = connection.execute(
                insert(ModelRow).returning(col(ModelRow.id)),
                {
                    "name": name,
                    "version": version,
                    "fitted_on": fitted_on,
                    "digest": digest,
                    "body": body,
                    "report": report,
                    "at": at,
                    "entry": entry,
                },
            ).scalar_one()
        assert made is not None
        return made

    def one(self, model: int) -> Kept:
        """Give one model by its number in this home; raises KeyError."""
        if model not in self._held:
            self._held |= {one.id: one for one in self.models()}
        return self._held[model]

    def models(self) -> tuple[Kept, ...]:
        """Give every model kept, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(select(ModelRow.__table__).order_by(col(ModelRow.id))).all()  # type: ignore[attr-defined]
        return tuple(
            Kept(
                id=row.id,
                name=row.name,
                version=row.version,
                fitted_on=row.fitted_on,
                digest=row.digest,
                body=row.body,
                report=row.report,
                at=row.at,
                entry=row.entry,
            )
            for row in rows
        )

    def use(self, model: int | None, *, back: bool, at: dt.datetime, entry: int) -> None:
        """Let a model rank from now on, under the log entry that says so."""
        with self._database.write() as connection:
            connection.execute(insert(ModelUse), {"model_id": model, "back": back, "at": at, "entry": entry})

    def uses(self) -> tuple[Use, ...]:
        """Give which models ranked, oldest first; before the first it was the shipped one."""
        with self._database.read() as connection:
            rows = connection.execute(_USES).all()
        return tuple(Use(model=row.model_id, back=row.back, at=row.at, entry=row.entry) for row in rows)

    def predicted(
        self, case: CaseFile, predictions: Sequence[Prediction], at: dt.datetime, entry: int
    ) -> None:
        """Keep what was said before calls, under the entry of their notes."""
        if not predictions:
            return
        with self._database.write() as connection:
            connection.execute(
                insert(PredictionRow),
                [
                    {
                        "case_id": case.id,
                        "note_blind": one.note,
                        "number": one.number,
                        "model_id": one.model,
                        "as_of": one.as_of,
                        "p": one.p,
                        "shipped": one.shipped,
                        "place": one.place,
                        "others": one.others,
                        "explore": one.explore,
                        "chance": one.chance,
                        "first": one.first,
                        "at": at,
                        "entry": entry,
                    }
                    for one in predictions
                ],
            )

    def explored(self, case: CaseFile) -> dict[int, float]:
        """Give the share of cases that were explored when each of the case's calls was noted, by note."""
        with self._database.read() as connection:
            rows = connection.execute(
                select(col(PredictionRow.note_blind), col(PredictionRow.explore)).where(
                    col(PredictionRow.case_id) == case.id
                )
            ).all()
        return {row.note_blind: row.explore for row in rows}

    def tested(self, since: dt.date | None = None) -> tuple[Tested, ...]:
        """Give each prediction with the call that followed, oldest first; calls taken back are left out."""
        wanted = _TESTED if since is None else _TESTED.where(col(PredictionRow.as_of) >= since)
        with self._database.read() as connection:
            rows = connection.execute(wanted).all()
        return tuple(
            Tested(
                case=row.case_id,
                prediction=Prediction(
                    note=row.note_blind,
                    number=row.number,
                    model=row.model_id,
                    as_of=row.as_of,
                    p=row.p,
                    shipped=row.shipped,
                    place=row.place,
                    others=row.others,
                    explore=row.explore,
                    chance=row.chance,
                    first=row.first,
                ),
                outcome=Outcome(
                    phone=_SOME_NUMBER,
                    at=row.called_at,
                    line=Line(row.line),
                    party=Party(row.party),
                    identity=Identity(row.identity),
                    code=row.code,
                ),
            )
            for row in rows
        )


# Asked before every ranking: put together once.
_USES = select(col(ModelUse.model_id), col(ModelUse.back), col(ModelUse.at), col(ModelUse.entry)).order_by(
    col(ModelUse.id)
)
_TESTED: Select[*tuple[Any, ...]] = (
    select(
        PredictionRow.__table__,  # type: ignore[attr-defined]
        col(OutcomeRow.at).label("called_at"),
        col(OutcomeRow.line),
        col(OutcomeRow.party),
        col(OutcomeRow.identity),
        col(OutcomeRow.code),
    )
    .join(
        OutcomeRow,
        and_(
            col(OutcomeRow.case_id) == col(PredictionRow.case_id),
            col(OutcomeRow.note_blind) == col(PredictionRow.note_blind),
            col(OutcomeRow.undone_by).is_(None),
        ),
    )
    .order_by(col(OutcomeRow.at), col(PredictionRow.id))
)
