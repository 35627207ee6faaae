"""The log: an append-only record of everything that changes data, chained by hashes."""
