"""Rules: what each feature is, how weights reach a rule, whose rules are known where."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.experiments import replicate
from sim.rules import registry
from sim.rules.choose_order import score as score_order
from sim.rules.choose_point import score as score_point
from sim.rules.features import ORDER_FEATURES, POINT_FEATURES
from sim.rules.views import CaregiverView, OrdersView, OrderView, PointsView
from sim.scenario.faults import BadInput
from sim.scenario.load import load
from sim.scenario.sections.dispatching import Dispatch
from sim.scenario.sections.weights import OrderWeights, PointWeights
from sim.words.kinds import MINUTE, NEVER

NOW = 100 * MINUTE
ORDER = OrderView(
    now=NOW, service=0, priority=2, zone=0, requested=0, created=0, due=130 * MINUTE,
    mean_service_min=30.0,
)
POINTS = PointsView(
    point=np.array([0, 1, 2]), travel_min=np.array([5.0, 12.0, 20.0]),
    own_town=np.array([True, False, False]), queued=np.array([3, 0, 2]),
    free=np.array([0, 1, 0]), on_duty=np.array([2, 2, 0]), busy_min=np.array([60.0, 60.0, 45.0]),
)
OF_POINTS = {
    "travel_min": [5, 12, 20],
    # four ahead of it for two people; somebody free; nobody will ever come
    "wait_min": [4 * 60 / 2, 0, 1e6],
    # due in half an hour
    "late_min": [5 + 120 - 30, 0, 20 + 1e6 - 30],
    "border": [0, 1, 1],
    "load": [3 / 2, 0, 2],
    "not_free": [1, 0, 1],
}
WHO = CaregiverView(now=NOW, caregiver=4, point=0, busy_min=60.0)
ORDERS = OrdersView(
    order=np.array([0, 1, 2]), service=np.array([0, 1, 1]), priority=np.array([2, 5, 5]),
    created=np.array([0, 70 * MINUTE, 10 * MINUTE]),
    due=np.array([90 * MINUTE, 130 * MINUTE, NEVER]), travel_min=np.array([4.0, 10.0, 7.0]),
    own_town=np.array([True, True, False]),
    wanted=np.array([0, 70 * MINUTE, 105 * MINUTE]), mean_service_min=np.array([30.0, 60.0, 60.0]),
    usual=np.array([False, True, False]),
)
OF_ORDERS = {
    "travel_min": [4, 10, 7],
    # the last one is booked for in five minutes
    "age_min": [100, 30, 0],
    "late_min": [10, 0, 0],
    "slack_min": [0, 30 - 10, 1440],
    "priority": [2, 5, 5],
    "border": [0, 0, 1],
    "mean_service_min": [30, 60, 60],
    "usual": [0, 1, 0],
}


# -- features and scores -------------------------------------------------------------------------


@pytest.mark.parametrize("name", POINT_FEATURES)
def test_each_feature_of_a_point(name: str) -> None:
    assert POINT_FEATURES[name](ORDER, POINTS).tolist() == OF_POINTS[name]


@pytest.mark.parametrize("name", ORDER_FEATURES)
def test_each_feature_of_an_order(name: str) -> None:
    assert ORDER_FEATURES[name](WHO, ORDERS).tolist() == OF_ORDERS[name]


def test_every_feature_has_a_weight_and_every_weight_a_feature() -> None:
    assert list(PointWeights.model_fields) == list(POINT_FEATURES) == list(OF_POINTS)
    assert list(OrderWeights.model_fields) == list(ORDER_FEATURES) == list(OF_ORDERS)


numbers = st.floats(-100, 100, width=16)


@settings(max_examples=50, deadline=None, derandomize=True, database=None)
@given(
    st.fixed_dictionaries(dict.fromkeys(OF_POINTS, numbers)),
    st.fixed_dictionaries({n: numbers if n != "age_min" else numbers.map(lambda w: -abs(w))
                           for n in OF_ORDERS}),
)
def test_a_score_is_the_sum_of_weights_times_features(
    points: dict[str, float], orders: dict[str, float]
) -> None:
    expected = sum(w * np.array(OF_POINTS[name]) for name, w in points.items())
    assert score_point(ORDER, POINTS, PointWeights(**points)) == pytest.approx(expected)
    expected = sum(w * np.array(OF_ORDERS[name]) for name, w in orders.items())
    assert score_order(WHO, ORDERS, OrderWeights(**orders)) == pytest.approx(expected)


def test_unless_told_otherwise_points_are_scored_by_travel_and_wait() -> None:
    ask = registry.chosen(Dispatch(choose_point="score"))["choose_point"].score
    least_delay = registry.get("choose_point", "least_delay").score
    assert ask(ORDER, POINTS).tolist() == least_delay(ORDER, POINTS).tolist()


def test_unless_told_otherwise_an_order_four_hours_older_goes_before_one_a_class_better() -> None:
    ask = registry.chosen(Dispatch(choose_order="score"))["choose_order"].score
    alike: dict[str, Any] = {
        "order": np.array([0, 1]), "service": np.array([0, 0]), "priority": np.array([3, 4]),
        "due": np.array([NEVER, NEVER]), "travel_min": np.array([5.0, 5.0]),
        "own_town": np.array([True, True]), "mean_service_min": np.array([30.0, 30.0]),
    }
    for older, first in ((239, 0), (241, 1)):
        written = np.array([0, -older * MINUTE])
        scores = ask(WHO, OrdersView(created=written, wanted=written, **alike))
        assert scores.argmin() == first


# -- whose rules are known where -------------------------------------------------------------------

RULES = """
import numpy as np
from sim.rules.registry import rule

@rule("choose_point", "own", weighted=True)
def own(order, points, weights):
    return weights.load * points.queued + points.travel_min

@rule("choose_order", "youngest", fixed=True)
def youngest(caregiver, orders):
    return -orders.created
"""


def county(folder: Path, rules: str, *chosen: str) -> Path:
    folder.mkdir()
    (folder / "scenario.toml").write_text(
        'extends = "quickstart"\n[time]\ndays = 2\n[dispatch]\nmodule = "rules.py"\n'
        + "".join(f"{line}\n" for line in chosen), encoding="utf-8")
    (folder / "rules.py").write_text(rules, encoding="utf-8")
    return folder


def test_a_countys_own_rule_gets_its_weights(tmp_path: Path) -> None:
    resolved = replicate.prepare(county(
        tmp_path / "own", RULES, 'choose_point = "own"', "point_weights = {load = 7.0}"))
    ask = registry.chosen(resolved.scenario.dispatch)["choose_point"].score
    assert ask(ORDER, POINTS).tolist() == [7 * 3 + 5, 12, 7 * 2 + 20]


def test_what_goes_wrong_with_weights_in_a_countys_own_rule_is_told(tmp_path: Path) -> None:
    resolved = replicate.prepare(county(
        tmp_path / "own", RULES.replace("weights.load", "weights.lod"), 'choose_point = "own"'))
    ask = registry.chosen(resolved.scenario.dispatch)["choose_point"].score
    with pytest.raises(BadInput) as caught:
        ask(ORDER, POINTS)
    assert "rules.py line 7: found AttributeError" in str(caught.value)


def test_the_rules_of_one_county_are_not_known_in_the_next(tmp_path: Path) -> None:
    before = registry.names()
    mine = replicate.prepare(county(tmp_path / "own", RULES, 'choose_order = "youngest"'))
    assert registry.chosen(mine.scenario.dispatch)["choose_order"].name == "youngest"
    assert registry.names() == before
    other = county(tmp_path / "other", RULES.replace("youngest", "oldest"))
    for folder in (other, "quickstart"):
        with pytest.raises(BadInput) as caught:
            replicate.prepare(folder, ["dispatch.choose_order=youngest"])
        assert 'dispatch.choose_order: found "youngest"' in str(caught.value)


@pytest.mark.parametrize(("kind", "name"), [
    ("choose_point", "score"), ("choose_order", "priority"), ("choose_caregiver", "nearest"),
    ("choose_order", "youngest"),
])
def test_a_rule_cannot_take_the_name_of_another(tmp_path: Path, kind: str, name: str) -> None:
    rules = f'{RULES}\n@rule("{kind}", "{name}")\ndef again(one, several):\n    return 0\n'
    with pytest.raises(BadInput) as caught:
        replicate.prepare(county(tmp_path / "own", rules))
    (fault,) = caught.value.faults
    assert fault.line().startswith(
        f'rules.py line 13: found "{name}"; allowed: a name of its own; taken for {kind}: ')
    assert fault.line("zh").startswith(f'rules.py 第 13 行：发现 "{name}"；应为：别的名称；')
    assert name in fault.line().split("taken for")[1]
    assert registry.get("choose_order", "priority").score.__module__ == "sim.rules.choose_order"


def test_a_notebook_may_register_its_rule_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_RULES", dict(registry._RULES))
    for _ in range(2):
        registry.rule("choose_point", "mine")(lambda order, points: -points.travel_min)
    scenario = load("quickstart", ["dispatch.choose_point=mine"], policies=registry.names())
    ask = registry.chosen(scenario.dispatch)["choose_point"].score
    assert ask(ORDER, POINTS).tolist() == [-5, -12, -20]
    with pytest.raises(ValueError, match="there is a choose_point rule 'nearest' already"):
        registry.rule("choose_point", "nearest")(lambda order, points: points.travel_min)


def test_only_rules_with_weights_get_them() -> None:
    with pytest.raises(ValueError, match="weights are for choose_point and choose_order"):
        registry.rule("choose_caregiver", "mine", weighted=True)
