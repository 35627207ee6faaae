"""Draw the packages of ``scoring`` from their imports, and refuse an import against the data flow.

    python tools/draw_imports.py            # the picture, as Mermaid, with the number of imports
    python tools/draw_imports.py --write    # the same without numbers into docs/architecture.md
    python tools/draw_imports.py --list     # every import between packages, module by module

``ORDER`` is the only statement of which package may import which: one of a lower row may be imported
by those of the rows after it, never by one of its own row. Ends with 1 where an import breaks that,
where modules import each other in a circle, or where a package has no place in ``ORDER``.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "architecture.md"
BEGIN, END = "<!-- imports: tools/draw_imports.py --write -->", "<!-- end of imports -->"

ORDER: dict[str, tuple[tuple[str, ...], ...]] = {
    "scoring": (
        ("enums",),
        ("limits", "papers", "points", "refusals", "resources", "version", "workdays", "decoding"),
        ("problems", "writing"),
        ("tables", "yaml_files"),
        ("engines", "scheme"),
        ("lookup", "rules"),
        ("intake", "score", "simulate"),
        ("evidence",),
        ("inquiry", "monitoring", "regions", "reporting", "sensitivity", "verification"),
        ("wording",),
        ("authoring", "publish"),
        ("steps",),
        ("notebook",),
        ("(face)",),
        ("portal",),
        ("cli",),
        ("__main__",),
    ),
    "scoring.publish": (
        ("files", "svg", "paper_text"),
        ("sheets", "templates", "word"),
        ("evidence",),
        ("bulletin", "circular", "comparison", "description", "explanation", "forms", "manifest", "preview",
         "problem_list", "results", "sensitivity", "verification", "warnings"),
        ("dashboard", "feedback", "regions"),
        ("office_templates",),
        ("(face)",),
    ),
}  # fmt: skip
"""By package: what is in it, in the order in which data flows. ``(face)`` is what ``__init__.py`` gives."""

BASE = ORDER["scoring"][:4]
"""Rows that nearly every package imports; the picture leaves them out."""


def modules(root: Path = ROOT) -> dict[str, Path]:
    """Every module of ``scoring`` under ``root``, by its dotted name."""
    found = {}
    for path in sorted((root / "scoring").rglob("*.py")):
        name = ".".join(path.relative_to(root).with_suffix("").parts)
        found[name.removesuffix(".__init__")] = path
    return found


def imports(root: Path = ROOT, *, types: bool = True) -> dict[str, set[str]]:
    """By module: the modules of ``scoring`` that it imports, within functions too, and for the type check
    alone unless ``types`` is False."""
    known = modules(root)
    found = {}
    for name, path in known.items():
        tree = ast.parse(path.read_text("utf-8"))
        found[name] = set(_named(tree if types else _Run().visit(tree), known)) - {name}
    return found


class _Run(ast.NodeTransformer):
    """A module as it runs: without what only the type check reads."""

    def visit_If(self, node: ast.If) -> ast.AST | None:
        only_types = isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        return None if only_types else self.generic_visit(node)


def _named(tree: ast.Module, known: Mapping[str, Path]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                if target := inner if inner in known else base if base in known else "":
                    yield target


def child(module: str, package: str) -> str | None:
    """The module or package in ``package`` in which ``module`` stands; None where it stands elsewhere."""
    if module == package:
        return "(face)"
    if not module.startswith(f"{package}."):
        return None
    return module[len(package) + 1 :].split(".")[0]


def between(package: str, found: Mapping[str, set[str]]) -> dict[tuple[str, str], list[str]]:
    """The imports between the children of ``package``: by (who imports, what), each as a line."""
    lines: dict[tuple[str, str], list[str]] = {}
    for module, targets in found.items():
        for target in sorted(targets):
            here, there = child(module, package), child(target, package)
            if here and there and here != there:
                lines.setdefault((here, there), []).append(f"{module} imports {target}")
    return lines


def faults(
    found: Mapping[str, set[str]],
    order: Mapping[str, tuple[tuple[str, ...], ...]],
    run: Mapping[str, set[str]] | None = None,
) -> list[str]:
    """What breaks the order, a sentence each: the import, and what it would need. Circles are looked for in
    ``run``, the imports of modules as they run (None: in all)."""
    wrong = []
    for package, rows in order.items():
        rank = {name: at for at, names in enumerate(rows) for name in names}
        children = {c for m in found if (c := child(m, package))}
        wrong += [f"{package}.{r} has no place in ORDER" for r in sorted(children - rank.keys())]
        wrong += [f"{package}.{r} in ORDER does not exist" for r in sorted(rank.keys() - children)]
        for (here, there), lines in sorted(between(package, found).items()):
            if here in rank and there in rank and rank[there] >= rank[here]:
                wrong += [f"{line}: {there} does not come before {here} in ORDER" for line in lines]
    return wrong + [
        f"imports in a circle: {' → '.join(circle)}" for circle in circles(run or found)
    ]


def circles(found: Mapping[str, set[str]]) -> list[list[str]]:
    """Modules that import each other in a circle: one circle for each place where one closes."""
    done: set[str] = set()
    path: list[str] = []
    closed = []

    def visit(module: str) -> None:
        if module in path:
            closed.append([*path[path.index(module) :], module])
        elif module not in done:
            path.append(module)
            for target in sorted(found.get(module, ())):
                visit(target)
            path.pop()
            done.add(module)

    for module in found:
        visit(module)
    return closed


def picture(found: Mapping[str, set[str]], *, numbers: bool = False) -> str:
    """The packages as a Mermaid graph that reads left to right: an arrow leads from a package to one
    that imports it. An arrow is left out where a longer way leads there."""
    hidden = {name for row in BASE for name in row} | {"(face)", "__main__"}
    rows = [[name for name in row if name not in hidden] for row in ORDER["scoring"]]
    names = [name for row in rows for name in row]
    counts = {pair: len(lines) for pair, lines in between("scoring", found).items()}
    used = {name: {b for a, b in counts if a == name and b in names} for name in names}
    lines = ["```mermaid", "flowchart LR"]
    for name in names:
        beyond = set().union(*(_all_used(other, used) for other in used[name]))
        direct = [other for other in names if other in used[name] - beyond]
        for other in direct:
            arrow = f"-->|{counts[name, other]}|" if numbers else "-->"
            lines.append(f"  {other} {arrow} {name}")
    return "\n".join([*lines, "```"])


def _all_used(name: str, used: Mapping[str, set[str]]) -> set[str]:
    return used[name].union(*(_all_used(other, used) for other in used[name]))


def with_picture(page: str, drawn: str) -> str:
    """The text of the architecture page with the picture between its marks."""
    before, rest = page.split(BEGIN)
    return f"{before}{BEGIN}\n{drawn}\n{END}{rest.split(END)[1]}"


def main(arguments: list[str]) -> int:
    found = imports()
    if "--list" in arguments:
        for package in ORDER:
            for pair, lines in sorted(between(package, found).items()):
                print(f"{package}: {pair[0]} → {pair[1]}", *lines, sep="\n  ")
    elif "--write" in arguments:
        PAGE.write_text(with_picture(PAGE.read_text("utf-8"), picture(found)), "utf-8")
    else:
        print(picture(found, numbers=True))
    wrong = faults(found, ORDER, imports(types=False))
    print(*wrong, sep="\n", file=sys.stderr)
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
