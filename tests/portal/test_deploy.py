"""What lies in ``deploy/`` speaks of files, settings and commands that there are."""

from __future__ import annotations

import importlib.util
import re
import tomllib

from scoring.cli.app import app
from tests.conftest import ROOT

DEPLOY = ROOT / "deploy"
FILES = {path.name: path.read_text("utf-8") for path in DEPLOY.iterdir()}


def test_the_container_takes_what_there_is() -> None:
    text = FILES["Containerfile"]
    taken = [
        name for line in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE)
        for name in line.split()
    ]  # fmt: skip
    assert len(taken) > 5
    assert [name for name in taken if not (ROOT / name).exists()] == []
    # All that the wheel is made of.
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert {*wheel["force-include"], *wheel["packages"]} <= set(taken)
    assert (
        set(re.findall(r"\[(\w+)\]\"", text)) <= project["project"]["optional-dependencies"].keys()
    )
    assert re.search(r"^USER kaohe$", text, re.MULTILINE)
    (module,) = re.findall(r"HEALTHCHECK .* -m (\S+)", text)
    assert importlib.util.find_spec(module) is not None


def test_commands_and_settings_are_known() -> None:
    known = {option for p in app.get_command(None, "serve").params for option in p.opts}
    source = (ROOT / "scoring" / "portal" / "environment.py").read_text("utf-8")
    for name, text in FILES.items():
        for line in re.findall(r"kaohe serve ([^\n\]]*)", text):
            assert set(re.findall(r"--[\w-]+", line)) <= known, name
        said = set(re.findall(r"KAOHE_[A-Z_]+", text)) - {"KAOHE_FOLDER"}
        assert {one for one in said if one not in source} == set(), name
