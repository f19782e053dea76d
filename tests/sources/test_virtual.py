"""A sealed contact's types cannot hold anybody's own number."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.virtual import Pool, RealNumber, SealedCount, VirtualNumber

UNTIL = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)
POOL = Pool(("+86700", "+8617012"))


@pytest.mark.parametrize(
    "prefix", ["+86", "+861", "+86138", "+8615", "+86189", "86700", "+1", "+861380013", "", "700"]
)
def test_a_pool_that_takes_in_peoples_own_numbers_cannot_be_made(prefix: str) -> None:
    with pytest.raises(ValueError, match="no prefix"):
        Pool((prefix,))


def test_a_pool_without_prefixes_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="prefixes"):
        Pool(())


@pytest.mark.parametrize(
    "number", ["+8615400000009", "+8615400000001", "15400000009", "+8616400000009", "", "+86700"]
)
def test_a_number_outside_the_pool_is_refused_and_not_repeated(number: str) -> None:
    with pytest.raises(RealNumber) as caught:
        VirtualNumber(number=number, pool=POOL, until=UNTIL)

    assert not number or number not in str(caught.value)


@given(st.from_regex(r"\+861[3-9][0-9]{9}", fullmatch=True))
def test_no_chinese_mobile_of_a_subscriber_is_ever_a_virtual_number(number: str) -> None:
    pool = Pool(("+86700", "+86162", "+86165", "+86167", "+86170", "+86171"))
    virtual = number[3:6] in {"162", "165", "167", "170", "171"}

    assert pool.covers(number) == virtual


def test_a_virtual_number_has_an_end_with_a_zone_and_shows_nothing_when_printed() -> None:
    found = VirtualNumber(number="+867001234567", pool=POOL, until=UNTIL)

    assert "7001234567" not in repr(found)
    with pytest.raises(ValueError, match="zone"):
        VirtualNumber(number="+867001234567", pool=POOL, until=UNTIL.replace(tzinfo=None))


@pytest.mark.parametrize("count", [-1, 10, 15400000009])
def test_a_count_that_is_none_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="count"):
        SealedCount(count=count, reference="P1")
