"""A telling, and any table, as text on the screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len

if TYPE_CHECKING:
    from scoring.authoring.told import Telling


def telling_text(telling: Telling) -> str:
    """The telling as plain text."""
    from scoring.authoring.told import Paragraph

    lines = [telling.title]
    for section in telling.sections:
        lines += ["", section.title]
        for block in section.body:
            if isinstance(block, Paragraph):
                lines.append(f"  {block.text}")
            else:
                lines += [f"  {line}" for line in columns(block.head, block.rows)]
    return "\n".join(lines)


def columns(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table in columns, each as wide as its widest cell; a Chinese character takes two."""
    every = [list(head), *(list(row) for row in rows)]
    widths = [max(cell_len(row[i]) for row in every) for i in range(len(head))]
    lines = [
        "  ".join(
            cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in every
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return lines
