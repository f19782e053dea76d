"""Files handed out: kept by no cache and no disk of ours, named without a person."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from fastapi import Response
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".txt": "text/plain; charset=utf-8",
    ".zip": "application/zip",
}


def text(content: str, name: str) -> Response:
    """Give a text as a file to keep; never shown as a page of ours."""
    return Response(
        content,
        media_type=TYPES[Path(name).suffix],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def made(name: str, make: Callable[[Path], object]) -> Response:
    """Give a file that ``make`` writes to a path: in a folder nobody else may read, gone when it was sent."""
    folder = Path(tempfile.mkdtemp(prefix="tracer-"))
    try:
        path = folder / name
        make(path)
        return FileResponse(
            path,
            media_type=TYPES[path.suffix],
            filename=name,
            background=BackgroundTask(shutil.rmtree, folder, ignore_errors=True),
        )
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
