"""Blank 考核表 for the units, with a live estimate, and blank ledgers for the providers."""

from scoring.publish.forms.make import (
    Blanks,
    find_periods,
    make_forms,
    make_ledger_book,
    make_ledger_books,
)

__all__ = ["Blanks", "find_periods", "make_forms", "make_ledger_book", "make_ledger_books"]
