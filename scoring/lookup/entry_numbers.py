"""台账编号: the next one in the pattern that an office's numbers follow."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from scoring.lookup.text import fold

_NUMBERED: Final = re.compile(r"(.*?)([0-9０-９]+)([^0-9０-９]*)", re.DOTALL)
FIRST_WIDTH: Final = 3
NO_PROVIDER: Final = "TZ"


class _Number(NamedTuple):
    """A 台账编号: what stands before and behind its last digits."""

    before: str
    digits: str
    behind: str

    def series(self) -> tuple[str, str]:
        return fold(self.before), fold(self.behind)


def _split(number: str, year: int) -> _Number | None:
    match = _NUMBERED.fullmatch(number.strip())
    if match is None:
        return None
    before, digits, behind = match.groups()
    said = str(year)
    # BGS2024101: the year is no part of the count.
    if digits.startswith(said) and len(digits) > len(said):
        before, digits = before + said, digits[len(said) :]
    return _Number(before, digits, behind)


def next_number(own: Sequence[str], every: Iterable[str], provider: str, year: int) -> str:
    """The number for a new row of a workbook whose numbers are ``own``, from the top down.

    It goes on from the pattern of the last row: the highest number of that pattern among ``every``
    number of the ledger, plus one, with as many digits. The first one of a provider is its name, the
    year and 001.

    >>> next_number(["BGS2024009", "BGS2024008"], ["BGS2024011", "DC-35"], "市政府办公室", 2024)
    'BGS2024012'
    >>> next_number(["新闻〔2024〕9"], [], "市政府新闻办", 2024), next_number([], [], "督查组", 2024)
    ('新闻〔2024〕10', '督查组2024-001')
    """
    known = [n for n in (_split(number, year) for number in own) if n is not None]
    first = _Number(f"{provider or NO_PROVIDER}{year}-", "0".zfill(FIRST_WIDTH), "")
    last = known[-1] if known else first
    others = [n for n in (_split(number, year) for number in every) if n is not None]
    series = [n for n in (*known, *others) if n.series() == last.series()]
    highest = max(series, key=lambda n: int(n.digits), default=first)
    digits = str(int(highest.digits) + 1).zfill(len(highest.digits))
    return f"{last.before}{digits}{last.behind}"
