"""The app of accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "scoring.portal.accounts"
    label = "accounts"
    verbose_name = "账号"

    def ready(self) -> None:
        from scoring.portal.accounts import signals  # noqa: F401 (connects them)
