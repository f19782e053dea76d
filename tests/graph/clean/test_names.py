"""Names in two scripts, whole and masked."""

from __future__ import annotations

import pytest

from graph.clean.names import generation, name_keys, read_name
from graph.model import Name


def name(text: str) -> Name:
    value = read_name(text).value
    assert value is not None
    return value


def codes(text: str) -> list[str]:
    return [fault.code for fault in read_name(text).faults]


@pytest.mark.parametrize(
    ("text", "family", "given", "romanised"),
    [
        ("张三", "张", "三", "zhang san"),
        ("张 三", "张", "三", "zhang san"),
        ("欧阳娜娜", "欧阳", "娜娜", "ouyang nana"),
        ("欧阳 锋", "欧阳", "锋", "ouyang feng"),
        ("尉迟恭", "尉迟", "恭", "yuchi gong"),
        ("单雄信", "单", "雄信", "shan xiongxin"),
        ("仇英", "仇", "英", "qiu ying"),
        ("解晓东", "解", "晓东", "xie xiaodong"),
        ("查良镛", "查", "良镛", "zha liangyong"),
        ("区小明", "区", "小明", "ou xiaoming"),
        ("曾国藩", "曾", "国藩", "zeng guofan"),
        ("朴树", "朴", "树", "piao shu"),
        ("任贤齐", "任", "贤齐", "ren xianqi"),
        ("張三豐", "張", "三豐", "zhang sanfeng"),
    ],
)
def test_chinese_names_are_taken_apart_with_surnames_read_as_surnames(
    text: str, family: str, given: str, romanised: str
) -> None:
    read = name(text)

    assert (read.family, read.given, read.romanised) == (family, given, romanised)


def test_a_compound_surname_alone_is_left_open() -> None:
    assert name("欧阳").family == ""


@pytest.mark.parametrize(
    "text", ["阿卜杜拉·买买提", "阿卜杜拉•买买提", "阿卜杜拉.买买提", "阿卜杜拉・买买提"]
)
def test_transcribed_names_keep_their_dot_and_have_no_chinese_surname(text: str) -> None:
    read = name(text)

    assert read.text == "阿卜杜拉·买买提"
    assert read.family == ""
    assert name_keys(read) >= {"abodula", "maimaiti"}


@pytest.mark.parametrize(
    ("text", "expected", "keys"),
    [
        ("张*", "张*", {"zhang"}),
        ("张**", "张**", {"zhang"}),
        ("*三丰", "*三丰", {"sanfeng"}),
        ("张*丰", "张*丰", {"zhang"}),
        ("张某", "张*", {"zhang"}),
        ("张某某", "张**", {"zhang"}),
        ("张XX", "张**", {"zhang"}),
        ("张x", "张*", {"zhang"}),
        ("J*** Smith", "J*** Smith", {"smith"}),
    ],
)
def test_masked_names_keep_stars_and_give_only_what_is_known(
    text: str, expected: str, keys: set[str]
) -> None:
    read = name(text)

    assert read.masked
    assert read.text == expected
    assert name_keys(read) == keys


@pytest.mark.parametrize(
    ("text", "expected", "role"),
    [
        ("张三(父亲)", "张三", "parent"),
        ("张三（配偶）", "张三", "spouse"),
        ("张三-配偶", "张三", "spouse"),
        ("父亲:张三", "张三", "parent"),
        ("父亲 张三", "张三", "parent"),
        ("配偶王五", "王五", "spouse"),
        ("妻子张小三", "张小三", "spouse"),
        ("张三/父亲", "张三", "parent"),
        ("John Smith (father)", "John Smith", "parent"),
    ],
)
def test_a_relation_beside_a_name_is_taken_off_and_noted(text: str, expected: str, role: str) -> None:
    reading = read_name(text)

    assert reading.value is not None
    assert reading.value.text == expected
    assert [(fault.code, fault.params) for fault in reading.faults] == [
        ("name.annotation", (("relation", role),))
    ]


def test_a_relation_glued_behind_a_name_is_another_person_and_refused() -> None:
    assert read_name("张三妻子").value is None


@pytest.mark.parametrize("text", ["张三（已故）", "Estate of John Smith", "John Smith (deceased)"])
def test_the_dead_are_noted(text: str) -> None:
    assert "name.deceased" in codes(text)


def test_a_title_goes_and_a_title_behind_a_surname_leaves_the_rest_unknown() -> None:
    assert name("张三先生").text == "张三"
    assert name("张先生").text == "张*"
    assert name("欧阳女士").text == "欧阳*"
    assert name("Mr. John Smith").text == "John Smith"


@pytest.mark.parametrize(
    ("text", "given", "family", "shown"),
    [
        ("SMITH, JOHN A JR", "JOHN A", "SMITH", "JOHN A SMITH Jr"),
        ("John A. Smith", "John A", "Smith", "John A Smith"),
        ("Smith Jr, John", "John", "Smith", "John Smith Jr"),
        ("John Smith, Jr.", "John", "Smith", "John Smith Jr"),
        ("J.R. Smith", "J R", "Smith", "J R Smith"),
        ("SMITH JOHN A", "JOHN A", "SMITH", "JOHN A SMITH"),
        ("John Smith III", "John", "Smith", "John Smith III"),
        ("SMITH/JOHN", "JOHN", "SMITH", "JOHN SMITH"),
        ("Vincent van der Berg", "Vincent", "van der Berg", "Vincent van der Berg"),
        ("John Smith-Jones", "John", "Smith-Jones", "John Smith-Jones"),
        ("Dr. John Smith, MD", "John", "Smith", "John Smith"),
        ("O'NEIL, SHAUN", "SHAUN", "O'NEIL", "SHAUN O'NEIL"),
        ("ZHANG Wei", "Wei", "ZHANG", "Wei ZHANG"),
        ("Sanfeng Zhang", "Sanfeng", "Zhang", "Sanfeng Zhang"),
        ("Ouyang Nana", "Nana", "Ouyang", "Nana Ouyang"),
    ],
)
def test_latin_names_are_taken_apart(text: str, given: str, family: str, shown: str) -> None:
    read = name(text)

    assert (read.given, read.family, read.text) == (given, family, shown)


def test_a_romanised_name_that_fits_both_ways_is_left_open() -> None:
    assert name("Zhang Wei").family == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("张三丰", "Zhang Sanfeng"),
        ("张三丰", "San-Feng Zhang"),
        ("张三丰", "SANFENG ZHANG"),
        ("張三豐", "张三丰"),
        ("吕布", "LYU Bu"),
        ("吕布", "Lv Bu"),
        ("吕布", "Lü Bu"),
        ("单雄信", "Shan Xiongxin"),
        ("张伟", "Wei Zhang"),
        ("Bob Smith", "SMITH, ROBERT J"),
        ("Peggy O'Brien", "Margaret OBrien"),
        ("José García", "Jose Garcia"),
        ("Bill Jones", "William Jones"),
        ("SMITH JACK", "John Smith"),
        ("Anna van der Berg", "Anna Berg"),
        ("Mary Smith-Jones", "Mary Smith"),
    ],
)
def test_two_ways_of_writing_one_name_share_two_keys(one: str, other: str) -> None:
    assert len(name_keys(name(one)) & name_keys(name(other))) >= 2


@pytest.mark.parametrize(
    ("one", "other"), [("张三", "李四"), ("Bill Smith", "Robert Jones"), ("Andrew Smith", "Andrea Jones")]
)
def test_different_names_share_no_key(one: str, other: str) -> None:
    assert not name_keys(name(one)) & name_keys(name(other))


def test_initials_and_generations_are_no_keys_but_the_generation_can_be_asked() -> None:
    junior = name("SMITH, JOHN A JR")

    assert name_keys(junior) == {"john", "smith"}
    assert generation(junior) == "Jr"
    assert generation(name("John Smith")) == ""


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("某某科技有限公司", "name.organisation"),
        ("Acme Widgets LLC", "name.organisation"),
        ("15412345678", "name.digits"),
        ("张三、李四", "name.several"),
        ("张三 李四", "name.several"),
        ("John & Mary Smith", "name.several"),
        ("**", "name.masked_out"),
        ("本人", "name.unreadable"),
        ("张" * 200, "name.too_long"),
    ],
)
def test_what_is_no_single_person_is_lost_with_its_reason(text: str, code: str) -> None:
    reading = read_name(text)

    assert reading.value is None
    assert reading.faults[-1].code == code
    assert reading.faults[-1].lost


def test_a_number_or_alias_beside_a_name_is_taken_off() -> None:
    assert name("张三15412345678").text == "张三"
    assert name("张三(David)").text == "张三"
    assert name('Robert "Bob" Smith').text == "Robert Smith"
    assert name("张三 女").text == "张三"


def test_columns_of_their_own_say_which_end_is_which() -> None:
    chinese = read_name("", given="三", family="张").value
    western = read_name("", given="Wei", family="Zhang").value

    assert chinese is not None
    assert western is not None
    assert (chinese.text, chinese.family) == ("张三", "张")
    assert (western.family, western.given) == ("Zhang", "Wei")


@pytest.mark.parametrize("text", ["", "无", "-", "null"])
def test_an_empty_cell_is_no_fault(text: str) -> None:
    assert read_name(text).value is None
    assert read_name(text).faults == ()
