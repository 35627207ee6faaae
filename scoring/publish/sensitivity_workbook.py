"""稳健性分析.xlsx: intervals of ranks with a chart, pairs that may change places, moved weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from xlsxwriter.utility import xl_rowcol_to_cell

from scoring.points import SCALE, Amount, format_points, shown_points
from scoring.publish.words import BLANK, day, known_text
from scoring.publish.workbook.sheet import Book, Cell, Column, Formula, Sheet
from scoring.publish.workbook.style import (
    FONT_SIZE,
    GRADE_COLOURS,
    HEADING_FONT,
    RED,
    TEXT_FONT,
    wrapped_lines,
)
from scoring.sensitivity import Firmness, GroupFirmness, Span, Swap, UnitFirmness, summary
from scoring.sensitivity.summary import (
    cases,
    error_case,
    grades_text,
    move_text,
    notes,
    rank_text,
    score_titles,
    title_of,
    upwards,
    weights_case,
)

RANKS, SWAPS, WEIGHTS, NOTES = "名次区间", "可能互换", "权重变动", "说明"
_BAND, _HEADER = 2, 3
_LIGHT, _DARK = "#C9D6E0", GRADE_COLOURS[0]
_PIXELS = 24
"""The height of a row of the table, and of a bar of the chart."""

_Field = tuple[str, str, tuple[float, float], Callable[[UnitFirmness], Cell]]


def sensitivity_workbook(firmness: Firmness, title: str) -> bytes:
    """The analysis as a workbook. The same input gives the same bytes."""
    result = firmness.result
    book = Book(
        title, (RANKS, SWAPS, WEIGHTS, NOTES), result.as_of, result.scheme.rounding.decimals
    )
    _ranks(book, firmness, title)
    _swaps(book, firmness)
    _weights(book, firmness)
    _notes(book, firmness)
    return book.close()


def _open(book: Book, name: str, columns: int, firmness: Firmness, title: str, right: str) -> Sheet:
    sheet = Sheet(book, name, columns)
    sheet.title(0, title, provisional=not firmness.result.final)
    sheet.line(1, f"截至日期：{day(firmness.result.as_of)}", right)
    return sheet


# 名次区间


def _scale(firmness: Firmness) -> int:
    return int(10**firmness.result.scheme.rounding.decimals)


def _span_fields(
    firmness: Firmness, of: Callable[[UnitFirmness], Span], *, composites: bool
) -> list[_Field]:
    scale = _scale(firmness)
    fields: list[_Field] = []
    if composites:
        fields += [
            ("最低成绩", "composite", (9, 10), lambda u: of(u).low / scale),
            ("最高成绩", "composite", (9, 10), lambda u: of(u).high / scale),
        ]
    return [
        *fields,
        ("最好名次", "count", (6, 7), lambda u: of(u).best),
        ("最差名次", "count", (6, 7), lambda u: of(u).worst),
    ]


def _bands(firmness: Firmness) -> list[tuple[str, list[_Field]]]:
    """The columns of 名次区间 under the headings that join them."""
    scale = _scale(firmness)

    def rise(unit: UnitFirmness) -> Cell:
        return unit.rise[1] / scale if unit.rise else BLANK

    def margin(unit: UnitFirmness) -> Cell:
        return unit.margin / scale if unit.margin is not None else BLANK

    bands: list[tuple[str, list[_Field]]] = [
        ("考核结果", [
            ("类别", "centre", (7, 10), lambda u: u.group),
            ("排名", "count", (6, 7), lambda u: u.rank if u.settled else rank_text(u)),
            ("单位", "text", (24, 36), lambda u: u.unit),
            ("综合成绩", "composite", (9, 10), lambda u: u.composite / scale),
            ("等次", "centre", (7, 10), lambda u: u.grade or BLANK),
        ]),
    ]  # fmt: skip
    varied = cases(firmness)
    for case in varied:
        ends = case in (varied[0], varied[-1])
        bands.append((case.title, _span_fields(firmness, case.of, composites=ends)))
    bands.append(("等次", [
        ("可能等次", "centre", (12, 18), lambda u: grades_text(u.both)),
        ("距上一等次", "composite", (8, 9), rise),
        ("高出本等次下限", "composite", (9, 10), margin),
    ]))  # fmt: skip
    return bands


def _ranks(book: Book, firmness: Firmness, title: str) -> None:
    bands = _bands(firmness)
    fields = [field for _, band in bands for field in band]
    sheet = _open(book, RANKS, len(fields), firmness, title, "计分单位：分；名次图在表下")
    units = firmness.units
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
    sheet.ws.set_row(_BAND, 4 + 18 * lines)
    after = sheet.table(_HEADER, columns)
    sheet.freeze(_HEADER, 3)
    _mark_changes(sheet, firmness, fields)
    for at, paragraph in enumerate(summary(firmness), after + 1):
        _paragraph(sheet, at, paragraph, sum(column.width() for column in columns))
    row = after + 2 + len(summary(firmness))
    first = _HEADER + 1
    helper = len(fields) + 2
    _helper_header(sheet, helper)
    breaks = []
    for group in firmness.groups:
        last = first + len(group.units) - 1
        _helper(sheet, fields, (first, last), helper, firmness)
        breaks.append(row)
        row = _chart(sheet, firmness, group, (first, last), helper, row)
        first = last + 1
    sheet.ws.set_h_pagebreaks(breaks)
    sheet.ws.print_area(0, 0, row, sheet.last)
    sheet.ws.set_row(_HEADER, 48)


def _positions(bands: Sequence[tuple[str, Sequence[_Field]]]) -> list[range]:
    found, at = [], 0
    for _, band in bands:
        found.append(range(at, at + len(band)))
        at += len(band)
    return found


def _mark_changes(sheet: Sheet, firmness: Firmness, fields: Sequence[_Field]) -> None:
    """Ranks and grades that are not the published ones stand out."""
    for index, (name, style, _, of) in enumerate(fields):
        if name not in ("最好名次", "最差名次", "可能等次"):
            continue
        for at, unit in enumerate(firmness.units, _HEADER + 1):
            own = unit.rank if style == "count" else unit.grade
            if own is not None and of(unit) != own:
                sheet.column(at, index, [of(unit)], sheet.styles(style, marked=True))


def _paragraph(sheet: Sheet, row: int, text: str, width: float) -> None:
    style = sheet.styles("text")
    sheet.ws.merge_range(row, 0, row, sheet.last, text, style)
    sheet.ws.set_row(row, 6 + 14 * wrapped_lines(text, width))


_SERIES = ("起点", "浅色左", "深色左", "排名", "深色右", "浅色右")


def _helper_header(sheet: Sheet, at: int) -> None:
    sheet.ws.write_string(_BAND, at, "作图数据（不打印）", sheet.styles("line"))
    for index, name in enumerate(_SERIES, at):
        sheet.ws.write_string(_HEADER, index, name, sheet.styles("header"))
        sheet.ws.set_column(index, index, 9)


def _helper(
    sheet: Sheet, fields: Sequence[_Field], rows: tuple[int, int], at: int, firmness: Firmness
) -> None:
    """The pieces of every bar, as formulas over the intervals of the table."""
    names = [name for name, *_ in fields]
    best = [i for i, name in enumerate(names) if name == "最好名次"]
    worst = [i for i, name in enumerate(names) if name == "最差名次"]
    rank = names.index("排名")
    for row in range(rows[0], rows[1] + 1):
        unit = firmness.units[row - _HEADER - 1]
        a, b = xl_rowcol_to_cell(row, best[0]), xl_rowcol_to_cell(row, worst[0])
        c, d = xl_rowcol_to_cell(row, best[-1]), xl_rowcol_to_cell(row, worst[-1])
        r = xl_rowcol_to_cell(row, rank) if unit.settled else str(unit.rank)
        narrow, wide = (case.of(unit) for case in (cases(firmness)[0], cases(firmness)[-1]))
        pieces = [
            Formula(f"={c}-0.4", wide.best - 0.4),
            Formula(f"={a}-{c}", narrow.best - wide.best),
            Formula(f"={r}-{a}+0.3", unit.rank - narrow.best + 0.3),
            Formula("=0.2", 0.2),
            Formula(f"={b}-{r}+0.3", narrow.worst - unit.rank + 0.3),
            Formula(f"={d}-{b}", wide.worst - narrow.worst),
        ]
        for index, piece in enumerate(pieces, at):
            sheet.column(row, index, [piece], sheet.styles("points"))


def _chart(
    sheet: Sheet,
    firmness: Firmness,
    group: GroupFirmness,
    rows: tuple[int, int],
    helper: int,
    row: int,
) -> int:
    """A bar a unit from its best to its worst rank; gives the row below the chart."""
    chart = sheet.add_chart("bar", "stacked")
    colours = (None, _LIGHT, _DARK, RED, _DARK, _LIGHT)
    first, *others = cases(firmness)
    said = f"红线：公布的排名；深色：{first.title}"
    if others:
        said += f"；浅色：{others[-1].title}"
    for index, (colour, name) in enumerate(zip(colours, _SERIES, strict=True), helper):
        chart.add_series({
            "name": name,
            "categories": [sheet.name, rows[0], 2, rows[1], 2],
            "values": [sheet.name, rows[0], index, rows[1], index],
            "fill": {"color": colour} if colour else {"none": True},
            "border": {"none": True},
            "gap": 45,
        })  # fmt: skip
    font = {"name": TEXT_FONT, "size": FONT_SIZE - 1.5, "bold": False}
    count = len(group.units)
    chart.set_title({
        "name": f"{group.group}名次区间（{said}）", "overlay": False,
        "name_font": {"name": HEADING_FONT, "size": 12, "bold": False},
    })  # fmt: skip
    chart.set_y_axis({  # the units, in a bar chart the vertical one
        "reverse": True, "num_font": font, "line": {"color": "#808080"}, "interval_unit": 1,
        "major_tick_mark": "none",
    })  # fmt: skip
    chart.set_x_axis({
        "min": 0, "max": count + 1, "major_unit": 1 if count <= 20 else 5, "num_font": font,
        "num_format": f'[=0]"";[<={count}]0;""', "line": {"none": True},
        "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9", "width": 0.5}},
        "label_position": "high",
    })  # fmt: skip
    # Programs do not agree on which entries of a legend are left out: the title says it.
    chart.set_legend({"none": True})
    height = 90 + 19 * count
    chart.set_size({"width": 1150, "height": height})
    sheet.ws.insert_chart(row, 1, chart, {
        "object_position": 2, "y_offset": 8, "description": f"{group.group}各单位名次区间的条形图，数字见本表",
    })  # fmt: skip
    return row + height // _PIXELS + 3


# 可能互换


def _swaps(book: Book, firmness: Firmness) -> None:
    result, scale = firmness.result, _scale(firmness)
    swaps = firmness.swaps
    known = {unit.unit: unit for unit in firmness.units}
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
    if firmness.moved:
        amounts = [least(s, s.move.amount if s.move else None) for s in swaps]
        how = [move_text(firmness, s.move) if s.move else "" for s in swaps]
        columns.append(Column("权重最少变动（百分点）", "points", amounts, (12, 12)))
        columns.append(Column("怎样变动", "text", how, (26, 40)))
    if firmness.scores:
        errors = [least(s, s.error) for s in swaps]
        name = f"{score_titles(firmness)}最小误差（分）"
        columns.append(Column(name, "points", errors, (13, 14)))
    title = "可能互换名次的单位"
    sheet = _open(book, SWAPS, len(columns), firmness, title, _within(firmness))
    sheet.widths(column.width() for column in columns)
    after = sheet.table(_BAND, columns)
    sheet.freeze(_BAND, 2)
    if not swaps:
        sheet.line(after, f"在设定的幅度内，没有可能互换名次的单位（截至{day(result.as_of)}）。")
    else:
        sheet.ws.autofilter(_BAND, 0, after - 1, len(columns) - 1)


def _within(firmness: Firmness) -> str:
    within = [weights_case(firmness)] if firmness.moved else []
    within += [error_case(firmness)] if firmness.scores else []
    return f"范围：{'，'.join(within)}；名次相邻的单位，由近及远；“—”表示超出范围"


# 权重变动


def _weights(book: Book, firmness: Firmness) -> None:
    most = max((len(group.effects) for group in firmness.groups), default=0)
    keys = len(next((group.weights for group in firmness.groups), {}))
    width = max(3 + most, 6 + keys)
    title = "权重变动对名次的影响"
    sheet = _open(
        book, WEIGHTS, width, firmness, title, weights_case(firmness) if firmness.moved else ""
    )
    sheet.widths([7, 34] + [11] * (width - 2))
    row = 3
    if not firmness.moved:
        sheet.line(row, "没有可以变动的权重，见“说明”。")
    for group in firmness.groups:
        if group.effects:
            row = _of_group(sheet, firmness, group, row)
    sheet.paginate(row)


def _of_group(sheet: Sheet, firmness: Firmness, group: GroupFirmness, row: int) -> int:
    published = [unit.rank for unit in group.units]
    grades = [unit.grade for unit in group.units]
    effects = group.effects
    pairs = [
        [(a, b) for a, b in zip(e.ranks, published, strict=True) if a is not None] for e in effects
    ]
    changed = [sum(a != b for a, b in ranks) for ranks in pairs]
    jump = [max((abs(a - b) for a, b in ranks), default=0) for ranks in pairs]
    regraded = [
        sum(None not in (a, b) and a != b for a, b in zip(e.grades, grades, strict=True))
        for e in effects
    ]
    row = sheet.section(row, f"{group.group}（{len(group.units)}个单位）：变动后的权重")
    numbers = [f"变动{i}" for i in range(1, len(effects) + 1)]
    columns = [
        Column("变动", "centre", ["办法", *numbers]),
        Column("怎样变动", "text", ["不变动", *(move_text(firmness, e.move) for e in effects)]),
        *(
            Column(f"{title_of(firmness, key)}权重", "centre", [
                f"{format_points(weight + change)}%"
                for change in (0, *(effect.move.change(key) for effect in effects))
            ])
            for key, weight in group.weights.items()
        ),
        Column("名次变化（个单位）", "count", [0, *changed]),
        Column("最多相差（名）", "count", [0, *jump]),
        Column("等次变化（个单位）", "count", [0, *regraded]),
    ]  # fmt: skip
    row = sheet.table(row, columns) + 1
    row = sheet.section(row, f"{group.group}：每次变动到底时的名次（与公布的不同的标出底色）")
    columns = [
        Column("排名", "count", [u.rank if u.settled else rank_text(u) for u in group.units]),
        Column("单位", "text", [unit.unit for unit in group.units]),
        *(
            Column(name, "count", [BLANK if rank is None else rank for rank in effect.ranks])
            for name, effect in zip(numbers, effects, strict=True)
        ),
    ]
    after = sheet.table(row, columns)
    for index, effect in enumerate(effects, 2):
        for at, (rank, own) in enumerate(zip(effect.ranks, published, strict=True), row + 1):
            if rank != own and rank is not None:
                sheet.column(at, index, [rank], sheet.styles("count", marked=True))
    return after + 1


# 说明


def _notes(book: Book, firmness: Firmness) -> None:
    sheet = Sheet(book, NOTES, 2, portrait=True)
    sheet.title(0, "稳健性分析说明", provisional=not firmness.result.final)
    sheet.widths([14, 84])
    scheme = firmness.result.scheme
    lines: list[tuple[str, str]] = [
        ("考核办法", scheme.title),
        ("截至日期", day(firmness.result.as_of)),
        ("资料截止日", known_text(firmness.result)),
    ]
    if firmness.moved:
        most = format_points(firmness.weights)
        lines.append(("权重变动", f"任意两个部分之间移动不超过{most}个百分点"))
    if firmness.scores:
        lines.append(("得分误差", f"{score_titles(firmness)}±{format_points(firmness.error)}分"))
    lines += [("结论", text) for text in summary(firmness)]
    lines += [("说明", text) for text in notes(firmness)]
    sheet.table(2, [
        Column("项目", "centre", [name for name, _ in lines]),
        Column("内容", "text", [text for _, text in lines]),
    ])  # fmt: skip
