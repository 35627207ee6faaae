"""Schemes from YAML files: the shipped ones in config/ by name, any other by path."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from scoring.decoding import showable
from scoring.problems import Place, Problem, nearest
from scoring.resources import resource
from scoring.scheme.model import Scheme
from scoring.scheme.years import in_year
from scoring.yaml_files.source import Source, read_yaml_file, refuse_blanks
from scoring.yaml_files.validate import validate
from scoring.yaml_files.vocabulary import Vocabulary


def shipped() -> dict[str, Path]:
    """The schemes that come with the program, by name."""
    paths = sorted(resource("config").glob("*.yaml"))
    return {path.stem: path for path in paths if not path.name.endswith(".cases.yaml")}


def load_scheme(
    path: str | Path, shown_as: str | None = None, year: int | None = None
) -> tuple[Scheme | None, list[Problem]]:
    """The scheme in the YAML file ``path``, or None and every reason why it is refused.

    ``shown_as`` is the name of the file in the problems' places; of numbers with years those of
    ``year`` hold (None: the latest).

    >>> from scoring import load_scheme
    >>> scheme, problems = load_scheme("config/heze.yaml")
    >>> scheme.title, list(scheme.components), problems
    ('菏泽市政府信息公开工作考核办法', ['ledger', 'self_assessment', 'third_party'], [])
    """
    path = Path(path)
    return scheme_of(read_yaml_file(path, shown_as or showable(path.name)), year)


def scheme_of(source: Source, year: int | None = None) -> tuple[Scheme | None, list[Problem]]:
    """The scheme that ``source`` holds, which stays as it was read, with the numbers of ``year``; or
    None and every reason why it is refused."""
    read = replace(source, problems=list(source.problems))
    refuse_blanks(read)
    if not read.problems:
        in_year(read, year)
    scheme = None if read.problems else validate(Scheme, read, scheme_words)
    read.cut()
    return scheme, read.problems


def scheme_words() -> Vocabulary:
    """The words in which a scheme's faults are explained; loaded only where there are some."""
    from scoring.scheme.vocabulary import SCHEME

    return SCHEME


def find_scheme(
    name: str, folder: Path, asked_at: Place, year: int
) -> tuple[Scheme | None, list[Problem], Path | None]:
    """The scheme that an assessment of ``year`` in ``folder`` names: a shipped name or a path.

    ``asked_at`` is the place where it is named, for the problem when there is none.
    """
    known = shipped()
    path = folder / name
    if name in known:
        path = known[name]
    elif not (path.suffix in {".yaml", ".yml"} and _is_file(path)):
        near = nearest(name, known)
        expected = f"“{near[0]}”" if near else "、".join(known)
        return None, [Problem("scheme-unknown", asked_at, name, expected)], None
    return *load_scheme(path, showable(path.name), year), path


def _is_file(path: Path) -> bool:
    """Whether it is a file; a name that no file can have (too long) is none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
