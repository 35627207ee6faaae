"""Verification: the items that fall to a verifier, beside what the unit says of them."""
