"""稳健性分析.html: one self-contained page with a picture of the intervals of ranks."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from scoring.intake.templates import TemplateFile
from scoring.points import format_points
from scoring.publish.svg import number
from scoring.publish.templates.office import OfficeTemplate
from scoring.sensitivity import GroupRobustness, Robustness, UnitRobustness
from scoring.wording.numbers import BLANK, PROVISIONAL, day
from scoring.wording.official import title_parts
from scoring.wording.sensitivity import (
    cases,
    composite_text,
    error_case,
    grades_text,
    interval,
    move_text,
    notes,
    rank_text,
    ranks_text,
    score_titles,
    summary,
    title_of,
    upwards,
    weights_case,
)

NEAREST = 30
"""So many pairs stand on the page; the workbook has them all."""

WHOLE = 100
"""The length of a row of the picture: places on it are in percent."""


@dataclass(frozen=True)
class Bar:
    """A unit's row of the picture: where its intervals begin and how long they are, and where its
    rank is, in percent of the row."""

    name: str
    rank: str
    text: str
    wide: tuple[str, str]
    narrow: tuple[str, str]
    mark: str
    label: str


@dataclass(frozen=True)
class Picture:
    """The picture of a group: ``lines`` are the ranks with their places on the axis."""

    bars: tuple[Bar, ...]
    lines: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Page:
    """What the template is filled with. ``cases`` say what was varied, the first and the last with the
    two bars of a picture; ``weights`` and ``error`` are empty where there was nothing to vary; ``graded``:
    the scheme has grades."""

    title: str
    title_parts: tuple[str, ...]
    graded: bool
    mark: str
    as_of: str
    scheme: str
    cases: tuple[str, ...]
    weights: str
    error: str
    score: str
    summary: tuple[str, ...]
    groups: tuple[tuple[str, int, Picture, tuple[tuple[str, ...], ...], str], ...]
    swaps: tuple[tuple[str, ...], ...]
    swaps_count: int
    notes: tuple[str, ...]


@dataclass(frozen=True)
class PageTags:
    """What the tags of the template may name."""

    page: Page


TEMPLATE = OfficeTemplate("稳健性.html.j2", PageTags)


def sensitivity_html(
    robustness: Robustness, title: str, template: Path | TemplateFile | None = None
) -> str:
    """The analysis as a page that needs no other file. Raises TemplateFaultError where the template
    has faults."""
    from scoring.publish.templates.text import render_text

    return render_text(TEMPLATE, template, {"page": _page(robustness, title)})


def _page(robustness: Robustness, title: str) -> Page:
    result = robustness.result
    return Page(
        title=title,
        title_parts=title_parts(title),
        graded=bool(result.scheme.grades),
        mark="" if result.final else f"{PROVISIONAL}结果",
        as_of=day(result.as_of),
        scheme=result.scheme.title,
        cases=tuple(case.title for case in cases(robustness)),
        weights=weights_case(robustness) if robustness.moved else "",
        error=error_case(robustness) if robustness.scores else "",
        score=score_titles(robustness),
        summary=tuple(summary(robustness)),
        groups=tuple(
            (
                group.group,
                len(group.units),
                _picture(robustness, group),
                tuple(_row(robustness, unit) for unit in group.units),
                "、".join(
                    f"{title_of(robustness, key)}{format_points(weight)}%"
                    for key, weight in group.weights.items()
                ),
            )
            for group in robustness.groups
        ),
        swaps=_swaps(robustness),
        swaps_count=len(robustness.swaps),
        notes=tuple(notes(robustness)),
    )


def _picture(robustness: Robustness, group: GroupRobustness) -> Picture:
    count = len(group.units)
    # A rank is a column of its own width; a bar covers the whole columns of its ranks.
    column = Fraction(WHOLE, count)

    def edge(rank: int) -> Fraction:
        return column * (rank - 1)

    def span(best: int, worst: int) -> tuple[str, str]:
        return number(edge(best)), number(edge(worst + 1) - edge(best))

    bars = []
    first, *_, last = cases(robustness) * 2  # the same one twice, where there is one
    for unit in group.units:
        narrow, wide = first.of(unit), last.of(unit)
        bars.append(
            Bar(
                name=unit.unit,
                rank=rank_text(unit),
                text=composite_text(robustness, unit.composite),
                wide=span(wide.best, wide.worst),
                narrow=span(narrow.best, narrow.worst),
                mark=number(edge(unit.rank) + column / 2),
                label=_label(robustness, unit),
            )
        )
    every = 1 if count <= 20 else 5
    shown = [rank for rank in range(1, count + 1) if rank == 1 or rank % every == 0]
    lines = tuple((number(edge(rank) + column / 2), rank) for rank in shown)
    return Picture(tuple(bars), lines)


def _label(robustness: Robustness, unit: UnitRobustness) -> str:
    spans = (f"{case.title}时名次{ranks_text(case.of(unit))}" for case in cases(robustness))
    return "，".join([f"{unit.unit}：排名{rank_text(unit)}", *spans])


def _row(robustness: Robustness, unit: UnitRobustness) -> tuple[str, ...]:
    def points(value: int | None) -> str:
        return BLANK if value is None else composite_text(robustness, value)

    span, graded = cases(robustness)[0].of(unit), bool(robustness.result.scheme.grades)
    rise = points(unit.rise[1] if unit.rise else None)
    grades = (grades_text(unit.both), rise, points(unit.margin)) if graded else ()
    return (
        rank_text(unit),
        unit.unit,
        points(unit.composite),
        *((unit.grade or BLANK,) if graded else ()),
        interval(points(span.low), points(span.high)),
        *(ranks_text(case.of(unit)) for case in cases(robustness)),
        *grades,
    )


def _swaps(robustness: Robustness) -> tuple[tuple[str, ...], ...]:
    known = {unit.unit: unit for unit in robustness.units}
    rows = []
    for swap in robustness.swaps[:NEAREST]:
        none = "并列" if swap.tied else BLANK
        ahead, behind = known[swap.ahead], known[swap.behind]
        cells = [
            swap.group,
            f"{rank_text(ahead)} {swap.ahead}",
            composite_text(robustness, ahead.composite),
            f"{rank_text(behind)} {swap.behind}",
            composite_text(robustness, behind.composite),
        ]
        if robustness.moved:
            cells.append(none if swap.move is None else upwards(swap.move.amount))
            cells.append(move_text(robustness, swap.move) if swap.move else "")
        if robustness.scores:
            cells.append(none if swap.error is None else upwards(swap.error))
        rows.append(tuple(cells))
    return tuple(rows)
