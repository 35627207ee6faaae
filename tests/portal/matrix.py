"""Further rows of the matrix of ``test_access``: whose object an address names, one's own or another's."""

from __future__ import annotations

import uuid

from django.urls import reverse

from tests.portal.conftest import ASSESSOR, BODIES, OTHER, UNIT, YEAR

PROVIDER, OTHER_PROVIDER = "督查组", "市公安局"
VERIFIER, OTHER_VERIFIER = "市司法局", "市财政局"
ROW, OTHER_ROW = "DC-2025-13", "WA-2025-011"
"""Rows of the two providers, both to be rectified."""
UNIT_ROW, OTHER_UNIT_ROW = "BGS2025032", "BGS2025029"
"""Rows against the two units of ``conftest``."""

OTHERS: dict[str, tuple[str, str]] = {
    # route: (method, who)
    "ledgers": ("GET", "ASL"),
    "ledger": ("GET", "ASLp"),
    "entry-new": ("GET", "ASp"),
    "entry": ("GET", "ASLp"),
    "entry-verify": ("POST", "ASp"),
    "entry-revoke": ("POST", "ASp"),
    "rectification-decide": ("POST", "ASp"),
    "entry-file": ("GET", "ASLp"),
    "unit-entry": ("GET", "ASLu"),
    "rectify": ("POST", "u"),
    "unit-entry-file": ("GET", "ASLu"),
    "scores-upload": ("POST", "ASt"),
    "inbox": ("GET", "ASPUVTL"),
    "contact": ("GET", "ASPUVTL"),
    "calendar": ("GET", "ASPUVTL"),
    "unit-appeals": ("GET", "ASLu"),
    "appeal-new": ("GET", "u"),
    "appeals": ("GET", "ASL"),
    "appeal": ("GET", "ASL"),
    "appeal-answer": ("POST", "AS"),
    "verifications": ("GET", "ASL"),
    "verification": ("GET", "ASLv"),
    "verification-save": ("POST", "ASv"),
    "verification-file": ("GET", "ASLv"),
}
BOTH = {"entry-new", "appeal-new", "contact"}
"""Routes that take GET and POST."""

_FILE = uuid.UUID(int=1)
_MORE: dict[str, tuple[object, ...]] = {
    "rectification-decide": (1,), "entry-file": (_FILE,), "unit-entry-file": (_FILE,),
    "verification-file": (_FILE,),
}  # fmt: skip


def other_address(route: str, *, own: bool) -> str:
    """The address of a route of ``OTHERS`` about an object of one's own or of another."""
    if route in ("ledgers", "verifications", "appeals", "inbox", "calendar"):
        return reverse(route, args=(YEAR,))
    if route == "contact":
        return reverse(route)
    if route in ("appeal", "appeal-answer"):
        return reverse(route, args=(YEAR, "SS2025-03"))
    if route == "scores-upload":
        return reverse(route, args=(YEAR, ASSESSOR if own else "别的机构", "third_party"))
    if route in ("unit-appeals", "appeal-new"):
        return reverse(route, args=(YEAR, UNIT if own else OTHER))
    more = _MORE.get(route, ())
    if route.startswith("verification"):
        return reverse(route, args=(YEAR, VERIFIER if own else OTHER_VERIFIER, *more))
    if route in ("ledger", "entry-new"):
        return reverse(route, args=(YEAR, PROVIDER if own else OTHER_PROVIDER))
    if route in ("unit-entry", "rectify", "unit-entry-file"):
        unit, row = (UNIT, UNIT_ROW) if own else (OTHER, OTHER_UNIT_ROW)
        return reverse(route, args=(YEAR, unit, row, *more))
    provider, row = (PROVIDER, ROW) if own else (OTHER_PROVIDER, OTHER_ROW)
    return reverse(route, args=(YEAR, provider, row, *more))


assert {PROVIDER, VERIFIER} <= set(BODIES.values())
