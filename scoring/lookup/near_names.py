"""Which known name an unknown one may have meant, each looked up once."""

from __future__ import annotations

from collections.abc import Iterable

from scoring.limits import NEAR_LOOKUPS
from scoring.problems import nearest


class NearNames:
    """The known names of a table, to be asked with the unknown ones that are met row by row.

    What costs is looked up once per distinct name, and only for the first ``NEAR_LOOKUPS`` of them:
    the cost does not grow with the rows. Names after those are like none.
    """

    def __init__(self, known: Iterable[str]) -> None:
        self.known = list(dict.fromkeys(known))
        self._found: dict[str, str | None] = {}

    def nearest(self, word: str) -> str | None:
        """The known name most like ``word``; None where none is near, or too many were asked."""
        if word not in self._found:
            if len(self._found) >= NEAR_LOOKUPS:
                return None
            near = nearest(word, self.known)
            self._found[word] = near[0] if near else None
        return self._found[word]

    def suggestion(self, what: str, word: str) -> str:
        """What is expected, with the known name that is most like ``word``, if any is.

        >>> NearNames(["财政局", "教育局"]).suggestion("考核对象", "财正局")
        '考核对象，最相近的是“财政局”'
        """
        near = self.nearest(word)
        return f"{what}，最相近的是“{near}”" if near else what
