"""A C2SP witness on loopback (c2sp.org/tlog-witness), as strict as the specification asks.

It knows logs by their keys, compares and stores under one lock, and has its state on disk before it answers.
"""

from __future__ import annotations

import json
import os
import threading
from base64 import b64decode
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tracer import guard
from tracer.proof import COSIGNATURE, Checkpoint, Key, Line, Note, Unsound, verify_consistency

TEXT, SIZE = "text/plain; charset=utf-8", "text/x.tlog.size"
Answer = tuple[int, str, str]


class Cosigner:
    """A witness's key: it signs what a note says, with the time (cosignature/v1)."""

    def __init__(self, name: str, seed: bytes = bytes(31) + b"\x07") -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        raw = self._private.public_key().public_bytes(
            serialization.Encoding.Raw, serialization.PublicFormat.Raw
        )
        self.key = Key(name, COSIGNATURE, raw)

    def sign(self, text: str, at: int = 1_790_000_000) -> Line:
        signature = self._private.sign(f"cosignature/v1\ntime {at}\n{text}".encode())
        return Line(self.key.name, self.key.hash, at.to_bytes(8, "big") + signature)


class WitnessServer:
    """``misbehave`` may put another answer in the place of the right one."""

    def __init__(self, state: Path, logs: dict[str, Key], cosigner: Cosigner) -> None:
        self.state = state
        self.cosigner = cosigner
        self.requests: list[str] = []
        self.statuses: list[int] = []
        self.misbehave: Callable[[Answer], Answer] | None = None
        self._logs = logs
        self._lock = threading.Lock()
        witness = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                status, kind, text = witness._answered(self.path, body)
                self.send_response(status)
                self.send_header("content-type", kind)
                if 300 <= status < 400:
                    self.send_header("location", "/elsewhere")
                self.send_header("content-length", str(len(text.encode())))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def held(self, origin: str) -> Checkpoint | None:
        found = json.loads(self.state.read_text()).get(origin) if self.state.exists() else None
        return Checkpoint.read(found) if found else None

    def __enter__(self) -> Self:
        with guard.loopback():
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _answered(self, path: str, body: str) -> Answer:
        self.requests.append(body)
        answer = self._add(body) if path == "/add-checkpoint" else (404, TEXT, "")
        answer = self.misbehave(answer) if self.misbehave else answer
        self.statuses.append(answer[0])
        return answer

    def _add(self, body: str) -> Answer:
        head, _blank, written = body.partition("\n\n")
        first, *hashes = head.split("\n")
        if not first.startswith("old ") or str(int(first[4:])) != first[4:] or len(hashes) > 63:
            return 400, TEXT, ""
        old = int(first[4:])
        try:
            note = Note.read(written)
            said = Checkpoint.read(note.text)
            key = self._logs.get(said.origin)
            if key is None:
                return 404, TEXT, ""
            if note.by(key) is None:
                return 403, TEXT, ""
        except Unsound:
            return 403, TEXT, ""
        if old > said.size:
            return 400, TEXT, ""
        with self._lock:
            held = self.held(said.origin)
            size = held.size if held else 0
            if old != size:
                return 409, SIZE, f"{size}\n"
            if held and old == said.size and held.root != said.root:
                return 409, SIZE, f"{size}\n"
            proof = [b64decode(step, validate=True) for step in hashes]
            good = not proof
            if held and old < said.size:
                good = verify_consistency(old, said.size, held.root, said.root, proof)
            if not good:
                return 422, TEXT, ""
            self._persist(said)
        return 200, TEXT, str(self.cosigner.sign(note.text))

    def _persist(self, said: Checkpoint) -> None:
        known = json.loads(self.state.read_text()) if self.state.exists() else {}
        known[said.origin] = str(said)
        beside = self.state.with_suffix(".new")
        with beside.open("w") as file:
            file.write(json.dumps(known))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.state)
