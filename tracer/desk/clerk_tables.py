"""The pairs of plain tables that a person should judge first; verdicts grow the file that linking reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from graph.link.doubts import doubts
from graph.link.levels import DIFFERENT, MASKED, ONE, compare_all
from graph.model import Judgement
from tracer.clock import Clock
from tracer.desk.clerk import Item, Line, Mark, Tell, masked_words, silent
from tracer.desk.clerk_cases import sampled
from tracer.desk.explaining import Explained, explain_rows
from tracer.desk.labels import Labels
from tracer.desk.link import Columns, LinkedFiles, link_files, read_tables
from tracer.errors import WrongUse
from tracer.words import N_

MOST = 1000
"""Pairs of a queue, at most: nobody judges more before the rows are linked anew."""


@dataclass(slots=True)
class TableBench:
    """One table or two, and the labels file. ``second`` gives only a ``share`` of what others judged, for a
    second opinion that does not know the first."""

    tables: Sequence[Path]
    columns: Columns
    path: Path
    actor: str
    clock: Clock
    threshold: float = 0.5
    encoding: str | None = None
    second: bool = False
    share: float = 0.1
    _labels: Labels | None = field(default=None, repr=False)
    _linked: LinkedFiles | None = field(default=None, repr=False)
    _read: list[pa.Table] = field(default_factory=list, repr=False)

    @property
    def labels(self) -> Labels:
        """The labels file as it stands."""
        if self._labels is None:
            self._labels = Labels.read(self.path)
        return self._labels

    @property
    def _texts(self) -> list[pa.Table]:
        """The texts of the tables, read once."""
        if not self._read:
            self._read = read_tables(self.tables, self.columns, self.encoding)
        return self._read

    @property
    def _ids(self) -> tuple[set[str], set[str]]:
        """The ids that may stand left and right."""
        known = [set(table[self.columns.id].to_pylist()) for table in self._texts]
        return known[0], known[-1]

    def link(self, tell: Tell = silent) -> LinkedFiles:
        """Give the rows linked with the verdicts there were when a queue was last asked for."""
        if self._linked is None:
            self._linked = link_files(
                self.tables,
                self.columns,
                threshold=self.threshold,
                labels=self.path if self.labels.lines else None,
                encoding=self.encoding,
                tell=lambda step, done, total: tell(done, total),
            )
        return self._linked

    def queue(self, tell: Tell = silent) -> tuple[Item, ...]:
        """Link the rows anew and give the pairs to judge, the worthiest first, without those judged."""
        self._linked = None
        linked = self.link(tell)
        if self.second:
            return self._again(linked)
        judged = [
            (linked.row(left, 0), linked.row(right, 1)) for left, right, _by, _said in self.labels.judged()
        ]
        return tuple(
            Item(
                left=linked.ids[one.left],
                right=linked.ids[one.right],
                bits=one.bits,
                p=one.p,
                joined=one.joined,
                change=float(one.pairs),
                worth=one.worth,
            )
            for one in doubts(linked.linked, judged, MOST)
        )

    def _again(self, linked: LinkedFiles) -> tuple[Item, ...]:
        judges: dict[tuple[str, str], set[str]] = {}
        for left, right, by, _said in self.labels.judged():
            pair = (left, right) if len(self.tables) > 1 or left < right else (right, left)
            judges.setdefault(pair, set()).add(by)
        found = []
        for (left, right), those in sorted(judges.items()):
            if self.actor not in those and sampled(left, right, share=self.share):
                told = linked.linked.explain(linked.row(left, 0), linked.row(right, 1))
                bits = float(np.sum([bar for _code, bar in told]))
                p = linked.linked.probability(bits)
                found.append(
                    Item(left=left, right=right, bits=bits, p=p, joined=False, change=1.0, worth=1.0)
                )
        return tuple(found)

    def lines(self, item: Item, *, whole: bool) -> tuple[Line, ...]:
        """Give two rows side by side, column by column."""
        texts = pa.concat_tables(self._texts)
        linked = self.link()
        a, b = linked.row(item.left, 0), linked.row(item.right, 1)
        levels = self._levels(a, b)
        found = []
        for name, kind in self.columns.kinds:
            if name not in texts.column_names:
                continue
            column = texts[name]
            ours, theirs = column[a].as_py() or "", column[b].as_py() or ""
            if ours or theirs:
                mark = _mark(ours, theirs, [level for of, level in levels if of == kind or _part(of, kind)])
                found.append(
                    Line(what=name, left=_shown(ours, whole), right=_shown(theirs, whole), mark=mark)
                )
        return tuple(found)

    def _levels(self, a: int, b: int) -> list[tuple[str, int]]:
        linked = self.link().linked
        left, right = linked.places(a, b)
        compared = compare_all(linked.table, np.array([left]), np.array([right]))
        return [(name, int(column.level[0])) for name, column in compared.items()]

    def follow(self, item: Item, rest: Sequence[Item]) -> tuple[Item, ...]:
        """Give what is left to judge: the rest, until the rows are linked anew."""
        return tuple(rest)

    def explained(self, item: Item) -> Explained:
        """Give the evidence on the pair."""
        return explain_rows(self.link(), item.left, item.right)

    def reveal(self, item: Item, reason: str) -> None:
        """Allow whole values: the file is the reviewer's own, and there is no home whose log could say so."""

    def decide(self, item: Item, judgement: Judgement) -> None:
        """Keep a verdict in the labels file. Raises WrongUse when it cannot be written, or for an unknown
        row."""
        for name, side in ((item.left, 0), (item.right, 1)):
            if name not in self._ids[side]:
                raise WrongUse(
                    N_("No row of the table has the id that was given as {side}."),
                    N_("Write ids as they stand in the file; of two files LEFT is from the first."),
                    side="RIGHT" if side else "LEFT",
                )
        self.labels.give(item.left, item.right, judgement, self.actor, self.clock())

    def undo(self, item: Item) -> Judgement:
        """Take the last verdict on the pair out of the file; gives what stands now. Raises WrongUse."""
        if not self.labels.take_back(item.left, item.right, self.actor):
            raise WrongUse(
                N_("There is no verdict on these two records to take back"),
                N_("See the verdicts in the labels file."),
            )
        left = {said for *_pair, said in self.labels.judged() if set(_pair[:2]) == {item.left, item.right}}
        return Judgement.DIFFERENT if Judgement.DIFFERENT in left else next(iter(left), Judgement.UNSURE)


def _part(comparison: str, kind: str) -> bool:
    """Whether a comparison is of what a column of this kind was taken apart into."""
    return comparison.startswith(f"{kind}.") or kind.startswith(f"{comparison}.")


def _mark(ours: str, theirs: str, levels: list[int]) -> Mark:
    if not (ours and theirs):
        return Mark.NOTHING
    if "".join(ours.casefold().split()) == "".join(theirs.casefold().split()):
        return Mark.SAME
    compared = [level for level in levels if level > ONE]
    alike = bool(compared) and all(level < DIFFERENT or level == MASKED for level in compared)
    return Mark.LIKE if alike else Mark.DIFFERENT


def _shown(text: str, whole: bool) -> tuple[str, ...]:
    return ((text if whole else masked_words(text)),) if text else ()
