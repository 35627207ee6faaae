"""A form on its way: what a unit has answered, before it is handed in and becomes a file of the folder."""

from __future__ import annotations

from django.db import models

from scoring.portal.assessments.models import Assessment


class State(models.TextChoices):
    """Where a form is: being filled in, handed in, or returned to be corrected."""

    DRAFT = "draft", "填报中"
    SUBMITTED = "submitted", "已报送"
    RETURNED = "returned", "已退回"


class Form(models.Model):
    """A unit's form of a period. ``component`` is the key of the part in the scheme."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="forms")
    component = models.CharField(max_length=100)
    unit = models.CharField(max_length=200)
    period = models.CharField(max_length=100)
    state = models.CharField(max_length=20, choices=State.choices, default=State.DRAFT)
    submitted_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    return_reason = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("assessment", "component", "unit", "period"), name="one_form_a_period"
            ),
        )


class Answer(models.Model):
    """What a unit says of one indicator, as it was typed: ``cells`` by column of the 考核表."""

    form = models.ForeignKey(Form, models.CASCADE, related_name="answers")
    indicator = models.CharField(max_length=50)
    cells = models.JSONField(default=dict)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("form", "indicator"), name="one_answer_an_indicator"),
        )
