"""数据说明, 行数核对, 不作为数据的行, 原始文件: how far the result can be relied on, and from what it comes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scoring.intake.assessment import Assessment
from scoring.problems import CATALOGUE, Place, Problem, clip
from scoring.publish.results.appeals import open_text
from scoring.publish.results.report import GapNames, Report
from scoring.publish.sheets.sheet import Column, Formula, Sheet
from scoring.reporting.problem_groups import Group, context_of, group_problems
from scoring.scheme import Scheme
from scoring.version import version_text
from scoring.wording.numbers import PROVISIONAL, day
from scoring.wording.results import gaps_by_kind, gaps_text, known_text
from scoring.wording.scheme import example_text, missing_text, places_text

YES, NO = "是", "否"
NONE = "无"

_WIDTHS = (6, 46, 27, 22, 16, 22, 36, 9)
_HEADER = 2
_UNUSED = "file-unknown"
_UNUSED_SHEET = "未使用"
_FIRST = 3


def write_notes(report: Report, name: str) -> GapNames:
    """The sheet of gaps and problems; names the list of gaps."""
    sheet = report.open(name, len(_WIDTHS), "考核数据说明")
    sheet.widths(_WIDTHS)
    row, names = _gaps(sheet, _standing(sheet, 3, report), report)
    row = _problems(sheet, row, report)
    row = _ignored(sheet, row, report)
    row = sheet.section(row, "四、程序版本")
    sheet.ws.write_string(row, 0, version_text(), sheet.styles("line"))
    own = "、".join(file.file for file in report.assessment.templates.values())
    if own:
        row += 1
        sheet.ws.write_string(row, 0, f"本文件夹自己的模板：{own}", sheet.styles("line"))
    sheet.ws.freeze_panes(2, 0)
    sheet.paginate(row + 1)
    return names


def _place(scheme: Scheme) -> str:
    """What a gap forbids: a grade, or in a scheme without grades a rank."""
    return "等次" if scheme.grades else "排名"


def _standing(sheet: Sheet, row: int, report: Report) -> int:
    """The first lines: whether the result is final, and until when what was decided counts."""
    result, place = report.result, _place(report.result.scheme)
    blocking = sum(gap.blocking for gap in result.gaps)
    if result.final:
        text, style = f"正式结果：没有影响{place}的缺项", "heading"
    elif blocking:
        text = f"{PROVISIONAL}结果：有{blocking}处缺项影响{place}，不得作为正式结果使用"
        style = "alert"
    else:
        text, style = f"{PROVISIONAL}结果：截至{day(result.as_of)}，不得作为正式结果使用", "alert"
    sheet.ws.write_string(row, 0, text, sheet.styles(style))
    known = f"资料截止日：{known_text(result)}"
    sheet.ws.write_string(row + 1, 0, known, sheet.styles("line"))
    waiting = open_text(report)
    if waiting:
        sheet.ws.write_string(row + 2, 0, waiting, sheet.styles("alert"))
        row += 1
    example = example_text(result.scheme)
    if example:
        sheet.ws.write_string(row + 2, 0, example, sheet.styles("alert"))
        row += 1
    return row + 3


def _gaps(sheet: Sheet, row: int, report: Report) -> tuple[int, GapNames]:
    """The list of gaps, one row for those of a unit, period and kind; grades on 汇总 look here whether
    a gap forbids them."""
    scheme, gaps = report.result.scheme, report.result.gaps
    alike, place = gaps_by_kind(gaps), _place(scheme)
    row = sheet.section(row, f"一、缺项（{len(gaps)}处）")
    if gaps:
        note = f"缺项补齐并改动明细表后，把“影响{place}”改为“否”，汇总表即给出{places_text(scheme)}"
        sheet.ws.write_string(row, 0, note, sheet.styles("line"))
        row += 1
    firsts = [some[0] for some in alike]
    columns = [
        Column("序号", "count", list(range(1, len(alike) + 1)) or [None]),
        Column("单位", "text", [gap.unit for gap in firsts] or [NONE]),
        Column("缺项", "text", [gaps_text(some, scheme) for some in alike] or [None]),
        Column("组成部分", "text", [scheme.leaves()[g.component].title for g in firsts] or [None]),
        Column(f"影响{place}", "centre", [YES if gap.blocking else NO for gap in firsts] or [None]),
        Column("处理", "text",
               [f"补齐前不定{place}" if gap.blocking else missing_text(scheme.missing_for(gap.component))
                for gap in firsts] or [None]),
        Column("位置", "text", [_places([g.place for g in some]) for some in alike] or [None]),
    ]  # fmt: skip
    after = sheet.table(row, columns)
    rows = (row + 1, after - 1)
    return after + 1, GapNames(
        sheet.define("缺项_单位", rows, 1), sheet.define(f"缺项_影响{place}", rows, 4)
    )


def _problems(sheet: Sheet, row: int, report: Report) -> int:
    """The problems, one row for what has one cause."""
    groups = group_problems(report.assessment.problems, context_of(report.assessment))
    row = sheet.section(row, f"二、数据问题（{sum(group.count for group in groups)}处）")
    if not groups:
        return _none(sheet, row)
    columns = [
        Column("序号", "count", list(range(1, len(groups) + 1))),
        Column("文件", "text", [group.heading for group in groups]),
        Column("位置", "text", [_where(group) for group in groups]),
        Column("问题", "text", [CATALOGUE[g.problems[0].kind].title for g in groups]),
        Column("现为", "text", [_differing(p.found for p in g.problems) for g in groups]),
        Column("应为", "text", [_differing(p.expected for p in g.problems) for g in groups]),
        Column("改法", "text", [_differing(_fix(p) for p in g.problems) for g in groups]),
        Column("级别", "centre", [g.problems[0].severity.value for g in groups]),
    ]
    return sheet.table(row, columns) + 1


def _where(group: Group) -> str:
    """The places of a group; in its file where it is one file's."""
    first = group.problems[0]
    if len(group.problems) == 1 and group.count == 1:
        return first.place.within_file()
    places = [
        p.place._replace(file="") if p.place.file == group.heading else p.place
        for p in group.problems
        if p.count == 1
    ]
    return _places(places, group.count)


def _places(places: Sequence[Place | None], count: int = 0) -> str:
    """The first places, and how many there are."""
    count = count or len(places)
    some = [str(place).strip() for place in places[:_FIRST] if place is not None]
    more = f" 等{count}处" if count > len(some) and count > 1 else ""
    return "；".join(some) + more


def _differing(values: Iterable[str]) -> str:
    """What stands in several places: the first of what differs."""
    known = list(dict.fromkeys(value for value in values if value))
    return "；".join(known[:_FIRST]) + (" 等" if len(known) > _FIRST else "")


def _fix(problem: Problem) -> str:
    return problem.fix or CATALOGUE[problem.kind].fix


def write_rows(report: Report, name: str) -> None:
    """Row accounting: every row of every sheet became something, and the sum shows it."""
    # An empty sheet beside the table's own, as a new workbook has, is no news.
    reports = [r for r in report.assessment.reports if r.rows or r.above or r.unused]
    first = _HEADER + 2
    checks = [
        _UNUSED_SHEET
        if r.unused
        else Formula(
            f'=IF(E{at}=SUM(F{at}:K{at}),"相符","不符")', "相符" if r.adds_up() else "不符"
        )
        for at, r in enumerate(reports, first)
    ]
    columns = [
        Column("序号", "count", list(range(1, len(reports) + 1))),
        Column("文件", "text", [r.file for r in reports]),
        Column("工作表", "text", [r.sheet for r in reports]),
        Column("数据表", "text", [r.table for r in reports]),
        Column("表头以下行数", "count", [r.rows for r in reports]),
        Column("读入", "count", [r.read for r in reports]),
        Column("有误未读入", "count", [r.refused for r in reports]),
        Column("空行", "count", [r.blank for r in reports]),
        Column("合计行", "count", [r.total for r in reports]),
        Column("说明行", "count", [r.note for r in reports]),
        Column("重复表头", "count", [r.header for r in reports]),
        Column("核对", "centre", checks),
    ]
    sheet = report.open(name, len(columns), "考核数据行数核对", f"共{len(reports)}张表")
    sheet.widths((6, 60, 16, 16, 13, 9, 11, 9, 9, 9, 9, 9))
    after = sheet.table(_HEADER, columns)
    sheet.freeze(_HEADER, 2)
    sheet.fit(_HEADER, after)


def has_passed_over(assessment: Assessment) -> bool:
    """Whether rows hold text but no data, so that the workbook lists them."""
    return any(r.no_data for r in assessment.reports)


def write_passed_over(report: Report, name: str) -> None:
    """The rows that hold text but no data, so that whoever signs can see that none was lost. A sheet
    of their own: on paper every page of a table has the header of that table."""
    reports = report.assessment.reports
    rows = [(r.file, r.sheet, passed) for r in reports for passed in r.no_data]
    columns = [
        Column("序号", "count", list(range(1, len(rows) + 1))),
        Column("文件", "text", [file for file, _, _ in rows]),
        Column("工作表", "text", [name for _, name, _ in rows], (12, 24)),
        Column("行", "count", [passed.row for _, _, passed in rows]),
        Column("内容", "text", [clip(passed.text, 100) for _, _, passed in rows]),
    ]
    count = sum(r.total + r.note for r in reports)
    listed = f"，列出前{len(rows)}行" if count > len(rows) else ""
    sheet = report.open(name, len(columns), "考核资料中不作为数据的行", f"共{count}行{listed}")
    sheet.widths((6, 60, columns[2].width(), 9, 58))
    after = sheet.table(_HEADER, columns)
    sheet.freeze(_HEADER, 2)
    sheet.fit(_HEADER, after)


def write_sources(report: Report, name: str) -> None:
    """The sources with their hashes: any result can be computed from them again."""
    files = report.assessment.files
    columns = [
        Column("序号", "count", list(range(1, len(files) + 1))),
        Column("文件", "text", [f.file for f in files]),
        Column("SHA-256", "text", [f.sha256 for f in files]),
    ]
    sheet = report.open(name, len(columns), "考核原始文件", f"共{len(files)}个文件")
    sheet.widths((6, 60, 72))
    after = sheet.table(_HEADER, columns)
    sheet.freeze(_HEADER, 2)
    sheet.fit(_HEADER, after)


def _ignored(sheet: Sheet, row: int, report: Report) -> int:
    unused = [p.place.file for p in report.assessment.problems if p.kind == _UNUSED]
    names = list(dict.fromkeys([*unused, *report.assessment.ignored]))
    row = sheet.section(row, f"三、未使用的文件（{len(names)}个）")
    if not names:
        return _none(sheet, row)
    columns = [
        Column("序号", "count", list(range(1, len(names) + 1))),
        Column("文件", "text", names),
    ]
    return sheet.table(row, columns) + 1


def _none(sheet: Sheet, row: int) -> int:
    sheet.ws.write_string(row, 0, NONE, sheet.styles("line"))
    return row + 2
