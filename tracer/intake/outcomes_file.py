"""One row of a call-note file (催记): which number, when, what came of it, who answered, what promise."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field

from graph.clean.relations import relation
from graph.clean.text import tidy
from graph.model import Identity, Party, Phone, Role
from graph.outcomes import Coded, lists_of, read_code
from tracer.intake.cells import Cells
from tracer.intake.mapping import Kind
from tracer.intake.placements import reject
from tracer.intake.plan import Plan, Source
from tracer.intake.problems import Place, Problem

LONGEST_NOTE = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRow:
    """One contact attempt as a file tells it.

    ``coded`` is what the code's list says, None where no list (or more than one) knows it. ``party`` and
    ``identity`` are what the file says in columns of their own, and win over the code. ``at`` is UTC.
    ``phone`` is None for a note that names no number. Amounts are minor units.
    """

    place: Place
    case: str
    at: dt.datetime
    phone: Phone | None = None
    code: str = ""
    coded: Coded | None = None
    party: Party | None = None
    identity: Identity | None = None
    party_name: str = field(default="", repr=False)
    relation: str = field(default="", repr=False)
    note: str = field(default="", repr=False)
    promise_amount: int | None = None
    promise_on: dt.date | None = None
    follow_up_on: dt.date | None = None
    paid_amount: int | None = None
    paid_on: dt.date | None = None
    actor: str = field(default="", repr=False)
    action: str = ""
    call_id: str = ""
    received: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    digest: str = ""
    problems: tuple[Problem, ...] = ()
    kind: Kind = Kind.OUTCOME

    def __repr__(self) -> str:
        return f"OutcomeRow({self.place}, {self.phone!r})"

    def problem(self, code: str, *, column: str = "", rejected: bool = False, **params: object) -> Problem:
        """Give a problem about this row; a rejection carries the row as received."""
        return Problem(
            place=self.place,
            code=code,
            column=column,
            params=tuple((key, str(value)) for key, value in params.items()),
            lost=rejected,
            rejected=rejected,
            received=self.received if rejected else (),
        )


_PARTIES: dict[str, Party] = {
    word: party
    for party, words in {
        Party.SELF: "self 本人 客户本人 rpc rightparty right_party debtor customer borrower 债务人 借款人",
        Party.THIRD_PARTY: "third_party thirdparty third 第三方 第三人 三方 他人 家人 亲属 联系人 tpc",
        Party.WRONG_PARTY: "wrong_party wrongparty wrong wpc 错号 打错 非本人 号码错误 查无此人 不认识",
        Party.NOBODY: "nobody none noone no_one 无人 无 无人接听 未接通 未接",
        Party.UNKNOWN: "unknown 未知 不详 未确认 未核实",
    }.items()
    for word in words.split()
}
_IDENTITIES: dict[str, Identity] = {
    word: identity
    for identity, words in {
        Identity.VERIFIED: "verified yes y true 1 是 已核实 已核身 核实 通过 已验证",
        Identity.STATED: "stated 自称 自述 口头确认",
        Identity.UNVERIFIED: "unverified failed 未通过 核身失败 未能核实 拒绝核身",
        Identity.NOT_CHECKED: "not_checked no n false 0 否 未核实 未核身 无",
    }.items()
    for word in words.split()
}

_TIME = re.compile(
    r"(上午|下午|晚上|凌晨|中午)?\s*(\d{1,2})\s*[:：时点]\s*(\d{1,2})?(?:\s*[:：分]\s*(\d{1,2}))?[秒分]?(?:[.,]\d+)?\s*([ap])?\.?m?\.?$",
    re.I,
)
_SERIAL = re.compile(r"(\d{5})\.(\d+)")


def read_outcome(
    cells: Cells, plan: Plan, case: str, received: tuple[tuple[str, str], ...], digest: str
) -> OutcomeRow | Problem:
    """Read one call note whose case number is known; a Problem when it has no time, or nothing to say."""
    fields = plan.outcome
    code = _code(cells, plan, fields.get("code"))
    action = _text(cells, fields.get("action"))[:60]
    note = "\n".join(filter(None, (cells.text(source) for source in (*plan.texts, *plan.notes))))[
        :LONGEST_NOTE
    ]
    if not code and not note:
        return reject(cells.place, "outcome.nothing", received)
    at = _moment(cells, plan)
    if at is None:
        column = next((fields[name] for name in ("at", "at_day") if name in fields), "")
        return reject(
            cells.place,
            "outcome.no_time",
            received,
            column=cells.name_of(column) if column != "" else "",
            shown=cells.raw(column) if column != "" else "",
        )
    code, coded = _coded(cells, plan, code, action)
    return OutcomeRow(
        place=cells.place,
        case=case,
        at=at,
        phone=_phone(cells, fields.get("number")),
        code=code,
        coded=coded,
        party=_party(cells, fields.get("party")),
        identity=_IDENTITIES.get(_text(cells, fields.get("identity")).lower().replace(" ", "_")),
        party_name=_text(cells, fields.get("party_name"))[:200],
        relation=(_text(cells, fields.get("party_relation")) or _text(cells, fields.get("target")))[:100],
        note=note,
        promise_amount=cells.amount(fields["promise_amount"]) if "promise_amount" in fields else None,
        promise_on=_day(cells, fields.get("promise_on")),
        follow_up_on=_day(cells, fields.get("follow_up_on")),
        paid_amount=cells.amount(fields["paid_amount"]) if "paid_amount" in fields else None,
        paid_on=_day(cells, fields.get("paid_on")),
        actor=_text(cells, fields.get("actor"))[:100],
        action=action,
        call_id=_text(cells, fields.get("call_id"))[:100],
        received=received,
        digest=digest,
        problems=tuple(cells.problems),
    )


def _text(cells: Cells, source: Source | None) -> str:
    return "" if source is None else cells.text(source)


def _day(cells: Cells, source: Source | None) -> dt.date | None:
    return None if source is None else cells.day(source)


def _code(cells: Cells, plan: Plan, source: Source | None) -> str:
    text = _text(cells, source)[:60]
    if not text and source is not None and plan.code_list:
        # NA, NH and their like mean "nothing" elsewhere; in a list that has them they are results.
        written = tidy(cells.raw(source))[:60]
        return written if written and read_code(written, plan.code_list) is not None else ""
    return text


def _phone(cells: Cells, source: Source | None) -> Phone | None:
    phones = () if source is None else cells.phones(source)
    if not phones:
        if source is None or not cells.text(source):
            cells.note("outcome.no_number", "" if source is None else source)
        return None
    if len(phones) > 1:
        assert source is not None
        cells.note("outcome.number_several", source)
    return phones[0]


def _coded(cells: Cells, plan: Plan, code: str, action: str) -> tuple[str, Coded | None]:
    if not code:
        return "", None
    # A US file splits what the list knows as one: the action (TR) and its result (TT).
    for text in (f"{action}/{code}", code) if action else (code,):
        if (coded := read_code(text, plan.code_list or None)) is not None:
            return text, coded
    source = plan.outcome["code"]
    several = () if plan.code_list else lists_of(code)
    if several:
        cells.note("outcome.code_ambiguous", source, lists=", ".join(several))
    else:
        cells.note("outcome.code_unknown", source, shown=code, list=plan.code_list or "-")
    return code, None


def _party(cells: Cells, source: Source | None) -> Party | None:
    word = _text(cells, source)
    if not word:
        return None
    found = _PARTIES.get(word.lower().replace(" ", "_"))
    if found is None and (role := relation(word)) is not None:
        found = Party.SELF if role is Role.DEBTOR else Party.THIRD_PARTY
    if found is None:
        assert source is not None
        cells.note("outcome.party_unknown", source, shown=word)
        return Party.UNKNOWN
    return found


def _moment(cells: Cells, plan: Plan) -> dt.datetime | None:
    """Give the time of the attempt in UTC, from one column or from a date and a time of day."""
    fields = plan.outcome
    source = fields.get("at", fields.get("at_day"))
    if source is None:
        return None
    text = tidy(cells.raw(source))
    if not text:
        return None
    clock = tidy(cells.raw(fields["at_time"])) if "at_time" in fields else ""
    try:
        whole = dt.datetime.fromisoformat(text)
    except ValueError:
        whole = None
    if whole is not None and (whole.time() != dt.time() or re.search(r"\d[T\s]\d", text)):
        return (whole if whole.tzinfo else whole.replace(tzinfo=plan.zone)).astimezone(dt.UTC)
    if serial := _SERIAL.fullmatch(text):
        # Excel: days and the fraction of a day; to the second, which is more than a call note knows.
        seconds = round(float(f"0.{serial.group(2)}") * 86400)
        day = cells.day(serial.group(1))
        if day is None:
            return None
        naive = dt.datetime.combine(day, dt.time()) + dt.timedelta(seconds=seconds)
        return naive.replace(tzinfo=plan.zone).astimezone(dt.UTC)
    time = _clock(clock or text)
    found = _TIME.search(text)
    day = cells.day((text[: found.start()] if found and not clock else text).strip(" T,"))
    if day is None:
        return None
    if time is None:
        cells.note("outcome.time_assumed", source)
        time = dt.time(12)
    return dt.datetime.combine(day, time, plan.zone).astimezone(dt.UTC)


def _clock(text: str) -> dt.time | None:
    found = _TIME.search(text)
    if found is None:
        return None
    part, hour, minute, second, half = found.groups()
    hours = int(hour)
    if (part in {"下午", "晚上"} or (half or "").lower() == "p") and hours < 12:
        hours += 12
    elif ((half or "").lower() == "a" or part == "凌晨") and hours == 12:
        hours = 0
    try:
        return dt.time(hours, int(minute or 0), int(second or 0))
    except ValueError:
        return None
