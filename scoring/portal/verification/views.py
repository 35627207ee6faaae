"""The verifier's page: item by item the self-score, its reason and evidence, and the finding beside it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

import scoring
from scoring.portal.access import may
from scoring.portal.assessments.corrections import may_change
from scoring.portal.assessments.models import Assessment
from scoring.portal.assessments.state import load
from scoring.portal.evidence.models import Attachment
from scoring.portal.evidence.serving import file_response
from scoring.portal.requests import PortalRequest, assessment_of, by
from scoring.portal.verification.finding import (
    NOBODY,
    NOTE,
    NotKeptError,
    items_of,
    keep,
    key,
    read,
    touched,
    verifiers_of,
)
from scoring.portal.verification.models import Opinion

A_PAGE = 20
STATES = (("open", "待核查"), ("", "全部"))


@dataclass(frozen=True)
class Card:
    """An item with what is shown beside it; ``cells`` are (column, text) to be filled in."""

    item: scoring.ItemToVerify
    key: str
    cells: list[tuple[str, str]]
    note: str
    made: str
    files: list[Attachment] = field(default_factory=list)
    opinions: list[Opinion] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


@require_GET
def overview(request: PortalRequest, year: int) -> HttpResponse:
    """For the office: by verifier and period how many items there are, and how many are open."""
    assessment = assessment_of(request)
    found = load(assessment).assessment
    periods = periods_of(found)
    items = {period: scoring.items_to_verify(found, period) for period in periods}
    rows = []
    for verifier in verifiers_of(found, periods):
        unit = found.units.find(verifier)
        name = unit.name if unit else verifier
        counts = []
        for period in periods:
            mine = [
                item for item in items[period]
                if name in item.verifiers or (verifier == NOBODY and not item.verifiers)
            ]  # fmt: skip
            counts.append((period, len(mine), sum(not item.is_verified for item in mine)))
        rows.append((verifier, counts))
    context = {"assessment": assessment, "periods": periods, "rows": rows}
    return render(request, "verifications.html", context)


def periods_of(read: scoring.Assessment) -> list[str]:
    """The periods of which forms came in, in the scheme's order."""
    there = {form.period for form in read.tables.forms}
    units = read.units.graded()
    every = [form.period for form in scoring.own_forms(read, units[0].name)] if units else []
    return [period for period in dict.fromkeys(every) if period in there]


def _chosen(request: PortalRequest, read: scoring.Assessment, verifier: str) -> str:
    """The period that is asked for; of several the last. Raises Http404 for a verifier or a period that
    there is not."""
    periods = periods_of(read)
    period = str(request.POST.get("period") or request.GET.get("period") or "")
    if period and period not in periods:
        raise Http404
    if verifier not in verifiers_of(read, periods):
        raise Http404
    return period or (periods[-1] if periods else "")


@require_GET
def verification(request: PortalRequest, year: int, verifier: str) -> HttpResponse:
    """The items that fall to a verifier, twenty on a page."""
    return _page(request, verifier, NotKeptError(), {})


def _page(
    request: PortalRequest, verifier: str, wrong: NotKeptError, typed: dict[str, str]
) -> HttpResponse:
    assessment = assessment_of(request)
    found = load(assessment).assessment
    period = _chosen(request, found, verifier)
    asked = request.POST if request.method == "POST" else request.GET
    state, unit = str(asked.get("state", "open")), str(asked.get("unit", ""))
    every = items_of(found, period, verifier) if period else []
    if typed:
        # What was not kept is shown again as it was typed, whatever the filter says.
        shown = [item for item in every if f"{key(item)}|made" in typed]
    else:
        shown = [
            item for item in every
            if (state != "open" or not item.is_verified or item.hint)
            and (not unit or item.unit == unit)
        ]  # fmt: skip
    page = Paginator(shown, A_PAGE).get_page(asked.get("page"))
    query = urlencode({"period": period, "state": state, "unit": unit})
    context = {
        "assessment": assessment,
        "verifier": verifier,
        "period": period,
        "periods": periods_of(found),
        "state": state,
        "states": STATES,
        "unit": unit,
        "units": list(dict.fromkeys(item.unit for item in every)),
        "page": page,
        "query": query,
        "cards": _cards(assessment, verifier, period, list(page), wrong, typed),
        "count": len(every),
        "open": sum(not item.is_verified for item in every),
        "general": wrong.general,
        "can_verify": may(request.account, "verification-save", request.target)
        and may_change(request.account, assessment),
    }
    return render(request, "verification.html", context)


def _cards(
    assessment: Assessment,
    verifier: str,
    period: str,
    items: list[scoring.ItemToVerify],
    wrong: NotKeptError,
    typed: dict[str, str],
) -> list[Card]:
    units = {item.unit for item in items}
    files: dict[tuple[str, str], list[Attachment]] = defaultdict(list)
    here = Attachment.objects.filter(assessment=assessment, period=period, unit__in=units)
    for file in here:
        files[file.unit, file.indicator].append(file)
    opinions: dict[tuple[str, str, str], list[Opinion]] = defaultdict(list)
    said = Opinion.objects.filter(assessment=assessment, period=period, unit__in=units)
    for one in said.exclude(verifier=verifier):
        opinions[one.component, one.unit, one.indicator].append(one)
    cards = []
    for item in items:
        at = key(item)
        cells = [
            (name, typed.get(f"{at}|{name}", item.cells.get(name, ""))) for name in item.columns
        ]
        cards.append(
            Card(
                item, at, cells, typed.get(f"{at}|{NOTE}", item.note), item.made,
                files[item.unit, item.code], opinions[item.component, item.unit, item.code],
                wrong.by_item.get(at, []),
            )
        )  # fmt: skip
    return cards


@require_POST
def save(request: PortalRequest, year: int, verifier: str) -> HttpResponse:
    """Write what was typed into the forms: all of it, or nothing with what is wrong beside each item."""
    assessment = assessment_of(request)
    found = load(assessment).assessment
    period = _chosen(request, found, verifier)
    fields: dict[str, Any] = {name: str(text) for name, text in request.POST.items()}
    items = items_of(found, period, verifier) if period else []
    try:
        said = [one for one in read(items, fields) if touched(one)]
        count = keep(assessment, by(request), verifier, period, said) if said else 0
    except NotKeptError as error:
        return _page(request, verifier, error, fields)
    messages.success(request, f"已保存{count}项。" if count else "没有改动。")
    asked = {name: fields.get(name, "") for name in ("period", "state", "unit", "page")}
    return redirect(f"{reverse('verification', args=(year, verifier))}?{urlencode(asked)}")


@require_GET
def evidence(request: PortalRequest, year: int, verifier: str, file: UUID) -> HttpResponse:
    """A file of evidence for an item that falls to the verifier."""
    assessment = assessment_of(request)
    kept = Attachment.objects.filter(pk=file, assessment=assessment).first()
    if kept is None:
        raise Http404
    found = load(assessment).assessment
    mine = items_of(found, kept.period, verifier)
    if not any((item.unit, item.code) == (kept.unit, kept.indicator) for item in mine):
        raise Http404
    return file_response(kept.name, kept.sha256)
