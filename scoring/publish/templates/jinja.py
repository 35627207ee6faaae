"""Jinja as templates may use it: nothing can be called, run, or grow without end.

Jinja's own sandbox keeps a template from Python's insides, but not from filling the memory; what a
tag may say is limited in ``template_tags`` and ``template_names``.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from scoring.problems import Place, Problem, nearest
from scoring.publish.templates.names import Finding, Names, scope_of
from scoring.publish.templates.office import OfficeTemplate
from scoring.publish.templates.tags import FILTERS, Tag, straight, tag_problems

FAILURES = (
    TemplateError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError,
    ValueError,
)  # fmt: skip
"""What filling in a template may raise."""

_LARGEST_NUMBER = 10**15


class _Environment(ImmutableSandboxedEnvironment):
    """Jinja without functions, with few filters, computing with numbers only."""

    intercepted_binops = frozenset(["+", "-", "*", "/", "//", "%", "**"])

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        if operator == "**" or not all(isinstance(value, int | float) for value in (left, right)):
            raise SecurityError(operator)
        found = super().call_binop(context, operator, left, right)
        if abs(found) > _LARGEST_NUMBER:
            raise OverflowError(operator)
        return found


def _environment() -> _Environment:
    environment = _Environment(
        autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
    )
    environment.globals.clear()
    environment.filters = {name: environment.filters[name] for name in FILTERS}
    return environment


ENVIRONMENT = _environment()


@lru_cache(maxsize=64)
def compiled(source: str) -> Template:
    """The template of a text; many documents are filled in from one."""
    return ENVIRONMENT.from_string(source)


def line_of(error: BaseException) -> int | None:
    """The line of the template's source at which filling it in failed."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == "<template>"]
    return lines[-1] if lines else None


def tag_faults(
    template: OfficeTemplate, parts: Iterable[Sequence[Tag]], file: str
) -> list[Problem]:
    """What is wrong with the tags of a template, part by part (body, headers …)."""
    problems: list[Problem] = []
    names = Names(ENVIRONMENT, scope_of(template.context))
    for tags in parts:
        wrong, lines = tag_problems(tags, ENVIRONMENT)
        problems += wrong
        if lines is not None:
            before = len(names.findings)
            names.walk(ENVIRONMENT.parse("\n".join(lines)))
            found = _one_a_tag(names.findings[before:])
            problems += [_problem(finding, tags[finding.line - 1]) for finding in found]
    if not problems and not (names.used & set(template.needed) if template.needed else names.used):
        wanted = f"（{'或'.join(template.needed)}）" if template.needed else ""
        expected = f"{template.needed_words}的标签{wanted}"
        problems.append(Problem("template-empty", Place(file), expected=expected))
    return problems


def _one_a_tag(findings: Sequence[Finding]) -> list[Finding]:
    """Without the names of a tag that may not stand there at all."""
    barred = {finding.line: finding for finding in reversed(findings) if not finding.name}
    return list(dict.fromkeys(barred.get(finding.line, finding) for finding in findings))


def _problem(finding: Finding, tag: Tag) -> Problem:
    if not finding.name:
        return tag.fault("template-forbidden", finding.expected or ALLOWED)
    return tag.fault("template-name", suggested(finding.name, finding.known, tag.text))


ALLOWED = "只写名称、for 和 if，如 {{ title }}、{% for text in opening %}"


def suggested(name: str, known: Sequence[str], tag: str) -> str:
    """What is expected instead of an unknown name: the tag with the nearest known one and others
    that are near; where none is near, some that there are."""
    near = nearest(name, known, most=3)
    if not near:
        return "、".join(known[:12]) + ("等" if len(known) > 12 else "")
    mended = re.sub(rf"(?<![\w.]){re.escape(name)}(?!\w)", near[0], straight(tag))
    return f"“{mended}”" + (f"，相近的还有{'、'.join(near[1:])}" if near[1:] else "")


def failure(error: Exception, tag: Tag) -> Problem:
    """A fault that only shows with the values: what the tag asks of them cannot be done."""
    kind = (
        "template-forbidden" if isinstance(error, SecurityError | OverflowError) else "template-tag"
    )
    return tag.fault(kind, ALLOWED if kind == "template-forbidden" else "与所填内容相符的写法")
