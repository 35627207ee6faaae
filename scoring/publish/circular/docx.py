"""通报.docx from the Word template ``templates/通报.docx``.

The template holds the looks as paragraph styles and the texts as tags; the office may change both
in Word. What depends on the text is set by
``scoring.publish.word.fit``.
"""

from __future__ import annotations

from pathlib import Path

from scoring.intake.templates import TemplateFile
from scoring.publish.circular.content import Circular
from scoring.publish.circular.tags import CircularTags, tags_of
from scoring.publish.templates.office import OfficeTemplate
from scoring.publish.word.fit import Fit

TEMPLATE = OfficeTemplate("通报.docx", CircularTags, ("sections", "annex.tables"), "写出考核结果")


def render_docx(circular: Circular, template: Path | TemplateFile | None = None) -> bytes:
    """The circular as a Word file: the same circular gives the same bytes. Raises
    TemplateFaultError where the template has faults."""
    from scoring.publish.templates.docx import FilledDocument

    filled = FilledDocument(TEMPLATE, template, vars(tags_of(circular)))
    document = filled.document
    fit = Fit(document)
    fit.fonts(circular.fonts)
    fit.letterhead(circular.letterhead)
    fit.signature(circular.issuer, circular.date)
    fit.keep_text_with_signature()
    fit.names_on_one_line(circular.annex.tables)
    fit.tables(circular.annex.tables)
    fit.end_block(circular.copies)
    return filled.content(circular.title, circular.issuer)
