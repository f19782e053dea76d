"""The words of the planner: why asking ends, what to do then, and what each budget is."""

from __future__ import annotations

from collections.abc import Mapping

from tracer.words import N_

WHY: Mapping[str, str] = {
    "not_worth_its_price": N_("nothing that may be asked is worth its price"),
    "nothing_left_to_ask": N_("there is nothing left that may be asked"),
    "budget": N_("the budget is spent"),
    "max_cost": N_("the cost limit of this run is reached"),
    "case_budget": N_("the budget of the case is spent"),
    "client_budget": N_("the client's budget of the day is spent"),
    "day_budget": N_("the budget of the day is spent"),
    "known_enough": N_("a number is known surely enough"),
    "answers_enough": N_("as many answers as the client wants are there"),
}
"""Why nothing more is asked (graph.plan.Why), and which budget it was."""

THEN: Mapping[str, str] = {
    "call": N_("call the first number"),
    "review": N_("let a person look at the numbers"),
    "write_a_letter": N_("write a letter"),
    "return_the_case": N_("return the case"),
}
"""What to do instead of asking (graph.plan.Then)."""
