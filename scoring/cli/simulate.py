"""``kaohe simulate``: an assessment of offices that do not exist."""

from __future__ import annotations

import os
from pathlib import Path
from typing import cast

import click

from scoring.authoring.draft import find_draft, shipped_schemes
from scoring.cli.errors import NotWrittenError
from scoring.cli.exit_codes import DATA_ERRORS, DONE
from scoring.cli.report import problems_json, show_problems
from scoring.cli.screen import answer, put, say, screen
from scoring.cli.types import kind_of
from scoring.cli.write import why_not_written
from scoring.papers import ANSWERS
from scoring.scheme import load_scheme
from scoring.simulate.assessment import has_ledger
from scoring.simulate.columns import YEAR
from scoring.steps.simulate import Simulated, Size, TooLargeError, simulate
from scoring.steps.simulate_files import Format


def run(
    name: str, units: int, rows: int, seed: int, out: Path, kind: str, mess: int, *, as_json: bool
) -> int:
    path = _scheme(name)
    own = None if path in shipped_schemes().values() else path
    scheme, problems = load_scheme(path, year=YEAR)
    if scheme is None:
        if as_json:
            answer(problems_json(problems))
        else:
            show_problems(problems)
            put(f"\n{path.name} 有错误，先按上面的改法改正", err=True)
        return DATA_ERRORS
    if rows and not has_ledger(scheme):
        raise click.UsageError(f"办法 {name} 没有台账，--rows 写 0")
    _refuse(out)
    asked = (
        f"--units {units} --rows {rows} --scheme {path.name if own else scheme.name} --seed {seed}"
    )
    command = f"kaohe simulate {asked} --format {kind} --mess {_share(mess)} --out 文件夹"
    try:
        made = simulate(
            scheme, Size(units, rows, seed, mess), out, cast("Format", kind),
            command=command, scheme_file=own, progress=_progress if screen().verbose else None,
        )  # fmt: skip
    except TooLargeError as error:
        raise click.UsageError(str(error)) from None
    except FileExistsError:
        _refuse(out)
        raise NotWrittenError(f"{out} 已存在，没有写入文件") from None
    except OSError as error:
        raise NotWrittenError(why_not_written(error, out)) from None
    if as_json:
        answer({"folder": str(out), "rows": made.rows, "files": made.files,
                "reported": made.reported, "read": made.read})  # fmt: skip
        return DONE
    _show(made, out, planted=mess > 0)
    return DONE


def _scheme(name: str) -> Path:
    """The file of the scheme."""
    kind_of(Path(name), name)
    path = find_draft(name)
    if path is None or path.suffix not in (".yaml", ".yml"):
        known = "、".join(shipped_schemes())
        raise click.UsageError(f"找不到考核办法：{name}（应是 YAML 文件，或随程序提供的 {known}）")
    return path


def _refuse(out: Path) -> None:
    """Wrong usage where the folder is there and holds something."""
    found = kind_of(out, str(out))
    if found == "file":
        raise click.UsageError(f"--out 应是文件夹，而不是文件：{out}")
    try:
        full = bool(found) and any(os.scandir(out))
    except OSError as error:
        raise NotWrittenError(why_not_written(error, out)) from None
    if full:
        raise click.UsageError(f"{out} 中已有文件，没有覆盖；请换一个文件夹")


def _share(millionths: int) -> str:
    """A share as it is written on the command line.

    >>> _share(50_000), _share(0), _share(1_000_000)
    ('0.05', '0', '1')
    """
    whole, part = divmod(millionths, 1_000_000)
    return f"{whole}.{part:06d}".rstrip("0").rstrip(".")


def _progress(file: str) -> None:
    put(f"写入 {file}", err=True)


def _show(made: Simulated, out: Path, *, planted: bool) -> None:
    rows = "，".join(f"{table} {count} 行" for table, count in made.rows.items())
    say(f"已写入 {out}：{rows}；数据文件 {made.files} 个。单位、地名和成绩都是虚构的。")
    if planted:
        say(
            f"埋下错误 {made.reported + made.read} 处：kaohe check 应指出 {made.reported} 处，"
            f"{made.read} 处写法不规范但可以读出。答案在 {out / f'{ANSWERS}.csv'}，交给练习的人之前请移走。"
        )
    say(f"下一步：kaohe check {out}")
