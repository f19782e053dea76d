"""The configuration: a slip is named with its place and what is allowed; silence allows nothing."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path

import pytest

from sources.contract import Field
from tracer import manifests
from tracer.config import Config, Operation, load, read
from tracer.errors import WrongUse
from tracer.log.vocabulary import wrong

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"


def config(text: str) -> Config:
    return read(tomllib.loads(text), file=Path("/home/x/config.toml"))


def fault(text: str) -> str:
    with pytest.raises(WrongUse) as caught:
        config(text)
    return caught.value.shown()


def test_the_example_is_a_working_configuration() -> None:
    example = load(EXAMPLE)

    assert example.clients["northbank"].operations == frozenset(Operation)
    assert [settings.id for settings in example.sources][:2] == ["case_file", "references"]
    recycling = next(one for one in example.sources if one.id == "camara.number-recycling")
    assert recycling.fields == {Field.PHONE, Field.ANCHOR_DATE}
    assert example.tables["rosters"].path == EXAMPLE.parent / "roster.csv"


def test_every_source_of_the_example_is_one_we_ship() -> None:
    project = tomllib.loads((EXAMPLE.parent / "pyproject.toml").read_text())
    shipped = project["project"]["entry-points"]["tracer.sources"]

    used = {settings.use for settings in load(EXAMPLE).sources}

    assert used <= {*shipped, *manifests.shipped()}


def test_nothing_configured_is_valid_and_allows_nothing() -> None:
    empty = config("")

    assert (empty.purposes, empty.clients, empty.sources, empty.tables) == (frozenset(), {}, (), {})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('regoin = "CN"', ["no setting regoin", "Did you mean region?"]),
        ('[clients.a]\nname = "A"\noperations = ["lokup"]', ["operations[1] is lokup", "mean lookup?"]),
        ('[clients.a]\nname = "A"\nagreemnt = "x"', ["clients.a.agreemnt", "mean agreement?"]),
        ("[clients.a]", ["clients.a.name is missing"]),
        ('[clients."A B"]\nname = "x"', ["A B"]),
        ('[[sources]]\nuse = "x"\nroles = ["debter"]', ["sources[1].roles[1] is debter", "mean debtor?"]),
        ('[[sources]]\nuse = "x"\nfields = ["phon"]', ["fields[1] is phon", "mean phone?"]),
        ('[[sources]]\nuse = "x"\nroles = "debtor"', ["must be a list", '["debtor"]']),
        ('[[sources]]\nuse = "x"\nrate = 0', ["sources[1].rate is 0"]),
        ('[[sources]]\nuse = "x"\nrate = nan', ["sources[1].rate is nan"]),
        ('[[sources]]\nuse = "x"\ntimeout = -1', ["sources[1].timeout"]),
        ('[[sources]]\nuse = "x"\nbase_url = "http://carrier.example"', ["https://", "127.0.0.1"]),
        ('[[sources]]\nuse = "x"\nbase_url = "http://127.0.0.1.evil.example"', ["https://"]),
        ('[[sources]]\nuse = "x"\nbase_url = "https://h/?q=1"', ["no base address"]),
        ('[[sources]]\nuse = "x"\nfrom = 2026-05-01\nuntil = 2026-04-01', ["ends before it begins"]),
        ('[[sources]]\nuse = "x"\n[[sources]]\nuse = "x"', ["two sources have the id x"]),
        ('[[sources]]\nuse = "x"\ntoken_url = "https://h/t"', ["only part of what an access token needs"]),
        ('[[sources]]\nuse = "x"\nauthorisation = "§ 4"', ["cannot stand in the log"]),
        ('[[sources]]\nuse = "x"\nauthorisation = "15400000001"', ["cannot stand in the log"]),
        ('[[sources]]\nuse = "x"\nid = "a b"', ["cannot be the id"]),
        ('timezone = "Mars/Base"', ["Mars/Base", "Asia/Shanghai"]),
        ('region = "China"', ["China", "CN or US"]),
        ('purposes = ["Contact Repair"]', ["purposes[1] is Contact Repair"]),
        ('[tables.r]\npath = "r.csv"\nkeys = []', ["tables.r.keys"]),
    ],
    ids=lambda value: "" if isinstance(value, list) else None,
)
def test_a_slip_is_answered_with_its_place_and_what_is_allowed(text: str, said: list[str]) -> None:
    message = fault(text)

    assert "/home/x/config.toml" in message
    for part in said:
        assert part in message


@pytest.mark.parametrize(
    "line",
    [
        'secret = "hush-hush"',
        'client_secret = "hush-hush"',
        'token = "hush-hush"',
        'password = "hush-hush"',
        'base_url = "https://us:hush-hush@carrier.example/"',
    ],
)
def test_a_secret_in_the_file_is_refused_and_not_repeated(line: str) -> None:
    message = fault(f'[[sources]]\nuse = "x"\n{line}')

    assert "holds a secret" in message
    assert "hush-hush" not in message


def test_several_slips_are_counted() -> None:
    assert "(1/2)" in fault('regoin = "CN"\npurposses = []')


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"purposes = [a]", "line 1"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b'secret = "hush-hush" oops', "valid TOML"),
    ],
    ids=["unclosed", "utf16", "syntax"],
)
def test_a_file_that_is_no_toml_says_where_and_shows_nothing_of_it(
    tmp_path: Path, content: bytes, said: str
) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(content)

    with pytest.raises(WrongUse) as caught:
        load(file)

    assert said in caught.value.shown()
    assert "hush" not in caught.value.shown()


def test_a_missing_file_and_a_folder_are_said_plainly(tmp_path: Path) -> None:
    for path in (tmp_path / "none.toml", tmp_path):
        with pytest.raises(WrongUse) as caught:
            load(path)

        assert str(path) in caught.value.shown()


def test_a_byte_order_mark_of_a_windows_editor_does_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(b'\xef\xbb\xbfregion = "US"\n')

    assert load(file).region == "US"


def test_the_digest_is_of_the_meaning_and_not_of_the_order() -> None:
    one = config('purposes = ["a", "b"]\nregion = "CN"')
    same = config('region = "CN"\npurposes = ["b", "a"]')
    other = config('region = "CN"\npurposes = ["b"]')

    assert one.digest == same.digest
    assert one.digest != other.digest


def test_a_secret_comes_from_the_environment_or_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACER_X", " from-env ")
    (tmp_path / "s.txt").write_text("from-file\n")
    token = 'token_url = "https://h/t"\nclient_id = "c"\n'
    text = (
        f'[[sources]]\nuse = "a"\n{token}secret_env = "TRACER_X"\n'
        f'[[sources]]\nuse = "b"\n{token}secret_file = "s.txt"\n'
        f'[[sources]]\nuse = "c"\n{token}secret_file = "none.txt"\n'
    )

    a, b, c = read(tomllib.loads(text), file=tmp_path / "config.toml").sources

    assert (a.secret(), b.secret()) == ("from-env", "from-file")
    with pytest.raises(WrongUse, match=r"none\.txt"):
        c.secret()


def test_a_source_at_a_host_has_a_daily_budget_even_when_none_is_written() -> None:
    local, remote = config('[[sources]]\nuse = "a"\n[[sources]]\nuse = "b"\nbase_url = "https://h"').sources

    assert (local.budget, remote.budget) == (None, 1000)


@pytest.mark.parametrize(
    "text", ["NB-2026-01 (4.2)", "§ 4", "15400000001", "SBX/7#a:b+c", "_x", "甲方合同1号", "a" * 81]
)
def test_what_the_configuration_takes_as_a_document_the_log_takes_too(text: str) -> None:
    try:
        config(f'[[sources]]\nuse = "x"\nauthorisation = "{text}"')
        taken = True
    except WrongUse:
        taken = False

    assert taken == (wrong("asked", {"authorisation": text}) is None)


def test_an_agreement_is_in_force_on_both_its_first_and_last_day() -> None:
    client = config('[clients.a]\nname = "A"\nfrom = 2026-01-01\nuntil = 2026-12-31').clients["a"]
    days = [dt.date(2025, 12, 31), dt.date(2026, 1, 1), dt.date(2026, 12, 31), dt.date(2027, 1, 1)]

    assert [client.in_force(day) for day in days] == [False, True, True, False]
    assert config('[clients.a]\nname = "A"\nfrom = 2026-01-01').clients["a"].in_force(days[1]) is None
