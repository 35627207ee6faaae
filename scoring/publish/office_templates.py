"""The templates of 模板/: a faulty one is found before anything is made of it.

A misspelt name or a lost endfor never reaches a document: ``template_problems`` says what is wrong, and
filling a faulty template in raises ``TemplateFaultError`` with the same problems.
"""

from __future__ import annotations

from collections.abc import Mapping

from scoring.intake.templates import TemplateFile
from scoring.problems import Problem


def template_problems(own: Mapping[str, TemplateFile]) -> list[Problem]:
    """What is wrong with the office's ``own`` templates, by name."""
    if not own:
        return []
    # The documents and their renderers are loaded only where an office has templates of its own.
    from scoring.publish.bulletin import docx as bulletin_docx
    from scoring.publish.bulletin import month_page
    from scoring.publish.circular import docx as circular_docx
    from scoring.publish.circular import html as circular_html
    from scoring.publish.circular import requirements
    from scoring.publish.comparison import html as comparison_html
    from scoring.publish.dashboard import html as dashboard_html
    from scoring.publish.feedback import docx as feedback_docx
    from scoring.publish.preview import html as preview_html
    from scoring.publish.sensitivity import html as sensitivity_html
    from scoring.publish.templates.docx import docx_faults
    from scoring.publish.templates.text import text_faults
    from scoring.publish.warnings import docx as warnings_docx

    problems: list[Problem] = []
    pages = (
        circular_docx, circular_html, comparison_html, feedback_docx, month_page, preview_html,
        sensitivity_html, warnings_docx, dashboard_html,
    )  # fmt: skip
    for template in (*(page.TEMPLATE for page in pages), *bulletin_docx.TEMPLATES.values()):
        if template.name in own:
            faults = docx_faults if template.name.endswith(".docx") else text_faults
            problems += faults(template, own[template.name])
    if requirements.REQUIREMENTS in own:
        problems += requirements.requirement_faults(own[requirements.REQUIREMENTS])
    return problems
