"""All inputs: those of the modules beside this one, and those of the YAML files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from tests.corpus import (  # noqa: F401 (they register their inputs)
    folders_and_files,
    ledgers,
    settings,
    sheets,
    texts,
)
from tests.corpus.changes import Change, Shown, append, both, cells, insert, merge, remove, table
from tests.corpus.model import INPUTS, add

__all__ = ["INPUTS"]

_WORDS = {
    "输入", "文件", "单元格", "追加行", "插入行", "整表", "合并", "删去", "应报", "成绩", "底本",
}  # fmt: skip
"""The words of an entry: its name, the file that is changed, how, and what must come out. 插入行
gives rows by the number that the first of them gets."""


def _value(value: Any) -> Any:
    if isinstance(value, dict):
        assert value.keys() == {"值", "格式"}, value
        return Shown(value["值"], value["格式"])
    return value


def _rows(rows: Any) -> list[list[Any]]:
    return [[_value(v) for v in row] for row in rows]


def _change(entry: dict[str, Any]) -> Change:
    file = entry["文件"]
    changes: list[Change] = []
    if "整表" in entry:
        changes.append(table(file, _rows(entry["整表"])))
    if "单元格" in entry:
        changes.append(cells(file, {at: _value(v) for at, v in entry["单元格"].items()}))
    for at, rows in entry.get("插入行", {}).items():
        changes.append(insert(file, at, *_rows(rows)))
    if "追加行" in entry:
        changes.append(append(file, *_rows(entry["追加行"])))
    if "合并" in entry:
        changes.append(merge(file, *entry["合并"]))
    if "删去" in entry:
        changes.append(remove(*entry["删去"]))
    return both(*changes)


def _collect() -> None:
    for path in sorted(Path(__file__).parent.glob("*.yaml")):
        for entry in yaml.load(path.read_text("utf-8"), yaml.CSafeLoader):
            assert entry.keys() <= _WORDS, f"unknown words: {entry.keys() - _WORDS}"
            add(
                path.stem, entry["输入"], _change(entry), *entry.get("应报", ()),
                scores=entry.get("成绩"), base=entry.get("底本", "heze"),
            )  # fmt: skip


_collect()
