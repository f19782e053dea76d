"""Which model ranks in this home: kept with its digest in the log, put in use, taken back, and looked at.

A model is numbers and words of the program's own. One that holds anything else is refused: a name could come
in with a file that somebody fitted on strangers' data.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import zlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from graph.fit import FitReport
from graph.inuse_learned import read_forest
from graph.inuse_weights import DEFAULT, Costs, Model
from graph.model import Party, StatedUser
from graph.model_file import BadModel, model_from_json, model_to_json
from tracer.desk.office import Office
from tracer.desk.plain import load_model
from tracer.errors import LogUnavailable, WrongUse
from tracer.log.vocabulary import loggable
from tracer.plugins import available
from tracer.store.learned import Kept
from tracer.words import N_

SHIPPED = "shipped"
FITTED = "fitted"
FROM_FILE = "file"
PACKED = "packed"


class ModelDamaged(LogUnavailable):
    """A model in the home is not the one that the log says was kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InUse:
    """The model that ranks, under what calls are worth here. ``number`` is None for the shipped one."""

    model: Model
    number: int | None
    name: str
    version: str
    fitted_on: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelLine:
    """One model as a list shows it. ``number`` is 0 for the shipped one; ``by`` who kept it, and ``at`` when.

    ``report`` is how it did when it was learned (empty when nobody says); ``used`` since when it ranks.
    """

    number: int
    name: str
    version: str
    fitted_on: int
    digest: str
    by: str
    at: dt.datetime | None
    entry: int
    used: dt.datetime | None
    used_by: str
    report: Mapping[str, object] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One constant in which a model differs from the shipped one, by its place (``tempers.claim``)."""

    place: str
    shipped: float
    here: float


def in_use(office: Office) -> InUse:
    """Give the model that ranks. Raises ModelDamaged when it is not the one that was kept."""
    costs = office.config.model.costs.costs
    stack = _stack(office)
    if not stack or stack[-1] is None:
        model = _priced(None, "", costs)
        return InUse(
            model=model, number=None, name=model.name, version=model.version, fitted_on=model.fitted_on
        )
    kept = office.store.learned.one(stack[-1])
    model = _priced(kept, _logged(office, kept), costs)
    return InUse(model=model, number=kept.id, name=kept.name, version=kept.version, fitted_on=kept.fitted_on)


def listed(office: Office) -> tuple[ModelLine, ...]:
    """Give the shipped model and those kept here, oldest first, and since when the one in use ranks."""
    kept = office.store.learned.models()
    uses = office.store.learned.uses()
    now = (_stack(office) or [None])[-1]
    since = uses[-1] if uses else None
    lines = [
        ModelLine(
            number=0,
            name=DEFAULT.name,
            version=DEFAULT.version,
            fitted_on=DEFAULT.fitted_on,
            digest=digest_of(DEFAULT)[0],
            by="",
            at=None,
            entry=0,
            used=since.at if since and now is None else None,
            used_by=_actor(office, since.entry) if since and now is None else "",
        )
    ]
    for one in kept:
        used = since if since is not None and now == one.id else None
        lines.append(
            ModelLine(
                number=one.id,
                name=one.name,
                version=one.version,
                fitted_on=one.fitted_on,
                digest=one.digest,
                by=_actor(office, one.entry),
                at=one.at,
                entry=one.entry,
                used=used.at if used else None,
                used_by=_actor(office, used.entry) if used else "",
                report=json.loads(one.report),
            )
        )
    return tuple(lines)


def current(office: Office) -> int:
    """Give the number of the model in use; 0 is the shipped one."""
    stack = _stack(office)
    return (stack[-1] or 0) if stack else 0


def shown(office: Office, which: str = "") -> tuple[ModelLine, tuple[Change, ...], Model]:
    """Give one model (the one in use, if none is named), where it differs from the shipped, and itself."""
    number = current(office) if not which else _number(office, which)
    line = next(one for one in listed(office) if one.number == number)
    if number == 0:
        return line, (), DEFAULT
    kept = office.store.learned.one(number)
    model = _sound(kept, _logged(office, kept))
    return line, tuple(_changes(model)), model


def install(
    office: Office,
    model: Model,
    *,
    name: str,
    report: FitReport | None,
    sources: Collection[str] = (),
) -> ModelLine:
    """Keep a model in the home and let it rank from now on. Raises WrongUse if it is more than numbers.

    ``sources`` are those it may name beside the configured ones: whose findings it was learned from. Two
    entries in the log: what was kept (its digest), and that it is used.
    """
    number = len(office.store.learned.models()) + 1
    made = replace(model, name=name, version=str(number), costs=DEFAULT.costs)
    _nobody_in(office, made, frozenset(filter(loggable, sources)))
    digest, body = digest_of(made)
    entry = office.write(
        "model_kept",
        body={
            "model": digest,
            "version": made.version,
            "kind": name,
            "rows": report.numbers if report else None,
            "size": report.cases if report else None,
            "conclusion": None if report is None else "better" if report.better else "not_shown_better",
        },
    )
    kept = office.store.learned.keep(
        name=made.name,
        version=made.version,
        fitted_on=made.fitted_on,
        digest=digest,
        body=body,
        report=json.dumps(asdict(report) if report else {}, sort_keys=True),
        at=entry.at,
        entry=entry.seq,
    )
    return _put_in_use(office, kept, digest=digest)


def own_trees(model: Model) -> int:
    """How many trees a model has beside those of the shipped one."""
    shipped = {one.packed for one in DEFAULT.learned}
    return sum(read_forest(one).count for one in model.learned if one.packed not in shipped)


def use(office: Office, which: str) -> ModelLine:
    """Let another model rank: ``shipped``, the number of one kept here, or a model file. Raises WrongUse."""
    path = Path(which)
    if which != SHIPPED and not which.isdigit() and path.suffix:
        return install(office, load_model(path), name=FROM_FILE, report=None)
    number = _number(office, which)
    if number == current(office):
        raise WrongUse(
            N_("Model {version} ranks already"), N_("See them with: tracer model list"), version=which
        )
    if number == 0:
        return _put_in_use(office, None, digest=digest_of(DEFAULT)[0])
    kept = office.store.learned.one(number)
    _sound(kept, _logged(office, kept))
    return _put_in_use(office, kept.id, digest=kept.digest)


def back(office: Office) -> ModelLine:
    """Let the model rank again that ranked before the one in use. Raises WrongUse when there was none."""
    stack = _stack(office)
    if not stack:
        raise WrongUse(
            N_("No model was put in use here that could be taken back"),
            N_("The shipped one ranks. See them with: tracer model list"),
        )
    before = stack[-2] if len(stack) > 1 else None
    digest = digest_of(DEFAULT)[0]
    if before is not None:
        kept = office.store.learned.one(before)
        _sound(kept, _logged(office, kept))
        digest = kept.digest
    return _put_in_use(office, before, digest=digest, taking_back=True)


def digest_of(model: Model) -> tuple[str, str]:
    """Give a model's SHA-256 and the canonical JSON it is that of."""
    body = json.dumps(model_to_json(model), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(body.encode()).hexdigest(), body


def _put_in_use(office: Office, model: int | None, *, digest: str, taking_back: bool = False) -> ModelLine:
    uses = office.store.learned.uses()
    entry = office.write(
        "model_used",
        body={
            "model": digest,
            "version": str(model) if model is not None else SHIPPED,
            "code": "back" if taking_back else "use",
            "undoes": uses[-1].entry if taking_back else None,
        },
    )
    office.store.learned.use(model, back=taking_back, at=entry.at, entry=entry.seq)
    return next(one for one in listed(office) if one.number == (model or 0))


def _stack(office: Office) -> list[int | None]:
    """The models in use, each over the one it followed; taking back takes the topmost away."""
    stack: list[int | None] = []
    for one in office.store.learned.uses():
        if one.back:
            stack.pop()
        else:
            stack.append(one.model)
    return stack


def _number(office: Office, which: str) -> int:
    if which in {SHIPPED, "0"}:
        return 0
    known = [one.id for one in office.store.learned.models()]
    if not which.isdigit() or int(which) not in known:
        raise WrongUse(
            N_("There is no model {version} here"),
            N_("Known: {known}. A model file has to end with .json."),
            version=which[:40],
            known=", ".join([SHIPPED, *map(str, known)]),
        )
    return int(which)


# The digest that the log has of a model, by home and entry: entries never change.
_LOGGED: dict[tuple[str, int], str] = {}


def _logged(office: Office, kept: Kept) -> str:
    name = (str(office.home), kept.entry)
    if name not in _LOGGED:
        entry = office.log.entry(kept.entry)
        said = entry.body.get("model") if entry is not None and entry.event == "model_kept" else ""
        _LOGGED[name] = str(said)
    return _LOGGED[name]


@lru_cache(maxsize=16)
def _sound(kept: Kept, logged: str) -> Model:
    """Read a model; raise ModelDamaged unless it is what its digest says, and that is what the log says."""
    if not hashlib.sha256(kept.body.encode()).hexdigest() == kept.digest == logged:
        raise ModelDamaged(
            N_("Model {version} in this home is not the one that was kept: the log has another digest"),
            N_("Put another in use: tracer model use shipped. Then find out who wrote into the store."),
            version=kept.version,
        )
    try:
        return model_from_json(json.loads(kept.body))
    except (BadModel, ValueError) as error:
        raise ModelDamaged(
            N_("Model {version} in this home cannot be read by this program"),
            N_("Put another in use: tracer model use shipped"),
            version=kept.version,
        ) from error


@lru_cache(maxsize=16)
def _priced(kept: Kept | None, logged: str, costs: Costs) -> Model:
    return replace(DEFAULT if kept is None else _sound(kept, logged), costs=costs)


def _nobody_in(office: Office, model: Model, sources: frozenset[str]) -> None:
    """Raise WrongUse when a model holds a text that is not the program's or the configuration's own."""
    known = set(_texts(model_to_json(DEFAULT)))
    known |= {settings.id for settings in office.config.sources} | set(available())
    known |= {FITTED, FROM_FILE, *StatedUser, *Party} | sources
    ours = {part for text in known for part in text.split(".")}
    strange = sum(
        text not in known and not set(text.split(".")) <= ours
        for place, inner in model_to_json(model).items()
        if place != "version"
        for text in _texts(inner, place)
    )
    strange += sum(_more_than_trees(one.packed) for one in model.learned)
    if strange:
        raise WrongUse(
            N_("The model holds {count} words that neither this program nor the configuration knows"),
            N_(
                "A model may name sources of the configuration and nothing else: a name could be a person's. "
                "Take the words out of its file, or add the sources."
            ),
            count=strange,
        )


def _more_than_trees(text: str) -> bool:
    """True when something stands behind the packed numbers, of which graph.inuse_learned has read all."""
    opener = zlib.decompressobj()
    opener.decompress(base64.b64decode(text))
    return not opener.eof or bool(opener.unused_data)


def _texts(value: object, *above: str) -> Iterator[str]:
    yield from above
    if isinstance(value, Mapping):
        for key, inner in value.items():
            # Numbers written as text, which graph.model_file has read as such.
            yield from _texts(inner, str(key)) if key != PACKED else (PACKED,)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, str):
        yield value


def _changes(model: Model) -> Iterator[Change]:
    shipped = dict(_figures(model_to_json(DEFAULT), ""))
    for place, here in _figures(model_to_json(model), ""):
        was = shipped.get(place, 0.0)
        if here != was and place not in {"fitted_on"}:
            yield Change(place=place, shipped=was, here=here)


def _figures(value: object, place: str) -> Iterator[tuple[str, float]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _figures(inner, f"{place}.{key}" if place else str(key))
    elif isinstance(value, list | tuple):
        for at, inner in enumerate(value):
            yield from _figures(inner, f"{place}[{at}]")
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield place, float(value)


def _actor(office: Office, entry: int) -> str:
    found = office.log.entry(entry)
    return found.actor if found is not None else ""
