"""Why two rows of plain tables are one person or are not, as sentences (graph.link)."""

from __future__ import annotations

from collections.abc import Mapping

from tracer.words import N_, _

_WHAT: Mapping[str, str] = {
    "name.given": N_("given name"),
    "name.family": N_("family name"),
    "name.middle": N_("middle name"),
    "name.generation": N_("generation (Jr, Sr)"),
    "name.order": N_("order of the names"),
    "name.firm": N_("name of a firm"),
    "born": N_("date of birth"),
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
    "masked": N_("{what}: what the masks leave agrees"),
    "value": N_("{what}: how rare the value is among these rows"),
}

_OTHER: Mapping[str, str] = {
    "prior": N_("Before any comparison: how many of all pairs are matches"),
    "missing": N_("Missing values miss together and are not counted one by one"),
    "others": N_("What the other rows of their groups say"),
    "name.order.exact": N_("The names stand in the same order"),
    "name.order.alike": N_("Given and family name are exchanged"),
    "name.order.one": N_("The order of the names cannot be told"),
}


def reason(code: str) -> str:
    """Give the sentence for a code of ``Linked.explain``."""
    if code in _OTHER:
        return _(_OTHER[code])
    if code.startswith("together."):
        return _("Values that go together (a household's, an address's parts) are not counted one by one")
    what, _dot, how = code.rpartition(".")
    return _(
        _HOW.get(how, "{what}"), what=_(_WHAT[what]) if what in _WHAT else what.partition(".")[2] or what
    )
