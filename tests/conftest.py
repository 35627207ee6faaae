"""What the tests share: LibreOffice and Chromium, kept open, and the shipped schemes, read once."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import subprocess
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

import scoring.intake.folder
import scoring.scheme.load
import tests.thorough
from scoring.intake.grids import SourceFile, read_file
from scoring.problems import Problem
from scoring.scheme import Scheme, load_scheme

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "sample_data" / "2024"

# Of Hypothesis; ``--hypothesis-profile`` chooses another one.
settings.load_profile("everyday")

_EMPTY_TEXT = (
    '<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text">'
    "<office:body><office:text/></office:body></office:document>"
)
_CSV_AS_SHOWN = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,true"
"""Comma, quotes, UTF-8, every cell as it is shown."""


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Processes for ``-n auto``, as in pyproject.toml: one for each of at most four cores; none where
    files or tests are named, which start sooner in this process and can be stopped in a debugger."""
    named = config.args_source is pytest.Config.ArgsSource.ARGS
    return 0 if named else min(4, os.cpu_count() or 1)


def pytest_collection_finish() -> None:
    """What is there by now stays, and workbooks in openpyxl are many objects that live long: looking
    through all of them for cycles as often as by default took a fifth of the time of some modules."""
    gc.freeze()
    gc.set_threshold(1000, 10, 200)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long modules only where everything is tried, or a file is named (``tests.thorough``). First what stops copies of this process: to copy it takes three times as long when all the other
    tests have left their modules and tables in it."""
    named = config.args_source is pytest.Config.ArgsSource.ARGS
    if not named and not tests.thorough.thorough():
        long = [item for item in items if item.get_closest_marker("long") is not None]
        if long:
            config.hook.pytest_deselected(items=long)
            items[:] = [item for item in items if item.get_closest_marker("long") is None]
    items.sort(key=lambda item: not _stops_copies(getattr(item, "module", None)))


@cache
def _stops_copies(module: ModuleType | None) -> bool:
    """Whether the tests of a module use ``tests.killing``."""
    return (
        any(getattr(v, "__module__", None) == "tests.killing" for v in vars(module).values())
        if module
        else False
    )


@pytest.fixture(scope="session", autouse=True)
def _schemes_read_once() -> Iterator[None]:
    """An assessment under a shipped scheme gets it as it was read before, a fifth of the time of a small
    year. ``load_scheme`` itself, which the tests of schemes call, reads as always."""
    shipped: dict[tuple[object, ...], tuple[Scheme | None, list[Problem]]] = {}

    def load(
        path: Path, shown_as: str | None = None, year: int | None = None
    ) -> tuple[Scheme | None, list[Problem]]:
        if path.parent != ROOT / "config":
            return load_scheme(path, shown_as, year)
        key = (path, path.stat().st_mtime_ns, shown_as, year)
        if key not in shipped:
            shipped[key] = load_scheme(path, shown_as, year)
        scheme, problems = shipped[key]
        return scheme, list(problems)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(scoring.scheme.load, "load_scheme", load)
        yield


SMALL, FILES = 100_000, 4_000
"""Bytes of a file whose grids are kept, and how many are."""


@pytest.fixture(scope="session", autouse=True)
def _workbooks_read_once() -> Iterator[None]:
    """A folder with a workbook that was read before, byte for byte, gets its grids as they were read
    then: the forms of the same few years are most of what is read, hundreds of times. The readers of
    files, which their own tests call, read as always."""
    kept: dict[tuple[str, bytes], SourceFile] = {}

    def read(path: Path, file: str) -> SourceFile:
        try:
            small = path.suffix == ".xlsx" and path.stat().st_size < SMALL
            key = (file, path.read_bytes()) if small else None
        except OSError:
            key = None
        if key is None:
            return read_file(path, file)
        if key not in kept:
            if len(kept) == FILES:
                kept.clear()
            kept[key] = read_file(path, file)
        source = kept[key]
        return replace(source, grids=list(source.grids), problems=list(source.problems))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(scoring.intake.folder, "read_file", read)
        yield


Office = Callable[[Path, str], Path]
Offices = Callable[[Sequence[Path], str], list[Path]]


@pytest.fixture(scope="session")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Offices]:
    """Converts files with LibreOffice, which recalculates them: ``offices(paths, "pdf")``.

    Skips where there is no LibreOffice, but never in CI, which installs it.
    """
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("LibreOffice is missing; .ci/run installs it")
        pytest.skip("needs LibreOffice (apt-get install libreoffice-calc libreoffice-writer)")
    home = tmp_path_factory.mktemp("office")
    command = [program, "--headless", f"-env:UserInstallation={(home / 'profile').as_uri()}"]

    def convert(paths: Sequence[Path], to: str) -> list[Path]:
        out = tmp_path_factory.mktemp("converted")
        target = {"xlsx": "xlsx:Calc MS Excel 2007 XML", "csv": _CSV_AS_SHOWN}.get(to, to)
        subprocess.run(
            [*command, "--convert-to", target, "--outdir", str(out), *map(str, paths)],
            check=True, capture_output=True, timeout=180 + 2 * len(paths),
        )  # fmt: skip
        return [out / f"{path.stem}.{to}" for path in paths]

    with _kept_running(command, home):
        yield convert


@contextmanager
def _kept_running(command: Sequence[str], home: Path) -> Iterator[None]:
    """LibreOffice with a document open, so that it stays: a command with its profile is handed to it and
    ends when the work is done, in a fifth of a second where a start takes one and a half. Where it is not
    there, or no more, a command starts one as before."""
    # A text: with a csv some releases ask how to read it, show nothing, and end.
    document = home / "open.fodt"
    document.write_text(_EMPTY_TEXT, "utf-8")
    opened = home / f".~lock.{document.name}#"
    resident = subprocess.Popen(
        [*command, "--norestore", "--nologo", str(document)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        until = time.monotonic() + 60
        while not opened.exists() and resident.poll() is None and time.monotonic() < until:
            time.sleep(0.05)
        if not opened.exists():
            warnings.warn("LibreOffice did not stay open: each conversion starts one", stacklevel=1)
        yield
    finally:
        with suppress(ProcessLookupError):
            os.killpg(resident.pid, signal.SIGTERM)
        resident.wait(60)


@pytest.fixture(scope="session")
def office(offices: Offices) -> Office:
    """Converts one file: ``office(path, "pdf")``."""
    return lambda path, to: offices([path], to)[0]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's own Chromium.

    Skips where there is none, but never in CI, which installs it.
    """
    names = ("chromium", "chromium-browser", "google-chrome")
    program = next(filter(None, map(shutil.which, names)), None)
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing; .ci/run installs it")
        pytest.skip("needs Chromium (apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        # Containers have no user namespaces for its sandbox; the pages are our own.
        opened = started.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield opened
        opened.close()
