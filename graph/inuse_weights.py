"""Every constant of the in-use model, with where it comes from.

Three kinds of provenance. *Survey*: a figure of shared/in-use.md §1 or a rate of its §2. *Development data*:
a share counted on shared/data (one fictional market), then softened by hand. *Hand*: set by hand, checked on
the development data, and it may be wrong by half. Likelihoods are in the order of
:class:`graph.hidden.State`: in use, idle, associate, stranger, ageing, released, never his; only their
proportions matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from graph.hidden import Rates, Vector
from graph.inuse_forest import FOREST
from graph.model import LineType


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What a call is worth, in dollars: the advice is the sign of the expected value.

    ``right_party`` is the worth of talking to the debtor, ``wrong_party`` the harm of disclosing a debt to a
    stranger or a third party (complaints, statutory damages), ``attempt`` the price of one attempt.
    """

    right_party: float
    wrong_party: float
    attempt: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Coupling:
    """What the person's other numbers say of this one, in bits (see ``graph.inuse_person``)."""

    only_number: float
    among_others: float
    newer: float
    others: float
    right_party_elsewhere: float
    cap: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tempers:
    """How much of its face value evidence keeps (0..1)."""

    claim: float
    fact: float
    outcome: float
    copy: float
    again: float
    other_vendor: float
    undated: float
    repeat: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """Trees that were grown on labelled cases, as text (graph.inuse_learned).

    ``sources`` are those whose own figures they look at besides: sources of the home they were learned in.
    """

    packed: str
    sources: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Learned({len(self.packed)} characters, {len(self.sources)} sources)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """The in-use model: a value, so that a fitted one can stand beside the shipped one.

    ``claims`` holds a likelihood per ``<stated user>.<class of source>``; ``facts`` per ``<kind>.<value>``;
    ``calls`` per ``<party>`` or ``<line>``; ``.shared`` is for lines that a household or a firm shares.
    ``source_class`` says how a source comes by its claims; one that is not listed counts as ``unknown``.
    ``learned`` are forests whose bits are added to the chain's, the shipped one first.
    ``fitted_on`` is the number of a home's labelled numbers the weights were learned from.
    """

    name: str
    version: str
    fitted_on: int
    initial: Vector
    rates: Mapping[LineType, Rates]
    source_class: Mapping[str, str]
    claims: Mapping[str, Vector]
    mismatch: Vector
    facts: Mapping[str, Vector]
    calls: Mapping[str, Vector]
    tempers: Tempers
    coupling: Coupling
    line_type: Mapping[LineType, float]
    shared_first: float
    shared_more: float
    learned: tuple[Learned, ...]
    slope: float
    offset: float
    one_only: float
    reason_doubt: float
    least_doubt: float
    costs: Costs
    undated_age: int


# Rates a year. Survey §2, lesson 3: debtor out of service 0.12 for an ordinary person, two to four times that
# in arrears (taken: three times; a third of it was put into "a newer number", see COUPLING); hand-down 0.03;
# suspension and return 0.5 and 6; associates and strangers out 0.12 to 0.15; released to stranger 1 to 2.
# Ageing: US at least 45 days, China 90 to 120 days after the stop (§1), so about a quarter of a year.
_MOBILE = Rates(
    use_to_idle=0.5,
    idle_to_use=6.0,
    use_to_out=0.30,
    idle_to_out=1.0,
    hand_down=0.03,
    associate_to_out=0.13,
    stranger_to_out=0.14,
    never_to_out=0.14,
    ageing_to_released=4.0,
    released_to_stranger=1.5,
)
# Fixed lines stay with the house or the firm: they are lost by moving out (a hand-down, as it were) more than
# by being cut off. Hand.
_LANDLINE = Rates(
    use_to_idle=0.1,
    idle_to_use=3.0,
    use_to_out=0.12,
    idle_to_out=0.6,
    hand_down=0.08,
    associate_to_out=0.08,
    stranger_to_out=0.10,
    never_to_out=0.10,
    ageing_to_released=4.0,
    released_to_stranger=0.8,
)

# A number of which only its existence in the case is known. Development data (state shares 17/23/35/25 %,
# known to be rich in old numbers), the stranger and never-his split by hand.
_INITIAL = (0.16, 0.03, 0.23, 0.26, 0.08, 0.08, 0.16)

# How sources come by a number. Hand, after data/in-use-format.md: a form he filled in or an account he logs
# in to is his own word at that date; bureaus, courts and employers keep what they were once told and re-
# stamp it; vendors copy each other. Anything else is unknown and weak.
_SOURCE_CLASS = {
    "application_form": "own_word",
    "case_file": "own_word",
    "app_account": "own_word",
    "call_detail": "own_word",
    "credit_bureau": "kept",
    "court": "kept",
    "employer": "kept",
    "enquiry": "kept",
    "registers": "kept",
    "reference": "told",
    "references": "told",
    "vendor_a": "vendor",
    "vendor_b": "vendor",
}

# Claims. Development data: within a year of a claim in his name the debtor uses 67 % of numbers named by
# first-hand sources and 31 % of those only vendors have (by first-seen date); 42 % of form numbers, 0.4 % of
# reference numbers, 10 % of workplace numbers and 29 % of household numbers on the form were his in the end.
# A claim about a third party says who the number belongs to and is the same however fresh it is.
_CLAIMS = {
    "debtor.own_word": (1.0, 0.70, 0.030, 0.05, 0.04, 0.04, 0.06),
    "debtor.kept": (1.0, 0.80, 0.060, 0.22, 0.18, 0.16, 0.16),
    "debtor.told": (1.0, 0.60, 0.150, 0.25, 0.22, 0.20, 0.25),
    "debtor.vendor": (1.0, 0.70, 0.600, 0.35, 0.40, 0.35, 0.70),
    "debtor.unknown": (1.0, 0.80, 0.500, 0.50, 0.50, 0.50, 0.60),
    "household.own_word": (1.20, 0.30, 1.0, 0.15, 0.12, 0.12, 0.20),
    "household.kept": (0.60, 0.20, 1.0, 0.30, 0.20, 0.20, 0.30),
    "household.told": (0.50, 0.20, 1.0, 0.30, 0.20, 0.20, 0.30),
    "household.vendor": (0.30, 0.10, 1.0, 0.60, 0.35, 0.35, 0.60),
    "household.unknown": (0.30, 0.12, 1.0, 0.50, 0.35, 0.35, 0.50),
    "workplace": (0.26, 0.08, 1.0, 0.12, 0.10, 0.10, 0.15),
    "reference": (0.007, 0.007, 1.0, 0.25, 0.18, 0.18, 0.25),
    "contact": (0.015, 0.010, 1.0, 0.30, 0.20, 0.20, 0.30),
    "guarantor": (0.007, 0.007, 1.0, 0.25, 0.18, 0.18, 0.25),
    "unknown": (0.70, 0.60, 1.0, 0.80, 0.70, 0.70, 1.0),
}
# A claim in his name whose attached name does not fit him. Development data: of numbers with a mean name
# match of 0.7 and less, 3 % are his and 45 % an associate's (a namesake in the family).
_MISMATCH = (0.10, 0.10, 1.0, 0.45, 0.40, 0.40, 0.80)

# Carrier facts. Development data (answers on the day of the truth): active 0.84 in use by anybody and 0.03
# out of service; vacant 0.01 to 0.02 against 0.75; registered to the debtor 0.66 if he uses it, 0.09
# associates, 0.04 strangers; unknown holder 0.10 against 0.86. Survey: vendors claim 5 % error and serve
# answers up to a month old, so nothing here is sharper than that. Idle: hand.
_FACTS = {
    "line_status.active": (0.90, 0.40, 0.88, 0.88, 0.05, 0.05, 0.65),
    "line_status.partly_suspended": (0.03, 0.25, 0.01, 0.01, 0.15, 0.03, 0.02),
    "line_status.suspended": (0.012, 0.25, 0.01, 0.01, 0.16, 0.05, 0.03),
    "line_status.cancelled": (0.010, 0.03, 0.010, 0.02, 0.65, 0.80, 0.25),
    "line_status.not_assigned": (0.010, 0.03, 0.010, 0.02, 0.65, 0.80, 0.25),
    "line_status.suspected_not_assigned": (0.03, 0.06, 0.03, 0.04, 0.50, 0.60, 0.22),
    "line_status.off_network": (0.03, 0.25, 0.03, 0.03, 0.30, 0.25, 0.10),
    "line_status.on_network_unusable": (0.05, 0.30, 0.05, 0.05, 0.12, 0.06, 0.06),
    "line_status.inactive": (0.04, 0.30, 0.04, 0.04, 0.25, 0.25, 0.10),
    "reachability.reachable": (0.80, 0.08, 0.80, 0.80, 0.03, 0.03, 0.55),
    "reachability.busy": (0.06, 0.01, 0.06, 0.06, 0.004, 0.004, 0.04),
    "reachability.powered_off": (0.05, 0.35, 0.05, 0.05, 0.06, 0.05, 0.05),
    "reachability.suspected_off": (0.06, 0.30, 0.06, 0.06, 0.08, 0.07, 0.06),
    "reachability.absent": (0.10, 0.35, 0.10, 0.10, 0.30, 0.30, 0.15),
    "reachability.unreachable": (0.10, 0.35, 0.10, 0.10, 0.40, 0.40, 0.20),
    "reachability.barred": (0.03, 0.20, 0.02, 0.02, 0.20, 0.08, 0.04),
    "attribute_match.exact": (0.66, 0.66, 0.090, 0.045, 0.10, 0.05, 0.04),
    "attribute_match.high": (0.62, 0.62, 0.12, 0.07, 0.11, 0.07, 0.07),
    "attribute_match.partial": (0.30, 0.30, 0.30, 0.18, 0.15, 0.12, 0.18),
    "attribute_match.none": (0.25, 0.25, 0.82, 0.85, 0.20, 0.15, 0.80),
    # A family or a firm holds the contract of a line it shares with him. Hand.
    "attribute_match.none.shared": (0.60, 0.60, 0.85, 0.85, 0.20, 0.15, 0.80),
    "attribute_match.no_data": (0.10, 0.12, 0.10, 0.10, 0.65, 0.80, 0.25),
    "disconnected_since.yes": (0.03, 0.05, 0.04, 0.65, 0.60, 0.70, 0.35),
    "disconnected_since.no": (0.63, 0.60, 0.66, 0.14, 0.18, 0.15, 0.40),
    # Holder changed, by when (graph.inuse_facts): before anything ties the number to the debtor, in between,
    # or after all of it. Development data: in use 0.16/0.02/0.01, strangers 0.04/0.09/0.62.
    "holder_changed.before": (0.18, 0.16, 0.22, 0.05, 0.07, 0.07, 0.25),
    "holder_changed.between": (0.03, 0.03, 0.02, 0.09, 0.07, 0.07, 0.15),
    "holder_changed.after": (0.012, 0.015, 0.03, 0.62, 0.50, 0.55, 0.25),
    "holder_changed.no": (0.62, 0.60, 0.65, 0.13, 0.19, 0.15, 0.40),
    # Contract began, likewise. It begins anew when a number is ported (survey: tenure restarts on porting),
    # so "after" is far weaker than a change of holder. Development data: in use 0.62/0.22/0.06, strangers
    # 0.10/0.07/0.72.
    "tenure.before": (0.60, 0.55, 0.86, 0.11, 0.08, 0.06, 0.50),
    "tenure.between": (0.22, 0.20, 0.03, 0.08, 0.03, 0.03, 0.15),
    "tenure.after": (0.07, 0.07, 0.04, 0.70, 0.05, 0.05, 0.30),
    "tenure.no_data": (0.10, 0.15, 0.10, 0.11, 0.70, 0.85, 0.30),
}

# Calls. Development data (calls in the last 90 days before the truth): no answer 0.73 in use, 0.69 by others,
# 0.21 out of service; vacant 0.04/0.06/0.67; wrong party 0.007/0.06/0.18; third party 0.01/0.20/0.01. Dodgers
# say "wrong number" (survey, lesson 8), so it is never sharper than one in twenty. Right party: of 308 such
# calls with a check of 0.7 and more none was on a number that is an associate's or a stranger's today.
_CALLS = {
    "self": (0.12, 0.03, 0.002, 0.001, 0.0005, 0.0005, 0.001),
    "third_party": (0.012, 0.02, 0.20, 0.012, 0.002, 0.002, 0.03),
    "wrong_party": (0.010, 0.008, 0.065, 0.18, 0.010, 0.010, 0.20),
    # On a line the family or the firm shares somebody else often answers for him. Hand.
    "third_party.shared": (0.12, 0.05, 0.20, 0.012, 0.002, 0.002, 0.03),
    "connected": (0.30, 0.03, 0.30, 0.30, 0.015, 0.015, 0.25),
    "no_answer": (0.72, 0.45, 0.68, 0.68, 0.18, 0.18, 0.55),
    "busy": (0.06, 0.01, 0.06, 0.06, 0.008, 0.008, 0.05),
    "rejected": (0.10, 0.02, 0.07, 0.07, 0.006, 0.006, 0.06),
    "voicemail": (0.20, 0.15, 0.18, 0.18, 0.03, 0.03, 0.15),
    "powered_off": (0.08, 0.35, 0.05, 0.06, 0.10, 0.08, 0.06),
    "unreachable": (0.09, 0.30, 0.08, 0.08, 0.35, 0.35, 0.15),
    "suspended": (0.015, 0.25, 0.010, 0.012, 0.25, 0.08, 0.05),
    "vacant": (0.028, 0.08, 0.020, 0.050, 0.60, 0.68, 0.20),
    "barred": (0.02, 0.15, 0.02, 0.02, 0.20, 0.08, 0.05),
    "number_changed": (0.010, 0.03, 0.010, 0.05, 0.40, 0.25, 0.08),
    "fax": (0.005, 0.005, 0.03, 0.02, 0.01, 0.01, 0.03),
}

DEFAULT = Model(
    name="shipped",
    version="2",
    fitted_on=0,
    initial=_INITIAL,
    rates=MappingProxyType(
        {
            LineType.MOBILE: _MOBILE,
            LineType.UNKNOWN: _MOBILE,
            LineType.VOIP: _MOBILE,
            LineType.VIRTUAL: _MOBILE,
            LineType.LANDLINE: _LANDLINE,
        }
    ),
    source_class=MappingProxyType(_SOURCE_CLASS),
    claims=MappingProxyType(_CLAIMS),
    mismatch=_MISMATCH,
    facts=MappingProxyType(_FACTS),
    calls=MappingProxyType(_CALLS),
    # Hand, then one coarse step each on the even development cases. Survey lessons 5 and 10: unfitted
    # evidence is tempered, copies count about once.
    tempers=Tempers(
        claim=0.90,
        fact=0.75,
        outcome=0.80,
        copy=0.04,
        again=0.40,
        other_vendor=0.50,
        undated=0.50,
        repeat=0.40,
    ),
    # Hand, then one coarse step each on the even development cases; survey lesson 6: the largest structural
    # gain after single-number filtering. ``among_others`` gives back what two numbers at 0.5 take from each
    # other.
    coupling=Coupling(
        only_number=1.7, among_others=0.8, newer=-1.6, others=-0.6, right_party_elsewhere=-0.6, cap=1.5
    ),
    # Bits. Development data: 18 % of mobiles, 15 % of fixed lines and none of 219 internet numbers were his.
    line_type=MappingProxyType(
        {
            LineType.MOBILE: 0.0,
            LineType.UNKNOWN: 0.0,
            LineType.LANDLINE: -0.3,
            LineType.VOIP: -2.0,
            LineType.VIRTUAL: -2.0,
        }
    ),
    # Bits. Development data: 18 % of numbers linked to nobody else are his, 1 % of those linked to one other
    # person, none of 457 linked to two or more. Softened: families share numbers in real portfolios.
    shared_first=-2.8,
    shared_more=-0.6,
    # Trees, and how much of the sum of chain and trees is believed: the trees were grown for this slope.
    # ``one_only`` by least squares on random markets kept aside: between a person whose numbers know nothing
    # of each other and one who never uses two.
    learned=(Learned(packed=FOREST),),
    slope=0.8,
    offset=0.0,
    one_only=0.45,
    # Interval: each of the chain's reasons may be off by this share of its bits, and nothing is surer than
    # ``least_doubt`` bits. Hand; on the development market the share in use lies inside in 32 of 32 groups of
    # like probability, in 29 with 0.10: room is left for markets that are less alike.
    reason_doubt=0.12,
    least_doubt=0.5,
    # Dollars. $90 is the harm of a wrong number used in prototypes; a right-party contact's worth by hand.
    costs=Costs(right_party=60.0, wrong_party=90.0, attempt=1.0),
    # Days. An undated claim is taken to be about two years old. Hand.
    undated_age=730,
)
