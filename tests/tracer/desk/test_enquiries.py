"""An enquiry is decided and logged before there is a document; nobody is asked twice; the key ends it all."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from graph.model import Line, Party, StatedUser
from sources.enquiry import Addressee, Asks, Kind, Standing
from tracer.desk.enquiries import Answer, Enquiries, Wanted
from tracer.desk.life import close, give_back
from tracer.errors import Refused, TracerError, WrongUse
from tracer.letters import NotForThirdParties, speaks_of_debt
from tracer.log import Log

Row = Callable[..., dict[str, str]]
LETTER = Wanted(kind=Kind.LETTER, to=Addressee.EMPLOYER)
COMMITTEE = Wanted(kind=Kind.LETTER, to=Addressee.COMMITTEE, name="河湾村村民委员会")
ORDER = Wanted(
    kind=Kind.LETTER,
    to=Addressee.COURT_ORDER,
    name="虚构通信有限公司",
    basis="民事诉讼法及其司法解释",
    order="（2026）虚0105民调令17号",
    court="虚构市清河县人民法院",
    order_until=dt.date(2026, 12, 1),
)
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
_SOURCE = """
[[sources]]
use = "{use}"
authorisation = "House rule 7"
from = 2026-01-01
until = 2027-12-31
purposes = ["contact_repair"]
roles = ["debtor"]
fields = [{fields}]
"""
_OURS = """
[enquiry]
sender = "林晓岚"
reply_to = "虚构市虚构路1号302室"
phone = "010-5555 0100"
"""


def settings(text: str) -> str:
    for use, fields in (
        ("enquiry.employer", '"name", "employer"'),
        ("enquiry.committee", '"name", "address"'),
        ("enquiry.registry", '"name", "id_number"'),
        ("enquiry.court_order", '"name", "id_number"'),
    ):
        text += _SOURCE.format(use=use, fields=fields)
    return text + _OURS


@pytest.fixture
def lost(desk: Any, debtor: Row) -> Any:
    """A home with a debtor whom three dials on three days did not reach, and one nobody has called."""
    desk.configure(settings)
    desk.place(
        debtor(1, 公司名称="虚构市远帆机械有限公司", 住宅地址="虚构省虚构市清河县河湾村12号"),
        debtor(2, 公司名称="虚构市远帆机械有限公司"),
    )
    for days in (3, 2, 1):
        desk.note("NB000001", "15400000001", line=Line.NO_ANSWER, party=Party.UNKNOWN,
                  at=desk.clock() - dt.timedelta(days=days))  # fmt: skip
    return desk


def of(bench: Any) -> Enquiries:
    return Enquiries(bench.office)


def sent(bench: Any, wanted: Wanted = LETTER, ref: str = "NB000001") -> str:
    found = of(bench).new(ref, wanted)
    reference = found.one.reference
    of(bench).sent(reference, "post", bench.clock())
    return str(reference)


def words(bench: Any, reference: str) -> str:
    written = of(bench).show(reference).one.written
    assert written is not None
    return "\n".join(line.text for line in written.lines)


def test_a_third_party_is_asked_only_when_the_debtor_is_out_of_reach(lost: Any) -> None:
    with pytest.raises(Refused) as caught:
        of(lost).new("NB000002", LETTER)

    assert "not out of reach" in caught.value.shown()
    assert lost.counted("enquiry") == 0
    refusal = lost.entries("refused")[-1]
    assert "CN-CBA26-LOST" in refusal.body["fired"]


def test_three_failed_dials_until_yesterday_open_the_way_and_todays_do_not(lost: Any) -> None:
    for hours in (3, 2, 1):
        lost.note("NB000002", "15400000002", line=Line.NO_ANSWER, party=Party.UNKNOWN,
                  at=lost.clock() - dt.timedelta(hours=hours))  # fmt: skip
    with pytest.raises(Refused):
        of(lost).new("NB000002", LETTER)

    lost.clock.move(days=1)

    assert of(lost).new("NB000002", LETTER).state == "drafted"


def test_the_lost_contact_test_binds_where_the_law_of_the_place_has_none(lost: Any, debtor: Row) -> None:
    lost.configure(
        lambda text: text.replace('region = "CN"\n\n[clients.harbor', 'region = "US"\n\n[clients.harbor')
    )
    with pytest.raises(Refused) as caught:
        of(lost).new("NB000002", LETTER)

    assert "not out of reach" in caught.value.shown()


def test_an_authority_is_asked_on_an_order_without_that_test(lost: Any) -> None:
    found = of(lost).new("NB000002", ORDER)

    text = words(lost, found.one.reference)
    assert "民调令17号" in text
    assert found.one.expires_on == dt.date(2026, 12, 1)


@pytest.mark.parametrize("lacking", ["basis", "order", "court", "order_until"])
def test_an_authority_is_not_asked_without_its_order(lost: Any, lacking: str) -> None:
    from dataclasses import replace

    with pytest.raises(WrongUse):
        of(lost).new("NB000002", replace(ORDER, **{lacking: None if lacking == "order_until" else ""}))

    assert lost.counted("enquiry") == 0


def test_a_third_party_is_told_no_order_and_no_basis(lost: Any) -> None:
    from dataclasses import replace

    with pytest.raises(WrongUse):
        of(lost).new("NB000001", replace(LETTER, basis="民事诉讼法及其司法解释"))


def test_the_entry_is_durable_before_there_is_anything_to_send(
    lost: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Log, "append", full)

    with pytest.raises(OSError, match="No space"):
        of(lost).new("NB000001", LETTER)

    monkeypatch.undo()
    assert lost.counted("enquiry") == 0


def test_a_letter_says_whom_it_is_about_and_nothing_of_the_case(lost: Any) -> None:
    found = of(lost).new("NB000001", COMMITTEE)

    text = words(lost, found.one.reference)
    assert "欧阳清岚" in text
    assert "河湾村12号" in text
    assert not speaks_of_debt(text)
    for secret in ("NB000001", "12000", "15400000001", "northbank", "North Bank", "659999"):
        assert secret not in text


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param({"客户姓名": "欧阳清岚(欠款5000)"}, id="a note behind the name"),
        pytest.param({"客户姓名": "欧阳清岚 逾期"}, id="a word behind the name"),
        pytest.param({"客户姓名": "欧阳清岚欠 款"}, id="a word with a blank in it"),
        pytest.param({"公司名称": "虚构市远帆(欠款人单位)有限公司"}, id="a note in the employer"),
        pytest.param({"公司名称": "远帆公司 12,000.50"}, id="an amount behind the employer"),
    ],
)
def test_debt_words_in_a_column_stop_the_draft_or_fall_off_before_it(
    lost: Any, debtor: Row, cells: dict[str, str]
) -> None:
    lost.place(debtor(3, **{"公司名称": "虚构市远帆机械有限公司", **cells}))
    for days in (3, 2, 1):
        lost.note("NB000003", "15400000003", line=Line.NO_ANSWER, party=Party.UNKNOWN,
                  at=lost.clock() - dt.timedelta(days=days))  # fmt: skip

    text = ""
    with suppress(NotForThirdParties, Refused):
        text = words(lost, of(lost).new("NB000003", LETTER).one.reference)

    assert lost.counted("enquiry") == bool(text)
    assert not speaks_of_debt(text)
    assert "12,000" not in text


def test_an_employer_the_case_does_not_know_is_not_asked(lost: Any) -> None:
    with pytest.raises(WrongUse):
        of(lost).new("NB000001", Wanted(kind=Kind.LETTER, to=Addressee.EMPLOYER, name="另一家有限公司"))


def test_nobody_is_asked_twice_about_one_debtor_however_he_is_spelt(lost: Any) -> None:
    sent(lost)
    sent(lost, COMMITTEE)

    for wanted in (
        LETTER,
        Wanted(kind=Kind.VISIT, to=Addressee.EMPLOYER, asks=Asks.EMPLOYMENT, name="虚构市远帆机械"),
        Wanted(kind=Kind.PHONE, to=Addressee.COMMITTEE, name="河湾村 村委会"),
    ):
        with pytest.raises(Refused) as caught:
            of(lost).new("NB000001", wanted)
        assert "enquiry.once" in lost.entries("refused")[-1].body["fired"]
        assert caught.value.exit_code == 3


def test_a_refusal_is_for_ever_over_cases_clients_and_returns(lost: Any, debtor: Row) -> None:
    reference = sent(lost)
    of(lost).refuse(reference)
    give_back(lost.office, [lost.case("NB000001")], "recalled")
    again = debtor(1, 案件编号="NB000009", 公司名称="虚构市远帆机械有限公司", 手机号="15400000009")
    lost.place(again)
    for days in (3, 2, 1):
        lost.note("NB000009", "15400000009", line=Line.NO_ANSWER, party=Party.UNKNOWN,
                  at=lost.clock() - dt.timedelta(days=days))  # fmt: skip
    lost.clock.move(days=400)
    lost.configure(lambda text: text.replace("2027-", "2029-"))

    with pytest.raises(Refused) as caught:
        of(lost).new("NB000009", LETTER)

    assert "for ever" in caught.value.shown()
    assert "enquiry.refused" in lost.entries("refused")[-1].body["fired"]


def test_a_refusal_is_taken_when_the_case_was_returned_long_ago(lost: Any) -> None:
    reference = sent(lost)
    give_back(lost.office, [lost.case("NB000001")], "recalled")

    assert of(lost).refuse(reference).state == "refused"
    assert lost.entries("enquiry_refused")


def test_a_refusal_after_an_answer_counts(lost: Any) -> None:
    reference = sent(lost)
    of(lost).answer(reference, Answer(on=lost.clock().date(), own=("15400000077",)))

    assert of(lost).refuse(reference).state == "refused"


def test_a_draft_that_was_not_sent_can_be_taken_back_and_counts_as_never_asked(lost: Any) -> None:
    first = of(lost).new("NB000001", LETTER).one.reference
    with pytest.raises(Refused):
        of(lost).new("NB000001", LETTER)

    of(lost).withdraw(first, "duplicate")

    assert of(lost).new("NB000001", LETTER).one.reference != first


def test_what_was_sent_cannot_be_taken_back(lost: Any) -> None:
    reference = sent(lost)

    with pytest.raises(WrongUse):
        of(lost).withdraw(reference, "duplicate")


def test_of_two_who_draft_the_same_at_once_one_is_refused(lost: Any) -> None:
    found: list[str] = []

    def draft() -> None:
        try:
            found.append(of(lost).new("NB000001", LETTER).state)
        except Refused:
            found.append("no")

    workers = [threading.Thread(target=draft) for _ in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()

    assert sorted(found) == ["drafted", "no", "no", "no"]


def test_states_follow_the_calendar_and_a_late_answer_is_still_taken(lost: Any) -> None:
    waiting = of(lost).new("NB000001", COMMITTEE).one.reference
    reference = sent(lost)
    assert of(lost).listed(due=True) == ()

    lost.clock.move(days=14)
    assert {one.one.reference for one in of(lost).listed(due=True)} == {waiting, reference}
    lost.clock.move(days=47)

    assert of(lost).show(waiting).state == "expired"
    assert of(lost).show(reference).state == "no_answer"
    with pytest.raises(WrongUse):
        of(lost).sent(waiting, "post", lost.clock())
    assert of(lost).answer(reference, Answer(on=lost.office.today())).state == "answered"


def test_an_answer_counts_in_the_ranking_and_hangs_on_its_entry(lost: Any) -> None:
    reference = sent(lost)
    of(lost).answer(reference, Answer(on=lost.office.today(), own=("15400000077",), work=("010-55550100",)))

    entry = lost.entries("enquiry_answered")[-1]
    claims = lost.office.store.evidence.found(lost.case("NB000001")).claims
    assert [(one.stated_user, one.entry, one.source) for one in claims] == [
        (StatedUser.DEBTOR, entry.seq, "enquiry.employer"),
        (StatedUser.WORKPLACE, entry.seq, "enquiry.employer"),
    ]
    assert "+8615400000077" in lost.order("NB000001")
    assert entry.about == lost.entries("enquiry_drafted")[-1].seq


def test_two_enquiries_answered_both_count(lost: Any) -> None:
    for wanted, number in ((LETTER, "15400000077"), (COMMITTEE, "15400000088")):
        of(lost).answer(sent(lost, wanted), Answer(on=lost.office.today(), own=(number,)))

    assert {"+8615400000077", "+8615400000088"} <= set(lost.order("NB000001"))


@pytest.mark.parametrize(
    "said", [{"own": ("15400000077",)}, {"address": "虚构路5号"}, {"employer": "另一家有限公司"}]
)
def test_a_yes_or_no_question_brings_no_more_than_that(lost: Any, said: dict[str, Any]) -> None:
    reference = sent(lost, Wanted(kind=Kind.LETTER, to=Addressee.EMPLOYER, asks=Asks.EMPLOYMENT))

    with pytest.raises(WrongUse):
        of(lost).answer(reference, Answer(on=lost.office.today(), **said))

    found = of(lost).answer(reference, Answer(on=lost.office.today(), standing=Standing.LEFT))
    assert found.one.told is not None
    assert found.one.told.standing is Standing.LEFT


def test_an_answer_to_what_was_never_sent_is_refused(lost: Any) -> None:
    reference = of(lost).new("NB000001", LETTER).one.reference

    with pytest.raises(WrongUse):
        of(lost).answer(reference, Answer(on=lost.office.today()))


@pytest.mark.parametrize("days", [-1, 1])
def test_an_answer_is_of_a_day_between_sending_and_today(lost: Any, days: int) -> None:
    reference = sent(lost)

    with pytest.raises(WrongUse):
        of(lost).answer(reference, Answer(on=lost.office.today() + dt.timedelta(days=days)))


def test_a_mistyped_reference_hits_no_other_enquiry(lost: Any) -> None:
    reference = sent(lost)
    near = reference[:-1] + ("B" if reference[-1] != "B" else "C")

    with pytest.raises(WrongUse):
        of(lost).answer(near, Answer(on=lost.office.today(), own=("15400000077",)))
    assert of(lost).show(reference.lower().replace("-", " ")).one.reference == reference


def test_the_answer_of_another_case_does_not_open_under_this_one(lost: Any) -> None:
    first, second = sent(lost), sent(lost, ORDER, "NB000002")
    of(lost).answer(first, Answer(on=lost.office.today(), note="of the first"))
    with lost.office.store.database.write() as connection:
        connection.exec_driver_sql(
            "UPDATE enquiry SET told = (SELECT told FROM enquiry WHERE reference = ?) WHERE reference = ?",
            (first, second),
        )

    with pytest.raises(TracerError):
        of(lost).show(second)


def test_a_scan_is_sealed_and_opened_only_for_a_reason_that_is_logged_first(
    lost: Any, tmp_path: Path
) -> None:
    scan = tmp_path / "欧阳清岚.pdf"
    scan.write_bytes(PDF)
    reference = sent(lost)
    of(lost).answer(reference, Answer(on=lost.office.today()), [scan])

    raw = lost.database.read_bytes() + lost.database.with_name("tracer.db-wal").read_bytes()
    assert b"%PDF-1.4" not in raw
    assert "欧阳清岚.pdf".encode() not in raw
    out = tmp_path / "out.pdf"
    of(lost).paper(reference, out, "audit")
    assert out.read_bytes() == PDF
    assert out.stat().st_mode & 0o077 == 0
    entry = lost.entries("paper_opened")[-1]
    assert (entry.body["reason"], entry.body["enquiry"]) == ("audit", reference)


def test_no_paper_is_written_when_the_log_cannot_say_so(
    lost: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "s.pdf").write_bytes(PDF)
    reference = sent(lost)
    of(lost).answer(reference, Answer(on=lost.office.today()), [tmp_path / "s.pdf"])

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Log, "append", full)
    with pytest.raises(TracerError):
        of(lost).paper(reference, tmp_path / "out.pdf", "audit")

    assert not list(tmp_path.glob("*out.pdf*"))


def test_one_bad_scan_among_several_takes_none(lost: Any, tmp_path: Path) -> None:
    good, bad = tmp_path / "a.pdf", tmp_path / "b.pdf"
    good.write_bytes(PDF)
    bad.write_bytes(b"MZ")
    reference = sent(lost)

    with pytest.raises(WrongUse):
        of(lost).answer(reference, Answer(on=lost.office.today()), [good, bad])

    assert lost.counted("enquiry_paper") == 0
    assert of(lost).show(reference).state == "sent"


def test_the_same_scan_under_two_enquiries_is_noticed(lost: Any, tmp_path: Path) -> None:
    (tmp_path / "s.pdf").write_bytes(PDF)
    first, second = sent(lost), sent(lost, COMMITTEE)
    of(lost).answer(first, Answer(on=lost.office.today()), [tmp_path / "s.pdf"])

    with pytest.raises(WrongUse) as caught:
        of(lost).answer(second, Answer(on=lost.office.today()), [tmp_path / "s.pdf"])

    assert first in caught.value.shown()


def test_everything_goes_with_the_cases_key(lost: Any, tmp_path: Path) -> None:
    (tmp_path / "s.pdf").write_bytes(PDF)
    reference = sent(lost)
    of(lost).answer(reference, Answer(on=lost.office.today(), note="who said it"), [tmp_path / "s.pdf"])
    give_back(lost.office, [lost.case("NB000001")], "recalled")

    found = of(lost).show(reference)

    assert (found.case, found.one.written, found.one.told) == (None, None, None)
    with pytest.raises(WrongUse):
        of(lost).paper(reference, tmp_path / "out.pdf", "audit")


def test_a_closed_case_is_not_asked_about(lost: Any) -> None:
    close(lost.office, lost.case("NB000001"), "paid")

    with pytest.raises(Refused) as caught:
        of(lost).new("NB000001", LETTER)

    assert "case.open" in lost.entries("refused")[-1].body["fired"]
    assert caught.value.shown()


def test_without_its_document_no_enquiry_is_made(lost: Any) -> None:
    lost.configure(lambda text: text.replace('authorisation = "House rule 7"', 'authorisation = ""'))

    with pytest.raises(Refused):
        of(lost).new("NB000001", LETTER)


def test_a_visit_at_night_is_recorded_with_what_the_rules_say(lost: Any) -> None:
    found = of(lost).new("NB000001", Wanted(kind=Kind.VISIT, to=Addressee.COMMITTEE, name="河湾村村委会"))
    lost.clock.move(hours=7)  # midnight in Shanghai

    shown, faults = of(lost).sent(found.one.reference, "visit", lost.clock())

    assert shown.state == "sent"
    assert "CN-GB45251-HOURS" in faults
    assert "CN-GB45251-HOURS" in lost.entries("enquiry_sent")[-1].body["fired"]


def test_a_draft_may_be_made_at_night_for_it_disturbs_nobody(lost: Any) -> None:
    lost.clock.move(hours=8)  # one in the morning in Shanghai

    assert of(lost).new("NB000001", COMMITTEE).state == "drafted"
    visit = Wanted(kind=Kind.VISIT, to=Addressee.EMPLOYER)
    assert of(lost).new("NB000001", visit).state == "drafted"


def test_an_american_letter_needs_the_askers_word_for_the_envelope(lost: Any) -> None:
    from dataclasses import replace

    lost.configure(
        lambda text: text.replace(
            "[clients.northbank]", '[policy.residence]\nnorthbank = ["US"]\n\n[clients.northbank]'
        )
    )
    with pytest.raises(Refused) as caught:
        of(lost).new("NB000001", LETTER)
    assert "plain_envelope" in caught.value.shown()

    sworn = replace(LETTER, said={"plain_envelope": True, "validation_notice": True})

    assert of(lost).new("NB000001", sworn).state == "drafted"
    assert "plain_envelope:true" in lost.entries("enquiry_drafted")[-1].body["basis"]


def test_a_run_of_look_ups_never_puts_such_a_question(lost: Any) -> None:
    report = lost.trace("NB000001", only=None)

    assert not any(str(one.source).startswith("enquiry.") for case in report.cases for one in case.lookups)
    with pytest.raises(WrongUse):
        lost.trace("NB000001", only=["enquiry.employer"])


def test_a_document_is_written_while_it_is_to_be_sent_and_not_after(lost: Any, tmp_path: Path) -> None:
    reference = of(lost).new("NB000001", LETTER).one.reference
    of(lost).write(reference, [tmp_path / "a.docx", tmp_path / "a.pdf"])
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF-")
    of(lost).sent(reference, "post", lost.clock())

    with pytest.raises(WrongUse):
        of(lost).write(reference, [tmp_path / "b.pdf"])

    assert not (tmp_path / "b.pdf").exists()
