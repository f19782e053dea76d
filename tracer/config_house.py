"""Who this house is, for the records the law asks for."""

from __future__ import annotations

from tracer.config_values import Model


class HouseSettings(Model):
    """The agency itself: its name and address, its officer for personal information and how he is reached.

    ``representative`` is who represents it where it has no seat (GDPR article 27, PIPL article 53).
    """

    name: str = ""
    address: str = ""
    officer: str = ""
    contact: str = ""
    representative: str = ""
