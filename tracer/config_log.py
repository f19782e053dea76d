"""What is configured about the look-up log: how often it is signed, and who witnesses it."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from tracer.config_values import Model, WebAddress, a_list
from tracer.proof import Key, Unsound

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_LONG_DIGITS = re.compile(r"\d{7}")  # the log takes no word with so many


class WitnessKind(StrEnum):
    """Where a witness is: a file on another disk, a command, a web address."""

    FILE = "file"
    COMMAND = "command"
    HTTPS = "https"


class Protocol(StrEnum):
    """How a web address is spoken to: as a C2SP witness, or by posting the checkpoint there."""

    WITNESS = "witness"
    APPEND = "append"


def _name(text: str) -> str:
    if not _NAME.fullmatch(text) or _LONG_DIGITS.search(text):
        raise PydanticCustomError("not_a_witness_name", "name")
    return text


def _key(text: str) -> str:
    if text:
        try:
            Key.read(text)
        except Unsound:
            raise PydanticCustomError("not_a_key", "key") from None
    return text


class LogSettings(Model):
    """How often the log is signed, and when its health warns.

    A checkpoint is due after ``checkpoint_every`` entries or ``checkpoint_seconds`` (the window proposed in
    shared/reference/audit-and-privacy.md §3). Health warns when more than ``warn_entries`` entries have been
    seen by no witness, or the oldest of them is older than ``warn_seconds``.
    """

    checkpoint_every: int = Field(default=100, ge=1, le=1_000_000)
    checkpoint_seconds: float = Field(default=60.0, gt=0, le=86_400, allow_inf_nan=False)
    warn_entries: int = Field(default=200, ge=1, le=1_000_000)
    warn_seconds: float = Field(default=600.0, gt=0, le=31_536_000, allow_inf_nan=False)


class WitnessSettings(Model):
    """Somebody who is handed the log's checkpoints and remembers them.

    ``key`` is his C2SP verifier key: his cosignatures are kept only if they are good. It is given no oftener
    than every ``every_seconds`` (0: whenever there is something new) and waited for ``timeout`` seconds.
    """

    kind: WitnessKind
    name: Annotated[str, AfterValidator(_name)]
    path: Path | None = None
    command: Annotated[tuple[str, ...], BeforeValidator(a_list)] = ()
    url: WebAddress = ""
    protocol: Protocol = Protocol.WITNESS
    key: Annotated[str, AfterValidator(_key)] = ""
    every_seconds: float = Field(default=0.0, ge=0, le=86_400, allow_inf_nan=False)
    timeout: float = Field(default=5.0, gt=0, le=300, allow_inf_nan=False)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        places = {
            WitnessKind.FILE: ("path", self.path is not None and bool(self.path.name)),
            WitnessKind.COMMAND: ("command", bool(self.command) and all(self.command)),
            WitnessKind.HTTPS: ("url", bool(self.url)),
        }
        setting, given = places[self.kind]
        others = [name for kind, (name, there) in places.items() if kind is not self.kind and there]
        if not given or others:
            raise PydanticCustomError("witness_place", "place", {"id": setting})
        if self.kind is WitnessKind.HTTPS and self.protocol is Protocol.WITNESS and not self.key:
            raise PydanticCustomError("witness_key", "key")
        return self

    @property
    def verifier(self) -> Key | None:
        """His key, if one is configured."""
        return Key.read(self.key) if self.key else None
