"""The app of notices."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "scoring.portal.notices"
    label = "notices"
    verbose_name = "提醒"
