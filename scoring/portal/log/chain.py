"""Adding to the log, and checking its chain."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from scoring.portal.clock import now
from scoring.portal.log.models import LogHead, LogLine

Facts = dict[str, Any] | list[Any] | str | int | None
"""What stood before or after, as JSON."""


@dataclass(frozen=True)
class By:
    """Who does something, from which address, and within which correction of a frozen year, by its number."""

    who: str
    from_where: str = ""
    correction: int | None = None


@dataclass(frozen=True)
class Broken:
    """The first line at which the chain does not hold, and what is wrong there, in Chinese."""

    number: int
    what: str


def write(
    by: By,
    what: str,
    *,
    about: str = "",
    year: int | None = None,
    before: Facts = None,
    after: Facts = None,
    reason: str = "",
) -> LogLine:
    """Add a line, within the transaction of the change that it records: neither is there without the
    other. Raises RuntimeError outside of one."""
    connection = transaction.get_connection()
    if not connection.in_atomic_block:
        raise RuntimeError("a line of the log belongs into the transaction of its change")
    if by.correction is not None:
        # Among the reasons: what a line says of a change after publication is found by reading it.
        reason = "：".join(filter(None, (f"第{by.correction}次更正", reason)))
    head = LogHead.objects.select_for_update().get(pk=1)
    line = LogLine(
        number=head.number + 1, when=now(), who=by.who, from_where=by.from_where, what=what, year=year,
        about=about, before=before, after=after, reason=reason, previous_hash=head.hash,
    )  # fmt: skip
    line.hash = hash_of(line)
    line.save()
    head.number, head.hash = line.number, line.hash
    head.save()
    return line


def as_record(line: LogLine) -> dict[str, Any]:
    """A line as a JSON object, its hash last; times in UTC."""
    when: datetime = line.when
    return {
        "number": line.number,
        "when": when.astimezone(UTC).isoformat(timespec="microseconds"),
        "who": line.who,
        "from_where": line.from_where,
        "what": line.what,
        "year": line.year,
        "about": line.about,
        "before": line.before,
        "after": line.after,
        "reason": line.reason,
        "previous_hash": line.previous_hash,
        "hash": line.hash,
    }


def hash_of(line: LogLine) -> str:
    """The SHA-256 of a line: of all that it says, and of the hash before it."""
    record = as_record(line)
    del record["hash"]
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def check_log() -> Broken | None:
    """The first line at which the chain breaks; None where it holds to its end."""
    head = LogHead.objects.get(pk=1)
    return check(LogLine.objects.order_by("number").iterator(), head)


def check(lines: Iterable[LogLine], head: LogHead) -> Broken | None:
    """As ``check_log``, of ``lines`` in order and the end that they should come to."""
    number, previous = 0, ""
    for line in lines:
        if line.number != number + 1:
            return Broken(number + 1, "缺少这一条")
        if line.previous_hash != previous:
            return Broken(line.number, "与上一条衔接不上")
        if line.hash != hash_of(line):
            return Broken(line.number, "内容有改动")
        number, previous = line.number, line.hash
    if (number, previous) != (head.number, head.hash):
        return Broken(number + 1, f"末尾缺少记录（应有{head.number}条）")
    return None


def as_lines() -> Iterator[str]:
    """The whole log as JSON lines."""
    for line in LogLine.objects.order_by("number").iterator():
        yield json.dumps(as_record(line), ensure_ascii=False) + "\n"
