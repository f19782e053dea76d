"""A small share of cases in which chance says which safe number is called first, so that models can learn.

What nobody dials nobody learns from. The draw is keyed to the case and the week: looking again changes
nothing, nobody can foresee it, and how likely each number was to be first is known afterwards.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from graph.model import Advice, Ranking
from tracer.desk.office import Office
from tracer.store.cases import CaseFile

# A share in 53 bits is exact in a float, and below 1.
_BITS = 53


@dataclass(frozen=True, slots=True, kw_only=True)
class First:
    """Which number is advised to be called first, and how likely each was to be it.

    ``token`` and ``chance`` are of the number that was drawn; empty and 0 where nothing was. ``key`` is the
    number's own key (the top one where nothing was drawn, "" where none is worth a call); ``chances`` by key,
    those left out have none. ``explore`` is the share of cases in which is drawn.
    """

    token: str
    chance: float
    key: str = field(repr=False)
    chances: dict[str, float] = field(repr=False)
    explore: float


def first(
    office: Office, case: CaseFile, ranking: Ranking, day: dt.date | None = None, share: float | None = None
) -> First:
    """Say which number of a ranking is to be called first on a day (today), and how likely each was to be.

    Only numbers advised to be called are drawn from: never a barred one, a masked one, or one that is not
    worth a call. ``share`` is that of the configuration unless it is given.
    """
    explore = office.config.model.explore if share is None else share
    safe = [
        one.phone.key
        for one in ranking.numbers
        if one.advice is Advice.SEND and one.barred is None and not one.phone.masked
    ]
    if not safe:
        return First(token="", chance=0.0, key="", chances={}, explore=explore)
    if explore <= 0.0 or len(safe) < 2:
        return First(token="", chance=0.0, key=safe[0], chances={safe[0]: 1.0}, explore=explore)
    chances = {key: explore / len(safe) for key in safe}
    chances[safe[0]] += 1.0 - explore
    year, week, _ = (day or office.today()).isocalendar()
    if _lot(office, case, f"case|{year}|{week}") >= explore:
        return First(token="", chance=0.0, key=safe[0], chances=chances, explore=explore)
    drawn = safe[int(_lot(office, case, f"number|{year}|{week}") * len(safe))]
    phone = next(one.phone for one in ranking.numbers if one.phone.key == drawn)
    return First(
        token=office.store.notes.number_token(case, phone),
        chance=chances[drawn],
        key=drawn,
        chances=chances,
        explore=explore,
    )


def _lot(office: Office, case: CaseFile, what: str) -> float:
    """A number from 0 to below 1 that only this house's key gives."""
    drawn = office.vault.blind("explore", f"{case.pseudonym}|{what}", bits=_BITS)
    return float(drawn) / 2.0**_BITS
