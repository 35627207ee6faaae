"""The likeliest mistakes in a scheme's YAML: each is found at its line, and the message says in
Chinese what to write."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from yaml import CSafeDumper

from scoring.problems import Problem
from scoring.scheme import Scheme, load_scheme, shipped
from scoring.scheme.vocabulary import SCHEME as WORDS
from scoring.scheme.years import in_year
from scoring.yaml_files.shapes import all_models
from scoring.yaml_files.source import read_yaml, refuse_blanks
from scoring.yaml_files.validate import validate
from tests.thorough import examples, share_of

pytestmark = pytest.mark.fast

SCHEME = """\
name: shili
title: 示例市政府信息公开工作考核办法
subject: 政府信息公开工作
source: 《示例市政府信息公开工作考核办法》
groups: [县区, 部门]
clause: 二
components:
  ledger:
    kind: ledger
    title: 平时考核
    table: 平时考核台账
    weight: 30
    clause: 二（一）
    start: 100
    floor: 0
    categories:
      - {code: A, title: 内容更新, cap: 10}
    rules:
      - code: "1"
        title: 上级检查通报问题
        points: 1.5
        counts: notified
        cap: 9
        clause: 二（一）1
      - code: "2"
        title: 变更内容未按时提供
        points: 0.5
        counts: overdue
        deadline: {count: 15, days: working, event: 变更日期}
        category: A
        clause: 二（一）2
      - code: "3"
        title: 访谈期数
        points: 1
        counts: minimum
        minimum: 26
        clause: 二（一）3
      - code: "4"
        title: 答复推诿敷衍
        points: {from: 1, to: 3}
        counts: verified
        repeat: {factor: 2}
        veto: 不合格
        clause: 二（一）4
  self_assessment:
    kind: self_assessment
    title: 自我考核
    table: 自我考核
    weight: 40
    clause: 二（二）
    periods:
      - {name: 上半年, due: 7月15日, weight: 40}
      - {name: 下半年, due: 次年1月15日, weight: 60}
    late: {each_day: 1, cap: 5}
    full: 100
    indicators:
      - area: 主动公开
        points: 60
        items:
          - {code: "1.1", title: 目录和指南, points: 40, options: {优: 40, 良: 30, 差: 0}}
          - {code: "1.2", title: 年度报告, points: 20}
      - area: 依申请公开
        points: 40
        items:
          - {code: "2.1", title: 申请答复, points: 40, fraction: true}
  third_party:
    kind: score
    title: 第三方评估
    table: 第三方评估
    weight: 30
    clause: 二（三）
    full: 100
  bonus:
    kind: ledger
    title: 加分
    table: 加分台账
    adds: true
    enters: {above: 80}
    clause: 三
    start: 0
    floor: 0
    ceiling: 20
    rules:
      - {code: J1, title: 表彰, effect: bonus, points: 2, counts: notified, clause: 三（一）}
grades:
  - {name: 优秀, from: 90, quota: {share: 20}}
  - {name: 良好, from: 80}
  - {name: 不合格, from: 0}
rounding: {decimals: 2, method: half_up}
missing: refuse
"""

RULE_1 = '      - code: "1"\n        title: 上级检查通报问题\n'
MISTAKES: list[tuple[str, str, str, str]] = [
    # YAML itself
    ("缩进多了一格", "    title: 平时考核\n", "     title: 平时考核\n", "缩进"),
    ("缩进少了两格", "        points: 1.5\n", "      points: 1.5\n", "缩进"),
    ("用制表符缩进", "    weight: 30\n", "\tweight: 30\n", "不要用制表符"),
    ("全角冒号", "    weight: 30\n", "    weight：30\n", "冒号请用半角“:”"),
    ("冒号后没有空格", "    weight: 30\n", "    weight:30\n", "冒号“:”后面空一格"),
    ("括号里的全角冒号", "{name: 良好, from: 80}", "{name: 良好, from：80}", "“from: 80”（冒号用半角“:”，后面空一格）"),
    ("括号里冒号后没有空格", "{name: 良好, from: 80}", "{name: 良好, from:80}", "“from: 80”"),
    ("括号里的全角逗号", "{name: 良好, from: 80}", "{name: 良好，from: 80}", "逗号请用半角"),
    ("引号没有关上", 'code: "1"\n', 'code: "1\n', "引号要成对"),
    ("括号没有关上", "groups: [县区, 部门]", "groups: [县区, 部门", "括号要成对"),
    ("内容中有冒号而没有引号", "title: 平时考核", "title: 平时考核: 台账", "加双引号"),
    ("内容以符号开头", "title: 平时考核", "title: @平时考核", "加双引号"),
    ("同一项写了两次", "    weight: 30\n    clause: 二（一）\n", "    weight: 30\n    clause: 二（一）\n    weight: 30\n", "删去其中一处"),
    ("列表漏了“- ”", RULE_1, '      code: "1"\n        title: 上级检查通报问题\n', "缩进"),
    ("规则没有写成列表", "    categories:\n      - {code: A, title: 内容更新, cap: 10}\n", "    categories: {code: A, title: 内容更新, cap: 10}\n", "列表，每项一行，以“- ”开头"),
    # Keys
    ("键写错了", "        points: 1.5\n", "        pionts: 1.5\n", "应为“points”"),
    ("键写成中文", "    weight: 30\n    clause: 二（一）\n", "    权重: 30\n    clause: 二（一）\n", "应为“weight”"),
    ("别的种类的键", "    floor: 0\n    categories:", "    floor: 0\n    assessors: mean\n    categories:", "应写在kind: score 的部分中"),
    ("缺少依据条款", "        clause: 二（一）1\n", "", "应有“clause”一项"),
    ("缺少种类", "    kind: score\n", "", "应有“kind”一项"),
    ("冒号后没有内容", "    title: 平时考核\n", "    title:\n", "“title”后面没有写内容"),
    # Words
    ("种类拼错", "    kind: score\n", "    kind: scores\n", "最相近的是“score”"),
    ("何时计入写成中文", "        counts: notified\n", "        counts: 通报即扣\n", "notified、verified、overdue、minimum"),
    ("舍入方法不认识", "method: half_up", "method: 四舍五入", "half_up、half_even"),
    ("缺项的处理不认识", "missing: refuse", "missing: 不出结果", "refuse、zero、reweight"),
    ("是否写成中文", "    adds: true\n", "    adds: 是\n", "true（是）或 false（否）"),
    ("代号是中文", "name: shili", "name: 示例", "小写英文字母"),
    # Numbers
    ("分值带单位", "points: 1.5", "points: 1.5分", "“1.5”（不写“分”）"),
    ("小数点写成逗号", "points: 1.5", "points: 1,5", "小数点用“.”，如 1.5"),
    ("全角小数点", "points: 1.5", "points: 1．5", "用半角数字“1.5”"),
    ("分值写成文字", "points: 1.5", "points: 一分半", "十进制数，如 1.5"),
    ("小数太多", "points: 1.5", "points: 1.00005", "最多4位小数"),
    ("范围写成1—3", "points: {from: 1, to: 3}", "points: 1—3", "{from: 1, to: 3}"),
    ("范围漏了上限", "points: {from: 1, to: 3}", "points: {from: 1}", "应有“to”一项"),
    ("范围写反", "points: {from: 1, to: 3}", "points: {from: 3, to: 1}", "from 小于 to"),
    ("分值是负数", "points: 1.5", "points: -1.5", "0以上的数"),
    ("上限是负数", "cap: 9", "cap: -9", "大于0的数"),
    ("次数带单位", "minimum: 26", "minimum: 26期", "“26”（不写“期”）"),
    ("天数带单位", "count: 15", "count: 15个工作日", "“15”（不写“个工作日”）"),
    ("权重带百分号", "weight: 30\n    clause: 二（一）\n", "weight: 30%\n    clause: 二（一）\n", "“30”（不写“%”）"),
    ("小数位数太多", "decimals: 2", "decimals: 7", "不大于4"),
    ("倍数为1", "factor: 2", "factor: 1", "0以上、不等于1的倍数"),
    # Dates
    ("报送期限写成公历日期", "due: 7月15日", "due: 2024-07-15", "“7月15日”或“次年1月15日”的写法"),
    ("没有这一天", "due: 7月15日", "due: 6月31日", "日历上都有的日期"),
    # Contradictions
    ("期限写在通报即扣的一项上", "        counts: notified\n", "        counts: notified\n        deadline: {count: 15}\n", "只用于 counts: overdue"),
    ("全年最少次数而没有写次数", "        minimum: 26\n", "", "counts: minimum 与 minimum: 次数 同时写"),
    ("类别没有定义", "category: A", "category: B", "categories 中的编号（A）"),
    ("扣分项编号重复", 'code: "2"', 'code: "1"', "不重复的扣分项编号（第19行已有）"),
    ("指标编号重复", 'code: "1.2"', 'code: "1.1"', "不重复的指标编号（第"),
    ("否决的等次没有", "veto: 不合格", "veto: 较差", "等次之一（优秀、良好、不合格）"),
    ("两种打分方式", "points: 40, fraction: true", "points: 40, fraction: true, each: 2", "一种打分方式"),
    ("等级分超过分值", "优: 40", "优: 50", "0到40的数"),
    ("下级之和不等于本级", "title: 年度报告, points: 20", "title: 年度报告, points: 25", "65（其下各指标分值之和）"),
    ("等次从低到高", "{name: 良好, from: 80}", "{name: 良好, from: 95}", "小于上一等次下限90"),
    ("最低等次有下限", "{name: 不合格, from: 0}", "{name: 不合格, from: 60}", "以免有分数没有等次"),
    ("最低等次有名额", "{name: 不合格, from: 0}", "{name: 不合格, from: 0, quota: {share: 10}}", "不写在最低等次上"),
    ("名额超过100", "share: 20", "share: 120", "不大于100的数"),
    ("加分部分又写权重", "    adds: true\n", "    adds: true\n    weight: 10\n", "中的一项"),
    ("按类别的权重漏了一类", "    weight: 40\n", "    weight: {县区: 40}\n", "现缺部门"),
    ("按类别的权重多了一类", "    weight: 40\n", "    weight: {县区: 40, 部门: 40, 乡镇: 40}\n", "办法中的类别"),
    ("类别重复", "groups: [县区, 部门]", "groups: [县区, 县区]", "不重复的类别（第5行已有）"),
    ("表名重复", "    table: 加分台账\n", "    table: 平时考核台账\n", "不重复的部分表名（第11行已有）"),
    ("两部分同名", "    title: 第三方评估\n", "    title: 自我考核\n", "不重复的部分名称（第47行已有）"),
    ("权重没有写内容", "    weight: 30\n    clause: 二（三）", "    weight:\n    clause: 二（三）", "“weight”后面没有写内容"),
    ("分值和权重都写", "title: 年度报告, points: 20", "title: 年度报告, points: 20, weight: 20", "只写一种"),
    ("分值和权重都没写", "title: 年度报告, points: 20", "title: 年度报告", "points（分值）或 weight（权重），写其中一种"),
    ("类别写错字", "    weight: 40\n", "    weight: {县区: 40, 部们: 40}\n", "现为“部们”；应为“部门”"),
    ("名额只写了数", "quota: {share: 20}", "quota: 20", "应为{share: 20}（不超过20%）"),
    ("计入条件只写了数", "enters: {above: 80}", "enters: 80", "应为{above: 80}（高于80分），或 {from: 80}（80分以上）"),
    ("加倍只写了数", "repeat: {factor: 2}", "repeat: 2", "应为{factor: 2}"),
    ("迟报只写了数", "late: {each_day: 1, cap: 5}", "late: 1", "应为{each_day: 1}"),
    ("期限只写了天数", "deadline: {count: 15, days: working, event: 变更日期}", "deadline: 15个工作日", "应为{count: 15, days: working}（15个工作日）"),
    ("名额的两种写法都写", "{share: 20}", "{share: 20, count: 3}", "share（百分之几）和 count（几名）中的一项"),
    ("漏了冒号", "    weight: 30\n    clause: 二（一）\n", "    weight 30\n    clause: 二（一）\n", "写成“weight: 30”"),
    ("列表名称漏了冒号", "    rules:\n      - code: \"1\"", "    rules\n      - code: \"1\"", "写成“rules:”"),
    ("“-”后没有空格", '      - code: "2"', '      -code: "2"', "“-”后面空一格：“- code: \"2\"”"),
    ("缩进五格", "    title: 平时考核\n    table", "     title: 平时考核\n    table", "缩进改为4个空格"),
    ("范围写成列表", "points: {from: 1, to: 3}", "points: [1, 3]", "现为“[1, 3]”；应为一个数；一个范围写 {from: 1, to: 3}"),
    ("年份带单位", "points: 1.5", "points: {2020: 1, 2024年: 1.5}", "现为“2024年”；应为四位数的年份“2024”（不写“年”）"),
    ("年份多一位", "points: 1.5", "points: {2020: 1, 20255: 1.5}", "四位数的年份，如 2024"),
    ("日期写成中文", "points: 1.5", "points: {2020: 1, 2024年7月1日: 1.5}", "日期“2024-07-01”"),
    ("何时计入只写“逾期”", "counts: overdue", "counts: 逾期", "“逾期”写作“overdue”"),
    ("同分写成中文", "{share: 20}", "{share: 20, ties: 都列入}", "“都列入”写作“include”"),
    ("舍入写成中文", "method: half_up", "method: 四舍六入五成双", "写作“half_even”"),
    ("名额里不认识的项", "{share: 20}", "{share: 20, from: 90}", "应写在等次（grades 的一项）、"),
    ("最低分高于预置分", "    start: 0\n    floor: 0\n", "    start: 0\n    floor: 5\n", "不大于预置分0"),
]  # fmt: skip

SUMS = [
    ("权重合计99", ("weight: 30\n    clause: 二（一）\n", "weight: 29\n    clause: 二（一）\n"), "components:", "权重合计100，现合计99"),
    ("各期权重合计99", ("due: 次年1月15日, weight: 60", "due: 次年1月15日, weight: 59"), "periods:", "各期权重合计100，现合计99"),
]  # fmt: skip

ENGLISH = re.compile(r"[A-Za-z]{3,} [A-Za-z]{2,}")


def refused(text: str, folder: Path) -> list[Problem]:
    path = folder / "shili.yaml"
    path.write_text(text, "utf-8")
    scheme, problems = load_scheme(path)
    assert scheme is None
    assert problems
    return problems


def changed(old: str, new: str) -> tuple[str, int]:
    """The scheme with one mistake, and the line of the first difference."""
    assert SCHEME.count(old) >= 1, old
    text = SCHEME.replace(old, new, 1)
    before, after = SCHEME.split("\n"), text.split("\n")
    line = next(i for i, (a, b) in enumerate(zip(before, after, strict=False), 1) if a != b)
    return text, line


def test_the_scheme_without_a_mistake_is_sound(tmp_path: Path) -> None:
    path = tmp_path / "shili.yaml"
    path.write_text(SCHEME, "utf-8")
    assert load_scheme(path)[1] == []


@pytest.mark.parametrize(
    ("old", "new", "says"), [m[1:] for m in MISTAKES], ids=[m[0] for m in MISTAKES]
)
def test_a_mistake_is_found_at_its_line_and_mended_in_words(
    old: str, new: str, says: str, tmp_path: Path
) -> None:
    text, line = changed(old, new)
    problems = refused(text, tmp_path)
    messages = [(p.place.row, p.message()) for p in problems]
    lines = {row for row, message in messages if says in message}
    assert lines, messages
    start = (
        _start_of_item(text, line)
        if not new or "次数 同时写" in says or "中的一项" in says
        else line
    )
    near = {line, start, line + new.count("\n") - 1}
    if "缩进" in says:
        near |= {line - 1, line + 1}
    if says == "65（其下各指标分值之和）":
        near = {line - 3}
    assert lines & near, messages
    assert all(row is not None for row, _ in messages)
    for _, message in messages:
        assert not ENGLISH.search(message.replace("YAML 格式", "")), message
        assert "改法：" in message


def _start_of_item(text: str, line: int) -> int:
    """The line of the item or the part in which something is missing."""
    lines = text.split("\n")
    for number in range(line - 1, 0, -1):
        if re.match(r"      - |  \w+:$", lines[number - 1]):
            return number
    return 1


@pytest.mark.parametrize(("change", "at", "says"), [s[1:] for s in SUMS], ids=[s[0] for s in SUMS])
def test_a_sum_that_is_wrong_is_found_where_it_is_summed(
    change: tuple[str, str], at: str, says: str, tmp_path: Path
) -> None:
    text, _ = changed(*change)
    line = text[: text.index(at)].count("\n") + 1
    assert [(p.place.row, says in p.message()) for p in refused(text, tmp_path)] == [(line, True)]


def test_weights_as_fractions_are_told_to_be_percents(tmp_path: Path) -> None:
    text = SCHEME.replace("    weight: 30\n", "    weight: 0.3\n").replace(
        "    weight: 40\n", "    weight: 0.4\n"
    )
    (problem,) = refused(text, tmp_path)
    assert "30%写作30，不写0.3" in problem.message()


def test_a_mistake_in_a_list_by_group_is_told_once(tmp_path: Path) -> None:
    """grades and indicators may be a list or a mapping: only what was meant is spoken of."""
    for old, new in (
        ("from: 80}", "from: 八十}"),
        ("title: 年度报告, points: 20", "title: 年度报告, points: 二十"),
    ):
        text, line = changed(old, new)
        problems = refused(text, tmp_path)
        assert [p.place.row for p in problems] == [line], [p.message() for p in problems]


def test_one_mistake_is_told_once(tmp_path: Path) -> None:
    """What seems to be several faults, or to lie elsewhere, is one fault at its own place."""
    dash = SCHEME.replace('      - code: "2"\n', '        code: "2"\n')
    (problem,) = refused(dash, tmp_path)
    assert problem.place.row == SCHEME[: SCHEME.index('code: "2"')].count("\n") + 1
    assert "可能漏了“- ”" in problem.message()
    area, line = changed("        points: 60\n", "        points: 50\n")
    (problem,) = refused(area, tmp_path)
    assert (problem.place.row, problem.expected) == (line, "60（其下各指标分值之和）")
    wide, line = changed("    weight: 30\n", "　　　　weight: 30\n")
    (problem,) = refused(wide, tmp_path)
    assert (problem.place.row, "全角空格" in problem.message()) == (line, True)
    mixed, line = changed("    weight: 30\n", "    　weight: 30\n")
    (problem,) = refused(mixed, tmp_path)
    assert (problem.place.row, "全角空格" in problem.message()) == (line, True)
    none = SCHEME.replace("    categories:\n      - {code: A, title: 内容更新, cap: 10}\n", "")
    (problem,) = refused(none, tmp_path)
    assert problem.place.row == none[: none.index("category: A")].count("\n") + 1
    assert (
        "应为先在 categories 中写明的类别，如 {code: A, title: 名称, cap: 10}" in problem.message()
    )
    twice = SCHEME.replace("    floor: 0\n", "    floor: 0\n    weight: 20\n", 1)
    (problem,) = refused(twice, tmp_path)
    assert "第一处在第12行" in problem.message()


def test_several_mistakes_are_told_together(tmp_path: Path) -> None:
    text = (
        SCHEME.replace("points: 1.5", "points: 1.5分")
        .replace("due: 7月15日", "due: 7.15")
        .replace("kind: score\n", "kind: 打分\n")
    )
    assert len(refused(text, tmp_path)) == 3


def test_an_empty_file_and_a_file_of_text_are_refused_in_words(tmp_path: Path) -> None:
    for text in ("", "# 只有说明\n"):
        (problem,) = refused(text, tmp_path)
        assert "空文件" in problem.message()
    assert "“名称: 内容”" in refused("菏泽市考核办法", tmp_path)[0].message()
    (tmp_path / "shili.yaml").write_bytes(SCHEME.encode("gb18030"))
    scheme, problems = load_scheme(tmp_path / "shili.yaml")
    assert scheme is not None
    assert not problems
    (tmp_path / "shili.yaml").write_bytes(SCHEME.encode("gb18030")[:-1] + b"\xff\n")
    scheme, (problem,) = load_scheme(tmp_path / "shili.yaml")
    assert scheme is None
    assert "UTF-8" in problem.message()


# Each single mistake at each place

WHOLE_KEYS = (
    "weight",
    "gate",
    "quota",
    "counts",
    "points",
    "from",
    "periods",
    "indicators",
    "veto",
)
VALUES: tuple[Any, ...] = ("一些文字", -1, 0, "1.23456", True, [], {}, [1], {"甲": 1})
NO_WAY_OUT = ("照“应为”后面", "改正拼写，或删去这一项")


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The paths of a scheme's values, of the items of a list the first one's."""
    if path:
        yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*path, key))
    elif isinstance(value, list) and value:
        yield from places(value[0], (*path, 0))


def with_change(data: Any, path: tuple[str | int, ...], change: Callable[[Any, Any], None]) -> Any:
    """A copy of a scheme's data, the value at ``path`` changed in what holds it."""
    out = copy.deepcopy(data)
    holder = out
    for step in path[:-1]:
        holder = holder[step]
    change(holder, path[-1])
    return out


def single_mistakes(data: Any) -> Iterator[tuple[str, Any]]:
    """A key left out, misspelt or misplaced, and a value of another kind, one at a time."""
    for path in places(data):
        at = ".".join(map(str, path))
        value: Any = data
        for step in path:
            value = value[step]
        yield f"{at} left out", with_change(data, path, lambda x, k: x.__delitem__(k))
        if isinstance(path[-1], str):
            wrong = f"{path[-1]}x"
            yield f"{at} misspelt", with_change(data, path, partial(_renamed, name=wrong))
        for given in VALUES:
            yield f"{at} {given!r}", with_change(data, path, partial(_set, value=given))
        for key in WHOLE_KEYS if isinstance(value, dict) else ():
            if key not in value:
                yield f"{at} with {key}", with_change(data, path, partial(_give, name=key))


def _set(holder: Any, key: Any, value: Any) -> None:
    holder[key] = value


def _give(holder: Any, key: Any, name: str) -> None:
    holder[key][name] = 5


def _renamed(holder: dict[str, Any], key: str, name: str) -> None:
    pairs = list(holder.items())
    holder.clear()
    holder.update({name if known == key else known: value for known, value in pairs})


@pytest.mark.parametrize("name", ["shili", *shipped()])
def test_every_single_mistake_is_told_with_place_and_remedy(name: str) -> None:
    text = SCHEME if name == "shili" else shipped()[name].read_text("utf-8")
    refused = 0
    for what, data in share_of(single_mistakes(read_yaml(text, "a.yaml").data)):
        source = read_yaml(
            yaml.dump(data, Dumper=CSafeDumper, allow_unicode=True, sort_keys=False), "a.yaml"
        )
        refuse_blanks(source)
        if not source.problems:
            in_year(source, None)
        if not source.problems and validate(Scheme, source, lambda: WORDS) is not None:
            continue
        refused += 1
        most = 20 if what.startswith("groups") else 6
        assert 0 < len(source.problems) <= most, (what, [p.message() for p in source.problems])
        for problem in source.problems:
            message = problem.message()
            assert problem.place.row is not None
            assert problem.place.path or problem.place.row == 1, (what, message)
            assert not any(said in message for said in NO_WAY_OUT), (what, message)
            assert not re.search("（）|““|None|typing|Mapping", message), (what, message)
            assert not ENGLISH.search(re.sub("[{\\[].*?[}\\]…]", "", message)), (what, message)
    assert refused > examples(100)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("    weight: 30\n", "    weight: 0\n", "写本部分占百分之几，如 weight: 30；不占权重"),
        ("factor: 2", "factor: 1", "减半的写 0.5；不再扣（加）分的写 0；和第一次一样的，删去 repeat"),
        ("points: 1.5", "points: -1", "只登记、不计分的，写 points: 0"),
        ("    weight: 30\n", "    quota: 5\n    weight: 30\n", "应写在等次（grades 的一项）中"),
        ("    weight: 30\n", "    wieght: 30\n", "应为“weight”。改法：照“weight: 30”的样子写"),
        ("points: {from: 1, to: 3}", "points: {to: 3}", "“from”一项（最少），如 from: 1"),
        ("      - area: 主动公开\n        points: 60\n        items:\n", "", "在它上面加一级"),
        ("grades:\n", "gate: 60\ngrades:\n", "应写在某一部分（components 下的一段）中"),
    ],
)  # fmt: skip
def test_a_fault_names_the_clash_and_the_way_out(
    old: str, new: str, says: str, tmp_path: Path
) -> None:
    text, _ = changed(old, new)
    if "area" in old:
        start = text.index('          - {code: "1.1"')
        end = text.index("      - area: 依申请公开")
        text = text[:start] + text[start:end].replace("          - ", "      - ") + text[end:]
    messages = [p.message() for p in refused(text, tmp_path)]
    assert any(says in message for message in messages), messages


def test_one_item_without_its_dash_is_one_message(tmp_path: Path) -> None:
    dashless = SCHEME.replace(
        "    categories:\n      - {code: A", "    categories:\n      {code: A"
    )
    (problem,) = refused(dashless, tmp_path)
    assert "列表，每项一行，以“- ”开头" in problem.message()
    assert "categories: [{code: A, title: 内容更新, cap: 10}]" in problem.message()


def test_every_required_key_is_explained_with_an_example() -> None:
    for model in all_models(Scheme):
        for name, info in model.model_fields.items():
            key = info.alias or name
            if info.is_required():
                assert WORDS.meaning(model, key), (model, key)
                assert WORDS.example(model, key).startswith(f"{key}: "), (model, key)
            elif info.description:
                assert WORDS.meaning(model, key), (model, key)
