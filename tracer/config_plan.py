"""What look-ups are worth here: what the planner weighs answers by, and what may be spent."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, FiniteFloat

from graph.plan import Worth
from tracer.config_model import CostSettings
from tracer.config_values import Model, a_list

_Amount = Annotated[FiniteFloat, Field(ge=0, le=1e9)]


class PlanSettings(Model):
    """Prices of intrusion and of letters, and budgets; all in minor units of money.

    What calls are worth stands under ``[model.costs]``. ``information`` is the worth of one bit of doubt less
    about a number. ``intrusion`` is what each level of it costs beside the price (own data, a carrier's yes
    or no, a sealed call, a letter); third parties are never planned. A ``letter`` has a price, and
    ``letter_answered`` is the share that is answered. ``per_case`` bounds what a case's look-ups cost in all,
    ``per_client`` and ``per_day`` those of one day, for one client and for all; left out, there is no bound.
    """

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

    def worth(self, costs: CostSettings) -> Worth:
        """The same as the planner takes it, with what calls are worth."""
        return Worth(
            right_party=costs.right_party,
            wrong_party=costs.wrong_party,
            attempt=costs.attempt,
            information=self.information,
            intrusion=self.intrusion,
            letter=self.letter,
            letter_answered=self.letter_answered,
        )
