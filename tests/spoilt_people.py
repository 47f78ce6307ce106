"""What may be said of people that they did not keep to, and the statement that is broken by it."""

from __future__ import annotations

from typing import Any

import numpy as np

OF_PEOPLE: dict[str, tuple[set[str], dict[str, Any], str, dict[str, Any]]] = {
    "out of the own villages": (
        {"only_own_villages"},
        {"zones.village": {
            "name_zh": "村", "name_en": "Village", "lat": 37.46, "lon": 116.3, "area_km2": 4.0,
            "population": 1000, "pop_elder": 500,
        }, "caregivers.team.zones": "town | village"}, "people", {"zones": "village"},
    ),
    "a service left to others": (
        {"caregiver_suits"}, {"caregivers.team.services": "help"}, "people", {"services": "other"},
    ),
    "of the other gender": (
        {"gender_as_required"},
        {"services.help.same_gender": "require", "caregivers.team.count": 4}, "people",
        {"woman": [False, False, True, True, False, True]},
    ),
    "too many hours in the week": (
        {"hours_within_the_most"}, {"caregivers.team.max_hours_per_week": 100}, "people",
        {"max_hours_per_week": 24.0},
    ),
    "too many hours in the month": (
        {"hours_within_the_most"}, {"caregivers.team.max_hours_per_month": 100}, "people",
        {"max_hours_per_month": 24.0},
    ),
    "work in an empty post": (
        {"nobody_in_an_empty_post"}, {"caregivers.team.employed_from": "2026-03-04"}, "gaps",
        {"last": np.datetime64("2026-03-06", "ms")},
    ),
}
"""Name -> statements broken, changes to the small county, reference table, columns told of it."""
