"""Reasons given in words that the log takes: coded, because free text may hold a person."""

from __future__ import annotations

import re

from tracer.errors import WrongUse
from tracer.log.vocabulary import loggable
from tracer.words import N_


def coded(text: str, option: str) -> str:
    """Give a reason that the log will take, or raise WrongUse with one that it would."""
    if not loggable(text):
        raise WrongUse(
            N_("{option} takes one coded word: letters, digits, . _ and -, without blanks or long numbers"),
            N_("For example: {option} {example}. It goes into the log, which holds no free text."),
            option=option,
            example=re.sub(r"[^a-z]+", "_", text.lower()).strip("_")[:30] or "other",
        )
    return text
