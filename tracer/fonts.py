"""Fonts of the pages we draw: Latin by the PDF's own, Chinese embedded where this machine has a font for it.

Chinese is set in a TrueType font of this machine and embedded. Where there is none it is set in STSong-Light,
which PDF viewers are to bring along (Adobe-GB1) and a bare machine does not: then the page is blank there,
and ``embed`` tells.
"""

from __future__ import annotations

from contextvars import ContextVar
from html import escape
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from tracer.errors import WrongUse
from tracer.words import N_

LATIN, _VIEWERS = "Helvetica", "STSong-Light"
HAN: ContextVar[str] = ContextVar("font for Chinese", default=_VIEWERS)
# Where Linux and macOS keep TrueType fonts with Chinese characters. Those with PostScript outlines (Noto CJK)
# cannot be embedded.
_FOUND_IN = (
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/arphic/uming.ttc",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
    "/System/Library/Fonts/STHeiti Light.ttc",
    "/Library/Fonts/Arial Unicode.ttf",
)


def embed(given: Path | None) -> bool:
    """Choose the font for Chinese: ``given``, or one that is found here; tells whether it is embedded.

    Raises WrongUse when ``given`` is no TrueType font.
    """
    for path in (given,) if given else map(Path, _FOUND_IN):
        try:
            pdfmetrics.registerFont(TTFont("Han", str(path), subfontIndex=0))
        except (OSError, TTFError) as error:
            if given:
                raise WrongUse(
                    N_("{path} is no TrueType font that can be embedded"),
                    N_("Name a .ttf or .ttc file with Chinese characters and TrueType outlines."),
                    path=str(given),
                ) from error
        else:
            HAN.set("Han")
            return True
    pdfmetrics.registerFont(UnicodeCIDFont(_VIEWERS))
    HAN.set(_VIEWERS)
    return False


def brings_its_fonts(page: Path, embedded: bool) -> bool:
    """Tell whether a page can be read everywhere: its Chinese is embedded, or it has none."""
    return embedded or b"UniGB-" not in page.read_bytes()


def marked(text: str, bold: bool = False) -> str:
    """Give a text as reportlab's markup, each run in a font that has its letters."""
    runs: list[tuple[bool, str]] = []
    for char in text:
        han = not in_latin(char)
        if runs and runs[-1][0] == han:
            runs[-1] = (han, runs[-1][1] + char)
        else:
            runs.append((han, char))
    return "".join(
        f'<font name="{HAN.get()}">{escape(run)}</font>'
        if han
        else (f"<b>{escape(run)}</b>" if bold else escape(run))
        for han, run in runs
    )


def in_latin(char: str) -> bool:
    """Tell whether the Latin font has a letter."""
    try:
        char.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True
