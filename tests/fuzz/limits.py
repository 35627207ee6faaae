"""No input takes longer than 5 seconds or more than 600 MB."""

from __future__ import annotations

import resource
import signal
from collections.abc import Callable
from typing import Any, Final, ParamSpec, TypeVar

SECONDS: Final = 5
KILOBYTES: Final = 600_000
P = ParamSpec("P")
T = TypeVar("T")


class LimitError(Exception):
    """What was called took too long or too much."""


def limited(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The result of the function. Raises LimitError. Counted is the time of the processor, so that
    other programs beside do not matter; a call that does not end is stopped."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    old = signal.signal(signal.SIGPROF, _stop)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        out = function(*args, **kwargs)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, old)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    if grown > KILOBYTES:
        raise LimitError(f"{grown} KB of memory")
    return out


def _stop(_: int, __: Any) -> None:
    raise LimitError(f"more than {SECONDS} seconds")
