"""The app of the ledger."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "scoring.portal.ledger"
    label = "ledger"
    verbose_name = "平时考核台账"
