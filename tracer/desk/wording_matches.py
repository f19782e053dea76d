"""Why two records are one person or are not, as sentences (graph.weights, graph.resolve)."""

from __future__ import annotations

from collections.abc import Mapping

from graph.mistrace import FITS_ANOTHER, TWO_IDENTITIES, Alarm
from graph.weights import LEVELS
from tracer.desk.wording_link import row_reason, what
from tracer.words import N_, _

CONFLICTS: Mapping[str, str] = {
    "verdicts.tie": N_("two verdicts of one moment differ; they are kept apart"),
    "verdicts.contradict": N_("one verdict would join what another parts"),
    "verdicts.over_ids": N_("a verdict joins them although their id numbers differ"),
    "scores.ids_differ": N_("much speaks for one person, but their id numbers differ"),
    "scores.chain": N_("they would be joined only through others that contradict each other"),
}
"""Why two statements on records cannot both hold (graph.resolve.Conflict)."""

ALARMS: Mapping[str, str] = {
    TWO_IDENTITIES: N_(
        "Mistrace alarm: two identities fit this case about as well (records {left} and {right}). Call "
        "nobody for it before you have decided: tracer judge"
    ),
    FITS_ANOTHER: N_(
        "Mistrace alarm: record {left} is held to be the debtor's but fits another person better "
        "({right}, by {bits} bits). Decide with tracer judge before you call"
    ),
}


def alarm(one: Alarm) -> str:
    """Say a mistrace alarm in the reader's language."""
    return _(ALARMS[one.code], left=one.left, right=one.right, bits=f"{one.bits:.1f}")


_PRIORS: Mapping[str, str] = {
    "one_debtor": N_("Before any comparison: both records are of the debtor of one case"),
    "one_role": N_("Before any comparison: both records are of the spouse of one debtor"),
    "debtor_and_other": N_("Before any comparison: one is the debtor, the other was named as somebody else"),
    "two_of_a_case": N_("Before any comparison: two contacts of one case"),
    "two_cases": N_("Before any comparison: records of two cases"),
}

_TOGETHER: Mapping[str, str] = {
    "name.together": N_("A name counts as one, however many parts agree or differ"),
    "contacts.together": N_("Number, address and employer hang together: counted as one fact in part"),
    "household": N_("The names differ: what they have in common is a household's or a firm's"),
}

_HOW_RARE = N_("{what}: correction for how rare the value is, how much of it is seen and how many share it")


COMPARED = frozenset(level.code.rpartition(".")[0] for level in LEVELS)


def matching(code: str, params: Mapping[str, str]) -> str:
    """Say a reason of a match in the reader's language; empty for a code that is none."""
    if code == "prior" and "relation" in params:
        return _(_PRIORS[params["relation"]]) if params["relation"] in _PRIORS else ""
    if code in _TOGETHER:
        return _(_TOGETHER[code])
    compared, _dot, how = code.rpartition(".")
    if how == "value" and compared in COMPARED:
        return _(_HOW_RARE, what=what(compared))
    return row_reason(code) if code in _CODES else ""


_CODES = frozenset(level.code for level in LEVELS) | {f"{name}.masked" for name in COMPARED}
