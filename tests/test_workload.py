"""The workload against what the scenario asks for. Every statistical test states its n.

Seeds are fixed; bounds are such that a correct program passes on another seed with probability
at least 1 - 1e-4.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys

import numpy as np
import pytest
from scipy import stats
from small_county import PER_DAY, county, one_stream, raw, request

from sim.scenario.schema import Scenario
from sim.words.kinds import DAY, HOUR, MINUTE, NEVER, SECOND
from sim.workload.draw import draw
from sim.workload.store import checksum
from sim.workload.tables import Workload

ALPHA = 1e-4


def rows_of(workload: Workload, stream: int) -> dict[str, np.ndarray]:
    chosen = workload.stream == stream
    return {name: column[chosen] for name, column in workload.columns().items()}


# --- what a change of scenario changes


def same(a: dict[str, np.ndarray], b: dict[str, np.ndarray], but: tuple[str, ...] = ()) -> bool:
    return all(np.array_equal(a[name], b[name]) for name in a if name not in but)


@pytest.mark.parametrize("changed", range(6))
def test_one_stream_more_or_busier_leaves_the_others(changed: int) -> None:
    streams = raw()["requests"]
    before = draw(county(), 1, 0)
    faster = [{**row, "per_day": 90 if i == changed else PER_DAY} for i, row in enumerate(streams)]
    after = draw(county(requests=[*faster, request("new")]), 1, 0)
    assert len(after) > len(before)
    for stream in range(6):
        was, now = rows_of(before, stream), rows_of(after, stream)
        assert same(was, now) == (stream != changed)
    without = [row for i, row in enumerate(streams) if i != changed]
    left = draw(county(requests=without), 1, 0)
    for stream in range(5):
        was = rows_of(before, stream + (stream >= changed))
        assert same(was, rows_of(left, stream), but=("stream",))


def test_row_r_keeps_its_draws_whatever_the_rate() -> None:
    """All but times, and what follows from them: a busier stream begins with the same rows."""
    slow = rows_of(draw(one_stream(), 1, 0), 0)
    fast = rows_of(draw(one_stream(per_day=100), 1, 0), 0)
    n = len(slow["time"])
    for name in slow:
        if name not in ("time", "due"):
            assert np.array_equal(slow[name], fast[name][:n]), name


def test_more_redials_offers_and_chases_only_add_columns() -> None:
    before = draw(county(), 1, 0)
    base = raw()
    base["callers"]["client"]["max_redials"] = 5
    base["dispatch"]["max_offers"] = 7
    base["chasing"]["max_calls"] = 6
    after = draw(Scenario.model_validate(base), 1, 0)
    wide = {"patience": 6, "redial_coin": 6, "offer_coin": 14, "offer_delay": 14, "chase_talk": 6}
    for name, column in before.columns().items():
        grown = getattr(after, name)
        assert np.array_equal(grown[:, : column.shape[1]] if column.ndim == 2 else grown, column)
        if name in wide:
            assert grown.shape == (len(after), wide[name])


def test_who_rings_moves_only_their_own_rows() -> None:
    base = raw()
    base["requests"][0]["share_relative"] = 3
    before, after = rows_of(draw(county(), 1, 0), 0), rows_of(draw(county(**base), 1, 0), 0)
    stayed = before["caller"] == after["caller"]
    assert 0 < stayed.sum() < len(stayed)
    assert same({k: v[stayed] for k, v in before.items()}, {k: v[stayed] for k, v in after.items()})


def test_hiring_changes_no_checksum() -> None:
    base = raw()
    plain = checksum(draw(Scenario.model_validate(base), 1, 0))
    base["operators"][0]["count"] = 9
    base["caregivers"][0]["count"] = 50
    base["caregivers"].append({**base["caregivers"][0], "id": "more", "absence_prob": 0.5})
    base["shifts"].append({"id": "night", "start": "22:00", "end": "06:00"})
    base["hotline"].update(lines=3, when_closed="duty_phone", open="08:00-17:00")
    base["dispatch"].update(choose_point="least_delay", borrow_km=3, overtime_min=30)
    assert checksum(draw(Scenario.model_validate(base), 1, 0)) == plain


def test_seed_and_replication() -> None:
    assert checksum(draw(county(), 1, 0)) == checksum(draw(county(), 1, 0))
    others = {checksum(draw(county(), seed, rep)) for seed in (1, 2) for rep in (0, 1, 2)}
    assert len(others) == 6
    first, second = draw(county(), 1, 0), draw(county(), 1, 1)
    assert not set(first.offer_coin.ravel()) & set(second.offer_coin.ravel())


def test_golden_checksum() -> None:
    """Results are published with a seed: the same seed must give the same county next year.

    Update only when the model's draws change on purpose (a new column, another distribution),
    and say so in the change log. A new numpy that changes this number is to be pinned or named
    there as well.
    """
    workload = draw(county(), 20250303, 1)
    assert len(workload) == 1706
    assert checksum(workload) == (
        "0b75bfe695435ca5aef8feb135f715fc6d5b9f20b546c2949b4fb2adaaa25ceb"
    )


@pytest.mark.skipif(platform.machine() != "x86_64", reason="names x86 features")
def test_same_bytes_on_an_older_processor() -> None:
    """n = 28,000 requests, drawn again as if the processor had no AVX and no fused multiply-add:
    numpy's own loops and the C library's exp and log then round differently."""
    busy = raw(requests=[{**row, "per_day": 670} for row in raw()["requests"]])
    program = (
        "import sys; from sim.scenario.schema import Scenario; from sim.workload.draw import draw;"
        "from sim.workload.store import checksum;"
        "print(checksum(draw(Scenario.model_validate_json(sys.stdin.read()), 3, 1)))"
    )
    older = {
        "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX2 FMA3 AVX512F AVX512_SKX",
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-AVX512F,-AVX2_Usable,-FMA_Usable",
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        input=json.dumps(busy, default=str),
        env={**os.environ, **older, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == checksum(draw(Scenario.model_validate(busy), 3, 1))


# --- what is in a row


@pytest.fixture(scope="module")
def big() -> Workload:
    """About 42,000 requests, 7,000 a stream."""
    return draw(county(requests=[{**row, "per_day": 1000} for row in raw()["requests"]]), 8, 0)


def test_sorted_with_ties_by_stream(big: Workload) -> None:
    order = np.lexsort([big.stream, big.time])
    assert (order == np.arange(len(big))).all()
    assert big.time[0] >= 0
    assert big.time[-1] < big.horizon == 7 * DAY


def test_shapes_types_and_coins(big: Workload) -> None:
    for name, column in big.columns().items():
        assert len(column) == len(big)
        assert column.dtype in (np.int64, np.float64, np.bool_)
        if name.endswith("_coin"):
            drawn = column[(big.stream == 0)].ravel()
            assert stats.kstest(drawn, "uniform").pvalue > ALPHA
    assert set(big.service.tolist()) == {0, 1}
    assert set(big.group[big.stream == 3].tolist()) == {1}


def test_callers_and_their_talk(big: Workload) -> None:
    """n = about 7,000: three clients to one relative, each with their own talk and patience."""
    rows = rows_of(big, 0)
    client = rows["caller"] == 0
    assert stats.binomtest(int(client.sum()), len(client), 0.75).pvalue > ALPHA
    assert set(rows["talk"][~client].tolist()) == {100 * SECOND}
    spread = np.sqrt(np.log(1 + 0.8**2))
    talk = stats.lognorm(spread, scale=240 * SECOND / np.sqrt(1 + 0.8**2))
    assert stats.kstest(rows["talk"][client], talk.cdf).pvalue > ALPHA
    held = stats.expon(scale=90 * SECOND)
    for attempt in range(3):
        assert stats.kstest(rows["patience"][client, attempt], held.cdf).pvalue > ALPHA
    assert rows["patience"].shape == rows["redial_delay"].shape == (len(client), 3)
    assert set(rows["redial_delay"][~client].ravel().tolist()) == {5 * MINUTE}


def test_columns_of_a_row_are_unrelated(big: Workload) -> None:
    """n = about 7,000 of one stream: no pair of draws has a rank correlation."""
    rows = rows_of(big, 0)
    names = (
        "redial_coin",
        "offer_coin",
        "offer_delay",
        "chase_coin",
        "redial_delay",
        "chase_patience",
        "chase_wrap_up",
    )
    parts = [rows[n] for n in names] + [
        rows[n][:, None]
        for n in (
            "talk",
            "duration",
            "noise_out",
            "noise_back",
            "wrap_up",
            "order_patience",
            "x_km",
            "no_show_coin",
            "call_back_coin",
            "call_back_talk",
            "call_back_wrap_up",
            "handed_down_coin",
        )
    ]
    client = rows["caller"] == 0
    table = np.column_stack(parts)[client]
    correlations, p = stats.spearmanr(table)
    pairs = np.triu_indices(len(correlations), 1)
    assert p[pairs].min() > ALPHA / len(pairs[0])


def test_false_alarms(big: Workload) -> None:
    """n = about 7,000 presses, 70 % false; these talk as the verifying call does."""
    rows = rows_of(big, 2)
    false = rows["false_alarm"]
    assert stats.binomtest(int(false.sum()), len(false), 0.7).pvalue > ALPHA
    assert stats.kstest(rows["talk"][false], stats.expon(scale=60 * SECOND).cdf).pvalue > ALPHA
    assert set(rows["talk"][~false].tolist()) == {100 * SECOND}
    assert not big.false_alarm[big.stream != 2].any()


def test_requests_without_a_call(big: Workload) -> None:
    for stream in (3, 4):
        rows = rows_of(big, stream)
        for name in ("patience", "talk", "wrap_up", "redial_coin", "handed_down_delay"):
            assert not rows[name].any()
        assert set(rows["caller"].tolist()) == {0}
        assert rows["duration"].min() > 0
        assert rows["call_back_talk"].max() > 0
    assert set(big.review[big.stream == 3].tolist()) == {3 * MINUTE}
    assert not big.review[big.stream != 3].any()


def test_targets_advice_and_patience(big: Workload) -> None:
    asap = (big.stream == 0) | (big.stream == 3)
    assert (big.due[asap] == big.time[asap] + 120 * MINUTE).all()
    assert (big.window_open[big.stream != 5] == NEVER).all()
    advice = rows_of(big, 1)
    assert (advice["due"] == NEVER).all()
    assert (advice["order_patience"] == NEVER).all()
    assert not advice["duration"].any()
    waits = rows_of(big, 4)["order_patience"]
    assert stats.kstest(waits, stats.expon(scale=6 * HOUR).cdf).pvalue > ALPHA


def test_nobody_chases_without_a_kind_of_caller() -> None:
    workload = draw(county(chasing={}), 1, 0)
    assert workload.chase_talk.shape == (len(workload), 1)
    assert not workload.chase_coin.any()


def test_no_demand() -> None:
    silent = county(
        requests=[request("a", per_day=0), request("b", per_day=0, lead_mean_h=3, slots="08:00")]
    )
    for scenario in (silent, county(requests=[])):
        workload = draw(scenario, 1, 0)
        assert len(workload) == 0
        assert workload.horizon == 7 * DAY
        assert {len(column) for column in workload.columns().values()} == {0}
        assert workload.offer_coin.shape == (0, 6)


def test_windows_of_a_drawn_stream(big: Workload) -> None:
    rows = rows_of(big, 5)
    assert set((rows["window_open"] % DAY).tolist()) == {8 * HOUR, 10.5 * HOUR, 15 * HOUR}
    assert (rows["window_open"] >= rows["time"] + 2 * HOUR).all()
    assert (rows["window_close"] == rows["window_open"] + 90 * MINUTE).all()
    assert (rows["due"] == rows["window_close"]).all()
    late = rows["time"] % DAY > 16 * HOUR
    midnight = rows["time"] - rows["time"] % DAY + DAY
    assert late.any()
    assert (rows["window_open"] >= midnight + 2 * HOUR)[late].all()
