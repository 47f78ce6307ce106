"""A county's own rules, watched: what goes wrong in one is told as a fault of its file."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from sim.rules.views import Scores
from sim.scenario.faults import BadInput, Fault, Words, shown

SCORES = Words(
    "one number for each candidate, as a NumPy array", "每个候选一个数，写成 NumPy 数组"
)


class NameTaken(ValueError):
    """A rule is registered under a name that another one has."""

    def __init__(self, kind: str, name: str, taken: Sequence[str]) -> None:
        super().__init__(f"there is a {kind} rule {name!r} already")
        self.name = name
        self.allowed = Words(
            f"a name of its own; taken for {kind}: {', '.join(taken)}",
            f"别的名称；{kind} 已有：{'、'.join(taken)}",
        )


def checked(score: Callable[..., Scores], name: str, file: str) -> Callable[..., Scores]:
    """The same rule; it raises :class:`BadInput` where it fails or gives no usable scores."""

    def ask(subject: Any, candidates: Any, *weights: Any) -> Scores:
        try:
            scores = np.asarray(score(subject, candidates, *weights))
        except (Exception, SystemExit) as error:
            raise BadInput([failure(error, file)]) from error
        if found := _wrong(scores, np.shape(candidates.travel_min)):
            place = Words(f'rule "{name}"', f"规则“{name}”")
            raise BadInput([Fault(file, place, found, SCORES)])
        return scores if scores.ndim else scores.item()

    return ask


def failure(error: BaseException, file: str) -> Fault:
    """The fault of a rules file that raised ``error``, at the line where it did."""
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == file]
    reason = f"{type(error).__name__}: {error}".splitlines()[0]
    if isinstance(error, SyntaxError) and error.filename == file:
        lines, reason = [error.lineno], f"{type(error).__name__}: {error.msg}"
    place = Words(f"line {lines[-1]}", f"第 {lines[-1]} 行") if lines else ""
    if isinstance(error, NameTaken):
        return Fault(file, place, shown(error.name), error.allowed)
    allowed = Words("Python that registers rules and runs", "能运行、登记派单规则的 Python 文件")
    return Fault(file, place, reason, allowed)


def _wrong(scores: Any, candidates: tuple[int, ...]) -> str:
    """What is wrong with the scores of so many candidates; '' if nothing is.

    A fixed rule may score the points once for all orders.
    """
    if scores.dtype.kind not in "biuf":
        return Words("scores that are no numbers", "不是数的评分")
    rows = candidates[1:] if len(candidates) == 2 else candidates
    if scores.shape not in (candidates, rows):
        number, there = scores.size, int(np.prod(candidates))
        return Words(
            f"scores for {number} candidates, not {there}", f"{there} 个候选，却有 {number} 个评分"
        )
    if np.isnan(scores).any():
        return Words("scores that are NaN", "评分为 NaN")
    return ""
