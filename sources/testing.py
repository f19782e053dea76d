"""For tests of sources, ours and plug-in authors': drive one by hand, check its manners, fictional people.

``drive(source.lookup(ask), Reply(...))`` plays the gateway's part without a gateway: no mock, no server.
``check_source(source)`` asks what every source must get right, whatever it is a source of.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from graph.model import Address, Identifier, Name, PartialDate, Phone, Role
from sources.conformance import Shortfall, shortfalls
from sources.contract import Answer, Ask, Flow, HttpCall, Later, Reply, Rows, Source
from sources.kit import Verdict, results
from sources.manifest import read, source
from sources.spec import Definition

__all__ = [
    "Driven",
    "Fictional",
    "Shortfall",
    "an_ask",
    "check_digit",
    "check_manifest",
    "check_source",
    "drive",
    "fictional",
    "shortfalls",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Driven:
    """What came of driving a look-up: its answer, and the requests it described, in order."""

    answer: Answer
    asked: tuple[HttpCall | Rows | Later, ...]

    @property
    def call(self) -> HttpCall:
        """The one HTTP request of a look-up that makes one; AssertionError otherwise."""
        (only,) = self.asked
        assert isinstance(only, HttpCall), "it asked for rows, not over HTTP"
        return only

    @property
    def rows(self) -> Rows:
        """The one request for rows of a look-up that makes one; AssertionError otherwise."""
        (only,) = self.asked
        assert isinstance(only, Rows), "it asked over HTTP, not for rows"
        return only


def drive(flow: Flow, *replies: Reply, delivered: Reply | None = None) -> Driven:
    """Play a look-up through, answering its requests with ``replies`` in order.

    ``delivered`` is what a vendor delivered by itself (a callback) to a look-up that says ``Later``.
    Raises AssertionError when it asks more often than there are replies, or does not use them all.
    """
    asked: list[HttpCall | Rows | Later] = []
    left = list(replies)
    try:
        request = next(flow)
        while True:
            asked.append(request)
            if isinstance(request, Later):
                request = flow.send(delivered or Reply())
                continue
            assert left, f"it asked once more than there are replies: {request!r}"
            request = flow.send(left.pop(0))
    except StopIteration as end:
        assert not left, f"{len(left)} replies were not asked for"
        answer: Answer = end.value
        return Driven(answer=answer, asked=tuple(asked))


# Fictional people


@dataclass(frozen=True, slots=True, kw_only=True)
class Fictional:
    """A person who does not exist, with everything a source could be told about him."""

    name: Name
    ids: tuple[Identifier, ...]
    born: PartialDate
    phone: Phone
    address: Address
    employer: str
    employee_id: str

    def __repr__(self) -> str:
        return "Fictional(…)"


_FAMILIES = (("赵", "zhao"), ("钱", "qian"), ("孙", "sun"), ("李", "li"), ("周", "zhou"), ("吴", "wu"))
_GIVENS = (("未名", "weiming"), ("子虚", "zixu"), ("乌有", "wuyou"), ("莫须", "moxu"), ("无此", "wuci"))


def fictional(number: int = 0) -> Fictional:
    """Give the fictional person of that number, always the same; different numbers have no value in common.

    The mobile number is of the prefix 154, which is assigned to nobody; the id's region code 999999 is not
    one of China's, its check digit is right (GB 11643-1999). ``number`` runs from 0 to 9999.
    """
    if not 0 <= number <= 9999:
        raise ValueError("fictional people are numbered from 0 to 9999")
    family, given = _FAMILIES[number % 6], _GIVENS[number % 5]
    # Thirty pairs are not ten thousand people: what is left over is written behind the name.
    rest = "".join("甲乙丙丁戊己庚辛壬癸"[int(digit)] for digit in str(number // 30)) if number >= 30 else ""
    born = dt.date(1970, 1, 1) + dt.timedelta(days=number)
    body = f"999999{born:%Y%m%d}{number % 1000:03d}"
    return Fictional(
        name=Name(
            text=f"{family[0]}{given[0]}{rest}",
            family=family[0],
            given=f"{given[0]}{rest}",
            romanised=f"{family[1]} {given[1]}",
        ),
        ids=(
            Identifier(
                scheme="prc_id",
                value=body + check_digit(body),
                born=PartialDate(year=born.year, month=born.month, day=born.day),
            ),
        ),
        born=PartialDate(year=born.year, month=born.month, day=born.day),
        phone=Phone(e164=f"+86154{77000000 + number}"),
        address=Address(text=f"乌有省子虚市无此路{number + 1}号", country="CN"),
        employer=f"子虚第{number}机械有限公司",
        employee_id=f"E-{55000 + number}",
    )


def check_digit(body: str) -> str:
    """Give the check character of the first 17 digits of a PRC id (GB 11643-1999, ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(body))
    return "10X98765432"[total % 11]


def an_ask(who: Fictional | None = None, /, **changes: object) -> Ask:
    """Give a question that tells everything there is about a person (``fictional(0)``), with ``changes``."""
    who = who or fictional()
    ask = Ask(
        case="C-880017",
        purpose="contact_repair",
        role=Role.DEBTOR,
        today=dt.date(2026, 11, 23),
        phone=who.phone,
        anchor_date=dt.date(2023, 2, 17),
        name=who.name,
        ids=who.ids,
        born=who.born,
        address=who.address,
        employer=who.employer,
        employee_id=who.employee_id,
    )
    return replace(ask, **changes)  # type: ignore[arg-type]


def check_source(source: Source, *answers: Reply) -> None:
    """Check what every source must get right; AssertionError lists what is wrong.

    ``answers`` are replies (one for each request) to a question about ``fictional(0)`` that must lead to
    findings; with them, what it finds is checked as well.
    """
    found = shortfalls(source, an_ask(), *answers)
    assert not found, "; ".join(f"{one.code} ({one.where})" if one.where else one.code for one in found)


def check_manifest(
    text: str,
    *,
    spec: Mapping[str, object] | None = None,
    features: Iterable[str] = (),
    phone: Phone | None = None,
) -> None:
    """Run the conformance kit on a manifest; AssertionError lists what fails.

    ``spec`` is its vendor's definition as parsed, ``features`` the texts of Gherkin files, ``phone`` a
    fictional number of a country the manifest asks about. Raises ManifestFault when the text is no manifest.
    """
    manifest = read(text)
    one = source(manifest, dict.fromkeys(manifest.options, "fictional"))
    found = results(
        one,
        an_ask(**({"phone": phone} if phone else {})),
        spec=Definition(spec) if spec else None,
        features=features,
        action=manifest.source.spec.partition("#")[2],
    )
    failed = [
        f"{result.check}: {short.code} {short.where}".rstrip()
        for result in found
        if result.verdict is Verdict.FAILED
        for short in result.found
    ]
    assert not failed, "; ".join(failed)
