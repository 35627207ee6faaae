"""Starting the portal: its database made ready, the year's folder taken in, the server.

Called by ``kaohe serve``; a WSGI server of one's own calls ``prepare`` and uses ``scoring.portal.wsgi``.
"""

from __future__ import annotations

import gc
import os
import secrets
import shutil
import sys
import tempfile
import threading
import webbrowser
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from scoring.portal.environment import read_environment
from scoring.portal.secret import secret_key

DATA_FOLDER: Final = "考核门户"
DATABASE: Final = "portal.sqlite3"
ACCOUNTS_SHEET: Final = "账号.xlsx"
DEMO_PASSWORD: Final = "demo-2025-kaohe"
DEMO_DAY: Final = date(2025, 9, 12)
THREADS: Final = 8
COLLECTED: Final = (50_000, 20, 10)
"""New objects, and collections of them, after which the next larger collection runs."""
FILES_KEPT: Final = 1000
"""Forms and other small files that stay read: after a change of one the others are not read anew."""
CONNECTIONS: Final = 2_000
"""That are open at once; most of them idle, as browsers keep them."""
IDLE_SECONDS: Final = 60
_OTHER_FILES: Final = 200
"""Files that the process has open beside connections."""


class StartError(Exception):
    """The portal cannot start; the message says why and what to do, in Chinese."""


@dataclass(frozen=True)
class Prepared:
    """What the start did: the year that it serves, how many accounts were made, and the sheet with their
    passwords, if any."""

    year: int
    accounts: int = 0
    sheet: Path | None = None
    differing: tuple[str, ...] = ()
    """Files of settings and schemes in the folder that are others than in the portal, which does not see them."""
    changed: tuple[str, ...] = ()
    """What changed of the years' schemes since the last start, as sentences."""


def prepare(
    folder: Path | None, home: Path, variables: MutableMapping[str, str] = os.environ
) -> Prepared | None:
    """Make the portal in ``home`` ready: settings, schema, and the year in ``folder`` taken in if it is not
    there yet. Raises StartError."""
    variables["KAOHE_PORTAL_HOME"] = str(home)
    variables.setdefault("DJANGO_SETTINGS_MODULE", "scoring.portal.settings")
    try:
        # Of accounts and of all answers: for its owner alone.
        home.parent.mkdir(parents=True, exist_ok=True)
        home.mkdir(mode=0o700, exist_ok=True)
        variables["KAOHE_SECRET_KEY"] = secret_key(variables)
    except OSError as error:
        raise StartError(f"不能写入：{error.filename}。请检查权限，或换一个位置") from error
    try:
        read_environment(variables)
    except ValueError as error:
        raise StartError(str(error)) from error
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import call_command
    from django.db import DatabaseError

    import scoring

    scoring.keep_files(FILES_KEPT)
    try:
        django.setup()
        call_command("migrate", interactive=False, verbosity=0)
        # Those that ended long ago.
        call_command("clearsessions", verbosity=0)
    except (DatabaseError, ImproperlyConfigured, ValueError) as error:
        raise StartError(f"数据库打不开：{error}") from error
    return None if folder is None else _year(folder, home)


def connect(home: Path, variables: MutableMapping[str, str] = os.environ) -> None:
    """Make the database of a portal that was started before ready for use here. Raises StartError."""
    if not variables.get("KAOHE_DATABASE_URL") and not (home / DATABASE).is_file():
        raise StartError(f"这里还没有门户（没有 {home / DATABASE}），请先运行 kaohe serve")
    prepare(None, home, variables)


def _year(folder: Path, home: Path) -> Prepared:
    """The folder's year, taken in at the first start; later the database is what counts."""
    import scoring
    from scoring.portal.assessments.exchange import import_year
    from scoring.portal.assessments.folder import FolderError
    from scoring.portal.assessments.models import Assessment
    from scoring.portal.assessments.rules import differing, look_at_rules
    from scoring.portal.log.chain import By

    changed = tuple(
        f"{one}：{said}" for one in Assessment.objects.all()
        for said in look_at_rules(one, By("kaohe serve"))
    )  # fmt: skip

    def there(one: Assessment) -> Prepared:
        return Prepared(one.year, differing=tuple(differing(one, folder)), changed=changed)

    known = Assessment.objects.filter(folder=os.path.basename(os.path.realpath(folder))).first()
    if known is not None:
        return there(known)
    try:
        year = scoring.load_assessment(folder, provisional=True).settings.year
        same = Assessment.objects.filter(year=year).first()
        if same is not None:
            return there(same)
        assessment, handed = import_year(folder, By("kaohe serve"))
    except (FolderError, scoring.AssessmentError) as error:
        raise StartError(str(error)) from error
    sheet = None
    if handed:
        from scoring.portal.accounts.sheet import accounts_sheet

        sheet = _free(home / ACCOUNTS_SHEET)
        handle = os.open(
            sheet, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600
        )
        with os.fdopen(handle, "wb") as file:
            file.write(accounts_sheet(handed))
    return Prepared(assessment.year, len(handed), sheet, changed=changed)


def _free(path: Path) -> Path:
    """The path, or one beside it: a sheet that is still to be handed out is never overwritten."""
    number = 1
    free = path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.stem}（{number}）{path.suffix}")
    return free


def prepare_demo(
    sample: Path, home: Path, variables: MutableMapping[str, str] = os.environ
) -> Prepared:
    """A portal with the year in ``sample``, on a day in its middle, with an account for each role whose
    password everybody knows. Raises StartError."""
    variables["KAOHE_TODAY"] = DEMO_DAY.isoformat()
    variables["KAOHE_DEMO"] = "1"
    variables["KAOHE_SECRET_KEY"] = secrets.token_urlsafe(48)
    # Nothing of it goes elsewhere.
    for name in ("KAOHE_DATABASE_URL", "KAOHE_MAIL_URL", "KAOHE_WEBHOOK_URL"):
        variables.pop(name, None)
    copy = home / sample.name
    shutil.copytree(sample, copy)
    prepare(None, home / DATA_FOLDER, variables)
    import scoring
    from scoring.portal.accounts.models import Account, Role
    from scoring.portal.assessments.folder import take_in
    from scoring.portal.evidence.attachments import attach_all
    from scoring.portal.log.chain import By

    read = scoring.load_assessment(copy, provisional=True)
    assessment = take_in(copy, read.settings.year, By("kaohe serve --demo"))
    attach_all(assessment, read)
    units = read.units.graded()
    parts = scoring.parties(read)
    accounts = [
        (Role.ADMIN, "", "管理员"), (Role.STAFF, "", "办公室"), (Role.LEADER, "", "领导"),
        *((Role.UNIT, unit.name, (*unit.short_names, unit.name)[0]) for unit in units[:3]),
        *((Role.PROVIDER, name, f"{name}-台账") for name in parts.providers[:2]),
        *((Role.VERIFIER, name, f"{name}-核查") for name in parts.verifiers[:2]),
        *((Role.THIRD_PARTY, name, "第三方") for name in parts.assessors[:1]),
    ]  # fmt: skip
    for role, body, name in accounts:
        Account.objects.make(name, role, body, DEMO_PASSWORD, must_change=False)
    return Prepared(assessment.year, len(accounts))


def serve(
    host: str, port: int, *, browser: bool, ready: Callable[[str], None] = lambda address: None
) -> None:
    """Serve until stopped. ``ready`` gets the address once the server listens on it (``port`` 0: any that is
    free). Raises StartError where the port is taken."""
    from django.conf import settings
    from waitress.server import create_server

    from scoring.portal.wsgi import application

    # The command line switches it off for its short runs; a server lives long.
    gc.enable()
    proxy: str = settings.ENVIRONMENT.proxy
    trusted = {"trusted_proxy": proxy, "trusted_proxy_headers": "x-forwarded-for x-forwarded-proto",
               "clear_untrusted_proxy_headers": True} if proxy else {}  # fmt: skip
    try:
        server = create_server(
            application, host=host, port=port, threads=THREADS, ident=None,
            connection_limit=most_connections(), channel_timeout=IDLE_SECONDS, asyncore_use_poll=True,
            max_request_body_size=settings.FOLDER_FILE_MAX_BYTES * 2, **trusted,
        )  # fmt: skip
    except OSError as error:
        raise StartError(f"端口{port}已被占用，请换一个：--port {port + 1}") from error
    address = f"http://{host}:{server.effective_port}/"
    ready(address)
    if browser:
        threading.Timer(0.5, webbrowser.open, [address]).start()
    from scoring.portal.notices.running import telling

    often = gc.get_threshold()
    # Tables that are kept are many objects: to look through all of them for cycles stops everybody for a tenth of a
    # second, and of a reading that is dropped hardly anything is left to be found.
    gc.set_threshold(*COLLECTED)
    try:
        with telling():
            server.run()
    finally:
        server.close()
        gc.set_threshold(*often)


def most_connections() -> int:
    """How many connections are open at once: browsers keep theirs for a while, several each, and those of a
    whole city must not keep others out; nor may they be more than the system allows a process."""
    if sys.platform == "win32":
        # Windows asks of 512 sockets at once, ours among them.
        return 400
    import resource

    own, system = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + _OTHER_FILES
    if own != resource.RLIM_INFINITY and own < wanted:
        own = wanted if system == resource.RLIM_INFINITY else min(wanted, system)
        resource.setrlimit(resource.RLIMIT_NOFILE, (own, system))
        return max(own - _OTHER_FILES, 100)
    return CONNECTIONS


def demo_home() -> tempfile.TemporaryDirectory[str]:
    """A folder for a demonstration, gone when it ends."""
    return tempfile.TemporaryDirectory(prefix="kaohe-demo-")
