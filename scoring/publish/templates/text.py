"""Templates that are text files: web pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from scoring.intake.templates import TemplateFile
from scoring.problems import Place, Problem
from scoring.publish.templates.jinja import FAILURES, compiled, failure, line_of, tag_faults
from scoring.publish.templates.office import OfficeTemplate, TemplateFaultError
from scoring.publish.templates.tags import TAG, Tag

_HALF_TAG = re.compile(r"[{｛][{｛%％]|[%％]｝|｝[}｝]|[}]｝")
"""A brace of a tag without its counterpart. ``}}`` and ``%}`` also end rules of a style sheet."""


@lru_cache(maxsize=32)
def text_faults(template: OfficeTemplate, given: TemplateFile) -> tuple[Problem, ...]:
    """Everything that is wrong with a template that is a text file; found once for all documents."""
    return tuple(dict.fromkeys(_faults(template, given)))


def _faults(template: OfficeTemplate, given: TemplateFile) -> list[Problem]:
    text = given.text()
    if text is None:
        return [Problem("template-unreadable", Place(given.file), expected="UTF-8 编码的文本文件")]
    rest = TAG.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    lines = dict.fromkeys(rest.count("\n", 0, half.start()) for half in _HALF_TAG.finditer(rest))
    torn = [
        Tag(text.splitlines()[line].strip(), Place(given.file, row=line + 1)).fault(
            "template-tag", "成对的花括号，如 {{ title }}"
        )
        for line in lines
    ]
    return [*torn, *tag_faults(template, [_text_tags(text, given.file)], given.file)]


def _text_tags(text: str, file: str) -> list[Tag]:
    return [
        Tag(found[0], Place(file, row=text.count("\n", 0, found.start()) + 1))
        for found in TAG.finditer(text)
    ]


def render_text(
    template: OfficeTemplate, given: Path | TemplateFile | None, context: Mapping[str, Any]
) -> str:
    """A page made of a text template. Raises TemplateFaultError where the template is faulty."""
    source = template.source(given)
    problems = text_faults(template, source)
    if problems:
        raise TemplateFaultError(problems)
    text = source.text() or ""
    try:
        return compiled(text).render(context)
    except FAILURES as error:
        place = Place(source.file, row=line_of(error))
        line = text.splitlines()[place.row - 1].strip() if place.row else ""
        raise TemplateFaultError([failure(error, Tag(line, place))]) from None
