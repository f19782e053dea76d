"""Rosters and directories of employers: tables the configuration names, asked for one person at a time.

A row is the debtor's only if it says so twice: his name, and something else that is his. Rows of namesakes
are never handed in. Columns are a closed list (Chinese and English); whatever else a roster holds is not
looked at.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from graph.clean.addresses import read_address
from graph.clean.dates import read_date, read_day
from graph.clean.emails import read_email
from graph.clean.employers import read_employer
from graph.clean.ids import read_id
from graph.clean.masks import compatible
from graph.clean.names import name_keys, read_name
from graph.clean.phones import read_phones
from graph.clean.text import blank, has_han, simplified, tidy
from graph.model import Claim, Identifier, LineType, Name, PartialDate, Phone, Record, Role, StatedUser
from sources.contract import Answer, Ask, Channel, Field, Flow, Outcome, Rows, Subject, Terms

TABLE = "rosters"

_SAID: dict[str, str] = {
    "employee_id": "工号 员工号 员工编号 职工号 职工编号 人员编号 "
    "employee_id employee_no employee_number staff_id staff_no personnel_number",
    "name": "姓名 员工姓名 名字 name full_name employee_name staff_name",
    "family": "姓 姓氏 family_name last_name surname",
    "given": "名 given_name first_name forename",
    "id": "证件号 证件号码 身份证 身份证号 身份证号码 id_number id_no national_id ssn social_security_number",
    "born": "出生日期 出生年月 生日 born birth_date birthdate date_of_birth dob",
    "mobile": "手机 手机号 手机号码 移动电话 个人手机 mobile mobile_phone mobile_number cell cell_phone",
    "phone": "电话 电话号码 联系电话 联系方式 phone phone_number telephone tel contact_number",
    "desk": "座机 办公电话 办公室电话 单位电话 公司电话 总机 "
    "work_phone office_phone desk_phone business_phone company_phone switchboard",
    "extension": "分机 分机号 extension ext",
    "employer": "单位 单位名称 工作单位 公司 公司名称 employer employer_name company company_name",
    "email": "邮箱 电子邮箱 电子邮件 邮件地址 email e_mail work_email",
    "address": "住址 家庭住址 家庭地址 住宅地址 现住址 home_address address residence",
    "updated": "更新日期 更新时间 数据日期 updated updated_on updated_at as_of last_updated",
    "left": "离职日期 离职时间 left_on leaving_date termination_date end_date",
    "country": "国家 国家代码 country country_code",
}
COLUMNS: Mapping[str, str] = MappingProxyType(
    {word: kind for kind, words in _SAID.items() for word in words.split()}
)
"""What a roster may call its columns, and what each is. Emergency contacts are left out: strangers."""


def column_kind(column: str) -> str | None:
    """Give what a column holds by its name (``工号``, ``Employee-ID``: ``employee_id``), None if unknown."""
    return COLUMNS.get("_".join(tidy(column).casefold().replace("-", " ").replace("_", " ").split()))


@dataclass(frozen=True, slots=True)
class Employer:
    """Has an employer's roster a number of the debtor? Asked by his employee number, then by his name.

    The table it asks is ``rosters``; it must be configured to be asked by both ``employee_id`` and ``name``.
    """

    name: str = "employer"
    terms: ClassVar[Terms] = Terms(
        channel=Channel.EMPLOYER_RECORD,
        subject=Subject.CASE,
        roles=frozenset({Role.DEBTOR}),
        sends=frozenset({Field.NAME, Field.EMPLOYEE_ID, Field.ID_NUMBER, Field.BORN, Field.EMPLOYER}),
        needs=frozenset({Field.NAME}),
        tables=(TABLE,),
        intrusion=1,  # nobody is spoken to, but it is another's record of him
        idempotent=True,
        fresh_for=dt.timedelta(days=7),
    )

    def lookup(self, ask: Ask) -> Flow:
        """Ask for the rows with his employee number, and if none of them is his, for those with his name.

        Gives a record of each row that is his, and a claim for each number: a mobile as the debtor's own, a
        landline or a number behind a switchboard as his workplace's. ``no_record`` says in ``raw`` why rows
        were left: ``namesake`` (nothing but the name agrees), ``ambiguous`` (two people it could be).
        """
        if ask.name is None:
            return Answer(outcome=Outcome.BAD_INPUT, raw="name_missing")
        if ask.name.masked:
            return Answer(outcome=Outcome.BAD_INPUT, raw="name_masked")
        why = ""
        for key in _keys(ask):
            reply = yield Rows(table=TABLE, key=key)
            rows = [_read(row, ask, place) for place, row in enumerate(reply.rows)]
            if any(row is None for row in rows):
                return Answer(outcome=Outcome.PROTOCOL_ERROR, raw="row_without_name_column")
            found = [row for row in rows if row is not None and _agrees(row, ask)]
            his = [row for row in found if _says_twice(row, ask)]
            if len({_person(row) for row in his}) > 1:
                return Answer(outcome=Outcome.NO_RECORD, raw="ambiguous")
            if his:
                return Answer(
                    outcome=Outcome.ANSWERED,
                    records=tuple(_record(self.name, row, ask) for row in his),
                    claims=tuple(claim for row in his for claim in _claims(self.name, row, ask)),
                )
            why = "namesake" if found else why
        return Answer(outcome=Outcome.NO_RECORD, raw=why)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One row of a roster, cleaned. ``phones`` are with what their column says of them."""

    place: str
    name: Name | None
    employee_id: str
    ident: Identifier | None
    born: PartialDate | None
    phones: tuple[tuple[Phone, str], ...]
    employer: str
    employer_key: str
    email: str
    address: str
    country: str
    updated: dt.date | None
    left: dt.date | None

    def __repr__(self) -> str:
        return f"_Row({self.place})"


def _keys(ask: Ask) -> Iterator[dict[str, str]]:
    assert ask.name is not None
    if ask.employee_id.strip():
        yield {"employee_id": ask.employee_id.strip()}
    yield {"name": ask.name.text}


def _cells(row: Mapping[str, object]) -> dict[str, list[str]]:
    """The texts of the columns we know, by what they are, in the row's order."""
    cells: dict[str, list[str]] = {}
    for column, value in row.items():
        kind = column_kind(column)
        if kind is not None and isinstance(value, str):
            cells.setdefault(kind, []).append(value)
    return cells


def _read(row: Mapping[str, object], ask: Ask, number: int) -> _Row | None:
    """Give the row cleaned; None when it has no column for a name."""
    cells = _cells(row)
    if "name" not in cells and not ("family" in cells and "given" in cells):
        return None

    def first(kind: str) -> str:
        return next((text for text in cells.get(kind, ()) if not blank(text)), "")

    country = first("country").strip().upper()
    region = country if len(country) == 2 else ask.region
    employer = read_employer(first("employer")).value
    born = read_date(first("born"), today=ask.today).value
    updated = read_day(first("updated"), today=ask.today).value
    return _Row(
        place=str(row.get("_row") or f"row:{number + 1}"),
        name=read_name(first("name"), given=first("given"), family=first("family")).value,
        employee_id=first("employee_id").strip(),
        ident=read_id(first("id"), region=region or "CN").value,
        born=born,
        phones=tuple(_phones(cells, region or _written_in(row))),
        employer=employer.name if employer else "",
        employer_key=employer.key if employer else "",
        email=read_email(first("email")).value or "",
        address=first("address"),
        country=region or "CN",
        # A date to come is a slip or a re-stamp; either way it says nothing of when the number was true.
        updated=updated if updated is not None and updated <= ask.today else None,
        left=read_day(first("left"), today=ask.today).value,
    )


def _written_in(row: Mapping[str, object]) -> str:
    """The region to read numbers in where nobody said one: China if the row is in Chinese, else none.

    Without one only numbers with a country code are read: ten US digits are a landline of Liaoning in China.
    """
    return "CN" if has_han("".join(str(value) for value in row.values())) else "ZZ"


def _phones(cells: Mapping[str, list[str]], region: str) -> Iterator[tuple[Phone, str]]:
    extensions = [text.strip() for text in cells.get("extension", ()) if text.strip().isdigit()]
    for kind in ("mobile", "phone", "desk"):
        for text in cells.get(kind, ()):
            phones = read_phones(text, region).value or ()
            for phone in phones:
                desk = kind == "desk" and len(extensions) == 1 and not phone.extension and not phone.masked
                if desk and phone.line_type is not LineType.MOBILE:
                    phone = Phone(e164=phone.e164, extension=extensions[0], line_type=phone.line_type)
                yield phone, kind


def _agrees(row: _Row, ask: Ask) -> bool:
    """Nothing the row says of the person contradicts what is known; his name is there and whole."""
    assert ask.name is not None
    if row.name is None or row.name.masked or not same_name(row.name, ask.name):
        return False
    if row.ident is not None and any(_differ(row.ident, known) for known in ask.ids):
        return False
    births = [one for one in (row.born, row.ident.born if row.ident else None) if one is not None]
    known = [one for one in (ask.born, *(one.born for one in ask.ids)) if one is not None]
    if any(not _may_be_one_day(ours, theirs) for ours in known for theirs in births):
        return False
    # Two employers may give out the same number to two people; one employer gives it to one.
    same_house = not row.employer_key or row.employer_key == _employer_key(ask)
    return not (same_house and row.employee_id and ask.employee_id) or _same_employee(row, ask)


def _says_twice(row: _Row, ask: Ask) -> bool:
    """Besides the name, one thing agrees that is this person's: employee number, id, birthday or employer."""
    return (
        _same_employee(row, ask)
        or any(row.ident is not None and _same_document(row.ident, known) for known in ask.ids)
        or (row.born is not None and row.born.day is not None and row.born == ask.born)
        or (bool(row.employer_key) and row.employer_key == _employer_key(ask))
    )


def _same_employee(row: _Row, ask: Ask) -> bool:
    return bool(row.employee_id) and row.employee_id.casefold() == ask.employee_id.strip().casefold()


def _employer_key(ask: Ask) -> str:
    employer = read_employer(ask.employer).value
    return employer.key if employer else ""


def same_name(left: Name, right: Name) -> bool:
    """Tell whether two whole names are one: same characters, same words, or one the pinyin of the other."""
    if has_han(left.text) and has_han(right.text):
        return simplified(left.text) == simplified(right.text)
    ours, theirs = name_keys(left), name_keys(right)
    if has_han(left.text) != has_han(right.text):
        latin, han = (theirs, ours) if has_han(left.text) else (ours, theirs)
        return len(latin) >= 2 and latin <= han
    return bool(ours) and ours == theirs


def _differ(left: Identifier, right: Identifier) -> bool:
    return left.scheme == right.scheme and not compatible(left.value, right.value)


def _same_document(left: Identifier, right: Identifier) -> bool:
    return (left.scheme, left.value) == (right.scheme, right.value) and not left.masked


def _may_be_one_day(left: PartialDate, right: PartialDate) -> bool:
    pairs = ((left.year, right.year), (left.month, right.month), (left.day, right.day))
    return all(one is None or other is None or one == other for one, other in pairs)


def _person(row: _Row) -> tuple[str, str]:
    """What tells two rows' people apart: the document if there, else the employee number, else the row."""
    if row.ident is not None and not row.ident.masked:
        return row.ident.scheme, row.ident.value
    return ("employee", row.employee_id.casefold()) if row.employee_id else ("row", row.place)


def _record(source: str, row: _Row, ask: Ask) -> Record:
    employer = read_employer(row.employer).value
    address = read_address(row.address, country=row.country).value if row.address else None
    return Record(
        source=source,
        record=row.place,
        role=Role.DEBTOR,
        case=ask.case,
        seen_on=row.updated,
        names=(row.name,) if row.name else (),
        ids=(row.ident,) if row.ident else (),
        born=row.born,
        phones=tuple(dict.fromkeys(phone for phone, _ in row.phones)),
        addresses=(address,) if address else (),
        employers=(employer,) if employer else (),
        emails=(row.email,) if row.email else (),
    )


def _claims(source: str, row: _Row, ask: Ask) -> Iterator[Claim]:
    gone = row.left is not None and row.left <= ask.today
    for phone, kind in dict.fromkeys(row.phones):
        own = kind == "mobile" or (kind == "phone" and phone.line_type is LineType.MOBILE)
        if gone and not own:
            continue  # he has left: whoever sits at that desk now is somebody else
        date = min(row.updated, row.left) if gone and row.updated and row.left else row.updated
        yield Claim(
            phone=phone,
            source=source,
            record=row.place,
            stated_user=StatedUser.DEBTOR if own and not phone.extension else StatedUser.WORKPLACE,
            date=date,
            name_match=1.0,
        )
