"""Enquiries in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping

from tracer.words import N_

KINDS: Mapping[str, str] = {"letter": N_("letter"), "phone": N_("call"), "visit": N_("visit")}

ADDRESSEES: Mapping[str, str] = {
    "employer": N_("an employer"),
    "committee": N_("a village or neighbourhood committee"),
    "registry": N_("a registry"),
    "court_order": N_("a holder under a court order"),
}

ENQUIRY_STATES: Mapping[str, str] = {
    "drafted": N_("drafted"),
    "sent": N_("sent"),
    "answered": N_("answered"),
    "refused": N_("refused"),
    "withdrawn": N_("withdrawn"),
    "expired": N_("expired, never sent"),
    "no_answer": N_("no answer"),
}

STANDINGS: Mapping[str, str] = {
    "yes": N_("yes, he is there"),
    "left": N_("no longer there"),
    "no": N_("not known there"),
    "unsaid": N_("not said whether he is there"),
}
