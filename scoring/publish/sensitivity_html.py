"""稳健性分析.html: one self-contained page with a picture of the intervals of ranks."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from scoring.intake.templates import TemplateFile
from scoring.points import SCALE
from scoring.publish.circular_text import title_parts
from scoring.publish.office_templates import OfficeTemplate
from scoring.publish.svg import number
from scoring.publish.words import BLANK, PROVISIONAL, day
from scoring.sensitivity import Firmness, GroupFirmness, UnitFirmness, summary
from scoring.sensitivity.summary import (
    composite_text,
    error_case,
    grades_text,
    interval,
    move_text,
    notes,
    percent,
    rank_text,
    ranks_text,
    score_titles,
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
    """What the template is filled with."""

    title: str
    title_parts: tuple[str, ...]
    mark: str
    as_of: str
    scheme: str
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
    firmness: Firmness, title: str, template: Path | TemplateFile | None = None
) -> str:
    """The analysis as a page that needs no other file. Raises TemplateFaultError where the template
    has faults."""
    from scoring.publish.template_text import render_text

    return render_text(TEMPLATE, template, {"page": _page(firmness, title)})


def _page(firmness: Firmness, title: str) -> Page:
    result = firmness.result
    return Page(
        title=title,
        title_parts=title_parts(title),
        mark="" if result.final else f"{PROVISIONAL}结果",
        as_of=day(result.as_of),
        scheme=result.scheme.title,
        weights=weights_case(firmness),
        error=error_case(firmness) if firmness.scores else "",
        score=score_titles(firmness),
        summary=tuple(summary(firmness)),
        groups=tuple(
            (
                group.group,
                len(group.units),
                _picture(firmness, group),
                tuple(_row(firmness, unit) for unit in group.units),
                "、".join(
                    f"{title_of(firmness, key)}{percent(weight)}"
                    for key, weight in group.weights.items()
                ),
            )
            for group in firmness.groups
        ),
        swaps=_swaps(firmness),
        swaps_count=len(firmness.swaps),
        notes=tuple(notes(firmness)),
    )


def _picture(firmness: Firmness, group: GroupFirmness) -> Picture:
    count = len(group.units)
    # A rank is a column of its own width; a bar covers the whole columns of its ranks.
    column = Fraction(WHOLE, count)

    def edge(rank: int) -> Fraction:
        return column * (rank - 1)

    def span(best: int, worst: int) -> tuple[str, str]:
        return number(edge(best)), number(edge(worst + 1) - edge(best))

    bars = []
    for unit in group.units:
        wide = unit.both if firmness.scores else unit.weights
        bars.append(
            Bar(
                name=unit.unit,
                rank=rank_text(unit),
                text=composite_text(firmness, unit.composite),
                wide=span(wide.best, wide.worst),
                narrow=span(unit.weights.best, unit.weights.worst),
                mark=number(edge(unit.rank) + column / 2),
                label=_label(firmness, unit),
            )
        )
    every = 1 if count <= 20 else 5
    shown = [rank for rank in range(1, count + 1) if rank == 1 or rank % every == 0]
    lines = tuple((number(edge(rank) + column / 2), rank) for rank in shown)
    return Picture(tuple(bars), lines)


def _label(firmness: Firmness, unit: UnitFirmness) -> str:
    said = f"{unit.unit}：排名{rank_text(unit)}，{weights_case(firmness)}时名次{ranks_text(unit.weights)}"
    if firmness.scores:
        said += f"，同时{error_case(firmness)}时名次{ranks_text(unit.both)}"
    return said


def _row(firmness: Firmness, unit: UnitFirmness) -> tuple[str, ...]:
    def points(value: int | None) -> str:
        return BLANK if value is None else composite_text(firmness, value)

    weights = unit.weights
    cells = [
        rank_text(unit),
        unit.unit,
        points(unit.composite),
        unit.grade or BLANK,
        interval(points(weights.low), points(weights.high)),
        ranks_text(weights),
    ]
    if firmness.scores:
        cells += [ranks_text(unit.alone), ranks_text(unit.against), ranks_text(unit.both)]
    return (
        *cells,
        grades_text(unit.both),
        points(unit.rise[1] if unit.rise else None),
        points(unit.margin),
    )


def _swaps(firmness: Firmness) -> tuple[tuple[str, ...], ...]:
    known = {unit.unit: unit for unit in firmness.units}
    rows = []
    for swap in firmness.swaps[:NEAREST]:
        none = "并列" if swap.tied else BLANK
        ahead, behind = known[swap.ahead], known[swap.behind]
        shift = none if swap.shift is None else upwards(swap.shift / SCALE)
        how = move_text(firmness, swap.move) if swap.move else ""
        cells = [
            swap.group,
            f"{rank_text(ahead)} {swap.ahead}",
            composite_text(firmness, ahead.composite),
            f"{rank_text(behind)} {swap.behind}",
            composite_text(firmness, behind.composite),
            shift,
            how,
        ]
        if firmness.scores:
            cells.append(none if swap.error is None else upwards(Fraction(swap.error, SCALE)))
        rows.append(tuple(cells))
    return tuple(rows)
