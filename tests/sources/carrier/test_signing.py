"""Signatures equal the vendors' own: published worked examples, and their SDKs' results as fixed vectors.

SDKs: tencentcloud-sdk-python-common and alibabacloud-openapi-util 0.2.4, over the same input, on 2026-11-24.
"""

from __future__ import annotations

import datetime as dt

from sources.carrier.signing import acs3, basic, canonical_query, plain_hmac, tc3

AT = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)


def signature(headers: object) -> str:
    assert isinstance(headers, dict)
    return str(headers["authorization"]).rpartition("Signature=")[2]


def test_tc3_gives_the_signature_of_tencents_published_example() -> None:
    body = b'{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d\\u540d"], "Name": "instance-name"}]}'

    headers = tc3(
        key="AKIDz8krbsJ5yKBZQpn74WFkmLPx3*******",
        secret="Gu5t9xGARNpq86cd98joQYCN3*******",
        service="cvm",
        host="cvm.tencentcloudapi.com",
        method="POST",
        body=body,
        content_type="application/json; charset=utf-8",
        at=dt.datetime.fromtimestamp(1551113065, dt.UTC),
    )

    assert signature(headers) == "2230eefd229f582d8b1b891af7107b91597240707d778ab3738f756258d7652c"
    assert headers["x-tc-timestamp"] == "1551113065"


def test_tc3_gives_the_signature_of_tencents_sdk() -> None:
    headers = tc3(
        key="AKIDfictional",
        secret="fictional-secret",
        service="faceid",
        host="faceid.tencentcloudapi.com",
        method="POST",
        body=b'{"Mobile":"15477000000"}',
        content_type="application/json",
        at=AT,
    )

    assert signature(headers) == "d94e253f122d3d6b0b1f89fd3d685ec81bec98bce2c5af70aeb98e4ff6b0eae0"


def test_acs3_gives_the_signature_of_alibabas_published_example() -> None:
    headers = acs3(
        key="YourAccessKeyId",
        secret="YourAccessKeySecret",
        host="ecs.cn-shanghai.aliyuncs.com",
        method="POST",
        path="/",
        body=b"",
        headers={"x-acs-action": "RunInstances", "x-acs-version": "2014-05-26"},
        at=dt.datetime(2023, 10, 26, 10, 22, 32, tzinfo=dt.UTC),
        nonce="3156853299f313e23d1673dc12e1703d",
        query={"ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd", "RegionId": "cn-shanghai"},
    )

    assert signature(headers) == "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"


def test_acs3_gives_the_signature_of_alibabas_sdk_for_chinese_text_and_blanks() -> None:
    headers = acs3(
        key="LTAIfictional",
        secret="fictional-secret",
        host="dytnsapi.aliyuncs.com",
        method="POST",
        path="/",
        body=b"",
        headers={"x-acs-action": "DescribePhoneTwiceTelVerify", "x-acs-version": "2020-02-17"},
        at=AT,
        nonce="00112233445566778899aabbccddeeff",
        query={
            "AuthCode": "fictional",
            "InputNumber": "15477000000",
            "Mask": "NORMAL",
            "StartTime": "2023-02-17 00:00:00",
            "Name": "赵未名",
        },
    )

    assert signature(headers) == "6a9aaf0e3f518aef8539bb9d1865cd78d78c50f4b4e2a60d34282d99c0894c56"


def test_a_query_is_sorted_and_escaped_as_rfc_3986_says() -> None:
    assert canonical_query({"b": "a b+c", "a": "赵~"}) == "a=%E8%B5%B5~&b=a%20b%2Bc"


def test_basic_is_what_rfc_7617_shows() -> None:
    assert basic("Aladdin", "open sesame") == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="


def test_a_plain_hmac_depends_on_everything_it_is_said_to_cover() -> None:
    same = {"key": "k", "secret": "s", "method": "POST", "path": "/x", "body": b"{}", "at": AT}
    others = [
        {**same, "key": "l"},
        {**same, "secret": "t"},
        {**same, "method": "PUT"},
        {**same, "path": "/y"},
        {**same, "body": b"[]"},
        {**same, "at": AT + dt.timedelta(seconds=1)},
    ]

    signatures = {plain_hmac(**one) for one in [same, *others]}  # type: ignore[arg-type]

    assert len(signatures) == 7
