"""The documents of ``--json`` and of REST: one place, so that both say the same of the same thing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from tracer.desk.wording import reason
from tracer.desk.wording_matches import alarm
from tracer.words import _, language

if TYPE_CHECKING:
    import networkx as nx

    from graph.mistrace import Alarm
    from tracer.desk.choosing import Advised
    from tracer.desk.contacts import Contacts
    from tracer.desk.intake import ImportReport
    from tracer.desk.lawful import MayContact
    from tracer.desk.life import CaseLine
    from tracer.desk.logbook import Line
    from tracer.desk.outcomes import Noted
    from tracer.desk.sealed import Callable
    from tracer.intake import Problem
    from tracer.policy.contact import Hit, Opinion
    from tracer.policy.pack import Clause, Pack
    from tracer.store.notes import Note, Request


def mistraces(alarms: Sequence[Alarm]) -> list[dict[str, object]]:
    """The ``mistrace`` of a case: empty when nobody competes with its debtor."""
    return [
        {"code": one.code, "left": one.left, "right": one.right, "bits": one.bits, "detail": alarm(one)}
        for one in alarms
    ]


def contacts(found: Contacts, allowed: Mapping[str, Opinion] | None = None) -> dict[str, object]:
    """The document of ``tracer contacts --json`` (interfaces.md); ``allowed`` by token, where asked."""
    numbers = []
    for one in found.numbers:
        ranked = one.ranked
        numbers.append(
            {
                "token": one.token,
                "masked": one.phone.shown,
                **({"number": one.number} if one.number else {}),
                "kind": str(one.phone.line_type),
                "p": ranked.p,
                "low": ranked.low,
                "high": ranked.high,
                "reachable": ranked.reachable,
                "worth": ranked.worth / 100,
                "verdict": str(ranked.advice),
                "barred": ranked.barred.code if ranked.barred else None,
                "stated_user": str(ranked.stated_user),
                "person": "p_" + ranked.person if ranked.person else None,
                "reasons": [
                    {
                        "code": each.code,
                        "bits": each.bits,
                        "detail": reason(each),
                        "source": each.source or None,
                        "as_of": each.as_of,
                        "entry": each.entry or None,
                    }
                    for each in ranked.reasons
                ],
                **({"may_contact_now": may(allowed[one.token])} if allowed else {}),
            }
        )
    return {
        "case": found.case,
        "client": found.client,
        "as_of": found.as_of,
        "model": {
            "name": found.model_name,
            "version": found.model_version,
            "fitted_on": found.model_fitted_on,
        },
        "numbers": numbers,
        "nobody": found.nobody,
        "first": {"token": found.first, "chance": found.first_chance} if found.first else None,
        **following(found.next),
        "conflicts": [{"code": one.code, "left": one.left, "right": one.right} for one in found.conflicts],
        "mistrace": mistraces(found.alarms),
        "third_parties_touched": found.third_parties_touched,
        "untraced": found.untraced,
        "entries": found.entries,
    }


def may(opinion: Opinion) -> dict[str, object]:
    """Whether a number may be called at this moment: the verdict, the rules that fired, what is missing."""
    return {
        "verdict": str(opinion.verdict),
        "rules": list(opinion.rules),
        "missing": list(opinion.missing),
        "next_lawful": opinion.next_lawful,
    }


def following(advised: Advised | None) -> dict[str, object]:
    """What is worth asking next, in the document of ``tracer contacts``; ``cost`` in whole units of money."""
    if advised is None:
        return {"next": []}
    steps = [
        {
            "source": one.source,
            "number": one.token,
            "gain": one.gain,
            "cost": one.price / 100,
            "intrusion": one.intrusion,
            "together": [{"source": source, "number": token} for source, token in one.together],
        }
        for one in advised.steps
    ]
    stop = None if steps else {"why": advised.why, "then": advised.then}
    return {"next": steps, "next_stop": stop}


def case_line(line: CaseLine) -> dict[str, object]:
    """One case of ``tracer cases --json``."""
    return {
        "case": line.case,
        "client": line.client,
        "state": line.state,
        "reach": str(line.reach),
        "assigned_to": line.assigned_to,
        "placed_on": line.placed_on,
        "return_by": line.return_by,
        "currency": line.currency,
        "amount_due": line.amount_due,
        "lookups": line.looked_up,
        "attempts": line.attempts,
    }


def plain(value: object) -> object:
    """Give what json cannot write as what it can."""
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, tuple | frozenset | set):
        return list(value)
    if hasattr(value, "items"):
        return dict(value.items())
    return str(value)


def log_line(line: Line) -> dict[str, object]:
    """One entry of the log as JSON."""
    return {
        "seq": line.seq,
        "at": line.at,
        "event": line.event,
        "about": line.about,
        "leaf": line.leaf,
        "body": dict(line.body),
    }


def note(one: Note) -> dict[str, object]:
    """A call note as JSON."""
    return {
        "note": one.id,
        "number": one.number,
        "at": one.outcome.at,
        "code": one.outcome.code or None,
        "line": str(one.outcome.line),
        "party": str(one.outcome.party),
        "identity": str(one.outcome.identity),
        "promised_on": one.promised_on,
        "promised_amount": one.promised_amount,
        "follow_up_on": one.follow_up_on,
        "person": one.text.person or None,
        "relation": one.text.relation or None,
        "text": one.text.text or None,
        "entry": one.outcome.entry,
    }


def request(one: Request, case: str) -> dict[str, object]:
    """A refresh request as JSON."""
    return {
        "request": one.id,
        "case": case,
        "reason": one.reason,
        "priority": one.priority,
        "due_on": one.due_on,
        "requested_by": one.requested_by,
        "requested_at": one.requested_at,
        "state": one.state,
        "answer": one.answer or None,
        "answered_by": one.answered_by or None,
        "answered_at": one.answered_at,
        "entry": one.entry,
        "answer_entry": one.answer_entry,
    }


def problem(one: Problem) -> dict[str, object]:
    """One problem as JSON."""
    return {
        "file": one.file,
        "sheet": one.sheet or None,
        "row": one.row or None,
        "column": one.column or None,
        "code": one.code,
        "value": one.shown or None,
        "problem": one.sentence,
        "remedy": one.remedy or None,
        "rejected": one.rejected,
    }


def may_contact(found: MayContact) -> dict[str, object]:
    """The answer to ``tracer may-contact``."""
    return {
        "case": found.case,
        "number": found.token,
        "masked": found.phone.shown,
        "at": found.at,
        **opinion(found.opinion),
        "packs": [
            {"id": one.id, "version": one.version, "sha256": one.sha256} for one in found.opinion.packs
        ],
        "entry": found.entry,
    }


def opinion(found: Opinion) -> dict[str, object]:
    """The document of an opinion: verdict, rules that fired, facts missing, next lawful moment."""
    return {
        "verdict": str(found.verdict),
        "rules": [hit.rule for hit in found.hits],
        "fired": [_hit(hit) for hit in found.hits],
        "missing": list(found.missing),
        "checklist": list(found.listed),
        "next_lawful": found.next_lawful,
    }


def _hit(hit: Hit) -> dict[str, object]:
    sentence, _newline, remedy = hit.fired.shown().partition("\n")
    return {
        "rule": hit.rule,
        "verdict": str(hit.verdict),
        "says": hit.says(language()) or None,
        "citation": _(hit.citation),
        "tier": hit.tier,
        "pack": hit.pack,
        "sentence": sentence,
        "remedy": remedy,
        "until": hit.until,
        "also": list(hit.also),
        "needs_legal_review": hit.needs_legal_review,
    }


def noted(said: Noted, case: str, known: Collection[str]) -> dict[str, object]:
    """What became of a call note, in the document of ``tracer outcome``; ``known`` are the tokens before."""
    return {
        "case": case,
        "number": said.number,
        "line": str(said.line),
        "party": str(said.party),
        "identity": str(said.identity),
        "bars": list(said.bars),
        "new_number": said.number not in known,
        "entry": said.entry or None,
        "seen_before": not said.entry,
    }


def undone(one: Note, case: str) -> dict[str, object]:
    """A call note taken back, in the document of ``tracer outcome --undo``."""
    return {"case": case, "undone": one.id, "number": one.number}


def import_report(report: ImportReport) -> dict[str, object]:
    """What came of a file, in the document of ``tracer import``."""
    return {
        "batch": report.batch,
        "client": report.client,
        "file": report.file,
        "kind": report.kind,
        "counts": dict(report.counts),
        "resumed": report.resumed or None,
        "seen_before": report.seen_before,
        "entry": report.entry,
        "problems": [problem(one) for one in report.problems],
    }


def counted(pack: Pack, standing: str) -> int:
    """How many rules of a pack stand so: enforced, part or listed."""
    return len({one.id for one in pack.clauses if one.standing == standing})


def pack(pack: Pack) -> dict[str, object]:
    """A pack of law, in the document of ``tracer policy packs``."""
    return {
        "id": pack.id,
        "title": pack.title,
        "version": pack.version,
        "sha256": pack.sha256,
        "places": sorted(pack.places),
        "licences": sorted(pack.licences),
        "collectors": sorted(pack.collectors),
        "signed_off_by": pack.signed_off_by or None,
        "signed_off_on": pack.signed_off_on or None,
        "rules": sorted({one.id for one in pack.clauses}),
        "enforced": counted(pack, "enforced"),
        "part": counted(pack, "part"),
        "listed": counted(pack, "listed"),
    }


def clause(pack: Pack, one: Clause) -> dict[str, object]:
    """One part of a rule, in the document of ``tracer policy show``."""
    return {
        "rule": one.id,
        "pack": pack.id,
        "pack_version": pack.version,
        "pack_sha256": pack.sha256,
        "text": one.text,
        "text_zh": one.text_zh or None,
        "citation": one.citation,
        "source": one.source,
        "tier": one.tier,
        "needs_legal_review": one.needs_legal_review,
        "reviewed_by": one.reviewed_by or None,
        "reviewed_on": one.reviewed_on or None,
        "operations": sorted(one.operations),
        "verdict": str(one.verdict),
        "severity": str(one.severity),
        "standing": one.standing,
        "effective_from": one.effective_from,
        "effective_to": one.effective_to,
        "predicate": one.predicate or None,
        "parameters": dict(one.params),
        "when": {key: sorted(words) for key, words in one.when.items()},
        "unless": list(one.unless),
        "undecidable": one.undecidable or None,
        "how": one.how or None,
        "instead": one.instead or None,
        "part_of": list(one.part_of) if one.part_of is not None else None,
        "repeats": one.repeats or None,
        "house_rule": one.house_rule or None,
    }


def sealed(found: Callable) -> dict[str, object]:
    """What a case has of sealed contacts, in the document of ``tracer contacts``."""
    return {
        "counts": [
            {"source": one.source, "count": one.sealed.count, "at": one.at, "entry": one.entry}
            for one in found.counts
        ],
        "callable": [
            {
                "source": one.source,
                "which": one.which,
                "until": one.sealed.until,
                "bound_by": one.actor,
                "entry": one.entry,
            }
            for one in found.bound
        ],
    }


def graph(found: nx.MultiGraph[str]) -> dict[str, object]:
    """A contact graph as ``tracer.desk.picture`` makes it plain: numbers masked, people as roles."""
    return {
        "nodes": [
            {"id": name, "kind": data["kind"], "label": data["label"]}
            for name, data in found.nodes(data=True)
        ],
        "edges": [
            {
                "left": left,
                "right": right,
                "kind": data["kind"],
                "source": data["source"] or None,
                "entry": data["entry"] or None,
                "date": data["date"] or None,
            }
            for left, right, data in found.edges(data=True)
        ],
    }
