"""All the program says is in the Chinese catalogue with the same places, and the compiled one is current."""

from __future__ import annotations

import ast
import io
import string
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "tracer" / "locale" / "zh" / "LC_MESSAGES"
KEYWORDS = {"_": None, "N_": None}
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
OPTIONS = {"**/templates/**.html": {"silent": "false", "trimmed": "true"}}


def sentences(folder: Path) -> dict[str, list[str]]:
    """Give every sentence marked in modules and templates under ``folder``, with the places it stands in."""
    found: dict[str, list[str]] = {}
    for file, line, message, _, _ in extract_from_dir(
        str(folder), method_map=METHODS, options_map=OPTIONS, keywords=KEYWORDS
    ):
        found.setdefault(message if isinstance(message, str) else message[0], []).append(f"{file}:{line}")
    found.pop("", None)
    return found


def places(sentence: str) -> set[str]:
    """Give the names of the places a sentence has; raises ValueError when its braces do not pair."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def untranslated(said: dict[str, list[str]], catalogue: Catalog) -> list[str]:
    """Give the sentences that the catalogue lacks, leaves empty or marks as doubtful."""
    lacking = []
    for sentence, where in said.items():
        message = catalogue.get(sentence)
        if message is None or not message.string or message.fuzzy:
            lacking.append(f"{where[0]}: {sentence}")
    return lacking


def displaced(catalogue: Catalog) -> list[str]:
    """Give the sentences whose translation has other places than they have."""
    return [
        str(message.id)
        for message in catalogue
        if message.id and message.string and places(str(message.id)) != places(str(message.string))
    ]


def _catalogue() -> Catalog:
    with (FOLDER / "tracer.po").open("rb") as file:
        return read_po(file, locale="zh")


def test_every_sentence_has_a_chinese_one() -> None:
    said = sentences(ROOT / "tracer")

    lacking = untranslated(said, _catalogue())

    assert lacking == [], f"{len(lacking)} of {len(said)} sentences have no Chinese"


def test_every_translation_has_the_places_of_its_sentence() -> None:
    assert displaced(_catalogue()) == []


def test_the_catalogue_holds_nothing_that_is_no_longer_said() -> None:
    said = sentences(ROOT / "tracer")

    assert [message.id for message in _catalogue() if message.id and message.id not in said] == []


def test_the_readable_catalogue_is_written_as_make_locale_writes_it() -> None:
    said = Catalog()
    for sentence in sorted(sentences(ROOT / "tracer")):
        said.add(sentence)
    catalogue = _catalogue()
    catalogue.update(said, no_fuzzy_matching=True, update_creation_date=False)
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=0, sort_output=True, no_location=True, ignore_obsolete=True)

    written = (FOLDER / "tracer.po").read_bytes()

    assert buffer.getvalue() == written, "run: make locale"


def test_the_catalogue_names_no_place_and_no_person() -> None:
    head = (FOLDER / "tracer.po").read_text(encoding="utf-8").partition("\n\n")[0]

    assert str(ROOT) not in head
    assert "@" not in head


def test_the_compiled_catalogue_is_that_of_the_readable_one() -> None:
    buffer = io.BytesIO()
    write_mo(buffer, _catalogue())
    buffer.seek(0)
    fresh = {message.id: message.string for message in read_mo(buffer) if message.id}

    with (FOLDER / "tracer.mo").open("rb") as file:
        compiled = {message.id: message.string for message in read_mo(file) if message.id}

    assert compiled == fresh, "run: make locale"


def test_what_is_translated_at_run_time_is_a_sentence_and_not_a_built_text() -> None:
    # _(f"...") or _("a" + b) can be in no catalogue: each says something else every time.
    built = []
    for path in sorted((ROOT / "tracer").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
                continue
            if node.func.id in KEYWORDS and isinstance(node.args[0], ast.JoinedStr | ast.BinOp):
                built.append(f"{path.relative_to(ROOT)}:{node.lineno}")

    assert built == []


def test_the_extraction_finds_a_planted_sentence(tmp_path: Path) -> None:
    (tmp_path / "planted.py").write_text(
        'x = N_("Case {case} is lost.")\ny = _("Found.")\n', encoding="utf-8"
    )

    assert set(sentences(tmp_path)) == {"Case {case} is lost.", "Found."}


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        pytest.param(None, (), id="absent"),
        pytest.param("", (), id="empty"),
        pytest.param("好", ("fuzzy",), id="doubtful"),
    ],
)
def test_the_completeness_check_finds_a_sentence_without_chinese(
    text: str | None, flags: tuple[str, ...]
) -> None:
    catalogue = Catalog(locale="zh")
    if text is not None:
        catalogue.add("Found.", text, flags=flags)

    assert untranslated({"Found.": ["x.py:1"]}, catalogue) == ["x.py:1: Found."]


def test_the_places_check_finds_a_lost_place() -> None:
    catalogue = Catalog(locale="zh")
    catalogue.add("Case {case} is lost.", "案件丢失。")

    assert displaced(catalogue) == ["Case {case} is lost."]
