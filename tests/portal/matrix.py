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
    "board": ("GET", "ASL"),
    "years": ("GET", "ASL"),
    "years-paper": ("GET", "ASL"),
    "rules": ("GET", "ASL"),
    "rules-file": ("GET", "AS"),
    "rules-change": ("POST", "A"),
    "warnings": ("GET", "ASL"),
    "warning-paper": ("GET", "ASL"),
    "supervision": ("GET", "ASL"),
    "bulletins": ("GET", "ASL"),
    "bulletin": ("GET", "ASL"),
    "inbox": ("GET", "ASPUVTL"),
    "contact": ("GET", "ASPUVTL"),
    "calendar": ("GET", "ASPUVTL"),
    "unit-appeals": ("GET", "ASLu"),
    "appeal-new": ("GET", "u"),
    "appeals": ("GET", "ASL"),
    "appeal": ("GET", "ASL"),
    "appeal-answer": ("POST", "AS"),
    "corrections": ("GET", "ASL"),
    "correction-open": ("POST", "A"),
    "correction-propose": ("POST", "AS"),
    "correction-withdraw": ("POST", "AS"),
    "correction-approve": ("POST", "AS"),
    "correction-publish": ("POST", "AS"),
    "correction-drop": ("POST", "A"),
    "correction-paper": ("GET", "ASL"),
    "correction-feedback": ("GET", "ASL"),
    "unit-correction-paper": ("GET", "ASLu"),
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
    days: dict[str, tuple[object, ...]] = {
        "rules": (), "rules-change": (), "rules-file": ("assessment.yaml",),
        "years": (), "years-paper": (2024, "比较.xlsx"), "board": (), "warnings": (), "bulletins": (), "warning-paper": ("预警.ics",),
        "supervision": (UNIT if own else OTHER,),
        "bulletin": ("week", "2025-09-12", "2025年第37周周通报.docx"),
    }  # fmt: skip
    if route in days:
        return reverse(route, args=(YEAR, *days[route]))
    if route == "unit-correction-paper":
        return reverse(route, args=(YEAR, UNIT if own else OTHER, 1, "更正通报.docx"))
    if route in ("correction-paper", "correction-feedback"):
        return reverse(route, args=(YEAR, 1, "更正通报.docx"))
    if route.startswith("correction"):
        return reverse(route, args=(YEAR,))
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
