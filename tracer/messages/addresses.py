"""Which addresses a message may be sent to: public ones, and what the configuration allows by name.

A webhook's address is written by an administrator and resolved by a name server that may be somebody else's:
whoever controls either could point it at the cloud's metadata, a database, the house's own desk. So the
address that a name leads to is judged, not the name, and the connection goes to just that address.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# Reachable from everywhere by the registry's word, and yet a way to somewhere else: IPv4 inside IPv6
# (RFC 6052), protocol assignments (RFC 6890), deprecated site-local addresses (RFC 3879).
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_NEVER = (
    ipaddress.IPv4Network("192.0.0.0/24"),
    ipaddress.IPv6Network("64:ff9b:1::/48"),
    ipaddress.IPv6Network("fec0::/10"),
)
# Where clouds keep their keys: nothing allows it.
LINK_LOCAL = (ipaddress.IPv4Network("169.254.0.0/16"), ipaddress.IPv6Network("fe80::/10"))


def network(text: str) -> Network:
    """Read ``10.1.0.0/16`` or one address; raises ValueError for what is neither or may never be allowed."""
    found = ipaddress.ip_network(text.strip())
    if any(found.overlaps(one) for one in LINK_LOCAL if found.version == one.version):
        raise ValueError("link-local")
    return found


def may_be_reached(text: str, allowed: Iterable[Network] = ()) -> bool:
    """Tell whether a message may go to a numeric address: it is public, or in a network that is allowed."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    inside = _unwrapped(address)
    if any(inside in one for one in LINK_LOCAL if inside.version == one.version):
        return False
    if any(found in one for found in (address, inside) for one in allowed if found.version == one.version):
        return True
    return _public(address) and _public(inside)


def _unwrapped(address: Address) -> Address:
    """Give the IPv4 address that an IPv6 one stands for."""
    if isinstance(address, ipaddress.IPv6Address):
        inside = address.ipv4_mapped or address.sixtofour
        if inside is None and address in _NAT64:
            inside = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inside is None and address.teredo is not None:
            inside = address.teredo[1]
        return inside or address
    return address


def _public(address: Address) -> bool:
    if any(address in one for one in _NEVER if address.version == one.version):
        return False
    if isinstance(address, ipaddress.IPv6Address) and (address.ipv4_mapped or address in _NAT64):
        return True  # what is said of it is said of the one inside
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)
