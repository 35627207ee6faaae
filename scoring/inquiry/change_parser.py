"""What a person asks for in words, as changes: 撤销 a row, 甲县:第三方=91, 甲县:上半年:2.3=4.

Names are found as everywhere: whole, short, or a part that only one has. What does not lead to one
change says what to write instead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from scoring.enums import Assessors, Scoring
from scoring.inquiry.changes import Change, Rectify, Revoke, SetItem, SetScore
from scoring.intake.cells import CellError, read_points, says_not_applicable
from scoring.lookup.periods import meant_names, period_names, self_assessments
from scoring.lookup.text import fold
from scoring.lookup.units import UnitError, UnitList
from scoring.points import format_points
from scoring.problems import nearest
from scoring.scheme import Leaf, Ledger, Scheme, Score, SelfAssessment
from scoring.tables import AppealRow, EntryRow, Tables, Verified


class ChangeError(ValueError):
    """A wish that does not lead to one change; the message says what to write instead."""


def revoke(scheme: Scheme, entries: Sequence[EntryRow], number: str, known: date | None) -> Revoke:
    """The ledger row of that 台账编号 revoked; one whose revocation is known by the day ``known``
    (None: whenever it was made) cannot be revoked again."""
    row = _entry(scheme, entries, number)
    if row.revoked is not None and (known is None or row.revoked <= known):
        raise ChangeError(f"{row.entry}已于{row.revoked}撤销")
    return Revoke(row.component, row.entry)


def rectify(scheme: Scheme, entries: Sequence[EntryRow], number: str, day: date) -> Rectify:
    """The ledger row of that 台账编号 rectified on ``day``."""
    row = _entry(scheme, entries, number)
    if day < row.found:
        raise ChangeError(f"{row.entry}的整改完成日期不能早于发现日期{row.found}")
    return Rectify(row.component, row.entry, day)


def grant(
    scheme: Scheme,
    tables: Tables,
    appeals: Sequence[AppealRow],
    text: str,
    known: date | None,
) -> Change:
    """What an appeal asks for, by its number: the ledger row revoked, or the item given what the unit
    put down itself; 编号=值 says another score. Appeals made after the day ``known`` are not there."""
    said, _, value = text.replace("＝", "=").partition("=")
    there = [row for row in appeals if known is None or row.made <= known]
    found = next((row for row in there if fold(row.number) == fold(said)), None)
    if found is None:
        near = nearest(said, {row.number for row in there}, most=3)
        guess = f"，最相近的是{'、'.join(near)}" if near else ""
        raise ChangeError(f"没有编号为{said}的申诉{guess}")
    if found.entry is not None:
        if value:
            raise ChangeError(f"申诉{found.number}涉及台账编号{found.entry}，不用写得分")
        title = scheme.leaves()[found.component].title
        return revoke(scheme, tables.entries, f"{title}:{found.entry}", known)
    return _granted_item(scheme, tables, found, value)


def _granted_item(scheme: Scheme, tables: Tables, appeal: AppealRow, value: str) -> SetItem:
    at = (appeal.component, appeal.unit, appeal.period, appeal.indicator)
    group = next(row.group for row in tables.units if row.unit == appeal.unit)
    form = self_assessments(scheme.seen_from(group))[appeal.component]
    leaf = next(leaf for leaf in form.items(group) if leaf.code == appeal.indicator)
    assert appeal.period is not None
    if value:
        found = _value(leaf, value)
        return SetItem(appeal.component, appeal.unit, appeal.period, leaf.code, found)
    item = next(
        (i for i in tables.items if (i.component, i.unit, i.period, i.indicator) == at), None
    )
    own = Verified(
        verified_score=item.self_score if item else None,
        done=item.self_done if item else None,
        of=item.self_of if item else None,
        faults=item.self_faults if item else None,
    )
    if own == Verified():
        raise ChangeError(
            f"指标{leaf.code}没有自评分，请写明申诉后的得分，如 --appeal {appeal.number}=4"
        )
    return SetItem(appeal.component, appeal.unit, appeal.period, leaf.code, own)


def _entry(scheme: Scheme, entries: Sequence[EntryRow], number: str) -> EntryRow:
    wanted, ledger = number, None
    if ":" in fold(number):
        ledger, wanted = re.split("[:：]", number, maxsplit=1)
    found = {
        (row.component, row.entry): row
        for row in entries
        if fold(row.entry) == fold(wanted)
        and (ledger is None or row.component in _components(scheme, ledger, Ledger))
    }
    if len(found) == 1:
        return next(iter(found.values()))
    leaves = scheme.leaves()
    if found:
        where = "、".join(f"{leaves[key].title}:{wanted}" for key, _ in found)
        raise ChangeError(f"台账编号{wanted}在几个台账中都有，请写成 {where} 之一")
    near = nearest(wanted, {row.entry for row in entries}, most=3)
    guess = f"，最相近的是{'、'.join(near)}" if near else ""
    raise ChangeError(f"台账中没有编号{wanted}{guess}")


def setting(scheme: Scheme, units: UnitList, text: str) -> Change:
    """单位:什么=值 as a change: a score handed in whole (甲县:第三方=91; of one of several
    assessors 甲县:专家评审:专家1=91), or a verified item (甲县:上半年:2.3=4)."""
    name, said, value = _split(text)
    try:
        unit = units.pick(name)
    except UnitError as error:
        raise ChangeError(str(error)) from None
    what = [part.strip() for part in re.split("[:：]", said)]
    scores = _components(scheme, what[0], Score)
    if scores and len(what) <= 2:
        key = _one(scheme, scores, what[0])
        return _score(scheme.seen_from(unit.group), key, unit.name, what[1:], value)
    return _item(scheme, unit.name, unit.group, what, value)


def _split(text: str) -> tuple[str, str, str]:
    match = re.fullmatch(r"\s*(.+?)\s*[:：]\s*(.+?)\s*[=＝]\s*(.+?)\s*", text)
    if match is None:
        raise ChangeError(f"“{text}”应写成 单位:什么=值，如 甲县:第三方=91 或 甲县:上半年:2.3=4")
    return match[1], match[2], match[3]


def _components(
    scheme: Scheme, name: str, kind: type[Ledger | SelfAssessment | Score]
) -> list[str]:
    """The tables of the scheme that a name means: key, title or table, whole or a part of it."""
    known = {key: c for key, c in scheme.leaves().items() if isinstance(c, kind)}
    wanted = fold(name)
    exact = [k for k, c in known.items() if wanted in (fold(k), fold(c.title), fold(c.table))]
    return exact or [
        k
        for k, c in known.items()
        if wanted and (wanted in fold(c.title) or wanted in fold(c.table))
    ]


def _one(scheme: Scheme, keys: list[str], name: str) -> str:
    if len(keys) > 1:
        titles = "、".join(scheme.leaves()[key].title for key in keys)
        raise ChangeError(f"“{name}”可以是{titles}，请写全")
    return keys[0]


def _score(scheme: Scheme, key: str, unit: str, assessor: list[str], value: str) -> SetScore:
    component = scheme.leaves().get(key)
    if component is None:
        raise ChangeError(f"这一部分不适用于“{unit}”所在的类别")
    assert isinstance(component, Score)
    points = _points(value, component.full)
    if component.assessors == Assessors.ONE:
        return SetScore(key, unit, points)
    if not assessor:
        raise ChangeError(
            f"{component.title}有几名评委，请写明是哪一名，如 {unit}:{component.title}:评委1={value}"
        )
    return SetScore(key, unit, points, assessor[0])


def _points(value: str, full: int) -> int:
    try:
        points = read_points(value, 0, full)
    except CellError:
        points = None
    if points is None:
        raise ChangeError(f"“{value}”应为0到{format_points(full)}的数字，最多4位小数")
    return points


def _item(scheme: Scheme, unit: str, group: str, what: list[str], value: str) -> SetItem:
    forms = self_assessments(scheme)
    if not forms or not 2 <= len(what) <= 3:
        raise ChangeError(f"“{':'.join(what)}”应为{_could_be(scheme)}")
    if len(what) == 3:
        keys = _components(scheme, what[0], SelfAssessment)
        if not keys:
            raise ChangeError(f"没有“{what[0]}”，应为{'、'.join(c.title for c in forms.values())}")
        forms = {key: forms[key] for key in keys}
    period_text, code = what[-2:]
    found = [
        (key, name)
        for key, component in forms.items()
        for name in meant_names([p.name for p in component.periods], period_text)
    ]
    if len(found) != 1:
        names = "、".join(period_names(forms.values()))
        raise ChangeError(f"“{period_text}”应为期次之一：{names}；也可以写{_could_be(scheme)}")
    key, period = found[0]
    leaves = {fold(leaf.code): leaf for leaf in forms[key].items(group)}
    leaf = leaves.get(fold(code))
    if leaf is None:
        codes = "、".join(leaf.code for leaf in leaves.values())
        raise ChangeError(f"没有指标{code}，{group}的指标编号有{codes}")
    return SetItem(key, unit, period, leaf.code, _value(leaf, value))


def _could_be(scheme: Scheme) -> str:
    scores = [c.title for c in scheme.leaves().values() if isinstance(c, Score)]
    wanted = [*scores, "期次:指标编号（如 上半年:2.3）"]
    return "、".join(wanted)


def _value(leaf: Leaf, text: str) -> Verified:
    """What the verifier is said to have found: points, 良, 30/40, or a number of 问题."""
    if says_not_applicable(text):
        return Verified(not_applicable=True)
    if leaf.scoring == Scoring.OPTIONS:
        options = {fold(name): points for name, points in (leaf.indicator.options or {}).items()}
        if fold(text) not in options:
            raise ChangeError(f"指标{leaf.code}应为{'、'.join(leaf.indicator.options or ())}之一")
        return Verified(verified_score=options[fold(text)])
    if leaf.scoring == Scoring.FRACTION:
        match = re.fullmatch(r"(\d+)/(\d+)", fold(text))
        if match is None or int(match[2]) < max(int(match[1]), 1):
            raise ChangeError(f"指标{leaf.code}按比例得分，应写成 完成数/应完成数，如 30/40")
        return Verified(done=int(match[1]), of=int(match[2]))
    if leaf.scoring == Scoring.EACH:
        if not fold(text).isdecimal():
            raise ChangeError(f"指标{leaf.code}按问题数扣分，应写问题的个数，如 3")
        return Verified(faults=int(fold(text)))
    return Verified(verified_score=_points(text, leaf.full))
