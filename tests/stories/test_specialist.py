"""The specialist: from a creditor's file to ranked numbers, one morning in plain words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tracer.desk import Desk


def test_a_specialist_takes_a_placement_from_file_to_ranked_numbers(
    desk: Any, market: Any, made_town: Path
) -> None:
    # The home was set up by the operator: two creditors, their agreements, seven sources.
    (desk.home / "config.toml").write_bytes((made_town / "config.toml").read_bytes())
    desk.again()
    work = Desk(desk.office)
    placement = market.files.placements["northbank"]

    # A file has come. Before anything goes in, she looks at how it would be understood.
    look = work.preview(placement, "northbank", mapping=None, sheet=None, encoding=None)
    assert look.missing == ()
    assert work.open_cases() == ()

    # She takes it in. Good rows go in; what was wrong is said row by row, and nobody is named in it.
    report = work.import_file(placement, "northbank")
    cases = [case for case in market.world.cases if case.client == "northbank"]
    assert report.counts["new"] == len(cases) == len(work.open_cases())
    assert report.counts["rejected"] == 1
    assert all(problem.sentence for problem in report.problems)
    assert not any(case.debtor.person.name in repr(report) for case in cases)

    # By mistake she takes the same file again: nothing changes.
    assert work.import_file(placement, "northbank").seen_before
    assert len(work.open_cases()) == len(cases)

    # One trace over all cases. Every look-up was decided and logged before it was made.
    traced = work.trace(work.open_cases(), "contact_repair")
    assert traced.outcomes["answered"] > 2 * len(cases)
    assert traced.broken == {}
    assert traced.refusals == ()
    assert work.log_unfinished() == ()

    # For each case she sees the numbers in order, masked, with reasons that add up, or that nobody is likely.
    for case in work.open_cases():
        shown = work.contacts(case.number)
        assert [one.number for one in shown.numbers] == [None] * len(shown.numbers)
        assert all(one.ranked.reasons for one in shown.numbers)
        assert 0.0 <= shown.nobody <= 1.0
        assert shown.entries

    # The order is worth something: more often than not the number he uses is on top where it can be found.
    truth = {case.number: market.world.truth[case.key] for case in cases}
    told = {number: work.contacts(number).numbers for number in truth}
    right = sum(bool(told[n]) and told[n][0].phone.key == number for n, number in truth.items() if number)
    assert right / sum(number is not None for number in truth.values()) > 0.5

    # In the afternoon the creditor's update comes, and she traces again: only what is new is asked.
    update = work.import_file(market.files.updates["northbank"], "northbank")
    assert update.counts.get("updated", 0) > 0
    again = work.trace(work.open_cases(), "contact_repair")
    assert sum(case.skipped for case in again.cases) > 0
    assert again.spent < traced.spent

    # The log holds all of it, and it verifies.
    assert work.log_verify().ok
