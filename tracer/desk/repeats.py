"""A write asked for twice is done once: answers kept by the key its asker chose (draft Idempotency-Key)."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

from tracer.desk.office import Office
from tracer.errors import TracerError, WrongUse
from tracer.words import N_


class KeyTaken(WrongUse):
    """The key was used before, for something else."""


class UnderWay(WrongUse):
    """The first request with the key is being worked on, or a crash left its end unknown."""


def once(
    office: Office, where: str, key: str, said: bytes, do: Callable[[], tuple[int, bytes]]
) -> tuple[int, bytes, bool]:
    """Give status and answer of ``do``, and whether they were kept from before: then nothing was done.

    ``where`` is method and address, ``said`` what the request says; a key belongs to whoever acts and to
    where he used it. What could not be done (an error of ours) leaves the key free. What broke in the middle
    leaves it taken for a day: whether anything was done is for a person to see. Raises KeyTaken, UnderWay.
    """
    name = sha256(f"{office.actor}\x1f{where}\x1f{key}".encode()).hexdigest()
    request = sha256(said).hexdigest()
    before = office.store.people.claim(name, request, office.clock())
    if before is not None:
        if before.request != request:
            raise KeyTaken(
                N_("This Idempotency-Key was used for another request"), N_("Choose a new one for each.")
            )
        if before.status is None:
            raise UnderWay(
                N_("The request with this Idempotency-Key is being worked on"),
                N_("Ask again in a while. If it stays so, look whether it was done before you repeat it."),
            )
        return before.status, before.answer, True
    try:
        status, answer = do()
    except TracerError:
        office.store.people.release(name)
        raise
    office.store.people.answered(name, status, answer)
    return status, answer, False
