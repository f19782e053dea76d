"""Keys: what opens, what does not, and what is left when one is destroyed."""

from __future__ import annotations

import copy
import math
import os
import pickle
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracer.errors import LogUnavailable
from tracer.log.vocabulary import TOKEN
from tracer.vault import COMMAND_VARIABLE, EXACT_BITS, INDEX_BITS, KEY_VARIABLE, CaseKey, SealBroken, Vault

PLACE = "placed|sealed|17"
PHONE = "+8615412345678"


@pytest.fixture(autouse=True)
def no_keys_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    monkeypatch.delenv(COMMAND_VARIABLE, raising=False)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault.create(tmp_path)


@pytest.fixture
def key(vault: Vault) -> CaseKey:
    return vault.new_case_key()


@given(plain=st.binary(max_size=2000), place=st.text(max_size=40))
def test_what_is_sealed_opens_again_in_its_place(plain: bytes, place: str) -> None:
    key = _any_key()

    sealed = key.seal(plain, place)

    assert key.open(sealed, place) == plain
    assert len(sealed) == len(plain) + 29


def _any_key() -> CaseKey:
    return CaseKey(bytes(range(32)), b"")


def test_the_same_value_sealed_twice_looks_different(key: CaseKey) -> None:
    assert key.seal(PHONE.encode(), PLACE) != key.seal(PHONE.encode(), PLACE)


@pytest.mark.parametrize("where", range(0, 43, 7))
def test_a_sealed_value_changed_anywhere_does_not_open(key: CaseKey, where: int) -> None:
    sealed = bytearray(key.seal(PHONE.encode(), PLACE))
    sealed[where] ^= 1

    with pytest.raises(SealBroken) as raised:
        key.open(bytes(sealed), PLACE)

    assert PLACE in str(raised.value)
    assert "154" not in raised.value.shown()


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" * 20, b"\x02" + b"x" * 60], ids=len)
def test_what_was_never_sealed_does_not_open(key: CaseKey, sealed: bytes) -> None:
    with pytest.raises(SealBroken):
        key.open(sealed, PLACE)


def test_a_sealed_value_moved_to_another_place_or_case_does_not_open(vault: Vault, key: CaseKey) -> None:
    sealed = key.seal(PHONE.encode(), PLACE)

    with pytest.raises(SealBroken):
        key.open(sealed, "placed|sealed|18")
    with pytest.raises(SealBroken):
        vault.new_case_key().open(sealed, PLACE)


def test_a_case_key_opens_again_from_what_the_database_keeps(tmp_path: Path, key: CaseKey) -> None:
    sealed = key.seal(b"x", PLACE)

    again = Vault.open(tmp_path).case_key(key.wrapped)

    assert again.open(sealed, PLACE) == b"x"
    assert again.token("number", PHONE) == key.token("number", PHONE)
    assert again.wrapped == key.wrapped


def test_a_wrapped_key_of_another_home_or_changed_does_not_open(
    tmp_path: Path, vault: Vault, key: CaseKey
) -> None:
    other = Vault.create(tmp_path / "other")

    with pytest.raises(SealBroken):
        other.case_key(key.wrapped)
    for wrong in (b"", key.wrapped[:-1], key.wrapped[:-1] + b"x", b"\x09" + key.wrapped[1:]):
        with pytest.raises(SealBroken):
            vault.case_key(wrong)


def test_pseudonyms_and_tokens_are_stable_in_a_case_and_say_nothing_across_cases(
    vault: Vault, key: CaseKey
) -> None:
    other = vault.new_case_key()

    assert key.pseudonym("case", "17") == key.pseudonym("case", "17") != key.pseudonym("case", "18")
    assert key.pseudonym("case", "17") != other.pseudonym("case", "17")
    assert key.token("number", PHONE) != other.token("number", PHONE)
    assert key.token("number", PHONE).startswith("n_")
    assert key.token("number", PHONE)[2:] != key.token("name", PHONE)[2:]
    assert key.pseudonym("person", "17").removeprefix("person_") != key.pseudonym("p", "17").removeprefix(
        "p_"
    )


@given(text=st.text(max_size=30))
def test_no_pseudonym_holds_a_digit_and_the_log_takes_them_all(text: str) -> None:
    key = _any_key()

    for name in (key.pseudonym("case", text), key.token("number", text)):
        assert not any(character.isdigit() for character in name)
        assert TOKEN.fullmatch(name)


@pytest.mark.parametrize("kind", ["", "other_case", "Case", "号码", "n1", "abcdefghijklm"])
def test_a_pseudonym_that_the_log_would_not_take_is_not_made(key: CaseKey, kind: str) -> None:
    with pytest.raises(ValueError, match="lower-case word"):
        key.pseudonym(kind, "17")


def test_a_blind_index_is_equal_for_equal_values_of_one_kind_only(tmp_path: Path, vault: Vault) -> None:
    again = Vault.open(tmp_path)
    exact = {
        (kind, text): vault.blind(kind, text, EXACT_BITS) for kind in ("phone", "id") for text in ("1", "2")
    }

    assert vault.blind("phone", PHONE) == again.blind("phone", PHONE)
    assert len(set(exact.values())) == 4
    assert all(0 <= value < 2**63 for value in exact.values())


def test_a_blind_index_has_the_length_the_home_was_made_with(tmp_path: Path) -> None:
    Vault.create(tmp_path, bits=5)

    values = {Vault.open(tmp_path).blind("phone", str(number)) for number in range(500)}

    assert values == set(range(32))


def test_the_default_length_keeps_the_planners_rule_at_a_million_rows() -> None:
    coincidences = 1_000_000 / 2**INDEX_BITS

    assert 2 <= coincidences <= math.sqrt(1_000_000)
    assert 1_000_000 / 2 ** (INDEX_BITS + 1) < 2


def test_keys_lie_outside_the_database_and_only_their_owner_may_read_them(
    tmp_path: Path, vault: Vault
) -> None:
    folder = tmp_path / "keys"

    assert sorted(path.name for path in folder.iterdir()) == ["epoch-1.key", "index.key"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["epoch-1.key", "index.key"])
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_that_others_may_read_is_not_used(tmp_path: Path, vault: Vault, name: str, mode: int) -> None:
    (tmp_path / "keys" / name).chmod(mode)

    with pytest.raises(LogUnavailable, match="may be read by others") as raised:
        Vault.open(tmp_path)

    assert "chmod 600" in raised.value.shown()


@pytest.mark.parametrize("name", ["epoch-1.key", "index.key"])
def test_a_missing_key_is_named_with_what_to_do(tmp_path: Path, vault: Vault, name: str) -> None:
    (tmp_path / "keys" / name).unlink()

    with pytest.raises(LogUnavailable, match="is missing") as raised:
        Vault.open(tmp_path)

    assert name in str(raised.value)
    assert "Restore" in raised.value.shown()
    assert raised.value.exit_code == 4


@pytest.mark.parametrize("text", ["", "abc", "0" * 64, "zz" * 32, "AAAA", "é", "\0" * 64])
@pytest.mark.parametrize("name", ["epoch-1.key", "index.key"])
def test_a_damaged_key_is_named_and_not_shown(tmp_path: Path, vault: Vault, name: str, text: str) -> None:
    path = tmp_path / "keys" / name
    path.write_text(text)

    with pytest.raises(LogUnavailable) as raised:
        Vault.open(tmp_path)

    assert name in raised.value.shown()
    assert not text or text not in str(raised.value)


def test_a_key_of_another_home_is_told_from_the_right_one(tmp_path: Path, vault: Vault) -> None:
    Vault.create(tmp_path / "other")
    os.replace(tmp_path / "other/keys/epoch-1.key", tmp_path / "keys/epoch-1.key")

    with pytest.raises(LogUnavailable, match="does not fit"):
        Vault.open(tmp_path)


def test_a_home_that_has_keys_gets_no_others(tmp_path: Path, key: CaseKey) -> None:
    with pytest.raises(LogUnavailable, match="already"):
        Vault.create(tmp_path)

    assert Vault.open(tmp_path).case_key(key.wrapped)


def test_keys_that_cannot_be_written_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("a file where the folder should be")

    with pytest.raises(LogUnavailable, match="cannot be written"):
        Vault.create(tmp_path)


@pytest.mark.parametrize("bits", [0, 64])
def test_an_index_too_short_or_too_long_is_refused(tmp_path: Path, bits: int) -> None:
    with pytest.raises(ValueError, match="1 to 63 bits"):
        Vault.create(tmp_path, bits=bits)


GIVEN = "c0ffee" * 10 + "c0ff"
SAME_IN_BASE64 = "wP/uwP/uwP/uwP/uwP/uwP/uwP/uwP/uwP/uwP/uwP8="


@pytest.mark.parametrize(
    "text", [GIVEN, SAME_IN_BASE64, f"  {GIVEN}\n"], ids=["hex", "base64", "with spaces"]
)
def test_a_master_key_from_the_environment_is_in_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, GIVEN)
    key = Vault.create(tmp_path).new_case_key()
    sealed = key.seal(b"x", PLACE)

    monkeypatch.setenv(KEY_VARIABLE, text)

    assert Vault.open(tmp_path).case_key(key.wrapped).open(sealed, PLACE) == b"x"
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["index.key"]
    assert GIVEN not in (tmp_path / "keys/index.key").read_text()


def test_a_master_key_can_come_from_a_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(COMMAND_VARIABLE, f"printf %s {GIVEN}")
    key = Vault.create(tmp_path).new_case_key()

    assert Vault.open(tmp_path).case_key(key.wrapped)
    monkeypatch.delenv(COMMAND_VARIABLE)
    with pytest.raises(LogUnavailable, match=r"epoch-1\.key is missing"):
        Vault.open(tmp_path)


@pytest.mark.parametrize("command", ["false", "no-such-program-here", "printf %s short", 'echo "'])
def test_a_command_that_gives_no_key_is_an_error_that_shows_nothing_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv(COMMAND_VARIABLE, command)

    with pytest.raises(LogUnavailable, match=COMMAND_VARIABLE) as raised:
        Vault.create(tmp_path)

    assert "short" not in raised.value.shown()


def test_a_new_epoch_leaves_everything_readable_and_the_old_key_destroyed_leaves_only_survivors(
    tmp_path: Path, vault: Vault
) -> None:
    kept, erased = vault.new_case_key(), vault.new_case_key()
    sealed = kept.seal(b"kept", PLACE)
    blind = vault.blind("phone", PHONE)

    assert vault.begin_epoch() == 2
    (survivor,) = vault.rotate([kept.wrapped])
    assert vault.case_key(erased.wrapped).wrapped == erased.wrapped
    vault.retire(1)

    opened = Vault.open(tmp_path)
    assert opened.epoch == 2
    assert opened.case_key(survivor).open(sealed, PLACE) == b"kept"
    assert opened.case_key(survivor).token("number", PHONE) == kept.token("number", PHONE)
    assert opened.blind("phone", PHONE) == blind
    assert sorted(path.name for path in (tmp_path / "keys").iterdir()) == ["epoch-2.key", "index.key"]
    for gone in (vault, opened):
        with pytest.raises(SealBroken, match="does not open"):
            gone.case_key(erased.wrapped)
        with pytest.raises(SealBroken):
            gone.case_key(kept.wrapped)


def test_a_crash_while_a_new_epoch_begins_leaves_the_old_one_in_force(tmp_path: Path, vault: Vault) -> None:
    key = vault.new_case_key()
    before = (tmp_path / "keys/index.key").read_bytes()
    vault.begin_epoch()
    begun = (tmp_path / "keys/epoch-2.key").read_bytes()
    (tmp_path / "keys/index.key").write_bytes(before)

    opened = Vault.open(tmp_path)

    assert opened.epoch == 1
    assert opened.case_key(key.wrapped)
    assert opened.begin_epoch() == 2
    assert (tmp_path / "keys/epoch-2.key").read_bytes() == begun


def test_the_epoch_in_force_is_not_destroyed(vault: Vault) -> None:
    with pytest.raises(ValueError, match="in force"):
        vault.retire(1)


def test_a_master_key_from_outside_is_rotated_outside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, GIVEN)

    with pytest.raises(LogUnavailable, match="from outside"):
        Vault.create(tmp_path).begin_epoch()


def test_no_key_shows_itself_or_can_be_taken_away(vault: Vault, key: CaseKey) -> None:
    assert (repr(vault), repr(key)) == ("Vault(epoch 1)", "CaseKey(…)")
    for thing in (vault, key):
        with pytest.raises(TypeError):
            pickle.dumps(thing)
        with pytest.raises(TypeError):
            copy.deepcopy(thing)
