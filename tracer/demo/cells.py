"""How people and spreadsheets write numbers, names and ids into cells, the usual damage included.

The writer of numbers also says which can still be read whole: the truth of the market depends
on what a file really shows. The kinds of damage are those of shared/reference/product.md §6.1.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from tracer.demo.people import Citizen

Draw = Callable[[], float]

NOTHING = ("", "", "", "无", "-", "null")
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_JOINS = ("/", "、", ";", " ", "，")

# Chance of each kind of damage in one cell; what is lost is a small part of it.
_ODD = 0.12


def nothing(draw: Draw) -> str:
    """Give one of the ways to write that there is nothing."""
    return NOTHING[int(draw() * len(NOTHING))]


def national(number: str) -> str:
    """Give a Chinese or US number without its country code."""
    return number[3:] if number.startswith("+86") else number[2:]


def phones(draw: Draw, numbers: Sequence[str], home: str, extension: str = "") -> tuple[str, frozenset[str]]:
    """Write numbers into one cell of a creditor in ``home``; give the text and the numbers it shows whole."""
    if not numbers:
        return nothing(draw), frozenset()
    if len(numbers) == 1 and draw() >= _ODD:
        number = numbers[0]
        return _usual(draw, number, home) + _extension(number, extension), frozenset(numbers)
    if len(numbers) > 1:
        join = _JOINS[int(draw() * len(_JOINS))]
        return join.join(_usual(draw, number, home, plain=True) for number in numbers), frozenset(numbers)
    number = numbers[0]
    if number.startswith("+86") != (home == "CN"):
        return _usual(draw, number, home) + _extension(number, extension), frozenset(numbers)
    digits = national(number)
    roll = draw()
    if roll < 0.15 and not extension:
        # A spreadsheet read the digits as a quantity and rounded them: nobody can get them back.
        return f"{int(digits):.2E}", frozenset()
    if roll < 0.35 and not extension:
        return digits[:3] + "*" * (len(digits) - 7) + digits[-4:], frozenset()
    if roll < 0.55:
        text = digits.translate(_FULL_WIDTH)
    elif roll < 0.7:
        text = f"'{digits}"
    elif roll < 0.85:
        text = f"\t{digits}"
    else:
        text = f"+86 {digits[:3]}-{digits[3:7]}-{digits[7:]}"
        if number.startswith("+1"):
            text = f"+1 ({digits[:3]}) {digits[3:6]}-{digits[6:]} "
    return text + _extension(number, extension), frozenset(numbers)


def _usual(draw: Draw, number: str, home: str, *, plain: bool = False) -> str:
    digits = national(number)
    if number.startswith("+86") != (home == "CN"):
        return f"+86{digits}" if number.startswith("+86") else f"+1{digits}"
    if number.startswith("+1"):
        roll = draw()
        if plain or roll < 0.4:
            return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"
        return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}" if roll < 0.8 else digits
    return digits


def _extension(number: str, extension: str) -> str:
    if not extension:
        return ""
    return f" x{extension}" if number.startswith("+1") else f"转{extension}"


def name(draw: Draw, person: Citizen, client_country: str) -> str:
    """Write a name as a creditor of a country has it: its own script and order, sometimes half hidden."""
    roll = draw()
    if client_country == "CN":
        if roll < 0.02:
            return person.family + "*" * len(person.given)
        return f"{person.family} {person.given}" if roll < 0.05 else person.name
    given, family = person.roman.split(" ", 1)
    if roll < 0.7:
        return f"{given} {family}"
    if roll < 0.8:
        return f"{family}, {given}"
    if roll < 0.88:
        return f"{given} {family}".upper()
    return f"{family} {given}" if person.country == "CN" else person.nick


def identity(draw: Draw, person: Citizen) -> str:
    """Write an identity number: whole, half hidden, or rounded by a spreadsheet."""
    roll = draw()
    value = person.id
    if person.country == "US":
        return f"***-**-{value[-4:]}" if roll < 0.5 else value
    if roll < 0.02:
        return f"{int(value[:17] + '0'):.5E}"
    if roll < 0.05:
        return value[:4] + "*" * 10 + value[-4:]
    if roll < 0.07:
        return value.translate(_FULL_WIDTH)
    return f"'{value}" if roll < 0.10 else value


def day(draw: Draw, date: dt.date | None, *, american: bool = False) -> str:
    """Write a date in one of the ways of the trade; one in a hundred is no date at all."""
    if date is None:
        return nothing(draw)
    roll = draw()
    if american:
        return date.strftime("%m/%d/%Y") if roll < 0.7 else date.isoformat()
    if roll < 0.55:
        return date.isoformat()
    if roll < 0.75:
        return date.strftime("%Y%m%d")
    if roll < 0.87:
        return f"{date.year}/{date.month}/{date.day}"
    if roll < 0.93:
        # The day number of the 1900 date system, as a cell formatted as a number shows it.
        return str(date.toordinal() - dt.date(1899, 12, 30).toordinal())
    if roll < 0.99:
        return f"{date.year}年{date.month}月{date.day}日"
    return f"{date.year}-02-30"
