"""Blank 台账 for a provider: the contract's columns, drop-downs, checked days, ready rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from xlsxwriter.utility import xl_col_to_name

from scoring.enums import Counts, Effect
from scoring.intake.ledger import POINTS_COLUMN, REPEAT_COLUMN, columns_for
from scoring.lookup.rules import RuleFinder
from scoring.points import SCALE, format_points
from scoring.publish.sheets.fill_in import FillBook, Page
from scoring.rules.cells import Live
from scoring.scheme import Ledger, Rule
from scoring.scheme.model import Range
from scoring.wording.scheme import counts_text, days_text, direction_text, rule_points_text

SHEET, LISTS = "台账", "选项"
_LATE_FILL, _DUE_FILL = "#F4CCCC", "#FCE5CD"
ROWS = 300
_COUNTS, _HEADER, _BESIDE_COUNTS = 1, 2, 3
_WIDTHS = {
    "台账编号": 14.0, "单位": 22.0, "扣分项": 24.0, "问题描述": 36.0, "发现日期": 12.0, "来源文号": 18.0,
    "提供单位": 14.0, "整改期限": 12.0, "整改完成日期": 13.0, "核实结果": 10.0, "撤销日期": 12.0,
    "撤销理由": 18.0, "备注": 16.0, POINTS_COLUMN.name: 8.0, REPEAT_COLUMN.name: 16.0,
}  # fmt: skip
_DAYS = frozenset({"发现日期", "整改期限", "整改完成日期", "撤销日期"})
_REQUIRED = frozenset({"台账编号", "单位", "扣分项", "问题描述", "发现日期"})
_VERIFIED = ("属实", "不属实", "待核实")


@dataclass(frozen=True)
class LedgerPlan:
    """A provider's blank ledger: the rules that it records, and the units to choose from;
    ``provider`` is empty where the scheme names none."""

    subject: str
    region: str
    year: int
    ledger: Ledger
    provider: str
    rules: tuple[Rule, ...]
    units: tuple[str, ...]
    component: str = ""

    @property
    def title(self) -> str:
        return f"{self.region}{self.year}年度{self.subject}{self.ledger.title}台账"


def rule_label(ledger: Ledger, rule: Rule) -> str:
    """How a drop-down names a rule: code and title where that is read back as this rule."""
    finder = RuleFinder(ledger)
    labels = (f"{rule.code} {rule.title}", rule.title, rule.code)
    return next(label for label in labels if finder.find(label) is rule)


def ledger_workbook(plan: LedgerPlan) -> bytes:
    """The workbook of one blank ledger. The same plan gives the same bytes."""
    book = FillBook(plan.title, date(plan.year, 1, 1))
    page = Page(book, SHEET)
    lists = Page(book, LISTS, hidden=True)
    names = [column.name for column in columns_for(plan.ledger)]
    page.print_set_up(_WIDTHS.get(name, 13.0) for name in names)
    last = len(names) - 1
    page.put(0, 0, plan.title, "title", last)
    page.row_height(0, least=34)
    who = f"提供单位：{plan.provider}。" if plan.provider else ""
    note = (
        f"{who}每个问题一行；标*的必填，单位、扣分项、核实结果从下拉表中选；"
        "把鼠标停在表头上看各列怎样填。逾期没有整改的行显示为红色，当天到期的为橙色。填好后放进考核文件夹的“"
        f"{plan.ledger.table}”文件夹。"
    )
    page.put(_COUNTS, _BESIDE_COUNTS, note, "note", last)
    _counts(page, names)
    for index, name in enumerate(names):
        page.put(_HEADER, index, f"{name}*" if name in _REQUIRED else name, "header")
        text = _note(name, plan)
        if text:
            height = sum(-(-len(line) // 22) for line in text.split("\n"))
            page.ws.write_comment(_HEADER, index, text, {
                "width": 340, "height": 17 * height + 16, "font_size": 9, "author": ""})  # fmt: skip
    page.row_height(_HEADER, least=26)
    first, final = _HEADER + 1, _HEADER + ROWS
    for row in range(first, final + 1):
        page.row_height(row, least=20, grows=True)
        for index, name in enumerate(names):
            page.put(row, index, None, _style(name, plan.ledger))
    choices = {
        "单位": plan.units,
        "扣分项": tuple(rule_label(plan.ledger, rule) for rule in plan.rules),
        "核实结果": _VERIFIED,
        "提供单位": (plan.provider,) if plan.provider else (),
    }
    for index, name in enumerate(names):
        rule = _rule(
            name, choices.get(name, ()), list(choices).index(name) if name in choices else 0, plan
        )
        if rule:
            page.ws.data_validation(first, index, final, index, rule)
    for column, values in enumerate(choices.values()):
        for row, value in enumerate(values):
            lists.put(row, column, value, "loose")
    _highlight(page, names, first, final)
    page.ws.freeze_panes(_HEADER + 1, 2)
    page.ws.repeat_rows(_HEADER)
    page.ws.autofilter(_HEADER, 0, final, last)
    lists.protect()
    return book.close()


def _letters(names: Sequence[str]) -> dict[str, str]:
    """The columns by which rows are counted and coloured."""
    columns = ("台账编号", "整改期限", "整改完成日期", "撤销日期", "核实结果")
    return {name: xl_col_to_name(names.index(name)) for name in columns}


def _counts(page: Page, names: Sequence[str]) -> None:
    """How many rows there are, and how many are late or due today: live, with the day's date."""
    at = _letters(names)

    def cells(name: str) -> str:
        return f"{at[name]}{_HEADER + 2}:{at[name]}{_HEADER + 1 + ROWS}"

    deadlines = cells("整改期限")
    done, revoked, verified = cells("整改完成日期"), cells("撤销日期"), cells("核实结果")
    waits = f'{done},"",{revoked},"",{verified},"<>不属实"'
    counts = {
        "count_all": f"COUNTA({cells('台账编号')})",
        "count_late": f'COUNTIFS({deadlines},"<"&TODAY(),{waits})',
        "count_due": f"COUNTIFS({deadlines},TODAY(),{waits})",
    }
    page.row_height(_COUNTS, least=34)
    for column, (style, formula) in enumerate(counts.items()):
        page.put(_COUNTS, column, Live(formula, Fraction(0)), style)


def _highlight(page: Page, names: Sequence[str], first: int, final: int) -> None:
    """Rows whose deadline is over, or is today, while they are neither rectified, nor revoked, nor found
    untrue."""
    cell = {name: f"${letter}{first + 1}" for name, letter in _letters(names).items()}
    deadline, done = cell["整改期限"], cell["整改完成日期"]
    revoked, verified = cell["撤销日期"], cell["核实结果"]
    waits = f'ISNUMBER({deadline}),{done}="",{revoked}="",{verified}<>"不属实"'
    for is_when, fill in (("<", _LATE_FILL), ("=", _DUE_FILL)):
        criteria = f"=AND({waits},{deadline}{is_when}TODAY())"
        look = page.format({"bg_color": fill})
        page.ws.conditional_format(
            first, 0, final, len(names) - 1,
            {"type": "formula", "criteria": criteria, "format": look},
        )  # fmt: skip


def _events(ledger: Ledger) -> set[str]:
    return {rule.deadline.event for rule in ledger.rules if rule.deadline}


def _style(name: str, ledger: Ledger) -> str:
    if name in _DAYS or name in _events(ledger):
        return "input_day"
    if name in ("问题描述", "来源文号", "撤销理由", "备注", "单位", "扣分项"):
        return "input_text"
    return "input" if name == POINTS_COLUMN.name else "input_string"


def _rule(
    name: str, values: tuple[str, ...], column: int, plan: LedgerPlan
) -> dict[str, object] | None:
    """What may be put into a column."""
    year = plan.year
    if values:
        letter = xl_col_to_name(column)
        cells = f"={LISTS}!${letter}$1:${letter}${len(values)}"
        # A row may name several units, and a provider may write its own name otherwise.
        strict = "stop" if name in ("扣分项", "核实结果") else "information"
        return {
            "validate": "list", "source": cells, "error_type": strict, "error_title": f"{name}不在表中",
            "error_message": f"请从下拉表中选择{name}" + (
                "；几个单位共有的问题，可用顿号隔开写几个单位" if name == "单位" else ""),
        }  # fmt: skip
    if name == "发现日期":
        return {
            "validate": "date", "criteria": "between", "minimum": date(year, 1, 1),
            "maximum": date(year, 12, 31), "error_title": "日期不对",
            "error_message": f"发现日期应为{year}年内的日期，如 {year}-03-05",
        }  # fmt: skip
    if name in _DAYS or name in _events(plan.ledger):
        return {
            "validate": "date", "criteria": ">=", "value": date(year - 1, 1, 1),
            "error_title": "日期不对", "error_message": f"请写日期，如 {year}-03-05",
        }  # fmt: skip
    if name == POINTS_COLUMN.name:
        ranges = [one for rule in plan.ledger.rules for one in _points(rule).values()
                  if isinstance(one, Range)]  # fmt: skip
        return {
            "validate": "decimal", "criteria": "between",
            "minimum": min(r.low for r in ranges) / SCALE, "maximum": max(r.high for r in ranges) / SCALE,
            "error_title": "分值不对", "error_message": "分值应在办法规定的范围内",
        }  # fmt: skip
    return None


def _note(name: str, plan: LedgerPlan) -> str:
    """What a column wants."""
    rules = plan.rules
    if name == "台账编号":
        return (
            "每个问题一个编号，全年不重复，各提供单位之间也不重复，如 TZ-0001；以后的接着第一个编。"
        )
    if name == "单位":
        return (
            "考核对象表中的单位名称或简称；所属单位的问题写所属单位。几个单位共有的，用顿号隔开。"
        )
    if name == "扣分项":
        return "\n".join(
            f"{rule.code} {rule.title}{_whose(rule)}：{'加' if rule.effect == Effect.BONUS else '扣'}"
            f"{rule_points_text(rule)}，{_when(rule)}"
            for rule in rules
        )
    if name == "发现日期":
        return f"发现或通报的日期，应在{plan.year}年内，如 {plan.year}-03-05。"
    if name == "整改期限":
        return _deadline_note(rules)
    if name == "整改完成日期":
        return "实际完成整改的日期；没有完成的留空，完成后补填。"
    if name == "核实结果":
        needing = "、".join(rule.code for rule in rules if rule.counts == Counts.VERIFIED)
        asked = (
            f"扣分项{needing}必须核实：属实才计入，没有核实的不能出正式结果。" if needing else ""
        )
        return f"{asked}任何问题经核实不属实的，填“不属实”，不扣分。"
    if name == "撤销日期":
        return "登记后决定不算的，不要删行，填撤销日期和撤销理由。"
    if name == POINTS_COLUMN.name:
        return "\n".join(
            f"{rule.code} {rule.title}：{_within(rule)}" for rule in rules if rule.ranged
        )
    if name == REPEAT_COLUMN.name:
        return "同一问题再次发生的，各行写相同的名称，从规定的次数起按办法的规定加倍或者减少。"
    events = [rule for rule in rules if rule.deadline and rule.deadline.event == name]
    return "\n".join(f"{rule.code} {rule.title}：{_event_text(rule)}" for rule in events)


def _points(rule: Rule) -> Mapping[str, int | Range]:
    """What a row costs, by group; under an empty name where all groups have the same."""
    said = rule.points_by
    return said if isinstance(said, Mapping) else {"": said}


def _within(rule: Rule) -> str:
    """在1至3分之间; where groups differ each by itself: 县区在1至3分之间，部门不填."""
    own = {
        group: f"在{format_points(one.low)}至{format_points(one.high)}分之间"
        if isinstance(one, Range)
        else "不填"
        for group, one in _points(rule).items()
    }
    return "，".join(f"{group}{text}" for group, text in own.items())


def _whose(rule: Rule) -> str:
    """（只用于部门）, where a rule does not hold for all."""
    return f"（只用于{'、'.join(rule.groups)}）" if rule.groups else ""


def _when(rule: Rule) -> str:
    word = counts_text(rule.counts)
    if rule.effect == Effect.BONUS:
        word = word.replace("扣", "加")
    least = rule.minimum_by
    if least is None:
        return word
    times = (
        "、".join(f"{group}{n}次" for group, n in least.items())
        if isinstance(least, Mapping)
        else f"{least}次"
    )
    return f"{word}，全年不少于{times}，完成一次登记一行"


def _event_text(rule: Rule) -> str:
    assert rule.deadline is not None
    spec = rule.deadline
    days, where = days_text(spec.days), direction_text(spec.direction)
    return f"期限为{spec.event}{where}{spec.count}{days}，由程序推算"


def _deadline_note(rules: tuple[Rule, ...]) -> str:
    """Which rules need a deadline, and for which it is computed."""
    lines = []
    given = [rule for rule in rules if rule.counts == Counts.OVERDUE and rule.deadline is None]
    if given:
        lines.append(
            f"扣分项{'、'.join(rule.code for rule in given)}必须填：期限当天结束时没有整改完成的才扣分。"
        )
    lines += [
        f"扣分项{rule.code}不用填：{_event_text(rule)}。"
        for rule in rules
        if rule.deadline is not None
    ]
    if any(rule.counts != Counts.OVERDUE for rule in rules):
        lines.append("其他扣分项不看期限，可以不填。")
    return "\n".join(lines)
