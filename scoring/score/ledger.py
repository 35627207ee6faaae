"""台账: which rows count as of a day, what they cost or win, and what is left of the preset points.

In the order of an 办法: judge each row, make repeated offences dearer, sum by rule, cap by rule,
by category and for the component. Source: 四（一） of the scheme of Heze, and the wordings in
docs/写考核办法.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

import narwhals as nw
import pyarrow as pa

from scoring.points import SCALE
from scoring.scheme import Ledger, Rule
from scoring.scheme.forms import HUNDRED
from scoring.score.arithmetic import div_half_up, flag, sum_by
from scoring.tables import Frame, Tables, make_frame

COUNTED: Final = "counted"
NOT_YET_FOUND: Final = "not_yet_found"
REVOKED: Final = "revoked"
UNFOUNDED: Final = "unfounded"
SUBORDINATE: Final = "subordinate"
REPEATED: Final = "repeated"
PENDING: Final = "pending"
UNDATED: Final = "undated"
NOT_DUE: Final = "not_due"
RECTIFIED: Final = "rectified"
HELD: Final = "held"

_RULES = {
    "rule": pa.large_string(),
    "rule_points": pa.int64(),
    "counts": pa.large_string(),
    "subordinates": pa.large_string(),
    "repeat_from": pa.int64(),
    "repeat_factor": pa.int64(),
    "open_after": pa.date32(),
}
_AMOUNTS = {
    "rule": pa.large_string(),
    "sign": pa.int64(),
    "rule_cap": pa.int64(),
    "minimum": pa.int64(),
    "each": pa.int64(),
    "category": pa.large_string(),
}
_CATEGORIES = {"category": pa.large_string(), "category_cap": pa.int64()}


@dataclass(frozen=True)
class LedgerFrames:
    """``entries``: every row with its status; ``rules``: unit, rule, counted, nominal, amount
    (after the rule's cap); ``scores``: unit, deducted, added, score (out of the ledger's full
    points), numerator (on the scale of 100, over ``denominator``). All in ten-thousandths."""

    entries: Frame
    rules: Frame
    scores: Frame
    denominator: int


def judge_entries(
    tables: Tables, key: str, ledger: Ledger, as_of: date, known: date | None = None
) -> Frame:
    """Every row of ledger ``key`` with ``status``, ``charged_unit`` and ``deduction``.

    ``status`` is COUNTED, HELD (an event that fulfils a minimum) or the reason why the row counts
    for nothing as of ``as_of``; PENDING and UNDATED are gaps. ``known`` (资料截止日) is the last
    day of which a revocation is known; without it every revocation in the files holds, whenever it
    was made. ``charged_unit`` is the graded unit that the row concerns. ``deduction`` is what the row costs (or wins, for a bonus rule) before
    any cap.
    """
    rows_of = [_rule_row(rule, as_of) for rule in ledger.rules]
    rules = make_frame(rows_of, _RULES, tables.backend)
    rows = (
        tables.entries.filter(nw.col("component") == key)
        .join(rules, on="rule", how="left")
        .join(tables.units.select("unit", "parent"), on="unit", how="left")
    )
    revoked = ~nw.col("revoked").is_null() if known is None else nw.col("revoked") <= known
    late = nw.col("rectified").is_null() | (nw.col("rectified") > nw.col("deadline"))
    status = (
        nw.when(nw.col("found") > as_of).then(nw.lit(NOT_YET_FOUND))
        .when(revoked).then(nw.lit(REVOKED))
        .when(nw.col("verification") == "false").then(nw.lit(UNFOUNDED))
        .when(~nw.col("parent").is_null() & (nw.col("subordinates") == "listed"))
        .then(nw.lit(SUBORDINATE))
        .when(nw.col("repeated").fill_null(False)).then(nw.lit(REPEATED))
        .when(nw.col("counts") == "minimum").then(nw.lit(HELD))
        .when(nw.col("counts") == "notified").then(nw.lit(COUNTED))
        .when((nw.col("counts") == "verified") & (nw.col("verification") == "true"))
        .then(nw.lit(COUNTED))
        .when(nw.col("counts") == "verified").then(nw.lit(PENDING))
        .when(nw.col("deadline").is_null() & (nw.col("event") > nw.col("open_after")))
        .then(nw.lit(NOT_DUE))
        .when(nw.col("deadline").is_null()).then(nw.lit(UNDATED))
        .when(nw.col("deadline") > as_of).then(nw.lit(NOT_DUE))
        .when(late).then(nw.lit(COUNTED))
        .otherwise(nw.lit(RECTIFIED))
    )  # fmt: skip
    charged = nw.when(nw.col("parent").is_null()).then(nw.col("unit")).otherwise(nw.col("parent"))
    judged = rows.with_columns(status=status, charged_unit=charged)
    own = (
        nw.when(nw.col("points").is_null()).then(nw.col("rule_points")).otherwise(nw.col("points"))
    )
    judged = judged.with_columns(
        deduction=nw.when(nw.col("status") == COUNTED).then(own).otherwise(nw.lit(0, nw.Int64))
    )
    return _make_repeats_dearer(judged) if any(r.repeat for r in ledger.rules) else judged


def _rule_row(rule: Rule, as_of: date) -> dict[str, object]:
    """``open_after``: a row whose event lies after this day is not due as of ``as_of``, though its
    deadline is not known: so many working days after the event are at least so many days."""
    spec = rule.deadline
    after = spec is not None and spec.direction == "after"
    return {
        "open_after": as_of - timedelta(days=spec.count) if spec is not None and after else None,
        "rule": rule.code,
        "rule_points": rule.fixed(),
        "counts": rule.counts,
        "subordinates": rule.subordinates,
        "repeat_from": rule.repeat.start if rule.repeat else None,
        "repeat_factor": rule.repeat.factor if rule.repeat else None,
    }


def _make_repeats_dearer(judged: Frame) -> Frame:
    """同一问题再次发生: the n-th counted row of the same problem costs more, in order of finding."""
    times = (
        nw.col("_counted")
        .cum_sum()
        .over("charged_unit", "rule", "same_problem", order_by=["found", "sequence"])
    )
    again = (
        ~nw.col("same_problem").is_null()
        & (nw.col("status") == COUNTED)
        & (nw.col("_times") >= nw.col("repeat_from"))
    )
    dearer = div_half_up(nw.col("deduction") * nw.col("repeat_factor"), SCALE)
    return (
        judged.with_columns(_counted=flag(nw.col("status") == COUNTED))
        .with_columns(_times=times)
        .with_columns(deduction=nw.when(again).then(dearer).otherwise(nw.col("deduction")))
        .drop("_counted", "_times")
    )


def ledger_scores(
    tables: Tables, key: str, ledger: Ledger, year: int, as_of: date, known: date | None = None
) -> LedgerFrames:
    """The ledger of component ``key``: rows judged (see ``judge_entries``), summed, capped.

    A minimum a year (counts: minimum) falls due on the last day of ``year``.
    """
    entries = judge_entries(tables, key, ledger, as_of, known)
    rules = _rule_amounts(tables, entries, ledger, year_over=as_of >= date(year, 12, 31))
    # A hundred over the full points as a fraction: the conversion needs no rounding.
    times = Fraction(HUNDRED, ledger.scale)
    scores = _unit_scores(tables, rules, ledger).with_columns(
        numerator=nw.col("score") * times.numerator
    )
    return LedgerFrames(entries, rules, scores, times.denominator)


def _rule_amounts(tables: Tables, entries: Frame, ledger: Ledger, *, year_over: bool) -> Frame:
    """unit, rule, category, sign, counted, nominal and amount of every graded unit and rule."""
    spec = make_frame(
        [
            {
                "rule": r.code, "sign": r.sign, "rule_cap": r.cap, "minimum": r.minimum,
                "each": r.fixed(), "category": r.category,
            }
            for r in ledger.rules
        ],
        _AMOUNTS,
        tables.backend,
    )  # fmt: skip
    sums = sum_by(
        entries.with_columns(
            nominal=nw.col("deduction"),
            counted=flag(nw.col("status") == COUNTED),
            held=flag(nw.col("status") == HELD),
        ),
        ["charged_unit", "rule"],
        ["nominal", "counted", "held"],
    )
    graded = tables.units.filter(nw.col("parent").is_null()).select("unit")
    frame = graded.join(spec, how="cross").join(
        sums, left_on=["unit", "rule"], right_on=["charged_unit", "rule"], how="left"
    )
    # A left join makes floats of pandas' plain integers where a row is without a match.
    frame = frame.with_columns(
        *(nw.col(name).fill_null(0).cast(nw.Int64) for name in ("nominal", "counted", "held"))
    )
    if any(r.minimum for r in ledger.rules):
        short = nw.col("minimum") - nw.col("held")
        applies = (short > 0) if year_over else nw.lit(False)
        frame = frame.with_columns(
            nominal=nw.when(~nw.col("minimum").is_null() & applies)
            .then(short * nw.col("each"))
            .otherwise(nw.col("nominal")),
            counted=nw.when(~nw.col("minimum").is_null() & applies)
            .then(short)
            .otherwise(nw.col("counted")),
        )
    return frame.with_columns(amount=_capped("nominal", "rule_cap"))


def _capped(column: str, cap: str) -> nw.Expr:
    over = nw.col(column) > nw.col(cap)
    return nw.when(over).then(nw.col(cap)).otherwise(nw.col(column))


def _unit_scores(tables: Tables, rules: Frame, ledger: Ledger) -> Frame:
    amounts = rules
    if ledger.categories:
        caps = make_frame(
            [{"category": c.code, "category_cap": c.cap} for c in ledger.categories],
            _CATEGORIES,
            tables.backend,
        )
        inside = sum_by(
            rules.filter(~nw.col("category").is_null()), ["unit", "category", "sign"], ["amount"]
        )
        inside = inside.join(caps, on="category", how="left").with_columns(
            amount=_capped("amount", "category_cap")
        )
        outside = rules.filter(nw.col("category").is_null()).select("unit", "sign", "amount")
        amounts = nw.concat([outside, inside.select("unit", "sign", "amount")], how="vertical")
    zero = nw.lit(0, nw.Int64)
    sums = sum_by(
        amounts.with_columns(
            deducted=nw.when(nw.col("sign") < 0).then(nw.col("amount")).otherwise(zero),
            added=nw.when(nw.col("sign") > 0).then(nw.col("amount")).otherwise(zero),
        ),
        ["unit"],
        ["deducted", "added"],
    )
    left = nw.lit(ledger.start, nw.Int64) - nw.col("deducted") + nw.col("added")
    frame = sums.with_columns(score=left)
    for bound, beyond in ((ledger.floor, "under"), (ledger.ceiling, "over")):
        if bound is None:
            continue
        outside_it = nw.col("score") < bound if beyond == "under" else nw.col("score") > bound
        # The bound as a column of the score's own type: pandas makes floats of its plain integers.
        at_bound = nw.col("score") * 0 + bound
        frame = frame.with_columns(
            score=nw.when(outside_it).then(at_bound).otherwise(nw.col("score"))
        )
    return frame


def ledger_gaps(judged: Frame) -> Frame:
    """The rows that cannot be decided: not yet verified, or without a deadline."""
    kind = (
        nw.when(nw.col("status") == PENDING)
        .then(nw.lit("gap-verification"))
        .otherwise(nw.lit("gap-deadline"))
    )
    return judged.filter(nw.col("status").is_in([PENDING, UNDATED])).select(
        nw.col("charged_unit").alias("unit"), kind.alias("kind"), "entry", "file", "sheet", "row"
    )


def vetoes(rules: Frame, ledger: Ledger) -> Frame:
    """unit and rule of every rule with a veto (一票否决) of which something counted: a row, or a
    time that lacks to a yearly minimum. ``rules`` as in LedgerFrames."""
    codes = [rule.code for rule in ledger.rules if rule.veto is not None]
    return rules.filter((nw.col("counted") > 0) & nw.col("rule").is_in(codes)).select(
        "unit", "rule"
    )
