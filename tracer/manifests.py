"""Sources that are files: those shipped with the program, and those a configuration names by path."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from pathlib import Path

from sources import persons
from sources.contract import Source
from sources.manifest import Flaw, Manifest, ManifestFault, read, source
from tracer.config import SourceSettings
from tracer.errors import WrongUse
from tracer.words import N_, _

_SHIPPED = files("sources").joinpath("manifests")
_PERSONS = files("sources").joinpath("persons").joinpath("manifests")

# What each code of sources.manifest says; places: value, key.
_SAID = {
    "not_toml": N_("is not valid TOML from here on"),
    "too_long": N_("is longer than a person would review"),
    "extra_forbidden": N_("{key} is not known here"),
    "missing": N_("{key} is missing"),
    "to_decide": N_("{key}: somebody has to decide this"),
    "enum": N_("{key} cannot be {value}"),
    "literal_error": N_("{key} cannot be {value}"),
    "not_a_duration": N_("{key} is {value}; write a number and s, m, h or d: 24h, 31d"),
    "not_a_path": N_("{key} is {value}; a path begins with / and has no query"),
    "not_a_place": N_("{key} is {value}; write the names joined by dots: data.status, items[0].code"),
    "not_an_id": N_("{key} is {value}; use small letters, digits, dots and dashes"),
    "gateways_outcome": N_("{key}: {value} is said by the gateway only, never by a vendor"),
    "no_such_place": N_("{key}: nothing is called {value}; docs/plugin-author.md lists all that can be told"),
    "need_not_used": N_("{key}: {value} is asked for and never told: take it out, or tell it"),
    "told_but_not_needed": N_("{key}: {value} is told, but stands under neither needs nor also"),
    "option_not_described": N_("{key}: {value} is not described under [options]"),
    "number_not_needed": N_("{key}: a question about a number has to need the number"),
    "person_in_url": N_(
        "{key}: {value} would stand in the address of the request, where proxies and logs see it; use the "
        "body, or say under source.in_url why the vendor takes it nowhere else"
    ),
    "nothing_in_url": N_("{key}: nothing about a person is in the address; take it out"),
    "person_in_header": N_("{key}: nothing about a person may stand in a header"),
    "secret_elsewhere": N_("{key}: {value} may stand in the path only, and with auth kind path"),
    "third_party": N_("{key}: a {value} owes nothing and may not be looked up"),
    "two_bodies": N_("{key}: a request has either json or form"),
    "get_with_body": N_("{key}: a GET has no body"),
    "auth_incomplete": N_("{key}: this kind needs {value}"),
    "subject_unfit": N_("{key}: {value} gives no token in anybody's name"),
    "two_references": N_("{key}: [poll] finds the reference elsewhere; both have to mean the same"),
    "two_waits": N_("{key}: what is waited for would be in two places ({value})"),
    "file_unfit": N_('{key}: [file] goes with method = "FILE" and with no other, and this is {value}'),
    "no_line": N_("{key}: a line of a file is a table of texts: column = place"),
    "no_such_column": N_("{key}: {value} is no column of the line that is sent"),
    "header_not_yours": N_("{key}: the program sets this header itself"),
    "no_reference": N_("{key}: the reference {value} is used nowhere"),
    "never_answered": N_("{key}: no value of it means answered"),
    "no_such_code": N_("{key}: {value} is no code of the map"),
    "gated": N_("{key}: {value} hands out a person or where he is; no source may keep it"),
    "no_such_kind": N_("{key}: {value} is no kind of fact"),
    "fact_not_given": N_("{key}: {value} is announced, but no [[fact]] gives it"),
    "fact_not_declared": N_("{key}: {value} is not announced in source.facts"),
    "anchor_not_needed": N_("{key}: counted from the anchor date, which source.needs does not list"),
    "no_such_value": N_("{key}: {value} is not in the vocabulary of this kind of fact"),
    "nothing_mapped": N_("{key}: say what each of the vendor's values means"),
    "carrier_without_role": N_("{key}: say whose name it is: original:, current: or mvno:"),
    "anchor_missing": N_("{key}: {value} means nothing without the date it is counted from"),
    "two_anchors": N_("{key}: give either anchor or anchor_days"),
    "attribute_unfit": N_("{key}: attribute says what was compared, for attribute_match and nothing else"),
    "score_unfit": N_("{key}: only attribute_match has a score"),
    "compare_unfit": N_("{key}: {value} cannot be had by comparing dates so"),
}
_OTHER = N_("{key} cannot be {value} ({code})")


def shipped() -> tuple[str, ...]:
    """Give the ids of the manifests that come with the program, sorted."""
    return tuple(
        sorted(one.name.removesuffix(".toml") for one in _SHIPPED.iterdir() if one.name.endswith(".toml"))
    )


def shipped_persons() -> tuple[str, ...]:
    """Give the ids of the shipped manifests about a person (registers, data files), sorted."""
    return tuple(
        sorted(one.name.removesuffix(".toml") for one in _PERSONS.iterdir() if one.name.endswith(".toml"))
    )


def shipped_text(name: str) -> bytes:
    """Give a shipped manifest as it is; KeyError when there is none of that id."""
    if name in shipped_persons():
        return _PERSONS.joinpath(f"{name}.toml").read_bytes()
    if name not in shipped():
        raise KeyError(name)
    return _SHIPPED.joinpath(f"{name}.toml").read_bytes()


def shipped_manifest(name: str) -> Manifest:
    """Give a shipped manifest, read; KeyError when there is none of that id."""
    return _read(shipped_text(name), f"{name}.toml")


def sentence(fault: Flaw) -> str:
    """Say what is wrong, in the reader's language."""
    said = _SAID.get(fault.code)
    if said is None:
        return _(_OTHER, key=fault.key, value=fault.value, code=fault.code)
    return _(said, key=fault.key, value=fault.value)


def read_file(path: Path) -> Manifest:
    """Read and check a manifest; WrongUse names the file, and line and key of all that is wrong."""
    return _read(_bytes(path), str(path))


def load_manifest(settings: SourceSettings) -> Source:
    """Make the source a configuration names by its file, or by the id of a shipped one. Raises WrongUse."""
    path = settings.manifest
    content = _bytes(path) if path else shipped_text(settings.use)
    digest = hashlib.sha256(content).hexdigest()
    if settings.sha256 and digest != settings.sha256:
        raise WrongUse(
            N_("Source {use} is not the file that was reviewed: its SHA-256 is {found}."),
            N_("Review it anew and write that as `sha256`, or install the reviewed version."),
            use=settings.use,
            found=digest,
        )
    file = str(path or f"{settings.use}.toml")
    person = _person(content, file)
    if person is not None:
        return person
    manifest = _read(content, file)
    missing = sorted(set(manifest.options) - {name for name, value in settings.options.items() if value})
    if missing:
        raise WrongUse(
            N_("Source {use} needs to be told {missing}."),
            N_('Write it in its section of the configuration: options = {{ {first} = "…" }} ({what}).'),
            use=settings.id,
            missing=", ".join(missing),
            first=missing[0],
            what=manifest.options[missing[0]],
        )
    return source(manifest, settings.options)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise WrongUse(
            N_("The manifest {file} cannot be read ({why})."),
            N_("Check the path; it is taken from the configuration's own folder."),
            file=str(path),
            why=type(error).__name__,
        ) from error


def _person(content: bytes, file: str) -> persons.Register | persons.DataFile | None:
    """The source of a manifest about a person; None when it is about a number, or cannot be read."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    if not persons.is_person_manifest(text):
        return None
    try:
        return persons.source(persons.read(text))
    except persons.PersonFault as error:
        raise WrongUse(
            N_("{file} is no manifest of a register or data file: {places}"),
            N_("Each of these keys is missing, unknown or says what cannot be: see docs/registers.md."),
            file=file,
            places=", ".join(error.places[:8]),
        ) from None


def _read(content: bytes, file: str) -> Manifest:
    try:
        return read(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise WrongUse(
            N_("{file} is not UTF-8 text."), N_("Save it as UTF-8 and try again."), file=file
        ) from None
    except ManifestFault as error:
        raise WrongUse(
            N_("{file} is no manifest: {faults}"),
            N_("docs/plugin-author.md shows every key; `tracer sources new` writes a first version."),
            file=file,
            faults="; ".join(
                _("line {line}: {sentence}", line=one.line, sentence=sentence(one)) for one in error.faults
            ),
        ) from None
