"""Columns of the output tables that only runs with their mechanism have; as in
:mod:`sim.words.tables`."""

from __future__ import annotations

from sim.words.column import Column
from sim.words.money import PAYMENTS
from sim.words.tables import TABLES

MORE: dict[str, tuple[Column, ...]] = {
    "payments": PAYMENTS,
}
"""Table name -> its columns, in file order."""

EVERY: dict[str, tuple[Column, ...]] = {**TABLES, **MORE}
"""The tables that every run has, then those that some have."""
