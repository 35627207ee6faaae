"""Words around a table that are no data: totals, labels of signatures, captions, words for nothing.

Pure functions of a cell's folded text (``cells.fold``). They say what a text looks like; whether a row
holds data is decided by ``no_data`` from all of its cells.
"""

from __future__ import annotations

import re
from collections.abc import Container
from functools import lru_cache
from typing import Final

from scoring.lookup.text import fold

# As texts: re compiles one, and keeps what it compiled, when it is first used. All of them together
# take 6 ms, and a run on one form needs few.
_TOTAL: Final = (
    r"(?:.{0,16}(?:合计|小计|总计|共计)(?:得?分|分[值数])?|总(?:得分|成绩|分值?|分数)|折合(?:总?得?分|后?得分|\d+分)|累计"
    r"|.{0,8}(?:最高|最低|平均|中位)(?:分|值|得分|成绩)|(?:最高|最低|平均)数?"
    r"|均分|均值|中位数|标准差|方差|极差|[优良合不及格秀好]{2,3}率|总评)(?:\(.*\))?:?"
)
_AMOUNT: Final = r"共?\d+(?:\.\d+)?(?:[个件条项家分次].{0,4})?"
_DAY: Final = r"\d{2,4}[-./年]\d{1,2}[-./月](?:\d{1,2}[日号]?)?|\d{1,2}月\d{1,2}[日号]|年月日"
_WHO = (
    r"(?:填表|填报|填写|制表|制单|审核|审批|复核|复审|核查|核对|校对|核稿|联系|经办|承办|报送|上报|报出|分管|主管|"
    r"主要|单位|部门|机构|评估|评审|考核|检查|监督|统计|签发|批准|负责|法定|代表|记录|录入|导出|打印|登记|编制|"
    r"整理|汇总|查询|下载|生成|操作|截止|截至|数据|小?组)"
)
_LABEL: Final = (
    rf"(?:{_WHO})*(?:人|者|员|人员|单位|电话|手机|方式|日期|时间|负责人|领导|机构|部门|意见|签名|签字|签章|盖章|公章|传真|邮箱"
    r"|副?组长|组员|姓名)"
    r"(?:\((?:签字|签名|签章|盖章|公章|印章|章)+\))?"
)
_NAMING: Final = (
    rf"{_LABEL}|.{{0,6}}(?:局长|主任|书记|领导)"
    r"|(?:填表|填报|制表|制单|审核|复核|校对|核稿|经办|承办|签发|批准|录入|登记|编制|打印|导出)+"
)
"""What is a label before a colon: 制表：, 分管副局长： too."""
_SIGNED: Final = (
    r".*(?:\((?:[^()]{0,6})(?:签字|签名|签章|盖章|公章|章)\)|签字|签章|盖章)[:：]?.{0,12}"
)
_NAMED: Final = r"([^:\d]{1,14}):"
_REMARK: Final = (
    r"(?s)(?:备?注|说明|填表说明|填报说明|附注|注意|附件?)(?:\d?[:、.]|$).*|(?:以上|本表|此表).{2,}"
)
_MOST: Final = 200
"""Characters of a text that may be a word, a label or a caption; what is longer is none of them."""
_END: Final = 40
"""How far from its end a text says that it is signed: a stamp's place and a name behind it."""
_PAGE: Final = r"第\d+页(?:[,/]?[共总]\d+页)?|[共总]\d+页(?:[,/]?第\d+页)?|[-—]\d+[-—]"
_NOTHING: Final = (
    r"[(—\-]*(?:以下|此处|本页|下面)?(?:空白|无内容|无正文|无数据|到此为止|完|结束)[)—\-]*"
    r"|[(—\-]*(?:本|该|当|上|第?[一二三四1-4]|\d{1,2})(?:年|月|季度?|周|期|单位|表|次|页|旬|日)"
    r"(?:度|份)?(?:内|间)?(?:暂|均)?(?:无|没有|未发现).{0,12}[)。]?|无|/|—+|-+"
)
_NUMERAL: Final = "[一二三四五六七八九十]{1,3}"
_HEADING: Final = (
    rf"(?:{_NUMERAL}[、.]|\({_NUMERAL}\)|第{_NUMERAL}(?:部分|[章节类项])[:、]?)([^。;!?]{{1,40}}):?"
)
_TIME: Final = rf"(?:\d{{4}}年度?)?(?:(?:\d{{1,2}}|{_NUMERAL})月份?|第?[一二三四1-4]季度|[上下]半年)(?:\(.*\))?:?"
_GROUP: Final = r"各?[县市区直级属乡镇街道部门单位类组个、()\d]+"

_STAMP: Final = r"[(（][^()（）]{0,4}章[)）]"
_STAMPED: Final = rf"^{_STAMP} ?| ?{_STAMP}$"
_SPACED = "|".join(
    " ?".join(word)
    for word in [
        "填表人", "审核人", "负责人", "联系人", "联系电话", "电话", "经办人", "制表人", "单位负责人",
    ]
)  # fmt: skip
_NEXT_LABEL: Final = rf"(?:^| )(?:(?:{_SPACED}) ?|[^\d :：]{{2,10}})(?:{_STAMP})? ?[:：]"
_MEASURES: Final = frozenset(
    {"分", "个", "件", "次", "人", "项", "条", "份", "家", "元", "万元", "%"}
)


@lru_cache(maxsize=16_384)
def is_total(text: str) -> bool:
    """Whether a text is a word for a total or a statistic: 合计, 县区平均分.

    >>> is_total("合计得分"), is_total("其中:部门平均分"), is_total("市统计局")
    (True, True, False)
    """
    return len(text) <= _MOST and bool(re.fullmatch(_TOTAL, text))


def is_amount(text: str) -> bool:
    """Whether a text is a number of something: 12, 3件."""
    return len(text) <= _MOST and bool(re.fullmatch(_AMOUNT, text))


def is_day(text: str) -> bool:
    """Whether a text is a day, or the place where one is to be written (年 月 日)."""
    return bool(re.fullmatch(_DAY, text))


@lru_cache(maxsize=16_384)
def is_aside(text: str) -> bool:
    """Whether a text is a label (填表人: 张三), a stamp's place, or a word for nothing."""
    name = _name_before_colon(text)
    if name and (re.fullmatch(_NAMING, name) or re.fullmatch(_SIGNED, name)):
        return True
    if re.fullmatch(_SIGNED, text[-_END:]) or is_remark(text):
        return True
    if len(text) > _MOST:
        return False
    return bool(
        re.fullmatch(_LABEL, text) or re.fullmatch(_PAGE, text) or re.fullmatch(_NOTHING, text)
    )


def _name_before_colon(text: str) -> str:
    """What stands before the text's colon, if it may be a label."""
    named = re.match(_NAMED, text)
    return named[1] if named else ""


def is_remark(text: str) -> bool:
    """Whether a text is a note below a table: 注：…, 备注：…, 填表说明：…"""
    return bool(re.fullmatch(_REMARK, text))


def wants_value(text: str) -> bool:
    """Whether a text is a label whose value stands in another cell."""
    bare = text.rstrip(":")
    named = re.match(_NAMED, text)
    behind = named is not None and named.end() < len(text)
    return len(bare) <= _MOST and bool(re.fullmatch(_LABEL, bare)) and not behind


def is_time(text: str) -> bool:
    """Whether a text is the caption of a month, a quarter or a half-year."""
    return len(text) <= _MOST and bool(re.fullmatch(_TIME, text))


@lru_cache(maxsize=16_384)
def is_heading(text: str) -> bool:
    """Whether a text is the caption of a part of a table: 一、基础建设（10分）, （二）主动公开, 3月份.

    >>> is_heading("一、基础建设(10分)"), is_heading("3月份"), is_heading("1.1")
    (True, True, False)
    """
    return bool(re.fullmatch(_HEADING, text)) or is_time(text)


def names_groups(text: str) -> bool:
    """Whether a heading names kinds of units, and none of them: 一、县（市、区）（12个）.

    >>> names_groups("一、县(市、区)(12个)"), names_groups("一、东篱区")
    (True, False)
    """
    heading = re.fullmatch(_HEADING, text)
    return bool(heading and re.fullmatch(_GROUP, heading[1]))


def before_next_label(text: str, labels: Container[str] = ()) -> str:
    """What stands in a tidy text before the next label: the value of the label in front. At its very
    beginning only what is a word for a label, or one of ``labels``, is one: a name may have a colon.

    >>> before_next_label("东篱区 填表人：张三 联系电话：5551234")
    '东篱区'
    >>> before_next_label("东篱:政务局 填表人：张三"), before_next_label("填表人：张三")
    ('东篱:政务局', '')
    """
    label = re.compile(_NEXT_LABEL)
    found = label.search(text)
    if found and found.start() == 0:
        word = fold(found[0]).rstrip(":")
        if not (word in labels or re.fullmatch(_NAMING, word) or re.fullmatch(_SIGNED, word)):
            found = label.search(text, found.end())
    return text[: found.start()].rstrip(" ;；,，、|") if found else text


def without_stamp(text: str) -> str:
    """A unit's name without the place of its stamp: 东篱区人民政府（盖章）."""
    return re.sub(_STAMPED, "", text)


def is_measure(text: str) -> bool:
    """Whether what stands after 单位 is a unit of measure: 单位：分."""
    return text in _MEASURES
