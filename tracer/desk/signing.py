"""Signing in and out: a password and a second factor, or the house's own sign-in service.

Whether a name exists is not told: not in words, and not by how long the answer takes. After five failures a
name rests, longer each time (ASVS 6.3.1). Sessions end after half an hour without use and after twelve hours.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass, field, replace

import pyotp

from tracer.desk import passwords
from tracer.desk.office import Office
from tracer.errors import WrongUse
from tracer.store.people import SignedIn, User
from tracer.words import N_

IDLE = dt.timedelta(minutes=30)
LONGEST = dt.timedelta(hours=12)
_TRIES = 5
_REST = dt.timedelta(minutes=1)
_LONGEST_REST = dt.timedelta(hours=1)
ISSUER = "tracer"
# The last step of each second factor that was used. One process serves the pages; a restart within the same
# half minute forgets it.
_USED: dict[str, int] = {}
# The second factor each open link offers, until it is used.
_OFFERED: dict[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A new session: what goes into the cookie, and whose it is."""

    token: str = field(repr=False)
    user: User


def sign_in(office: Office, name: str, password: str, code: str, *, language: str = "") -> Opened | None:
    """Sign in; None when something of it is wrong, and nobody is told what. Both ways it is in the log."""
    user = office.store.people.named(name)
    now = office.clock()
    resting = user is not None and user.locked_until is not None and user.locked_until > now
    good = passwords.fits(password, user.password if user is not None and user.active else "")
    if user is None or not user.active or not good or resting or not _code_fits(user, code, now):
        if user is not None and not resting:
            _failed(office, user, now)
        office.write("sign_in_failed", body={"kind": "resting" if resting else "wrong"})
        return None
    return _opened(office, user, language)


def by_service(office: Office, subject: str, *, language: str = "") -> Opened | None:
    """Sign in somebody whom the house's sign-in service vouches for; None when we do not know him."""
    user = office.store.people.by_subject(subject)
    if user is None or not user.active:
        office.write("sign_in_failed", body={"kind": "unknown"})
        return None
    return _opened(office, user, language)


def linked(office: Office, token: str) -> User | None:
    """Give whom a sign-in link is for; None when it was used, has ended or never was."""
    user = office.store.people.linked(token, office.clock())
    return user if user is not None and user.active else None


def offered(user: User, token: str, *, again: bool = False) -> tuple[str, str]:
    """Give the second factor a link offers: its secret, and the address an authenticator reads as a QR code.

    A new one each time the link is opened, so that whoever opened it before (it came from somebody) knows
    nothing of the one that counts; with ``again`` the one offered last.
    """
    if not again or token not in _OFFERED:
        _OFFERED[token] = pyotp.random_base32()
    secret = _OFFERED[token]
    return secret, pyotp.TOTP(secret).provisioning_uri(name=user.name, issuer_name=ISSUER)


def choose(office: Office, token: str, password: str, code: str, *, language: str = "") -> Opened:
    """Use a sign-in link: choose a password and prove the second factor.

    Raises WrongUse for a link that is no good, and for a password or code that is none: the link then stays.
    """
    user = linked(office, token)
    if user is None:
        raise WrongUse(
            N_("The sign-in link was used before, or is too old"), N_("Ask an administrator for a new one.")
        )
    passwords.check(password, user.name)
    secret, _address = offered(user, token, again=True)
    if not pyotp.TOTP(secret).verify("".join(code.split()), valid_window=1, for_time=office.clock()):
        raise WrongUse(
            N_("The code does not fit"),
            N_("Type the six digits the authenticator shows now; its clock must be right."),
        )
    if not office.store.people.use_link(token, office.clock()):
        raise WrongUse(
            N_("The sign-in link was used before, or is too old"), N_("Ask an administrator for a new one.")
        )
    _OFFERED.pop(token, None)
    office.store.people.change(user.id, password=passwords.hashed(password), totp=secret, failures=0)
    office.write(
        "user_changed",
        body={"assigned_to": user.name, "role": user.role, "changed": ["password", "second_factor"]},
    )
    return _opened(office, user, language)


def signed_in(office: Office, token: str) -> SignedIn | None:
    """Give the session of a cookie, if it is alive; it is then alive for another half hour."""
    found = office.store.people.session(token)
    now = office.clock()
    if found is None or not found.user.active or found.ends_at <= now or found.seen_at + IDLE <= now:
        return None
    if now - found.seen_at > dt.timedelta(minutes=1):
        office.store.people.seen(token, now)
    return found


def speaks(office: Office, token: str, language: str) -> None:
    """Note which language a session speaks."""
    office.store.people.speak(token, language)


def sign_out(office: Office, token: str) -> None:
    """End a session."""
    found = office.store.people.session(token)
    office.store.people.end(token)
    if found is not None:
        replace(office, actor=found.user.name).write("sign_out")


def _opened(office: Office, user: User, language: str) -> Opened:
    now = office.clock()
    office.store.people.change(user.id, failures=0)
    token = secrets.token_urlsafe(32)
    office.store.people.begin(user.id, token, secrets.token_urlsafe(32), language, now, now + LONGEST)
    replace(office, actor=user.name).write("sign_in", body={"role": user.role})
    return Opened(token=token, user=user)


def _code_fits(user: User, code: str, now: dt.datetime) -> bool:
    """Whether a code is the second factor's, and was not used before (ASVS 6.5.1)."""
    if not user.totp:
        return False
    totp = pyotp.TOTP(user.totp)
    typed = "".join(code.split())
    step = totp.timecode(now)
    for one in (step - 1, step, step + 1):
        if one > _USED.get(user.totp, -1) and pyotp.utils.strings_equal(typed, totp.generate_otp(one)):
            _USED[user.totp] = one
            return True
    return False


def _failed(office: Office, user: User, now: dt.datetime) -> None:
    failures = user.failures + 1
    rest = None
    if failures >= _TRIES:
        rest = now + min(_REST * 2 ** (failures - _TRIES), _LONGEST_REST)
    office.store.people.change(user.id, failures=failures, locked_until=rest)
