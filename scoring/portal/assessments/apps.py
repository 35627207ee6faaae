"""The app of assessments."""

from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "scoring.portal.assessments"
    label = "assessments"
    verbose_name = "考核年度"
