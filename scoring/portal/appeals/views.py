"""Appeals: the unit's, and the office's answers to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

import scoring
from scoring.portal import clock
from scoring.portal.access import may
from scoring.portal.appeals.deciding import answer, file, targets
from scoring.portal.assessments.corrections import may_change
from scoring.portal.assessments.models import Assessment
from scoring.portal.assessments.state import load
from scoring.portal.fields import Lines
from scoring.portal.requests import PortalRequest, assessment_of, by
from scoring.portal.steps import RefusedError


@dataclass(frozen=True)
class Line:
    """An appeal in a list, in words; ``open`` waits for an answer, ``to_do`` is granted and not carried
    out."""

    state: scoring.AppealState
    about: str
    word: str
    follows: str
    open: bool
    to_do: bool


def line_of(state: scoring.AppealState) -> Line:
    """An appeal as pages show it."""
    waits, to_do = state.standing == "open", state.standing == "unfulfilled"
    return Line(state, *scoring.appeal_texts(state), waits, to_do)


def lines(read: scoring.Assessment, unit: str = "") -> list[Line]:
    """The appeals of a year, or of one unit, open ones first."""
    return [line_of(one) for one in scoring.appeal_list(read, unit=unit)]


# The unit's side


class AppealForm(forms.Form):
    """What a unit appeals against, and why."""

    about = forms.ChoiceField(label="涉及")
    reason = Lines(label="理由", max_length=1000)

    def __init__(self, choices: list[tuple[str, list[tuple[str, str]]]], *args: Any, **more: Any):
        super().__init__(*args, **more)
        field = self.fields["about"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "请选择"), *choices]


@require_GET
def unit_appeals(request: PortalRequest, year: int, unit: str) -> HttpResponse:
    """A unit's appeals and what became of them."""
    assessment = assessment_of(request)
    read = _read(assessment, unit)
    context = {
        "assessment": assessment,
        "unit": unit,
        "lines": lines(read, unit),
        "can_file": may(request.account, "appeal-new", request.target) and not assessment.frozen,
    }
    return render(request, "unit-appeals.html", context)


def _read(assessment: Assessment, unit: str) -> scoring.Assessment:
    read = load(assessment).assessment
    if unit not in {one.name for one in read.units.graded()}:
        raise Http404
    return read


@require_http_methods(["GET", "POST"])
def new_appeal(request: PortalRequest, year: int, unit: str) -> HttpResponse:
    """File an appeal."""
    assessment = assessment_of(request)
    read = _read(assessment, unit)
    choices = targets(read, load(assessment).result(clock.today()), unit)
    start = {"about": request.GET.get("about", "")}
    form = AppealForm(choices, request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            number = file(assessment, by(request), unit, said["about"], said["reason"])
        except RefusedError as error:
            for text in error.said:
                form.add_error(None, text)
        else:
            messages.success(request, f"已提出申诉{number}，等待市政府办公室答复。")
            return redirect("unit-appeals", year, unit)
    context = {"assessment": assessment, "unit": unit, "form": form}
    return render(request, "appeal-new.html", context)


# The office's side


@require_GET
def appeals(request: PortalRequest, year: int) -> HttpResponse:
    """Every appeal, open ones first."""
    assessment = assessment_of(request)
    context = {"assessment": assessment, "lines": lines(load(assessment).assessment)}
    return render(request, "appeals.html", context)


class AnswerForm(forms.Form):
    """The office's decision."""

    granted = forms.ChoiceField(
        label="结果", choices=[("", "请选择"), ("yes", "支持"), ("no", "不支持")]
    )
    answer = Lines(label="答复（单位会看到）", max_length=1000)


def _appeal(assessment: Assessment, number: str) -> scoring.AppealState:
    found = scoring.appeal_list(load(assessment).assessment)
    for one in found:
        if one.row.number == number:
            return one
    raise Http404


def _item(assessment: Assessment, state: scoring.AppealState) -> scoring.ItemToVerify | None:
    row = state.row
    if row.period is None:
        return None
    at = (row.component, row.unit, row.indicator)
    for item in scoring.items_to_verify(load(assessment).assessment, row.period):
        if (item.component, item.unit, item.code) == at:
            return item
    return None


@require_GET
def appeal(request: PortalRequest, year: int, number: str) -> HttpResponse:
    """An appeal beside what it is about."""
    return _page(request, number, AnswerForm(), {})


def _page(
    request: PortalRequest, number: str, form: AnswerForm, typed: dict[str, str]
) -> HttpResponse:
    assessment = assessment_of(request)
    state = _appeal(assessment, number)
    item = _item(assessment, state)
    entry = state.entry
    rows = load(assessment).assessment.tables.entries
    others = [
        row.unit for row in rows
        if entry and (row.component, row.entry) == (entry.component, entry.entry)
        and row.unit != entry.unit
    ]  # fmt: skip
    context = {
        "assessment": assessment,
        "state": state,
        "line": line_of(state),
        "entry": entry,
        "others": others,
        "item": item,
        "cells": [(n, typed.get(n, item.cells.get(n, ""))) for n in item.columns] if item else [],
        "form": form,
        "can_answer": line_of(state).open
        and may(request.account, "appeal-answer", request.target)
        and may_change(request.account, assessment, state.charged or ""),
    }
    return render(request, "appeal.html", context)


@require_POST
def answer_view(request: PortalRequest, year: int, number: str) -> HttpResponse:
    """Answer an appeal, and carry out what follows."""
    assessment = assessment_of(request)
    state = _appeal(assessment, number)
    item = _item(assessment, state)
    form = AnswerForm(request.POST)
    typed = {
        name: str(request.POST.get(name, "")).strip() for name in (item.columns if item else ())
    }
    if form.is_valid():
        said = form.cleaned_data
        try:
            answer(
                assessment, by(request), state, said["answer"], granted=said["granted"] == "yes",
                carry_out=request.POST.get("carry_out") == "1", cells=typed,
                made=str(request.POST.get("made", "")),
            )  # fmt: skip
        except RefusedError as error:
            for text in error.said:
                form.add_error(None, text)
        else:
            messages.success(request, f"已答复申诉{number}。")
            return redirect("appeal", year, number)
    return _page(request, number, form, typed)
