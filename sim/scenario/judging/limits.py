"""What the schema lets pass by its type and a scenario cannot do with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from sim.scenario.faults import Words, shown
from sim.scenario.findings import Finding
from sim.scenario.judging.parts import Parts
from sim.scenario.sections.quantities import Distribution
from sim.scenario.shape import Path, tables

LONGEST_NAME = 60


def folder_name(parts: Parts) -> Iterator[Finding]:
    """Results go to a folder of the scenario's name."""
    written = parts.sections.get("name")
    if isinstance(written, str) and (
        re.search(r"[/\\\x00-\x1f]", written)
        or not written.strip(". ")
        or len(written) > LONGEST_NAME
    ):
        yield Finding(
            ("name",),
            shown(written),
            Words(
                f"a name that a folder can have: at most {LONGEST_NAME} letters, no / or \\",
                f"可作文件夹名的名称：不超过 {LONGEST_NAME} 个字，不含 / 和 \\",
            ),
            re.sub(r"[/\\\x00-\x1f]+", "-", written).strip("-. ")[:LONGEST_NAME],
        )


def endless(parts: Parts) -> Iterator[Finding]:
    """Only patience may never end: a call or a visit without an end would hold staff for ever."""
    for key, section in parts.sections.items():
        yield from _endless((key,), section)
    for table, rows in parts.rows.items():
        for row_id, row in rows.items():
            yield from _endless((table, row_id), row)


def _endless(path: Path, node: Any) -> Iterator[Finding]:
    if isinstance(node, Distribution):
        if node.dist == "never" and path[-1] != "patience":
            row = path[0] in tables()
            where = (*path[:2], f"{path[2]}_dist") if row else (*path, "dist")
            allowed = Words(
                "a distribution of lengths that end; never is for patience",
                "会结束的时长；never 只用于 patience",
            )
            yield Finding(where, shown("never"), allowed)
    elif isinstance(node, BaseModel):
        for key, value in node:
            yield from _endless((*path, key), value)
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from _endless((*path, key), value)
