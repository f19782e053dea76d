"""How often one token may ask: a program gone wild does not keep people waiting."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from hashlib import sha256

from fastapi import Request

A_SECOND = 20.0
AT_ONCE = 200.0
_REMEMBERED = 10_000


class TooFast(Exception):
    """Somebody asks too often; ``seconds`` from now he may again."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(seconds)


class Pace:
    """Buckets of one process. A bucket holds ``at_once`` requests and is filled by ``a_second``."""

    def __init__(
        self,
        *,
        a_second: float = A_SECOND,
        at_once: float = AT_ONCE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._a_second, self._at_once, self._clock = a_second, at_once, clock
        self._left: OrderedDict[bytes, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, who: bytes) -> float:
        """Take one request of somebody's; gives 0, or the seconds until there is one to take."""
        now = self._clock()
        with self._lock:
            left, at = self._left.pop(who, (self._at_once, now))
            left = min(self._at_once, left + (now - at) * self._a_second)
            wait = 0.0 if left >= 1 else (1 - left) / self._a_second
            self._left[who] = (left if wait else left - 1, now)
            while len(self._left) > _REMEMBERED:
                self._left.popitem(last=False)
        return wait


def paced(request: Request) -> None:
    """Let a request pass, or raise TooFast. Counted is what it was sent with, good or not."""
    given = request.headers.get("authorization") or request.cookies.get(request.app.state.cookie, "")
    wait = request.app.state.pace.take(sha256(given.encode()).digest())
    if wait:
        raise TooFast(math.ceil(wait))
