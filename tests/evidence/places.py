"""Thousands of random small cases of places against the slow second implementation, as a table.

``python -m tests.evidence.places --out results/places.csv`` leaves for each rule how many cases
were played, what happened in them, how often a place was used twice at once, and how many cases
differed in any row.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.places_cases import RULES
from tests.places_kit import compare, used_twice

CASES = 1000


def play(rule: str, cases: int) -> dict[str, Any]:
    """Play so many cases of a rule; what happened in them, and how many differed."""
    seen = {"rule": rule, **dict.fromkeys((
        "cases", "stays", "refused", "waitlisted", "visits", "care_lines", "places_used_twice",
        "cases_that_differ"), 0)}

    @settings(
        max_examples=cases, deadline=None, derandomize=True, database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(RULES[rule], st.none())
    def each(case, _):  # type: ignore[no-untyped-def]
        seen["cases"] += 1
        try:
            log = compare(case)
        except AssertionError:
            seen["cases_that_differ"] += 1
            return
        seen["stays"] += len(log["stays"])
        seen["refused"] += sum(order["state"] == "refused" for order in log["orders"])
        seen["waitlisted"] += len(log["waitlist"])
        seen["visits"] += len(log["visits"])
        seen["care_lines"] += sum(line["state"] == "care" for line in log["timesheet"])
        seen["places_used_twice"] += len(used_twice(log))

    each()
    return seen


@pytest.mark.evidence
@pytest.mark.parametrize("rule", RULES)
def test_every_row_agrees(rule: str) -> None:
    seen = play(rule, CASES)
    assert seen["cases"] >= CASES / 2
    assert seen["cases_that_differ"] == seen["places_used_twice"] == 0
    assert seen["stays"] > 0


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--cases", type=int, default=CASES)
    asked = parser.parse_args()
    table = pd.DataFrame([play(rule, asked.cases) for rule in RULES])
    table.to_csv(asked.out, index=False, lineterminator="\n")
    print(table.to_string(index=False))


if __name__ == "__main__":
    main()
