"""The app of the inbox."""

from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "scoring.portal.inbox"
    label = "inbox"
    verbose_name = "待办"
