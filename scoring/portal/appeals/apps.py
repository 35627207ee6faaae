"""The app of appeals."""

from django.apps import AppConfig


class AppealsConfig(AppConfig):
    name = "scoring.portal.appeals"
    label = "appeals"
    verbose_name = "申诉"
