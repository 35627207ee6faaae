"""The app of self-assessment."""

from django.apps import AppConfig


class SelfAssessmentConfig(AppConfig):
    name = "scoring.portal.self_assessment"
    label = "self_assessment"
    verbose_name = "自我考核"
