"""Who writes the enquiries of this house, and how long they wait for an answer."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from tracer.config_values import Model


class EnquirySettings(Model):
    """What stands in every enquiry (``tracer enquiry``) and its clocks, in days.

    ``sender`` is the person who signs, ``reply_to`` the address answers go to, ``phone`` the line that is
    answered without naming a business; none of them may speak of a debt (tracer/letters/text.py looks).
    A reminder comes ``remind_after`` days after drafting and after sending; ``expires_after`` days after
    drafting it may not be sent any more, and nothing is waited for. A scan may have ``largest_paper`` bytes.
    """

    sender: str = ""
    reply_to: str = ""
    phone: str = ""
    remind_after: int = Field(default=14, ge=1, le=365)
    expires_after: int = Field(default=60, ge=1, le=730)
    largest_paper: int = Field(default=20_000_000, ge=10_000, le=200_000_000)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.remind_after >= self.expires_after:
            raise PydanticCustomError("reminder_after_end", "reminder")
        return self
