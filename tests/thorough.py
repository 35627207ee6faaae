"""How much is tried: the one place that says it.

Every day a test that draws its examples, or tries every step of something, tries a share of them, and
modules whose ``pytestmark`` is ``LONG`` are left out. All
are tried with ``pytest --hypothesis-profile=thorough``, as ``.ci/run`` does for the files
that import this module.
"""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import TypeVar

import pytest
from hypothesis import settings

T = TypeVar("T")
LONG = pytest.mark.long
"""Of a module that plays through what takes minutes: only in the thorough run, and where it is named."""
ALL = 100
settings.register_profile("everyday", max_examples=ALL // 8)
settings.register_profile("thorough", max_examples=ALL)


def thorough() -> bool:
    """Whether everything is tried."""
    return settings.default.max_examples >= ALL


def share_of(things: Iterable[T]) -> list[T]:
    """As many of ``things`` as this run tries, the same ones every day."""
    dice = Random(1)
    return [thing for thing in things if thorough() or dice.random() < examples(ALL) / ALL]


def examples(count: int) -> int:
    """So many of ``count`` examples as this run tries, at least three: of few the everyday share is one."""
    return max(min(3, count), count * min(settings.default.max_examples, ALL) // ALL)
