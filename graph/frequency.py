"""How rare a name is: published shares of the population, and the given records where they suffice.

Rarity is in bits, −log2 of the share of people who bear the name. Sources:

- [MPS] Ministry of Public Security of China, national name reports. 2007: 王 7.25 %, 李 7.19 %, 张 6.83 %,
  the next seven above 20 million, the next twelve above 10 million (language.chinadaily.com.cn/2007-04/25).
  2019: 张伟 nearly 300,000 and 王伟 287,101 of 1.4 billion, the ten commonest full names, the hundred
  commonest surnames 85.9 % (archive.shine.cn). 2020: the first five 30.8 % (shine.cn/news/nation/2102094560).
  Confidence high for these, medium for single shares between them (interpolated under these sums and
  limits), low for given names (judged from the commonest full names).
- [US] US Census Bureau, surnames of 2010 (Smith 828 per 100,000 … Martinez 359), from memory: medium.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from graph.clean.text import words


def _shares(table: str) -> dict[str, float]:
    pairs = (item.split(":") for item in table.split())
    return {name: float(share) / 100 for names, share in pairs for name in names.split(",")}


# Percent of the registered population. [MPS]; from 杨 on interpolated.
SURNAMES: Mapping[str, float] = _shares(
    "王:7.25 李:7.19 张:6.83 刘:5.1 陈:4.5 杨:3.2 黄:2.4 赵:2.2 吴:2.1 周:2.0 "
    "徐:1.5 孙:1.4 马:1.4 朱:1.3 胡:1.3 郭:1.2 何:1.1 高:1.1 林:1.1 罗:1.0 郑:1.0 梁:0.9 "
    "谢,宋,唐,许,韩,冯,邓,曹,彭,曾,肖,田,董,袁,潘,于,蒋,蔡:0.55 "
    "余,杜,叶,程,苏,魏,吕,丁,任,沈,姚,卢,姜,崔,钟,谭:0.35 "
    "陆,汪,范,金,石,廖,贾,夏,韦,付,方,白,邹,孟:0.35 "
    "熊,秦,邱,江,尹,薛,闫,段,雷,侯,龙,史,陶:0.22 "
    "黎,贺,顾,毛,郝,龚,邵,万,钱,严,覃,武,戴,莫,孔,向,欧:0.22"
)
# A family name outside the table: 14 % of people share about six thousand of them [MPS].
OTHER_SURNAME = 3e-4

# The ten commonest full names lie between 1.7e-4 and 2.1e-4 [MPS 2019]; the rest headed earlier
# lists, medium.
COMMON_NAMES = words(
    """
    张伟 王伟 李娜 王芳 李伟 王静 李静 张敏 刘伟 张静 王秀英 李秀英 张秀英 王丽 李强
    张丽 王敏 李丽 王勇 王强 李军 张勇 王艳 李杰 李勇 张杰 张磊 王磊 王军 李敏
    刘洋 王涛 张涛 李明 王超 李娟 张艳 刘芳 王平 王刚 王杰 王英 刘英 张军 李霞
    刘敏 张强 刘静 陈静 陈伟 杨洋
    """
)
COMMON_NAME = 2.1e-4

# Given names: 伟 is 2.1e-4 / 0.068 = 0.3 % of the bearers of its commonest surname. Low confidence.
COMMON_GIVEN_ONE = frozenset("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚英红玲燕鹏辉斌波华飞健峰宁莉萍雪琳婷浩")
GIVEN_ONE_COMMON = 3e-3
GIVEN_ONE = 5e-4
COMMON_GIVEN_TWO = words(
    """
    秀英 桂英 秀兰 玉兰 桂兰 玉梅 建国 建华 建军 志强 志明 海燕 丽娟 春梅 国强
    晓明 文杰 子轩 浩然 欣怡 梓涵 宇轩 雨桐 一诺 俊杰 婷婷 海涛 志伟 丽华 玉珍
    秀珍 凤英 小红 晓东 红梅 国华 建平 永强 小平 建明
    """
)
GIVEN_TWO_COMMON = 1.5e-3
GIVEN_TWO = 1e-4

# Family names by sound, percent: the sums of the characters above that share it.
PINYIN_SURNAMES: Mapping[str, float] = _shares(
    """
    wang:7.6 li:7.5 zhang:6.9 liu:5.1 chen:4.6 yang:3.3 huang:2.4 zhao:2.2 wu:2.5 zhou:2.1 xu:2.1
    sun:1.4 ma:1.4 zhu:1.4 hu:1.3 guo:1.2 he:1.4 gao:1.1 lin:1.1 luo:1.1 zheng:1.0 liang:1.0
    yu:1.1 xie:0.6 song:0.6 tang:0.7 han:0.6 feng:0.6 deng:0.6 cao:0.6 peng:0.6 zeng:0.6 xiao:0.6
    tian:0.6 dong:0.6 yuan:0.6 pan:0.6 jiang:1.2 cai:0.6 du:0.4 ye:0.4 cheng:0.5 su:0.4 wei:0.8
    lv:0.4 lyu:0.4 ding:0.4 ren:0.4 shen:0.5 yao:0.4 lu:0.9 cui:0.4 zhong:0.4 tan:0.6 fan:0.5
    jin:0.4 shi:0.8 liao:0.4 jia:0.4 xia:0.4 fu:0.6 fang:0.4 bai:0.4 zou:0.4 meng:0.4 xiong:0.3
    qin:0.5 qiu:0.4 yin:0.3 xue:0.3 yan:0.7 duan:0.3 lei:0.3 hou:0.3 long:0.3
    """
)
OTHER_PINYIN_SURNAME = 1e-3
# About 400 syllables, the common ones several times as often: judged.
PINYIN_GIVEN_ONE = 1e-2
PINYIN_GIVEN_TWO = 5e-4
_LONGEST_SYLLABLE = 6

# Percent [US].
LATIN_SURNAMES: Mapping[str, float] = _shares(
    "smith:0.83 johnson:0.66 williams:0.55 brown:0.49 jones:0.48 garcia:0.40 miller:0.39 davis:0.38 "
    "rodriguez:0.37 martinez:0.36 hernandez:0.35 lopez:0.30 gonzalez:0.29 wilson:0.27 anderson:0.27 "
    "thomas:0.26 taylor:0.25 moore:0.25 jackson:0.24 martin:0.24 lee:0.24 nguyen:0.15"
)
OTHER_LATIN_SURNAME = 2e-4
# The commonest English given names are borne by 1–2 % each; [US] 1990 list, low confidence.
COMMON_LATIN_GIVEN = words(
    """
    james john robert michael william david richard joseph thomas charles christopher daniel
    matthew anthony mark mary patricia jennifer linda elizabeth barbara susan jessica sarah
    karen lisa nancy maria
    """
)
LATIN_GIVEN_COMMON = 1.2e-2
LATIN_GIVEN = 1e-3
INITIAL = 0.08
"""A given name's first letter: about one in twelve (judged)."""

ENOUGH_CASES = 2_000
"""Cases needed before the given records may speak about rarity: a case's own records were gathered because
they resemble each other, so their counts would call the debtor's name common."""
PUBLISHED_CASES = 2_000
"""How many cases' weight the published share has against the counts (shrinkage; judged)."""


def bits(share: float) -> float:
    """Give a share of the population as bits of rarity."""
    return -math.log2(min(1.0, share))


def published_han(family: str, given: str) -> float:
    """Give the share of people with this Chinese name (simplified characters), from published figures."""
    if family + given in COMMON_NAMES:
        return COMMON_NAME
    if len(given) == 1:
        rare = GIVEN_ONE_COMMON if given in COMMON_GIVEN_ONE else GIVEN_ONE
    else:
        rare = GIVEN_TWO_COMMON if given in COMMON_GIVEN_TWO else GIVEN_TWO
    return SURNAMES.get(family, OTHER_SURNAME) * (rare if given else 1.0)


def published_pinyin(family: str, given: str) -> float:
    """Give the share of people whose Chinese name sounds like this (``given`` without spaces)."""
    one = len(given) <= _LONGEST_SYLLABLE and given.isalpha()
    rare = PINYIN_GIVEN_ONE if one else PINYIN_GIVEN_TWO
    return PINYIN_SURNAMES.get(family, OTHER_PINYIN_SURNAME) * (rare if given else 1.0)


def published_latin(family: str, given: str) -> float:
    """Give the share of people with this name in letters; a family name that is pinyin counts as Chinese."""
    if family in PINYIN_SURNAMES and given not in COMMON_LATIN_GIVEN:
        return published_pinyin(family, given)
    share = LATIN_SURNAMES.get(family, PINYIN_SURNAMES.get(family, OTHER_LATIN_SURNAME))
    if not given:
        return share
    return share * (LATIN_GIVEN_COMMON if given in COMMON_LATIN_GIVEN else LATIN_GIVEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frequencies:
    """How many people bear each full name among so many cases; empty: only published figures speak."""

    cases: int = 0
    holders: Mapping[str, int] = field(default_factory=dict, repr=False)

    def rarity(self, key: str, published: float) -> float:
        """Give the bits of a full name: never rarer than published, commoner where the records show it."""
        if self.cases < ENOUGH_CASES:
            return bits(published)
        seen = (self.holders.get(key, 0) + PUBLISHED_CASES * published) / (self.cases + PUBLISHED_CASES)
        return bits(max(published, seen))


def count(sightings: Iterable[tuple[str, str, Collection[str]]]) -> Frequencies:
    """Count how many people bear each full name, from (case, name key, marks) of each record.

    Records of one name that share their case or a mark (a number, an id, an e-mail address, a birth date) are
    one bearer: a debtor in five cases does not make his name common.
    """
    bearers: defaultdict[str, dict[str, str]] = defaultdict(dict)
    cases: set[str] = set()
    for case, key, marks in sightings:
        cases.add(case)
        parent = bearers[key]
        first = _root(parent, f"case:{case}")
        for mark in marks:
            parent[_root(parent, mark)] = first
    holders = {key: sum(mark == above for mark, above in parent.items()) for key, parent in bearers.items()}
    return Frequencies(cases=len(cases), holders=holders)


def _root(parent: dict[str, str], mark: str) -> str:
    """Give the mark that stands for the group this one is in; an unseen mark is a group of its own."""
    parent.setdefault(mark, mark)
    while parent[mark] != mark:
        parent[mark] = parent[parent[mark]]
        mark = parent[mark]
    return mark


def character_bits() -> float:
    """Give the bits of one visible character of a Chinese given name (a common one: GIVEN_ONE_COMMON × 3)."""
    return bits(3 * GIVEN_ONE_COMMON)


def sound_bits(sound: str, part: str) -> float:
    """Give the bits of the sound of a Chinese family name (``part`` ``name.family``) or given name."""
    if part == "name.family":
        return bits(PINYIN_SURNAMES.get(sound, OTHER_PINYIN_SURNAME))
    return bits(PINYIN_GIVEN_ONE if len(sound) <= _LONGEST_SYLLABLE else PINYIN_GIVEN_TWO)


def surname_bits(family: str) -> float:
    """Give the bits of a Chinese family name alone."""
    return bits(SURNAMES.get(family, OTHER_SURNAME))


def latin_surname_bits(family: str) -> float:
    """Give the bits of a family name in letters alone."""
    return bits(published_latin(family, ""))
