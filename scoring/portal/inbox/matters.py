"""The matters of each role: to do, with their days, and news."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Final

from django.urls import reverse

import scoring
from scoring.portal import clock
from scoring.portal.accounts.models import Account, Role
from scoring.portal.assessments.corrections import published, shown_files, under_way
from scoring.portal.assessments.models import Assessment, CorrectionStep
from scoring.portal.assessments.state import Loaded, load
from scoring.portal.assessments.views import FormLine, forms_by_unit
from scoring.portal.ledger.models import Decision, Report
from scoring.portal.ledger.rows import of_provider, rows_today
from scoring.portal.log.models import LogLine
from scoring.portal.results.grading import final_result
from scoring.portal.results.models import Step
from scoring.portal.verification.finding import NOBODY, items_of
from scoring.portal.verification.views import periods_of

SOON: Final = 5
"""Calendar days before a deadline from which on it is pointed out."""
NEWS: Final = 30
"""Days for which a decision is news."""


class Urgency(Enum):
    """How a matter is shown."""

    LATE = "late"
    SOON = "soon"
    OPEN = "open"
    NEWS = "news"


@dataclass(frozen=True)
class Matter:
    """Something that concerns an account. ``day`` is the deadline of what is to be done, of news the day on
    which it came; ``key`` names it from day to day."""

    what: str
    text: str
    address: str
    urgency: Urgency
    day: date | None = None
    key: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        """How many days are left, or past."""
        if self.day is None or self.urgency is Urgency.NEWS:
            return ""
        left = (self.day - clock.today()).days
        return f"逾期{-left}天" if left < 0 else f"还有{left}天" if left else "今天到期"


@dataclass(frozen=True)
class _Year:
    """What every list is made from."""

    assessment: Assessment
    loaded: Loaded
    today: date

    @property
    def read(self) -> scoring.Assessment:
        return self.loaded.assessment

    def reports(self) -> list[Report]:
        """The last report on each row of each unit."""
        found = Report.objects.filter(assessment=self.assessment)
        return list({(r.component, r.entry, r.unit): r for r in found}.values())


def matters(assessment: Assessment, account: Account) -> list[Matter]:
    """What concerns an account, the most urgent first; days far off are left out."""
    found = [
        one for one in _every(assessment, account)
        if one.urgency is not Urgency.OPEN or one.day is None
    ]  # fmt: skip
    order = list(Urgency)
    return sorted(found, key=lambda one: (order.index(one.urgency), one.day or date.max, one.text))


def deadlines(assessment: Assessment, account: Account) -> list[Matter]:
    """Everything that an account has to do by a day, near or far, in the order of the days."""
    every = _every(assessment, account)
    return sorted(
        (one for one in every if one.day is not None and one.urgency is not Urgency.NEWS),
        key=lambda one: (one.day or date.max, one.text),
    )


def _every(assessment: Assessment, account: Account) -> Iterator[Matter]:
    # Here too, since not only requests ask.
    assessment.shown = shown_files(account, assessment)
    year = _Year(assessment, load(assessment), clock.today())
    lists: dict[Role, Callable[[_Year, str], Iterator[Matter]]] = {
        Role.UNIT: _of_unit,
        Role.PROVIDER: _of_provider,
        Role.VERIFIER: _of_verifier,
        Role.THIRD_PARTY: _of_assessor,
        Role.ADMIN: _of_office,
        Role.STAFF: _of_office,
    }
    found = lists.get(Role(account.role))
    if found is not None:
        yield from found(year, account.body)


def _urgency(day: date, today: date) -> Urgency:
    left = (day - today).days
    return Urgency.LATE if left < 0 else Urgency.SOON if left <= SOON else Urgency.OPEN


def _is_news(day: date | None, today: date) -> bool:
    return day is not None and timedelta(0) <= today - day <= timedelta(days=NEWS)


# Units


def _of_unit(year: _Year, unit: str) -> Iterator[Matter]:
    rows = [row for row in rows_today(year.loaded) if row.unit == unit]
    last = {(r.component, r.entry): r for r in year.reports() if r.unit == unit}
    for row in rows:
        where = reverse("unit-entry", args=(year.assessment.year, unit, row.entry))
        said = last.get((row.component, row.entry))
        if row.days_left is not None and not (said and said.decision == Decision.OPEN):
            yield _deadline(year, row, "整改", where)
        if said is not None and said.decided_at is not None:
            day = said.decided_at.astimezone(clock.now().tzinfo).date()
            what = "整改已确认" if said.decision == Decision.CONFIRMED else "整改未通过"
            if _is_news(day, year.today):
                text = f"{row.entry} {said.reason or row.description}"
                yield Matter(what, text, where, Urgency.NEWS, day)
    yield from _entered(year, unit, {row.entry: row for row in rows})
    yield from _forms_of(year, unit)
    where = reverse("unit-appeals", args=(year.assessment.year, unit))
    for state in scoring.appeal_list(year.read, unit=unit):
        if _is_news(state.row.decided, year.today):
            _, word, _ = scoring.appeal_texts(state)
            text = f"申诉{state.row.number}：{word}。{state.row.answer or ''}"
            yield Matter("申诉已答复", text, where, Urgency.NEWS, state.row.decided)
    result = final_result(year.assessment)
    if result is not None and result.step == Step.PUBLISHED:
        where = reverse("unit", args=(year.assessment.year, unit))
        yield Matter("结果已发布", f"{year.assessment}考核结果已发布", where, Urgency.NEWS)
        for one in published(year.assessment):
            assert one.published_at is not None
            day = one.published_at.astimezone(clock.now().tzinfo).date()
            if _is_news(day, year.today):
                text = f"{year.assessment}考核结果{one}已公布：{one.reason}"
                yield Matter("结果已更正", text, where, Urgency.NEWS, day)


def _deadline(year: _Year, row: scoring.RowState, what: str, where: str) -> Matter:
    assert row.deadline is not None
    return Matter(
        what, f"{row.entry} {row.unit}：{row.description}", where,
        _urgency(row.deadline, year.today), row.deadline, ("row", row.component, row.entry, row.unit),
    )  # fmt: skip


def _entered(year: _Year, unit: str, rows: dict[str, scoring.RowState]) -> Iterator[Matter]:
    """Rows that were entered here lately."""
    since = clock.now() - timedelta(days=NEWS)
    lines = LogLine.objects.filter(
        what="登记台账", year=year.assessment.year, when__gte=since, about__in=rows
    )
    for line in lines:
        row = rows[line.about]
        where = reverse("unit-entry", args=(year.assessment.year, unit, row.entry))
        day = line.when.astimezone(clock.now().tzinfo).date()
        yield Matter("新登记问题", f"{row.entry} {row.description}", where, Urgency.NEWS, day)


def _forms_of(year: _Year, unit: str) -> Iterator[Matter]:
    for form in forms_by_unit(year.assessment, year.read, year.today).get(unit, []):
        yield from _form(year, unit, form)


def _form(year: _Year, unit: str, form: FormLine) -> Iterator[Matter]:
    if form.state == "in":
        return
    where = reverse("form", args=(year.assessment.year, unit, form.component, form.period))
    what = "考核表已退回" if form.state == "returned" else "报送考核表"
    urgency = _urgency(form.due, year.today)
    if form.state == "returned" and urgency is Urgency.OPEN:
        urgency = Urgency.SOON
    key = ("form", form.component, unit, form.period)
    yield Matter(what, f"{unit} {form.period}考核表", where, urgency, form.due, key)


# Those who work on the units' rows and forms


def _of_provider(year: _Year, provider: str) -> Iterator[Matter]:
    rows = of_provider(rows_today(year.loaded), provider)
    yield from _reported(year, rows)
    for row in rows:
        where = reverse("entry", args=(year.assessment.year, provider, row.entry))
        if row.state == "pending":
            yield Matter(
                "待核实", f"{row.entry} {row.unit}：{row.description}", where, Urgency.SOON
            )
        elif row.state == "undated":
            yield Matter(
                "缺整改期限", f"{row.entry} {row.unit}：{row.description}", where, Urgency.SOON
            )
        elif row.days_left is not None:
            yield _deadline(year, row, "督促整改", where)


def _reported(year: _Year, rows: list[scoring.RowState]) -> Iterator[Matter]:
    """Reports that wait to be confirmed."""
    mine = {(row.component, row.entry, row.unit): row for row in rows}
    for one in year.reports():
        row = mine.get((one.component, one.entry, one.unit))
        if row is not None and one.decision == Decision.OPEN and row.provider:
            where = reverse("entry", args=(year.assessment.year, row.provider, row.entry))
            text = f"{row.entry} {one.unit}报{one.day:%Y-%m-%d}整改完成"
            yield Matter("确认整改", text, where, Urgency.SOON)


def _of_verifier(year: _Year, verifier: str) -> Iterator[Matter]:
    where = reverse("verification", args=(year.assessment.year, verifier))
    for period in periods_of(year.read):
        items = items_of(year.read, period, verifier)
        count = sum(not item.is_verified for item in items)
        if count:
            text = f"{period}有{count}项待核查"
            if verifier == NOBODY:
                text += "，没有指定责任单位，由办公室核查"
            yield Matter("核查", text, f"{where}?period={period}", Urgency.SOON)


def _of_assessor(year: _Year, assessor: str) -> Iterator[Matter]:
    where = reverse("scores", args=(year.assessment.year, assessor))
    for component, title in scoring.scored_parts(year.read, assessor):
        lines = scoring.score_lines(year.read, component, assessor)
        count = sum(not line.score for line in lines)
        if count:
            yield Matter("评估得分", f"{title}还有{count}个单位没有得分", where, Urgency.SOON)


def _to_approve(year: _Year) -> Iterator[Matter]:
    """What waits for a second person, or to be published."""
    number = year.assessment.year
    final, correction = final_result(year.assessment), under_way(year.assessment)
    if final is not None and final.step == Step.PROPOSED:
        text = f"{final.proposed_by.name}提请审定{year.assessment}考核结果，由另一位同志审定"
        yield Matter("审定结果", text, reverse("results", args=(number,)), Urgency.SOON)
    if final is not None and final.step == Step.APPROVED:
        where = reverse("results", args=(number,))
        yield Matter("公布结果", f"{year.assessment}考核结果已审定", where, Urgency.SOON)
    if correction is not None:
        what = {
            CorrectionStep.OPEN: "办理更正",
            CorrectionStep.PROPOSED: "审定更正",
            CorrectionStep.APPROVED: "公布更正",
        }[CorrectionStep(correction.step)]
        text = f"{year.assessment}{correction}：{correction.reason}"
        yield Matter(what, text, reverse("corrections", args=(number,)), Urgency.SOON)


def _of_office(year: _Year, _: str) -> Iterator[Matter]:
    number = year.assessment.year
    yield from _to_approve(year)
    for state in scoring.appeal_list(year.read):
        where = reverse("appeal", args=(number, state.row.number))
        if state.standing == "open":
            text = f"{state.row.number} {state.row.unit}：{state.row.reason}"
            yield Matter("答复申诉", text, where, Urgency.SOON)
        elif state.standing == "unfulfilled":
            text = f"{state.row.number} {state.row.unit}：已支持，还没有落实"
            yield Matter("落实申诉", text, where, Urgency.LATE)
    rows = rows_today(year.loaded)
    yield from _reported(year, rows)
    for row in rows:
        if row.days_left is not None and row.provider:
            where = reverse("entry", args=(number, row.provider, row.entry))
            yield _deadline(year, row, "督促整改", where)
    yield from _of_verifier(year, NOBODY)
    for unit, forms in forms_by_unit(year.assessment, year.read, year.today).items():
        for form in forms:
            yield from _form(year, unit, form)
