"""What look-ups are worth here: what the planner weighs answers by, and what may be spent."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, FiniteFloat

from graph.plan import Worth
from tracer.config_values import Model, a_list

_Amount = Annotated[FiniteFloat, Field(ge=0, le=1e9)]


class PlanSettings(Model):
    """Worth and harm of a call, prices of intrusion, and budgets; all in minor units of money.

    ``right_party`` is the worth of talking to the debtor, ``wrong_party`` the harm of calling somebody else,
    ``attempt`` the price of a call, ``information`` the worth of one bit of doubt less about a number.
    ``intrusion`` is what each level of it costs beside the price (own data, a carrier's yes or no, a sealed
    call, a letter); third parties are never planned. A ``letter`` has a price, and ``letter_answered`` is the
    share that is answered. ``per_case`` bounds what a case's look-ups cost in all, ``per_client`` and
    ``per_day`` those of one day, for one client and for all; left out, there is no bound.
    """

    right_party: Annotated[FiniteFloat, Field(gt=0, le=1e9)] = 6000.0
    wrong_party: _Amount = 9000.0
    attempt: _Amount = 100.0
    information: _Amount = 0.0
    intrusion: Annotated[tuple[_Amount, ...], BeforeValidator(a_list), Field(min_length=1, max_length=4)] = (
        0.0,
        10.0,
        100.0,
        300.0,
    )
    letter: _Amount = 300.0
    letter_answered: Annotated[FiniteFloat, Field(ge=0, le=1)] = 0.06
    per_case: int | None = Field(default=None, ge=0)
    per_client: int | None = Field(default=None, ge=0)
    per_day: int | None = Field(default=None, ge=0)

    @property
    def worth(self) -> Worth:
        """The same as the planner takes it."""
        return Worth(
            right_party=self.right_party,
            wrong_party=self.wrong_party,
            attempt=self.attempt,
            information=self.information,
            intrusion=self.intrusion,
            letter=self.letter,
            letter_answered=self.letter_answered,
        )
