"""What a reader of a cell gives back: the value, and what was wrong or repaired on the way.

A fault is a code and named values, never a sentence and never a person: the sentences are kept where people
are spoken to. ``CODES`` lists every code with the names of its values, so that a test there can be complete.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Fault:
    """What was wrong with a cell. ``params`` fill the sentence kept for ``code``; they never name a person.

    ``lost`` says that the cell, or the part of it the fault is about, could not be used: a number that Excel
    cut, a date that has no such day. Without it the fault is a note: something was repaired or set aside.
    """

    code: str
    params: tuple[tuple[str, str], ...] = ()
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Reading(Generic[T_co]):
    """What a cell said: its value, ``None`` when it says nothing usable, and the faults met.

    An empty cell is no fault: its value is ``None`` (an empty tuple where several are read) without faults.
    A value may stand beside a lost fault: one of two numbers was readable, or 15 of 18 digits are known.
    """

    value: T_co | None
    faults: tuple[Fault, ...] = ()

    @property
    def lost(self) -> bool:
        """True when something the cell said could not be used."""
        return any(fault.lost for fault in self.faults)

    def __repr__(self) -> str:
        said = "nothing" if self.value is None else "value"
        return f"Reading({said}, {', '.join(fault.code for fault in self.faults) or 'no faults'})"


# Every code, with the names of the values its sentence may use. "shown" is a value as mask_value() shows it.
CODES: dict[str, tuple[str, ...]] = {
    # phones
    "phone.annotation": ("relation",),
    "phone.area_missing": ("shown",),
    "phone.area_shared": ("area",),
    "phone.area_zero_restored": ("area",),
    "phone.country_read": ("country",),
    "phone.float_tail": (),
    "phone.glued": ("count",),
    "phone.hotline": ("shown",),
    "phone.invalid": ("shown",),
    "phone.letters": ("shown",),
    "phone.mask_resized": ("length",),
    "phone.mask_too_wide": ("known",),
    "phone.scientific": ("kept", "of"),
    "phone.scientific_restored": (),
    "phone.too_long": ("digits", "shown"),
    "phone.too_many": ("limit",),
    "phone.too_short": ("digits", "shown"),
    "phone.trunk_zero": (),
    # names
    "name.alias": (),
    "name.annotation": ("relation",),
    "name.deceased": (),
    "name.digits": ("shown",),
    "name.honorific": (),
    "name.masked_out": (),
    "name.number_inside": (),
    "name.organisation": ("shown",),
    "name.several": ("shown",),
    "name.too_long": ("length",),
    "name.unreadable": ("shown",),
    # ids
    "id.check_digit": (),
    "id.date_impossible": (),
    "id.digit_missing": ("digits", "of"),
    "id.excel_precision": ("kept", "of"),
    "id.mask_resized": ("length",),
    "id.mask_too_wide": ("known",),
    "id.never_issued": (),
    "id.region_unknown": (),
    "id.too_long": ("length",),
    "id.unreadable": ("shown",),
    "id.upgraded": (),
    "id.zero_restored": (),
    # dates
    "date.ambiguous": (),
    "date.century_assumed": ("year",),
    "date.day_unknown": (),
    "date.impossible": (),
    "date.out_of_range": ("year",),
    "date.placeholder": (),
    "date.serial": (),
    "date.unreadable": ("shown",),
    # the rest
    "address.masked": (),
    "address.too_long": ("length",),
    "address.unreadable": ("shown",),
    "address.zip_zero_restored": (),
    "amount.out_of_range": (),
    "amount.rounded": (),
    "amount.scientific": ("kept",),
    "amount.unreadable": ("shown",),
    "email.masked": (),
    "email.placeholder": (),
    "email.several": (),
    "email.too_long": ("length",),
    "email.unreadable": ("shown",),
    "employer.status": ("status",),
    "employer.too_long": ("length",),
    "employer.unreadable": ("shown",),
}
