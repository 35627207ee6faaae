"""数据问题: a fault in a file, as a value with its place.

Problems are gathered in lists beside the data, never raised half-way and never printed here.
Every kind stands once in ``CATALOGUE``; the page ``docs/数据问题.md`` is made from it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from heapq import nlargest
from typing import NamedTuple

from scoring.limits import NAME_LENGTH, NEAR_CANDIDATES


class Severity(Enum):
    """How much a problem weighs: an error stops a final run, a warning is only listed."""

    ERROR = "错误"
    WARNING = "提醒"


class Place(NamedTuple):
    """Where something stands. ``file`` is relative to the assessment folder; ``row`` counts
    from 1 as Excel shows it (a line, in a YAML or csv file); ``column`` is Excel's letter (a number,
    in a YAML file); ``header`` is the column's name, ``path`` the keys that lead to a value of a YAML
    file."""

    file: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    header: str | None = None
    path: str = ""

    def within_file(self) -> str:
        """The place inside its file, as a clerk would say it; empty for the file itself."""
        if self.sheet is None and self.column is not None and self.column.isdigit():
            return f"第{self.row}行第{self.column}列" + (f"（{self.path}）" if self.path else "")
        parts = []
        if self.sheet:
            parts.append(f"工作表“{self.sheet}”")
        if self.row is not None:
            parts.append(f"第{self.row}行")
        if self.column:
            cell = f"{self.column}{self.row}单元格" if self.row is not None else f"{self.column}列"
            parts.append(cell)
        if self.header:
            parts.append(f"“{self.header}”")
        return " ".join(parts)

    def __str__(self) -> str:
        inner = self.within_file()
        return f"{self.file} {inner}" if inner else self.file


class Kind(NamedTuple):
    """A kind of problem: ``fix`` says what to do; ``fatal`` stops a provisional run as well;
    ``wants`` is the word before what is expected."""

    code: str
    level: str
    title: str
    fix: str
    severity: Severity = Severity.ERROR
    fatal: bool = False
    wants: str = "应为"


_W = Severity.WARNING

EXAMPLE_YEAR = "2024"
"""The year in which the catalogue gives examples; messages give them in the assessment's."""

CATALOGUE: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        # 文件夹
        Kind("assessment-missing", "文件夹", "缺少 assessment.yaml",
             "在考核文件夹中新建 assessment.yaml，至少写两行：scheme: heze 和 year: 2024", fatal=True),
        Kind("scheme-unknown", "文件夹", "找不到考核办法",
             "把 scheme 改为随程序提供的办法名称，或本文件夹内办法文件的路径", fatal=True),
        Kind("units-missing", "文件夹", "缺少考核对象表",
             "在考核文件夹中放入 考核对象.xlsx，至少有“单位名称”“类别”两列", fatal=True),
        Kind("file-unknown", "文件夹", "未使用的文件或文件夹",
             "如是本年度数据，请按规定名称放置；否则可以移走", _W),
        Kind("table-twice", "文件夹", "同一数据表有几处，一并读入",
             "如有一处是旧的或重复的，请移走；都是本年度数据的，可不处理", _W),
        Kind("file-hidden", "文件", "隐藏文件没有读入", "去掉文件名开头的点，或移走该文件"),
        Kind("unchecked", "文件夹", "尚未检查", "先改正本文件的错误，再检查一次", _W),
        Kind("folder-period", "文件夹", "文件夹不是规定的期次",
             "其中的考核表仍按表内写明的期次读入；请把文件夹改为规定的期次名称", _W),
        # YAML
        Kind("yaml-syntax", "配置", "YAML 格式错误", "检查该处的缩进、冒号、引号和括号", fatal=True),
        Kind("yaml-encoding", "配置", "文字编码无法识别",
             "用记事本打开，核对该处的文字，另存为 UTF-8 编码", fatal=True),
        Kind("yaml-character", "配置", "有控制字符、看不见的字符或已损坏的字", "删去该处的这个字符，或改回原来的字", fatal=True),
        Kind("yaml-limit", "配置", "超出规定的限度", "改小，或分成几个文件", fatal=True),
        Kind("yaml-unsupported", "配置", "用了不支持的写法", "改用普通的“名称: 内容”", fatal=True),
        Kind("yaml-more", "配置", "问题太多，没有全部列出", "先改正已列出的，再检查一次", fatal=True),
        Kind("yaml-duplicate-key", "配置", "同一项写了两次", "删去其中一处", fatal=True),
        Kind("yaml-missing", "配置", "缺少必填项", "在该处补写这一项", fatal=True, wants="应有"),
        Kind("yaml-unknown-key", "配置", "不认识的项", "改正拼写，或删去这一项", fatal=True),
        Kind("yaml-misplaced-key", "配置", "写错了地方的项", "移到它所属的地方，或删去", fatal=True, wants="应"),
        Kind("yaml-value", "配置", "内容不符合要求", "照“应为”后面所说的改写", fatal=True),
        Kind("known-early", "配置", "资料截止日早于截至日期",
             "改为截至日期当日或以后的日期；不限的，删去这一行"),
        Kind("scheme-inconsistent", "配置", "考核办法前后矛盾", "照“应为”后面所说的改写，使前后一致", fatal=True),
        # 用例
        Kind("cases-missing", "用例", "办法没有用例文件",
             "在办法旁边写这个文件，写法见《写考核办法》的“用例”；可用 kaohe schemes new 写出一个来改", fatal=True, wants="应有"),
        # 文件
        Kind("file-unreadable", "文件", "文件打不开",
             "确认文件没有损坏、没有加密，用 Excel 或 WPS 打开后另存为 .xlsx"),
        Kind("file-type", "文件", "文件格式不支持", "用 Excel 或 WPS 打开，另存为 .xlsx"),
        Kind("file-locked", "文件", "文件正被打开", "如有未保存的修改，保存并关闭后再运行", _W),
        Kind("file-empty", "文件", "文件中没有数据", "填写数据，或移走该文件"),
        Kind("file-encoding", "文件", "文字编码无法识别", "用 Excel 或 WPS 打开，另存为 .xlsx 或 UTF-8 的 .csv"),
        Kind("file-password", "文件", "文件有打开密码", "用密码打开，去掉密码后另存为 .xlsx，替换这个文件"),
        Kind("file-too-large", "文件", "文件过大", "删去用不到的行、列和图片，或分成几个文件"),
        Kind("csv-delimiter", "文件", "看不出各列用什么分隔",
             "用 Excel 或 WPS 打开，分好列，另存为 .xlsx；或各列都用半角逗号分隔", wants="应"),
        Kind("csv-quote", "文件", "双引号没有配对，这一行没有读入",
             "补上这一格缺少的双引号，或删去多余的；内容里的引号改用中文引号“”"),
        # 工作表和表头
        Kind("header-missing", "表", "找不到表头", "在数据上方写好表头，列名与模板一致；表头可以是两行", wants="应有"),
        Kind("column-missing", "表", "缺少必需的列", "补上这一列", wants="应有"),
        Kind("column-duplicate", "表", "列名重复", "只保留一列，或改名区分"),
        Kind("column-misnamed", "表", "列名与规定的列相近", "改为规定的列名"),
        Kind("column-unnamed", "表", "有内容的列没有列名",
             "在表头写明该列的列名（规定的列名见模板）；不需要的内容请删去"),
        Kind("words-beside", "表", "表格右边隔开的列中有文字，没有读入",
             "如是本表的内容，在表头写明列名；只是说明的，可不处理", _W),
        Kind("rows-hidden", "表", "表中有隐藏的行，已照常读入",
             "取消隐藏或筛选后核对；不应计入的行请删去", _W),
        Kind("sheet-hidden", "表", "隐藏的工作表中有数据，已照常读入",
             "取消隐藏后核对；不应计入的，删去该工作表", _W),
        Kind("column-unknown", "表", "不认识的列", "如是规定的列，请改正列名；否则可不处理", _W),
        Kind("sheet-unknown", "表", "未使用的工作表", "如有数据，请补上规定的表头；否则可不处理", _W),
        Kind("form-header-missing", "表", "考核表缺少表头信息",
             "在表格上方写明单位、考核年度、期次，内容写在右边一格或同一格的冒号后", wants="应有"),
        Kind("form-header-twice", "表", "考核表表头的同一项写了两个内容", "改成一致，或删去其中一处"),
        Kind("form-duplicate", "表", "同一单位同一期次有两份考核表", "只保留一份"),
        Kind("form-year", "表", "考核年度不符", "改正考核年度，或把文件移到对应年度的文件夹"),
        Kind("form-place", "表", "期次与所在文件夹不符", "改正期次，或把文件移到对应期次的文件夹"),
        # 单元格
        Kind("value-missing", "单元格", "必填项为空", "补填该单元格"),
        Kind("value-error", "单元格", "单元格是公式错误", "改正公式，或直接填写数值"),
        Kind("formula-uncomputed", "单元格", "公式尚未计算",
             "用 Excel 或 WPS 打开该文件，保存一次再运行；或直接填写数值"),
        Kind("cell-twice", "单元格", "同一单元格在文件中出现两次",
             "用 Excel 或 WPS 打开，核对该单元格的内容后另存"),
        Kind("value-shown", "单元格", "单元格显示的与存储的不一致", "把单元格格式改为常规，填写要计入的数"),
        Kind("value-merged", "单元格", "数值单元格被合并", "取消合并，逐行填写"),
        Kind("value-unknown", "单元格", "内容不在规定范围", "改为规定的写法之一"),
        Kind("number-unreadable", "单元格", "不是数字", "填写数字"),
        Kind("number-decimals", "单元格", "小数位数过多", "最多保留4位小数"),
        Kind("number-range", "单元格", "数字超出范围", "填写范围内的数字"),
        Kind("number-step", "单元格", "不是规定的打分单位", "按办法规定的最小单位打分"),
        Kind("date-unreadable", "单元格", "日期无法识别",
             "写成 2024-03-05、2024年3月5日、2024.3.5、2024/3/5 或 20240305"),
        Kind("unit-unknown", "单元格", "单位不在考核对象表中", "改为考核对象表中的单位名称或简称"),
        Kind("unit-shared", "单元格", "一行涉及几个单位，分别计入每个单位",
             "如确是几个单位共同的问题，可不处理；否则只写应计入的单位", _W),
        Kind("unit-not-graded", "单元格", "该单位不单独考核", "该行不参与计分；如应考核，请在考核对象表中删去其所属单位", _W),
        Kind("name-long", "单元格", "名称过长", "写单位、人员的名称；说明写在备注中"),
        Kind("unit-duplicate", "单元格", "单位名称或简称重复", "每个名称、简称只能对应一个单位"),
        Kind("unit-parent", "单元格", "所属单位有误", "所属单位应是本表中直接考核的单位"),
        Kind("region-path", "单元格", "地区写得不完整", "从大到小写各级名称，用“/”分开，中间不留空；不改则按没有地区汇总", _W),
        Kind("group-unknown", "单元格", "类别不在考核办法中", "改为考核办法规定的类别"),
        Kind("rule-unknown", "单元格", "扣分项不在考核办法中", "改为考核办法中扣分项的编号或名称"),
        Kind("part-group", "单元格", "这一部分不适用于该类别的单位", "核对单位，改正填错的；不应有的，删去这一行（这份表）"),
        Kind("rule-group", "单元格", "扣分项不适用于该类别的单位", "核对单位和扣分项，改正填错的一个"),
        Kind("entry-similar", "单元格", "可能是同一问题登记了两次",
             "如是同一问题，删去一行，或填写撤销日期和撤销理由；确是两个问题的，可不处理", _W,
             wants="另一行在"),
        Kind("entry-duplicate", "单元格", "台账编号重复", "每个问题一个编号；重复登记的删去一行"),
        Kind("found-outside-year", "单元格", "发现日期不在考核年度内", "核对日期；不属于本年度的移到对应年度"),
        Kind("date-order", "单元格", "日期先后矛盾", "核对两个日期"),
        Kind("deadline-mismatch", "单元格", "整改期限与推算的不符", "改正整改期限，或留空由程序推算"),
        Kind("calendar-ends", "单元格", "超出已收录的节假日安排",
             "把国务院办公厅该年的节假日安排填入“节假日”表，或升级程序，或在“整改期限”一列写明期限"),
        Kind("holiday-duplicate", "单元格", "同一天写了两行", "每天只写一行"),
        Kind("holiday-weekday", "单元格", "星期一至五本来上班，不用写上班", "核对日期；没有写错的，可不处理", _W),
        Kind("holiday-differs", "单元格", "节假日表与程序收录的安排不一致，按程序收录的计算",
             "对照国务院办公厅的通知：表写错的，改正；程序有误的，升级程序，或在“整改期限”一列写明期限", _W),
        Kind("holiday-incomplete", "单元格", "节假日表不全，这一年不能推算工作日",
             "对照国务院办公厅的通知，把全年放假、上班的日子补全"),
        Kind("holiday-uneven", "单元格", "节假日表可能不全或多写", "对照国务院办公厅的通知逐日核对；没有写错的，可不处理", _W),
        Kind("revoked-undated", "单元格", "有撤销理由而无撤销日期", "补填撤销日期，或删去撤销理由"),
        Kind("revoked-unexplained", "单元格", "撤销未写理由", "补填撤销理由，以备查核", _W),
        Kind("appeal-duplicate", "单元格", "申诉编号重复", "每件申诉一个编号；重复登记的删去一行"),
        Kind("appeal-target", "单元格", "涉及的台账行或指标找不到，或不是该单位的",
             "写本单位的台账编号，或期次和指标编号，如 上半年 2.3"),
        Kind("appeal-unfulfilled", "单元格", "申诉已支持，成绩还没有相应更正",
             "在台账填写撤销日期和撤销理由；涉及指标的，改核查得分，并在核查说明写明申诉编号"),
        Kind("appeal-open", "单元格", "申诉尚未决定", "决定后填写答复、结果和决定日期；出正式结果以前必须办结", _W),
        Kind("appeal-undecided", "单元格", "申诉尚未决定，不能出正式结果",
             "决定后填写答复、结果和决定日期；确需先行公布的，加 --open-appeals 再运行"),
        Kind("period-unknown", "单元格", "期次不在考核办法中", "改为考核办法规定的期次"),
        Kind("indicator-unknown", "单元格", "指标编号不在考核办法中", "改为考核办法中的指标编号"),
        Kind("indicator-duplicate", "单元格", "同一指标填了两行", "只保留一行"),
        Kind("indicator-not-applicable", "单元格", "该指标对本单位不适用", "该行不参与计分；如应适用，请修改 assessment.yaml", _W),
        Kind("points-mismatch", "单元格", "分值与考核办法不一致", "按考核办法改正分值"),
        Kind("self-score-missing", "单元格", "未填自评分", "请单位补填自评分；核查得分不受影响", _W),
        Kind("score-duplicate", "单元格", "同一单位有两个得分", "只保留一行"),
        Kind("assessor-group", "表", "评委没有给一个类别的单位打分",
             "如果应当打分，请补上；各类别的评委本来不同的，可不处理", _W),
        # 模板
        Kind("template-unreadable", "模板", "模板不能用",
             "用 Word 或 WPS 打开，另存为 Word 文档（.docx），网页模板存为 UTF-8 的文本；或改用随程序提供的模板"),
        Kind("template-tag", "模板", "标签有误", "打开模板，在该处按要求改写，再保存"),
        Kind("template-name", "模板", "标签中的名称不认识", "打开模板，改正名称；标签能用的名称见使用手册"),
        Kind("template-forbidden", "模板", "模板中不能这样写", "打开模板，改写或删去这个标签"),
        Kind("template-empty", "模板", "模板中没有考核结果", "把标签补上，或改用随程序提供的模板", wants="应有"),
        # 汇总核查表
        Kind("verification-conflict", "核查", "同一指标有两个不同的核查结果",
             "由两家商定，改成一致，或清空其中一处"),
        Kind("verification-stale", "核查", "制表以后，考核表中的核查结果已有改动",
             "核对哪一个为准：以考核表为准的，清空核查表的这一格；以核查表为准的，加 --replace 再运行"),
        Kind("verification-unexplained", "核查", "核查结果低于自评，没有写核查说明", "在核查说明中写明理由"),
        Kind("verification-incomplete", "核查", "核查数不全或前后矛盾",
             "核查完成数、核查应完成数都要填，应完成数大于0；没有应完成的，在核查得分填不适用"),
        Kind("verification-way", "核查", "填法与该指标的计分方法不符", "按核查提示填写"),
        Kind("verification-no-form", "核查", "该单位没有报送本期考核表",
             "把考核表放进考核文件夹；不应核查的，删去核查表的这一行"),
        Kind("verification-no-item", "核查", "该单位的考核表中没有这个指标", "在考核表中补上该指标一行"),
        Kind("verification-refused", "核查", "考核表的这一行有数据问题，不能写入", "先改正考核表中的问题"),
        Kind("component-unknown", "核查", "分不清是哪一部分的指标", "在“组成部分”列写明办法中该部分的名称"),
        Kind("cell-formula", "核查", "要写入的单元格是公式", "把公式改为数值或清空，再运行一次"),
        Kind("cell-unwritable", "核查", "要写的内容写不进这一格", "把单元格格式改为常规，再运行一次"),
        Kind("file-unwritable", "核查", "要写的内容写不进这种文件",
             "用 Excel 或 WPS 打开，另存为 .xlsx，替换旧文件，再运行一次"),
        # 缺项
        Kind("table-missing", "缺项", "还没有这张表", "报来后放进考核文件夹（.xlsx、.csv 或 .parquet）", wants="应有"),
        Kind("gap-verification", "缺项", "举报或舆情尚未核实", "核实后在“核实结果”填写 属实 或 不属实"),
        Kind("gap-deadline", "缺项", "没有整改期限", "补填整改期限"),
        Kind("gap-form", "缺项", "没有报送考核表", "催报后放入对应期次的文件夹"),
        Kind("gap-item", "缺项", "考核表缺少指标", "补上该指标一行"),
        Kind("gap-verified", "缺项", "指标未核查", "由责任单位核查后填写核查得分；按比例得分的填写核查完成数和核查应完成数，按问题扣分的填写核查问题数"),
        Kind("gap-score", "缺项", "没有得分", "补上该单位的得分"),
        Kind("gap-assessor", "缺项", "有评委没有打分", "补上这名评委的打分"),
        Kind("gap-trimmed", "缺项", "评委不足3名，不能去掉最高分和最低分", "补上评委的打分，至少3名"),
        Kind("gap-nothing", "缺项", "没有一项指标适用",
             "核对不适用的指标（assessment.yaml 的 not_applicable 和考核表中填的不适用），至少留一项"),
        Kind("gap-composite", "缺项", "各部分都没有得分，算不出综合成绩", "至少补上一个部分的得分"),
        Kind("gap-refused", "缺项", "有数据因问题未能计入", "先改正该处的数据问题"),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: its kind, its place, what stands there and what is expected.

    ``unit`` and ``component`` name whose score rests on the fault, where that is known; ``about``
    says in words whom or what it is about, where the place does not. ``count`` is more than 1 where
    it stands for that many of its kind in its sheet, which were too many to be kept one by one.
    """

    kind: str
    place: Place
    found: str = ""
    expected: str = ""
    fix: str = ""
    unit: str | None = None
    component: str | None = None
    about: str = ""
    count: int = 1

    @property
    def severity(self) -> Severity:
        return CATALOGUE[self.kind].severity

    @property
    def fatal(self) -> bool:
        return CATALOGUE[self.kind].fatal

    @property
    def label(self) -> str:
        """错误, 缺项 or 提醒."""
        kind = CATALOGUE[self.kind]
        return kind.level if kind.level == "缺项" else kind.severity.value

    def message(self) -> str:
        """The problem in one line without its file: place, title, found, expected, fix."""
        kind = CATALOGUE[self.kind]
        inner = self.place.within_file()
        text = f"[{self.label}] {inner + ' ' if inner else ''}{kind.title}"
        said = []
        if self.about:
            said.append(clip(self.about))
        if self.found:
            said.append(f"现为“{clip(self.found)}”")
        elif kind.level == "缺项" and self.place.column:
            said.append("现为空白")
        if self.expected:
            said.append(f"{kind.wants}{self.expected}")
        text += "：" + "；".join(said) if said else ""
        return f"{text}。改法：{self.fix or kind.fix}。"


def clip(text: str, longest: int = 60) -> str:
    """The text on one line, cut with … where it is long.

    >>> clip("整改\\n完成", 3)
    '整改…'
    """
    flat = " ".join(text.split())
    return flat if len(flat) <= longest else flat[: longest - 1] + "…"


def errors(problems: Iterable[Problem]) -> list[Problem]:
    return [p for p in problems if p.severity is Severity.ERROR]


def mistakes(problems: Iterable[Problem]) -> list[Problem]:
    """The errors that are to be put right: a table that has not come in yet (缺项) is none."""
    return [p for p in errors(problems) if CATALOGUE[p.kind].level != "缺项"]


SheetOrder = Mapping[tuple[str, str | None], int]
"""The position of every sheet in its workbook, by file and sheet."""


def in_order(problems: Iterable[Problem], sheets: SheetOrder | None = None) -> list[Problem]:
    """Files with errors first, then by file; in a file errors first, then by place. ``sheets`` says
    in which order they stand in their workbook; without it they stand by name."""
    known = list(dict.fromkeys(problems))
    wrong = {p.place.file for p in errors(known)}
    order = sheets or {}

    def key(p: Problem) -> tuple[object, ...]:
        at = p.place
        column = at.column or ""
        return (
            at.file not in wrong,
            at.file,
            p.severity is not Severity.ERROR,
            order.get((at.file, at.sheet), -1),
            at.sheet or "",
            p.count > 1,
            at.row or 0,
            len(column),
            column,
            p.kind,
        )

    return sorted(known, key=key)


def nearest(word: str, known: Iterable[str], *, most: int = 1, least: float = 0.5) -> Sequence[str]:
    """The known words most like ``word``, for a suggestion; empty where none shares ``least`` of its
    characters.

    >>> nearest("示例市财正局", ["示例市财政局", "示例市公安局"])
    ['示例市财政局']
    """
    if len(word) > NAME_LENGTH:
        return []
    names, characters = list(known), frozenset(word)
    if len(names) > NEAR_CANDIDATES:
        # To compare in full is slow: only what shares many characters is worth it.
        names = nlargest(
            NEAR_CANDIDATES,
            names,
            key=lambda name: len(characters.intersection(name)) / (len(word) + len(name)),
        )
    return difflib.get_close_matches(word, names, n=most, cutoff=least)


def suggestion(what: str, word: str, known: Iterable[str]) -> str:
    """What is expected, with the known word that is most like ``word``, if any is.

    >>> suggestion("考核对象", "财正局", ["财政局", "教育局"])
    '考核对象，最相近的是“财政局”'
    """
    near = nearest(word, known)
    return f"{what}，最相近的是“{near[0]}”" if near else what
