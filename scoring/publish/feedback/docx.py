"""反馈单.docx from the Word template ``templates/反馈单.docx``, which the office may change in Word."""

from __future__ import annotations

from pathlib import Path

from scoring.intake.templates import TemplateFile
from scoring.publish.feedback.note import FeedbackNote
from scoring.publish.templates.office import OfficeTemplate
from scoring.publish.word.fit import Fit

TEMPLATE = OfficeTemplate("反馈单.docx", FeedbackNote, ("result", "scores"), "写出考核结果")


def render_note(note: FeedbackNote, template: Path | TemplateFile | None = None) -> bytes:
    """The note as a Word file: the same note gives the same bytes. Raises TemplateFaultError where
    the template has faults."""
    from scoring.publish.templates.docx import FilledDocument

    context = vars(note) | {"title": "\n".join(note.title_lines)}
    filled = FilledDocument(TEMPLATE, template, context)
    document = filled.document
    fit = Fit(document)
    fit.fonts(note.fonts)
    fit.signature(note.issuer, note.date)
    fit.keep_text_with_signature()
    tables = (note.scores, note.deductions, note.lowered, note.advice, note.todo, note.appeals)
    fit.tables([table for table in tables if table.rows], any_font=True, notes=False)
    return filled.content(f"{note.unit}{note.title}", note.issuer)
