"""Whom this house may ask: the configured sources, and making new ones."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from tracer.cli import later, scores, show
from tracer.cli.session import WITH_PROBLEMS, leave, session
from tracer.desk.channels import SourceLine, installed
from tracer.desk.workbench import editor_schema, tried, written
from tracer.words import N_, _

PANEL = N_("Begin")

_CHECKS = {
    "schema": N_("it is well formed and keeps the terms it declares"),
    "values": N_("every value of the definition is mapped"),
    "examples": N_("every example of the definition is understood"),
    "refusals": N_("a refusal never yields a fact"),
    "request": N_("the request is what the definition wants, and no more"),
    "privacy": N_("nobody in addresses, headers, logs or error texts"),
    "faults": N_("nonsense, proxies' pages and silence each have an outcome"),
    "signature": N_("how it says who asks"),
    "limits": N_("cool-down and limits are declared"),
    "gated": N_("what may not be kept is dropped"),
    "anchor": N_("what it needs is needed"),
    "billing": N_("what is charged for is said"),
    "provenance": N_("definition, licence and footing are recorded"),
    "scenarios": N_("every scenario's refusal is understood"),
}
_VERDICTS = {
    "done": N_("done"),
    "failed": N_("failed"),
    "exempt": N_("exempt"),
    "not_looked_at": N_("not looked at"),
}


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    panel = _(PANEL)
    sources = typer.Typer(no_args_is_help=True)
    sources.command("list", help=_("The configured sources."))(sources_list)
    sources.command("check", help=_("What keeps sources from being asked. Asks nothing about anybody."))(
        sources_check
    )
    sources.command("show", help=_("What one source is told, about whom, for what, and at what price."))(
        sources_show
    )
    sources.command("test", help=_("Hold a source against fourteen checks. Asks nothing about anybody."))(
        sources_test
    )
    sources.command("new", help=_("Write a first manifest from a vendor's OpenAPI file."))(sources_new)
    sources.command("schema", help=_("The JSON Schema of manifests, for editors."))(sources_schema)
    later.register(sources)
    scores.register(sources)
    app.add_typer(
        sources,
        name="sources",
        help=_("Whom this house may ask, and what each may be told."),
        rich_help_panel=panel,
    )


def sources_list(context: typer.Context) -> None:
    here = session(context)
    with here.desk() as desk:
        lines = desk.sources()
    if here.json:
        show.as_json({"sources": [_source_json(line) for line in lines], "installed": installed()})
        return
    rows = [
        (
            escape(line.settings.id),
            escape(str(line.terms.channel)) if line.terms else "",
            escape(line.settings.authorisation),
            str(line.settings.until or ""),
            show.price(line.settings.price),
            _quality(line),
            _("not ready") if line.faults else _("ready"),
        )
        for line in lines
    ]
    show.table(
        here.out,
        (_("source"), _("channel"), _("authorisation"), _("until"), _("price"), _("quality"), _("state")),
        rows,
        whole=(_("source"), _("until")),
    )
    if any(line.faults for line in lines):
        here.say(_("See why with: tracer sources check"))
    unused = sorted(set(installed()) - {line.settings.use for line in lines})
    if unused:
        here.say(_("Installed, but not in the configuration: {names}", names=", ".join(unused)))


def sources_check(context: typer.Context) -> None:
    here = session(context)
    with here.desk() as desk:
        lines = desk.sources()
    faulty = [line for line in lines if line.faults]
    if here.json:
        show.as_json({"sources": [_source_json(line) for line in lines]})
    elif not lines:
        here.say(_("No source is configured, so nothing may be asked. See config.example.toml."))
    else:
        for line in lines:
            here.out.print(
                f"[{'red' if line.faults else 'green'}]{'✗' if line.faults else '✓'}[/] "
                f"{escape(line.settings.id)}"
            )
            for fault in line.faults:
                here.say(f"    {fault.sentence}\n    → {fault.remedy}")
        here.say(_("Nobody was asked anything."))
    leave(WITH_PROBLEMS if faulty else 0)


def sources_show(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("The source's id in the configuration."))],
) -> None:
    here = session(context)
    with here.desk() as desk:
        line = desk.source(name)
    if here.json:
        show.as_json(_source_json(line))
        return
    settings, terms = line.settings, line.terms
    rows = [
        (_("source"), settings.use),
        (_("authorisation"), f"{settings.authorisation} ({settings.from_ or '?'} – {settings.until or '?'})"),
        (_("purposes"), ", ".join(sorted(settings.purposes))),
        (_("may be asked about"), ", ".join(sorted(settings.roles))),
        (_("may be told"), ", ".join(sorted(settings.fields))),
    ]
    if terms:
        rows += [
            (_("is told"), ", ".join(sorted(settings.fields & terms.sends))),
            (_("cannot do without"), ", ".join(sorted(terms.needs))),
            (_("channel"), str(terms.channel)),
            (_("intrusion"), _("{level} of 4", level=terms.intrusion)),
            (_("an answer is good for"), _("{days} days", days=terms.fresh_for.days)),
        ]
    if line.person:
        person = line.person.person
        rows += [
            (_("lawful basis"), person.lawful_basis),
            (_("reasonable use"), person.use_limit),
            (_("written from"), person.spec),
            (_("proved on"), person.proved),
        ]
    if line.manifest:
        about = line.manifest.source
        rows += [
            (_("vendor"), about.vendor),
            (_("definition"), f"{about.spec} {about.version}, {about.licence or '?'}"),
            (_("lawful for"), ", ".join(about.lawful.purposes)),
            (_("consent"), about.lawful.consent),
            (
                _("quality"),
                "; ".join(f"{check}: {said}" for check, said in line.quality.items() if said != "done")
                or _("all fourteen checks are done"),
            ),
        ]
    rows += [
        (_("address"), settings.base_url or ", ".join(terms.hosts if terms else ())),
        (
            _("limits"),
            _(
                "{rate} a second, {concurrency} at once, {daily} a day",
                rate=settings.rate,
                concurrency=settings.concurrency,
                daily=settings.budget or "∞",
            ),
        ),
        (_("price"), show.price(settings.price)),
    ]
    show.table(here.out, ("", escape(settings.id)), [(key, escape(value)) for key, value in rows if value])
    for fault in line.faults:
        here.say(f"✗ {fault.sentence}\n  → {fault.remedy}", "red")


def _quality(line: SourceLine) -> str:
    """How many of the fourteen checks are done, and how many a source is exempt from for a reason."""
    done = sum(said == "done" for said in line.quality.values())
    exempt = sum(said.startswith("exempt") for said in line.quality.values())
    return f"{done}/{len(line.quality)}" + (f" (−{exempt})" if exempt else "") if line.quality else ""


def _source_json(line: SourceLine) -> dict[str, object]:
    settings, terms = line.settings, line.terms
    return {
        "id": settings.id,
        "use": settings.use,
        "authorisation": settings.authorisation,
        "from": settings.from_,
        "until": settings.until,
        "purposes": sorted(settings.purposes),
        "roles": sorted(settings.roles),
        "fields": sorted(settings.fields),
        "price": settings.price,
        "rate": settings.rate,
        "concurrency": settings.concurrency,
        "daily": settings.budget,
        "terms": {
            "channel": str(terms.channel),
            "subject": str(terms.subject),
            "sends": sorted(terms.sends),
            "needs": sorted(terms.needs),
            "intrusion": terms.intrusion,
            "fresh_for_days": terms.fresh_for.days,
        }
        if terms
        else None,
        "quality": dict(line.quality),
        "circuit": {
            "open": line.silence.broken,
            "failures": line.silence.failures,
            "since": line.silence.last,
        },
        "faults": [{"problem": fault.sentence, "remedy": fault.remedy} for fault in line.faults],
        "ready": not line.faults,
    }


def sources_test(
    context: typer.Context,
    target: Annotated[
        str, typer.Argument(metavar="MANIFEST|ID", help=_("A manifest's path, or the name of a source."))
    ],
    spec: Annotated[
        Path | None, typer.Option(help=_("Its vendor's definition: OpenAPI as YAML or JSON."))
    ] = None,
    features: Annotated[
        Path | None, typer.Option(help=_("A folder of Gherkin scenarios (.feature)."))
    ] = None,
) -> None:
    here = session(context)
    done = tried(target, spec=spec, features=features)
    if here.json:
        show.as_json(
            {
                "source": done.name,
                "passed": done.passed,
                "checks": [
                    {
                        "check": str(one.check),
                        "verdict": str(one.verdict),
                        "note": one.note,
                        "found": [{"code": short.code, "where": short.where} for short in one.found],
                    }
                    for one in done.results
                ],
            }
        )
    else:
        rows = [
            (
                _(_VERDICTS[one.verdict]),
                _(_CHECKS[one.check]),
                escape("; ".join(f"{short.code} {short.where}".strip() for short in one.found) or one.note),
            )
            for one in done.results
        ]
        show.table(here.out, (_("result"), _("check"), escape(done.name)), rows, whole=(_("result"),))
        if any(one.verdict == "not_looked_at" for one in done.results):
            here.say(_("What was not looked at needs the vendor's definition: --spec, --features."))
        here.say(_("Nobody was asked anything."))
    leave(0 if done.passed else WITH_PROBLEMS)


def sources_new(
    context: typer.Context,
    definition: Annotated[Path, typer.Option("--from", help=_("The vendor's OpenAPI file (YAML or JSON)."))],
    out: Annotated[Path, typer.Option(help=_("Where to write the manifest."))],
    operation: Annotated[
        str, typer.Option(help=_("Which operation, by its operationId or path, when there are several."))
    ] = "",
) -> None:
    here = session(context)
    done = written(definition, out, operation=operation)
    if here.json:
        show.as_json(
            {
                "manifest": str(done.path),
                "decide": [{"place": place, "what": what} for place, what in done.decide],
            }
        )
        return
    here.say(_("A first manifest was written to {file}. For you to decide:", file=done.path))
    for place, what in done.decide:
        here.say(f"  {place}: {what}")
    here.say(_("Then: tracer sources test {file} --spec {spec}", file=done.path, spec=definition))


def sources_schema(context: typer.Context) -> None:
    session(context)
    show.as_json(editor_schema())
