"""The constants of identity matching, each with a name and where it comes from.

Bits are log2(m / u): ``m`` is how often one person's two records stand at this level, ``u`` how often two
different persons' do. Where ``by_value`` is set, ``u`` is only the average and the value's own rarity decides
(a shared 张伟 says less than a shared rare name); ``m`` and ``u`` are then both given the form of the two
values (script, word order, mask), which by itself says nothing about persons.

Provenance, in ``why``: "published" names a source; "judged" was set by reasoning about records that reach a
collector and has not been fitted: no public labelled set of Chinese persons exists (shared/matching.md).
``u`` of contact data is not the chance between two people drawn at random but between two people who came to
be compared: families, colleagues and the next holder of a recycled number.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class Relation(StrEnum):
    """How two records stood to each other before any of their values was read."""

    ONE_DEBTOR = "one_debtor"
    ONE_ROLE = "one_role"
    DEBTOR_AND_OTHER = "debtor_and_other"
    TWO_OF_A_CASE = "two_of_a_case"
    TWO_CASES = "two_cases"


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One outcome of one comparison, and what it is worth."""

    code: str
    m: float
    u: float
    by_value: bool = False
    why: str

    @property
    def bits(self) -> float:
        """log2(m / u): the weight, for a value of average rarity."""
        return math.log2(self.m / self.u)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """The log2 odds before any value is compared."""

    relation: Relation
    bits: float
    why: str


LEVELS = (
    Level(
        code="name.exact",
        m=0.9,
        u=6e-5,
        by_value=True,
        why=(
            "u: 14 bits, between the commonest name (张伟 2.1e-4, published, see frequency.py) and a "
            "plain one"
        ),
    ),
    Level(code="name.any_order", m=0.85, u=6e-5, by_value=True, why="as exact; judged"),
    Level(
        code="name.pinyin",
        m=0.9,
        u=7e-4,
        by_value=True,
        why=(
            "one name in characters, one in letters: the rarity is that of the pinyin (frequency.py); "
            "m judged"
        ),
    ),
    Level(code="name.partial", m=0.8, u=2e-4, by_value=True, why="a middle name left out; m judged"),
    Level(code="name.nickname", m=0.4, u=2e-3, by_value=True, why="Bob for Robert, same family name; judged"),
    Level(
        code="name.variant",
        m=0.02,
        u=7e-4,
        by_value=True,
        why=(
            "typing error or homophone (张伟, 张玮): 2 % of one person's pairs, judged; u: same sound by "
            "chance"
        ),
    ),
    Level(code="name.initial", m=0.85, u=2e-3, by_value=True, why="J Smith for John Smith; judged"),
    Level(
        code="name.masked",
        m=0.95,
        u=1 / 16,
        by_value=True,
        why="the characters that a mask leaves (张*): their own rarity, a family name of 7 % is 4 bits",
    ),
    Level(
        code="name.given_only",
        m=0.02,
        u=0.01,
        why="family name changed (marriage), Latin names only; u: a given name of 1 %; judged",
    ),
    Level(
        code="name.one_character",
        m=0.006,
        u=0.05,
        why="one character of a given name differs: siblings share a generation character; judged",
    ),
    Level(
        code="name.family_only",
        m=0.004,
        u=0.25,
        why="same family name, other given name: what relatives look like; judged",
    ),
    Level(code="name.generation", m=0.005, u=0.5, why="Jr against Sr at one name: father and son; judged"),
    Level(code="name.different", m=0.01, u=0.92, why="alias, wrong row; judged"),
    Level(
        code="born.exact",
        m=0.95,
        u=1 / 11_000,
        why="days in thirty years of birth, the ages that borrow; m judged",
    ),
    Level(code="born.month", m=0.97, u=1 / 360, why="months in thirty years of birth"),
    Level(
        code="born.year",
        m=0.97,
        u=1 / 30,
        why="thirty years of birth; 1 January counts as a year: it is what is entered for an unknown day",
    ),
    Level(
        code="born.swapped",
        m=0.005,
        u=3.6e-5,
        why="day and month exchanged, only where both are ≤ 12; judged",
    ),
    Level(code="born.digit", m=0.015, u=0.0025, why="one digit off: ~25 of 11,000 dates; m judged"),
    Level(code="born.conflict", m=0.02, u=0.9, why="a wrong date on file; judged"),
    Level(
        code="born.generation",
        m=0.001,
        u=0.35,
        why="fifteen years or more apart: parent and child share name and address; judged",
    ),
    Level(
        code="id.exact",
        m=0.97,
        u=6e-8,
        why="24 bits, not the 1e-9 of chance: ids are copied, lent and invented; judged",
    ),
    Level(
        code="id.exact_unsound",
        m=0.9,
        u=1e-3,
        why="an id with a wrong check digit or date: a filler such as 111111 is shared by many; judged",
    ),
    Level(code="id.typo", m=0.01, u=1e-5, why="one character off or two exchanged, not both sound; judged"),
    Level(
        code="id.masked",
        m=0.98,
        u=2**-13.3,
        by_value=True,
        why="the characters both leave visible; average: four free digits",
    ),
    Level(
        code="id.masked_near", m=0.01, u=0.01, why="one visible character of eight or more differs: no weight"
    ),
    Level(code="id.masked_conflict", m=0.005, u=0.99, why="visible characters differ; judged"),
    Level(
        code="id.other",
        m=0.05,
        u=0.999,
        why="they differ, and one is unsound or of a kind that is renewed (passport); judged",
    ),
    Level(
        code="id.conflict",
        m=1e-6,
        u=1.0,
        why="two different sound ids of a kind given once in a life; m: errors of issue, judged",
    ),
    Level(
        code="phone.mobile",
        m=0.4,
        u=8e-4,
        why=(
            "9 bits: one number in ten changes hands a year (shared/in-use.md §1), families lend "
            "phones; judged"
        ),
    ),
    Level(code="phone.line", m=0.4, u=0.0125, why="5 bits: a household's or a firm's line; judged"),
    Level(
        code="phone.masked",
        m=0.4,
        u=8e-4,
        why="as mobile, times the share of digits that both leave visible",
    ),
    Level(
        code="phone.none",
        m=0.55,
        u=0.999,
        why="no number in common: those we look for change numbers; judged",
    ),
    Level(code="address.same", m=0.5, u=0.03, why="4 bits: a household, a dormitory; judged"),
    Level(code="address.similar", m=0.15, u=0.03, why="same building or a different way of writing; judged"),
    Level(code="address.different", m=0.45, u=0.94, why="people move; judged"),
    Level(code="employer.same", m=0.5, u=0.06, why="colleagues are in the case too; judged"),
    Level(code="employer.similar", m=0.1, u=0.03, why="judged"),
    Level(code="employer.different", m=0.5, u=0.91, why="people change jobs; judged"),
    Level(code="email.same", m=0.5, u=4e-4, why="10 bits: a couple's shared mailbox happens; judged"),
    Level(code="email.role_box", m=0.3, u=0.05, why="info@, hr@ and the like are a firm's; judged"),
    Level(code="email.different", m=0.5, u=0.9996, why="judged"),
)

PRIORS = (
    Prior(
        relation=Relation.ONE_DEBTOR,
        bits=6.0,
        why="two sources speak of the debtor of one case; one in 65 found somebody else; judged",
    ),
    Prior(
        relation=Relation.ONE_ROLE,
        bits=2.0,
        why="two records of the spouse of one debtor; judged",
    ),
    Prior(
        relation=Relation.DEBTOR_AND_OTHER,
        bits=-24.0,
        why="declared to be two people: name and contacts at their caps (15 + 12) stay below the threshold, "
        "as for a parent of the same name at one address; an id or a birth date is needed; judged",
    ),
    Prior(
        relation=Relation.TWO_OF_A_CASE,
        bits=-8.0,
        why="two contacts of one debtor; the same one listed twice is common; judged",
    ),
    Prior(
        relation=Relation.TWO_CASES,
        bits=-14.0,
        why="1 in 16,000: a portfolio of 100,000 less what sharing a discriminating key already says; judged",
    ),
)

NAME_CAP = 15.0
"""Most bits a name's rarity may give: rare names cluster in regions and families. Judged."""
MASKED_ID_CAP = 20.0
"""Most bits the visible characters of a masked id may give: less than a whole id. Judged."""
HOUSEHOLD_CAP = 4.0
"""Most bits that address, landline and employer give together: they are one fact, a household or a firm
(shared/matching.md lesson 2: households found instead of persons). With NAME_CAP and the prior of two cases
it stays under THRESHOLD: a father and a son of one rare name at one address are left to a person. Judged."""
CONTACT_CAP = 12.0
"""Most bits that mobile, email and household evidence give together. Judged."""
THRESHOLD = 5.0
"""Bits from which two records are taken for one person: p ≈ 0.97. A wrong merge dials a stranger;
a missed one
leaves a number further down. Judged; thresholds do not transfer (shared/matching.md lesson 4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """A whole set of constants. Another set may be given to ``match``; all codes must be there."""

    levels: tuple[Level, ...] = LEVELS
    priors: tuple[Prior, ...] = PRIORS
    name_cap: float = NAME_CAP
    masked_id_cap: float = MASKED_ID_CAP
    household_cap: float = HOUSEHOLD_CAP
    contact_cap: float = CONTACT_CAP
    by_code: Mapping[str, Level] = field(init=False, repr=False, compare=False)
    by_relation: Mapping[Relation, Prior] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        levels = {level.code: level for level in self.levels}
        missing = {level.code for level in LEVELS} - set(levels)
        if missing:
            raise ValueError(f"weights lack {', '.join(sorted(missing))}")
        for level in self.levels:
            if not (0 < level.m <= 1 and 0 < level.u <= 1):
                raise ValueError(f"{level.code}: m and u are probabilities above 0, got {level.m}, {level.u}")
        priors = {prior.relation: prior for prior in self.priors}
        if set(priors) != set(Relation):
            raise ValueError(f"weights lack a prior for {', '.join(sorted(set(Relation) - set(priors)))}")
        object.__setattr__(self, "by_code", MappingProxyType(levels))
        object.__setattr__(self, "by_relation", MappingProxyType(priors))


DEFAULT = Weights()
