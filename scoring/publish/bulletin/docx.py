"""Bulletins as Word files, each from its own template, which the office may change in Word."""

from __future__ import annotations

from pathlib import Path

from scoring.intake.templates import TemplateFile
from scoring.monitoring import WindowKind
from scoring.publish.bulletin.paper import Paper
from scoring.publish.templates.office import OfficeTemplate
from scoring.publish.word.fit import Fit
from scoring.wording.bulletin import NAMES

TEMPLATES = {
    kind: OfficeTemplate(f"{NAMES[kind]}.docx", Paper, ("parts",), "写出通报内容")
    for kind in (WindowKind.DAY, WindowKind.WEEK, WindowKind.QUARTER, WindowKind.HALF)
}


def render_paper(
    kind: WindowKind, paper: Paper, template: Path | TemplateFile | None = None
) -> bytes:
    """The bulletin as a Word file: the same bulletin gives the same bytes. Raises TemplateFaultError
    where the template has faults."""
    from scoring.publish.templates.docx import FilledDocument

    filled = FilledDocument(TEMPLATES[kind], template, vars(paper))
    document = filled.document
    fit = Fit(document)
    fit.fonts(paper.fonts)
    fit.letterhead(paper.letterhead)
    fit.signature(paper.issuer, paper.date)
    fit.keep_text_with_signature()
    fit.tables([t for part in paper.parts for t in part.tables] + list(paper.annex), any_font=True,
               notes=bool(paper.annex))  # fmt: skip
    fit.end_block([name for name in paper.copies.split("，") if name])
    return filled.content(paper.title.replace("\n", ""), paper.issuer)
