"""Random numbers that are the same on every machine and with every version of numpy."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]


class Draws:
    """Numbers from a seed and the place at which they are used: a table, a file, a chunk. Any chunk can
    be made by itself, in any order.

    Only the raw words of PCG64 are used, which are fixed for good; the distributions of numpy's Generator
    may give other numbers in its next version. All arithmetic on them is in integers.
    """

    def __init__(self, seed: int, *place: int) -> None:
        self._words = np.random.PCG64(np.random.SeedSequence(seed, spawn_key=place))

    def below(self, limit: int | Whole, count: int) -> Whole:
        """``count`` numbers from 0 up to, not including, ``limit``: one for all, or one for each."""
        words = self._words.random_raw(count)
        return np.asarray(words % np.asarray(limit, dtype=np.uint64)).astype(np.int64)

    def chance(self, millionths: int | Whole, count: int) -> npt.NDArray[np.bool_]:
        """``count`` times whether something happens that happens so often in a million."""
        return np.asarray(self.below(1_000_000, count) < millionths)
