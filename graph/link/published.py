"""How rare values are where nothing can be counted, for a case has a dozen records, gathered because they
resemble each other: published shares of names, judged chances of the rest, caps on what hangs together.

``SHIPPED`` is the model of cases: the constants of ``graph.weights`` in the shape in which ``tracer link``
learns its own.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from graph import frequency
from graph.clean.emails import ROLE_BOXES
from graph.clean.text import has_han
from graph.link.kinds import Style
from graph.link.levels import (
    ALIKE,
    CLOSE,
    CODES,
    DIFFERENT,
    EXACT,
    LEVELS,
    MASKED,
    NEAR,
    ONE,
    PART,
    SHORT,
    Compared,
    Places,
)
from graph.link.masked import MONTHS_BITS, YEARS_BITS
from graph.link.rarity import Rarity
from graph.link.records import PERSONAL
from graph.link.score import Floats, Model
from graph.link.table import Field, Table, sound
from graph.link.writings import HAN, ROMANISED
from graph.model import country_code
from graph.weights import DEFAULT, LINE, RENEWED_BUT_ONCE, ROLE_BOX, UNSOUND_ID, Relation

SHARED = ("phone", "address", "employer", "email")
"""What several people may hold: a value that many names hold says less."""
_CHINESE_MOBILE = re.compile(r"\+861[3-9]\d{9}")
_NEIGHBOURS = 2.0
"""Bits a slip costs beside the rarity: a handful of other names are one slip away (judged)."""
_WRITTEN_OTHERWISE = 0.5
"""How often a name in letters beside characters is romanised in another way (judged)."""
_HAN_MARRIED = 0.004
_MASKED_PHONE = 10.2
"""Bits of all digits of a masked number, were they shown; log2 of m is taken off by its level (judged)."""
_JANUARY = "0101"
_CROSSING = 3.0
"""Family names are seldom given names (judged)."""
_INITIAL_FITS = math.log2(0.85)
_MOVED = 0.1
_COUNTED_UP = frozenset({"123456789", "987654321"})
_NAME = ("name.given", "name.family", "name.middle", "name.order", "name.generation")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Published(Rarity):
    """Rarity without counts, but for ``names``: how many names hold a value (comparison, text) among the
    records at hand. ``nominal`` are the bits of each level of a comparison."""

    nominal: dict[str, Floats]
    names: dict[tuple[str, str], int] = dataclasses.field(default_factory=dict, repr=False)

    def __repr__(self) -> str:
        return f"Published({len(self.names)})"

    def others(self, left: Places, right: Places) -> npt.NDArray[np.bool_]:
        """Tell that nothing was counted, so nobody was taken for two."""
        return np.zeros(len(left), dtype=np.bool_)

    def groups(self, table: Table) -> tuple[tuple[str, ...], ...]:
        """Give nothing: nothing was counted together, ``caps`` stands for it."""
        return ()

    def crossing(self) -> float:
        """Give how much rarer two persons' names agree crosswise, in bits."""
        return _CROSSING

    def value_bits(
        self, field: Field, compared: Compared, others: npt.NDArray[np.bool_], fuzzy: tuple[int, ...]
    ) -> Floats:
        """Give what the values add to their level, each distinct pair of them worked out once."""
        bits = np.zeros(len(compared.level))
        worth = _WORTH.get(field.name) or (_id if field.style is Style.ID else None)
        here = np.flatnonzero(compared.level > ONE)
        if worth is None or not here.size:
            return bits
        a, b = compared.left[here].astype(np.int64), compared.right[here].astype(np.int64)
        packed = (np.minimum(a, b) * len(field.values) + np.maximum(a, b)) * LEVELS + compared.level[here]
        _distinct, first, inverse = np.unique(packed, return_index=True, return_inverse=True)
        nominal = self.nominal[_kind(field.name)]
        found = []
        for at in first.tolist():
            level, left, right = int(compared.level[here[at]]), int(a[at]), int(b[at])
            pair = _Pair(field, level, left, right, field.values[left], field.values[right])
            plain = float(nominal[level])
            said = worth(pair, plain)
            total = plain if said is None else said
            many = self.names.get((field.name, pair.a), 1) if level == EXACT else 1
            if many > 1:
                # A value that many names hold says less, and at worst nothing: it never counts against.
                total = max(total - math.log2(many), min(total, 0.0))
            found.append(total - plain)
        bits[here] = np.array(found)[inverse]
        if compared.shown is not None and field.name != "phone":
            # Not by distinct pair: what two dates show is nothing where two ids show them too.
            bits += compared.shown
        return bits

    def caps(
        self, table: Table, compared: Mapping[str, Compared], bits: Mapping[str, Floats]
    ) -> dict[str, Floats]:
        """Give what is taken off because things hang together: a name counts as one (``name.together``), and
        contacts hang together (``contacts.together``); where the names say two people, what they have in
        common is a household's or a firm's (``household``)."""
        names = [bits[name] for name in _NAME if name in bits]
        if not names:
            size = len(next(iter(bits.values())))
            clash = np.zeros(size, dtype=np.bool_)
            name = held = clash.astype(np.float64)
        else:
            clash = _clash(table, compared)
            name = np.sum(names, axis=0)
            against = np.sum([np.minimum(one, 0.0) for one in names], axis=0)
            held = np.where(clash, 0.0, np.minimum(name - against, DEFAULT.name_cap)) + against
        household, personal = np.zeros(len(name)), np.zeros(len(name))
        for what in SHARED:
            if what in bits:
                gained = np.maximum(bits[what], 0.0)
                home = _of_a_home(table, what, compared[what])
                household += np.where(home, gained, 0.0)
                personal += np.where(home, 0.0, gained)
        gained = household + personal
        together = np.minimum(np.minimum(household, DEFAULT.household_cap) + personal, DEFAULT.contact_cap)
        return {
            "name.together": np.maximum(held, DEFAULT.name_floor) - name,
            "contacts.together": np.where(clash, 0.0, together - gained),
            "household": np.where(clash, -gained, 0.0),
        }

    def among(self, table: Table) -> Published:
        """Give the same with how many names hold each value that people share, among these rows."""
        key = _name_keys(table)
        holders: dict[tuple[str, str], set[str]] = {}
        for field in table.fields:
            if field.name not in SHARED and field.style is not Style.ID:
                continue
            for column in field.columns:
                for row in np.flatnonzero(column >= 0).tolist():
                    if key[row]:
                        holders.setdefault((field.name, field.values[int(column[row])]), set()).add(key[row])
        return replace(self, names={what: len(of) for what, of in holders.items() if len(of) > 1})


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two values that stand at a level: their places and texts."""

    field: Field
    level: int
    left: int
    right: int
    a: str
    b: str

    def __repr__(self) -> str:
        return f"_Pair({CODES[self.level]})"


def _name(pair: _Pair, plain: float) -> float | None:
    """Give the bits of two given or two family names at their level."""
    part, a, b = pair.field.name, pair.a, pair.b
    scripts = pair.field.scripts[[pair.left, pair.right]]
    han = scripts == HAN
    m = math.log2(DEFAULT.by_code[f"{part}.{CODES[pair.level]}"].m) if pair.level != MASKED else 0.0
    commoner = min(frequency.part_bits(a, part), frequency.part_bits(b, part))
    if pair.level == EXACT:
        return m + commoner
    if pair.level in {NEAR, CLOSE}:
        if han.any():
            heard = frequency.sound_bits(sound(a if has_han(a) else b, part), part)
            if pair.level == NEAR:
                return m + heard
            return (m if han.all() else math.log2(_WRITTEN_OTHERWISE)) + heard - 1.0
        ways = pair.field.ways[[pair.left, pair.right], ROMANISED]
        if pair.level == CLOSE and ways[0] == ways[1] >= 0:
            return math.log2(_WRITTEN_OTHERWISE) + commoner - _NEIGHBOURS
        return m + commoner - _NEIGHBOURS
    if pair.level == SHORT:
        if min(len(a), len(b)) == 1:
            return (_INITIAL_FITS if part == "name.given" else m) + frequency.bits(frequency.INITIAL)
        return m + frequency.bits(frequency.LATIN_GIVEN_COMMON)
    if pair.level == PART:
        words = set(a.split(" ")) & set(b.split(" "))
        return m + max((frequency.part_bits(word, part) for word in words), default=0.0) - _NEIGHBOURS
    if pair.level == DIFFERENT and part == "name.family" and han.any():
        return math.log2(_HAN_MARRIED / DEFAULT.by_code["name.family.different"].u)
    return None


def _born(pair: _Pair, plain: float) -> float | None:
    if pair.level != EXACT:
        return None
    m = math.log2(DEFAULT.by_code["born.exact"].m)
    if pair.a[4:6] == "00" or pair.a[4:] == _JANUARY:
        return m + YEARS_BITS
    return m + MONTHS_BITS if pair.a[6:] == "00" else None


def _id(pair: _Pair, plain: float) -> float | None:
    scheme = pair.field.name.partition(".")[2]
    if pair.level == EXACT:
        unsound = scheme == "prc_id" and not (pair.a.endswith("!") and pair.b.endswith("!"))
        if unsound or len(set(pair.a)) <= 2 or pair.a in _COUNTED_UP:
            return math.log2(DEFAULT.by_code["id.exact"].m / UNSOUND_ID)
    if pair.level == DIFFERENT and scheme == "us_ssn" and "*" not in pair.a + pair.b:
        return math.log2(RENEWED_BUT_ONCE)
    return None


def _phone(pair: _Pair, plain: float) -> float | None:
    if pair.level == EXACT and not _personal(pair.field, pair.left):
        return math.log2(DEFAULT.by_code["phone.exact"].m / LINE)
    if pair.level == MASKED:
        text = pair.a.partition(";")[0]
        own = len(text) - len(country_code(text[1:])) - 1
        shown = sum("*" not in two for two in zip(text[-own:], pair.b.partition(";")[0][-own:], strict=False))
        return plain + _MASKED_PHONE * shown / own
    return None


def _personal(field: Field, place: int) -> bool:
    mark = int(field.marks[place])
    return mark == PERSONAL or (mark == 0 and _CHINESE_MOBILE.fullmatch(field.values[place]) is not None)


def _email(pair: _Pair, plain: float) -> float | None:
    if pair.level == EXACT and pair.a.partition("@")[0] in ROLE_BOXES:
        return math.log2(DEFAULT.by_code["email.exact"].m / ROLE_BOX)
    return None


def _as_its_level(pair: _Pair, plain: float) -> float | None:
    return None


_WORTH: Mapping[str, Callable[[_Pair, float], float | None]] = {
    "name.given": _name,
    "name.family": _name,
    "born": _born,
    "phone": _phone,
    "email": _email,
    "address": _as_its_level,
    "employer": _as_its_level,
}


def _clash(table: Table, compared: Mapping[str, Compared]) -> npt.NDArray[np.bool_]:
    """Tell which pairs of names say two people."""
    given, family = table.field("name.given"), table.field("name.family")
    size = len(next(iter(compared.values())).level)
    clash = np.zeros(size, dtype=np.bool_)
    if given is not None:
        clash |= np.isin(compared["name.given"].level, (ALIKE, DIFFERENT))
    if family is not None:
        column = compared["name.family"]
        other = column.level == DIFFERENT
        first = compared["name.given"].level if given is not None else np.zeros(size, dtype=np.int8)
        # One given name and another family name is what marriage makes, but not in China.
        same = np.isin(first, (EXACT, NEAR, SHORT))
        han = (family.scripts[column.left] == HAN) | (family.scripts[column.right] == HAN)
        clash |= other & (~same | han)
    if "name.generation" in compared:
        clash |= compared["name.generation"].level == DIFFERENT
    return clash


def _of_a_home(table: Table, what: str, column: Compared) -> npt.NDArray[np.bool_]:
    """Tell which agreements are a household's or a firm's, not a person's."""
    if what in {"address", "employer"}:
        return np.ones(len(column.level), dtype=np.bool_)
    home = np.zeros(len(column.level), dtype=np.bool_)
    field = table.field(what)
    here = np.flatnonzero(column.level == EXACT)
    if field is None or not here.size:
        return home
    places, inverse = np.unique(column.left[here], return_inverse=True)
    if what == "phone":
        shared = [not _personal(field, place) for place in places.tolist()]
    else:
        shared = [field.values[place].partition("@")[0] in ROLE_BOXES for place in places.tolist()]
    home[here] = np.array(shared)[inverse]
    return home


def _name_keys(table: Table) -> list[str]:
    """Give each row's name as sorted letters of its sound, one in every script and order; "" for none."""
    parts = [field for name in ("name.given", "name.family") if (field := table.field(name)) is not None]
    keys = []
    for row in range(table.rows):
        told = [(field, int(field.columns[0][row])) for field in parts]
        texts = [(field.values[place], field.name) for field, place in told if place >= 0]
        masked = any("*" in text for text, _name in texts)
        keys.append("" if masked else "".join(sorted("".join(sound(text, name) for text, name in texts))))
    return keys


def _kind(name: str) -> str:
    return "id" if name.startswith("id.") else name


def _nominal() -> dict[str, tuple[Floats, Floats]]:
    """Give m and u of each comparison's levels; what is missing says nothing."""
    found: dict[str, tuple[Floats, Floats]] = {}
    for level in DEFAULT.levels:
        name, _dot, how = level.code.rpartition(".")
        m, u = found.setdefault(name, (np.full(LEVELS, 1e-9), np.full(LEVELS, 1e-9)))
        m[CODES.index(how)], u[CODES.index(how)] = level.m, level.u
    return found


def _shipped() -> Model:
    chances = _nominal()
    nothing = np.zeros(0, dtype=np.int64)
    rarity = Published(person=nothing, one_each=nothing, holders={}, discount={}, split={}, nominal={})
    model = Model(
        prior=DEFAULT.by_relation[Relation.TWO_CASES].bits,
        moved=_MOVED,
        m={name: m for name, (m, _u) in chances.items()},
        u={name: u for name, (_m, u) in chances.items()},
        kin={},
        rarity=rarity,
    )
    rarity.nominal.update({name: model.weights(name) for name in chances})
    return model


SHIPPED = _shipped()


def of_cases(table: Table) -> Model:
    """Give the shipped model, told how many names hold each value in this table."""
    assert isinstance(SHIPPED.rarity, Published)
    model = replace(SHIPPED, rarity=SHIPPED.rarity.among(table))
    model.ready.update(SHIPPED.ready)
    return model
