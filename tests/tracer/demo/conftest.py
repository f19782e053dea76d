"""These tests speak to the sandbox themselves: once a test of the command line has set the watch on the door
for the whole process, they say that this machine may be reached."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tracer import guard


@pytest.fixture(autouse=True)
def _this_machine() -> Iterator[None]:
    with guard.loopback():
        yield
