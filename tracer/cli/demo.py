"""The whole main job on fictional people, as two creditors would place them, with a carrier on this machine.

The carrier speaks real HTTP on loopback and loses its temper now and then. Everything goes the way of a real
home: the same commands can be used on it afterwards, but for look-ups, whose carrier is gone by then.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.markup import escape

from graph.model import Advice
from tracer.cli import show
from tracer.cli.files import said
from tracer.cli.numbers import traced
from tracer.cli.session import Session
from tracer.clock import now
from tracer.demo.files import Files, write_files
from tracer.demo.sandbox import Faults, Sandbox
from tracer.demo.world import World
from tracer.desk import Desk, shapes
from tracer.desk.contacts import Contacts
from tracer.desk.trace import TraceReport
from tracer.errors import WrongUse
from tracer.intake import Progress
from tracer.words import N_, _

SECRET = "TRACER_DEMO_SECRET"  # noqa: S105  the variable's name
PURPOSE = "contact_repair"
MARK = "fictional-people"
_LATENCY = 0.02  # seconds an answer takes
_FAULTS = Faults(throttle_every=97, retry_after=1, error_rate=0.01)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How often the top number is one the debtor uses, of the cases where one could be found at all.

    ``as_placed`` is how often the number in the placement file is: what dialling the file gives. Cases whose
    numbers in use are all ``barred`` count in neither: somebody asked that they be left alone.
    ``nobody`` is how often none of the numbers to be found is in use, and ``said`` what was said on average.
    """

    cases: int
    findable: int
    barred: int
    right: int
    as_placed: int
    nobody: float
    said: float

    def shown(self) -> str:
        """The score in a sentence."""
        return _(
            "Top number right: {right} of {findable} cases in which his number can be found; the "
            "number in the "
            "placement file: {as_placed}. His number may not be used any more: {barred}. None "
            "findable: {nobody} of "
            "all cases; the ranking said {said}.",
            barred=self.barred,
            right=f"{self.right} ({self.right / max(1, self.findable):.0%})",
            findable=self.findable,
            as_placed=f"{self.as_placed} ({self.as_placed / max(1, self.findable):.0%})",
            nobody=f"{self.nobody:.0%}",
            said=f"{self.said:.0%}",
        )

    def json(self) -> dict[str, object]:
        """The score as JSON."""
        return {
            "cases": self.cases,
            "findable": self.findable,
            "barred": self.barred,
            "top_right": self.right,
            "as_placed_right": self.as_placed,
            "none_findable": self.nobody,
            "none_said": self.said,
        }


@dataclass(slots=True)
class _Told:
    """What the demo did, for ``--json``."""

    imports: list[dict[str, object]] = field(default_factory=list, repr=False)
    lookups: dict[str, int] = field(default_factory=dict, repr=False)
    before: Score | None = None
    after: Score | None = None


def run_demo(here: Session, *, cases: int, seed: int, home: Path) -> bool:
    """Run it in ``home``, which is made anew; True when everything went as it should."""
    folder = _fresh(home).resolve()
    # The day in the zone of the demo's configuration: its agreements and files are dated by it.
    today = now().astimezone(ZoneInfo("Asia/Shanghai")).date()
    told = _Told()
    _step(here, _("A fictional market: {count} cases of two creditors", count=cases))
    world = World.build(cases, seed, today)
    files = write_files(world, folder / "files")
    here.say(_("Their files are in {folder}", folder=files.folder))
    with (
        Sandbox(world.sandbox(), latency=_LATENCY, faults=_FAULTS, seed=seed) as carrier,
        _environment(SECRET, carrier.client_secret),
    ):
        settings = files.config(
            base_url=carrier.base_url,
            token_url=carrier.token_url,
            client_id=carrier.client_id,
            secret_env=SECRET,
        )
        # Beside the home, for the demo; in a real house where who can write the database cannot write.
        settings += f'\n[[witnesses]]\nname = "demo"\nkind = "file"\npath = \'{folder / "witnessed"}\'\n'
        at_home = folder / "home"
        Desk.init(at_home, here.actor, config_text=settings)
        with Desk.open(at_home, here.actor) as desk:
            _import(here, desk, files, told)
            traced_ = _trace(here, desk, told)
            told.before = _score(here, desk, world)
            here.say(told.before.shown(), "green")
            _calls(here, desk, files, told)
            told.after = _score(here, desk, world)
            here.say(told.after.shown(), "green")
            answered = _refresh(here, desk)
            example = _example(desk, world)
            whole = _verify(here, desk)
            if not here.json:
                _step(here, _("One case, and why"))
                show.contacts(here.out, example, explain=True)
    if here.json:
        show.as_json(
            {
                "home": str(at_home),
                "files": str(files.folder),
                "imports": told.imports,
                "lookups": told.lookups,
                "spent": traced_.spent,
                "before_calls": told.before.json(),
                "after_calls": told.after.json(),
                "request_answered": answered,
                "example": shapes.contacts(example),
                "log_ok": whole,
            }
        )
    _look_at(here, home / "home", example)
    return whole and not traced_.broken


def _fresh(home: Path) -> Path:
    """Make an empty folder; one that an earlier demo made is made anew, anything else is left alone."""
    if home.exists() and not (home / MARK).exists():
        raise WrongUse(
            N_("{home} is there already and was not made by a demo"),
            N_("Name another folder with --home. Nothing was changed."),
            home=home,
        )
    try:
        if home.exists():
            shutil.rmtree(home)
        home.mkdir(parents=True, mode=0o700)
        (home / MARK).touch()
    except OSError as error:
        raise WrongUse(
            N_("The home {home} cannot be made: {why}"),
            N_("Name a folder you may write to with --home or TRACER_HOME."),
            home=home,
            why=os.strerror(error.errno) if error.errno else type(error).__name__,
        ) from error
    return home


@contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        os.environ.pop(name) if before is None else os.environ.update({name: before})


def _step(here: Session, title: str) -> None:
    here.out.print()
    here.out.rule(escape(title), align="left")


def _import(here: Session, desk: Desk, files: Files, told: _Told) -> None:
    _step(here, _("Placements and updates are taken in"))
    for paths in (files.placements, files.updates):
        for client, path in paths.items():
            _take(here, desk, path, client, told)


def _take(here: Session, desk: Desk, path: Path, client: str, told: _Told) -> None:
    with here.progress(_("Reading {file}", file=path.name)) as heard:

        def read(seen: Progress) -> None:
            heard(seen.done, seen.size)

        report = desk.import_file(path, client, progress=read)
    told.imports.append({"file": path.name, "client": client, "counts": dict(report.counts)})
    if not here.json:
        here.out.print(f"[bold]{escape(path.name)}[/]")
        said(here, report, limit=3)


def _trace(here: Session, desk: Desk, told: _Told) -> TraceReport:
    _step(here, _("Look-ups, each decided by policy and in the log before it is made"))
    with here.progress(_("Looking up")) as heard:
        report = desk.trace(desk.open_cases(), PURPOSE, progress=heard)
    told.lookups = dict(report.outcomes)
    if not here.json:
        traced(here, report)
    return report


def _calls(here: Session, desk: Desk, files: Files, told: _Told) -> None:
    _step(here, _("The first calls were made: their notes re-rank the numbers at once"))
    for client, path in files.outcomes.items():
        _take(here, desk, path, client, told)


def _score(here: Session, desk: Desk, world: World) -> Score:
    cases = desk.open_cases()
    findable = right = placed = none = barred = 0
    said_nobody = 0.0
    stated = {case.key: case.debtor.stated(case.loan_on) for case in world.cases}
    with here.progress(_("Ranking")) as heard:
        for done, case in enumerate(cases, 1):
            key = (case.client, case.number)
            used = world.used[key] & world.findable[key]
            found = desk.contacts(f"{case.client}/{case.number}")
            said_nobody += found.nobody
            heard(done, len(cases))
            if not used:
                none += 1
                continue
            if used <= {one.phone.key for one in found.numbers if one.ranked.barred}:
                barred += 1
                continue
            findable += 1
            right += bool(found.numbers) and found.numbers[0].phone.key in used
            placed += stated[key] in used
    return Score(
        cases=len(cases),
        findable=findable,
        barred=barred,
        right=right,
        as_placed=placed,
        nobody=none / max(1, len(cases)),
        said=said_nobody / max(1, len(cases)),
    )


def _refresh(here: Session, desk: Desk) -> bool:
    """A collector asks for better numbers of a case in which nobody was reached; a specialist answers."""
    _step(here, _("A collector asks for refreshed contacts, a specialist answers"))
    lost = next((f"{one.client}/{one.case}" for one in desk.cases(state="fully_lost", limit=1)), None)
    if lost is None:
        here.say(_("No case fits."))
        return False
    request = desk.request(lost, reason="no_answer")
    report = desk.trace([desk.case(lost)], PURPOSE, again=True)
    found = desk.contacts(lost)
    good = any(one.ranked.advice is Advice.SEND and not one.ranked.barred for one in found.numbers)
    answer = desk.answer_request(request.id, "FOUND" if good else "NOT_FOUND")
    here.say(
        _(
            "Request {number} for case {case}: {asked} look-ups made again, answered {answer}",
            number=request.id,
            case=lost,
            asked=sum(len(one.lookups) for one in report.cases),
            answer=answer.answer,
        )
    )
    return True


def _example(desk: Desk, world: World) -> Contacts:
    """A case that shows much in little room: a clear and right first, few numbers, many kinds of reason."""

    def worth(found: Contacts) -> tuple[bool, bool, int, int]:
        kinds = {reason.code.partition(".")[0] for one in found.numbers for reason in one.ranked.reasons}
        barred = any(one.ranked.barred for one in found.numbers)
        clear = found.numbers[0].ranked.advice is Advice.SEND
        right = found.numbers[0].phone.key in world.used[found.client, found.case]
        # One who changed his number shows more than one who kept it: something speaks against the others.
        few = 2 <= len(found.numbers) <= 4
        return (
            few and clear and right,
            found.numbers[0].ranked.p > 0.9,
            len(kinds) + barred,
            -len(found.numbers),
        )

    shown = (desk.contacts(f"{case.client}/{case.number}") for case in desk.open_cases()[:60])
    return max((found for found in shown if found.numbers), key=worth)


def _verify(here: Session, desk: Desk) -> bool:
    _step(here, _("The log is recomputed from its bytes"))
    with here.progress(_("Verifying")) as heard:
        found = desk.log_verify(heard)
    if found.ok:
        here.say(
            _("The log is whole: {size} entries, root {root}", size=found.size, root=found.root.hex()),
            "green",
        )
    return found.ok


def _look_at(here: Session, home: Path, example: Contacts) -> None:
    _step(here, _("Look around"))
    case = f"{example.client}/{example.case}"
    at = f"tracer --home {home}"
    for command, what in (
        (f"{at} contacts {case} --explain", _("the numbers of one case, and why")),
        (f"{at} cases --state fully_lost", _("the cases in which nobody was reached")),
        (f"{at} graph {case} --out case.svg", _("the same case as a picture")),
        (f"{at} log list --case {case}", _("what was asked about it, and what policy said")),
        (
            f"{at} log prove --case {case} --pdf receipt.pdf",
            _("what its debtor may be given: each look-up, proved"),
        ),
        (f"{at} sources list", _("whom this house may ask, and until when")),
        (
            f"{at} users add you --role specialist --client northbank --client harborcredit",
            _("a sign-in link for you; then the desk on screen:"),
        ),
        (f"{at} serve", _("pages and REST on this machine, until Ctrl-C")),
    ):
        here.say(f"  {command}\n      {what}")
    here.say(
        _(
            "All people and numbers are fictional. The carrier is gone now: a new trace on this "
            "home finds it unavailable."
        )
    )
