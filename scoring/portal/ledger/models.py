"""What a unit reports about a row of the ledger before the row itself says it."""

from __future__ import annotations

import uuid

from django.db import models

from scoring.portal.assessments.models import Assessment


class Decision(models.TextChoices):
    """What became of a report."""

    OPEN = "open", "待确认"
    CONFIRMED = "confirmed", "已确认"
    REFUSED = "refused", "未通过"


class Report(models.Model):
    """整改情况: that a unit rectified a row on ``day``. Once it is confirmed, 整改完成日期 in the ledger says
    so; until then the ledger says nothing of it."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="reports")
    component = models.CharField(max_length=100)
    entry = models.CharField(max_length=200)
    unit = models.CharField(max_length=200)
    provider = models.CharField(max_length=200)
    day = models.DateField()
    note = models.TextField()
    decision = models.CharField(max_length=20, choices=Decision.choices, default=Decision.OPEN)
    reported_at = models.DateTimeField()
    reported_by = models.CharField(max_length=150)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=150, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ("reported_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("assessment", "component", "entry", "unit"),
                condition=models.Q(decision=Decision.OPEN),
                name="one_open_report_a_row",
            ),
        )


class Proof(models.Model):
    """A file that a unit put beside a report; it lies in the assessment's folder at ``path``."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(Report, models.CASCADE, related_name="proofs")
    path = models.CharField(max_length=1000)
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ("name",)
