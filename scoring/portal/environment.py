"""What the portal takes from its surroundings: every setting with its default, read from environment
variables once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

LOCAL_HOSTS: Final = ("localhost", "127.0.0.1", "[::1]")


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
    )
