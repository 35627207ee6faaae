"""The app of verification."""

from django.apps import AppConfig


class VerificationConfig(AppConfig):
    name = "scoring.portal.verification"
    label = "verification"
    verbose_name = "核查"
