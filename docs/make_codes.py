"""Write docs/codes.md from the tables in the program: run it with `make docs` after changing a code.

tests/house/test_docs.py fails when the page is not what this would write, and when a code written in the
program stands in none of the tables.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "codes.md"


def render() -> str:
    """Give the page as Markdown."""
    sys.path.insert(0, str(ROOT))
    from graph.inuse_weights import DEFAULT as IN_USE
    from graph.outcomes import CODES as OUTCOMES
    from graph.weights import DEFAULT as MATCHING
    from tracer.desk.wording_review import PATTERNS
    from tracer.intake.problems import SENTENCES
    from tracer.log.vocabulary import EVENTS
    from tracer.policy.rules import RULES

    parts = [
        "# Codes",
        "Every code the program shows, by where it appears. Written by `docs/make_codes.py` from the tables "
        "in the program: change it there and run `make docs`.",
        "## Why a number stands where it does",
        "The reasons of `tracer contacts --explain`. Each is in bits: +1 doubles the odds that the debtor "
        "uses the number, -1 halves them.",
        _table(("code", "about"), [*_IN_USE, *_patterns(IN_USE.claims, IN_USE.facts, IN_USE.calls)]),
        "## Why two records are one person, or are not",
        "The evidence for a match, with where its weight comes from.",
        _table(
            ("code", "weight from"),
            [
                *((level.code, level.why) for level in MATCHING.levels),
                *((f"prior.{prior.relation}", prior.why) for prior in MATCHING.priors),
            ],
        ),
        "Beside the levels, what the scoring says of several of them together, of a value, or of an id:",
        _table(("code", "meaning"), _SCORED),
        "## Conflicts between records",
        _table(("code", "meaning"), _CONFLICTS),
        "## Mistrace alarms",
        "The debtor may be somebody else than he is taken for: nobody is called before a person has decided.",
        _table(("code", "meaning"), _ALARMS),
        "## Policy rules",
        "Each is looked at for every look-up; one that is broken refuses it, and the refusal is in the log.",
        _table(
            ("rule", "about", "says", "what to do"),
            [(rule.id, ", ".join(sorted(rule.operations)), rule.sentence, rule.remedy) for rule in RULES],
        ),
        "## Problems in a file",
        _table(
            ("code", "what was wrong", "what to do"),
            [(code, said, remedy) for code, (said, remedy) in SENTENCES.items()],
        ),
        "## Outcome codes",
        "What a code says of one attempt: three separate facts, and whether the number is barred after it.",
    ]
    for name, codes in OUTCOMES.items():
        parts.append(f"### `{name}`")
        parts.append(
            _table(
                ("code", "line", "who answered", "identity", "bar"),
                [(code, one.line, one.party, one.identity, one.bar) for code, one in codes.items()],
            )
        )
    parts += [
        "## Patterns of a review",
        "What `tracer log review` points at. None of them says that anybody did wrong.",
        _table(
            ("pattern", "why it is worth a look", "what would explain it"),
            [(code, why, innocent) for code, (why, innocent) in PATTERNS.items()],
        ),
        "## Events in the log",
        _table(("event", "may carry"), [(event, ", ".join(sorted(keys))) for event, keys in EVENTS.items()]),
        "## Exit codes",
        _table(("code", "meaning"), _EXITS),
    ]
    return "\n\n".join(parts) + "\n"


# The codes that graph writes itself, beside those of its tables of weights.
_IN_USE = (
    ("prior", "how likely any number of a case is in use before anything is known of it"),
    ("line_type", "what kind of line it is"),
    ("shared", "how many other persons of the portfolio the number is linked to"),
    ("time", "time that has passed since the last evidence"),
    ("other_numbers", "the debtor's other numbers: a newer one, a right-party contact elsewhere"),
    ("silence", "that nobody claims the number, calls it, or asks about it"),
    ("calibration", "the correction that makes probabilities come true"),
)
_SCORED = (
    ("id.*", "a level of an id: one of those above; its scheme stands beside the code"),
    ("*.value", "how rare the value is that both have, beyond what its level says"),
    ("missing", "values miss together and are not counted one by one"),
    ("moved", "parts of an address that differ together are one difference"),
    ("together.*", "values that go together (a household's, a name's parts) are not counted one by one"),
    ("others", "what the other rows of the two groups say (`tracer link`)"),
    ("verdicts", "what people's verdicts on pairs like this one have taught"),
)
_CONFLICTS = (
    ("verdicts.tie", "two people decided differently at the same moment"),
    ("verdicts.contradict", "a verdict contradicts what other verdicts imply"),
    ("verdicts.over_ids", "a verdict joins records with different identity numbers"),
    ("scores.ids_differ", "the evidence joins records, their identity numbers differ: kept apart"),
    ("scores.chain", "two records would be joined only through a third: kept apart"),
)
_ALARMS = (
    (
        "mistrace.two_identities",
        "two persons are said to be the debtor of one case, or fit him about as well",
    ),
    ("mistrace.fits_another", "a record held to be the debtor's fits somebody else better"),
)
_EXITS = (
    ("0", "done"),
    ("1", "done with problems: some rows, some look-ups"),
    ("2", "wrong use: the command, a file or the configuration"),
    ("3", "refused by policy"),
    ("4", "the log or a key cannot be used; nothing was asked"),
    ("5", "a source is broken: credentials or contract"),
)


def _patterns(claims: Iterable[str], facts: Iterable[str], calls: Iterable[str]) -> list[tuple[str, str]]:
    return [
        ("claim.*", f"a source says whose number it is; sources of the class {', '.join(sorted(claims))}"),
        ("fact.*", f"a carrier's answer: {', '.join(sorted(facts))}"),
        ("call.*", f"a contact attempt: {', '.join(sorted(calls))}"),
    ]


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [" | ".join(header), " | ".join("---" for _ in header)]
    for row in rows:
        first, *rest = (str(cell).replace("|", "\\|").replace("\n", " ") for cell in row)
        lines.append(" | ".join((f"`{first}`", *rest)))
    return "\n".join(f"| {line} |" for line in lines)


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
