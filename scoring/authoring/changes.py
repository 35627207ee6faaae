"""What changed from one scheme to another, in words."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from scoring.authoring.draft import Draft
from scoring.authoring.facts import Id, Thing, facts
from scoring.scheme import Scheme

Kind = Literal["added", "removed", "changed"]


@dataclass(frozen=True)
class Change:
    """One change: ``where`` names the part it lies in, empty for the whole scheme."""

    kind: Kind
    where: str
    text: str

    def sentence(self) -> str:
        return f"{self.where}{self.text}" if self.where else self.text


def changes(old: Scheme, new: Scheme) -> list[Change]:
    """Every change, in the order of the new scheme, what was removed first."""
    before, after = facts(old), facts(new)
    out = [
        Change("removed", _where(path, before), f"删去{thing.name}{_brief(thing)}")
        for path, thing in before.items()
        if path not in after and not _holder_missing(path, after)
    ]
    for path, thing in after.items():
        if path not in before:
            if not _holder_missing(path, before):
                text = f"增加{thing.name}{_brief(thing)}"
                out.append(Change("added", _where(path, after), text))
            continue
        earlier = before[path]
        for name in dict.fromkeys([*earlier.facts, *thing.facts]):
            was, now = earlier.facts.get(name, ""), thing.facts.get(name, "")
            if was != now:
                text = f"{thing.name}的{name}由“{was or '（无）'}”改为“{now or '（无）'}”"
                out.append(Change("changed", _where(path, after), text))
    return out


def history(draft: Draft) -> list[tuple[int, list[Change]]]:
    """What changes within one scheme from year to year: the changes that hold from each year on."""
    schemes = [(year, draft.in_year(year)) for year in draft.versions]
    return [
        (year, changes(before, after))
        for (_, before), (year, after) in pairwise(schemes)
        if before is not None and after is not None
    ]


@dataclass(frozen=True)
class Dated:
    """A change that holds for some years only: from ``since`` (None: ever) to the one before
    ``until`` (None: for good)."""

    change: Change
    since: int | None
    until: int | None

    def sentence(self) -> str:
        if self.since is None and self.until is None:
            return self.change.sentence()
        if self.since is None:
            years = f"{self.until}年度以前"
        elif self.until is None:
            years = f"{self.since}年度起"
        else:
            last = (self.until or 0) - 1
            years = f"{self.since}年度" if last == self.since else f"{self.since}—{last}年度"
        return f"（{years}）{self.change.sentence()}"


def changes_by_year(old: Draft, new: Draft) -> list[Dated]:
    """Every change between two schemes, with the years for which it holds."""
    years = sorted({*old.versions, *new.versions})
    first = max([draft.versions[0] for draft in (old, new) if draft.versions], default=0)
    spans = [year for year in years if year >= first] or [first]
    found: dict[Change, list[int]] = {}
    for position, year in enumerate(spans):
        before, after = old.in_year(year), new.in_year(year)
        for change in changes(before, after) if before and after else ():
            found.setdefault(change, []).append(position)
    out = []
    for change, positions in found.items():
        for start in positions:
            if start - 1 in positions:
                continue
            end = next(p for p in range(start, len(spans) + 1) if p not in positions)
            whole = end == len(spans)
            since = spans[start] if start else None
            out.append(Dated(change, since, None if whole else spans[end]))
    return out


def _brief(thing: Thing) -> str:
    """The few facts of a thing that tell what it does."""
    described = [
        thing.facts[name]
        for name in ("权重", "分值", "条件", "期限", "计入")
        if thing.facts.get(name)
    ]
    return f"（{'；'.join(described)}）" if described else ""


def _holder_missing(path: Id, things: dict[Id, Thing]) -> bool:
    """Whether what the thing lies in is itself added or removed, so that it goes without saying."""
    return any(path[:n] not in things for n in range(2, len(path)) if _is_thing(path, n))


def _is_thing(path: Id, n: int) -> bool:
    return path[n - 2] in {"component", "area"}


def _where(path: Id, things: dict[Id, Thing]) -> str:
    """The part that the thing lies in, the innermost one."""
    parts = [
        things[path[:n]].name
        for n in range(2, len(path))
        if path[n - 2] == "component" and path[:n] in things
    ]
    return f"{parts[-1]}：" if parts else ""
