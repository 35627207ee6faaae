"""What a preview says, in words, for the screen and for the page."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import assert_never

from scoring.inquiry.distance import Band
from scoring.inquiry.explanation import AreaPart
from scoring.inquiry.improvements import Shift
from scoring.inquiry.preview import Known, Lack, Preview, Source
from scoring.points import format_decimals, shown_points
from scoring.scheme import SelfAssessment
from scoring.wording.numbers import BLANK, day
from scoring.wording.phrases import percent
from scoring.wording.results import entry_reason
from scoring.wording.scheme import rule_of, share_text
from scoring.wording.scores import amount_text, kept_out_text

MOST_IMPROVEMENTS = 8

Rows = list[tuple[str, ...]]


def source_text(source: Source, as_of: date) -> str:
    """Where a number comes from."""
    match source:
        case Source.FORM:
            return "本表自评"
        case Source.VERIFIED:
            return "已核查"
        case Source.SELF:
            return "已报送，按自评"
        case Source.SAME:
            return "假定与本期相同"
        case Source.LEDGER:
            return f"台账，截至{day(as_of)}"
        case Source.START:
            return "尚无台账，按预置分"
        case Source.NOTED:
            return "考核表“预估”中所填"
        case Source.HANDED_IN:
            return "已报送"
        case Source.ASSUMED:
            return "假定"
        case Source.NOTHING:
            return "尚未报送，暂按0分"
        case Source.UNKNOWN:
            return "未知"
        case _ as other:
            assert_never(other)


def title(preview: Preview) -> str:
    """示例市财政局2024年度上半年考核成绩预估."""
    return f"{preview.unit}{preview.year}年度{preview.period}考核成绩预估"


def basis(preview: Preview) -> str:
    return (
        f"依据《{preview.scheme.title}》，报送期限{day(preview.due)}，"
        f"台账截至{day(preview.as_of)}。预估不是考核结果。"
    )


HOW_TO_ASSUME = "（可用 --third-party 假定一个分数）"


def conclusions(preview: Preview, how: str = HOW_TO_ASSUME) -> list[str]:
    """The few sentences that a unit wants to read first; ``how`` says to whom a score is still unknown how
    to assume one."""
    out = []
    if preview.period_score is not None:
        out.append(
            f"本表{scored_by(preview)}{shown_points(preview.period_score)}分"
            f"（满分{shown_points(preview.full)}分）。"
        )
    if preview.outcome is not None:
        composite = format_decimals(
            preview.outcome.composite or 0, preview.scheme.rounding.decimals, pad=True
        )
        grade = f"，等次{preview.outcome.grade}" if preview.outcome.grade else ""
        out.append(f"按下列各部分成绩，综合成绩预估为{composite}分{grade}。")
        unit = preview.result.units[0]
        out += [f"{text}。" for text in kept_out_text(unit, preview.scheme)]
    elif preview.open_scores:
        names = score_names(preview)
        out.append(
            f"{names}得分还不知道，综合成绩{'和等次' if preview.scheme.grades else ''}要看它{how}。"
        )
    else:
        unknown = "、".join(_name(k) for k in preview.known if k.value is None)
        out.append(f"还缺{unknown or '一部分'}的成绩，不能预估综合成绩。")
    if preview.bands:
        out.append(f"{score_names(preview)}得分：{'；'.join(map(band_text, preview.bands))}。")
        if len(preview.bands) == 1:
            out.append(f"无论{score_names(preview)}得多少分，等次都是{preview.bands[0].grade}。")
    if preview.needed is not None:
        need = preview.needed
        if need.points is None:
            out.append(f"其余不变，{score_names(preview)}得满分也达不到{need.grade}。")
        else:
            out.append(
                f"其余不变，{score_names(preview)}达到{shown_points(need.points)}分即为{need.grade}。"
            )
    elif preview.outcome is not None and preview.outcome.grade:
        out.append("已是最高等次。")
    if preview.quota:
        out.append("本办法的等次另有名额限制，要看全体单位的排名，这里只按下限估计。")
    return out


def scored_by(preview: Preview) -> str:
    """Whose scores the form's own ones are: 自评, or 核查 once all of it is verified."""
    own = next(k for k in preview.known if (k.key, k.period) == (preview.component, preview.period))
    return "核查得分" if own.source == Source.VERIFIED else "自评"


def score_names(preview: Preview) -> str:
    """The scores that the bands go through: 第三方评估."""
    names = [preview.scheme.leaves()[key].title for key in preview.scores]
    return "、".join(names) + ("（同样的得分率）" if len(names) > 1 else "")


def band_text(band: Band) -> str:
    """92.35分以上为优秀, 59.02—92.34分为良好."""
    low, high = shown_points(band.low), shown_points(band.high)
    span = f"{low}分" if band.low == band.high else f"{low}—{high}分"
    return f"{span}为{band.grade or '未定'}"


def known_rows(preview: Preview) -> Rows:
    """部分, 成绩, 权重, 来源."""
    return [
        (
            _name(known),
            BLANK if known.value is None else amount_text(known.value, preview.scheme),
            _weight(preview, known),
            source_text(known.source, preview.as_of),
        )
        for known in preview.known
    ]


def _weight(preview: Preview, known: Known) -> str:
    """30%; of a period also what it is of the component: 40%，2期平均."""
    component = preview.scheme.leaves()[known.key]
    text = share_text(component, preview.group)
    if component.adds:
        return text
    if not isinstance(component, SelfAssessment) or len(component.periods) == 1:
        return text
    own = next(p.weight for p in component.periods if p.name == known.period)
    of = f"{len(component.periods)}期平均" if own is None else f"本期占{percent(own)}"
    return f"{text}，{of}"


def _name(known: Known) -> str:
    return f"{known.title}（{known.period}）" if known.period else known.title


def share(area: AreaPart) -> Fraction:
    """How much of what an area is worth was got, between 0 and 1."""
    got = area.got if area.cap is None else min(area.got, area.cap)
    return Fraction(got, area.points) if area.points else Fraction(0)


def area_text(area: AreaPart) -> str:
    """21.5/25."""
    got = area.got if area.cap is None else min(area.got, area.cap)
    return f"{shown_points(got)}/{shown_points(area.points)}"


def lack_text(lack: Lack) -> str:
    """2.3重大行政决策：没有自评分."""
    what = "没有自评分" if lack.score else "有得分而没有证明材料"
    return f"{lack.item.indicator}{lack.item.title}：{what}"


def improvement_rows(preview: Preview) -> Rows:
    """指标, 自评, 分值, 得满分可提高: the items that would give most."""
    out: Rows = []
    for shift in preview.improvements[:MOST_IMPROVEMENTS]:
        item = shift.items[0]
        out.append(
            (
                f"{item.indicator}{item.title}",
                shown_points(item.counted or 0),
                shown_points(item.points),
                _gain(preview, shift),
            )
        )
    return out


def _gain(preview: Preview, shift: Shift) -> str:
    if shift.gain is None:
        return BLANK
    return f"＋{format_decimals(shift.gain, preview.scheme.rounding.decimals, pad=True)}"


def threat_rows(preview: Preview) -> Rows:
    """台账编号, 整改期限, 逾期则综合成绩, 问题: what is still to be rectified."""
    decimals = preview.scheme.rounding.decimals
    out: Rows = []
    for shift in preview.threats:
        entry = shift.entries[0]
        cost = BLANK
        if shift.gain is not None:
            cost = f"－{format_decimals(-shift.gain, decimals, pad=True)}" if shift.gain else "不变"
        out.append((entry.entry, day(entry.deadline), cost, entry.description))
    return out


def undecided_texts(preview: Preview) -> list[str]:
    """Ledger rows that may still count, and why they do not yet."""
    scheme = preview.result.scheme
    return [
        f"{e.entry}：{e.description.rstrip('。')}。"
        f"{entry_reason(e, rule_of(scheme, e.component, e.rule), preview.as_of)}。"
        for e in preview.undecided
    ]
