"""Messages sent: each with a time limit, tried again later where that failed, never while a page waits."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import logging
import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from scoring.portal.log.chain import By, Facts, write
from scoring.portal.notices.digest import recipient
from scoring.portal.notices.models import Channel, Contact, Message

WAITS: Final = tuple(timedelta(minutes=m) for m in (1, 5, 30, 120, 720))
"""Before the second attempt, the third, and so on; then a message is given up."""
_UNDER_WAY: Final = timedelta(minutes=5)
"""How long a message belongs to whoever sends it: longer than any attempt takes."""
_SUBJECT: Final = "政府信息公开考核：有新的事项"
_BY: Final = By("kaohe portal notify")
_FAULTS: Final = (OSError, smtplib.SMTPException, http.client.HTTPException, UnicodeError)
_log = logging.getLogger("kaohe.portal")


class NotTakenError(OSError):
    """The gateway answered with something else than 2xx."""


@dataclass
class Sent:
    """What a round did: messages that went out, are to be tried again, were given up."""

    sent: int = 0
    waiting: int = 0
    given_up: int = 0


def send_due() -> Sent:
    """Send what is due. A message that is sent while the process dies may be sent a second time, with the same
    number, by which a gateway can tell."""
    done = Sent()
    for message in Message.objects.filter(next_at__lte=timezone.now()).select_related("account"):
        if _claim(message):
            _send(message, done)
    return done


def _claim(message: Message) -> bool:
    """Whether it is ours to send: of two processes only one gets it."""
    until = timezone.now() + _UNDER_WAY
    mine = Message.objects.filter(pk=message.pk, next_at=message.next_at)
    return bool(mine.update(next_at=until, attempts=message.attempts + 1))


def _send(message: Message, done: Sent) -> None:
    message.attempts += 1
    channel = Channel(message.channel)
    contact = Contact.objects.filter(account=message.account).first()
    to = recipient(contact, channel) if contact is not None and message.account.is_active else ""
    error = ""
    if to:
        try:
            (_mail if channel is Channel.MAIL else _post)(message, to)
        except _FAULTS as fault:
            # Its text may name the address: that stays out of the log.
            error = type(fault).__name__
            _log.warning("notices: %s to %s: %s", channel, message.account.name, error)
            message.error = f"{error}: {fault}"[:200]
    else:
        error = "没有联系方式"
    now = timezone.now()
    if not error:
        message.sent_at, message.next_at, message.error = now, None, ""
        done.sent += 1
    elif to and message.attempts <= len(WAITS):
        message.next_at = now + WAITS[message.attempts - 1]
        done.waiting += 1
    else:
        message.next_at = None
        done.given_up += 1
    with transaction.atomic():
        message.save()
        if message.next_at is None:
            after: Facts = {
                "方式": channel.label, "事项": message.count, "编号": str(message.key)
            }  # fmt: skip
            what = "提醒未送出" if error else "发送提醒"
            write(_BY, what, about=message.account.name, after=after, reason=error)


def _mail(message: Message, to: str) -> None:
    mail = EmailMessage(
        _SUBJECT, message.text, settings.DEFAULT_FROM_EMAIL, [to],
        # No machine answers it, and a server that gets it twice knows.
        headers={
            "Auto-Submitted": "auto-generated", "Message-ID": f"<{message.key}@{_host()}>"
        },
    )  # fmt: skip
    mail.send()


def _host() -> str:
    return str(settings.DEFAULT_FROM_EMAIL).rpartition("@")[2].strip("<> ") or "localhost"


def _post(message: Message, to: str) -> None:
    """POST to the gateway; nowhere else, for a redirect is not followed."""
    body = json.dumps(
        {
            "id": str(message.key), "account": message.account.name, "phone": to, "text": message.text,
            "count": message.count, "time": _moment(message.made_at),
        },
        ensure_ascii=False,
    ).encode()  # fmt: skip
    at = str(int(timezone.now().timestamp()))
    url = urlsplit(settings.WEBHOOK_URL)
    seconds = settings.NOTICE_TIMEOUT
    gateway: http.client.HTTPConnection
    if url.scheme == "https":
        safe = ssl.create_default_context()
        gateway = http.client.HTTPSConnection(url.netloc, timeout=seconds, context=safe)
    else:
        gateway = http.client.HTTPConnection(url.netloc, timeout=seconds)
    try:
        path = (url.path or "/") + (f"?{url.query}" if url.query else "")
        gateway.request("POST", path, body, {
            "Content-Type": "application/json; charset=utf-8", "X-Kaohe-Timestamp": at,
            "X-Kaohe-Signature": f"sha256={signature(settings.WEBHOOK_SECRET, at, body)}",
        })  # fmt: skip
        status = gateway.getresponse().status
    finally:
        gateway.close()
    if not 200 <= status < 300:
        raise NotTakenError(f"HTTP {status}")


def signature(secret: str, at: str, body: bytes) -> str:
    """The HMAC-SHA256, in hexadecimal digits, of the time (seconds since 1970), a point, and the body.

    >>> signature("secret", "1700000000", b"{}")[:16]
    'b8569b78799ff9e3'
    """
    return hmac.new(secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()


def _moment(moment: datetime) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds")
