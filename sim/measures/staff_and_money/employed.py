"""Who is paid: posts while they are filled, and visits where somebody is paid by the visit."""

from __future__ import annotations

import numpy as np

from sim.measures.counting.groups import Floats
from sim.measures.counting.observed import Observed, text_codes
from sim.words.kinds import NONE


def share_employed(seen: Observed) -> Floats:
    """Share of the counted days on which each post has somebody, recruits in training included."""
    share = np.ones(len(seen.staff))
    gaps = seen.result.reference.get("gaps")
    if gaps is not None:
        who = text_codes(gaps["staff"], seen.staff)
        low, high = seen.clipped(seen.times(gaps, "first"), seen.times(gaps, "hired"))
        np.subtract.at(share, who, (high - low) / (seen.stop - seen.start))
    return share


def paid_by_visit(seen: Observed) -> float:
    """Yuan in the counted days."""
    people = seen.result.reference.get("people")
    if people is None:
        return 0.0
    visits = seen.result.visits
    who = text_codes(visits["caregiver"], seen.staff)
    pay = people["pay_yuan_per_visit"].to_numpy(dtype=np.float64)
    mine = seen.counted(seen.times(visits, "started")) & (who != NONE)
    return float(pay[who[mine]].sum())
