"""The demo's configuration as TOML: two agreements, the local sources, four carrier questions."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

_CLIENTS = """\
region = "CN"
timezone = "Asia/Shanghai"
purposes = ["contact_repair"]

[clients.northbank]
name = "North Bank (fictional)"
agreement = "NB-{year}-01"
from = {begin}
until = {end}
operations = ["import", "lookup", "contact", "outcome", "export", "overlap"]
purposes = ["contact_repair"]
overlap_across_clients = false
region = "CN"

[clients.harborcredit]
name = "Harbor Credit (fictional)"
agreement = "HC-{year}-07"
from = {begin}
until = {end}
operations = ["import", "lookup", "contact", "outcome", "export", "overlap"]
purposes = ["contact_repair"]
overlap_across_clients = false
region = "US"

[tables.rosters]
path = {roster}
keys = ["employee_id", "name"]
"""

_LOCAL = """
[[sources]]
use = "{use}"
authorisation = "{document}"
from = {begin}
until = {end}
purposes = ["contact_repair"]
roles = {roles}
fields = {fields}
"""

_CARRIER = """base_url = {base_url}
token_url = {token_url}
client_id = {client_id}
secret_env = {secret_env}
rate = 200.0
concurrency = 16
daily = 100000
timeout = 5.0
price = {price}
"""

_EVERYBODY = '["debtor", "guarantor", "co_debtor"]'

# The price of a look-up in minor units: figures of the demo, not any vendor's.
_SOURCES = (
    ("case_file", "Placement agreement", _EVERYBODY, '["case"]', None),
    ("references", "Placement agreement", _EVERYBODY, '["case"]', None),
    (
        "employer",
        "Letter of the employers (fictional)",
        '["debtor"]',
        '["employee_id", "name", "employer"]',
        None,
    ),
    ("camara.number-recycling", "SBX-7", '["debtor"]', '["phone", "anchor_date"]', 30),
    ("camara.kyc-tenure", "SBX-7", '["debtor"]', '["phone", "anchor_date"]', 20),
    ("camara.kyc-match", "SBX-7", '["debtor"]', '["phone", "name", "id_number"]', 40),
    ("camara.subscription-status", "SBX-7", '["debtor"]', '["phone"]', 10),
)


def settings(
    today: dt.date, *, roster: Path, base_url: str, token_url: str, client_id: str, secret_env: str
) -> str:
    """Give the configuration for a demo on ``today``, with agreements in force 300 days either side of it."""
    span = {
        "begin": (today - dt.timedelta(days=300)).isoformat(),
        "end": (today + dt.timedelta(days=300)).isoformat(),
    }
    parts = [_CLIENTS.format(year=today.year, roster=_text(str(roster)), **span)]
    for use, document, roles, fields, price in _SOURCES:
        parts.append(_LOCAL.format(use=use, document=document, roles=roles, fields=fields, **span))
        if price is not None:
            parts.append(
                _CARRIER.format(
                    base_url=_text(base_url),
                    token_url=_text(token_url),
                    client_id=_text(client_id),
                    secret_env=_text(secret_env),
                    price=price,
                )
            )
    return "".join(parts)


def _text(value: str) -> str:
    # A literal TOML string where it can be: a Windows path keeps its backslashes.
    if "'" not in value and "\n" not in value:
        return f"'{value}'"
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
