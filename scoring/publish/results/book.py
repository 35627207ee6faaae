"""The sheets of 考核结果.xlsx, in their order."""

from __future__ import annotations

from scoring.intake.assessment import Assessment
from scoring.limits import SHEET_ROWS
from scoring.publish.results.appeals import write_appeals
from scoring.publish.results.blocks import write_blocks
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
    APPEALS,
    BLOCKS,
    DISTRIBUTION,
    NOTES,
    PASSED_OVER,
    ROWS,
    RULES,
    SOURCES,
    STATISTICS,
    SUMMARY,
    ItemNames,
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
from scoring.score.appeals import appeal_states
from scoring.wording.results import heading


def workbook(result: Result, assessment: Assessment, rows_of_a_sheet: int = SHEET_ROWS) -> bytes:
    """考核结果.xlsx: the result with everything that it was computed from.

    ``result`` must have been scored from ``assessment``. The same input gives the same bytes. Raises
    ``scoring.refusals.TooManyRowsError`` where a table is longer than a sheet.
    """
    scheme = result.scheme
    spread = DISTRIBUTION if scheme.grades else STATISTICS
    fixed = (SUMMARY, spread, RULES, NOTES, ROWS, BLOCKS, PASSED_OVER, SOURCES)
    appealed = appeal_states(assessment.appeals, assessment.tables, result.known)
    tables = [component.table for component in scheme.leaves().values()]
    capped = {
        key: ledger
        for key, ledger in scheme.leaves().items()
        if isinstance(ledger, Ledger) and not live_ledger(ledger)
    }
    wanted = [*fixed, *tables, *(f"{ledger.title}按项汇总" for ledger in capped.values())]
    wanted += [APPEALS] if appealed else []
    summary, distribution, rules, notes, rows, blocks, passed_over, sources, *more = sheet_names(
        wanted
    )
    appeals = [more.pop()] if appealed else []
    details, totals = more[: len(tables)], more[len(tables) :]
    listed = [passed_over] if has_passed_over(assessment) else []
    forms = any(isinstance(c, SelfAssessment) for c in scheme.leaves().values())
    checked = [blocks] if forms else []
    book = Book(
        heading(result, assessment, "考核结果"),
        [
            summary,
            *details,
            *totals,
            *appeals,
            distribution,
            rules,
            notes,
            rows,
            *checked,
            *listed,
            sources,
        ],
        result.as_of,
        scheme.rounding.decimals,
        rows_of_a_sheet,
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
    items = {key: names for key, names in of_details.items() if isinstance(names, ItemNames)}
    if items:
        of_details |= write_blocks(report, blocks, items)
    for name, (key, ledger) in zip(totals, capped.items(), strict=True):
        write_rule_totals(report, name, key, ledger)
    for name in appeals:
        write_appeals(report, name)
    of_summary = write_summary(report, summary, of_rules, of_details, of_gaps)
    write_distribution(report, distribution, of_summary)
    return book.close()
