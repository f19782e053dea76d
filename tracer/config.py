"""The configuration: who may be asked, for what, by whose leave. Nothing configured, nothing allowed.

One TOML file. Secrets are never in it: a source names an environment variable or a file.
``config.example.toml`` at the root of the repository is a working example.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import tomllib
import zoneinfo
from collections.abc import Mapping
from enum import Enum, StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from graph.model import Role
from sources import contract
from tracer.config_enquiry import EnquirySettings
from tracer.config_faults import explain
from tracer.config_house import HouseSettings
from tracer.config_log import LogSettings, WitnessSettings
from tracer.config_model import ModelSettings
from tracer.config_money import Price, Waterfall
from tracer.config_plan import PlanSettings
from tracer.config_policy import PolicySettings
from tracer.config_retention import RetentionSettings
from tracer.config_review import ReviewSettings
from tracer.config_secrets import Credentials
from tracer.config_values import Model, WebAddress, a_list
from tracer.errors import WrongUse
from tracer.words import N_


class Operation(StrEnum):
    """What a client's agreement may cover."""

    IMPORT = "import"
    LOOKUP = "lookup"
    CONTACT = "contact"
    OUTCOME = "outcome"
    EXPORT = "export"
    OVERLAP = "overlap"


# Without `daily` a source at a host may be asked this often a day: a limit somebody must raise on purpose.
DAILY_WITHOUT_A_FIGURE = 1000

# Keys under which people write a secret by mistake; their values are never repeated in a message.
_SECRET_KEYS = frozenset(
    {"secret", "client_secret", "password", "token", "api_key", "apikey", "key", "access_token"}
)


def _no_inline_secret(values: object) -> object:
    if isinstance(values, Mapping):
        for name in values:
            if str(name).lower() in _SECRET_KEYS:
                raise PydanticCustomError("inline_secret", "secret", {"key": str(name)})
    return values


# A source that is a file, named in `use` by its path.
MANIFEST = "manifest:"

# What the log takes as the reference of a document and as a coded word (tracer/log/vocabulary.py): what it
# would refuse to write is refused here, where the file and the key can be named.
_REFERENCE = re.compile(r"[^\W_][\w .()/#:+-]{0,79}")
_A_PERSONS = re.compile(r"(?:\+?86)?1[3-9]\d{9}|\d{17}[\dXx]|\+\d{8,15}")
_LONG_DIGITS = re.compile(r"\d{7}")


def _reference(text: str) -> str:
    if text and (not _REFERENCE.fullmatch(text) or _A_PERSONS.fullmatch(text)):
        raise PydanticCustomError("not_a_reference", "reference")
    return text


def _source_id(text: str) -> str:
    if text and (not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", text) or _LONG_DIGITS.search(text)):
        raise PydanticCustomError("not_an_id", "id")
    return text


def _word(text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", text) or _LONG_DIGITS.search(text):
        raise PydanticCustomError("not_a_word", "word")
    return text


def _region(text: str) -> str:
    if not re.fullmatch(r"[A-Z]{2}", text):
        raise PydanticCustomError("not_a_region", "region")
    return text


Word = Annotated[str, AfterValidator(_word)]
Words = Annotated[frozenset[Word], BeforeValidator(a_list)]
Reference = Annotated[str, AfterValidator(_reference)]
Region = Annotated[str, AfterValidator(_region)]


class _Dated(Model):
    from_: dt.date | None = Field(default=None, alias="from")
    until: dt.date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.from_ and self.until and self.from_ > self.until:
            raise PydanticCustomError("dates_reversed", "dates")
        return self

    def in_force(self, day: dt.date) -> bool | None:
        """True when ``day`` lies within ``from`` … ``until`` (both included); None when either is missing."""
        if self.from_ is None or self.until is None:
            return None
        return self.from_ <= day <= self.until


class Client(_Dated):
    """A creditor and what its agreement covers. What is not written is not covered."""

    name: str = Field(min_length=1)
    agreement: Reference = ""
    operations: Annotated[frozenset[Operation], BeforeValidator(a_list)] = frozenset()
    purposes: Words = frozenset()
    overlap_across_clients: bool = False
    region: Region | None = None
    waterfall: Waterfall | None = None


class SourceSettings(_Dated, Credentials):
    """A source, the document that allows it, what it may be told, and how fast it may be asked.

    ``rate`` is requests a second, ``timeout`` seconds for one request from start to last byte, ``price``
    minor units of money for a billed look-up (``prices``: a list with dates, results and tiers), ``daily``
    look-ups a day (retries count). ``person_in_url`` lets a vendor that takes a number nowhere else have it
    in a request's address; ``options`` are the values that a manifest asks of this account.
    """

    use: str = Field(min_length=1)
    id: Annotated[str, AfterValidator(_source_id)] = ""
    authorisation: Reference = ""
    purposes: Words = frozenset()
    roles: Annotated[frozenset[Role], BeforeValidator(a_list)] = frozenset()
    fields: Annotated[frozenset[contract.Field], BeforeValidator(a_list)] = frozenset()
    base_url: WebAddress = ""
    sha256: str = Field(default="", pattern=r"^([0-9a-f]{64})?$")
    rate: float = Field(default=5.0, gt=0, le=10_000, allow_inf_nan=False)
    concurrency: int = Field(default=4, ge=1, le=256)
    daily: int | None = Field(default=None, ge=0)
    timeout: float = Field(default=10.0, gt=0, le=300, allow_inf_nan=False)
    price: int = Field(default=0, ge=0)
    prices: Annotated[tuple[Price, ...], BeforeValidator(a_list)] = ()
    person_in_url: bool = False
    options: dict[Word, str] = Field(default_factory=dict)

    @property
    def manifest(self) -> Path | None:
        """The file that is the source, when it is one (``use = "manifest:…"``)."""
        return Path(self.use.removeprefix(MANIFEST)) if self.use.startswith(MANIFEST) else None

    @model_validator(mode="before")
    @classmethod
    def _fill(cls, values: object) -> object:
        _no_inline_secret(values)
        if isinstance(values, Mapping) and not values.get("id"):
            use = str(values.get("use", ""))
            path = Path(use.removeprefix(MANIFEST))
            return {**values, "id": path.stem if use.startswith(MANIFEST) else use}
        return values

    @property
    def budget(self) -> int | None:
        """Look-ups a day: ``daily``, or a cautious figure at a host; None (no limit) where nothing leaves."""
        if self.daily is not None:
            return self.daily
        return DAILY_WITHOUT_A_FIGURE if self.base_url else None


class Table(Model):
    """A file or SQLite database that may be read by key, and the columns it may be asked by.

    ``keys`` are the file's own names of columns (``工号``) or the usual English ones (``employee_id``).

    ``table`` names the table inside a SQLite database, ``sheet`` the sheet of a workbook, ``encoding`` that
    of a text file; each may be left out where there is only one choice.
    """

    path: Path
    keys: Annotated[tuple[str, ...], BeforeValidator(a_list)] = Field(min_length=1)
    table: str = ""
    sheet: str = ""
    encoding: str = ""

    @field_validator("path")
    @classmethod
    def _named(cls, path: Path) -> Path:
        if not path.name:
            raise PydanticCustomError("no_path", "path")
        return path


class Config(Model):
    """All that is allowed. The empty configuration is valid and allows nothing."""

    region: Region = "CN"
    timezone: str = "Asia/Shanghai"
    purposes: Words = frozenset()
    clients: dict[Word, Client] = Field(default_factory=dict)
    sources: Annotated[tuple[SourceSettings, ...], BeforeValidator(a_list)] = ()
    tables: dict[Word, Table] = Field(default_factory=dict)
    log: LogSettings = LogSettings()
    witnesses: Annotated[tuple[WitnessSettings, ...], BeforeValidator(a_list)] = ()
    review: ReviewSettings = ReviewSettings()
    policy: PolicySettings = PolicySettings()
    plan: PlanSettings = PlanSettings()
    enquiry: EnquirySettings = EnquirySettings()
    model: ModelSettings = ModelSettings()
    retention: RetentionSettings = RetentionSettings()
    house: HouseSettings = HouseSettings()

    @field_validator("timezone")
    @classmethod
    def _zone(cls, text: str) -> str:
        try:
            zoneinfo.ZoneInfo(text)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            raise PydanticCustomError("not_a_zone", "zone") from None
        return text

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        ids = [settings.id for settings in self.sources]
        for name in ids:
            if ids.count(name) > 1:
                raise PydanticCustomError("same_id", "same id", {"id": name})
        for client in self.clients.values():
            for step in client.waterfall.steps if client.waterfall else ():
                if step not in ids:
                    raise PydanticCustomError("unknown_step", "step", {"id": step})
        names = [witness.name for witness in self.witnesses]
        for name in names:
            if names.count(name) > 1:
                raise PydanticCustomError("same_witness", "same name", {"id": name})
        return self

    @property
    def zone(self) -> dt.tzinfo:
        """The zone whose calendar day counts for agreements, authorisations and daily budgets."""
        return zoneinfo.ZoneInfo(self.timezone)

    def source(self, name: str) -> SourceSettings | None:
        """Give the settings of the source with this id, or None."""
        return next((settings for settings in self.sources if settings.id == name), None)

    def region_of(self, client: str) -> str:
        """Give the numbering region of a client's placements (its own, or the general one)."""
        found = self.clients.get(client)
        return (found.region if found else None) or self.region

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of what is configured, in hex: the same for the same meaning, whatever the order."""
        text = json.dumps(
            _canonical(self.model_dump()), sort_keys=True, ensure_ascii=False, separators=(",", ":")
        )
        return hashlib.sha256(text.encode()).hexdigest()


def _canonical(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _canonical(item) for key, item in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(str(_canonical(item)) for item in value)
    if isinstance(value, tuple | list):
        return [_canonical(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dt.date | Path):
        return str(value)
    return value


def load(path: Path) -> Config:
    """Read and check a configuration file; relative paths in it are taken from the file's own folder.

    Raises:
        WrongUse: the file is missing, is no TOML, or says something that cannot be; the message names the
            file, the key, the value and what is allowed.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise WrongUse(
            N_("There is no configuration file {file}."),
            N_("Run `tracer init`, or name the file with --config."),
            file=str(path),
        ) from None
    except UnicodeDecodeError:
        raise WrongUse(
            N_("{file} is not UTF-8 text."), N_("Save it as UTF-8 and try again."), file=str(path)
        ) from None
    except OSError as error:
        raise WrongUse(
            N_("{file} cannot be read ({why})."),
            N_("Check that it is a file and that you may read it."),
            file=str(path),
            why=type(error).__name__,
        ) from error
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise WrongUse(
            N_("{file} is not valid TOML: {where}."),
            N_("Texts need quotation marks, lists square brackets, dates the form 2026-12-31."),
            file=str(path),
            where=_place_only(str(error)),
        ) from None
    return read(document, file=path)


def read(document: Mapping[str, object], *, file: Path) -> Config:
    """Check a configuration that was read already; ``file`` is named in errors and anchors relative paths."""
    try:
        config = Config.model_validate(document)
    except ValidationError as error:
        raise explain(error, file, Config) from None
    folder = file.resolve().parent
    tables = {
        name: table.model_copy(update={"path": folder / table.path.expanduser()})
        for name, table in config.tables.items()
    }
    sources = tuple(_placed(settings, folder) for settings in config.sources)
    witnesses = tuple(
        witness.model_copy(update={"path": folder / witness.path.expanduser()}) if witness.path else witness
        for witness in config.witnesses
    )
    review = config.review
    if review.staff:
        review = review.model_copy(update={"staff": folder / review.staff.expanduser()})
    return config.model_copy(
        update={"tables": tables, "sources": sources, "witnesses": witnesses, "review": review}
    )


def _placed(settings: SourceSettings, folder: Path) -> SourceSettings:
    """The settings with their paths taken from the configuration's own folder."""
    update: dict[str, object] = {}
    if settings.secret_file:
        update["secret_file"] = folder / settings.secret_file.expanduser()
    if settings.key_file:
        update["key_file"] = folder / settings.key_file.expanduser()
    if settings.manifest:
        update["use"] = f"{MANIFEST}{folder / settings.manifest.expanduser()}"
    return settings.model_copy(update=update) if update else settings


def _place_only(message: str) -> str:
    # tomllib quotes the offending text in some messages; a secret could be in it. The place is enough.
    found = re.search(r"at (line \d+, column \d+|end of document)", message)
    return found.group(1) if found else "?"
