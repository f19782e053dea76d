"""What whole columns tell is what a closer look finds, pair by pair."""

from __future__ import annotations

import random
from itertools import combinations, combinations_with_replacement, product

import numpy as np
import pytest

from graph.link import levels, masked
from graph.link.levels import CLASH, DIFFERENT
from graph.link.sieve import plainly_different
from graph.link.table import field_of

RNG = random.Random(5)


def _slipped(text, signs):
    if not text:
        return RNG.choice(signs)
    place = RNG.randrange(len(text))
    return RNG.choice(
        (
            text[:place] + RNG.choice(signs) + text[place + 1 :],
            text[:place] + text[place + 1 :],
            text[:place] + RNG.choice(signs) + text[place:],
            text[:place] + text[place : place + 2][::-1] + text[place + 2 :],
            text,
        )
    )


def _values(signs, least, most, marked=""):
    found = set()
    for _ in range(30):
        text = "".join(RNG.choice(signs) for _ in range(RNG.randint(least, most)))
        found.add(text + RNG.choice(("", marked)))
        for _ in range(3):
            text = _slipped(_slipped(text, signs), signs)
            if text.strip():
                found.add(text + RNG.choice(("", marked)))
        if marked and len(text) > 6:
            found.add(text[:3] + "*" * (len(text) - 6) + text[-3:])
            found.add("*" * (len(text) - 2) + text[-2:])
    return tuple(sorted(found))


FIELDS = {
    "phone": ("0123456789", 11, 13, ""),
    "id.prc_id": ("0123456789X", 15, 18, "!"),
    "id": ("0123456789", 4, 7, "!"),
    "email": ("abcdefghijklmnop@.", 6, 12, ""),
    "address.postcode": ("0123456789", 4, 6, ""),
    "address": ("东西南北中大小路街巷号幢室0123456789", 4, 16, ""),
    "employer": ("青濂锦帆汽车配件家具机械", 1, 8, ""),
    "occupation": ("abcdefgh ", 1, 9, ""),
    "name.given": ("伟芳娜敏静强磊洋艳勇军", 1, 3, ""),
    "name.family": ("张王李赵欧阳zhang", 1, 4, ""),
}


@pytest.mark.parametrize("name", FIELDS)
def test_what_is_plainly_different_is_different_letter_by_letter(name):
    values = _values(*FIELDS[name])
    field = field_of(name, (np.arange(len(values), dtype=np.int32),), values)
    a, b = (np.array(side, dtype=np.int32) for side in zip(*combinations(range(len(values)), 2), strict=True))
    whole = ~field.masked[a] & ~field.masked[b]

    away = plainly_different(field, a, b) & whole

    found = levels.unequal(field, a.astype(np.int64), b.astype(np.int64))
    assert np.isin(found[away], (DIFFERENT, CLASH)).all()
    if name not in {"occupation", "email"}:
        assert away.sum() > 0.2 * (found == DIFFERENT).sum()


def test_masked_names_are_compared_by_column_as_pair_by_pair():
    short = ["".join(signs) for size in range(1, 5) for signs in product("伟芳*", repeat=size)]
    values = (*short, "欧阳伟芳磊", "欧*磊", "w*", "wei", "ann", "a* b", "ann b", "伟w", "朴*")
    field = field_of("name.given", (np.arange(len(values), dtype=np.int32),), values)
    every = combinations_with_replacement(range(len(values)), 2)
    a, b = (np.array(side, dtype=np.int32) for side in zip(*every, strict=True))

    together = levels._levels(field, a, b)
    alone = np.concatenate([levels._levels(field, a[at : at + 1], b[at : at + 1]) for at in range(len(a))])

    assert together.tolist() == alone.tolist()
    where = together == levels.MASKED
    assert 0.2 < where.mean() < 0.9
    bits = masked.shown_bits(field, a[where].astype(np.int64), b[where].astype(np.int64))
    one_by_one = [
        masked._shown(field, x, y)
        for x, y in zip(field.values.at(a[where]), field.values.at(b[where]), strict=True)
    ]
    assert bits.tolist() == one_by_one


@pytest.mark.parametrize("name", ["phone", "id.prc_id", "id", "address.postcode"])
def test_masks_are_compared_by_column_as_pair_by_pair(name):
    signs, least, most, _marked = FIELDS[name]
    values = _values(signs, least, most, "!" if name.startswith("id") else "")
    values += ("154****1234", "154****1235", "*******1234", "1540000****", "16400001234", "15400001234")
    field = field_of(name, (np.arange(len(values), dtype=np.int32),), values)
    a, b = (np.array(side, dtype=np.int32) for side in zip(*combinations(range(len(values)), 2), strict=True))
    some = field.masked[a] | field.masked[b]
    a, b = a[some], b[some]

    together = levels._levels(field, a, b)
    alone = np.concatenate([levels._levels(field, a[at : at + 1], b[at : at + 1]) for at in range(len(a))])

    assert len(set(alone.tolist())) > 1
    assert together.tolist() == alone.tolist()
    bits = masked.shown_bits(field, a.astype(np.int64), b.astype(np.int64))
    one_by_one = [
        masked._shown(field, x, y) for x, y in zip(field.values.at(a), field.values.at(b), strict=True)
    ]
    where = together == levels.MASKED
    assert bits[where] == pytest.approx(np.array(one_by_one)[where])
