"""The program with all its commands, in the order in which the help lists them."""

# ruff: noqa: F401 (a module of ``commands`` enters its command when it is imported)
from __future__ import annotations

# isort: off
from scoring.cli.commands import grade
from scoring.cli.commands import check
from scoring.cli.commands import forms
from scoring.cli.commands import ledger
from scoring.cli.commands import bulletin
from scoring.cli.commands import sensitivity
from scoring.cli.commands import verification
from scoring.cli.commands import statistics
from scoring.cli.commands import timeliness
from scoring.cli.commands import whatif
from scoring.cli.commands import feedback
from scoring.cli.commands import warnings
from scoring.cli.commands import dashboard
from scoring.cli.commands import audit
from scoring.cli.commands import compare
from scoring.cli.commands import year
from scoring.cli.commands import preview
from scoring.cli.commands import explain
from scoring.cli.commands import schemes
from scoring.cli.commands import simulate

# isort: on
from scoring.cli.program import app

__all__ = ["app"]
