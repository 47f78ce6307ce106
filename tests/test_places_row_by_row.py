"""Places, the waitlist and caregivers of the house against the slow second implementation.

A few hundred cases here; ``python -m tests.evidence.places`` plays thousands.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.places_cases import RULES
from tests.places_kit import compare, used_twice


@pytest.mark.parametrize("rule", RULES)
def test_places_row_by_row(rule: str) -> None:
    @settings(max_examples=60, deadline=None, derandomize=True, database=None)
    @given(RULES[rule], st.none())
    def agrees(case, _):  # type: ignore[no-untyped-def]
        assert not used_twice(compare(case))

    agrees()
