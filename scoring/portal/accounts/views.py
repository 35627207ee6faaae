"""Logging in and out, passwords, and the office's page of accounts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from scoring.portal.accounts.models import Account, Role
from scoring.portal.accounts.passwords import one_time_password
from scoring.portal.errors import error_page
from scoring.portal.log.chain import write
from scoring.portal.requests import PortalRequest, by


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    """The login page; five wrong passwords close it for an account for a while (``settings``)."""
    after = request.POST.get("next") or request.GET.get("next") or ""
    if not url_has_allowed_host_and_scheme(after, {request.get_host()}, request.is_secure()):
        after = ""
    form = AuthenticationForm(request, data=request.POST or None)
    form.error_messages["invalid_login"] = "用户名或密码不对。"
    form.error_messages["inactive"] = "这个账号已停用。"
    if request.method == "POST" and form.is_valid():
        login(request, form.get_user())
        return redirect(after or "home")
    if getattr(request, "axes_locked_out", False):
        return locked_out(request)
    known = Account.objects.filter(is_active=True).order_by("pk") if settings.DEMO else []
    return render(request, "login.html", {"form": form, "next": after, "known": known})


def locked_out(request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
    """The page for an account that is closed after wrong passwords."""
    said = "密码连续输错多次，请15分钟后再试，或请市政府办公室重置密码。"
    response = error_page(request, 429, said, "登录已暂停")
    response["Retry-After"] = str(int(settings.AXES_COOLOFF_TIME * 3600))
    return response


@require_POST
def log_out(request: PortalRequest) -> HttpResponse:
    logout(request)
    return redirect("login")


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def change_password(request: PortalRequest) -> HttpResponse:
    """A new password of one's own; nothing else is open before the first one is changed."""
    form = PasswordChangeForm(request.account, data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            account = form.save(commit=False)
            account.must_change = False
            account.save()
            write(by(request), "修改密码")
        update_session_auth_hash(request, account)
        messages.success(request, "密码已修改。")
        return redirect("home")
    return render(request, "password.html", {"form": form, "first": request.account.must_change})


class AccountForm(forms.Form):
    """A new account; of whom it stands for, the name as in the assessment."""

    name = forms.CharField(label="用户名", max_length=150)
    role = forms.ChoiceField(label="角色", choices=Role.choices)
    body = forms.CharField(
        label="代表（单位全称，办公室和领导不填）", max_length=200, required=False
    )

    def clean_name(self) -> str:
        name: str = Account.normalize_username(self.cleaned_data["name"])
        if Account.objects.filter(name=name).exists():
            raise forms.ValidationError("这个用户名已有了。")
        return name

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        needs = said.get("role") not in (Role.ADMIN, Role.STAFF, Role.LEADER)
        if needs and not said.get("body"):
            self.add_error("body", "请写明代表哪个单位。")
        return said


@require_GET
def accounts(request: PortalRequest) -> HttpResponse:
    """All accounts, for the administrator."""
    return _page(request, AccountForm())


def _page(request: PortalRequest, form: AccountForm) -> HttpResponse:
    every = Account.objects.order_by("role", "pk")
    return render(request, "accounts.html", {"accounts": every, "form": form})


@require_POST
def new_account(request: PortalRequest) -> HttpResponse:
    form = AccountForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    said = form.cleaned_data
    password = one_time_password()
    with transaction.atomic():
        Account.objects.make(said["name"], Role(said["role"]), said["body"], password)
        after = {"角色": said["role"], "代表": said["body"]}
        write(by(request), "新建账号", about=said["name"], after=after)
    messages.success(request, f"已新建账号“{said['name']}”，一次性密码：{password}")
    return redirect("accounts")


@require_POST
def reset_password(request: PortalRequest, account: int) -> HttpResponse:
    """A new one-time password for somebody who lost his; it ends his sessions."""
    password = one_time_password()
    with transaction.atomic():
        whose = get_object_or_404(Account.objects.select_for_update(), pk=account)
        whose.set_password(password)
        whose.must_change = True
        whose.save()
        write(by(request), "重置密码", about=whose.name)
    messages.success(request, f"“{whose.name}”的一次性密码：{password}")
    return redirect("accounts")


@require_POST
def switch_account(request: PortalRequest, account: int) -> HttpResponse:
    """Closes an account, or opens it again; nobody closes his own."""
    if account == request.account.pk:
        messages.error(request, "不能停用自己的账号。")
        return redirect("accounts")
    with transaction.atomic():
        whose = get_object_or_404(Account.objects.select_for_update(), pk=account)
        before, whose.is_active = whose.is_active, not whose.is_active
        whose.save()
        write(
            by(request), "启用账号" if whose.is_active else "停用账号", about=whose.name,
            before=before, after=whose.is_active,
        )  # fmt: skip
    return redirect("accounts")
