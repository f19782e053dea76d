"""Where the time goes, by looking at what every thread does a thousand times a second.

A profiler that follows one thread sees nothing of a page: the application answers in threads of a pool.
Looking from outside also leaves the speed as it is; counting every call makes small functions look large.
"""

from __future__ import annotations

import sys
import threading
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Self

ROOT = Path(__file__).resolve().parents[2]
EVERY = 0.001  # seconds


class Sampler:
    """Counts, while it is on, which functions stand on the stacks that lead through ``tracer/web``."""

    def __init__(self) -> None:
        self.on = False
        self._samples = 0
        self._under: Counter[str] = Counter()
        self._at: Counter[str] = Counter()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        sys.setswitchinterval(EVERY / 2)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def table(self, lines: int) -> str:
        """Give the functions most often on a stack: the share they were under way, and at work themselves."""
        samples = max(1, self._samples)
        rows = [f"{self._samples:,} samples", " under    own  function"]
        rows += [
            f"{count / samples:6.1%} {self._at[name] / samples:6.1%}  {name}"
            for name, count in self._under.most_common(lines)
        ]
        rows += ["", "   own  function"]
        rows += [f"{count / samples:6.1%}  {name}" for name, count in self._at.most_common(lines // 3)]
        return "\n".join(rows)

    def _look(self) -> None:
        mine = threading.get_ident()
        while not self._stop.wait(EVERY):
            if self.on:
                for thread, frame in sys._current_frames().items():
                    if thread != mine:
                        self._count(frame)

    def _count(self, frame: FrameType | None) -> None:
        names: list[str] = []
        ours = False
        while frame is not None:
            code = frame.f_code
            ours = ours or code.co_filename.startswith(f"{ROOT}/tracer/web/")
            where = (
                code.co_filename.removeprefix(f"{ROOT}/").split("site-packages/")[-1].split("python3.")[-1]
            )
            names.append(f"{where}:{code.co_firstlineno} {code.co_qualname}")
            frame = frame.f_back
        if ours:
            self._samples += 1
            self._at[names[0]] += 1
            self._under.update(set(names))
