"""Scanned papers: read whole, told by their content and by nothing else, within a size.

A file's name says nothing and is not kept. What is refused here never reaches the store; what is taken is
sealed as it is and never drawn, unpacked or run by this program.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from pathlib import Path

from tracer.errors import WrongUse
from tracer.store.enquiries import NewPaper
from tracer.words import N_

SUFFIXES = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_END = b"IEND\xaeB`\x82"
# What a scan has no use for, and a viewer might act on. Only what stands uncompressed can be seen.
_ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFile|RichMedia|XFA)\b")


def read(path: Path, largest: int) -> NewPaper:
    """Read a scanned paper; raises WrongUse for what is no PDF, JPEG or PNG, or larger than ``largest``."""
    try:
        # Not blocking: a pipe that somebody put there must not hold the program.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode):
                raise WrongUse(
                    N_("The scan is no plain file"), N_("Name the file itself, not a folder or a device.")
                )
            # One byte more than allowed is read and no more, whatever the file says of its size.
            content = file.read(largest + 1)
    except OSError as error:
        raise WrongUse(
            N_("The scan cannot be read: {why}"),
            N_("Name a PDF, JPEG or PNG file that you may read."),
            why=os.strerror(error.errno) if error.errno else type(error).__name__,
        ) from None
    if len(content) > largest:
        raise WrongUse(
            N_("The scan is larger than {limit} bytes"),
            N_("Scan it with fewer dots an inch, in grey, or raise largest_paper under [enquiry]."),
            limit=largest,
        )
    media = _media(content)
    if not media:
        raise WrongUse(
            N_("The scan is no whole PDF, JPEG or PNG, whatever its name says"),
            N_("Scan it again as one of these; nothing was taken."),
        )
    if media == "application/pdf" and _ACTIVE.search(content):
        raise WrongUse(
            N_("The scan holds a script, a program or a file within the PDF"),
            N_("Print it and scan the print; nothing was taken."),
        )
    return NewPaper(media=media, content=content, digest=hashlib.sha256(content).hexdigest())


def _media(content: bytes) -> str:
    """What the content is, told by its beginning and its end: half a file is none."""
    if content.startswith(b"%PDF-") and b"%%EOF" in content[-1024:]:
        return "application/pdf"
    if content.startswith(b"\xff\xd8\xff") and content.rstrip(b"\0\r\n ").endswith(b"\xff\xd9"):
        return "image/jpeg"
    if (
        content.startswith(_PNG)
        and content[12:16] == b"IHDR"
        and content.rstrip(b"\0\r\n ").endswith(_PNG_END)
    ):
        return "image/png"
    return ""
