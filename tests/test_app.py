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


def test_a_workload_of_another_county_is_refused() -> None:
    plain = sim.load("quickstart")
    workload = sim.draw(plain)
    for change, told in (
        ("time.days=3", "of 10 days, the scenario of 6"),
        ("dispatch.max_offers=9", "4 of offer_delay a request, the scenario may need 18"),
        ("chasing.max_calls=7", "2 of chase_coin a request, the scenario may need 7"),
    ):
        with pytest.raises(ValueError, match=told):
            sim.simulate(sim.load("quickstart", [change]), workload)
    with pytest.raises(ValueError, match="a stream that the scenario does not have"):
        sim.simulate(plain, sim.draw(sim.load("decheng", ["time.warm_up_days=0", "time.days=8"])))
    for policy in ("dispatch.max_offers=1", "dispatch.choose_point=least_delay", "hotline.lines=1"):
        sim.simulate(sim.load("quickstart", [policy]), workload)


def test_the_front_door_opens_on_every_function() -> None:
    for name in sim.__all__:
        assert getattr(sim, name) is getattr(app, name)
    with pytest.raises(AttributeError, match="no attribute 'simulates'"):
        sim.simulates  # noqa: B018
