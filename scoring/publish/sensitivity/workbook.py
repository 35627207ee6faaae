"""稳健性分析.xlsx: intervals of ranks with charts, pairs that may change places, moved weights.

One table a sheet: on paper every page of a sheet has the header of its table."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from scoring.points import SCALE, Amount, format_points, shown_points
from scoring.publish.sensitivity.charts import PRINTED, RankCells, write_charts
from scoring.publish.sheets.sheet import Book, Cell, Column, Sheet
from scoring.publish.sheets.style import wrapped_lines
from scoring.sensitivity import GroupRobustness, Move, Robustness, Span, Swap, UnitRobustness
from scoring.wording.numbers import BLANK, day
from scoring.wording.results import known_text
from scoring.wording.sensitivity import (
    cases,
    error_case,
    grades_text,
    move_text,
    notes,
    rank_text,
    score_titles,
    summary,
    title_of,
    upwards,
    weights_case,
)

RANKS, CHARTS, SWAPS = "名次区间", "名次图", "可能互换"
WEIGHTS, MOVED, NOTES = "权重变动", "变动后名次", "说明"
_BAND, _HEADER = 2, 3
_BEST, _WORST = "最好名次", "最差名次"

_Field = tuple[str, str, tuple[float, float], Callable[[UnitRobustness], Cell]]


def sensitivity_workbook(robustness: Robustness, title: str) -> bytes:
    """The analysis as a workbook. The same input gives the same bytes."""
    result = robustness.result
    moved = [WEIGHTS, MOVED] if robustness.moved else []
    book = Book(
        title, (RANKS, CHARTS, SWAPS, *moved, NOTES), result.as_of, result.scheme.rounding.decimals
    )
    _ranks(book, robustness, title)
    _swaps(book, robustness)
    if moved:
        _weights(book, robustness)
        _ranks_after_moves(book, robustness)
    _notes(book, robustness)
    return book.close()


def _open(
    book: Book, name: str, columns: int, robustness: Robustness, title: str, right: str
) -> Sheet:
    sheet = Sheet(book, name, columns)
    sheet.title(0, title, provisional=not robustness.result.final)
    sheet.line(1, f"截至日期：{day(robustness.result.as_of)}", right)
    return sheet


# 名次区间


def _scale(robustness: Robustness) -> int:
    return int(10**robustness.result.scheme.rounding.decimals)


def _span_fields(
    robustness: Robustness, of: Callable[[UnitRobustness], Span], *, composites: bool
) -> list[_Field]:
    scale = _scale(robustness)
    fields: list[_Field] = []
    if composites:
        fields += [
            ("最低成绩", "composite", (9, 10), lambda u: of(u).low / scale),
            ("最高成绩", "composite", (9, 10), lambda u: of(u).high / scale),
        ]
    return [
        *fields,
        (_BEST, "count", (6, 7), lambda u: of(u).best),
        (_WORST, "count", (6, 7), lambda u: of(u).worst),
    ]


def _bands(robustness: Robustness) -> list[tuple[str, list[_Field]]]:
    """The columns of 名次区间 under the headings that join them."""
    scale, graded = _scale(robustness), bool(robustness.result.scheme.grades)

    def rise(unit: UnitRobustness) -> Cell:
        return unit.rise[1] / scale if unit.rise else BLANK

    def margin(unit: UnitRobustness) -> Cell:
        return unit.margin / scale if unit.margin is not None else BLANK

    bands: list[tuple[str, list[_Field]]] = [
        ("考核结果", [
            ("类别", "centre", (7, 10), lambda u: u.group),
            ("排名", "count", (6, 7), lambda u: u.rank if u.settled else rank_text(u)),
            ("单位", "text", (24, 36), lambda u: u.unit),
            ("综合成绩", "composite", (9, 10), lambda u: u.composite / scale),
        ]),
    ]  # fmt: skip
    if graded:
        bands[0][1].append(("等次", "centre", (7, 10), lambda u: u.grade or BLANK))
    varied = cases(robustness)
    for case in varied:
        ends = case in (varied[0], varied[-1])
        bands.append((case.title, _span_fields(robustness, case.of, composites=ends)))
    if graded:
        bands.append(("等次", [
            ("可能等次", "centre", (12, 18), lambda u: grades_text(u.both)),
            ("距上一等次", "composite", (8, 9), rise),
            ("高出本等次\n下限", "composite", (9, 10), margin),
        ]))  # fmt: skip
    return bands


def _ranks(book: Book, robustness: Robustness, title: str) -> None:
    bands = _bands(robustness)
    fields = [field for _, band in bands for field in band]
    sheet = _open(book, RANKS, len(fields), robustness, title, "计分单位：分")
    units = robustness.units
    columns = [Column(name, style, [of(u) for u in units], bounds)
               for name, style, bounds, of in fields]  # fmt: skip
    sheet.widths(column.width() for column in columns)
    at = 0
    style = sheet.styles("header")
    for name, band in bands:
        if len(band) > 1:
            sheet.ws.merge_range(_BAND, at, _BAND, at + len(band) - 1, name, style)
        else:
            sheet.ws.write_string(_BAND, at, name, style)
        at += len(band)
    widths = [sum(columns[i].width() for i in group) for group in _positions(bands)]
    lines = max(wrapped_lines(name, w) for (name, _), w in zip(bands, widths, strict=True))
    sheet.row_height(_BAND, 4 + 18 * lines)
    after = sheet.table(_HEADER, columns)
    sheet.freeze(_HEADER, 3, above=1)
    sheet.fit(_HEADER, after)
    _mark_changes(sheet, robustness, fields)
    names = [name for name, *_ in fields]
    best, worst = (
        [at for at, found in enumerate(names) if found == name] for name in (_BEST, _WORST)
    )
    write_charts(
        Sheet(book, CHARTS, PRINTED, portrait=True), robustness, title,
        RankCells(RANKS, _HEADER + 1, names.index("单位"), names.index("排名"),
                  (best[0], worst[0]), (best[-1], worst[-1])),
    )  # fmt: skip


def _positions(bands: Sequence[tuple[str, Sequence[_Field]]]) -> list[range]:
    found, at = [], 0
    for _, band in bands:
        found.append(range(at, at + len(band)))
        at += len(band)
    return found


def _mark_changes(sheet: Sheet, robustness: Robustness, fields: Sequence[_Field]) -> None:
    """Ranks and grades that are not the published ones stand out."""
    for index, (name, style, _, of) in enumerate(fields):
        if name not in (_BEST, _WORST, "可能等次"):
            continue
        for at, unit in enumerate(robustness.units, _HEADER + 1):
            own = unit.rank if style == "count" else unit.grade
            if own is not None and of(unit) != own:
                sheet.column(at, index, [of(unit)], sheet.styles(style, marked=True))


# 可能互换


def _swaps(book: Book, robustness: Robustness) -> None:
    result, scale = robustness.result, _scale(robustness)
    swaps = robustness.swaps
    known = {unit.unit: unit for unit in robustness.units}
    ahead = [known[swap.ahead] for swap in swaps]
    behind = [known[swap.behind] for swap in swaps]

    def least(swap: Swap, amount: Amount | None) -> Cell:
        if amount is None:
            return "并列" if swap.tied else BLANK
        return float(upwards(amount))

    columns = [
        Column("序号", "count", list(range(1, len(swaps) + 1)), (6, 6)),
        Column("类别", "centre", [swap.group for swap in swaps], (7, 10)),
        Column("排名", "count", [u.rank if u.settled else rank_text(u) for u in ahead], (6, 7)),
        Column("靠前的单位", "text", [u.unit for u in ahead], (22, 36)),
        Column("综合成绩", "composite", [u.composite / scale for u in ahead], (10, 10)),
        Column("排名", "count", [u.rank if u.settled else rank_text(u) for u in behind], (6, 7)),
        Column("靠后的单位", "text", [u.unit for u in behind], (22, 36)),
        Column("综合成绩", "composite", [u.composite / scale for u in behind], (10, 10)),
        Column(
            "舍入前相差", "points", [float(shown_points(s.gap * SCALE)) for s in swaps], (11, 12)
        ),
    ]  # fmt: skip
    if robustness.moved:
        amounts = [least(s, s.move.amount if s.move else None) for s in swaps]
        how = [move_text(robustness, s.move) if s.move else "" for s in swaps]
        columns.append(Column("权重最少变动\n（百分点）", "points", amounts, (12, 12)))
        columns.append(Column("怎样变动", "text", how, (26, 40)))
    if robustness.scores:
        errors = [least(s, s.error) for s in swaps]
        name = f"{score_titles(robustness)}最小误差\n（分）"
        columns.append(Column(name, "points", errors, (16, 16)))
    title = "可能互换名次的单位"
    sheet = _open(book, SWAPS, len(columns), robustness, title, _within(robustness))
    sheet.widths(column.width() for column in columns)
    after = sheet.table(_BAND, columns)
    sheet.freeze(_BAND, 2)
    sheet.fit(_BAND, after)
    if not swaps:
        sheet.line(after, f"在设定的幅度内，没有可能互换名次的单位（截至{day(result.as_of)}）。")
    else:
        sheet.ws.autofilter(_BAND, 0, after - 1, len(columns) - 1)


def _within(robustness: Robustness) -> str:
    within = [weights_case(robustness)] if robustness.moved else []
    within += [error_case(robustness)] if robustness.scores else []
    return f"范围：{'，'.join(within)}；名次相邻的单位，由近及远；“—”表示超出范围"


# 权重变动


def _weights(book: Book, robustness: Robustness) -> None:
    """Every move of weights, and what it changes in its group."""
    keys = list(dict.fromkeys(key for group in robustness.groups for key in group.weights))
    rows = [row for group in robustness.groups if group.effects for row in _moves(group)]

    def weight(group: GroupRobustness, move: Move | None, key: str) -> Cell:
        if key not in group.weights:
            return BLANK
        change = move.change(key) if move else 0
        return f"{format_points(group.weights[key] + change)}%"

    shown = 3 if robustness.result.scheme.grades else 2
    columns = [
        Column("类别", "centre", [group.group for group, *_ in rows], (8, 14)),
        Column("变动", "centre", [name for _, name, *_ in rows], (8, 8)),
        Column("怎样变动", "text",
               [move_text(robustness, move) if move else "不变动" for _, _, move, _ in rows],
               (26, 40)),
        *(
            Column(f"{title_of(robustness, key)}\n权重", "centre",
                   [weight(group, move, key) for group, _, move, _ in rows], (11, 13))
            for key in keys
        ),
        *(
            Column(title, "count", [counts[at] for *_, counts in rows], (12, 12))
            for at, title in enumerate(
                ("名次变化\n（个单位）", "最多相差\n（名）", "等次变化\n（个单位）")[:shown]
            )
        ),
    ]  # fmt: skip
    _one_table(book, WEIGHTS, columns, robustness, "权重变动对名次的影响", weights_case(robustness))


def _one_table(
    book: Book, name: str, columns: Sequence[Column], robustness: Robustness, title: str, right: str
) -> Sheet:
    sheet = _open(book, name, len(columns), robustness, title, right)
    sheet.widths(column.width() for column in columns)
    after = sheet.table(_BAND, columns)
    sheet.freeze(_BAND, 3)
    sheet.fit(_BAND, after)
    return sheet


def _moves(
    group: GroupRobustness,
) -> list[tuple[GroupRobustness, str, Move | None, tuple[int, int, int]]]:
    """The weights as they are and every move: its name, and how many ranks and grades it changes."""
    found: list[tuple[GroupRobustness, str, Move | None, tuple[int, int, int]]] = [
        (group, "办法", None, (0, 0, 0))
    ]
    published = [(unit.rank, unit.grade) for unit in group.units]
    for number, effect in enumerate(group.effects, 1):
        ranks = [(a, b) for a, (b, _) in zip(effect.ranks, published, strict=True) if a is not None]
        grades = [(a, b) for a, (_, b) in zip(effect.grades, published, strict=True)]
        changed = sum(a != b for a, b in ranks)
        jump = max((abs(a - b) for a, b in ranks), default=0)
        regraded = sum(None not in (a, b) and a != b for a, b in grades)
        found.append((group, f"变动{number}", effect.move, (changed, jump, regraded)))
    return found


def _ranks_after_moves(book: Book, robustness: Robustness) -> None:
    """The rank of every unit after every move; the moves have the numbers of 权重变动."""
    groups = [group for group in robustness.groups if group.effects]
    units = [(group, at, unit) for group in groups for at, unit in enumerate(group.units)]
    most = max((len(group.effects) for group in groups), default=0)

    def rank(group: GroupRobustness, at: int, move: int) -> Cell:
        found = group.effects[move].ranks[at] if move < len(group.effects) else None
        return BLANK if found is None else found

    columns = [
        Column("类别", "centre", [group.group for group, *_ in units], (8, 14)),
        Column("排名", "count", [u.rank if u.settled else rank_text(u) for *_, u in units], (7, 9)),
        Column("单位", "text", [unit.unit for *_, unit in units], (24, 38)),
        *(
            Column(f"变动{move + 1}", "count", [rank(g, at, move) for g, at, _ in units], (8, 8))
            for move in range(most)
        ),
    ]
    sheet = _one_table(
        book, MOVED, columns, robustness, "每次变动到底时的名次", "与公布的不同的标出底色"
    )
    for move in range(most):
        for row, (group, at, unit) in enumerate(units, _BAND + 1):
            after = rank(group, at, move)
            if after not in (unit.rank, BLANK):
                sheet.column(row, 3 + move, [after], sheet.styles("count", marked=True))


# 说明


def _notes(book: Book, robustness: Robustness) -> None:
    sheet = Sheet(book, NOTES, 2, portrait=True)
    sheet.title(0, "稳健性分析说明", provisional=not robustness.result.final)
    sheet.widths([14, 84])
    scheme = robustness.result.scheme
    lines: list[tuple[str, str]] = [
        ("考核办法", scheme.title),
        ("截至日期", day(robustness.result.as_of)),
        ("资料截止日", known_text(robustness.result)),
    ]
    if robustness.moved:
        most = format_points(robustness.weights)
        lines.append(("权重变动", f"任意两个部分之间移动不超过{most}个百分点"))
    if robustness.scores:
        lines.append(
            ("得分误差", f"{score_titles(robustness)}±{format_points(robustness.error)}分")
        )
    lines += [("结论", text) for text in summary(robustness)]
    lines += [("说明", text) for text in notes(robustness)]
    sheet.table(2, [
        Column("项目", "centre", [name for name, _ in lines]),
        Column("内容", "text", [text for _, text in lines]),
    ])  # fmt: skip
