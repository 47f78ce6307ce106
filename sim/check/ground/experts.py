"""Which orders experts serve."""

from __future__ import annotations

import numpy as np

from sim.check.ground.facts import Facts, Yes, take
from sim.words.kinds import ServiceMode


def remote(f: Facts) -> Yes:
    """Which orders are for a remote service."""
    mode = take(f.text("services", "mode"), f.place("orders", "service", "services"), "")
    return np.asarray(mode == ServiceMode.REMOTE)
