"""Who may do what: each route with the roles that may call it, on every object or on their own.

``AccessMiddleware`` asks here before any view runs. A route without a row is closed to everybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from scoring.portal.accounts.models import OFFICE, Account, Role
from scoring.portal.assessments.models import Assessment


class Scope(Enum):
    """On which objects a role may do it."""

    ALL = "all"
    OWN = "own"
    """Only on what belongs to the unit, provider, verifier or assessor that the account stands for."""


@dataclass(frozen=True)
class Target:
    """What a request is about, as far as its route names it."""

    assessment: Assessment | None = None
    unit: str = ""
    provider: str = ""
    verifier: str = ""
    assessor: str = ""


Row = Mapping[Role, Scope]
_OFFICE: Final[Row] = dict.fromkeys(OFFICE, Scope.ALL)
_ADMIN: Final[Row] = {Role.ADMIN: Scope.ALL}
_EVERYONE: Final[Row] = dict.fromkeys(Role, Scope.ALL)
_OWN_UNIT: Final[Row] = {Role.UNIT: Scope.OWN}
_OWN_PROVIDER: Final[Row] = {**_OFFICE, Role.PROVIDER: Scope.OWN}
_READS_PROVIDER: Final[Row] = {**_OWN_PROVIDER, Role.LEADER: Scope.ALL}
_OWN_VERIFIER: Final[Row] = {**_OFFICE, Role.VERIFIER: Scope.OWN}
_READS_UNIT: Final[Row] = {**_OFFICE, Role.LEADER: Scope.ALL, **_OWN_UNIT}

PUBLIC: Final = frozenset({"login"})
"""Routes for strangers too."""

ALLOWED: Final[Mapping[str, Row]] = {
    "home": _EVERYONE,
    "logout": _EVERYONE,
    "password": _EVERYONE,
    "contact": _EVERYONE,
    "accounts": _ADMIN,
    "account-new": _ADMIN,
    "account-reset": _ADMIN,
    "account-switch": _ADMIN,
    "office": {**_OFFICE, Role.LEADER: Scope.ALL},
    "results": {**_OFFICE, Role.LEADER: Scope.ALL},
    "paper": {**_OFFICE, Role.LEADER: Scope.ALL},
    "provisional": _OFFICE,
    "propose": _OFFICE,
    "withdraw": _OFFICE,
    "approve": _OFFICE,
    "publish": _OFFICE,
    "unit-paper": _READS_UNIT,
    "corrections": {**_OFFICE, Role.LEADER: Scope.ALL},
    "correction-open": _ADMIN,
    "correction-propose": _OFFICE,
    "correction-withdraw": _OFFICE,
    "correction-approve": _OFFICE,
    "correction-publish": _OFFICE,
    "correction-drop": _ADMIN,
    "correction-paper": {**_OFFICE, Role.LEADER: Scope.ALL},
    "correction-feedback": {**_OFFICE, Role.LEADER: Scope.ALL},
    "unit-correction-paper": _READS_UNIT,
    "export": _OFFICE,
    "import": _ADMIN,
    "rules": {**_OFFICE, Role.LEADER: Scope.ALL},
    "rules-file": _OFFICE,
    "rules-change": _ADMIN,
    "log": _OFFICE,
    "log-export": _OFFICE,
    "scores": {**_OFFICE, Role.LEADER: Scope.ALL, Role.THIRD_PARTY: Scope.OWN},
    "scores-save": {**_OFFICE, Role.THIRD_PARTY: Scope.OWN},
    "unit": _READS_UNIT,
    "form": _READS_UNIT,
    "answer": _OWN_UNIT,
    "form-blank": _READS_UNIT,
    "form-workbook": _OWN_UNIT,
    "submit": _OWN_UNIT,
    "return": _OFFICE,
    "upload": _OWN_UNIT,
    "attachment": _READS_UNIT,
    "attachment-remove": _OWN_UNIT,
    "ledgers": {**_OFFICE, Role.LEADER: Scope.ALL},
    "ledger": _READS_PROVIDER,
    "entry-new": _OWN_PROVIDER,
    "entry": _READS_PROVIDER,
    "entry-verify": _OWN_PROVIDER,
    "entry-revoke": _OWN_PROVIDER,
    "rectification-decide": _OWN_PROVIDER,
    "entry-file": _READS_PROVIDER,
    "unit-entry": _READS_UNIT,
    "rectify": _OWN_UNIT,
    "unit-entry-file": _READS_UNIT,
    "scores-upload": {**_OFFICE, Role.THIRD_PARTY: Scope.OWN},
    "board": {**_OFFICE, Role.LEADER: Scope.ALL},
    "years": {**_OFFICE, Role.LEADER: Scope.ALL},
    "years-paper": {**_OFFICE, Role.LEADER: Scope.ALL},
    "warnings": {**_OFFICE, Role.LEADER: Scope.ALL},
    "warning-paper": {**_OFFICE, Role.LEADER: Scope.ALL},
    "supervision": {**_OFFICE, Role.LEADER: Scope.ALL},
    "bulletins": {**_OFFICE, Role.LEADER: Scope.ALL},
    "bulletin": {**_OFFICE, Role.LEADER: Scope.ALL},
    "inbox": _EVERYONE,
    "calendar": _EVERYONE,
    "unit-appeals": _READS_UNIT,
    "appeal-new": _OWN_UNIT,
    "appeals": {**_OFFICE, Role.LEADER: Scope.ALL},
    "appeal": {**_OFFICE, Role.LEADER: Scope.ALL},
    "appeal-answer": _OFFICE,
    "verifications": {**_OFFICE, Role.LEADER: Scope.ALL},
    "verification": {**_OWN_VERIFIER, Role.LEADER: Scope.ALL},
    "verification-save": _OWN_VERIFIER,
    "verification-file": {**_OWN_VERIFIER, Role.LEADER: Scope.ALL},
}


def is_own(account: Account, target: Target) -> bool:
    """Whether what a request is about belongs to whom the account stands for."""
    named = {
        Role.UNIT: target.unit,
        Role.PROVIDER: target.provider,
        Role.VERIFIER: target.verifier,
        Role.THIRD_PARTY: target.assessor,
    }
    mine = named.get(Role(account.role), "")
    return bool(mine) and mine == account.body


def may(account: Account, route: str, target: Target) -> bool:
    """Whether the account may call the route on the target."""
    scope = ALLOWED.get(route, {}).get(Role(account.role))
    if scope is None or not account.is_active:
        return False
    return scope is Scope.ALL or is_own(account, target)
