"""Destroying cases for good: returns (退案), erasures and purges, with a signed certificate of each.

Holds win over everything. A certificate names counts, rules and log entries, never a person; it is a signed
note (C2SP) that anybody checks with the log's public key. It covers every destroyed key since the one before
it, so a crash between the two leaves nothing uncertified: the next certificate has it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from tracer.desk import life
from tracer.desk.office import Office
from tracer.errors import Refused, WrongUse
from tracer.log import Signer
from tracer.proof import Key, Note, Unsound
from tracer.store.cases import RETURNED, CaseFile
from tracer.store.rights import Certificate, Hold
from tracer.words import N_, _

TITLE = "tracer certificate of destruction v1"
HOLD_RULE = "X-LEGAL-HOLD"
_HELD = N_("{rule}: nothing is destroyed while a hold is on.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Destroyed:
    """What was destroyed, what holds kept, and the certificate (None when no key was destroyed)."""

    cases: int
    held: int
    certificate: Certificate | None = field(default=None, repr=False)


def kept_by_hold(office: Office, cases: Sequence[CaseFile]) -> dict[int, Hold]:
    """Give the holds on these cases, by the case's id."""
    wanted = {case.id for case in cases}
    return {one.case_id: one for one in office.store.rights.holds(office.today()) if one.case_id in wanted}


def refuse_held(office: Office, case: CaseFile) -> None:
    """Raise Refused, and write it down, when a hold is on the case."""
    if not kept_by_hold(office, [case]):
        return
    office.write(
        "refused",
        case=case,
        body={"operation": "destroy", "client": case.client, "verdict": "deny", "fired": [HOLD_RULE]},
    )
    raise Refused(
        N_("Policy refused this.\n{reasons}"),
        reasons=f"{_(_HELD, rule=HOLD_RULE)}\n{_('Lift it first: tracer hold release CASE')}",
    )


def destroy(
    office: Office,
    cases: Sequence[CaseFile],
    reason: str,
    progress: Callable[[int, int], None] | None = None,
) -> Destroyed:
    """Destroy the keys of cases, those under a hold left out, and certify it. See ``life.give_back``."""
    kept = kept_by_hold(office, cases)
    going = [case for case in cases if case.id not in kept]
    count = life.give_back(office, going, reason, progress)
    return Destroyed(cases=count, held=len(kept), certificate=certify(office, reason, going))


def certify(office: Office, reason: str, cases: Sequence[CaseFile] = ()) -> Certificate | None:
    """Sign a certificate over the keys destroyed since the last one; None when there are none."""
    last = max((_covered(one.text) for one in office.store.rights.certificates()), default=0)
    gone = list(office.log.entries(event="key_destroyed", after=last))
    if not gone:
        return None
    checkpoint = office.log.checkpoint()
    batches = sorted({int(str(one.body["batch"])) for one in gone if one.body.get("batch") is not None})
    clients = sorted({case.client for case in cases})
    known = office.config.clients
    agreements = sorted({known[name].agreement for name in clients if name in known} - {""})
    lines = [
        TITLE,
        f"made {office.clock().astimezone(dt.UTC).isoformat(timespec='seconds')}",
        f"reason {reason}",
        f"clients {' '.join(clients) or '-'}",
        f"agreements {' / '.join(agreements) or '-'}",
        f"cases {sum(bool(entry.case) for entry in gone)}",
        f"batches {' '.join(map(str, batches)) or '-'}",
        f"keys {len(gone)}",
        f"entries {gone[0].seq}-{gone[-1].seq}",
        f"log {checkpoint.checkpoint.origin}",
        f"log-size {checkpoint.checkpoint.size}",
        f"log-root {checkpoint.checkpoint.root.hex()}",
    ]
    text = str(Signer.open(office.home).sign("\n".join(lines) + "\n"))
    digest = sha256(text.encode()).hexdigest()
    entry = office.write(
        "certified",
        body={
            "counts": {"cases": sum(bool(one.case) for one in gone)},
            "first": gone[0].seq,
            "last": gone[-1].seq,
            "size": checkpoint.checkpoint.size,
            "root": checkpoint.checkpoint.root.hex(),
            "file_digest": digest,
            "reason": reason,
        },
    )
    office.store.rights.certify(
        digest=digest, text=text, cases=len(cases), at=office.clock(), entry=entry.seq
    )
    return list(office.store.rights.certificates())[-1]


def checked(file: Path, keys: Sequence[str] = ()) -> dict[str, str]:
    """Check a certificate as an outsider does; gives what it says by name, or raises WrongUse.

    ``keys`` are verifier keys as ``tracer log head`` shows them; every one given must have signed.
    """
    try:
        note = Note.read(file.read_text(encoding="utf-8"))
        if not note.text.startswith(TITLE + "\n"):
            raise Unsound(_("it is no certificate of destruction"))
        for text in keys:
            if note.by(Key.read(text)) is None:
                raise Unsound(_("{key} did not sign it", key=text.partition("+")[0]))
    except (OSError, UnicodeDecodeError, Unsound) as error:
        raise WrongUse(
            N_("The certificate does not hold: {why}"),
            N_("Ask whoever gave it to you for the file as it was written."),
            why=str(error),
        ) from error
    return dict(line.partition(" ")[::2] for line in note.text.splitlines()[1:])


def to_destroy(office: Office, case: CaseFile) -> CaseFile:
    """Give a case that can be destroyed; raises WrongUse when it was already, Refused under a hold."""
    if case.state == RETURNED:
        raise WrongUse(N_("The case is {state} already"), N_("Nothing was changed."), state=case.state)
    refuse_held(office, case)
    return case


def _covered(text: str) -> int:
    for line in text.splitlines():
        if line.startswith("entries "):
            return int(line.rpartition("-")[2])
    return 0
