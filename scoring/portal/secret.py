"""The key that signs sessions: outside of the folder, in the user's own configuration."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path


def secret_key(variables: Mapping[str, str]) -> str:
    """The key of KAOHE_SECRET_KEY; else the one that is kept in the user's configuration, made at the first
    start and readable by him alone. Raises OSError where it cannot be kept."""
    given = variables.get("KAOHE_SECRET_KEY")
    if given:
        return given
    path = config_folder(variables) / "portal-secret-key"
    try:
        return path.read_text("ascii").strip()
    except FileNotFoundError:
        pass
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = secrets.token_urlsafe(48)
    # Made with its rights: there is no moment at which others could read it.
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(key)
    return key


def config_folder(variables: Mapping[str, str]) -> Path:
    """Where the user's configuration lies."""
    if sys.platform == "win32":
        base = variables.get("APPDATA") or str(Path.home() / "AppData" / "Roaming")
    else:
        base = variables.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(base, "kaohe")
