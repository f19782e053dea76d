"""Why two rows of plain tables are one person or are not, as sentences (graph.link)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graph.otherwise import SAME, WITHOUT, Otherwise
from tracer.words import N_, _

_WHAT: Mapping[str, str] = {
    "name.given": N_("given name"),
    "name.family": N_("family name"),
    "name.middle": N_("middle name"),
    "name.generation": N_("generation (Jr, Sr)"),
    "name.order": N_("order of the names"),
    "name.firm": N_("name of a firm"),
    "born": N_("date of birth"),
    "name": N_("name"),
    "id": N_("id number"),
    "phone": N_("telephone"),
    "email": N_("e-mail"),
    "address": N_("address"),
    "address.number": N_("house number"),
    "address.street": N_("street"),
    "address.suburb": N_("suburb"),
    "address.city": N_("city"),
    "address.region": N_("region"),
    "address.postcode": N_("postcode"),
    "address.country": N_("country"),
    "employer": N_("employer"),
    "sex": N_("sex"),
    "birthplace": N_("place of birth"),
    "occupation": N_("occupation"),
}

_HOW: Mapping[str, str] = {
    "none": N_("{what}: missing in both"),
    "one": N_("{what}: missing in one"),
    "exact": N_("{what}: the same"),
    "near": N_("{what}: a slip apart, or the same sound"),
    "short": N_("{what}: one may stand for the other (initial, short form, mask, exchanged day and month)"),
    "close": N_("{what}: two slips apart"),
    "part": N_("{what}: a part is the same"),
    "alike": N_("{what}: alike"),
    "different": N_("{what}: different"),
    "clash": N_("{what}: cannot be one person's, as a rule"),
    "masked": N_("{what}: what can be seen of both agrees (a mask, another script, a year alone)"),
    "value": N_("{what}: how rare the value is among these rows"),
}

_OTHER: Mapping[str, str] = {
    "prior": N_("Before any comparison: how many of all pairs are matches"),
    "missing": N_("Missing values miss together and are not counted one by one"),
    "others": N_("What the other rows of their groups say"),
    "moved": N_("People move: parts of an address that differ together are one difference"),
    "verdicts": N_("What verdicts on pairs like this one have taught"),
    "name.order.exact": N_("The names stand in the same order"),
    "name.order.alike": N_("Given and family name are exchanged"),
    "name.order.one": N_("The order of the names cannot be told"),
}


_INSTEAD = {SAME: N_("with the same {what}"), WITHOUT: N_("without the {what}")}
_CAME = N_("{instead} it would be {bits} bits (p {p})")
_CAME_TURNED = N_("{instead} it would be {bits} bits (p {p}): the decision would turn")


def row_reason(code: str) -> str:
    """Give the sentence for a code of ``Linked.explain``."""
    if code in _OTHER:
        return _(_OTHER[code])
    if code.startswith("together."):
        return _("Values that go together (a household's, an address's parts) are not counted one by one")
    thing, _dot, how = code.rpartition(".")
    return _(_HOW.get(how, "{what}"), what=what(thing))


def what(comparison: str) -> str:
    """Give the name of what is compared: ``name.given``, ``id.passport``, ``other.colour``."""
    if comparison in _WHAT:
        return _(_WHAT[comparison])
    kind, _dot, own = comparison.partition(".")
    return f"{_(_WHAT[kind])} ({own})" if kind in _WHAT and own else own or comparison


def instead(one: Otherwise) -> str:
    """Say what would be otherwise, without what would come of it."""
    return _(_INSTEAD[one.how], what=what(one.what))


def came(one: Otherwise) -> str:
    """Say what would be otherwise and what would come of it."""
    sentence = _CAME_TURNED if one.turns else _CAME
    return _(sentence, instead=instead(one), bits=f"{one.bits:.1f}", p=figure(one.p))


def figure(p: float) -> str:
    """Give a probability with the digits that tell it from nought and one."""
    return f"{p:.3f}" if 0.0005 <= p < 0.9995 else f"{p:.2g}" if p < 0.5 else "> 0.999"


def turning(found: Sequence[Otherwise]) -> str:
    """Say which single piece of evidence would turn the decision."""
    turns = [one for one in found if one.turns]
    if not turns:
        return _("No single piece of evidence would turn the decision.")
    return _(
        "Any one of these would turn the decision: {list}", list="; ".join(instead(one) for one in turns)
    )
