"""What a carrier said, a sentence for each kind and value (graph.model.FactKind, sources.carrier.facts)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tracer.words import N_, _

# fact.<kind>.<value>. Places: anchor, attribute.
_SAID: Mapping[str, str] = {
    "line_status.active": N_("The carrier says the line is in service"),
    "line_status.suspended": N_("The carrier says the line is suspended"),
    "line_status.partly_suspended": N_("The carrier says the line is suspended in one direction"),
    "line_status.cancelled": N_("The carrier says the line was given up"),
    "line_status.not_assigned": N_("The carrier says the number is vacant"),
    "line_status.suspected_not_assigned": N_("The carrier takes the number to be vacant"),
    "line_status.off_network": N_("The carrier says the number is not on its network"),
    "line_status.on_network_unusable": N_("The carrier says the number is on its network but out of use"),
    "line_status.inactive": N_("The carrier says the line is not active"),
    "line_status.unknown": N_("The carrier does not know the state of the line"),
    "reachability.reachable": N_("The carrier says the telephone can be reached"),
    "reachability.powered_off": N_("The carrier says the telephone is switched off"),
    "reachability.suspected_off": N_("The carrier takes the telephone to be switched off"),
    "reachability.busy": N_("The carrier says the line is busy"),
    "reachability.absent": N_("The carrier says the telephone has not been on the network lately"),
    "reachability.unreachable": N_("The carrier says the telephone cannot be reached"),
    "reachability.barred": N_("The carrier says the line takes no incoming calls"),
    "reachability.unknown": N_("The carrier does not know whether the telephone can be reached"),
    "tenure.no_data": N_("The carrier has no date since when the line is held"),
    "tenure_since.yes": N_("The carrier says the same customer has held the number since before {anchor}"),
    "tenure_since.no": N_("The carrier says the present customer got the number after {anchor}"),
    "tenure_since.unknown": N_("The carrier does not know whether the customer is the same as on {anchor}"),
    "holder_changed_since.yes": N_("The carrier says the number has changed hands since {anchor}"),
    "holder_changed_since.no": N_("The carrier says the number has not changed hands since {anchor}"),
    "holder_changed_since.unknown": N_(
        "The carrier does not know whether the number has changed hands since {anchor}"
    ),
    "disconnected_since.yes": N_("The carrier says the number was disconnected after {anchor}"),
    "disconnected_since.no": N_("The carrier says the number has not been disconnected since {anchor}"),
    "disconnected_since.unknown": N_(
        "The carrier does not know whether the number was disconnected after {anchor}"
    ),
    "attribute_match.exact": N_("The carrier's registered holder has the debtor's {attribute}"),
    "attribute_match.high": N_("The carrier's registered holder has almost the debtor's {attribute}"),
    "attribute_match.partial": N_("The carrier's registered holder fits the debtor's {attribute} in part"),
    "attribute_match.none": N_("The carrier's registered holder does not have the debtor's {attribute}"),
    "attribute_match.mixed": N_(
        "Some of the debtor's {attribute} fits the carrier's registered holder, some does not"
    ),
    "attribute_match.no_data": N_("The carrier could not compare the registered holder's {attribute}"),
    "ported.yes": N_("The carrier says the number was taken to another carrier"),
    "ported.no": N_("The carrier says the number was not taken to another carrier"),
    "ported.likely_yes": N_("The carrier says the number was probably taken to another carrier"),
    "ported.likely_no": N_("The carrier says the number was probably not taken to another carrier"),
    "ported.unknown": N_("The carrier does not know whether the number was taken to another carrier"),
    "contract.prepaid": N_("The carrier says the line is prepaid"),
    "contract.postpaid": N_("The carrier says the line is paid by the month"),
    "contract.business": N_("The carrier says the line is on a business contract"),
    "sim_changed_since.yes": N_("The carrier says the SIM card was changed after {anchor}"),
    "sim_changed_since.no": N_("The carrier says the SIM card has not been changed since {anchor}"),
    "sim_changed_since.unknown": N_(
        "The carrier does not know whether the SIM card was changed after {anchor}"
    ),
    "device_changed_since.yes": N_("The carrier says the telephone was changed after {anchor}"),
    "device_changed_since.no": N_("The carrier says the telephone has not been changed since {anchor}"),
    "device_changed_since.unknown": N_(
        "The carrier does not know whether the telephone was changed after {anchor}"
    ),
    "call_forwarding.inactive": N_("The carrier says calls are not forwarded"),
    "call_forwarding.unconditional": N_("The carrier says all calls are forwarded"),
    "call_forwarding.conditional_busy": N_("The carrier says calls are forwarded when the line is busy"),
    "call_forwarding.conditional_no_answer": N_("The carrier says calls are forwarded when nobody answers"),
    "call_forwarding.conditional_not_reachable": N_(
        "The carrier says calls are forwarded when the telephone cannot be reached"
    ),
    "number_format.valid": N_("The carrier says the number is well formed"),
    "number_format.invalid": N_("The carrier says there can be no such number"),
    "number_format.possible_only": N_("The carrier says the number has a possible length and no more"),
}

_CHANGED_ON = N_("The carrier says the number changed hands on {anchor}")
_HELD_SINCE = N_("The carrier says the same customer has held the number since {anchor}")
_HELD_BETWEEN = N_("The carrier says the same customer has held the number for {least} to {most} months")
_HELD_AT_LEAST = N_("The carrier says the same customer has held the number for {least} months or more")
_REGION = N_("The carrier says the number belongs to {value}")
_LINE_TYPE = N_("The carrier says the kind of line is: {line}")
_SOME_DAY = N_("a date not given")
_UNLISTED = N_("The carrier answered {kind}: {value}")

_CARRIERS: Mapping[str, str] = {
    "original": N_("The number was first issued by {name}"),
    "current": N_("The number is now with {name}"),
    "mvno": N_("The number is sold by {name}"),
}

_ATTRIBUTES: Mapping[str, str] = {
    "name": N_("name"),
    "given_name": N_("given name"),
    "family_name": N_("family name"),
    "id": N_("id number"),
    "born": N_("date of birth"),
    "address": N_("address"),
    "postcode": N_("postcode"),
    "email": N_("e-mail address"),
    "name+id": N_("name and id number"),
}

LINES: Mapping[str, str] = {
    "mobile": N_("mobile"),
    "landline": N_("landline"),
    "fixed": N_("landline"),
    "fixed_or_mobile": N_("landline or mobile"),
    "voip": N_("internet telephone"),
    "voip_fixed": N_("internet telephone with an address"),
    "voip_non_fixed": N_("internet telephone without an address"),
    "toll_free": N_("free of charge to the caller"),
    "premium": N_("premium rate"),
    "shared_cost": N_("shared cost"),
    "personal": N_("personal number"),
    "pager": N_("pager"),
    "uan": N_("a firm's one number for all"),
    "voicemail": N_("voice mailbox"),
    "virtual": N_("virtual number"),
    "unknown": N_("unknown"),
}
"""Kinds of line: those a number itself tells (graph.model.LineType) and those only carriers know."""

_TENURE = re.compile(r"\[(\d+),(\d*)\)")


def fact(kind: str, params: Mapping[str, str]) -> str:
    """Say what a carrier answered, in the reader's language.

    ``params`` are those of a reason: ``value``, and where there are such ``anchor`` (ISO date) and
    ``attribute``. A value that is not one of the vocabulary is named as it is.
    """
    value, anchor = params.get("value", ""), params.get("anchor", "")
    attribute = params.get("attribute", "")
    if kind == "tenure" and value != "no_data":
        return _tenure(value, anchor)
    if kind == "holder_changed_since" and value == "yes" and attribute == "day_of_change":
        return _(_CHANGED_ON, anchor=anchor or _(_SOME_DAY))
    if kind == "line_type" and value in LINES:
        return _(_LINE_TYPE, line=_(LINES[value]))
    if kind == "number_region":
        return _(_REGION, value=value)
    if kind == "carrier":
        role, _colon, name = value.partition(":")
        if role in _CARRIERS:
            return _(_CARRIERS[role], name=name)
    sentence = _SAID.get(f"{kind}.{value}")
    if sentence is None:
        return _(_UNLISTED, kind=kind, value=value)
    # Without a word for what was compared it was the name: graph.inuse_facts reads it so too.
    named = _(_ATTRIBUTES.get(attribute, attribute)) if attribute else _(_ATTRIBUTES["name"])
    return _(sentence, anchor=anchor or _(_SOME_DAY), attribute=named)


def _tenure(value: str, anchor: str) -> str:
    months = _TENURE.fullmatch(value)
    if months is None:
        return _(_HELD_SINCE, anchor=anchor or _(_SOME_DAY))
    least, most = months.groups()
    return _(_HELD_BETWEEN, least=least, most=most) if most else _(_HELD_AT_LEAST, least=least)
