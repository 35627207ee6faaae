"""Which known name an unknown one may have meant, each looked up once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from scoring.limits import NAME_LENGTH, NEAR_LOOKUPS
from scoring.problems import nearest

_FEW = 8
"""Names that are the same without a character."""


class NearNames:
    """The known names of a table, to be asked with the unknown ones that are met row by row.

    What costs is looked up once per distinct name, and only for the first ``NEAR_LOOKUPS`` of them:
    the cost does not grow with the rows. Names after those are like one from which they differ in
    a single slip, which an index tells at once.
    """

    def __init__(self, known: Iterable[str]) -> None:
        self.known = list(dict.fromkeys(known))
        self._found: dict[str, str | None] = {}
        self._index: dict[str, list[str]] | None = None

    def nearest(self, word: str) -> str | None:
        """The known name most like ``word``; None where none is near, or, after ``NEAR_LOOKUPS``
        others, where it is not one slip away from a single one."""
        if word not in self._found:
            if len(self._found) >= NEAR_LOOKUPS:
                return self._one_slip(word)
            near = nearest(word, self.known)
            self._found[word] = near[0] if near else None
        return self._found[word]

    def _one_slip(self, word: str) -> str | None:
        """The known name from which ``word`` differs in a character that is lost, added or another
        one, or in two that changed places: what is left of both without a character is the same."""
        if len(word) > NAME_LENGTH:
            return None
        if self._index is None:
            self._index = {}
            for name in self.known:
                for rest in _without_one(name):
                    self._index.setdefault(rest, []).append(name)
        hits: Counter[str] = Counter()
        for rest in _without_one(word):
            names = self._index.get(rest, ())
            if len(names) <= _FEW:  # what is left of many names says nothing of one
                # A character more or less is a smaller slip than another one.
                hits.update({name: 3 if rest in (word, name) else 1 for name in names})
        (best, most), *others = [*hits.most_common(2), ("", 0)][:2]
        return best if most > max((n for _, n in others), default=0) else None

    def suggestion(self, what: str, word: str) -> str:
        """What is expected, with the known name that is most like ``word``, if any is.

        >>> NearNames(["财政局", "教育局"]).suggestion("考核对象", "财正局")
        '考核对象，最相近的是“财政局”'
        """
        near = self.nearest(word)
        return f"{what}，最相近的是“{near}”" if near else what


def _without_one(name: str) -> set[str]:
    """The name, and what is left of it without each of its characters."""
    return {name, *(name[:at] + name[at + 1 :] for at in range(len(name)))}
