"""Rows of ``sources.csv``: where every number comes from."""

from __future__ import annotations

from typing import Literal

from sim.scenario.sections.quantities import Frozen


class Source(Frozen):
    """Where numbers come from (数据来源). File ``sources.csv``."""

    id: str
    """dotted path of a number, ``*`` for any part: ``caregivers.*.count``"""
    standing: Literal["given", "cited", "derived", "assumed"]
    """given by the county, cited, derived from others, or assumed"""
    source: str
    """a tag of the given facts, a citation, or how it was derived or why assumed"""
    low: float | None = None
    """assumed: least plausible value"""
    high: float | None = None
    """assumed: greatest plausible value"""
