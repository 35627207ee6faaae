"""Limits of what is read, in one place.

Every limit lies far above what an office's real files need.
"""

from __future__ import annotations

from typing import Final

PROBLEMS_KEPT: Final = 20_000
"""Problems of one kind in one sheet that are kept one by one; of the rest only the number is."""

NEAR_LOOKUPS: Final = 200
"""Distinct unknown names in a table for which the nearest known name is looked up. A table with more
of them was filled in after another list."""

NEAR_CANDIDATES: Final = 40
"""Known names, those that share most characters, that are compared with an unknown one in full."""

NEAR_LENGTH: Final = 100
"""Characters of an unknown name; what is longer is no name, and is like none."""
