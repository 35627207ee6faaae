"""Writing a command's files: what stood in the way is said in one sentence, and nothing changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from scoring.cli.ending import NotWrittenError
from scoring.cli.read import refuse
from scoring.publish import FileInUseError, TemplateFaultError
from scoring.publish.files import reason


def written(
    target: Path, write: Callable[[], list[Path]], *, as_json: bool = False
) -> list[Path] | None:
    """The paths of what ``write`` made and wrote into the folder ``target``; None where a
    template has faults, after saying which. A target that is no folder is wrong usage."""
    try:
        return write()
    except FileInUseError as error:
        raise NotWrittenError(f"{error}。请关闭后重新运行；原有文件没有改动。") from None
    except TemplateFaultError as error:
        refuse(error.problems, "模板有错误，不能生成文件", as_json=as_json)
    except (FileExistsError, NotADirectoryError):
        raise click.UsageError(f"--out 应是文件夹：{target}") from None
    except OSError as error:
        raise NotWrittenError(f"无法写入 {target}：{reason(error)}") from None
    return None
