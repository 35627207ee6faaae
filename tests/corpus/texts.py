"""Csv files: encodings, quotes, ragged lines, delimiters, line ends, formulas."""

from __future__ import annotations

from tests.corpus.base import LEDGER_HEADER, LEDGER_ROWS, MORE_BY_ONE, SCORE_ROWS, SCORES
from tests.corpus.changes import csv, csv_lines, write
from tests.corpus.model import add

KIND = "csv"
CSV = "平时考核台账/办公室.csv"
LINES = csv_lines()
TEXT = "\n".join(LINES) + "\n"
BOM = "\ufeff"
FIRST = {"甲山县人民政府": MORE_BY_ONE["甲山县人民政府"]}

# Encodings

for encoding in ("utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"):
    add(KIND, f"编码{encoding}", csv(LINES, encoding))
for mark, encoding in (
    (BOM, "utf-16-le"),
    (BOM, "utf-16-be"),
    (BOM, "utf-32-le"),
    (BOM, "utf-32-be"),
):
    add(KIND, f"编码{encoding}，有字节顺序标记", csv(mark + TEXT, encoding))
add(
    KIND,
    "前三行UTF-8，后两行GB18030",
    csv(
        b"\n".join(line.encode("utf-8" if i < 3 else "gb18030") for i, line in enumerate(LINES))
        + b"\n"
    ),
    f"file-encoding {CSV} 4",
)
add(
    KIND,
    "UTF-8被截去半个字",
    csv(TEXT.encode().replace("专栏".encode(), "专栏".encode()[:5])),
    f"file-encoding {CSV} 5",
)
add(
    KIND,
    "UTF-8被当作GBK转存过",
    csv(TEXT.encode().decode("gb18030", errors="replace").encode("gb18030")),
    f"file-encoding {CSV} 1",
)
add(KIND, "中间有空字节", csv(TEXT.replace("T003", "T0\0003").encode()), f"file-unreadable {CSV} 4")
add(KIND, "末尾补了一片空字节", csv(TEXT.encode() + b"\0" * 512), f"file-unreadable {CSV} 6")
add(KIND, "UTF-7", csv(TEXT, "utf-7"), f"header-missing {CSV}")
add(KIND, "末尾有DOS的文件结束符", csv(TEXT + "\x1a"))
add(
    KIND,
    "两份带标记的导出粘在一起",
    csv((BOM + TEXT + BOM + LINES[0] + "\nT009,甲山县,1,栏目空白,2024-09-03,,,,,,\n").encode()),
    scores=FIRST,
)

# Quotes

STRAY = [
    LINES[0],
    'T001,甲山县,1,"双公示"栏目缺失,2024-03-05,,,,,,',
    'T002,丙市财政局,2.1,"一网通办链接失效,2024-04-08,2024-04-30,2024-05-06,,,,',
    "T003,乙水县,2.2,电话无人接听,2024-05-09,,,属实,,,",
    "T004,乙水县,3,专栏缺失,2024-06-03,2024-06-28,2024-06-20,,,,",
]
add(KIND, "没有配对的引号", csv(STRAY), f"csv-quote {CSV} D3")
add(
    KIND,
    "两行各有一个没有配对的引号",
    csv([*STRAY[:4], STRAY[4].replace("专栏", '"专栏')]),
    f"csv-quote {CSV} D3",
    f"csv-quote {CSV} D5",
)
add(
    KIND,
    "最后一行有没有配对的引号",
    csv([*LINES[:4], STRAY[4].replace("专栏", '"专栏')]),
    f"csv-quote {CSV} D5",
)
add(
    KIND,
    "表头有没有配对的引号",
    csv([LINES[0].replace("问题", '"问题'), *LINES[1:]]),
    f"csv-quote {CSV} D1",
)
add(KIND, "引号在词的中间", csv(TEXT.replace("栏目长期", '栏目"长期"')))
add(
    KIND,
    "引号配对，内容里有逗号和换行",
    csv(TEXT.replace("栏目长期不更新", '"栏目长期不更新，\n两个,三个"')),
)
add(KIND, "引号配对，内容里有引号", csv(TEXT.replace("栏目长期不更新", '"""栏目""长期不更新"')))
add(
    KIND,
    "每一格都加引号",
    csv(["\n".join(",".join(f'"{v}"' for v in line.split(",")) for line in LINES)]),
)
add(KIND, "全角引号不是引号", csv(TEXT.replace("栏目长期", "“栏目长期")))
add(KIND, "单引号不是引号", csv(TEXT.replace("栏目长期", "'栏目长期")))

# Lines of other lengths

add(
    KIND,
    "一行多一格，在表格右边",
    csv([*LINES[:2], LINES[2] + ",2024-04-20", *LINES[3:]]),
    f"column-unnamed {CSV} L3",
)
add(KIND, "一行多几个空格子", csv([*LINES[:2], LINES[2] + ",,,", *LINES[3:]]))
add(
    KIND,
    "描述里有没加引号的逗号，后面错开一格",
    csv([*LINES[:2], LINES[2].replace("链接打不开", "链接,打不开"), *LINES[3:]]),
    f"date-unreadable {CSV} E3",
    f"value-unknown {CSV} H3",
)
add(KIND, "一行少几格", csv([*LINES[:2], *(line.rstrip(",") for line in LINES[2:])]))
add(KIND, "一行只有编号，最后一行", csv([*LINES, "T005"]))
add(KIND, "中间有空行和只有逗号的行", csv([*LINES[:2], "", ",,,,,,,,,,", *LINES[2:]]))
add(KIND, "最后一行没有换行", csv(TEXT.rstrip("\n")))
add(KIND, "只有回车", csv(LINES, end="\r"))
add(KIND, "回车换行", csv(LINES, end="\r\n"))
add(KIND, "换行混用", csv(LINES[0] + "\r\n" + LINES[1] + "\r" + "\n".join(LINES[2:])))
add(
    KIND,
    "格子里有竖直制表和行分隔符，不是换行",
    csv(TEXT.replace("栏目长期", "栏目\x0b\u2028\x85长期")),
)

# Delimiters

for delimiter, name in (("\t", "制表符"), (";", "分号")):
    add(KIND, f"用{name}分隔", csv(csv_lines(delimiter=delimiter)))
add(KIND, "用竖线分隔", csv(csv_lines(delimiter="|")), f"csv-delimiter {CSV}")
add(KIND, "用全角逗号分隔", csv(csv_lines(delimiter="，")), f"csv-delimiter {CSV}")
add(
    KIND,
    "表头用逗号，数据用分号",
    csv([LINES[0], *csv_lines(delimiter=";")[1:]]),
    f"header-missing {CSV}",
)
add(KIND, "第一行写明分隔符", csv(["sep=;", *csv_lines(delimiter=";")]))

# What cells hold

add(
    KIND,
    "格子里是公式",
    csv([*LINES[:2], LINES[2].replace("2024-05-06", "=F3+6"), *LINES[3:]]),
    f"formula-uncomputed {CSV} G3",
)
add(KIND, "格子里是防止转数字的写法", csv(TEXT.replace("T001", '="0012"')))
add(
    KIND,
    "格子里是错误值的文字",
    csv(TEXT.replace("2024-05-06", "#N/A")),
    f"date-unreadable {CSV} G3",
)
add(
    KIND, "日期是美国写法", csv(TEXT.replace("2024-05-06", "5/6/2024")), f"date-unreadable {CSV} G3"
)
add(KIND, "日期两位年份", csv(TEXT.replace("2024-05-06", "24/5/6")), f"date-unreadable {CSV} G3")
add(KIND, "日期没有年", csv(TEXT.replace("2024-05-06", "5月6日")), f"date-unreadable {CSV} G3")
add(KIND, "日期是序列号", csv(TEXT.replace("2024-05-06", "45418")), f"date-unreadable {CSV} G3")
add(
    KIND,
    "日期后面有不换行空格和零宽字符",
    csv(TEXT.replace("2024-05-06", "\u200e2024-05-06\u00a0\ufeff")),
)
add(
    KIND,
    "编号被Excel存成科学计数",
    csv(TEXT.replace("T001", "2.02403E+11").replace("T002", "2.02403E+11")),
    f"entry-duplicate {CSV} A3",
)
SCORE_LINES = csv_lines(SCORE_ROWS)
SCORE_CSV = SCORES.replace("xlsx", "csv")
for said in ("90%", "⑨⓪", "90¹", "−90", "-0", "90.00001", "9e1", "1,000", "九十", "90/100", "TRUE"):
    shown = f'"{said}"' if "," in said else said
    kind = "number-decimals" if said == "90.00001" else "number-unreadable"
    add(
        KIND,
        f"得分是{said}",
        csv([SCORE_LINES[0], f"甲山县,{shown},", *SCORE_LINES[2:]], file=SCORES),
        f"{kind} {SCORE_CSV} B2",
    )
add(
    KIND,
    "得分前面有单引号",
    csv([SCORE_LINES[0], "甲山县,'90,", *SCORE_LINES[2:]], file=SCORES),
    f"number-unreadable {SCORE_CSV} B2",
)
add(
    KIND,
    "得分有空格和“分”字",
    csv([SCORE_LINES[0], "甲山县, ９０ 分 ,", *SCORE_LINES[2:]], file=SCORES),
)

# Headers and footers

add(
    KIND,
    "表头两行",
    csv(
        [
            "台账编号,单位,扣分项,问题描述,发现日期,整改情况,,核实结果,,,",
            ",,,,,整改期限,整改完成日期,,,,",
            *LINES[1:],
        ]
    ),
)
add(
    KIND,
    "上面有标题和单位",
    csv(["2024年度平时考核台账,,,,,,,,,,", "填报单位：市政府办公室", *LINES]),
)
add(
    KIND,
    "表尾有签字和说明",
    csv(
        [
            *LINES,
            "",
            "填表人：张三,,审核人：李四,,,,,,,,",
            "（盖章）,,,,,,2024年12月31日,,,,",
            "以下空白",
        ]
    ),
)
add(
    KIND,
    "有内容的列没有列名",
    csv(TEXT.replace("整改完成日期", "")),
    f"column-unnamed {CSV} G3",
    f"column-unnamed {CSV} G5",
)
add(
    KIND,
    "最后一行的单位写错",
    csv([*LINES, "T005,甲山具,1,栏目空白,2024-09-03,,,,,,"]),
    f"unit-unknown {CSV} B6",
)
add(
    KIND,
    "列名写错一字",
    csv(TEXT.replace("整改完成日期", "整改完成日")),
    f"column-misnamed {CSV} G1",
)
add(KIND, "列名是英文", csv(["no,unit,rule,text,found", *LINES[1:]]), f"header-missing {CSV}")
add(KIND, "没有表头", csv(LINES[1:]), f"header-missing {CSV}")
add(
    KIND,
    "再有一份台账，编号与另一份相同",
    write("平时考核台账/公安.csv", LINES[0] + "\n" + LINES[1].replace("栏目", "版面") + "\n"),
    "entry-duplicate 平时考核台账/办公室.xlsx A2",
)
assert LEDGER_ROWS[0] == LEDGER_HEADER
