"""What was found in evidence, for programs."""

from __future__ import annotations

from scoring.evidence.folder import EvidenceFile
from scoring.evidence.model import CheckedFile, CheckedTable, Figure
from scoring.evidence.timeliness import Limit, Share, Timeliness
from scoring.points import format_points
from scoring.publish.evidence.words import percent
from scoring.wording.numbers import iso


def file_record(found: CheckedFile) -> dict[str, object]:
    """A file with its tables, their findings and the cells of these. Numbers are texts, exact."""
    return {
        "file": found.file,
        "sha256": found.sha256,
        "tables": [_table(table) for table in found.tables],
    }


def _table(table: CheckedTable) -> dict[str, object]:
    return {
        "form": table.form,
        "unit": table.unit,
        "year": table.year,
        "place": table.spot.within_file(),
        "rules": table.rules,
        "figures": {
            key: format_points(f.value) for key, f in table.figures.items() if f.value is not None
        },
        "findings": [
            {
                "weight": finding.weight,
                "rule": finding.rule,
                "found": finding.said,
                "fits": finding.fits,
                "cells": [_cell(figure) for figure in finding.cells],
            }
            for finding in table.findings
        ],
    }


def _cell(figure: Figure) -> dict[str, object]:
    spot = figure.spot
    return {
        "key": figure.key,
        "label": figure.label,
        "says": figure.said,
        "state": figure.state,
        "file": spot.file,
        "table": spot.table,
        "row": spot.row,
        "cell": spot.cell,
    }


def timeliness_record(found: Timeliness, limit: Limit) -> dict[str, object]:
    """The shares and the late items of a list."""

    def share(one: Share) -> dict[str, object]:
        return {
            "unit": one.unit, "year": one.year, "items": one.items, "in_time": one.in_time,
            "late": one.late, "share": percent(one),
        }  # fmt: skip

    return {
        "file": found.file,
        "sha256": found.sha256,
        "days": found.days,
        "source": limit.source if found.days == limit.days else None,
        "total": share(found.total),
        "shares": [share(one) for one in found.shares],
        "late": [
            {
                "unit": item.unit, "title": item.title, "made": item.made.isoformat(),
                "published": item.published.isoformat(), "due": iso(item.due),
                "working_days": item.used, "sheet": item.place.sheet, "row": item.place.row,
            }
            for item in found.late
        ],
        "refused": found.refused,
    }  # fmt: skip


def evidence_record(file: EvidenceFile) -> dict[str, object]:
    """A file of evidence: whose it is, and its hash."""
    return {
        "file": file.file,
        "size": file.size,
        "sha256": file.sha256,
        "items": [{"unit": u, "period": p, "indicator": c} for u, p, c in file.items],
        "remark": file.remark,
        "tables": [_table(t) for t in file.statistics.tables] if file.statistics else [],
    }
