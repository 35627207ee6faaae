"""An assessment's folder in the database: every file, byte for byte."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final

from django.db import models

from scoring.portal.accounts.models import Account

EVIDENCE: Final = "证明材料"
"""The folders whose files no step of an assessment reads, beside the tables or among them."""


class Assessment(models.Model):
    """One year. ``folder`` is the name of the folder that was imported, and of the one that is exported;
    ``version`` counts the changes of its files. Nothing of a ``frozen`` year may change, but what an open
    ``Correction`` is about.

    ``scheme`` is the file of its scheme as it was last seen, one that came with the program too; None where
    nobody looked yet. ``shown`` is no column: the files that a request shows instead of the year's own, while a correction is
    on its way of which only the office knows.
    """

    year = models.PositiveIntegerField(unique=True)
    folder = models.CharField(max_length=255)
    version = models.PositiveBigIntegerField(default=1)
    frozen = models.BooleanField(default=False)
    scheme = models.ForeignKey("Content", models.PROTECT, null=True, related_name="+")
    shown: dict[str, str] | None = None

    class Meta:
        ordering = ("-year",)

    def __str__(self) -> str:
        return f"{self.year}年度"


class Content(models.Model):
    """The bytes of files, by their SHA-256: earlier ones stay, so that the log can be followed."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.PositiveBigIntegerField()
    data = models.BinaryField()


class SourceFile(models.Model):
    """A file of an assessment's folder: its path in it, with ``/`` between the names. ``content`` is None
    for a folder in which nothing lies. ``evidence`` is the folder of evidence in which it lies, if it does."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="files")
    path = models.CharField(max_length=1000)
    content = models.ForeignKey(Content, models.PROTECT, null=True, related_name="+")
    evidence = models.CharField(max_length=1000, blank=True, default="")

    class Meta:
        ordering = ("path",)
        indexes = (models.Index(fields=("assessment", "evidence")),)
        constraints = (
            models.UniqueConstraint(fields=("assessment", "path"), name="one_file_a_path"),
        )


class CorrectionStep(models.TextChoices):
    """How far a correction is."""

    OPEN = "open", "办理中"
    PROPOSED = "proposed", "待审定"
    APPROVED = "approved", "已审定"
    PUBLISHED = "published", "已公布"
    DROPPED = "dropped", "已放弃"


class Correction(models.Model):
    """A published result on its way to a corrected one: opened with a ``reason`` for ``units``, proposed,
    approved by somebody else, published; or dropped. ``files`` are those of the folder when it was opened,
    ``state`` is a hash over those that were proposed. One that is dropped gives its ``number`` back."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="corrections")
    number = models.PositiveIntegerField()
    reason = models.TextField()
    units: models.JSONField[list[str], list[str]] = models.JSONField()
    files: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField()
    step = models.CharField(
        max_length=20, choices=CorrectionStep.choices, default=CorrectionStep.OPEN
    )
    state = models.CharField(max_length=64, blank=True)
    opened_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    proposed_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("assessment", "number"),
                condition=~models.Q(step="dropped"),
                name="one_correction_a_number",
            ),
            models.UniqueConstraint(
                fields=("assessment",),
                condition=models.Q(step__in=("open", "proposed", "approved")),
                name="one_correction_at_a_time",
            ),
        )

    def __str__(self) -> str:
        return f"第{self.number}次更正"


def evidence_folder(path: str) -> str:
    """The folder of evidence in which a file lies; blank for other files.

    >>> evidence_folder("证明材料/临溪县/通知.pdf"), evidence_folder("自我考核/上半年/证明材料/1.pdf")
    ('证明材料', '自我考核/上半年/证明材料')
    >>> evidence_folder("自我考核/上半年/临溪县.xlsx")
    ''
    """
    above = PurePosixPath(path).parts[:-1]
    if EVIDENCE not in above:
        return ""
    return "/".join(above[: above.index(EVIDENCE) + 1])
