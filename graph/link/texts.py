"""The distinct texts of a column as one Arrow array: a million of them weigh what their letters weigh."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, overload

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Arrow = Any
"""A pyarrow array of texts (pyarrow has no types of its own)."""


class Texts(Sequence[str]):
    """Texts by place, without gaps. ``arrow`` is what they are kept in."""

    __slots__ = ("arrow",)

    def __init__(self, arrow: Arrow) -> None:
        self.arrow = arrow

    @classmethod
    def of(cls, texts: Iterable[str]) -> Texts:
        """Keep these texts; half a surrogate pair, which no file can hold, becomes a question mark."""
        if isinstance(texts, Texts):
            return texts
        listed = list(texts)
        try:
            return cls(pa.array(listed, pa.string()))
        except UnicodeEncodeError:
            return cls(pa.array([text.encode("utf-8", "replace").decode() for text in listed], pa.string()))

    def __len__(self) -> int:
        return len(self.arrow)

    @overload
    def __getitem__(self, place: int) -> str: ...

    @overload
    def __getitem__(self, place: slice) -> list[str]: ...

    def __getitem__(self, place: int | slice) -> str | list[str]:
        found: str | list[str] = (
            self.arrow[place].as_py() if isinstance(place, int) else self.arrow[place].to_pylist()
        )
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self.arrow.to_pylist())

    def at(self, places: npt.NDArray[np.integer[Any]]) -> list[str]:
        """Give the texts at these places."""
        found: list[str] = self.arrow.take(pa.array(places)).to_pylist()
        return found

    def __repr__(self) -> str:
        return f"Texts({len(self)})"


class Few(Texts):
    """A handful of texts, such as a case has: a list is quicker than an Arrow array."""

    __slots__ = ("listed",)

    def __init__(self, listed: Sequence[str]) -> None:
        self.listed = listed

    def __getattr__(self, name: str) -> Arrow:
        if name != "arrow":
            raise AttributeError(name)
        self.arrow = Texts.of(self.listed).arrow
        return self.arrow

    def __len__(self) -> int:
        return len(self.listed)

    @overload
    def __getitem__(self, place: int) -> str: ...

    @overload
    def __getitem__(self, place: slice) -> list[str]: ...

    def __getitem__(self, place: int | slice) -> str | list[str]:
        return self.listed[place] if isinstance(place, int) else list(self.listed[place])

    def __iter__(self) -> Iterator[str]:
        return iter(self.listed)

    def at(self, places: npt.NDArray[np.integer[Any]]) -> list[str]:
        """Give the texts at these places."""
        listed = self.listed
        return [listed[place] for place in places.tolist()]


def or_else(done: Arrow, texts: Texts, slow: Callable[[str], str]) -> Arrow:
    """Give ``done`` with its gaps filled by ``slow`` of the text at that place."""
    gaps = pc.is_null(done)
    rest = np.flatnonzero(mask(gaps))
    if not len(rest):
        return done
    return pc.replace_with_mask(done, gaps, Texts.of(map(slow, texts.at(rest))).arrow)


def only(texts: Arrow, where: Arrow) -> Arrow:
    """Give the texts where the condition holds, and gaps elsewhere."""
    return pc.if_else(where, texts, pa.scalar(None, pa.string()))


def mask(condition: Arrow) -> npt.NDArray[np.bool_]:
    """Give a condition as a numpy array."""
    return np.asarray(condition.to_numpy(zero_copy_only=False), dtype=np.bool_)


def numbered(texts: Sequence[Arrow]) -> tuple[list[npt.NDArray[np.int32]], Texts]:
    """Number the texts of several arrays together, in the order in which they come first; gaps and empty
    texts are −1. Gives the numbers, array by array, and the texts by number."""
    whole = pa.chunked_array(texts, pa.string()).combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        whole = pa.concat_arrays(whole.chunks) if whole.num_chunks else pa.array([], pa.string())
    encoded = only(whole, pc.not_equal(whole, "")).dictionary_encode()
    numbers = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    ends = np.cumsum([len(part) for part in texts])
    return np.split(numbers, ends[:-1]), Texts(encoded.dictionary)


def square(texts: Arrow, width: int) -> npt.NDArray[np.uint8]:
    """Give texts that are all ``width`` bytes long as rows of bytes."""
    data = pa.concat_arrays([texts])
    if not len(data):
        return np.zeros((0, width), dtype=np.uint8)
    buffer = data.buffers()[2]
    start = data.offset
    offsets = np.frombuffer(data.buffers()[1], dtype=np.int32)[start : start + len(data) + 1]
    found = np.frombuffer(buffer, dtype=np.uint8)[offsets[0] : offsets[-1]]
    return found.reshape(len(data), width)


def letters(texts: Arrow) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """Give the bytes of all texts, one behind the other, and where each starts and ends."""
    if not len(texts):
        return np.zeros(0, dtype=np.uint8), np.zeros(1, dtype=np.int64)
    buffers = texts.buffers()
    offsets = np.frombuffer(buffers[1], dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]
    data = np.zeros(0, np.uint8) if buffers[2] is None else np.frombuffer(buffers[2], dtype=np.uint8)
    return data[offsets[0] : offsets[-1]], offsets.astype(np.int64) - offsets[0]
