"""期次 found by what a person wrote: the whole name or a part of it, alone or in a phrase."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from scoring.lookup.text import fold
from scoring.scheme import Scheme, SelfAssessment


class PeriodError(LookupError):
    """A name that does not lead to one period; the message says what to write instead."""


def self_assessments(scheme: Scheme) -> dict[str, SelfAssessment]:
    """The parts that are assessed item by item, by key."""
    return {k: c for k, c in scheme.leaves().items() if isinstance(c, SelfAssessment)}


def period_names(components: Iterable[SelfAssessment]) -> list[str]:
    """Every period of some self-assessments, each once, in order."""
    return list(dict.fromkeys(period.name for one in components for period in one.periods))


def meant_names(names: Sequence[str], text: str) -> list[str]:
    """The ``names`` that a person means by ``text``: the one it is, else those that it is a part of.

    >>> meant_names(["上半年", "下半年"], "上"), meant_names(["上半年", "下半年"], "半年")
    (['上半年'], ['上半年', '下半年'])
    """
    wanted = fold(text)
    exact = [name for name in names if fold(name) == wanted]
    return exact or [name for name in names if wanted and wanted in fold(name)]


def pick_period(components: Mapping[str, SelfAssessment], text: str) -> str:
    """The one period of some self-assessments that a person means by ``text``. Raises PeriodError with
    the names there are."""
    names = period_names(components.values())
    if not names:
        raise PeriodError("本办法没有自我考核，不用考核表")
    meant = meant_names(names, text)
    if len(meant) != 1:
        what = "可以是几个期次" if meant else "不是办法规定的期次"
        raise PeriodError(f"“{text}”{what}，请写：{'、'.join(meant or names)}")
    return meant[0]


def period_in(component: SelfAssessment, text: str) -> str | None:
    """The one period that a cell names, alone or in a phrase (2024年上半年)."""
    named = [p.name for p in component.periods if fold(p.name) in fold(text)]
    return named[0] if len(named) == 1 else None
