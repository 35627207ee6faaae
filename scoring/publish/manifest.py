"""manifest.json: what belongs together. Which program, scheme and files gave the papers beside it, as
of which days, what became of the rows that were read, and the hash of every paper."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NotRequired, TypedDict, cast

from scoring.intake import Assessment
from scoring.papers import papers_of
from scoring.score import Result
from scoring.version import version_number
from scoring.wording.numbers import iso

MANIFEST: Final = "manifest.json"

Options = Mapping[str, Mapping[str, str]]
"""By command (``sensitivity``) what else its papers follow from than files and days."""


class SchemeSource(TypedDict):
    """The scheme of a manifest; ``file`` lacks in one that somebody else made."""

    name: NotRequired[str]
    file: NotRequired[str]
    sha256: NotRequired[str | None]


class Manifest(TypedDict):
    """A manifest as it is read: days are texts, hashes stand by file."""

    program: str
    version: NotRequired[str]
    scheme: SchemeSource
    year: int
    as_of: str
    known: NotRequired[str | None]
    final: bool
    inputs: dict[str, str]
    outputs: dict[str, str]
    options: NotRequired[object]


_ROWS: Final = (
    "file", "sheet", "table", "rows", "read", "refused", "blank", "total", "note", "header", "above",
    "unused",
)  # fmt: skip


def manifest_json(
    result: Result,
    assessment: Assessment,
    contents: Mapping[str, bytes],
    before: bytes | None,
    options: Options,
) -> bytes:
    """The manifest of the papers ``contents``, by name, made with ``options``. Papers of the manifest
    ``before`` stay in it where they came of the same files, scheme, program and days."""
    document = _document(result, assessment)
    outputs = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    older = read_manifest(before)
    if older is not None and all(older.get(key) == value for key, value in document.items()):
        outputs = older["outputs"] | outputs
        options = {**options_of(older), **options}
    document["options"] = {command: dict(options[command]) for command in sorted(options)}
    document["outputs"] = dict(sorted(outputs.items()))
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def options_of(manifest: Manifest) -> dict[str, dict[str, str]]:
    """The options of a manifest, by command; what is none is left out."""
    found = manifest.get("options")
    if not isinstance(found, dict):
        return {}
    return {
        command: {name: str(value) for name, value in options.items()}
        for command, options in found.items()
        if isinstance(options, dict)
    }


def read_manifest(content: bytes | None) -> Manifest | None:
    """A manifest; None where ``content`` is none."""
    try:
        found = json.loads(content or b"")
    except ValueError:
        return None
    parts = {"program": str, "scheme": dict, "year": int, "as_of": str, "final": bool,
             "inputs": dict, "outputs": dict}  # fmt: skip
    if not isinstance(found, dict):
        return None
    known = all(isinstance(found.get(key), kind) for key, kind in parts.items())
    return cast(Manifest, found) if known else None


def outdated(folder: Path) -> dict[str, list[str]]:
    """The papers in ``folder`` that its manifest does not name, so that they came of other files,
    days or another program than those it does; by the command that makes them anew."""
    at = folder / MANIFEST
    found = read_manifest(at.read_bytes() if at.is_file() else None)
    if found is None:
        return {}
    others: dict[str, list[str]] = {}
    for path in sorted(folder.iterdir()):
        made = papers_of(path.name)
        if made and path.is_file() and path.name not in found["outputs"]:
            others.setdefault(made.command, []).append(path.name)
    return others


def _document(result: Result, assessment: Assessment) -> dict[str, object]:
    return {
        **sources_of(assessment),
        "year": result.year,
        "as_of": result.as_of.isoformat(),
        "known": iso(result.known),
        "final": result.final,
        **account_of(assessment),
    }


def sources_of(assessment: Assessment) -> dict[str, object]:
    """Which program and scheme, as a manifest says it."""
    hashes = {f.file: f.sha256 for f in assessment.files}
    return {
        "program": "kaohe",
        "version": version_number(),
        "scheme": {
            "name": assessment.scheme.name,
            "file": assessment.scheme_file,
            "sha256": hashes.get(assessment.scheme_file),
        },
    }


def account_of(assessment: Assessment) -> dict[str, object]:
    """Which files were read, and what became of their rows, as a manifest says it."""
    return {
        "inputs": {f.file: f.sha256 for f in assessment.files},
        "rows": [{key: getattr(report, key) for key in _ROWS} for report in assessment.reports],
    }
