"""From a scenario's name or folder to a checked :class:`Scenario`, or every fault at once."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path as Folder
from typing import Any

from sim.scenario.faults import BadInput, Fault, Words, listed, nearest, shown
from sim.scenario.findings import TRIED, Finding, Spot, Spots, locate
from sim.scenario.judging.parts import Policies
from sim.scenario.judging.provincial import province_rows
from sim.scenario.judging.validate import validate
from sim.scenario.reading.attached import attach
from sim.scenario.reading.files import is_file
from sim.scenario.reading.folder import TOML, Layer, read_layer
from sim.scenario.reading.overrides import differences, merged, moved, parse, settle
from sim.scenario.schema import Scenario
from sim.scenario.sections.quantities import split_list
from sim.scenario.shape import Path, root


@dataclass(frozen=True)
class Resolved:
    """A scenario with everything about how it came to be."""

    scenario: Scenario
    raw: dict[str, Any]
    """as written, base, changes and attached files together: sections, and tables as
    ``{table: {id: {column: value}}}``; holds nothing that JSON does not"""
    changes: tuple[str, ...]
    """``"key: old -> new"``, by ``extends``, ``[set]`` and ``--set`` in this order; ``default``
    where nothing was or is written"""
    folder: Folder
    notes: tuple[str, ...]
    """what a planner should know, such as ``zones.csv read as GBK``; each is a :class:`Words`"""
    folders: tuple[Folder, ...]
    """the scenario's folder, then its base's, and so on"""


@dataclass
class _State:
    """A folder with its bases merged, before it is judged."""

    raw: dict[str, Any] = field(default_factory=dict)
    spots: Spots = field(default_factory=dict)
    broken: set[Path] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    notes: list[Words] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    folders: list[Folder] = field(default_factory=list)


def load(
    name_or_path: str | Folder, changes: Sequence[str] = (), policies: Policies | None = None
) -> Scenario:
    """The scenario of a name or folder after ``changes`` (``"key=value"``).

    Raises :class:`BadInput` with every fault that is found.
    """
    return resolve(name_or_path, changes, policies).scenario


def resolve(
    name_or_path: str | Folder, changes: Sequence[str] = (), policies: Policies | None = None
) -> Resolved:
    """As :func:`load`, with the raw scenario, the changes made and what to note.

    ``policies`` says which names ``dispatch.choose_point`` and the like may have; None: any.
    """
    folder = _find(name_or_path)
    state = _chain(folder, "", ())
    settings = [parse(change) for change in changes]
    state.faults += [item for item in settings if isinstance(item, Fault)]
    pairs = [item for item in settings if not isinstance(item, Fault)]
    _settle(state, pairs, TRIED, folder, "")
    _typical(state, folder)
    scenario, faults = validate(state.raw, state.spots, state.broken, policies)
    if scenario is None or state.faults:
        raise BadInput(_by_file([*state.faults, *faults]))
    return Resolved(
        scenario,
        state.raw,
        tuple(state.changes),
        folder,
        tuple(dict.fromkeys(state.notes)),
        tuple(state.folders),
    )


def changed(
    resolved: Resolved, changes: Sequence[str], policies: Policies | None = None
) -> Resolved:
    """The same scenario after further ``changes`` (``"key=value"``). Raises :class:`BadInput`."""
    state = _State(raw=copy.deepcopy(resolved.raw), changes=list(resolved.changes))
    settings = [parse(change) for change in changes]
    state.faults += [item for item in settings if isinstance(item, Fault)]
    pairs = [item for item in settings if not isinstance(item, Fault)]
    before = {name: row.get("change") for name, row in province_rows(state.raw).items()}
    _settle(state, pairs, TRIED, resolved.folder, "")
    for name, row in province_rows(state.raw).items():
        if row.get("change") != before.get(name):
            row.pop("book", None)
    _typical(state, resolved.folder)
    # Nothing is known of where the rest stands: what was set before may be tried as well.
    scenario, faults = validate(state.raw, {}, state.broken, policies)
    if scenario is None or state.faults:
        raise BadInput(_by_file([*state.faults, *faults]))
    return replace(
        resolved, scenario=scenario, raw=state.raw, changes=tuple(state.changes),
        notes=(*resolved.notes, *state.notes),
    )


def rebuild(raw: Mapping[str, Any], policies: Policies | None = None) -> Scenario:
    """The scenario of a resolved raw dict, as a manifest keeps it. Raises :class:`BadInput`."""
    scenario, faults = validate(copy.deepcopy(dict(raw)), {}, (), policies)
    if scenario is None:
        raise BadInput(_by_file(faults))
    return scenario


def available() -> dict[str, Folder]:
    """Name -> folder of the scenarios in ``./scenarios``, then of those that come with ``sim``."""
    found: dict[str, Folder] = {}
    for place in (Folder.cwd() / "scenarios", Folder(__file__).resolve().parents[2] / "scenarios"):
        for path in sorted(place.glob(f"*/{TOML}")):
            found.setdefault(path.parent.name, path.parent)
    return dict(sorted(found.items()))


def _find(name_or_path: str | Folder) -> Folder:
    known = available()
    if str(name_or_path) in known:
        return known[str(name_or_path)]
    path = Folder(name_or_path)
    folder = path.parent if path.name == TOML else path
    if is_file(folder / TOML):
        return folder
    near = nearest(folder.name, known)
    if _is_folder(folder):
        found = Words(f"a folder without {TOML}", f"没有 {TOML} 的文件夹")
    else:
        found = Words("no such scenario or folder", "没有这个方案或文件夹")
    names = listed(known)
    raise BadInput(
        [
            Fault(
                str(name_or_path) or shown(""),
                "",
                found,
                Words(
                    f"a folder with {TOML}, or one of: {names}",
                    f"有 {TOML} 的文件夹，或：{names.zh}",
                ),
                near,
            )
        ]
    )


def _chain(folder: Folder, prefix: str, below: tuple[Folder, ...]) -> _State:
    """The folder with its bases under it; a base's files are named with its folder."""
    layer = read_layer(folder, prefix)
    state = _State()
    if layer.extends:
        base, fault = _base(layer, prefix, (*below, folder.resolve()))
        if base is None:
            layer.faults += [fault] if fault else []
            layer.broken |= {(name,) for name in root().keys}
        else:
            state = _chain(base, f"{base.name}/", (*below, folder.resolve()))
    before = state.raw
    state.raw = merged({**before, "name": folder.resolve().name}, layer.raw)
    if before:
        state.changes += differences(before, state.raw)
    state.spots = moved(state.spots, layer.spots)
    state.broken |= layer.broken
    state.faults += layer.faults
    state.notes += layer.notes
    state.folders.insert(0, folder)
    _settle(state, layer.settings, f"{prefix}{TOML} [set]", folder, prefix)
    return state


def _base(
    layer: Layer, prefix: str, chain: tuple[Folder, ...]
) -> tuple[Folder | None, Fault | None]:
    """The folder that ``extends`` means: a relative path, a neighbour, or a known scenario."""
    known = available()
    choices = [layer.folder / layer.extends, layer.folder.parent / layer.extends]
    choices += [known[layer.extends]] if layer.extends in known else []
    base = next((path for path in choices if is_file(path / TOML)), None)
    if base is None:
        around = {*known, *(path.parent.name for path in layer.folder.parent.glob(f"*/{TOML}"))}
        names = sorted(around - {layer.folder.name})
        return None, Fault(
            f"{prefix}{TOML}",
            "extends",
            shown(layer.extends),
            Words(
                f"a scenario's name or relative path: {listed(names)}",
                f"方案名称或相对路径：{listed(names).zh}",
            ),
            nearest(layer.extends, names),
        )
    if base.resolve() in chain:
        names = [*(path.name for path in chain[chain.index(base.resolve()) :]), base.resolve().name]
        return None, Fault(
            f"{prefix}{TOML}",
            "extends",
            " -> ".join(names),
            Words("a scenario that does not extend this one in turn", "不会绕回本方案的方案"),
        )
    return base, None


def _settle(
    state: _State, settings: Sequence[tuple[str, Any]], label: str, folder: Folder, prefix: str
) -> None:
    if not settings or (("zones",) in state.broken and ("hotline",) in state.broken):
        return
    changes, faults = settle(state.raw, state.spots, settings, Spot(label))
    state.changes += changes
    state.faults += faults
    faults, broken, notes = attach(state.raw, folder, prefix, state.spots)
    state.faults += faults
    state.broken |= broken
    state.notes += notes


def _typical(state: _State, folder: Folder) -> None:
    """Read the typical counties that a province names, into its raw scenario."""
    for name, row in province_rows(state.raw).items():
        if "book" in row:
            continue
        path, beside = ("province", "typical", name), folder.parent / name
        known = {*available(), *(found.parent.name for found in folder.parent.glob(f"*/{TOML}"))}
        if name not in known or name == folder.resolve().name:
            names = sorted(known - {folder.resolve().name})
            allowed = Words(f"another scenario: {listed(names)}", f"另一个方案：{listed(names).zh}")
            finding = Finding(path, shown(name), allowed, nearest(name, names))
            state.faults.append(locate(finding, state.spots))
            state.broken.add(path)
            continue
        place = beside if is_file(beside / TOML) else available()[name]
        if province_rows(_chain(place, "", ()).raw):
            allowed = Words("a scenario of one county", "一个县的方案")
            state.faults.append(locate(Finding(path, shown(name), allowed), state.spots))
            state.broken.add(path)
            continue
        try:
            found = resolve(place, _changes_of(row))
        except BadInput as bad:
            state.faults += [replace(each, file=f"{name}/{each.file}") for each in bad.faults]
            state.broken.add(path)
            continue
        row["book"] = json.dumps(found.raw, ensure_ascii=False)


def _changes_of(row: Mapping[str, Any]) -> Sequence[str]:
    """The changes of a typical county as written; what is no such text is judged later."""
    written = split_list(row.get("change"))
    whole = isinstance(written, list | tuple) and all(isinstance(one, str) for one in written)
    return tuple(written) if whole else ()


def _is_folder(path: Folder) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _by_file(faults: Sequence[Fault]) -> list[Fault]:
    """Each fault once, those of one file together and by its rows."""
    files = list(dict.fromkeys(fault.file for fault in faults))
    return sorted(
        dict.fromkeys(faults), key=lambda fault: (files.index(fault.file), _row(fault.place))
    )


def _row(place: str) -> int:
    row = re.match(r"row (\d+)", place)
    return int(row[1]) if row else 0
