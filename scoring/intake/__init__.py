"""Files to typed tables plus a list of problems. Nothing after it reads a file.

What is here is imported when it is first used: a scheme can be worked on without readers of workbooks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scoring.intake.assessment import Assessment, FileHash, Inspection
    from scoring.intake.folder import inspect_folder, load_assessment
    from scoring.intake.settings import Settings
    from scoring.intake.table import FileReport

__all__ = [
    "Assessment",
    "FileHash",
    "FileReport",
    "Inspection",
    "Settings",
    "inspect_folder",
    "load_assessment",
]

_HOME = {
    "Assessment": "assessment",
    "FileHash": "assessment",
    "FileReport": "table",
    "Inspection": "assessment",
    "Settings": "settings",
    "inspect_folder": "folder",
    "load_assessment": "folder",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
