"""看板.html: one self-contained page, its pictures as inline SVG, its little script inside."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from scoring.intake.assessment import Assessment
from scoring.intake.templates import TemplateFile
from scoring.monitoring.dashboard import Dashboard, UnitStanding
from scoring.monitoring.warnings import EarlyWarning, Level
from scoring.points import SCALE
from scoring.publish.sheets.style import GRADE_FILLS, grade_look
from scoring.publish.svg import number
from scoring.publish.templates.office import OfficeTemplate
from scoring.wording.numbers import BLANK, day
from scoring.wording.official import title_parts
from scoring.wording.results import heading
from scoring.wording.scores import kept_out, score_text
from scoring.wording.warnings import (
    KINDS,
    LEVELS,
    counts_text,
    entries_text,
    matter,
    notes,
    remedy,
    time_text,
    unit_text,
)

WIDTH, HEIGHT = 96, 26
"""The picture of a trend, in its coordinates."""

FIRST = 200
"""Rows of each table that are listed until the reader asks for all, or prints: a browser takes seconds to
lay out thousands."""

UNKNOWN = -(10**9)
"""Where a column sorts what has no number."""

MOST = 2000
"""Warnings that the page lists, the most urgent; how many more there are is said."""


@dataclass(frozen=True)
class UnitLine:
    """A unit's row. ``order`` is the number by which each column of the page from 排名 on sorts, without those
    that the page leaves out, ``group_order`` that of 类别; ``points`` are of the line, with its last point
    in ``end``; ``said`` is the trend in words."""

    name: str
    group: str
    rank: str
    scores: tuple[str, ...]
    composite: str
    grade: str
    fill: str
    points: str
    end: tuple[str, str]
    said: str
    change: str
    counts: tuple[int, ...]
    level: str
    group_order: str
    order: tuple[str, ...]


@dataclass(frozen=True)
class WarningLine:
    """A warning's row; ``level`` is its English word, by which it is coloured and filtered."""

    level: str
    name: str
    kind: str
    unit: str
    group: str
    entries: str
    matter: str
    day: str
    time: str
    remedy: str
    place: str


@dataclass(frozen=True)
class Count:
    """A number at the top of the page."""

    name: str
    value: str
    level: str


@dataclass(frozen=True)
class Board:
    """What the template is filled with; of each table ``first`` rows are listed at first."""

    title: str
    title_parts: tuple[str, ...]
    under: str
    counts: tuple[Count, ...]
    groups: tuple[str, ...]
    grades: tuple[str, ...]
    parts: tuple[str, ...]
    ledger: str
    units: tuple[UnitLine, ...]
    warnings: tuple[WarningLine, ...]
    more: int
    first: int
    notes: tuple[str, ...]


@dataclass(frozen=True)
class BoardTags:
    """What the tags of the template may name."""

    board: Board


TEMPLATE = OfficeTemplate("看板.html.j2", BoardTags)


def dashboard_html(
    found: Dashboard, assessment: Assessment, template: Path | TemplateFile | None = None
) -> str:
    """The page. Raises TemplateFaultError where the template has faults."""
    from scoring.publish.templates.text import render_text

    return render_text(TEMPLATE, template, {"board": _board(found, assessment)})


def _board(found: Dashboard, assessment: Assessment) -> Board:
    watch, scheme = found.watch, found.watch.result.scheme
    title = heading(watch.result, assessment, "考核看板（暂定）")
    groups = {unit.result.unit: unit.result.group for unit in found.units} | {"": ""}
    used = [u.result.grade for u in found.units if u.result.grade is not None]
    grades = [name for name in scheme.grade_names() if name in used]
    levels = Counter(w.level for w in watch.warnings)
    lowest = min((s for u in found.units for s in u.trend if s is not None), default=Fraction(0))
    return Board(
        title=title,
        title_parts=title_parts(title),
        under=f"截至{day(watch.day)}；{counts_text(watch)}",
        counts=(
            Count("考核对象", str(len(found.units)), ""),
            *(Count(f"{LEVELS[v]}色预警", str(levels[v]), str(v)) for v in Level),
            Count("待整改", str(sum(u.waiting for u in found.units)), ""),
            Count("其中逾期", str(sum(u.overdue for u in found.units)), ""),
        ),
        groups=scheme.groups,
        grades=tuple(grades),
        parts=tuple(c.title for c in scheme.components.values()),
        ledger=found.ledger,
        units=tuple(_unit(u, found, lowest, graded=bool(grades)) for u in found.units),
        warnings=tuple(_warning(w, found, groups[w.unit]) for w in watch.warnings[:MOST]),
        more=max(0, len(watch.warnings) - MOST),
        first=FIRST,
        notes=tuple(notes(watch)),
    )


def _unit(unit: UnitStanding, found: Dashboard, lowest: Fraction, *, graded: bool) -> UnitLine:
    result, scheme = unit.result, found.watch.result.scheme
    outside = kept_out(result, scheme)
    scores = {
        key: None if key in outside else result.components.get(key) for key in scheme.components
    }
    names = [grade.name for grade in scheme.grades_in(result.group)]
    place = names.index(result.grade) if result.grade in names else None
    level = next((v for v, n in zip(Level, unit.warned, strict=True) if n), None)
    counts = (*unit.warned, unit.waiting, unit.overdue)
    points, end = _line(unit.trend, lowest)
    known = [s for s in unit.trend if s is not None]
    change = known[-1] - known[-2] if len(known) > 1 else Fraction(0)
    group = scheme.groups.index(result.group)
    columns: tuple[tuple[int, bool], ...] = (
        # Ranks are of a group, so that the groups stay apart when ranks are sorted.
        (group * 10**7 + (result.rank or 10**7 - 1), True),
        (unit.position, True),
        *((_sortable(s), True) for s in scores.values()),
        (UNKNOWN if result.composite is None else result.composite, True),
        (len(names) if place is None else place, graded),
        (_sortable(known[-1] if known else None), bool(found.ledger)),
        *((n, True) for n in counts),
    )
    return UnitLine(
        name=result.unit,
        group=result.group,
        rank=str(result.rank or BLANK),
        scores=tuple(score_text(s, scheme) for s in scores.values()),
        composite=found.watch.result.composite_text(result) or BLANK,
        grade=result.grade or BLANK,
        fill="#FFFFFF" if place is None else grade_look(GRADE_FILLS, place, len(names)),
        points=points,
        end=end,
        said=_said(unit, found),
        change=_signed(change, found),
        counts=counts,
        level="" if level is None else str(level),
        group_order=str(group),
        order=tuple(str(n) for n, shown in columns if shown),
    )


def _sortable(score: Fraction | None) -> int:
    """A number to sort by; what is shown is exact."""
    return UNKNOWN if score is None else int(score * SCALE)


def _signed(change: Fraction, found: Dashboard) -> str:
    """How the last month changed the score: 较上月 -1.5; nothing where it did not."""
    if not change:
        return ""
    sign = "+" if change > 0 else "-"
    return sign + score_text(abs(change), found.watch.result.scheme)


def _said(unit: UnitStanding, found: Dashboard) -> str:
    scheme = found.watch.result.scheme
    said = [
        f"{month.month}月{score_text(score, scheme)}"
        for month, score in zip(found.months, unit.trend, strict=True)
    ]
    return f"{unit.result.unit}{found.ledger}各月得分：{'、'.join(said)}" if said else ""


def _line(trend: tuple[Fraction | None, ...], lowest: Fraction) -> tuple[str, tuple[str, str]]:
    """The points of the line, all units on one scale from ``lowest`` to 100 (or what is higher)."""
    top = max([Fraction(100), *(s for s in trend if s is not None)])
    room = max(top - lowest, Fraction(1))
    step = Fraction(WIDTH - 8, 11)
    at = [
        (number(4 + i * step), number(3 + (top - score) * (HEIGHT - 6) / room))
        for i, score in enumerate(trend)
        if score is not None
    ]
    return " ".join(f"{x},{y}" for x, y in at), (at[-1] if at else ("", ""))


def _warning(w: EarlyWarning, found: Dashboard, group: str) -> WarningLine:
    return WarningLine(
        level=str(w.level),
        name=LEVELS[w.level],
        kind=KINDS[w.kind],
        unit=unit_text(w),
        group=group,
        entries=entries_text(w),
        matter=matter(w),
        day=w.day.isoformat(),
        time=time_text(w),
        remedy=remedy(w, found.watch.result.scheme),
        place=str(w.place) if w.place else "",
    )
