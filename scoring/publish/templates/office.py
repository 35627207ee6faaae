"""A template that the office may change: what it may name, and the error of one that cannot be used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scoring.intake.templates import TemplateFile, shipped_template
from scoring.problems import Problem


class TemplateFaultError(ValueError):
    """A template that cannot be used: ``problems`` say where and why; nothing was made of it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(f"{p.place.file} {p.message()}" for p in problems))
        self.problems = list(problems)


@dataclass(frozen=True)
class OfficeTemplate:
    """A template of the program: the name of its file, a dataclass whose fields are the names that
    its tags may use, and of which names at least one must be used, with what they are in words."""

    name: str
    context: type
    needed: tuple[str, ...] = ()
    needed_words: str = "填写内容"

    def source(self, given: Path | TemplateFile | None) -> TemplateFile:
        """The office's template, or the program's own where none is given."""
        if given is None:
            return shipped_template(self.name)
        if isinstance(given, TemplateFile):
            return given
        return TemplateFile(str(given), given.read_bytes())
