"""A receiver of callbacks on this machine: POST in, an empty reply out. It listens on loopback only.

The house's own web server stands before it, with TLS and the address the vendor was told. A callback that is
not the vendor's is refused; one that nobody waits for is thanked for, or the vendor would send it for ever.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from sources.manifest.callback import LARGEST

# Seconds within which a request has to be there: a vendor's server is quicker, an attacker's need not be.
PATIENCE = 10.0
_HEAD = 16 * 1024

Taken = Callable[[Mapping[str, str], bytes], bool]
"""Takes headers (lower-case names) and body; False when it is not the vendor's."""


async def listen(
    port: int, take: Taken, *, ready: Callable[[int], None] | None = None, most: int | None = None
) -> None:
    """Receive callbacks until cancelled, or until ``most`` were taken. ``ready`` is told the port (0: free).

    They are taken one after the other: each reads and writes the home.
    """
    done = asyncio.Event()
    turn = asyncio.Lock()
    count = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal count
        status = 400
        try:
            async with asyncio.timeout(PATIENCE):
                got = await _read(reader)
            if isinstance(got, int):
                status = got
            else:
                async with turn:
                    status = 204 if await asyncio.to_thread(take, *got) else 401
                count += status == 204
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            pass
        finally:
            writer.write(f"HTTP/1.1 {status} -\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode())
            writer.close()
        if most is not None and count >= most:
            done.set()

    server = await asyncio.start_server(serve, "127.0.0.1", port, limit=_HEAD)
    if ready is not None:
        ready(server.sockets[0].getsockname()[1])
    async with server:
        await done.wait()


async def _read(reader: asyncio.StreamReader) -> tuple[dict[str, str], bytes] | int:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.split("\r\n")
    if not first.startswith("POST "):
        return 405
    headers = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            headers[name.strip().lower()] = value.strip()
    length = headers.get("content-length", "")
    if not length.isascii() or not length.isdigit():
        return 411
    if int(length) > LARGEST:
        return 413
    return headers, await reader.readexactly(int(length))
