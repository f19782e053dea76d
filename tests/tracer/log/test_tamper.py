"""Who finds what: ten attacks on the log, with and without its signing key, alone and with a witness."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tracer.log.tamper import CHANGES, WINDOW, Attack, matrix, table, untouched


@pytest.fixture(scope="module")
def attacks(tmp_path_factory: pytest.TempPathFactory) -> tuple[Attack, ...]:
    return matrix(tmp_path_factory.mktemp("tamper"))


def missed(attacks: tuple[Attack, ...], field: str, *, stolen: bool) -> set[str]:
    return {one.name for one in attacks if one.stolen is stolen and not getattr(one, field)}


@pytest.mark.parametrize("stolen", [False, True], ids=["database", "key-stolen"])
def test_with_a_witness_only_the_window_it_has_not_seen_is_missed(
    attacks: tuple[Attack, ...], stolen: bool
) -> None:
    assert missed(attacks, "witnessed", stolen=stolen) == {WINDOW}


def test_without_a_witness_a_stolen_key_rewrites_everything(attacks: tuple[Attack, ...]) -> None:
    assert missed(attacks, "alone", stolen=True) == set(CHANGES)


def test_without_a_witness_what_goes_with_its_checkpoints_is_missed(attacks: tuple[Attack, ...]) -> None:
    assert missed(attacks, "alone", stolen=False) == {
        "cut off the end, drop checkpoints",
        "restore an old backup",
        WINDOW,
    }


def test_the_witness_takes_no_checkpoint_of_a_rewritten_log(attacks: tuple[Attack, ...]) -> None:
    # Where entries were changed and no hash with them, the tree is the old one: verification finds those.
    assert missed(attacks, "refused", stolen=True) == {WINDOW}
    assert missed(attacks, "refused", stolen=False) == {WINDOW, "edit an entry", "edit, leaf hashed again"}


def test_a_log_nobody_touched_is_accused_by_nobody(tmp_path: Path) -> None:
    found = untouched(tmp_path)

    assert (found.alone, found.witnessed, found.refused) == (False, False, False)


def test_the_table_counts_what_was_found(attacks: tuple[Attack, ...]) -> None:
    assert table(attacks).splitlines()[-1] == "| **of 10** | **7** | **0** | **9** | **9** |"
