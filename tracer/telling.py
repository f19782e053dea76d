"""The requests that are no look-ups: a checkpoint for a witness, a message for a webhook. Nothing else.

Neither asks anything and neither says anything of a person: a checkpoint is a size and a hash, a message is
ids, states and a link (:mod:`tracer.messages.kinds`). What may leave is decided by the configuration's lists,
and each sending is written down by whoever calls. The transport is the gateway's: no redirects, TLS checked.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from sources.contract import Outcome, Reply
from tracer import guard
from tracer.gateway import Transport, exchange, network
from tracer.messages.addresses import Network, may_be_reached
from tracer.tokens import Failed
from tracer.wire import Target, checked_host

_TCP = 6  # IANA's number of the protocol: one answer an address
_MOST_ADDRESSES = 4


def deposit(url: str, body: bytes, seconds: float) -> Reply | Failed:
    """Post a checkpoint of the log to a witness and give its reply; nothing about a person is in one.

    It is decided by the configuration's list of witnesses, and what came of it is kept beside the log. https,
    or http to this machine; no redirects, and the limits of all replies. Not to be called where an event loop
    runs. Raises NotSent for an address that may not be connected to.
    """
    name, host = checked_host(url)
    headers = {"accept": "text/plain, */*", "content-type": "text/plain; charset=utf-8"}
    target = _target(url, host, name, "witness", headers, body)

    async def send() -> Reply | Failed:
        http = network()
        try:
            return await exchange(http, target, {}, seconds)
        finally:
            await http.aclose()

    return asyncio.run(send())


async def tell(
    http: Transport,
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    seconds: float,
    allowed: Sequence[Network] = (),
) -> Reply | Failed:
    """Post a message to a webhook and give the reply's status and headers; its body is not read.

    The name is resolved once, every address it leads to must be one that may be reached, and the connection
    goes to that very address: a name server that answers otherwise the second time changes nothing. All of it
    within ``seconds``. Raises NotSent for an address that is not https (or http to this machine).
    """
    name, host = checked_host(url)
    try:
        async with asyncio.timeout(seconds):
            found = await _addresses(name, urlsplit(url).port or (443 if url.startswith("https") else 80))
    except TimeoutError:
        return Failed(False, "name_unknown")
    except OSError:
        return Failed(False, "name_unknown")
    if not found:
        return Failed(False, "name_unknown")
    if not all(may_be_reached(one, allowed) for one in found):
        return Failed(False, "address_not_allowed", Outcome.PROTOCOL_ERROR)
    said: Reply | Failed = Failed(False, "no_connection")
    until = asyncio.get_running_loop().time() + seconds
    for address in found[:_MOST_ADDRESSES]:
        left = until - asyncio.get_running_loop().time()
        if left <= 0:
            break
        target = _target(_at(url, address), host, address, "webhook", {**headers, "host": host}, body)
        said = await exchange(
            http, target, {}, left, server_name="" if _numeric(name) else name, only_status=True
        )
        if not isinstance(said, Failed) or said.why != "no_connection":
            break
    return said


async def _addresses(name: str, port: int) -> tuple[str, ...]:
    """Give the addresses a name leads to now, in the resolver's order."""
    with guard.door(name):
        found = await asyncio.get_running_loop().getaddrinfo(name, port, proto=_TCP)
    return tuple(dict.fromkeys(str(one[4][0]) for one in found))


def _at(url: str, address: str) -> str:
    """Give the same address with its name replaced by a number."""
    parts = urlsplit(url)
    bare = f"[{address}]" if ":" in address else address
    return parts._replace(netloc=f"{bare}:{parts.port}" if parts.port else bare).geturl()


def _numeric(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _target(url: str, host: str, name: str, path: str, headers: Mapping[str, str], body: bytes) -> Target:
    return Target(
        method="POST",
        url=url,
        host=host,
        name=name,
        path=path,
        headers={"accept-encoding": "identity", **headers},
        body=body,
    )
