"""One door: graph and sources cannot reach the world, only the gateway speaks HTTP, never without its log.

Each check is a function from source text to findings, and is run on planted text that it must find.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# What runs code or opens a file without any import.
BUILTINS = frozenset(
    {"open", "exec", "eval", "compile", "__import__", "breakpoint", "input", "globals", "vars"}
)
# Roads to the network, the disk, other processes and other threads, and to the clock by the back door.
ROADS = frozenset(
    """
    asyncio concurrent ctypes ftplib http imaplib importlib io logging mmap multiprocessing os
    pathlib pickle poplib requests runpy shelve shutil signal smtplib socket socketserver sqlite3
    ssl subprocess sys tempfile threading time urllib urllib3 aiohttp webbrowser xmlrpc
    """.split()  # noqa: SIM905
)
# Methods that read or write files (the numeric libraries have such) or leave the process.
METHODS = frozenset(
    """
    fromfile tofile loadtxt savetxt genfromtxt memmap read_text write_text read_bytes write_bytes
    read_csv read_graphml write_graphml read_gexf write_gexf read_gml write_gml read_edgelist
    write_edgelist urlopen system popen
    """.split()  # noqa: SIM905
)
CLOCK = frozenset({"now", "today", "utcnow"})
# Ways to a network that do not go through httpx. In tracer each has one place, if any.
NETWORKS = frozenset(
    """
    socket socketserver http urllib.request urllib3 requests aiohttp ftplib smtplib imaplib poplib
    xmlrpc ssl webbrowser httpcore websockets telnetlib
    """.split()  # noqa: SIM905
)
NETWORK_HOMES = {
    "tracer/guard.py": {"socket"},  # watches who opens a connection; opens none
}
# How the gateway tells the time and waits: it turns nothing off, and None is refused for it as well.
MAY_BE_LEFT_OUT = {"timing"}
PROCESS_HOMES = {
    "tracer/vault.py",  # TRACER_KEY_COMMAND: the operator's own command prints the master key
    "tracer/log/witness.py",  # a witness of kind "command": the operator's own, it is given a checkpoint
}


def closed_world(text: str) -> list[str]:
    """Give what in a module of graph or sources could reach the world."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Name) and node.id in BUILTINS:
            found.append(node.id)
        elif isinstance(node, ast.Attribute) and node.attr in METHODS:
            found.append(f".{node.attr}")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCK:
            found.append(f".{node.func.attr}()")
        elif isinstance(node, ast.Constant) and node.value == "__builtins__":
            found.append("__builtins__")
        found += [name for name in _imported(node) if name.split(".")[0] in ROADS or name == "builtins"]
    return found


def speaks_http(text: str) -> bool:
    """True when a module imports httpx, by whatever road, or calls it by name."""
    for node in ast.walk(ast.parse(text)):
        if any(name.split(".")[0] == "httpx" for name in _imported(node)):
            return True
        if isinstance(node, ast.Name) and node.id == "httpx":
            return True
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            name = node.value.strip()
            if name == "httpx" or (name.startswith("httpx.") and name.replace(".", "").isidentifier()):
                return True
    return False


def other_networks(text: str) -> set[str]:
    """Give the ways to a network that a module imports besides httpx."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        for name in _imported(node):
            for network in NETWORKS:
                if name == network or name.startswith(f"{network}."):
                    found.add(network)
        if isinstance(node, ast.Attribute) and node.attr in {"open_connection", "create_connection"}:
            found.add(node.attr)
    return found


def starts_processes(text: str) -> bool:
    """True when a module can start another process."""
    for node in ast.walk(ast.parse(text)):
        if any(name.split(".")[0] in {"subprocess", "multiprocessing", "pty"} for name in _imported(node)):
            return True
        if isinstance(node, ast.Attribute) and node.attr in {
            "system", "popen", "fork", "execv", "execvp", "posix_spawn", "create_subprocess_exec",
            "create_subprocess_shell",
        }:  # fmt: skip
            return True
    return False


def loose_signature(function: object) -> list[str]:
    """Give the parameters of a constructor that may be left out, given by position, or be None."""
    loose = []
    for parameter in list(inspect.signature(function).parameters.values())[1:]:  # type: ignore[arg-type]
        annotation = str(parameter.annotation)
        if (
            parameter.kind is not inspect.Parameter.KEYWORD_ONLY
            or parameter.default is not inspect.Parameter.empty
            or "None" in annotation
            or "Optional" in annotation
            or annotation in {"bool", "<class 'bool'>"}
        ):
            loose.append(parameter.name)
    return loose


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
        yield node.module
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _modules(*rooms: str) -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for room in rooms for path in (ROOT / room).rglob("*.py"))


@pytest.mark.parametrize("module", _modules("graph", "sources"))
def test_a_module_of_graph_or_sources_cannot_reach_the_world(module: str) -> None:
    assert closed_world((ROOT / module).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "planted",
    [
        "open('x')",
        "eval('1')",
        "f = exec",
        "import os",
        "from urllib.request import urlopen",
        "import urllib.parse",
        "import socket as s",
        "def f():\n    import subprocess",
        "from pathlib import Path",
        "np.memmap('x')",
        "dt.date.today()",
        "dt.datetime.now()",
        "importlib = __import__('importlib')",
        "import builtins",
        "x['__builtins__']",
        "import sys; sys.modules['os']",
    ],
)
def test_the_closed_world_check_finds_a_planted_road(planted: str) -> None:
    assert closed_world(planted) != []


def test_only_the_gateway_speaks_http() -> None:
    speakers = [
        module
        for module in _modules("graph", "sources", "tracer")
        if speaks_http((ROOT / module).read_text(encoding="utf-8"))
    ]

    assert speakers == ["tracer/gateway.py"]


@pytest.mark.parametrize(
    "planted",
    [
        "import httpx",
        "from httpx import AsyncClient",
        "import importlib\nimportlib.import_module('httpx')",
        "def f():\n    import httpx._client",
        "x = __import__('httpx.AsyncClient')",
    ],
)
def test_the_http_check_finds_a_planted_speaker(planted: str) -> None:
    assert speaks_http(planted)


def test_the_http_check_lets_a_comment_pass() -> None:
    assert not speaks_http('"""As httpx does it: only the gateway may."""\n# import httpx\n')


@pytest.mark.parametrize("module", _modules("tracer"))
def test_the_application_has_no_second_road_to_a_network(module: str) -> None:
    text = (ROOT / module).read_text(encoding="utf-8")

    assert other_networks(text) <= NETWORK_HOMES.get(module, set())


@pytest.mark.parametrize(
    "planted",
    [
        "import socket",
        "from urllib.request import urlopen",
        "from urllib import request",
        "import http.client",
        "await asyncio.open_connection(host)",
        "loop.create_connection(f)",
        "import httpcore",
    ],
)
def test_the_network_check_finds_a_planted_road(planted: str) -> None:
    wrapped = f"async def f():\n    {planted}\n"

    assert other_networks(wrapped)


def test_only_the_key_command_starts_a_process() -> None:
    starters = {
        module
        for module in _modules("tracer")
        if starts_processes((ROOT / module).read_text(encoding="utf-8"))
    }

    assert starters <= PROCESS_HOMES


@pytest.mark.parametrize(
    "planted", ["import subprocess", "os.system('x')", "from multiprocessing import Pool"]
)
def test_the_process_check_finds_a_planted_start(planted: str) -> None:
    assert starts_processes(planted)


def test_a_gateway_cannot_be_made_without_policy_log_network_and_rows() -> None:
    from tracer.gateway import Gateway

    names = list(inspect.signature(Gateway.__init__).parameters)[1:]

    assert {"policy", "log", "http", "rows"} <= set(names)
    assert set(loose_signature(Gateway.__init__)) <= MAY_BE_LEFT_OUT


def test_a_gateway_refuses_none_for_each_of_its_parts() -> None:
    from tracer.gateway import Gateway

    names = list(inspect.signature(Gateway.__init__).parameters)[1:]
    for missing in names:
        parts = {name: object() for name in names} | {missing: None}
        with pytest.raises((TypeError, ValueError)):
            Gateway(**parts)  # type: ignore[arg-type]


def test_the_signature_check_finds_a_default_a_position_none_and_a_flag() -> None:
    class Loose:
        def __init__(self, policy: str, *, log: str = "", http: str | None, dry: bool) -> None: ...

    assert loose_signature(Loose.__init__) == ["policy", "log", "http", "dry"]
