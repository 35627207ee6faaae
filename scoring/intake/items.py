"""The items of 考核表 and long tables: what the unit claims and what was verified."""

from __future__ import annotations

from dataclasses import dataclass, field

from scoring.enums import Scoring
from scoring.intake.cells import says_not_applicable
from scoring.intake.lost_forms import LostForms
from scoring.intake.table import (
    Column,
    FileReport,
    Row,
    SheetHeader,
)
from scoring.lookup.near_names import NearNames
from scoring.lookup.text import fold
from scoring.lookup.units import Unit, UnitList
from scoring.points import format_points
from scoring.problems import Place, Problem
from scoring.scheme import Leaf, SelfAssessment
from scoring.tables import FormRow, ItemRow


@dataclass
class FormRows:
    """The forms and items that were read; ``refused`` are those of the forms (unit, period) that came in
    and were refused as a whole."""

    forms: list[FormRow] = field(default_factory=list)
    items: list[ItemRow] = field(default_factory=list)
    refused: set[tuple[str, str]] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    reports: list[FileReport] = field(default_factory=list)
    headers: dict[tuple[str, str | None], SheetHeader] = field(default_factory=dict)


@dataclass
class Reading:
    """What the reading of every form shares."""

    key: str
    component: SelfAssessment
    units: UnitList
    year: int
    exempt: frozenset[tuple[str, str]]
    out: FormRows
    indicators: dict[str, dict[str, Leaf]]
    every: dict[str, Leaf]
    more_columns: tuple[Column, ...]
    lost: LostForms
    form_places: dict[tuple[str, str], Place] = field(default_factory=dict)
    item_places: dict[tuple[str, str, str], Place] = field(default_factory=dict)
    near_codes: dict[str | None, NearNames] = field(default_factory=dict)
    contested: set[tuple[str, ...]] = field(default_factory=set)
    """Forms (unit, period) and items (with the indicator) that came in twice."""

    def known(self, unit: Unit | None) -> dict[str, Leaf]:
        """The indicators of the unit's tree; of every tree where the unit is not known."""
        if unit is not None and unit.group in self.indicators:
            return self.indicators[unit.group]
        return self.every

    def is_ambiguous(self, unit: Unit | None, indicator: Leaf) -> bool:
        """Whether nobody knows to which points the item is held: its unit is not known, and the
        groups give the indicator other points or another scoring."""
        if unit is not None and unit.group in self.indicators:
            return False
        same = [leaves.get(fold(indicator.code)) for leaves in self.indicators.values()]
        return len({_held_to(leaf) for leaf in same if leaf is not None}) > 1

    def codes(self, unit: str) -> list[str]:
        """The indicators that a unit has to fill in."""
        leaves = self.known(self.units.find(unit)).values()
        return [leaf.code for leaf in leaves if (unit, leaf.code) not in self.exempt]

    def expected_code(self, unit: Unit | None, code: str) -> str:
        """What an unknown indicator should have been."""
        group = unit.group if unit else None
        if group not in self.near_codes:
            self.near_codes[group] = NearNames(leaf.code for leaf in self.known(unit).values())
        return self.near_codes[group].suggestion("办法中的指标编号", code)


def _held_to(leaf: Leaf) -> tuple[object, ...]:
    """What the cells of an item are held to."""
    options = leaf.indicator.options
    return leaf.points, leaf.full, leaf.most, leaf.scoring, tuple(options) if options else None


def refuse_item(reading: Reading, unit: str, period: str, code: str, place: Place) -> None:
    key, file, sheet, row = reading.key, place.file, place.sheet, place.row
    if reading.form_places.setdefault((unit, period), place) is place:
        reading.out.refused.add((unit, period))
        reading.out.forms.append(FormRow(key, unit, period, file=file, sheet=sheet, row=row))
    if reading.item_places.setdefault((unit, period, code), place) is place:
        item = ItemRow(key, unit, period, code, not_applicable=False, refused=True)
        reading.out.items.append(item._replace(file=file, sheet=sheet, row=row))


def read_score(row: Row, column: str, indicator: Leaf, step: int | None) -> int | None:
    """A score of the item: points, or one of its options (优、良、一般、差)."""
    options = indicator.indicator.options
    if options:
        text = row.text(column)
        if text is None:
            return None
        by_name = {fold(name): points for name, points in options.items()}
        if fold(text) in by_name:
            return by_name[fold(text)]
        row.add("value-unknown", column, text, "、".join(options))
        return None
    if indicator.scoring == Scoring.FRACTION:
        # A share of the points, which the form's own cell computes: the counts say it exactly.
        return row.share(column, 0, indicator.most)
    points = row.points(column, 0, indicator.most)
    if (
        points is not None
        and step is not None
        and points % step
        and indicator.scoring == Scoring.POINTS
    ):
        row.add("number-step", column, expected=f"{format_points(step)}的整数倍")
    return points


def _with_counts(item: ItemRow, row: Row, indicator: Leaf) -> ItemRow:
    """The item with the counts that scoring by fraction or by deductions needs: the unit's own, and what the
    verifier found."""
    if indicator.scoring == Scoring.FRACTION:
        self_done, self_of = _fraction(row, "完成数", "应完成数")
        done, of = _fraction(row, "核查完成数", "核查应完成数")
        return item._replace(self_done=self_done, self_of=self_of, done=done, of=of)
    if indicator.scoring == Scoring.EACH:
        return item._replace(self_faults=row.count("问题数"), faults=row.count("核查问题数"))
    return item


def _fraction(row: Row, part: str, whole: str) -> tuple[int | None, int | None]:
    done, of = row.count(part), row.count(whole)
    if done is not None and of is not None and done > of:
        row.add("number-range", part, expected=f"不大于{whole}{of}的整数")
    return done, of


def read_item(reading: Reading, row: Row, unit: Unit | None, period: str | None) -> ItemRow | None:
    """The row as an item, refused where a cell could not be read; None where it names no item."""
    code = row.text("指标编号", required=True)
    known = reading.known(unit)
    indicator = known.get(fold(code)) if code else None
    if code and indicator is None:
        row.add(
            "indicator-unknown",
            "指标编号",
            code,
            reading.expected_code(unit, code),
        )
    if indicator is None:
        if unit is not None and period is not None:
            reading.lost.nameless_item(unit, period, row.place())
        return None
    if unit is not None and period is not None:
        spot = (unit.name, period, indicator.code)
        here = row.place("指标编号")
        first = reading.item_places.setdefault(spot, here)
        if first is not here and first != here:
            # Whose cells these are nobody knows: they are not held to this item's points.
            row.add("indicator-duplicate", "指标编号", indicator.code, f"只填一行；另一行在{first}")
            reading.lost.nameless_item(unit, period, row.place())
            reading.contested.add(spot)
            return None
    if reading.is_ambiguous(unit, indicator):
        return None
    points = row.points("分值")
    if points is not None and points not in (indicator.points, indicator.full):
        row.add("points-mismatch", "分值", expected=format_points(indicator.points))
    exempt = unit is not None and (unit.name, indicator.code) in reading.exempt
    verified_na = says_not_applicable(row.value("核查得分"))
    own = verified = None
    if not says_not_applicable(row.value("自评分")):
        own = read_score(row, "自评分", indicator, reading.component.step)
    if not verified_na:
        verified = read_score(row, "核查得分", indicator, reading.component.step)
    name = unit.name if unit is not None else ""
    item = ItemRow(reading.key, name, period or "", indicator.code)
    item = _with_counts(item, row, indicator)
    described = item.self_done is not None or item.self_faults is not None
    if exempt and not (own is None and verified is None):
        row.add("indicator-not-applicable", "指标编号", indicator.code)
    elif own is None and not described and row.ok and not (exempt or verified_na):
        row.add(
            "self-score-missing", "自评分", expected=f"0到{format_points(indicator.points)}的数字"
        )
    if unit is None or period is None:
        return None
    return item._replace(
        self_score=own,
        verified_score=verified,
        not_applicable=verified_na,
        refused=not row.ok,
        self_note=row.text("自评说明"),
        evidence=row.text("证明材料"),
        verifier=row.text("核查单位"),
        verified_note=row.text("核查说明"),
        file=row.reader.grid.file,
        sheet=row.reader.grid.sheet,
        row=row.number,
    )
