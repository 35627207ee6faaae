"""Templates that an office may replace: what they may name, whether a file can be used, filling in."""
