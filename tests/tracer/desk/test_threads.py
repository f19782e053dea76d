"""Threads do pieces of work as ``map`` does, and ``tracer link`` answers the same with any number of them."""

from __future__ import annotations

import csv
import random

import pytest

from tracer.desk import link
from tracer.desk.threads import Threads

COLUMNS = link.Columns(
    id="no",
    kinds=(("name", "name"), ("born", "born"), ("phone", "phone"), ("address", "address")),
    region="CN",
)


@pytest.fixture
def table(tmp_path):
    """Two writings of each of 1,100 fictional people: more pairs than one piece holds."""
    rng = random.Random(7)
    path = tmp_path / "people.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("no", "name", "born", "phone", "address"))
        for who in range(1_100):
            name = rng.choice("王李张刘陈杨") + "".join(rng.choices("伟芳娜敏静丽强磊军洋建国", k=2))
            born = f"19{rng.randint(50, 99)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
            phone = f"154{rng.randint(0, 99_999_999):08d}"
            home = f"宁远市东湖区人民路{rng.randint(1, 300)}号"
            rows.writerow((f"a{who}", name, born, phone, home))
            rows.writerow((f"b{who}", name, born, rng.choice((phone, "")), rng.choice((home, ""))))
    return path


def _answer(found):
    linked = found.linked
    return (
        linked.left.tolist(), linked.right.tolist(), linked.bits.tobytes(), linked.clusters.tolist(),
        linked.open_bits.tobytes(), linked.summary,
    )  # fmt: skip


@pytest.mark.parametrize("number", [2, 5])
def test_the_answer_is_the_same_bit_for_bit_with_any_number_of_threads(table, monkeypatch, number):
    monkeypatch.setattr(link, "threads", lambda: 1)
    alone = _answer(link.link_files([table], COLUMNS))
    monkeypatch.setattr(link, "threads", lambda: number)

    together = _answer(link.link_files([table], COLUMNS))

    assert len(alone[0]) > 1_000
    assert together == alone


@pytest.mark.parametrize("number", [1, 3])
def test_answers_come_in_the_order_of_the_pieces(number):
    assert list(Threads(number)(lambda piece: piece * piece, range(100))) == [n * n for n in range(100)]


@pytest.mark.parametrize("number", [1, 3])
def test_a_mistake_in_a_piece_is_raised_where_its_answer_is_wanted(number):
    done = Threads(number)(lambda piece: 1 // piece, [1, 0, 1])

    assert next(done) == 1
    with pytest.raises(ZeroDivisionError):
        next(done)


def test_pieces_are_not_started_far_ahead_of_what_is_wanted():
    asked = []

    def pieces():
        for piece in range(100):
            asked.append(piece)
            yield piece

    next(Threads(2)(lambda piece: piece, pieces()))

    assert len(asked) < 10
