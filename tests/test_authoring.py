"""Writing a scheme: every wording of docs/写考核办法.md loads, is said back and computes as the
page says; every command of ``kaohe schemes`` does what its help says."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docx
import pytest
import yaml
from click.testing import CliRunner, Result

from scoring.authoring.cases import run_cases
from scoring.authoring.changes import changes
from scoring.authoring.description import describe, describe_draft
from scoring.authoring.draft import read_draft, shipped_schemes
from scoring.authoring.review import review
from scoring.authoring.starter import Answers, cases_yaml, scheme_yaml
from scoring.cli.app import app
from scoring.points import format_points
from scoring.scheme import Combined, Component, Ledger, Rounding, Scheme, Score, load_scheme
from scoring.scheme.vocabulary import SCHEME
from scoring.wording.plain_text import description_text
from scoring.yaml_files.shapes import all_models
from scoring.yaml_files.source import read_yaml
from tests.conftest import ROOT
from tests.endings import ended

pytestmark = pytest.mark.fast

PAGE = (ROOT / "docs" / "写考核办法.md").read_text("utf-8")
BASE = scheme_yaml(Answers("shili"))


def kaohe(*arguments: str | Path, typed: str | None = None) -> Result:
    """``kaohe schemes`` with ``arguments``; ``typed`` is what stands on the terminal."""
    runner = CliRunner()
    outcome = runner.invoke(
        app,
        ["schemes", *map(str, arguments)],
        input=typed,
        prog_name="kaohe",
        standalone_mode=False,
    )
    return ended(outcome)


# The page


@dataclass
class Wording:
    """A wording of the page: its YAML, what it is said as, and its cases."""

    title: str
    where: str = ""
    fragment: str = ""
    described: list[str] = field(default_factory=list)
    cases: str = ""


def wordings() -> Iterator[Wording]:
    """The sections of the page that have YAML of a scheme."""
    for section in re.split(r"(?m)^#{2,3} ", PAGE)[1:]:
        wording = Wording(section.split("\n")[0])
        for block in re.findall(r"(?ms)^```yaml\n(.*?)^```$", section):
            head = block.split("\n")[0]
            if head.startswith("# 用例"):
                wording.cases = block
            else:
                assert not wording.fragment, f"two fragments under {wording.title}"
                wording.where, wording.fragment = head.removeprefix("# "), block
        wording.described = re.findall(r"(?m)^> (.+)$", section)
        if wording.fragment:
            yield wording


def plain(text: str) -> Any:
    """YAML as the program reads it."""
    source = read_yaml(text, "页")
    assert source.problems == []
    return source.data


def assemble(wording: Wording) -> dict[str, Any]:
    """The wording put where the page says, in the scheme that ``new`` writes."""
    fragment = plain(wording.fragment)
    scheme: dict[str, Any] = fragment if wording.where == "完整" else plain(BASE)
    ledger = scheme["components"].get("ledger", {})
    forms = scheme["components"].get("self_assessment", {})
    match wording.where:
        case "完整":
            pass
        case "放在 rules: 下":
            ledger["rules"] += fragment
        case "放在 ledger: 下":
            ledger.update({k: v for k, v in fragment.items() if k != "rules"})
            ledger["rules"] += fragment.get("rules", [])
        case "放在 self_assessment: 下":
            forms.update(fragment)
        case "放在 indicators: 下":
            forms["indicators"] = fragment
        case "放在 components: 下":
            adds = all(part.get("adds") for part in fragment.values())
            scheme["components"] = {**(scheme["components"] if adds else {}), **fragment}
        case "写在最外层":
            scheme.update(fragment)
        case other:
            pytest.fail(f"where does it stand: {other}")
    return scheme


WORDINGS = list(wordings())


def write(path: Path, scheme: dict[str, Any]) -> Path:
    path.write_text(yaml.safe_dump(scheme, allow_unicode=True, sort_keys=False), "utf-8")
    return path


@pytest.mark.parametrize("wording", WORDINGS, ids=lambda w: w.title)
def test_a_documented_wording_loads_is_told_and_computes(wording: Wording, tmp_path: Path) -> None:
    path = write(tmp_path / "shili.yaml", assemble(wording))
    scheme, problems = load_scheme(path)
    assert [p.message() for p in problems] == []
    assert scheme is not None
    draft = read_draft(path)
    text = description_text(describe_draft(draft))
    for sentence in wording.described:
        assert sentence in text, text
    if wording.cases:
        cases = tmp_path / "shili.cases.yaml"
        cases.write_text(wording.cases, "utf-8")
        outcomes, faults = run_cases(draft, cases)
        assert faults == []
        assert outcomes
        for outcome in outcomes:
            assert outcome.faults == ()
            assert [p.message() for p in outcome.problems] == []


@pytest.mark.parametrize(
    "said",
    [
        "每项加2分", "扣1—3分", "扣完为止", "加分最高20分", "变更后15个工作日内",
        "形成之日起20个工作日内", "访谈开始前5日", "每年不少于26期，每少一期扣0.5分",
        "同一问题再次发生，加倍扣分", "A类县区、B类部门", "不适用的指标折算", "按比例得分",
        "优10分、良8分、一般6分、差0分", "去掉一个最高分和一个最低分",
        "网上考核80%、现场考核20%", "一票否决", "高于80分方可加分", "前四分之一为先进",
        "优秀不超过20%", "缺项", "迟报", "四舍六入",
    ],
)  # fmt: skip
def test_the_field_s_wordings_are_on_the_page(said: str) -> None:
    assert any(said in wording.title for wording in WORDINGS)


def test_the_format_of_cases_on_the_page_is_the_program_s(tmp_path: Path) -> None:
    block = re.search(r"(?ms)^```yaml\n# 用例，办法是 heze.yaml\n(.*?)^```$", PAGE)
    assert block is not None
    path = tmp_path / "heze.cases.yaml"
    path.write_text(block[1], "utf-8")
    outcomes, problems = run_cases(read_draft(shipped_schemes()["heze"]), path)
    assert problems == []
    assert [o.passed for o in outcomes] == [True]


def stated_defaults() -> dict[tuple[str, str], str]:
    """What the page's table of defaults says, by place and key."""
    section = PAGE.split("## 不写时怎样\n")[1].split("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| ")]
    return {(place, key): said for place, keys, said in rows for key in re.findall("`(.+?)`", keys)}


def optional_fields() -> Iterator[tuple[str, str, Any]]:
    """Every key of a scheme that may be left out, with its place and its default."""
    common = set(Combined.model_fields).intersection(Score.model_fields, Ledger.model_fields)
    for model in all_models(Scheme):
        for name, info in model.model_fields.items():
            if not info.is_required():
                of_all = issubclass(model, Component) and name in common - {"full_by"}
                place = "各部分" if of_all else SCHEME.places[model.__name__]
                default = info.get_default(call_default_factory=True)
                yield place, info.alias or name, default


def test_the_page_states_every_default_as_the_models_have_it() -> None:
    stated = stated_defaults()
    fields = {(place, key): default for place, key, default in optional_fields()}
    assert set(fields) == set(stated)
    for at, default in fields.items():
        if isinstance(default, bool):
            assert f"`{str(default).lower()}`" in stated[at], at
        elif isinstance(default, Rounding):
            assert f"`{{decimals: {default.decimals}, method: {default.method}}}`" in stated[at]
        elif default:
            shown = format_points(default) if at[1] == "full" else default
            assert f"`{shown}`" in stated[at], at


def test_what_the_scheme_does_not_say_is_marked_as_a_default(tmp_path: Path) -> None:
    silent, explicit = plain(BASE), plain(BASE)
    del silent["rounding"], silent["missing"]
    silent["components"]["self_assessment"].pop("not_applicable", None)
    explicit["components"]["self_assessment"]["not_applicable"] = "rescale"
    path, other = tmp_path / "shili.yaml", tmp_path / "b.yaml"
    text = kaohe("show", write(path, silent)).output
    for said in (
        "综合成绩四舍五入保留2位小数（程序默认），", "此前都按准确的数计算，不舍入（程序默认）。",
        "补齐以前不出正式结果（程序默认）。", "每个考核对象一个得分（程序默认）。",
        "其后排名顺延（如1、1、3）（程序默认）。", "取2期得分的平均值（程序默认）。",
        "其余指标得分折算为满分（程序默认）。",
    ):  # fmt: skip
        assert said in text, said
    kaohe("show", path, "--docx", tmp_path / "附件.docx")
    annex = "\n".join(p.text for p in docx.Document(str(tmp_path / "附件.docx")).paragraphs)
    assert "补齐以前不出正式结果（程序默认）。" in annex
    # Written out it is the author's own, and the same scheme.
    explicit["components"]["third_party"]["assessors"] = "one"
    text = kaohe("show", write(other, explicit)).output
    for said in ("四舍五入保留2位小数，", "不出正式结果。", "每个考核对象一个得分。"):
        assert said in text, said
    assert "内容没有不同" in kaohe("diff", path, other).output


# Shipped schemes


@pytest.mark.parametrize("name", list(shipped_schemes()))
def test_every_shipped_scheme_is_told_tried_and_checked(name: str) -> None:
    shown = kaohe("show", name)
    assert shown.return_value == 0
    draft = read_draft(shipped_schemes()[name])
    assert draft.scheme is not None
    for rule in all_rules(draft.scheme):
        assert f"“{rule.title}”" in shown.output
    tried = kaohe("try", name)
    assert tried.exception is None, tried.exception
    assert "基准：没有问题，各项满分" in tried.output
    assert kaohe("check", name).return_value == 0


def all_rules(scheme: Scheme) -> list[Any]:
    return [rule for part in scheme.leaves().values() for rule in getattr(part, "rules", ())]


def test_the_cases_of_the_shipped_schemes_pass() -> None:
    done = kaohe("test")
    assert done.return_value == 0, done.output
    assert "不符 0 个" in done.output


# show


def test_the_telling_of_heze_reads_as_the_office_wrote_it() -> None:
    text = kaohe("show", "heze").output
    for sentence in (
        "一、考核对象", "考核对象分为县区、部门2类，分别排名", "二、成绩组成",
        "平时考核30%、自我考核40%、第三方评估30%",
        "综合成绩四舍五入保留2位小数，等次和排名按舍入后的成绩确定；"
        "此前都按准确的数计算，不舍入", "每个考核对象预置100分，扣完为止。",
        "发现、通报即扣；每个问题扣1.5分；由市政府办公室提供（四（一）1）",
        "“上级检查通报问题”，所属单位的问题计入其所属的考核对象；其他各项，所属单位的问题不计分",
        "上半年于7月15日前报送（六（一））；下半年于次年1月15日前报送（六（一））",
        "应换成当年印发的指标体系", "2.良好：80分以上（含80分）、不满90分（四（四））",
        "补齐以前不出正式结果", "通报抄送市委组织部",
    ):  # fmt: skip
        assert sentence in text, sentence


def test_a_telling_uses_the_punctuation_of_chinese() -> None:
    for path in shipped_schemes().values():
        scheme, _ = load_scheme(path)
        assert scheme is not None
        for text in describe(scheme).texts():
            assert not re.search(r"[\u4e00-\u9fff][,;:()?!]|[,;:()?!][\u4e00-\u9fff]", text), text


def test_the_word_file_is_an_annex_in_the_official_format(tmp_path: Path) -> None:
    out = tmp_path / "附件.docx"
    assert kaohe("show", "heze", "--docx", out).return_value == 0
    first = out.read_bytes()
    document = docx.Document(io.BytesIO(first))
    section = document.sections[0]
    assert (section.page_width.mm, section.page_height.mm) == pytest.approx((210, 297), abs=0.1)
    assert section.top_margin.mm == pytest.approx(37, abs=0.1)
    assert section.left_margin.mm == pytest.approx(28, abs=0.1)
    paragraphs = document.paragraphs
    assert (paragraphs[0].text, paragraphs[0].runs[0].font.name) == ("附件", "黑体")
    assert paragraphs[0].paragraph_format.first_line_indent is None
    title = paragraphs[2]
    assert title.text == "菏泽市政府信息公开工作考核办法"
    assert (title.runs[0].font.name, title.runs[0].font.size.pt) == ("方正小标宋简体", 22)
    assert title.alignment == 1
    heading = next(p for p in paragraphs if p.text == "一、考核对象")
    assert heading.runs[0].font.name == "黑体"
    body = next(p for p in paragraphs if p.text.startswith("考核政府信息公开工作"))
    assert (body.runs[0].font.name, body.runs[0].font.size.pt) == ("仿宋_GB2312", 16)
    assert body.paragraph_format.first_line_indent.pt == 32
    assert any(cell.text == "制度机制建设" for cell in document.tables[0].columns[1].cells) or (
        "　制度机制建设" in [cell.text for cell in document.tables[0].columns[1].cells]
    )
    kaohe("show", "heze", "--docx", out)
    assert out.read_bytes() == first


@pytest.mark.parametrize("name", list(shipped_schemes()))
def test_the_annex_says_what_an_office_would_issue(name: str, tmp_path: Path) -> None:
    """Folders, tables, columns and codes are the program's: they stand on the screen alone."""
    kaohe("show", name, "--docx", tmp_path / "附件.docx")
    document = docx.Document(str(tmp_path / "附件.docx"))
    text = "\n".join(p.text for p in document.paragraphs)
    for word in ("考核文件夹", "台账所记", "编号", "数据从哪里来", "只列出", "代号"):
        assert word not in text, word
    shown = kaohe("show", name).output
    assert "数据从哪里来（不写进办法）" in shown
    assert "考核文件夹中的“" in shown


# check


def base_with(old: str, new: str) -> str:
    assert old in BASE, old
    return BASE.replace(old, new, 1)


def test_check_names_line_and_column_and_refuses(tmp_path: Path) -> None:
    path = tmp_path / "shili.yaml"
    path.write_text(base_with("weight: 40", "weight: 45"), "utf-8")
    done = kaohe("check", path)
    assert done.return_value == 1
    line = BASE[: BASE.index("components:")].count("\n") + 1
    assert f"第{line}行第1列" in done.stderr
    assert "各部分权重合计100，现合计105" in done.stderr
    assert kaohe("show", path).return_value == 1
    assert kaohe("try", path).return_value == 1
    assert kaohe("test", path).return_value == 1
    assert kaohe("diff", path, "heze").return_value == 1


RULE = 'title: 上级检查通报问题\n        points: 1.5\n        counts: notified     # 通报即扣\n        clause: "二（一）1"\n'
ODD = [
    ("weight: 30", "weight: 30", "指标表为示例"),
    ("floor: 0 ", "floor: 100 ", "怎样也扣不了分"),
    (RULE, RULE + "        cap: 1\n", "“上级检查通报问题”的上限1分小于一个问题分值1.5分"),
    (RULE, RULE + "        veto: 优秀\n", "已是最高等次，一票否决不起作用"),
    ("start: 100 ", "start: 50 ", "本部分满分就是50分的，写 full: 50"),
    ("floor: 0 ", "# ", "扣成负数"),
    ("{name: 优秀, from: 90}", "{name: 特优, from: 101}\n  - {name: 优秀, from: 90}", "没有单位能评为“特优”"),
    ("due: 次年1月15日", "due: 1月15日", "是否漏写“次年”"),
    ("title: 受理制度机制, points: 20", "title: 受理制度机制, points: 20, each: 30", "一个问题扣的分比满分还多"),
    ("title: 受理制度机制, points: 20", "title: 受理制度机制, points: 20, options: {良: 10}", "没有一个等级得满分"),
    ("name: shili", "name: shili2", "宜改为相同"),
    ("title: 检查发现问题未按期整改", 'title: "1"', "台账中分不清"),
    ("{name: 不合格, from: 0}", "{name: 差, from: 0}\n  - {name: 不合格}", "没有单位会评为不合格"),
    ("groups: [县区, 部门]", "groups: [县区，部门]", "用半角逗号隔开"),
    ("{name: 优秀, from: 90}", "{name: 优秀, from: 90, quota: {share: 0.2}}", "是不是想写20"),
    ('code: "1"', "code: “1”", "编号“1”中有引号"),
    (RULE, RULE + "        repeat: {factor: 2}\n        cap: 1.5\n", "加倍不起作用"),
    (RULE, RULE.replace("notified     # 通报即扣", "minimum\n        minimum: 2") + "        veto: 合格\n", "一票否决永远不起作用"),
    ("counts: overdue", "effect: bonus\n        counts: overdue", "“逾期未完成”反而加分"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "says"), ODD, ids=[odd[2] for odd in ODD])
def test_what_is_legal_but_odd_is_pointed_out(
    old: str, new: str, says: str, tmp_path: Path
) -> None:
    path = tmp_path / "shili.yaml"
    path.write_text(base_with(old, new), "utf-8")
    done = kaohe("check", path)
    assert done.return_value == 0, done.stderr
    assert says in done.output
    assert re.search(r"\[提醒\] 第\d+行第\d+列", done.output)


def test_grades_are_compared_with_what_the_rules_can_come_to(tmp_path: Path) -> None:
    """The most and the least that a composite can be, with and without caps."""
    bonus = {"code": "J", "title": "表彰", "effect": "bonus", "points": 5, "counts": "notified",
             "clause": "三"}  # fmt: skip

    def scheme(**more: Any) -> dict[str, Any]:
        out = plain(BASE)
        out["components"]["ledger"]["rules"].append({**bonus, **more})
        out["grades"].insert(0, {"name": "特优", "from": 104})
        return out

    assert "没有单位能评为“特优”" not in reviewed(tmp_path, scheme())
    # 30% of a ledger of 110.
    assert "综合成绩最高103分，没有单位能评为“特优”" in reviewed(tmp_path, scheme(cap=10))
    assert "没有单位能评为“特优”" not in reviewed(tmp_path, scheme(cap=20))
    free = plain(BASE)
    del free["components"]["ledger"]["floor"]
    free["grades"][-1:] = [{"name": "差", "from": 0}, {"name": "不合格"}]
    assert "没有单位会评为不合格" not in reviewed(tmp_path, free)
    free["components"]["ledger"]["floor"] = 0
    assert "综合成绩最低0分，都在“差”以上，没有单位会评为不合格" in reviewed(tmp_path, free)


def test_one_whole_weight_and_a_bonus_that_starts_high_are_odd(
    tmp_path: Path,
) -> None:
    wording = next(w for w in WORDINGS if w.where == "完整")
    assert "只有“平时考核”占权重" in reviewed(tmp_path, assemble(wording))
    bonus = next(w for w in WORDINGS if w.title == "高于80分方可加分")
    scheme = assemble(bonus)
    scheme["components"]["bonus"].update(start=10, enters={"above": 100})
    text = reviewed(tmp_path, scheme)
    assert "通常写 start: 0" in text
    assert "“加分”永远不计入" in text
    gate = next(w for w in WORDINGS if "低于60分" in w.title)
    scheme = assemble(gate)
    scheme["components"]["online"]["gate"] = 101
    assert "其余部分永远不计分" in reviewed(tmp_path, scheme)


def test_what_holds_inside_a_combined_part_is_told_of_that_part(tmp_path: Path) -> None:
    wording = next(w for w in WORDINGS if w.title == "网上考核80%、现场考核20%")
    scheme = assemble(wording)
    parts = scheme["components"]["daily"]["parts"]
    parts["online"]["gate"] = 60
    score = {"kind": "score", "full": 100, "clause": "一"}
    parts["onsite"] = {
        "kind": "combined", "title": "现场考核", "weight": 20, "clause": "五（一）2",
        "rounding": {"decimals": 1},
        "parts": {
            "a": {**score, "title": "查阅", "table": "查阅", "weight": 100},
            "b": {**score, "title": "创新", "table": "创新", "full": 5, "adds": True, "enters": {"from": 80}},
            "c": {"kind": "ledger", "title": "失分", "table": "失分", "adds": True, "start": 0, "clause": "一",
                  "rules": [{"code": "1", "title": "推诿", "points": 1, "counts": "notified", "clause": "一"}]},
        },
    }  # fmt: skip
    draft = read_draft(write(tmp_path / "shili.yaml", scheme))
    assert draft.scheme is not None, [p.message() for p in draft.problems]
    text = description_text(describe(draft.scheme))
    for sentence in (
        "网上考核低于60分的，日常考核成绩的其余部分不再计分，日常考核成绩只计网上考核按权重折算的分数",
        "创新不占权重，得分直接加到现场考核成绩上（扣分为减）；"
        "占权重的各部分合成的成绩（四舍五入保留1位小数，未计任何加分、倒扣分）在80分以上",
        "\n  （二）现场考核", "\n  1.查阅", "\n  2.创新", "\n  3.失分", "\n  (1)“推诿”",
        "最多5分", "从0分起倒扣，扣分没有下限",
    ):  # fmt: skip
        assert sentence in text, text
    assert "综合成绩只计" not in text


def reviewed(folder: Path, scheme: dict[str, Any]) -> str:
    draft = read_draft(write(folder / "shili.yaml", scheme))
    assert draft.scheme is not None, [p.message() for p in draft.problems]
    return "\n".join(text for _, text in review(draft))


def test_a_file_that_is_not_there_is_wrong_usage() -> None:
    done = kaohe("check", "没有.yaml")
    assert "找不到考核办法：没有.yaml" in str(done.exception)


# diff


def test_nothing_changed_is_said_too() -> None:
    assert "没有不同" in kaohe("diff", "heze", "heze").output


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("points: 1.5", "points: 2", "扣分项1“上级检查通报问题”的分值由“每个问题扣1.5分”改为“每个问题扣2分”"),
        ("weight: 40", "weight: {县区: 40, 部门: 40}", "内容没有不同"),
        ("points: 1.5", "points: {县区: 2, 部门: 1.5}", "的分值由“每个问题扣1.5分”改为“县区：每个问题扣2分，部门：每个问题扣1.5分”"),
        ("from: 90", "from: 92", "等次“优秀”的条件由“90分以上（含90分）”改为“92分以上（含92分）”"),
        ("due: 7月15日", "due: 7月20日", "“自我考核”：期次“上半年”的期限由“7月15日”改为“7月20日”"),
        ("counts: notified     # 通报即扣", "counts: verified", "的计入由“发现、通报即扣”改为“经核实属实才扣"),
        (RULE, RULE + "        cap: 9\n", "的上限由“（无）”改为“本项最多扣9分”"),
        (RULE, RULE + "        veto: 合格\n", "的一票否决由“（无）”改为"),
        ("decimals: 2", "decimals: 1", "办法的舍入由“四舍五入保留2位小数”改为“四舍五入保留1位小数”"),
        ("missing: refuse", "missing: zero", "办法的缺项由"),
        ("title: 年度报告, points: 20", "title: 年度报告, points: 20, fraction: true", "指标1.2“年度报告”的打分由"),
        ('code: "1.2"', 'code: "1.9"', "增加指标1.9“年度报告”"),
        ("floor: 0 ", "floor: 10 ", "“平时考核”的起止由"),
    ],
)  # fmt: skip
def test_a_change_is_told_in_words(old: str, new: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(BASE, "utf-8")
    (tmp_path / "b.yaml").write_text(base_with(old, new), "utf-8")
    done = kaohe("diff", tmp_path / "a.yaml", tmp_path / "b.yaml")
    assert done.return_value == 0
    assert says in done.output


def test_a_part_that_went_is_named_once(tmp_path: Path) -> None:
    wording = next(w for w in WORDINGS if w.title == "加分最高20分")
    with_bonus, _ = load_scheme(write(tmp_path / "a.yaml", assemble(wording)))
    without, _ = load_scheme(write(tmp_path / "b.yaml", plain(BASE)))
    assert with_bonus is not None
    assert without is not None
    assert [c.kind for c in changes(with_bonus, without)] == ["removed"]
    assert [c.sentence() for c in changes(without, with_bonus)] == ["增加“加分”（直接加减分）"]


# new


def test_new_writes_a_scheme_that_passes_check_and_its_case(tmp_path: Path) -> None:
    path = tmp_path / "shili.yaml"
    assert kaohe("new", "shili", "--yes", "--out", path).return_value == 0
    assert path.read_text("utf-8").count("#") > 15
    assert kaohe("check", path).return_value == 0
    done = kaohe("test", path)
    assert done.return_value == 0
    assert "通过 1 个，不符 0 个" in done.output


def test_new_never_overwrites(tmp_path: Path) -> None:
    path = tmp_path / "shili.yaml"
    path.write_text("我的办法", "utf-8")
    done = kaohe("new", "shili", "--yes", "--out", path)
    assert done.return_value == 1
    assert "已存在，不覆盖" in done.stderr
    assert path.read_text("utf-8") == "我的办法"


def test_new_takes_what_the_options_say(tmp_path: Path) -> None:
    path = tmp_path / "keshi2.yaml"
    done = kaohe(
        "new", "keshi2", "--yes", "--out", path, "--title", "某局: 科室考核办法", "--groups",
        "科室", "--weights", "100,0,0", "--grades", "合格=90、不合格=0", "--points", "0.5",
    )  # fmt: skip
    assert done.return_value == 0
    scheme, _ = load_scheme(path)
    assert scheme is not None
    assert scheme.title == "某局: 科室考核办法"
    assert (scheme.groups, scheme.grade_names()) == (("科室",), ["合格", "不合格"])
    assert list(scheme.components) == ["ledger"]
    assert {rule.points for rule in all_rules(scheme)} == {5000}
    assert kaohe("test", path).return_value == 0


def test_brackets_hold_one_group_together(tmp_path: Path) -> None:
    path = tmp_path / "shi.yaml"
    done = kaohe("new", "shi", "--yes", "--out", path, "--groups", "县（市、区）、市直部门")
    assert done.return_value == 0
    scheme, _ = load_scheme(path)
    assert scheme is not None
    assert scheme.groups == ("县（市、区）", "市直部门")
    assert "是一个类别" not in kaohe("check", path).output


def test_new_asks_and_asks_again(tmp_path: Path) -> None:
    path = tmp_path / "shili.yaml"
    typed = "我市考核办法\n\n县区\n30、30、30\n50、50、0\n\n2\n\n"
    done = kaohe("new", "shili", "--out", path, typed=typed)
    assert done.return_value == 0, done.output
    assert "三个整数，合计100" in done.output
    scheme, _ = load_scheme(path)
    assert scheme is not None
    assert (scheme.title, scheme.groups) == ("我市考核办法", ("县区",))
    assert list(scheme.components) == ["ledger", "self_assessment"]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--weights", "30、40、40"), "合计100"),
        (("--grades", "优秀"), "写成 优秀=90"),
        (("--periods", "上半年"), "写成 上半年=7月15日"),
    ],
)
def test_new_refuses_answers_that_cannot_be(
    options: tuple[str, str], says: str, tmp_path: Path
) -> None:
    done = kaohe("new", "shili", "--yes", "--out", tmp_path / "a.yaml", *options)
    assert says in str(done.exception)
    assert not (tmp_path / "a.yaml").exists()


def test_new_writes_nothing_that_does_not_pass(tmp_path: Path) -> None:
    done = kaohe(
        "new", "shili", "--yes", "--out", tmp_path / "a.yaml", "--grades", "合格=60、优秀=90"
    )
    assert done.return_value == 1
    assert "小于上一等次下限60" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_name_is_plain_letters() -> None:
    assert "小写字母" in str(kaohe("new", "示例", "--yes").exception)


# try


def test_try_shows_what_each_rule_does(tmp_path: Path) -> None:
    path = tmp_path / "shili.yaml"
    path.write_text(base_with(RULE, RULE + "        cap: 3\n        veto: 合格\n"), "utf-8")
    rows = {
        line.split("  ")[1]: line.split() for line in kaohe("try", path).output.splitlines()
        if line.startswith("  ")
    }  # fmt: skip
    assert rows["基准：没有问题，各项满分"][-4:] == ["100", "100", "100.00", "优秀"]
    assert rows["1 上级检查通报问题：1个"][-6:] == ["98.5", "100", "100", "99.55", "合格", "-0.45"]
    assert rows["1 上级检查通报问题：3个，到本项上限"][-3:] == ["99.10", "合格", "-0.90"]
    assert rows["2 检查发现问题未按期整改：1个，按期完成"][-1] == "不变"
    assert rows["自我考核各项得一半"][-6:] == ["100", "50", "100", "80.00", "良好", "-20.00"]
    assert rows["第三方评估得60%"][-3:] == ["88.00", "良好", "-12.00"]
    assert rows["第三方评估缺得分"][-3:] == ["（无）", "（缺项）", "—"]


def tried(path: str | Path) -> dict[str, list[str]]:
    """The rows of the trial by what was varied."""
    lines = kaohe("try", path).output.splitlines()
    return {line.split("  ")[1]: line.split() for line in lines if line.startswith("  ")}


def test_try_varies_gates_entries_and_assessors(tmp_path: Path) -> None:
    rows = tried("jiafen")
    # The bonus of 3 enters above 80 only.
    assert rows["占权重的合成约80分，加分不计入"][-4:-1] == ["3", "80.0", "良好"]
    assert rows["占权重的合成约81分，加分计入"][-4:-1] == ["3", "84.0", "良好"]
    gate = next(w for w in WORDINGS if "低于60分" in w.title)
    rows = tried(write(tmp_path / "shili.yaml", assemble(gate)))
    assert rows["网上考核约59分，不到门槛"][-4:-2] == ["100", "47.20"]
    assert rows["网上考核约60分，到门槛"][-4:-2] == ["100", "68.00"]
    # 60, 80, 90, 95, 100: without the ends 88.33, with them 85.
    several = next(w for w in WORDINGS if w.title == "去掉一个最高分和一个最低分")
    rows = tried(write(tmp_path / "shili.yaml", assemble(several)))
    assert rows["专家评审5名评委打60、80、90、95、100"][-3] == "88.33"


def test_try_varies_every_way_of_scoring_an_item(tmp_path: Path) -> None:
    items = """\
          - {code: "1.1", title: 目录和指南, points: 20, options: {优: 20, 良: 15, 差: 0}}
          - {code: "1.2", title: 年度报告, points: 20, each: 8}
          - {code: "1.3", title: 政策解读, points: 20, fraction: true}
"""
    start, end = BASE.index('          - {code: "1.1"'), BASE.index("      - area: 依申请公开")
    path = tmp_path / "shili.yaml"
    path.write_text(BASE[:start] + items + BASE[end:], "utf-8")
    rows = tried(path)
    scores = {
        "评为“良”": "95", "评为“差”": "80", "有1个问题": "92", "有3个问题，扣完": "80", "完成一半": "90",
    }  # fmt: skip
    for (said, score), code in zip(
        scores.items(), ["1.1", "1.1", "1.2", "1.2", "1.3"], strict=True
    ):
        assert rows[f"自我考核指标{code}{said}"][-5] == score, rows
    assert not any("评为“优”" in row for row in rows)


def test_points_off_in_a_tree_of_weights_are_off_a_hundred(tmp_path: Path) -> None:
    wording = next(w for w in WORDINGS if w.title == "指标写权重的")
    scheme = assemble(wording)
    items = scheme["components"]["self_assessment"]["indicators"][0]["items"]
    items[0]["each"] = 10
    path = write(tmp_path / "shili.yaml", scheme)
    assert "每个问题扣10分，扣完为止（百分制，按权重折算）" in kaohe("show", path).output
    rows = {
        line.split("  ")[1]: line.split() for line in kaohe("try", path).output.splitlines()
        if line.startswith("  ")
    }  # fmt: skip
    assert rows["自我考核各项得一半"][-5] == "50"
    path.with_name("shili.cases.yaml").write_text(
        """\
- 情形: 十处扣完；一处扣10分（百分制），折算3分；27分、0分凑得出
  单位:
    甲县: {上半年: {"1.1": {问题: 10}, 其余: 满分}, 下半年: {"1.1": {问题: 1}, 其余: 满分}}
    乙县: {上半年: 27, 下半年: {"1.1": {问题: 0}, 其余: 0}}
    丙县: {上半年: {其余: 0}, 下半年: 0}
  结果:
    甲县: {自我考核: "83.5"}
    乙县: {自我考核: "28.5"}
    丙县: {自我考核: 0}
""",
        "utf-8",
    )
    done = kaohe("test", path)
    assert "通过 1 个，不符 0 个" in done.output, done.output


def test_try_shows_every_group_that_is_treated_differently(tmp_path: Path) -> None:
    wording = next(w for w in WORDINGS if w.title == "A类县区、B类部门")
    path = write(tmp_path / "shili.yaml", assemble(wording))
    output = kaohe("try", path).output
    assert "\nA类县区\n" in output
    assert "\nB类部门\n" in output
    assert "\nA类县区\n" not in kaohe("try", path, "--group", "B类部门").output
    assert "没有类别 C类" in str(kaohe("try", path, "--group", "C类").exception)


# test


def cases_file(folder: Path, text: str) -> Path:
    (folder / "shili.yaml").write_text(BASE, "utf-8")
    (folder / "shili.cases.yaml").write_text(text, "utf-8")
    return folder / "shili.yaml"


def test_a_case_that_fails_says_what_was_expected_and_found(tmp_path: Path) -> None:
    path = cases_file(tmp_path, cases_yaml(Answers("shili")).replace("100.00", "99.00"))
    done = kaohe("test", path)
    assert done.return_value == 1
    assert "不符  没有问题，各项都是满分" in done.output
    assert "甲单位 综合：应为99.00，实为100" in done.output
    assert "通过 0 个，不符 1 个" in done.output


CASE = """\
- 情形: 一个情形
  单位:
    甲县: {上半年: 100, 下半年: 100, 第三方评估: 100}
  台账:
    - {扣分项: "1", 发现日期: 2024-03-05}
  结果:
    甲县: {综合: "99.55"}
"""
WRONG_CASES = [
    ("情形:", "情况:", "现为“情况”；应为“情形”", 1),
    ("上半年: 100", "上半: 100", "应为“上半年”", 3),
    ("上半年: 100", "上半年: 101", "0到100的数", 3),
    ("上半年: 100", "上半年: {'9.9': 1}", "不认识的项：现为“9.9”", 3),
    ("上半年: 100", "上半年: {'1.1': 21}", "0到20的数", 3),
    ("第三方评估: 100", "第三方评估: [90, 91]", "没有写多名评委", 3),
    ("第三方评估: 100", "类别: 乡镇", "办法中的类别", 3),
    ("第三方评估: 100", "不适用: ['9.9']", "办法中的指标编号", 3),
    ("第三方评估: 100", "迟报: {自我考评: {上半年: 3}}", "应为“自我考核”", 3),
    ("第三方评估: 100", "迟报: {自我考核: {上半: 3}}", "应为“上半年”", 3),
    ("第三方评估: 100", "迟报: {上半年: 三天}", "天数，如 3", 3),
    ("第三方评估: 100", "平时考核: 100", "写在“台账：”下的行", 3),
    ('扣分项: "1"', '扣分项: "99"', "上级检查通报问题", 5),
    ("发现日期: 2024-03-05", "发现日期: 2024-3-5日", "日期，如 2024-12-31", 5),
    ("发现日期: 2024-03-05", "发现日期: 2023-03-05", "2024年内的日期", 5),
    ("发现日期: 2024-03-05", "发现日期: 2024-03-05, 分值: 3", "本项固定为1.5分", 5),
    ("发现日期: 2024-03-05", "发现日期: 2024-03-05, 核实: 属实", "核实结果", 5),
    ("发现日期: 2024-03-05", "发现日期: 2024-03-05, 单位: 乙县", "单位之一（甲县）", 5),
    ("甲县: {综合", "乙县: {综合", "甲县", 7),
    ('综合: "99.55"', '总分: "99.55"', "综合", 7),
    ('综合: "99.55"', "综合: 九十九", "一个数", 7),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "says", "line"), WRONG_CASES)
def test_a_case_with_a_wrong_word_is_refused_at_its_line(
    old: str, new: str, says: str, line: int, tmp_path: Path
) -> None:
    assert old in CASE
    done = kaohe("test", cases_file(tmp_path, CASE.replace(old, new, 1)))
    assert done.return_value == 1
    assert says in done.output
    assert f"第{line}行" in done.output
    assert kaohe("test", cases_file(tmp_path, CASE)).return_value == 0


def test_cases_and_the_telling_use_the_numbers_of_a_year(tmp_path: Path) -> None:
    dated = base_with(RULE, RULE.replace("points: 1.5", "points: {2020: 1, 2024: 1.5}"))
    path = tmp_path / "shili.yaml"
    path.write_text(dated, "utf-8")
    years = {2023: "99.70", 2024: "99.55", 2019: "0"}
    cases = [
        CASE.replace("一个情形", f"{year}年\n  年度: {year}")
        .replace("2024-03", f"{year}-03").replace("99.55", total)
        for year, total in years.items()
    ]  # fmt: skip
    path.with_name("shili.cases.yaml").write_text("".join(cases), "utf-8")
    done = kaohe("test", path)
    assert "通过  2023年" in done.output
    assert "通过  2024年" in done.output
    assert "现为“2019”；应为2020年度起的年度" in done.output
    shown = kaohe("show", path).output
    assert "每个问题扣1.5分" in shown
    assert "有的数按年度写，以上是2024年度起的" in shown
    earlier = kaohe("show", path, "--year", "2023").output
    assert "“上级检查通报问题”（编号1）：发现、通报即扣；每个问题扣1分" in earlier
    assert "以上是2023年度的" in earlier
    assert kaohe("show", path, "--year", "2019").return_value == 1
    assert "年度应写成 2024 的样子" in str(kaohe("show", path, "--year", "去年").exception)
    assert "99.70" in kaohe("try", path, "--year", "2023").output
    (tmp_path / "b.yaml").write_text(BASE, "utf-8")
    differs = kaohe("diff", path, tmp_path / "b.yaml").output
    assert (
        "（2024年度以前）“平时考核”：扣分项1“上级检查通报问题”的分值由“每个问题扣1分”改为“每个问题扣1.5分”"
        in differs
    )
    assert "共 1 处不同" in differs
    assert (
        "2024年度的内容没有不同"
        in kaohe("diff", path, tmp_path / "b.yaml", "--year", "2024").output
    )


def test_check_looks_at_the_numbers_of_every_year(tmp_path: Path) -> None:
    path = tmp_path / "shili.yaml"
    path.write_text(base_with("weight: 40", "weight: {2020: 45, 2024: 40}"), "utf-8")
    done = kaohe("check", path)
    assert done.return_value == 1
    assert "各部分权重合计100，现合计105（按2020年度的数）" in done.stderr
    path.write_text(base_with("weight: 40", "weight: {2020: 40, 2024: 40}"), "utf-8")
    done = kaohe("check", path)
    assert done.return_value == 0
    assert "2020、2024年度起的都查过" in done.output


def test_a_scheme_without_cases_fails_when_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "shili.yaml").write_text(BASE, "utf-8")
    done = kaohe("test", tmp_path / "shili.yaml")
    assert done.return_value == 1
    assert "办法没有用例文件。改法：在办法旁边写这个文件" in done.stderr
    assert "shili.cases.yaml" in done.stderr
    assert "通过 0 个，不符 0 个；没有用例文件的办法 1 个" in done.output
    described = json.loads(kaohe("test", tmp_path / "shili.yaml", "--json").output)
    assert (described["passed"], described["failed"], described["without_cases"]) == (0, 0, 1)
    assert [p["kind"] for p in described["schemes"][0]["problems"]] == ["cases-missing"]


def test_a_case_that_cannot_be_read_is_no_wrong_number(tmp_path: Path) -> None:
    done = kaohe("test", cases_file(tmp_path, CASE.replace("上半年: 100", "上半: 100")))
    assert done.return_value == 1
    assert "写错  一个情形" in done.output
    assert "通过 0 个，不符 0 个，写错 1 个" in done.output


def test_a_score_that_the_items_cannot_add_up_to_names_the_item(tmp_path: Path) -> None:
    each = base_with("title: 受理制度机制, points: 20", "title: 受理制度机制, points: 20, each: 3")
    (tmp_path / "shili.yaml").write_text(each, "utf-8")
    (tmp_path / "shili.cases.yaml").write_text(CASE.replace("上半年: 100", "上半年: 70"), "utf-8")
    done = kaohe("test", tmp_path / "shili.yaml")
    assert re.search("70分到指标.*“受理制度机制”该得\\d+分，它每个问题扣3分", done.output), (
        done.output
    )


def test_cases_take_several_forms_of_one_period_name(tmp_path: Path) -> None:
    """Periods of the same name are told apart by the part's title; late days as well."""
    scheme = plain(BASE)
    forms = scheme["components"]["self_assessment"]
    forms["late"] = {"each_day": 1}
    scheme["components"]["third_party"] = {
        **forms,
        "title": "现场考核",
        "table": "现场考核",
        "weight": 30,
    }
    write(tmp_path / "shili.yaml", scheme)
    (tmp_path / "shili.cases.yaml").write_text(
        """\
- 情形: 期次同名
  单位:
    甲县:
      自我考核: {上半年: 90, 下半年: 90}
      现场考核: {上半年: 80, 下半年: 80}
      迟报: {现场考核: {上半年: 4}}
  结果:
    甲县: {自我考核: 90, 现场考核: 78}
- 情形: 分不清
  单位:
    甲县: {上半年: 90}
  结果:
    甲县: {自我考核: null}
""",
        "utf-8",
    )
    done = kaohe("test", tmp_path / "shili.yaml")
    assert "通过  期次同名" in done.output
    assert "写在部分名称（自我考核、现场考核）下的期次" in done.output


# Help


def test_schemes_alone_lists_and_every_command_has_its_page() -> None:
    assert "菏泽市政府信息公开工作考核办法" in kaohe().output
    assert '"title": "考核办法"' in kaohe("--schema").output
    for command in ("new", "check", "show", "diff", "try", "test"):
        page = kaohe(command, "--help").output
        assert f"示例：\n  kaohe schemes {command}" in page
        assert f"kaohe schemes {command}" in PAGE


def test_the_manual_quotes_the_message_of_a_changed_scheme(tmp_path: Path) -> None:
    manual = (ROOT / "docs" / "使用手册.md").read_text("utf-8")
    text = shipped_schemes()["heze"].read_text("utf-8")
    changed = text.replace("title: 制度机制建设, points: 10}", "title: 制度机制建设, points: 9}")
    path = tmp_path / "本市考核办法.yaml"
    path.write_text(changed, "utf-8")
    described = kaohe("check", path).stderr.strip()
    assert described.splitlines()[-1].strip() in manual
