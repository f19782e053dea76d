"""The labels file: one line a pair and person, whole or not at all, with columns of others kept."""

from __future__ import annotations

import datetime as dt

import pytest

from graph.model import Judgement
from tracer.desk.labels import Labels
from tracer.errors import WrongUse

NOW = dt.datetime(2026, 11, 24, 8, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))
SAME, DIFFERENT = Judgement.SAME, Judgement.DIFFERENT


def test_a_person_has_one_verdict_a_pair_and_others_keep_theirs(tmp_path):
    labels = Labels.read(tmp_path / "L.csv")

    labels.give("a", "b", SAME, "li", NOW)
    labels.give("a", "b", DIFFERENT, "wang", NOW)
    labels.give("b", "a", DIFFERENT, "li", NOW)

    again = Labels.read(tmp_path / "L.csv")
    assert again.judged() == [("a", "b", "wang", DIFFERENT), ("b", "a", "li", DIFFERENT)]
    assert again.lines[0]["at"] == "2026-11-24T00:30:00Z"
    assert (tmp_path / "L.csv").stat().st_mode & 0o077 == 0


def test_taking_back_takes_ones_own_verdict_first(tmp_path):
    labels = Labels.read(tmp_path / "L.csv")
    labels.give("a", "b", SAME, "li", NOW)
    labels.give("a", "b", DIFFERENT, "wang", NOW)

    assert labels.take_back("b", "a", "li")
    assert labels.judged() == [("a", "b", "wang", DIFFERENT)]
    assert labels.take_back("a", "b", "li")
    assert not labels.take_back("a", "b", "li")


@pytest.mark.parametrize(
    "text",
    [b"left,right\na,b\n", b"a,b,c\n", b"\xff\xfe\x00", b""],
    ids=["no verdict", "other", "binary", "empty"],
)
def test_a_file_that_is_none_is_refused_and_stays(tmp_path, text):
    path = tmp_path / "L.csv"
    path.write_bytes(text)

    with pytest.raises(WrongUse):
        Labels.read(path)

    assert path.read_bytes() == text


def test_a_verdict_that_cannot_be_written_is_not_believed(tmp_path):
    labels = Labels.read(tmp_path / "none" / "L.csv")

    with pytest.raises(WrongUse):
        labels.give("a", "b", SAME, "li", NOW)

    assert labels.lines == []
