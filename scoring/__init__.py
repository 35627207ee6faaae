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
    from scoring.inquiry.preview import Preview
    from scoring.intake import Assessment
    from scoring.intake.grids import keep_files
    from scoring.lookup.units import UnitError
    from scoring.monitoring import WindowKind
    from scoring.monitoring.comparison import Comparison
    from scoring.monitoring.state import RowState
    from scoring.monitoring.warnings import Watch
    from scoring.notebook import (
        AssessmentError,
        DayError,
        check_assessment,
        load_assessment,
        roll_up_folder,
    )
    from scoring.problems import Problem
    from scoring.publish import TemplateFaultError
    from scoring.publish.forms import make_forms, make_ledger_books
    from scoring.publish.warnings.calendar import Appointment, appointments_file
    from scoring.scheme import Scheme, load_scheme
    from scoring.score import Result
    from scoring.score.appeals import AppealState
    from scoring.steps.appeal import answer_appeal, file_appeal
    from scoring.steps.appeal_list import appeal_list, appeal_texts
    from scoring.steps.audit import audit
    from scoring.steps.board import BoardUnit, DayBoard, WarningText, day_board, watch_day
    from scoring.steps.bulletin import (
        bulletin_faults,
        bulletin_list,
        make_bulletin,
        write_bulletin,
    )
    from scoring.steps.correct import compare_with_earlier, publish_correction
    from scoring.steps.dashboard import make_dashboard
    from scoring.steps.entry_choices import EntryChoices, RuleChoice, entry_choices
    from scoring.steps.evidence import check_statistics, check_timeliness, evidence_of
    from scoring.steps.grade import (
        FinalPapersError,
        NotFinalError,
        all_problems,
        explain,
        gap_problems,
        make_feedback,
        publish_feedback,
        publish_results,
        score_assessment,
        what_if,
    )
    from scoring.steps.hand_in import (
        Checked,
        FormKey,
        HandedIn,
        NoFormError,
        Question,
        Standing,
        answers_in,
        answers_of,
        blank_form,
        check_answers,
        form_key,
        hand_in,
        own_forms,
        questions,
        standing,
    )
    from scoring.steps.parties import parties
    from scoring.steps.preview import preview_form
    from scoring.steps.record import (
        By,
        Recorded,
        RecordError,
        add_entry,
        rectify_entries,
        revoke_entries,
        verify_entries,
    )
    from scoring.steps.record_list import ledger_list
    from scoring.steps.regions import make_regions
    from scoring.steps.rules import rule_changes, scheme_changes, scheme_path
    from scoring.steps.score_file import ScoresRead, scores_in_file
    from scoring.steps.scores import (
        NoScoresError,
        RecordedScores,
        ScoreLine,
        record_scores,
        score_lines,
        scored_parts,
    )
    from scoring.steps.unit_text import cost_text, part_scores
    from scoring.steps.verify import (
        ItemFinding,
        Merge,
        merge_verification,
        verification_sheet,
        verify_items,
    )
    from scoring.steps.verify_items import ItemToVerify, items_to_verify
    from scoring.steps.warn import make_warnings, watch_assessment
    from scoring.steps.year import (
        ComparisonTable,
        ResultSource,
        YearError,
        compare_results,
        comparison_papers,
        comparison_table,
        new_year,
        read_result,
        result_source,
    )
    from scoring.wording.ledger_state import state_text

__all__ = [
    "AppealState",
    "Appointment",
    "Assessment",
    "AssessmentError",
    "BoardUnit",
    "By",
    "Checked",
    "Comparison",
    "ComparisonTable",
    "DayBoard",
    "DayError",
    "EntryChoices",
    "FinalPapersError",
    "FormKey",
    "HandedIn",
    "ItemFinding",
    "ItemToVerify",
    "Merge",
    "NoFormError",
    "NoScoresError",
    "NotFinalError",
    "Preview",
    "Problem",
    "Question",
    "RecordError",
    "Recorded",
    "RecordedScores",
    "Result",
    "ResultSource",
    "RowState",
    "RuleChoice",
    "Scheme",
    "ScoreLine",
    "ScoresRead",
    "Standing",
    "TemplateFaultError",
    "UnitError",
    "WarningText",
    "Watch",
    "WindowKind",
    "YearError",
    "add_entry",
    "all_problems",
    "answer_appeal",
    "answers_in",
    "answers_of",
    "appeal_list",
    "appeal_texts",
    "appointments_file",
    "audit",
    "blank_form",
    "bulletin_faults",
    "bulletin_list",
    "check_answers",
    "check_assessment",
    "check_statistics",
    "check_timeliness",
    "compare_results",
    "compare_with_earlier",
    "comparison_papers",
    "comparison_table",
    "cost_text",
    "day_board",
    "entry_choices",
    "evidence_of",
    "explain",
    "file_appeal",
    "form_key",
    "gap_problems",
    "hand_in",
    "items_to_verify",
    "keep_files",
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
    "own_forms",
    "part_scores",
    "parties",
    "preview_form",
    "publish_correction",
    "publish_feedback",
    "publish_results",
    "questions",
    "read_result",
    "record_scores",
    "rectify_entries",
    "result_source",
    "revoke_entries",
    "roll_up_folder",
    "rule_changes",
    "scheme_changes",
    "scheme_path",
    "score_assessment",
    "score_lines",
    "scored_parts",
    "scores_in_file",
    "standing",
    "state_text",
    "verification_sheet",
    "verify_entries",
    "verify_items",
    "watch_assessment",
    "watch_day",
    "what_if",
    "write_bulletin",
]

_HOME = {
    "AppealState": "scoring.score.appeals",
    "Appointment": "scoring.publish.warnings.calendar",
    "Assessment": "scoring.intake",
    "AssessmentError": "scoring.notebook",
    "BoardUnit": "scoring.steps.board",
    "By": "scoring.steps.record",
    "Checked": "scoring.steps.hand_in",
    "Comparison": "scoring.monitoring.comparison",
    "ComparisonTable": "scoring.steps.year",
    "DayBoard": "scoring.steps.board",
    "DayError": "scoring.notebook",
    "EntryChoices": "scoring.steps.entry_choices",
    "FinalPapersError": "scoring.steps.grade",
    "FormKey": "scoring.steps.hand_in",
    "HandedIn": "scoring.steps.hand_in",
    "ItemFinding": "scoring.steps.verify",
    "ItemToVerify": "scoring.steps.verify_items",
    "Merge": "scoring.steps.verify",
    "NoFormError": "scoring.steps.hand_in",
    "NoScoresError": "scoring.steps.scores",
    "NotFinalError": "scoring.steps.grade",
    "Preview": "scoring.inquiry.preview",
    "Problem": "scoring.problems",
    "Question": "scoring.steps.hand_in",
    "RecordError": "scoring.steps.record",
    "Recorded": "scoring.steps.record",
    "RecordedScores": "scoring.steps.scores",
    "Result": "scoring.score",
    "ResultSource": "scoring.steps.year",
    "RowState": "scoring.monitoring.state",
    "RuleChoice": "scoring.steps.entry_choices",
    "Scheme": "scoring.scheme",
    "ScoreLine": "scoring.steps.scores",
    "ScoresRead": "scoring.steps.score_file",
    "Standing": "scoring.steps.hand_in",
    "TemplateFaultError": "scoring.publish",
    "UnitError": "scoring.lookup.units",
    "WarningText": "scoring.steps.board",
    "Watch": "scoring.monitoring.warnings",
    "WindowKind": "scoring.monitoring",
    "YearError": "scoring.steps.year",
    "add_entry": "scoring.steps.record",
    "all_problems": "scoring.steps.grade",
    "answer_appeal": "scoring.steps.appeal",
    "answers_in": "scoring.steps.hand_in",
    "answers_of": "scoring.steps.hand_in",
    "appeal_list": "scoring.steps.appeal_list",
    "appeal_texts": "scoring.steps.appeal_list",
    "appointments_file": "scoring.publish.warnings.calendar",
    "audit": "scoring.steps.audit",
    "blank_form": "scoring.steps.hand_in",
    "bulletin_faults": "scoring.steps.bulletin",
    "bulletin_list": "scoring.steps.bulletin",
    "check_answers": "scoring.steps.hand_in",
    "check_assessment": "scoring.notebook",
    "check_statistics": "scoring.steps.evidence",
    "check_timeliness": "scoring.steps.evidence",
    "compare_results": "scoring.steps.year",
    "compare_with_earlier": "scoring.steps.correct",
    "comparison_papers": "scoring.steps.year",
    "comparison_table": "scoring.steps.year",
    "cost_text": "scoring.steps.unit_text",
    "day_board": "scoring.steps.board",
    "entry_choices": "scoring.steps.entry_choices",
    "evidence_of": "scoring.steps.evidence",
    "explain": "scoring.steps.grade",
    "file_appeal": "scoring.steps.appeal",
    "form_key": "scoring.steps.hand_in",
    "gap_problems": "scoring.steps.grade",
    "hand_in": "scoring.steps.hand_in",
    "items_to_verify": "scoring.steps.verify_items",
    "keep_files": "scoring.intake.grids",
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
    "own_forms": "scoring.steps.hand_in",
    "part_scores": "scoring.steps.unit_text",
    "parties": "scoring.steps.parties",
    "preview_form": "scoring.steps.preview",
    "publish_correction": "scoring.steps.correct",
    "publish_feedback": "scoring.steps.grade",
    "publish_results": "scoring.steps.grade",
    "questions": "scoring.steps.hand_in",
    "read_result": "scoring.steps.year",
    "record_scores": "scoring.steps.scores",
    "rectify_entries": "scoring.steps.record",
    "result_source": "scoring.steps.year",
    "revoke_entries": "scoring.steps.record",
    "roll_up_folder": "scoring.notebook",
    "rule_changes": "scoring.steps.rules",
    "scheme_changes": "scoring.steps.rules",
    "scheme_path": "scoring.steps.rules",
    "score_assessment": "scoring.steps.grade",
    "score_lines": "scoring.steps.scores",
    "scored_parts": "scoring.steps.scores",
    "scores_in_file": "scoring.steps.score_file",
    "standing": "scoring.steps.hand_in",
    "state_text": "scoring.wording.ledger_state",
    "verification_sheet": "scoring.steps.verify",
    "verify_entries": "scoring.steps.record",
    "verify_items": "scoring.steps.verify",
    "watch_assessment": "scoring.steps.warn",
    "watch_day": "scoring.steps.board",
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
