"""A form being filled in: answers kept as they come, handed in as a file of the folder, or returned."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Final

from django.db import transaction

import scoring
from scoring.portal import clock
from scoring.portal.assessments.folder import FrozenError, LogText, MovedError, save
from scoring.portal.assessments.models import Assessment
from scoring.portal.assessments.state import Loaded, load, load_lately
from scoring.portal.log.chain import By, Facts, write
from scoring.portal.self_assessment.models import Answer, Form, State

Answers = dict[str, dict[str, str]]
LONGEST: Final = 2000
"""Characters of an answer."""
_ATTEMPTS: Final = 5
_NAMED: Final = 8
"""Items that a refusal names."""


class AnswerError(ValueError):
    """Something that cannot be kept or handed in; the message says why, in Chinese."""


def form_of(assessment: Assessment, key: scoring.FormKey) -> Form | None:
    """The form as it is being filled in; None where nobody began here."""
    return Form.objects.filter(
        assessment=assessment, component=key.component, unit=key.unit.name, period=key.period
    ).first()


def loaded_for(assessment: Assessment, unit: str) -> Loaded:
    """The assessment as far as a unit's own forms go: others may have handed in since."""
    moments = Form.objects.filter(assessment=assessment, unit=unit).values_list(
        "submitted_at", "returned_at"
    )
    return load_lately(assessment, max((m for two in moments for m in two if m), default=None))


def is_open(form: Form | None, *, came_in: bool) -> bool:
    """Whether the unit may answer: nothing was handed in yet, or it was returned."""
    return not came_in if form is None else form.state != State.SUBMITTED


def came_in(read: scoring.Assessment, key: scoring.FormKey) -> bool:
    """Whether the folder holds the form."""
    at = (key.component, key.unit.name, key.period)
    return any((row.component, row.unit, row.period) == at for row in read.tables.forms)


def answers_of(read: scoring.Assessment, key: scoring.FormKey, form: Form | None) -> Answers:
    """What the unit says by now, cell by cell: what it answered here, else what its file says."""
    found = {code: dict(cells) for code, cells in scoring.answers_of(read, key).items()}
    if form is not None and form.state != State.SUBMITTED:
        for row in form.answers.all():
            found.setdefault(row.indicator, {}).update(row.cells)
    return found


def keep(
    assessment: Assessment,
    read: scoring.Assessment,
    key: scoring.FormKey,
    by: By,
    indicator: str,
    cells: Mapping[str, str],
    columns: tuple[str, ...],
) -> None:
    """Keep cells of one answer; those that are not given stay as they are. Raises AnswerError where the
    form is handed in, or a cell is none, and FrozenError."""
    for name, text in cells.items():
        if name not in columns:
            raise AnswerError("没有这一栏，请刷新页面。")
        if len(text) > LONGEST:
            raise AnswerError(f"“{name}”最多{LONGEST}字，现有{len(text)}字。")
        if any(unicodedata.category(c) in ("Cs", "Cc") and c not in "\n\r\t" for c in text):
            raise AnswerError(f"“{name}”中有不能用的字符。")
    with transaction.atomic():
        held = Assessment.objects.select_for_update().get(pk=assessment.pk)
        if held.frozen:
            raise FrozenError
        if not is_open(form_of(held, key), came_in=came_in(read, key)):
            raise AnswerError("本表已报送，不能再改。需要修改的，请市政府办公室退回。")
        form, _ = Form.objects.select_for_update().get_or_create(
            assessment=held, component=key.component, unit=key.unit.name, period=key.period
        )
        row, _ = Answer.objects.select_for_update().get_or_create(form=form, indicator=indicator)
        # Of a form that was returned the file says what was not answered anew.
        said = scoring.answers_of(read, key).get(indicator, {}) | row.cells
        before = {name: said.get(name, "") for name in cells}
        if before == cells:
            return
        row.cells = {**row.cells, **cells}
        row.save()
        was: Facts = dict(before)
        now: Facts = dict(cells)
        about = f"{key.unit.name} {key.period} {indicator}"
        write(by, "填写考核表", about=about, year=held.year, before=was, after=now)


def submit(assessment: Assessment, key: scoring.FormKey, by: By) -> None:
    """Hand the form in: it becomes a file of the folder, with the day on which the server received it.
    Raises AnswerError where something lacks or is wrong, FrozenError, MovedError."""
    for attempt in range(_ATTEMPTS):
        loaded = load(assessment) if attempt else loaded_for(assessment, key.unit.name)
        if _submitted(assessment, loaded, key, by):
            return
    raise MovedError


def _submitted(assessment: Assessment, loaded: Loaded, key: scoring.FormKey, by: By) -> bool:
    read, today = loaded.assessment, clock.today()
    form = form_of(assessment, key)
    if not is_open(form, came_in=came_in(read, key)):
        raise AnswerError("本表已经报送过了。")
    answers = answers_of(read, key, form)
    checked = scoring.check_answers(read, key, answers, today, today)
    if not checked.sound:
        wrong = {c for c, some in checked.by_item.items() if any(p.label != "提醒" for p in some)}
        wrong |= {lack.item.indicator for lack in checked.preview.lacks if lack.score}
        codes = [q.code for q in scoring.questions(read, key) if q.code in wrong]
        some = "、".join(codes[:_NAMED]) + (f"等{len(codes)}项" if len(codes) > _NAMED else "")
        said = f"（{some}）" if codes else ""
        raise AnswerError(f"还有没填的或填错的{said}，请先改正标出的各项。")
    made = scoring.hand_in(read, key, answers, today)
    if made.problems:
        said = "；".join(problem.message() for problem in made.problems)
        raise AnswerError(f"原考核表改不了，请联系市政府办公室：{said}")

    def also() -> None:
        held, _ = Form.objects.select_for_update().get_or_create(
            assessment=assessment, component=key.component, unit=key.unit.name, period=key.period
        )
        if held.state == State.SUBMITTED:
            raise AnswerError("本表已经报送过了。")
        if answers_of(read, key, held) != answers:
            raise AnswerError("报送时又有人改了本表，请核对后再报送。")
        held.state, held.submitted_at = State.SUBMITTED, clock.now()
        held.save()
        # From now on the file says it.
        held.answers.all().delete()

    after: Facts = {
        "报送日期": today.isoformat(), "迟报天数": max(0, (today - key.due).days)
    }  # fmt: skip
    log_text = LogText("报送考核表", f"{key.unit.name} {key.period}", after=after)
    return save(assessment, by, loaded.files, {made.file: made.content}, log_text, also=also)


@transaction.atomic
def hand_back(
    assessment: Assessment, read: scoring.Assessment, key: scoring.FormKey, by: By, reason: str
) -> None:
    """Return a form that was handed in, with the reason; it is open to the unit again. Raises AnswerError,
    FrozenError."""
    if not came_in(read, key):
        raise AnswerError("本表还没有报送，不用退回。")
    if not reason.strip():
        raise AnswerError("请写明退回的理由。")
    held = Assessment.objects.select_for_update().get(pk=assessment.pk)
    if held.frozen:
        raise FrozenError
    form, _ = Form.objects.select_for_update().get_or_create(
        assessment=held, component=key.component, unit=key.unit.name, period=key.period,
        defaults={"state": State.SUBMITTED},
    )  # fmt: skip
    if form.state != State.SUBMITTED:
        raise AnswerError("本表已经退回了。")
    form.state, form.returned_at, form.return_reason = State.RETURNED, clock.now(), reason.strip()
    form.save()
    about = f"{key.unit.name} {key.period}"
    write(by, "退回考核表", about=about, year=held.year, reason=reason.strip())
