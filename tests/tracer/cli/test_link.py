"""``tracer link`` on files: what it reads, writes, explains and refuses."""

from __future__ import annotations

import csv
import math

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

COLUMNS = """
id = "nr"
[columns]
vorname = "name.given"
"名字" = "name.family"
born = "born"
street = "address.street"
phone = "phone"
"""
HEADER = ["nr", "vorname", "名字", "born", "street", "phone", "beside"]


def _rows(count=60):
    rows = []
    for number in range(count):
        row = [
            f"a{number:03d}",
            f"anna{chr(97 + number % 26)}",
            f"hill{chr(97 + number // 3)}",
            f"19{number % 60 + 10}-03-04",
            f"{'oak' if number % 2 else 'elm'} street {number}",
            f"+1212555{number + 100:04d}",
            'x, "y"',
        ]
        rows.append(row)
        if number % 3 == 0:
            rows.append([f"b{number:03d}", row[1], row[2] + "s", row[3], "", row[5], ""])
    return rows


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "c.toml").write_text(COLUMNS, encoding="utf-8")
    with (tmp_path / "t.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *_rows()])
    return tmp_path


def _linked(tracer, folder, *tables, **more):
    outs = ["--out-pairs", folder / "P.csv", "--out-clusters", folder / "K.csv"]
    options = [word for name, value in more.items() for word in (f"--{name}", value)]
    return tracer(
        "link", *[folder / name for name in tables], "--columns", folder / "c.toml", *outs, *options, "--json"
    )


def _read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_table_is_deduplicated_into_pairs_and_clusters(tracer, folder):
    ran = _linked(tracer, folder, "t.csv")

    pairs, clusters = _read(folder / "P.csv"), _read(folder / "K.csv")
    assert ran.code == 0
    assert list(pairs[0]) == ["left", "right", "p", "bits"]
    assert list(clusters[0]) == ["id", "cluster"]
    assert {(pair["left"], pair["right"]) for pair in pairs} == {
        (f"a{number:03d}", f"b{number:03d}") for number in range(0, 60, 3)
    }
    assert len(clusters) == len(_rows())
    assert ran.document["matches"] == len(pairs) == 20


@pytest.mark.parametrize("kind", ["parquet", "jsonl", "gb18030"])
def test_the_same_rows_in_another_format_give_the_same_answer(tracer, folder, kind):
    _linked(tracer, folder, "t.csv")
    expected = _read(folder / "P.csv")
    columns = {name: [row[place] or None for row in _rows()] for place, name in enumerate(HEADER)}
    if kind == "parquet":
        pq.write_table(pa.table(columns), folder / "t.parquet")
    elif kind == "jsonl":
        import json

        rows = [dict(zip(HEADER, row, strict=True)) for row in _rows()]
        lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        (folder / "t.jsonl").write_text(lines, encoding="utf-8")
    else:
        text = (folder / "t.csv").read_text(encoding="utf-8")
        (folder / "t.gb18030").write_bytes(text.encode("gb18030"))

    ran = _linked(tracer, folder, f"t.{kind}")

    assert ran.code == 0
    assert _read(folder / "P.csv") == expected


def test_two_tables_are_linked_across(tracer, folder):
    for name, letter in (("one.csv", "a"), ("two.csv", "b")):
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([HEADER, *(row for row in _rows() if row[0][0] == letter)])

    _linked(tracer, folder, "one.csv", "two.csv")

    pairs = _read(folder / "P.csv")
    assert len(pairs) == 20
    assert all(pair["left"][0] == "a" and pair["right"][0] == "b" for pair in pairs)


def test_the_explanation_adds_up_to_the_bits_of_the_file(tracer, folder):
    _linked(tracer, folder, "t.csv")
    pair = _read(folder / "P.csv")[0]

    ran = tracer(
        "link",
        folder / "t.csv",
        "--columns",
        folder / "c.toml",
        "--explain",
        pair["left"],
        pair["right"],
        "--json",
    )

    told = ran.document
    assert math.fsum(reason["bits"] for reason in told["reasons"]) == pytest.approx(
        float(pair["bits"]), abs=1e-9
    )
    assert told["p"] == pytest.approx(float(pair["p"]), abs=1e-12)
    assert all(reason["detail"] for reason in told["reasons"])


def test_a_verdict_parts_what_the_scores_join(tracer, folder):
    (folder / "L.csv").write_text("left,right,verdict\na000,b000,different\n", encoding="utf-8")

    ran = _linked(tracer, folder, "t.csv", labels=folder / "L.csv")

    assert ran.document["labels"] == 1
    assert ("a000", "b000") not in {(pair["left"], pair["right"]) for pair in _read(folder / "P.csv")}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(("t.csv", "b000,", "a000,"), "repeat an id", id="an id twice"),
        pytest.param(("t.csv", "b000,", ","), "have no id", id="no id"),
        pytest.param(("c.toml", '"name.given"', '"name.first"'), "no kind of column", id="unknown kind"),
        pytest.param(("c.toml", 'id = "nr"', 'id = "number"'), "no column number", id="no such id column"),
        pytest.param(("c.toml", "id =", "key ="), "lacks the id", id="no id in the columns"),
        pytest.param(("c.toml", "[columns]", "[columns"), "not TOML", id="not TOML"),
    ],
)
def test_wrong_files_are_refused_with_a_sentence(tracer, folder, change, said):
    name, old, new = change
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")

    ran = _linked(tracer, folder, "t.csv")

    assert ran.code == 2
    assert said in ran.document["error"]
    assert ran.document["remedy"]
    assert not (folder / "P.csv").exists()


def test_an_id_that_is_not_there_cannot_be_explained(tracer, folder):
    ran = tracer(
        "link", folder / "t.csv", "--columns", folder / "c.toml", "--explain", "a000", "zz", "--json"
    )

    assert ran.code == 2
    assert "RIGHT" in ran.document["error"]


def test_without_a_place_for_the_result_nothing_is_done(tracer, folder):
    ran = tracer("link", folder / "t.csv", "--columns", folder / "c.toml", "--json")

    assert ran.code == 2
    assert "--out-pairs" in ran.document["remedy"]


def _explained(tracer, folder, *more):
    return tracer(
        "link", folder / "t.csv", "--columns", folder / "c.toml", "--explain", "a000", "b000", *more
    )


def test_an_explanation_says_what_would_turn_the_decision(tracer, folder):
    told = _explained(tracer, folder, "--json").document
    said = _explained(tracer, folder).out

    assert told["one_person"] is True
    assert {one["how"] for one in told["otherwise"]} == {"same", "without"}
    for one in told["otherwise"]:
        assert one["turns"] == (one["bits"] < told["threshold_bits"])
        assert one["detail"] in " ".join(said.split())


def test_every_reason_of_an_explanation_has_a_sentence_that_tells_it_from_the_others(tracer, folder):
    reasons = _explained(tracer, folder, "--json").document["reasons"]

    assert all(one["detail"].strip(": ") for one in reasons)
    assert len({one["detail"] for one in reasons}) == len(reasons)


def test_an_explanation_is_drawn_without_any_value_of_the_rows(tracer, folder):
    out = folder / "why.svg"

    ran = _explained(tracer, folder, "--picture", out)

    text = out.read_text(encoding="utf-8")
    assert ran.code == 0
    assert "a000" in text
    assert not any(value in text for value in ("anna", "hill", "elm", "2125550100", "1910"))


@pytest.mark.parametrize("out", ["why.png", "none/why.svg"])
def test_a_picture_that_cannot_be_drawn_is_refused(tracer, folder, out):
    ran = _explained(tracer, folder, "--picture", folder / out, "--json")

    assert ran.code == 2
    assert ran.document["remedy"]


def test_a_picture_needs_two_rows(tracer, folder):
    ran = _linked(tracer, folder, "t.csv", picture=folder / "why.svg")

    assert ran.code == 2
    assert "--explain" in ran.document["remedy"]
