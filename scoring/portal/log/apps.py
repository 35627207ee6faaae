"""The app of the log."""

from django.apps import AppConfig


class LogConfig(AppConfig):
    name = "scoring.portal.log"
    label = "log"
    verbose_name = "日志"
