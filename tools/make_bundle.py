"""Make the program as a folder that needs no Python, in a zip, for the system on which this runs.

    python -m pip install '.[bundle]'
    python tools/make_bundle.py            # dist/kaohe-0.1.0-windows.zip, or -linux
    python tools/try_bundle.py dist/kaohe-0.1.0-windows.zip

``make bundle`` does all three. PyInstaller makes no Windows program on Linux: for Windows, run it
there, with a 64-bit Python of 3.11 or later.
"""

from __future__ import annotations

import argparse
import platform
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

import PyInstaller.__main__

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scoring.version import VERSION  # noqa: E402

BATCH = ROOT / "bundle" / "检查并出结果.bat"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="where the zip goes")
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    target = out / f"kaohe-{VERSION}-{platform.system().lower()}.zip"
    with tempfile.TemporaryDirectory() as scratch:
        spec = str(ROOT / "bundle" / "kaohe.spec")
        places = ["--distpath", f"{scratch}/dist", "--workpath", f"{scratch}/work"]
        PyInstaller.__main__.run(["--noconfirm", "--log-level", "WARN", *places, spec])
        folder = Path(scratch, "dist", "kaohe")
        # As bytes: its encoding and its ends of lines are what cmd needs.
        shutil.copyfile(BATCH, folder / BATCH.name)
        shutil.copyfile(ROOT / "LICENSE", folder / "LICENSE.txt")
        size = _zipped(folder, target)
    print(f"{target}: {target.stat().st_size / 1e6:.0f} MB, unpacked {size / 1e6:.0f} MB")


def _zipped(folder: Path, target: Path) -> int:
    """Write ``folder`` into ``target``, the folder's own name included; the bytes of its files."""
    size = 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                size += path.stat().st_size
                archive.write(path, path.relative_to(folder.parent).as_posix())
    return size


if __name__ == "__main__":
    main()
