"""Passwords: hashed with argon2id, and none that is short, known to everybody, or made of the user's name.

Parameters are OWASP's (19 MiB, two passes, one lane: shared/reference/audit-and-privacy.md section 5). The
rules are ASVS 5.0 6.2: at least 12 characters (8 would do with the second factor everybody has here), up to
128, any character, no rule about kinds of letters, no expiry.
"""

from __future__ import annotations

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tracer.errors import WrongUse
from tracer.words import N_

SHORTEST, LONGEST = 12, 128
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Checked when there is no such user, so that the answer takes as long as for one there is.
_NOBODY = _HASHER.hash("nobody has this password, and nobody can sign in with it")
# What people write when they must write twelve characters; a longer list adds nothing at that length.
_KNOWN_TEXT = """
    123456789012 1234567890123 12345678901234 123456123456 111111111111 000000000000 123123123123
    1q2w3e4r5t6y qwertyuiop12 qwertyuiopas qwerty123456 qwertyqwerty asdfghjkl123 password1234
    password12345 passwordpassword password2026 password2025 passw0rd1234 iloveyou1234 letmein12345
    welcome12345 administrator changeme1234 abcdefghijkl abcd12345678 a12345678901 woaini520131
    woaini1314520 5201314520131 5201314woaini q1w2e3r4t5y6 zxcvbnm12345 1qaz2wsx3edc 1qaz2wsx3edc4rfv
    qazwsxedcrfv monkey123456 dragon123456 football1234 baseball1234 superman1234 sunshine1234
    princess1234 trustno11234 collector1234 debtcollector tracertracer
"""
_KNOWN = frozenset(_KNOWN_TEXT.split())


def hashed(password: str) -> str:
    """Give a password as it is kept."""
    return _HASHER.hash(_normal(password))


def fits(password: str, kept: str) -> bool:
    """Tell whether a password is the one kept; as slow when nothing is kept."""
    try:
        return _HASHER.verify(kept or _NOBODY, _normal(password)) and bool(kept)
    except (VerificationError, InvalidHashError):
        return False


def check(password: str, name: str) -> None:
    """Raise WrongUse for a password that is not good enough, with what would be."""
    text = _normal(password)
    plain = "".join(text.casefold().split())
    if len(text) < SHORTEST:
        raise WrongUse(
            N_("The password has {length} characters; {shortest} are needed"),
            N_("Four or five words that mean something to you are easy to remember and hard to guess."),
            length=len(text),
            shortest=SHORTEST,
        )
    if len(text) > LONGEST:
        raise WrongUse(
            N_("The password has more than {longest} characters"),
            N_("Choose a shorter one."),
            longest=LONGEST,
        )
    if plain in _KNOWN or len(set(plain)) < 5 or name.casefold() in plain:
        raise WrongUse(
            N_("That password is among the first that somebody would try"),
            N_("Four or five words that mean something to you are easy to remember and hard to guess."),
        )


def _normal(password: str) -> str:
    # The same characters typed on another keyboard are the same password.
    return unicodedata.normalize("NFKC", password)
