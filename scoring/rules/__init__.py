"""How one unit's year is scored: every rule once, as a pure function over a small arithmetic."""
