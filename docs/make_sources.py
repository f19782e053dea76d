"""Writes docs/sources/: a page for every carrier connector, from the connectors themselves (make docs)."""

from __future__ import annotations

import inspect
from pathlib import Path

from sources import persons
from sources.carrier.camara import KycMatch, NumberRecycling, SubscriptionStatus, Tenure
from sources.contract import Terms
from sources.enquiry import Addressee, Enquiry
from sources.manifest import Manifest, read, source
from sources.sealed import SealedRepair

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ROOT / "sources" / "manifests"
PERSONS = ROOT / "sources" / "persons" / "manifests"
PAGES = ROOT / "docs" / "sources"
CODED = (NumberRecycling, Tenure, KycMatch, SubscriptionStatus)
_HEAD = "<!-- Written by docs/make_sources.py (make docs). Change the connector, not this page. -->\n\n"


def pages() -> dict[str, str]:
    """Give every page by its file name."""
    found = {f"{path.stem}.md": _of_manifest(path) for path in sorted(SHIPPED.glob("*.toml"))}
    found |= {f"{kind().name}.md": _of_code(kind) for kind in CODED}
    found |= {f"{path.stem}.md": _of_person(path) for path in sorted(PERSONS.glob("*.toml"))}
    found |= {f"enquiry.{to}.md": _of_enquiry(to) for to in Addressee}
    found["sealed.repair.md"] = _of_sealed()
    return {"README.md": _index(found), **found}


def _index(found: dict[str, str]) -> str:
    rows = [
        f"| [{name.removesuffix('.md')}]({name}) | {text.split('**Asks:** ')[1].splitlines()[0]} |"
        for name, text in sorted(found.items())
    ]
    return (
        _HEAD + "# Connectors\n\nEach runs only when a configuration names it, with the document "
        "that "
        "allows it; a page says what it asks,\non what footing, and what the answer does not mean. How "
        "to write "
        "one: [for authors of sources](../plugin-author.md).\n\n| connector | asks |\n|---|---|\n"
        + "\n".join(rows)
        + "\n"
    )


def _told(terms: Terms) -> str:
    needs = ", ".join(sorted(terms.needs))
    also = ", ".join(sorted(terms.sends - terms.needs))
    return f"{needs}; if known: {also}" if also else needs


def _of_manifest(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    manifest = read(text)
    about, terms = manifest.source, source(manifest).terms
    comment = " ".join(line.lstrip("# ").strip() for line in _first_comment(text))
    lawful = about.lawful
    footing = [
        f"- Purposes in the vendor's words: {', '.join(lawful.purposes)}. Consent: {lawful.consent}.",
        *([f"- Basis: {lawful.basis}."] if lawful.basis else []),
        *([f"- {lawful.note[:1].upper()}{lawful.note[1:]}."] if lawful.note else []),
        *(
            ["- Two-legged access (nobody is asked at the time) needs a contract that covers the purpose."]
            if lawful.two_legged_requires_contract
            else []
        ),
        "- Debtor, guarantor or co-debtor only; your own authorisation is named in the configuration.",
    ]
    lines = [
        f"# {about.id}",
        "",
        f"**Asks:** {about.title}",
        "",
        f"**Is told:** {_told(terms)}. **Vendor:** {about.vendor}. **Definition:** "
        f"`{about.spec}`, {about.version} "
        f"({about.licence}).",
        "",
        "## What the answer does not mean",
        "",
        comment,
        "",
        "## Footing",
        "",
        *footing,
        "",
        "## Answers",
        "",
        "| vendor says | fact |",
        "|---|---|",
        *_rows(manifest),
        "",
        "A value that is not listed is a protocol error and no fact.",
        "",
        "## Limits and price",
        "",
        f"- Charged for: {', '.join(about.cost.billed_when) or '-'}"
        + (
            f"; result codes {', '.join(manifest.outcome.billed)}"
            if manifest.outcome and manifest.outcome.billed
            else ""
        )
        + "."
        + (f" At most {about.limits.qps:g} requests a second." if about.limits.qps else ""),
        f"- A number is left alone for {terms.cooldown.total_seconds() / 3600:g} hours after a question."
        if terms.cooldown
        else "- No cool-down is known.",
        f"- An answer is good for {terms.fresh_for.days} days.",
    ]
    if about.in_url:
        lines.append(
            f"- **Personal data stands in the request's address** ({about.in_url}): `person_in_url = true`."
        )
    if about.drops:
        lines.append(f"- Never kept, though the vendor may say it: {', '.join(about.drops)}.")
    for name, what in manifest.options.items():
        lines.append(f"- Option `{name}`: {what}.")
    lines.append(f"- Who asks: `{manifest.auth.kind}`.")
    return _HEAD + "\n".join(lines) + "\n"


def _of_person(path: Path) -> str:
    """The page of a register or data file."""
    text = path.read_text(encoding="utf-8")
    manifest = persons.read(text)
    about, terms = manifest.person, persons.source(manifest).terms
    ways = {
        persons.Way.TABLE: f"its file, kept by you as table `{getattr(manifest.table, 'name', '')}`",
        persons.Way.HTTP: "its interface, one person at a time",
        persons.Way.FILE: "a file that is sent and another that is taken back",
    }
    reads = manifest.read.model_dump(exclude_none=True, exclude_defaults=True)
    read_rows = [
        f"| {kind} | {', '.join(column) if isinstance(column, list | tuple) else column} |"
        for kind, column in reads.items()
        if kind != "status"
    ]
    lines = [
        f"# {about.id}",
        "",
        f"**Asks:** {about.title}",
        "",
        f"**Is told:** {', '.join(sorted(manifest.send))}. **Publisher:** {about.publisher}. "
        f"**Way:** {ways[about.way]}.",
        "",
        "## What the answer does not mean",
        "",
        " ".join(line.lstrip("# ").strip() for line in _first_comment(text)),
        "",
        "## Footing",
        "",
        f"- Lawful basis: {about.lawful_basis}",
        f"- Reasonable use: {about.use_limit}",
        f"- Licence: {about.licence or 'not stated'}.",
        "- Your own authorisation is named in the configuration.",
        "",
        "## Provenance",
        "",
        f"- Written from: {about.spec}.",
        f"- Proved on: {about.proved}.",
        "",
        "## What is read",
        "",
        "| holds | column |",
        "|---|---|",
        *read_rows,
        "",
        "Nothing else of a row is looked at. A row is his only if it says so twice."
        if about.way is not persons.Way.FILE
        else "Nothing else of a row is looked at. A row that names somebody else is not taken.",
        "",
        "## Limits and price",
        "",
        f"- An answer is good for {terms.fresh_for.days} days.",
        f"- Charged for an answer: {'yes' if about.billed else 'no'}."
        + (f" At most {about.qps:g} requests a second." if about.qps else ""),
    ]
    return _HEAD + "\n".join(lines) + "\n"


def _of_enquiry(to: Addressee) -> str:
    """The page of one kind of enquiry."""
    one = Enquiry(addressee=to)
    who = (
        "a third party, under the rules for third parties"
        if to.third_party
        else "an authority, on a legal basis"
    )
    return _HEAD + "\n".join(
        [
            f"# {one.name}",
            "",
            f"**Asks:** by letter, phone or visit, carried by a person: {who}",
            "",
            f"**Is told:** {_told(one.terms)}. **Intrusion:** {one.terms.intrusion} of 4.",
            "",
            "How it is made, what its text can and cannot say, who may be asked and how often:",
            "[enquiries](../enquiries.md).",
            "",
        ]
    )


def _of_sealed() -> str:
    """The page of sealed contact."""
    one = SealedRepair()
    return _HEAD + "\n".join(
        [
            f"# {one.name}",
            "",
            "**Asks:** How many numbers do the carriers have of him? Then: a virtual number that rings one.",
            "",
            f"**Is told:** {_told(one.terms)}. **Vendor:** one whose steps are those of a published SDK.",
            "",
            "How the number itself is kept out, what the answer does not mean, on what it was proved:",
            "[sealed contact](../sealed-contact.md).",
            "",
        ]
    )


def _rows(manifest: Manifest) -> list[str]:
    rows = []
    for part in manifest.fact:
        place = part.at if isinstance(part.at, str) else " + ".join(part.at)
        kind = f"{part.kind} ({part.attribute})" if part.attribute else part.kind
        rows += [
            f"| `{place}` = {said} | {kind}: {value} |"
            for said, value in part.map.items()
            if value != "nothing"
        ]
        if part.compare:
            rows.append(f"| `{place}`, compared with the anchor date | {kind}: yes, no or unknown |")
        elif part.prefix or not part.map:
            rows.append(f"| `{place}` | {kind}: {part.prefix}its text |")
    return rows


def _first_comment(text: str) -> list[str]:
    lines = []
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        lines.append(line)
    return lines


def _of_code(kind: type[NumberRecycling | Tenure | KycMatch | SubscriptionStatus]) -> str:
    one = kind()
    said = inspect.getdoc(kind) or ""
    first, _, rest = said.partition("\n\n")
    lookup = (inspect.getdoc(kind.lookup) or "").strip()
    return _HEAD + "\n".join(
        [
            f"# {one.name}",
            "",
            f"**Asks:** {' '.join(first.split())}",
            "",
            f"**Is told:** {_told(one.terms)}. **Vendor:** a mobile operator, through a CAMARA gateway.",
            "",
            "## What the answer does not mean",
            "",
            " ".join(rest.split()).replace("``", "`")
            or "It is of the day it was asked, and data is no part of it.",
            '404 is "not this operator\'s customer", never "no such number".',
            "",
            "## Footing",
            "",
            "- Two-legged access needs a contract with the operator that covers the purpose; every token",
            "  declares it as a W3C DPV term.",
            "- Debtor, guarantor or co-debtor only; your own authorisation is named in the configuration.",
            "",
            "## Answers",
            "",
            lookup.replace("``", "`"),
            "",
        ]
    )


if __name__ == "__main__":
    PAGES.mkdir(exist_ok=True)
    for name, text in pages().items():
        (PAGES / name).write_text(text, encoding="utf-8")
