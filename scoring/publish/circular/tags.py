"""What the tags of the circular's Word template may name."""

from __future__ import annotations

from dataclasses import dataclass

from scoring.publish.circular.content import Circular, Section
from scoring.publish.word.table import AnnexTable


@dataclass(frozen=True)
class AnnexTags:
    """``annex`` in the tags of the template."""

    title: str
    tables: tuple[AnnexTable, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class CircularTags:
    """The elements of the circular, as texts and lists."""

    letterhead: str
    number: str
    title: str
    recipients: str
    opening: tuple[str, ...]
    sections: tuple[Section, ...]
    attachment_note: str
    issuer: str
    date: str
    annex: AnnexTags
    copies: str
    printed_by: str
    printed_on: str
    mark: str
    provisional: bool


def tags_of(circular: Circular) -> CircularTags:
    """The circular for its template: broken titles as texts of lines, numbered notes."""
    annex = circular.annex
    notes = tuple(f"{'　　' if at else '注：'}{note}" for at, note in enumerate(annex.notes))
    return CircularTags(
        letterhead=circular.letterhead,
        number=circular.number,
        title="\n".join(circular.title_lines),
        recipients=circular.recipients,
        opening=circular.opening,
        sections=circular.sections,
        attachment_note=circular.attachment_note,
        issuer=circular.issuer,
        date=circular.date,
        annex=AnnexTags("\n".join(annex.title_lines), annex.tables, notes),
        copies="，".join(circular.copies),
        printed_by=circular.printed_by,
        printed_on=circular.printed_on,
        mark=circular.mark,
        provisional=circular.provisional,
    )
