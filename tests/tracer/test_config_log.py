"""Witnesses in the configuration: each kind has its place, and a slip is named."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tracer.config import Config, read
from tracer.errors import WrongUse
from tracer.log import Signer

KEY = str(Signer("witness.example", bytes(32)).key)


def config(text: str) -> Config:
    return read(tomllib.loads(text), file=Path("/home/x/config.toml"))


def test_nothing_configured_has_no_witness_and_the_proposed_window() -> None:
    empty = config("")

    assert empty.witnesses == ()
    assert (empty.log.checkpoint_every, empty.log.checkpoint_seconds) == (100, 60.0)


def test_a_file_is_looked_for_from_the_configurations_folder() -> None:
    found = config('[[witnesses]]\nkind = "file"\nname = "share"\npath = "share/log.txt"').witnesses[0]

    assert found.path == Path("/home/x/share/log.txt")


def test_a_witness_that_signs_has_its_key() -> None:
    found = config(
        f'[[witnesses]]\nkind = "https"\nname = "a"\nurl = "https://w.example/log"\nkey = "{KEY}"'
    ).witnesses[0]

    assert str(found.verifier) == KEY


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('kind = "fax"\nname = "a"', ["witnesses[1].kind is fax", "file, command, https"]),
        ('kind = "file"\nname = "a"', ["needs path"]),
        ('kind = "file"\nname = "a"\npath = "x"\nurl = "https://w.example"', ["needs path, and no other"]),
        ('kind = "command"\nname = "a"\ncommand = "mail me"', ["must be a list"]),
        ('kind = "command"\nname = "a"\ncommand = []', ["needs command"]),
        ('kind = "https"\nname = "a"\nurl = "https://w.example"', ["has no key", "append"]),
        ('kind = "https"\nname = "a"\nurl = "http://w.example"\nkey = "x"', ["https://"]),
        ('kind = "https"\nname = "a"\nurl = "https://w.example"\nkey = "abc"', ["no verifier key"]),
        ('kind = "file"\nname = "a b"\npath = "x"', ["cannot be the name of a witness"]),
        (
            'kind = "file"\nname = "a"\npath = "x"\nevery = 5',
            ["witnesses[1].every", "every_seconds"],
        ),
    ],
    ids=["kind", "no-path", "two-places", "command", "empty", "no-key", "clear", "key", "name", "unknown"],
)
def test_a_slip_is_answered_with_its_place(text: str, said: list[str]) -> None:
    with pytest.raises(WrongUse) as caught:
        config(f"[[witnesses]]\n{text}")

    for part in said:
        assert part in caught.value.shown()


def test_a_private_key_in_the_file_is_not_repeated() -> None:
    with pytest.raises(WrongUse) as caught:
        config('[[witnesses]]\nkind = "file"\nname = "a"\npath = "x"\nkey = "PRIVATE+KEY+hush+hush"')

    assert "hush" not in caught.value.shown()


def test_two_witnesses_have_two_names() -> None:
    one = '[[witnesses]]\nkind = "file"\nname = "a"\npath = "x"\n'

    with pytest.raises(WrongUse) as caught:
        config(one + one)

    assert "two witnesses have the name a" in caught.value.shown()
