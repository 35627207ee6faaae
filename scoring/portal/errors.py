"""Pages for what went wrong, in plain Chinese."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

_SAID: Final = {
    400: ("请求有误", "请返回上一页，重新操作。"),
    403: ("无权访问", "这个页面或文件不属于您的账号。需要时请与市政府办公室联系。"),
    404: ("没有这个页面", "请检查网址，或从首页进入。"),
    405: ("操作方式不对", "请从页面上的按钮操作。"),
    409: ("没有保存", "别人刚刚改动了同一内容，请刷新页面后再试。"),
    413: ("文件太大", "请压缩或分成几个文件再上传。"),
    429: ("操作太频繁", "请稍后再试。"),
    500: ("程序出错", "没有保存任何改动。请稍后再试；仍不行的，请与管理员联系。"),
}
"""By status: what it is, and what to do."""


def error_page(request: HttpRequest, status: int, what: str = "", title: str = "") -> HttpResponse:
    """The page for a status; ``what`` and ``title`` say more than its usual text."""
    usual, advice = _SAID[status]
    context = {"title": title or usual, "advice": what or advice, "status": status}
    return render(request, "error.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 400)


def denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    return error_page(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token does not fit: sent from elsewhere, or after the session ended."""
    return error_page(request, 403, "页面已过期，请返回上一页并刷新后再试。")
