"""Eighty pairs of fictional people, and which way the evidence points: as two records of cases and as two
rows of a plain table. Both go through one scoring, to the same bits."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import numpy as np
import pytest

from graph.clean.addresses import read_address
from graph.clean.dates import read_date
from graph.clean.emails import read_email
from graph.clean.employers import read_employer
from graph.clean.ids import read_id
from graph.clean.names import read_name
from graph.clean.phones import read_phones
from graph.link.kinds import Raw
from graph.link.published import SHIPPED
from graph.link.score import score
from graph.link.table import build
from graph.model import Record, Role
from graph.weigh import match

TODAY = dt.date(2026, 11, 24)
KINDS = ("name", "born", "id.prc_id", "id.us_ssn", "phone", "email", "address", "employer")
SOUND, OTHER = "440000199001010044", "440000199001010060"
"""Two ids whose check digits are right, of nobody: a region that is a whole province."""


def side(name="", **values):
    """One of the two, as a file would have him: ``id`` is a PRC id, ``ssn`` a social security number."""
    names = {"id": "id.prc_id", "ssn": "id.us_ssn"}
    return {"name": name, **{names.get(kind, kind): text for kind, text in values.items()}}


def as_record(ref, values, region):
    ids = [read_id(values[kind], kind[3:]).value for kind in ("id.prc_id", "id.us_ssn") if values.get(kind)]
    name = read_name(values["name"]).value if values["name"] else None
    email = read_email(values["email"]).value if "email" in values else None
    address = read_address(values["address"], country=region).value if "address" in values else None
    employer = read_employer(values["employer"]).value if "employer" in values else None
    return Record(
        source="s",
        record=ref,
        role=Role.DEBTOR,
        case=ref,
        names=() if name is None else (name,),
        ids=tuple(one for one in ids if one is not None),
        born=read_date(values["born"], today=TODAY).value if "born" in values else None,
        phones=read_phones(values["phone"], region).value or () if "phone" in values else (),
        addresses=() if address is None else (address,),
        employers=() if employer is None else (employer,),
        emails=() if email is None else (email,),
    )


def of_records(left, right, region="CN"):
    """The evidence in bits between two records of two cases, without the prior."""
    (found,) = match([as_record("1", left, region), as_record("2", right, region)], model=SHIPPED)
    return found.bits - SHIPPED.prior


def of_rows(left, right, region="CN"):
    """The same between two rows of a table."""
    raws = [
        Raw(
            kind=kind,
            codes=np.array([0 if left.get(kind) else -1, 1 if right.get(kind) else -1], dtype=np.int32),
            values=(left.get(kind, ""), right.get(kind, "")),
        )
        for kind in KINDS
        if left.get(kind) or right.get(kind)
    ]
    table = build(raws, np.zeros(2, dtype=np.int8), region)
    return float(score(SHIPPED, table, np.array([0]), np.array([1]))[0]) - SHIPPED.prior


HOME = {"address": "浙江省杭州市西湖区文三路100号3幢201室"}
ALIKE = {"address": "12 Oak Street, Springfield, IL 62704"}

# id, left, right, least and most bits.
PAIRS = [
    # Chinese names
    ("common name", side("张伟"), side("张伟"), 9, 13),
    ("rare name", side("邹语桐"), side("邹语桐"), 14, 15),
    ("traditional characters", side("張偉"), side("张伟"), 9, 13),
    ("variant character", side("刘峰"), side("劉峯"), 2, 16),
    ("pinyin", side("邹语桐"), side("Zou Yutong"), 8, 15),
    ("pinyin, western order", side("邹语桐"), side("Yutong Zou"), 6, 15),
    ("surname with a reading of its own", side("单雄信"), side("Shan Xiongxin"), 8, 15),
    ("surname read wrongly", side("单雄信"), side("Dan Xiongxin"), 4, 14),
    ("compound surname, western order", side("欧阳修文"), side("Xiuwen Ouyang"), 6, 15),
    ("San Zhang", side("张三"), side("San Zhang"), 3, 13),
    ("Chang San", side("张三"), side("Chang San"), 2, 13),
    ("Cantonese surname", side("黄美玲"), side("Meiling Wong"), -8, 6),
    ("Wade-Giles beside pinyin", side("Hsieh Kuofeng"), side("Xie Guofeng"), 2, 15),
    ("u with dots in a passport", side("吕布文"), side("Lyu Buwen"), 8, 15),
    ("homophone", side("张伟"), side("张玮"), 2, 8),
    ("looks alike", side("王志洁"), side("王志浩"), 0, 8),
    ("misheard", side("陈建英"), side("陈建音"), 0, 8),
    ("one character of two", side("李建国"), side("李建华"), -8, -2),
    ("only the family name", side("李娜"), side("李强"), -9, -5),
    ("strangers", side("张伟"), side("李娜"), -9, -5),
    ("masked given name", side("张*"), side("张伟"), 2, 5),
    ("masked given name, two characters", side("邹**"), side("邹语桐"), 6, 12),
    ("masked family name", side("*语桐"), side("邹语桐"), 5, 14),
    ("a mask that does not fit", side("张*"), side("李伟"), -9, -4),
    ("English first name", side("王伟"), side("David Wang"), 0, 6),
    # Western names
    ("equal", side("Paul Schneider"), side("paul schneider"), 14, 15.1),
    ("other order", side("Schneider, Paul"), side("Paul Schneider"), 13, 15.1),
    ("accents", side("José Muñoz"), side("Jose Munoz"), 14, 15.1),
    ("nickname", side("Bob Schneider"), side("Robert Schneider"), 13, 15.1),
    ("initial", side("P Schneider"), side("Paul Schneider"), 13, 15.1),
    ("middle initial left out", side("Paul A Schneider"), side("Paul Schneider"), 14, 15.1),
    ("other middle initial", side("Paul A Schneider"), side("Paul B Schneider"), 9, 14),
    ("slip", side("Paul Schneider"), side("Paul Schnieder"), 8, 14.5),
    ("double-barrelled", side("Anna Baxter-Hill"), side("Anna Baxter"), 8, 15),
    ("maiden name", side("Anna Baxter"), side("Anna Kovacs"), -1, 6),
    ("common name in letters", side("John Smith"), side("John Smith"), 10, 14),
    ("father and son", side("Paul Schneider Jr"), side("Paul Schneider Sr"), -9, -5),
    ("brothers", side("Paul Schneider"), side("Mark Schneider"), -9, -5),
    ("strangers in letters", side("Paul Schneider"), side("Anna Kovacs"), -9, -5),
    # dates
    ("same day", side(born="1990-02-03"), side(born="3 Feb 1990"), 13, 14),
    ("day and month exchanged", side(born="1990-02-03"), side(born="1990-03-02"), 6, 8),
    ("one digit", side(born="1990-02-03"), side(born="1990-02-08"), 2, 3),
    ("year only", side(born="1990-02-03"), side(born="1990"), 4, 5.5),
    ("month only", side(born="1990-02-03"), side(born="1990-02"), 8, 9),
    ("Republic of China year", side(born="民國79年2月3日"), side(born="1990-02-03"), 13, 14),
    ("1 January", side(born="1990-01-01"), side(born="1990-01-01"), 4, 5.5),
    ("another year", side(born="1990-02-03"), side(born="1983-11-25"), -7, -4),
    ("a generation", side(born="1990-02-03"), side(born="1961-07-21"), -10, -7),
    # ids
    ("same id", side(id=SOUND), side(id=SOUND), 23, 25),
    ("15 and 18 digits", side(id="440000900101004"), side(id=SOUND), 20, 25),
    ("a digit wrong", side(id=SOUND), side(id="440000199001010054"), 5, 12),
    ("digits exchanged", side(id=SOUND), side(id="440000199001010404"), 2, 12),
    ("masked middle", side(id="4400**********0044"), side(id=SOUND), 12, 20),
    ("masked middle of another", side(id="4400**********0044"), side(id=OTHER), -6, -3),
    ("two sound ids", side(id=SOUND), side(id=OTHER), -21, -18),
    ("filler", side(id="111111111111111111"), side(id="111111111111111111"), 5, 11),
    ("id with the other's birth date", side(id=SOUND), side(born="1990-01-02"), 2, 14),
    ("id against another birth date", side(id=SOUND), side(born="1971-06-15"), -10, -7),
    ("masked id shows the birth date", side(id="******19900101****"), side(born="1990-02-01"), -6, 14),
    ("another social security number", side(ssn="219-09-9999"), side(ssn="457-55-5462"), -11, -9),
    # telephones
    ("same mobile", side(phone="15400000001"), side(phone="+86 154 0000 0001"), 8, 10),
    ("masked mobile", side(phone="154****0001"), side(phone="15400000001"), 3, 7),
    ("masked mobile of another", side(phone="154****0002"), side(phone="15400000001"), -1.5, -0.5),
    ("landline", side(phone="0571-88880000"), side(phone="0571-88880000"), 4, 6),
    ("another mobile", side(phone="15400000001"), side(phone="15498765432"), -1.5, -0.5),
    ("nearly all hidden", side(phone="1*********1"), side(phone="15400000001"), -0.1, 0.1),
    # addresses, employers, e-mail
    ("same address", side(**HOME), side(**HOME), 3.5, 4.1),
    ("province left out", side(**HOME), side(address="杭州市西湖区文三路100号3幢201室"), 2, 4),
    ("city and district left out", side(**HOME), side(address="浙江省文三路100号3幢201室"), 2, 4),
    ("flat left out", side(**HOME), side(address="浙江省杭州市西湖区文三路100号"), 1.5, 3),
    ("city renamed", side(address="湖北省襄樊市樊城区虚构路5号"),
     side(address="襄阳市樊城区虚构路5号"), 2, 4),
    ("next door", side(**HOME), side(address="浙江省杭州市西湖区文三路102号3幢201室"), -1.2, 0.1),
    ("street in short", side(**ALIKE), side(address="12 Oak St, Springfield, IL 62704"), 2, 4.1),
    ("same firm", side(employer="杭州虚构科技有限公司"), side(employer="杭州虚构科技股份有限公司"), 2.5, 3.5),
    ("its branch", side(employer="虚构科技有限公司"), side(employer="杭州虚构科技有限公司"), 1, 3),
    ("firm in letters", side(employer="Fictional Widgets, Inc."),
     side(employer="Fictional Widgets LLC"), 2.5, 3.5),
    ("same mailbox", side(email="wei@example.org"), side(email="Wei@Example.org"), 9, 11),
    ("a firm's mailbox", side(email="hr@example.org"), side(email="hr@example.org"), 1, 4),
    # conflicts
    ("two sound ids under one name and roof", side("李建国", id=SOUND, **HOME),
     side("李建国", id=OTHER, **HOME), -12, 0),
    ("twins", side("李建国", born="1990-02-03", **HOME), side("李建华", born="1990-02-03", **HOME), -8, 12),
    ("twins in letters", side("Paul Hill", born="1990-02-03", **ALIKE),
     side("Mark Hill", born="1990-02-03", **ALIKE), -8, 12),
    ("parent of one name", side("Paul Hill", born="1990-02-03", **ALIKE),
     side("Paul Hill", born="1961-07-21", **ALIKE), -9, 11),
    ("spouses", side("李强", phone="15400000001", **HOME), side("王芳", phone="15400000001", **HOME), -9, -5),
    ("recycled family phone", side("张伟", phone="15400000001"), side("李娜", phone="15400000001"), -9, -5),
]  # fmt: skip

ORDERS = {
    "a name loses bits with what is left of it": [
        (side("邹语桐"), side("邹语桐")),
        (side("邹语桐"), side("Zou Yutong")),
        (side("邹语桐"), side("邹雨童")),
        (side("邹语桐"), side("邹**")),
        (side("邹语桐"), side("邹语林")),
        (side("邹语桐"), side("邹强")),
    ],
    "a name in letters": [
        (side("Paul Brown"), side("Paul Brown")),
        (side("Paul Brown"), side("P Brown")),
        (side("Paul Brown"), side("Paul Smithson")),
        (side("Paul Brown"), side("Anna Brown")),
    ],
    "an id": [
        (side(id=SOUND), side(id=SOUND)),
        (side(id=SOUND), side(id="44000019900101004*")),
        (side(id=SOUND), side(id="4400**********0044")),
        (side(id=SOUND), side(id="440000199001010054")),
        (side(id=SOUND), side(id="44************0060")),
        (side(id=SOUND), side(id=OTHER)),
    ],
    "a date of birth": [
        (side(born="1990-02-03"), side(born="1990-02-03")),
        (side(born="1990-02-03"), side(born="1990-02")),
        (side(born="1990-02-03"), side(born="1990-03-02")),
        (side(born="1990-02-03"), side(born="1990")),
        (side(born="1990-02-03"), side(born="1990-02-08")),
        (side(born="1990-02-03"), side(born="1990-11-25")),
        (side(born="1990-02-03"), side(born="1961-11-25")),
    ],
    "a number": [
        (side(phone="15400000001"), side(phone="15400000001")),
        (side(phone="15400000001"), side(phone="154****0001")),
        (side(phone="15400000001"), side(phone="15400000007")),
        (side(phone="15400000001"), side(phone="15487654321")),
    ],
}


@pytest.mark.parametrize(("left", "right", "least", "most"), [pytest.param(*p[1:], id=p[0]) for p in PAIRS])
def test_the_evidence_points_the_right_way(left, right, least, most):
    bits = of_records(left, right)

    assert least <= bits <= most


@pytest.mark.parametrize(("left", "right"), [pytest.param(*p[1:3], id=p[0]) for p in PAIRS])
def test_two_records_and_two_rows_have_the_same_bits_whichever_is_left(left, right):
    bits = of_records(left, right)

    assert of_rows(left, right) == pytest.approx(bits, abs=1e-9)
    assert of_records(right, left) == pytest.approx(bits, abs=1e-9)
    assert of_rows(right, left) == pytest.approx(bits, abs=1e-9)


@pytest.mark.parametrize("pairs", [pytest.param(pairs, id=name) for name, pairs in ORDERS.items()])
def test_less_in_common_is_less_evidence(pairs):
    bits = [of_records(*pair) for pair in pairs]

    assert all(more > less for more, less in pairwise(bits))
