"""预估: the composite and the grade that the unit's own scores would come to, live; in a scheme without
grades the composite alone.

What a reader sees stands on the sheet 预估; the steps in between, and the search for the score
that the next grade takes, stand on the hidden sheet 测算.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial

from scoring.intake.header_block import ASIDE_LABEL
from scoring.points import SCALE
from scoring.publish.forms.formulas import composite, limited, limits
from scoring.publish.forms.parts import TEXT, FormCells, Parts, Workings
from scoring.publish.forms.plan import FormPlan
from scoring.publish.forms.target import Target, least_score
from scoring.publish.sheets.fill_in import BAR, Page
from scoring.rules import cells as live
from scoring.rules.cells import NO, NOTHING, YES, Live, compare, constant, quoted, when
from scoring.rules.composite import more_is_better
from scoring.scheme import Grade, Score
from scoring.wording.numbers import BLANK
from scoring.wording.scheme import method_text

_WIDTHS = (21.0, 13.0, 12.0, 12.0, 9.0, 12.0, 40.0)
_LAST = len(_WIDTHS) - 1
_CODES = _LAST + 1, _LAST + 2
"""Hidden columns with the codes that programs read: no English code stands on the paper."""
_ONE_PAGE = 40
"""Items whose list still fits on one page with the rest."""


def write_estimate(page: Page, workings: Page, plan: FormPlan, form: FormCells) -> None:
    """Write both sheets."""
    _Estimate(page, workings, plan, form).write()


class _Estimate:
    def __init__(self, page: Page, workings: Page, plan: FormPlan, form: FormCells) -> None:
        self.page, self.plan, self.form = page, plan, form
        self.workings = Workings(workings)
        self.scheme, self.group = plan.scheme, plan.unit.group
        self.parts = Parts(page, self.workings, plan, form)
        self.decimals = self.scheme.rounding.decimals
        self.graded = bool(self.scheme.grades)

    def write(self) -> None:
        page = self.page
        page.print_set_up(_WIDTHS, landscape=False)
        page.ws.set_column(*_CODES, 13.0, None, {"hidden": True})
        if len(self.form.hints) <= _ONE_PAGE:
            page.ws.fit_to_pages(1, 1)
        grade = "和等次" if self.graded else ""
        page.put(0, 0, f"预估综合成绩{grade}", "title", _LAST)
        page.row_height(0, least=34)
        note = f"本表由考核表自动算出，只供填报时参考；正式成绩以核查、评估和通报为准。黄底格可以改：填上假定的得分，看成绩{grade}怎样变。"
        page.put(1, 0, note, "note", _LAST)
        self._labels(2)
        result = 6  # the rows of the result, written last: they look at what stands below
        missing = self._list_of_hints()
        scores = sum(isinstance(c, Score) for c in self.scheme.leaves().values())
        scores_at = result + (5 + scores if self.graded else 4)
        row = self.parts.write(page_section(page, scores_at, "二、各部分成绩"))
        composite = self._composite(row)
        grades = self._grades()
        targets = self._targets()
        row += 1
        if self.graded:
            row = self._ladder(
                page_section(page, row + 1, "三、达到各等次还需要什么"), composite, targets
            )
        number = "四" if self.graded else "三"
        row = self._areas(page_section(page, row + 1, f"{number}、各一级指标自评情况"))
        self._to_do(row + 1, missing)
        self._result(
            page_section(page, result, "一、预估结果"), composite, grades, targets, missing
        )
        page.ws.freeze_panes(2, 0)
        page.protect()
        self.workings.page.protect()

    @property
    def _last_number(self) -> str:
        """The number of the last section."""
        return "五" if self.graded else "四"

    def _labels(self, row: int) -> None:
        """What a program needs to know the scheme, the group and the unit from the form alone."""
        plan = self.plan
        pairs = [
            [("单位", plan.unit.name), ("类别", self.group)],
            [("考核年度", f"{plan.year}年"), ("期次", plan.period.name)],
        ]
        for at, ((one, value), (other, more)) in enumerate(pairs, row):
            self.page.put(at, 0, one, "label")
            self.page.put(at, 1, value, "middle", 3)
            self.page.put(at, 4, other, "label", 5)
            self.page.put(at, 6, more, "middle")
        coded = [
            ("办法名称", self.scheme.title, ASIDE_LABEL, self.scheme.name),
            ("考核部分", plan.component.title, "部分代号", plan.key),
        ]
        for at, (one, value, code, key) in enumerate(coded, row + len(pairs)):
            self.page.put(at, 0, one, "label")
            self.page.put(at, 1, value, "middle", _LAST)
            self.page.put(at, _CODES[0], code, "key")
            self.page.put(at, _CODES[1], key, "key")

    def _composite(self, row: int) -> Live:
        counts = self.plan.known.counts
        found = composite(self.scheme, self.group, self.parts.leaves, counts, self.workings.put)
        self.limits = limits(self.scheme, self.group, found)
        self.best = max((best for best, holds in self.limits if holds == YES), default=0)
        self.inner = {k: v for k, v in found.scores.items() if k not in self.parts.leaves}
        for key, cell in self.inner.items():
            at, component = self.parts.shown[key]
            shown = self.page.put(at, 3, cell, "score")
            self.parts.weighed(at, component, shown)
        for column in range(_LAST + 1):
            self.page.put(row, column, None, "grand")
        self.page.put(row, 0, "综合成绩", "grand")
        shown = when(live.is_number(found.composite), found.composite, quoted(BLANK))
        self.page.put(row, 5, shown, self._fixed("grand"))
        method = method_text(self.scheme.rounding.method)
        self.page.put(
            row, TEXT, f"{method}保留{self.decimals}位小数{self._conditions()}", "grand_text"
        )
        return found.composite

    def _fixed(self, style: str) -> str:
        return self.page.fixed(style, self.decimals)

    def _conditions(self) -> str:
        if any(not c.limits for c in self.scheme.conditionals()):
            return "；有门槛、加分等条件的，已按办法处理"
        return ""

    # 等次

    def _open_grades(self) -> Iterator[tuple[int, Grade]]:
        """The grades above the last that a bound decides, best first, without those that the ledger
        closes."""
        grades = self.scheme.grades_in(self.group)
        for position, grade in enumerate(grades[:-1]):
            if grade.lower is not None and position >= self.best:
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
        if self.best:
            remarks.append(f"台账中有限定等次的问题，等次最高为{grades[self.best].name}")
        return "；".join(remarks)

    def _targets(self) -> list[Target]:
        """For every grade and every score that is handed in, the least score that reaches it."""
        out: list[Target] = []
        if not more_is_better(self.scheme, self.group):
            return out  # a search that halves the range would miss
        for _, grade in self._open_grades():
            for key, component in self.scheme.leaves().items():
                if isinstance(component, Score):
                    target = least_score(
                        self.workings.page, self.workings.search_row, self.scheme, self.group,
                        self.parts.leaves, self.plan.known.counts, self.inner, key, component, grade,
                    )  # fmt: skip
                    self.workings.search_row = target.after
                    out.append(target)
        return out

    def _ladder(self, row: int, composite: Live, targets: list[Target]) -> int:
        page = self.page
        for column, (title, last) in {
            0: ("等次", 0), 1: ("下限", 1), 2: ("还差（分）", 2), 3: ("如果只靠这一部分", 4),
            5: ("至少要得", 5), 6: ("说明", 6),
        }.items():  # fmt: skip
            page.put(row, column, title, "header", last)
        row += 1
        grades = list(self._open_grades())
        for position, grade in grades:
            assert grade.lower is not None
            gap = self._gap(composite, grade)
            shown = when(
                live.is_number(composite),
                when(compare(gap, "<=", constant(0)), quoted("已达到"), gap),
                quoted(BLANK),
            )
            if (closed := limited(self.limits, position)) != NO:
                shown = when(closed, quoted("受条件限制"), shown)
            mine: list[Target | None] = [t for t in targets if t.grade is grade]
            for target in mine or [None]:
                page.put(row, 0, grade.name, "middle")
                page.put(row, 1, grade.lower / SCALE, self._fixed("points"))
                page.put(row, 2, shown, self._fixed("points"))
                page.put(row, 3, target.component.title if target else BLANK, "middle", 4)
                page.put(row, 5, target.shown() if target else BLANK, page.fixed("points", 2))
                limit = "另受名额限制" if grade.quota else ""
                if target:
                    limit = "其他部分按上表采用得分" + (f"；{limit}" if limit else "")
                page.put(row, 6, limit or None, "text")
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
        if self.graded:
            page.put(row, 4, "预估等次", "label", 5)
            name = self._grade_name(composite)
            page.put(row, 6, when(known, name, quoted(BLANK)), "big")
        page.row_height(row, least=30)
        row += 1
        if self.graded:
            row = self._way_up(row, composite, targets)
        self._hint(row, remark, missing)

    def _way_up(self, row: int, composite: Live, targets: list[Target]) -> int:
        """What the next grade takes; gives the row below."""

        def short_by(grade: Grade) -> Live:
            gap = live.as_text(self._gap(composite, grade), self.decimals)
            return live.joined(quoted(f"距{grade.name}还差"), gap, quoted("分"))

        self._sentence(row, "升一等还需要", self._next(composite, short_by))
        row += 1
        for key, component in self.scheme.leaves().items():
            if isinstance(component, Score):
                by_grade = {t.grade.name: t.sentence() for t in targets if t.key == key}
                sentence = self._next(composite, partial(_named, by_grade), of_first=True)
                if not more_is_better(self.scheme, self.group):
                    sentence = quoted("办法有得分高了反而受限制的条件，不能逐分推算")
                self._sentence(row, f"{component.title}需要", sentence)
                row += 1
        return row

    def _hint(self, row: int, remark: str, missing: Live) -> None:
        """What is still missing, and what a form cannot know."""
        page = self.page
        waiting = [
            when(live.is_number(given), NOTHING, quoted(f"请填写假定的{title}得分。"))
            for title, given in self.parts.asked
        ]
        unfilled = when(
            compare(missing, ">", constant(0)),
            live.joined(
                quoted("本表有"),
                missing,
                quoted(f"项待补充，列在第{self._last_number}部分；没有自评分的暂按0分计。"),
            ),
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
        for position, grade in reversed(list(self._open_grades())):
            reached = compare(composite, ">=", constant(grade.lower or 0))
            if (closed := limited(self.limits, position)) != NO:
                reached = live.both(reached, live.negated(closed))
            name = when(reached, quoted(grade.name), name)
        return name

    def _next(
        self, composite: Live, say: Callable[[Grade], Live], *, of_first: bool = False
    ) -> Live:
        """What is said of the next grade up; without a composite, what takes the best grade."""
        grades = [grade for _, grade in self._open_grades()]
        best = quoted("已是最高等次" if not self.best else "已是可评的最高等次")
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
        for row, (code, title, described) in enumerate(self.form.hints):
            more = when(compare(Live(f"LEN({described.text})", Fraction(len(str(described.value)))), ">", constant(0)),
                        constant(SCALE), constant(0))  # fmt: skip
            before = page.put(row, 3, before + more, "loose")
            page.put(row, 4, f"{code} {title}", "loose")
            page.put(row, 5, described, "loose")
        return before

    def _to_do(self, row: int, missing: Live) -> None:
        page, count = self.page, len(self.form.hints)
        heading = live.joined(quoted(f"{self._last_number}、待补充事项（"), missing, quoted("项）"))
        page.put(row, 0, heading, "section")
        page.row_height(row, least=26)
        helper = self.workings.page.prefix
        todo = [
            (f"{code} {title}", described.value)
            for code, title, described in self.form.hints
            if described.value
        ]
        for number in range(1, count + 1):
            row += 1
            at = f"MATCH({number},{helper}$D$1:$D${count},0)"
            item, described = todo[number - 1] if number <= len(todo) else ("", "")
            for column, letter, value, style in (
                (0, "E", item, "loose"),
                (2, "F", described, "loose_hint"),
            ):
                text = f'IFERROR(INDEX({helper}${letter}$1:${letter}${count},{at}),"")'
                page.put(row, column, Live(text, value), style)


ROW = 18.0


def page_section(page: Page, row: int, title: str) -> int:
    """The heading of a block; gives the row below."""
    page.put(row, 0, title, "section")
    page.row_height(row, least=26)
    return row + 1


def _named(sentences: dict[str, Live], grade: Grade) -> Live:
    return sentences.get(grade.name, quoted(BLANK))
