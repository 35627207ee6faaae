"""Results to files, one package a document; no score is computed here.

``render`` gives the five files of a graded year: workbook, circular (twice), annex, results.json.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.publish.results.results_json import results_json
from scoring.publish.templates.office import TemplateFaultError
from scoring.score import Result

if TYPE_CHECKING:
    from scoring.intake import Assessment

__all__ = [
    "TemplateFaultError",
    "render",
    "results_json",
]


def render(result: Result, assessment: Assessment) -> dict[str, bytes]:
    """The five files of a graded year, by name."""
    from scoring.publish.circular.annex import annex
    from scoring.publish.circular.content import compose
    from scoring.publish.circular.docx import render_docx
    from scoring.publish.circular.html import render_html
    from scoring.publish.results.book import workbook

    circular, own = compose(result, assessment), assessment.templates
    return {
        "考核结果.xlsx": workbook(result, assessment),
        "通报.docx": render_docx(circular, own.get("通报.docx")),
        "通报.html": render_html(circular, own.get("通报.html.j2")).encode(),
        "通报附表.xlsx": annex(result, assessment),
        "results.json": results_json(result).encode(),
    }
