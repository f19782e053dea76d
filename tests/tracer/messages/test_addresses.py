"""Which addresses a message may go to: judged by the number, whatever it is wrapped in."""

from __future__ import annotations

import pytest

from tracer.messages.addresses import may_be_reached, network

PUBLIC = ["93.184.215.14", "2606:2800:21f:cb07::1", "::ffff:93.184.215.14", "64:ff9b::5db8:d70e"]
NOT_PUBLIC = [
    "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "0.0.0.0", "169.254.169.254",
    "192.0.0.8", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1",
    "fe80::1%eth0", "fd00:ec2::254", "fec0::1", "ff02::1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe", "64:ff9b::0a00:0001", "64:ff9b:1::1", "2002:a9fe:a9fe::1", "2002:0a00:0001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2", "localhost", "", "0x7f000001",
]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_may_be_reached(address: str) -> None:
    assert may_be_reached(address)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_what_is_not_public_may_not_be_reached(address: str) -> None:
    assert not may_be_reached(address)


@pytest.mark.parametrize("address", ["10.1.2.3", "::ffff:10.1.2.3", "64:ff9b::0a01:0203"])
def test_a_network_of_the_house_may_be_allowed_by_name(address: str) -> None:
    assert may_be_reached(address, [network("10.1.0.0/16")])
    assert not may_be_reached(address, [network("10.2.0.0/16")])


@pytest.mark.parametrize(
    "address", ["169.254.169.254", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "fe80::1"]
)
def test_nothing_allows_the_addresses_where_clouds_keep_their_keys(address: str) -> None:
    everything = [network("::/1"), network("10.0.0.0/8")]

    assert not may_be_reached(address, everything)


@pytest.mark.parametrize(
    "text", ["0.0.0.0/0", "169.254.0.0/16", "169.254.169.254", "fe80::/10", "::/0", "ten", "10.0.0.1/8"]
)
def test_what_may_never_be_allowed_is_no_network(text: str) -> None:
    with pytest.raises(ValueError):
        network(text)
