"""What a call is worth here, and how much of the advice is left to chance so as to learn from it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, FiniteFloat

from graph.inuse_weights import Costs
from tracer.config_values import Model

_Amount = Annotated[FiniteFloat, Field(ge=0, le=1e9)]


class CostSettings(Model):
    """What the advice weighs, in minor units of ``currency``: only the proportions change it.

    ``right_party`` is the worth of talking to the debtor, ``wrong_party`` the harm of calling somebody else
    about his debt, ``attempt`` the price of a call.
    """

    right_party: Annotated[FiniteFloat, Field(gt=0, le=1e9)] = 6000.0
    wrong_party: _Amount = 9000.0
    attempt: _Amount = 100.0
    currency: Annotated[str, Field(pattern="^([A-Z]{3})?$")] = ""

    @property
    def costs(self) -> Costs:
        """The same as the in-use model takes it."""
        return Costs(right_party=self.right_party, wrong_party=self.wrong_party, attempt=self.attempt)


class ModelSettings(Model):
    """The in-use model in this house.

    ``explore`` is the share of cases (0 to 0.1) in which the number to be called first is drawn among those
    that may be called anyhow: outcomes of numbers nobody would have dialled are what a model learns most
    from. Barred numbers, and numbers that are not worth a call, are never drawn.
    """

    explore: Annotated[FiniteFloat, Field(ge=0, le=0.1)] = 0.0
    costs: CostSettings = CostSettings()
