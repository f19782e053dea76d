"""The agreement about a client's columns: which one is which field of ours. A TOML file, or a proposal."""

from __future__ import annotations

import datetime as dt
import json
import re
import tomllib
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from graph.outcome_codes import CODES
from tracer.errors import WrongUse
from tracer.intake import synonyms
from tracer.words import N_

DATE_ORDERS = ("ymd", "dmy", "mdy")


class Kind(StrEnum):
    """What a file's rows are for."""

    PLACEMENT = "placement"
    UPDATE = "update"
    CLOSE = "close"
    RECALL = "recall"
    RETAIN = "retain"
    OUTCOME = "outcome"


_SLOT = re.compile(rf"^({'|'.join(synonyms.SLOTS)})(\d{{0,2}})$")


class Target(BaseModel):
    """A field of ours: ``case``, ``outcome.code``, ``name`` (the debtor's), ``contact2.mobile``."""

    model_config = ConfigDict(frozen=True)

    group: Literal["case", "outcome", "person"]
    slot: str = ""
    field: str

    @property
    def text(self) -> str:
        """The target as a mapping file writes it."""
        if self.group == "case":
            return self.field
        if self.group == "outcome":
            return f"outcome.{self.field}"
        if self.slot == "debtor":
            return self.field
        return f"{self.slot}.{self.field}"


def target(text: str) -> Target:
    """Read a field as a mapping file writes it; ValueError when there is none of that name."""
    text = text.strip()
    head, _, tail = text.partition(".")
    if not tail:
        if text in synonyms.CASE_FIELDS:
            return Target(group="case", field=text)
        if text in synonyms.PERSON_FIELDS:
            return Target(group="person", slot="debtor", field=text)
    elif head == "outcome" and tail in synonyms.OUTCOME_FIELDS:
        return Target(group="outcome", field=tail)
    elif _SLOT.match(head) and tail in synonyms.PERSON_FIELDS:
        return Target(group="person", slot=head, field=tail)
    raise ValueError(
        f"{text[:60]!r} is no field; fields of the case: {', '.join(synonyms.CASE_FIELDS)}; of a person: "
        f"{', '.join(synonyms.PERSON_FIELDS)}, with spouse., contact1., guarantor. … in front for others; "
        f"of a call: outcome.{', outcome.'.join(synonyms.OUTCOME_FIELDS)}"
    )


class Mapping(BaseModel):
    """Which column is which field, and what the file does not say itself.

    ``columns`` maps a header as it reads to a field. ``constants`` gives fields that no column has.
    ``header_row`` counts from 1 and ``header_rows`` is 2 for merged ones. ``date_order`` settles 03/04/2025.
    ``as_of`` is the day the data were true: the numbers that an update is the first to bring count from it.
    ``code_list`` names the outcome codes used (see graph.outcomes). ``timezone`` is that of call times.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind = Kind.PLACEMENT
    columns: dict[str, str] = Field(default_factory=dict)
    constants: dict[str, str] = Field(default_factory=dict)
    region: str = Field(default="CN", pattern=r"^[A-Z]{2}$")
    date_order: Literal["ymd", "dmy", "mdy"] = "ymd"
    currency: str = Field(default="", pattern=r"^([A-Z]{3})?$")
    timezone: str = "Asia/Shanghai"
    encoding: str = ""
    delimiter: str = Field(default="", max_length=1)
    sheet: str = ""
    header_row: int = Field(default=0, ge=0, le=10_000)
    header_rows: int = Field(default=0, ge=0, le=2)
    as_of: dt.date | None = None
    code_list: str = ""

    @field_validator("timezone")
    @classmethod
    def _zone_exists(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"{value[:60]!r} is no time zone; write one like Asia/Shanghai") from error
        return value

    @field_validator("code_list")
    @classmethod
    def _list_exists(cls, value: str) -> str:
        if value and value not in CODES:
            raise ValueError(f"{value[:60]!r} is no code list; the lists are {', '.join(CODES)}")
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Mapping:
        single: dict[str, str] = {}
        for column, field in self.columns.items():
            found = target(field)
            if found.group != "person" and found.text not in _REPEATABLE:
                if found.text in single:
                    raise ValueError(
                        f"columns {single[found.text]!r} and {column!r} are both mapped to {found.text}"
                    )
                single[found.text] = column
        for field in self.constants:
            target(field)
        if missing := self.missing():
            raise ValueError(f"no column is mapped to {' or '.join(missing[:1])}")
        return self

    def missing(self) -> tuple[str, ...]:
        """Name the fields without which rows of this kind cannot be taken in."""
        wanted = set(self.columns.values()) | set(self.constants)
        missing: list[str] = []
        if "case" not in wanted:
            missing.append("case")
        if self.kind is Kind.OUTCOME:
            if not wanted & {"outcome.code", "outcome.text"}:
                missing.append("outcome.code")
        elif self.kind is Kind.PLACEMENT and not any(
            field.rpartition(".")[2] in {"name", "family_name", "given_name"} for field in wanted
        ):
            missing.append("name")
        return tuple(missing)

    @property
    def day_first(self) -> bool | None:
        """How 03/04/2025 is read; None where the year comes first and it cannot occur."""
        return None if self.date_order == "ymd" else self.date_order == "dmy"

    def toml(self, unmapped: Sequence[str] = ()) -> str:
        """Write the mapping as a file that :func:`load` reads; ``unmapped`` columns as remarks to fill in."""
        lines = [f"kind = {_quoted(self.kind)}", f"region = {_quoted(self.region)}"]
        lines.append(f"date_order = {_quoted(self.date_order)}  # how 03/04/2025 is read: ymd, dmy or mdy")
        lines.append(f"timezone = {_quoted(self.timezone)}")
        words = ("currency", "encoding", "delimiter", "sheet", "code_list")
        lines += [f"{key} = {_quoted(value)}" for key in words if (value := getattr(self, key))]
        lines += [f"{key} = {row}" for key in ("header_row", "header_rows") if (row := getattr(self, key))]
        if self.as_of:
            lines.append(f"as_of = {self.as_of.isoformat()}")
        lines += ["", "[columns]  # column of the file = field; a column not listed is kept as received"]
        lines += [f"{_quoted(column)} = {_quoted(field)}" for column, field in self.columns.items()]
        lines += [f'# {_quoted(column)} = ""' for column in unmapped]
        if self.constants:
            lines += ["", "[constants]  # fields that no column gives"]
            lines += [f"{_quoted(field)} = {_quoted(value)}" for field, value in self.constants.items()]
        return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    # A TOML basic string takes JSON's escapes, except that DEL must be escaped too.
    return json.dumps(str(text), ensure_ascii=False).replace("\x7f", "\\u007f")


def load(path: Path) -> Mapping:
    """Read a mapping file; WrongUse names the key and what is wrong with it."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise WrongUse(
            N_("The mapping {file} cannot be read: {reason}"),
            N_("Check the path and its permissions."),
            file=path.name,
            reason=error.strerror or type(error).__name__,
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongUse(
            N_("The mapping {file} is not TOML: {reason}"),
            N_("Write a fresh one with tracer import FILE --preview and change that."),
            file=path.name,
            reason=str(error),
        ) from error
    try:
        return Mapping.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        raise WrongUse(
            N_("The mapping {file} is wrong at {key}: {reason}"),
            N_("Correct that line; tracer import FILE --preview writes a mapping that fits the file."),
            file=path.name,
            key=".".join(str(part) for part in first["loc"]) or "[columns]",
            reason=first["msg"].removeprefix("Value error, "),
        ) from error


# Which column stands for the case when none is called the case number, best first.
_CASE_STANDS_IN = ("creditor_ref", "loan", "contract", "account", "customer", "card")

_KIND_WORDS = (
    (Kind.OUTCOME, ("催记", "outcome", "calllog", "callnotes", "联络记录", "通话记录")),
    (Kind.RETAIN, ("留案", "retain")),
    (Kind.RECALL, ("退案", "撤案", "recall", "return")),
    (Kind.CLOSE, ("结案", "close")),
    (Kind.UPDATE, ("更新", "update")),
)


class Proposal(BaseModel):
    """A mapping made from the columns' names; ``missing`` says what it still needs before it can be used."""

    model_config = ConfigDict(frozen=True)

    mapping: Mapping
    missing: tuple[str, ...] = ()
    unmapped: tuple[str, ...] = ()


def propose(
    columns: Sequence[str], *, region: str = "CN", hint: str = "", kind: Kind | None = None
) -> Proposal:
    """Propose a mapping from the columns' names, and list the columns that would only be kept as received.

    ``hint`` is the file's and sheet's name, which often says what the rows are for. Where no column can stand
    for the case, or none for the people, ``missing`` names them and the mapping is a draft to complete.
    """
    found: dict[str, str] = {}
    numbered_contacts = _numbered_contacts(columns)
    outcome = kind is Kind.OUTCOME or (kind is None and _is_outcome(columns))
    taken: set[str] = set()
    somebody_else = _repeated_names(columns)
    for column in columns:
        plain, again = _plain(column)
        field = _field(plain, outcome, numbered_contacts)
        if field and again in somebody_else and target(field).group == "person":
            continue
        if not field or (field in taken and target(field).group != "person" and field not in _REPEATABLE):
            continue
        taken.add(field)
        found[column] = field
    if "case" not in taken:
        stand_in = next((each for each in _CASE_STANDS_IN if each in taken), "")
        if stand_in:
            found[next(column for column, field in found.items() if field == stand_in)] = "case"
            taken.add("case")
    content = {
        "kind": kind or (Kind.OUTCOME if outcome else _kind(taken, hint)),
        "columns": found,
        "region": region,
        "date_order": _DATE_ORDERS.get(region, "dmy"),
        "timezone": _TIMEZONES.get(region, "UTC"),
        "currency": _CURRENCIES.get(region, ""),
    }
    unmapped = tuple(column for column in columns if column not in found)
    draft = Mapping.model_construct(**{**Mapping(columns={"-": "case", "--": "name"}).__dict__, **content})
    missing = draft.missing()
    return Proposal.model_construct(mapping=draft, missing=missing, unmapped=unmapped)


_REPEATABLE = frozenset({"note", "prior_notes", "outcome.text"})
_DATE_ORDERS = {"US": "mdy"} | dict.fromkeys(("CN", "TW", "HK", "MO", "JP", "KR", "CA"), "ymd")
_TIMEZONES = {
    "CN": "Asia/Shanghai", "HK": "Asia/Hong_Kong", "MO": "Asia/Macau", "TW": "Asia/Taipei",
    "US": "America/New_York", "GB": "Europe/London", "SG": "Asia/Singapore",
}  # fmt: skip
_CURRENCIES = {
    "CN": "CNY",
    "HK": "HKD",
    "MO": "MOP",
    "TW": "TWD",
    "US": "USD",
    "GB": "GBP",
    "SG": "SGD",
    "CA": "CAD",
}


def _field(column: str, outcome: bool, numbered_contacts: bool) -> str:
    if outcome:
        word = synonyms.case_field(column)
        if word == "case" or (word and not synonyms.outcome_field(column)):
            return "outcome.text" if word in {"note", "prior_notes"} else word
        if word := synonyms.outcome_field(column):
            return f"outcome.{word}"
    slot, field, number, trailing = synonyms.person_field(column)
    case = synonyms.case_field(column)
    if case and not (field and field != "note"):
        return case
    if not field:
        return case
    if not slot:
        if trailing and numbered_contacts:
            return f"contact{number}.{field}"
        slot = "debtor"
    if outcome and slot == "debtor":
        if field in {"phone", "mobile"}:
            return "outcome.number"
        if field == "relation":
            return "outcome.party_relation"
    if slot == "debtor":
        return field
    return f"{slot}{number or ''}.{field}"


def _plain(column: str) -> tuple[str, str]:
    """Give a column's header as it reads, and which repetition of it this is (``姓名#2``)."""
    found = re.fullmatch(r"(.+)#(\d+)", column)
    return (found.group(1), found.group(2)) if found else (column, "")


def _repeated_names(columns: Sequence[str]) -> frozenset[str]:
    """Give the repetitions in which the name comes again: those columns are somebody else's."""
    return frozenset(
        again
        for plain, again in map(_plain, columns)
        if again and synonyms.person_field(plain)[:2] == ("", "name")
    )


def _numbered_contacts(columns: Sequence[str]) -> bool:
    """True when numbers at the end of headers count contacts: 联系人姓名2 or 关系2 beside 移动电话2."""
    for column in columns:
        slot, field, number, trailing = synonyms.person_field(column)
        if (
            trailing
            and number
            and ((slot in {"contact", "reference"} and field == "name") or (not slot and field == "relation"))
        ):
            return True
    return False


def _is_outcome(columns: Sequence[str]) -> bool:
    fields = {synonyms.outcome_field(column) for column in columns}
    placed = {synonyms.case_field(column) for column in columns} & {"amount_due", "placed_on", "return_by"}
    return (
        bool(fields & {"code", "text"})
        and bool(fields & {"at", "at_day", "number", "party", "promise_on", "actor"})
        and not placed
    )


def _kind(fields: set[str], hint: str) -> Kind:
    people = fields & {"name", "family_name", "given_name"}
    reachable = fields & {
        "phone",
        "mobile",
        "home_phone",
        "work_phone",
        "address",
        "home_address",
        "amount_due",
        "id",
    }
    if people and reachable and not fields & {"closed_on", "recalled_on", "retain_until", "updated_on"}:
        return Kind.PLACEMENT
    key = synonyms.header_key(hint)
    for kind, words in _KIND_WORDS:
        if any(word in key for word in words):
            return kind
    for field, kind in (
        ("retain_until", Kind.RETAIN),
        ("recall_reason", Kind.RECALL),
        ("recalled_on", Kind.RECALL),
        ("close_reason", Kind.CLOSE),
        ("closed_on", Kind.CLOSE),
        ("updated_on", Kind.UPDATE),
    ):
        if field in fields:
            # A placement may carry a closing date column for its own book-keeping; without people it is one.
            return Kind.PLACEMENT if people and reachable and kind in {Kind.CLOSE, Kind.UPDATE} else kind
    if people:
        return Kind.PLACEMENT
    return Kind.RECALL if "return_by" in fields and not reachable else Kind.UPDATE
