"""How rare a name is: published shares of the population.

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
from collections.abc import Mapping

from graph.clean.surnames import PINYIN
from graph.clean.text import has_han, words


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


def bits(share: float) -> float:
    """Give a share of the population as bits of rarity."""
    return -math.log2(min(1.0, share))


def character_bits() -> float:
    """Give the bits of one visible character of a Chinese given name (a common one: GIVEN_ONE_COMMON × 3)."""
    return bits(3 * GIVEN_ONE_COMMON)


def part_bits(text: str, part: str) -> float:
    """Give the bits of a family name (``part`` ``name.family``) or given name alone, in either script."""
    if not text or "*" in text:
        return 0.0
    if has_han(text):
        if part == "name.family":
            return surname_bits(text)
        if len(text) == 1:
            return bits(GIVEN_ONE_COMMON if text in COMMON_GIVEN_ONE else GIVEN_ONE)
        return bits(GIVEN_TWO_COMMON if text in COMMON_GIVEN_TWO else GIVEN_TWO)
    word = text.replace(" ", "")
    if part == "name.family":
        return bits(LATIN_SURNAMES.get(word, PINYIN_SURNAMES.get(word, OTHER_LATIN_SURNAME)))
    if len(word) == 1:
        return bits(INITIAL)
    if word in COMMON_LATIN_GIVEN:
        return bits(LATIN_GIVEN_COMMON)
    # A word that may be pinyin is as common as the commoner of the two.
    return min(sound_bits(word, part), bits(LATIN_GIVEN)) if PINYIN.fullmatch(word) else bits(LATIN_GIVEN)


def sound_bits(sound: str, part: str) -> float:
    """Give the bits of the sound of a Chinese family name (``part`` ``name.family``) or given name."""
    if part == "name.family":
        return bits(PINYIN_SURNAMES.get(sound, OTHER_PINYIN_SURNAME))
    return bits(PINYIN_GIVEN_ONE if len(sound) <= _LONGEST_SYLLABLE else PINYIN_GIVEN_TWO)


def surname_bits(family: str) -> float:
    """Give the bits of a Chinese family name alone."""
    return bits(SURNAMES.get(family, OTHER_SURNAME))
