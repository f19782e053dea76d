"""Masked values: what two patterns can both be, how much of one is known, and what a message may show.

A pattern has ``*`` for each unknown character and everything else known: ``+86138****1234``, ``张*``.
"""

from __future__ import annotations

import re

from graph.clean.text import tidy

STAR = "*"
_GLYPHS = str.maketrans(dict.fromkeys("✱✲⁎∗※●○•◦∙■□▪▢◆◇×✕✖", STAR))
_RUN_OF_X = re.compile(r"(?<![A-Za-z])[xX]{2,}(?![A-Za-wyzA-WYZ])")
_SHOWN_STARS = 18


def starred(text: str) -> str:
    """Give the text with every masking sign as ``*``: ●, ×, □ and the like, and runs of two or more x.

    A single x is left alone: it is an extension behind a number and a check digit in an identity number.
    """
    if not text.isascii():
        text = text.translate(_GLYPHS)
    if "x" in text or "X" in text:
        text = _RUN_OF_X.sub(lambda run: STAR * len(run[0]), text)
    return text


def known(pattern: str) -> int:
    """Count the letters, digits and Chinese characters of a pattern that are known."""
    return sum(char.isalnum() for char in pattern)


def compatible(pattern_a: str, pattern_b: str, *, loose: bool = False) -> bool:
    """Tell whether one value could be behind both patterns. Letter case does not matter.

    By position: both have the same length and agree wherever both are known. With ``loose`` a run of stars
    stands for one or more unknown characters, as in names (``张*`` may be 张三丰).
    """
    a, b = pattern_a.casefold(), pattern_b.casefold()
    if not loose:
        return len(a) == len(b) and all(x == y or STAR in (x, y) for x, y in zip(a, b, strict=True))
    for pattern, other in ((a, b), (b, a)):
        before, star, after = pattern.partition(STAR)
        after = after.lstrip(STAR)
        if star and STAR not in after and STAR not in other:
            # One run of stars against a whole name: no search is needed.
            longer = len(other) > len(before) + len(after)
            return longer and other.startswith(before) and other.endswith(after)
    return _overlap(re.sub(r"\*+", STAR, a), re.sub(r"\*+", STAR, b))


def _overlap(a: str, b: str) -> bool:
    """Whether two patterns whose ``*`` is one or more characters share a value (reachable positions)."""
    # (i, j, in_a, in_b): how much of each is used, and whether its star already took a character.
    seen: set[tuple[int, int, bool, bool]] = set()
    todo = [(0, 0, False, False)]
    while todo:
        place = todo.pop()
        if place in seen:
            continue
        seen.add(place)
        i, j, in_a, in_b = place
        if i == len(a) and j == len(b):
            return True
        if in_a:
            todo.append((i + 1, j, False, in_b))
        if in_b:
            todo.append((i, j + 1, in_a, False))
        if i == len(a) or j == len(b):
            continue
        if a[i] == STAR and b[j] == STAR:
            todo.append((i, j, True, True))
        elif a[i] == STAR:
            todo.append((i, j + 1, True, False))
        elif b[j] == STAR:
            todo.append((i + 1, j, False, True))
        elif a[i] == b[j]:
            todo.append((i + 1, j + 1, False, False))
    return False


def mask_value(text: str) -> str:
    """Give what a message may show of a bad cell: its first and last character at most, stars between.

    Of one character nothing is shown, of two the first; at most 18 stars stand for the middle.
    """
    cell = tidy(text).replace("\n", " ")
    if len(cell) <= 1:
        return STAR * len(cell)
    if len(cell) == 2:
        return _printable(cell[0]) + STAR
    return _printable(cell[0]) + STAR * min(len(cell) - 2, _SHOWN_STARS) + _printable(cell[-1])


def _printable(char: str) -> str:
    return char if char.isprintable() else "?"
