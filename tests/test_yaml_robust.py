"""assessment.yaml, schemes and cases as broken, hostile or foreign programs write them: read, or one
message with the line. No traceback, no value changed in silence, no second and no memory lost."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from scoring.authoring.cases import read_cases
from scoring.limits import YAML_BYTES, YAML_DEPTH, YAML_DIGITS, YAML_NODES, YAML_PROBLEMS
from scoring.problems import Problem
from scoring.scheme import load_scheme, shipped
from scoring.steps.grade import load_assessment
from scoring.yaml_files import nodes as yaml_nodes
from tests.conftest import ROOT
from tests.folders import write_folder
from tests.program import kaohe

BASE = "scheme: heze\nyear: 2024\n"
TEXT = BASE + "region: 示例市人民政府\ncircular:\n  issuer: 示例市人民政府办公室\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    unit = {"上半年": 90, "下半年": 90, "第三方": 90}
    return write_folder(tmp_path / "2024", {"甲县": unit, "乙县": unit})


def problems_of(folder: Path, content: bytes | str) -> list[Problem]:
    data = content.encode() if isinstance(content, str) else content
    (folder / "assessment.yaml").write_bytes(data)
    return [p for p in load_assessment(folder)[1] if p.kind != "unchecked"]


# Encodings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_usual_encoding_is_read(encoding: str, folder: Path) -> None:
    (folder / "assessment.yaml").write_bytes(TEXT.encode(encoding))
    assessment, problems = load_assessment(folder)
    assert problems == []
    assert assessment is not None
    assert assessment.settings.region == "示例市人民政府"
    assert assessment.settings.circular.issuer == "示例市人民政府办公室"
    scheme = shipped()["heze"].read_text("utf-8")
    (folder / "办法.yaml").write_bytes(scheme.encode(encoding))
    assert load_scheme(folder / "办法.yaml") == load_scheme(shipped()["heze"])
    cases = ROOT / "config" / "heze.cases.yaml"
    (folder / "cases.yaml").write_bytes(cases.read_text("utf-8").encode(encoding))
    assert read_cases(folder / "cases.yaml")[0] == read_cases(cases)[0] != ()


def test_utf_16_of_either_order_and_mac_line_ends_are_read(folder: Path) -> None:
    assert problems_of(folder, b"\xfe\xff" + TEXT.encode("utf-16-be")) == []
    assert problems_of(folder, TEXT.replace("\n", "\r")) == []
    assert problems_of(folder, TEXT.replace("\n", "\r\n")) == []


UTF8, GB = TEXT.encode(), TEXT.encode("gb18030")
BROKEN = {
    "a byte that no text has": (UTF8.replace("市".encode(), b"\xff", 1), 3, 11, "字节 FF"),
    "a byte lost": (UTF8.replace("市".encode(), "市".encode()[1:], 1), 3, 11, "UTF-8"),
    "cut off": (BASE.encode() + "region: 示例".encode()[:-1], 3, 10, "UTF-8"),
    "another byte in its place": (UTF8.replace("例".encode(), b"\xe4\xbe\x2d", 1), 3, 10, "UTF-8"),
    "GB18030 with a broken byte": (GB.replace("市".encode("gb18030"), b"\xff", 1), 3, 11, "GB18030"),
    "GB18030 beside UTF-8": (GB + "  title: 示例\n".encode(), 6, 10, "两种编码"),
    "UTF-8 beside GB18030": (UTF8 + "  title: 示例\n".encode("gb18030"), 6, 11, "UTF-8"),  # 示 (CA BE) fits
    "UTF-16 cut off": (TEXT.encode("utf-16")[:-1], 5, 21, "UTF-16"),
    "UTF-16 without a mark": (TEXT.encode("utf-16-le"), None, None, "UTF-16"),
    "UTF-32": (TEXT.encode("utf-32"), None, None, "UTF-32"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_broken_bytes_are_an_error_with_their_place(name: str, folder: Path) -> None:
    content, row, column, said = BROKEN[name]
    (problem,) = problems_of(folder, content)
    assert (problem.kind, problem.place.file) == ("yaml-encoding", "assessment.yaml")
    assert (problem.place.row, problem.place.column) == (row, None if row is None else str(column))
    assert said in problem.message()


def test_gb18030_that_is_utf_8_by_chance_is_not_guessed(folder: Path) -> None:
    # C1 AA is no UTF-8, but 目 in GB18030 (C4 BF) is also the letter Ŀ.
    content = BASE.encode() + "region: 目\n".encode("gb18030")
    assert content.decode("utf-8").endswith("region: Ŀ\n")
    (problem,) = problems_of(folder, content)
    assert (problem.kind, "分不清" in problem.message()) == ("yaml-encoding", True)
    assert problems_of(folder, BASE + "region: 甲·乙\n") == []
    assert problems_of(folder, BASE + "region: a·b\n") == []


def test_damaged_schemes_and_cases_are_named(folder: Path) -> None:
    scheme = shipped()["heze"].read_bytes()
    (folder / "办法.yaml").write_bytes(scheme.replace("菏".encode(), b"\xff\xff", 1))
    (problem,) = problems_of(folder, BASE.replace("heze", "办法.yaml"))
    assert (problem.kind, problem.place.file) == ("yaml-encoding", "办法.yaml")
    assert problem.place.row == 1 + scheme[: scheme.index("菏".encode())].count(b"\n")
    (folder / "a.cases.yaml").write_bytes("- 情形: 甲\n  年度: 乙".encode()[:-1])
    cases, source = read_cases(folder / "a.cases.yaml")
    assert cases == ()
    assert [(p.kind, p.place.row) for p in source.problems] == [("yaml-encoding", 2)]


# What no reader may drop, change or run


LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{c}: &{c} [{','.join(['*' + p] * 9)}]\n" for p, c in zip("abcdefgh", "bcdefghi", strict=True)
)
CHAIN = "k0: &k0 [x]\n" + "".join(f"k{i}: &k{i} [*k{i - 1}]\n" for i in range(1, 99))
HOSTILE = {
    "a list in itself": ("region: &a [*a]\n", "yaml-unsupported", 3, "没有尽头"),
    "a mapping in itself": ("circular: &a\n  number: *a\n", "yaml-unsupported", 4, "没有尽头"),
    "billion laughs": (LAUGHS, "yaml-limit", 7, f"不超过{YAML_NODES}项"),
    "a chain of aliases": (CHAIN + "z: *k98\n", "yaml-limit", 52, f"不超过{YAML_DEPTH}层"),
    "open brackets": ("region: " + "[" * 100_000, "yaml-limit", 3, f"不超过{YAML_DEPTH}层"),
    "open braces": ("region: " + "{a: " * 9_999, "yaml-limit", 3, f"不超过{YAML_DEPTH}层"),
    "dashes": ("region:\n  " + "- " * 100_000, "yaml-limit", 4, f"不超过{YAML_DEPTH}层"),
    "question marks": ("? " * 100_000, "yaml-limit", 3, f"不超过{YAML_DEPTH}层"),
    "deep indents": ("".join(" " * i + f"a{i}:\n" for i in range(900)), "yaml-limit", 53, "嵌套太深"),
    "5,000 digits": ("as_of: " + "9" * 5000, "yaml-limit", 3, f"不超过{YAML_DIGITS}位的数"),
    "5,000 decimals": ("as_of: 0." + "3" * 5000, "yaml-limit", 3, "一个数有5001位"),
    "5,000 digits quoted": (f'as_of: "{"9" * 5000}"', "yaml-limit", 3, "一个数有5000位"),
    "too many values": ("region: [" + "1," * 60_000 + "]", "yaml-limit", 3, f"不超过{YAML_NODES}项"),
    "a python object": ("region: !!python/object/apply:os.getcwd []\n", "yaml-unsupported", 3, "!!python"),
    "a python name": ("region: !!python/name:os.system\n", "yaml-unsupported", 3, "类型标签"),
    "a tag of its own": ("region: !foo 甲\n", "yaml-unsupported", 3, "!foo"),
    "a number by tag": ('region: !!int "5"\n', "yaml-unsupported", 3, "!!int"),
    "bytes by tag": ("region: !!binary aGk=\n", "yaml-unsupported", 3, "!!binary"),
    "two documents": ("---\nregion: 甲\n", "yaml-unsupported", 4, "两份内容"),
    "text after the end": ("...\nregion: 甲\n", "yaml-syntax", 4, "只写“...”的一行"),
    "a merge key": ("circular:\n  <<: {number: 甲}\n", "yaml-unsupported", 4, "合并写法"),
    "a merge among names": ('not_applicable:\n  <<: {甲县: ["3.3"]}\n', "yaml-unsupported", 4, "<<"),
    "an anchor twice": ("region: &a 甲\ncircular:\n  number: &a 乙\n  title: *a\n", "yaml-unsupported", 5, "第3行已有"),
    "an anchor nobody uses": ("region: &abc 甲\n", "yaml-unsupported", 3, "加双引号"),
    "an alias of nothing": ("region: *abc\n", "yaml-unsupported", 3, "没有这个名称的锚点"),
    "a list as a name": ("[a, b]: 1\n", "yaml-unsupported", 3, "列表或映射作名称"),
    "a mapping as a name": ("{a: b}: 1\n", "yaml-unsupported", 3, "列表或映射作名称"),
    "a template": ("region: {{ region }}\n", "yaml-unsupported", 3, "整个内容加双引号"),
    "NUL": ("region: 甲\x00\n", "yaml-character", 3, "U+0000"),
    "a bell": ("region: 示例\x07市\n", "yaml-character", 3, "U+0007"),
    "a line separator": ("region: 示例\u2028市\n", "yaml-character", 3, "U+2028"),
    "a next line mark": ("region: 示例\x85市\n", "yaml-character", 3, "U+0085"),
    "no width": ("reg\u200bion: 示例市\n", "yaml-character", 3, "U+200B"),
    "a BOM inside": ("\ufeffregion: 示例市\n", "yaml-character", 3, "U+FEFF"),
    "a broken character saved": ("region: 示\ufffd市\n", "yaml-character", 3, "U+FFFD"),
    "NUL escaped": ('region: "甲\\0"\n', "yaml-character", 3, "U+0000"),
    "half a pair escaped": ('region: "\\ud83d"\n', "yaml-character", 3, "U+D83D"),
    "an escape beyond Unicode": ('region: "\\U00110000"\n', "yaml-syntax", 3, "改正或删去"),
    "an escape beyond numbers": ('region: "\\UFFFFFFFF"\n', "yaml-syntax", 3, "改正或删去"),
    "a tab as indent": ("circular:\n\tnumber: 甲\n", "yaml-syntax", 4, "缩进请用空格"),
    "a tab after a colon": ("region:\t甲\n", "yaml-syntax", 3, "制表符"),
    "a tab after a value": ("region: 甲\t\n", "yaml-syntax", 3, "制表符"),
    "a quote left open": ("region: '" + "甲\n" * 9_999, "yaml-syntax", 3, "引号"),
    "one long line": ("a " * 100_000, "yaml-syntax", 3, "名称后面写冒号"),
    "a name without a name": (": 甲\n", "yaml-syntax", 3, "“:”前面写名称"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_plain_yaml_is_one_message_with_its_line(name: str, folder: Path) -> None:
    text, kind, line, said = HOSTILE[name]
    (problem,) = problems_of(folder, BASE + text)
    assert (problem.kind, problem.place.file, problem.place.row) == (kind, "assessment.yaml", line)
    assert said in problem.message()
    assert len(problem.message()) < 400


WHOLE = {
    "a list": ("- scheme: heze\n- year: 2024\n", "yaml-value", 1),
    "a text": ("heze\n", "yaml-value", 1),
    "a number": ("\n2024\n", "yaml-value", 2),
    "null": ("# 空\n~\n", "yaml-value", 2),
    "a directive": ("%FOO 1\n---\n" + BASE, "yaml-syntax", 1),
    "a tag directive": ("%TAG ! tag:x,2000:\n---\n" + BASE, "yaml-syntax", 1),
    "another YAML": ("%YAML 3.0\n---\n" + BASE, "yaml-syntax", 1),
    "a version of 5,000 digits": (f"%YAML 1.{'9' * 5000}\n---\n" + BASE, "yaml-syntax", 1),
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_file_that_is_no_mapping_is_told_at_its_line(name: str, folder: Path) -> None:
    text, kind, line = WHOLE[name]
    (problem,) = problems_of(folder, text)
    assert (problem.kind, problem.place.row) == (kind, line)


@pytest.mark.parametrize("text", ["", "\n\n", "# 空\n", "---\n", "---\n...\n"])
def test_an_empty_file_lacks_both_lines(text: str, folder: Path) -> None:
    kinds = [(p.kind, p.expected.split("（")[0]) for p in problems_of(folder, text)]
    assert kinds == [("yaml-missing", "“scheme”一项"), ("yaml-missing", "“year”一项")]


def test_what_is_sound_yaml_stays_as_it_was(folder: Path) -> None:
    text = (
        "%YAML 1.2\n---\nscheme: heze\nyear: &y 2024\nregion: !!str 2024\n"
        "circular:\n  number: *y\n...\n"
    )
    (problem,) = problems_of(folder, text)
    assert (problem.kind, problem.place.row) == ("yaml-value", 7)  # a number where a text belongs
    (folder / "assessment.yaml").write_text(
        "scheme: heze\nyear: 2024\nregion: &r 甲\ncircular: {issuer: *r, title: '<<'}\n---\n",
        "utf-8",
    )
    assessment, problems = load_assessment(folder)
    assert problems == []
    assert assessment is not None
    assert assessment.settings.circular.issuer == "甲"
    assert assessment.settings.circular.title == "<<"


def test_a_huge_file_is_not_read_at_all(folder: Path) -> None:
    with (folder / "assessment.yaml").open("wb") as file:
        file.truncate(20 * 2**30)  # no disk is used
    (problem,) = [p for p in load_assessment(folder)[1] if p.kind != "unchecked"]
    assert (problem.kind, problem.place.file) == ("yaml-limit", "assessment.yaml")
    assert f"现为“20971520KB”；应为不超过{YAML_BYTES // 1024}KB" in problem.message()


def test_of_thousands_of_faults_only_the_first_are_told(folder: Path) -> None:
    for text in ("".join(f"k{i}: 1\n" for i in range(5000)), BASE * 2500):
        found = problems_of(folder, BASE + text)
        assert len(found) <= YAML_PROBLEMS + 2
        (more,) = [p for p in found if p.kind == "yaml-more"]
        assert f"另有{5000 - YAML_PROBLEMS}处" in more.message()


def test_a_scheme_with_an_impossible_name_is_not_found(folder: Path) -> None:
    (problem,) = problems_of(folder, f"scheme: {'长' * 300}.yaml\nyear: 2024\n")
    assert (problem.kind, problem.place.row) == ("scheme-unknown", 1)


def test_a_file_that_cannot_be_opened_is_named(folder: Path) -> None:
    # Memory that is not there, and not a file without rights: an administrator reads that.
    (folder / "办法.yaml").symlink_to("/proc/self/mem")
    found = problems_of(folder, BASE.replace("heze", "办法.yaml"))
    assert (found[0].kind, found[0].place.file) == ("file-unreadable", "办法.yaml")


# Seconds and megabytes


MEASURED = """
import json, resource, sys, time
from pathlib import Path
from scoring.steps.grade import load_assessment
from scoring.authoring.cases import read_cases
from scoring.authoring.draft import read_draft
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
out = {}
for folder in map(Path, sys.argv[1:]):
    start = time.process_time()
    problems = load_assessment(folder)[1]
    cases = read_cases(folder / "a.cases.yaml")[1].problems
    draft = read_draft(folder / "a.yaml").problems
    out[folder.name] = (time.process_time() - start, len(problems), len(cases), len(draft))
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([out, (after - before) / 1024]))
"""


def test_bombs_take_less_than_a_second_and_little_memory(tmp_path: Path) -> None:
    bombs = ["billion laughs", "open brackets", "dashes", "deep indents", "5,000 digits",
             "a list in itself", "a chain of aliases"]  # fmt: skip
    for name in bombs:
        place = tmp_path / name
        place.mkdir()
        for file in ("assessment.yaml", "a.cases.yaml", "a.yaml"):
            (place / file).write_text(BASE + HOSTILE[name][0], "utf-8")
    folders = [str(tmp_path / name) for name in bombs]
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *folders],
        capture_output=True, text=True, cwd=ROOT, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    taken, memory = json.loads(done.stdout)
    assert list(taken) == bombs
    # Three files each; a laden machine is not the program's fault, so processor time is counted.
    assert all(seconds < 3 for seconds, *_ in taken.values()), taken
    assert all(min(counts) >= 1 for _, *counts in taken.values()), taken
    assert memory < 200


def test_the_command_line_says_the_same(folder: Path) -> None:
    for name in ("billion laughs", "open brackets", "5,000 digits", "half a pair escaped"):
        text, _, line, said = HOSTILE[name]
        (folder / "assessment.yaml").write_text(BASE + text, "utf-8")
        for command in (["check"], ["grade"]):
            done = kaohe(*command, folder)
            shown = done.stdout + done.stderr
            assert done.returncode == 1, shown
            assert "assessment.yaml" in shown
            assert f"第{line}行" in shown
            assert said in shown
            assert "Traceback" not in shown
    assert not (folder / "结果").exists()


def test_schemes_commands_say_the_same(tmp_path: Path) -> None:
    for name, (text, _, line, said) in HOSTILE.items():
        if name not in ("billion laughs", "a python object", "two documents", "NUL"):
            continue
        path = tmp_path / "a.yaml"
        path.write_text(BASE + text, "utf-8")
        done = kaohe("schemes", "check", path)
        shown = done.stdout + done.stderr
        assert done.returncode == 1, shown
        assert f"第{line}行" in shown
        assert said in shown
        assert "Traceback" not in shown


# Two parsers


def mutated(text: str, random: Random) -> str:
    """A part of ``text`` with some characters put in, left out or changed."""
    start = text.rfind("\n", 0, random.randrange(len(text))) + 1
    out = text[start : start + random.randrange(100, 900)] or text[:300]
    for _ in range(random.randrange(1, 5)):
        at = random.randrange(len(out) + 1)
        cut = at + random.randrange(3)
        out = (
            out[:at]
            + random.choice(["", *":-,[]{}\"'# \n.一：“=^%@", "\n  ", ": ", "\r\n"])
            + out[cut:]
        )
    return out


def test_the_quick_parser_gives_what_the_other_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the parser in C reads is read the same by the one that explains faults, with the places."""
    random = Random(9)
    files = [path.read_text("utf-8") for path in (ROOT / "config").glob("*.yaml")]
    texts = [*files, *(mutated(random.choice(files), random) for _ in range(3000))]
    quick = {text: yaml_nodes.compose(text, "a") for text in texts if yaml_nodes.quick_events(text)}
    assert set(files) <= set(quick)
    assert len(quick) > 100
    monkeypatch.setattr(yaml_nodes, "CParser", None)
    for text, tree in quick.items():
        assert yaml_nodes.compose(text, "a") == tree, text
