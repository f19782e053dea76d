"""What is configured about the law: where debtors, lenders and agency are, and what the house states."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from tracer.config_values import Model, a_list

# Countries (ISO 3166), American states, and cities with law of their own.
_PLACE = re.compile(r"[A-Z]{2}(?:-[A-Z]{2,3})?")


class CollectorKind(StrEnum):
    """Who collects: an agency for others, or a creditor its own debts."""

    THIRD_PARTY = "third_party"
    CREDITOR = "creditor"


class Licence(StrEnum):
    """What a client's licence is, where a pack is for one only."""

    BANK = "bank"
    BANK_CARD = "bank_card"
    CONSUMER_FINANCE = "consumer_finance"
    ONLINE_LENDER = "online_lender"
    OTHER = "other"


class Dialling(StrEnum):
    """How calls are made here."""

    MANUAL = "manual"
    AUTO = "auto"
    PRERECORDED = "prerecorded"


def _place(text: str) -> str:
    if not _PLACE.fullmatch(text):
        raise PydanticCustomError("not_a_place", "place")
    return text


def _fact(name: str) -> str:
    from tracer.policy.facts import FACTS, Kind  # the policy reads the configuration: not at import time

    if FACTS.get(name) is not Kind.FLAG or name.endswith("_on_file"):
        raise PydanticCustomError("not_a_fact", "fact", {"id": name})
    return name


Place = Annotated[str, AfterValidator(_place)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


class SourceLaw(Model):
    """What the law asks of a source: coded words, as the packs use them (docs/law.md).

    ``basis`` is the ground (``PIPL-13(2)``, ``GDPR-6(1)(f)``), ``provenance`` how the source has its data,
    ``kind`` what it is (``carrier``, ``case_file``, ``employer``, ``public``, ``credit_bureau`` …),
    ``channel`` one of the six lawful channels, ``asks`` what is asked, ``data`` what kinds come back.
    """

    basis: str = ""
    provenance: str = ""
    kind: str = ""
    channel: str = ""
    asks: str = ""
    data: Annotated[frozenset[str], BeforeValidator(a_list)] | None = None


class PolicySettings(Model):
    """Which packs of law apply, and what this house states about its own work.

    Packs apply by place: where a client's debtors live (``residence``; else its numbering region), the
    area of the number, the seat of the agency (``seat``) and of the client (``client_seats``). A licence or
    kind of collector that is not said counts as every one. ``facts`` are statements of the house that hold
    for every contact (line_recorded, identity_script …): each answers a rule that would say no without it.
    ``exposure_ceiling`` is how many people who owe nothing may be touched for one case within a week.
    With ``lookups`` the packs decide look-ups too; ``sources`` says what they need to know of each source.
    """

    residence: dict[Name, Annotated[frozenset[Place], BeforeValidator(a_list)]] = Field(default_factory=dict)
    seat: Place | None = None
    collector: CollectorKind | None = None
    dialling: Dialling = Dialling.MANUAL
    client_seats: dict[Name, Place] = Field(default_factory=dict)
    licences: dict[Name, Licence] = Field(default_factory=dict)
    facts: dict[Annotated[str, AfterValidator(_fact)], bool] = Field(default_factory=dict)
    exposure_ceiling: int = Field(default=3, ge=0, le=1000)
    lookups: bool = False
    sources: dict[str, SourceLaw] = Field(default_factory=dict)
