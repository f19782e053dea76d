"""What the planner saves on the fictional development market of ../shared/data, against rules of thumb.

    .venv/bin/python -m tests.benchmarks.planner [--cases N] [--write]

Carrier facts are taken out of the evidence, then bought back through the till, which is the only way to an
answer. Everybody buys from the same till at equal cost: the planner; the likeliest number first; the newest
number first; at random. ``--write`` writes docs/planner-figures.md and docs/images/planner-saving.svg. Says
why and stops when ../shared is absent.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from graph.inuse import rank
from graph.inuse_weights import DEFAULT
from graph.model import NumberEvidence, Ranking
from graph.plain import PlainCase, read_case
from graph.plan import askable
from tests.benchmarks.inuse.score import scores
from tests.benchmarks.inuse_dev import DATA, lines, truth
from tracer.desk.charts import Curve, saving
from tracer.desk.planning import Portfolio, heard
from tracer.desk.till import Offer, Till

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "planner-figures.md"
PICTURE = ROOT / "docs" / "images" / "planner-saving.svg"
SHARES = (0.01, 0.02, 0.03, 0.05, 0.075, 0.10, 0.15, 0.20, 0.35, 0.50)
# Cheap and telling before dear: what a careful clerk asks of each number.
ORDER = ("carrier_status", "recycled", "carrier_tenure", "realname")

Point = dict[str, float]


class Market:
    """The cases without carrier facts, their look-ups and the truth."""

    def __init__(self, most: int) -> None:
        self.cases: list[PlainCase] = []
        for raw in lines(DATA / "in-use-dev-evidence.jsonl.gz"):
            if len(self.cases) < most:
                case = read_case(raw)
                bare = tuple(replace(piece, facts=()) for piece in case.evidence)
                self.cases.append(replace(case, evidence=bare))
        names = {case.case for case in self.cases}
        self.stock = [
            (
                Offer(
                    case=str(row["case_id"]),
                    number=str(row["number"]),
                    lookup=str(row["lookup"]),
                    cost=float(str(row["cost"])),
                ),
                row["answer"],
            )
            for row in lines(DATA / "in-use-dev-lookups.jsonl.gz")
            if row["case_id"] in names
        ]
        self.total = sum(offer.cost for offer, _ in self.stock)
        self.uses = {(row["case_id"], row["number"]): bool(row["debtor_uses"]) for row in truth()}

    def till(self, budget: float) -> Till:
        """A till of this market."""
        return Till(self.stock, budget)  # type: ignore[arg-type]


class Standing:
    """The cases as they stand after some answers, and how good the predictions are then."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._cases = list(market.cases)
        self._places = {case.case: place for place, case in enumerate(market.cases)}
        self._rankings: list[Ranking | None] = [None] * len(self._cases)

    def hear(self, offer: Offer, answer: object) -> None:
        """Take an answer in."""
        place = self._places[offer.case]
        self._cases[place] = heard(self._cases[place], offer.number, answer)  # type: ignore[arg-type]
        self._rankings[place] = None

    def score(self) -> Point:
        """Score every case."""
        p: list[float] = []
        y: list[bool] = []
        at: list[int] = []
        for place, case in enumerate(self._cases):
            ranking = self._rankings[place] or rank(case.evidence, case.as_of)
            self._rankings[place] = ranking
            said = {one.phone.key: one.p for one in ranking.numbers}
            for number, piece in zip(case.numbers, case.evidence, strict=True):
                p.append(said[piece.phone.key])
                y.append(self._market.uses[case.case, number])
                at.append(place)
        return scores(np.array(p), np.array(y, dtype=float), np.array(at))


def curve(market: Market, bought: Iterable[tuple[Offer, object]]) -> tuple[list[tuple[float, Point]], float]:
    """Give the scores at each share of the whole cost, and what was spent in the end."""
    standing = Standing(market)
    points = [(0.0, standing.score())]
    spent, waiting = 0.0, list(SHARES)
    for offer, answer in bought:
        while waiting and spent + offer.cost > waiting[0] * market.total:
            points.append((waiting.pop(0), standing.score()))
        if not waiting:
            return points, spent
        standing.hear(offer, answer)
        spent += offer.cost
    points.append((spent / market.total, standing.score()))
    return points, spent


def by_rule(market: Market, key: str) -> Iterator[tuple[Offer, object]]:
    """Buy by a rule: all about the first number of every case, then the second …; or at random."""
    till = market.till(market.total)
    wanted: list[tuple[tuple[float, ...], Offer]] = []
    chance = random.Random(7)
    for case in market.cases:
        places = _order(case, key)
        for offer in till.offers(case.case):
            place = places.get(offer.number)
            if place is None:
                continue
            tie = chance.random()
            by = (tie,) if key == "random" else (float(place), float(ORDER.index(offer.lookup)), tie)
            wanted.append((by, offer))
    for _by, offer in sorted(wanted, key=lambda one: one[0]):
        yield offer, till.pay(offer)


def _order(case: PlainCase, key: str) -> dict[str, int]:
    """The debtor's own numbers of a case, each with its turn; the rules respect third parties too."""
    names = {piece.phone.key: number for number, piece in zip(case.numbers, case.evidence, strict=True)}
    own = [piece for piece in case.evidence if askable(piece)]
    if key == "likeliest":
        said = {one.phone.key: one.p for one in rank(case.evidence, case.as_of).numbers}
        own.sort(key=lambda piece: -said[piece.phone.key])
    else:
        own.sort(key=_newest, reverse=True)
    return {names[piece.phone.key]: place for place, piece in enumerate(own)}


def _newest(piece: NumberEvidence) -> dt.date:
    return max((claim.date for claim in piece.claims if claim.date), default=dt.date.min)


def planner(market: Market) -> Iterator[tuple[Offer, object]]:
    """Buy as the planner says, with all the money there is: it stops by itself."""
    for paid in Portfolio(market.cases, market.till(market.total)).buy():
        yield paid.offer, paid.answer


def everything(market: Market) -> Point:
    """Score what is known when everything was asked about every number, third parties' too."""
    standing = Standing(market)
    till = market.till(market.total)
    for offer, _sealed in market.stock:
        standing.hear(offer, till.pay(offer))
    return standing.score()


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; write the page if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=3000)
    parser.add_argument("--write", action="store_true", help="write the page and the picture")
    options = parser.parse_args(arguments)
    if not DATA.is_dir():
        print(f"skipped: {DATA} is absent (the development data is not part of the repository)")
        return 0
    market = Market(options.cases)
    whole = everything(market)
    began = time.process_time()
    plans = len(market.cases) + sum(1 for _ in Portfolio(market.cases, market.till(market.total * 0.1)).buy())
    a_second = plans / (time.process_time() - began)
    curves = {"planner": curve(market, planner(market))[0]}
    for name, key in (
        ("likeliest number first", "likeliest"),
        ("newest first", "newest"),
        ("random", "random"),
    ):
        curves[name] = curve(market, by_rule(market, key))[0]
    text = page(market, whole, curves, a_second)
    print(text)
    if options.write:
        PAGE.write_text(text, encoding="utf-8")
        drawn = saving(
            [
                Curve(name, tuple((share, point["p_at_1"]) for share, point in points))
                for name, points in curves.items()
            ],
            whole["p_at_1"],
        )
        PICTURE.write_text(drawn, encoding="utf-8")
    return 0


def page(market: Market, whole: Point, curves: dict[str, list[tuple[float, Point]]], a_second: float) -> str:
    """Give the page as Markdown."""
    goal = whole["p_at_1"] - 0.005
    reached = next((share for share, point in curves["planner"] if point["p_at_1"] >= goal), None)
    said = "not reached" if reached is None else f"reached at {reached:.1%} of the cost"
    ends = curves["planner"][-1]
    rows = [
        "# What the planner saves",
        "",
        f"Measured {dt.datetime.now(dt.UTC):%Y-%m-%d} by `python -m tests.benchmarks.planner --write` on "
        f"{len(market.cases):,} fictional development cases (shared/data) with the model "
        f"{DEFAULT.name} {DEFAULT.version}. Carrier facts are taken out and bought back; everything "
        f"about every number costs {market.total:,.0f}. The planner's tables lean on shares counted on this "
        "market, so other markets will give it less.",
        "",
        f"- Everything asked: precision@1 {whole['p_at_1']:.4f}, log-loss {whole['log_loss']:.4f}. "
        f"Nothing asked: {curves['planner'][0][1]['p_at_1']:.4f}, {curves['planner'][0][1]['log_loss']:.4f}.",
        f"- Within 0.005 of everything ({goal:.4f}): {said}.",
        f"- Left alone, the planner stops at {ends[0]:.1%} of the cost: precision@1 {ends[1]['p_at_1']:.4f}, "
        f"log-loss {ends[1]['log_loss']:.4f}.",
        f"- {a_second:,.0f} plans a second on one core, ranking included.",
        "",
        "![Precision of the first number against cost](images/planner-saving.svg)",
        "",
        "Precision@1 (log-loss) at equal cost; third parties' numbers are asked about by nobody:",
        "",
        "| share of the cost | " + " | ".join(curves) + " |",
        "|---:|" + "---:|" * len(curves),
    ]
    for share in (0.0, *SHARES):
        cells = []
        for points in curves.values():
            found = [point for at, point in points if at <= share + 1e-9]
            cells.append(f"{found[-1]['p_at_1']:.4f} ({found[-1]['log_loss']:.4f})")
        rows.append(f"| {share:.1%} | " + " | ".join(cells) + " |")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    sys.exit(main())
