"""Random sound schemes over everything that the model can say, and random years that fit them.

A scheme is drawn as what a YAML file would say. Few different numbers are drawn on purpose: equal
scores, halves at the last decimal and scores on a bound are the rule here, not the exception.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from scoring.points import format_points
from scoring.scheme import Ledger, Scheme, Score, SelfAssessment
from scoring.scheme.ledger import Range
from tests.algebra_oracle import of, outcome

Spec = dict[str, Any]
Rows = dict[str, list[dict[str, Any]]]
Draw = st.DrawFn

YEAR = 2024
LAST_DAY = date(YEAR, 12, 31)
GRADES = ("优秀", "良好", "合格", "不合格")
UNITS = {"甲县": "县区", "乙县": "县区", "丙县": "县区", "丁县": "县区", "戊县": "县区",
         "财政局": "部门", "教育局": "部门", "民政局": "部门"}  # fmt: skip
SUBORDINATES = {"甲县教育局": "甲县", "乙县公安局": "乙县"}

often = st.sampled_from([True, True, True, False])
seldom = st.sampled_from([False, False, False, True])
rarely = st.sampled_from([False] * 9 + [True])
roundings = st.fixed_dictionaries(
    {"decimals": st.sampled_from([0, 1, 1, 2, 2, 4]), "method": st.sampled_from(["half_up", "half_even"])}
)  # fmt: skip
missings = st.sampled_from(["refuse", "refuse", "zero", "reweight"])


@dataclass(frozen=True)
class Year:
    """A scheme, what came in, and the day as of which it is judged."""

    scheme: Scheme
    rows: Rows
    as_of: date


def pick(draw: Draw, *values: Any) -> Any:
    return draw(st.sampled_from(values))


def cut(draw: Draw, worth: int, count: int, pieces: int = 10) -> list[int]:
    """``worth`` in ``count`` parts, each some tenths of it."""
    cuts = sorted(draw(st.sets(st.integers(1, pieces - 1), min_size=count - 1, max_size=count - 1)))
    edges = [0, *cuts, pieces]
    return [worth * (b - a) // pieces for a, b in pairwise(edges)]


def put_gates_in_order(
    draw: Draw, spec: Spec, components: Mapping[str, Spec], others: Sequence[str] = ()
) -> None:
    """Say which of several gates, and of ``others`` that set or stop something, comes first."""
    gated = [*(key for key, component in components.items() if "gate" in component), *others]
    if len(gated) > 1:
        spec["precedence"] = list(draw(st.permutations(gated)))


def add_up(draw: Draw, spec: Spec) -> None:
    """Make a scheme of weights one that adds up points."""
    total = Decimal(0)
    for component in spec["components"].values():
        if component.pop("weight", None) is None:
            continue
        if component["kind"] == "combined":
            component["full"] = pick(draw, 30, 50)
        total += Decimal(component.get("full", 100))
    spec["full"] = str(total)


def vary_by_group(draw: Draw, spec: Spec, groups: Sequence[str]) -> None:
    """Make points, caps, bounds and whole parts of a scheme differ by group."""

    def vary(holder: Spec, name: str, by: Any = 1) -> None:
        value = holder.get(name)
        if value is None or isinstance(value, dict) or not draw(st.booleans()):
            return
        other = int(value) + by if name == "minimum" else str(Decimal(value) + Decimal(by))
        holder[name] = {groups[0]: value, groups[1]: other}

    parts = spec["components"]
    if "full" in spec:
        # One part that only one group has, and full points by group.
        mine = [key for key, c in parts.items() if not c.get("adds")]
        if len(mine) > 1:
            alone = pick(draw, *mine)
            parts[alone]["groups"] = [groups[0]]
            worth = Decimal(str(parts[alone].get("full", 100)))
            spec["full"] = {groups[0]: spec["full"], groups[1]: str(Decimal(spec["full"]) - worth)}
    else:
        weighed = {key: c for key, c in parts.items() if "weight" in c}
        if len(weighed) > 1:
            alone, heir = draw(st.permutations(list(weighed)))[:2]
            own, more = ({g: Decimal(str(w[g] if isinstance(w, dict) else w)) for g in groups}
                         for w in (parts[alone]["weight"], parts[heir]["weight"]))  # fmt: skip
            parts[alone] |= {"groups": [groups[0]], "weight": {groups[0]: str(own[groups[0]])}}
            whole = {groups[0]: more[groups[0]], groups[1]: more[groups[1]] + own[groups[1]]}
            parts[heir]["weight"] = {group: str(share) for group, share in whole.items()}
    for component in parts.values():
        if component.get("adds") and draw(seldom):
            component["groups"] = [pick(draw, *groups)]
    for key, component in parts.items():
        for group in component.get("groups", ()):
            parts[key] = narrowed(component, group, groups)
    for _, component in _walk({k: c for k, c in parts.items() if "groups" not in c}):
        for rule in component.get("rules", ()):
            if not rule.get("groups"):
                for name in ("points", "cap", "minimum"):
                    vary(rule, name)
        for category in component.get("categories", ()):
            vary(category, "cap", "0.5")
        vary(component, "gate", 10)
        if component["kind"] == "ledger":
            vary(component, "ceiling", 2)
            vary(component, "floor", -3)
        if component["kind"] == "score" and "full" not in spec:
            vary(component, "full", 20)


def narrowed(value: Any, group: str, groups: Sequence[str]) -> Any:
    """A spec in which what is said by group is said of one only."""
    if isinstance(value, dict):
        if set(value) == set(groups):
            return {group: value[group]}
        return {key: narrowed(inner, group, groups) for key, inner in value.items()}
    if isinstance(value, list):
        inside = [v if not isinstance(v, dict) else {**v} for v in value]
        for one in inside:
            if isinstance(one, dict):
                one.pop("groups", None)
        return [narrowed(one, group, groups) for one in inside]
    return value


class Maker:
    """Draws one scheme. ``groups`` and ``grades`` are fixed first; keys are counted."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.groups = list(dict.fromkeys(UNITS.values()))
        self.names = list(GRADES[: draw(st.integers(2, 4))])
        self.count = 0

    def scheme(self) -> Spec:
        spec: Spec = {
            "name": "made-up", "title": "办法", "subject": "工作", "source": "无", "clause": "一",
            "groups": self.groups,
            "components": self.components(depth=0),
            "grades": self.grades(),
            "rounding": self.draw(roundings),
            "missing": self.draw(missings),
        }  # fmt: skip
        if self.draw(seldom):
            spec["grades"] = {group: self.grades() for group in self.groups}
        if self.draw(seldom):
            add_up(self.draw, spec)
        if self.draw(seldom):
            vary_by_group(self.draw, spec, self.groups)
        spec["conditions"] = conditions = []
        if self.draw(seldom):
            conditions += [self.condition(spec, i) for i in range(self.draw(st.integers(1, 3)))]
        spec["ranks"] = pick(self.draw, "skip", "skip", "next")
        spec["vetoed"] = pick(self.draw, "unranked", "unranked", "ranked")
        deciding = [c["name"] for c in conditions if "score" in c or "stops" in c]
        put_gates_in_order(self.draw, spec, spec["components"], deciding)
        return spec

    def condition(self, spec: Spec, number: int) -> Spec:
        """A condition of the composite: on a part at the top, on the composite or on a rule."""
        draw = self.draw
        out: Spec = {"name": f"条件{number}", "clause": "一"}
        ledgers = [(k, c) for k, c in _walk(spec["components"]) if c["kind"] == "ledger"]
        kind = pick(draw, "part", "part", "composite", "rule" if ledgers else "part")
        if kind == "rule":
            key, component = pick(draw, *ledgers)
            out |= {"part": key, "rule": pick(draw, *component["rules"])["code"]}
            out["times"] = pick(draw, 1, 1, 2)
        else:
            out[pick(draw, "below", "above", "from")] = pick(draw, 60, 80, 90)
            out["part" if kind == "part" else "composite"] = (
                pick(draw, *spec["components"]) if kind == "part" else True
            )
        follows = pick(
            draw, "grade", "grade", "ranked", "score",
            *(["without"] if kind != "composite" else []),
            *(["stops"] if kind == "part" else []),
        )  # fmt: skip
        if follows == "score":
            out["score"] = pick(draw, 0, 59, 60)
            if kind != "composite":
                out |= {"stops": True} if draw(seldom) else {}
                out |= {"grade": pick(draw, *self.names)} if draw(seldom) else {}
        else:
            out[follows] = {
                "grade": pick(draw, *self.names),
                "ranked": False,
                "without": [pick(draw, *spec["components"])],
                "stops": True,
            }[follows]
        having = [g for g in self.groups if self._has(spec, out, g)]
        if having and draw(seldom):
            out["groups"] = [pick(draw, *having)]
        return out

    @staticmethod
    def _has(spec: Spec, condition: Spec, group: str) -> bool:
        """Whether a group has what a condition looks at."""
        key, code = condition.get("part"), condition.get("rule")
        for top, component in spec["components"].items():
            inside = dict(_walk({top: component}))
            if key in inside and group not in component.get("groups", [group]):
                return False
            for rule in inside.get(key, {}).get("rules", ()):
                if rule["code"] == code and group not in rule.get("groups", [group]):
                    return False
        return True

    def components(self, depth: int) -> dict[str, Spec]:
        draw = self.draw
        out: dict[str, Spec] = {}
        count = draw(st.integers(1 if depth == 0 else 2, 3))
        by_group = {group: cut(draw, 1_000_000, count, 20) for group in self.groups}
        if draw(often):
            by_group = dict.fromkeys(self.groups, by_group[self.groups[0]])
        for i in range(count):
            key, component = self.component(depth)
            weights = {group: format_points(by_group[group][i]) for group in self.groups}
            same = len(set(weights.values())) == 1
            component["weight"] = weights[self.groups[0]] if same else weights
            if count > 1 and draw(seldom):
                component["gate"] = pick(draw, 40, 60, 80, 90)
            out[key] = component
        for _ in range(pick(draw, 0, 0, 1, 2) if depth == 0 else pick(draw, 0, 0, 1)):
            key, component = self.component(depth, adds=True)
            component["adds"] = True
            if draw(st.booleans()):
                component["enters"] = {pick(draw, "above", "from"): pick(draw, 50, 60, 80)}
            out[key] = component
        return out

    def component(self, depth: int, *, adds: bool = False) -> tuple[str, Spec]:
        draw = self.draw
        self.count += 1
        key = f"c{self.count}"
        kinds = ["ledger", "score"] if adds else ["ledger", "self_assessment", "score"]
        if depth < 2 and not adds and draw(seldom):
            kinds = ["combined"]
        kind = pick(draw, *kinds)
        spec: Spec = {"kind": kind, "title": key, "clause": "一"}
        if kind == "combined":
            spec["parts"] = self.components(depth + 1)
            put_gates_in_order(draw, spec, spec["parts"])
        else:
            spec["table"] = f"表{self.count}"
        if kind == "ledger":
            full = 100 if adds else pick(draw, 100, 100, 30, "12.5", 70, 120)
            spec |= self.ledger(0 if adds else full)
            spec |= {} if full == 100 else {"full": full}
        elif kind == "self_assessment":
            spec |= self.form()
        elif kind == "score":
            spec["full"] = pick(draw, 5, 10) if adds else pick(draw, 100, 100, 10, 150)
            spec["assessors"] = pick(draw, "one", "mean", "trimmed")
        if draw(seldom):
            spec["missing"] = draw(missings)
        if draw(seldom):
            spec["rounding"] = draw(roundings)
        return key, spec

    # 台账

    def ledger(self, start: int | str) -> Spec:
        draw = self.draw
        rules = [self.rule(f"{i}") for i in range(1, draw(st.integers(1, 4)) + 1)]
        rules[0].pop("groups", None)  # every group needs a rule
        categories = []
        for effect in ("deduct", "bonus"):
            inside = [rule for rule in rules if rule["effect"] == effect and draw(seldom)]
            for rule in inside:
                rule["category"] = effect
            if inside:
                categories.append({"code": effect, "title": "类", "cap": pick(draw, 1, 3, "4.5")})
        spec: Spec = {"start": start, "rules": rules, "categories": categories}
        if draw(st.booleans()):
            spec["floor"] = str(Decimal(start) - pick(draw, 0, 2, 5, 100))
        if draw(seldom):
            spec["ceiling"] = str(Decimal(start) + pick(draw, 0, 1, 5))
        return spec

    def rule(self, code: str) -> Spec:
        draw = self.draw
        counts = pick(draw, "notified", "notified", "verified", "overdue", "minimum")
        spec: Spec = {
            "code": code, "title": f"第{code}项", "clause": "一", "counts": counts,
            # 每年不少于…期 can only cost points: the model refuses a bonus for what is missing.
            "effect": "deduct" if counts == "minimum" else pick(draw, "deduct", "deduct", "bonus"),
            "points": pick(draw, 1, "1.5", 2, "0.5", "0.3333"),
            "subordinates": pick(draw, "charged", "listed"),
        }  # fmt: skip
        if counts == "minimum":
            spec["minimum"] = pick(draw, 1, 2, 4)
        elif draw(st.booleans()):
            spec["repeat"] = {"factor": pick(draw, "1.5", 2, "1.3333"), "from": pick(draw, 2, 3)}
        if counts != "minimum" and draw(seldom):
            spec["points"] = {"from": 1, "to": 3}
        if draw(seldom):
            spec["cap"] = pick(draw, 1, 2, "2.5")
        if draw(seldom):
            spec["veto"] = pick(draw, *self.names)
        if draw(seldom):
            spec["groups"] = [pick(draw, *self.groups)]
        return spec

    # 考核表

    def form(self) -> Spec:
        draw = self.draw
        full = pick(draw, 100, 100, 100, 50, 120)
        names = ("第一期", "第二期", "第三期")[: draw(st.integers(1, 3))]
        periods: list[Spec] = [{"name": name, "due": "7月15日"} for name in names]
        if draw(st.booleans()):
            for period, weight in zip(periods, cut(draw, 1_000_000, len(periods), 20), strict=True):
                period["weight"] = format_points(weight)
        spec: Spec = {
            "full": full,
            "periods": periods,
            "not_applicable": pick(draw, "rescale", "full"),
            "indicators": self.tree(full),
        }
        if draw(seldom):
            spec["indicators"] = {group: self.tree(full) for group in self.groups}
        if draw(seldom):
            spec["late"] = {"each_day": pick(draw, "0.5", 1, 20)}
            if draw(st.booleans()):
                spec["late"]["cap"] = pick(draw, 2, 5)
        return spec

    def tree(self, full: int) -> list[Spec]:
        self.codes = 0
        return self.level(full * 10_000, depth=0)

    def level(self, worth: int, depth: int, *, over: bool = False) -> list[Spec]:
        """One level that is worth ``worth``, or half as much again under an area that overruns."""
        draw = self.draw
        count = draw(st.integers(1, 3 - (depth > 0)))
        by_weight = draw(st.booleans())
        whole = 1_000_000 if by_weight else worth
        shares = cut(draw, whole * 3 // 2 if over else whole, count)
        if by_weight and any(worth * share % 1_000_000 for share in shares):
            by_weight, shares = False, cut(draw, worth * 3 // 2 if over else worth, count)
        out = []
        for share in shares:
            key = "weight" if by_weight else "points"
            own = worth * share // 1_000_000 if by_weight else share
            spec: Spec = {key: format_points(share)}
            if depth == 0 or (depth < 3 and draw(seldom)):
                overrun = depth == 0 and draw(seldom)
                spec["area"] = f"第{depth + 1}级"
                spec["items"] = self.level(own, depth + 1, over=overrun)
                spec |= {"overrun": True} if overrun else {}
            else:
                spec |= self.indicator(1_000_000 if by_weight else own)
            out.append(spec)
        return out

    def indicator(self, full: int) -> Spec:
        self.codes += 1
        spec: Spec = {"code": f"{self.codes}", "title": f"指标{self.codes}"}
        way = pick(self.draw, "points", "points", "options", "fraction", "each")
        if way == "options":
            some = {"优": full, "良": full * 4 // 5, "差": 0}
            spec["options"] = {name: format_points(value) for name, value in some.items()}
        elif way == "fraction":
            spec["fraction"] = True
        elif way == "each":
            spec["each"] = pick(self.draw, "0.5", 3, "7.3333")
        return spec

    # 等次

    def grades(self) -> list[Spec]:
        draw = self.draw
        bounds = sorted(
            draw(st.sets(st.sampled_from([60, 70, 80, 85, 90, 95, 98]), min_size=3, max_size=3))
        )
        out: list[Spec] = []
        for name in self.names[:-1]:
            how = pick(draw, "bound", "bound", "quota", "both")
            grade: Spec = {"name": name}
            if how != "quota":
                grade["from"] = bounds.pop()
            if how != "bound":
                share = pick(draw, 20, 25, "33.3333", 40, 50, 100)
                grade["quota"] = {"share": share} if draw(often) else {"count": pick(draw, 1, 2, 9)}
                grade["quota"]["ties"] = pick(draw, "include", "exclude")
            out.append(grade)
        return [*out, {"name": self.names[-1]}]


# What comes in


class Filler:
    """Draws the rows of one year for a scheme. ``gaps``: whether something may be missing."""

    def __init__(self, draw: Draw, scheme: Scheme, *, gaps: bool) -> None:
        self.draw, self.scheme, self.gaps = draw, scheme, gaps
        self.rows: Rows = {"units": _unit_rows()}
        self.views = scheme.views()
        for key, component in scheme.leaves().items():
            if isinstance(component, Ledger):
                self.ledger(key, component)
            elif isinstance(component, SelfAssessment):
                self.forms(key, component)
            else:
                self.scores(key, component)

    def has(self, key: str, group: str) -> bool:
        """Whether a group has a part."""
        return key in self.views[group].leaves()

    def add(self, table: str, **row: Any) -> None:
        self.rows.setdefault(table, []).append(row)

    def lacks(self) -> bool:
        return self.gaps and self.draw(rarely)

    def ledger(self, key: str, ledger: Ledger) -> None:
        draw = self.draw
        for i in range(draw(st.integers(0, 12))):
            rule = pick(draw, *ledger.rules)
            names = [*list(UNITS)[:4], *SUBORDINATES, *list(UNITS)[4:]]
            meant = [u for u in names if rule.applies_to(UNITS[SUBORDINATES.get(u, u)])]
            meant = [u for u in meant if self.has(key, UNITS[SUBORDINATES.get(u, u)])]
            if not meant:
                continue
            unit = pick(draw, *meant[:6])
            said = of(rule.points_by, UNITS[SUBORDINATES.get(unit, unit)])
            ranged = isinstance(said, Range)
            found = date(YEAR, 1, 1) + timedelta(draw(st.sampled_from([0, 59, 200, 364, 365])))
            deadline = found + timedelta(pick(draw, 0, 1, 15))
            rectified = pick(draw, None, deadline, deadline + timedelta(1), found)
            verified = "true" if draw(often) else "false"
            self.add(
                "entries", component=key, entry=f"{key}-{i}", sequence=draw(st.integers(0, 2)) * 100 + i,
                unit=unit, rule=rule.code,
                repeated=draw(rarely),
                points=pick(draw, 10_000, 25_000, 30_000) if ranged else None,
                same_problem=pick(draw, None, "同", "同", "异") if rule.repeat else None,
                description="某事", found=found,
                deadline=None if self.lacks() else deadline, rectified=rectified,
                verification="pending" if self.lacks() else verified,
                revoked=found + timedelta(pick(draw, 0, 30)) if draw(rarely) else None,
                file="f", row=i,
            )  # fmt: skip
        if self.lacks():
            names = [
                u for u in (*UNITS, *SUBORDINATES) if self.has(key, UNITS[SUBORDINATES.get(u, u)])
            ]
            self.add("refused", component=key, unit=pick(draw, *names))

    def forms(self, key: str, form: SelfAssessment) -> None:
        draw = self.draw
        filled = {
            group: [{leaf.code: self.item(leaf) for leaf in form.items(group)} for _ in range(2)]
            for group in self.scheme.groups
            if self.has(key, group)
        }
        for unit, group in UNITS.items():
            if not self.has(key, group):
                continue
            codes = [leaf.code for leaf in form.items(group)]
            if draw(rarely):
                self.add("exemptions", component=key, unit=unit, indicator=pick(draw, *codes))
            for period in form.periods:
                if self.lacks():
                    continue
                at = {"component": key, "unit": unit, "period": period.name}
                self.add("forms", **at, days_late=pick(draw, None, 0, 0, 1, 9))
                skipped = pick(draw, *codes) if self.lacks() else None
                aside = pick(draw, *codes) if draw(rarely) else None
                for code, item in pick(draw, *filled[group]).items():
                    said = {"not_applicable": code == aside, "refused": self.lacks()}
                    if code != skipped:
                        self.add("items", **at, indicator=code, **item, **said)

    def item(self, leaf: Any) -> dict[str, Any]:
        draw = self.draw
        if leaf.scoring == "fraction":
            return {"done": pick(draw, 0, 1, 3), "of": pick(draw, 3, 7)}
        if leaf.scoring == "each":
            return {"faults": pick(draw, 0, 1, 2, 40)}
        if leaf.scoring == "options":
            return {"verified_score": pick(draw, *leaf.indicator.options.values())}
        step = pick(draw, 5000, 2500, 1)
        steps = leaf.full // step
        return {"verified_score": step * (steps - draw(st.integers(0, min(steps, 40))))}

    def scores(self, key: str, component: Score) -> None:
        draw = self.draw
        step = pick(draw, 10_000, 5000, 5000, 333)
        said = component.full_by
        steps = (min(said.values()) if isinstance(said, dict) else said) // step
        marks = [step * (steps - draw(st.integers(0, min(steps, 80)))) for _ in range(4)]
        for unit, group in UNITS.items():
            if not self.has(key, group):
                continue
            one = component.assessors == "one"
            for i in range(0 if self.lacks() else 1 if one else pick(draw, 3, 3, 4, 5)):
                score = None if self.lacks() else pick(draw, *marks)
                refused = score is None and draw(st.booleans())
                self.add("scores", component=key, unit=unit, score=score, refused=refused,
                         assessor=f"评委{i}", file="f", row=pick(draw, None, i))  # fmt: skip


def _unit_rows() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {"unit": unit, "group": group, "position": i} for i, (unit, group) in enumerate(UNITS.items())
    ]  # fmt: skip
    rows += [
        {"unit": unit, "group": UNITS[parent], "parent": parent, "position": len(UNITS) + i}
        for i, (unit, parent) in enumerate(SUBORDINATES.items())
    ]
    return rows


# Bounds where the scores are


def _floor(value: Any, decimals: int) -> int:
    """Ten-thousandths of the score, cut after ``decimals``."""
    step = 10 ** (4 - decimals)
    return int(value * 10_000 // step) * step


def _walk(components: Mapping[str, Spec]) -> list[tuple[str, Spec]]:
    out = []
    for key, spec in components.items():
        out.append((key, spec))
        out += _walk(spec.get("parts", {}))
    return out


def sharpen(draw: Draw, spec: Spec, rows: Rows, as_of: date) -> Scheme:
    """The scheme with its gates, conditions and lower bounds moved onto scores that occur."""
    found = outcome(Scheme.model_validate(spec), rows, YEAR, as_of).units.values()
    for key, component in _walk(spec["components"]):
        there = (unit.values.get(key) for unit in found)
        values = [_floor(value, 4) for value in there if value is not None]
        if "gate" in component and values and draw(st.booleans()):
            component["gate"] = format_points(pick(draw, *values))
    for condition in spec["conditions"]:
        bound = next((name for name in ("below", "above", "from") if name in condition), None)
        key = condition.get("part")
        values = [
            _floor(value, 4) for unit in found
            if (value := unit.values.get(key) if key else unit.composite) is not None
        ]  # fmt: skip
        if bound is not None and values and draw(often):
            condition[bound] = format_points(pick(draw, *values))
    bases = [_floor(unit.base, 4) for unit in found if unit.base is not None]
    for component in spec["components"].values():
        if "enters" in component and bases and draw(often):
            component["enters"] = {name: format_points(pick(draw, *bases)) for name in component["enters"]}  # fmt: skip
    found = outcome(Scheme.model_validate(spec), rows, YEAR, as_of).units.values()
    scores = {_floor(unit.composite, 4) for unit in found if unit.composite is not None}
    lists = spec["grades"].values() if isinstance(spec["grades"], dict) else [spec["grades"]]
    for grades in lists:
        bounded = [grade for grade in grades if "from" in grade]
        if len(scores) >= len(bounded) and draw(often):
            chosen = draw(st.permutations(sorted(scores)))[: len(bounded)]
            for grade, bound in zip(bounded, sorted(chosen, reverse=True), strict=True):
                grade["from"] = format_points(bound)
    return Scheme.model_validate(spec)


@st.composite
def years(draw: Draw) -> Year:
    """A scheme and a year of it; in most of them something lies exactly on a bound."""
    spec = Maker(draw).scheme()
    rows = Filler(draw, Scheme.model_validate(spec), gaps=draw(st.booleans())).rows
    as_of = LAST_DAY if draw(often) else date(YEAR, 7, 18)
    return Year(sharpen(draw, spec, rows, as_of), rows, as_of)
