"""Chinese surnames: the compound ones, the readings a dictionary gets wrong, the Latin forms they take.

The wrong readings are those of reference/libraries.md §1 and matching.md's last section, with others of the
same kind that any dictionary marks as a surname's reading.
"""

from __future__ import annotations

import re

from graph.clean.text import words

# Two-character surnames in use (百家姓 and the registers' list of living compound surnames).
COMPOUND = words(
    "欧阳 歐陽 上官 司马 司馬 司徒 司空 诸葛 諸葛 尉迟 尉遲 皇甫 慕容 令狐 公孙 公孫 "
    "公羊 公冶 东方 東方 东郭 夏侯 端木 长孙 長孫 宇文 鲜于 鮮于 闻人 聞人 轩辕 軒轅 "
    "呼延 申屠 太史 澹台 濮阳 濮陽 淳于 单于 單于 赫连 赫連 钟离 鍾離 独孤 獨孤 南宫 "
    "南宮 西门 西門 百里 东门 南门 北堂 拓跋 拓拔 万俟 萬俟 完颜 耶律 纳兰 納蘭 叶赫 "
    "亓官 第五 仲孙 叔孙 梁丘 左丘 东野 羊舌 微生 漆雕 乐正 宰父 谷梁 穀梁 子车 颛孙 "
    "巫马 公西 壤驷 公良 夹谷 段干 闾丘 "
)

# Readings that differ from the character's commonest one, or that files are known to get wrong.
_READINGS = (
    "单單:shan 仇:qiu 解:xie 查:zha 区區:ou 曾:zeng 朴:piao 任:ren 华華:hua 盖蓋葛:ge "
    "折:she 缪繆:miao 翟祭:zhai 尹:yin 乐樂:yue 种重:chong 秘:bi 繁:po 覃:qin 员員:yun "
    "纪紀:ji 宁甯:ning 黑:he 逄:pang 晟:cheng 洗冼:xian 召:shao 车車:che 过過:guo 那:na "
    "哈:ha 牟:mu 燕:yan 应應:ying 令:ling 宿:su 幺:yao 阚闞:kan 卜:bu 柏:bai "
    "薄:bo 能:nai 隗:wei 郇:xun 曲瞿:qu 谌諶:chen 沈:shen 贾賈:jia 行:xing 长:zhang "
    "石:shi "
)
_COMPOUND_READINGS = (
    "尉迟:yuchi 尉遲:yuchi 万俟:moqi 萬俟:moqi 单于:chanyu 單于:chanyu 长孙:zhangsun 長孫:zhangsun "
    "澹台:tantai 乐正:yuezheng 亓官:qiguan 宰父:zaifu 濮阳:puyang 濮陽:puyang 令狐:linghu 纳兰:nalan "
    "納蘭:nalan "
)
READING: dict[str, str] = {
    char: reading
    for entry in _READINGS.split()
    for chars, _, reading in [entry.partition(":")]
    for char in chars
} | {name: reading for entry in _COMPOUND_READINGS.split() for name, _, reading in [entry.partition(":")]}
"""Surname → its reading as a surname, in pinyin without tones."""

# The hundred commonest surnames in pinyin (Ministry of Public Security, name report for 2020), for telling
# which end of a romanised name is the family name.
COMMON = words(
    "wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he gao lin luo "
    "zheng liang xie song tang han feng deng cao peng zeng xiao tian dong yuan pan yu jiang cai du "
    "ye cheng su wei lv lyu ding ren shen yao lu cui zhong tan wan fan jin shi liao jia "
    "xia fu fang bai zou meng xiong qin qiu yin xue yan duan lei hou long tao gu mao hao "
    "gong shao qian dai mo kong ouyang shangguan situ sima zhuge huangfu "
)

# Hanyu Pinyin's syllables by initial (GB/T 16159 appendix), with lyu/nyu as passports spell 吕 and 女.
_FINALS = {
    "": "a o e ai ei ao ou an en ang eng er",
    "b": "a o ai ei ao an en ang eng i ie iao ian in ing u",
    "p": "a o ai ei ao ou an en ang eng i ie iao ian in ing u",
    "m": "a o e ai ei ao ou an en ang eng i ie iao iu ian in ing u",
    "f": "a o ei ou an en ang eng u",
    "d": "a e ai ei ao ou an en ang eng ong i ia ie iao iu ian ing u uo ui uan un",
    "t": "a e ai ao ou an ang eng ong i ie iao ian ing u uo ui uan un",
    "n": "a e ai ei ao ou an en ang eng ong i ie iao iu ian in iang ing u uo uan v ve yu",
    "l": "a e ai ei ao ou an ang eng ong i ia ie iao iu ian in iang ing u uo uan un v ve yu",
    "g k h zh ch": "a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "zh ch sh r z c s": "i",
    "j q x": "i ia ie iao iu ian in iang ing iong u ue uan un",
    "sh": "a e ai ei ao ou an en ang eng u ua uo uai ui uan un uang",
    "r": "e ao ou an en ang eng ong u ua uo ui uan un",
    "z c s": "a e ai ei ao ou an en ang eng ong u uo ui uan un",
    "y": "a ao e ou an in ang ing ong i u ue uan un o",
    "w": "a o ai ei an en ang eng u",
}
SYLLABLES = sorted(
    {
        initial + final
        for initials, finals in _FINALS.items()
        for initial in initials.split(" ")
        for final in finals.split()
    },
    key=lambda syllable: (-len(syllable), syllable),
)
PINYIN = re.compile(f"(?:{'|'.join(SYLLABLES)}){{1,4}}")
"""One to four syllables of pinyin written together."""
