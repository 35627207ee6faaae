"""Who has something new is told once, by a real mail server and a real gateway; what fails is sent again."""

from __future__ import annotations

import email
import email.policy
import json
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from scoring.portal.accounts.models import Account, Role
from scoring.portal.assessments.models import Assessment
from scoring.portal.environment import read_environment
from scoring.portal.inbox.matters import matters
from scoring.portal.log.chain import check_log
from scoring.portal.log.models import LogLine
from scoring.portal.notices.digest import collect
from scoring.portal.notices.models import Contact, Message, Told
from scoring.portal.notices.running import tell
from scoring.portal.notices.sending import WAITS, send_due, signature
from tests.portal.conftest import FOLDER, UNIT, YEAR, Login
from tests.portal.web import NEW, Visitor, passwords, serving
from tests.program import process
from tests.thorough import LONG

pytestmark = LONG

SECRET = "a secret of the gateway"


class Inbox:
    """A mail server that keeps what it gets; ``refuses`` is what it answers instead."""

    def __init__(self) -> None:
        self.got: list[Any] = []
        self.refuses = ""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.refuses:
            return self.refuses
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.got.append((envelope.rcpt_tos, mail))
        return "250 OK"


@pytest.fixture
def mail(settings: Any) -> Iterator[Inbox]:
    inbox = Inbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.DEFAULT_FROM_EMAIL = "kaohe@example.cn"
    yield inbox
    controller.stop()


class Gateway(BaseHTTPRequestHandler):
    """A gateway that keeps what it gets, and answers as it was told."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        own: Any = self.server
        own.got.append((self.path, dict(self.headers), body))
        time.sleep(own.delay)
        status = own.answers.pop(0) if own.answers else 200
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def gateway(settings: Any) -> Iterator[Any]:
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    server.got, server.answers, server.delay = [], [], 0
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.WEBHOOK_URL = f"http://127.0.0.1:{server.server_port}/sms?app=1"
    settings.WEBHOOK_SECRET = SECRET
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def unit(settings: Any) -> Account:
    """A unit on a day on which it has something to do."""
    settings.TODAY = date(2026, 1, 12)
    found = Account.objects.get(name="unit")
    Contact.objects.create(account=found, mail="gkb@linxi.example.cn", phone="13800000001")
    return found


def logged() -> list[tuple[str, str]]:
    lines = LogLine.objects.filter(what__startswith="提醒").order_by("number")
    lines |= LogLine.objects.filter(what="发送提醒")
    return [(line.what, line.about) for line in lines.order_by("number")]


def later() -> None:
    """What waits becomes due."""
    Message.objects.filter(next_at__isnull=False).update(
        next_at=timezone.now() - timedelta(seconds=1)
    )


def test_a_digest_by_mail_once(mail: Inbox, unit: Account, assessment: Assessment) -> None:
    here = matters(assessment, unit)
    assert len(here) > 1
    assert tell().sent == 1
    ((to, got),) = mail.got
    assert to == ["gkb@linxi.example.cn"]
    assert (got["From"], got["To"]) == ("kaohe@example.cn", "gkb@linxi.example.cn")
    assert got["Subject"] == "政府信息公开考核：有新的事项"
    assert got["Auto-Submitted"] == "auto-generated"
    text = got.get_content()
    for what in {one.what for one in here}:
        assert what in text
    # Nothing of what they are about: not a row, not a reason, not a number.
    for one in here:
        assert one.text not in text
        assert not one.key[2:3] or one.key[2] not in text
    assert logged() == [("发送提醒", "unit")]
    line = LogLine.objects.get(what="发送提醒")
    assert "gkb@" not in json.dumps(line.after)
    assert line.after["事项"] == len({*(h.key or (h.what, h.address, h.day) for h in here)})
    assert check_log() is None
    # Again, and on the days after it: nothing that was told.
    assert tell().sent == 0
    assert len(mail.got) == 1


def test_what_is_new_later_is_told_alone(mail: Inbox, unit: Account, settings: Any) -> None:
    settings.TODAY = date(2025, 9, 12)
    tell()
    settings.TODAY = date(2025, 9, 13)
    assert tell().sent == 0
    # A ledger row comes near its deadline, which was far.
    settings.TODAY = date(2026, 1, 12)
    tell()
    text = mail.got[-1][1].get_content()
    assert "报送考核表1件，最近期限1月15日" in text
    settings.TODAY = date(2026, 1, 16)
    count = len(mail.got)
    tell()
    assert "报送考核表" not in "".join(m.get_content() for _, m in mail.got[count:])


def test_what_is_over_is_new_when_it_comes_again(unit: Account, mail: Inbox) -> None:
    tell()
    before = Told.objects.count()
    Told.objects.create(account=unit, matter="0" * 64, told_at=timezone.now())
    tell()
    assert Told.objects.count() == before
    assert not Told.objects.filter(matter="0" * 64).exists()


def test_a_post_to_the_gateway_is_signed(gateway: Any, unit: Account) -> None:
    assert tell().sent == 1
    ((path, headers, body),) = gateway.got
    assert path == "/sms?app=1"
    sent = json.loads(body)
    assert sent["phone"] == "13800000001"
    assert sent["account"] == "unit"
    assert sent.keys() == {"id", "account", "phone", "text", "count", "time"}
    at = headers["X-Kaohe-Timestamp"]
    assert abs(int(at) - time.time()) < 60
    assert headers["X-Kaohe-Signature"] == f"sha256={signature(SECRET, at, body)}"
    assert signature("another", at, body) != signature(SECRET, at, body)
    assert SECRET.encode() not in body
    line = LogLine.objects.get(what="发送提醒")
    assert (line.after["方式"], line.after["编号"]) == ("短信", sent["id"])


def test_what_fails_is_sent_again_with_its_number(gateway: Any, unit: Account) -> None:
    gateway.answers = [500, 302]
    first = tell()
    assert (first.sent, first.waiting) == (0, 1)
    # Not before its time.
    assert send_due().sent == 0
    held = Message.objects.get()
    assert held.attempts == 1
    assert held.next_at is not None
    assert timedelta(0) < held.next_at - timezone.now() <= WAITS[0]
    later()
    assert send_due().waiting == 1
    later()
    assert send_due().sent == 1
    # A redirect was not followed.
    assert [path for path, _, _ in gateway.got] == ["/sms?app=1"] * 3
    assert len({json.loads(body)["id"] for _, _, body in gateway.got}) == 1
    assert logged() == [("发送提醒", "unit")]


def test_a_message_is_given_up_at_last(mail: Inbox, unit: Account) -> None:
    mail.refuses = "550 no such mailbox gkb@linxi.example.cn"
    assert tell().waiting == 1
    for _ in WAITS[1:]:
        later()
        assert send_due().waiting == 1
    later()
    assert send_due().given_up == 1
    later()
    assert send_due().given_up == 0
    assert logged() == [("提醒未送出", "unit")]
    line = LogLine.objects.get(what="提醒未送出")
    assert line.reason == "SMTPDataError"
    assert "linxi" not in json.dumps([line.after, line.reason])
    assert Message.objects.get().error.startswith("SMTPDataError: (550")


def test_a_gateway_that_stays_silent_holds_nobody(
    gateway: Any, unit: Account, settings: Any
) -> None:
    gateway.delay, settings.NOTICE_TIMEOUT = 5, 0.2
    start = time.monotonic()
    assert tell().waiting == 1
    assert time.monotonic() - start < 4
    assert Message.objects.get().error.startswith("TimeoutError")
    gateway.server_close()


def test_of_two_at_once_one_sends(gateway: Any, unit: Account) -> None:
    collect()
    held = list(Message.objects.all())
    from scoring.portal.notices import sending

    assert [sending._claim(message) for message in (*held, *held)] == [True, False]


def test_who_is_not_told(mail: Inbox, gateway: Any, unit: Account) -> None:
    staff = Account.objects.get(name="staff")
    Contact.objects.create(account=staff)
    for field, value in (("is_active", False), ("must_change", True)):
        Account.objects.filter(pk=unit.pk).update(**{field: value})
        assert tell().sent == 0
        Account.objects.filter(pk=unit.pk).update(is_active=True, must_change=False)
    # Whoever takes his address out while a message is on its way gets none.
    collect()
    Contact.objects.filter(account=unit).update(mail="", phone="")
    assert send_due().given_up == 2
    assert (mail.got, gateway.got) == ([], [])


def test_without_a_way_nothing_is_made(unit: Account) -> None:
    assert tell().sent == 0
    assert not Message.objects.exists()
    assert not Told.objects.exists()


# The page


def test_an_account_says_where_it_is_told(login: Login) -> None:
    client = login(Role.UNIT)
    where = reverse("contact")
    page = client.get(where).content.decode()
    assert "门户还没有开通邮件和短信" in page
    answer = client.post(where, {"mail": "a@example.cn", "phone": "138 0000-0001"}, follow=True)
    assert "已保存" in answer.content.decode()
    found = Contact.objects.get(account__name="unit")
    assert (found.mail, found.phone) == ("a@example.cn", "13800000001")
    line = LogLine.objects.last()
    assert line is not None
    assert (line.what, line.after) == ("修改联系方式", {"栏目": ["电子邮箱", "手机号码"]})
    client.post(where, {"mail": "", "phone": ""})
    found.refresh_from_db()
    assert (found.mail, found.phone) == ("", "")


@pytest.mark.parametrize(
    ("field", "text"),
    [("mail", "nobody"), ("mail", "a@b.cn\r\nBcc: c@d.cn"), ("phone", "abc"), ("phone", "１３８００００")],
)  # fmt: skip
def test_what_is_no_contact_is_refused(login: Login, field: str, text: str) -> None:
    answer = login(Role.UNIT).post(reverse("contact"), {"mail": "", "phone": "", field: text})
    assert answer.status_code == 200
    assert "error" in answer.content.decode()
    assert not Contact.objects.exists()


# Settings


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"KAOHE_MAIL_URL": "smtp://h", "KAOHE_MAIL_FROM": ""}, "KAOHE_MAIL_FROM"),
        ({"KAOHE_MAIL_URL": "mail.cn", "KAOHE_MAIL_FROM": "a@b"}, "KAOHE_MAIL_URL"),
        ({"KAOHE_MAIL_URL": "smtp://u:pw@h:mail", "KAOHE_MAIL_FROM": "a@b"}, "KAOHE_MAIL_URL"),
        ({"KAOHE_WEBHOOK_URL": "file:///etc/passwd"}, "KAOHE_WEBHOOK_URL"),
        ({"KAOHE_WEBHOOK_URL": "http://h:x/"}, "KAOHE_WEBHOOK_URL"),
        ({"KAOHE_WEBHOOK_URL": "http://h/", "KAOHE_WEBHOOK_SECRET": "short"}, "至少16个字符"),
    ],
)
def test_wrong_settings_are_named(wrong: dict[str, str], said: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=said):
        read_environment(wrong)
    (tmp_path / "2025").mkdir()
    done = process("serve", str(tmp_path / "2025"), "--port", "0", "--no-browser", **wrong)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


# The server itself, and the command


def test_the_server_tells_in_its_own_time(
    mail: Inbox, gateway: Any, settings: Any, tmp_path: Path
) -> None:
    """``kaohe serve`` with a mail server and a gateway; ``kaohe portal notify`` beside it."""
    folder = Path(shutil.copytree(FOLDER, tmp_path / "2025"))
    ways = {
        "KAOHE_MAIL_URL": f"smtp://127.0.0.1:{settings.EMAIL_PORT}",
        "KAOHE_MAIL_FROM": "kaohe@example.cn", "KAOHE_WEBHOOK_URL": settings.WEBHOOK_URL,
        "KAOHE_WEBHOOK_SECRET": SECRET, "KAOHE_TODAY": "2026-01-12",
        "DJANGO_SETTINGS_MODULE": "tests.portal.telling",
    }  # fmt: skip
    own = {"XDG_CONFIG_HOME": str(tmp_path / "config"), "KAOHE_SECRET_KEY": ""}
    with serving(folder, config=tmp_path / "config", **ways) as address:
        password = passwords(folder)["临溪县"]
        visitor = Visitor(address)
        visitor.login("临溪县", password)
        fields = {"old_password": password, "new_password1": NEW, "new_password2": NEW}
        visitor.post("/密码", fields)
        visitor.post("/提醒", {"mail": "gkb@linxi.example.cn", "phone": "13800000001"})
        for _ in range(300):
            if mail.got and gateway.got:
                break
            time.sleep(0.1)
        assert len(mail.got) == len(gateway.got) == 1
        assert "报送考核表1件，最近期限1月15日" in mail.got[0][1].get_content()
        done = process("portal", "notify", str(folder), "--json", **own, **ways)
        assert json.loads(done.stdout) == {"sent": 0, "waiting": 0, "given_up": 0}
        assert f"<h1>{UNIT}</h1>" in visitor.get(f"/{YEAR}/单位/{UNIT}/")[1]
    done = process("portal", "notify", str(folder), **own)
    assert done.returncode == 1
    assert "没有设置邮件服务器" in done.stderr


def test_a_stranger_sees_no_contacts(client: Client) -> None:
    assert client.get(reverse("contact")).status_code == 302
