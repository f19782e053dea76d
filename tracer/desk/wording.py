"""The words for what the program says in codes: users, states, events, outcomes, and every reason.

Reasons are whole sentences: what somebody said or what happened, never a question with an answer behind it.
A test holds these tables against the types they speak of.
"""

from __future__ import annotations

from collections.abc import Mapping

from graph.model import Reason
from tracer.desk.wording_facts import LINES, fact
from tracer.desk.wording_matches import CONFLICTS, matching
from tracer.words import ANSWERS, FIELDS, N_, OUTCOMES, PRIORITIES, ROLES, STATES, WISHES, _

__all__ = [
    "ADVICE",
    "ANSWERS",
    "BARS",
    "CHANNELS",
    "CONFLICTS",
    "EVENTS",
    "FIELDS",
    "HEARD",
    "IDENTITIES",
    "JUDGEMENTS",
    "LINES",
    "OUTCOMES",
    "PARTIES",
    "PRIORITIES",
    "REASONS",
    "ROLES",
    "SOURCES",
    "STATES",
    "USERS",
    "WISHES",
    "reason",
    "word",
]

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
    "do_not_call": N_("on a do-not-call list"),
    "deceased": N_("reported dead"),
    "bankrupt": N_("bankrupt: the stay forbids contact"),
    "litigious": N_("on a list of those who sue"),
    "military": N_("in military service"),
    "complaint": N_("a complaint is being looked into"),
    "minor": N_("not of age"),
    "disputed": N_("the debtor disputes it"),
    "objection": N_("the debtor objected"),
}

HEARD: Mapping[str, str] = {
    "connected": N_("connected"),
    "no_answer": N_("no answer"),
    "busy": N_("busy"),
    "rejected": N_("rejected"),
    "voicemail": N_("voice mailbox"),
    "powered_off": N_("powered off"),
    "unreachable": N_("unreachable"),
    "suspended": N_("suspended"),
    "vacant": N_("vacant"),
    "barred": N_("barred for incoming calls"),
    "number_changed": N_("number changed"),
    "fax": N_("fax"),
    "unknown": N_("unknown"),
}
"""What the line did (graph.model.Line)."""

PARTIES: Mapping[str, str] = {
    "self": N_("the debtor himself"),
    "third_party": N_("third party"),
    "wrong_party": N_("wrong party"),
    "nobody": N_("nobody"),
    "unknown": N_("unknown"),
}
"""Who answered (graph.model.Party)."""

IDENTITIES: Mapping[str, str] = {
    "verified": N_("identity verified"),
    "stated": N_("identity stated by himself"),
    "unverified": N_("identity could not be verified"),
    "not_checked": N_("identity not checked"),
}
"""How the identity of the one who answered was checked (graph.model.Identity)."""

JUDGEMENTS: Mapping[str, str] = {
    "same": N_("one person"),
    "different": N_("two persons"),
    "unsure": N_("not certain"),
}
"""What a person said of two records (graph.model.Judgement)."""

CHANNELS: Mapping[str, str] = {
    "creditor_file": N_("the creditor's file"),
    "debtor_statement": N_("what the debtor stated"),
    "employer_record": N_("an employer's record"),
    "public_register": N_("a public register"),
    "carrier": N_("a carrier"),
    "enquiry": N_("an enquiry"),
}
"""The lawful classes of sources (sources.contract.Channel)."""

SOURCES: Mapping[str, str] = {
    "case_file": N_("The case file"),
    "references": N_("The debtor's list of references"),
    "employer": N_("The employer's record"),
    "sealed.repair": N_("The carriers (sealed contact)"),
    "enquiry.employer": N_("The employer, asked by a person"),
    "enquiry.committee": N_("The neighbourhood committee, asked by a person"),
    "enquiry.registry": N_("A registry, asked by a person"),
    "enquiry.court_order": N_("A holder under a court order"),
    "camara.number-recycling": N_("The carrier (change of holder)"),
    "camara.kyc-tenure": N_("The carrier (tenure)"),
    "camara.kyc-match": N_("The carrier (match of the holder)"),
    "camara.subscription-status": N_("The carrier (state of the line)"),
    # The words of data/in-use-format.md, for ``tracer rank``.
    "application_form": N_("The application form"),
    "app_account": N_("The account in the app"),
    "call_detail": N_("The call records of the debtor's account"),
    "credit_bureau": N_("The credit bureau"),
    "court": N_("The court file"),
    "enquiry": N_("A reply to an enquiry"),
    "registers": N_("A public register"),
    "reference": N_("A reference"),
    "vendor_a": N_("A data vendor (A)"),
    "vendor_b": N_("A data vendor (B)"),
    "carrier": N_("The carrier"),
    "unknown": N_("A source that is not named"),
}
"""Sources as the subject of a sentence; one that is not listed is called by its id."""

EVENTS: Mapping[str, str] = {
    "asked": N_("source asked"),
    "called": N_("request sent"),
    "replied": N_("reply received"),
    "retried": N_("request repeated"),
    "accepted": N_("question taken, the answer comes later"),
    "delivered": N_("what was waited for has come"),
    "reused": N_("earlier answers used again"),
    "invoice_checked": N_("invoice checked"),
    "bypass": N_("attempt to go round the policy stopped"),
    **OUTCOMES,
    "init": N_("home made"),
    "import": N_("file import begun"),
    "import_ended": N_("file import ended"),
    "case_placed": N_("case placed"),
    "case_assigned": N_("case assigned"),
    "case_closed": N_("case closed"),
    "case_reopened": N_("case opened again"),
    "case_returned": N_("case returned to the client"),
    "key_destroyed": N_("data key destroyed"),
    "overlap": N_("overlap check"),
    "ranked": N_("numbers ranked"),
    "disclosed": N_("numbers shown"),
    "reveal": N_("whole number shown"),
    "export": N_("file exported"),
    "contact": N_("call noted"),
    "outcome": N_("outcome noted"),
    "outcome_undone": N_("outcome taken back"),
    "barred": N_("number barred"),
    "unbarred": N_("bar lifted"),
    "verdict": N_("verdict on two records"),
    "refresh_requested": N_("fresh contacts requested"),
    "refresh_answered": N_("request answered"),
    "sign_in": N_("signed in"),
    "sign_in_failed": N_("sign-in failed"),
    "sign_out": N_("signed out"),
    "config_changed": N_("configuration changed"),
    "log_read": N_("log read"),
    "log_verified": N_("log verified"),
    "witness_alarm": N_("a witness accused the log"),
    "review_drawn": N_("sample drawn for a review"),
    "reviewed": N_("review concluded"),
    "proved": N_("receipt made"),
    "log_exported": N_("log exported"),
    "enquiry_drafted": N_("enquiry drafted"),
    "enquiry_sent": N_("enquiry sent"),
    "enquiry_answered": N_("enquiry answered"),
    "enquiry_refused": N_("enquiry refused by those asked"),
    "enquiry_withdrawn": N_("enquiry withdrawn"),
    "paper_opened": N_("scanned paper opened"),
    "file_begun": N_("file for a vendor begun"),
    "row_queued": N_("row put into a file"),
    "file_sent": N_("file for a vendor written"),
    "row_taken": N_("row that came back taken"),
    "file_taken": N_("file that came back taken"),
    "listed": N_("suppression list taken in"),
    "unlisted": N_("suppression list taken back"),
    "rights_asked": N_("request by right registered"),
    "rights_decided": N_("request by right decided"),
    "held": N_("hold set"),
    "released": N_("hold lifted"),
    "notice_made": N_("token for a letter made"),
    "erased": N_("case erased"),
    "purged": N_("what was due destroyed"),
    "record_made": N_("record for the law made"),
    "certified": N_("destruction certified"),
    "user_added": N_("person added"),
    "user_changed": N_("person changed"),
    "token_made": N_("token made"),
    "token_revoked": N_("token revoked"),
    "approval_asked": N_("approval asked for"),
    "approval_granted": N_("approval granted"),
    "approval_denied": N_("approval denied"),
    "policy_signed": N_("rule signed off"),
    "policy_unsigned": N_("sign-off of a rule taken back"),
    "model_kept": N_("model kept"),
    "model_used": N_("model put to use"),
    "clock_corrected": N_("clock corrected"),
    "recovered": N_("interrupted look-ups closed"),
    "rotated": N_("keys rotated"),
}
"""What an entry of the log is about (tracer.log.vocabulary); how look-ups ended is in OUTCOMES too."""

_CLAIMS: Mapping[str, str] = {
    "debtor": N_("{source} gives it as the debtor's own number"),
    "household": N_("{source} gives it as a number of the debtor's household"),
    "workplace": N_("{source} gives it as the number of the debtor's workplace"),
    "reference": N_("{source} gives it as the number of a reference"),
    "contact": N_("{source} gives it as the number of a contact"),
    "guarantor": N_("{source} gives it as the guarantor's number"),
    "unknown": N_("{source} has the number and does not say whose it is"),
}
_UNDATED = N_("{claim}, without a date")

_CALLS: Mapping[str, str] = {
    "self": N_("The debtor answered"),
    "third_party": N_("A third party answered who knows the debtor"),
    "wrong_party": N_("Somebody answered who is not the debtor and does not know him"),
    "connected": N_("Somebody answered, nobody said who"),
    "no_answer": N_("Nobody answered"),
    "busy": N_("The line was busy"),
    "rejected": N_("The call was rejected"),
    "voicemail": N_("A voice mailbox answered"),
    "powered_off": N_("The telephone was switched off"),
    "unreachable": N_("The telephone could not be reached"),
    "suspended": N_("The announcement said that the line is suspended"),
    "vacant": N_("The announcement said that the number is vacant"),
    "barred": N_("The announcement said that the line takes no incoming calls"),
    "number_changed": N_("The announcement said that the number has changed"),
    "fax": N_("A fax machine answered"),
    "unknown": N_("A call was noted without what was heard"),
}

_TIMES = N_("{sentence} (×{count})")
_SHARED_ONCE = N_("One other person of the portfolio has this number too")
_SHARED = N_("{persons} other people of the portfolio have this number too")
_TIME = N_("{days} days have passed since {since}: lines are given up and numbers change hands")
_OTHERS_FOR = N_("The debtor's other numbers leave room for this one: it is his only one, or they are weaker")
_OTHERS_AGAINST = N_(
    "The debtor's other numbers speak against this one: newer, stronger, or he answered there"
)
_SILENCE: Mapping[str, str] = {
    "claims": N_("No source says that the number is the debtor's"),
    "calls": N_("No call to the number is on record"),
    "facts": N_("No carrier was asked about the number"),
}
_KIND_OF_LINE = N_("The kind of line: {line}")

REASONS: Mapping[str, str] = {
    "prior": N_("Before any evidence: how often a number that is on file is the one in use"),
    "copy": N_("The same statement again, from the same origin: counted next to nothing"),
    "calibration": N_(
        "Levelling of the total, learned on fictional markets; nothing was learned from your own calls yet"
    ),
    "silence": N_("What is not on record"),
}
"""Reasons that are the same sentence always; the others have places or depend on what was said."""


def word(table: Mapping[str, str], name: str) -> str:
    """Give a word of a table in the reader's language; one that is not in it is given as it is."""
    return _(table[name]) if name in table else name


def reason(one: Reason) -> str:
    """Say what a reason is, in the reader's language: for numbers in use and for matches of records.

    A code that no sentence is kept for (a later version's, a plug-in's) is given as it is.
    """
    params = dict(one.params)
    said = _said(one, params)
    return _(_TIMES, sentence=said, count=params["count"]) if "count" in params else said


def _said(one: Reason, params: Mapping[str, str]) -> str:
    family, _dot, rest = one.code.partition(".")
    if family == "claim":
        said = _(_CLAIMS.get(params.get("stated_user", ""), _CLAIMS["unknown"]), source=word(SOURCES, rest))
        return _(_UNDATED, claim=said) if params.get("undated") else said
    if family == "fact":
        return fact(rest, params)
    if family == "call":
        return word(_CALLS, rest)
    if one.code == "time":
        return _(_TIME, days=params.get("days", "?"), since=params.get("since", "?"))
    if one.code == "shared":
        persons = params.get("persons", "?")
        return _(_SHARED_ONCE) if persons == "1" else _(_SHARED, persons=persons)
    if one.code == "line_type":
        return _(_KIND_OF_LINE, line=word(LINES, params.get("line_type", "unknown")))
    if one.code == "silence" and params.get("what", "") in _SILENCE:
        return _(_SILENCE[params["what"]])
    if one.code == "other_numbers":
        return _(_OTHERS_FOR if one.bits > 0 else _OTHERS_AGAINST)
    return matching(one.code, params) or word(REASONS, one.code)
