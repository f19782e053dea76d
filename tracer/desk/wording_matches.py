"""Why two records are one person or are not, as sentences (graph.weights, graph.resolve)."""

from __future__ import annotations

from collections.abc import Mapping

from tracer.words import N_, _

CONFLICTS: Mapping[str, str] = {
    "verdicts.tie": N_("two verdicts of one moment differ; they are kept apart"),
    "verdicts.contradict": N_("one verdict would join what another parts"),
    "verdicts.over_ids": N_("a verdict joins them although their id numbers differ"),
    "scores.ids_differ": N_("much speaks for one person, but their id numbers differ"),
    "scores.chain": N_("they would be joined only through others that contradict each other"),
}
"""Why two statements on records cannot both hold (graph.resolve.Conflict)."""

_PRIORS: Mapping[str, str] = {
    "one_debtor": N_("Before any comparison: both records are of the debtor of one case"),
    "one_role": N_("Before any comparison: both records are of the spouse of one debtor"),
    "debtor_and_other": N_("Before any comparison: one is the debtor, the other was named as somebody else"),
    "two_of_a_case": N_("Before any comparison: two contacts of one case"),
    "two_cases": N_("Before any comparison: records of two cases"),
}

_LEVELS: Mapping[str, str] = {
    "name.exact": N_("The names are the same"),
    "name.any_order": N_("The names are the same in another order"),
    "name.pinyin": N_("One name in characters and one in letters sound the same"),
    "name.partial": N_("The names are the same but for a middle name"),
    "name.nickname": N_("One given name is a short form of the other"),
    "name.variant": N_("The names differ as by a typing error or a like-sounding character"),
    "name.initial": N_("One given name is the initial of the other"),
    "name.masked": N_("What is visible of the masked name fits"),
    "name.given_only": N_("The given names are the same, the family names are not"),
    "name.one_character": N_("One character of the given names differs"),
    "name.family_only": N_("Only the family names are the same"),
    "name.generation": N_("One name; one is the elder, the other the younger (Sr, Jr)"),
    "name.different": N_("The names differ"),
    "born.exact": N_("The dates of birth are the same"),
    "born.month": N_("Year and month of birth are the same"),
    "born.year": N_("The years of birth are the same"),
    "born.swapped": N_("The dates of birth differ by day and month exchanged"),
    "born.digit": N_("The dates of birth differ in one digit"),
    "born.conflict": N_("The dates of birth differ"),
    "born.generation": N_("The dates of birth lie a generation apart"),
    "id.exact": N_("The id numbers are the same"),
    "id.exact_unsound": N_("The id numbers are the same, but no sound ones"),
    "id.typo": N_("The id numbers differ as by a typing error"),
    "id.masked": N_("What is visible of the masked id numbers fits"),
    "id.masked_near": N_("One visible character of the masked id numbers differs"),
    "id.masked_conflict": N_("The visible characters of the masked id numbers differ"),
    "id.other": N_("The id numbers differ, but one is unsound or of a kind that is renewed"),
    "id.conflict": N_("Two sound id numbers differ, of a kind given once in a life"),
    "phone.mobile": N_("They have a mobile number in common"),
    "phone.line": N_("They have a landline in common"),
    "phone.masked": N_("What is visible of a masked number fits"),
    "phone.none": N_("They have no number in common"),
    "address.same": N_("The addresses are the same"),
    "address.similar": N_("The addresses are alike"),
    "address.different": N_("The addresses differ"),
    "employer.same": N_("The employers are the same"),
    "employer.similar": N_("The employers are alike"),
    "employer.different": N_("The employers differ"),
    "email.same": N_("They have an e-mail address in common"),
    "email.role_box": N_("They have a firm's mailbox in common"),
    "email.different": N_("The e-mail addresses differ"),
    "contacts.together": N_("Number, address and employer hang together: counted as one fact in part"),
    "household": N_("The names differ: what they have in common is a household's or a firm's"),
}

_RARITY: Mapping[str, str] = {
    "name": N_("Correction for how rare the name is"),
    "born": N_("Correction for how many share the date of birth"),
    "id": N_("Correction for how much of the id number is visible and how many share it"),
    "phone": N_("Correction for how much of the number is visible and how many share it"),
    "address": N_("Correction for how many share the address"),
    "employer": N_("Correction for how many share the employer"),
    "email": N_("Correction for how many share the e-mail address"),
}


def matching(code: str, params: Mapping[str, str]) -> str:
    """Say a reason of a match in the reader's language; empty for a code that is none."""
    if code == "prior" and "relation" in params:
        return _(_PRIORS[params["relation"]]) if params["relation"] in _PRIORS else ""
    family, _dot, rest = code.partition(".")
    if rest == "frequency":
        return _(_RARITY[family]) if family in _RARITY else ""
    return _(_LEVELS[code]) if code in _LEVELS else ""
