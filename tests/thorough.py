"""How much is tried: the one place that says it.

Every day a test that draws its examples, or tries every step of something, tries a share of them. All
are tried with ``pytest --hypothesis-profile=thorough``, as ``.ci/run`` does for the files
that import this module.
"""

from __future__ import annotations

from hypothesis import settings

ALL = 100
settings.register_profile("everyday", max_examples=ALL // 4)
settings.register_profile("thorough", max_examples=ALL)


def thorough() -> bool:
    """Whether everything is tried."""
    return settings.default.max_examples >= ALL


def examples(count: int) -> int:
    """So many of ``count`` examples as this run tries, at least one."""
    return max(1, count * min(settings.default.max_examples, ALL) // ALL)
