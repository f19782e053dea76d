"""One row of a client's file as a placement: whose debt it is, how much, since when, who is named."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field

from graph.clean.text import tidy
from tracer.intake.cells import Cells
from tracer.intake.mapping import Kind
from tracer.intake.people import Named, read_people
from tracer.intake.plan import Plan, Source
from tracer.intake.problems import Place, Problem, masked

LONGEST_CASE = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """One accepted row that is not a call note.

    Amounts are minor units. ``ended_on`` is the day of closing or recall, ``return_by`` (for ``retain`` its
    new value) the day the case goes back. ``received`` holds every column's text as it came, in order.
    ``digest`` is the same for the same row read by the same mapping; it is derived from personal data without
    a key, so it is blinded before it is stored.
    """

    place: Place
    kind: Kind
    case: str
    people: tuple[Named, ...] = ()
    amount_due: int | None = None
    currency: str = ""
    placed_on: dt.date | None = None
    return_by: dt.date | None = None
    opened_on: dt.date | None = None
    ended_on: dt.date | None = None
    overdue_days: int | None = None
    product: str = ""
    batch: str = ""
    reason: str = field(default="", repr=False)
    note: str = field(default="", repr=False)
    received: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    digest: str = ""
    problems: tuple[Problem, ...] = ()

    def __repr__(self) -> str:
        return f"Placement({self.place}, {self.kind}, {len(self.people)} people)"

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


# The words files use for a currency; 156, 840 and 01 are ISO 4217 numbers and the old code of Chinese banks.
_CURRENCY_WORDS = {
    word: code
    for code, words in {
        "CNY": "人民币 rmb cnh ¥ ￥ 元 156 01",
        "USD": "美元 美金 $ us$ 840",
        "HKD": "港币 港元 hk$ 344",
        "EUR": "欧元 € 978",
        "GBP": "英镑 £ 826",
        "JPY": "日元 392",
        "MOP": "澳门元 446",
        "TWD": "新台币 台币 901",
    }.items()
    for word in words.split()
}
# Those a placement may be in. ISO 4217 has some 180; a word that is none of these is more likely a slip.
_CURRENCIES = frozenset(
    [
        "AED",
        "ARS",
        "AUD",
        "BDT",
        "BRL",
        "CAD",
        "CHF",
        "CLP",
        "CNY",
        "COP",
        "CZK",
        "DKK",
        "EGP",
        "EUR",
        "GBP",
        "GHS",
        "HKD",
        "HUF",
        "IDR",
        "ILS",
        "INR",
        "JPY",
        "KES",
        "KRW",
        "KZT",
        "LKR",
        "MAD",
        "MOP",
        "MXN",
        "MYR",
        "NGN",
        "NOK",
        "NZD",
        "PEN",
        "PHP",
        "PKR",
        "PLN",
        "RON",
        "RUB",
        "SAR",
        "SEK",
        "SGD",
        "THB",
        "TRY",
        "TWD",
        "TZS",
        "UAH",
        "UGX",
        "USD",
        "VND",
        "ZAR",
    ]
)

_SCIENTIFIC = re.compile(r"(\d)(?:\.(\d+))?[eE]\+?(\d{1,3})")
_FLOAT_TAIL = re.compile(r"(\d{5,})\.0+")
_NUMBER_INSIDE = re.compile(r"\+?\d[\d\-*() ]{5,}\d")


def read_case_number(text: str) -> tuple[str, int]:
    """Give a case number as its client writes it, and 0; or nothing and the digits left of it."""
    number = tidy(text).replace("\n", " ")
    if found := _SCIENTIFIC.fullmatch(number):
        digits, exponent = found.group(1) + (found.group(2) or ""), int(found.group(3))
        if len(digits) <= exponent:
            return "", len(digits)
        if len(digits) == exponent + 1:
            return digits, 0
    elif found := _FLOAT_TAIL.fullmatch(number):
        return found.group(1), 0
    return number, 0


def read_placement(
    cells: Cells, plan: Plan, case: str, received: tuple[tuple[str, str], ...], digest: str
) -> Placement:
    """Read one row whose case number is known. Cells that cannot be read are problems; the rest goes in."""
    fields = plan.case
    kind = plan.kind
    as_of = _day(cells, fields.get("as_of")) or plan.as_of
    placed_on = _day(cells, fields.get("placed_on"))
    seen_on = as_of or placed_on or _day(cells, fields.get("updated_on"))
    amount, currency = _money(cells, plan)
    return_by = _day(cells, fields.get("return_by"))
    if kind is Kind.RETAIN:
        return_by = _day(cells, fields.get("retain_until")) or return_by
    ended = {Kind.CLOSE: "closed_on", Kind.RECALL: "recalled_on"}.get(kind, "")
    why = {Kind.CLOSE: "close_reason", Kind.RECALL: "recall_reason"}.get(kind, "")
    return Placement(
        place=cells.place,
        kind=kind,
        case=case,
        people=read_people(cells, plan, case, seen_on, digest),
        amount_due=amount,
        currency=currency,
        placed_on=placed_on,
        return_by=return_by,
        opened_on=_day(cells, fields.get("opened_on")),
        ended_on=_day(cells, fields.get(ended)) if ended else None,
        overdue_days=_overdue(cells, fields.get("overdue_days")),
        product=_text(cells, fields.get("product"))[:200],
        batch=_text(cells, fields.get("batch"))[:200],
        reason=_text(cells, fields.get(why))[:2000] if why else "",
        note="\n".join(filter(None, (_text(cells, source) for source in plan.notes))),
        received=received,
        digest=digest,
        problems=tuple(cells.problems),
    )


def _text(cells: Cells, source: Source | None) -> str:
    return "" if source is None else cells.text(source)


def _day(cells: Cells, source: Source | None) -> dt.date | None:
    return None if source is None else cells.day(source)


def _overdue(cells: Cells, source: Source | None) -> int | None:
    text = _text(cells, source)
    if not text:
        return None
    digits = re.fullmatch(r"(-?\d{1,6})(?:\.0+)?\s*(?:天|日|days?)?", text)
    if digits is None:
        assert source is not None
        cells.note("overdue.unreadable", source, lost=True, shown=text)
        return None
    return int(digits.group(1))


def _money(cells: Cells, plan: Plan) -> tuple[int | None, str]:
    source = plan.case.get("amount_due")
    amount = None if source is None else cells.amount(source)
    currency = plan.currency
    said = plan.case.get("currency")
    word = _text(cells, said)
    if word:
        assert said is not None
        code = _CURRENCY_WORDS.get(word.lower(), word.upper())
        if code not in _CURRENCIES:
            cells.note("currency.unknown", said, lost=True, shown=word)
            return None, ""
        currency = code
    return amount, currency if amount is not None else ""


def reject(
    place: Place,
    code: str,
    received: tuple[tuple[str, str], ...],
    *,
    column: str = "",
    shown: str = "",
    **params: object,
) -> Problem:
    """Give the problem of a row that is set aside as a whole."""
    return Problem(
        place=place,
        code=code,
        column=column,
        shown=masked(shown) if shown else "",
        params=tuple((key, str(value)) for key, value in params.items()),
        lost=True,
        rejected=True,
        received=received,
    )
