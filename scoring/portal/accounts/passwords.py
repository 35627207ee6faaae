"""One-time passwords, and the sheet on which the office hands them out."""

from __future__ import annotations

import secrets
from typing import Final

_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz"
_DIGITS: Final = "23456789"
"""Without what looks alike on paper: i, l, o, 0, 1."""


def one_time_password() -> str:
    """A password that can be read from paper: four groups of four, some 79 bits.

    >>> len(one_time_password())
    19
    """
    groups = ["".join(secrets.choice(_LETTERS + _DIGITS) for _ in range(4)) for _ in range(4)]
    return "-".join(groups)
