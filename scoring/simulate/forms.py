"""自我考核 of a simulated assessment: long tables of all units, one a period."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from scoring.enums import Scoring
from scoring.points import format_points
from scoring.scheme import Leaf, Period, Scheme, SelfAssessment
from scoring.simulate.columns import (
    CHUNK,
    FIRST_DAY,
    SCALE,
    YEAR,
    Chunk,
    Kind,
    Table,
    days,
    gaps_stop,
    groups_with,
    numbers,
    words,
)
from scoring.simulate.draws import Draws, Whole
from scoring.simulate.table_mistakes import form_mistakes
from scoring.simulate.units import BEST, Units

FILE: Final = "汇总"
_LATE: Final = 50_000
"""Late forms in a million."""
_CUT: Final = 150_000
"""Items, in a million, of which the verifiers found less than the unit had claimed."""
_COUNTS: Final = (
    ("完成数", Scoring.FRACTION), ("应完成数", Scoring.FRACTION), ("核查完成数", Scoring.FRACTION),
    ("核查应完成数", Scoring.FRACTION), ("问题数", Scoring.EACH), ("核查问题数", Scoring.EACH),
)  # fmt: skip


def form_tables(scheme: Scheme, units: Units, seed: int) -> list[Table]:
    """The self-assessments of the scheme: for each part and period a table of every item of every unit."""
    forms = [(k, c) for k, c in scheme.leaves().items() if isinstance(c, SelfAssessment)]
    out = []
    for part, (key, component) in enumerate(forms):
        gaps, groups = gaps_stop(scheme, key), groups_with(scheme, key)
        for number, period in enumerate(component.periods):
            maker = _Maker(component, groups, units, period, seed, (3, part, number))
            out.append(maker.table(f"{component.table}/{period.name}/{FILE}", gaps=gaps))
    return out


def columns_of(component: SelfAssessment, leaves: Sequence[Leaf]) -> dict[str, Kind]:
    """The columns of a long table; scores are texts where some items are scored by words (优、良)."""
    ways = {leaf.scoring for leaf in leaves}
    score = Kind.TEXT if Scoring.OPTIONS in ways else Kind.POINTS
    return {
        "单位": Kind.TEXT, "期次": Kind.TEXT, "指标编号": Kind.TEXT, "二级指标": Kind.TEXT,
        "分值": Kind.POINTS, "自评分": score, "核查得分": score,
        **{name: Kind.COUNT for name, way in _COUNTS if way in ways},
        "报送日期": Kind.DAY,
    }  # fmt: skip


class _Maker:
    """Makes the rows of one period of one part."""

    def __init__(
        self,
        component: SelfAssessment,
        groups: tuple[str, ...],
        units: Units,
        period: Period,
        seed: int,
        place: tuple[int, ...],
    ) -> None:
        self.component, self.units, self.period = component, units, period
        self.seed, self.place = seed, place
        by_group = {g: component.items(g) if g in groups else [] for g in units.groups}
        self.leaves = [leaf for leaves in by_group.values() for leaf in leaves]
        """The items of every group, one after the other."""
        self.first: list[int] = []
        at = 0
        for leaves in by_group.values():
            self.first.append(at)
            at += len(leaves)
        self.each = [len(leaves) for leaves in by_group.values()]
        self.columns = columns_of(component, self.leaves)
        # So many units a chunk as have no more rows than it.
        self.units_a_chunk = max(1, CHUNK // max([*self.each, 1]))
        own = [(g, first, end) for g, (first, end) in enumerate(units.bounds) if self.each[g]]
        self.blocks = [
            (g, at, min(at + self.units_a_chunk, end))
            for g, first, end in own
            for at in range(first, end, self.units_a_chunk)
        ]
        """Group, first and last unit plus one of each chunk: all units of a chunk have the same items."""
        ways = [leaf.scoring for leaf in self.leaves]
        self.is_way = {way: np.array([w is way for w in ways], dtype=bool) for way in Scoring}
        self.full = np.array([leaf.full for leaf in self.leaves], dtype=np.int64)
        self.step = np.array([self._step(leaf) for leaf in self.leaves], dtype=np.int64)
        self.options = [_options(leaf) for leaf in self.leaves]

    def table(self, path: str, *, gaps: bool) -> Table:
        """The table at ``path``; ``gaps`` as in ``form_mistakes``."""
        rows = sum((end - first) * self.each[g] for g, first, end in self.blocks)
        mistakes = form_mistakes(self.component, self.units, self.period, self.leaves, gaps=gaps)
        return Table(
            path, self.columns, rows, max(1, len(self.blocks)), self.chunk, mistakes, self.place
        )

    def chunk(self, number: int) -> Chunk:
        group, first, end = self.blocks[number] if self.blocks else (0, 0, 0)
        draws = Draws(self.seed, *self.place, number)
        each = self.each[group]
        own = np.arange(first, end, dtype=np.int64)
        unit = np.repeat(own, each)
        item = np.tile(np.arange(each, dtype=np.int64), len(own)) + self.first[group]
        lost = self._lost(draws, unit)
        # What the unit did not say of itself.
        hidden = draws.chance(_CUT, len(unit))
        claimed = np.where(hidden, lost // 3, lost)
        columns = {
            "单位": words(self.units.names, unit),
            "期次": words([self.period.name], np.zeros(len(unit), dtype=np.int64)),
            "指标编号": words([leaf.code for leaf in self.leaves], item),
            "二级指标": words([leaf.title for leaf in self.leaves], item),
            "分值": numbers(np.array([leaf.points for leaf in self.leaves], dtype=np.int64)[item]),
            "自评分": self._scores(item, claimed),
            "核查得分": self._scores(item, lost),
            **self._counts(draws, item, claimed, lost),
            "报送日期": days(np.repeat(self._handed_in(draws, len(own)), each)),
        }
        return Chunk(columns, unit, item)

    def _step(self, leaf: Leaf) -> int:
        """In which steps an item is scored."""
        if self.component.step is not None:
            return self.component.step
        return next((s for s in (SCALE // 2, SCALE // 10) if leaf.full % s == 0), leaf.full)

    def _lost(self, draws: Draws, unit: Whole) -> Whole:
        """What share of its full points each item lacks, in thousandths: the less good a unit is, the
        more, and most items lack little."""
        some = (BEST - self.units.quality[unit]) * 8 // 10
        chance = draws.below(1000, len(unit))
        lost = some * chance // 1000 * (500 + draws.below(1000, len(unit))) // 1000
        # Of very many items a few would lack more than they are worth.
        return np.asarray(np.minimum(lost, 1000))

    def _scores(self, item: Whole, lost: Whole) -> Any:
        """Points, or the words of an item's options; blank for items that are counted."""
        full, step = self.full[item], self.step[item]
        points = full - full * lost // 1000 // step * step
        by_points, by_words = self.is_way[Scoring.POINTS][item], self.is_way[Scoring.OPTIONS][item]
        if self.columns["自评分"] is Kind.POINTS:
            return numbers(points, by_points)
        known = sorted(set(points[by_points].tolist()))
        texts = [format_points(value) for value in known]
        at = np.zeros(len(item), dtype=np.int64)
        at[by_points] = np.searchsorted(np.array(known, dtype=np.int64), points[by_points])
        for number in np.unique(item[by_words]).tolist():
            rows = item == number
            own = self.options[number]
            at[rows] = len(texts) + np.minimum(lost[rows] * len(own) // 700, len(own) - 1)
            texts += own
        return words(texts, at, by_points | by_words)

    def _counts(self, draws: Draws, item: Whole, claimed: Whole, lost: Whole) -> dict[str, Any]:
        """What is counted of an item: so many done of so many, so many faults."""
        out = {}
        by_share, by_fault = self.is_way[Scoring.FRACTION][item], self.is_way[Scoring.EACH][item]
        of = 5 + draws.below(195, len(item))
        faults = {name: share // 60 for name, share in (("问题数", claimed), ("核查问题数", lost))}
        for name in self.columns:
            if name in ("完成数", "核查完成数"):
                share = claimed if name == "完成数" else lost
                out[name] = numbers(of - of * share // 1000, by_share)
            elif name in ("应完成数", "核查应完成数"):
                out[name] = numbers(of, by_share)
            elif name in faults:
                out[name] = numbers(faults[name], by_fault)
        return out

    def _handed_in(self, draws: Draws, units: int) -> Whole:
        """The day on which each form came in, mostly in the week before it was due."""
        due = self.period.due.on(YEAR)
        last = FIRST_DAY + (due - due.replace(YEAR, 1, 1)).days
        early = last - draws.below(7, units)
        late = draws.chance(_LATE, units)
        return np.where(late, last + 1 + draws.below(6, units), early)


def _options(leaf: Leaf) -> list[str]:
    """The words of an item, the best first."""
    options = leaf.indicator.options or {}
    return sorted(options, key=lambda name: -options[name])
