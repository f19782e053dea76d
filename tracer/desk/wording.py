"""The sentences for what the graph says in codes: reasons, states, users, values, bars. In the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from graph.model import Reason
from tracer.words import N_, _

USERS: Mapping[str, str] = {
    "debtor": N_("the debtor"),
    "household": N_("his household"),
    "workplace": N_("his workplace"),
    "reference": N_("a reference"),
    "contact": N_("a contact"),
    "guarantor": N_("a guarantor"),
    "unknown": N_("somebody"),
}

ADVICE: Mapping[str, str] = {"send": N_("call"), "review": N_("review"), "skip": N_("skip")}

BARS: Mapping[str, str] = {
    "wrong_party": N_("somebody else answered and said so"),
    "represented": N_("represented by counsel"),
    "third_party_refused": N_("a third party refused to be asked again"),
    "ceased": N_("asked not to be contacted"),
    "opted_out": N_("opted out"),
}

STATES: Mapping[str, str] = {
    "self_reachable": N_("debtor reachable"),
    "third_party_reachable": N_("third party reachable"),
    "semi_lost": N_("half lost"),
    "fully_lost": N_("lost"),
    "new": N_("new"),
    "open": N_("open"),
    "closed": N_("closed"),
    "returned": N_("returned"),
}

LINES: Mapping[str, str] = {
    "mobile": N_("mobile"),
    "landline": N_("landline"),
    "voip": N_("internet telephone"),
    "virtual": N_("virtual number"),
    "unknown": N_("unknown"),
}

_FACTS: Mapping[str, str] = {
    "line_status": N_("The carrier says of the line: {value}"),
    "reachability": N_("The carrier says the handset is {value}"),
    "tenure": N_("Held by the same customer for {value} months"),
    "tenure_since": N_("Held by the same customer since {anchor}: {value}"),
    "holder_changed_since": N_("Has the number changed hands since {anchor}? {value}"),
    "disconnected_since": N_("Was the number disconnected since {anchor}? {value}"),
    "attribute_match": N_("Does the registered holder fit the debtor ({attribute})? {value}"),
    "line_type": N_("The carrier says the line is {value}"),
    "ported": N_("Ported to another carrier: {value}"),
    "contract": N_("Contract: {value}"),
    "sim_changed_since": N_("SIM changed since {anchor}: {value}"),
    "device_changed_since": N_("Handset changed since {anchor}: {value}"),
    "call_forwarding": N_("Call forwarding: {value}"),
}

_VALUES: Mapping[str, str] = {
    "yes": N_("yes"),
    "no": N_("no"),
    "unknown": N_("unknown"),
    "active": N_("active"),
    "suspended": N_("suspended"),
    "partly_suspended": N_("partly suspended"),
    "cancelled": N_("cancelled"),
    "not_assigned": N_("vacant"),
    "exact": N_("fits"),
    "high": N_("fits well"),
    "partial": N_("fits in part"),
    "none": N_("does not fit"),
    "no_data": N_("no data"),
    "mixed": N_("partly fits"),
    "reachable": N_("reachable"),
    "unreachable": N_("unreachable"),
    "barred": N_("barred for incoming calls"),
    "powered_off": N_("powered off"),
    "prepaid": N_("prepaid"),
    "postpaid": N_("postpaid"),
    "business": N_("business"),
    "name": N_("name"),
    "id": N_("id number"),
    "born": N_("date of birth"),
}

_CALLS: Mapping[str, str] = {
    "self": N_("The debtor answered"),
    "third_party": N_("A third party answered who knows him"),
    "wrong_party": N_("Somebody answered who is not him and does not know him"),
    "connected": N_("Somebody answered, nobody said who"),
    "no_answer": N_("Nobody answered"),
    "busy": N_("The line was busy"),
    "rejected": N_("The call was rejected"),
    "voicemail": N_("A voice mailbox answered"),
    "powered_off": N_("The telephone was switched off"),
    "unreachable": N_("The telephone could not be reached"),
    "suspended": N_("The line was suspended"),
    "vacant": N_("The number was vacant"),
    "barred": N_("The line took no incoming calls"),
    "number_changed": N_("An announcement said the number had changed"),
    "fax": N_("A fax machine answered"),
}

_PLAIN: Mapping[str, str] = {
    "prior": N_("Before any evidence: how often a candidate number is in use"),
    "copy": N_("The same statement once more: counted about once"),
    "line_type": N_("The kind of line"),
    "shared": N_("Other people of the portfolio have this number too"),
    "other_numbers": N_("What is known of his other numbers"),
    "calibration": N_("Correction learned from how such scores turned out"),
}

SOURCES: Mapping[str, str] = {
    "case_file": N_("the case file"),
    "references": N_("the references he named"),
    "employer": N_("the employer's record"),
}


def word(table: Mapping[str, str], name: str) -> str:
    """Give a word of a table in the reader's language; one that is not in it is given as it is."""
    return _(table[name]) if name in table else name


def reason(one: Reason) -> str:
    """Say what a reason is, in the reader's language."""
    params = dict(one.params)
    family, _dot, rest = one.code.partition(".")
    if family == "claim":
        said = _(
            "{source} says it is the number of {user}",
            source=word(SOURCES, rest),
            user=word(USERS, params.get("stated_user", "unknown")),
        )
    elif family == "fact" and rest in _FACTS:
        said = _(
            _FACTS[rest],
            value=word(_VALUES, params.get("value", "")),
            anchor=params.get("anchor", "?"),
            attribute=word(_VALUES, params.get("attribute", "")),
        )
    elif family == "call":
        said = word(_CALLS, rest)
    elif family == "time":
        said = _("{days} days have passed since {since}", days=params.get("days", "?"), since=params.get("since", "?"))
    else:
        said = word(_PLAIN, family)
    count = params.get("count")
    return f"{said} (×{count})" if count else said
