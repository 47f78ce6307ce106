"""Reading a tidy table: one row for each variant, measure and group, a column for each varied key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from sim.measures.summary import COLUMNS
from sim.plots.drawing.text import say
from sim.words.glossary import Lang

VARIANT = "variant"

_KEYS = (
    (r"operators(?:\.count)?", "接线员人数", "operators"),
    (r"caregivers(?:\.count)?", "护理员人数", "caregivers"),
    (r"operators\.(.+)\.count", "接线员人数（{}）", "operators ({})"),
    (r"caregivers\.(.+)\.count", "护理员人数（{}）", "caregivers ({})"),
    (r"demand\.growth", "需求为现状的倍数", "demand, times today's"),
    (VARIANT, "方案", "variant"),
)
_TEXT = {"held": ("{key}＝{value}", "{key} = {value}")}


def axes_of(points: pd.DataFrame) -> list[str]:
    """The keys that take more than one value in the table, in its order."""
    keys = (column for column in points.columns if column not in (VARIANT, *COLUMNS))
    return [key for key in keys if points[key].nunique(dropna=False) > 1]


def values_of(points: pd.DataFrame, key: str) -> list[Any]:
    """The values of a key, numbers rising, text as it comes."""
    found = list(points[key].drop_duplicates())
    return sorted(found) if pd.api.types.is_numeric_dtype(points[key]) else found


def held(
    points: pd.DataFrame, free: Iterable[str], lang: Lang, own: Mapping[str, object] | None = None,
) -> tuple[pd.DataFrame, str]:
    """The part of a table in which every key but the free ones is held: at its ``own`` value, that
    of the scenario as it is, where there is one; else people at the middle of their values, all
    else at the first. In words what is held there (empty if nothing is)."""
    words = []
    for key in axes_of(points):
        if key not in free:
            known = values_of(points, key)
            value = known[len(known) // 2 if is_people(key) else 0]
            if own and own.get(key) in known:
                value = own[key]
            points = points[points[key] == value]
            words.append(say(
                _TEXT, "held", lang, key=key_name(key, lang), value=value_name(value)))
    return points, ("；" if lang == "zh" else "; ").join(words)


def of(points: pd.DataFrame, measure: str, *keys: str, group: str = "all") -> pd.DataFrame:
    """The rows of a measure for one group, sorted by the keys. Raises ValueError where two of them
    have the same keys: then some other key varies too and has to be held."""
    rows = points[(points["measure"] == measure) & (points["group"] == group)]
    if rows.duplicated(list(keys)).any():
        raise ValueError(f"{measure}: more than one row for the same {', '.join(keys)}")
    return rows.sort_values(list(keys), kind="stable", ignore_index=True)


def key_name(key: str, lang: Lang) -> str:
    """What a key is called on an axis: ``operators.desk.count`` -> operators (desk)."""
    for pattern, zh, en in _KEYS:
        if found := re.fullmatch(pattern, key):
            return (zh if lang == "zh" else en).format(*found.groups())
    return key


def is_people(key: str) -> bool:
    """Whether a key counts people, of whom there should be as few as will do."""
    return key.partition(".")[0] in ("operators", "caregivers")


def value_name(value: object) -> str:
    """A value of a key as a reader sees it: ``1.0`` -> 1."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def places(rows: pd.DataFrame, key: str, known: list[Any]) -> NDArray[np.float64]:
    """Where the rows lie on the axis of ``key``: numbers at their value, text one place apart."""
    if pd.api.types.is_numeric_dtype(rows[key]):
        return np.asarray(rows[key], dtype=np.float64)
    return np.array([known.index(value) for value in rows[key]], dtype=np.float64)


def key_axis(axes: Axes, points: pd.DataFrame, key: str, lang: Lang) -> None:
    """Ticks and name of a horizontal axis that holds the values of ``key``."""
    known = values_of(points, key)
    if not pd.api.types.is_numeric_dtype(points[key]):
        axes.set_xticks(range(len(known)), [value_name(value) for value in known])
        if sum(len(value_name(value)) for value in known) > 36:
            axes.tick_params(axis="x", labelrotation=35, labelsize=8)
            for label in axes.get_xticklabels():
                label.set_horizontalalignment("right")
        axes.margins(x=0.08)
    else:
        room = 0.05 * (max(known) - min(known)) or 0.5
        axes.set_xlim(min(known) - room, max(known) + room)
        if len(known) <= 10:
            axes.set_xticks(known, [value_name(value) for value in known])
    axes.set_xlabel(key_name(key, lang))
