"""Every command, in the order of the help page."""

from sim.cli import scenario
from sim.cli.base import app

__all__ = ["app", "scenario"]
