"""预估: the composite and the grade that the unit's own scores would come to, live.

What a reader sees stands on the sheet 预估; the steps in between, and the search for the score
that the next grade takes, stand on the hidden sheet 测算.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from xlsxwriter.utility import xl_rowcol_to_cell

from scoring.intake.forms import ASIDE_LABEL
from scoring.points import SCALE, format_points
from scoring.publish.forms import live
from scoring.publish.forms.formulas import (
    Reckoning,
    given_score,
    late_points,
    period_mean,
)
from scoring.publish.forms.live import NOTHING, Live, compare, constant, quoted, when
from scoring.publish.forms.page import BAR, Page
from scoring.publish.forms.plan import FormPlan
from scoring.publish.forms.target import Target, least_score
from scoring.publish.words import BLANK, day
from scoring.scheme import Combined, Component, Grade, Ledger, Score, SelfAssessment

_WIDTHS = (22.0, 14.0, 12.0, 12.0, 10.0, 12.0, 46.0, 14.0)
_LAST = len(_WIDTHS) - 1
_TEXT, _KEY = 6, 7
THIS_PERIOD = "本期"


@dataclass(frozen=True)
class FormCells:
    """The cells of 考核表 that 预估 looks at: the points of all items, the same with what does not
    apply made up for, 报送日期, the subtotals (title, points, cell), the hints (code, title,
    cell)."""

    raw: Live
    whole: Live
    sent: Live
    areas: tuple[tuple[str, int, Live], ...]
    hints: tuple[tuple[str, str, Live], ...]


@dataclass
class _Scores:
    """The cells of the components: what they come to, what may be filled in, what is asked for."""

    leaves: dict[str, Live] = field(default_factory=dict)
    shown: dict[str, tuple[int, Component]] = field(default_factory=dict)
    asked: list[tuple[str, Live]] = field(default_factory=list)


def write_estimate(page: Page, workings: Page, plan: FormPlan, form: FormCells) -> None:
    """Write both sheets."""
    _Estimate(page, workings, plan, form).write()


class _Workings:
    """The hidden sheet: labelled formulas one under another in its first two columns, the list of
    hints in the next, the searches beside them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.row = 0
        self.search_row = 0

    def put(self, label: str, formula: Live) -> Live:
        self.page.put(self.row, 0, label, "loose")
        self.row += 1
        return self.page.put(self.row - 1, 1, formula, "loose")


class _Estimate:
    def __init__(self, page: Page, workings: Page, plan: FormPlan, form: FormCells) -> None:
        self.page, self.plan, self.form = page, plan, form
        self.workings = _Workings(workings)
        self.scheme, self.group = plan.scheme, plan.unit.group
        self.reckoning = Reckoning(self.scheme, self.group)
        self.scores = _Scores()
        self.decimals = self.scheme.rounding.decimals

    def write(self) -> None:
        page = self.page
        page.print_set_up(_WIDTHS)
        page.put(0, 0, "预估综合成绩和等次", "title", _LAST)
        page.row_height(0, least=34)
        note = (
            "本表由考核表自动算出，只供填报时参考；正式成绩以核查、评估和通报为准。黄底格可以改：填上假定的得分，看成绩和等次怎样变。"
        )
        page.put(1, 0, note, "note", _LAST)
        self._labels(2)
        result = 6  # the rows of the result, written last: they look at what stands below
        missing = self._list_of_hints()
        scores_at = result + 5 + sum(isinstance(c, Score) for c in self.scheme.leaves().values())
        row = self._components(page_section(page, scores_at, "二、各部分成绩"))
        composite = self._composite(row)
        grades = self._grades()
        targets = self._targets()
        row = self._ladder(page_section(page, row + 2, "三、达到各等次还需要什么"), composite, targets)
        row = self._areas(page_section(page, row + 1, "四、各一级指标自评情况"))
        self._to_do(row + 1, missing)
        self._result(page_section(page, result, "一、预估结果"), composite, grades, targets, missing)
        page.ws.freeze_panes(2, 0)
        page.protect()
        self.workings.page.protect()

    def _labels(self, row: int) -> None:
        """What a program needs to know the scheme, the group and the unit from the form alone."""
        plan = self.plan
        pairs = [
            [("单位", plan.unit.name), ("类别", self.group)],
            [("考核年度", f"{plan.year}年"), ("期次", plan.period.name)],
            [("办法名称", self.scheme.title), (ASIDE_LABEL, self.scheme.name)],
            [("考核部分", plan.component.title), ("部分代号", plan.key)],
        ]
        for at, ((one, value), (other, more)) in enumerate(pairs, row):
            self.page.put(at, 0, one, "label")
            self.page.put(at, 1, value, "middle", 3)
            self.page.put(at, 4, other, "label", 5)
            self.page.put(at, 6, more, "middle", 7)

    # 二、各部分成绩

    def _components(self, row: int) -> int:
        for column, title in enumerate(
            ("组成部分", "内容", "已知或假定", "采用得分", "权重", "折合", "说明", "部分代号")
        ):
            self.page.put(row, column, title, "header")
        return self._rows_of(row + 1, dict(self.scheme.components), 0)

    def _rows_of(self, row: int, components: dict[str, Component], level: int) -> int:
        for key, component in components.items():
            title = "　" * level + component.title
            match component:
                case SelfAssessment():
                    row = self._self_assessment(row, key, component, title)
                case Ledger():
                    row = self._ledger(row, key, component, title)
                case Score():
                    row = self._score(row, key, component, title)
                case Combined():
                    self._line(row, key, component, title, "各项加权")
                    row = self._rows_of(row + 1, dict(component.parts), level + 1)
        return row

    def _line(self, row: int, key: str, component: Component, title: str, what: str) -> None:
        """The cells of a row but for its numbers."""
        self.page.put(row, 0, title, "text")
        self.page.put(row, 1, what, "middle")
        for column in range(2, _TEXT):
            self.page.put(row, column, None, "points")
        if component.adds:
            self.page.put(row, 4, "加减分", "middle")
        else:
            self.page.put(row, 4, f"{format_points(component.weight_in(self.group))}%", "middle")
        self.page.put(row, _TEXT, None, "text")
        self.page.put(row, _KEY, key, "key")
        self.scores.shown[key] = (row, component)

    def _told(self, row: int, text: str | Live, style: str = "text") -> None:
        self.page.put(row, _TEXT, text, style)
        if isinstance(text, str):
            self.page.row_height(row, self.page.lines(text, _TEXT), least=21)

    def _self_assessment(self, row: int, key: str, component: SelfAssessment, title: str) -> int:
        """A row for each period, then one for what they come to."""
        mine = key == self.plan.key
        mean_at = row + len(component.periods) if len(component.periods) > 1 else row
        this = self._this_period() if mine else None
        cells: list[Live] = []
        for at, period in enumerate(component.periods, row):
            self._line(at, key, component, title, period.name)
            if at != mean_at:
                self.page.put(at, 4, None, "middle")
            if mine and period.name == self.plan.period.name:
                assert this is not None
                cells.append(self.page.put(at, 3, this[0], "score"))
                self._told(at, this[1])
                continue
            known = self.plan.known.periods.get((key, period.name))
            given = self.page.put(at, 2, known.score if known else None, "input")
            self._limit(at, component.full, f"{component.title}{period.name}")
            instead = this[0] if this else NOTHING
            cells.append(
                self.page.put(at, 3, when(live.is_number(given), given, instead), "score")
            )
            if known:
                self._told(at, f"{known.source}，可以改")
            elif mine:
                self._told(at, "还没有成绩，不填按与本期相同计算")
            else:
                self._told(at, f"还没有成绩，请填假定的得分（满分{format_points(component.full)}分）")
                self._ask(key, f"{component.title}（{period.name}）", given)
        mean = period_mean(self.scheme, key, component, [self.page.here(c) for c in cells])
        if mean_at == row and len(cells) == 1:
            self.scores.leaves[key] = self.workings.put(component.title, period_mean(
                self.scheme, key, component, cells))  # fmt: skip
        else:
            self._line(mean_at, key, component, title, "各期平均" if _even(component) else "各期加权平均")
            self.scores.leaves[key] = self.page.put(mean_at, 3, mean, "score")
            self._told(mean_at, _weights(component))
        self._weighed(mean_at, component, self.scores.leaves[key])
        return mean_at + 1

    def _this_period(self) -> tuple[Live, Live | str]:
        """The form's own score, less what is lost by sending it late."""
        component = self.plan.component
        if component.late is None:
            return self.form.whole, "本表自评分" + ("折算合计" if self.form.whole is not self.form.raw else "合计")
        late = self.workings.put("迟报扣分", late_points(component, self.plan.due, self.form.sent))
        score = self.workings.put(
            "本期得分", live.most(constant(0), self.form.whole - late)
        )
        score = Live(f"ROUND({score.text},4)", score.value)
        told = when(
            compare(late, ">", constant(0)),
            live.joined(quoted("本表自评分，已扣迟报"), late, quoted("分")),
            quoted(f"本表自评分；{day(self.plan.due)}后报送的，每迟一天扣{format_points(component.late.each_day)}分"),
        )
        return score, told

    def _ledger(self, row: int, key: str, component: Ledger, title: str) -> int:
        known = self.plan.known.ledgers[key]
        self._line(row, key, component, title, "台账得分")
        cell = self.page.put(row, 3, known.score, "score")
        self.scores.leaves[key] = cell
        self._weighed(row, component, cell)
        if known.doubts:
            self._told(row, f"{known.source}。得分还不确定：{known.doubts}", "alert")
        else:
            self._told(row, known.source)
        return row + 1

    def _score(self, row: int, key: str, component: Score, title: str) -> int:
        known = self.plan.known.scores.get(key)
        full = format_points(component.full)
        self._line(row, key, component, title, f"满分{full}分")
        given = self.page.put(row, 2, known, "input")
        self._limit(row, component.full, component.title)
        score = given_score(component, self.page.here(given))
        self.scores.leaves[key] = cell = self.page.put(row, 3, score, "score")
        self._weighed(row, component, cell)
        if known is not None:
            self._told(row, "考核文件夹中的得分，可以改成假定的")
        elif self.scheme.missing_for(key) == "reweight":
            self._told(row, f"假定的得分（0到{full}）；不填的不计，其余按权重折算")
        else:
            self._told(row, f"请填假定的得分（0到{full}）")
            self._ask(key, component.title, given)
        return row + 1

    def _ask(self, key: str, title: str, given: Live) -> None:
        if self.scheme.missing_for(key) != "reweight":
            self.scores.asked.append((title, given))

    def _limit(self, row: int, full: int, what: str) -> None:
        """A score that is filled in lies between 0 and the full points."""
        self.page.ws.data_validation(row, 2, row, 2, {
            "validate": "decimal", "criteria": "between", "minimum": 0, "maximum": full / SCALE,
            "input_title": "可以改", "input_message": f"假定的{what}得分，0到{format_points(full)}"[:250],
            "error_title": "得分不对", "error_message": f"请填0到{format_points(full)}的数字",
        })  # fmt: skip

    def _weighed(self, row: int, component: Component, cell: Live) -> None:
        """What a part gives the sum above it, for the reader."""
        here = self.page.here(cell)
        share = here if component.adds else here * constant(component.weight_in(self.group)) / constant(1_000_000)
        self.page.put(row, 5, when(live.is_number(here), share, quoted(BLANK)), "score")

    def _composite(self, row: int) -> Live:
        composite, inner = self.reckoning.composite(self.scores.leaves, self.workings.put)
        for key, cell in inner.items():
            at, component = self.scores.shown[key]
            shown = self.page.put(at, 3, cell, "score")
            self._weighed(at, component, shown)
        self.inner = inner
        for column in range(_LAST + 1):
            self.page.put(row, column, None, "grand")
        self.page.put(row, 0, "综合成绩", "grand")
        shown = when(live.is_number(composite), composite, quoted(BLANK))
        self.page.put(row, 5, shown, self._fixed("grand"))
        method = {"half_up": "四舍五入", "half_even": "四舍六入五成双"}[self.scheme.rounding.method]
        self.page.put(row, _TEXT, f"{method}保留{self.decimals}位小数{self._conditions()}", "grand_text")
        return composite

    def _fixed(self, style: str) -> str:
        return self.page.fixed(style, self.decimals)

    def _conditions(self) -> str:
        every = list(self.scheme.components.values())
        if any(c.gate is not None or c.enters is not None for c in every):
            return "；有门槛或加分条件的，已按办法处理"
        return ""

    # 等次

    def _open_grades(self) -> Iterator[tuple[int, Grade]]:
        """The grades above the last that a bound decides, best first, as far as a veto lets."""
        grades = self.scheme.grades_in(self.group)
        for position, grade in enumerate(grades[:-1]):
            if grade.lower is not None and position >= self.plan.known.best:
                yield position, grade

    def _grades(self) -> str:
        """What a single form cannot know of the grade, in words."""
        grades = self.scheme.grades_in(self.group)
        remarks = []
        limited = [g.name for g in grades if g.quota is not None and g.lower is not None]
        by_quota = [g.name for g in grades if g.quota is not None and g.lower is None]
        if limited:
            remarks.append(f"{'、'.join(limited)}另受名额限制")
        if by_quota:
            remarks.append(f"{'、'.join(by_quota)}按名额评定，不能由一份考核表预估")
        if self.plan.known.best:
            remarks.append(f"台账中有一票否决的问题，等次最高为{grades[self.plan.known.best].name}")
        return "；".join(remarks)

    def _targets(self) -> list[Target]:
        """For every grade and every score that is handed in, the least score that reaches it."""
        out = []
        for _, grade in self._open_grades():
            for key, component in self.scheme.leaves().items():
                if isinstance(component, Score):
                    target = least_score(
                        self.workings.page, self.workings.search_row, self.reckoning,
                        self.scores.leaves, self.inner, key, component, grade,
                    )  # fmt: skip
                    self.workings.search_row = target.after
                    out.append(target)
        return out

    def _ladder(self, row: int, composite: Live, targets: list[Target]) -> int:
        page = self.page
        for column, (title, last) in {
            0: ("等次", 0), 1: ("下限", 1), 2: ("还差（分）", 2), 3: ("如果只靠这一部分", 4),
            5: ("至少要得", 5), 6: ("说明", 7),
        }.items():  # fmt: skip
            page.put(row, column, title, "header", last)
        row += 1
        grades = list(self._open_grades())
        for _, grade in grades:
            assert grade.lower is not None
            gap = self._gap(composite, grade)
            shown = when(live.is_number(composite), when(compare(gap, "<=", constant(0)), quoted("已达到"), gap), quoted(BLANK))
            mine = [t for t in targets if t.grade is grade] or [None]
            for target in mine:
                page.put(row, 0, grade.name, "middle")
                page.put(row, 1, grade.lower / SCALE, self._fixed("points"))
                page.put(row, 2, shown, self._fixed("points"))
                page.put(row, 3, target.component.title if target else BLANK, "middle", 4)
                page.put(row, 5, target.shown() if target else BLANK, page.fixed("points", 2))
                limit = "另受名额限制" if grade.quota else ""
                if target:
                    limit = "其他部分按上表采用得分" + (f"；{limit}" if limit else "")
                page.put(row, 6, limit or None, "text", 7)
                row += 1
        if not grades:
            page.put(row, 0, "没有按分数线评定、还可以争取的等次", "text", _LAST)
            row += 1
        return row

    def _gap(self, composite: Live, grade: Grade) -> Live:
        gap = constant(grade.lower or 0) - live.as_number(composite)
        return Live(f"ROUND({gap.text},{self.decimals})", gap.value)

    # 一、预估结果

    def _result(
        self, row: int, composite: Live, remark: str, targets: list[Target], missing: Live
    ) -> None:
        page = self.page
        known = live.is_number(composite)
        page.put(row, 0, "预估综合成绩", "label")
        page.put(row, 1, when(known, composite, quoted(BLANK)), self._fixed("big"), 3)
        page.put(row, 4, "预估等次", "label", 5)
        name = self._grade_name(composite)
        page.put(row, 6, when(known, name, quoted(BLANK)), "big", 7)
        page.row_height(row, least=30)
        row += 1
        self._sentence(row, "升一等还需要", self._next(composite, lambda g: live.joined(
            quoted(f"距{g.name}还差"), live.as_text(self._gap(composite, g), self.decimals), quoted("分"))))  # fmt: skip
        row += 1
        for key, component in self.scheme.leaves().items():
            if isinstance(component, Score):
                by_grade = {id(t.grade): t for t in targets if t.key == key}
                sentence = self._next(
                    composite, lambda g, of=by_grade: of[id(g)].sentence(), of_first=True
                )
                self._sentence(row, f"{component.title}需要", sentence)
                row += 1
        waiting = [
            when(live.is_number(given), NOTHING, quoted(f"请填写假定的{title}得分。"))
            for title, given in self.scores.asked
        ]
        unfilled = when(
            compare(missing, ">", constant(0)),
            live.joined(quoted("本表有"), missing, quoted("项待补充，列在下面第五部分；没有填的暂按0分计。")),
            NOTHING,
        )
        parts = [*waiting, unfilled]
        if remark:
            parts.append(quoted(f"{remark}。"))
        if any(k.doubts for k in self.plan.known.ledgers.values()):
            parts.append(quoted("台账得分还不确定，见第二部分。"))
        self._sentence(row, "提示", live.joined(*parts), "alert")
        page.row_height(row, 2 if len(parts) < 4 else 3, least=34)

    def _sentence(self, row: int, label: str, text: Live, style: str = "text") -> None:
        self.page.put(row, 0, label, "label")
        self.page.put(row, 1, text, style, _LAST)
        self.page.row_height(row, least=23)

    def _grade_name(self, composite: Live) -> Live:
        name: Live = quoted(self.scheme.grades_in(self.group)[-1].name)
        for _, grade in reversed(list(self._open_grades())):
            reached = compare(composite, ">=", constant(grade.lower or 0))
            name = when(reached, quoted(grade.name), name)
        return name

    def _next(self, composite: Live, say, *, of_first: bool = False) -> Live:
        """What is said of the next grade up; without a composite, what takes the best grade."""
        grades = [grade for _, grade in self._open_grades()]
        best = quoted("已是最高等次" if not self.plan.known.best else "已是一票否决后可评的最高等次")
        out = best
        for grade in grades:
            out = when(compare(composite, "<", constant(grade.lower or 0)), say(grade), out)
        unknown = say(grades[0]) if of_first and grades else quoted(BLANK)
        if not grades:
            return quoted("没有按分数线评定、还可以争取的等次")
        return when(live.is_number(composite), out, unknown)

    # 四、各一级指标

    def _areas(self, row: int) -> int:
        page = self.page
        for column, title in enumerate(("一级指标名称", "可得分数", "自评分数", "得分率")):
            page.put(row, column, title, "header", 5 if column == 3 else None)
        first = row + 1
        for title, points, cell in self.form.areas:
            row += 1
            page.put(row, 0, title, "text")
            page.row_height(row, page.lines(title, 0), least=ROW)
            worth = page.put(row, 1, points / SCALE, "points")
            got = page.put(row, 2, cell, "points")
            rate = page.here(got) / page.here(worth)
            page.put(row, 3, rate, "percent", 5)
        page.ws.conditional_format(first, 3, row, 3, {
            "type": "data_bar", "data_bar_2010": True, "bar_solid": True, "bar_color": BAR,
            "min_type": "num", "min_value": 0, "max_type": "num", "max_value": 1,
            "bar_border_color": BAR,
        })  # fmt: skip
        return row + 1

    # 五、待补充事项

    def _list_of_hints(self) -> Live:
        """The rows with a hint, counted on 测算 so that 预估 can list them; gives their number."""
        page = self.workings.page
        before = constant(0)
        for row, (code, title, told) in enumerate(self.form.hints):
            more = when(compare(Live(f"LEN({told.text})", Fraction(len(str(told.value)))), ">", constant(0)),
                        constant(SCALE), constant(0))  # fmt: skip
            before = page.put(row, 3, before + more, "loose")
            page.put(row, 4, f"{code} {title}", "loose")
            page.put(row, 5, told, "loose")
        return before

    def _to_do(self, row: int, missing: Live) -> None:
        page, count = self.page, len(self.form.hints)
        heading = live.joined(quoted("五、待补充事项（"), missing, quoted("项）"))
        page.put(row, 0, heading, "section")
        page.row_height(row, least=26)
        helper = self.workings.page.prefix
        todo = [(f"{code} {title}", told.value) for code, title, told in self.form.hints if told.value]
        for number in range(1, count + 1):
            row += 1
            at = f"MATCH({number},{helper}$D$1:$D${count},0)"
            item, told = todo[number - 1] if number <= len(todo) else ("", "")
            for column, letter, value, style in ((0, "E", item, "loose"), (2, "F", told, "loose_hint")):
                text = f'IFERROR(INDEX({helper}${letter}$1:${letter}${count},{at}),"")'
                page.put(row, column, Live(text, value), style)


ROW = 18.0


def page_section(page: Page, row: int, title: str) -> int:
    """The heading of a block; gives the row below."""
    page.put(row, 0, title, "section")
    page.row_height(row, least=26)
    return row + 1


def _even(component: SelfAssessment) -> bool:
    return len(set(component.period_weights())) == 1


def _weights(component: SelfAssessment) -> str:
    if _even(component):
        return "各期" + ("折算为百分制后" if component.full != 1_000_000 else "") + "取平均"
    return "、".join(f"{p.name}{format_points(p.weight or 0)}%" for p in component.periods)


def cell_at(row: int, column: int) -> str:
    return str(xl_rowcol_to_cell(row, column))
