"""Files to typed tables plus a list of problems. Nothing after it reads a file."""

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
