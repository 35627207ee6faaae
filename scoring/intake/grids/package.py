"""The package of a workbook: a zip archive whose parts refer to each other (ECMA-376 part 2).

Programs write the names of parts in their own ways: with backslashes, in other cases, with or
without a slash in front. Here a part is found whatever its name's spelling.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, Final, NamedTuple

from lxml import etree

from scoring.limits import UNPACKED_BYTES


class BrokenError(ValueError):
    """A file that is no whole workbook, or is too large; the message says what stands there."""


class TooLargeError(BrokenError):
    """A file beyond one of the limits: ``count`` of ``what`` where at most ``most`` are read."""

    def __init__(self, what: str, count: int, most: int) -> None:
        super().__init__(f"{count}{what}")
        self.what, self.count, self.most = what, count, most


class Relation(NamedTuple):
    """A reference from one part to another: its identifier, the last word of its type, its part."""

    key: str
    kind: str
    part: str


_DAMAGED: Final = "不是完好的 .xlsx 文件"
UNZIP_ERRORS: Final = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, KeyError, ValueError, RuntimeError,
    NotImplementedError,
)  # fmt: skip
"""What the zip library raises for broken, encrypted and unknown archives."""


class Package:
    """An opened workbook. Raises BrokenError where the archive is broken or too large."""

    def __init__(self, content: bytes) -> None:
        try:
            self.archive = zipfile.ZipFile(io.BytesIO(content))
        except UNZIP_ERRORS as error:
            raise BrokenError(_DAMAGED) from error
        self.members: dict[str, zipfile.ZipInfo] = {}
        unpacked = 0
        for member in self.archive.infolist():
            if member.filename.endswith("/") and not member.file_size:
                continue
            name = _folded(member.filename)
            if name in self.members:
                raise BrokenError(f"{_DAMAGED}：其中有两份“{member.filename}”")
            self.members[name] = member
            if "/media/" not in name:
                unpacked += member.file_size
        if unpacked > UNPACKED_BYTES:
            raise TooLargeError("字节（解压后）", unpacked, UNPACKED_BYTES)

    def has(self, part: str) -> bool:
        return _folded(part) in self.members

    def name(self, part: str) -> str:
        """The part's name as the archive spells it."""
        return self.members[_folded(part)].filename

    def read(self, part: str) -> bytes:
        """The part's content. Raises BrokenError where it is not there or cannot be unpacked."""
        member = self.members.get(_folded(part))
        if member is None:
            raise BrokenError(f"{_DAMAGED}：缺少“{part}”")
        try:
            return self.archive.read(member)
        except UNZIP_ERRORS as error:
            raise BrokenError(f"{_DAMAGED}：“{part}”解不开") from error

    def xml(self, part: str) -> Any:
        """The part's tree."""
        return parse(self.read(part), part)

    def relations(self, part: str) -> list[Relation]:
        """What the part refers to; nothing where it has no relations."""
        folder, name = posixpath.split(part)
        path = posixpath.join(folder, "_rels", f"{name}.rels")
        if not self.has(path):
            return []
        return _relations(self.read(path), path, folder)

    def workbook(self) -> str:
        """The main part of the workbook."""
        for relation in self.relations(""):
            if relation.kind == "officeDocument":
                return relation.part
        if self.has("xl/workbook.xml"):
            return "xl/workbook.xml"
        raise BrokenError(_DAMAGED)


@lru_cache(maxsize=64)
def _relations(content: bytes, path: str, folder: str) -> list[Relation]:
    """The relations in the text of a part; an office's forms share theirs."""
    out = []
    for element in parse(content, path):
        if element.get("TargetMode") == "External":
            continue
        target = (element.get("Target") or "").replace("\\", "/")
        kind = (element.get("Type") or "").rsplit("/", 1)[-1]
        out.append(Relation(element.get("Id") or "", kind, _target(folder, target)))
    return out


def _folded(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").casefold()


def _target(folder: str, target: str) -> str:
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join(folder, target))


def _parser() -> Any:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )


def parse(content: bytes, part: str) -> Any:
    """The tree of an XML text; entities stay as they are. Raises BrokenError where it is broken."""
    try:
        root = etree.fromstring(content, _parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BrokenError(f"{_DAMAGED}：“{part}”内容有误") from error
    refuse_entities(root.getroottree(), part)
    return root


def refuse_entities(tree: Any, part: str) -> None:
    """A part of a workbook has no document type: entities would hide what stands there."""
    if tree.docinfo.internalDTD is not None or tree.docinfo.doctype:
        raise BrokenError(f"{_DAMAGED}：“{part}”含有文档类型声明")


def children(content: bytes, part: str, root: str, of: str, tags: tuple[str, ...]) -> Iterator[Any]:
    """The elements named ``tags`` of an XML text whose root, named ``root``, or the root's element
    ``of`` holds them, in order. A large text is read piece by piece, so that memory stays small
    whatever its size. Raises BrokenError where the text is broken, has no ``of``, or holds something
    else in it: what nobody looks for must not be lost."""
    if len(content) <= _WHOLE:
        yield from _of_tree(parse(content, part), part, root, of, tags)
    else:
        yield from _of_stream(content, part, root, of, tags)


_WHOLE: Final = 16_000_000
"""Texts up to this size are parsed at once, which is faster."""
_EXTENSION: Final = "extLst"
"""What programs add for themselves, and others pass over."""


def checked_root(root: Any, part: str, name: str) -> str:
    """The namespace of ``root``, in braces. Raises BrokenError where it has another name."""
    space, brace, local = root.tag.rpartition("}")
    if local != name:
        raise BrokenError(f"{_DAMAGED}：“{part}”内容有误")
    return str(space + brace)


def _of_tree(root: Any, part: str, name: str, of: str, tags: tuple[str, ...]) -> Iterator[Any]:
    space = checked_root(root, part, name)
    names = {space + tag for tag in tags}
    holder, others = space + of, {space + tag for tag in _HOLDERS}
    extension = space + _EXTENSION
    found = of == name
    for element in root:
        if element.tag in names:
            yield element
        elif element.tag == holder:
            found = True
            for inner in element:
                if inner.tag in names:
                    yield inner
                elif inner.tag != extension:
                    raise BrokenError(f"{_DAMAGED}：“{part}”内容有误")
        elif element.tag in others:
            yield from (inner for inner in element if inner.tag in names)
        elif of == name and element.tag != extension:
            raise BrokenError(f"{_DAMAGED}：“{part}”内容有误")
    if not found:
        raise BrokenError(f"{_DAMAGED}：“{part}”内容有误")


_HOLDERS: Final = ("mergeCells", "sheetViews")


def _of_stream(
    content: bytes, part: str, name: str, of: str, tags: tuple[str, ...]
) -> Iterator[Any]:
    try:
        walk = etree.iterparse(
            io.BytesIO(content), events=("end",), tag=[f"{{*}}{tag}" for tag in (*tags, of)],
            resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True,
        )  # fmt: skip
        space, found = None, False
        whole, holders, names = "", frozenset[str](), frozenset[str]()
        for _, element in walk:
            parent = element.getparent()
            if space is None:
                refuse_entities(element.getroottree(), part)
                space = checked_root(element.getroottree().getroot(), part, name)
                whole = space + of
                holders = frozenset(space + holder for holder in (name, of, *_HOLDERS))
                names = frozenset(space + tag for tag in tags)
            if element.tag == whole:
                found = True
                _refuse_others(element, part, space, tags)
                continue
            holder = "" if parent is None else parent.tag
            if holder not in holders or element.tag not in names:
                raise BrokenError(f"{_DAMAGED}：“{part}”内容有误")
            yield element
            # The element stays, empty, until the next: what stands between the two is looked at.
            element.clear()
            while (before := element.getprevious()) is not None:
                if holder == whole and before.tag not in names:
                    _refuse_others([before], part, space, tags)
                del parent[0]
    except (etree.XMLSyntaxError, ValueError) as error:
        if isinstance(error, BrokenError):
            raise
        raise BrokenError(f"{_DAMAGED}：“{part}”内容有误") from error
    if not found:
        raise BrokenError(f"{_DAMAGED}：“{part}”内容有误")


def _refuse_others(elements: Iterable[Any], part: str, space: str, tags: tuple[str, ...]) -> None:
    known = {space + tag for tag in (*tags, _EXTENSION)}
    if any(element.tag not in known for element in elements):
        raise BrokenError(f"{_DAMAGED}：“{part}”内容有误")
