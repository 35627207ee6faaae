"""A scheme's file as its author works on it: a shipped one by name, any other by its path."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from scoring.problems import Problem
from scoring.scheme import Scheme, load_scheme, shipped
from scoring.yaml_source import Source, read_yaml

CASES = ".cases.yaml"


@dataclass(frozen=True)
class Draft:
    """What was read of a scheme's file; ``scheme`` is None where it is refused."""

    path: Path
    scheme: Scheme | None
    problems: list[Problem] = field(default_factory=list)
    source: Source = field(default_factory=lambda: Source(""))


def shipped_schemes() -> dict[str, Path]:
    """The schemes that come with the program, without the cases beside them."""
    return {name: path for name, path in shipped().items() if not path.name.endswith(CASES)}


def cases_beside(scheme: Path) -> Path:
    """The file of the cases of the scheme in ``scheme``."""
    return scheme.with_name(scheme.stem + CASES)


def find_draft(name: str) -> Path | None:
    """The file that ``name`` means: a path, or a shipped scheme's name."""
    path = Path(name)
    if path.is_file():
        return path
    return shipped_schemes().get(name.removesuffix(".yaml"))


def read_draft(path: Path) -> Draft:
    scheme, problems = load_scheme(path)
    try:
        source = read_yaml(path.read_text("utf-8-sig"), path.name)
    except UnicodeDecodeError:
        source = Source(path.name)
    return Draft(path, scheme, problems, source)
