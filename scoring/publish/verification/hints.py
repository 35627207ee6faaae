"""What the cells of a 核查表 take and say, as Excel's validations and formulas."""

from __future__ import annotations

from fractions import Fraction

from scoring.enums import Scoring
from scoring.intake.returned import NOTE, SCORE
from scoring.points import SCALE, format_points
from scoring.rules import forms
from scoring.rules.cells import CellArithmetic, Live
from scoring.verification.judge import (
    NOT_APPLICABLE,
    OVER,
    UNEXPLAINED,
    UNFIT,
    UNREADABLE,
    claimed,
    lacking,
)
from scoring.verification.model import Item

CELLS = CellArithmetic()
_LONGEST_LIST = 255
"""Characters that Excel allows for a list written into a validation."""


def hint_formula(item: Item, letters: dict[str, str], row: int) -> str:
    """The live 核查提示 of a row; ``scoring.verification.judge.hint`` says the same."""
    leaf = item.leaf
    score, note = f"{letters[SCORE]}{row}", f"{letters[NOTE]}{row}"
    own = claimed(leaf, item.claim)
    explained = f'IF({note}<>"","",'
    if leaf.scoring == Scoring.FRACTION:
        done, of = (f"{letters[c]}{row}" for c in ("核查完成数", "核查应完成数"))
        share = forms.by_fraction(CELLS, leaf.full, _count(done), _count(of)).text
        test = (
            f'{explained}IF({_less(share, own)},"{UNEXPLAINED}",""))' if own is not None else '""'
        )
        body = (
            f'IF(OR({done}="",{of}=""),"{lacking(leaf.scoring)}",'
            f'IF(OR({of}<=0,{done}>{of}),"{UNFIT}",{test}))'
        )
    elif leaf.scoring == Scoring.EACH:
        faults = f"{letters['核查问题数']}{row}"
        value = forms.by_faults(CELLS, leaf, _count(faults)).text
        test = f'IF({_less(value, own)},"{UNEXPLAINED}",""))' if own is not None else '"")'
        body = f'IF({faults}="","{lacking(leaf.scoring)}",{explained}{test})'
    elif leaf.scoring == Scoring.OPTIONS:
        body = _of_options(item, score, own, explained)
    else:
        test = f'IF({_less(score, own)},"{UNEXPLAINED}",""))' if own is not None else '"")'
        body = (
            f'IF({score}="","{lacking(leaf.scoring)}",IF(NOT(ISNUMBER({score})),"{UNREADABLE}",'
            f'IF(OR({score}<0,{score}>{format_points(leaf.most)}),"{OVER}",{explained}{test})))'
        )
    return f'=IF({score}="{NOT_APPLICABLE}","",{body})'


def _count(cell: str) -> Live:
    """A cell that holds a count."""
    return Live(cell, None, sure=True)


def _less(value: str, own: Fraction | None) -> str:
    """A comparison that the last binary digit cannot turn: both sides to a millionth."""
    assert own is not None
    exact = own / SCALE
    return f"ROUND({value}-{exact.numerator}/{exact.denominator},6)<0"


def _of_options(item: Item, score: str, own: Fraction | None, explained: str) -> str:
    """Each option is compared here, once; the formula names those that are below the claim."""
    options = item.leaf.indicator.options or {}
    known = ",".join(_is(score, name) for name in options)
    below = ",".join(
        _is(score, name) for name, points in options.items() if own is not None and points < own
    )
    test = f'IF(OR({below}),"{UNEXPLAINED}",""))' if below else '"")'
    return (
        f'IF({score}="","{lacking(item.leaf.scoring)}",'
        f'IF(NOT(OR({known})),"{UNREADABLE}",{explained}{test}))'
    )


def _is(cell: str, text: str) -> str:
    quoted = text.replace('"', '""')
    return f'{cell}="{quoted}"'


def score_validation(
    way: Scoring,
    most: int,
    step: int | None,
    options: tuple[str, ...],
    letters: dict[str, str],
    row: int,
) -> dict[str, object]:
    """What 核查得分 takes, from row ``row`` (as Excel counts) down."""
    cell = f"{letters[SCORE]}{row}"
    if way == Scoring.POINTS:
        unit = step or 1
        by = f"，{format_points(step)}的整数倍" if step else ""
        # Counted in hundredths of the finest score, so that 0.1 is not off by a binary digit.
        whole = f"MOD(ROUND({cell}*{SCALE * 100},0),{unit * 100})=0"
        inside = f"AND(ISNUMBER({cell}),{cell}>=0,{cell}<={format_points(most)},{whole})"
        return _custom(
            f'=OR({cell}="{NOT_APPLICABLE}",IF(ISNUMBER({cell}),{inside},FALSE))',
            f"请填0到{format_points(most)}的数字{by}，或“不适用”",
        )
    choices = [*options, NOT_APPLICABLE]
    says = "请选" + "、".join(choices) if way == Scoring.OPTIONS else (
        "本指标不填核查得分，请填旁边的核查数；不适用的填“不适用”"
    )  # fmt: skip
    if len(",".join(choices)) <= _LONGEST_LIST and not any("," in c for c in choices):
        return {
            "validate": "list", "source": choices, "error_title": "核查得分", "error_message": says[:255],
        }  # fmt: skip
    return _custom("=OR(" + ",".join(_is(cell, c) for c in choices) + ")", says[:255])


def count_validation(name: str, letters: dict[str, str], row: int) -> dict[str, object]:
    """What a count of the verifier's takes: a whole number, 完成数 not above 应完成数."""
    cell = f"{letters[name]}{row}"
    test = f"ISNUMBER({cell}),{cell}>=0,INT({cell})={cell}"
    says = "请填0或正整数"
    if name == "核查完成数":
        of = f"{letters['核查应完成数']}{row}"
        test += f',OR({of}="",{cell}<={of})'
        says += "，不大于核查应完成数"
    return _custom(f"=AND({test})", says)


def _custom(formula: str, says: str) -> dict[str, object]:
    return {
        "validate": "custom", "value": formula, "error_title": "核查表", "error_message": says,
    }  # fmt: skip
