"""kaohe 考核: from an office's folder to grades and documents.

The few functions that the command line calls are here for notebooks too. They are imported when
they are first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scoring.api import (
        FinalPapersError,
        NotFinalError,
        all_problems,
        explain,
        gap_problems,
        load_assessment,
        make_feedback,
        publish_results,
        score_assessment,
        what_if,
    )
    from scoring.auditing import audit
    from scoring.intake import Assessment
    from scoring.previewing import preview_form
    from scoring.publish.forms import make_forms, make_ledger_books
    from scoring.scheme import Scheme, load_scheme
    from scoring.score import Result
    from scoring.verifying import merge_verification, verification_sheet

__all__ = [
    "Assessment",
    "FinalPapersError",
    "NotFinalError",
    "Result",
    "Scheme",
    "all_problems",
    "audit",
    "explain",
    "gap_problems",
    "load_assessment",
    "load_scheme",
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
    "FinalPapersError": "scoring.api",
    "NotFinalError": "scoring.api",
    "all_problems": "scoring.api",
    "audit": "scoring.auditing",
    "Result": "scoring.score",
    "Scheme": "scoring.scheme",
    "explain": "scoring.api",
    "gap_problems": "scoring.api",
    "load_assessment": "scoring.api",
    "load_scheme": "scoring.scheme",
    "make_feedback": "scoring.api",
    "make_forms": "scoring.publish.forms",
    "make_ledger_books": "scoring.publish.forms",
    "merge_verification": "scoring.verifying",
    "preview_form": "scoring.previewing",
    "publish_results": "scoring.api",
    "score_assessment": "scoring.api",
    "verification_sheet": "scoring.verifying",
    "what_if": "scoring.api",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOME[name]), name)
