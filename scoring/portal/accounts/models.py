"""An account: a name to log in with, a role, and whom it stands for."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class Role(models.TextChoices):
    """What somebody is to an assessment."""

    ADMIN = "admin", "市政府办公室（管理员）"
    STAFF = "staff", "市政府办公室"
    PROVIDER = "provider", "数据提供单位"
    UNIT = "unit", "被考核单位"
    VERIFIER = "verifier", "责任单位"
    THIRD_PARTY = "third_party", "第三方机构"
    LEADER = "leader", "领导"


OFFICE = frozenset({Role.ADMIN, Role.STAFF})


class Accounts(BaseUserManager["Account"]):
    """Accounts by their names."""

    def make(self, name: str, role: Role, body: str, password: str, **fields: Any) -> Account:
        """A new account with a password that must be changed at the first login. Raises IntegrityError
        where the name is taken."""
        account = self.model(
            name=self.model.normalize_username(name), role=role, body=body, **fields
        )
        account.set_password(password)
        account.save(force_insert=True)
        return account


class Account(AbstractBaseUser):
    """``body`` is the full name of the unit, provider, verifier or assessor that it stands for, blank for
    the office and for leaders. ``must_change``: the password is one that the office handed out."""

    name = models.CharField("用户名", max_length=150, unique=True)
    role = models.CharField("角色", max_length=20, choices=Role.choices)
    body = models.CharField("代表", max_length=200, blank=True)
    must_change = models.BooleanField(default=True)
    is_active = models.BooleanField("启用", default=True)

    objects: ClassVar[Accounts] = Accounts()

    USERNAME_FIELD = "name"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["role"]

    class Meta:
        ordering = ("role", "name")

    def __str__(self) -> str:
        return self.name

    @property
    def is_office(self) -> bool:
        return self.role in OFFICE
