"""What a front offers to whoever enters a ledger row: units, rules, results, and the number that is next."""

from __future__ import annotations

from dataclasses import dataclass

from scoring.enums import Counts
from scoring.intake import Assessment
from scoring.intake.ledger import POINTS_COLUMN, REPEAT_COLUMN
from scoring.lookup.entry_numbers import next_number
from scoring.scheme import Ledger
from scoring.steps.ledger_changes import EVENT
from scoring.steps.ledger_files import RecordError, file_for, ledger_files
from scoring.wording.results import VERIFICATION


@dataclass(frozen=True)
class RuleChoice:
    """A rule as a drop-down names it; ``wants`` are the columns without which such a row cannot be
    judged: 整改期限, 事件日期, 核实结果, 分值."""

    code: str
    label: str
    wants: tuple[str, ...]


@dataclass(frozen=True)
class EntryChoices:
    """``units`` by group, departments under their own; ``columns`` are those beside the contract's that
    some rule needs; ``number`` is the 台账编号 that a row without one gets, blank where that depends on
    its rule."""

    units: tuple[tuple[str, tuple[str, ...]], ...]
    rules: tuple[RuleChoice, ...]
    results: tuple[str, ...]
    columns: frozenset[str]
    number: str


def entry_choices(assessment: Assessment, provider: str) -> EntryChoices:
    """What a provider chooses from for a new row; of a provider that no rule names every rule. The
    assessment must have been read from a folder.

    >>> from scoring import entry_choices, load_assessment
    >>> found = entry_choices(load_assessment("sample_data/2025"), "督查组")
    >>> found.number, [(rule.label, rule.wants) for rule in found.rules]
    ('DC-2025-16', [('3 专项督查问题未按期整改', ('整改期限',))])
    """
    from scoring.publish.forms.ledger_book import rule_label

    ledgers = [leaf for leaf in assessment.scheme.leaves().values() if isinstance(leaf, Ledger)]
    every = [(ledger, rule) for ledger in ledgers for rule in ledger.rules]
    mine = [(ledger, rule) for ledger, rule in every if rule.provider == provider] or every
    rules, columns = [], set()
    for ledger, rule in mine:
        wants = []
        if rule.deadline is not None:
            wants.append(EVENT)
        elif rule.counts == Counts.OVERDUE:
            wants.append("整改期限")
        if rule.counts == Counts.VERIFIED:
            wants.append("核实结果")
        if rule.ranged:
            wants.append(POINTS_COLUMN.name)
        columns |= set(wants) - {"整改期限", "核实结果"}
        if rule.repeat is not None:
            columns.add(REPEAT_COLUMN.name)
        rules.append(RuleChoice(rule.code, rule_label(ledger, rule), tuple(wants)))
    return EntryChoices(
        _units(assessment), tuple(rules), tuple(VERIFICATION.values()), frozenset(columns),
        _number(assessment, mine[0][0], provider) if mine else "",
    )  # fmt: skip


def _units(assessment: Assessment) -> tuple[tuple[str, tuple[str, ...]], ...]:
    below: dict[str, list[str]] = {}
    for unit in assessment.units.units:
        if unit.parent is not None:
            below.setdefault(unit.parent, []).append(unit.name)
    groups: dict[str, list[str]] = {}
    for unit in assessment.units.graded():
        groups.setdefault(unit.group, []).append(unit.name)
    out = [(group, tuple(names)) for group, names in groups.items()]
    out += [(f"{parent}的部门", tuple(names)) for parent, names in below.items()]
    return tuple(out)


def _number(assessment: Assessment, ledger: Ledger, provider: str) -> str:
    if assessment.path is None:
        return ""
    files = ledger_files(assessment, assessment.path)
    try:
        file = file_for(files, ledger, provider, provider)
    except RecordError:
        return ""
    own = [n for sheet in file.sheets for n in sheet.numbers()] if file else []
    every = [n for f in files for sheet in f.sheets for n in sheet.numbers()]
    return next_number(own, every, provider, assessment.settings.year)
