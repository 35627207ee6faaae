"""Accounts: who may log in, in which role, and for which unit, provider, verifier or assessor."""
