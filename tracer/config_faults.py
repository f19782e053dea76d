"""What is wrong with a configuration, in words: the file, the key, the value, what is allowed."""

from __future__ import annotations

import difflib
import types
import typing
from collections.abc import Iterable, Mapping
from enum import Enum
from pathlib import Path

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from tracer.errors import WrongUse
from tracer.words import N_

# What each kind of fault says and what to do about it. Places: file, key, value, allowed, near.
_SAID: Mapping[str, tuple[str, str]] = {
    "extra_forbidden": (N_("{file}: there is no setting {key}."), N_("Allowed here: {allowed}.")),
    "missing": (N_("{file}: {key} is missing."), N_("Write it; config.example.toml shows how.")),
    "enum": (N_("{file}: {key} is {value}, which is not known."), N_("Allowed: {allowed}.")),
    "not_a_word": (
        N_("{file}: {key} is {value}; a word of small letters, digits and _ is needed."),
        N_("For example contact_repair."),
    ),
    "not_a_reference": (
        N_("{file}: {key} is {value}, which cannot stand in the log as the name of a document."),
        N_("Use letters, digits, blanks and . ( ) / # : + -, at most 80 in all: NB-2026-01 (annex B)."),
    ),
    "not_an_id": (
        N_("{file}: {key} is {value}, which cannot be the id of a source."),
        N_("Use letters, digits, . _ and -, at most 64 of them and fewer than seven digits in a row."),
    ),
    "not_a_region": (
        N_("{file}: {key} is {value}; a country of two capital letters is needed."),
        N_("For example CN or US (ISO 3166)."),
    ),
    "not_a_place": (
        N_("{file}: {key} is {value}, which is no place."),
        N_("Use a country of two capital letters, or a state or city of the United States: US-MA, US-NYC."),
    ),
    "not_a_fact": (
        N_("{file}: {key}: {value} is no fact that the house can state."),
        N_("docs/law.md and tracer may-contact name the facts that rules need; what a file holds is none."),
    ),
    "not_a_zone": (
        N_("{file}: {key} is {value}, which is no time zone."),
        N_("Use an IANA name such as Asia/Shanghai or America/New_York."),
    ),
    "not_an_address": (
        N_("{file}: {key} is no base address."),
        N_("Write it as https://host/path, without ?, # or spaces."),
    ),
    "not_https": (
        N_("{file}: {key} does not begin with https://."),
        N_("Plain http is allowed only to this machine itself (127.0.0.1, ::1, localhost)."),
    ),
    "not_a_list": (N_("{file}: {key} must be a list."), N_('Put it in square brackets: ["{value}"].')),
    "inline_secret": (
        N_("{file}: {key} holds a secret. Secrets do not belong in this file."),
        N_("Name an environment variable in secret_env, or a file that holds it in secret_file."),
    ),
    "half_a_token": (
        N_("{file}: {key} has only part of what an access token needs."),
        N_("Give token_url, client_id and one of secret_env and secret_file, or none of them."),
    ),
    "two_secrets": (N_("{file}: {key} has both secret_env and secret_file."), N_("Keep one of them.")),
    "dates_reversed": (N_("{file}: {key} ends before it begins."), N_("`from` must not be after `until`.")),
    "unknown_step": (
        N_("{file}: the waterfall step {value} is no source of this configuration."),
        N_("Write the id of a [[sources]] section, or take the step out."),
    ),
    "same_id": (
        N_("{file}: two sources have the id {value}."),
        N_('Give one of them an id of its own: id = "...".'),
    ),
    "not_a_witness_name": (
        N_("{file}: {key} is {value}, which cannot be the name of a witness."),
        N_("Use letters, digits, . _ and -, at most 64 of them and fewer than seven digits in a row."),
    ),
    "not_a_key": (
        N_("{file}: {key} is no verifier key."),
        N_("It is the witness's public key, one word: name+1a2b3c4d+base64."),
    ),
    "witness_place": (
        N_("{file}: {key} needs {value}, and no other place."),
        N_('A witness of kind "file" has a path, "command" a command (a list), "https" a url.'),
    ),
    "witness_key": (
        N_("{file}: {key} has no key."),
        N_('Write the witness\'s verifier key, or protocol = "append" for an address that signs nothing.'),
    ),
    "same_witness": (
        N_("{file}: two witnesses have the name {value}."),
        N_("Give one of them another name."),
    ),
    "no_path": (N_("{file}: {key} names no file."), N_("Write the path of the file to be read.")),
}
_OTHER = (N_("{file}: {key} is {value}, which is not allowed ({why})."), N_("Correct it and try again."))
_NEAR = N_("Did you mean {near}? Allowed here: {allowed}.")


def explain(error: ValidationError, file: Path, model: type[BaseModel]) -> WrongUse:
    """Give the first fault of ``error`` as one message; it says how many more there are."""
    details = error.errors(include_url=False)
    first = details[0]
    place = tuple(first["loc"])
    kind = first["type"]
    sentence, remedy = _SAID.get(kind, _OTHER)
    context = first.get("ctx") or {}
    if kind == "inline_secret":
        place = (*place, str(context.get("key", "")))
    allowed, near = _choices(first, model)
    if near:
        remedy = _NEAR
    return WrongUse(
        # The count is part of the place shown, so that each sentence stays one entry of the catalogue.
        sentence,
        remedy,
        file=str(file) if len(details) == 1 else f"{file} (1/{len(details)})",
        key=_dotted(place),
        value=str(context.get("id", _shown(first["input"]))),
        allowed=", ".join(allowed),
        near=near,
        why=first["msg"],
    )


def _dotted(place: Iterable[str | int]) -> str:
    text = ""
    for part in place:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        elif part != "[key]":
            text += f".{part}" if text else str(part)
    return text or "(top)"


def _shown(value: object) -> str:
    if isinstance(value, str | int | float | bool) or value is None:
        text = str(value)
        return text if len(text) <= 60 else text[:57] + "..."
    return type(value).__name__


def _choices(detail: ErrorDetails, model: type[BaseModel]) -> tuple[tuple[str, ...], str]:
    """What could stand there, and which of it is nearest to what does."""
    place = tuple(detail["loc"])
    if detail["type"] == "extra_forbidden":
        owner = _owner(model, place[:-1])
        allowed = tuple(field.alias or name for name, field in owner.model_fields.items()) if owner else ()
        return allowed, _nearest(str(place[-1]), allowed)
    if detail["type"] == "enum":
        found = _enum(model, place)
        words = tuple(str(item.value) for item in found) if found else ()
        return words, _nearest(str(detail["input"]), words)
    return (), ""


def _nearest(word: str, allowed: tuple[str, ...]) -> str:
    found = difflib.get_close_matches(word.lower(), allowed, n=1, cutoff=0.6)
    return found[0] if found else ""


def _owner(model: type[BaseModel], place: tuple[str | int, ...]) -> type[BaseModel] | None:
    current: object = model
    for part in place:
        if isinstance(current, type) and issubclass(current, BaseModel):
            field = next((f for n, f in current.model_fields.items() if part in (n, f.alias)), None)
            current = field.annotation if field else None
        else:  # a key of a table of tables, or a place in a list
            current = typing.get_args(current)[-1 if typing.get_origin(current) is dict else 0]
    return current if isinstance(current, type) and issubclass(current, BaseModel) else None


def _enum(model: type[BaseModel], place: tuple[str | int, ...]) -> type[Enum] | None:
    # Errors of a set are placed at the set, with or without a position behind it.
    while place and isinstance(place[-1], int):
        place = place[:-1]
    owner = _owner(model, place[:-1])
    if owner is None:
        return None
    annotation = next(
        (f.annotation for n, f in owner.model_fields.items() if place[-1] in (n, f.alias)), None
    )
    waiting: list[object] = [annotation]
    while waiting:
        item = waiting.pop()
        if isinstance(item, type) and issubclass(item, Enum) and not isinstance(item, types.GenericAlias):
            return item
        waiting.extend(typing.get_args(item))
    return None
