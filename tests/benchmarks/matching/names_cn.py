"""Chinese names with published shares, their homophones and look-alikes, and the ways they are romanised."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass

from opencc import OpenCC

from graph.clean.pinyin import surname, syllable
from graph.clean.surnames import COMPOUND
from graph.frequency import COMMON_GIVEN_ONE, COMMON_GIVEN_TWO, SURNAMES
from tests.benchmarks.matching.errors import Slips, Weighted, zipf

# Surnames outside the published hundred, commoner first (order judged); they share what SURNAMES leaves.
_OTHER = (
    "赖洪施常温芦康殷牛邢单庞安乔倪葛岳柴章齐庄涂耿季俞樊聂焦鲁柯宁盛关路祝霍柳翟阮包童左舒辛管纪骆华尤卜裴游解屈"
    "苗詹甘蒲饶古靳房仇查区桂梅凌谷卓滕仲褚符沙麦谈应冷娄简曲巩车冉邬阎苟郎商费敖项朴臧伍全卞席穆庾宫鲍边廉池"
)
_COMPOUND_SHARE = 0.15  # percent, all of them together: 欧阳 alone is near 0.08 (medium)
# Characters of given names beyond the common ones, for the position they stand in (judged).
_FIRST = (
    "志国建文晓小海玉春金永德明新成家俊世红秀桂庆荣立光长振学树福少正云兴宏中天东丽雪亚美思佳雨子嘉梓欣一浩泽宇诗"
    "若可心紫沐锦昊奕承启铭景恩书怀仁义礼智信忠孝宗祖耀显昌盛绍继传延兆瑞祥润洪江河湖鸿展培育凤彩翠素淑惠爱月夏冬"
)
_SECOND = (
    "华明平军英强伟红梅芳兰玲霞燕云林生清辉波成东峰龙飞勇刚斌涛超杰亮凯鑫宇浩轩涵怡萱琪瑶彤萌悦颖楠雯婷倩薇璐"
    "佳琳雪莹洁静敏慧娟莉萍丽艳娜琴珍香花凤秀莲菊荣贵福祥发财旺盛昌茂松柏山川海江河水泉源洋阳光星辰晨曦博文武斗"
    "良才德仁义信忠孝贤达远志坚毅豪杰雄威彪虎麟鹏鹤翔翼"
)
_ONE = (
    "玮炜卫威维薇纬巍娴贤嫄媛圆源渊远锐瑞睿蕊芮菁晶京靖婧菲霏翡晖徽惠蕙会汇莹盈颖影瑛樱铭茗鸣名岚澜蓝楠南男囡璇轩宣萱暄瑄"
    "琦琪祺旗奇棋其倩茜芊乾谦潜虹宏鸿泓弘洪彬宾滨缤钢岗锋枫丰烽蜂霖麟淋临粼悦月越乐岳钰玉裕煜昱郁域馨心昕新欣歆鑫"
    "芸云韵允昀匀耘妮倪霓旭栩序絮澄诚程丞承哲喆浙泽择策晨辰尘宸臣珍真贞臻甄祯振震镇圳朕"
)
# Characters that are taken for each other on paper or by a reader of scans.
_ALIKE = """
未末 己已巳 土士 干千于 日曰 人入八 天夭 王玉 大太犬 力刀 贝见 午牛 戊戍戌 师帅 陈阵
住往 析折 侯候 郎朗 钓钧 玮炜 琪棋 晴睛 睿蓉 怡恰 洋样 萍苹 娜挪 芳芬 莉利 静净 敏繁
杰烋 磊垒 伟纬 涛铸 勇男 艳绝 明朋 辉晖 军车 宇字 宁宇 昊吴 晟晨 佳住 俊竣 浩洁 淑椒
婷停 凤风 凯铠 彬杉 斌赋 颖颍 茜西 兰三 春舂 桂挂 梅海 燕蒸 波披 成戍 建健 国园 华毕
志忘 强弱 鹏棚 飞气 超赶 丽而 霞露 玲铃 红江 英莫 云去 林材 峰蜂 刚钢 光先 生主 平乎
刘刎 李季 张弛 杨扬 赵起 周同 徐除 孙孔 马乌 朱未 胡糊 何河 高亮 罗萝 郑邓 梁粱 宋宗
唐康 许讦 韩朝 冯马 曹漕 曾会 肖宵 田由 董懂 袁哀 潘番 蔡察 余佘 杜社 叶计 程呈 苏芬
魏巍 吕昌 丁了 任住 沈沉 姚兆 卢户 姜美 崔催 钟种 谭潭
"""
SINGLE_GIVEN = 0.27
"""Share of one-character given names among people of working age (judged: 14 % of newborns of 2020 by [MPS],
near 40 % of those born in the eighties and nineties)."""
_COMMON_ONE_SHARE, _COMMON_TWO_SHARE = 3e-3, 1.5e-3  # of the bearers of a surname: graph/frequency.py
_WADE_GILES = {
    "zhang": "Chang", "wang": "Wong", "chen": "Chan", "huang": "Wong", "liu": "Lau", "li": "Lee", "lin":
    "Lam", "wu": "Ng", "zhou": "Chow", "xu": "Hsu", "zheng": "Cheng", "xie": "Tse", "cai": "Tsai", "zhao":
    "Chao", "yang": "Yeung", "he": "Ho", "guo": "Kuo", "zhu": "Chu", "lv": "Lui", "ye": "Yip",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Han:
    """A Chinese name in simplified characters."""

    family: str
    given: str

    @property
    def full(self) -> str:
        """Family name first."""
        return self.family + self.given


def _surnames() -> Weighted[str]:
    shares = dict(SURNAMES)
    left = 100 * (1 - sum(shares.values())) - _COMPOUND_SHARE
    others = zipf([char for char in dict.fromkeys(_OTHER) if char not in shares], 0.7)
    total = sum(others.values())
    shares = {name: 100 * share for name, share in shares.items()}
    shares |= {name: left * weight / total for name, weight in others.items()}
    compound = sorted(name for name in COMPOUND if OpenCC("t2s").convert(name) == name)[:20]
    for name in compound:
        shares[name] = _COMPOUND_SHARE * (0.5 if name == "欧阳" else 0.5 / len(compound))
    return Weighted(shares)


class Names:
    """Draws names and spoils them."""

    def __init__(self, slips: Slips) -> None:
        self.slips = slips
        self._rng: random.Random = slips.rng
        self._family = _surnames()
        ones = dict.fromkeys(sorted(COMMON_GIVEN_ONE), _COMMON_ONE_SHARE)
        rest = [char for char in dict.fromkeys(_ONE + _SECOND) if char not in ones]
        left = SINGLE_GIVEN - sum(ones.values())
        self._one = Weighted(ones | {char: left / len(rest) for char in rest})
        self._common_two = sorted(COMMON_GIVEN_TWO)
        self._two_share = _COMMON_TWO_SHARE * len(self._common_two) / (1 - SINGLE_GIVEN)
        self._first = Weighted(zipf(tuple(dict.fromkeys(_FIRST)), 0.6))
        self._second = Weighted(zipf(tuple(dict.fromkeys(_SECOND)), 0.6))
        self._traditional = OpenCC("s2t")
        sounds: defaultdict[str, list[str]] = defaultdict(list)
        for char in dict.fromkeys("".join((*self._one.values, _FIRST, _SECOND))):
            sounds[syllable(char)].append(char)
        self.homophones = {char: [other for other in same if other != char] for same in sounds.values()
                           for char in same if len(same) > 1}  # fmt: skip
        self.alike: dict[str, list[str]] = {}
        for group in _ALIKE.split():
            for char in group:
                self.alike.setdefault(char, []).extend(other for other in group if other != char)

    def person(self, family: str = "") -> Han:
        """Draw a name by the published shares; ``family`` keeps a family name."""
        family = family or self._family.draw(self._rng)
        if self.slips.chance(SINGLE_GIVEN):
            return Han(family, self._one.draw(self._rng))
        if self.slips.chance(self._two_share):
            return Han(family, self.slips.one(self._common_two))
        return Han(family, self._first.draw(self._rng) + self._second.draw(self._rng))

    def homophone(self, name: Han) -> Han:
        """Give the name with a given character of the same sound, or as it was where none is known."""
        return self._swap(name, self.homophones)

    def look_alike(self, name: Han) -> Han:
        """Give the name with a given character that looks nearly the same, or as it was."""
        return self._swap(name, self.alike)

    def _swap(self, name: Han, table: dict[str, list[str]]) -> Han:
        places = [at for at, char in enumerate(name.given) if table.get(char)]
        if not places:
            return name
        at = self.slips.one(places)
        return Han(
            name.family, name.given[:at] + self.slips.one(table[name.given[at]]) + name.given[at + 1 :]
        )

    def one_character(self, name: Han) -> Han:
        """Give the name with a given character lost, exchanged for any other, or turned round."""
        given = name.given
        if len(given) == 2 and self.slips.chance(0.5):
            return Han(name.family, given[::-1] if self.slips.chance(0.3) else self.slips.one(given))
        at = int(self._rng.random() * len(given))
        return Han(name.family, given[:at] + self._second.draw(self._rng) + given[at + 1 :])

    def traditional(self, name: Han) -> str:
        """Give the name as a program turns it into traditional characters (not always as its bearer
        writes)."""
        return self._traditional.convert(name.full)

    def masked(self, name: Han) -> str:
        """Give the name as agencies mask it: 张*, 张*伟, 张**, 张某某, *伟."""
        length = len(name.full)
        kind = self._rng.random()
        if kind < 0.55:
            return name.full[0] + "*" * (length - 1)
        if kind < 0.75 and length > 2:
            return name.full[0] + "*" * (length - 2) + name.full[-1]
        if kind < 0.88:
            return "*" + name.full[1:]
        return name.full[0] + "某" * (length - 1)

    def roman(self, name: Han) -> str:
        """Give the name in letters, in one of the orders and spellings seen in files."""
        family, parts = surname(name.family), [syllable(char) for char in name.given]
        joined = "".join(parts)
        kind = self._rng.random()
        if kind < 0.35:
            return f"{family} {joined}".title()
        if kind < 0.6:
            return f"{joined} {family}".title()
        if kind < 0.75:
            return f"{family} {joined}".upper()
        if kind < 0.85:
            return f"{family} {' '.join(parts)}".title()
        if kind < 0.93:
            return f"{joined}, {family}".title() if self.slips.chance(0.3) else f"{family}, {joined}".title()
        return f"{_WADE_GILES.get(family, family.title())} {joined.title()}"
