"""What would be said of two rows were one column otherwise; see ``graph.otherwise``."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from graph.link.engine import Linked
from graph.link.kinds import Codes
from graph.link.levels import EXACT, ONE, compare_all
from graph.link.rarity import Rarity
from graph.link.score import Model, score
from graph.link.table import Field, Table
from graph.otherwise import SAME, WITHOUT, Otherwise

_NOTHING = 0.01
_NOT_ASKED = frozenset({"name.generation", "name.firm"})
"""Hardly anybody has them: that two rows lack them is no gap."""


def otherwise(linked: Linked, left: int, right: int, threshold: float) -> tuple[Otherwise, ...]:
    """Give what two rows of the input would come to, one change at a time, those that turn the decision first
    and then by the bits they change. ``threshold`` is the p from which two rows are one person.

    ``same`` gives both rows the value of one (of two values the commoner: a slip is nobody's name; a value of
    usual rarity, where both have none), ``without`` takes it from one. What the other rows of their groups
    say is taken to stay as it is. It does not matter which row is left.
    """
    table, model = linked.table, linked.model
    a, b = sorted(linked.places(left, right))
    others = linked.resolved.get((a, b), 0.0)
    cut = float(np.log2(threshold / (1.0 - threshold)))

    def bits(table: Table, model: Model) -> float:
        return float(score(model, table, np.array([a]), np.array([b]))[0]) + others

    now = bits(table, model)
    compared = compare_all(table, np.array([a]), np.array([b]))
    found = []
    for field in table.fields:
        level = int(compared[field.name].level[0])
        if level <= ONE and field.name in _NOT_ASKED:
            continue
        answers = []
        if level != EXACT:
            answers.append((SAME, *_same(table, model, field, a, b)))
        if level > ONE:
            answers.append((WITHOUT, _changed(table, field, {b: _nothing(field)}, b, None), model))
        for how, changed, weights in answers:
            came = bits(changed, weights)
            if abs(came - now) >= _NOTHING:
                turns = (came >= cut) != (now >= cut)
                found.append(Otherwise(what=field.name, how=how, bits=came, turns=turns))
    return tuple(sorted(found, key=lambda one: (not one.turns, -abs(one.bits - now), one.what, one.how)))


def _same(table: Table, model: Model, field: Field, a: int, b: int) -> tuple[Table, Model]:
    """Give the table in which both rows have the same, and the model that knows of its one holder more."""
    holders = model.rarity.holders[field.name].copy()
    # What is whole before what is masked, then the commoner.
    held = [(bool(field.masked[v]), -int(holders[v]), v, row) for row in (a, b) for v in _held(field, row)]
    _masked, _count, value, giver = min(held, default=(False, 0, _usual(model.rarity, field), a))
    one = [value] + [-1] * (len(field.columns) - 1)
    changed = _changed(table, field, {a: one, b: one}, a + b - giver, giver)
    if model.rarity.person[a] != model.rarity.person[b]:
        holders[value] += 1
    rarity = replace(model.rarity, holders={**model.rarity.holders, field.name: holders})
    return changed, replace(model, rarity=rarity)


def _held(field: Field, row: int) -> list[int]:
    return [int(column[row]) for column in field.columns if column[row] >= 0]


def _nothing(field: Field) -> list[int]:
    return [-1] * len(field.columns)


def _usual(rarity: Rarity, field: Field) -> int:
    """Give the value that stands in the middle by how many hold it, the first of them."""
    held = np.concatenate([column[rarity.one_each] for column in field.columns])
    held = held[(held >= 0) & ~field.masked[held]]
    if not len(held):
        return 0
    counts = rarity.holders[field.name][held]
    return int(held[counts == np.sort(counts)[len(counts) // 2]].min())


def _changed(table: Table, field: Field, rows: dict[int, list[int]], taker: int, giver: int | None) -> Table:
    """Give the table with other values in some rows of a field. An id that shows a date of birth takes it
    along."""
    columns: list[Codes] = [column.copy() for column in field.columns]
    for row, values in rows.items():
        for column, value in zip(columns, values, strict=True):
            column[row] = value
    dated = dict(table.dated)
    if field.name in dated:
        shows = dated[field.name].copy()
        shows[taker] = giver is not None and shows[giver]
        dated[field.name] = shows
    fields = tuple(
        replace(one, columns=tuple(columns)) if one.name == field.name else one for one in table.fields
    )
    return replace(table, fields=fields, dated=dated)
