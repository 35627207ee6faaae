"""The ledger: rows entered, verified, revoked by their providers; rectifications reported and confirmed."""
