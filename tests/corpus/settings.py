"""assessment.yaml: a few of the faults that ``tests/test_yaml_robust.py`` has in full."""

from __future__ import annotations

from tests.corpus.changes import both, move, remove, write
from tests.corpus.model import add

KIND = "assessment.yaml"
FILE = "assessment.yaml"
SOUND = "scheme: heze\nyear: 2024\nregion: 丙市\n"
UNCHECKED = f"unchecked {FILE}"

add(KIND, "没有", remove(FILE), f"assessment-missing {FILE}", UNCHECKED)
add(KIND, "写成 .yml", move(FILE, "assessment.yml"), f"assessment-missing {FILE}", UNCHECKED)
add(KIND, "是空的", write(FILE, ""), *[f"yaml-missing {FILE} 11"] * 2, UNCHECKED)
add(
    KIND,
    "字节损坏",
    write(FILE, SOUND.encode().replace("丙".encode(), b"\xe4\xb8")),
    f"yaml-encoding {FILE} 93",
    UNCHECKED,
)
add(KIND, "UTF-16，照常读入", write(FILE, SOUND, "utf-16"))
add(KIND, "GB18030，照常读入", write(FILE, SOUND, "gb18030"))
add(KIND, "带标记的UTF-8和回车换行，照常读入", write(FILE, "\ufeff" + SOUND.replace("\n", "\r\n")))
add(
    KIND,
    "自己包含自己",
    write(FILE, SOUND + "circular: &a\n  issuer: *a\n"),
    f"yaml-unsupported {FILE} 115",
    UNCHECKED,
)
add(
    KIND,
    "同一项写了两次",
    write(FILE, SOUND + "year: 2023\n"),
    f"yaml-duplicate-key {FILE} 14",
    UNCHECKED,
)
add(KIND, "不认识的项", write(FILE, SOUND + "yaer: 2024\n"), f"yaml-unknown-key {FILE} 14")
add(
    KIND,
    "冒号是全角的",
    write(FILE, SOUND.replace("year:", "year：")),
    f"yaml-syntax {FILE} 52",
    UNCHECKED,
)
add(
    KIND,
    "办法名称写错",
    write(FILE, SOUND.replace("heze", "heza")),
    f"scheme-unknown {FILE} 11",
    UNCHECKED,
)
add(
    KIND,
    "不适用的单位不在表中",
    write(FILE, SOUND + "not_applicable:\n  丁县: ['1.1']\n"),
    f"unit-unknown {FILE} 35",
)
add(
    KIND,
    "不适用的指标不在办法中",
    write(FILE, SOUND + "not_applicable:\n  丙市财政局: ['9.9']\n"),
    f"indicator-unknown {FILE} 115",
)
add(
    KIND,
    "数字有五千位",
    write(FILE, SOUND + f"year: {'9' * 5000}\n"),
    f"yaml-limit {FILE} 74",
    UNCHECKED,
)
_BOMB = "".join(f"x{i}: &x{i} [{', '.join([f'*x{i - 1}'] * 9) if i else '1'}]\n" for i in range(9))
add(KIND, "引用逐层翻倍", write(FILE, SOUND + _BOMB), f"yaml-limit {FILE} 159", UNCHECKED)
add(
    KIND,
    "一千层",
    write(FILE, SOUND + "x: " + "[" * 1000 + "]" * 1000 + "\n"),
    f"yaml-limit {FILE} 534",
    UNCHECKED,
)
add(
    KIND,
    "是个文件夹",
    both(remove(FILE), write(f"{FILE}/x.txt", "x")),
    f"assessment-missing {FILE}",
    UNCHECKED,
)
