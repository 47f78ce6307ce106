"""One column of a table, in the words of the data dictionary."""

from __future__ import annotations

from typing import NamedTuple


class Column(NamedTuple):
    """Its kind is one of those that :mod:`sim.words.tables` lists."""

    name: str
    kind: str
    zh: str
    meaning: str
    of: str = ""
