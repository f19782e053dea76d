"""How far reviewers agree, against figures worked out by hand."""

from __future__ import annotations

import pytest

from graph.agreement import agreement
from graph.model import Judgement

SAME, DIFFERENT, UNSURE = Judgement.SAME, Judgement.DIFFERENT, Judgement.UNSURE


def two(said):
    """Give judgements of Li and Wang from a text: ``sd`` is Li same, Wang different."""
    words = {"s": SAME, "d": DIFFERENT, "u": UNSURE}
    return [
        (f"a{place}", f"b{place}", by, words[letter])
        for place, pair in enumerate(said.split())
        for by, letter in zip(("li", "wang"), pair, strict=True)
        if letter != "-"
    ]


def test_two_reviewers_are_compared_beyond_chance():
    # 20 same/same, 5 same/different, 10 different/same, 15 different/different: the textbook's 0.4.
    found = agreement(two(" ".join(["ss"] * 20 + ["sd"] * 5 + ["ds"] * 10 + ["dd"] * 15)))

    assert (found.pairs, found.reviewers) == (50, 2)
    assert found.share == pytest.approx(0.7)
    assert found.kappa == pytest.approx(0.4)
    # Krippendorff: 100 values, 55 same and 45 different; Do = 30/100, De = 2*55*45/(100*99).
    assert found.alpha == pytest.approx(1 - 0.3 / (2 * 55 * 45 / 9900))
    assert len(found.disagreements) == 15


def test_alpha_takes_three_reviewers_of_whom_not_all_judged_everything():
    judged = [
        ("a1", "b1", "li", SAME), ("a1", "b1", "wang", SAME), ("a1", "b1", "zhao", DIFFERENT),
        ("a2", "b2", "li", DIFFERENT), ("a2", "b2", "zhao", DIFFERENT),
        ("a3", "b3", "wang", SAME),
    ]  # fmt: skip

    found = agreement(judged)

    # Coincidences: pair 1 gives ss 1, sd 1, ds 1; pair 2 gives dd 2: 5 values, 2 same and 3 different.
    assert found.alpha == pytest.approx(1 - (2 / 5) / (2 * 2 * 3 / (5 * 4)))
    assert found.kappa is None
    assert (found.pairs, found.reviewers) == (2, 3)
    assert [pair[:2] for pair in found.disagreements] == [("a1", "b1")]


def test_unsure_says_neither_and_the_last_word_of_a_reviewer_counts():
    judged = [*two("su ud ss"), ("a2", "b2", "wang", DIFFERENT)]

    found = agreement(judged)

    assert (found.pairs, found.unsure, found.share) == (1, 2, 0.0)


def test_a_pair_is_the_same_from_either_side():
    found = agreement([("x", "y", "li", SAME), ("y", "x", "wang", SAME)])

    assert (found.pairs, found.share) == (1, 1.0)


@pytest.mark.parametrize("said", ["", "s- -d", "ss ss"], ids=["nothing", "nobody twice", "one word only"])
def test_what_cannot_be_told_is_not_told(said):
    found = agreement(two(said))

    assert found.alpha is None
    assert found.kappa is None
