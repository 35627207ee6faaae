"""The ordinary papers of one region's units, from a run over an engine: workbook, circular, annex, 反馈单.

The rows of these units were read closely, so that their scores, rows and items are those of an ordinary
run; their grades and ranks, and what they are compared with, are those of the whole run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from scoring.intake import Assessment
from scoring.limits import PART_UNITS
from scoring.papers import FEEDBACK
from scoring.publish import render
from scoring.rules.grading import Standing
from scoring.score import GroupFigures, Result, UnitResult, Whole
from scoring.steps.grade import make_feedback
from scoring.steps.regions import region_of
from scoring.tables import where
from scoring.writing import file_names

_OF_ALL: Final = ("title", "opening", "overview", "problems")
"""What assessment.yaml says of the circular about all units: it is not true of a part."""


class RegionError(ValueError):
    """A region whose papers were asked for and cannot be made; the message says why."""


def units_in(graded: pa.Table, asked: Sequence[str]) -> dict[str, list[str]]:
    """The graded units in each region, by the region as it was asked for; ``graded`` has all of them with their
    ``region`` (甲省/乙市). Raises RegionError where there are none or too many."""
    out: dict[str, list[str]] = {}
    regions = graded["region"]
    known = regions.unique().to_pylist()
    for text in asked:
        path = "/".join(region_of(text))
        inside = [one for one in known if path and (one == path or one.startswith(f"{path}/"))]
        here = pc.is_in(regions, value_set=pa.array(inside, pa.large_string()))
        found = graded["unit"].filter(here).to_pylist()
        if not found:
            tops = dict.fromkeys(one.split("/")[0] for one in known if one)
            there = (
                f"最上一级有：{'、'.join(list(tops)[:10])}" if tops else "考核对象表没有地区一栏"
            )
            raise RegionError(f"没有“{text}”这个地区；{there}")
        if len(found) > PART_UNITS:
            raise RegionError(
                f"“{text}”有 {len(found)} 个单位，一次最多写 {PART_UNITS} 个单位的工作簿、通报和反馈单，"
                "请写下一级的地区"
            )
        out[text] = found
    return out


def figures_of(
    units: pa.Table, stands: Mapping[str, Counter[Standing]], keys: Collection[str]
) -> dict[str, GroupFigures]:
    """What the units of every group come to: ``units`` as ``ManyUnits.graded`` gives them, scores of the
    components ``keys`` in ten-thousandths; ``stands`` how many units have each standing."""
    # Whom a condition keeps out of the ranking is neither the best nor in an average.
    unranked = pc.and_(pc.invert(units["ranked"]), pc.is_valid(units["composite"]))
    beside = units.filter(pc.invert(unranked))
    out = {}
    for group, own in stands.items():
        some = beside.filter(pc.equal(beside["group"], group))
        scores = {key: _figures(some[f"score_{key}"]) for key in keys}
        out[group] = GroupFigures(
            count=pc.sum(pc.equal(units["group"], group)).as_py() or 0,
            stands=own,
            means={key: mean for key, (mean, _) in scores.items()},
            highest={key: highest for key, (_, highest) in scores.items()},
        )
    return out


def _figures(scores: Any) -> tuple[Fraction | None, Fraction | None]:
    """The mean and the highest of scores in ten-thousandths, as points."""
    count = len(scores) - scores.null_count
    if not count:
        return None, None
    return Fraction(pc.sum(scores).as_py(), count * 10_000), Fraction(
        pc.max(scores).as_py(), 10_000
    )


def part_of(
    closely: Result,
    assessment: Assessment,
    graded: pa.Table,
    whole: Whole,
    names: Collection[str],
    *,
    final: bool,
) -> tuple[Result, Assessment]:
    """The result and the assessment of the units ``names``, all of which were read closely; ``graded`` are all
    units of the run with the columns of ``Result.to_frame``."""
    own = set(names)
    placed = graded.filter(
        pc.is_in(graded["unit"], value_set=pa.array(sorted(own), pa.large_string()))
    )
    columns = (placed[name].to_pylist() for name in ("unit", "composite", "grade", "rank"))
    place = {row[0]: row for row in zip(*columns, strict=True)}
    order = {name: at for at, name in enumerate(place)}
    units = sorted((u for u in closely.units if u.unit in own), key=lambda u: order[u.unit])
    decimals = closely.scheme.rounding.decimals
    result = replace(
        closely,
        final=final,
        units=tuple(_placed(unit, place[unit.unit], decimals) for unit in units),
        entries=tuple(e for e in closely.entries if e.charged_unit in own),
        items=tuple(i for i in closely.items if i.unit in own),
        periods=tuple(p for p in closely.periods if p.unit in own),
        scores=tuple(s for s in closely.scores if s.unit in own),
        gaps=tuple(g for g in closely.gaps if g.unit in own),
        rules=tuple(r for r in closely.rules if r.unit in own),
        whole=whole,
    )
    return result, _assessment_of(assessment, own, whole.part)


def _placed(
    unit: UnitResult, row: tuple[str, Decimal | None, str | None, int | None], decimals: int
) -> UnitResult:
    """A unit with the grade and the rank that it has among all. Raises ValueError where the two ways of
    scoring differ: no paper is made of that."""
    _, composite, grade, rank = row
    same = None if composite is None else int(composite.scaleb(decimals))
    if same != unit.composite:
        raise ValueError(
            f"{unit.unit}: composite {unit.composite} by the rules, {same} in the whole run"
        )
    return unit._replace(grade=grade, rank=rank)


def _assessment_of(assessment: Assessment, own: set[str], part: str) -> Assessment:
    units = assessment.units.narrowed(own)
    listed = {unit.name for unit in units.units}
    settings = assessment.settings
    circular = settings.circular.model_copy(update=dict.fromkeys(_OF_ALL))
    return replace(
        assessment,
        settings=settings.model_copy(update={"region": part, "circular": circular}),
        tables=where(assessment.tables, lambda row: row.unit in listed),
        units=units,
        appeals=tuple(row for row in assessment.appeals if row.unit in listed),
        problems=tuple(p for p in assessment.problems if p.unit is None or p.unit in listed),
    )


def region_papers(result: Result, assessment: Assessment, region: str) -> dict[str, bytes]:
    """The papers of a part, by their paths in the folder of the run: 甲省/乙市/考核结果.xlsx and the others of
    ``kaohe grade``, and what ``kaohe feedback`` writes in the folder 反馈 beside them. Raises
    TemplateFaultError, TooManyRowsError."""
    parts = region_of(region)
    names = file_names(parts)
    folder = "/".join(names[part] for part in parts)
    papers = {f"{folder}/{name}": content for name, content in render(result, assessment).items()}
    for name, content in make_feedback(result, assessment).items():
        papers[f"{folder}/{FEEDBACK.folder}/{name}"] = content
    return papers
