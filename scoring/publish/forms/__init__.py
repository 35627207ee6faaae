"""Blank 考核表 for the units, with a live estimate, and blank ledgers for the providers."""
