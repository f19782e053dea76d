"""Words that say whose a name or number is."""

from __future__ import annotations

import pytest

from graph.clean.relations import relation
from graph.model import Role


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("父亲", Role.PARENT),
        ("配偶:", Role.SPOUSE),
        ("联系人2", Role.REFERENCE),
        ("配偶电话", Role.SPOUSE),
        ("单位电话", Role.EMPLOYER),
        ("Wife", Role.SPOUSE),
        ("同事", Role.COLLEAGUE),
        ("本人", Role.DEBTOR),
        ("张三", None),
        ("", None),
    ],
)
def test_a_word_names_a_role_or_none(text: str, expected: Role | None) -> None:
    assert relation(text) is expected
