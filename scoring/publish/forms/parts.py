"""二、各部分成绩 on 预估: a row for every component, what is known of it or may be assumed."""

from __future__ import annotations

from dataclasses import dataclass

from scoring.enums import Missing
from scoring.points import SCALE, format_points
from scoring.publish.forms.formulas import given_score, late_points, less_late, period_mean
from scoring.publish.forms.plan import FormPlan
from scoring.publish.sheets.fill_in import Page
from scoring.rules import cells as live
from scoring.rules.cells import NOTHING, CellArithmetic, Live, compare, constant, quoted, when
from scoring.rules.composite import contribution
from scoring.scheme import Combined, Component, Ledger, Score, SelfAssessment
from scoring.wording.numbers import BLANK, day
from scoring.wording.scheme import share_text

TEXT, _KEY = 6, 7


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


class Workings:
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


class Parts:
    """Writes the rows. ``leaves`` are the cells of what the components come to, ``shown`` the rows of
    all of them, ``asked`` the cells that have to be filled in, with what they are."""

    def __init__(self, page: Page, workings: Workings, plan: FormPlan, form: FormCells) -> None:
        self.page, self.workings, self.plan, self.form = page, workings, plan, form
        self.scheme, self.group = plan.scheme, plan.unit.group
        self.leaves: dict[str, Live] = {}
        self.shown: dict[str, tuple[int, Component]] = {}
        self.asked: list[tuple[str, Live]] = []

    def write(self, row: int) -> int:
        """Write the table from its header on; gives the row below."""
        for column, title in enumerate(
            ("组成部分", "内容", "已知或假定", "采用得分", "权重", "折合", "说明", "代号")
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
        for column in range(2, TEXT):
            self.page.put(row, column, None, "points")
        self.page.put(row, 4, share_text(component, self.group), "middle")
        self.page.put(row, TEXT, None, "text")
        self.page.put(row, _KEY, key, "key")
        self.shown[key] = (row, component)

    def _described(self, row: int, text: str | Live, style: str = "text") -> None:
        self.page.put(row, TEXT, text, style)
        shown = str(text.value) if isinstance(text, Live) else text
        self.page.row_height(row, self.page.lines(shown, TEXT), least=21)

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
                self._described(at, this[1])
                continue
            known = self.plan.known.periods.get((key, period.name))
            given = self.page.put(at, 2, known.score if known else None, "input")
            self._limit(at, component.full, f"{component.title}{period.name}")
            instead = this[0] if this else NOTHING
            cells.append(self.page.put(at, 3, when(live.is_number(given), given, instead), "score"))
            if known:
                self._described(at, f"{known.source}，可以改")
            elif mine:
                self._described(at, "还没有成绩，不填按与本期相同计算")
            else:
                self._described(
                    at, f"还没有成绩，请填假定的得分（满分{format_points(component.full)}分）"
                )
                self._ask(key, f"{component.title}（{period.name}）", given)
        mean = period_mean(self.scheme, key, component, [self.page.here(c) for c in cells])
        if mean_at == row and len(cells) == 1:
            self.leaves[key] = self.workings.put(component.title, period_mean(
                self.scheme, key, component, cells))  # fmt: skip
        else:
            self._line(
                mean_at, key, component, title, "各期平均" if _even(component) else "各期加权平均"
            )
            self.leaves[key] = self.page.put(mean_at, 3, mean, "score")
            self._described(mean_at, _weights(component))
        self.weighed(mean_at, component, self.leaves[key])
        return mean_at + 1

    def _this_period(self) -> tuple[Live, Live | str]:
        """The form's own score, less what is lost by sending it late."""
        component = self.plan.component
        if component.late is None:
            return self.form.whole, "本表自评分" + (
                "折算合计" if self.form.whole is not self.form.raw else "合计"
            )
        late = self.workings.put("迟报扣分", late_points(component, self.plan.due, self.form.sent))
        score = self.workings.put("本期得分", less_late(self.form.whole, late))
        described = when(
            compare(late, ">", constant(0)),
            live.joined(quoted("本表自评分，已扣迟报"), late, quoted("分")),
            quoted(
                f"本表自评分；{day(self.plan.due)}后报送的，每迟一天扣{format_points(component.late.each_day)}分"
            ),
        )
        return score, described

    def _ledger(self, row: int, key: str, component: Ledger, title: str) -> int:
        known = self.plan.known.ledgers[key]
        self._line(row, key, component, title, "台账得分")
        cell = self.page.put(row, 3, known.score, "score")
        self.leaves[key] = cell
        self.weighed(row, component, cell)
        if known.doubts:
            self._described(row, f"{known.source}。得分还不确定：{known.doubts}", "alert")
        else:
            self._described(row, known.source)
        return row + 1

    def _score(self, row: int, key: str, component: Score, title: str) -> int:
        known = self.plan.known.scores.get(key)
        full = format_points(component.full)
        self._line(row, key, component, title, f"满分{full}分")
        given = self.page.put(row, 2, known, "input")
        self._limit(row, component.full, component.title)
        score = given_score(component, self.page.here(given))
        self.leaves[key] = cell = self.page.put(row, 3, score, "score")
        self.weighed(row, component, cell)
        if known is not None:
            self._described(row, "考核文件夹中的得分，可以改成假定的")
        elif self.scheme.missing_for(key) == Missing.REWEIGHT:
            self._described(row, f"假定的得分（0到{full}）；不填的不计，其余按权重折算")
        else:
            self._described(row, f"请填假定的得分（0到{full}）")
            self._ask(key, component.title, given)
        return row + 1

    def _ask(self, key: str, title: str, given: Live) -> None:
        if self.scheme.missing_for(key) != Missing.REWEIGHT:
            self.asked.append((title, given))

    def _limit(self, row: int, full: int, what: str) -> None:
        """A score that is filled in lies between 0 and the full points."""
        self.page.ws.data_validation(row, 2, row, 2, {
            "validate": "decimal", "criteria": "between", "minimum": 0, "maximum": full / SCALE,
            "input_title": "可以改", "input_message": f"假定的{what}得分，0到{format_points(full)}"[:250],
            "error_title": "得分不对", "error_message": f"请填0到{format_points(full)}的数字",
        })  # fmt: skip

    def weighed(self, row: int, component: Component, cell: Live) -> None:
        """What a part gives the sum above it, for the reader."""
        here = self.page.here(cell)
        counts = contribution(CellArithmetic(), component, self.group, here)
        self.page.put(row, 5, when(live.is_number(here), counts, quoted(BLANK)), "score")


def _even(component: SelfAssessment) -> bool:
    return len(set(component.period_weights())) == 1


def _weights(component: SelfAssessment) -> str:
    if _even(component):
        return "各期" + ("折算为百分制后" if component.scale != 1_000_000 else "") + "取平均"
    return "、".join(f"{p.name}{format_points(p.weight or 0)}%" for p in component.periods)
