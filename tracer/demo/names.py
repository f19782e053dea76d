"""The words fictional people are made of: names, streets, trades, and the numbers set aside for fiction."""

from __future__ import annotations

# Character and pinyin, the commonest family names and given-name characters.
_FAMILIES = (
    "王wang 李li 张zhang 刘liu 陈chen 杨yang 黄huang 赵zhao 吴wu 周zhou 徐xu 孙sun 马ma 朱zhu 胡hu "
    "郭guo 何he 高gao 林lin 罗luo 郑zheng 梁liang 谢xie 宋song 唐tang 许xu 韩han 冯feng 邓deng 曹cao "
    "彭peng 曾zeng 肖xiao 田tian 董dong 袁yuan 潘pan 于yu 蒋jiang 蔡cai 余yu 杜du 叶ye 程cheng 苏su "
    "魏wei 吕lv 丁ding 任ren 沈shen 姚yao 卢lu 姜jiang 崔cui 钟zhong 谭tan 陆lu 汪wang 范fan 金jin "
    "石shi 廖liao 贾jia 夏xia 韦wei 付fu 方fang 白bai 邹zou 孟meng 熊xiong 秦qin 邱qiu 江jiang 尹yin "
    "薛xue 闫yan 段duan 雷lei 侯hou 龙long 史shi 陶tao 黎li 贺he 顾gu 毛mao 郝hao 龚gong 邵shao 万wan "
    "钱qian 严yan 单shan 仇qiu 区ou 解xie 查zha 朴piao 翟zhai 欧阳ouyang 上官shangguan 司马sima"
)
_WOMEN = (
    "芳fang 娜na 秀xiu 敏min 静jing 丽li 艳yan 娟juan 霞xia 燕yan 玲ling 桂gui 梅mei 莉li 兰lan 凤feng "
    "洁jie 云yun 莲lian 雪xue 琳lin 晶jing 妍yan 茜qian 秋qiu 珊shan 倩qian 婷ting 雅ya 萍ping 红hong "
    "月yue 瑶yao 怡yi 蓉rong 琴qin 慧hui 娇jiao"
)
_MEN = (
    "伟wei 强qiang 磊lei 军jun 勇yong 杰jie 涛tao 明ming 超chao 刚gang 平ping 辉hui 鹏peng 华hua 飞fei "
    "鑫xin 波bo 斌bin 宇yu 浩hao 凯kai 健jian 俊jun 帆fan 帅shuai 旭xu 宁ning 龙long 林lin 阳yang "
    "建jian 成cheng 亮liang 东dong 峰feng 毅yi"
)
_EITHER = (
    "文wen 晓xiao 小xiao 志zhi 国guo 春chun 海hai 家jia 子zi 玉yu 金jin 天tian 思si 嘉jia 欣xin 新xin "
    "振zhen 永yong 光guang 清qing"
)
# Only GB18030 (not GBK) can write this character: one person in a thousand has it.
RARE = ("䶮", "yan")

_FIRST_WOMEN = (
    "Mary Linda Susan Karen Lisa Nancy Betty Sandra Ashley Emily Donna Michelle Carol Amanda Melissa "
    "Deborah Stephanie Rebecca Laura Sharon Cynthia Kathleen Amy Angela Katherine Elizabeth Margaret "
    "Jennifer"
)
_FIRST_MEN = (
    "James Robert John Michael David William Richard Joseph Thomas Charles Daniel Matthew Anthony Mark "
    "Donald Steven Andrew Paul Joshua Kenneth Kevin Brian Timothy Ronald Jason Edward Jeffrey Ryan"
)
_LAST = (
    "Walker Hartley Ashdown Brennan Caldwell Dempsey Ellery Farrow Gallant Hollis Ingram Jessop "
    "Kendrick Lathrop Merrick Norwood Oakes Pemberton Quincy Radford Sexton Thorne Underhill Vance "
    "Whitlock Yardley Alvarez Benitez Cordero Duarte Escobar Fuentes Garrido Herrera Iglesias Jimenez "
    "O'Rourke McAllister Van-Buren De-Luca"
)
_NICKS = (
    "Robert=Bob William=Bill Richard=Dick Michael=Mike Elizabeth=Liz Margaret=Peggy Katherine=Kate "
    "Jennifer=Jen Thomas=Tom Edward=Ted Deborah=Debbie Susan=Sue"
)
# Province and the first two digits of its identity numbers (GB/T 2260).
_PROVINCES = (
    "浙江省33 江苏省32 广东省44 四川省51 湖北省42 河南省41 山东省37 福建省35 湖南省43 新疆维吾尔自治区65"
)
_CITIES = "云泽市 澜安市 青濂市 望湖市 松樾市 栖宁市"
_DISTRICTS = "东濂区 北苑区 临溪区 南樾区 新桥区"
_ROADS = "枫叶路 望江街 书院巷 桐花路 长堤大道 银杏街 石桥路 听雨巷"
_TRADES = "机械 纺织 物流 电子 餐饮管理 建材 食品 信息技术 汽车配件 家具"
_BRANDS = "北辰 云栖 澜川 青禾 望岳 松涛 鼎湖 凌波 星槎 锦帆 溪岸 远樟"
_LEGAL = "有限公司 有限责任公司 股份有限公司 厂"
_US_BRANDS = "Alder Bluffton Copperline Drayton Eastmere Fernhill Graywater Harrow Ivory"
# Area codes of the United States in which a 555-01xx number reads as a US number.
_AREAS = (
    "201 202 203 205 206 207 208 209 210 212 213 214 215 216 217 218 219 220 224 225 227 228 229 231 "
    "234 239 240 248 251 252 253 254 256 260 262 267 269 270 272 274 276 281 301 302 303 304 305 307 "
    "308 309 310 312 313 314 315 316 317 318 319 320 321 323 325 330 331 334 336 337 339 346 347 351 "
    "352 360 361 385 386 401 402 404 405 406 407 408 409 410 412 413 414 415 417 419 423 424 425 430 "
    "432 434 435 440 442 443 469 470 475 478 479 480 484 501 502 503 504 505 507 508 509 510 512 513 "
    "515 516 517 518 520 530 531 534 539 540 541 551 559 561 562 563 567 570 571 573 574 575 580 585 "
    "586 601 602 603 605 606 607 608 609 610 612 614 615 616 617 618 619 620 623 626 630 631 636 641 "
    "646 650 651 657 660 661 662 667 669 678 681 682 701 702 703 704 706 707 708 712 713 714 715 716 "
    "717 718 719 720 724 725 727 731 732 734 737 740 747 754 757 760 762 763 765 769 770 772 773 774 "
    "775 779 781 785 786 801 802 803 804 805 806 808 810 812 813 814 815 816 817 818 828 830 831 832 "
    "843 845 847 848 850 856 857 858 859 860 862 863 864 865 870 872 878 901 903 904 906 907 908 909 "
    "910 912 913 914 915 916 917 918 919 920 925 928 929 930 931 934 936 937 938 940 941 947 949 951 "
    "952 954 956 959 970 971 972 973 978 979 980 984 985 989"
)


def _pairs(words: str) -> tuple[tuple[str, str], ...]:
    split = []
    for word in words.split():
        at = next(index for index, letter in enumerate(word) if letter.isascii())
        split.append((word[:at], word[at:]))
    return tuple(split)


FAMILY = _pairs(_FAMILIES)
GIVEN = {"F": _pairs(_WOMEN + " " + _EITHER), "M": _pairs(_MEN + " " + _EITHER)}
FIRST = {"F": tuple(_FIRST_WOMEN.split()), "M": tuple(_FIRST_MEN.split())}
LAST = tuple(_LAST.split())
NICK = dict(pair.split("=") for pair in _NICKS.split())
PROVINCES = _pairs(_PROVINCES)
CITIES, DISTRICTS, ROADS = tuple(_CITIES.split()), tuple(_DISTRICTS.split()), tuple(_ROADS.split())
TRADES, BRANDS, LEGAL = tuple(_TRADES.split()), tuple(_BRANDS.split()), tuple(_LEGAL.split())
US_BRANDS = tuple(_US_BRANDS.split())
US_TRADES = ("Logistics", "Foods", "Manufacturing", "Health Services", "Hardware", "Textiles", "Motors")
US_LEGAL = ("Inc.", "LLC", "Corp.", "Co.")
US_CITIES = (
    ("Port Alder", "OR"),
    ("Fernhaven", "OH"),
    ("Graywater", "TX"),
    ("Bluff Mills", "PA"),
    ("Eastmere", "GA"),
)
US_STREETS = ("Maple St", "Oak Ave", "2nd St", "Willow Ln", "Harbor Rd", "Mill Ct", "Juniper Dr")
AREAS = tuple(_AREAS.split())
