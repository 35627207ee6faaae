"""The app of results."""

from django.apps import AppConfig


class ResultsConfig(AppConfig):
    name = "scoring.portal.results"
    label = "results"
    verbose_name = "考核结果"
