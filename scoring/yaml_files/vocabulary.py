"""What the words of a kind of YAML file mean, for messages to its author: the reader of YAML knows none itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pydantic import BaseModel


@dataclass(frozen=True)
class Vocabulary:
    """The words of a kind of file. Keys of ``meanings`` and ``examples`` are ``Model.key``, or the key alone."""

    chinese_keys: Mapping[str, str] = field(default_factory=dict)
    """Keys by the word that an author may write in their place."""
    former_keys: Mapping[str, str] = field(default_factory=dict)
    """Keys of files that were written for an earlier version, by what they are called now."""
    chinese_words: Mapping[str, str] = field(default_factory=dict)
    """Words by what an author may write in their place; the first that fits."""
    short_forms: Mapping[str, str] = field(default_factory=dict)
    """How a part is written of which an author gave only the number."""
    meanings: Mapping[str, str] = field(default_factory=dict)
    """What a key means; else its description begins with it."""
    examples: Mapping[str, str] = field(default_factory=dict)
    """How a key is written."""
    words: Mapping[str, str] = field(default_factory=dict)
    """What the words mean that a key takes, where its description does not say."""
    places: Mapping[str, str] = field(default_factory=dict)
    """What the mapping is called that a model is written as, by the model's name."""
    parts: frozenset[str] = frozenset()
    """Models that are said by one name together, ``some_part``."""
    some_part: str = ""

    def extended(
        self,
        *,
        meanings: Mapping[str, str] | None = None,
        examples: Mapping[str, str] | None = None,
        places: Mapping[str, str] | None = None,
    ) -> Vocabulary:
        """These words and those of another kind of file that is written beside it."""
        return replace(
            self,
            meanings={**self.meanings, **(meanings or {})},
            examples={**self.examples, **(examples or {})},
            places={**self.places, **(places or {})},
        )

    def meaning(self, model: type[BaseModel] | None, key: str) -> str:
        """What a key means there, in a few words; empty where nobody says."""
        owner = model.__name__ if model is not None else ""
        known = self.meanings.get(f"{owner}.{key}") or self.meanings.get(key)
        if known or model is None:
            return known or ""
        described = (description_of(model, key) or "").partition("；")[0]
        return re.split("[：:；，（]", described)[0]

    def example(self, model: type[BaseModel] | None, key: str) -> str:
        """How a key is written there: ``weight: 30``; empty where there is no example."""
        owner = model.__name__ if model is not None else ""
        return self.examples.get(f"{owner}.{key}") or self.examples.get(key, "")

    def described_words(self, model: type[BaseModel] | None, key: str) -> str:
        """What each of the words means that a key takes: ``deduct 扣分；bonus 加分``."""
        described = description_of(model, key) if model is not None else None
        return self.words.get(key) or described or ""

    def places_of(self, models: list[type[BaseModel]]) -> str:
        """Where a key belongs, by the models that take it: 扣分项（rules 的一项）."""
        names = [model.__name__ for model in models]
        if self.parts and set(names) >= self.parts:
            names = ["", *(name for name in names if name not in self.parts)]
        said = [self.places.get(name, "") if name else self.some_part for name in names]
        return "、".join(dict.fromkeys(text for text in said if text))


def description_of(model: type[BaseModel], key: str) -> str | None:
    """The description of a model's field, by its name in the file."""
    for name, info in model.model_fields.items():
        if key == (info.alias or name):
            return info.description
    return None
