"""The watch on the door: at run time nothing but the gateway opens a connection.

``install`` adds an audit hook, which Python offers no way to remove. It turns a mistake (a library that
phones home, a plug-in with its own client) into a loud failure. It is no sandbox: hostile code in our process
can go round it, which is why a plug-in runs only when the configuration names it.
"""

from __future__ import annotations

import ipaddress
import socket
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_SENDING = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
_NAMING = frozenset(
    {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"}
)

_open: ContextVar[bool] = ContextVar("door_open", default=False)
_loopback: ContextVar[bool] = ContextVar("loopback_open", default=False)
# Names being resolved for the gateway: asyncio resolves them in a worker thread, without our context.
_resolving: Counter[str] = Counter()
_lock = threading.Lock()
_installed = False


class ConnectionForbidden(RuntimeError):
    """Something other than the gateway tried to open a connection.

    Not an OSError: HTTP libraries swallow those and call them "connection failed".
    """


def is_loopback(host: str) -> bool:
    """True when ``host`` is this machine itself: 127.0.0.0/8, ::1 or ``localhost``."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def install() -> None:
    """Set the watch for the rest of the process. A second call does nothing."""
    global _installed
    with _lock:
        if not _installed:
            _installed = True
            sys.addaudithook(_watch)


def installed() -> bool:
    """True when the watch is set."""
    return _installed


@contextmanager
def door(host: str) -> Iterator[None]:
    """Let this task connect to ``host``; the gateway's, around one request."""
    name = host.strip("[]").lower()
    token = _open.set(True)
    with _lock:
        _resolving[name] += 1
    try:
        yield
    finally:
        _open.reset(token)
        with _lock:
            _resolving[name] -= 1
            if not _resolving[name]:
                del _resolving[name]


@contextmanager
def loopback() -> Iterator[None]:
    """Let this task connect to this machine itself: for the sandbox carrier and for tests."""
    token = _loopback.set(True)
    try:
        yield
    finally:
        _loopback.reset(token)


def _watch(event: str, args: tuple[object, ...]) -> None:
    if event in _SENDING:
        _check_sending(event, args)
    elif event in _NAMING:
        _check_naming(args)


def _check_sending(event: str, args: tuple[object, ...]) -> None:
    if _open.get():
        return
    sock = args[0]
    # A Unix socket does not leave this machine; worker processes are spoken to over them.
    if isinstance(sock, socket.socket) and sock.family not in {socket.AF_INET, socket.AF_INET6}:
        return
    address = args[1] if len(args) > 1 else None
    if event != "socket.connect" and address is None:
        return  # bytes on a connection that was let through when it was opened
    host = str(address[0]) if isinstance(address, tuple) and address else ""
    if _loopback.get() and is_loopback(host):
        return
    raise ConnectionForbidden("a connection outside the gateway was refused")


def _check_naming(args: tuple[object, ...]) -> None:
    if _open.get():
        return
    first = args[0] if args else None
    if isinstance(first, tuple) and first:  # getnameinfo is given an address
        first = first[0]
    name = first.decode("ascii", "replace") if isinstance(first, bytes) else first
    if name is None or name == "" or not isinstance(name, str):
        return  # the wildcard address a server listens at
    name = name.strip("[]").lower()
    with _lock:
        wanted = name in _resolving
    if wanted or _numeric(name) or is_loopback(name):
        return  # a numeric address asks no name server
    raise ConnectionForbidden("a name look-up outside the gateway was refused")


def _numeric(name: str) -> bool:
    try:
        ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return True
