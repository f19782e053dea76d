"""Draws the pictures of the READMEs from real output: ``.venv/bin/python docs/make_pictures.py``.

A fictional market is imported and traced against the sandbox carrier in a temporary home, and one case, short
and one that the ranking got right, is shown by the code behind ``tracer contacts CASE --explain``. Tokens and
dates differ from run to run.
"""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import SVG_EXPORT_THEME

from graph.model import Advice
from tracer.cli import show
from tracer.clock import now
from tracer.demo.files import write_files
from tracer.demo.sandbox import Sandbox
from tracer.demo.world import NORTHBANK, World
from tracer.desk import contacts, intake, office, trace
from tracer.desk.contacts import Contacts
from tracer.desk.numbers import numbers_of
from tracer.words import speak

IMAGES = Path(__file__).resolve().parent / "images"
WIDTH = 120
SECRET = "TRACER_PICTURE_SECRET"  # noqa: S105  the name of the variable


def main() -> None:
    """Write one picture in each language."""
    with tempfile.TemporaryDirectory(prefix="pictures-") as folder:
        found, secret_digits = _a_case(Path(folder))
    IMAGES.mkdir(exist_ok=True)
    for language, name in (("en", "contacts.svg"), ("zh", "contacts.zh.svg")):
        speak(language)
        (IMAGES / name).write_text(_drawn(found, secret_digits), encoding="utf-8")


def _a_case(folder: Path) -> tuple[Contacts, list[str]]:
    """Run the main job; give a case that shows much, and the digits that no picture may hold."""
    today = now().date()
    market = World.build(40, 7, today)
    files = write_files(market, folder / "files")
    with Sandbox(market.sandbox()) as carrier:
        os.environ[SECRET] = carrier.client_secret
        settings = files.config(
            base_url=carrier.base_url,
            token_url=carrier.token_url,
            client_id=carrier.client_id,
            secret_env=SECRET,
        )
        home = folder / "home"
        office.create(home, now, "demo", settings)
        open_office = office.open_office(home, None, now, "demo")
        try:
            for path in (files.placements, files.updates, files.outcomes):
                intake.import_file(open_office, path[NORTHBANK], NORTHBANK)
            cases = list(open_office.store.cases.listed())
            trace.trace(open_office, cases, "contact_repair")
            shown = {case.id: contacts.contacts(open_office, case) for case in cases}
            right = [
                case
                for case in cases
                if shown[case.id].numbers
                and shown[case.id].numbers[0].phone.key == market.truth.get((case.client, case.number))
            ]
            best = max(right, key=lambda case: _worth_showing(shown[case.id]))
            digits = [phone.e164[-8:] for phone in numbers_of(open_office, best).values() if phone.e164]
            return shown[best.id], digits
        finally:
            open_office.close()


def _worth_showing(found: Contacts) -> tuple[bool, int, int]:
    """Short ones first; of these the most kinds of number and of reason, then the fewest lines."""
    kinds = {str(one.ranked.barred.code if one.ranked.barred else one.ranked.advice) for one in found.numbers}
    users = {str(one.ranked.stated_user) for one in found.numbers}
    first = {reason.code.partition(".")[0] for one in found.numbers[:1] for reason in one.ranked.reasons}
    good = bool(found.numbers) and found.numbers[0].ranked.advice is Advice.SEND
    lines = sum(len(one.ranked.reasons) + 4 for one in found.numbers)
    return (
        len(found.numbers) <= 4,
        good * (3 * len(kinds) + len(users) + 4 * len(first & {"fact", "call"})),
        -lines,
    )


def _drawn(found: Contacts, secret_digits: list[str]) -> str:
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        console = Console(
            record=True,
            width=WIDTH,
            file=nowhere,
            force_terminal=True,
            color_system="truecolor",
            highlight=False,
        )
        show.contacts(console, found, explain=True)
    plain = re.sub(r"\D", "", console.export_text(clear=False))
    if any(digits in plain for digits in secret_digits):
        raise SystemExit("a whole number would be in the picture; nothing was written")
    drawn = console.export_svg(title="tracer contacts --explain", theme=SVG_EXPORT_THEME)
    # A picture loads nothing from anywhere: the fonts it would fetch go, those of the reader's machine stay.
    drawn = re.sub(r"@font-face\s*\{[^}]*\}", "", drawn)
    drawn = drawn.replace(
        "Fira Code, monospace", "'DejaVu Sans Mono', 'Noto Sans Mono CJK SC', Consolas, monospace"
    )
    return "\n".join(line.rstrip() for line in drawn.splitlines() if line.strip()) + "\n"


if __name__ == "__main__":
    main()
