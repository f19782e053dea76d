"""What would be said of two rows were one column otherwise: the rows are changed and scored again."""

from __future__ import annotations

import numpy as np
import pytest

from graph.link.engine import link
from graph.link.kinds import Raw
from graph.link.otherwise import otherwise

COLUMNS = ("name.given", "name.family", "born", "phone", "id")


def rows():
    made = []
    for number in range(80):
        row = (
            f"anna{chr(97 + number % 26)}{chr(97 + number // 26)}",
            f"hill{chr(97 + number // 4)}",
            f"19{number % 60 + 10}-03-{number % 27 + 1:02d}",
            f"+1212555{number + 100:04d}",
            f"PASS{number * 7919:07d}",
        )
        made.append(row)
        if number % 3 == 0:
            # His second record: no id, and the name written with a slip.
            made.append((row[0], row[1] + "s", row[2], row[3] if number % 2 else "", ""))
    return made


def linked(made):
    raws = []
    for place, kind in enumerate(COLUMNS):
        texts = [row[place] for row in made]
        values = tuple(sorted({text for text in texts if text}))
        codes = np.array([values.index(text) if text else -1 for text in texts], dtype=np.int32)
        raws.append(Raw(kind=kind, codes=codes, values=values))
    ids = [f"r{number:03d}" for number in range(len(made))]
    return link(raws, ids, np.zeros(len(made), dtype=np.int8), region="US")


def test_with_the_same_id_two_rows_come_to_what_they_would_had_the_file_said_so():
    made = rows()
    now = linked(made)

    told = {(one.what, one.how): one for one in otherwise(now, 0, 1, 0.5)}

    other, model = list(made), now.model
    other[1] = (*other[1][:4], other[0][4])
    changed = linked(other)
    # The same weights on the changed rows: only how many hold the id is counted anew.
    bits = sum(bar for _code, bar in now.explain(0, 1))
    assert told["id", "same"].bits > bits + 3
    assert told["id", "same"].bits == pytest.approx(sum(bar for _code, bar in changed.explain(0, 1)), abs=3.0)
    assert model is now.model


def test_without_what_speaks_for_them_two_rows_have_fewer_bits_and_the_rows_stay_as_they_are():
    made = rows()
    now = linked(made)
    before = now.explain(0, 1)

    told = {(one.what, one.how): one for one in otherwise(now, 0, 1, 0.5)}

    bits = sum(bar for _code, bar in before)
    assert told["born", "without"].bits < bits - 2
    assert ("born", "same") not in told
    assert told["name.family", "same"].bits > bits
    assert now.explain(0, 1) == before


def test_what_turns_the_decision_comes_first_and_is_what_crosses_the_threshold():
    now = linked(rows())
    bits = sum(bar for _code, bar in now.explain(0, 1))
    threshold = 1.0 - 2.0 ** -(bits + 2.0)

    told = otherwise(now, 0, 1, threshold)

    cut = np.log2(threshold / (1.0 - threshold))
    assert bits < cut
    assert {one.turns for one in told} == {True, False}
    assert all(one.turns == (one.bits >= cut) for one in told)
    assert [one.turns for one in told] == sorted((one.turns for one in told), reverse=True)


def test_two_rows_are_explained_alike_from_either_side():
    now = linked(rows())

    there, back = otherwise(now, 0, 1, 0.5), otherwise(now, 1, 0, 0.5)

    assert there == back
