"""Which case numbers a file has named so far: a table of machine words, because a file may have millions."""

from __future__ import annotations

from array import array

_WORD = 0xFFFFFFFFFFFFFFFF
_HALF = 0xFFFFFFFF
_FIRST = 1 << 12
_EACH = 3


class Seen:
    """Which person each case number of a file stood for, and in which row.

    24 bytes a slot and at most two slots in three used, where a dict would take 200 bytes a case. Only keyed
    hashes of this process are held, and nobody's text. Rows are below 2**32.
    """

    __slots__ = ("_mask", "_slots", "_used")

    def __init__(self) -> None:
        self._mask = _FIRST - 1
        self._used = 0
        # A slot is the case's hash (0: free), the row with the row's digest, the marks of name and id.
        self._slots = array("Q", bytes(8 * _EACH * _FIRST))

    def meet(self, case: str, name: str, identity: str, digest: str, row: int) -> tuple[str, int]:
        """Give a problem code and the earlier row, or nothing when the case number is new."""
        key = hash(case) & _WORD or 1
        named, known = (hash(text) & _HALF if text and "*" not in text else 0 for text in (name, identity))
        mine = int(digest[:8], 16)
        at = self._place(key)
        slots = self._slots
        if not slots[at]:
            slots[at], slots[at + 1], slots[at + 2] = key, row << 32 | mine, named << 32 | known
            self._used += 1
            if 3 * self._used > 2 * self._mask:
                self._grow()
            return "", 0
        earlier, was = slots[at + 1] >> 32, slots[at + 1] & _HALF
        if earlier == row:
            return "", 0
        if was == mine:
            return "case.duplicate_same", earlier
        was_named, was_known = slots[at + 2] >> 32, slots[at + 2] & _HALF
        if known and was_known:
            conflict = known != was_known
        else:
            conflict = bool(named and was_named and named != was_named)
        return ("case.duplicate_conflict" if conflict else "case.repeated"), earlier

    def _place(self, key: int) -> int:
        """Give where the key's slot begins, or the free one where it would go."""
        slots, mask = self._slots, self._mask
        at = key & mask
        while slots[_EACH * at] not in (0, key):
            at = at + 1 & mask
        return _EACH * at

    def _grow(self) -> None:
        old = self._slots
        self._mask = 2 * self._mask + 1
        self._slots = array("Q", bytes(8 * _EACH * (self._mask + 1)))
        for at in range(0, len(old), _EACH):
            if old[at]:
                to = self._place(old[at])
                self._slots[to : to + _EACH] = old[at : at + _EACH]
