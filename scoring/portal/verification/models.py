"""Which verifier found what, where an item falls to several: the form holds one finding alone."""

from __future__ import annotations

from django.db import models

from scoring.portal.assessments.models import Assessment


class Opinion(models.Model):
    """The last finding of one verifier for one item, as it read then."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="opinions")
    component = models.CharField(max_length=100)
    unit = models.CharField(max_length=200)
    period = models.CharField(max_length=100)
    indicator = models.CharField(max_length=50)
    verifier = models.CharField(max_length=200)
    text = models.TextField()
    said_at = models.DateTimeField()
    said_by = models.CharField(max_length=150)

    class Meta:
        ordering = ("said_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("assessment", "component", "unit", "period", "indicator", "verifier"),
                name="one_opinion_a_verifier",
            ),
        )
