"""比较.html: one self-contained page, from the template ``templates/比较.html.j2``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scoring.intake.templates import TemplateFile
from scoring.monitoring.comparison import Comparison
from scoring.publish.templates.office import OfficeTemplate
from scoring.wording.comparison import (
    comparison_title,
    group_head,
    group_rows,
    notes,
    unit_head,
    unit_rows,
)
from scoring.wording.numbers import PROVISIONAL
from scoring.wording.official import title_parts


@dataclass(frozen=True)
class Table:
    """A table of the page: its caption, header and rows; ``moved`` says of each row -1, 0 or 1: down
    in grade, the same, up."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[tuple[str, ...], int], ...]


@dataclass(frozen=True)
class Page:
    """What the template is filled with."""

    title: str
    title_parts: tuple[str, ...]
    mark: str
    notes: tuple[str, ...]
    summary: Table
    groups: tuple[Table, ...]


@dataclass(frozen=True)
class PageTags:
    """What the tags of the template may name."""

    page: Page


TEMPLATE = OfficeTemplate("比较.html.j2", PageTags)


def comparison_html(found: Comparison, template: Path | TemplateFile | None = None) -> str:
    """The page. Raises TemplateFaultError where the template has faults."""
    from scoring.publish.templates.text import render_text

    title = comparison_title(found)
    final = found.old.final and found.new.final
    page = Page(
        title=title,
        title_parts=title_parts(title),
        mark="" if final else f"{PROVISIONAL}结果",
        notes=tuple(notes(found)),
        summary=Table(
            "各类别", tuple(group_head(found)), tuple((tuple(row), 0) for row in group_rows(found))
        ),
        groups=tuple(_group(found, group.group) for group in found.groups),
    )
    return render_text(TEMPLATE, template, {"page": page})


def _group(found: Comparison, group: str) -> Table:
    moved = [m.grade or 0 for m in found.both if m.new.group == group]
    rows = unit_rows(found, group)
    signs = [(n > 0) - (n < 0) for n in moved] + [0] * (len(rows) - len(moved))
    return Table(
        group, tuple(unit_head(found)),
        tuple((tuple(row), sign) for row, sign in zip(rows, signs, strict=True)),
    )  # fmt: skip
