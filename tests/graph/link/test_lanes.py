"""Cleaning a whole column gives what cleaning each text gives; no lane has an opinion of its own."""

from __future__ import annotations

import random

import pytest

from graph.clean.names import COMPOUND, UNPLAIN
from graph.clean.relations import relation_words
from graph.clean.text import empty_words
from graph.link import cleaning, lanes
from graph.link.texts import Texts, mask, numbered, or_else, square

RNG = random.Random(11)
HAN = "张王李赵欧阳司马上官伟芳娜敏静秀英丽强磊洋艳勇军杰娟涛超明燕著锺鍾乾後里裏发髮某公厂子女无"


def _digits(count):
    return "".join(RNG.choice("0123456789") for _ in range(count))


def _phone():
    number = f"1{RNG.choice('3456789')}{_digits(9)}"
    return RNG.choice(
        (
            number,
            f"+86{number}",
            f"+86 {number}",
            f"86-{number}",
            f"{number[:3]}-{number[3:7]}-{number[7:]}",
            f"{number[:3]} {number[3:7]} {number[7:]}",
            f"{number[:3]}****{number[7:]}",
            f"86 {number}",
            f"{number[:3]}***{number[7:]}",
            number[:10],
            f"0571-{number[:8]}",
            f"{number}/{number}",
            f"+1{number}",
        )
    )


def _id():
    region = RNG.choice(("110101", "339999", "819999", "009999", "999999"))
    born = f"{RNG.choice((1879, 1960, 1996, 2004, 2101))}{RNG.randint(0, 13):02d}{RNG.randint(0, 32):02d}"
    number = region + born + _digits(3)
    number += RNG.choice(("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "X", "x"))
    return RNG.choice(
        (
            number,
            number,
            number,
            f"{number[:6]}********{number[14:]}",
            f"{number[:14]}****",
            number[:15],
            f"{number[:3]}***********{number[14:]}",
            f"{number[:15]}000",
            f"{number[:1]}{'*' * 16}{number[-1]}",
            f" {number}",
            f"{number[:17]}*",
        )
    )


def _date():
    year, month, day = RNG.randint(1890, 2020), RNG.randint(0, 14), RNG.randint(0, 32)
    return RNG.choice(
        (
            f"{year}{month:02d}{day:02d}",
            f"{year}-{month:02d}-{day:02d}",
            f"{year}/{month}/{day}",
            f"{year}年{month}月{day}日",
            f"{year}年{month:02d}月{day:02d}日",
            f"{day}/{month}/{year}",
            str(year),
            "00000000",
            f"{year}年",
            f"{year}.{month}.{day}",
        )
    )


def _han(least, most):
    return "".join(RNG.choice(HAN) for _ in range(RNG.randint(least, most)))


def _address():
    return RNG.choice(
        (
            f"浙江省望湖市北苑區{_han(2, 3)}路{_digits(3)}号{_digits(1)}幢{_digits(3)}室",
            f"望湖望江街{_digits(2)}号6-2703",
            f"浙江省望湖市****{_han(1, 2)}",
            f"{_han(2, 4)}路(近{_han(2, 3)})",
            f"ＡＢ路{_digits(2)}号弄堂里面的楼",
            f"{_han(3, 6)}A座B#{_digits(3)}",
            "无",
            f"12 {_han(8, 9)} st",
            "没有地址没有地址",
        )
    )


def _hidden():
    parts = (_han(0, 2), "*" * RNG.randint(1, 3), _han(0, 2))
    return "".join(parts)


WORDS = [
    *relation_words(),
    *empty_words(),
    *COMPOUND,
    *(f"{name}先生" for name in "张王李"),
    "张某",
    "张某某",
    "某某",
    "妻子一",
    "的父亲",
    "女儿二",
    "王医院",
    "李厂",
    "东方厂",
    "已故",
    "欧阳娜",
    "歐陽娜",
    "司馬光",
    "余华",
    "余華",
    "张三丰",
]


@pytest.mark.parametrize(
    ("make", "lane", "slow"),
    [
        pytest.param(
            _phone, lambda t: lanes.phones(t, "CN"), lambda x: cleaning._phone(x, "CN"), id="phones"
        ),
        pytest.param(_id, lambda t: lanes.ids(t, ""), lambda x: cleaning._id(x, ""), id="ids of any kind"),
        pytest.param(_id, lambda t: lanes.ids(t, "prc_id"), lambda x: cleaning._id(x, "prc_id"), id="ids"),
        pytest.param(_date, lanes.dates, lambda x: cleaning.date_text(x, True), id="dates"),
        pytest.param(_address, lanes.addresses, cleaning.address_text, id="addresses"),
        pytest.param(_address, lanes.addresses, cleaning._text, id="texts"),
        pytest.param(
            lambda: RNG.choice((_han(1, 4), RNG.choice(WORDS), _hidden())),
            lambda t: lanes.han_names(t)[0],
            lambda x: cleaning._whole_name(x)[0],
            id="given names",
        ),
        pytest.param(
            lambda: RNG.choice((_han(1, 4), RNG.choice(WORDS), _hidden())),
            lambda t: lanes.han_names(t)[1],
            lambda x: cleaning._whole_name(x)[2],
            id="family names",
        ),
    ],
)
def test_a_lane_gives_what_the_cleaner_gives(make, lane, slow):
    texts = Texts.of({make() for _ in range(3000)})

    done = lane(texts).to_pylist()

    assert sum(one is not None for one in done) > 0.1 * len(texts)
    assert {text: slow(text) for text, one in zip(texts, done, strict=True) if one is not None} == {
        text: one for text, one in zip(texts, done, strict=True) if one is not None
    }


def test_words_that_are_no_names_never_take_the_lane_of_names():
    texts = Texts.of([word for word in WORDS if len(word) in (2, 3)])
    not_names = [cleaning._whole_name(text)[:3] == ("", "", "") for text in texts]

    taken = mask(lanes.han_names(texts)[1].is_valid())

    assert sum(not_names) > 20
    assert not any(bad and took for bad, took in zip(not_names, taken.tolist(), strict=True))
    assert "某" in UNPLAIN


def test_gaps_are_filled_one_by_one():
    texts = Texts.of(["15412345678", "bad", "154 1234 5678"])

    done = or_else(lanes.phones(texts, "CN"), texts, lambda text: text.upper())

    assert done.to_pylist() == ["+8615412345678", "BAD", "+8615412345678"]


def test_texts_of_several_columns_are_numbered_together_and_nothing_is_minus_one():
    (first, second), values = numbered([Texts.of(["b", "", "a"]).arrow, Texts.of(["a", "c"]).arrow])

    assert list(values) == ["b", "a", "c"]
    assert first.tolist() == [0, -1, 1]
    assert second.tolist() == [1, 2]


def test_texts_are_read_by_place_also_of_a_part_of_an_array():
    texts = Texts(Texts.of(["aa", "bb", "cc", "dd"]).arrow[1:])

    assert texts[0] == "bb"
    assert texts[1:] == ["cc", "dd"]
    assert square(texts.arrow, 2).tolist() == [[98, 98], [99, 99], [100, 100]]
    assert Texts.of(["\udcff"])[0] == "?"
