"""The program with all its commands, in the order in which the help lists them."""

from __future__ import annotations

from scoring.cli.program import app

__all__ = ["app"]

app.offered = (
    "grade",
    "check",
    "forms",
    "ledger",
    "serve",
    "portal",
    "bulletin",
    "sensitivity",
    "verification",
    "statistics",
    "timeliness",
    "whatif",
    "feedback",
    "warnings",
    "dashboard",
    "audit",
    "compare",
    "regions",
    "year",
    "preview",
    "explain",
    "schemes",
    "simulate",
)
