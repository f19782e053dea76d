"""Values of a configuration that more than one of its parts has: strict models, lists, web addresses."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict
from pydantic_core import PydanticCustomError

from tracer.guard import is_loopback


class Model(BaseModel):
    """A part of the configuration: what is not known there is refused, and nothing changes it later."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, str_strip_whitespace=True)


def a_list(value: object) -> object:
    """Refuse a bare word where a list belongs: it would be read letter by letter."""
    if isinstance(value, str):
        raise PydanticCustomError("not_a_list", "list")
    return value


def _address(text: str) -> str:
    if text:
        try:
            parts = urlsplit(text)
            port = parts.port
        except ValueError:
            raise PydanticCustomError("not_an_address", "address") from None
        if parts.username is not None or parts.password is not None:
            raise PydanticCustomError("inline_secret", "secret", {"key": "user:password@"})
        if not parts.hostname or parts.query or parts.fragment or port == 0 or re.search(r"\s", text):
            raise PydanticCustomError("not_an_address", "address")
        if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname)):
            raise PydanticCustomError("not_https", "https")
    return text


WebAddress = Annotated[str, AfterValidator(_address)]
