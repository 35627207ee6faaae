"""kaohe 考核: from an office's folder to grades and documents.

The few functions that the command line calls are here for notebooks too. They are imported when
they are first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scoring.api import gap_problems, load_assessment, publish_results, score_assessment
    from scoring.intake import Assessment
    from scoring.publish.forms import make_forms, make_ledger_books
    from scoring.scheme import Scheme, load_scheme
    from scoring.score import Result

__all__ = [
    "Assessment",
    "Result",
    "Scheme",
    "gap_problems",
    "load_assessment",
    "load_scheme",
    "make_forms",
    "make_ledger_books",
    "publish_results",
    "score_assessment",
]

_HOME = {
    "Assessment": "scoring.intake",
    "Result": "scoring.score",
    "Scheme": "scoring.scheme",
    "gap_problems": "scoring.api",
    "load_assessment": "scoring.api",
    "load_scheme": "scoring.scheme",
    "make_forms": "scoring.publish.forms",
    "make_ledger_books": "scoring.publish.forms",
    "publish_results": "scoring.api",
    "score_assessment": "scoring.api",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOME[name]), name)
