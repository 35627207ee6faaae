"""The database kept safe while the portal runs: copied to a file, put back from one; a year written out."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Final

from django.db import connection, connections, transaction

from scoring.portal.assessments.folder import put_out
from scoring.portal.assessments.models import Assessment
from scoring.portal.log.chain import Broken, By, as_lines, check_log, write
from scoring.portal.log.models import LogHead

_PAGES: Final = 2000
"""Pages of a database without WAL that are copied at once; others write in between."""


class KeepingError(Exception):
    """It cannot be done; the message says why, in Chinese."""


def backup(to: Path) -> int:
    """Copy the database, while it is used, into the new file ``to``; gives the number of lines of its log.
    Raises KeepingError where it is no SQLite or the file is there, OSError."""
    source = _sqlite()
    if to.exists():
        raise KeepingError(f"文件已存在，没有覆盖：{to}")
    scratch = to.with_name(f"{to.name}.new")
    scratch.unlink(missing_ok=True)
    # Of accounts and of everybody's answers: for its owner alone.
    os.close(os.open(scratch, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    copy = sqlite3.connect(scratch)
    try:
        # With WAL nobody waits for a reader, so it is one step. In several, each write of others would begin
        # it anew: of gigabytes, without end.
        (journal,) = source.execute("PRAGMA journal_mode").fetchone()
        source.backup(copy, pages=-1 if journal == "wal" else _PAGES)
        # One file, without a log of its own beside it.
        copy.execute("PRAGMA journal_mode=delete")
        lines = _sound(copy, scratch)
        copy.close()
        os.replace(scratch, to)
    except BaseException:
        copy.close()
        scratch.unlink(missing_ok=True)
        raise
    return lines


def restore(file: Path, by: By) -> int:
    """Put the database of ``file`` in the place of what there is, as one step; whoever uses the portal sees
    the one or the other. Gives the number of lines of its log. Raises KeepingError where the file is no
    sound copy; nothing was changed then."""
    target = _sqlite()
    copy = sqlite3.connect(f"file:{file.resolve().as_posix()}?mode=ro", uri=True)
    try:
        lines = _sound(copy, file)
        copy.backup(target)
    except sqlite3.OperationalError as error:
        raise KeepingError(f"恢复不了：{error}。门户正忙的，请稍后再试") from error
    finally:
        copy.close()
    # An older copy gets the schema of today.
    from django.core.management import call_command

    connections.close_all()
    call_command("migrate", interactive=False, verbosity=0)
    with transaction.atomic():
        write(by, "恢复备份", about=file.name)
    return lines


def _sqlite() -> sqlite3.Connection:
    if connection.vendor != "sqlite":
        raise KeepingError("数据库是 PostgreSQL，请用 pg_dump、pg_restore 备份和恢复")
    connection.ensure_connection()
    found = connection.connection
    assert isinstance(found, sqlite3.Connection)
    return found


def _sound(copy: sqlite3.Connection, file: Path) -> int:
    """How many lines the log of a copy has. Raises KeepingError where it is none of ours, or damaged."""
    try:
        (state,) = copy.execute("PRAGMA integrity_check").fetchone()
        (lines,) = copy.execute("SELECT count(*) FROM log_logline").fetchone()
    except sqlite3.DatabaseError:
        raise KeepingError(f"不是门户的备份，或已损坏：{file}") from None
    if state != "ok":
        raise KeepingError(f"备份已损坏：{file}")
    return int(lines)


def write_log(to: Path) -> None:
    """The whole log as JSON lines into ``to``. Raises OSError."""
    with to.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(as_lines())


def checked_log() -> tuple[int, str, Broken | None]:
    """How many lines the log should have, the hash of the last one, and where it breaks, if it does."""
    head = LogHead.objects.get(pk=1)
    return head.number, head.hash, check_log()


def export(year: int | None, to: Path, by: By) -> Path:
    """Write a year's folder (by default the newest year's) below the folder ``to``, under its own name.
    Raises KeepingError where there is no such year or the place is taken, OSError."""
    found = Assessment.objects.filter(**({} if year is None else {"year": year})).first()
    if found is None:
        raise KeepingError("门户中没有这个年度")
    folder = to / found.folder
    if folder.exists():
        raise KeepingError(f"已存在，没有覆盖：{folder}")
    folder.mkdir(parents=True)
    put_out(found, folder)
    with transaction.atomic():
        write(by, "导出考核文件夹", about=found.folder, year=found.year)
    return folder
