"""An assessment's folder in the database: every file, byte for byte."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final

from django.db import models

EVIDENCE: Final = "证明材料"
"""The folders whose files no step of an assessment reads, beside the tables or among them."""


class Assessment(models.Model):
    """One year. ``folder`` is the name of the folder that was imported, and of the one that is exported;
    ``version`` counts the changes of its files. Nothing of a ``frozen`` year may change."""

    year = models.PositiveIntegerField(unique=True)
    folder = models.CharField(max_length=255)
    version = models.PositiveBigIntegerField(default=1)
    frozen = models.BooleanField(default=False)

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
