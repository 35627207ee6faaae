"""``kaohe audit``: whether the papers in a folder still follow from the files, and were not edited."""

from __future__ import annotations

from itertools import takewhile
from pathlib import Path

import click

from scoring.cli.exit_codes import DATA_ERRORS, DONE
from scoring.cli.screen import answer, put
from scoring.problems import clip
from scoring.publish.paper_text import TextChange
from scoring.steps.audit import RESULTS, Audit, NoManifestError, State, audit

_SHOWN = 20
_CONTEXT = 10
"""Characters on each side of a difference by which a reader finds it."""


def run(out: Path, folder: Path | None, *, as_json: bool) -> int:
    try:
        found = audit(out, folder)
    except NoManifestError as error:
        raise click.UsageError(str(error), click.get_current_context()) from None
    if as_json:
        answer(_record(found))
    else:
        _show(found, out)
    return DONE if found.agrees else DATA_ERRORS


def _show(found: Audit, out: Path) -> None:
    made = found.manifest
    kind = "正式" if made["final"] else "暂定"
    known = f"，资料截止 {made['known']}" if made.get("known") else ""
    put(f"{out}：{made['year']}年度{kind}结果，截至 {made['as_of']}{known}")
    if found.other_version is not None:
        put(f"由另一版本的程序生成（{found.other_version}）。")
    _show_inputs(found)
    _show_papers(found)
    _show_grades(found)
    put("核对结果：" + ("一致。" if found.agrees else "不一致。"))


def _show_inputs(found: Audit) -> None:
    total = len(found.manifest["inputs"])
    if found.folder is None:
        put("资料：没有找到考核文件夹，没有核对；请用 --folder 写明。")
    elif not found.inputs:
        put(f"资料：{total} 个文件，与计算时一致。")
    else:
        put(f"资料：计算时 {total} 个文件，现在有 {len(found.inputs)} 处不同：")
        for file, state in found.inputs[:_SHOWN]:
            put(f"  {file}：{state.value}")
        _more(len(found.inputs))


def _show_papers(found: Audit) -> None:
    other = [paper for paper in found.papers if paper.state is not State.SAME]
    if not other:
        put(f"结果文件：{len(found.papers)} 个，与生成时一致。")
        return
    put(f"结果文件：{len(found.papers)} 个，其中 {len(other)} 个与生成时不同：")
    for paper in other:
        cells, texts = paper.cells or (), paper.texts or ()
        count = f"，{len(cells)} 格" if cells else f"，{len(texts)} 处" if texts else ""
        unknown = paper.state is State.CHANGED and not (count or paper.file == RESULTS)
        where = "；只知与生成时不是同一份，不能指明改在哪里" if unknown else ""
        put(f"  {paper.file}：{paper.state.value}{count}{where}")
        for change in cells[:_SHOWN]:
            at = f"工作表“{change.sheet}” {change.cell}".rstrip()
            put(f"    {at}：原为“{clip(change.written)}”，现为“{clip(change.found)}”")
        _more(len(cells), "    ")
        _show_texts(texts)


def _show_texts(texts: tuple[TextChange, ...]) -> None:
    for change in texts[:_SHOWN]:
        after = f"（“{clip(change.before, _CONTEXT * 2)}”之后）" if change.before else ""
        if not change.written:
            put(f"    {change.place}{after}：新增“{clip(change.found)}”")
        elif not change.found:
            put(f"    {change.place}{after}：删去“{clip(change.written)}”")
        else:
            written, found = _around(change.written, change.found)
            put(f"    {change.place}{after}：原为“{clip(written)}”，现为“{clip(found)}”")
    _more(len(texts), "    ")


def _around(one: str, other: str) -> tuple[str, str]:
    """Two texts from shortly before their difference to shortly behind it."""
    start = _shared(one, other)
    left, right = one[start:], other[start:]
    same = _shared(left[::-1], right[::-1])
    start, same = max(start - _CONTEXT, 0), max(same - _CONTEXT, 0)

    def cut(text: str) -> str:
        end = len(text) - same
        return f"{'…' if start else ''}{text[start:end]}{'…' if same else ''}"

    return cut(one), cut(other)


def _shared(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _show_grades(found: Audit) -> None:
    if found.refused:
        put("成绩：资料现在有错误，不能重新计算；请用 kaohe check 查看。")
    elif found.differences is None:
        put("成绩：没有核对。")
    elif not found.differences:
        put(f"成绩：{found.units} 个单位，与按资料重新计算的一致。")
    else:
        units = len({d.unit for d in found.differences})
        put(f"成绩：{units} 个单位与按现在的资料重新计算的不同：")
        for d in found.differences[:_SHOWN]:
            put(f"  {d.unit} {d.what}：结果文件 {d.published or '无'}，重新计算 {d.now or '无'}")
        _more(len(found.differences))


def _more(count: int, indent: str = "  ") -> None:
    if count > _SHOWN:
        put(f"{indent}等 {count} 处，加 --json 可看全部")


def _record(found: Audit) -> dict[str, object]:
    return {
        "agrees": found.agrees,
        "year": found.manifest["year"],
        "as_of": found.manifest["as_of"],
        "known": found.manifest.get("known"),
        "final": found.manifest["final"],
        "version": found.manifest.get("version"),
        "folder": None if found.folder is None else str(found.folder),
        "inputs": [{"file": file, "state": state.name.lower()} for file, state in found.inputs],
        "papers": [
            {
                "file": paper.file,
                "state": paper.state.name.lower(),
                "cells": None if paper.cells is None else [
                    {"sheet": c.sheet, "cell": c.cell, "written": c.written, "found": c.found}
                    for c in paper.cells
                ],
                "texts": None if paper.texts is None else [
                    {"place": t.place, "written": t.written, "found": t.found, "before": t.before}
                    for t in paper.texts
                ],
            }
            for paper in found.papers
        ],
        "grades": None if found.differences is None else [
            {"unit": d.unit, "what": d.what, "published": d.published, "now": d.now}
            for d in found.differences
        ],
    }  # fmt: skip
