"""What a case is, and how an estimate is held against theory.

A case is a scenario, written as a folder, and quantities of which theory knows the value. Every
replication gives a numerator and a denominator for each; the estimate is the ratio of their sums.
Its 99 % interval is Student's t over replications (linearised ratio). A quantity passes when the
whole interval lies within the truth plus or minus a margin that stands beside the truth in the
table of cases, so that neither a wrong model nor too short a run can pass.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from scipy.special import stdtrit

from sim.experiments.validate.read import Floats, Read

CONFIDENCE = 0.99
BUSY, WAIT, RARE = 0.02, 0.08, 0.1
"""Margins as a share of the truth: of a utilisation, of mean waits, of what few waits decide."""


class Quantity(NamedTuple):
    """Something of which theory knows the value."""

    name: str
    truth: float
    margin: float
    """on either side of the truth, in its unit"""
    read: Read


@dataclass(frozen=True)
class Case:
    """A scenario and what theory says of it."""

    name: str
    theory: str
    changes: Mapping[str, Any]
    """to the smallest county, see :mod:`sim.experiments.validate.ground`"""
    quantities: Sequence[Quantity]
    replications: int = 16

    @property
    def seed(self) -> int:
        """Its own, so that one unlucky stretch of draws is not seen in every case."""
        return zlib.crc32(self.name.encode()) % 10_000


class Verdict(NamedTuple):
    """A row of the table; low and high are the 99 % interval, n replications."""

    case: str
    theory: str
    quantity: str
    truth: float
    estimate: float
    low: float
    high: float
    margin: float
    z: float
    n: int
    passed: bool


def about(name: str, truth: float, read: Read, within: float = 0.05) -> Quantity:
    """A quantity whose margin is a share of the truth."""
    return Quantity(name, float(truth), within * float(truth), read)


def verdict(
    case: Case, quantity: Quantity, num: Floats, den: Floats, tighter: float = 1.0
) -> Verdict:
    """Hold the pairs of the replications against the truth, with a margin ``tighter`` times as
    wide."""
    n = len(num)
    estimate = float(num.sum() / den.sum())
    error = math.sqrt(float(((num - estimate * den) ** 2).sum()) * n / (n - 1)) / float(den.sum())
    half = float(stdtrit(n - 1, (1 + CONFIDENCE) / 2)) * error
    margin = quantity.margin * tighter
    return Verdict(
        case.name, case.theory, quantity.name, quantity.truth, estimate, estimate - half,
        estimate + half, margin, (estimate - quantity.truth) / error if error else 0.0, n,
        abs(estimate - quantity.truth) + half <= margin,
    )
