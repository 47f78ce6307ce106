"""Whether calls that are passed on have somewhere to go."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from sim.scenario.faults import Words, shown
from sim.scenario.findings import Finding
from sim.scenario.judging.parts import Parts
from sim.words.kinds import WhenClosed


def tiers(parts: Parts) -> Iterator[Finding]:
    """Calls are passed on only to a tier that is there, and every tier can be reached."""
    hotline, above = parts.sections.get("hotline"), parts.sections.get("tiers")
    if hotline is None or above is None or not parts.whole("tiers"):
        return
    if hotline.overflow_after_s is not None and not above:
        yield _nowhere(("hotline", "overflow_after_s"), hotline.overflow_after_s)
    names = list(above)
    if names and above[names[-1]].overflow_after_s is not None:
        last = names[-1]
        yield _nowhere(("tiers", last, "overflow_after_s"), above[last].overflow_after_s)
    closed = hotline.when_closed == WhenClosed.HANDED_TO_12345
    if names and hotline.overflow_after_s is None and not closed:
        yield _unreached(names[0], Words(
            "hotline.overflow_after_s, or hotline.when_closed = handed_to_12345, that leads there",
            "设 hotline.overflow_after_s 或 hotline.when_closed = handed_to_12345，才有来电转去",
        ))
    for below, name in pairwise(names):
        if above[below].overflow_after_s is None:
            yield _unreached(name, Words(
                f"tiers.{below}.overflow_after_s, that leads there",
                f"设 tiers.{below}.overflow_after_s，才有来电转去",
            ))


def hold(parts: Parts) -> Iterator[Finding]:
    """Virtual hold is offered at some moment, if at all."""
    asked = parts.sections.get("hold")
    if asked and asked.prob and asked.after_s is None and asked.queue is None:
        yield Finding(("hold", "prob"), shown(asked.prob), Words(
            "0, or hold.after_s or hold.queue that says when it is offered",
            "0，或用 hold.after_s、hold.queue 写明何时询问"))


def _nowhere(path: tuple[str, ...], seconds: float) -> Finding:
    return Finding(path, shown(seconds), Words(
        "none, or another tier after it: [tiers.<name>]", "不写，或在其后再设一级：[tiers.<名称>]"))


def _unreached(name: str, allowed: Words) -> Finding:
    return Finding(("tiers", name), Words("a tier that no call reaches", "没有来电会转到的一级"),
                   allowed)
