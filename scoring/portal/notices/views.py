"""The page on which an account says where it wants to be told."""

from __future__ import annotations

import re
from typing import Final

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from scoring.portal.log.chain import write
from scoring.portal.notices.digest import channels
from scoring.portal.notices.models import Channel, Contact
from scoring.portal.requests import PortalRequest, by

_PHONE: Final = re.compile(r"\+?\d{5,15}", re.ASCII)


class ContactForm(forms.Form):
    """Both may be blank: then nobody is told."""

    mail = forms.EmailField(label="电子邮箱", required=False, max_length=254)
    phone = forms.CharField(label="手机号码", required=False, max_length=20)

    def clean_phone(self) -> str:
        said = re.sub(r"[\s-]", "", self.cleaned_data["phone"])
        if said and not _PHONE.fullmatch(said):
            raise forms.ValidationError("手机号码只能是数字。")
        return said


@require_http_methods(["GET", "POST"])
def contact(request: PortalRequest) -> HttpResponse:
    """One's own mail address and number."""
    held = Contact.objects.filter(account=request.account).first() or Contact(
        account=request.account
    )
    form = ContactForm(request.POST or None, initial={"mail": held.mail, "phone": held.phone})
    if request.method == "POST" and form.is_valid():
        if form.changed_data:
            held.mail, held.phone = form.cleaned_data["mail"], form.cleaned_data["phone"]
            with transaction.atomic():
                held.save()
                # What they are stays out of a log that forgets nothing.
                names = [str(form.fields[name].label) for name in form.changed_data]
                write(by(request), "修改联系方式", after={"栏目": names})
        messages.success(request, "已保存。")
        return redirect("contact")
    context = {
        "form": form,
        "by_mail": Channel.MAIL in channels(),
        "by_phone": Channel.WEBHOOK in channels(),
    }
    return render(request, "contact.html", context)
