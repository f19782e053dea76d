"""Sources about a person that are files of words: public registers, and data files sent and taken back."""

from __future__ import annotations

import tomllib

from pydantic import ValidationError

from sources.persons.form import PersonManifest, Way
from sources.persons.run import DataFile, Register

__all__ = [
    "DataFile",
    "PersonFault",
    "PersonManifest",
    "Register",
    "Way",
    "is_person_manifest",
    "read",
    "source",
]


class PersonFault(Exception):
    """A manifest says something that cannot be; ``places`` are the keys at fault, never their values."""

    def __init__(self, places: tuple[str, ...]) -> None:
        super().__init__(", ".join(places))
        self.places = places


def is_person_manifest(text: str) -> bool:
    """Tell whether a manifest is about a person ([person]) and not about a number ([source])."""
    try:
        return "person" in tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False


def read(text: str) -> PersonManifest:
    """Read and check a manifest; raises PersonFault with every key that is wrong."""
    try:
        return PersonManifest.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise PersonFault(("not TOML",)) from error
    except ValidationError as error:
        places = (".".join(str(part) for part in one["loc"]) + f" ({one['type']})" for one in error.errors())
        raise PersonFault(tuple(dict.fromkeys(places))) from None


def source(manifest: PersonManifest) -> Register | DataFile:
    """Make the source a manifest describes."""
    if manifest.person.way is Way.FILE:
        return DataFile(manifest=manifest)
    return Register(manifest=manifest)
