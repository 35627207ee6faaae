"""The portal's clock: deadlines are kept by the server, and a demonstration has a day of its own."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """The moment, with the offset of the portal's time zone; on the day of the setting TODAY, if any."""
    moment = timezone.localtime()
    day: date | None = settings.TODAY
    if day is None:
        return moment
    return moment.replace(year=day.year, month=day.month, day=day.day)


def today() -> date:
    """The day on which the portal thinks it is."""
    return now().date()
