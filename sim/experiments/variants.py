"""Named variants as a command line asks for them: scenarios, and changes of one of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sim.experiments.lab import Variant
from sim.experiments.points import Value
from sim.experiments.replicate import prepare
from sim.scenario.faults import BadInput, Fault, Words, shown
from sim.scenario.findings import TRIED

OPTION = "--variant"
_FORM = Words(
    "NAME:key=value,key=value, for example two:operators.desk.count=2",
    "名称:键=值,键=值，例如 two:operators.desk.count=2",
)
_ONCE = Words("each name once", "每个名称只用一次")
_NEXT = re.compile(r",(?=\s*[^\W\d][\w.\-]*\s*=)")
"""A comma with ``key=`` behind it; others belong to a value."""


@dataclass(frozen=True)
class Named:
    """A variant and how it was asked for."""

    variant: Variant
    scenario: str
    """name or folder"""
    settings: tuple[str, ...]
    """``key=value``, those of all variants first"""
    own: tuple[str, ...] = ()
    """the settings of this variant alone"""

    @property
    def name(self) -> str:
        return self.variant.name


def variants(
    scenarios: Sequence[str], changes: Sequence[str], texts: Sequence[str]
) -> list[Named]:
    """The scenarios, each with ``changes``, then variants of the first of them.

    ``texts``: ``NAME:key=value,key=value``; a key set there goes before the same key in
    ``changes``. Raises :class:`BadInput` with everything that is wrong with any of them, each fault
    once.
    """
    asked: list[tuple[str, str, tuple[str, ...]]] = [("", name, ()) for name in scenarios]
    faults: list[Fault] = []
    for text in texts:
        name, colon, rest = (part.strip() for part in text.partition(":"))
        settings = tuple(part.strip() for part in _NEXT.split(rest))
        if not colon or not name or "=" not in name + rest or "=" in name:
            faults.append(Fault(OPTION, "", shown(text), _FORM))
        else:
            asked.append((name, scenarios[0], settings))
    found: list[Named] = []
    for name, scenario, own in asked:
        keys = {_key(setting) for setting in own}
        settings = (*(change for change in changes if _key(change) not in keys), *own)
        try:
            resolved = prepare(scenario, settings)
        except BadInput as bad:
            faults += [_placed(fault, name, keys) for fault in bad.faults]
        else:
            variant = Variant(name or resolved.scenario.name, resolved)
            found.append(Named(variant, scenario, settings, own))
    names = [one.name for one in found]
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        twice = Words(f"{shown(name)} twice", f"{shown(name)} 用了两次")
        faults.append(Fault(OPTION if texts else "SCENARIO", "", twice, _ONCE))
    if faults:
        raise BadInput(dict.fromkeys(faults))
    return found


def varied(found: Sequence[Named]) -> dict[str, list[Value]]:
    """Each key that some variant sets for itself -> its value in each of them."""
    keys = dict.fromkeys(_key(setting) for one in found for setting in one.own)
    return {key: [_value(one.variant.resolved.raw, key) for one in found] for key in keys}


def _key(setting: str) -> str:
    return setting.partition("=")[0].strip()


def _placed(fault: Fault, name: str, keys: set[str]) -> Fault:
    """The fault of a setting, told of the option that made it."""
    own = any(f"{fault.place}.".startswith(f"{key}.") for key in keys)
    return replace(fault, file=f"{OPTION} {name}") if fault.file == TRIED and own else fault


def _value(raw: Mapping[str, Any], key: str) -> Value:
    """The value of a key as written; empty where nothing is."""
    parts = key.split(".")
    paths = [tuple(parts)]
    if len(parts) > 2:
        # The id of a table's row may hold dots.
        paths.append((parts[0], ".".join(parts[1:-1]), parts[-1]))
    for path in paths:
        node: Any = raw
        for part in path:
            node = node.get(part) if isinstance(node, Mapping) else None
        if node is not None:
            return node if type(node) in (int, float) else str(node)
    return ""
