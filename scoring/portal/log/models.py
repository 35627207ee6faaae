"""Lines of the log. They are only ever added: the database refuses to change or to delete one."""

from __future__ import annotations

from typing import Any

from django.db import models


class LogLine(models.Model):
    """What was done: by whom, when, from where, what stood before and after, and why. ``number`` counts
    without holes from 1; ``hash`` covers all of the line and the hash of the one before."""

    number = models.PositiveBigIntegerField(primary_key=True)
    when = models.DateTimeField(db_index=True)
    who = models.CharField(max_length=150)
    from_where = models.CharField(max_length=64, blank=True)
    what = models.CharField(max_length=100, db_index=True)
    year = models.PositiveIntegerField(null=True, blank=True, db_index=True)
    about = models.CharField(max_length=300, blank=True)
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)
    reason = models.TextField(blank=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ("number",)

    def save(self, *args: Any, **kwargs: Any) -> None:
        # A second one of this number fails instead of replacing the first.
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("a line of the log is never deleted")


class LogHead(models.Model):
    """Where the log ends: one row, which whoever adds a line holds until his change is complete. A log
    whose last lines are gone no longer agrees with it."""

    number = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)
