"""Floor 2: the simulated log. The model writes a journal; here it becomes tables, kept and read."""

from sim.log.journal import Journal
from sim.log.result import Result, frame, read, save, timestamps
from sim.log.tables import Context, tables

__all__ = ["Context", "Journal", "Result", "frame", "read", "save", "tables", "timestamps"]
