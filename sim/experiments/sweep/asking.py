"""From what is asked for - a study or a scenario, ``--vary``, ``--set`` - to a study."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sim.experiments.replicate import MOST_REPLICATIONS
from sim.experiments.sweep import varying
from sim.experiments.sweep.design import Axis, Change, stem
from sim.experiments.sweep.reading import read
from sim.experiments.sweep.study import Study, numbered, repeated
from sim.scenario import load
from sim.scenario.faults import BadInput, Fault, Words, listed, nearest
from sim.scenario.findings import TRIED
from sim.scenario.reading.files import is_file
from sim.scenario.reading.folder import TOML
from sim.scenario.reading.overrides import parse

FOLDER = "studies"
_VARIED = Words("a key that is varied", "正在变动的键")
_OTHERS = Words("other keys, or --vary", "别的键，或用 --vary")


def available() -> dict[str, Path]:
    """Name -> file of the studies in ``./scenarios/studies``, then of those that come with ``sim``.
    """
    found: dict[str, Path] = {}
    for place in (Path.cwd(), Path(__file__).resolve().parents[3]):
        for path in sorted((place / "scenarios" / FOLDER).glob("*.toml")):
            found.setdefault(path.stem, path)
    return dict(sorted(found.items()))


def asked(
    name: str | Path,
    vary: Sequence[str] = (),
    changes: Sequence[str] = (),
    replications: int | None = None,
    seed: int | None = None,
    more: Sequence[str] = (),
) -> Study:
    """The study of that name or file, or of a scenario in which ``vary`` is varied.

    ``vary`` (``"key=spec"``) adds to what the study varies, or takes the place of what it does with
    that key; ``changes`` (``"key=value"``), ``replications`` and ``seed`` go before what the study
    says. What is wrong with any of them is in the study's ``faults``; raises :class:`BadInput`
    where there is neither study nor scenario. ``more``: further keys of a study's file, see
    :func:`~.reading.read`.
    """
    study = _found(str(name), bool(vary), more)
    faults = list(study.faults)
    axes = {axis.name: axis for axis in study.axes}
    found = [varying.option(text) for text in vary]
    faults += [one for one in found if isinstance(one, Fault)]
    new = [one for one in found if isinstance(one, Axis)]
    faults += repeated([stem(axis.name) for axis in new], varying.OPTION, "")
    axes |= {axis.name: axis for axis in new}
    study = replace(study, axes=tuple(axes.values()))
    settings = [parse(change) for change in changes]
    faults += [one for one in settings if isinstance(one, Fault)]
    base = [
        Change(key.strip(), text.strip(), TRIED)
        for key, sign, text in (change.partition("=") for change in changes) if sign and key.strip()
    ]
    faults += repeated([stem(change.key) for change in base], TRIED, "")
    faults += [Fault(TRIED, change.key, _VARIED, _OTHERS) for change in base
               if stem(change.key) in study.varied]
    limits = (("--replications", replications, 1, MOST_REPLICATIONS), ("--seed", seed, 0, None))
    for option, value, low, high in limits:
        if value is not None and (fault := numbered(option, "", value, low, high)):
            faults.append(fault)
    return replace(
        study, base=(*study.base, *base), faults=tuple(faults),
        replications=study.replications if replications is None else replications,
        seed=study.seed if seed is None else seed,
    )


def _found(name: str, varied: bool, more: Sequence[str]) -> Study:
    studies, scenarios = available(), load.available()
    path = Path(name)
    folder = path.parent if path.name == TOML else path
    is_scenario = name in scenarios or is_file(folder / TOML)
    if name in studies and not (varied and is_scenario):
        return read(studies[name], more)
    if is_scenario:
        return Study(f"{folder.resolve().name}-sweep", name)
    if path.suffix == ".toml" and is_file(path):
        return read(path, more)
    known = [*studies, *scenarios]
    names = listed(known)
    allowed = Words(f"a study's file, or one of: {names}", f"研究文件，或：{names.zh}")
    found = Words("no such study or scenario", "没有这个研究或方案")
    near = nearest(path.stem, known)
    raise BadInput([Fault(name or '""', "", found, allowed, near)])
