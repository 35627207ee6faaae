"""What description a scheme gives: sections of paragraphs and tables, without any looks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the text; ``heading`` is a heading under the section's own, as （一） or 1."""

    text: str
    heading: bool = False


@dataclass(frozen=True)
class Table:
    """A table with a head; all rows are as long as the head."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Section:
    """A section with its heading, numbered 一、二、三."""

    title: str
    body: tuple[Paragraph | Table, ...]


@dataclass(frozen=True)
class Description:
    """A scheme in plain words."""

    title: str
    sections: tuple[Section, ...]

    def texts(self) -> list[str]:
        """Every text of it in order: headings, paragraphs and cells."""
        out = [self.title]
        for section in self.sections:
            out.append(section.title)
            for block in section.body:
                if isinstance(block, Paragraph):
                    out.append(block.text)
                else:
                    out += [*block.head, *(cell for row in block.rows for cell in row)]
        return out
