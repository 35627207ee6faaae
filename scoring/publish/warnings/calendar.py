"""预警.ics: the days of the warnings and of the timetable, for Outlook and phones (RFC 5545).

The same warnings give the same bytes: the stamp is the day of the warnings, and an event keeps its UID
from day to day, so that a calendar that reads the file again changes it and does not add another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from scoring.monitoring.warnings import NEAR, EarlyWarning, Kind, Watch, timetable
from scoring.scheme import Scheme
from scoring.wording.warnings import KINDS, LEVELS, entries_text, matter, remedy, unit_text

_OCTETS = 75
_PRIORITY = {"red": 1, "yellow": 5, "blue": 9}


def calendar_file(watch: Watch, title: str) -> bytes:
    """The calendar of what ``watch`` warns of, and of the days of the timetable that are to come."""
    scheme, year = watch.result.scheme, watch.result.year
    lines: list[str] = []
    for warning in watch.warnings:
        lines += _of_warning(warning, watch.day, scheme, year)
    warned = {(w.title, w.day) for w in watch.warnings if not w.unit}
    for step, clause, due in timetable(scheme, year):
        if due >= watch.day and (step.text, due) not in warned:
            about = f"依据：{clause}" if clause else ""
            key = (scheme.name, str(year), "timetable", step.text)
            lines += _event(key, watch.day, due, f"【时间安排】{step.text}", about, "", alarm=True)
    return _calendar(lines, title)


class Appointment(NamedTuple):
    """A day by which something is to be done; ``key`` names the matter, the same from day to day."""

    key: tuple[str, ...]
    day: date
    title: str
    about: str = ""


def appointments_file(appointments: Iterable[Appointment], title: str, today: date) -> bytes:
    """A calendar of appointments, as it stands on the day ``today``, as the content of an .ics file.

    >>> from datetime import date
    >>> from scoring import Appointment, appointments_file
    >>> one = Appointment(("form", "甲县", "上半年"), date(2024, 7, 15), "报送考核表")
    >>> print(appointments_file([one], "考核", date(2024, 7, 1)).decode().splitlines()[9])
    DTSTART;VALUE=DATE:20240715
    """
    lines: list[str] = []
    for one in appointments:
        lines += _event(one.key, today, one.day, one.title, one.about, "", alarm=True)
    return _calendar(lines, title)


def _calendar(events: Iterable[str], title: str) -> bytes:
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//kaohe//warnings//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(title)}",
        *events,
        "END:VCALENDAR",
    ]
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line)).encode()


def _of_warning(w: EarlyWarning, today: date, scheme: Scheme, year: int) -> list[str]:
    numbers = entries_text(w)
    key: tuple[str, ...] = (scheme.name, str(year), "timetable", w.title)
    if w.unit and w.kind in (Kind.OVERDUE, Kind.DEADLINE):
        # Near or late, it is the same matter of the same day.
        key = (scheme.name, str(year), "row", w.unit, w.rows[0].component, w.rows[0].entry)
    elif w.unit:
        rule = w.rows[0].rule.code if w.kind == Kind.REPEATED else ""
        form = w.kind in (Kind.FORM_DUE, Kind.FORM_LATE, Kind.UNVERIFIED)
        what = "form" if form else str(w.kind)
        key = (scheme.name, str(year), what, w.unit, rule, w.title)
    about = "\n".join(
        text
        for text in (
            f"单位：{unit_text(w)}",
            f"台账编号：{numbers}" if numbers else "",
            f"所在：{w.place}" if w.place else "",
            f"怎样消除：{remedy(w, scheme)}",
            f"依据：{w.clause}" if w.clause else "",
        )
        if text
    )
    summary = f"【{LEVELS[w.level]}】{KINDS[w.kind]}：{unit_text(w)} {matter(w)}"
    priority = f"PRIORITY:{_PRIORITY[w.level]}"
    return _event(key, today, w.day, summary, about, priority, alarm=w.kind in NEAR)


def _event(
    key: Iterable[str], today: date, day: date, summary: str, about: str, priority: str, *,
    alarm: bool,
) -> list[str]:  # fmt: skip
    uid = hashlib.sha256("\n".join(key).encode()).hexdigest()[:32]
    lines = [
        "BEGIN:VEVENT",
        f"UID:{uid}@kaohe",
        f"DTSTAMP:{today:%Y%m%d}T000000Z",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_text(summary)}",
        *([f"DESCRIPTION:{_text(about)}"] if about else []),
        *([priority] if priority else []),
        "TRANSP:TRANSPARENT",
    ]
    if alarm:
        lines += [
            "BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT15H", f"DESCRIPTION:{_text(summary)}",
            "END:VALARM",
        ]  # fmt: skip
    return [*lines, "END:VEVENT"]


def _text(value: str) -> str:
    """A text as RFC 5545 writes it (3.3.11)."""
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """The line in pieces of at most 75 octets, none of which cuts a character."""
    piece, size, room = "", 0, _OCTETS
    for character in line:
        octets = len(character.encode())
        if size + octets > room:
            yield piece
            piece, size = " ", 1
        piece += character
        size += octets
    yield piece
