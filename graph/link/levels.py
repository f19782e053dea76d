"""Pairs of rows → levels of agreement, one column of small integers a comparison.

Every distinct pair of values is looked at once, however many pairs of rows hold it. The levels stand from the
strongest agreement to the strongest disagreement; that a value is missing on one side, or on both, is a level
of its own, because what it says is learned like everything else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from graph import frequency, similar
from graph.clean.diminutives import formal
from graph.clean.text import has_han
from graph.link.dates import digits
from graph.link.kinds import Codes, Style
from graph.link.masked import FEW, fits, fitting, fitting_names, shown_bits
from graph.link.sieve import plainly_different, shows_other
from graph.link.spread import Spread, one_by_one, slices
from graph.link.table import Field, Table
from graph.link.writings import HAN, LATIN

Levels = npt.NDArray[np.int8]
Places = npt.NDArray[np.int64]

NONE, ONE, EXACT, NEAR, SHORT, CLOSE, PART, ALIKE, DIFFERENT, CLASH, MASKED = range(11)
CODES = ("none", "one", "exact", "near", "short", "close", "part", "alike", "different", "clash", "masked")
"""``none`` neither row has a value, ``one`` only one has. ``near`` is a slip of one character or another
writing of the same sound; ``short`` an initial, a diminutive, a mask that fits, a date exchanged; ``close``
two slips; ``part`` a word in common, for dates the year and one part; ``alike`` looks similar, for dates the
year or nearly; ``different``; ``clash`` rules one person out nearly (two sound ids, a generation apart);
``masked`` two writings of which a part can be compared (a mask, another script, a year without a day), and it
agrees: ``shown_bits`` says how much that is."""
LEVELS = len(CODES)

POSSIBLE = {
    Style.NAME: (EXACT, NEAR, SHORT, CLOSE, PART, ALIKE, DIFFERENT),
    Style.TEXT: (EXACT, NEAR, SHORT, CLOSE, ALIKE, DIFFERENT),
    Style.CODE: (EXACT, NEAR, SHORT, CLOSE, DIFFERENT),
    Style.ID: (EXACT, NEAR, SHORT, CLOSE, DIFFERENT, CLASH),
    Style.DATE: (EXACT, NEAR, SHORT, PART, ALIKE, DIFFERENT, CLASH),
    Style.ADDRESS: (EXACT, NEAR, CLOSE, ALIKE, DIFFERENT),
    Style.EQUAL: (EXACT, DIFFERENT),
}
"""The levels that two values can stand at."""

PIECE = 50_000
"""Pairs compared in one go: enough that whole columns pay, few enough to need little room."""
_RANKS = np.array([12, 11, 1, 3, 4, 5, 6, 7, 8, 9, 2], dtype=np.int8)
_AT_ONCE = 20_000
_CLOSE, _ALIKE = 0.92, 0.8
_MAY_BE_EDITED = 0.65
"""Jaro–Winkler similarities: close and alike as in ``graph.similar``; below the last, two edits of a word of
four letters cannot have made one of the other, so edits are not counted."""
_ADDRESS_NEAR, _ADDRESS_ALIKE = 0.85, 0.7
_GENERATION_YEARS = 15
_FEW_YEARS = 2
_FIRM_LETTERS = 4
_ADDRESS_LETTERS = 6
_NUMBER = re.compile(r"\d")


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """A comparison over all pairs: the level, the values (places, −1 for none) that decided it, and what
    masked values show of each other, in bits (None where nothing is masked)."""

    level: Levels
    left: Codes
    right: Codes
    shown: npt.NDArray[np.float32] | None = None

    def at(self, places: npt.NDArray[np.intp]) -> Compared:
        """Give some of the pairs."""
        shown = None if self.shown is None else self.shown[places]
        return Compared(self.level[places], self.left[places], self.right[places], shown)


def joined(parts: Sequence[Compared]) -> Compared:
    """Give the pairs of several comparisons of one kind, one after the other."""
    shown = None
    if any(part.shown is not None for part in parts):
        shown = np.concatenate(
            [
                np.zeros(len(part.level), dtype=np.float32) if part.shown is None else part.shown
                for part in parts
            ]
        )
    return Compared(
        np.concatenate([part.level for part in parts]),
        np.concatenate([part.left for part in parts]),
        np.concatenate([part.right for part in parts]),
        shown,
    )


def compare(field: Field, left: Places, right: Places) -> Compared:
    """Compare rows ``left`` with rows ``right``; of several columns of a kind the best two values count, of
    equally good ones those that stand first."""
    if len(field.columns) == 1:
        return _compared(field, field.columns[0][left], field.columns[0][right])
    if len(left) * len(field.columns) ** 2 <= _AT_ONCE:
        return _best_at_once(field, left, right)
    best: Compared | None = None
    for ours in field.columns:
        for theirs in field.columns:
            found = _compared(field, ours[left], theirs[right])
            best = found if best is None else _better(best, found)
    assert best is not None
    return best


def _compared(field: Field, a: Codes, b: Codes) -> Compared:
    level = _levels(field, a, b)
    return Compared(level, a, b, _shown_at(field, level, a, b))


def _best_at_once(field: Field, left: Places, right: Places) -> Compared:
    """Do the same for few rows: all columns crosswise in one go."""
    ours, theirs = (np.stack([column[rows] for column in field.columns]) for rows in (left, right))
    many = len(field.columns)
    a = np.repeat(ours, many, axis=0)
    b = np.tile(theirs, (many, 1))
    level = _levels(field, a.ravel(), b.ravel()).reshape(a.shape)
    first = np.argmin(_rank(level), axis=0)
    where = np.arange(len(left))
    level, a, b = level[first, where], a[first, where], b[first, where]
    return Compared(level, a, b, _shown_at(field, level, a, b))


def compare_names(table: Table, left: Places, right: Places) -> dict[str, Compared]:
    """Compare given and family names, straight or exchanged, whichever agrees more; ``name.order`` says which
    (EXACT straight, ALIKE exchanged). Of rows with several names the two that agree best are compared."""
    given, family = table.field("name.given"), table.field("name.family")
    if given is None or family is None:
        return {f.name: compare(f, left, right) for f in (given, family) if f is not None}
    g, f = given.columns, family.columns
    if len(g) == len(f) == 1:
        return _named(_whole_names(given, family, (g[0][left], f[0][left]), (g[0][right], f[0][right])))
    if len(g) != len(f):
        found = {field.name: compare(field, left, right) for field in (given, family)}
        both = (found["name.given"].level > ONE) & (found["name.family"].level > ONE)
        nowhere = np.full(len(left), -1, np.int32)
        order = np.where(both, np.int8(EXACT), np.int8(ONE))
        return {**found, "name.order": Compared(order, nowhere, nowhere)}
    pair, ours, theirs = [], [], []
    for i in range(len(g)):
        for j in range(len(g)):
            has = ((g[i][left] >= 0) | (f[i][left] >= 0)) & ((g[j][right] >= 0) | (f[j][right] >= 0))
            where = np.flatnonzero(has) if i or j else np.arange(len(left))
            pair.append(where)
            ours.append(np.stack([g[i][left[where]], f[i][left[where]]]))
            theirs.append(np.stack([g[j][right[where]], f[j][right[where]]]))
    a, b = np.concatenate(ours, axis=1), np.concatenate(theirs, axis=1)
    every = _whole_names(given, family, (a[0], a[1]), (b[0], b[1]))
    whose = np.concatenate(pair)
    worse = _rank(every[0].level).astype(int) + _rank(every[1].level)
    best = np.lexsort((np.arange(len(whose)), worse, whose))
    _pairs, first = np.unique(whose[best], return_index=True)
    return _named([compared.at(best[first]) for compared in every])


def _named(parts: Sequence[Compared]) -> dict[str, Compared]:
    return dict(zip(("name.given", "name.family", "name.order"), parts, strict=True))


def _whole_names(
    given: Field, family: Field, ours: tuple[Codes, Codes], theirs: tuple[Codes, Codes]
) -> list[Compared]:
    """Compare names (given, family) place by place; gives the given names, the family names and the order."""
    found = [_compared(given, ours[0], theirs[0]), _compared(family, ours[1], theirs[1])]
    levels = found[0].level, found[1].level
    both = (levels[0] > ONE) & (levels[1] > ONE)
    order = np.where(both, np.int8(EXACT), np.int8(ONE))
    nowhere = np.full(len(order), -1, np.int32)
    found.append(Compared(order, nowhere, nowhere))
    # Only where both names are far apart as they stand and a crossed pair looks equal is the rest compared.
    ranks = _rank(levels[0]), _rank(levels[1])
    far = [(rank >= _RANKS[ALIKE]) | (rank == _RANKS[MASKED]) for rank in ranks]
    doubtful = np.flatnonzero(far[0] & far[1] & both & (np.maximum(*ranks) >= _RANKS[ALIKE]))
    if not doubtful.size:
        return found
    (g_a, f_a), (g_b, f_b) = (tuple(codes[doubtful] for codes in one) for one in (ours, theirs))
    # Chinese characters stand in their order, and are read as what they are: given or family name.
    han = family.scripts == HAN
    turned = han[f_b] & ~han[f_a]
    g_a, g_b = np.where(turned, g_b, g_a), np.where(turned, g_a, g_b)
    f_a, f_b = np.where(turned, f_b, f_a), np.where(turned, f_a, f_b)
    crossed = _compared(given, g_a, f_b), _compared(family, f_a, g_b)
    straight = ranks[0][doubtful].astype(int) + ranks[1][doubtful]
    # Both must agree somehow: one name in common crosswise is what strangers have.
    rank_a, rank_b = (_rank(compared.level) for compared in crossed)
    swapped = (rank_a.astype(int) + rank_b < straight) & (np.minimum(rank_a, rank_b) <= _RANKS[NEAR])
    swapped &= np.maximum(rank_a, rank_b) <= _RANKS[ALIKE]
    where, chosen = doubtful[swapped], np.flatnonzero(swapped)
    if not chosen.size:
        return found
    order[where] = ALIKE
    other = _other_order(family, f_a[chosen], f_b[chosen])
    for mine, field in enumerate((given, family)):
        into = found[mine]
        this, that = crossed[mine].at(chosen), crossed[1 - mine].at(chosen)
        into.level[where] = np.where(other, that.level, this.level)
        into.left[where] = np.where(other, that.right, this.left)
        into.right[where] = np.where(other, that.left, this.right)
        found[mine] = replace(into, shown=_shown_at(field, into.level, into.left, into.right))
    return found


def _other_order(family: Field, a: Codes, b: Codes) -> npt.NDArray[np.bool_]:
    """Tell where the second of two names in one script stands in its right order, not the first: the one
    whose family name is the commoner family name."""
    size = len(family.values)
    distinct, inverse = np.unique(a.astype(np.int64) * size + b, return_inverse=True)
    answer = []
    for x, y in zip(family.values.at(distinct // size), family.values.at(distinct % size), strict=True):
        bits = frequency.part_bits(x, "name.family"), frequency.part_bits(y, "name.family")
        answer.append(has_han(x) == has_han(y) and (bits[1], y) < (bits[0], x))
    return np.array(answer, dtype=np.bool_)[inverse]


def _better(a: Compared, b: Compared) -> Compared:
    """Take at each place the stronger agreement; a missing value gives way to any other."""
    second = _rank(b.level) < _rank(a.level)
    shown = None
    if a.shown is not None or b.shown is not None:
        shown = np.where(second, 0.0 if b.shown is None else b.shown, 0.0 if a.shown is None else a.shown)
    return Compared(
        np.where(second, b.level, a.level),
        np.where(second, b.left, a.left),
        np.where(second, b.right, a.right),
        None if shown is None else shown.astype(np.float32),
    )


def _rank(level: Levels) -> Levels:
    """Order levels by how well they agree: what fits as far as it can be seen is better than a difference."""
    return _RANKS[level]


def _shown_at(field: Field, level: Levels, a: Codes, b: Codes) -> npt.NDArray[np.float32] | None:
    here = np.flatnonzero(level == MASKED)
    if not here.size:
        return None
    shown = np.zeros(len(level), dtype=np.float32)
    shown[here] = shown_bits(field, a[here].astype(np.int64), b[here].astype(np.int64))
    return shown


def _levels(field: Field, a: Codes, b: Codes) -> Levels:
    level = np.where((a < 0) & (b < 0), np.int8(NONE), np.int8(ONE))
    both = (a >= 0) & (b >= 0)
    level[both & (a == b)] = EXACT
    if field.masked.any():
        level[both & (a == b) & field.masked[a]] = MASKED
    rest = np.flatnonzero(both & (a != b))
    if not rest.size:
        return level
    rest = rest[~_settled(field, level, rest, a[rest], b[rest])]
    if not rest.size:
        return level
    x, y = a[rest].astype(np.int64), b[rest].astype(np.int64)
    packed = np.minimum(x, y) * len(field.values) + np.maximum(x, y)
    unique, inverse = np.unique(packed, return_inverse=True)
    level[rest] = unequal(field, unique // len(field.values), unique % len(field.values))[inverse]
    return level


def _settled(
    field: Field, level: Levels, rest: npt.NDArray[np.intp], a: Codes, b: Codes
) -> npt.NDArray[np.bool_]:
    """Write the levels of pairs of unequal values that whole columns tell, and say which those are."""
    if len(a) < FEW:
        return np.zeros(len(a), dtype=np.bool_)
    away = plainly_different(field, a, b) & ~field.masked[a] & ~field.masked[b]
    level[rest[away]] = DIFFERENT
    if field.style is Style.ID:
        sound = (field.marks[a] & field.marks[b]) == 1
        level[rest[sound]] = CLASH
        away |= sound
    if field.style is Style.NAME:
        other = np.zeros(len(a), dtype=np.bool_)
        for one, two in ((a, b), (b, a)):
            half = np.flatnonzero(field.masked[one] & ~field.masked[two])
            other[half] = shows_other(field, one[half], two[half])
        level[rest[other]] = DIFFERENT
        known, fit = fitting_names(field, a, b)
        level[rest[known]] = np.where(fit[known], np.int8(MASKED), np.int8(DIFFERENT))
        return np.asarray(away | other | known)
    hidden = np.flatnonzero(field.masked[a] | field.masked[b])
    found = fitting(field, a[hidden], b[hidden]) if hidden.size else None
    if found is not None:
        level[rest[hidden]] = np.array([ONE, DIFFERENT, MASKED], dtype=np.int8)[found + 1]
        away[hidden] = True
    return away


def unequal(field: Field, a: Places, b: Places) -> Levels:
    """Compare pairs of unequal values, given by their places in the vocabulary."""
    if field.style is Style.EQUAL:
        return np.full(len(a), DIFFERENT, dtype=np.int8)
    if field.style is Style.DATE:
        return _dates(field, a, b)
    left, right = field.values.at(a), field.values.at(b)
    if field.style is Style.ID:
        left, right = ([text.rstrip("!") for text in of] for of in (left, right))
    if field.style is Style.ADDRESS:
        level = _addresses(field, a, b, left, right)
        _contained(level, left, right, (field.marks[a] == field.marks[b]))
    elif field.style in {Style.CODE, Style.ID}:
        level = _codes(left, right)
    else:
        level = _words(field, a, b, left, right)
    if field.style is Style.ID:
        level[(field.marks[a] & field.marks[b]) == 1] = CLASH
    if len(field.scripts):
        _other_writings(field, level, a, b)
    if field.name == "employer":
        _branches(level, left, right)
    for place in np.flatnonzero(field.masked[a] | field.masked[b]).tolist():
        found = fits(field.style, left[place], right[place])
        level[place] = ONE if found is None else MASKED if found else DIFFERENT
    return level


def _other_writings(field: Field, level: Levels, a: Places, b: Places) -> None:
    """Take Chinese names that look or sound alike for close ones, and those in two scripts as far as they can
    be compared: the same sound agrees, English words beside characters say nothing."""
    script_a, script_b = field.scripts[a], field.scripts[b]
    ways_a, ways_b = field.ways[a], field.ways[b]
    shared = ((ways_a == ways_b) & (ways_a >= 0)).any(axis=1)
    both = (script_a == HAN) & (script_b == HAN)
    # One character of two is what siblings share; only where the other could be meant is it a slip.
    level[both & (level == CLOSE) & ~shared] = ALIKE
    level[shared & (level > CLOSE)] = CLOSE
    across = (script_a == HAN) ^ (script_b == HAN)
    if not across.any():
        return
    level[across & (level == NEAR)] = MASKED
    level[across & (level == DIFFERENT) & (np.minimum(script_a, script_b) == LATIN)] = ONE


def _branches(level: Levels, left: list[str], right: list[str]) -> None:
    """A firm's name within the other's: its branch, or the town left out."""
    for place in np.flatnonzero(level > SHORT).tolist():
        x, y = left[place], right[place]
        if min(len(x), len(y)) >= _FIRM_LETTERS and (x in y or y in x):
            level[place] = SHORT


def _contained(level: Levels, left: list[str], right: list[str], same: npt.NDArray[np.bool_]) -> None:
    """One address within the other: with the same numbers the province is left out, else the flat."""
    for place in np.flatnonzero(level > NEAR).tolist():
        short, long = sorted((left[place].replace(" ", ""), right[place].replace(" ", "")), key=len)
        if len(short) >= _ADDRESS_LETTERS and short in long and _NUMBER.search(short):
            level[place] = NEAR if same[place] else CLOSE


def _words(field: Field, a: Places, b: Places, left: list[str], right: list[str]) -> Levels:
    level = np.full(len(a), DIFFERENT, dtype=np.int8)
    likeness = similar.jaro_winklers(left, right)
    level[likeness >= _ALIKE] = ALIKE
    level[likeness >= _CLOSE] = CLOSE
    size_a = np.fromiter(map(len, left), dtype=np.int32, count=len(left))
    size_b = np.fromiter(map(len, right), dtype=np.int32, count=len(right))
    short = np.minimum(size_a, size_b)
    # A Chinese given name of two characters with one in common; Jaro–Winkler is made for longer words.
    maybe = np.flatnonzero((likeness >= _MAY_BE_EDITED) | ((short == 2) & (likeness > 0)))
    if maybe.size:
        steps = similar.edits([left[i] for i in maybe.tolist()], [right[i] for i in maybe.tolist()], 2)
        level[maybe[(steps == 2) & (short[maybe] > 5)]] = CLOSE
        level[maybe[(steps == 1) & (short[maybe] > 1)]] = CLOSE
        level[maybe[(steps == 1) & (short[maybe] > 3)]] = NEAR
    level[field.marks[a] == field.marks[b]] = NEAR
    if field.style is not Style.NAME:
        return level
    _given_names(field, level, left, right, short)
    return level


def _given_names(
    field: Field, level: Levels, left: list[str], right: list[str], short: npt.NDArray[np.int32]
) -> None:
    """Find initials, diminutives and names that share a word, among pairs not found equal yet."""
    open_ = level > NEAR
    for place in np.flatnonzero(open_ & (short == 1)).tolist():
        x, y = left[place], right[place]
        if x[0] == y[0] and not has_han(x):
            level[place] = SHORT
    rest = np.flatnonzero(open_ & (short > 1)).tolist()
    diminutive = _short_forms({side[place] for side in (left, right) for place in rest})
    for place in rest:
        x, y = left[place], right[place]
        if " " in x or " " in y:
            words = set(x.split(" ")) & set(y.split(" "))
            if any(len(word) > 1 for word in words):
                level[place] = min(int(level[place]), PART)
        elif level[place] > SHORT and (
            diminutive.get(x, frozenset((x,))) & diminutive.get(y, frozenset((y,)))
        ):
            level[place] = SHORT


def _short_forms(values: Iterable[str]) -> dict[str, frozenset[str]]:
    found = {}
    for text in values:
        if " " not in text and text.isascii():
            names = formal(text)
            if names != frozenset((text,)):
                found[text] = names | {text}
    return found


def _codes(left: list[str], right: list[str]) -> Levels:
    """Numbers and addresses of mail: one slip, two slips in a longer one, else different."""
    level = np.full(len(left), DIFFERENT, dtype=np.int8)
    size = np.minimum(
        np.fromiter(map(len, left), dtype=np.int32, count=len(left)),
        np.fromiter(map(len, right), dtype=np.int32, count=len(right)),
    )
    steps = similar.edits(left, right, 2)
    level[(steps == 2) & (size > 5)] = CLOSE
    level[(steps == 1) & (size > 1)] = CLOSE
    level[(steps == 1) & (size > 3)] = NEAR
    level[steps == 0] = EXACT
    return level


def _addresses(field: Field, a: Places, b: Places, left: list[str], right: list[str]) -> Levels:
    likeness = similar.indels(left, right)
    level = np.full(len(left), DIFFERENT, dtype=np.int8)
    level[likeness >= _ADDRESS_ALIKE] = ALIKE
    same_numbers = field.marks[a] == field.marks[b]
    level[same_numbers & (likeness >= _ADDRESS_ALIKE)] = CLOSE
    level[same_numbers & (likeness >= _ADDRESS_NEAR)] = NEAR
    return level


def _dates(field: Field, a: Places, b: Places) -> Levels:
    """Compare dates digit by digit and part by part; the lines are those of ``value_levels.born_score``."""
    if len(a) < len(field.values):
        x, y = digits(field.values.at(a)), digits(field.values.at(b))
    else:
        table = digits(field.values)
        x, y = table[a], table[b]
    year_x, month_x, day_x = _parts(x)
    year_y, month_y, day_y = _parts(y)
    apart = np.abs(year_x - year_y)
    level = np.full(len(a), DIFFERENT, dtype=np.int8)
    level[apart >= _GENERATION_YEARS] = CLASH
    level[apart <= _FEW_YEARS] = ALIKE
    whole = (month_x > 0) & (month_y > 0) & (day_x > 0) & (day_y > 0)
    same = (year_x == year_y).astype(np.int8) + (month_x == month_y) + (day_x == day_y)
    level[whole & (same == 2) & (apart < _GENERATION_YEARS)] = PART
    level[whole & (same == 2) & (apart >= _GENERATION_YEARS)] = DIFFERENT
    wrong = x != y
    many = wrong.sum(axis=1)
    neighbours = np.zeros(len(a), dtype=np.bool_)
    for place in range(7):
        neighbours |= (x[:, place] == y[:, place + 1]) & (x[:, place + 1] == y[:, place]) & wrong[:, place]
    level[(many == 2) & neighbours & (apart < _GENERATION_YEARS) & whole] = NEAR
    level[(many == 1) & (apart < _GENERATION_YEARS) & whole] = NEAR
    level[whole & (year_x == year_y) & (month_x == day_y) & (day_x == month_y)] = SHORT
    # One of them is partial: what both say agrees.
    fits = (year_x == year_y) & ((month_x == month_y) | (month_x == 0) | (month_y == 0))
    level[~whole & fits] = MASKED
    return level


def _parts(
    signs: npt.NDArray[np.uint8],
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Give year, month and day of dates given digit by digit."""
    number = signs.astype(np.int32) @ np.array(
        [10**7, 10**6, 10**5, 10**4, 10**3, 100, 10, 1], dtype=np.int32
    )
    return number // 10_000, number // 100 % 100, number % 100


def compare_all(
    table: Table, left: Places, right: Places, spread: Spread = one_by_one
) -> dict[str, Compared]:
    """Compare rows in every way the table allows; keys in a fixed order."""
    if len(left) <= PIECE:
        return _all(table, left, right)
    parts = list(spread(lambda at: _all(table, left[at], right[at]), slices(len(left), PIECE)))
    return {name: joined([part[name] for part in parts]) for name in parts[0]}


def _all(table: Table, left: Places, right: Places) -> dict[str, Compared]:
    found = compare_names(table, left, right)
    for field in table.fields:
        if field.name not in found:
            found[field.name] = compare(field, left, right)
    _dates_of_ids(table, found, left, right)
    return {name: found[name] for name in sorted(found)}


def _dates_of_ids(table: Table, found: dict[str, Compared], left: Places, right: Places) -> None:
    """Leave dates of birth out where two ids that hold them were compared: they are the same fact."""
    if "born" not in found or not table.dated:
        return
    for name, dated in table.dated.items():
        compared = found[name]
        both = dated[left] & dated[right] & np.isin(compared.level, (EXACT, NEAR, MASKED, CLASH))
        born = found["born"]
        level = born.level.copy()
        level[both & (level > ONE)] = MASKED
        shown = None if born.shown is None else np.where(both, np.float32(0.0), born.shown)
        found["born"] = Compared(level, born.left, born.right, shown)
