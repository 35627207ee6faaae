"""Several files replaced as one step, in whatever folders, though the machine may stop at any moment.

All new files are written in full beside their places (in ``.kaohe-…`` folders, with copies of the old
ones), then a journal of the moves is written, then the files are moved. Whoever comes next to a folder
with a journal makes the moves that are missing; where somebody has changed one of the files since, he
takes back those that were made. Without a journal nothing was moved: what lies there is cleared.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import secrets
import shutil
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from scoring.writing.lock import LOCK, FolderBusyError, locked
from scoring.writing.open_files import FileInUseError, refuse_open

JOURNAL: Final = ".kaohe-journal.json"
SCRATCH: Final = ".kaohe-"
"""How the names of folders begin in which new files are finished."""
_LOG: Final = logging.getLogger("kaohe")
_SHOWN: Final = 3


class ChangedError(OSError):
    """A file that was read is another one by now, or gone: what was made from it must not replace
    it. ``path`` is the first such file."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path.name} 在读取以后被改动，请重新运行")
        self.path = path


class JournalError(OSError):
    """The journal of a stopped run cannot be read."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"上次写入的记录已损坏，请核对该文件夹中的文件，再删去 {path}")
        self.path = path


@dataclass(frozen=True, slots=True)
class _Move:
    """A file's place, the new file, the copy of the old one (None: there was none), and the hashes of
    both. Paths are as seen from the journal's folder, which may have another name on each machine."""

    to: str
    new: str
    old: str | None
    new_hash: str
    old_hash: str | None


class Writer:
    """What ``writing`` gives: the right to replace files."""

    def __init__(self, folder: Path, doing: str) -> None:
        self.folder, self.doing = folder, doing

    def replace(
        self, contents: Mapping[Path, bytes | Path], read: Mapping[Path, str] = {}
    ) -> list[Path]:
        """Write every file, in whatever folders (made where they lack), or none of them. A content that is
        too large for the memory is given as the path of a file that has it.

        ``read`` are SHA-256 hashes of files as they were read: ChangedError where one of them has
        changed. Raises FileInUseError where a file is held open by another program, and OSError where
        the system refuses; nothing was changed then.
        """
        for path in contents:
            refuse_open(path)
        made = _made_folders(path.parent for path in contents)
        scratch: dict[Path, Path] = {}
        try:
            for folder in dict.fromkeys(path.parent for path in contents):
                # Not by tempfile, whose folders are for their maker alone, on Windows with all in them.
                scratch[folder] = folder / f"{SCRATCH}{secrets.token_hex(4)}"
                scratch[folder].mkdir()
            moves = [
                self._finished(path, content, scratch[path.parent] / str(number))
                for number, (path, content) in enumerate(contents.items())
            ]
            for path, known in read.items():
                if _hash(path) != known:
                    raise ChangedError(path)
            self._commit(moves)
        except BaseException:
            _remove(scratch.values(), made, self.folder)
            raise
        _remove(scratch.values(), (), self.folder)
        return list(contents)

    def _commit(self, moves: list[_Move]) -> None:
        journal = self.folder / JOURNAL
        _write_journal(self.folder, self.doing, moves, back=False)
        try:
            _make(self.folder, moves)
        except BaseException:
            # Where there is no space for this either, the next run finds the files out of step.
            with suppress(OSError):
                _write_journal(self.folder, self.doing, moves, back=True)
            _take_back(self.folder, moves)
            journal.unlink()
            raise
        journal.unlink()

    def _finished(self, path: Path, content: bytes | Path, at: Path) -> _Move:
        """Write the new file to the disk, with the rights of the one that it will replace, and a copy
        of that one."""
        new, old = at.with_name(f"{at.name}.new"), at.with_name(f"{at.name}.old")
        with open(new, "wb") as file:
            if isinstance(content, bytes):
                file.write(content)
                digest = hashlib.sha256(content).hexdigest()
            else:
                with open(content, "rb") as source:
                    shutil.copyfileobj(source, file)
                    source.seek(0)
                    digest = hashlib.file_digest(source, "sha256").hexdigest()
            file.flush()
            os.fsync(file.fileno())
        before = None
        if path.is_file():
            shutil.copy2(path, old)
            before = _hash(old)
            shutil.copymode(path, new)
            if sys.platform != "win32":
                status = path.stat()
                with suppress(OSError):
                    os.chown(new, status.st_uid, status.st_gid)
        return _Move(
            to=_from(self.folder, path),
            new=_from(self.folder, new),
            old=None if before is None else _from(self.folder, old),
            new_hash=digest,
            old_hash=before,
        )


def _remove(scratch: Iterable[Path], made: Sequence[Path], folder: Path) -> None:
    """Clear up after a step; where its journal could not be closed, the next run needs all of it."""
    if (folder / JOURNAL).exists():
        return
    for path in scratch:
        shutil.rmtree(path, ignore_errors=True)
    for path in reversed(made):
        with suppress(OSError):
            path.rmdir()


@contextmanager
def writing(folder: Path, doing: str = "") -> Iterator[Writer]:
    """Hold ``folder`` (made where it lacks) against other runs; ``doing`` says to them what for. What
    a run that was stopped left there is put in order first. Raises FolderBusyError, OSError."""
    made = _made_folders([folder])
    try:
        with locked(folder, doing):
            _recover(folder)
            yield Writer(folder, doing)
    finally:
        # Still empty: nothing came of it.
        for new in reversed(made):
            with suppress(OSError):
                new.rmdir()


def write_all(folder: Path, contents: Mapping[str, bytes], doing: str = "") -> list[Path]:
    """Write the files by name into ``folder``, all of them or none; see ``Writer.replace``."""
    with writing(folder, doing) as writer:
        return writer.replace({folder / name: content for name, content in contents.items()})


def replace_all(contents: Mapping[Path, bytes], doing: str = "") -> list[Path]:
    """Write the files of one folder, all of them or none; see ``Writer.replace``."""
    (folder,) = {path.parent for path in contents}
    return write_all(folder, {path.name: content for path, content in contents.items()}, doing)


def settle(top: Path, leave: Collection[str] = ()) -> None:
    """Wait for a run that writes in the folder or in one of those in it, two levels down, and put in
    order what a stopped one left there; before anything is read. Folders without a trace of either
    are not touched; those named in ``leave``, which may be large, are not looked into."""
    for folder in (top, *_below(top, leave), *(f for b in _below(top, leave) for f in _below(b))):
        if (folder / LOCK).exists() or (folder / JOURNAL).exists():
            try:
                with locked(folder, "整理"):
                    _recover(folder)
            except FolderBusyError:
                raise
            except PermissionError:
                # Nobody can write here; without a journal nothing is out of step.
                if (folder / JOURNAL).exists():
                    raise


def _below(folder: Path, leave: Collection[str] = ()) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            return [
                Path(entry.path) for entry in entries
                if entry.is_dir() and entry.name not in leave and not entry.name.startswith(SCRATCH)
            ]  # fmt: skip
    except OSError:
        return []


# What a stopped run left


def _recover(folder: Path) -> None:
    journal = folder / JOURNAL
    try:
        found = json.loads(journal.read_text("utf-8"))
        moves = [_Move(**move) for move in found["moves"]]
        doing, back = found["doing"] or "上一次运行", found["back"]
    except FileNotFoundError:
        _clear(folder)
        return
    except (ValueError, KeyError, TypeError):
        raise JournalError(journal) from None
    names = [Path(move.to).name for move in moves]
    some = "、".join(names[:_SHOWN]) + (f" 等{len(names)}个文件" if len(names) > _SHOWN else "")
    if back or not all(_as_known(folder, move) for move in moves):
        if not back:
            _write_journal(folder, doing, moves, back=True)
        _take_back(folder, moves)
        said = f"{doing}写入时中断，已恢复原来的文件：{some}"
    else:
        _make(folder, moves)
        said = f"{doing}写入时中断，已写完：{some}"
    journal.unlink()
    _clear(folder, [(folder / move.new).parent for move in moves])
    _LOG.warning("提醒：%s", said)


def _as_known(folder: Path, move: _Move) -> bool:
    """Whether the place holds the old file or the new one, and the new one is whole."""
    now = _hash(folder / move.to)
    if now == move.new_hash:
        return True
    return now == move.old_hash and _hash(folder / move.new) == move.new_hash


def _make(folder: Path, moves: Iterable[_Move]) -> None:
    for move in moves:
        place, new = folder / move.to, folder / move.new
        if not new.exists():
            continue
        try:
            os.replace(new, place)
        except PermissionError:
            raise FileInUseError(place) from None
    _sync({(folder / move.to).parent for move in moves})


def _take_back(folder: Path, moves: Iterable[_Move]) -> None:
    """Put back the old files, where the new ones stand."""
    for move in moves:
        place = folder / move.to
        if _hash(place) != move.new_hash or move.new_hash == move.old_hash:
            continue
        if move.old is None:
            place.unlink()
        elif (folder / move.old).exists():
            os.replace(folder / move.old, place)


def _clear(folder: Path, others: Iterable[Path] = ()) -> None:
    """Remove the working folders of stopped runs in ``folder`` and below it, as far as nobody else
    holds what is below."""
    (folder / f"{JOURNAL}.new").unlink(missing_ok=True)
    for path in others:
        shutil.rmtree(path, ignore_errors=True)
    for top, below, files in os.walk(folder):
        if top != str(folder) and (LOCK in files or JOURNAL in files):
            below.clear()
            continue
        for name in [name for name in below if name.startswith(SCRATCH)]:
            below.remove(name)
            shutil.rmtree(Path(top, name), ignore_errors=True)


# Files


def _write_journal(folder: Path, doing: str, moves: Iterable[_Move], *, back: bool) -> None:
    content: dict[str, object] = {
        "doing": doing,
        "back": back,
        "moves": [asdict(move) for move in moves],
    }
    new = folder / f"{JOURNAL}.new"
    try:
        with open(new, "w", encoding="utf-8") as file:
            json.dump(content, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, folder / JOURNAL)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    _sync([folder])


def _sync(folders: Iterable[Path]) -> None:
    """Have the names in the folders on the disk, where the system can."""
    if sys.platform == "win32":
        return
    for folder in folders:
        with suppress(OSError):
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def _made_folders(folders: Iterable[Path]) -> list[Path]:
    """Make the folders; gives those that were not there, the outer ones first."""
    made: list[Path] = []
    try:
        for folder in folders:
            missing = []
            while not folder.exists():
                missing.append(folder)
                folder = folder.parent
            for new in reversed(missing):
                new.mkdir()
                made.append(new)
    except OSError:
        for new in reversed(made):
            new.rmdir()
        raise
    return made


def _from(folder: Path, path: Path) -> str:
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # on another drive
        return str(path.absolute())


def _hash(path: Path) -> str | None:
    if not path.is_file():
        return None
    # Piece by piece: a file of data may be larger than the memory.
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
