"""第三方评估: the scores that were handed in whole, one a unit."""

from __future__ import annotations

from fractions import Fraction

from scoring.points import SCALE, cell_number
from scoring.publish.results.report import Report, ScoreNames
from scoring.publish.sheets.sheet import Cell, Column, Formula
from scoring.rules.cells import CellArithmetic, Live, constant
from scoring.rules.given import given_score
from scoring.scheme import Score
from scoring.scheme.forms import HUNDRED
from scoring.scheme.parts import in_group
from scoring.score import ScoreResult
from scoring.wording.words import BLANK, UNIT_OF_MEASURE, by_group_text

_HEADER = 2


def write_scores(
    report: Report, name: str, key: str, component: Score, full: str | None
) -> ScoreNames:
    """The sheet of component ``key``; ``full`` names the cell of its full points, where all groups have
    the same."""
    scores = [score for score in report.result.scores if score.component == key]
    given: list[Cell | Formula] = [
        BLANK if score.given is None else cell_number(score.given) for score in scores
    ]
    exactly = all(score.given is None or isinstance(score.given, int) for score in scores)
    shown = "input" if exactly else "input_score"
    columns = [
        Column("序号", "count", list(range(1, len(scores) + 1)), (6, 6)),
        Column("单位", "text", [s.unit for s in scores], (22, 34)),
        Column("得分", shown, given, (12, 12)),
        Column("评估机构", "text", [s.assessor for s in scores], (16, 30)),
        Column("备注", "text", [s.note for s in scores], (12, 30)),
        Column("来源文件", "text", [s.place.file if s.place else None for s in scores], (16, 30)),
        Column("来源位置", "text",
               [s.place.within_file() if s.place else None for s in scores], (16, 26)),
    ]  # fmt: skip
    scaled_up = component.weight is not None and component.full_by != HUNDRED
    if scaled_up:
        full_text = by_group_text(component.full_by)
        columns[2] = Column(f"得分\n（满分{full_text}）", shown, given, (12, 12))
        group_of = {unit.unit: unit.group for unit in report.result.units}

        def of(score: ScoreResult) -> int:
            return in_group(component.full_by, group_of[score.unit])

        exact = {unit.unit: unit.score_of(key) for unit in report.result.units}
        scaled = [
            Formula(
                f"={_converted(component, row, full, of(score), score).text}",
                BLANK if score.given is None else float(exact[score.unit] or 0),
            )
            for row, score in enumerate(scores, _HEADER + 2)
        ]
        columns.insert(3, Column("折算百分制\n得分", "score", scaled, (12, 12)))
    sheet = report.open(name, len(columns), f"{name}得分", UNIT_OF_MEASURE)
    sheet.texts_like_numbers()
    sheet.widths(column.width() for column in columns)
    after = sheet.table(_HEADER, columns)
    rows = (_HEADER + 1, max(after - 1, _HEADER + 1))
    sheet.ws.autofilter(_HEADER, 0, rows[1], len(columns) - 1)
    sheet.freeze(_HEADER, 2)
    sheet.fit(_HEADER, after)
    return ScoreNames(
        sheet.define(f"单位_{component.title}", rows, 1),
        sheet.define(f"得分_{component.title}", rows,
                           3 if scaled_up else 2),
    )  # fmt: skip


def _converted(
    component: Score, row: int, full: str | None, out_of: int, score: ScoreResult
) -> Live:
    """A score as it enters the composite; ``full`` is the cell of its full points ``out_of``."""
    points = Live(full, Fraction(out_of, SCALE), sure=True) if full else constant(out_of)
    a = CellArithmetic(settings={("full", component.title): points}, absent=BLANK)
    given = Live(f"C{row}", BLANK if score.given is None else Fraction(score.given) / SCALE)
    own = component.model_copy(update={"full_by": out_of})
    return given_score(a, own, given)
