"""What a manifest may say: one closed form, so that a slip of the pen is a fault and not a silence.

The sections and words are those of docs/plugin-author.md; :func:`schema` gives them to editors.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from graph.model import FactKind, Role
from sources.contract import AuthKind, Channel, Outcome

_DURATION = re.compile(r"(\d{1,5})(s|m|h|d)")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


def _duration(value: object) -> object:
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise PydanticCustomError("not_a_duration", "a number and s, m, h or d")
    return dt.timedelta(seconds=int(found[1]) * _SECONDS[found[2]])


def _path(text: str) -> str:
    if not re.fullmatch(r"/[A-Za-z0-9._~/{}:-]*", text) or "//" in text or ".." in text:
        raise PydanticCustomError("not_a_path", "a path that begins with /")
    return text


def _at(text: str) -> str:
    if not re.fullmatch(r"(\[\d*\]|\*|[A-Za-z0-9_@$ -]+)(\.(\*|[A-Za-z0-9_@$ -]+)|\[\d*\])*", text):
        raise PydanticCustomError("not_a_place", "names joined by dots")
    return text


def _id(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", text) or re.search(r"\d{7}", text):
        raise PydanticCustomError("not_an_id", "small letters, digits, dot, dash")
    return text


def _sources_own(outcome: Outcome) -> Outcome:
    if outcome in (Outcome.REFUSED, Outcome.UNKNOWN):
        raise PydanticCustomError("gateways_outcome", "only the gateway says so")
    return outcome


Duration = Annotated[
    dt.timedelta,
    BeforeValidator(_duration),
    WithJsonSchema({"type": "string", "pattern": f"^{_DURATION.pattern}$", "examples": ["24h", "31d"]}),
]
At = Annotated[str, AfterValidator(_at)]
Path = Annotated[str, AfterValidator(_path)]
Said = Annotated[Outcome, AfterValidator(_sources_own)]
Header = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,64}$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Lawful(_Part):
    """For what and on whose leave the vendor serves: read by people, and shown by `tracer sources show`."""

    purposes: tuple[str, ...] = ()
    consent: str = ""
    basis: str = ""
    two_legged_requires_contract: bool = False
    note: str = ""


class Cost(_Part):
    """What the vendor counts. ``billed_when`` is by outcome; single result codes stand in [outcome]."""

    unit: str = "call"
    billed_when: tuple[Said, ...] = ()


class Limits(_Part):
    """How the vendor wants to be asked; `tracer sources check` compares it with the configuration."""

    qps: float | None = Field(default=None, gt=0)
    daily: int | None = Field(default=None, gt=0)
    per_number_cooldown: Duration = dt.timedelta(0)
    daily_per_number: bool = False


class Retention(_Part):
    """What is kept. Bodies never are; a fact lives as long as its case."""

    raw_body: Literal["none"] = "none"
    fact: Literal["case"] = "case"


class About(_Part):
    """[source]: what it is, from which definition it was written, what it is told and what it gives."""

    id: Annotated[str, AfterValidator(_id)]
    version: str
    spec: str = Field(min_length=1)
    licence: str = ""
    title: str = ""
    vendor: str = ""
    channel: Channel = Channel.CARRIER
    facts: tuple[str, ...] = Field(min_length=1)
    subject: Literal["phone"] = "phone"
    needs: tuple[str, ...] = Field(min_length=1)
    also: tuple[str, ...] = ()
    roles: tuple[Role, ...] = (Role.DEBTOR, Role.GUARANTOR, Role.CO_DEBTOR)
    numbers: tuple[Annotated[str, Field(pattern=r"^\+[0-9]{1,14}$")], ...] = ()
    in_url: str = ""
    drops: tuple[str, ...] = ()
    fresh_for: Duration = dt.timedelta(days=30)
    idempotent: bool = False
    intrusion: int = Field(default=1, ge=0, le=4)
    lawful: Lawful = Lawful()
    cost: Cost = Cost()
    limits: Limits = Limits()
    retention: Retention = Retention()


class AuthPart(_Part):
    """[auth]: how the vendor knows who asks. A secret is the configuration's; no manifest holds one.

    ``subject`` is in whose name a token is wanted (``tel:{phone.e164}``), for ``oauth2-jwt-bearer`` and
    ``oauth2-ciba``.
    """

    kind: AuthKind = AuthKind.NONE
    scope: str = ""
    header: Header | Literal[""] = ""
    prefix: str = ""
    id_as: str = ""
    secret_as: str = ""
    time_as: str = ""
    service: str = ""
    region: str = ""
    subject: str = ""


class Request(_Part):
    """[request]: literals and places (``{phone.e164}``), nothing computed.

    ``FILE`` is no request: its ``json`` is one line of the file that [file] describes.
    """

    method: Literal["GET", "POST", "PUT", "FILE"] = "POST"
    path: Path = "/"
    json_: dict[str, object] | list[object] | None = Field(default=None, alias="json")
    form: dict[str, str] | None = None
    query: dict[str, str | int | bool] = Field(default_factory=dict)
    headers: dict[Header, str] = Field(default_factory=dict)
    success: tuple[Annotated[int, Field(ge=200, le=299)], ...] = (200,)


class Errors(_Part):
    """[errors]: what refusals mean. ``envelope`` is read in every reply, ``at`` in those without success.

    In ``map`` a code may end in ``*``; ``*`` alone is what is left when the HTTP status says nothing either.
    ``answered`` lets a code pass as success.
    """

    at: At | None = None
    envelope: At | None = None
    schema_: Literal["", "camara"] = Field(default="", alias="schema")
    map: dict[str, Said] = Field(default_factory=dict)
    status: dict[Annotated[str, Field(pattern=r"^[1-5][0-9]{2}$")], Said] = Field(default_factory=dict)
    retry_after: float | None = Field(default=None, gt=0, le=30)


class Result(_Part):
    """[outcome]: the business result inside a success. ``billed`` lists the codes the vendor charges for."""

    at: At
    map: dict[str, Said] = Field(min_length=1)
    billed: tuple[str, ...] | None = None


class When(_Part):
    """A fact is read only if this place says one of these."""

    at: At
    is_: tuple[str, ...] = Field(alias="is", min_length=1)


class Score(_Part):
    """A likeness that stands beside a "no": at ``at``, out of ``of``; from ``high`` and ``partial`` on."""

    at: At
    of: int = Field(default=100, gt=0)
    high: int = Field(gt=0)
    partial: int = Field(gt=0)


class FactPart(_Part):
    """[[fact]]: where a fact stands and what each value means. One that is not listed is a protocol error.

    ``nothing`` as a meaning makes no fact. ``(absent)`` and ``null`` are values like others.
    """

    kind: str
    at: At | Annotated[tuple[At, ...], Field(min_length=1)]
    map: dict[str, str] = Field(default_factory=dict)
    type: Literal["", "boolean", "string", "integer"] = ""
    anchor: Literal["", "{anchor_date}", "{today}"] = ""
    anchor_days: int | None = Field(default=None, gt=0, le=36_500)
    attribute: str = ""
    score: Score | None = None
    prefix: str = ""
    compare: Literal["", "after_anchor", "before_anchor", "months"] = ""
    monitored: At | None = None
    when: When | None = None
    sent: str = ""
    optional: bool = False

    @property
    def of(self) -> FactKind:
        """The kind, known to be one."""
        return FactKind(self.kind)


States = Annotated[dict[str, Said | Literal["wait"]], Field(min_length=1)]


class Poll(_Part):
    """[poll]: the answer comes later. ``id`` is where the first reply says what to ask for, as ``{ref}``.

    Asked ``most`` times, ``wait`` apart; then the look-up is left pending and goes on from there when it is
    made again, for ``life``.
    """

    id: At
    method: Literal["GET", "POST"] = "GET"
    path: Path
    json_: dict[str, object] | None = Field(default=None, alias="json")
    at: At
    map: States
    wait: Duration = dt.timedelta(seconds=2)
    most: int = Field(default=5, ge=1, le=8)
    life: Duration = dt.timedelta(days=1)


class Callback(_Part):
    """[callback]: the vendor calls when the answer is there. ``id`` is where the first reply names the
    question, ``ref`` where the callback does; ``at`` and ``map`` say how it went, as in [poll].

    ``check`` says how a callback is known to be the vendor's: ``hmac-sha256`` of its body (hex or base64, in
    ``header`` behind ``prefix``; with ``time_as`` of the time there, a dot and the body, no older than
    ``within``), or ``token``: the secret itself in ``header``.
    """

    id: At
    ref: At
    at: At
    map: States
    check: Literal["hmac-sha256", "token"]
    header: Header
    prefix: str = ""
    time_as: Header | Literal[""] = ""
    within: Duration = dt.timedelta(minutes=5)
    life: Duration = dt.timedelta(days=1)


class FilePart(_Part):
    """[file]: lines are sent in a file and answers come back in one; with ``header`` the first names columns.

    ``match`` says which columns of the answer's file hold what was sent (ours = theirs); a line that is
    matched is read as an object of its columns. At most ``most`` lines in one file; waited for for ``life``.
    """

    match: dict[str, str] = Field(min_length=1)
    header: bool = True
    separator: Literal[",", ";", "|", "\t"] = ","
    most: int = Field(default=10_000, ge=1, le=1_000_000)
    life: Duration = dt.timedelta(days=7)


class Pages(_Part):
    """[pages]: more of the answer. ``at`` holds the next page's mark, sent as ``as`` in the query or body."""

    at: At
    as_: str = Field(alias="as", min_length=1)
    most: int = Field(default=5, ge=2, le=8)


class Manifest(_Part):
    """A source as a file."""

    source: About
    auth: AuthPart = AuthPart()
    request: Request
    errors: Errors = Errors()
    outcome: Result | None = None
    fact: tuple[FactPart, ...] = Field(min_length=1)
    poll: Poll | None = None
    callback: Callback | None = None
    file: FilePart | None = None
    pages: Pages | None = None
    purpose: dict[str, str] = Field(default_factory=dict)
    options: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")], str] = Field(default_factory=dict)
    quality: dict[str, str] = Field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Manifest({self.source.id})"

    __str__ = __repr__


def schema() -> dict[str, object]:
    """Give the JSON Schema of a manifest, for editors that complete and check TOML."""
    return Manifest.model_json_schema(by_alias=True)
