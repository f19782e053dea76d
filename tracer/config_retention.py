"""How long a case is kept here when nobody returns it."""

from __future__ import annotations

from pydantic import Field

from tracer.config_values import Model


class RetentionSettings(Model):
    """The house's own limits, in days; the packs' and the agreements' count beside them, the shortest wins.

    ``closed`` is from the day a case was closed, ``unused`` from the last entry of the log about it. Nothing
    is destroyed by itself: ``tracer purge`` lists and does it.
    """

    closed: int | None = Field(default=None, ge=0, le=36_500)
    unused: int | None = Field(default=None, ge=0, le=36_500)
