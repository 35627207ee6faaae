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
    from scoring.monitoring import WindowKind
    from scoring.notebook import (
        AssessmentError,
        DayError,
        check_assessment,
        load_assessment,
        roll_up_folder,
    )
    from scoring.problems import Problem
    from scoring.publish.forms import make_forms, make_ledger_books
    from scoring.scheme import Scheme, load_scheme
    from scoring.score import Result
    from scoring.steps.audit import audit
    from scoring.steps.bulletin import make_bulletin, write_bulletin
    from scoring.steps.correct import compare_with_earlier, publish_correction
    from scoring.steps.dashboard import make_dashboard
    from scoring.steps.evidence import check_statistics, check_timeliness
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
    from scoring.steps.record import (
        By,
        add_entry,
        rectify_entries,
        revoke_entries,
        verify_entries,
    )
    from scoring.steps.record_list import ledger_list
    from scoring.steps.regions import make_regions
    from scoring.steps.verify import merge_verification, verification_sheet
    from scoring.steps.warn import make_warnings, watch_assessment
    from scoring.steps.year import compare_results, comparison_papers, new_year, read_result

__all__ = [
    "Assessment",
    "AssessmentError",
    "By",
    "DayError",
    "FinalPapersError",
    "NotFinalError",
    "Problem",
    "Result",
    "Scheme",
    "WindowKind",
    "add_entry",
    "all_problems",
    "audit",
    "check_assessment",
    "check_statistics",
    "check_timeliness",
    "compare_results",
    "compare_with_earlier",
    "comparison_papers",
    "explain",
    "gap_problems",
    "ledger_list",
    "load_assessment",
    "load_scheme",
    "make_bulletin",
    "make_dashboard",
    "make_feedback",
    "make_forms",
    "make_ledger_books",
    "make_regions",
    "make_warnings",
    "merge_verification",
    "new_year",
    "preview_form",
    "publish_correction",
    "publish_results",
    "read_result",
    "rectify_entries",
    "revoke_entries",
    "roll_up_folder",
    "score_assessment",
    "verification_sheet",
    "verify_entries",
    "watch_assessment",
    "what_if",
    "write_bulletin",
]

_HOME = {
    "Assessment": "scoring.intake",
    "AssessmentError": "scoring.notebook",
    "By": "scoring.steps.record",
    "DayError": "scoring.notebook",
    "FinalPapersError": "scoring.steps.grade",
    "NotFinalError": "scoring.steps.grade",
    "Problem": "scoring.problems",
    "Result": "scoring.score",
    "Scheme": "scoring.scheme",
    "WindowKind": "scoring.monitoring",
    "add_entry": "scoring.steps.record",
    "all_problems": "scoring.steps.grade",
    "audit": "scoring.steps.audit",
    "check_assessment": "scoring.notebook",
    "check_statistics": "scoring.steps.evidence",
    "check_timeliness": "scoring.steps.evidence",
    "compare_results": "scoring.steps.year",
    "compare_with_earlier": "scoring.steps.correct",
    "comparison_papers": "scoring.steps.year",
    "explain": "scoring.steps.grade",
    "gap_problems": "scoring.steps.grade",
    "ledger_list": "scoring.steps.record_list",
    "load_assessment": "scoring.notebook",
    "load_scheme": "scoring.scheme",
    "make_bulletin": "scoring.steps.bulletin",
    "make_dashboard": "scoring.steps.dashboard",
    "make_feedback": "scoring.steps.grade",
    "make_forms": "scoring.publish.forms",
    "make_ledger_books": "scoring.publish.forms",
    "make_regions": "scoring.steps.regions",
    "make_warnings": "scoring.steps.warn",
    "merge_verification": "scoring.steps.verify",
    "new_year": "scoring.steps.year",
    "preview_form": "scoring.steps.preview",
    "publish_correction": "scoring.steps.correct",
    "publish_results": "scoring.steps.grade",
    "read_result": "scoring.steps.year",
    "rectify_entries": "scoring.steps.record",
    "revoke_entries": "scoring.steps.record",
    "roll_up_folder": "scoring.notebook",
    "score_assessment": "scoring.steps.grade",
    "verification_sheet": "scoring.steps.verify",
    "verify_entries": "scoring.steps.record",
    "watch_assessment": "scoring.steps.warn",
    "what_if": "scoring.steps.grade",
    "write_bulletin": "scoring.steps.bulletin",
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
