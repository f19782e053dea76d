"""Letters, call sheets, scripts and short messages: what a third party gets is safe by its type."""

from tracer.letters.debtor import DebtorTemplate, DebtorText, ForDebtor
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
    "DebtorTemplate",
    "DebtorText",
    "ForDebtor",
    "Letter",
    "Line",
    "NotForThirdParties",
    "Place",
    "Style",
    "Template",
    "ThirdPartyText",
    "speaks_of_debt",
]
