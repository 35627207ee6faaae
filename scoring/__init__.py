"""kaohe 考核: from an office's folder to grades and documents.

The few functions that the command line calls are here for notebooks too. They are imported when
they are first used, so that importing the package costs nothing.

>>> import scoring
>>> result = scoring.score_assessment(scoring.load_assessment("sample_data/2024"))
>>> result.units[2].unit, result.composite_text(result.units[2]), result.units[2].grade
('临溪县人民政府', '90.00', '优秀')
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scoring.intake import Assessment
    from scoring.notebook import AssessmentError, DayError, check_assessment, load_assessment
    from scoring.problems import Problem
    from scoring.publish.forms import make_forms, make_ledger_books
    from scoring.scheme import Scheme, load_scheme
    from scoring.score import Result
    from scoring.steps.audit import audit
    from scoring.steps.bulletin import make_bulletin
    from scoring.steps.grade import (
        FinalPapersError,
        NotFinalError,
        all_problems,
        explain,
        gap_problems,
        make_feedback,
        publish_results,
        score_assessment,
        what_if,
    )
    from scoring.steps.preview import preview_form
    from scoring.steps.verify import merge_verification, verification_sheet

__all__ = [
    "Assessment",
    "AssessmentError",
    "DayError",
    "FinalPapersError",
    "NotFinalError",
    "Problem",
    "Result",
    "Scheme",
    "all_problems",
    "audit",
    "check_assessment",
    "explain",
    "gap_problems",
    "load_assessment",
    "load_scheme",
    "make_bulletin",
    "make_feedback",
    "make_forms",
    "make_ledger_books",
    "merge_verification",
    "preview_form",
    "publish_results",
    "score_assessment",
    "verification_sheet",
    "what_if",
]

_HOME = {
    "Assessment": "scoring.intake",
    "AssessmentError": "scoring.notebook",
    "DayError": "scoring.notebook",
    "Problem": "scoring.problems",
    "check_assessment": "scoring.notebook",
    "FinalPapersError": "scoring.steps.grade",
    "NotFinalError": "scoring.steps.grade",
    "all_problems": "scoring.steps.grade",
    "audit": "scoring.steps.audit",
    "Result": "scoring.score",
    "Scheme": "scoring.scheme",
    "explain": "scoring.steps.grade",
    "gap_problems": "scoring.steps.grade",
    "load_assessment": "scoring.notebook",
    "load_scheme": "scoring.scheme",
    "make_bulletin": "scoring.steps.bulletin",
    "make_feedback": "scoring.steps.grade",
    "make_forms": "scoring.publish.forms",
    "make_ledger_books": "scoring.publish.forms",
    "merge_verification": "scoring.steps.verify",
    "preview_form": "scoring.steps.preview",
    "publish_results": "scoring.steps.grade",
    "score_assessment": "scoring.steps.grade",
    "verification_sheet": "scoring.steps.verify",
    "what_if": "scoring.steps.grade",
}


def __dir__() -> list[str]:
    return sorted([*__all__, "__all__", "__doc__", "__file__", "__name__", "__path__"])


if not TYPE_CHECKING:
    # To a type checker only the names above are there.
    def __getattr__(name: str) -> object:
        if name not in _HOME:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        return getattr(import_module(_HOME[name]), name)
