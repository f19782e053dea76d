"""The labels file of ``tracer link``: pairs that people judged, one line a pair and person.

Columns ``left,right,verdict`` (same, different, unsure), and ``by`` and ``at`` where ``tracer judge`` wrote
the line; other columns are kept as they are. It is written whole or not at all, and readable by its owner
only.
"""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

from graph.agreement import Agreement, agreement
from graph.model import Judgement
from tracer.desk.outfile import whole
from tracer.errors import WrongUse
from tracer.words import N_

COLUMNS = ("left", "right", "verdict", "by", "at")
SAME = frozenset({"same", "1", "true", "yes", "match", "y"})
DIFFERENT = frozenset({"different", "0", "false", "no", "distinct", "n"})
UNSURE = frozenset({"unsure", ""})
VERDICTS = ("verdict", "label", "same", "match", "judgement")
"""What the column of verdicts may be called."""


@dataclass(slots=True)
class Labels:
    """The lines of a labels file, and where they are kept."""

    path: Path
    columns: list[str] = field(default_factory=lambda: list(COLUMNS))
    lines: list[dict[str, str]] = field(default_factory=list, repr=False)
    verdict: str = "verdict"

    @classmethod
    def read(cls, path: Path) -> Labels:
        """Read a file; one that is not there yet has no lines. Raises WrongUse."""
        found = cls(path)
        if not path.exists():
            return found
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                reader = csv.DictReader(file, restval="")
                columns = list(reader.fieldnames or ())
                found.lines = [{name: row[name] for name in columns} for row in reader]
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise WrongUse(
                N_("{path} is no labels file that can be written to"),
                N_("It has to be CSV in UTF-8 with the columns left, right and verdict; or name a new file."),
                path=path,
            ) from error
        verdict = next((name for name in VERDICTS if name in columns), None)
        if verdict is None or "left" not in columns or "right" not in columns:
            raise WrongUse(
                N_("{path} has no columns left, right and verdict."),
                N_("Write a pair a line: left,right,verdict with same, different or unsure."),
                path=path,
            )
        found.verdict = verdict
        found.columns = [*columns, *(name for name in COLUMNS[3:] if name not in columns)]
        return found

    def of(self, left: str, right: str) -> list[dict[str, str]]:
        """Give the lines on a pair, from either side."""
        return [line for line in self.lines if {line["left"], line["right"]} == {left, right}]

    def judged(self) -> list[tuple[str, str, str, Judgement]]:
        """Give who said what of which pair. Lines that say nothing known are left out."""
        found = []
        for line in self.lines:
            said = judgement(line[self.verdict])
            if said is not None:
                found.append((line["left"], line["right"], line.get("by") or "", said))
        return found

    def give(self, left: str, right: str, said: Judgement, by: str, at: dt.datetime) -> None:
        """Keep a verdict in place of what the same person said of the pair before. Raises WrongUse."""
        mine = [line for line in self.of(left, right) if (line.get("by") or "") == by]
        lines = [line for line in self.lines if line not in mine]
        line = dict.fromkeys(self.columns, "")
        line |= {"left": left, "right": right, self.verdict: str(said), "by": by}
        line["at"] = at.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        self._write([*lines, line])

    def take_back(self, left: str, right: str, by: str) -> bool:
        """Take back what this person said of a pair, or, where he said nothing, the last that anybody said;
        tells whether there was anything."""
        said = self.of(left, right)
        mine = [line for line in said if (line.get("by") or "") == by] or said
        if not mine:
            return False
        self._write([line for line in self.lines if line is not mine[-1]])
        return True

    def agreement(self) -> Agreement:
        """Say how far the people in the file agree."""
        return agreement(self.judged())

    def _write(self, lines: list[dict[str, str]]) -> None:
        with whole(self.path) as draft, draft.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, self.columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(lines)
        self.lines = lines


def judgement(text: str | None) -> Judgement | None:
    """Read a verdict as people write it; None for what is none."""
    word = (text or "").strip().casefold()
    for words, said in (
        (SAME, Judgement.SAME),
        (DIFFERENT, Judgement.DIFFERENT),
        (UNSURE, Judgement.UNSURE),
    ):
        if word in words:
            return said
    return None
