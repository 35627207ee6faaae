"""From the inboxes to messages: what is new to whom, each matter once."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

import scoring
from scoring.portal import clock
from scoring.portal.accounts.models import Account
from scoring.portal.assessments.models import Assessment
from scoring.portal.inbox.matters import Matter, Urgency, matters
from scoring.portal.notices.models import Channel, Contact, Message, Told

KEPT: Final = timedelta(days=90)
"""How long messages that are done stay in the database."""
YEARS: Final = 2
"""Years, the newest first, of which anybody is told."""
_log = logging.getLogger("kaohe.portal")


def channels() -> tuple[Channel, ...]:
    """The ways that the settings name."""
    found = []
    if settings.EMAIL_HOST:
        found.append(Channel.MAIL)
    if settings.WEBHOOK_URL:
        found.append(Channel.WEBHOOK)
    return tuple(found)


def recipient(contact: Contact, channel: Channel) -> str:
    """The contact's address or number; blank where it has none."""
    return contact.mail if channel is Channel.MAIL else contact.phone


def collect() -> int:
    """Make messages for every account that has something new and a contact; gives how many. Nothing is sent
    yet."""
    Message.objects.filter(next_at=None, made_at__lt=timezone.now() - KEPT).delete()
    contacts = Contact.objects.filter(account__is_active=True, account__must_change=False)
    made = 0
    for contact in contacts.select_related("account"):
        ways = [channel for channel in channels() if recipient(contact, channel)]
        if ways:
            made += _tell(contact.account, ways)
    return made


def _tell(account: Account, ways: Iterable[Channel]) -> int:
    here: dict[str, Matter] = {}
    for assessment in Assessment.objects.all()[:YEARS]:
        try:
            here |= {name_of(assessment, one): one for one in matters(assessment, account)}
        except scoring.AssessmentError:
            # Its files have faults, which the office sees on its pages; nobody is told anything of it meanwhile.
            _log.warning("notices: the files of %s cannot be read", assessment.year)
            return 0
    with transaction.atomic():
        # Of two that do this at once the second finds what the first has told.
        Account.objects.select_for_update().get(pk=account.pk)
        told = Told.objects.filter(account=account)
        before = set(told.values_list("matter", flat=True))
        # What is over may come again, and is new then.
        told.filter(matter__in=before - here.keys()).delete()
        new = {name: one for name, one in here.items() if name not in before}
        if not new:
            return 0
        now = timezone.now()
        Told.objects.bulk_create(Told(account=account, matter=name, told_at=now) for name in new)
        text = text_of(new.values())
        made = [
            Message(
                account=account, channel=way, count=len(new), text=text, made_at=now, next_at=now
            )
            for way in ways
        ]  # fmt: skip
        Message.objects.bulk_create(made)
        return len(made)


def name_of(assessment: Assessment, matter: Matter) -> str:
    """What tells a matter from every other one, today and tomorrow: neither its text, in which numbers may
    change, nor how urgent it is by now."""
    day = matter.day.isoformat() if matter.day else ""
    parts = [assessment.year, matter.what, matter.address, day, *matter.key]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def text_of(new: Iterable[Matter]) -> str:
    """The message: kinds of matters, how many of each and the nearest day. What they are about stays in the
    portal: mail and short messages pass through other hands."""
    kinds: dict[str, list[Matter]] = {}
    for one in new:
        kinds.setdefault(one.what, []).append(one)
    lines = []
    for what, some in kinds.items():
        days = [one.day for one in some if one.day and one.urgency is not Urgency.NEWS]
        near = f"，最近期限{_day(min(days))}" if days else ""
        lines.append(f"{what}{len(some)}件{near}")
    address = settings.PORTAL_ADDRESS
    where = f"详情请登录考核门户{f' {address} ' if address else ''}查看。"
    return f"您在政府信息公开考核门户有新的事项：{'；'.join(lines)}。{where}"


def _day(day: date) -> str:
    late = "（已逾期）" if day < clock.today() else ""
    return f"{day.month}月{day.day}日{late}"
