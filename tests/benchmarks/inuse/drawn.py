"""Markets drawn at random over wide ranges, one per seed.

A model trained over many of them has seen no market in particular: every rate, every source's quality, who
copies whom, how cases are dialled and how much is known at all differ from one to the next. Sources that are
not heard of elsewhere are among them, and well-known names may be good in one market and bad in another.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from types import MappingProxyType

from tests.benchmarks.inuse.market import Carrier, Desk, Market, Source, Way


class _Draw:
    """Draws parameters of a market."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(f"market/{seed}")

    def between(self, low: float, high: float) -> float:
        """Evenly between two figures."""
        return self.rng.uniform(low, high)

    def factor(self, low: float, high: float) -> float:
        """Evenly between two figures on the scale of ratios."""
        return float(low * (high / low) ** self.rng.random())

    def maybe(self, chance: float, low: float, high: float) -> float:
        """Nothing, or something between."""
        return self.factor(low, high) if self.rng.random() < chance else 0.0


KNOWN: Mapping[str, tuple[Way, float, float]] = MappingProxyType(
    {
        "application_form": (Way.FORM, 0.6, 1.0),
        "credit_bureau": (Way.ARCHIVE, 0.05, 0.5),
        "vendor_a": (Way.VENDOR, 0.25, 0.9),
        "vendor_b": (Way.VENDOR, 0.25, 0.9),
        "reference": (Way.FRIEND, 0.02, 0.3),
        "employer": (Way.ROSTER, 0.1, 0.6),
        "call_detail": (Way.DETAIL, 0.4, 3.0),
        "app_account": (Way.TOUCH, 0.05, 1.0),
        "court": (Way.ARCHIVE, 0.02, 0.15),
    }
)
UNHEARD = ("courier", "utility", "school", "insurer", "registry", "vendor_c", "web_form", "post_office")


def _drawn(draw: _Draw, name: str, way: Way, low: float, high: float, others: tuple[str, ...]) -> Source:
    vendor = way is Way.VENDOR
    dirt = draw.rng.random() ** 2  # one cause behind most of a source's faults
    return Source(
        name=name,
        way=way,
        rate=draw.factor(low, high),
        lag=draw.factor(10, 600),
        stale=draw.factor(0.02, 0.4),
        wrong=draw.factor(0.002, 0.02) + 0.08 * dirt * draw.rng.random(),
        strangers=draw.maybe(0.9, 0.1, 0.9) if vendor else 0.0,
        kin=draw.maybe(0.9, 0.1, 0.9) if vendor else 0.0,
        back=draw.factor(50, 1500),
        restamp=draw.maybe(0.7, 0.1, 0.7),
        twice=draw.maybe(0.4, 0.02, 0.3),
        copies=draw.maybe(0.5, 0.05, 0.6) if others else 0.0,
        of=draw.rng.choice(others) if others else "",
        told=draw.between(0, 0.8),
        undated=draw.factor(0.01, 0.08) + 0.4 * dirt * draw.rng.random(),
        first_seen=draw.between(0, 1) if vendor else draw.maybe(0.15, 0.1, 1),
        unnamed=1.0 if way is Way.FRIEND else draw.maybe(0.3, 0.05, 0.6),
    )


def random_market(seed: int) -> Market:
    """Give a market drawn at random over wide ranges; the same seed gives the same market."""
    draw = _Draw(seed)
    rng = draw.rng
    sources: list[Source] = []
    for name, (way, low, high) in KNOWN.items():
        here = {Way.FORM: 0.97, Way.VENDOR: 0.85, Way.DETAIL: 0.35}.get(way, 0.75)
        if rng.random() < here:
            earlier = tuple(source.name for source in sources if source.way is not Way.DETAIL)
            sources.append(_drawn(draw, name, way, low, high, earlier))
    for name in rng.sample(UNHEARD, rng.choice((0, 0, 1, 2, 3))):
        way, low, high = rng.choice([row for row in KNOWN.values() if row[0] is not Way.DETAIL])
        sources.append(_drawn(draw, name, way, low, high, tuple(source.name for source in sources)))
    if not any(source.way in (Way.FORM, Way.VENDOR) for source in sources):
        sources.append(_drawn(draw, "application_form", Way.FORM, 0.8, 1.0, ()))
    age = rng.randint(10, 400)
    return Market(
        name=f"random_{seed}",
        regime=rng.choice(("US", "CN", "")),
        sources=tuple(sources),
        desk=_drawn_desk(draw),
        carrier=_drawn_carrier(draw),
        ages=(draw.between(0.1, 0.4), draw.between(0.2, 0.4), draw.between(0.1, 0.3), draw.between(0.1, 0.3)),
        migrants=draw.between(0, 0.5),
        migrant_loss=draw.between(1, 2),
        loss=draw.factor(0.07, 0.34),
        shape=draw.between(0.6, 1.0),
        frailty=draw.factor(0.2, 1.5),
        trouble=draw.between(1.0, 3.2),
        season=draw.between(0, 0.4),
        peak=rng.randint(1, 12),
        overlap=draw.factor(5, 90),
        cut=draw.between(0.1, 0.6),
        gap=draw.factor(8, 80),
        hand_down=draw.factor(0.01, 0.15),
        drawer=draw.factor(0.03, 0.25),
        wake=draw.between(0, 0.4),
        second=draw.factor(0.04, 0.45),
        arrears=draw.factor(0.03, 0.6),
        suspended=draw.factor(10, 50),
        others_loss=draw.factor(0.08, 0.32),
        kin=draw.factor(0.3, 2.2),
        namesakes=draw.factor(0.2, 2.8),
        references=draw.factor(0.3, 3.5),
        household=draw.factor(0.03, 0.35),
        home_used=draw.between(0.05, 0.8),
        workplace=draw.factor(0.05, 0.6),
        desk_used=draw.between(0.03, 0.5),
        jobs=draw.factor(0.1, 0.5),
        landline=draw.between(0.3, 1.0),
        voip=draw.factor(0.002, 0.06),
        no_line_type=draw.factor(0.01, 0.6),
        shared=draw.factor(0.01, 0.3),
        shared_own=draw.factor(0.001, 0.02),
        applied=(rng.randint(10, 100), rng.randint(300, 1200)),
        age=(age // 8, age + rng.randint(200, 1400)),
        keep=draw.between(0.6, 1.0),
    )


def _drawn_desk(draw: _Draw) -> Desk:
    return Desk(
        calls=draw.factor(1.5, 24),
        spread=draw.factor(0.2, 1.2),
        by_source=draw.between(0, 1.5),
        by_recency=draw.between(0, 1.5),
        others=draw.factor(0.05, 1.5),
        sticky=draw.factor(0.5, 5),
        drop=draw.factor(0.1, 1.0),
        whim=draw.between(0, 1.5),
        front=draw.between(0, 4),
        tired=draw.between(0.85, 1.0),
        pickiness=draw.between(0, 2.5),
        waves=draw.between(0, 0.6),
        weekend=draw.between(0.1, 1),
        answer=draw.factor(0.06, 0.4),
        payday=draw.between(1, 1.6),
        dodgers=draw.factor(0.03, 0.4),
        checked=draw.between(0.3, 0.95),
        mistaken=draw.factor(0.002, 0.05),
        dead_air=draw.factor(0.005, 0.08),
    )


def _drawn_carrier(draw: _Draw) -> Carrier:
    rng = draw.rng
    least, stop = rng.choice((30, 45, 60, 90, 120)), rng.randint(10, 60)
    return Carrier(
        ageing=(least, least + rng.randint(20, 200)),
        resale=draw.factor(0.6, 3.0),
        never=draw.between(0, 0.35),
        stopped_for=(stop, stop + rng.randint(20, 90)),
        used_before=draw.between(0.1, 0.75),
        port=draw.factor(0.005, 0.15),
        others_contract=draw.factor(0.03, 0.35),
        own_contract=draw.factor(0.02, 0.15),
        cache=draw.factor(1, 30),
        unknown=draw.factor(0.02, 0.35),
        wrong=draw.factor(0.004, 0.08),
        batches=draw.maybe(0.9, 0.2, 3.0),
        asked=draw.between(0.2, 0.95),
        kinds=(draw.between(0, 1), draw.between(0, 1), draw.between(0, 1), draw.between(0, 1)),
        keeps_all=rng.random() < 0.3,
    )
