"""Sign-offs of this home: read with the packs wherever something is judged, written by whoever may."""

from __future__ import annotations

import os
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from tracer.errors import Refused, WrongUse
from tracer.policy.pack import Pack, PackError, rule, shipped
from tracer.policy.roles import May, Role, may
from tracer.policy.signing import Signature, lapsed, pin, read_signatures, signed, written
from tracer.words import N_

if TYPE_CHECKING:
    from tracer.desk.office import Office

FILE_NAME = "signed-rules.toml"


def packs_of(home: Path) -> tuple[Pack, ...]:
    """Give the shipped packs with the home's sign-offs. A file that cannot be read stops all judging."""
    return _with(_content(home))


def signatures_of(home: Path) -> tuple[Signature, ...]:
    """Give the home's sign-offs. Raises WrongUse for a file that holds something else."""
    return _read(_content(home))


def lapsed_in(home: Path) -> frozenset[str]:
    """Give the rules whose sign-off lapsed because they changed."""
    return frozenset(one.rule for one in lapsed(shipped(), signatures_of(home)))


def _content(home: Path) -> str:
    try:
        return (home / FILE_NAME).read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(type(error).__name__) from error


def _unreadable(why: str) -> WrongUse:
    return WrongUse(
        N_("The sign-offs of this home cannot be read: {why}"),
        N_("Mend or remove {file} in the home; nothing is judged before that."),
        why=why,
        file=FILE_NAME,
    )


def _read(content: str) -> tuple[Signature, ...]:
    try:
        return read_signatures(content)
    except PackError as error:
        raise _unreadable(str(error)[:200]) from error


@lru_cache(maxsize=4)
def _with(content: str) -> tuple[Pack, ...]:
    return signed(shipped(), _read(content)) if content else shipped()


def sign(office: Office, name: str, reviewer: str) -> Signature:
    """Write a reviewer's name under a rule, in the home and in the log; the entry first.

    Raises WrongUse for a rule there is not, or that waits for nobody; Refused where people sign in and the
    one who acts may not (compliance and managers may).
    """
    _may(office)
    found = rule(name, shipped())
    if not found or not any(clause.needs_legal_review for _pack, clause in found):
        raise WrongUse(
            N_("No rule {name} waits for a review"),
            N_("Rules of grade B and C do: tracer policy show RULE says which it is."),
            name=name[:60],
        )
    if not reviewer.strip() or len(reviewer) > 80 or not reviewer.isprintable():
        raise WrongUse(N_("A sign-off needs the reviewer's name"), N_("Give it with --reviewer."))
    one = Signature(
        rule=name, reviewer=reviewer.strip(), on=office.today(), pin=pin(clause for _pack, clause in found)
    )
    _keep(
        office, "policy_signed", one, [old for old in signatures_of(office.home) if old.rule != name] + [one]
    )
    return one


def unsign(office: Office, name: str) -> Signature:
    """Take a sign-off back: the rule waits again. Raises WrongUse when there is none, Refused as above."""
    _may(office)
    known = {one.rule: one for one in signatures_of(office.home)}
    if name not in known:
        raise WrongUse(
            N_("Rule {name} is not signed here"), N_("See: tracer policy show RULE"), name=name[:60]
        )
    gone = known.pop(name)
    _keep(office, "policy_unsigned", gone, list(known.values()))
    return gone


def _may(office: Office) -> None:
    user = office.store.people.named(office.actor)
    if office.store.people.count() and (
        user is None or not user.active or not may(Role(user.role), May.APPROVE)
    ):
        raise Refused(N_("{name} may not sign rules"), N_("Compliance and managers may."), name=office.actor)


def _keep(office: Office, event: str, one: Signature, kept: list[Signature]) -> None:
    text = written(kept)
    packs = {
        pack.id: pack.sha256
        for pack in signed(shipped(), kept)
        if any(clause.id == one.rule for clause in pack.clauses)
    }
    office.write(event, body={"rules": [one.rule], "packs": {**packs}})
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=office.home, prefix=".signed-", delete=False
    ) as draft:
        draft.write(text)
        draft.flush()
        os.fsync(draft.fileno())
    os.replace(draft.name, office.home / FILE_NAME)
