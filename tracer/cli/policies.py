"""What the law says: packs and rules, whether a number may be called, examples, the past judged again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from tracer.cli import show
from tracer.cli.session import REFUSED, WITH_PROBLEMS, leave, session
from tracer.clock import now
from tracer.desk import shapes, signoffs
from tracer.desk.channels import rules
from tracer.desk.lawful import Asked, MayContact
from tracer.desk.reasons import coded
from tracer.desk.wording_pages import STANDINGS
from tracer.errors import WrongUse
from tracer.policy.pack import rule, shipped
from tracer.policy.vectors import Tried, read_vectors, run
from tracer.words import N_, _, language

PANEL = N_("Begin")


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    panel = _(PANEL)
    policy = typer.Typer(no_args_is_help=True)
    policy.command("rules", help=_("Every rule a look-up must pass, and what to do when it says no."))(
        policy_rules
    )
    policy.command("packs", help=_("The packs of law, their versions, and how many rules they enforce."))(
        policy_packs
    )
    policy.command("show", help=_("One rule of a pack: what it says, where it stands, what is tested."))(
        policy_show
    )
    policy.command("try", help=_("Try worked examples against the packs: one line each, and a total."))(
        policy_try
    )
    policy.command(
        "replay", help=_("Judge past contacts again under today's packs, as far as the log holds the facts.")
    )(policy_replay)
    policy.command("sign", help=_("Put a reviewer's name under a rule that waits for one, in this home."))(
        policy_sign
    )
    policy.command("unsign", help=_("Take a sign-off back."))(policy_unsign)
    app.add_typer(
        policy, name="policy", help=_("What decides before anything is done."), rich_help_panel=panel
    )
    app.command(
        "may-contact",
        help=_("May this number be called at that time? Every rule that fired, and the next lawful moment."),
        rich_help_panel=_("Numbers"),
    )(may_contact)


def policy_rules(context: typer.Context) -> None:
    here = session(context)
    listed = rules()
    if here.json:
        show.as_json(
            {
                "rules": [
                    {"rule": name, "operations": operations, "sentence": sentence, "remedy": remedy}
                    for name, operations, sentence, remedy in listed
                ]
            }
        )
        return
    show.table(
        here.out,
        (_("rule"), _("says no when"), _("what to do")),
        [(name, escape(sentence), escape(remedy)) for name, _operations, sentence, remedy in listed],
    )


def policy_packs(context: typer.Context) -> None:
    here = session(context)
    packs = signoffs.packs_of(here.home)
    if here.json:
        show.as_json({"packs": [shapes.pack(pack) for pack in packs]})
        return
    rows = [
        (
            pack.id,
            escape(pack.title),
            ", ".join(sorted(pack.places)[:3]) + ("…" if len(pack.places) > 3 else ""),
            pack.version,
            str(shapes.counted(pack, "enforced") + shapes.counted(pack, "part")),
            str(shapes.counted(pack, "listed")),
            str(len({one.id for one in pack.clauses if one.needs_legal_review and not one.reviewed_by})),
            pack.sha256[:12],
        )
        for pack in packs
    ]
    headings = (
        _("pack"),
        _("what it covers"),
        _("places"),
        _("version"),
        _("enforced"),
        _("listed"),
        _("to be reviewed"),
        _("hash"),
    )
    show.table(here.out, headings, rows, whole=(_("pack"),))
    here.say(_("No pack is legal advice: a lawyer signs each off before it is relied on."))


def policy_show(
    context: typer.Context,
    name: Annotated[
        str, typer.Argument(metavar="RULE", help=_("The rule's id, as tracer policy packs has it."))
    ],
) -> None:
    here = session(context)
    packs = signoffs.packs_of(here.home)
    found = rule(name, packs) or rule(name.upper(), packs)
    if not found:
        raise WrongUse(
            N_("There is no rule {name}"),
            N_("See them with: tracer policy packs --json."),
            name=name[:60],
        )
    if here.json:
        show.as_json({"rule": found[0][1].id, "parts": [shapes.clause(pack, one) for pack, one in found]})
        return
    lapsed = signoffs.lapsed_in(here.home)
    for pack, one in found:
        rows = [
            (_("what it says"), one.says(language())),
            (_("pack"), f"{pack.id} {pack.version}"),
            (_("citation"), one.citation),
            (_("where it was read"), f"{one.source} ({one.tier})"),
            (_("verdict"), str(one.severity)),
            (_("standing"), _(STANDINGS[one.standing])),
            (_("in force"), f"{one.effective_from or '…'} – {one.effective_to or '…'}"),
            (_("reviewed by"), one.reviewed_by or (_("nobody yet") if one.needs_legal_review else "—")),
            (_("sign-off lapsed"), _("the rule changed since") if one.id in lapsed else ""),
            (_("test"), one.predicate),
            (_("parameters"), ", ".join(f"{key} = {value}" for key, value in one.params.items())),
            (_("only when"), ", ".join(f"{key}: {' | '.join(sorted(v))}" for key, v in one.when.items())),
            (_("not when"), ", ".join(one.unless)),
            (_("why no test"), one.undecidable),
            (_("done instead"), one.instead),
            (_("part of"), ", ".join(one.part_of or ())),
            (_("repeats"), one.repeats),
        ]
        show.table(here.out, ("", escape(one.id)), [(key, escape(value)) for key, value in rows if value])


def policy_try(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE.tsv", help=_("Worked examples, columns as vectors.tsv."))
    ],
) -> None:
    here = session(context)
    tried = tuple(run(read_vectors(file), shipped(), now().date()))
    passed = sum(one.ok for one in tried)
    if here.json:
        show.as_json(
            {
                "vectors": [_tried_json(one) for one in tried],
                "total": {"rows": len(tried), "ok": passed, "failed": len(tried) - passed},
            }
        )
    for one in tried:
        here.say(
            "\t".join(
                (
                    one.vector_id,
                    _said(one.expected, one.expected_rules),
                    one.fault or _said(one.got, one.rules),
                    "ok" if one.ok else _("FAILED"),
                )
            ),
            "" if one.ok else "red",
        )
    here.say(_("{ok} of {rows} examples are decided as expected.", ok=passed, rows=len(tried)))
    leave(0 if passed == len(tried) else WITH_PROBLEMS)


def _said(verdict: str, fired: tuple[str, ...]) -> str:
    return f"{verdict} {','.join(fired)}".strip()


def _tried_json(one: Tried) -> dict[str, object]:
    return {
        "vector_id": one.vector_id,
        "suite": one.suite,
        "expected": one.expected,
        "expected_rules": list(one.expected_rules),
        "got": one.got,
        "rules": list(one.rules),
        "missing": list(one.missing),
        "unread": list(one.unread),
        "fault": one.fault or None,
        "ok": one.ok,
    }


def policy_sign(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="RULE", help=_("The rule's id."))],
    reviewer: Annotated[str, typer.Option(help=_("Who read the law and stands for it."))],
) -> None:
    here = session(context)
    with here.desk() as desk:
        one = signoffs.sign(desk.office, name, reviewer)
    if here.json:
        show.as_json({"rule": one.rule, "reviewer": one.reviewer, "on": one.on, "pin": one.pin})
    here.say(
        _(
            "{rule} is signed by {reviewer}. It lapses when the rule changes.",
            rule=one.rule,
            reviewer=one.reviewer,
        )
    )


def policy_unsign(
    context: typer.Context, name: Annotated[str, typer.Argument(metavar="RULE", help=_("The rule's id."))]
) -> None:
    here = session(context)
    with here.desk() as desk:
        one = signoffs.unsign(desk.office, name)
    if here.json:
        show.as_json({"rule": one.rule, "reviewer": None})
    here.say(_("{rule} waits for a review again.", rule=one.rule))


def policy_replay(
    context: typer.Context,
    since: Annotated[str | None, typer.Option(help=_("Only from this day on, as 2026-12-31."))] = None,
    pack: Annotated[
        Path | None, typer.Option(help=_("A pack in a file, in the place of the shipped one of its id."))
    ] = None,
) -> None:
    here = session(context)
    with here.desk() as desk:
        found = list(desk.replay(desk.day(since), pack))
    changed = sum(one.changed for one in found)
    if here.json:
        show.as_json(
            {
                "events": [
                    {
                        "entry": one.entry,
                        "event": one.event,
                        "at": one.at,
                        "then": one.then,
                        "packs_then": list(one.packs_then),
                        "now": str(one.now),
                        "rules": list(one.rules),
                        "lacks": list(one.lacks),
                        "changed": one.changed,
                    }
                    for one in found
                ],
                "total": {"events": len(found), "changed": changed},
            }
        )
        return
    show.table(
        here.out,
        (_("log entry"), _("event"), _("at"), _("then"), _("now"), _("rules"), _("not in the log")),
        [
            (
                str(one.entry),
                one.event,
                show.moment(one.at),
                one.then or "—",
                str(one.now),
                ", ".join(one.rules),
                ", ".join(one.lacks),
            )
            for one in found
        ],
    )
    here.say(
        _(
            "{events} past contacts; {changed} would be decided otherwise today. What is not in the log is "
            "left open.",
            events=len(found),
            changed=changed,
        )
    )


def may_contact(
    context: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE", help=_("The case, by number or client/number."))],
    number: Annotated[str, typer.Argument(metavar="NUMBER", help=_("The number, or its token n_… ."))],
    at: Annotated[
        str | None, typer.Option(help=_("When, as 2026-12-31T10:15; in the configured zone. Else now."))
    ] = None,
    channel: Annotated[str, typer.Option(help=_("voice, sms, email, im, post, visit or social."))] = "voice",
    role: Annotated[str, typer.Option(help=_("Whose number it is, where the case does not say."))] = "",
    zone: Annotated[str, typer.Option(help=_("The time zone the debtor said he is in."))] = "",
    fact: Annotated[
        list[str] | None,
        typer.Option(help=_("A fact you answer for: validation_notice=true. May be given several times.")),
    ] = None,
    waive: Annotated[
        bool,
        typer.Option("--waive", help=_("A discount or waiver is to be offered: a second person agrees.")),
    ] = False,
    reserve: Annotated[
        bool, typer.Option("--reserve", help=_("Write the attempt down before dialling, if it is allowed."))
    ] = False,
    approval: Annotated[
        int | None, typer.Option(help=_("A second person's approval (its number), for what wants one."))
    ] = None,
    ask: Annotated[
        str,
        typer.Option(metavar="REASON", help=_("Ask a second person to approve it, for this reason (coded).")),
    ] = "",
) -> None:
    here = session(context)
    if channel not in CHANNELS:
        raise WrongUse(
            N_("{channel} is no channel"),
            N_("Channels: {known}"),
            channel=channel[:40],
            known=", ".join(CHANNELS),
        )
    asked = Asked(channel=channel, role=role, zone=zone, waives=waive, said=stated_facts(fact or []))
    if ask:
        with here.desk() as desk:
            wish = desk.ask_approval(case, number, desk.moment(at), asked, coded(ask, "--ask"))
        if here.json:
            show.as_json({"approval": wish.id, "rules": wish.rules})
        here.say(
            _(
                "Asked: approval {number}. Somebody else grants it: tracer approve grant {number}",
                number=wish.id,
            )
        )
        return
    with here.desk() as desk:
        found = desk.may_contact(case, number, desk.moment(at), asked, reserve=reserve, approval=approval)
    if here.json:
        show.as_json(shapes.may_contact(found))
    else:
        _print(lambda line: here.out.print(line, soft_wrap=True), found)
    leave(0 if found.opinion.allowed else REFUSED)


CHANNELS = ("voice", "sms", "email", "im", "post", "visit", "social")


def stated_facts(given: list[str]) -> dict[str, bool]:
    found = {}
    for text in given:
        name, _equals, value = text.partition("=")
        if value not in {"true", "false"}:
            raise WrongUse(
                N_("{text} is no fact"),
                N_("Write it as name=true or name=false: validation_notice=true"),
                text=text[:60],
            )
        found[name] = value == "true"
    return found


def _print(say: Callable[[str], None], found: MayContact) -> None:
    opinion = found.opinion
    colour = {"allow": "green", "warn": "yellow", "approve": "yellow", "deny": "red"}[str(opinion.verdict)]
    say(f"[{colour}]{escape(_(VERDICTS[str(opinion.verdict)]))}[/]  {escape(found.phone.shown)}")
    for hit in opinion.hits:
        also = f" ({', '.join(hit.also)})" if hit.also else ""
        say(f"  {escape(hit.rule + also)}  {hit.verdict}")
        says = f"{hit.says(language())} " if hit.text else ""
        say(f"      {escape(f'{says}({_(hit.citation)})')}")
        for line in hit.fired.shown().splitlines():
            say(f"      {escape(line)}")
    if opinion.next_lawful:
        say(escape(_("Next lawful moment: {at}", at=opinion.next_lawful.isoformat(timespec="minutes"))))
    if opinion.listed:
        say(escape(_("No program can decide, check yourself: {rules}", rules=", ".join(opinion.listed))))
    if found.entry:
        say(escape(_("Reserved: log entry {entry}. Note the call when it is over.", entry=found.entry)))


VERDICTS = {
    "allow": N_("Yes, it may be called."),
    "warn": N_("Yes, with care."),
    "approve": N_("Only with a second person's approval."),
    "deny": N_("No."),
}
