"""Look-ups under the packs of law, beside the house's rules: wanted with ``[policy] lookups = true``."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import replace

from tracer.config import Config
from tracer.policy.areas import within
from tracer.policy.contact import Opinion, judge, worst
from tracer.policy.facts import Facts
from tracer.policy.pack import Pack, shipped
from tracer.policy.question import Decision, Question, Ruling


def with_law(
    decision: Decision,
    question: Question,
    config: Config,
    today: dt.date,
    packs: Sequence[Pack] | None = None,
) -> Decision:
    """Give the house's decision on a look-up together with that of the packs: the worse of the two.

    The digest pins rules, configuration and the packs that applied.
    """
    opinion = approved(judged(question, config, today, packs), question.approved)
    pinned = ":".join((decision.digest, *(pack.sha256 for pack in opinion.packs)))
    return Decision(
        verdict=worst((decision.verdict, opinion.verdict)),
        rules=(*decision.rules, *opinion.looked),
        fired=(*decision.fired, *(hit.fired for hit in opinion.hits)),
        missing=tuple(dict.fromkeys((*decision.missing, *opinion.missing))),
        version=f"{decision.version}+packs",
        digest=hashlib.sha256(pinned.encode()).hexdigest(),
    )


def approved(opinion: Opinion, rules: frozenset[str]) -> Opinion:
    """Give an opinion with what a second person let pass as a warning; denials stay what they are."""
    if not rules:
        return opinion
    hits = tuple(
        replace(hit, verdict=Ruling.WARN) if hit.verdict is Ruling.APPROVE and hit.rule in rules else hit
        for hit in opinion.hits
    )
    return replace(opinion, hits=hits, verdict=worst(hit.verdict for hit in hits))


def judged(
    question: Question, config: Config, today: dt.date, packs: Sequence[Pack] | None = None
) -> Opinion:
    """Judge a look-up by the packs; what neither question nor configuration says is not known."""
    settings = config.policy
    name = question.client or ""
    client, source = config.clients.get(name), config.source(question.source or "")
    law = settings.sources.get(question.source or "")
    lives = settings.residence.get(name) or frozenset({config.region_of(name)})
    places = [place for place in (*lives, settings.seat, settings.client_seats.get(name)) if place]
    licence = settings.licences.get(name)
    values: dict[str, object] = {
        "at": dt.datetime.combine(today, dt.time(12), config.zone),
        "places": frozenset(inner for place in places for inner in within(place)),
        "licence": str(licence) if licence else None,
        "collector_kind": str(settings.collector) if settings.collector else None,
        "purpose": question.purpose,
        "case_purposes": config.purposes & client.purposes if client else None,
        "fields": frozenset(str(one) for one in question.sends),
        "allowed_fields": frozenset(str(one) for one in question.terms.sends & source.fields)
        if question.terms and source
        else None,
        "role": str(question.role) if question.role else None,
        "agreement_in_force": bool(client and client.agreement and client.in_force(today)),
        "source_authorised": bool(source and source.authorisation and source.in_force(today)),
        # Sources send sound numbers only (graph/clean/ids.py tells): one that fails GB 11643 never leaves.
        "id_sent": False,
    }
    if law:
        values |= {
            "basis": law.basis or None,
            "provenance": law.provenance or None,
            "source_kind": law.kind or None,
            "source_channel": law.channel or None,
            "lookup_kind": law.asks or None,
            "data_kinds": law.data,
        }
    return judge(Facts({**values, **settings.facts}), shipped() if packs is None else packs, "lookup")
