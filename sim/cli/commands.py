"""Every command, in the order of the help page."""

from sim.cli import (
    advise,
    calibrate,
    caregivers,
    compare,
    init,
    plot,
    replay,
    scenario,
    staff,
    sweep,
    tune,
    validate,
)
from sim.cli.base import app

__all__ = [
    "advise", "app", "calibrate", "caregivers", "compare", "init", "plot", "replay", "scenario",
    "staff", "sweep", "tune", "validate",
]
