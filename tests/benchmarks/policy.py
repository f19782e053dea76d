"""What a decision on one contact costs, with the packs of one country and with all that may meet.

    .venv/bin/python -m tests.benchmarks.policy [decisions]

Each decision has facts of its own (so that nothing is remembered from the last) and forty earlier attempts of
the last thirty days. The search for the next lawful moment is measured apart: it judges many moments.
"""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Callable, Iterable

from tests.benchmarks.measuring import SEED, Figure, arguments, percentile, tell
from tracer.policy.contact import judge, judge_contact
from tracer.policy.facts import FACTS, Contact, Facts, Lost
from tracer.policy.pack import shipped

EARLIER = 40
START = dt.datetime(2026, 11, 24, 1, 0, tzinfo=dt.UTC)


def facts(dice: random.Random, places: Iterable[str], zones: Iterable[str]) -> Facts:
    """Give the facts of one contact, all of them known."""
    at = START + dt.timedelta(minutes=dice.randrange(24 * 60))
    log = tuple(
        Contact(
            at=at - dt.timedelta(minutes=dice.randrange(30 * 24 * 60)),
            answered=dice.random() < 0.2,
            place="cell",
            number=f"N{dice.randrange(4)}",
            person="P1",
            debt="D1",
            lender="L1",
        )
        for _ in range(EARLIER)
    )
    known: dict[str, object] = {name: False for name in FACTS if name.endswith("_on_file")}
    known |= {
        "at": at, "zones": frozenset(zones), "places": frozenset(places), "channel": "voice", "place": "cell",
        "role": "debtor", "household": False, "contact_purpose": "collect", "number": "N1", "person": "P1",
        "debt": "D1", "collector": "house", "lender": "L1", "region": "31", "contacts": log, "lost": Lost(),
        "last_verified": at.date(),
        "media_refused": frozenset(), "waives": False, "states_debt": False, "amount_stated": False,
        "rnd_asked": False, "dialling": "manual", "line_recorded": True, "identity_script": True,
        "collector_notice": True, "validation_notice": True,
    }  # fmt: skip
    return Facts(known)


def timed(made: Iterable[Facts], decide: Callable[[Facts], object]) -> list[float]:
    """Give the seconds each decision took. The facts are made one by one, as a desk gathers them for one act:
    five thousand at hand would have the collector look through two hundred thousand attempts meanwhile."""
    took = []
    for one in made:
        start = time.perf_counter()
        decide(one)
        took.append(time.perf_counter() - start)
    return took


def spread(took: list[float]) -> str:
    """Say the middle and the worst hundredth."""
    return f"median {percentile(took, 50) * 1e3:.3f} ms, 99 % below {percentile(took, 99) * 1e3:.3f} ms"


def main() -> None:
    """Measure and print."""
    chosen = arguments(__doc__ or "", 5_000, "decisions")
    dice = random.Random(SEED)
    packs = shipped()
    china = (("CN",), ("Asia/Shanghai",))
    many = (
        ("CN", "US", "US-MA", "US-DC", "US-WA", "US-NYC", "US-CA", "IN", "GB", "AU"),
        ("America/New_York", "America/Los_Angeles", "Pacific/Honolulu"),
    )
    figures = []
    for what, (places, zones) in (
        ("one country (China)", china),
        ("ten places, three candidate zones", many),
    ):
        took = timed((facts(dice, places, zones) for _ in range(chosen.size)), lambda one: judge(one, packs))
        looked = len(judge(facts(dice, places, zones), packs).looked)
        figures.append(
            Figure(
                what=f"A decision on a contact, {what}",
                figure=spread(took),
                beside=f"{looked} rules looked at, {EARLIER} earlier attempts; asked for: below 1 ms",
            )
        )
    took = timed(
        (facts(dice, *china) for _ in range(max(1, chosen.size // 10))), lambda one: judge_contact(one, packs)
    )
    figures.append(
        Figure(
            what="The same in China, with the next lawful moment when it is a no",
            figure=spread(took),
        )
    )
    tell(figures, as_json=chosen.json)


if __name__ == "__main__":
    main()
