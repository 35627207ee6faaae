"""Whether a file is a Word document that can be opened; else what it is, and how to make it one."""

from __future__ import annotations

import io
import zipfile
import zlib

from lxml import etree

LARGEST_UNPACKED = 100_000_000
"""Bytes that the parts of a document may have when unpacked."""

SAVE = "用 Word 或 WPS 打开，选“另存为”，类型选“Word 文档（*.docx）”"
AGAIN = "用备份或随程序提供的模板重新修改"

_DOCUMENT = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_PAGE = (b"<html", b"<!doctype html", b"<body", b"<table", b"<meta", b"<head")


def word_file_fault(content: bytes) -> tuple[str, str] | None:
    """What the file is instead of a .docx, and what to do; None where it is one.

    >>> word_file_fault(b"")[0]
    '空文件'
    """
    start = content[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not content.strip(b"\0 \r\n\t"):
        return "空文件", AGAIN
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in content:
            return "加了密码的文件", "用 Word 打开，在“文件—信息—保护文档”中取消密码，再保存"
        return "旧格式的文件（.doc 或 .wps），只是改了扩展名", SAVE
    if start.startswith(rb"{\rtf"):
        return "RTF 文件，只是改了扩展名", SAVE
    if start.startswith(b"%pdf"):
        return "PDF 文件，只是改了扩展名", AGAIN
    if start.startswith(b"<"):
        what = "网页文件" if any(tag in start for tag in _PAGE) else "XML 文件"
        return f"{what}，只是改了扩展名", SAVE
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _archive_fault(archive)
    except (zipfile.BadZipFile, ValueError, OSError, EOFError):
        return ("不完整的文件" if content.startswith(b"PK") else "不是 Word 的文件"), AGAIN


def _archive_fault(archive: zipfile.ZipFile) -> tuple[str, str] | None:
    infos = archive.infolist()
    names = {info.filename for info in infos}
    if any(info.flag_bits & 1 for info in infos):
        return "加了密码的压缩文件", AGAIN
    if sum(info.file_size for info in infos) > LARGEST_UNPACKED:
        return f"解开后超过{LARGEST_UNPACKED // 1_000_000}兆字节的文件", AGAIN
    for folder, what in (("xl/", "Excel 文件"), ("ppt/", "PowerPoint 文件")):
        if any(name.startswith(folder) for name in names):
            return f"{what}，只是改了扩展名", AGAIN
    if "content.xml" in names:
        return "OpenDocument 文件（.odt），只是改了扩展名", SAVE
    if not any(name.startswith("word/document") for name in names):
        return "没有正文（word/document.xml）的压缩文件", AGAIN
    for info in infos:
        fault = _member_fault(archive, info)
        if fault:
            return fault, AGAIN
    if _DOCUMENT not in _read(archive, "[Content_Types].xml"):
        return "带宏的文档或 Word 模板（.docm、.dotx），只是改了扩展名", SAVE
    if b"purl.oclc.org/ooxml" in _read(archive, "_rels/.rels"):
        return "“严格的 Open XML 文档”", SAVE
    return None


def _member_fault(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> str:
    """What is wrong with a file of the archive; empty where nothing is."""
    try:
        content = archive.read(info)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError):
        return f"损坏的文件，其中的 {info.filename} 读不出来"
    if info.filename.endswith((".xml", ".rels")):
        try:
            root = etree.fromstring(content, etree.XMLParser(resolve_entities=False))
        except (etree.XMLSyntaxError, ValueError):
            return f"损坏的文件，其中的 {info.filename} 格式有错"
        if root.getroottree().docinfo.doctype:  # Word writes none; entities could grow without end
            return f"不合规格的文件，其中的 {info.filename} 有文档类型定义"
    return ""


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    return archive.read(name) if name in archive.namelist() else b""
