"""The tables that only runs with their mechanism have, table by table."""

from __future__ import annotations

from sim.words.tables.column import Column
from sim.words.tables.every_run import TABLES
from sim.words.tables.experts import CONSULTS, SESSIONS
from sim.words.tables.grabs import GRABS
from sim.words.tables.meals import KITCHEN_HOURS, KITCHENS, MEALS, ROUNDS
from sim.words.tables.money import PAYMENTS
from sim.words.tables.people_and_shocks import GAPS, PEOPLE, SHOCKS
from sim.words.tables.places import ADMISSIONS, PLACE_OPEN, PLACES, STAYS, WAITLIST
from sim.words.tables.tiers_and_hold import DIALS, HELD, PASSED

WHERE_USED: dict[str, tuple[Column, ...]] = {
    "payments": PAYMENTS,
    "stays": STAYS,
    "waitlist": WAITLIST,
    "passed": PASSED,
    "held": HELD,
    "dials": DIALS,
    "consults": CONSULTS,
    "sessions": SESSIONS,
    "meals": MEALS,
    "rounds": ROUNDS,
    "grabs": GRABS,
}
"""Table name -> its columns, in file order."""

EVERY: dict[str, tuple[Column, ...]] = {**TABLES, **WHERE_USED}
"""The tables that every run has, then those that some have."""

REFERENCE_WHERE_USED: dict[str, tuple[Column, ...]] = {
    "shocks": SHOCKS,
    "people": PEOPLE,
    "gaps": GAPS,
    "places": PLACES,
    "place_open": PLACE_OPEN,
    "admissions": ADMISSIONS,
    "kitchens": KITCHENS,
    "kitchen_hours": KITCHEN_HOURS,
}
"""Reference tables that only scenarios with their mechanism have, stored as
``reference-<name>``."""
