"""How whole columns of Chinese names sound is how each of them sounds by itself."""

from __future__ import annotations

import numpy as np
import pytest

from graph.link.table import field_of
from graph.link.texts import Texts

NAMES = (
    *(
        "单",
        "仇",
        "解",
        "查",
        "区",
        "曾",
        "朴",
        "吕",
        "尉迟",
        "欧阳",
        "王",
        "玉",
        "晴",
        "睛",
        "绿",
        "〇",
        "㐀",
    ),
    *("伟芳", "韦方", "伟*", "*芳", "**", "司徒墨言", "欧阳伟芳磊", "伟w", "\U00020000"),
    *("lv", "lu", "wang", "hsiao p'ing", "ann"),
)


def _same(codes: np.ndarray) -> list[list[bool]]:
    return ((codes[:, None] == codes[None, :]) & (codes[:, None] >= 0)).tolist()


@pytest.mark.parametrize("name", ["name.given", "name.family"])
def test_a_column_of_names_sounds_as_each_of_them_does(name: str) -> None:
    rows = (np.arange(len(NAMES), dtype=np.int32),)

    few, many = field_of(name, rows, NAMES), field_of(name, rows, Texts.of(NAMES))

    assert type(few.values) is not type(many.values)
    assert _same(many.marks) == _same(few.marks)
    assert many.scripts.tolist() == few.scripts.tolist()
    assert [_same(many.ways[:, way]) for way in range(4)] == [_same(few.ways[:, way]) for way in range(4)]
