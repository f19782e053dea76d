"""``tracer judge``: a session at the terminal, lists for programs, second opinions, and taking back; on the
records of cases and on plain tables."""

from __future__ import annotations

import csv
import io
import json

import pytest

COLUMNS = """
id = "nr"
[columns]
given = "name.given"
family = "name.family"
born = "born"
phone = "phone"
"""
HEADER = ["nr", "given", "family", "born", "phone"]


def _rows():
    """Give sixty people; every third twice, of whom some second rows say little or something else."""
    rows = []
    for number in range(60):
        row = [
            f"a{number:03d}",
            f"anna{chr(97 + number % 26)}",
            f"hill{chr(97 + number // 3)}",
            f"19{number % 60 + 10}-03-04",
            f"+1212555{number + 100:04d}",
        ]
        rows.append(row)
        if number % 3 == 0:
            phone = row[4] if number % 2 else ""
            rows.append([f"b{number:03d}", row[1][:1] if number % 4 == 0 else row[1], row[2], "", phone])
    return rows


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "c.toml").write_text(COLUMNS, encoding="utf-8")
    with (tmp_path / "t.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *_rows()])
    return tmp_path


@pytest.fixture
def at_table(tracer, folder, monkeypatch):
    """Run ``tracer judge`` on the table; ``keys`` are what is typed, ``by`` who types."""

    def run(*words, keys="", by="li.ming"):
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{key}\n" for key in keys)))
        given = ("--table", folder / "t.csv", "--columns", folder / "c.toml", "--labels", folder / "L.csv")
        return tracer("--actor", by, "judge", *given, *words)

    return run


def _labels(folder):
    with (folder / "L.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _queue(at_table, *more):
    return at_table("list", "--json", *more).document["pairs"]


def test_the_queue_stands_in_the_order_of_what_a_verdict_is_expected_to_change(at_table):
    queue = _queue(at_table)

    assert queue
    assert [one["worth"] for one in queue] == sorted((one["worth"] for one in queue), reverse=True)
    assert all(one["worth"] > 0 and one["change"] >= 1 for one in queue)


def test_a_session_keeps_each_verdict_and_goes_on_where_it_ended(at_table, folder):
    first, second, third = _queue(at_table)[:3]

    at_table(keys="su")
    rest = _queue(at_table)

    assert [(one["left"], one["right"], one["verdict"], one["by"]) for one in _labels(folder)] == [
        (first["left"], first["right"], "same", "li.ming"),
        (second["left"], second["right"], "unsure", "li.ming"),
    ]
    gone = {(first["left"], first["right"]), (second["left"], second["right"])}
    assert not gone & {(one["left"], one["right"]) for one in rest}
    assert (third["left"], third["right"]) in {(one["left"], one["right"]) for one in rest}


def test_linking_reads_what_a_session_wrote(at_table, tracer, folder):
    pair = next(one for one in _queue(at_table) if not one["one_person"])
    at_table(pair["left"], pair["right"], "same")

    outs = ("--out-pairs", folder / "P.csv", "--out-clusters", folder / "K.csv")
    tracer(
        "link",
        folder / "t.csv",
        "--columns",
        folder / "c.toml",
        "--labels",
        folder / "L.csv",
        *outs,
        "--json",
    )

    with (folder / "K.csv").open(encoding="utf-8") as file:
        cluster = {row["id"]: row["cluster"] for row in csv.DictReader(file)}
    assert cluster[pair["left"]] == cluster[pair["right"]]


def test_undo_shows_the_pair_again_and_any_verdict_can_be_taken_back(at_table, folder):
    first = _queue(at_table)[0]
    at_table(keys="uzsu")

    judged = {(one["left"], one["right"]): one["verdict"] for one in _labels(folder)}
    assert judged[first["left"], first["right"]] == "same"
    assert len(judged) == 2

    ran = at_table("undo", first["right"], first["left"], "--json")

    assert ran.document["verdict"] == "unsure"
    assert (first["left"], first["right"]) not in {(one["left"], one["right"]) for one in _labels(folder)}
    assert at_table("undo", first["left"], first["right"]).code == 2


def test_values_are_masked_unless_revealed(at_table):
    hidden = at_table(keys="q").out
    shown = at_table("--reveal", keys="q").out
    asked = at_table(keys="rq").out

    values = [value for row in _rows() for value in row[1:] if len(value) > 2]
    assert not any(value in hidden for value in values)
    assert any(value in shown for value in values)
    assert any(value in asked for value in values)


def test_a_blind_session_and_list_show_no_score(at_table):
    seeing = at_table(keys="q").out
    blind = at_table("--blind", keys="eq").out

    assert "bits" in seeing
    assert "bits" not in blind
    assert "p 0" not in blind
    assert all(set(one) == {"case", "left", "right"} for one in _queue(at_table, "--blind"))


def test_a_verdict_that_almost_everything_speaks_against_is_asked_for_again(at_table, folder):
    clear = at_table("a003", "b003", "--json").document
    assert clear["p"] > 0.95
    at_table("a003", "b003", "different")
    other = [one for one in _labels(folder) if one["left"] == "a003"]

    # Without a session nobody asks twice; in one, the first key only warns.
    assert [one["verdict"] for one in other] == ["different"]


def test_second_opinions_are_blind_and_agreement_is_counted(at_table, folder):
    pairs = _queue(at_table)[:4]
    at_table(keys="ssss")
    judged = [(one["left"], one["right"]) for one in pairs]
    assert {(one["left"], one["right"]) for one in _labels(folder)} == set(judged)

    ran = at_table("--second", "--share", "1", keys="sssd", by="wang.fang")
    told = at_table("agreement", "--json").document

    assert "bits" not in ran.out
    assert len(_labels(folder)) == 8
    assert (told["pairs"], told["reviewers"], told["agreement"]) == (4, 2, 0.75)
    assert len(told["disagreements"]) == 1
    assert {one["by"] for one in told["disagreements"][0]["verdicts"]} == {"li.ming", "wang.fang"}
    assert at_table("list", "--second", "--share", "1", "--json").document["pairs"] == []


def test_a_second_opinion_is_asked_of_a_sample(at_table, folder):
    rows = "".join(f"a{one:03d},a{two:03d},different,wang\n" for one in range(12) for two in range(20, 32))
    (folder / "L.csv").write_text(f"left,right,verdict,by\n{rows}", encoding="utf-8")

    sample = _queue(at_table, "--second", "--share", "0.25")
    again = _queue(at_table, "--second", "--share", "0.25")

    assert sample == again
    assert 15 < len(sample) < 60


def test_columns_of_a_labels_file_that_are_not_ours_stay(at_table, folder):
    (folder / "L.csv").write_text("left,right,label,note\na001,a002,0,我的\n", encoding="utf-8")

    at_table("a003", "b003", "same")

    assert [(one["label"], one["note"]) for one in _labels(folder)] == [("0", "我的"), ("same", "")]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("a001", "zz", "same"), "RIGHT", id="no such row"),
        pytest.param(("a001", "a001"), "itself", id="one row twice"),
        pytest.param(("a001", "a002", "perhaps", "same"), "two records", id="too many words"),
        pytest.param(("--json",), "person at the terminal", id="a session for a program"),
    ],
)
def test_what_makes_no_sense_is_refused(at_table, folder, words, said):
    ran = at_table(*words)

    assert ran.code == 2
    assert said in ran.err + ran.out
    assert not (folder / "L.csv").exists()


def test_a_table_needs_columns_and_labels(tracer, folder):
    ran = tracer("--actor", "li", "judge", "--table", folder / "t.csv", "--json")

    assert ran.code == 2
    assert "--labels" in ran.document["remedy"]


def _case_with_pairs(at_town, town):
    for case in town.cases():
        name = f"{case.client}/{case.number}"
        records = at_town("judge", name, "--json").document["records"]
        if len(records) > 1:
            return name, records[0]["record"], records[1]["record"]
    raise AssertionError("no case has two records")


def test_two_records_of_a_case_are_explained_and_drawn(at_town, town, tmp_path):
    case, left, right = _case_with_pairs(at_town, town)

    told = at_town("judge", case, left, right, "--picture", tmp_path / "why.svg", "--json").document
    text = at_town("judge", case, left, right)

    assert sum(one["bits"] for one in told["reasons"]) == pytest.approx(told["bits"])
    assert told["one_person"] == (told["bits"] >= told["threshold_bits"])
    assert all(one["detail"] for one in told["reasons"])
    assert "would turn the decision" in text.out
    assert (tmp_path / "why.svg").read_text(encoding="utf-8").startswith("<svg")


def test_the_graph_command_explains_two_records_too(at_town, town, tmp_path):
    case, left, right = _case_with_pairs(at_town, town)

    ran = at_town("graph", case, "--explain", left, right, "--out", tmp_path / "why.svg", "--json")

    assert ran.code == 0
    assert ran.document["left"] == left
    assert left in (tmp_path / "why.svg").read_text(encoding="utf-8")


def test_a_verdict_on_a_case_is_taken_back_and_the_one_before_counts_again(at_town, town):
    case, left, right = _case_with_pairs(at_town, town)
    at_town("judge", case, left, right, "same", "--reason", "one")
    at_town("--actor", "wang.fang", "judge", case, left, right, "different", "--reason", "two")
    apart = at_town("judge", "agreement", case, "--json").document["disagreements"]
    assert [(one["case"], {one["left"], one["right"]}) for one in apart] == [(case, {left, right})]

    first = at_town("judge", "undo", case, left, right, "--json").document
    second = at_town("judge", "undo", case, right, left, "--json").document
    entries = at_town("log", "list", "--json").out

    assert (first["verdict"], second["verdict"]) == ("same", "unsure")
    assert at_town("judge", "undo", case, left, right).code == 2
    assert '"undoes"' in entries or "undoes" in json.dumps(json.loads(entries))


def test_a_session_on_cases_masks_reveals_for_a_reason_and_keeps_verdicts(at_town, town, monkeypatch, capsys):
    listed = at_town("judge", "list", "--json").document["pairs"]
    if not listed:
        pytest.skip("the town has no doubtful pair")
    monkeypatch.setattr("sys.stdin", io.StringIO("r\nu\nq\n"))

    ran = at_town("judge", "--case", listed[0]["case"])

    assert ran.code == 0
    assert "Numbers are revealed for a reason" in ran.out
    verdicts = at_town("judge", listed[0]["case"], "--json").document["pairs"]
    assert "unsure" in {one["verdict"] for one in verdicts}


def test_a_verdict_without_its_case_finds_it(at_town, town):
    case, left, right = _case_with_pairs(at_town, town)

    ran = at_town("judge", left, right, "unsure", "--reason", "looked", "--json")

    assert ran.code == 0
    assert at_town("judge", left, "case_file:none", "same", "--reason", "x").code == 2
    assert case
