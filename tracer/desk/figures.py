"""What a manager looks at: how often tracing finds the debtor, what that costs, and whom else it touches.

By client and month, never by person: whoever is ranked by how much he talks, talks. Counting a whole store
takes a second or so, so it is done when something was added since, and not twice within ``FRESH``.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from tracer.desk.life import assign
from tracer.desk.office import Office
from tracer.desk.scoring import ScoreCard, score
from tracer.desk.watching import Watched, watch
from tracer.errors import TracerError, WrongUse
from tracer.policy.roles import Reach, Role, reach
from tracer.store import Store
from tracer.store.figures import Counts, Load
from tracer.words import N_

MONTHS = 12
FRESH = dt.timedelta(minutes=5)
MOST = 1000  # cases given out at once: each is an entry of the log


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The counts of a month, or of all (``month`` None), and what follows from them; None where nothing does.

    Rates of right and wrong parties and of complaints are of calls; money is in minor units.
    """

    month: dt.date | None
    traced: int
    repaired: int
    lookups: int
    spent: int
    calls: int
    right: int
    wrong: int
    complaints: int
    touched: int

    @property
    def repair_rate(self) -> float | None:
        """Of the cases first traced then, the share in which the debtor was reached afterwards."""
        return _share(self.repaired, self.traced)

    @property
    def right_rate(self) -> float | None:
        """The share of calls in which the debtor himself was on the line."""
        return _share(self.right, self.calls)

    @property
    def wrong_rate(self) -> float | None:
        """The share of calls in which somebody answered who has nothing to do with it."""
        return _share(self.wrong, self.calls)

    @property
    def complaint_rate(self) -> float | None:
        """The share of calls after which somebody asked not to be called again."""
        return _share(self.complaints, self.calls)

    @property
    def cost(self) -> float | None:
        """What look-ups cost for one call in which the debtor himself was on the line."""
        return _share(self.spent, self.right)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The figures of one client or all: the sum, the months (oldest first), and when they were counted."""

    total: Line
    months: tuple[Line, ...]
    clients: tuple[tuple[str, Line], ...]
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    starts: tuple[dt.date, ...]
    counts: tuple[Counts, ...]
    at: dt.datetime


_kept: WeakKeyDictionary[Store, _Kept] = WeakKeyDictionary()
_counting = threading.Lock()


def figures(office: Office, client: str = "") -> Shown:
    """Give the figures of the last twelve months, of a client or all. WrongUse for one not known."""
    if client and client not in office.config.clients:
        raise WrongUse(
            N_("There is no client {client} in the configuration"),
            N_("Known: {known}"),
            client=client[:40],
            known=", ".join(sorted(office.config.clients)) or "—",
        )
    kept = _counted(office)
    mine = [one for one in kept.counts if not client or one.client == client]
    names = sorted({one.client for one in kept.counts})
    return Shown(
        total=_sum(mine, None),
        months=tuple(
            _sum([one for one in mine if one.month == place], start)
            for place, start in enumerate(kept.starts)
        ),
        clients=tuple(
            (name, _sum([one for one in kept.counts if one.client == name], None)) for name in names
        ),
        at=kept.at,
    )


def _counted(office: Office) -> _Kept:
    now, starts = office.clock(), _starts(office.today())
    with _counting:
        kept = _kept.get(office.store)
        if kept is not None and kept.starts == starts and now - kept.at < FRESH:
            return kept
        zone = office.config.zone
        counts = office.store.figures.counts([dt.datetime.combine(day, dt.time(), zone) for day in starts])
        kept = _kept[office.store] = _Kept(starts=starts, counts=counts, at=now)
        return kept


def _starts(today: dt.date) -> tuple[dt.date, ...]:
    months = range(today.year * 12 + today.month - MONTHS, today.year * 12 + today.month)
    return tuple(dt.date(month // 12, month % 12 + 1, 1) for month in months)


def _sum(counts: Sequence[Counts], month: dt.date | None) -> Line:
    def total(name: str) -> int:
        return sum(getattr(one, name) for one in counts)

    return Line(
        month=month,
        traced=total("traced"),
        repaired=total("repaired"),
        lookups=total("lookups"),
        spent=total("spent"),
        calls=total("calls"),
        right=total("right"),
        wrong=total("wrong"),
        complaints=total("complaints"),
        touched=total("touched"),
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


# Looking back: every call against what was known before it. Minutes for a large home, so beside the desk.


@dataclass(frozen=True, slots=True, kw_only=True)
class Hindsight:
    """The score card of sources and how predictions did, and when that was worked out."""

    card: ScoreCard
    watched: Watched
    at: dt.datetime


@dataclass(slots=True)
class LookingBack:
    """The looking back of one store: what it found last, and how far it is when it is at it."""

    found: Hindsight | None = None
    done: int = 0
    total: int = 0
    failed: bool = False
    _thread: threading.Thread | None = field(default=None, repr=False)

    @property
    def running(self) -> bool:
        """Whether it is at it."""
        return self._thread is not None and self._thread.is_alive()

    def begin(self, office: Office) -> None:
        """Begin, unless it is at it already; ``found`` is there when it is not running any more."""
        with _counting:
            if not self.running:
                self.done, self.total, self.failed = 0, 0, False
                self._thread = threading.Thread(target=self._look, args=(office,), daemon=True)
                self._thread.start()

    def wait(self) -> None:
        """Wait until it is done."""
        if self._thread is not None:
            self._thread.join()

    def _look(self, office: Office) -> None:
        try:
            card = score(office, self._told)
            self.found = Hindsight(card=card, watched=watch(office, every=True), at=office.clock())
        except TracerError:
            # The home was closed, or cannot be read: the page says that it did not work.
            self.failed = True

    def _told(self, done: int, total: int) -> None:
        self.done, self.total = done, total


_looking: WeakKeyDictionary[Store, LookingBack] = WeakKeyDictionary()


def looking_back(office: Office) -> LookingBack:
    """Give the looking back of this home."""
    with _counting:
        return _looking.setdefault(office.store, LookingBack())


# Sharing out


def loads(office: Office) -> tuple[Load, ...]:
    """Give how the open cases are shared out: how many each has in hand, and how many nobody has."""
    return office.store.figures.loads()


def may_have(office: Office) -> tuple[str, ...]:
    """Give who can be given cases: active people whose role works on cases of their own."""
    return tuple(
        user.name
        for user in office.store.people.users()
        if user.active and reach(Role(user.role)) in {Reach.OWN, Reach.ASSIGNED}
    )


def share_out(office: Office, client: str, count: int, to: str) -> int:
    """Give the oldest open cases of a client that nobody has to a person; gives how many there were.

    Raises WrongUse for somebody who cannot have cases, and a number that is none.
    """
    if to not in may_have(office):
        raise WrongUse(
            N_("{name} is nobody whom cases can be given to"),
            N_("Collectors and specialists who may sign in can have cases: {known}"),
            name=to[:64],
            known=", ".join(may_have(office)) or "—",
        )
    if not 1 <= count <= MOST:
        raise WrongUse(N_("Between 1 and {most} cases are given out at once"), N_("Say how many."), most=MOST)
    cases = list(office.store.cases.listed(client=client, state="open", nobodys=True, limit=count))
    return assign(office, cases, to)
