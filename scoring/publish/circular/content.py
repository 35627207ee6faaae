"""通报: what the circular says, as plain values, composed from a result and the year's settings.

How it looks is the templates' matter (``circular_docx``, ``circular_html``). What the settings do
not give stands as a visible blank to fill in by hand; no fact is invented.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from scoring.enums import Effect, Said
from scoring.intake.assessment import Assessment
from scoring.intake.settings import CircularSettings, Fonts, Requirement
from scoring.intake.templates import TemplateFile
from scoring.points import format_decimals, format_points
from scoring.problems import mistakes
from scoring.publish.circular.annex_table import Annex, compose_annex
from scoring.publish.circular.requirements import REQUIREMENTS, default_requirements
from scoring.rules.forms import SCORED
from scoring.rules.grading import takes_part
from scoring.rules.ledger import COUNTED
from scoring.scheme import Component, Grade, Ledger, Scheme, SelfAssessment
from scoring.score import EntryResult, ItemResult, Result, UnitResult
from scoring.wording.numbers import PROVISIONAL, day, units_text
from scoring.wording.official import (
    FILL,
    SPACE,
    document_number,
    mean_text,
    numeral,
    official,
    paragraphs,
    percent,
    title_lines,
)
from scoring.wording.scheme import quota_text, rule_of, worth_text

_MOST_WEAK_AREAS = 3

Style = Literal["text", "subheading"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; a ``subheading`` is a heading of the second level, （一）."""

    text: str
    style: Style = "text"


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the text under a heading of the first level, 一、."""

    heading: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Circular:
    """通报, element by element as GB/T 9704—2012 names them, in the order of the page."""

    letterhead: str
    number: str
    title: str
    title_lines: tuple[str, ...]
    recipients: str
    opening: tuple[str, ...]
    sections: tuple[Section, ...]
    annex: Annex
    issuer: str
    date: str
    copies: tuple[str, ...]
    printed_by: str
    printed_on: str
    provisional: bool
    fonts: Fonts = field(default_factory=Fonts)

    @property
    def attachment_note(self) -> str:
        """附件说明, without its label."""
        return self.annex.title

    @property
    def mark(self) -> str:
        """What every page of a provisional circular bears; empty for a final one."""
        return f"{PROVISIONAL}稿，不得印发" if self.provisional else ""


def compose(result: Result, assessment: Assessment) -> Circular:
    """The circular of a result. Reads nothing but the default requirements in ``templates/``, where
    the office has none of its own; raises TemplateFaultError where that text has faults."""
    scheme, given = result.scheme, assessment.settings.circular
    title, lines = _title(result, given)
    weak, own_text = _weak_areas(result), assessment.templates.get(REQUIREMENTS)
    issuer = given.issuer or FILL
    copies = scheme.copies if given.copies is None else given.copies
    year = given.date.year if given.date else result.year + 1
    date = day(given.date) or f"{year}年{SPACE}月{SPACE}日"
    return Circular(
        letterhead=given.letterhead or f"{issuer}文件",
        number=document_number(given.number or f"××〔{year}〕{SPACE * 2}号"),
        title=title,
        title_lines=lines,
        recipients=official("，".join(given.recipients) or FILL).rstrip("：") + "：",
        opening=(*_provisional_note(result, assessment), *_opening(result, given)),
        sections=_sections(
            ("总体情况", (*_overview(result), *_texts(given.overview))),
            ("考核结果", tuple(_grades(result))),
            ("存在问题", (*_problems(result, weak), *_texts(given.problems))),
            ("下一步工作要求", tuple(_requirements(result, given.requirements, weak, own_text))),
        ),
        annex=compose_annex(result, assessment),
        issuer=issuer,
        date=date,
        copies=tuple(official(name) for name in copies),
        printed_by=given.printed_by or issuer,
        printed_on=day(given.printed_on) or date,
        provisional=not result.final,
        fonts=given.fonts,
    )


def _sections(*parts: tuple[str, tuple[Paragraph, ...]]) -> tuple[Section, ...]:
    """The parts that have a text, numbered."""
    filled = [part for part in parts if part[1]]
    return tuple(
        Section(f"{numeral(number)}、{heading}", texts)
        for number, (heading, texts) in enumerate(filled, 1)
    )


def _provisional(result: Result, text: str) -> str:
    return "" if result.final else text.format(PROVISIONAL)


def _texts(text: str | None) -> tuple[Paragraph, ...]:
    return tuple(Paragraph(line) for line in paragraphs(text))


def _title(result: Result, given: CircularSettings) -> tuple[str, tuple[str, ...]]:
    """The title and its lines: as the office broke it, else broken where a phrase ends."""
    draft = _provisional(result, "（{}稿）")
    if given.title:
        own = paragraphs(given.title)
        title = "".join(own) + draft
        if len(own) > 1:
            return title, (*own[:-1], own[-1] + draft)
        return title, title_lines(title, given.issuer or "")
    about = f"关于{result.year}年度{result.scheme.subject}考核情况的通报"
    title = official((given.issuer or "") + about) + draft
    return title, title_lines(title, given.issuer or "")


def _groups(result: Result) -> list[tuple[str, list[UnitResult]]]:
    """The groups that have units, as the scheme orders them."""
    groups = ((group, result.in_group(group)) for group in result.scheme.groups)
    return [(group, units) for group, units in groups if units]


def _tally(pairs: Iterable[tuple[str, int]]) -> str:
    return "、".join(f"{name}{count}个" for name, count in pairs)


# ---------------------------------------------------------------- 开头


def _provisional_note(result: Result, assessment: Assessment) -> list[str]:
    if result.final:
        return []
    lacking = [unit for unit in result.units if unit.gaps]
    wrong = len(mistakes(assessment.problems))
    text = f"本稿为{PROVISIONAL}稿，仅供内部核对，不得印发。"
    if lacking:
        gaps = sum(len(unit.gaps) for unit in lacking)
        text += f"截至{day(result.as_of)}，有{len(lacking)}个单位的成绩存在缺项，共{gaps}处。"
    if wrong:
        text += f"{'另' if lacking else ''}有{wrong}处数据问题尚未改正。"
    places = "、排名和等次" if result.scheme.grades else "和排名"
    return [text + f"文中成绩{places}均为{PROVISIONAL}。"]


def _opening(result: Result, given: CircularSettings) -> tuple[str, ...]:
    if given.opening:
        return paragraphs(given.opening)
    scheme = result.scheme
    basis = scheme.title if scheme.title.startswith("《") else f"《{scheme.title}》"
    assessed = "、".join(units_text(len(units), group) for group, units in _groups(result))
    adding = "、".join(_title_of(c) for c in scheme.components.values() if c.adds)
    added = f"，另计{adding}" if adding else ""
    ledgers = "、".join(c.title for c in scheme.leaves().values() if isinstance(c, Ledger))
    until = f"{ledgers}截至{day(result.as_of)}。" if ledgers else ""
    texts = (
        f"根据{basis}，对{assessed}{result.year}年度{scheme.subject}进行了考核。"
        "现将考核情况通报如下。",
        f"{_made_of(scheme)}{added}。{until}{_grade_bounds(scheme)}",
    )
    return tuple(official(text) for text in texts)


def _title_of(component: Component) -> str:
    """A part's title, with the groups that have it where not all do."""
    groups = component.groups
    return f"{component.title}（{'、'.join(groups)}）" if groups else component.title


def _made_of(scheme: Scheme) -> str:
    """What the composite is made of; a single part is not made a share of 100%."""
    parts = {key: c for key, c in scheme.components.items() if not c.adds}
    if len(parts) == 1:
        only = next(iter(parts.values()))
        return f"综合考核成绩按{only.title.removesuffix('成绩')}成绩确定"
    weighed = "、".join(f"{part.title}（{_weight(scheme, key)}）" for key, part in parts.items())
    return f"综合考核成绩由{weighed}组成"


def _weight(scheme: Scheme, key: str) -> str:
    """占30%; where groups differ, 县区占30%，部门占40%."""
    component = scheme.components[key]
    if isinstance(component.weight, Mapping):
        shares = (f"{group}占{format_points(w)}%" for group, w in component.weight.items())
        return "，".join(shares)
    text = worth_text(scheme, key)
    return text if component.weight is None else f"占{text}"


def _grade_bounds(scheme: Scheme) -> str:
    """考核等次分为优秀（90分以上）、…: every lower bound is inclusive."""
    if not scheme.grades:
        return "考核不分等次，各类别分别排名。"
    if isinstance(scheme.grades, Mapping):
        lists = "；".join(f"{group}{_bounds(grades)}" for group, grades in scheme.grades.items())
        return f"考核等次：{lists}。"
    return f"考核等次分为{_bounds(scheme.grades)}。"


def _bounds(grades: Sequence[Grade]) -> str:
    bounds, above = [], None
    for grade in grades:
        lower = None if grade.lower is None else format_points(grade.lower)
        parts = []
        if lower is not None and grade is not grades[-1]:
            parts.append(f"{lower}分以上" + (f"不满{above}分" if above else ""))
        elif grade is grades[-1] and above and all(g.quota is None for g in grades):
            parts.append(f"不满{above}分")
        if grade.quota is not None:
            parts.append(quota_text(grade.quota))
        bounds.append(f"{grade.name}（{'，'.join(parts)}）" if parts else grade.name)
        above = lower if grade.quota is None else None
    return "、".join(bounds)


# ---------------------------------------------------------------- 一、总体情况


def _overview(result: Result) -> list[Paragraph]:
    groups = _groups(result)
    total = f"本次共考核{len(result.units)}个单位"
    if len(groups) > 1:
        total += f"，其中{_tally((group, len(units)) for group, units in groups)}"
    texts = [_said(total, _grade_counts(result, result.units))]
    decimals = result.scheme.rounding.decimals
    for group, units in groups:
        unranked = [unit for unit in units if unit.unranked]
        scored = [unit for unit in units if unit.composite is not None]
        counts = [u.composite for u in scored if u.composite is not None and not u.unranked]
        text = f"{group}{len(units)}个，"
        if unranked:
            why = {
                c.said for u in unranked for c in u.held if not takes_part(result.scheme, group, c)
            }
            said = "被一票否决，不参加排名" if why == {Said.VETO} else "不参加排名"
            text += f"其中{len(unranked)}个{said}；其余"
        if counts:
            text += "" if len(scored) == len(units) else f"其中{len(scored)}个已有成绩，"
            text += _score_range(counts, decimals) + _provisional(result, "（{}）") + "。"
        texts.append(_said(text, "" if len(groups) == 1 else _grade_counts(result, units)))
    return [Paragraph(official(text)) for text in texts]


def _said(*texts: str) -> str:
    """Sentences, each with its full stop; those that are empty are left out."""
    return "".join(f"{text.removesuffix('。')}。" for text in texts if text)


def _score_range(counts: Sequence[int], decimals: int) -> str:
    most, least = (format_decimals(f(counts), decimals, pad=True) for f in (max, min))
    if len(counts) == 1:
        return f"综合考核成绩{most}分"
    return f"综合考核平均成绩{mean_text(counts, decimals)}分，最高{most}分，最低{least}分"


def _grade_counts(result: Result, units: Sequence[UnitResult]) -> str:
    """考核等次为优秀3个、良好9个, and how many have none yet."""
    graded = [
        (name, count)
        for name in result.scheme.grade_names()
        if (count := sum(unit.grade == name for unit in units))
    ]
    open_ = sum(not unit.decided for unit in units)
    what = "等次" if result.scheme.grades else "排名"
    text = f"{_provisional(result, '{}')}考核等次为{_tally(graded)}" if graded else ""
    if open_:
        text += f"{'，另有' if graded else ''}{open_}个单位因缺项未定{what}"
    return text


# ---------------------------------------------------------------- 二、考核结果


def _grades(result: Result) -> Iterable[Paragraph]:
    """By grade, best first, within it by group, the units in print order."""
    number = 0
    if not result.scheme.grades:
        yield from _ranking(result)
    for grade in [*result.scheme.grade_names(), None] if result.scheme.grades else []:
        units = [unit for unit in result.units if unit.grade == grade]
        if not units:
            continue
        number += 1
        name = "因缺项未定等次" if grade is None else _provisional(result, "{}") + grade
        heading = f"（{numeral(number)}）{name}（{len(units)}个）"
        yield Paragraph(official(heading), "subheading")
        for group, _ in _groups(result):
            members = [unit.unit for unit in units if unit.group == group]
            if members:
                yield Paragraph(official(f"{group}（{len(members)}个）：{'、'.join(members)}。"))
    where = "各单位综合考核成绩、各部分成绩和排名见附件。"
    if not result.final:
        lacking = any(unit.gaps for unit in result.units)
        where += f"{'缺项补齐后，' if lacking else ''}以正式结果为准。"
    yield Paragraph(where)


def _ranking(result: Result) -> Iterable[Paragraph]:
    """The units of each group in rank order, where there are no grades."""
    for number, (group, units) in enumerate(_groups(result), 1):
        heading = f"（{numeral(number)}）{group}（{len(units)}个）"
        yield Paragraph(official(heading), "subheading")
        ranked: dict[int, list[str]] = {}
        for unit in units:
            if unit.rank is not None:
                ranked.setdefault(unit.rank, []).append(unit.unit)
        places = [
            f"第{rank}名{'（并列）' if len(names) > 1 else ''}{'、'.join(names)}"
            for rank, names in ranked.items()
        ]
        kept_out = [unit.unit for unit in units if unit.unranked]
        open_ = [unit.unit for unit in units if not unit.decided and not unit.unranked]
        texts = [_provisional(result, "{}排名：") + "；".join(places)] if places else []
        texts += [f"不参加排名：{'、'.join(kept_out)}"] if kept_out else []
        texts += [f"因缺项未定排名：{'、'.join(open_)}"] if open_ else []
        yield Paragraph(official("；".join(texts) + "。"))


# ---------------------------------------------------------------- 三、存在问题


@dataclass(frozen=True, slots=True)
class _Weak:
    """An area of a self-assessment with the share of its points that was obtained, and its
    weakest indicator where one is weaker than the area."""

    component: str
    area: str
    share: Fraction
    indicator: str | None
    indicator_share: Fraction


def _weak_areas(result: Result) -> list[_Weak]:
    """The areas with the lowest shares: at most three of a component, at most half of them."""
    weak: list[_Weak] = []
    for key, component in result.scheme.leaves().items():
        if not isinstance(component, SelfAssessment):
            continue
        scored = [i for i in result.items if i.component == key and i.status == SCORED]
        found = []
        indicators = _indicators_of(result.scheme, key)
        areas = dict.fromkeys(area for area, _, _ in indicators)
        for area in areas:
            items = [item for item in scored if item.area == area]
            if not items or (share := _share(items)) >= 1:
                continue
            by_indicator = [
                (_share(of_one), title)
                for own, code, title in indicators
                if own == area
                and (of_one := [i for i in items if (i.indicator, i.title) == (code, title)])
            ]
            least = min(by_indicator, key=lambda pair: pair[0])
            name = least[1] if least[0] < share else None
            found.append(_Weak(key, area, share, name, least[0]))
        most = min(_MOST_WEAK_AREAS, (len(areas) + 1) // 2)
        weak.extend(sorted(found, key=lambda w: w.share)[:most])
    return weak


def _indicators_of(scheme: Scheme, key: str) -> list[tuple[str, str, str]]:
    """The indicators of a form in the order of the scheme, by area, code and title: those of groups that
    have trees of their own need not be the same under one code."""
    forms = [(group, own.leaves().get(key)) for group, own in scheme.views().items()]
    found = (
        (leaf.area, leaf.code, leaf.title)
        for group, form in forms
        if isinstance(form, SelfAssessment)
        for leaf in form.items(group)
    )
    return list(dict.fromkeys(found))


def _share(items: Sequence[ItemResult]) -> Fraction:
    return Fraction(sum(i.counted or 0 for i in items), sum(i.points for i in items))


def _problems(result: Result, weak: Sequence[_Weak]) -> Iterable[Paragraph]:
    number = 0
    for key, component in result.scheme.leaves().items():
        texts: list[str] = []
        if isinstance(component, Ledger):
            losing = {rule.code for rule in component.rules if rule.effect == Effect.DEDUCT}
            if not losing:
                continue  # A ledger that only wins points holds no problems.
            rows = [
                entry
                for entry in result.entries
                if entry.component == key and entry.status == COUNTED and entry.rule in losing
            ]
            lacking = any(gap.component == key for unit in result.units for gap in unit.gaps)
            texts = list(_ledger_problems(component, rows, lacking=lacking))
        elif isinstance(component, SelfAssessment):
            texts = list(_area_problems([w for w in weak if w.component == key]))
        if texts:
            number += 1
            yield Paragraph(f"（{numeral(number)}）{official(component.title)}方面", "subheading")
            yield from (Paragraph(official(text)) for text in texts)


def _ledger_problems(
    ledger: Ledger, rows: Sequence[EntryResult], *, lacking: bool
) -> Iterable[str]:
    """Rule by rule, most rows first; where the ledger has gaps, only what is known is said."""
    if not rows:
        yield "台账有缺项，扣分的问题未定。" if lacking else "没有计入扣分的问题。"
        return
    by_rule = {rule.code: [row for row in rows if row.rule == rule.code] for rule in ledger.rules}
    rules = sorted(ledger.rules, key=lambda rule: -len(by_rule[rule.code]))
    counted = [rule for rule in rules if by_rule[rule.code]]
    yield f"计入扣分的问题共{len(rows)}个，涉及{_units(rows)}个单位。" + (
        "按问题数量排列如下：" if len(counted) > 1 else ""
    )
    for number, rule in enumerate(counted, 1):
        own = by_rule[rule.code]
        text = f"{number}." if len(counted) > 1 else ""
        text += f"{rule.title}：{len(own)}个，涉及{_units(own)}个单位。"
        yield text


def _units(rows: Iterable[EntryResult]) -> int:
    return len({row.charged_unit for row in rows})


def _area_problems(weak: Sequence[_Weak]) -> Iterable[str]:
    if weak:
        yield "从核查情况看，得分率（核查得分占应得分值的比例）最低的内容依次是："
    for number, area in enumerate(weak, 1):
        text = f"{number}.{area.area}：得分率{percent(area.share)}"
        if area.indicator:
            text += f"，其中{area.indicator}最低，为{percent(area.indicator_share)}"
        yield f"{text}。"


# ---------------------------------------------------------------- 四、下一步工作要求


def _requirements(
    result: Result,
    given: Sequence[Requirement] | None,
    weak: Sequence[_Weak],
    file: TemplateFile | None,
) -> Iterable[Paragraph]:
    if given is None:
        own = default_requirements(file, _requirement_words(result, weak))
    else:
        own = [(requirement.title, requirement.text) for requirement in given]
    for number, (title, text) in enumerate(own, 1):
        yield Paragraph(f"（{numeral(number)}）{official(title)}", "subheading")
        yield from _texts(text)


def _requirement_words(result: Result, weak: Sequence[_Weak]) -> dict[str, str | None]:
    areas = "、".join(dict.fromkeys(area.area for area in weak))
    return {
        "{工作}": result.scheme.subject,
        "{年度}": str(result.year),
        "{下一年度}": str(result.year + 1),
        "{薄弱内容}": f"{areas}等得分率相对较低的内容" if areas else None,
        "{问题}": f"考核中发现的{count}个问题" if (count := _counted(result)) else None,
    }


def _counted(result: Result) -> int:
    """How many ledger rows cost points."""
    leaves = result.scheme.leaves()
    return sum(
        entry.status == COUNTED
        and rule_of(result.scheme, entry.component, entry.rule).effect == Effect.DEDUCT
        for entry in result.entries
        if isinstance(leaves[entry.component], Ledger)
    )
