"""Where a part's data come from: its table, and the columns that this scheme needs beyond the usual."""

from __future__ import annotations

from scoring.enums import Assessors, Counts, Scoring, Subordinates
from scoring.scheme import Ledger, Rule, Score, SelfAssessment
from scoring.scheme.ledger import Range
from scoring.wording.phrases import DEFAULT, default

Tabled = Ledger | SelfAssessment | Score


def sources(component: Tabled) -> list[str]:
    """A sentence for the table, and one for each thing that needs columns of its own."""
    table = f"{component.title}：考核文件夹中的“{component.table}”"
    if isinstance(component, Ledger):
        codes = "、".join(f"{rule.code}（{rule.title}）" for rule in component.rules)
        return [f"{table}，“扣分项”填编号或名称：{codes}", *_ledger(component)]
    if isinstance(component, SelfAssessment):
        return [f"{table}，每期一张考核表，以“核查得分”计分", *_forms(component)]
    if component.assessors == Assessors.ONE:
        return [f"{table}，每个考核对象一行，填“得分”"]
    return [f"{table}，每个考核对象、每名评委一行，填“评委”“得分”"]


def _ledger(ledger: Ledger) -> list[str]:
    out = []
    rules = ledger.rules
    verified = [rule for rule in rules if rule.counts == Counts.VERIFIED]
    if verified:
        out.append(f"{_of(verified)}填“核实结果”（属实、不属实、待核实），待核实的为缺项")
    overdue = [rule for rule in rules if rule.counts == Counts.OVERDUE]
    given = [rule for rule in overdue if rule.deadline is None]
    if given:
        out.append(f"{_of(given)}填“整改期限”，没有期限的为缺项；整改了的填“整改完成日期”")
    for event in dict.fromkeys(rule.deadline.event for rule in overdue if rule.deadline):
        of_event = [r for r in overdue if r.deadline is not None and r.deadline.event == event]
        out.append(f"{_of(of_event)}填“{event}”，期限由程序推算；完成了的填“整改完成日期”")
    held = [rule for rule in rules if rule.counts == Counts.MINIMUM]
    if held:
        out.append(f"{_of(held)}每办一次登记一行，年末数有几行")
    ranged: dict[str, list[Rule]] = {}
    for rule in rules:
        if rule.ranged:
            ranged.setdefault("、".join(_ranged_groups(rule)), []).append(rule)
    for groups, of_groups in ranged.items():
        whose = f"{groups}的" if groups else ""
        out.append(f"{_of(of_groups)}{whose}每行在“分值”写明扣（加）几分")
    repeated = [rule for rule in rules if rule.repeat is not None]
    if repeated:
        out.append(f"{_of(repeated)}“同一问题”写法相同的，算同一问题")
    if all(rule.subordinates == Subordinates.LISTED for rule in rules):
        unsaid = DEFAULT if any(default(rule, "subordinates") for rule in rules) else ""
        out.append(f"所属单位的问题只列出、不计分{unsaid}")
    return out


def _ranged_groups(rule: Rule) -> list[str]:
    """The groups whose rows state their points, where not those of all groups do."""
    said = rule.points_by
    if not isinstance(said, dict) or all(isinstance(own, Range) for own in said.values()):
        return []
    return [group for group, own in said.items() if isinstance(own, Range)]


def _of(rules: list[Rule]) -> str:
    return f"编号{'、'.join(rule.code for rule in rules)}的，"


def _forms(component: SelfAssessment) -> list[str]:
    out = []
    items = component.items()
    for way, columns in (
        (Scoring.FRACTION, "“完成数”“应完成数”，核查人填“核查完成数”“核查应完成数”"),
        (Scoring.EACH, "“问题数”，核查人填“核查问题数”"),
    ):
        codes = [leaf.code for leaf in items if leaf.scoring == way]
        if codes:
            out.append(f"指标{'、'.join(codes)}，单位填{columns}，以核查的数计分")
    if component.late is not None:
        out.append("考核表上方写明“报送日期”，以计算迟报几天")
    return out
