"""Who may do what: five roles, a closed table, and no by default (shared/reference/law.md section 2.4).

Nobody who manages the system sees people; nobody who sees people manages the system; whoever checks the log
makes no look-ups.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """What somebody works here as."""

    COLLECTOR = "collector"
    SPECIALIST = "specialist"
    COMPLIANCE = "compliance"
    MANAGER = "manager"
    ADMIN = "admin"


class May(StrEnum):
    """One thing that may be done. What is about a case is further narrowed by :class:`Reach`."""

    CASE_READ = "case.read"  # a case with masked numbers
    CASE_LIST = "case.list"
    REVEAL = "contacts.reveal"  # one number, whole, for a reason
    CALL = "call.reserve"
    OUTCOME = "outcome.write"
    ASK_REFRESH = "request.ask"
    ANSWER_REFRESH = "request.answer"
    TRACE = "trace"
    JUDGE = "judge"
    ENQUIRE = "enquire"
    IMPORT = "import"
    EXPORT = "export"
    ASSIGN = "assign"
    FIGURES = "figures"
    LOG_READ = "log.read"
    LOG_EXPORT = "log.export"
    REVIEW = "log.review"
    POLICY_READ = "policy.read"
    SOURCES_READ = "sources.read"
    RIGHTS = "rights"
    SUPPRESS = "suppress"
    APPROVE = "approve"
    HEALTH = "health"
    USERS = "users"
    TOKENS = "tokens"


class Reach(StrEnum):
    """Whose cases somebody's permissions about cases are for."""

    OWN = "own"  # assigned to him
    ASSIGNED = "assigned"  # assigned to him, of his clients, or with a request he may answer
    ALL = "all"  # every case, by its pseudonym
    NONE = "none"


_EVERYBODY = frozenset({May.POLICY_READ})

TABLE: Mapping[Role, tuple[Reach, frozenset[May]]] = {
    Role.COLLECTOR: (
        Reach.OWN,
        _EVERYBODY
        | {May.CASE_READ, May.CASE_LIST, May.REVEAL, May.CALL, May.OUTCOME, May.ASK_REFRESH},
    ),
    Role.SPECIALIST: (
        Reach.ASSIGNED,
        _EVERYBODY
        | {
            May.CASE_READ, May.CASE_LIST, May.REVEAL, May.CALL, May.OUTCOME, May.ASK_REFRESH,
            May.ANSWER_REFRESH, May.TRACE, May.JUDGE, May.ENQUIRE, May.IMPORT, May.EXPORT, May.SOURCES_READ,
        },
    ),
    Role.COMPLIANCE: (
        Reach.ALL,
        _EVERYBODY
        | {
            May.CASE_READ, May.REVEAL, May.LOG_READ, May.LOG_EXPORT, May.REVIEW, May.SOURCES_READ, May.RIGHTS,
            May.SUPPRESS, May.APPROVE, May.HEALTH, May.FIGURES,
        },
    ),
    Role.MANAGER: (
        Reach.NONE,
        _EVERYBODY | {May.FIGURES, May.ASSIGN, May.CASE_LIST, May.SOURCES_READ, May.APPROVE},
    ),
    Role.ADMIN: (Reach.NONE, _EVERYBODY | {May.USERS, May.TOKENS, May.HEALTH, May.SOURCES_READ}),
}  # fmt: skip


def may(role: Role, what: May) -> bool:
    """Tell whether a role may do something at all."""
    return what in TABLE[role][1]


def reach(role: Role) -> Reach:
    """Give whose cases a role may touch."""
    return TABLE[role][0]
