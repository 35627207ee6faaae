"""The form's workbook: the sheet 考核表 that is filled in, 预估 beside it, 测算 hidden behind."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from xlsxwriter.utility import xl_col_to_name

from scoring.enums import NotApplicable, Scoring
from scoring.intake.form_columns import CLAIMED_COUNTS, VERIFIED_COUNTS
from scoring.points import SCALE, format_points
from scoring.publish.forms.estimate import write_estimate
from scoring.publish.forms.formulas import area_points, item_points, self_score, whole_form
from scoring.publish.forms.hints import hint
from scoring.publish.forms.parts import FormCells
from scoring.publish.forms.plan import AreaPlan, FormPlan, Item
from scoring.publish.sheets.fill_in import FillBook, Page, spread
from scoring.rules import cells as live
from scoring.rules.cells import Live, Value
from scoring.scheme import Leaf
from scoring.wording.numbers import day

SHEET, ESTIMATE, WORKINGS = "考核表", "预估", "测算"

_LEVELS = ("一级指标", "二级指标", "三级指标", "四级指标", "五级指标", "六级指标")
_WIDTHS = {
    "指标编号": 9.0, "评分标准": 22.0, "分值": 6.5, "自评分": 8.5, "自评说明": 26.0, "证明材料": 26.0,
    "折合分值": 8.5, "折合得分": 8.5, "核查得分": 8.5, "核查单位": 11.0, "核查说明": 15.0,
    "填报提示": 16.0,
}  # fmt: skip
_COUNT_WIDTH = 8.5
_MANY = 14
_HEAD, _NOTE, _HEADER = 1, 4, 5
_LEAST = 33.0
_SIGN = "单位（盖章）：" + "　" * 12 + "年　　月　　日　　"


def form_workbook(plan: FormPlan) -> bytes:
    """The workbook of one unit's form. The same plan gives the same bytes."""
    book = FillBook(plan.title, plan.as_of)
    cells = _Form(book, plan).write()
    write_estimate(Page(book, ESTIMATE), Page(book, WORKINGS, hidden=True), plan, cells)
    return book.close()


@dataclass
class _Sums:
    """The subtotals that the total adds up, by column."""

    cells: dict[str, list[Live]] = field(default_factory=dict)

    def add(self, column: str, cell: Live) -> None:
        self.cells.setdefault(column, []).append(cell)


class _Form:
    """Writes the sheet 考核表."""

    def __init__(self, book: FillBook, plan: FormPlan) -> None:
        self.plan = plan
        self.page = Page(book, SHEET)
        items = plan.items()
        leaves = [item.leaf for item in items]
        self.ways = list(
            dict.fromkeys(leaf.scoring for leaf in leaves if CLAIMED_COUNTS[leaf.scoring])
        )
        self.depth = max(len(item.levels) for item in items) + 1
        self.by_weight = any(leaf.points != leaf.full for leaf in leaves)
        self.folds = self.by_weight or any(leaf.scoring == Scoring.OPTIONS for leaf in leaves)
        self.columns = self._columns()
        self.at = {name: index for index, name in enumerate(self.columns)}
        self.worth = "折合分值" if self.by_weight else "分值"
        self.gives = "折合得分" if self.folds else "自评分"
        self.checks = not self.folds and not self.ways
        self.hints: list[tuple[str, str, Live]] = []

    def _columns(self) -> list[str]:
        own = [name for way in self.ways for name in CLAIMED_COUNTS[way]]
        checked = [name for way in self.ways for name in VERIFIED_COUNTS[way]]
        return [
            "指标编号", *_LEVELS[: self.depth], "评分标准", "分值", "自评分", *own,
            *(["折合分值"] if self.by_weight else []), *(["折合得分"] if self.folds else []),
            "自评说明", "证明材料", "核查得分", *checked, "核查单位", "核查说明", "填报提示",
        ]  # fmt: skip

    def write(self) -> FormCells:
        page, plan = self.page, self.plan
        page.print_set_up(self._width(name) for name in self.columns)
        last = len(self.columns) - 1
        page.put(0, 0, plan.title, "title", last)
        page.row_height(0, least=34)
        sent = self._head()
        page.put(_NOTE, 0, self._note(), "note", last)
        page.row_height(_NOTE, page.lines(self._note(), 0, last), least=20)
        self._header()
        row, sums, areas = _HEADER + 1, _Sums(), []
        starts = []
        for area in plan.areas:
            starts.append(row)
            row, cell = self._area(row, area, sums)
            areas.append((area.title, plan.area_worth(area), cell))
        row, raw = self._total(row, sums)
        row, whole = self._whole(row, raw)
        row += 1
        page.put(row, 0, _SIGN, "sign", last)
        page.row_height(row, least=44)
        page.break_pages(_HEADER, starts, row + 1)
        ws = page.ws
        ws.freeze_panes(_HEADER + 1, self.depth + 1)
        ws.repeat_rows(_HEADER)
        ws.print_area(0, 0, row, last)
        ws.ignore_errors({"number_stored_as_text": f"A1:{xl_col_to_name(last)}{row + 2}"})
        self._mark_wrong(row)
        page.protect()
        return FormCells(raw, whole, sent, tuple(areas), tuple(self.hints))

    def _width(self, name: str) -> float:
        if name in _WIDTHS:
            # Many columns leave less room for each on one page.
            wide = len(self.columns) > _MANY and _WIDTHS[name] > 20
            return 20.0 if wide else _WIDTHS[name]
        if name in _LEVELS:
            return 16.0 if _LEVELS.index(name) == self.depth - 1 else 12.0
        return _COUNT_WIDTH

    def _head(self) -> Live:
        """The labels above the table, each with its value in the next cell; gives 报送日期."""
        plan, page = self.plan, self.page
        rows: list[list[tuple[str, str | None]]] = [
            [("单位", plan.unit.name), ("类别", plan.unit.group), ("考核年度", f"{plan.year}年")],
            [("期次", plan.period.name), ("报送期限", day(plan.due)), ("报送日期", None)],
            [("填表人", None), ("联系电话", None), ("单位负责人", None)],
        ]
        runs = spread([self._width(name) for name in self.columns], 3)
        sent = Live("", None)
        for row, pairs in enumerate(rows, _HEAD):
            page.row_height(row, least=23)
            for (first, last), (label, value) in zip(runs, pairs, strict=True):
                split = first
                while page.width(first, split) < 12 and split < last - 1:
                    split += 1
                page.put(row, first, label, "label", split)
                style = (
                    "middle" if value else "input_day" if label == "报送日期" else "input_string"
                )
                cell = page.put(row, split + 1, value, style, last)
                if label == "报送日期":
                    sent = cell
                    page.ws.data_validation(row, split + 1, row, split + 1, {
                        "validate": "date", "criteria": ">=", "value": date(plan.year, 1, 1),
                        "input_title": "报送日期", "input_message": f"写报送的那一天，如 {plan.due:%Y-%m-%d}",
                        "error_title": "日期不对", "error_message": f"请写{plan.year}年1月1日以后的日期，如 {plan.due:%Y-%m-%d}",
                    })  # fmt: skip
        return sent

    def _note(self) -> str:
        counts = "、".join(f"“{name}”" for way in self.ways for name in CLAIMED_COUNTS[way])
        graded = "和等次" if self.plan.scheme.grades else ""
        by_counts = f"；按件数计分的填{counts}，自评分自动算出" if counts else ""
        return (
            f"填写说明：黄底格由单位填写，逐项填自评分、自评说明，有得分的写明证明材料（文件名称、文号或网页地址）{by_counts}；"
            "灰底格由核查单位填写；其余自动计算，不用填。最后一列提示本行还缺什么。"
            f"填好后看“{ESTIMATE}”表：预估的综合成绩{graded}，还有哪些没填。整个文件原样报送，不要改指标编号、删行或另存为其他格式。"
        )

    def _header(self) -> None:
        page = self.page
        office = {"核查得分", "核查单位", "核查说明"} | {
            n for names in VERIFIED_COUNTS.values() for n in names
        }
        for index, name in enumerate(self.columns):
            page.put(_HEADER, index, name, "office_header" if name in office else "header")
        page.row_height(_HEADER, 2)
        wanted = self.plan.component.evidence
        page.ws.write_comment(
            _HEADER, self.at["证明材料"],
            (f"需要的证明材料：{wanted}。\n" if wanted else "")
            + "请写明文件名称、文号或网页地址；材料本身放在“证明材料”文件夹中一并报送。",
            _box(5),
        )  # fmt: skip

    # The rows of an area, then its subtotal

    def _area(self, row: int, area: AreaPlan, sums: _Sums) -> tuple[int, Live]:
        first = row
        given: list[Value] = []
        for item in area.items:
            given.append(self._item(row, item).value)
            row += 1
        self._merge_levels(first, area)
        return row + 1, self._subtotal(row, first, area, given, sums)

    def _item(self, row: int, item: Item) -> Live:
        """One item; gives the cell of the points it gets."""
        page, leaf, at = self.page, item.leaf, self.at
        page.put(row, 0, leaf.code, "middle")
        page.put(row, self.depth, leaf.title, "text")
        for level in range(1, self.depth):
            page.put(row, level, None, "area")
        criteria = _criteria(leaf, self.plan.component.step)
        page.put(row, at["评分标准"], criteria, "text")
        page.put(row, at["分值"], leaf.full / SCALE, "points")
        counts = self._counts(row, leaf)
        column = at["自评分"]
        if CLAIMED_COUNTS[leaf.scoring]:
            score = self_score(leaf, [page.here(c) for c in counts])
            own = page.put(row, column, score, "points")
        else:
            style = "input" if leaf.scoring == Scoring.POINTS else "input_string"
            own = page.put(row, column, None, style)
            self._validate(row, column, leaf, page.here(own))
        gives = own
        if self.folds:
            points = item_points(leaf, page.here(own), [page.here(c) for c in counts])
            gives = page.put(row, at["折合得分"], points, "points")
        if self.by_weight:
            page.put(row, at["折合分值"], leaf.points / SCALE, "points")
        page.put(row, at["自评说明"], None, "input_text")
        evidence = page.put(row, at["证明材料"], None, "input_text")
        self._evidence_note(row, item)
        self._office_cells(row, leaf)
        described = hint(leaf, self.plan.component, page.here(own),
                    tuple(page.here(c) for c in counts), page.here(evidence))  # fmt: skip
        self.hints.append((leaf.code, leaf.title, page.put(row, at["填报提示"], described, "hint")))
        lines = max(page.lines(criteria, at["评分标准"]), page.lines(leaf.title, self.depth),
                    page.lines(leaf.verifier, at["核查单位"]))  # fmt: skip
        page.row_height(row, lines, least=_LEAST, grows=True)
        return gives

    def _counts(self, row: int, leaf: Leaf) -> list[Live]:
        """The unit's own counts where the item wants them; other items' cells are shaded."""
        cells = []
        for way in self.ways:
            for name in CLAIMED_COUNTS[way]:
                mine = way == leaf.scoring
                cell = self.page.put(row, self.at[name], None, "input" if mine else "office")
                if mine:
                    cells.append(cell)
                    self.page.ws.data_validation(row, self.at[name], row, self.at[name], {
                        "validate": "integer", "criteria": ">=", "value": 0,
                        "error_title": f"{name}不对", "error_message": f"{name}应为不小于0的整数",
                    })  # fmt: skip
        return cells

    def _validate(self, row: int, column: int, leaf: Leaf, own: Live) -> None:
        step, full = self.plan.component.step, format_points(leaf.full)
        rule: dict[str, object]
        if leaf.indicator.options:
            options = leaf.indicator.options
            rule = {"validate": "list", "source": list(options),
                    "input_message": "、".join(f"{n}（{format_points(p)}分）" for n, p in options.items()),
                    "error_message": f"请从{'、'.join(options)}中选一个"}  # fmt: skip
        elif step is not None:
            parts = f"ROUND({own.text}/{format_points(step)},8)"
            rule = {"validate": "custom",
                    "value": f"=AND(ISNUMBER({own.text}),{own.text}>=0,{own.text}<={full},{parts}=INT({parts}))",
                    "input_message": f"0到{full}分，以{format_points(step)}分为单位",
                    "error_message": f"自评分应为0到{full}的数字，且是{format_points(step)}的整数倍"}  # fmt: skip
        else:
            rule = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": leaf.full / SCALE,
                    "input_message": f"0到{full}分", "error_message": f"自评分应为0到{full}的数字"}  # fmt: skip
        self.page.ws.data_validation(row, column, row, column, {
            **rule, "input_title": f"{leaf.code} 自评分"[:32], "error_title": "自评分不对"})  # fmt: skip

    def _evidence_note(self, row: int, item: Item) -> None:
        leaf = item.leaf
        lines = [f"{leaf.code} {leaf.title}"]
        if item.evidence:
            lines.append(f"证明材料：{item.evidence}")
        if leaf.indicator.criteria:
            lines.append(f"评分标准：{leaf.indicator.criteria}")
        if len(lines) > 1:
            text = "\n".join(lines)
            height = sum(-(-len(line) // 16) for line in lines)
            self.page.ws.write_comment(row, self.at["证明材料"], text, _box(height + 1))

    def _office_cells(self, row: int, leaf: Leaf) -> None:
        page, at = self.page, self.at
        page.put(row, at["核查得分"], None, "office")
        for way in self.ways:
            for name in VERIFIED_COUNTS[way]:
                page.put(row, at[name], None, "office")
        page.put(row, at["核查单位"], leaf.verifier or None, "office")
        page.put(row, at["核查说明"], None, "office_text")

    def _merge_levels(self, first: int, area: AreaPlan) -> None:
        """The titles of the levels, over the rows of their items."""
        for level in range(1, self.depth):
            start = 0
            for index in range(1, len(area.items) + 1):
                same = index < len(area.items) and (
                    area.items[index].levels[:level] == area.items[start].levels[:level]
                )
                if same:
                    continue
                levels = area.items[start].levels
                title = levels[level - 1] if level <= len(levels) else None
                top, bottom = first + start, first + index - 1
                if title and bottom > top:
                    self.page.merge_down(top, bottom, level, title, "area")
                elif title:
                    self.page.put(top, level, title, "area")
                start = index

    def _subtotal(
        self, row: int, first: int, area: AreaPlan, given: list[Value], sums: _Sums
    ) -> Live:
        page, at = self.page, self.at
        self._shade(row, "total", "小计")
        letter = xl_col_to_name(at[self.worth])
        points = sum(item.leaf.points for item in area.items)
        added = live.sum_of(f"{letter}{first + 1}:{letter}{row}", [live.constant(points).value])
        component = self.plan.component
        worth = self.plan.area_worth(area)
        shown = added if worth == points else live.constant(worth)
        sums.add(self.worth, page.put(row, at[self.worth], shown, "total"))
        letter = xl_col_to_name(at[self.gives])
        got = live.sum_of(f"{letter}{first + 1}:{letter}{row}", given)
        got = area_points(component, area.cap, got, points, area.spared)
        if area.cap is not None:
            note = f"本级最高{format_points(area.cap)}分"
            if area.spared and component.not_applicable == NotApplicable.FULL:
                note += f"，不适用的指标按满分{format_points(area.spared)}分计入"
            page.put(row, at["自评说明"], note, "total_text")
        cell = page.put(row, at[self.gives], got, "total")
        sums.add(self.gives, cell)
        if self.checks:
            letter = xl_col_to_name(at["核查得分"])
            cells = f"{letter}{first + 1}:{letter}{row}"
            checked = live.sum_of(cells, [])
            checked = area_points(component, area.cap, checked, points, area.spared)
            shown = live.when(Live(f"COUNT({cells})=0", True, 0), live.NOTHING, checked)
            sums.add("核查得分", page.put(row, at["核查得分"], shown, "total"))
        page.row_height(row, least=21)
        return cell

    def _total(self, row: int, sums: _Sums) -> tuple[int, Live]:
        self._shade(row, "grand", "合计")
        raw = Live("", None)
        for column, cells in sums.cells.items():
            here = [self.page.here(cell) for cell in cells]
            exact = live.total(here)
            added = Live("+".join(f"N({c.text})" for c in here), exact.value, 1)
            if column == "核查得分":
                counted = f"COUNT({','.join(c.text for c in here)})=0"
                added = live.when(Live(counted, True, 0), live.NOTHING, added)
            cell = self.page.put(row, self.at[column], added, "grand")
            if column == self.gives:
                raw = cell
        self.page.row_height(row, least=23)
        return row, raw

    def _whole(self, row: int, raw: Live) -> tuple[int, Live]:
        """The row that makes up for items that do not apply, where some do not."""
        plan = self.plan
        if plan.applicable == plan.component.full:
            return row, raw
        row += 1
        self._shade(row, "grand", "折算合计")
        page, full = self.page, format_points(plan.component.full)
        page.put(row, self.at[self.worth], plan.component.full / SCALE, "grand")
        how = (
            "其余折算为"
            if plan.component.not_applicable == NotApplicable.RESCALE
            else "按满分计，共"
        )
        column, text = self.at["自评说明"], f"不适用的指标不列，{how}{full}分"
        page.put(row, column, text, "grand_text")
        page.row_height(row, page.lines(text, column), least=23)
        whole = whole_form(plan.component, page.here(raw), plan.applicable)
        return row, page.put(row, self.at[self.gives], whole, "grand")

    def _shade(self, row: int, style: str, label: str) -> None:
        for index in range(1, len(self.columns)):
            self.page.put(row, index, None, style)
        self.page.put(row, 0, label, style)

    def _mark_wrong(self, last: int) -> None:
        """A red 自评分 where the hint says that it is wrong, not only missing."""
        top, letter = _HEADER + 2, xl_col_to_name(self.at["填报提示"])
        wrong = f'=AND(LEN(${letter}{top})>0,LEFT(${letter}{top},1)<>"缺")'
        look = self.page.format({"bg_color": "#F8CBAD", "font_color": "#9C0006"})
        column = self.at["自评分"]
        self.page.ws.conditional_format(
            top - 1, column, last, column, {"type": "formula", "criteria": wrong, "format": look}
        )


def _criteria(leaf: Leaf, step: int | None) -> str:
    """评分标准: what the scheme says, else how the item is scored."""
    if leaf.indicator.criteria:
        return leaf.indicator.criteria
    full = format_points(leaf.full)
    options = leaf.indicator.options
    if options:
        return "、".join(f"{name}{format_points(points)}分" for name, points in options.items())
    if leaf.scoring == Scoring.FRACTION:
        return f"{full}分×完成数÷应完成数"
    if leaf.scoring == Scoring.EACH:
        return f"每个问题扣{format_points(leaf.indicator.each or 0)}分，扣完为止"
    return f"0—{full}分" + (f"，以{format_points(step)}分为单位" if step else "")


def _box(lines: int) -> dict[str, object]:
    """The look of a note."""
    return {"width": 260, "height": 20 * lines + 10, "font_size": 9, "author": ""}
