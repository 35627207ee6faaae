"""What may stand where in a YAML file, by the pydantic model that reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, Discriminator, RootModel, Tag

from scoring.yaml_files.source import Path_

Model = type[BaseModel]


def models_at(model: Model, path: Path_, data: Any) -> list[Model]:
    """The models that the mapping at ``path`` may be read as, of a union those that ``data`` fits."""
    return [kind for kind in _kinds(model, path, data) if _is_model(kind)]


def list_models_at(model: Model, path: Path_, data: Any) -> list[Model]:
    """The models of the items of the list that may stand at ``path``."""
    out: list[Model] = []
    for kind in _kinds(model, path, data):
        if getattr(kind, "__origin__", None) in (list, tuple):
            out += [found for arg in kind.__args__ for found in _every_model(arg)]
    return list(dict.fromkeys(out))


def keys_of(model: Model) -> list[str]:
    """The keys that a model takes, as they are written."""
    return [info.alias or name for name, info in model.model_fields.items()]


def all_models(model: Model) -> list[Model]:
    """Every model that can stand somewhere in the file, outermost first."""
    seen: dict[Model, None] = {}
    todo = [model]
    while todo:
        one = todo.pop(0)
        if one in seen:
            continue
        seen[one] = None
        for info in one.model_fields.values():
            todo += [found for found in _every_model(info.annotation) if found not in seen]
            todo += [
                found for part in info.metadata for found in _every_model(part) if found not in seen
            ]
    return list(seen)


def child(value: Any, step: str | int) -> Any:
    """What stands at one step of a path; None where nothing does."""
    try:
        return value[step]
    except (KeyError, IndexError, TypeError):
        return None


def at(data: Any, path: Path_) -> Any:
    """What stands at a path; None where nothing does."""
    for step in path:
        data = child(data, step)
    return data


def _is_model(kind: Any) -> bool:
    """Whether it is a model that is written as a mapping, which says what becomes of unknown keys; a
    date (Due) is written as a text."""
    if not isinstance(kind, type) or not issubclass(kind, BaseModel) or issubclass(kind, RootModel):
        return False
    return kind.model_config.get("extra") is not None


def _every_model(kind: Any) -> Iterator[Model]:
    """The models of an annotation, through lists, unions and mappings."""
    todo = [kind]
    while todo:
        one = todo.pop(0)
        if _is_model(one):
            yield one
        elif isinstance(one, type) and issubclass(one, RootModel):
            todo.append(one.model_fields["root"].annotation)
        else:
            todo += [arg for arg in getattr(one, "__args__", ()) if not isinstance(arg, str)]


def _kinds(model: Model, path: Path_, data: Any) -> list[Any]:
    """The annotations that hold at ``path``: models, lists, mappings, plain types."""
    out: list[Any] = []
    todo: list[tuple[Any, Path_, Any]] = [(model, path, data)]
    while todo:
        kind, rest, value = todo.pop(0)
        if isinstance(kind, type) and issubclass(kind, RootModel):
            todo.append((kind.model_fields["root"].annotation, rest, value))
        elif _is_model(kind):
            fields = {info.alias or name: info for name, info in kind.model_fields.items()}
            if "kind" in fields and not _is_kind(fields["kind"].annotation, value):
                continue
            if not rest:
                out.append(kind)
            elif rest[0] in fields:
                todo.append((fields[str(rest[0])].annotation, rest[1:], child(value, rest[0])))
        elif (origin := getattr(kind, "__origin__", None)) in (list, tuple, dict):
            if not rest:
                out.append(kind)
            # A number is a step into a list, a name one into a mapping.
            elif isinstance(rest[0], int) == (origin is not dict):
                inner = child(value, rest[0])
                todo += [(arg, rest[1:], inner) for arg in kind.__args__]
        elif args := getattr(kind, "__args__", ()):
            todo += [(arg, rest, value) for arg in _meant(kind, args, value)]
        elif not rest:
            out.append(kind)
    return out


def _meant(kind: Any, args: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    """Of a union that is distinguished by a function of the value, the member that the value is."""
    describe = next(
        (m for m in getattr(kind, "__metadata__", ()) if isinstance(m, Discriminator)), None
    )
    if describe is None or not callable(describe.discriminator) or not isinstance(value, Mapping):
        return args
    tag = describe.discriminator(value)
    members = [arg for union in args for arg in getattr(union, "__args__", ())]
    chosen = tuple(
        arg for arg in members
        if any(isinstance(m, Tag) and m.tag == tag for m in getattr(arg, "__metadata__", ()))
    )  # fmt: skip
    return chosen or args


def _is_kind(annotation: Any, value: Any) -> bool:
    given = value.get("kind") if isinstance(value, Mapping) else None
    words = getattr(annotation, "__args__", (given,))
    return given is None or given in words
