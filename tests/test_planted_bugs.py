"""The bugs of the evidence run can still be planted: each names one place of the program."""

from __future__ import annotations

import pytest

from sim.experiments.validate.battery import chosen
from tests.evidence.planted_bugs import BUGS, ROOT, Bug


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_the_place_is_there_once(bug: Bug) -> None:
    assert (ROOT / "sim" / bug.file).read_text(encoding="utf-8").count(bug.old) == 1


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_the_killer_is_there(bug: Bug) -> None:
    kind, _, case = bug.killer.partition(" ")
    if kind == "validate":
        assert case in chosen(True)
    else:
        assert (ROOT / kind).is_file()
