"""Writing a command's files: what stood in the way is said in one sentence, and nothing changes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

import click

from scoring.cli.errors import NotWrittenError
from scoring.cli.read import refuse
from scoring.cli.screen import say
from scoring.intake import Assessment
from scoring.intake.templates import TEMPLATES_FOLDER
from scoring.publish import TemplateFaultError
from scoring.publish.manifest import MANIFEST, outdated
from scoring.refusals import reason
from scoring.writing import ChangedError, FileInUseError, FolderBusyError, JournalError


def written(
    target: Path, write: Callable[[], list[Path]], *, as_json: bool = False
) -> list[Path] | None:
    """The paths of what ``write`` made and wrote into the folder ``target``; None where a
    template has faults, after saying which. A target that is no folder is wrong usage."""
    try:
        paths = write()
        _name_outdated(target, paths)
        return paths
    except TemplateFaultError as error:
        refuse(error.problems, "模板有错误，不能生成文件", as_json=as_json)
    except (FileExistsError, NotADirectoryError):
        raise click.UsageError(f"--out 应是文件夹：{target}") from None
    except OSError as error:
        raise NotWrittenError(why_not_written(error, target)) from None
    return None


def _name_outdated(target: Path, paths: Iterable[Path]) -> None:
    """Papers beside the new ones that came of another state are named, so that nobody sends both."""
    if all(path.name != MANIFEST for path in paths):
        return
    for command, names in outdated(target).items():
        more = f"等{len(names)}个文件" if len(names) > _NAMED else ""
        say(
            f"提醒：{target} 中的{'、'.join(names[:_NAMED])}{more}是以前生成的，与本次的资料、截至日期或程序版本不同；"
            f"请运行 kaohe {command} 重新生成。",
            err=True,
        )


_NAMED = 5


def why_not_written(error: OSError, target: Path) -> str:
    """What to do about it, in a sentence; nothing was written."""
    match error:
        case FileInUseError():
            return f"{error}。然后重新运行；原有文件没有改动。"
        case FolderBusyError():
            return f"{error}，请等它结束后重新运行；没有写入文件。"
        case ChangedError() | JournalError():
            return f"{error}；没有写入文件。"
    return f"无法写入 {target}：{reason(error)}"


def out_folder(folder: Path, assessment: Assessment, out: Path | None, usual: str) -> Path:
    """Where the files go: ``out``, or else the folder's own ``usual``. A place among the data is
    wrong usage: what is written there would be read again, or replace what was filled in."""
    if out is None:
        return folder / usual
    place = Path(os.path.realpath(out))
    names = {c.table for c in assessment.scheme.leaves().values()} | {TEMPLATES_FOLDER}
    kept = [Path(os.path.realpath(folder / name)) for name in sorted(names)]
    if place == Path(os.path.realpath(folder)) or any(
        k == place or k in place.parents for k in kept
    ):
        raise click.UsageError(
            f"--out 不能是放数据的文件夹，以免覆盖或混入数据：{out}", click.get_current_context()
        )
    return out
