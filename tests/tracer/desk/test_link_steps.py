"""A work that was broken off goes on from its finished steps and comes to the same answer."""

from __future__ import annotations

import random
import stat

import numpy as np
import pytest

from tracer.desk.link import link_files, read_columns
from tracer.desk.link_steps import Steps, beside, forget, work_of

GIVEN = ("anna", "bert", "carla", "david", "emma", "frank", "gina", "hugo", "iris", "jonas")


class Stopped(Exception):
    """Somebody pulled the plug."""


@pytest.fixture
def tables(tmp_path):
    rng = random.Random(4)
    lines = ["no,first,last,born,phone"]
    for person in range(700):
        row = [
            rng.choice(GIVEN),
            f"fam{rng.randrange(90)}",
            f"19{rng.randint(40, 99)}-0{rng.randint(1, 9)}-1{rng.randint(0, 9)}",
        ]
        phone = f"+1212555{rng.randint(100, 199):04d}"
        lines += [
            ",".join([f"r{person}-{copy}", *row, phone if rng.random() < 0.8 else ""])
            for copy in range(rng.randint(1, 3))
        ]
    (tmp_path / "rows.csv").write_text("\n".join(lines) + "\n", "utf-8")
    (tmp_path / "columns.toml").write_text(
        'id = "no"\n[columns]\nfirst = "name.given"\nlast = "name.family"\nborn = "born"\nphone = "phone"\n',
        "utf-8",
    )
    return [tmp_path / "rows.csv"], read_columns(tmp_path / "columns.toml")


def _answer(found):
    linked = found.linked
    return linked.left.tolist(), linked.right.tolist(), linked.bits.tolist(), linked.clusters.tolist()


@pytest.mark.parametrize("where", [("learn", 0), ("learn", 3), ("cluster", 0)])
def test_what_was_broken_off_goes_on_and_ends_the_same(tables, tmp_path, where):
    paths, columns = tables
    keep = beside(tmp_path / "K.csv")
    straight = link_files(paths, columns)
    steps = []

    def broken(step, done, total):
        if (step, done) == where:
            raise Stopped

    with pytest.raises(Stopped):
        link_files(paths, columns, tell=broken, keep=keep)
    again = link_files(paths, columns, tell=lambda step, done, total: steps.append((step, done)), keep=keep)

    assert _answer(again) == _answer(straight)
    assert again.linked.summary == straight.linked.summary
    assert not {"block", "compare"} & {step for step, _done in steps}
    assert ("learn", 0) not in steps or where == ("learn", 0)
    assert again.linked.explain(0, 1) == straight.linked.explain(0, 1)


def test_steps_of_other_files_are_not_taken_up_and_are_removed(tables, tmp_path):
    paths, columns = tables
    keep = beside(tmp_path / "K.csv")
    link_files(paths, columns, keep=keep)
    before = {path.name for path in keep.iterdir()}
    text = paths[0].read_text("utf-8")
    paths[0].write_text(text.replace("anna", "anne"), "utf-8")
    steps = []

    link_files(paths, columns, tell=lambda step, done, total: steps.append(step), keep=keep)

    assert "compare" in steps
    assert before
    assert before.isdisjoint(path.name for path in keep.iterdir())


def test_steps_hold_no_value_of_a_person_and_are_their_owners_only(tables, tmp_path):
    paths, columns = tables
    keep = beside(tmp_path / "K.csv")

    link_files(paths, columns, keep=keep)

    held = list(keep.iterdir())
    assert len(held) == 2
    for path in held:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        with np.load(path, allow_pickle=False) as columns_held:
            assert all(columns_held[name].dtype.kind in "iuf" for name in columns_held.files)
        data = path.read_bytes()
        assert not any(word in data for word in (b"anna", b"fam1", b"212555", b"r0-0"))
    forget(keep)
    assert not keep.exists()


def test_a_torn_step_is_done_again(tables, tmp_path):
    paths, columns = tables
    keep = beside(tmp_path / "K.csv")
    straight = link_files(paths, columns, keep=keep)
    for path in keep.iterdir():
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    again = link_files(paths, columns, keep=keep)

    assert _answer(again) == _answer(straight)


def test_a_full_disk_costs_only_what_would_have_been_kept(tmp_path):
    (tmp_path / "file").write_text("in the way", "utf-8")
    steps = Steps(tmp_path / "file", "w")

    steps.put("pairs", {"left": np.arange(3)})

    assert steps.get("pairs") is None


def test_a_work_is_named_by_its_files_and_by_what_was_said(tmp_path):
    one = tmp_path / "a.csv"
    one.write_text("x", "utf-8")
    name = work_of([one], ("id",))

    assert work_of([one], ("id",)) == name
    assert work_of([one], ("no",)) != name
    one.write_text("y", "utf-8")
    assert work_of([one], ("id",)) != name
