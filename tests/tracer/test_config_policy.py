"""What may be configured about the law."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tracer.config import read
from tracer.errors import WrongUse

FILE = Path("config.toml")


def test_without_a_section_nothing_is_stated_and_packs_decide_contacts_only() -> None:
    policy = read({}, file=FILE).policy

    assert (policy.facts, policy.licences, policy.lookups) == ({}, {}, False)


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ({"seat": "Boston"}, "is no place"),
        ({"residence": {"northbank": ["Massachusetts"]}}, "is no place"),
        ({"residence": {"northbank": "CN"}}, "must be a list"),
        ({"facts": {"colour": True}}, "no fact that the house can state"),
        ({"facts": {"barred_on_file": False}}, "no fact that the house can state"),
        ({"licences": {"northbank": "casino"}}, "is not known"),
        ({"collector": "friend"}, "is not known"),
        ({"packs": ["cn-pipl"]}, "no setting"),
    ],
)
def test_what_cannot_be_is_refused_with_its_key(policy: dict[str, Any], said: str) -> None:
    with pytest.raises(WrongUse, match=said):
        read({"policy": policy}, file=FILE)
