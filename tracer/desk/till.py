"""Answers that have to be paid for: the only way to one is to spend its price.

Planning is judged on files that hold every answer beforehand. So that no planner can look, the answers are
kept out of reach of everything but :meth:`Till.pay`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A look-up that may be bought: everything about it but its answer."""

    case: str = field(repr=False)
    number: str = field(repr=False)
    lookup: str = field(repr=False)
    cost: float


class Overdrawn(Exception):
    """The budget does not reach for this look-up; nothing was paid and nothing was told."""


class Till:
    """Sells answers against a budget, each once."""

    __slots__ = ("_left", "_offers", "_sell", "_spent")

    def __init__(self, stock: Iterable[tuple[Offer, Mapping[str, object]]], budget: float) -> None:
        # The answers live in the closure below and nowhere else: not in an attribute, not in an offer.
        sealed: dict[Offer, bytes] = {}
        for offer, answer in stock:
            sealed.setdefault(offer, json.dumps(answer).encode())
        self._offers: dict[str, list[Offer]] = {}
        for offer in sealed:
            self._offers.setdefault(offer.case, []).append(offer)
        self._sell: Callable[[Offer], bytes] = sealed.pop
        self._left = budget
        self._spent = 0.0

    @property
    def left(self) -> float:
        """What may still be spent."""
        return self._left

    @property
    def spent(self) -> float:
        """What was spent."""
        return self._spent

    def offers(self, case: str) -> tuple[Offer, ...]:
        """The look-ups of a case that were not bought yet."""
        return tuple(self._offers.get(case, ()))

    def total(self) -> float:
        """What all look-ups that are still to be had would cost together."""
        return sum(offer.cost for offers in self._offers.values() for offer in offers)

    def pay(self, offer: Offer) -> Mapping[str, object]:
        """Spend the price and give the answer. Raises :class:`Overdrawn`; KeyError for one sold before."""
        if offer.cost > self._left:
            raise Overdrawn
        answer = self._sell(offer)
        self._left -= offer.cost
        self._spent += offer.cost
        self._offers[offer.case].remove(offer)
        told: Mapping[str, object] = json.loads(answer)
        return told
