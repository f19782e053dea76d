"""Signatures beside the vendors' own SDKs, over inputs nobody chose.

The SDKs bring thirty packages, so they are not in constraints.txt; test_signing.py holds their results as
fixed vectors. Where they are installed (tencentcloud-sdk-python-common, alibabacloud-openapi-util; an
environment of their own on PYTHONPATH will do) signatures are compared here. Names of parameters are plain
words: Alibaba's SDK does not escape them.
"""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.carrier.signing import acs3, tc3

TEXTS = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=20)
WORDS = st.text("abcXYZ0123456789", min_size=1, max_size=24)
TIMES = st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2035, 1, 1), timezones=st.just(dt.UTC))
HOST = "faceid.tencentcloudapi.com"


def signature(headers: Any) -> str:
    return str(headers["authorization"]).rpartition("Signature=")[2]


@given(key=WORDS, secret=WORDS, body=TEXTS, at=TIMES)
@settings(max_examples=150, deadline=None)
def test_tc3_is_what_tencents_sdk_says(key: str, secret: str, body: str, at: dt.datetime) -> None:
    sdk: Any = pytest.importorskip("tencentcloud.common.abstract_client", reason="the SDK is not installed")
    headers = {
        "Content-Type": "application/json",
        "Host": HOST,
        "X-TC-Timestamp": str(int(at.timestamp())),
    }
    request = SimpleNamespace(method="POST", uri="/", data=body, header=headers)

    theirs = sdk.AbstractClient._get_tc3_signature(
        SimpleNamespace(), {}, request, f"{at:%Y-%m-%d}", "faceid", secret
    )

    ours = tc3(
        key=key,
        secret=secret,
        service="faceid",
        host=HOST,
        method="POST",
        body=body.encode(),
        content_type="application/json",
        at=at,
    )
    assert signature(ours) == theirs


@given(
    key=WORDS,
    secret=WORDS,
    nonce=WORDS,
    query=st.dictionaries(WORDS, TEXTS, max_size=5),
    body=TEXTS,
    at=TIMES,
)
@settings(max_examples=150, deadline=None)
def test_acs3_is_what_alibabas_sdk_says(
    key: str, secret: str, nonce: str, query: dict[str, str], body: str, at: dt.datetime
) -> None:
    sdk: Any = pytest.importorskip("alibabacloud_openapi_util.client", reason="the SDK is not installed")
    host = "dytnsapi.aliyuncs.com"
    said = {"x-acs-action": "DescribeEmptyNumber", "x-acs-version": "2020-02-17"}

    ours = acs3(
        key=key,
        secret=secret,
        host=host,
        method="POST",
        path="/",
        body=body.encode(),
        headers=said,
        at=at,
        nonce=nonce,
        query=query,
    )

    signed = {name: value for name, value in ours.items() if name != "authorization"}
    request = SimpleNamespace(
        method="POST", pathname="/", query=query, headers={**said, **signed, "host": host}
    )
    theirs = sdk.Client.get_authorization(
        request, "ACS3-HMAC-SHA256", ours["x-acs-content-sha256"], key, secret
    )
    assert ours["authorization"] == theirs
