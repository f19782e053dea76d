"""The in-use model of a home, as one thing to call: which ranks, what was learned, whether it still holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from graph.inuse_weights import Model
from tracer.desk import charting, learning, models, scoring, watching
from tracer.desk.fit_files import model_bytes
from tracer.desk.learning import Learned
from tracer.desk.models import Change, ModelLine
from tracer.desk.office import Office
from tracer.desk.plain import load_model, written

Progress = Callable[[int, int], None]


class Models:
    """The models of one open home."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def listed(self) -> tuple[ModelLine, ...]:
        """The shipped model and those kept here."""
        return models.listed(self._office)

    def current(self) -> int:
        """The number of the one in use; 0 is the shipped one."""
        return models.current(self._office)

    def shown(self, which: str = "") -> tuple[ModelLine, tuple[Change, ...], Model]:
        """One model and where it differs from the shipped one."""
        return models.shown(self._office, which)

    def use(self, which: str) -> ModelLine:
        """Another model ranks from now on."""
        return models.use(self._office, which)

    def back(self) -> ModelLine:
        """The one before ranks again."""
        return models.back(self._office)

    def learn(
        self,
        *,
        out: Path | None = None,
        start: Path | None = None,
        seed: int = 0,
        progress: Progress | None = None,
    ) -> tuple[Learned, ModelLine | None]:
        """Learn from the home's calls; put the model in use if it is better, or only write it to ``out``.

        Gives None beside what was learned where nothing was put in use.
        """
        found = learning.learn(
            self._office, start=load_model(start) if start else None, seed=seed, progress=progress
        )
        if out is not None:
            with written(out) as target:
                target.write(model_bytes(found.fitted.model))
            return found, None
        if found.refusals:
            return found, None
        line = models.install(
            self._office,
            found.fitted.model,
            name=models.FITTED,
            report=found.fitted.report,
            sources=found.lessons.sources,
        )
        return found, line

    def watch(self, *, every: bool = False, since: dt.date | None = None) -> watching.Watched:
        """Whether what is predicted still comes true."""
        return watching.watch(self._office, every=every, since=since)

    def chart(self, out: Path | None) -> watching.Watched:
        """The same as a picture, where ``out`` is given."""
        return charting.calibration(self._office, out)

    def score(self, progress: Progress | None = None) -> scoring.ScoreCard:
        """How each source's numbers turned out."""
        return scoring.score(self._office, progress)
