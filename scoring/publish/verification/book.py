"""核查表.xlsx: a period's items for the verifiers, with live hints and progress; 报送情况."""

from __future__ import annotations

from itertools import groupby
from typing import Any, assert_never

from xlsxwriter.utility import quote_sheetname, xl_col_to_name

from scoring.enums import Scoring
from scoring.intake.assessment import Assessment
from scoring.intake.form_columns import CLAIMED_COUNTS, COUNT_FIELDS, VERIFIED_COUNTS
from scoring.intake.returned import FILES, HINT, MADE, NOTE, PART, SCORE, SOURCE, UNNAMED
from scoring.points import SCALE
from scoring.problems import CATALOGUE
from scoring.publish.evidence.words import item_remark
from scoring.publish.files import stable_zip
from scoring.publish.sheets.sheet import Book, Cell, Column, Formula, Sheet
from scoring.publish.sheets.style import RED
from scoring.publish.verification import hints as rules
from scoring.publish.verification.evidence import write_evidence
from scoring.verification.judge import (
    FINE,
    NOT_APPLICABLE,
    finding_text,
    hint,
    is_verified,
    lacks_evidence,
    option_name,
)
from scoring.verification.model import Arrival, Counts, Gathered, Item, Submission
from scoring.wording.numbers import BLANK, day

ITEMS, PROGRESS, ARRIVALS, PROBLEMS = "核查表", "核查进度", "报送情况", "数据问题"
EVIDENCE = "证明材料"
NO_EVIDENCE = "（有自评分，没有写证明材料）"
_HEADER = 2
_FREE = {"autofilter": True, "format_columns": True, "format_rows": True, "sort": True}
"""What stays possible on a protected sheet."""


def verification_book(gathered: Gathered, assessment: Assessment) -> bytes:
    """The workbook as bytes; the same input gives the same bytes."""
    year, settings = assessment.settings.year, assessment.settings
    title = f"{settings.region or ''}{year}年{gathered.period}{assessment.scheme.subject}"
    listed = gathered.evidence is not None
    names = [ITEMS, PROGRESS, ARRIVALS, *([EVIDENCE] if listed else [])]
    names += [PROBLEMS] if gathered.problems else []
    book = Book(f"{title}核查表", names, settings.as_of_day(), 2)
    letters = _write_items(book, gathered, title)
    _write_progress(book, gathered, title, letters)
    _write_arrivals(book, gathered, title, letters)
    if gathered.evidence is not None:
        write_evidence(book, EVIDENCE, gathered, gathered.evidence, f"{title}证明材料")
    if gathered.problems:
        _write_problems(book, gathered, title)
    return stable_zip(book.close())


def arrival_text(form: Submission) -> str:
    """报送情况 in a word."""
    match form.arrival:
        case Arrival.LATE:
            return f"迟报{form.days_late}天"
        case Arrival.IN_TIME:
            return "按期"
        case Arrival.UNDATED:
            return "未写报送日期"
        case Arrival.UNREAD:
            return "有问题，未读入"
        case Arrival.MISSING:
            return "未报送"
        case _ as other:
            assert_never(other)


# 核查表


def _columns(gathered: Gathered) -> list[Column]:
    items = gathered.items
    ways = dict.fromkeys(
        leaf.scoring
        for component in gathered.components.values()
        for group in component.trees()
        for leaf in component.items(group)
    )

    def counts(names: dict[Scoring, tuple[str, ...]], style: str, of: str) -> list[Column]:
        return [
            Column(
                name, style, [_count(getattr(i, of), i, way, name) for i in items], (8, 8)
            )
            for way in ways
            for name in names[way]
        ]  # fmt: skip

    criteria = [i.leaf.indicator.criteria for i in items]
    titles = {key: component.title for key, component in gathered.components.items()}
    part = [Column(PART, "centre", [titles[i.component] for i in items], (8, 12))]
    return [
        Column("责任单位", "text", [i.responsible or UNNAMED for i in items], (10, 14)),
        *(part if len(titles) > 1 else []),
        Column("指标编号", "centre", [i.leaf.code for i in items], (9.5, 12)),
        Column("一级指标", "text", [i.leaf.area for i in items], (9, 10)),
        Column("二级指标", "text", [i.leaf.title for i in items], (10, 13)),
        *([Column("评分标准", "text", criteria, (12, 24))] if any(criteria) else []),
        Column("单位", "text", [i.unit for i in items], (12, 17)),
        Column("期次", "centre", [i.period for i in items], (7, 9)),
        Column("分值", "points", [i.leaf.most / SCALE for i in items], (6, 6)),
        Column("自评分", "points", [_score(i, i.claim.score) for i in items], (7, 8)),
        *counts(CLAIMED_COUNTS, "points", "claim"),
        Column("自评说明", "text", [i.claim_note for i in items], (9, 24)),
        Column("证明材料", "text", [_evidence(i) for i in items], (9, 22)),
        *_files(gathered),
        Column(SCORE, "fill_in", [_verified(i) for i in items], (9, 9)),
        *counts(VERIFIED_COUNTS, "fill_in", "finding"),
        Column(NOTE, "fill_in_text", [i.finding.note for i in items], (24, 24)),
        Column(HINT, "text", [], (15, 15)),
        Column(SOURCE, "text", [f"{i.place}" for i in items], (20, 40)),
        Column(MADE, "text", [finding_text(i.leaf, i.finding) for i in items], (20, 20)),
    ]


def _count(side: Any, item: Item, way: Scoring, name: str) -> Cell:
    counts: Counts = side if isinstance(side, Counts) else side.counts
    number: int | None = getattr(counts, COUNT_FIELDS[name])
    return number if item.leaf.scoring == way else None


def _evidence(item: Item) -> str:
    """What the form says of evidence; that it says nothing where there are points for the item."""
    lacking = lacks_evidence(item.leaf, item.claim, item.evidence)
    return NO_EVIDENCE if lacking else item.evidence


def _files(gathered: Gathered) -> list[Column]:
    """What lies in the folder 证明材料 for each item, where there is one."""
    evidence = gathered.evidence
    if evidence is None:
        return []
    said = []
    for item in gathered.items:
        files = evidence.of(item.unit, item.period, item.leaf.code)
        said.append(item_remark(files) if files else "没有材料文件")
    return [Column(FILES, "text", said, (10, 16))]


def _score(item: Item, score: int | None) -> Cell:
    if score is None or item.leaf.scoring == Scoring.OPTIONS:
        return option_name(item.leaf, score) or None
    return score / SCALE


def _verified(item: Item) -> Cell:
    if item.finding.not_applicable:
        return NOT_APPLICABLE
    if VERIFIED_COUNTS[item.leaf.scoring]:
        return None
    return _score(item, item.finding.counts.score)


def _write_items(book: Book, gathered: Gathered, title: str) -> dict[str, str]:
    """The main sheet; gives the letters of its columns by title."""
    columns = _columns(gathered)
    letters = {column.title: xl_col_to_name(at) for at, column in enumerate(columns)}
    at = {column.title: n for n, column in enumerate(columns)}
    hints = [
        Formula(rules.hint_formula(item, letters, row), hint(item.leaf, item.claim, item.finding))
        for row, item in enumerate(gathered.items, _HEADER + 2)
    ]
    columns[at[HINT]] = Column(HINT, "text", hints, (15, 15))
    sheet = Sheet(book, ITEMS, at[SOURCE])
    sheet.texts_like_numbers()
    sheet.title(0, f"{title}核查表", provisional=False)
    sheet.line(
        1,
        "只填底色为黄色的各列：核查得分（不适用的填“不适用”）；低于自评的，写明核查说明。"
        "右边的核查提示为空，该项就填好了。",
    )
    sheet.widths(column.width() for column in columns)
    after = sheet.table(_HEADER, columns)
    last = max(after - 1, _HEADER + 1)
    ws = sheet.ws
    ws.autofilter(_HEADER, 0, last, at[SOURCE])
    sheet.freeze(_HEADER, 0)
    ws.set_column(at[MADE], at[MADE], 20, None, {"hidden": True})
    ws.print_area(0, 0, last, at[HINT])
    ws.conditional_format(
        _HEADER + 1, at[HINT], last, at[HINT],
        {"type": "no_blanks", "format": book.book.add_format({"font_color": RED})},
    )  # fmt: skip
    at_evidence = at["证明材料"]
    ws.conditional_format(
        _HEADER + 1, at_evidence, last, at_evidence,
        {"type": "cell", "criteria": "==", "value": f'"{NO_EVIDENCE}"',
         "format": book.book.add_format({"font_color": RED})},
    )  # fmt: skip
    _validate(ws, gathered, letters, at)
    ws.protect("", _FREE)
    return letters


def _validate(ws: Any, gathered: Gathered, letters: dict[str, str], at: dict[str, int]) -> None:
    """Drop-downs and limits, one for each run of rows that are scored alike."""
    row = _HEADER + 1

    def alike(item: Item) -> Any:
        step = gathered.components[item.component].step
        return item.leaf.scoring, item.leaf.most, step, tuple(item.leaf.indicator.options or ())

    for (way, most, step, options), run in groupby(gathered.items, alike):
        end = row + len(list(run)) - 1
        where = (row, at[SCORE], end, at[SCORE])
        ws.data_validation(
            *where, rules.score_validation(way, most, step, options, letters, row + 1)
        )
        for name in VERIFIED_COUNTS[way]:
            ws.data_validation(
                row, at[name], end, at[name], rules.count_validation(name, letters, row + 1)
            )
        row = end + 1


# 核查进度, 报送情况, 数据问题


def _span(letters: dict[str, str], title: str, count: int) -> str:
    """The cells of a column of 核查表 as a formula names them."""
    letter = letters[title]
    first = _HEADER + 2
    return f"{quote_sheetname(ITEMS)}!${letter}${first}:${letter}${first + max(count, 1) - 1}"


def _write_progress(book: Book, gathered: Gathered, title: str, letters: dict[str, str]) -> None:
    items = gathered.items
    names = list(dict.fromkeys(i.responsible or UNNAMED for i in items))
    who, said = (_span(letters, t, len(items)) for t in ("责任单位", HINT))
    of = {name: [i for i in items if (i.responsible or UNNAMED) == name] for name in names}
    sheet = Sheet(book, PROGRESS, 5, portrait=True)
    sheet.title(0, f"{title}核查进度", provisional=False)
    sheet.line(1, "随核查表的填写自动更新。")
    first = _HEADER + 2

    def live(name: str, row: int) -> list[Formula]:
        mine = of[name]
        lacking = sum(not is_verified(i.leaf, i.finding) for i in mine)
        open_ = sum(hint(i.leaf, i.claim, i.finding) != FINE for i in mine) - lacking
        return [
            Formula(f"=COUNTIF({who},A{row})", len(mine)),
            Formula(f"=B{row}-D{row}", len(mine) - lacking),
            Formula(f'=COUNTIFS({who},A{row},{said},"缺*")', lacking),
            Formula(f'=COUNTIFS({who},A{row},{said},"?*")-D{row}', open_),
        ]

    rows = [live(name, row) for row, name in enumerate(names, first)]
    last = first + len(names) - 1
    sums = [
        Formula(f"=SUM({c}{first}:{c}{max(last, first)})", sum(int(r[n].value) for r in rows))
        for n, c in enumerate("BCDE")
    ]
    titles = ("项数", "已核查", "未核查", "须修改或补说明")
    columns = [Column("责任单位", "text", names, (24, 36))] + [
        Column(head, "count", [r[n] for r in rows], (11, 11)) for n, head in enumerate(titles)
    ]
    sheet.widths(column.width() for column in columns)
    after = sheet.table(_HEADER, columns)
    sheet.ws.write_string(after, 0, "合计", sheet.styles("centre", strong=True))
    for n, formula in enumerate(sums, 1):
        sheet.column(after, n, [formula], sheet.styles("count", strong=True))
    sheet.freeze(_HEADER, 0)
    sheet.ws.protect("", _FREE)


def _write_arrivals(book: Book, gathered: Gathered, title: str, letters: dict[str, str]) -> None:
    forms = gathered.submissions
    items = gathered.items
    titles = {key: component.title for key, component in gathered.components.items()}
    unit, said = (_span(letters, t, len(items)) for t in ("单位", HINT))
    part = _span(letters, PART, len(items)) if PART in letters else None
    more = [Column(PART, "centre", [titles[f.component] for f in forms], (8, 12))] if part else []
    name_at, part_at = xl_col_to_name(1 + len(more)), "A"

    def live(form: Submission, row: int, lacking: bool) -> Formula:
        mine = [i for i in items if (i.component, i.unit) == (form.component, form.unit)]
        number = sum(not is_verified(i.leaf, i.finding) for i in mine) if lacking else len(mine)
        which = f"{unit},{name_at}{row}" + (f",{part},{part_at}{row}" if part else "")
        also = f',{said},"缺*"' if lacking else ""
        return Formula(f"=COUNTIFS({which}{also})", number)

    first = _HEADER + 2
    columns = [
        *more,
        Column("类别", "centre", [f.group for f in forms], (8, 12)),
        Column("单位", "text", [f.unit for f in forms], (24, 34)),
        Column("报送期限", "date", [f.due for f in forms], (12, 12)),
        Column("报送日期", "date", [f.submitted or BLANK for f in forms], (12, 12)),
        Column("报送情况", "centre", [arrival_text(f) for f in forms], (14, 16)),
        Column("项数", "count", [live(f, r, False) for r, f in enumerate(forms, first)], (7, 7)),
        Column("未核查", "count", [live(f, r, True) for r, f in enumerate(forms, first)], (8, 8)),
    ]
    sheet = Sheet(book, ARRIVALS, len(columns), portrait=True)
    sheet.title(0, f"{title}考核表报送情况", provisional=False)
    sheet.line(1, arrivals_line(gathered))
    sheet.widths(column.width() for column in columns)
    after = sheet.table(_HEADER, columns)
    red = book.book.add_format({"font_color": RED})
    at = len(more) + 4
    sheet.ws.conditional_format(
        _HEADER + 1, at, after, at,
        {"type": "text", "criteria": "not containing", "value": "按期", "format": red},
    )  # fmt: skip
    sheet.ws.autofilter(_HEADER, 0, max(after - 1, _HEADER + 1), len(columns) - 1)
    sheet.freeze(_HEADER, 0)
    sheet.ws.protect("", _FREE)


def arrivals_line(gathered: Gathered) -> str:
    """报送情况 in one line: how many came in time, late, not at all."""
    counts = {
        "应报送": len(gathered.submissions),
        "按期": sum(f.arrival == Arrival.IN_TIME for f in gathered.submissions),
        "迟报": sum(f.arrival == Arrival.LATE for f in gathered.submissions),
        "未写报送日期": sum(f.arrival == Arrival.UNDATED for f in gathered.submissions),
        "有问题未读入": sum(f.arrival == Arrival.UNREAD for f in gathered.submissions),
        "未报送": sum(f.arrival == Arrival.MISSING for f in gathered.submissions),
    }
    due = dict.fromkeys(day(f.due) for f in gathered.submissions)
    shown = [f"{k}{n}份" for k, n in counts.items() if n or k in ("应报送", "未报送")]
    return f"报送期限{'、'.join(due)}；" + "，".join(shown) + "。"


def _write_problems(book: Book, gathered: Gathered, title: str) -> None:
    problems = gathered.problems
    columns = [
        Column("文件", "text", [p.place.file for p in problems], (24, 40)),
        Column("位置", "text", [p.place.within_file() for p in problems], (14, 26)),
        Column("问题", "text", [CATALOGUE[p.kind].title for p in problems], (16, 24)),
        Column("现为", "text", [p.found for p in problems], (10, 24)),
        Column("应为", "text", [p.expected for p in problems], (10, 28)),
        Column("改法", "text", [p.fix or CATALOGUE[p.kind].fix for p in problems], (20, 36)),
    ]
    sheet = Sheet(book, PROBLEMS, len(columns))
    sheet.title(0, f"{title}考核表的数据问题", provisional=False)
    sheet.line(1, "有错误的行和整份有问题的考核表没有列入核查表；改正后重新制表。")
    sheet.widths(column.width() for column in columns)
    sheet.table(_HEADER, columns)
    sheet.freeze(_HEADER, 0)
    sheet.ws.set_tab_color(RED)
