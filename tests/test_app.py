"""The county from Python: the examples in the documentation are run."""

from __future__ import annotations

import doctest

import pytest

import sim
from sim import app


@pytest.mark.parametrize("module", [sim, app])
def test_the_examples_are_true(module: object) -> None:
    results = doctest.testmod(module)  # type: ignore[arg-type]
    assert results.attempted
    assert not results.failed


def test_the_front_door_opens_on_every_function() -> None:
    for name in sim.__all__:
        assert getattr(sim, name) is getattr(app, name)
    with pytest.raises(AttributeError, match="no attribute 'simulates'"):
        sim.simulates  # noqa: B018
