"""A file of evidence: which claim it is for, and the key by which it is opened."""

from __future__ import annotations

import uuid

from django.db import models

from scoring.portal.assessments.models import Assessment


class Attachment(models.Model):
    """A file of the folder 证明材料 for one item. ``key`` is random: an address cannot be guessed, and whoever
    has it must still be allowed to read the unit's form."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="attachments")
    unit = models.CharField(max_length=200)
    period = models.CharField(max_length=100)
    indicator = models.CharField(max_length=50)
    path = models.CharField(max_length=1000)
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ("added_at", "name")
        indexes = (models.Index(fields=("assessment", "unit", "period", "indicator")),)
