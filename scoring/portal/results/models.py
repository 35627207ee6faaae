"""A year's final result on its way: proposed, approved by somebody else, published."""

from __future__ import annotations

from django.db import models

from scoring.portal.accounts.models import Account
from scoring.portal.assessments.models import Assessment


class Step(models.TextChoices):
    """How far the final result is."""

    PROPOSED = "proposed", "待审定"
    APPROVED = "approved", "已审定"
    PUBLISHED = "published", "已公布"


class FinalResult(models.Model):
    """The final result of a year; one that is withdrawn is gone, and stands in the log. ``state`` is a hash
    over all files of the folder with its papers: what is approved is what was proposed."""

    assessment = models.OneToOneField(Assessment, models.CASCADE, related_name="final")
    step = models.CharField(max_length=20, choices=Step.choices, default=Step.PROPOSED)
    state = models.CharField(max_length=64)
    proposed_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
