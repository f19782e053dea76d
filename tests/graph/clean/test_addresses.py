"""Addresses taken apart, ambiguous ones left open."""

from __future__ import annotations

import pytest

from graph.clean.addresses import read_address
from graph.model import Address


def address(text: str, country: str = "CN") -> Address:
    value = read_address(text, country=country).value
    assert value is not None
    return value


def parts(text: str) -> tuple[str, str, str, str]:
    read = address(text)
    return read.region, read.city, read.district, read.street


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("浙江省杭州市西湖区文三路1号", ("浙江省", "杭州市", "西湖区", "文三路1号")),
        ("浙江杭州西湖区文三路1号", ("浙江省", "杭州市", "西湖区", "文三路1号")),
        ("杭州市西湖区文三路1号", ("浙江省", "杭州市", "西湖区", "文三路1号")),
        ("浙江省杭州市浙江省杭州市西湖区文三路1号", ("浙江省", "杭州市", "西湖区", "文三路1号")),
        ("浙江省 杭州市 西湖区 文三路 1 号", ("浙江省", "杭州市", "西湖区", "文三路1号")),
        ("上海市浦东新区张江路1号", ("上海市", "上海市", "浦东新区", "张江路1号")),
        ("上海市市辖区浦东新区张江路1号", ("上海市", "上海市", "浦东新区", "张江路1号")),
        ("北京朝阳区建国路1号", ("北京市", "北京市", "朝阳区", "建国路1号")),
        ("吉林省吉林市船营区解放路1号", ("吉林省", "吉林市", "船营区", "解放路1号")),
        ("辽宁朝阳双塔区1号", ("辽宁省", "朝阳市", "双塔区", "1号")),
        ("湖北恩施州利川市1号", ("湖北省", "恩施土家族苗族自治州", "利川市", "1号")),
        ("青海省海南藏族自治州共和县1号", ("青海省", "海南藏族自治州", "共和县", "1号")),
        ("海南省海口市龙华区1号", ("海南省", "海口市", "龙华区", "1号")),
        ("新疆乌鲁木齐市天山区1号", ("新疆维吾尔自治区", "乌鲁木齐市", "天山区", "1号")),
        ("湖北省襄樊市樊城区1号", ("湖北省", "襄阳市", "樊城区", "1号")),
        ("浙江省台州市路桥区1号", ("浙江省", "台州市", "路桥区", "1号")),
        ("浙江省金华市义乌市稠城街道", ("浙江省", "金华市", "义乌市", "稠城街道")),
    ],
)
def test_a_chinese_address_is_taken_apart(text: str, expected: tuple[str, str, str, str]) -> None:
    assert parts(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("鼓楼区中山路5号", ("", "", "鼓楼区", "中山路5号")),
        ("朝阳区1号", ("", "", "朝阳区", "1号")),
        ("上海路12号", ("", "", "", "上海路12号")),
        ("南京东路12号", ("", "", "", "南京东路12号")),
        ("文三路幸福小区3栋", ("", "", "", "文三路幸福小区3栋")),
        ("义乌市稠城街道", ("", "", "义乌市", "稠城街道")),
    ],
)
def test_what_could_be_two_places_is_left_open(text: str, expected: tuple[str, str, str, str]) -> None:
    assert parts(text) == expected


def test_the_whole_text_and_a_postcode_are_kept() -> None:
    read = address("浙江省杭州市西湖区文三路1号 310012")

    assert read.text == "浙江省杭州市西湖区文三路1号 310012"
    assert read.postcode == "310012"
    assert address("310012 浙江省杭州市西湖区").postcode == "310012"


def test_a_masked_tail_leaves_the_parts_before_it() -> None:
    reading = read_address("浙江省杭州市西湖区****")

    assert reading.value is not None
    assert (reading.value.district, reading.value.street) == ("西湖区", "")
    assert [fault.code for fault in reading.faults] == ["address.masked"]


@pytest.mark.parametrize(
    ("text", "street", "city", "state", "postcode"),
    [
        (
            "123 Main St Apt 4, Springfield, IL 62704-1234",
            "123 Main St Apt 4",
            "Springfield",
            "IL",
            "62704-1234",
        ),
        ("123 Main St Springfield IL 62704", "123 Main St", "Springfield", "IL", "62704"),
        ("123 Main St\nSpringfield, Illinois 62704\nUSA", "123 Main St", "Springfield", "IL", "62704"),
        ("PO Box 123, Springfield, IL 62704", "PO Box 123", "Springfield", "IL", "62704"),
        ("12-34 31st Ave, Astoria NY 11106", "12-34 31st Ave", "Astoria", "NY", "11106"),
        ("RR 2 Box 152 Smalltown TX 75001", "RR 2 Box 152", "Smalltown", "TX", "75001"),
        ("1 Broadway, New York, New York 10004", "1 Broadway", "New York", "NY", "10004"),
        ("123 Elm Ct", "123 Elm Ct", "", "", ""),
        ("456 Oak Avenue", "456 Oak Avenue", "", "", ""),
        ("Springfield, IL", "", "Springfield", "IL", ""),
    ],
)
def test_an_american_address_is_taken_apart(
    text: str, street: str, city: str, state: str, postcode: str
) -> None:
    read = address(text, "US")

    assert (read.street, read.city, read.region, read.postcode) == (street, city, state, postcode)


def test_the_zero_of_a_zip_code_is_put_back_only_where_codes_begin_so() -> None:
    north = read_address("123 Main St, Boston, MA 2139", country="US")
    west = read_address("123 Main St, Fresno, CA 9370", country="US")

    assert north.value is not None
    assert north.value.postcode == "02139"
    assert [fault.code for fault in north.faults] == ["address.zip_zero_restored"]
    assert west.value is not None
    assert west.value.postcode == ""


@pytest.mark.parametrize(("text", "code"), [("123", "address.unreadable"), ("路" * 600, "address.too_long")])
def test_what_is_no_address_is_lost(text: str, code: str) -> None:
    assert [fault.code for fault in read_address(text).faults] == [code]
