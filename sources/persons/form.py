"""What such a manifest may say: one closed form. It has no code, no wildcard and no way to ask for all.

A register is asked for one person at a time, from a file the publisher hands out (``table``) or by an
interface it offers (``http``). Pages made for people are not read by machine: there is no way to say so here.
"""

from __future__ import annotations

import datetime as dt
import re
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from graph.model import Role
from sources.contract import AuthKind, Channel
from sources.contract import Field as Told


class Way(StrEnum):
    """How it is asked: a table read by key, an interface, or a file sent and another taken back."""

    TABLE = "table"
    HTTP = "http"
    FILE = "file"


# What may be told of a person, by the name it has in [send].
TELLS: dict[str, Told] = {
    "name": Told.NAME,
    "id_number": Told.ID_NUMBER,
    "born": Told.BORN,
    "address": Told.ADDRESS,
    "employer": Told.EMPLOYER,
}
_DAYS = re.compile(r"(\d{1,4})d")


def _days(value: object) -> object:
    found = _DAYS.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise PydanticCustomError("not_days", "a number and d: 30d")
    return dt.timedelta(days=int(found[1]))


def _id(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", text) or re.search(r"\d{7}", text):
        raise PydanticCustomError("not_an_id", "small letters, digits, dot, dash")
    return text


def _column(text: str) -> str:
    # A column begins with a letter: what a spreadsheet would calculate is no name.
    if not re.fullmatch(r"[^\W\d_][^\r\n\t=,;|\"']{0,63}", text):
        raise PydanticCustomError("not_a_column", "the name of a column")
    return text


Days = Annotated[dt.timedelta, BeforeValidator(_days)]
Column = Annotated[str, AfterValidator(_column)]
Columns = Annotated[tuple[Column, ...], BeforeValidator(lambda one: (one,) if isinstance(one, str) else one)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class About(_Part):
    """[person]: what it is, on what footing, how hard it may be used.

    ``lawful_basis`` says why one may look there at all, ``use_limit`` what the publisher thinks reasonable;
    both are sentences for people and neither may be empty. ``spec`` names what the manifest was written from
    and ``proved`` on what it was tried.
    """

    id: Annotated[str, AfterValidator(_id)]
    title: str = Field(min_length=1)
    publisher: str = Field(min_length=1)
    version: str
    spec: str = Field(min_length=1)
    licence: str = ""
    proved: str = Field(min_length=1)
    lawful_basis: str = Field(min_length=20)
    use_limit: str = Field(min_length=20)
    way: Way
    channel: Literal[Channel.PUBLIC_REGISTER, Channel.ENQUIRY] = Channel.PUBLIC_REGISTER
    needs: tuple[str, ...] = ("name",)
    roles: tuple[Role, ...] = (Role.DEBTOR,)
    lists: str = Field(default="", pattern=r"^[a-z_]{0,32}$")
    fresh_for: Days = dt.timedelta(days=90)
    intrusion: int = Field(default=1, ge=0, le=4)
    billed: bool = False
    qps: float | None = Field(default=None, gt=0)
    daily: int | None = Field(default=None, gt=0)


class Http(_Part):
    """[http]: one GET with the name in its query, which its vendor takes nowhere else."""

    path: Annotated[str, Field(pattern=r"^/[A-Za-z0-9._~/-]*$")]
    items: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.]+$")]
    auth: AuthKind = AuthKind.NONE
    header: str = ""
    prefix: str = ""
    limit: dict[str, int] = Field(default_factory=dict)


class Table(_Part):
    """[table]: the configured table of the publisher's file, asked by one of its columns."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]


class Exchange(_Part):
    """[file]: the file that is sent and the one that comes back; ``token`` is the column that names a row."""

    token: Column
    format: Literal["csv", "xlsx"] = "csv"
    encoding: Literal["utf-8", "gb18030", "utf-16"] = "utf-8"
    expires: Days = dt.timedelta(days=30)
    most: int = Field(default=10_000, ge=1, le=200_000)


class Status(_Part):
    """A column that says whether anybody was found; a word that is in neither list is a fault of the row."""

    column: Column
    found: tuple[str, ...] = Field(min_length=1)
    none: tuple[str, ...] = Field(min_length=1)


class Reads(_Part):
    """[read]: which column (or, for http, place) holds what. What is not named here is not looked at."""

    name: Column | None = None
    id_number: Column | None = None
    born: Column | None = None
    born_month: Column | None = None
    born_year: Column | None = None
    phones: Columns = ()
    work_phones: Columns = ()
    address: Column | None = None
    employer: Column | None = None
    email: Column | None = None
    seen_on: Column | None = None
    status: Status | None = None


class PersonManifest(_Part):
    """A source about a person as a file."""

    person: About
    send: dict[str, Column] = Field(min_length=1)
    read: Reads
    http: Http | None = None
    table: Table | None = None
    file: Exchange | None = None

    def __repr__(self) -> str:
        return f"PersonManifest({self.person.id})"

    __str__ = __repr__

    @model_validator(mode="after")
    def _whole(self) -> Self:
        told = set(self.send)
        if not told <= set(TELLS):
            raise PydanticCustomError("no_such_field", "a field that may be told")
        if not set(self.person.needs) <= told:
            raise PydanticCustomError("need_not_sent", "needs are sent")
        if any(role.third_party for role in self.person.roles):
            raise PydanticCustomError("third_party", "nobody who owes nothing")
        ways = {Way.HTTP: self.http, Way.TABLE: self.table, Way.FILE: self.file}
        if [way for way, part in ways.items() if part is not None] != [self.person.way]:
            raise PydanticCustomError("another_way", "one way, and its section")
        if self.person.way is not Way.FILE and (told != {"name"} or self.read.name is None):
            # A register is asked by the name, and a row without one cannot be told from a namesake's.
            raise PydanticCustomError("asked_by_name", "a register is asked by the name")
        if self.person.way is Way.FILE and self.file is not None and self.file.token in self.send.values():
            raise PydanticCustomError("token_taken", "the token has a column of its own")
        return self
