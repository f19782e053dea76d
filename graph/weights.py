"""The constants of identity matching, each with a name and where it comes from.

Bits are log2(m / u): ``m`` is how often one person's two records stand at this level, ``u`` how often two
different persons' do. Where ``by_value`` is set, ``u`` is only the average and the value's own rarity decides
(a shared 张 says less than a shared rare name; ``graph.link.published``).

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
        code="name.family.exact",
        m=0.96,
        u=0.011,
        by_value=True,
        why="the family name's own share (frequency.py): 王 7 %, a rare one 0.03 %; m judged",
    ),
    Level(
        code="name.family.near",
        m=0.015,
        u=0.005,
        by_value=True,
        why="another character of the same sound, a slip in letters: the share of the sound; m judged",
    ),
    Level(
        code="name.family.short",
        m=0.05,
        u=0.02,
        by_value=True,
        why="an initial for a family name; judged",
    ),
    Level(
        code="name.family.close",
        m=0.006,
        u=0.004,
        by_value=True,
        why="romanised otherwise (Chang, Wong), misheard, a character that looks alike, two slips; judged",
    ),
    Level(
        code="name.family.part",
        m=0.04,
        u=0.004,
        by_value=True,
        why="one of a double-barrelled name; judged",
    ),
    Level(code="name.family.alike", m=0.004, u=0.02, why="judged"),
    Level(
        code="name.family.different",
        m=0.03,
        u=0.95,
        by_value=True,
        why="marriage in Western names (3 %); in Chinese ones 0.4 %, for wives keep theirs; judged",
    ),
    Level(
        code="name.given.exact",
        m=0.93,
        u=0.003,
        by_value=True,
        why="the given name's own share (frequency.py); m judged",
    ),
    Level(
        code="name.given.near",
        m=0.02,
        u=0.005,
        by_value=True,
        why="typing error or homophone (伟, 玮); u: the share of the sound; m judged",
    ),
    Level(
        code="name.given.short",
        m=0.5,
        u=0.05,
        by_value=True,
        why="J for John (one letter in twelve), Bob for Robert (a given name of 1 %); judged",
    ),
    Level(
        code="name.given.close",
        m=0.006,
        u=0.004,
        by_value=True,
        why="misheard, a character that looks alike, two slips; judged",
    ),
    Level(
        code="name.given.part",
        m=0.3,
        u=0.005,
        by_value=True,
        why="one of two given names: the share of the one they have in common; judged",
    ),
    Level(
        code="name.given.alike",
        m=0.006,
        u=0.05,
        why="one character of two differs: siblings share a generation character; judged",
    ),
    Level(
        code="name.given.different",
        m=0.006,
        u=0.94,
        why="same family name, other given name is what relatives look like; an alias, a wrong row; judged",
    ),
    Level(code="name.middle.exact", m=0.8, u=0.1, why="mostly initials; judged"),
    Level(code="name.middle.short", m=0.13, u=0.08, why="an initial for a middle name; judged"),
    Level(code="name.middle.different", m=0.06, u=0.7, why="judged"),
    Level(code="name.order.exact", m=0.95, u=0.95, why="given and family name where they belong; judged"),
    Level(
        code="name.order.alike",
        m=0.05,
        u=0.05,
        why="exchanged in one file of twenty; two persons' names agree crosswise as rarely; judged",
    ),
    Level(
        code="name.generation.different",
        m=0.005,
        u=0.5,
        why="Jr against Sr at one name: father and son; judged",
    ),
    Level(
        code="born.exact",
        m=0.95,
        u=1 / 11_000,
        by_value=True,
        why="days in thirty years of birth, the ages that borrow; 1 January, entered for an unknown day, "
        "counts as a year; m judged",
    ),
    Level(code="born.near", m=0.015, u=0.0025, why="one digit off: ~25 of 11,000 dates; m judged"),
    Level(code="born.short", m=0.005, u=3.6e-5, why="day and month exchanged, both ≤ 12; judged"),
    Level(code="born.part", m=0.004, u=0.02, why="two of year, month and day; judged"),
    Level(code="born.alike", m=0.01, u=0.13, why="two years apart at most; judged"),
    Level(code="born.different", m=0.01, u=0.5, why="a wrong date on file; judged"),
    Level(
        code="born.clash",
        m=0.001,
        u=0.35,
        why="fifteen years or more apart: parent and child share name and address; judged",
    ),
    Level(
        code="id.exact",
        m=0.97,
        u=6e-8,
        by_value=True,
        why="24 bits, not the 1e-9 of chance: ids are copied, lent and invented; 10 with a wrong check digit "
        "or date, for a filler such as 111111 is shared by many; judged",
    ),
    Level(code="id.near", m=0.01, u=1e-5, why="one character off or two exchanged, not both sound; judged"),
    Level(code="id.close", m=0.003, u=5e-4, why="two slips; judged"),
    Level(
        code="id.different",
        m=0.05,
        u=0.999,
        by_value=True,
        why="one is unsound or of a kind that is renewed (passport); for a social security number, given "
        "once, 10 bits; judged",
    ),
    Level(
        code="id.clash",
        m=1e-6,
        u=1.0,
        why="two different sound ids of a kind given once in a life; m: errors of issue, judged",
    ),
    Level(
        code="phone.exact",
        m=0.4,
        u=8e-4,
        by_value=True,
        why="9 bits: one number in ten changes hands a year (shared/in-use.md §1), families lend phones; "
        "5 bits for a household's or a firm's line; judged",
    ),
    Level(code="phone.near", m=0.01, u=2e-3, why="a slip of the finger; judged"),
    Level(code="phone.close", m=0.004, u=0.004, why="two slips: says nothing"),
    Level(
        code="phone.different",
        m=0.55,
        u=0.99,
        why="no number in common: those we look for change numbers; judged",
    ),
    Level(code="address.exact", m=0.5, u=0.03, why="4 bits: a household, a dormitory; judged"),
    Level(code="address.near", m=0.2, u=0.03, why="another way of writing, the province left out; judged"),
    Level(code="address.close", m=0.15, u=0.03, why="same building, the flat left out; judged"),
    Level(code="address.alike", m=0.05, u=0.06, why="judged"),
    Level(code="address.different", m=0.45, u=0.94, why="people move; judged"),
    Level(code="employer.exact", m=0.5, u=0.06, why="colleagues are in the case too; judged"),
    Level(code="employer.near", m=0.05, u=0.01, why="judged"),
    Level(code="employer.short", m=0.1, u=0.03, why="a branch, the town left out; judged"),
    Level(code="employer.close", m=0.03, u=0.015, why="judged"),
    Level(code="employer.alike", m=0.03, u=0.03, why="says nothing"),
    Level(code="employer.different", m=0.5, u=0.91, why="people change jobs; judged"),
    Level(
        code="email.exact",
        m=0.5,
        u=4e-4,
        by_value=True,
        why="10 bits: a couple's shared mailbox happens; 3 for info@, hr@ and the like, a firm's; judged",
    ),
    Level(code="email.near", m=0.01, u=2e-3, why="a slip of the finger; judged"),
    Level(code="email.close", m=0.004, u=0.004, why="two slips: says nothing"),
    Level(code="email.different", m=0.5, u=0.99, why="judged"),
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
"""Most bits a name may give in all: rare names cluster in regions and families. Judged."""
NAME_FLOOR = -8.0
"""Most bits that a name may take: where both its parts differ it is another name, once (an alias, a wrong
row). Judged."""
UNSOUND_ID = 1e-3
RENEWED_BUT_ONCE = 1e-3
LINE = 0.0125
ROLE_BOX = 0.08
"""u of an id that is not sound; m of another social security number; u of a landline; of a firm's mailbox."""
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
    name_floor: float = NAME_FLOOR
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
