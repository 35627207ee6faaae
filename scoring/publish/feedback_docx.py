"""反馈单.docx from the Word template ``templates/反馈单.docx``, which the office may change in Word."""

from __future__ import annotations

import io
from dataclasses import fields
from datetime import datetime
from fractions import Fraction
from pathlib import Path

from scoring.publish.circular_docx import Fit
from scoring.publish.feedback_note import FeedbackNote
from scoring.publish.files import stable_zip
from scoring.resources import resource

TEMPLATE = "反馈单.docx"
SLACK = Fraction(5, 4)

_UNDATED = datetime(1980, 1, 1)  # noqa: DTZ001 (a file property without a zone)


def render_note(note: FeedbackNote, template: Path | None = None) -> bytes:
    """The note as a Word file: the same note gives the same bytes."""
    from docxtpl import DocxTemplate

    tpl = DocxTemplate(template or resource("templates") / TEMPLATE)
    context = {f.name: getattr(note, f.name) for f in fields(note)}
    tpl.render({**context, "title": "\n".join(note.title_lines)}, autoescape=True)
    document = tpl.docx
    fit = Fit(document)
    fit.fonts(note.fonts)
    fit.signature(note.issuer, note.date)
    fit.keep_text_with_signature()
    tables = (note.scores, note.deductions, note.lowered, note.advice, note.todo)
    fit.tables([table for table in tables if table.rows], SLACK)
    core = document.core_properties
    core.title, core.author = f"{note.unit}{note.title}", note.issuer
    core.created = core.modified = _UNDATED
    out = io.BytesIO()
    document.save(out)
    return stable_zip(out.getvalue())
