"""Employers: the name as cleaned, and the name without its legal form, as a key."""

from __future__ import annotations

import re

from graph.clean.fault import Fault, Reading
from graph.clean.latin_names import folded
from graph.clean.masks import mask_value
from graph.clean.text import blank, dashed, has_han, simplified, tidy, words
from graph.model import Employer

_LONGEST = 200
# What people write who have no employer: a status, because 自由职业 must not join two debtors as colleagues.
_STATUS: dict[str, str] = {
    word: status
    for status, said in {
        "unemployed": "无业 待业 失业 待业中 无工作 没有工作 "
        "无固定工作 无固定职业 下岗 离职 已离职 unemployed jobless",
        "self_employed": "自由职业 自由职业者 个体 个体户 个体经营 个体工商户 自雇 自己做生意 经商 "
        "做生意 self-employed "
        "self_employed freelance freelancer self",
        "retired": "退休 已退休 离退休 retired",
        "student": "学生 在校学生 在读 student",
        "farming": "务农 农民 在家务农 种地 farmer",
        "homemaker": "家庭主妇 主妇 全职太太 全职妈妈 homemaker housewife",
        "odd_jobs": "打工 打零工 零工 务工 外出务工 临时工",
    }.items()
    for word in said.split()
}
_HAN_FORMS = re.compile(
    r"\((?:有限合伙|普通合伙|特殊普通合伙|个人独资|集团|筹)\)|股份有限责任公司|集团股份有限公司|集团有限责任公司|集团有限公司|"
    r"股份有限公司|有限责任公司|有限公司|股份公司|总公司|集团公司|股份合作公司|合伙企业|个人独资企业|公司|集团|工商户"
)
_KEEP_BRANCH = re.compile(r"分公司")
_LATIN_FORMS = words(
    "inc incorporated llc lc ltd limited corp corporation co company lp llp lllp pllc plc pc gmbh ag sa "
    "srl bv nv pty "
    "pvt pte na the kg oy ab as spa sarl"
)
_DOING_BUSINESS = re.compile(r"\s+(?:d/?b/?a|t/a|trading as|doing business as)\b.*$", re.IGNORECASE)


def read_employer(text: str) -> Reading[Employer]:
    """Give a place of work. A status (无业, retired) is no employer: None with the note ``employer.status``.

    ``key`` is in simplified characters or ASCII letters, without legal form, brackets and spaces.
    """
    if blank(text):
        return Reading(None)
    if len(text) > _LONGEST:
        return Reading(None, (Fault("employer.too_long", (("length", str(len(text))),), lost=True),))
    name = dashed(tidy(text)).replace("\n", " ")
    status = _STATUS.get(name.lower().strip(" .。"))
    if status:
        return Reading(None, (Fault("employer.status", (("status", status),)),))
    if sum(char.isalpha() for char in name) < 2:
        return Reading(None, (Fault("employer.unreadable", (("shown", mask_value(name)),), lost=True),))
    if has_han(name):
        name = re.sub(r"(?<=[\u3400-\u9fff()]) (?=[\u3400-\u9fff()])", "", name)
    return Reading(Employer(name=name, key=employer_key(name)))


def employer_key(name: str) -> str:
    """Give a company's name without legal form, the same for every way of writing it."""
    if has_han(name):
        plain = re.sub(r"\s+", "", simplified(dashed(tidy(name))).lower())
        plain = _KEEP_BRANCH.sub("\x00", plain)
        plain = _HAN_FORMS.sub("", plain).replace("\x00", "分公司")
        key = re.sub(r"[^\w]|_", "", plain)
        return key or re.sub(r"[^\w]|_", "", simplified(name).lower())
    plain = _DOING_BUSINESS.sub("", folded(name).replace("&", " and ").replace("'", "").replace("’", ""))
    plain = re.sub(r"\b((?:[a-z]\.){2,})", lambda match: match[0].replace(".", "") + " ", plain)
    parts = re.sub(r"[^\w]+|_", " ", plain).split()
    kept = [part for part in parts if part not in _LATIN_FORMS]
    return "".join(kept or parts)
