"""What the portal takes from its surroundings: every setting with its default, read from environment
variables once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

LOCAL_HOSTS: Final = ("localhost", "127.0.0.1", "[::1]")


SECRET_LENGTH: Final = 16


@dataclass(frozen=True)
class MailServer:
    """A server that takes mail: ``tls`` from the beginning, or ``starttls`` once it is greeted, or neither."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    tls: bool = False
    starttls: bool = False


@dataclass(frozen=True)
class Environment:
    """The settings of a portal. The name of each environment variable stands behind its field.

    ``home`` (KAOHE_PORTAL_HOME) is the folder of the database; ``database_url`` (KAOHE_DATABASE_URL) a
    PostgreSQL instead, ``postgres://user:password@host/name``; ``secret_key`` (KAOHE_SECRET_KEY) signs
    sessions; ``hosts`` (KAOHE_HOSTS, by commas) are the names under which browsers call it;
    ``https`` (KAOHE_HTTPS=1) says that they come by TLS; ``proxy`` (KAOHE_PROXY) is the address of the
    reverse proxy whose X-Forwarded headers hold; ``journal`` (KAOHE_SQLITE_JOURNAL, wal or delete)
    overrides what is found about the disk; ``today`` (KAOHE_TODAY) is a day for demonstrations;
    ``demo`` (KAOHE_DEMO=1) shows accounts on the login page.

    ``mail`` (KAOHE_MAIL_URL) is the server by which notices are mailed, ``mail_from`` (KAOHE_MAIL_FROM) their
    sender; ``webhook_url`` (KAOHE_WEBHOOK_URL) is a gateway to which they are posted, ``webhook_secret``
    (KAOHE_WEBHOOK_SECRET) signs them.
    """

    home: Path
    database_url: str = ""
    secret_key: str = ""
    hosts: tuple[str, ...] = LOCAL_HOSTS
    https: bool = False
    proxy: str = ""
    journal: str = ""
    today: date | None = None
    demo: bool = False
    mail: MailServer | None = None
    mail_from: str = ""
    webhook_url: str = ""
    webhook_secret: str = ""


def read_environment(variables: Mapping[str, str]) -> Environment:
    """The settings from environment variables; raises ValueError for a value that is none.

    >>> found = read_environment({"KAOHE_HTTPS": "1", "KAOHE_HOSTS": "kaohe.example.cn"})
    >>> found.https, found.hosts, found.today
    (True, ('kaohe.example.cn',), None)
    """
    journal = variables.get("KAOHE_SQLITE_JOURNAL", "").lower()
    if journal not in ("", "wal", "delete"):
        raise ValueError(f"KAOHE_SQLITE_JOURNAL 应为 wal 或 delete：{journal}")
    hosts = tuple(h.strip() for h in variables.get("KAOHE_HOSTS", "").split(",") if h.strip())
    today = variables.get("KAOHE_TODAY", "")
    mail_url = variables.get("KAOHE_MAIL_URL", "")
    mail_from = variables.get("KAOHE_MAIL_FROM", "")
    if mail_url and "@" not in mail_from:
        raise ValueError("KAOHE_MAIL_FROM 应为发件邮箱")
    return Environment(
        home=Path(variables.get("KAOHE_PORTAL_HOME") or "."),
        database_url=variables.get("KAOHE_DATABASE_URL", ""),
        secret_key=variables.get("KAOHE_SECRET_KEY", ""),
        hosts=hosts or LOCAL_HOSTS,
        https=variables.get("KAOHE_HTTPS") == "1",
        proxy=variables.get("KAOHE_PROXY", ""),
        journal=journal,
        today=date.fromisoformat(today) if today else None,
        demo=variables.get("KAOHE_DEMO") == "1",
        mail=mail_server(mail_url) if mail_url else None,
        mail_from=mail_from,
        webhook_url=_webhook(variables),
        webhook_secret=variables.get("KAOHE_WEBHOOK_SECRET", ""),
    )


_PORTS: Final = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


def mail_server(url: str) -> MailServer:
    """The server of ``smtp://``, ``smtp+starttls://`` or ``smtps://user:password@host:port``; raises ValueError
    for anything else, without repeating the password.

    >>> mail_server("smtps://kaohe%40example.cn:a%2Fb@mail.example.cn")
    MailServer(host='mail.example.cn', port=465, user='kaohe@example.cn', password='a/b', tls=True, starttls=False)
    """
    parts = urlsplit(url)
    port = _port(parts)
    if parts.scheme not in _PORTS or not parts.hostname or port is None:
        raise ValueError("KAOHE_MAIL_URL 应为 smtp://、smtp+starttls:// 或 smtps:// 开头的地址")
    return MailServer(
        parts.hostname,
        port or _PORTS[parts.scheme],
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        parts.scheme == "smtps",
        parts.scheme == "smtp+starttls",
    )


def _port(parts: SplitResult) -> int | None:
    """The port that an address names, 0 where it names none; None where that is no port."""
    try:
        return parts.port or 0
    except ValueError:
        return None


def _webhook(variables: Mapping[str, str]) -> str:
    url = variables.get("KAOHE_WEBHOOK_URL", "")
    if not url:
        return ""
    parts = urlsplit(url)
    known = parts.scheme in ("http", "https") and _port(parts) is not None
    if not known or not parts.hostname or parts.username:
        raise ValueError("KAOHE_WEBHOOK_URL 应为 http:// 或 https:// 开头的地址")
    if len(variables.get("KAOHE_WEBHOOK_SECRET", "")) < SECRET_LENGTH:
        raise ValueError(f"KAOHE_WEBHOOK_SECRET 至少{SECRET_LENGTH}个字符")
    return url
