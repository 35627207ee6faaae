"""Evidence: put beside a claim, opened, taken away."""

from __future__ import annotations

from contextlib import suppress
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

import scoring
from scoring.portal import clock
from scoring.portal.assessments.folder import FrozenError, LogText, beside, save, sha_of
from scoring.portal.assessments.models import Assessment, SourceFile
from scoring.portal.assessments.state import load
from scoring.portal.errors import error_page
from scoring.portal.evidence.attachments import (
    FOLDER,
    MOST_AN_ITEM,
    EvidenceError,
    check_content,
    checked_name,
    free_path,
    place_of,
)
from scoring.portal.evidence.models import Attachment
from scoring.portal.evidence.serving import file_response
from scoring.portal.log.chain import Facts
from scoring.portal.requests import PortalRequest, assessment_of, by
from scoring.portal.self_assessment.answering import (
    AnswerError,
    answers_of,
    came_in,
    form_of,
    is_open,
    keep,
    loaded_for,
)

COLUMN = "证明材料"
"""The column of the form that names evidence."""

_CLOSED = "本表已报送，不能再增减证明材料。需要修改的，请市政府办公室退回。"


@require_POST
def upload(
    request: PortalRequest, year: int, unit: str, component: str, period: str, indicator: str
) -> HttpResponse:
    """Put files beside a claim."""
    assessment = assessment_of(request)
    read = loaded_for(assessment, unit).assessment
    try:
        key = scoring.form_key(read, unit, component, period)
    except (scoring.NoFormError, scoring.UnitError):
        raise Http404 from None
    titles = {q.code: q.title for q in scoring.questions(read, key)}
    if indicator not in titles:
        raise Http404
    files = request.FILES.getlist("file")
    try:
        if not is_open(form_of(assessment, key), came_in=came_in(read, key)):
            raise EvidenceError(_CLOSED)
        if not files:
            raise EvidenceError("请选择文件。")
        for file in files:
            _add(request, assessment, key, indicator, f"{indicator} {titles[indicator]}", file)
    except EvidenceError as error:
        messages.error(request, str(error))
    except FrozenError:
        messages.error(request, "本年度已定稿，不能再改。")
    else:
        messages.success(request, f"已上传{len(files)}个文件。")
    return _beside(indicator, year, unit, component, period)


def _beside(indicator: str, *form: object) -> HttpResponse:
    """The form, where the item is."""
    return redirect(f"{reverse('form', args=form)}#item-{indicator}")


def _add(
    request: PortalRequest,
    assessment: Assessment,
    key: scoring.FormKey,
    indicator: str,
    item: str,
    file: UploadedFile[Any],
) -> None:
    name = checked_name(file.name or "")
    if (file.size or 0) > settings.EVIDENCE_MAX_BYTES:
        most = settings.EVIDENCE_MAX_BYTES // 1_000_000
        raise EvidenceError(f"文件超过{most} MB：{name}。请压缩或分成几个文件。")
    content = file.read()
    check_content(name, content)
    here = Attachment.objects.filter(
        assessment=assessment, unit=key.unit.name, period=key.period, indicator=indicator
    )
    if here.count() >= MOST_AN_ITEM:
        raise EvidenceError(f"每项最多{MOST_AN_ITEM}个文件。")
    if here.filter(sha256=sha_of(content)).exists():
        raise EvidenceError(f"这个文件已经上传过了：{name}")
    for _ in range(5):
        place = place_of(key.unit.name, key.period, item)
        before = beside(assessment, place)
        way = free_path(before, place, name)

        def also(way: str = way) -> None:
            Attachment.objects.create(
                assessment=assessment, unit=key.unit.name, period=key.period, indicator=indicator,
                path=way, name=PurePosixPath(way).name, size=len(content), sha256=sha_of(content),
                added_at=clock.now(),
            )  # fmt: skip

        after: Facts = {"文件": way, "大小": len(content), "SHA-256": sha_of(content)}
        log_text = LogText("上传证明材料", f"{key.unit.name} {key.period} {indicator}", after=after)
        if save(assessment, by(request), before, {way: content}, log_text, also=also):
            _name_in_form(request, assessment, key, indicator, PurePosixPath(way).name)
            return
    raise EvidenceError(f"没有保存，请再试一次：{name}")


def _name_in_form(
    request: PortalRequest,
    assessment: Assessment,
    key: scoring.FormKey,
    indicator: str,
    name: str,
) -> None:
    """The form says under 证明材料 which files there are, as an office reads it on paper."""
    read = loaded_for(assessment, key.unit.name).assessment
    said = answers_of(read, key, form_of(assessment, key)).get(indicator, {}).get(COLUMN, "")
    if name not in said:
        text = f"{said}；{name}" if said else name
        with suppress(AnswerError):
            keep(assessment, read, key, by(request), indicator, {COLUMN: text}, (COLUMN,))


@require_GET
def download(request: PortalRequest, key: str) -> HttpResponse:
    """A file of evidence: shown where a browser can, saved otherwise; it can run nothing."""
    found = Attachment.objects.get(pk=key)
    if not SourceFile.objects.filter(assessment=found.assessment, path=found.path).exists():
        raise Http404
    return file_response(found.name, found.sha256)


@require_POST
def remove(request: PortalRequest, key: str) -> HttpResponse:
    """Take a file away again, while the form is open."""
    found = Attachment.objects.get(pk=key)
    assessment = found.assessment
    read = load(assessment).assessment
    back = error_page(request, 404)
    for own in scoring.own_forms(read, found.unit):
        if own.period != found.period:
            continue
        back = _beside(found.indicator, assessment.year, found.unit, own.component, own.period)
        if not is_open(form_of(assessment, own), came_in=came_in(read, own)):
            messages.error(request, _CLOSED)
            return back
    before = beside(assessment, str(PurePosixPath(found.path).parent))
    facts: Facts = {"文件": found.path, "SHA-256": found.sha256}
    about = f"{found.unit} {found.period} {found.indicator}"
    log_text = LogText("删除证明材料", about, before=facts)
    # A file that is evidence of another item too stays for that one.
    others = Attachment.objects.filter(assessment=assessment, path=found.path).exclude(pk=key)
    gone = [] if others.exists() or not found.path.startswith(FOLDER) else [found.path]
    try:
        done = save(
            assessment, by(request), before, {}, log_text, gone=gone, also=lambda: _forget(found)
        )
    except FrozenError:
        done = False
    if done:
        messages.success(request, f"已删除：{found.name}")
    else:
        messages.error(request, "没有删除，请刷新后再试。")
    return back


def _forget(found: Attachment) -> None:
    found.delete()
