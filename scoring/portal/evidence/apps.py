"""The app of evidence."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "scoring.portal.evidence"
    label = "evidence"
    verbose_name = "证明材料"
