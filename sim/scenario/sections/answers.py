"""What a scenario is to answer, in sentences whose figures a run fills in."""

from __future__ import annotations

import string

from pydantic import model_validator

from sim.scenario.sections.quantities import Frozen, Names, Positive

PLACES = ("value", "low", "high", "given", "n")
"""What any sentence may hold in braces."""
CHANGED = ("changed", "difference")
"""The same, where a ``change`` is tried: ``low`` and ``high`` are then those of the difference."""
VARIED = ("level", "goal")
"""The same, where a key is varied: ``value``, ``low`` and ``high`` are then those at the level."""


class Answer(Frozen):
    """An answer of the scenario (回答). File ``answers.csv``."""

    id: str
    measure: str
    """the measure that answers it"""
    group: str = "all"
    """which group of it: ``all``, ``service=meal``, ``point=...``"""
    times: Positive = 1.0
    """multiplies the measure: 30.4 makes a month's of a day's"""
    answer_zh: str
    """a sentence with ``{value}``, ``{low}``, ``{high}`` (95 % interval), ``{given}``, ``{n}``;
    with ``change`` also ``{changed}``, ``{difference}``; with ``vary`` also ``{level}``, ``{goal}``
    """
    answer_en: str
    """the same in English"""
    given: float | None = None
    """what the sources say it is"""
    source: str = ""
    """where the given figure comes from"""
    change: Names = ()
    """``key=value | key=value``: also run with these, on the same workloads"""
    vary: str = ""
    """``key=from:to`` or ``key=a,b,c``: run with each until the measure is at ``goal`` or better,
    its whole interval"""
    goal: float | None = None
    """with ``vary``: what the measure has to reach"""

    @model_validator(mode="after")
    def _whole(self) -> Answer:
        if bool(self.vary) != (self.goal is not None):
            raise ValueError("vary and goal go together")
        if self.vary and self.change:
            raise ValueError("give change or vary, not both")
        if self.given is not None and not self.source:
            raise ValueError("a given figure needs its source")
        known = {*PLACES, *(CHANGED if self.change else ()), *(VARIED if self.vary else ())}
        for text in (self.answer_zh, self.answer_en):
            try:
                places = [p[1:] for p in string.Formatter().parse(text) if p[1] is not None]
            except ValueError:
                raise ValueError(f"braces that do not close in {text!r}") from None
            # A figure comes with its unit and as many digits as it has: no format of one's own.
            if any(name not in known or form or turned for name, form, turned in places):
                raise ValueError(f"in braces only {', '.join(sorted(known))}, found {text!r}")
        return self
