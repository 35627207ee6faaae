"""Templates that the office may change: what each may name, and whether a file can be used.

A template is checked before anything is made of it, so a misspelt name or a lost endfor never
reaches a document: ``template_problems`` says what is wrong, and filling a faulty template in raises
``TemplateFaultError`` with the same problems. This module loads no renderer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from scoring.intake.templates import TemplateFile, shipped_template
from scoring.problems import Problem


class TemplateFaultError(ValueError):
    """A template that cannot be used: ``problems`` say where and why; nothing was made of it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(f"{p.place.file} {p.message()}" for p in problems))
        self.problems = list(problems)


@dataclass(frozen=True)
class OfficeTemplate:
    """A template of the program: the name of its file, a dataclass whose fields are the names that
    its tags may use, and of which names at least one must be used, with what they are in words."""

    name: str
    context: type
    needed: tuple[str, ...] = ()
    needed_words: str = "填写内容"

    def source(self, given: Path | TemplateFile | None) -> TemplateFile:
        """The office's template, or the program's own where none is given."""
        if given is None:
            return shipped_template(self.name)
        if isinstance(given, TemplateFile):
            return given
        return TemplateFile(str(given), given.read_bytes())


@lru_cache(maxsize=32)
def checked(template: OfficeTemplate, source: TemplateFile) -> tuple[Problem, ...]:
    """Everything that is wrong with a template file; found once, however many documents it makes."""
    if template.name.endswith(".docx"):
        from scoring.publish.template_docx import docx_faults

        return tuple(dict.fromkeys(docx_faults(template, source)))
    from scoring.publish.template_text import text_faults

    return tuple(dict.fromkeys(text_faults(template, source)))


def template_problems(own: Mapping[str, TemplateFile]) -> list[Problem]:
    """What is wrong with the office's ``own`` templates, by name."""
    if not own:
        return []
    from scoring.publish import (
        circular_docx,
        circular_html,
        feedback_docx,
        preview_html,
        requirements,
        sensitivity_html,
    )

    problems: list[Problem] = []
    pages = (circular_docx, circular_html, feedback_docx, preview_html, sensitivity_html)
    for template in (page.TEMPLATE for page in pages):
        if template.name in own:
            problems += checked(template, own[template.name])
    if requirements.REQUIREMENTS in own:
        problems += requirements.requirement_faults(own[requirements.REQUIREMENTS])
    return problems
