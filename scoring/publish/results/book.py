"""The sheets of 考核结果.xlsx, in their order."""

from __future__ import annotations

from scoring.intake.assessment import Assessment
from scoring.publish.results.distribution import write_distribution
from scoring.publish.results.given_scores import write_scores
from scoring.publish.results.ledger import write_ledger
from scoring.publish.results.live import live_ledger
from scoring.publish.results.notes import (
    has_passed_over,
    write_notes,
    write_passed_over,
    write_rows,
    write_sources,
)
from scoring.publish.results.report import (
    DISTRIBUTION,
    NOTES,
    PASSED_OVER,
    ROWS,
    RULES,
    SOURCES,
    STATISTICS,
    SUMMARY,
    Report,
)
from scoring.publish.results.rule_totals import write_rule_totals
from scoring.publish.results.rules import write_rules
from scoring.publish.results.self_assessment import write_items
from scoring.publish.results.summary import write_summary
from scoring.publish.results.summary_formulas import DetailNames
from scoring.publish.sheets.sheet import Book, sheet_names
from scoring.scheme import Ledger, SelfAssessment
from scoring.score import Result
from scoring.wording.results import heading


def workbook(result: Result, assessment: Assessment) -> bytes:
    """考核结果.xlsx: the result with everything that it was computed from.

    ``result`` must have been scored from ``assessment``. The same input gives the same bytes.
    """
    scheme = result.scheme
    spread = DISTRIBUTION if scheme.grades else STATISTICS
    fixed = (SUMMARY, spread, RULES, NOTES, ROWS, PASSED_OVER, SOURCES)
    tables = [component.table for component in scheme.leaves().values()]
    capped = {
        key: ledger
        for key, ledger in scheme.leaves().items()
        if isinstance(ledger, Ledger) and not live_ledger(ledger)
    }
    wanted = [*fixed, *tables, *(f"{ledger.title}按项汇总" for ledger in capped.values())]
    summary, distribution, rules, notes, rows, passed_over, sources, *more = sheet_names(wanted)
    details, totals = more[: len(tables)], more[len(tables) :]
    listed = [passed_over] if has_passed_over(assessment) else []
    book = Book(
        heading(result, assessment, "考核结果"),
        [summary, *details, *totals, distribution, rules, notes, rows, *listed, sources],
        result.as_of,
        scheme.rounding.decimals,
    )
    report = Report(result, assessment, book)
    of_rules = write_rules(report, rules)
    of_gaps = write_notes(report, notes)
    write_rows(report, rows)
    for name in listed:
        write_passed_over(report, name)
    write_sources(report, sources)
    of_details: dict[str, DetailNames] = {}
    for name, (key, component) in zip(details, scheme.leaves().items(), strict=True):
        if isinstance(component, Ledger):
            of_details[key] = write_ledger(report, name, key, component)
        elif isinstance(component, SelfAssessment):
            of_details[key] = write_items(report, name, key, component)
        else:
            of_details[key] = write_scores(report, name, key, component, of_rules.full.get(key))
    for name, (key, ledger) in zip(totals, capped.items(), strict=True):
        write_rule_totals(report, name, key, ledger)
    of_summary = write_summary(report, summary, of_rules, of_details, of_gaps)
    write_distribution(report, distribution, of_summary)
    return book.close()
