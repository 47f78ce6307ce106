"""Rules by name. A county's own rules live in a module of its scenario and register the same way::

    from sim.rules.registry import rule

    @rule("choose_point", "least_queue")
    def least_queue(order, points):
        return points.queued + 0.001 * points.travel_min
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from sim.rules.checked import checked, failure
from sim.rules.views import Scores
from sim.scenario.faults import BadInput

KINDS = ("choose_point", "choose_order", "choose_caregiver")


class Rule(NamedTuple):
    """A decision: ``score(subject, candidates)`` gives one score a candidate, the least is taken.

    A ``fixed`` rule gets no subject (None) and scores each candidate by nothing but what the view
    shows of that candidate; for points and orders, by nothing that changes either. It must work on
    plain numbers as on arrays of any shape, and is asked less often: a fixed choose_point rule for
    thousands of orders at once (it sees travel at factor 1 and ``own_town`` only), a fixed
    choose_order rule once for each order, so that a waiting list can be a heap.
    """

    kind: str
    name: str
    score: Callable[[Any, Any], Scores]
    fixed: bool


_RULES: dict[tuple[str, str], Rule] = {}


def rule(kind: str, name: str, *, fixed: bool = False) -> Callable[[Any], Any]:
    """Register the decorated function under ``name``.

    Raises ``ValueError`` for a kind other than choose_point, choose_order, choose_caregiver.
    """
    if kind not in KINDS:
        raise ValueError(f"a rule is one of {', '.join(KINDS)}; found {kind!r}")

    def register(score: Callable[[Any, Any], Scores]) -> Callable[[Any, Any], Scores]:
        _RULES[kind, name] = Rule(kind, name, score, fixed)
        return score

    return register


def get(kind: str, name: str) -> Rule:
    """The registered rule; ``KeyError`` if there is none of that name."""
    return _RULES[kind, name]


def names() -> dict[str, tuple[str, ...]]:
    """The registered names of each kind of rule, in alphabetical order."""
    return {kind: tuple(sorted(n for k, n in _RULES if k == kind)) for kind in KINDS}


def learn(code: str, file: str) -> None:
    """Run the text of a county's own rules, so that its rules are registered in this process.

    Raises :class:`BadInput`, here and whenever such a rule is asked, for what is wrong with
    ``file``.
    """
    before = dict(_RULES)
    try:
        exec(compile(code, file, "exec"), {"__name__": "scenario_rules"})
    except (Exception, SystemExit) as error:
        raise BadInput([failure(error, file)]) from error
    for key, own in _RULES.items():
        if own is not before.get(key):
            _RULES[key] = own._replace(score=checked(own.score, own.name, file))
