"""What must be true of posts: nobody works in an empty one, or more hours than the most allowed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from sim.check.ground.facts import Facts
from sim.check.ground.findings import Broken, rows_where
from sim.words.kinds import HOUR


def nobody_in_an_empty_post(f: Facts) -> Iterator[Broken]:
    """No duty begins while the post is empty or its recruit is in training."""
    if "gaps" not in f.result.reference:
        return
    staff, date = f.text("roster", "staff"), f.ms("roster", "shift_date")
    gaps: dict[str, list[tuple[int, int]]] = {}
    for who, first, last in zip(
        f.text("gaps", "staff"), f.ms("gaps", "first").tolist(), f.ms("gaps", "last").tolist(),
        strict=True,
    ):
        gaps.setdefault(who, []).append((first, last))
    wrong = [
        any(first <= day < last for first, last in gaps.get(who, ()))
        for who, day in zip(staff, date.tolist(), strict=True)
    ]
    yield from rows_where("roster", np.array(wrong, dtype=bool), "shift_date")


def hours_within_the_most(f: Facts) -> Iterator[Broken]:
    """Shifts that somebody comes to are within the most hours a week and a month."""
    if "people" not in f.result.reference:
        return
    roster = f.table("roster")
    came = np.flatnonzero(~f.column("roster", "absent").astype(bool))
    dates = pd.DatetimeIndex(roster["shift_date"].iloc[came])
    hours = (f.ms("roster", "end") - f.ms("roster", "start"))[came] / HOUR
    staff = f.place("roster", "staff", "staff")[came]
    weeks = (dates.normalize() - pd.Timestamp(1970, 1, 5)).days.to_numpy() // 7
    for name, span in (("week", weeks), ("month", dates.year * 12 + dates.month)):
        most = f.column("people", f"max_hours_per_{name}").astype(float)[staff]
        total = pd.Series(hours).groupby([staff, np.asarray(span)]).transform("sum").to_numpy()
        over = ~np.isnan(most) & (total > most + 1e-9)
        if over.any():
            yield Broken("roster", came[over], ("shift_date",), {"hours": total[over]})
