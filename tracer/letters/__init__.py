"""Letters, call sheets and visit sheets: text that is safe to hand to a third party by its type."""

from tracer.letters.text import (
    AuthorityText,
    Letter,
    Line,
    NotForThirdParties,
    Place,
    Style,
    Template,
    ThirdPartyText,
    speaks_of_debt,
)

__all__ = [
    "AuthorityText",
    "Letter",
    "Line",
    "NotForThirdParties",
    "Place",
    "Style",
    "Template",
    "ThirdPartyText",
    "speaks_of_debt",
]
