"""动态预警: what goes wrong, or soon will, on a day: each with unit, place and day.

Which kinds are warned of, and from how many days or problems on how urgently, is data
(``assessment.yaml``, else ``config/defaults/warnings.yaml``); what counts and what it costs is what
``scoring.score`` says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Protocol

from scoring.enums import Word
from scoring.monitoring.standing import Scored, moved, scored_on, seen_on, standing, with_rows
from scoring.monitoring.state import RowState, State, ledger_state
from scoring.problems import Place
from scoring.rules.forms import NOT_APPLICABLE, SCORED
from scoring.scheme import Scheme, SelfAssessment
from scoring.score import Result, UnitResult
from scoring.score.appeals import appeal_states, undecided
from scoring.score.unit import UnitRows
from scoring.tables import AppealRow, FormRow, Tables
from scoring.workdays import Calendar, CalendarEndsError


class Level(Word):
    """How urgent a warning is, most urgent first."""

    RED = "red"
    YELLOW = "yellow"
    BLUE = "blue"


class Kind(Word):
    """What is warned of; the words are the keys of the settings."""

    OVERDUE = "overdue"
    DEADLINE = "deadline"
    GRADE = "grade"
    FORM_LATE = "form_late"
    FORM_DUE = "form_due"
    UNVERIFIED = "unverified"
    REPEATED = "repeated"
    APPEAL = "appeal"
    TIMETABLE_PAST = "timetable_past"
    TIMETABLE = "timetable"


NEAR: Final = frozenset({Kind.DEADLINE, Kind.FORM_DUE, Kind.TIMETABLE})
"""Kinds of which the fewer working days are left the more urgent; of the others, the more the worse."""


class Limits(Protocol):
    """From which number on a warning has which level; None: never."""

    @property
    def red(self) -> int | None: ...
    @property
    def yellow(self) -> int | None: ...
    @property
    def blue(self) -> int | None: ...


LevelsOf = Mapping[Kind, Limits]


@dataclass(frozen=True, slots=True)
class EarlyWarning:
    """A warning of ``kind`` as of a day.

    ``unit`` is the graded unit, ``""`` for the office itself (时间安排). ``day`` is the deadline, the due
    date, of repeated problems when the last was found, of an appeal when it was made. ``count`` is what
    its level follows from: working days left or past, grades lost, problems. ``rows`` are the ledger rows concerned, the one at
    ``place`` first; ``title`` is the period with its part, what the timetable asks for, or the number of an appeal; ``items``
    how many items are not verified; ``before`` and ``after`` are grades.
    """

    kind: Kind
    level: Level
    unit: str
    group: str
    day: date
    count: int
    place: Place | None = None
    rows: tuple[RowState, ...] = ()
    title: str = ""
    clause: str = ""
    items: int = 0
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Watch:
    """What a day shows: ``warnings`` by level, then kind, unit list and day; ``result`` as of the day by
    the scheme as it is, ``now`` where every unit stands with what is missing left out (``standing``), in
    print order. ``guessed`` are years of which the working days are not known; there Monday to Friday were taken."""

    day: date
    result: Result
    now: tuple[UnitResult, ...]
    rows: tuple[RowState, ...]
    warnings: tuple[EarlyWarning, ...]
    guessed: tuple[int, ...]


@dataclass(frozen=True)
class Year:
    """An assessment's year as far as warnings look at it. ``last`` is the day on which the ledger closes;
    ``issued`` when the circular went out, if it did: then its timetable is done."""

    tables: Tables
    scheme: Scheme
    year: int
    last: date
    calendar: Calendar
    levels: LevelsOf
    issued: date | None = None
    appeals: tuple[AppealRow, ...] = ()


def level_of(limits: Limits, count: int, *, near: bool) -> Level | None:
    """The most urgent level that ``count`` reaches."""
    for level, limit in (
        (Level.RED, limits.red), (Level.YELLOW, limits.yellow), (Level.BLUE, limits.blue),
    ):  # fmt: skip
        if limit is not None and (count <= limit if near else count >= limit):
            return level
    return None


def watch(year: Year, day: date, known: date) -> Watch:
    """Everything that is warned of on ``day``, by what was ``known`` (资料截止日): revocations and forms
    after it are not there."""
    tables = seen_on(year.tables, day, known)
    scored = scored_on(tables, year.scheme, year.year, day, known)
    result = scored.result(tables)
    rows = ledger_state(result)
    closing = min(day, year.last)
    stands = standing(scored, closing)
    now = stands.units()
    days = _Days(year.calendar, day)
    found = [*_rows(year, rows, days), *_repeated(year, rows)]
    due = [w.day for w in found if w.kind == Kind.DEADLINE]
    until = min(max([closing, *due]), year.last)
    projected = now if until == closing else moved(stands, until).units()
    done = _done_today(stands, rows, day)
    best = with_rows(stands, done).units() if done else now
    found += _grades(year, best, projected, found, until)
    found += _forms(year, tables, result, days)
    found += _appeals(year, tables, result, days, known)
    found += _timetable(year, days)
    order = {unit.unit: i for i, unit in enumerate(result.units)}
    kinds = {kind: i for i, kind in enumerate(Kind)}
    levels = {level: i for i, level in enumerate(Level)}
    found.sort(
        key=lambda w: (levels[w.level], kinds[w.kind], w.day, order.get(w.unit, -1), w.title)
    )
    return Watch(day, result, now, rows, tuple(found), tuple(sorted(days.guessed)))


def _done_today(stands: Scored, rows: tuple[RowState, ...], day: date) -> dict[str, UnitRows]:
    """The rows of the units of which something falls due on the day, as they are if it is done: what is
    not rectified on the day of its deadline counts, and there are still some hours to do it."""
    due = {(row.component, row.entry) for row in rows if row.state == State.DUE}
    found: dict[str, UnitRows] = {}
    if not due:
        return found
    for unit, own in stands.rows.items():
        if any((e.component, e.entry) in due for some in own.entries.values() for e in some):
            done = {
                key: [
                    e._replace(rectified=day) if (e.component, e.entry) in due else e for e in some
                ]
                for key, some in own.entries.items()
            }
            found[unit] = replace(own, entries=done)
    return found


class _Days:
    """Working days between a day and another."""

    def __init__(self, calendar: Calendar, today: date) -> None:
        self._calendar = calendar
        self.today = today
        self.guessed: set[int] = set()
        self._known: dict[date, int] = {}

    def works(self, day: date) -> bool:
        try:
            return self._calendar.is_workday(day)
        except CalendarEndsError:
            self.guessed.add(day.year)
            return day.weekday() < 5

    def until(self, day: date) -> int:
        """Working days after today up to ``day``; 0 on the day itself and before it."""
        return self._between(self.today, day)

    def since(self, day: date) -> int:
        """Working days after ``day`` and before today: 0 on the first day on which it is past."""
        return max(0, self._between(day, self.today - timedelta(days=1)))

    def _between(self, first: date, last: date) -> int:
        if last <= first:
            return 0
        key = first if first != self.today else last
        if key not in self._known:
            span = ((first + timedelta(days=i + 1)) for i in range((last - first).days))
            self._known[key] = sum(map(self.works, span))
        return self._known[key]


def _made(
    year: Year, kind: Kind, count: int, unit: str, group: str, day: date
) -> EarlyWarning | None:
    level = level_of(year.levels[kind], count, near=kind in NEAR)
    return None if level is None else EarlyWarning(kind, level, unit, group, day, count)


def _rows(year: Year, rows: tuple[RowState, ...], days: _Days) -> Iterator[EarlyWarning]:
    """Ledger rows that wait for their rectification, each by its own deadline."""
    for row in rows:
        if row.deadline is None or row.state not in (State.OPEN, State.DUE, State.OVERDUE):
            continue
        late = row.state == State.OVERDUE
        kind = Kind.OVERDUE if late else Kind.DEADLINE
        count = days.since(row.deadline) if late else days.until(row.deadline)
        found = _made(year, kind, count, row.unit, row.group, row.deadline)
        if found is not None:
            yield replace(found, place=row.result.place, rows=(row,))


def _repeated(year: Year, rows: tuple[RowState, ...]) -> Iterator[EarlyWarning]:
    """Problems of one unit under one rule."""
    alike: dict[tuple[str, str, str], list[RowState]] = {}
    for row in rows:
        if row.is_problem:
            alike.setdefault((row.component, row.unit, row.rule.code), []).append(row)
    for same in alike.values():
        last = same[-1]
        found = _made(year, Kind.REPEATED, len(same), last.unit, last.group, last.found)
        if len(same) > 1 and found is not None:
            yield replace(found, place=last.result.place, rows=tuple(reversed(same)))


def _grades(
    year: Year,
    now: tuple[UnitResult, ...],
    projected: tuple[UnitResult, ...],
    found: list[EarlyWarning],
    until: date,
) -> Iterator[EarlyWarning]:
    """Units whose grade falls if what is due stays unrectified: ``projected`` as of the day ``until``."""
    after = {unit.unit: unit for unit in projected}
    due: dict[str, list[EarlyWarning]] = {}
    for warning in found:
        if warning.kind == Kind.DEADLINE and warning.day <= until:
            due.setdefault(warning.unit, []).append(warning)
    for unit in now:
        then = after[unit.unit]
        if unit.grade is None or then.grade is None or unit.grade == then.grade:
            continue
        names = [grade.name for grade in year.scheme.grades_in(unit.group)]
        lost = names.index(then.grade) - names.index(unit.grade)
        mine = sorted(due.get(unit.unit, ()), key=lambda w: w.day)
        if lost <= 0 or not mine:
            continue
        made = _made(year, Kind.GRADE, lost, unit.unit, unit.group, mine[0].day)
        if made is not None:
            rows = tuple(row for w in mine for row in w.rows)
            yield replace(made, place=mine[0].place, rows=rows, before=unit.grade, after=then.grade)


def _forms(year: Year, tables: Tables, result: Result, days: _Days) -> Iterator[EarlyWarning]:
    """Forms that are due, that did not come in, or that nobody verified."""
    came = {(f.component, f.unit, f.period): f for f in tables.forms}
    open_items: dict[tuple[str, str, str], int] = {}
    for item in result.items:
        if item.status not in (SCORED, NOT_APPLICABLE):
            at = (item.component, item.unit, item.period)
            open_items[at] = open_items.get(at, 0) + 1
    views = {group: year.scheme.seen_from(group).leaves() for group in year.scheme.groups}
    for unit in result.units:
        for key, leaf in views[unit.group].items():
            for period in leaf.periods if isinstance(leaf, SelfAssessment) else ():
                at = (key, unit.unit, period.name)
                due, form = period.due.on(year.year), came.get(at)
                kind, count = _form_kind(form, due, days)
                if form is not None and not open_items.get(at):
                    continue
                if kind is None:
                    continue
                made = _made(year, kind, count, unit.unit, unit.group, due)
                if made is not None:
                    yield replace(
                        made,
                        place=None if form is None else Place(form.file or "", form.sheet, form.row),
                        title=f"{period.name}{leaf.title}",
                        clause=period.clause or leaf.clause,
                        items=open_items.get(at, 0) if form is not None else 0,
                    )  # fmt: skip


def _form_kind(form: FormRow | None, due: date, days: _Days) -> tuple[Kind | None, int]:
    if days.today > due:
        count = days.since(due)
        return (Kind.FORM_LATE if form is None else Kind.UNVERIFIED), count
    return (Kind.FORM_DUE if form is None else None), days.until(due)


def _appeals(
    year: Year, tables: Tables, result: Result, days: _Days, known: date
) -> Iterator[EarlyWarning]:
    """Appeals that nobody decided."""
    groups = {unit.unit: unit.group for unit in result.units}
    for state in undecided(appeal_states(year.appeals, tables, min(days.today, known))):
        row, unit = state.row, state.charged
        count = days.since(row.made)
        made = _made(year, Kind.APPEAL, count, unit, groups.get(unit, ""), row.made)
        if made is not None:
            place = Place(row.file, row.sheet, row.row) if row.file is not None else None
            yield replace(made, place=place, title=row.number)


def _timetable(year: Year, days: _Days) -> Iterator[EarlyWarning]:
    """What the scheme asks of the office itself."""
    for what, clause, due in timetable(year.scheme, year.year):
        past = days.today > due
        if past and (what.form or (year.issued is not None and year.issued <= days.today)):
            continue
        kind = Kind.TIMETABLE_PAST if past else Kind.TIMETABLE
        made = _made(year, kind, days.since(due) if past else days.until(due), "", "", due)
        if made is not None:
            yield replace(made, title=what.text, clause=clause)


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done by a day; ``form``: the units hand in their forms."""

    text: str
    form: bool = False


def timetable(scheme: Scheme, year: int) -> list[tuple[Step, str, date]]:
    """The dated steps of a scheme by day: when forms are due, and its 时间安排 as far as it is dated."""
    found = [
        (Step(f"{period.name}{leaf.title}表报送截止", form=True), period.clause or leaf.clause,
         period.due.on(year))
        for leaf in scheme.leaves().values()
        if isinstance(leaf, SelfAssessment)
        for period in leaf.periods
    ]  # fmt: skip
    found += [
        (Step(step.what), step.clause, step.due.on(year))
        for step in scheme.timetable
        if step.due is not None
    ]
    return sorted(found, key=lambda one: one[2])
