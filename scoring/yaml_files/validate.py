"""A YAML file as a pydantic model, or everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from scoring.yaml_files.source import Source
from scoring.yaml_files.vocabulary import Vocabulary

M = TypeVar("M", bound=BaseModel)


def validate(model: type[M], source: Source, words: Callable[[], Vocabulary]) -> M | None:
    """``source`` as a ``model``, or None with the reasons appended to ``source.problems``, in ``words``,
    which are asked for only then."""
    if source.data is None:
        return None
    try:
        valid = model.model_validate(source.data)
        return None if source.problems else valid
    except ValidationError as error:
        from scoring.yaml_files.messages import problems_of

        source.problems += problems_of(model, source, error, words())
        return None
