"""The small arithmetic in which the rules of scoring are written.

A rule is a function over an ``Arithmetic``. With ``exact.ExactArithmetic`` it gives a score; with
``cells.CellArithmetic`` the same score together with the live formula that computes it. So a
rule is written once, whatever it is asked for.

A number stands for points, and may be absent: a score that is not there. Whatever is computed of
an absent number is absent, unless a rule asks first.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Generic, Literal, Protocol, Self, TypeVar

from scoring.scheme.parts import Rounding


class Number(Protocol):
    """What an arithmetic computes with."""

    def __add__(self, other: Self, /) -> Self: ...
    def __sub__(self, other: Self, /) -> Self: ...
    def __mul__(self, other: Self, /) -> Self: ...
    def __truediv__(self, other: Self, /) -> Self: ...


N = TypeVar("N", bound=Number)
"""The numbers of an arithmetic."""
C = TypeVar("C")
"""Its conditions."""

Setting = Literal["weight", "start", "floor", "full"]
"""The numbers of a component that a workbook's sheet of rules shows."""


class Arithmetic(ABC, Generic[N, C]):
    """How the numbers and the conditions of the rules are made and asked."""

    @abstractmethod
    def points(self, ten_thousandths: int) -> N:
        """A constant of the scheme, given in ten-thousandths: points, or percent."""

    def setting(self, what: Setting, title: str, ten_thousandths: int) -> N:
        """A constant that a paper shows beside the component's ``title``, where somebody may change it;
        as ``points`` where there is no such place."""
        return self.points(ten_thousandths)

    @abstractmethod
    def count(self, number: int) -> N:
        """A plain number: how many times, which share of the periods."""

    @property
    @abstractmethod
    def absent(self) -> N:
        """A score that is not there."""

    @abstractmethod
    def is_there(self, number: N) -> C:
        """Whether a number is not absent."""

    @abstractmethod
    def or_zero(self, number: N) -> N:
        """The number, 0 for an absent one."""

    @abstractmethod
    def below(self, number: N, bound: N) -> C:
        """number < bound; no for an absent number."""

    @abstractmethod
    def above(self, number: N, bound: N) -> C:
        """number > bound; no for an absent number."""

    @abstractmethod
    def reaches(self, number: N, bound: N) -> C:
        """number ≥ bound (以上含本数); no for an absent number."""

    @abstractmethod
    def every(self, *conditions: C) -> C:
        """Whether all hold; yes for none."""

    @abstractmethod
    def some(self, *conditions: C) -> C:
        """Whether one holds; no for none."""

    @abstractmethod
    def no(self, condition: C) -> C:
        """Whether the condition does not hold."""

    @abstractmethod
    def when(self, condition: C, then: N, otherwise: N) -> N:
        """``then`` where the condition holds, else ``otherwise``; the other one may be absent."""

    @abstractmethod
    def least(self, *numbers: N) -> N:
        """The least of numbers that are there."""

    @abstractmethod
    def most(self, *numbers: N) -> N:
        """The greatest of numbers that are there."""

    @abstractmethod
    def total(self, numbers: Sequence[N]) -> N:
        """Their sum; 0 for none, absent where one is."""

    @abstractmethod
    def rounded(self, number: N, rounding: Rounding) -> N:
        """Rounded as a scheme says; absent stays absent. The only rounding there is."""

    def put(self, label: str, number: N) -> N:
        """A number that is worth a cell of its own, where there are cells."""
        return number

    def put_condition(self, label: str, condition: C) -> C:
        """A condition that is worth a cell of its own, where there are cells."""
        return condition
