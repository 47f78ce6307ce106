"""Reference tables that only scenarios with their mechanism have."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.scenario.schema import Scenario


def more_reference(scenario: Scenario) -> dict[str, pd.DataFrame]:
    """Those that this scenario has, by name; see the data dictionary."""
    return {"shocks": _shocks(scenario)} if scenario.shocks else {}


def _shocks(scenario: Scenario) -> pd.DataFrame:
    rows = [
        {
            "shock": name, "name_zh": shock.name_zh, "name_en": shock.name_en, "on": shock.on,
            "begins": np.datetime64(shock.begins, "ms"), "ends": np.datetime64(shock.ends, "ms"),
            "speed_factor": shock.speed_factor, "points_closed": "|".join(shock.points_closed),
            "hotline_closed": shock.hotline_closed, "lines_down": shock.lines_down,
        }
        for name, shock in scenario.shocks.items()
    ]
    return pd.DataFrame(rows).astype({"begins": "datetime64[ms]", "ends": "datetime64[ms]"})
