"""A description, and any table, as text on the screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len

from scoring.wording.document import Description, Paragraph


def description_text(description: Description) -> str:
    """The description as plain text."""
    lines = [description.title]
    for section in description.sections:
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
