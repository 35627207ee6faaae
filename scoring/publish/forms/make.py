"""Forms and ledgers for an assessment: which ones, under what names, and which could not be made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from scoring.intake import Assessment
from scoring.lookup.periods import PeriodError, pick_period, self_assessments
from scoring.lookup.units import Unit
from scoring.publish.forms.book import form_workbook
from scoring.publish.forms.ledger_book import LedgerPlan, ledger_workbook
from scoring.publish.forms.plan import NothingAppliesError, plan_form, score_folder
from scoring.scheme import Ledger, Period, Scheme
from scoring.writing import file_names


@dataclass
class Blanks:
    """Blank workbooks by file name, and the units without one with the reason."""

    files: dict[str, bytes] = field(default_factory=dict)
    left_out: list[tuple[str, str]] = field(default_factory=list)


def find_periods(
    scheme: Scheme, name: str, component: str | None = None
) -> list[tuple[str, Period]]:
    """The self-assessments with the period that ``name`` means: its name, or a part that only one
    period has. Raises PeriodError with the names there are."""
    forms = {
        key: c for key, c in self_assessments(scheme).items()
        if component in (None, key, c.title, c.table)
    }  # fmt: skip
    if not forms:
        every = self_assessments(scheme)
        if every:
            known = "、".join(c.title for c in every.values())
            raise PeriodError(f"没有考核部分“{component}”，可以写：{known}")
    meant = pick_period(forms, name)
    return [(key, p) for key, c in forms.items() for p in c.periods if p.name == meant]


def make_forms(
    assessment: Assessment,
    period: str,
    *,
    units: Iterable[str] = (),
    component: str | None = None,
    as_of: date | None = None,
    known: date | None = None,
) -> Blanks:
    """A blank 考核表 of ``period`` for every graded unit, or for ``units`` (full or short names).

    The ledger's score in the estimate is as of ``as_of``, by default the assessment's own day,
    and counts revocations by ``known`` as in ``scoring.steps.grade.score_assessment``. Raises PeriodError
    and ``scoring.intake.units.UnitError`` for names that are not known, and
    ``scoring.intake.settings.DayError`` where ``as_of`` or ``known`` lies before the assessment's
    year.

    >>> from scoring import load_assessment, make_forms
    >>> assessment = load_assessment("sample_data/2024")
    >>> blanks = make_forms(assessment, "上半年", units=["临溪县"])
    >>> list(blanks.files), blanks.left_out
    (['临溪县人民政府.xlsx'], [])
    """
    settings = assessment.settings
    day = as_of or settings.as_of_day()
    settings.check_days(day, known)
    asked = find_periods(assessment.scheme, period, component)
    named = [assessment.units.pick(name) for name in units]
    scores = score_folder(assessment, day, known, [unit.name for unit in named])
    blanks, made = Blanks(), {}
    for unit in dict.fromkeys(named or assessment.units.graded()):
        for key, found in asked:
            title = assessment.scheme.leaves()[key].title
            name = unit.name if len(asked) == 1 else f"{unit.name}（{title}）"
            try:
                plan = plan_form(assessment, scores, unit, key, found)
            except NothingAppliesError:
                blanks.left_out.append((name, "各项指标对它都不适用"))
                continue
            made[name] = form_workbook(plan)
    blanks.files |= _named(made)
    return blanks


def make_ledger_books(assessment: Assessment) -> Blanks:
    """A blank 台账 for every provider that the scheme's rules name; rules without one share a
    common ledger.

    >>> from scoring import load_assessment, make_ledger_books
    >>> assessment = load_assessment("sample_data/2024")
    >>> list(make_ledger_books(assessment).files)
    ['市政府办公室.xlsx', '督查组.xlsx', '市政府新闻办.xlsx', '市公安局.xlsx']
    """
    plans = _ledger_plans(assessment)
    return Blanks(_named({name: ledger_workbook(plan) for name, plan in plans.items()}))


def make_ledger_book(assessment: Assessment, component: str, provider: str) -> tuple[str, bytes]:
    """The name and the content of the blank 台账 that ``make_ledger_books`` makes for one provider of
    a ledger. Raises KeyError where the scheme has no such provider."""
    plans = _ledger_plans(assessment)
    for name, plan in plans.items():
        if plan.component == component and plan.provider == provider:
            return f"{file_names(plans)[name]}.xlsx", ledger_workbook(plan)
    raise KeyError(provider)


def _named(made: Mapping[str, bytes]) -> dict[str, bytes]:
    """The workbooks by their files' names."""
    names = file_names(made)
    return {f"{names[name]}.xlsx": content for name, content in made.items()}


def _ledger_plans(assessment: Assessment) -> dict[str, LedgerPlan]:
    """The plan of every provider's ledger, by its name."""
    scheme, settings = assessment.scheme, assessment.settings
    names = tuple(unit.name for unit in _in_order(assessment.units.units))
    plans = [
        LedgerPlan(
            scheme.subject, settings.region or "", settings.year, ledger, provider,
            tuple(rule for rule in ledger.rules if rule.provider == provider), names, key,
        )
        for key, ledger in scheme.leaves().items() if isinstance(ledger, Ledger)
        for provider in dict.fromkeys(rule.provider for rule in ledger.rules)
    ]  # fmt: skip
    return {_plan_name(plan, plans): plan for plan in plans}


def _plan_name(plan: LedgerPlan, plans: Iterable[LedgerPlan]) -> str:
    if plan.provider and sum(p.provider == plan.provider for p in plans) > 1:
        return f"{plan.provider}（{plan.ledger.title}）"
    return plan.provider or plan.ledger.table


def _in_order(units: list[Unit]) -> list[Unit]:
    """Every unit with its subordinates behind it."""
    return [
        unit for top in units if top.parent is None
        for unit in (top, *(u for u in units if u.parent == top.name))
    ]  # fmt: skip
