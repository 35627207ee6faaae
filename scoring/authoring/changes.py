"""What changed from one scheme to another, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

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


def _brief(thing: Thing) -> str:
    """The few facts of a thing that tell what it does."""
    told = [
        thing.facts[name]
        for name in ("权重", "分值", "条件", "期限", "计入")
        if thing.facts.get(name)
    ]
    return f"（{'；'.join(told)}）" if told else ""


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
