"""Sign-offs: bound to what was read, lapsed when it changes, and never half."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracer.policy.pack import PackError, rule, shipped
from tracer.policy.question import Ruling
from tracer.policy.signing import Signature, lapsed, pin, read_signatures, signed, written

MEMORY = "EU-GDPR-9"


def signature(name: str = MEMORY, reviewer: str = "Chen Wei") -> Signature:
    found = [clause for _pack, clause in rule(name)]
    return Signature(rule=name, reviewer=reviewer, on=dt.date(2026, 11, 24), pin=pin(found))


def test_a_rule_from_memory_denies_once_it_is_signed() -> None:
    packs = signed(shipped(), [signature()])

    ((pack, clause),) = rule(MEMORY, packs)

    assert (clause.severity, clause.reviewed_by, clause.reviewed_on) == (
        Ruling.DENY,
        "Chen Wei",
        "2026-11-24",
    )
    assert pack.sha256 != next(one.sha256 for one in shipped() if one.id == pack.id)


def test_no_other_pack_is_touched() -> None:
    changed = {
        one.id for one, old in zip(signed(shipped(), [signature()]), shipped(), strict=True) if one != old
    }

    assert changed == {"eu-gdpr"}


def test_a_rule_that_changed_waits_again() -> None:
    packs = tuple(
        replace(
            pack,
            clauses=tuple(
                replace(one, text="Otherwise.") if one.id == MEMORY else one for one in pack.clauses
            ),
        )
        for pack in shipped()
    )

    assert lapsed(packs, [signature()]) == (signature(),)
    assert signed(packs, [signature()]) == packs


def test_a_sign_off_of_a_rule_there_is_not_holds_nowhere() -> None:
    gone = replace(signature(), rule="NO-SUCH-RULE")

    assert lapsed(shipped(), [gone]) == (gone,)
    assert signed(shipped(), [gone]) == shipped()


def test_every_sign_off_is_read_back_as_it_was_written() -> None:
    names = sorted({one.id for pack in shipped() for one in pack.clauses if one.needs_legal_review})
    kept = [signature(name, f'陈 "W" {place}') for place, name in enumerate(names)]

    assert list(read_signatures(written(kept))) == kept


@pytest.mark.parametrize(
    "text",
    [
        "signed = 1", "[[signed]]\nrule = 'R'", "[[signed]]\nrule='R'\nreviewer=''\non=2026-01-01\npin='x'",
        "[[signed]]\nrule='R'\nreviewer='A'\non='2026-01-01'\npin='x'", "[other]", "rule =",
        "[[signed]]\nrule='R'\nreviewer='A'\non=2026-01-01\npin='x'\nmore=1",
    ],
)  # fmt: skip
def test_half_a_sign_off_is_none(text: str) -> None:
    with pytest.raises(PackError):
        read_signatures(text)


@given(st.data())
def test_no_set_of_sign_offs_loosens_any_rule(data: st.DataObject) -> None:
    names = sorted({one.id for pack in shipped() for one in pack.clauses})
    chosen = data.draw(st.lists(st.sampled_from(names), unique=True, max_size=8))

    packs = signed(shipped(), [signature(name) for name in chosen])

    order = list(Ruling)
    for old, new in zip(shipped(), packs, strict=True):
        for before, after in zip(old.clauses, new.clauses, strict=True):
            assert order.index(after.severity) >= order.index(before.severity)
