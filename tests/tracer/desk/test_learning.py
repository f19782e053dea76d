"""Learning from a home's own calls: what is a lesson, what is not, and what may be put in use."""

from __future__ import annotations

import base64
import csv
import datetime as dt
import hashlib
import json
import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tracer.desk import learning, models
from tracer.desk.hindsight import rounds_back
from tracer.desk.modelling import Models
from tracer.desk.outcomes import undo
from tracer.desk.scoring import score
from tracer.desk.watching import watch
from tracer.errors import LogUnavailable, WrongUse

CASES = 70


def work(
    bench: Any, heard: Callable[[int, random.Random], str], *, actor: str = "", cases: int = CASES
) -> None:
    """Call the first number of each case two days later and note what ``heard`` says."""
    dice = random.Random(5)
    bench.clock.move(days=2)
    if actor:
        bench.office.actor = actor
    for place in range(1, cases + 1):
        bench.note(f"NB{place:06d}", number(place), heard(place, dice))


def number(place: int) -> str:
    return f"+86154{place:08d}"


@pytest.fixture(scope="session")
def made_office(made_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with many cases of one number each, placed and traced, none called."""
    from tracer.demo.people import prc_check
    from tracer.desk.intake import import_file
    from tracer.desk.office import open_office
    from tracer.desk.trace import trace

    folder = tmp_path_factory.mktemp("learning")
    home = folder / "home"
    shutil.copytree(made_home, home)
    header = ["案件编号", "客户姓名", "证件号码", "手机号", "委案金额", "委案日期", "退案日期", "放款时间"]
    path = folder / "placement.csv"
    names = ("欧阳清岚", "司徒墨言", "上官云舒", "诸葛青松", "慕容雪晴", "端木行舟")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for place in range(1, CASES + 1):
            # No two of one name are of one year: they would be taken for one debtor's cases.
            body = f"659999{1950 + place // 6}0307{place:03d}"
            opened = f"{2014 + place % 12}-05-01"
            writer.writerow(
                [
                    f"NB{place:06d}",
                    names[place % 6],
                    body + prc_check(body),
                    f"154{place:08d}",
                    "12000.50",
                    "2026-11-10",
                    "2027-02-10",
                    opened,
                ]
            )
    now = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
    office = open_office(home, None, lambda: now, "li.ming")
    import_file(office, path, "northbank")
    trace(office, list(office.store.cases.listed()), "contact_repair", only=("case_file", "references"))
    office.close()
    return home


@pytest.fixture(scope="session")
def made_called(made_office: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same home after every number was called and the debtor met on most: noted by two people."""
    from tracer.desk.office import open_office
    from tracer.desk.outcomes import CallNote, record

    home = tmp_path_factory.mktemp("called") / "home"
    shutil.copytree(made_office, home)
    then = dt.datetime(2026, 11, 25, 9, 0, tzinfo=dt.UTC)
    office = open_office(home, None, lambda: then, "li.ming")
    dice = random.Random(5)
    for place in range(1, CASES + 1):
        office.actor = ("li.ming", "wang.fang")[place % 2]
        case = office.case(f"NB{place:06d}")
        record(office, case, CallNote(number=number(place), code=mostly_his(place, dice), at=then))
    office.close()
    return home


@pytest.fixture
def called(made_called: Path, desk: Any) -> Any:
    """A copy of that home, open, on the day after."""
    desk.office.close()
    shutil.rmtree(desk.home)
    shutil.copytree(made_called, desk.home)
    desk.clock.move(days=3)
    desk.again()
    return desk


@pytest.fixture
def calling(made_office: Path, desk: Any) -> Any:
    """A copy of that home, open."""
    desk.office.close()
    shutil.rmtree(desk.home)
    shutil.copytree(made_office, desk.home)
    desk.again()
    return desk


def mostly_his(place: int, dice: random.Random) -> str:
    """A market where numbers last longer than the shipped model thinks, newer ones longest."""
    return "PTP" if dice.random() < 0.50 + 0.04 * (place % 12) else "NOSE"


def test_calls_become_lessons_with_what_was_in_hand_before_them(called: Any) -> None:

    lessons = learning.gather(called.office, models.in_use(called.office).model)

    assert (lessons.calls, lessons.labels, lessons.settled, lessons.people) == (CASES, CASES, CASES, CASES)
    assert (lessons.early, lessons.strange, lessons.aside) == (0, 0, ())
    assert all(not piece.outcomes for one in lessons.cases for piece in one.numbers)
    assert all(not piece.bars for one in lessons.cases for piece in one.numbers)


def test_a_better_model_is_put_in_use_and_ranks(called: Any) -> None:
    before = called.contacts("NB000012").numbers[0].ranked.p

    found, line = Models(called.office).learn()

    assert found.refusals == ()
    assert line is not None
    assert line.number == models.current(called.office) == 1
    shown = called.contacts("NB000012")
    assert (shown.model_name, shown.model_version) == ("fitted", "1")
    assert shown.model_fitted_on == found.fitted.model.fitted_on > 0
    assert found.fitted.report.better
    assert shown.numbers[0].ranked.p > before


def test_five_outcomes_teach_nothing_that_is_put_in_use(calling: Any) -> None:
    work(calling, lambda place, _dice: ("PTP", "NOSE")[place % 2], cases=5)

    found, line = Models(calling.office).learn()

    assert line is None
    assert "few_cases" in found.refusals
    assert models.current(calling.office) == 0


def test_who_calls_every_number_wrong_teaches_nothing(calling: Any) -> None:
    work(calling, lambda _place, _dice: "NOSE", actor="zhang.poison")

    found, line = Models(calling.office).learn()

    assert line is None
    assert [(one.recorder, one.code) for one in found.lessons.aside] == [("zhang.poison", "one_sided")]
    assert found.lessons.labels == 0


def test_a_poisoner_among_honest_people_changes_nothing(calling: Any) -> None:
    work(calling, mostly_his, cases=40)
    calling.office.actor = "zhang.poison"
    for place in range(41, CASES + 1):
        calling.note(f"NB{place:06d}", number(place), "NOSE")

    lessons = learning.gather(calling.office, models.in_use(calling.office).model)

    assert [one.recorder for one in lessons.aside] == ["zhang.poison"]
    assert lessons.labels == 40


def test_with_out_alone_nothing_is_put_in_use(called: Any, tmp_path: Path) -> None:

    found, line = Models(called.office).learn(out=tmp_path / "m.json")

    assert found.refusals == ()
    assert line is None
    assert (tmp_path / "m.json").exists()
    assert models.current(called.office) == 0
    assert called.entries("model_kept") == []


def test_what_was_looked_up_after_a_call_was_noted_is_no_evidence_for_it(calling: Any) -> None:
    case = "NB000003"
    calling.clock.move(days=1)
    calling.note(case, number(3), "NOSE")
    calling.clock.move(hours=1)
    calling.place({"案件编号": case, "客户姓名": "诸葛青松", "手机号": "16400000003"})
    calling.trace(case, again=True)

    ((_case, _round, then),) = rounds_back(calling.office)

    assert "+8616400000003" in calling.order(case)
    assert [piece.phone.key for piece in then.pieces] == [number(3)]
    assert [piece.outcomes for piece in then.pieces] == [()]


def test_a_later_call_is_no_evidence_for_an_earlier_one(calling: Any) -> None:
    case = "NB000004"
    calling.clock.move(days=1)
    calling.note(case, number(4), "NOAS")
    calling.clock.move(days=30)
    calling.note(case, number(4), "PTP")

    first, second = (then for _case, _round, then in rounds_back(calling.office))

    assert first.pieces[0].outcomes == ()
    assert [one.code for one in second.pieces[0].outcomes] == ["cn_letters:NOAS"]


def test_calls_from_before_anything_was_looked_up_teach_nothing(calling: Any) -> None:
    calling.note("NB000005", number(5), "PTP", at=calling.clock() - dt.timedelta(days=20))

    lessons = learning.gather(calling.office, models.in_use(calling.office).model)

    assert (lessons.calls, lessons.early, lessons.labels) == (1, 1, 0)


def test_two_rounds_of_one_debtor_count_as_one_debtor(calling: Any) -> None:
    calling.clock.move(days=1)
    calling.note("NB000006", number(6), "NOAS")
    calling.clock.move(days=30)
    calling.note("NB000006", number(6), "PTP")

    lessons = learning.gather(calling.office, models.in_use(calling.office).model)

    assert (len(lessons.cases), lessons.people) == (2, 1)
    assert len({one.group for one in lessons.cases}) == 1


def test_what_was_learned_holds_nobody(called: Any, tmp_path: Path) -> None:

    Models(called.office).learn(out=tmp_path / "m.json")

    text = (tmp_path / "m.json").read_text()
    for secret in ("+86154", "154000", "欧阳", "NB0000", "659999"):
        assert secret not in text


def test_a_model_comes_and_goes_under_the_name_of_whoever_did_it(called: Any) -> None:
    Models(called.office).learn()
    learned = called.contacts("NB000012").numbers[0].ranked.p
    called.office.actor = "zhao.min"

    models.use(called.office, "shipped")
    shipped = called.contacts("NB000012").numbers[0].ranked.p
    models.back(called.office)
    again = called.contacts("NB000012").numbers[0].ranked.p

    assert again == learned != shipped
    assert [(one.actor, one.body["code"], one.body["version"]) for one in called.entries("model_used")] == [
        ("li.ming", "use", "1"),
        ("zhao.min", "use", "shipped"),
        ("zhao.min", "back", "1"),
    ]


def test_taking_back_goes_on_to_the_shipped_model_and_then_no_further(called: Any) -> None:
    Models(called.office).learn()

    models.back(called.office)

    assert models.current(called.office) == 0
    with pytest.raises(WrongUse, match="No model was put in use"):
        models.back(called.office)


def test_a_model_changed_in_the_store_ranks_nobody(called: Any) -> None:
    Models(called.office).learn()
    called.office.close()
    with sqlite3.connect(called.database) as connection:
        (body,) = connection.execute("SELECT body FROM in_use_model").fetchone()
        other = body.replace('"offset":', '"offset":1')
        digest = hashlib.sha256(other.encode()).hexdigest()
        connection.execute("UPDATE in_use_model SET body = ?, digest = ?", (other, digest))
    called.again()

    with pytest.raises(LogUnavailable, match="not the one that was kept"):
        called.contacts("NB000012")

    called.note("NB000012", number(12), "NOAS", at=called.clock())
    models.use(called.office, "shipped")
    assert called.contacts("NB000012").model_name != "fitted"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"source_class": {"欧阳清岚": "vendor"}}, id="a name"),
        pytest.param({"source_class": {"+8615400000001": "vendor"}}, id="a number"),
        pytest.param({"source_class": {"zhang.san": "vendor"}}, id="a source nobody configured"),
        pytest.param({"claims": {"debtor.zhang": [1, 1, 1, 1, 1, 1, 1]}}, id="a claim of a made-up class"),
    ],
)
def test_a_model_file_that_holds_more_than_numbers_is_refused(
    calling: Any, tmp_path: Path, change: dict[str, Any]
) -> None:
    path = tmp_path / "m.json"
    path.write_text(json.dumps(change), encoding="utf-8")

    with pytest.raises(WrongUse, match="words") as raised:
        models.use(calling.office, str(path))

    assert "欧阳" not in raised.value.shown() + str(raised.value)
    assert models.current(calling.office) == 0
    assert calling.entries("model_kept") == []


def test_nothing_hides_behind_the_trees_of_a_model(called: Any, tmp_path: Path) -> None:
    Models(called.office).learn(out=tmp_path / "m.json")
    plain = json.loads((tmp_path / "m.json").read_text())
    trees = base64.b64decode(plain["learned"][0]["packed"])
    plain["learned"][0]["packed"] = base64.b64encode(trees + "欧阳清岚".encode()).decode()
    (tmp_path / "m.json").write_text(json.dumps(plain))

    with pytest.raises(WrongUse, match="words"):
        models.use(called.office, str(tmp_path / "m.json"))

    assert models.current(called.office) == 0


def test_a_model_file_is_kept_without_its_own_name_and_costs(calling: Any, tmp_path: Path) -> None:
    path = tmp_path / "m.json"
    change = {"name": "张三", "version": "+8615400000001", "offset": -2.0, "costs": {"wrong_party": 0.0}}
    path.write_text(json.dumps(change), encoding="utf-8")

    line = models.use(calling.office, str(path))

    assert (line.name, line.version) == ("file", "1")
    assert models.in_use(calling.office).model.offset == -2.0
    assert models.in_use(calling.office).model.costs.wrong_party == 9000.0
    assert "张三" not in calling.database.read_bytes().decode("utf-8", "ignore")


def test_predictions_are_kept_with_the_calls_and_held_against_them(called: Any) -> None:
    found = watch(called.office)

    assert found.drift.predictions == found.drift.cases == CASES
    assert found.drift.alarm == "too_few"
    assert 0.0 < found.drift.bins[0].said < found.drift.bins[-1].said < 1.0


def test_a_call_that_is_taken_back_takes_its_prediction_with_it(called: Any) -> None:
    undo(called.office, called.case("NB000001"))

    assert watch(called.office).drift.predictions == CASES - 1


def test_the_sources_of_numbers_are_scored_and_copies_count_once(called: Any) -> None:
    card = score(called.office)

    (own,) = card.scores
    assert (own.source, own.called, own.settled) == ("case_file", CASES, CASES)
    assert 0.5 < own.right.rate < 0.95
    assert own.right.low < own.right.hits / own.right.calls < own.right.high
    assert own.complaints.hits == 0


def test_calls_that_come_in_a_file_are_predicted_and_learned_from_too(calling: Any) -> None:
    calling.clock.move(days=2)
    day = calling.clock().strftime("%Y-%m-%d 10:00")
    rows = [
        {"案件编号": f"NB{place:06d}", "号码": f"154{place:08d}", "联络结果": "NOSE", "催收时间": day}
        for place in range(1, 9)
    ]
    calling.take(calling.table(*rows, header=["案件编号", "号码", "联络结果", "催收时间"]))

    lessons = learning.gather(calling.office, models.in_use(calling.office).model)

    assert (lessons.calls, lessons.labels, lessons.early) == (8, 8, 0)
    assert watch(calling.office).drift.predictions == 8
