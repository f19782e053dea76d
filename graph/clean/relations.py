"""The words that stand beside a name or a number and say whose it is: 父亲, 配偶, (wife), 单位."""

from __future__ import annotations

import re

from graph.model import Role

_WORDS: dict[Role, str] = {
    Role.DEBTOR: "本人 自己 借款人 主借人 债务人 客户 持卡人 self debtor borrower cardholder applicant",
    Role.SPOUSE: "配偶 妻子 丈夫 老婆 老公 爱人 夫妻 夫 妻 前妻 前夫 未婚妻 未婚夫 "
    "spouse wife husband partner",
    Role.PARENT: "父亲 母亲 父母 爸爸 妈妈 爸 妈 父 母 继父 继母 养父 养母 parent father mother dad mom mum",
    Role.CHILD: "儿子 女儿 子女 儿 女 子 长子 次子 长女 次女 child son daughter",
    Role.RELATIVE: "亲戚 亲属 直系亲属 其他亲属 兄弟 姐妹 兄妹 姐弟 兄弟姐妹 "
    "哥哥 弟弟 姐姐 妹妹 哥 弟 姐 妹 "
    "叔叔 舅舅 姑姑 姨妈 岳父 岳母 公公 婆婆 女婿 儿媳 爷爷 奶奶 外公 外婆 堂哥 表哥 表弟 表姐 表妹 "
    "relative brother sister sibling uncle aunt cousin grandfather grandmother",
    Role.COLLEAGUE: "同事 领导 老板 上司 主管 经理 colleague coworker co-worker boss manager supervisor",
    Role.FRIEND: "朋友 好友 同学 战友 室友 邻居 friend classmate neighbour neighbor roommate",
    Role.GUARANTOR: "担保人 保证人 担保 连带责任人 guarantor cosigner co-signer",
    Role.CO_DEBTOR: "共同借款人 共借人 共债人 co-borrower co-debtor co-applicant",
    Role.EMPLOYER: "单位 公司 单位电话 公司电话 办公 办公室 工作 前台 总机 人事 "
    "work office employer company hr",
    Role.REFERENCE: "联系人 紧急联系人 紧急 其他联系人 reference contact emergency",
    Role.OTHER: "其他 其它 other",
}
_ROLE_OF = {word: role for role, words in _WORDS.items() for word in words.split()}
_NUMBERED = re.compile(r"[\d一二三四五六七八九十:\s的号.]+$|^的|(?:电话|手机号?码?|号码|联系方式|姓名)$")


def relation_words() -> frozenset[str]:
    """Give every word that says whose a name or number is."""
    return frozenset(_ROLE_OF)


def relation(text: str) -> Role | None:
    """Give the role a word names (``父亲`` → parent, ``联系人2`` → reference), or None."""
    word = text.strip(" :.,-()").lower()
    while True:
        role = _ROLE_OF.get(word)
        if role is not None:
            return role
        shorter = _NUMBERED.sub("", word)
        if shorter == word or not shorter:
            return None
        word = shorter
