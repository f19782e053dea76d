"""What learning says, in words."""

from __future__ import annotations

from collections.abc import Mapping

from tracer.words import N_

STAGES: Mapping[str, str] = {
    "none": N_("nothing was learned"),
    "calibration": N_("how far to trust the model as a whole"),
    "sources": N_("what each kind of evidence is worth"),
    "trees": N_("what each kind of evidence is worth, and what goes together"),
}
"""How much there was to learn from (graph.fit.FitReport.stage)."""

REFUSALS: Mapping[str, str] = {
    "few_cases": N_("too few debtors were called in a way that teaches something: fifty are needed"),
    "few_labels": N_("the labels, weighted, are worth too few: thirty are needed"),
    "one_kind": N_("ten numbers that were his and ten that were not are needed, settled by a call"),
    "not_better": N_("on cases kept back it is not better with enough confidence"),
    "one_person": N_("without the notes of the one person who wrote most of them it is no better"),
}
"""Why a model that was learned is not put in use (tracer.desk.learning)."""

ASIDE: Mapping[str, str] = {
    "one_sided": N_("they all say the same, against what is known of the numbers"),
    "unrelated": N_("they have nothing to do with what is known of the numbers"),
    "far_from_others": N_("they have far more wrong parties than those of others"),
}
"""Why somebody's call notes are not learned from (graph.recorders)."""

ALARMS: Mapping[str, str] = {
    "": N_("What is predicted comes true as often as it should, as far as calls can tell."),
    "too_few": N_("There are too few calls after predictions of this model to tell: a hundred are needed."),
    "miscalibrated": N_(
        "Look: what is predicted is further from what comes true than chance explains. Learn anew (tracer "
        "fit --outcomes), or go back (tracer model back)."
    ),
    "miscalibrated.shipped": N_(
        "Look: what is predicted is further from what comes true than chance explains. This market is not "
        "the one the program comes with: learn from its calls (tracer fit --outcomes)."
    ),
    "worse_than_shipped": N_(
        "Look: the model in use does worse than the one that comes with the program. Go back: tracer model "
        "back."
    ),
}
"""What holding predictions against calls came to (graph.drift.Drift.alarm)."""

ORIGINS: Mapping[str, str] = {
    "shipped": N_("comes with the program"),
    "fitted": N_("learned from this home's calls"),
    "file": N_("from a file"),
}
"""Where a model comes from (tracer.desk.models)."""
