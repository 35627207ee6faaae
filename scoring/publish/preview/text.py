"""A preview on the screen."""

from __future__ import annotations

from rich.cells import cell_len

from scoring.inquiry.preview import Preview
from scoring.wording import preview as say
from scoring.wording.plain_text import columns

BAR = 25
"""Characters of a full bar."""


def preview_text(preview: Preview) -> str:
    """The preview as plain text, bars included."""
    lines = [say.title(preview), "", say.basis(preview), ""]
    lines += [f"  {text}" for text in say.conclusions(preview)]
    lines += ["", "各部分成绩", *_table(("部分", "成绩", "权重", "来源"), say.known_rows(preview))]
    lines += ["", f"{preview.period}{say.scored_by(preview)}", *_bars(preview)]
    if preview.lacks:
        lines += ["", f"待补充 {len(preview.lacks)} 项"]
        lines += [f"  {say.lack_text(lack)}" for lack in preview.lacks]
    if preview.improvements:
        head = ("指标", say.scored_by(preview), "分值", "得满分可提高综合成绩")
        lines += ["", "失分最多的指标", *_table(head, say.improvement_rows(preview))]
    if preview.threats:
        head = ("台账编号", "整改期限", "逾期则综合成绩", "问题")
        lines += ["", "尚待整改、期限未到的问题", *_table(head, say.threat_rows(preview))]
    if preview.undecided:
        lines += ["", "尚未核实或没有整改期限、暂未计入的问题"]
        lines += [f"  {text}" for text in say.undecided_texts(preview)]
    return "\n".join(lines)


def _table(head: tuple[str, ...], rows: say.Rows) -> list[str]:
    return [f"  {line}" for line in columns(head, rows)]


def _bars(preview: Preview) -> list[str]:
    width = max((cell_len(area.area) for area in preview.areas), default=0)
    lines = []
    for area in preview.areas:
        full = round(say.share(area) * BAR)
        name = area.area + " " * (width - cell_len(area.area))
        bar = "█" * full + "░" * (BAR - full)
        lines.append(f"  {name}  {bar}  {say.area_text(area)}")
    return lines
