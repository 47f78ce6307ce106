"""Rules by name. A county's own rules live in a module of its scenario and register the same way::

    from sim.rules.registry import rule

    @rule("choose_point", "least_queue")
    def least_queue(order, points):
        return points.queued + 0.001 * points.travel_min
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

from sim.rules.checked import NameTaken, checked, failure
from sim.rules.views import Scores
from sim.scenario.faults import BadInput
from sim.scenario.sections.dispatching import Dispatch

KINDS = ("choose_point", "choose_order", "choose_caregiver")
WEIGHTED = {"choose_point": "point_weights", "choose_order": "order_weights"}
"""Kind -> the section of ``[dispatch]`` that holds the weights of its rules."""


class Rule(NamedTuple):
    """A decision: ``score(subject, candidates)`` gives one score a candidate, the least is taken.

    A ``fixed`` rule gets no subject (None) and scores each candidate by nothing but what the view
    shows of that candidate; for points and orders, by nothing that changes either. It must work on
    plain numbers as on arrays of any shape, and is asked less often: a fixed choose_point rule for
    thousands of orders at once (it sees travel at factor 1 and ``own_town`` only), a fixed
    choose_order rule once for each order, so that a waiting list can be a heap.

    A ``weighted`` rule is asked ``score(subject, candidates, weights)``, with the weights of its
    kind that the scenario sets.
    """

    kind: str
    name: str
    score: Callable[..., Scores]
    fixed: bool
    weighted: bool


Rules = Mapping[tuple[str, str], Rule]
"""(kind, name) -> rule."""

_RULES: dict[tuple[str, str], Rule] = {}
_BUILT_IN: set[tuple[str, str]] = set()
_learning: list[dict[tuple[str, str], Rule]] = []
"""The rules of the county that is being learned, if one is."""


def rule(
    kind: str, name: str, *, fixed: bool = False, weighted: bool = False
) -> Callable[[Any], Any]:
    """Register the decorated function under ``name``.

    Raises ``ValueError`` for a kind other than choose_point, choose_order, choose_caregiver, for
    weights where there are none, and for the name of a built-in rule; in a county's own module
    also for a name that it has used already.
    """
    if kind not in KINDS:
        raise ValueError(f"a rule is one of {', '.join(KINDS)}; found {kind!r}")
    if weighted and kind not in WEIGHTED:
        raise ValueError(f"weights are for {' and '.join(WEIGHTED)}; found {kind!r}")

    def register(score: Callable[..., Scores]) -> Callable[..., Scores]:
        shelf = _learning[-1] if _learning else _RULES
        if (kind, name) in _BUILT_IN or (_learning and (kind, name) in shelf):
            raise NameTaken(kind, name, names({**_RULES, **shelf})[kind])
        shelf[kind, name] = Rule(kind, name, score, fixed, weighted)
        return score

    return register


def close() -> None:
    """The built-in rules are complete: nobody can register another under the name of one."""
    _BUILT_IN.update(_RULES)


def get(kind: str, name: str) -> Rule:
    """The registered rule; ``KeyError`` if there is none of that name."""
    return _RULES[kind, name]


def names(rules: Rules | None = None) -> dict[str, tuple[str, ...]]:
    """The names of each kind of rule, in alphabetical order; by default of those registered."""
    known = _RULES if rules is None else rules
    return {kind: tuple(sorted(n for k, n in known if k == kind)) for kind in KINDS}


def learn(code: str, file: str) -> Rules:
    """The registered rules together with those that the text ``code``, a county's own, registers.

    These are that county's alone: what is registered in this process stays as it was. Raises
    :class:`BadInput`, here and whenever such a rule is asked, for what is wrong with ``file``.
    """
    _learning.append({})
    try:
        exec(compile(code, file, "exec"), {"__name__": "scenario_rules"})
    except (Exception, SystemExit) as error:
        raise BadInput([failure(error, file)]) from error
    finally:
        own = _learning.pop()
    watched = {
        key: rule._replace(score=checked(rule.score, rule.name, file))
        for key, rule in own.items()
    }
    return {**_RULES, **watched}


def chosen(dispatch: Dispatch) -> dict[str, Rule]:
    """The rule of each kind that a scenario chooses, bound to its weights.

    Raises :class:`BadInput` for what is wrong with its own rules, ``KeyError`` for a rule that is
    not there.
    """
    known = learn(dispatch.code, dispatch.module) if dispatch.code else _RULES
    found = {}
    for kind in KINDS:
        own = known[kind, getattr(dispatch, kind)]
        if own.weighted:
            weights = getattr(dispatch, WEIGHTED[kind])
            own = own._replace(score=partial(_with_weights, own.score, weights))
        found[kind] = own
    return found


def _with_weights(
    score: Callable[..., Scores], weights: Any, subject: Any, candidates: Any
) -> Scores:
    return score(subject, candidates, weights)
