"""A scheme to start from: a commented YAML file made of a few answers."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

_PLAIN = re.compile(r"[\u4e00-\u9fff][\w\u4e00-\u9fff（）《》、—]*")

_WORDS = re.compile(r"(?:（[^）]*）|\([^)]*\)|[^、，,；;])+")


class AnswerError(ValueError):
    """An answer that cannot be used, with what to write instead."""


@dataclass(frozen=True)
class Answers:
    """What the author said, with what most offices start from."""

    name: str
    title: str = "示例市政府信息公开工作考核办法"
    subject: str = "政府信息公开工作"
    groups: tuple[str, ...] = ("县区", "部门")
    grades: tuple[tuple[str, str], ...] = (
        ("优秀", "90"), ("良好", "80"), ("合格", "60"), ("不合格", "0"),
    )  # fmt: skip
    weights: tuple[str, str, str] = ("30", "40", "30")
    """平时考核, 自我考核 and 第三方评估; a part with 0 is left out."""
    periods: tuple[tuple[str, str], ...] = (("上半年", "7月15日"), ("下半年", "次年1月15日"))
    points: str = "1.5"


def name(text: str) -> str:
    """A scheme's name, which is also its file's.

    >>> name("shili")
    'shili'
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", text):
        raise AnswerError("代号用小写字母、数字、“-”“_”，如 shili")
    return text


def words(text: str) -> tuple[str, ...]:
    """A list that was typed on one line; what stands in brackets is one word.

    >>> words("县（市、区）、市直部门"), words("A类, B类")
    (('县（市、区）', '市直部门'), ('A类', 'B类'))
    """
    found = tuple(part.strip() for part in _WORDS.findall(text) if part.strip())
    if not found:
        raise AnswerError("至少写一个，几个之间用、隔开，如 县区、部门")
    return found


def pairs(text: str, like: str) -> tuple[tuple[str, str], ...]:
    """Names with a value each.

    >>> pairs("优秀=90、合格＝60", "优秀=90、合格=0")
    (('优秀', '90'), ('合格', '60'))
    """
    out = []
    for word in words(text):
        left, sign, right = word.replace("＝", "=").partition("=")
        if not sign or not left.strip() or not right.strip():
            raise AnswerError(f"写成 {like} 的样子，现为“{word}”")
        out.append((left.strip(), right.strip()))
    return tuple(out)


def weights(text: str) -> tuple[str, str, str]:
    """The weights of the three parts.

    >>> weights("30、40、30%")
    ('30', '40', '30')
    """
    found = [word.rstrip("%％") for word in words(text)]
    try:
        whole = len(found) == 3 and sum(int(word) for word in found) == 100
    except ValueError:
        whole = False
    if not whole or any(int(word) < 0 for word in found):
        raise AnswerError("三个整数，合计100，如 30、40、30；没有的部分写0")
    return found[0], found[1], found[2]


def scheme_yaml(answers: Answers) -> str:
    """The file of the scheme."""
    ledger, forms, third = answers.weights
    parts = []
    if ledger != "0":
        parts.append(_ledger(answers, ledger))
    if forms != "0":
        parts.append(_forms(answers, forms))
    if third != "0":
        parts.append(_third(third))
    grades = "\n".join(
        f"  - {{name: {_quoted(grade)}, from: {lower}}}" for grade, lower in answers.grades
    )
    return f"""\
# {answers.title}
#
# 由 kaohe schemes new 写成，请对照办法逐条改写。写法见《写考核办法》。
# 改好后：kaohe schemes check {answers.name}.yaml   查有没有写错
#         kaohe schemes show {answers.name}.yaml    用文字说一遍，看是不是原意
#         kaohe schemes try {answers.name}.yaml     试算，看每一条起什么作用
# 冒号用半角“:”，后面空一格；缩进用空格，不用制表符；“#”后是说明，不起作用。

name: {answers.name}                 # 代号，与文件名相同
title: {_quoted(answers.title)}
subject: {_quoted(answers.subject)}        # 考核的是什么
source: {_quoted(f"《{answers.title}》")}   # 办法的出处，可加文号

# 考核对象的类别，分别排名
groups: [{", ".join(_quoted(group) for group in answers.groups)}]

# 综合成绩的依据条款；各部分的权重合计 100
clause: "二"
components:
{"".join(parts)}
# 等次从高到低；from 是下限，含本数
grades:
{grades}

# 综合成绩只在最后舍入一次：half_up 四舍五入，half_even 四舍六入五成双
rounding: {{decimals: 2, method: half_up}}

# 缺项：refuse 不出正式结果，zero 计零分，reweight 其余按权重折算
missing: refuse
"""


def cases_yaml(answers: Answers) -> str:
    """A first case beside it: everything in order, full marks."""
    _, forms, third = answers.weights
    scores = [f"类别: {_quoted(answers.groups[0])}"]
    if forms != "0":
        scores += [f"{_quoted(period)}: 100" for period, _ in answers.periods]
    if third != "0":
        scores.append("第三方评估: 100")
    best = _quoted(answers.grades[0][0])
    return f"""\
# 用例：kaohe schemes test {answers.name}.yaml 逐个核对。
- 情形: 没有问题，各项都是满分
  单位:
    甲单位: {{{", ".join(scores)}}}
  结果:
    甲单位: {{综合: "100.00", 等次: {best}, 缺项: 0}}
"""


def _ledger(answers: Answers, weight: str) -> str:
    return f"""
  # 平时考核：预置100分，出一个问题扣一次
  ledger:
    kind: ledger
    title: 平时考核
    table: 平时考核台账      # 考核文件夹中的表名
    weight: {weight}
    clause: "二（一）"
    start: 100               # 预置分
    floor: 0                 # 扣完为止
    rules:
      - code: "1"
        title: 上级检查通报问题
        points: {answers.points}
        counts: notified     # 通报即扣
        clause: "二（一）1"
      - code: "2"
        title: 检查发现问题未按期整改
        points: {answers.points}
        counts: overdue      # 过了整改期限没有完成才扣
        clause: "二（一）2"
      - code: "3"
        title: 举报事项经调查属实
        points: {answers.points}
        counts: verified     # 核实属实才扣
        clause: "二（一）3"
"""


def _forms(answers: Answers, weight: str) -> str:
    periods = "\n".join(
        f"      - {{name: {_quoted(period)}, due: {due}}}" for period, due in answers.periods
    )
    return f"""
  # 自我考核：每期填一张考核表，责任单位逐项核查，以核查得分为准
  self_assessment:
    kind: self_assessment
    title: 自我考核
    table: 自我考核
    weight: {weight}
    clause: "二（二）"
    periods:
{periods}
    full: 100                # 一期的满分，等于各一级指标分值之和
    not_applicable: rescale  # 不适用的指标不计，其余折算为满分
    example: true            # 指标表是示例，换成正式的以后删去这一行
    indicators:
      - area: 主动公开
        points: 60
        items:
          - {{code: "1.1", title: 目录和指南, points: 20}}
          - {{code: "1.2", title: 年度报告, points: 20}}
          - {{code: "1.3", title: 政策解读, points: 20}}
      - area: 依申请公开
        points: 40
        items:
          - {{code: "2.1", title: 受理制度机制, points: 20}}
          - {{code: "2.2", title: 申请答复, points: 20}}
"""


def _third(weight: str) -> str:
    return f"""
  # 第三方评估：一个单位一个得分
  third_party:
    kind: score
    title: 第三方评估
    table: 第三方评估
    weight: {weight}
    clause: "二（三）"
    full: 100
"""


def _quoted(text: str) -> str:
    """The text as YAML takes it for a text, whatever it holds.

    >>> _quoted("县区"), _quoted("true"), _quoted("优: 良")
    ('县区', '"true"', '"优: 良"')
    """
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
