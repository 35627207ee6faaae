"""Mistakes that offices make, planted in rows that were right: one a row, with what was right.

Each is of a kind that the catalogue of problems knows (``scoring.problems``), or one that is read all the
same: a short name, full-width digits, a stray space, another way to write a day.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa

from scoring.enums import Assessors, Counts, Scoring, Subordinates
from scoring.limits import NEAR_LOOKUPS
from scoring.points import SCALE, format_points
from scoring.scheme import Leaf, Ledger, Period, Rule, Score, SelfAssessment
from scoring.scheme.model import Range
from scoring.scheme.parts import in_group
from scoring.simulate.columns import YEAR, Chunk, Table, as_table
from scoring.simulate.draws import Draws
from scoring.simulate.units import Units

MILLION: Final = 1_000_000
READ: Final = ""
"""The code of what is read as it was meant."""


class Percent(NamedTuple):
    """A number that a workbook's cell shows as a percentage; anywhere else it is written as one."""

    share: float

    def __str__(self) -> str:
        return f"{self.share * 100:.0f}%"


Cell = str | Percent


class Spoilt(NamedTuple):
    """What a mistake makes of a row: the column, what stands there now, the code of the problem."""

    column: str
    cell: Cell
    code: str


@dataclass(frozen=True)
class Row:
    """A row that is right, as texts by column. ``unit`` and ``about`` are the numbers of its unit and of its
    rule or item; ``before`` is the row above, where that is in the same chunk and as it was. ``number`` is drawn,
    for a mistake that may be made in several ways. ``book``: the file will be a workbook."""

    values: Mapping[str, str | None]
    unit: int
    about: int
    before: Mapping[str, str | None] | None
    number: int
    book: bool

    def text(self, column: str) -> str:
        """What stands in the column, nothing where it is blank."""
        return self.values.get(column) or ""


Mistake = Callable[[Row], Spoilt | None]
"""Gives what the mistake makes of a row; None where it cannot be made in it."""


class Planted(NamedTuple):
    """A mistake in its place: the row's number in the chunk (from 0), the column, what stands there, the code
    of the problem (``READ``: none), what was right."""

    row: int
    column: str
    cell: Cell
    code: str
    right: str


def plant(
    table: Table, chunk: Chunk, number: int, share: int, seed: int, *, book: bool
) -> list[Planted]:
    """The mistakes in a chunk: one in each of ``share`` rows of a million."""
    draws = Draws(seed, 5, *table.place, number)
    rows = np.flatnonzero(draws.chance(share, len(chunk)))
    if not table.mistakes or not len(rows):
        return []
    first = draws.below(len(table.mistakes), len(rows)).tolist()
    numbers = draws.below(MILLION, len(rows)).tolist()
    texts = as_table(table, chunk, typed=False)
    values = texts.take(pa.array(rows)).to_pylist()
    above = texts.take(pa.array(np.maximum(rows - 1, 0))).to_pylist()
    spoilt = set(rows.tolist()) | {-1}
    out = []
    for i, at in enumerate(rows.tolist()):
        before = None if at - 1 in spoilt else above[i]
        row = Row(
            values[i], int(chunk.unit[at]), int(chunk.about[at]), before, numbers[i], book
        )  # fmt: skip
        # Where the mistake that was drawn cannot be made in the row, the next one is.
        order = (*table.mistakes[first[i] :], *table.mistakes[: first[i]])
        made = next((made for mistake in order if (made := mistake(row)) is not None), None)
        if made is not None:
            out.append(Planted(at, *made, row.text(made.column)))
    return out


def spoil(table: pa.Table, planted: Sequence[Planted]) -> pa.Table:
    """A table of texts with the mistakes in it."""
    import pyarrow.compute as pc

    by_column: dict[str, list[Planted]] = {}
    for one in planted:
        by_column.setdefault(one.column, []).append(one)
    for name, some in by_column.items():
        mask = np.zeros(len(table), dtype=bool)
        mask[[one.row for one in some]] = True
        cells = pa.array([str(one.cell) or None for one in some], pa.string())
        column = table.column(name).combine_chunks()
        new = pc.replace_with_mask(column, pa.array(mask), cells)
        table = table.set_column(table.schema.get_field_index(name), table.schema.field(name), new)
    return table


# What may be wrong with a text, whatever it says


def _wide(text: str) -> str:
    """The text with full-width digits.

    >>> _wide("2024-03-05")
    '２０２４-０３-０５'
    """
    return "".join(chr(ord(c) + 0xFEE0) if c.isdecimal() and c.isascii() else c for c in text)


def _wide_digits(column: str) -> Mistake:
    def made(row: Row) -> Spoilt | None:
        text = row.text(column)
        wide = _wide(text)
        return None if wide == text else Spoilt(column, wide, READ)

    return made


def _spaces(column: str) -> Mistake:
    def made(row: Row) -> Spoilt | None:
        text = row.text(column)
        shown = (f" {text}", f"{text}　", f"　{text} ")[row.number % 3]
        return Spoilt(column, shown, READ) if text else None

    return made


def _other_day(column: str) -> Mistake:
    """A day in another way of writing it that is read."""

    def made(row: Row) -> Spoilt | None:
        text = row.text(column)
        if not text:
            return None
        y, m, d = (int(part) for part in text.split("-"))
        ways = (f"{y}年{m}月{d}日", f"{y}.{m}.{d}", f"{y}/{m}/{d}", f"{y}{m:02}{d:02}")
        return Spoilt(column, ways[row.number % len(ways)], READ)

    return made


def _no_day(column: str) -> Mistake:
    """A day that no calendar has, or only half of one."""

    def made(row: Row) -> Spoilt | None:
        wrong = (f"{YEAR}-02-30", f"{YEAR}-04-31", f"{YEAR}-13-01", "3月5日", "三月上旬")
        text = wrong[row.number % len(wrong)]
        return Spoilt(column, text, "date-unreadable") if row.text(column) else None

    return made


def _blank(column: str, code: str) -> Mistake:
    def made(row: Row) -> Spoilt | None:
        return Spoilt(column, "", code) if row.text(column) else None

    return made


def _instead(column: str, texts: Sequence[str], code: str) -> Mistake:
    """One of some texts that do not belong there."""

    def made(row: Row) -> Spoilt | None:
        return Spoilt(column, texts[row.number % len(texts)], code) if row.text(column) else None

    return made


def _as_above(column: str, code: str, *same: str) -> Mistake:
    """What stands in the row above, of which the columns ``same`` say the same."""

    def made(row: Row) -> Spoilt | None:
        if row.before is None or any(row.before[name] != row.values[name] for name in same):
            return None
        text = row.before[column] or ""
        return Spoilt(column, text, code) if text and text != row.text(column) else None

    return made


# Names of units


def _misspelt(column: str) -> Mistake:
    """A name of which the last signs are changed about, or the last one is lost."""

    def made(row: Row) -> Spoilt:
        name = row.text(column)
        wrong = (name[:-1], f"{name[:-2]}{name[-1]}{name[-2]}")[row.number % 2]
        return Spoilt(column, name[:-1] if wrong == name else wrong, "unit-unknown")

    return made


_STRANGERS: Final = ("无名县人民政府", "某某公司", "市直有关部门")


def _strangers(column: str) -> Mistake:
    return _instead(column, _STRANGERS, "unit-unknown")


def _short(column: str, units: Units) -> Mistake:
    def made(row: Row) -> Spoilt | None:
        short = units.shorts[row.unit].as_py()
        return Spoilt(column, short, READ) if short else None

    return made


# Numbers of points


def _beyond(column: str, most: Callable[[Row], int | None]) -> Mistake:
    """A score above the full points."""

    def made(row: Row) -> Spoilt | None:
        full = most(row)
        if full is None or not row.text(column):
            return None
        return Spoilt(column, format_points(full + (1 + row.number % 5) * SCALE), "number-range")

    return made


def _tail(column: str, fits: Callable[[Row], bool]) -> Mistake:
    """What a program writes of a number that it keeps in binary: 3.8499999999999996."""

    def made(row: Row) -> Spoilt | None:
        text = row.text(column)
        # A workbook shows 15 digits: there it is 3.85.
        if row.book or not text or not fits(row) or float(text) < 1:
            return None
        return Spoilt(column, repr(math.nextafter(float(text), 0)), "number-decimals")

    return made


def _percent(column: str, most: Callable[[Row], int | None]) -> Mistake:
    """The share of the full points instead of the points."""

    def made(row: Row) -> Spoilt | None:
        full = most(row)
        if full is None or not row.text(column):
            return None
        share = round(float(row.text(column)) * SCALE * 100 / full)
        if not 0 < share <= 100:
            return None
        code = "value-shown" if row.book else "number-unreadable"
        return Spoilt(column, Percent(share / 100), code)

    return made


def _with_unit(column: str, fits: Callable[[Row], bool]) -> Mistake:
    """3.5分."""

    def made(row: Row) -> Spoilt | None:
        text = row.text(column)
        return Spoilt(column, f"{text}分", READ) if text and fits(row) else None

    return made


def ledger_mistakes(
    ledger: Ledger, units: Units, rules: Sequence[Rule], *, gaps: bool
) -> tuple[Mistake, ...]:
    """The mistakes in a ledger; ``rules`` are those of its provider, by number. ``gaps``: what is missing stops a
    final run; elsewhere it is no mistake to leave a cell blank."""

    def is_charged(row: Row) -> bool:
        """Whether the row may cost something: no department's that is only listed, not revoked."""
        listed = rules[row.about].subordinates == Subordinates.LISTED
        alone = listed and units.parent[row.unit] >= 0
        return not alone and not row.text("撤销日期")

    def no_deadline(row: Row) -> Spoilt | None:
        given = row.text("整改期限") and is_charged(row)
        return Spoilt("整改期限", "", "gap-deadline") if given else None

    def pending(row: Row) -> Spoilt | None:
        if rules[row.about].counts != Counts.VERIFIED or not is_charged(row):
            return None
        return Spoilt("核实结果", ("待核实", "")[row.number % 2], "gap-verification")

    def done_before(row: Row) -> Spoilt | None:
        computed = rules[row.about].deadline is not None
        found = np.datetime64(row.text("发现日期"), "D")
        if computed or not row.text("整改完成日期"):
            return None
        return Spoilt("整改完成日期", str(found - (1 + row.number % 20)), "date-order")

    def other_year(row: Row) -> Spoilt:
        day = row.text("发现日期")
        return Spoilt("发现日期", f"{YEAR - 1}{day[4:-2]}28", "found-outside-year")

    def no_rule(row: Row) -> Spoilt | None:
        # Without its rule nobody knows that its deadline is computed, and that it may be done before.
        if row.text("整改完成日期") and row.text("整改完成日期") < row.text("发现日期"):
            return None
        return Spoilt("扣分项", ("9.9", "其他", "第九项")[row.number % 3], "rule-unknown")

    def title(row: Row) -> Spoilt:
        return Spoilt("扣分项", rules[row.about].title, READ)

    def other_deadline(row: Row) -> Spoilt | None:
        spec = rules[row.about].deadline
        if spec is None or not row.text(spec.event):
            return None
        # More than any holiday can move it.
        wrong = np.datetime64(row.text(spec.event), "D") + 200 + row.number % 50
        return Spoilt("整改期限", str(wrong), "deadline-mismatch")

    def own_points(row: Row) -> int | None:
        rule = rules[row.about]
        group = units.groups[units.group[row.unit]]
        said = in_group(rule.points_by, group) if rule.applies_to(group) else 0
        return said.high if isinstance(said, Range) else None

    found = [
        _misspelt("单位"), _strangers("单位"), _blank("单位", "value-missing"), _no_day("发现日期"),
        _no_day("整改期限"), other_year, done_before, _as_above("台账编号", "entry-duplicate"),
        no_rule, other_deadline,
        _instead("核实结果", ("基本属实", "已整改", "是"), "value-unknown"),
        _blank("撤销日期", "revoked-undated"), _blank("问题描述", "value-missing"),
        _short("单位", units), _spaces("单位"), _wide_digits("发现日期"), _other_day("发现日期"), title,
        _spaces("扣分项"), _other_day("整改完成日期"),
    ]  # fmt: skip
    if gaps:
        found += [no_deadline, pending]
    if any(rule.ranged for rule in rules):
        found += [_beyond("分值", own_points), _with_unit("分值", lambda row: True)]
    return tuple(found)


def form_mistakes(
    component: SelfAssessment, units: Units, period: Period, leaves: Sequence[Leaf], *, gaps: bool
) -> tuple[Mistake, ...]:
    """The mistakes in a long table; ``leaves`` are its items, by number; ``gaps`` as in ``ledger_mistakes``."""

    def is_points(row: Row) -> bool:
        return leaves[row.about].scoring is Scoring.POINTS

    def most(row: Row) -> int | None:
        return leaves[row.about].most if is_points(row) else None

    def full(row: Row) -> int | None:
        return leaves[row.about].full if is_points(row) else None

    def unverified(row: Row) -> Spoilt | None:
        return Spoilt("核查得分", "", "gap-verified") if row.text("核查得分") else None

    def unclaimed(row: Row) -> Spoilt | None:
        return Spoilt("自评分", "", "self-score-missing") if row.text("自评分") else None

    def no_option(row: Row) -> Spoilt | None:
        by_words = leaves[row.about].scoring is Scoring.OPTIONS
        return Spoilt("核查得分", "优良", "value-unknown") if by_words else None

    def too_many(row: Row) -> Spoilt | None:
        of = row.text("核查应完成数")
        return Spoilt("核查完成数", str(int(of) + 1), "number-range") if of else None

    def half(row: Row) -> Spoilt | None:
        number = row.text("核查问题数")
        return Spoilt("核查问题数", f"{number}.5", "number-unreadable") if number else None

    def points(row: Row) -> Spoilt:
        leaf = leaves[row.about]
        return Spoilt("分值", format_points(max(leaf.points, leaf.full) + SCALE), "points-mismatch")

    found = [
        _instead("期次", ("第九期",), "period-unknown"), unclaimed, points,
        _instead("指标编号", ("9.99", "Z-1"), "indicator-unknown"), no_option, too_many, half,
        _as_above("指标编号", "indicator-duplicate", "单位", "期次"),
        _beyond("核查得分", most), _beyond("自评分", most), _tail("核查得分", is_points),
        _percent("核查得分", full), _no_day("报送日期"),
        _short("单位", units), _spaces("单位"), _with_unit("核查得分", is_points), _wide_digits("自评分"),
        _wide_digits("指标编号"), _other_day("报送日期"), _spaces("指标编号"),
    ]  # fmt: skip
    others = [other.name for other in component.periods if other.name != period.name]
    if gaps:
        found.append(unverified)
    # Beyond so many unknown names ``kaohe check`` does not look up whose they are, and says of the item of
    # each that it is missing, too; and where each group has items of its own, it holds the item of nobody
    # to those of another group.
    few = 2 * len(units.names) + len(_STRANGERS) <= NEAR_LOOKUPS
    if few and not isinstance(component.indicators, Mapping):
        found.append(_misspelt("单位"))
    if others:
        found.append(_instead("期次", others, "form-place"))
    if component.late is not None:
        found.append(_blank("报送日期", "value-missing"))
    return tuple(found)


def score_mistakes(component: Score, units: Units, *, gaps: bool) -> tuple[Mistake, ...]:
    """The mistakes in a table of scores; ``gaps`` as in ``ledger_mistakes``."""

    def full(row: Row) -> int | None:
        return in_group(component.full_by, units.groups[units.group[row.unit]])

    def always(row: Row) -> bool:
        return True

    found = [
        _misspelt("单位"), _beyond("得分", full), _tail("得分", always), _percent("得分", full),
        _instead("得分", ("缺考", "良好", "待定"), "number-unreadable"),
        _short("单位", units), _spaces("单位"), _with_unit("得分", always), _wide_digits("得分"),
    ]  # fmt: skip
    if gaps and component.assessors == Assessors.ONE:
        found.append(_blank("得分", "gap-score"))
    return tuple(found)
