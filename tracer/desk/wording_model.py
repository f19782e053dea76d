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
