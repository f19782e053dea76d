"""Markets as sets of parameters: what people do with their numbers, what sources know, what desks dial.

``MARKETS`` holds three that are meant to look like real ones; ``random_market`` draws a whole market anew, so
that what is learned over many of them does not lean on one. None of these figures is a measurement: the rates
start from the published ones in shared/in-use.md and are moved by judgement. Rates a year, times in days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Way(StrEnum):
    """How a source comes by a number."""

    FORM = "form"  # the debtor writes it down when he applies; rate: share of cases with the form in the file
    TOUCH = "touch"  # he uses it somewhere; rate: claims a year
    ARCHIVE = "archive"  # somebody keeps it and reports late; rate: claims a year
    ROSTER = "roster"  # an employer's list; rate: share of jobs
    FRIEND = "friend"  # a reference says it when asked; rate: claims a year after the case opened
    VENDOR = "vendor"  # sells every number it ties to him; rate: share of his numbers it knows
    DETAIL = "detail"  # whom he rang; rate: mean contacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One source's habits."""

    name: str
    way: Way
    rate: float
    lag: float = 60.0  # mean days it runs behind; VENDOR: from the last sight of him to the end
    stale: float = 0.1  # it keeps the number he had before
    wrong: float = 0.01  # chance that a row is mis-keyed
    strangers: float = 0.0  # VENDOR: share of namesakes' numbers it takes for his
    kin: float = 0.0  # VENDOR: the same of relatives'
    back: float = 150.0  # TOUCH: days before the case from which it knows him
    restamp: float = 0.0  # chance of each further row of the same record with a newer date
    twice: float = 0.0  # chance that a row comes twice on one day
    copies: float = 0.0  # chance that it takes over a row of ``of``
    of: str = ""
    told: float = 0.2  # chance that a copy says so
    undated: float = 0.04
    first_seen: float = 0.0  # chance that it says when it had the row first
    unnamed: float = 0.0  # chance that no name comes with the number


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """How a collection desk dials, and what it hears."""

    calls: float = 9.0  # attempts a year and case
    spread: float = 0.35  # coefficient of variation of that between cases
    by_source: float = 0.3  # how much each further source raises a number
    by_recency: float = 0.2  # how much a recent date raises it
    others: float = 0.6  # weight of numbers stated to be somebody else's
    sticky: float = 1.15  # factor after a right party
    drop: float = 0.85  # factor after a wrong party or a dead line
    whim: float = 0.8  # spread of what else makes a desk like a number
    front: float = 1.5  # how much more is dialled while a case is new
    tired: float = 0.99  # factor after anything else
    pickiness: float = 1.0  # exponent on the weights: 0 dials at random
    waves: float = 0.1  # share of months in which nothing is dialled
    weekend: float = 1.0  # how likely a weekend day is beside a weekday
    answer: float = 0.15  # somebody picks up
    payday: float = 1.25  # odds of that in the month's first week
    dodgers: float = 0.12  # people who say "wrong number"
    checked: float = 0.8  # right parties whose identity was asked
    mistaken: float = 0.012  # somebody else is taken for the debtor
    dead_air: float = 0.025  # a live line that sounds dead


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """What carriers do with lines, and what their answers are worth."""

    ageing: tuple[int, int] = (45, 120)
    resale: float = 1.6
    never: float = 0.12  # lines that are not sold again
    stopped_for: tuple[int, int] = (20, 75)  # an unpaid line's stop before it is deleted
    used_before: float = 0.33  # numbers that had a holder before
    port: float = 0.05
    others_contract: float = 0.17  # the debtor's line runs in somebody else's name
    own_contract: float = 0.07  # a relative's line runs in his name
    cache: float = 8.0  # mean days an answer is old
    unknown: float = 0.1
    wrong: float = 0.03
    batches: float = 1.3  # mean rounds of look-ups in the file
    asked: float = 0.65  # share of a round's numbers that was asked
    kinds: tuple[float, float, float, float] = (0.7, 0.42, 0.52, 0.7)  # status, tenure, real name, recycled
    keeps_all: bool = False  # earlier answers stay in the file beside the newest


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """One market."""

    name: str
    regime: str = "US"
    sources: tuple[Source, ...] = ()
    desk: Desk = Desk()
    carrier: Carrier = Carrier()
    ages: tuple[float, float, float, float] = (0.2, 0.4, 0.2, 0.2)
    migrants: float = 0.15
    migrant_loss: float = 1.5  # factor on losing a number
    loss: float = 0.18  # a number is given up
    shape: float = 0.8  # below 1: the longer he has it, the safer it is
    frailty: float = 0.7  # variance between people
    trouble: float = 2.4  # factor once he is in arrears
    season: float = 0.15  # share of changes that wait for the season's peak
    peak: int = 11  # its month
    overlap: float = 25.0  # days old and new number run beside each other, mean
    cut: float = 0.3  # changes forced by an unpaid bill
    gap: float = 30.0  # days without a number after that, mean
    hand_down: float = 0.06
    drawer: float = 0.2
    wake: float = 0.15  # drawer SIMs that come back into use
    second: float = 0.15
    arrears: float = 0.5  # suspensions
    suspended: float = 25.0  # their mean length
    others_loss: float = 0.19
    references: float = 1.0
    kin: float = 1.1  # mean relatives' numbers that may be taken for his
    namesakes: float = 0.75
    household: float = 0.16
    home_used: float = 0.55
    workplace: float = 0.3
    desk_used: float = 0.4
    jobs: float = 0.2  # changes of employer
    landline: float = 0.9  # of households' and firms' stated numbers
    voip: float = 0.015
    no_line_type: float = 0.08
    shared: float = 0.12  # associates' and strangers' numbers linked to other people of the portfolio
    shared_own: float = 0.003
    applied: tuple[int, int] = (86, 1000)  # days from the form to the case
    age: tuple[int, int] = (30, 1450)  # days from the case to today
    keep: float = 1.0  # rows that reach the file at all
    most: int = 16  # numbers of a case


def _us() -> Market:
    vendor = Source(
        name="vendor_a",
        way=Way.VENDOR,
        rate=0.75,
        lag=190,
        wrong=0.012,
        strangers=0.6,
        kin=0.65,
        restamp=0.3,
        twice=0.16,
        copies=0.1,
        of="vendor_b",
        told=0.0,
        first_seen=1.0,
    )
    other = Source(
        name="vendor_b",
        way=Way.VENDOR,
        rate=0.72,
        lag=190,
        wrong=0.012,
        strangers=0.6,
        kin=0.65,
        restamp=0.3,
        twice=0.16,
        copies=0.3,
        of="vendor_a",
        told=0.5,
        first_seen=1.0,
    )
    return Market(
        name="us_like",
        sources=(
            Source(name="application_form", way=Way.FORM, rate=1.0, stale=0.06, wrong=0.02),
            Source(
                name="credit_bureau",
                way=Way.ARCHIVE,
                rate=0.22,
                lag=120,
                stale=0.08,
                copies=0.25,
                of="application_form",
                told=0.7,
                restamp=0.0,
                twice=0.45,
            ),
            vendor,
            other,
            Source(name="court", way=Way.ARCHIVE, rate=0.05, lag=160),
            Source(name="employer", way=Way.ROSTER, rate=0.26, lag=60, restamp=0.6),
            Source(name="reference", way=Way.FRIEND, rate=0.055, lag=20, unnamed=1.0),
            Source(name="app_account", way=Way.TOUCH, rate=0.16, lag=20, stale=0.25),
        ),
    )


def _cn() -> Market:
    vendor = Source(
        name="vendor_a",
        way=Way.VENDOR,
        rate=0.3,
        lag=220,
        strangers=0.12,
        kin=0.12,
        restamp=0.3,
        twice=0.05,
        first_seen=0.8,
        undated=0.08,
    )
    other = Source(
        name="vendor_b",
        way=Way.VENDOR,
        rate=0.12,
        lag=220,
        strangers=0.1,
        kin=0.1,
        restamp=0.3,
        twice=0.05,
        copies=0.25,
        of="vendor_a",
        told=0.3,
        first_seen=0.8,
        undated=0.08,
    )
    return Market(
        name="cn_like",
        regime="CN",
        sources=(
            Source(name="application_form", way=Way.FORM, rate=1.0, stale=0.03, wrong=0.008),
            Source(name="app_account", way=Way.TOUCH, rate=0.5, lag=15, stale=0.3),
            Source(
                name="credit_bureau", way=Way.ARCHIVE, rate=0.15, lag=120, copies=0.2, of="application_form"
            ),
            vendor,
            other,
            Source(name="employer", way=Way.ROSTER, rate=0.3, lag=40, restamp=0.3),
            Source(name="reference", way=Way.FRIEND, rate=0.12, lag=20, unnamed=1.0),
            Source(name="call_detail", way=Way.DETAIL, rate=1.6),
            Source(name="court", way=Way.ARCHIVE, rate=0.03, lag=200),
        ),
        desk=Desk(calls=16, answer=0.22, dodgers=0.18, checked=0.7, waves=0.15, payday=1.1),
        carrier=Carrier(
            ageing=(90, 200),
            resale=1.2,
            stopped_for=(60, 120),
            used_before=0.35,
            port=0.02,
            others_contract=0.1,
            own_contract=0.06,
            cache=10,
            batches=1.8,
            asked=0.6,
            wrong=0.015,
            kinds=(0.85, 0.6, 0.7, 0.3),
        ),
        migrants=0.35,
        loss=0.13,
        season=0.3,
        peak=2,
        second=0.3,
        drawer=0.18,
        arrears=0.25,
        suspended=30,
        hand_down=0.05,
        references=2.0,
        household=0.1,
        home_used=0.2,
        workplace=0.45,
        landline=0.5,
        voip=0.003,
        shared=0.06,
        others_loss=0.13,
        desk_used=0.2,
    )


def _sparse() -> Market:
    vendor = Source(
        name="vendor_a",
        way=Way.VENDOR,
        rate=0.6,
        lag=260,
        wrong=0.04,
        strangers=0.65,
        kin=0.6,
        restamp=0.45,
        twice=0.2,
        first_seen=0.4,
        undated=0.2,
        unnamed=0.3,
    )
    other = Source(
        name="vendor_b",
        way=Way.VENDOR,
        rate=0.5,
        lag=260,
        wrong=0.05,
        strangers=0.55,
        kin=0.5,
        restamp=0.45,
        twice=0.2,
        copies=0.5,
        of="vendor_a",
        told=0.15,
        first_seen=0.3,
        undated=0.2,
        unnamed=0.3,
    )
    return Market(
        name="sparse_dirty",
        sources=(
            Source(name="application_form", way=Way.FORM, rate=0.9, stale=0.1, wrong=0.04, undated=0.12),
            Source(
                name="credit_bureau",
                way=Way.ARCHIVE,
                rate=0.18,
                lag=150,
                undated=0.2,
                copies=0.3,
                of="application_form",
                told=0.2,
            ),
            vendor,
            other,
            Source(name="court", way=Way.ARCHIVE, rate=0.03, lag=200, undated=0.2),
            Source(name="employer", way=Way.ROSTER, rate=0.18, lag=80, restamp=0.5, undated=0.15),
            Source(name="reference", way=Way.FRIEND, rate=0.05, lag=40, unnamed=1.0, wrong=0.04),
            Source(name="app_account", way=Way.TOUCH, rate=0.1, lag=30, stale=0.3, undated=0.1),
        ),
        desk=Desk(
            calls=5,
            spread=0.7,
            answer=0.13,
            dodgers=0.25,
            checked=0.45,
            mistaken=0.03,
            pickiness=1.4,
            dead_air=0.05,
            waves=0.4,
        ),
        carrier=Carrier(
            ageing=(45, 100),
            resale=1.8,
            cache=15,
            unknown=0.2,
            wrong=0.05,
            batches=0.7,
            asked=0.4,
            others_contract=0.25,
            kinds=(0.7, 0.25, 0.3, 0.4),
        ),
        loss=0.22,
        frailty=1.1,
        trouble=1.9,
        second=0.18,
        hand_down=0.09,
        drawer=0.12,
        arrears=0.3,
        cut=0.45,
        gap=35,
        others_loss=0.22,
        references=1.4,
        kin=1.7,
        namesakes=2.0,
        workplace=0.4,
        household=0.2,
        home_used=0.3,
        desk_used=0.2,
        no_line_type=0.3,
        shared=0.2,
        shared_own=0.01,
        keep=0.92,
    )


MARKETS: Mapping[str, Market] = MappingProxyType(
    {market.name: market for market in (_cn(), _us(), _sparse())}
)
