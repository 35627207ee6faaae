"""The rules of warnings of an assessment: what its settings say, and the shipped defaults for the rest."""

from __future__ import annotations

from collections.abc import Mapping

from scoring.intake.settings import WarningSettings
from scoring.resources import resource

DEFAULTS = "defaults/warnings.yaml"


def warning_rules(own: WarningSettings) -> WarningSettings:
    """The rules with none left open."""
    return WarningSettings.model_validate({**_shipped(), **own.model_dump(exclude_none=True)})


def _shipped() -> Mapping[str, object]:
    import yaml

    found = yaml.safe_load((resource("config") / DEFAULTS).read_text("utf-8"))
    assert isinstance(found, dict)
    return found
