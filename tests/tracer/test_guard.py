"""The watch on the door, in processes of its own: it cannot be taken off again."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

from tracer.guard import is_loopback

LISTENING = """
import socket, asyncio, urllib.request, http.client
from tracer import guard
server = socket.create_server(("127.0.0.1", 0))
port = server.getsockname()[1]
guard.install()
guard.install()
def tried(what):
    try:
        what()
    except guard.ConnectionForbidden:
        return "forbidden"
    except Exception as error:
        return type(error).__name__
    return "open"
"""


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", LISTENING + textwrap.dedent(code)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(
    "what",
    [
        'lambda: socket.create_connection(("127.0.0.1", port))',
        'lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}/")',
        'lambda: http.client.HTTPConnection("127.0.0.1", port).connect()',
        'lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", 9))',
        'lambda: socket.getaddrinfo("carrier.example", 443)',
        'lambda: socket.gethostbyname("carrier.example")',
        'lambda: asyncio.run(asyncio.open_connection("127.0.0.1", port))',
    ],
    ids=["socket", "urllib", "http_client", "datagram", "name", "old_name", "asyncio"],
)
def test_a_connection_from_elsewhere_fails_loudly(what: str) -> None:
    assert run(f"print(tried({what}))") == "forbidden"


def test_the_gateway_gets_through_and_only_while_it_asks() -> None:
    said = run(
        """
        with guard.door("127.0.0.1"):
            first = tried(lambda: socket.create_connection(("127.0.0.1", port)))
        print(first, tried(lambda: socket.create_connection(("127.0.0.1", port))))
        """
    )

    assert said == "open forbidden"


def test_a_name_is_resolved_on_a_worker_thread_while_the_gateway_asks_for_that_name_only() -> None:
    said = run(
        """
        from concurrent.futures import ThreadPoolExecutor
        pool = ThreadPoolExecutor(1)
        def resolved(name):
            return pool.submit(tried, lambda: socket.getaddrinfo(name, 443)).result()
        with guard.door("localhost.invalid"):
            print(resolved("localhost.invalid"), resolved("evil.example"))
        print(resolved("localhost.invalid"))
        """
    )

    assert said.split() == ["gaierror", "forbidden", "forbidden"]


def test_the_sandbox_reaches_this_machine_and_nothing_else() -> None:
    said = run(
        """
        with guard.loopback():
            print(
                tried(lambda: socket.create_connection(("127.0.0.1", port))),
                tried(lambda: socket.socket().connect(("192.0.2.1", 80))),
            )
        """
    )

    assert said == "open forbidden"


def test_worker_processes_and_pairs_of_sockets_still_work() -> None:
    assert run('socket.socketpair(); asyncio.run(asyncio.sleep(0)); print("fine")') == "fine"


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("[::1]", True),
        ("localhost", True),
        ("127.0.0.1.evil.example", False),
        ("localhost.evil.example", False),
        ("0.0.0.0", False),
        ("10.0.0.1", False),
        ("", False),
    ],
)
def test_only_this_machine_itself_is_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) == expected
