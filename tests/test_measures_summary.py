"""The catalogue of measures, many replications put together, and what is kept of each."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hand_made import measured, result
from hand_tables import ASKED, CALLS, CAREGIVER_DAY, ORDERS, REQUESTS, call, duty, shift
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim import log
from sim.measures import CATALOGUE, Measured, document, labels, load, measure, summarise
from sim.measures.counting.definition import GROUPINGS, Kind
from sim.measures.counting.stretches import most_at_once, per_hour
from sim.measures.hotline import hold, tiers
from sim.measures.services import meals, places, plans, remote
from sim.measures.staff_and_money import funds
from sim.scenario.sections.targets import Targets
from sim.words.kinds import HOUR

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def care() -> Measured:
    return measured(requests=ASKED, orders=ORDERS)


RARE = {"fund", "week", "shock", "kind", "tier"}
"""Groups that only some scenarios have."""
SOME = {"recovery_h", "recovery_wait_h", "same_gender", "cost_visits_yuan"} | {
    measure.name
    for chapter in (funds, hold, meals, places, plans, remote, tiers)
    for measure in chapter.MEASURES
}
"""Measures that only some scenarios have."""


# --- the catalogue -------------------------------------------------------------------------------


def test_every_measure_is_given_for_exactly_its_groups() -> None:
    full = measured(requests=REQUESTS, calls=CALLS, orders=ORDERS)
    found: dict[str, set[str]] = {}
    for row in full.ratios.itertuples():
        found.setdefault(str(row.measure), set()).add(str(row.group).split("=")[0])
    pooled = {m.name: set(m.groups) - RARE for m in CATALOGUE.values()
              if m.kind in (Kind.RATIO, Kind.VALUE)}
    assert found == {name: groups for name, groups in pooled.items() if name in found}
    assert set(pooled) - set(found) <= SOME
    samples = {m.sample: set(m.groups) for m in CATALOGUE.values() if m.kind == Kind.QUANTILE}
    for name, groups in samples.items():
        mine = full.samples["group"][full.samples["sample"] == name].astype(str)
        given = {group.split("=")[0] for group in mine}
        assert given == (set() if name in SOME else groups - RARE), name


def test_the_catalogue_is_complete_and_well_formed() -> None:
    assert len(CATALOGUE) == len({m.zh for m in CATALOGUE.values()})
    assert len(CATALOGUE) == len({m.en for m in CATALOGUE.values()})
    for name, declared in CATALOGUE.items():
        assert declared.name == name
        assert set(declared.groups) <= set(GROUPINGS)
        assert declared.groups[0] == ("fund" if declared.groups == ("fund",) else "all")
        assert declared.better in ("high", "low", "band", "")
        assert not declared.target or declared.better
        if declared.kind == Kind.ACROSS:
            assert declared.over in CATALOGUE[declared.sample].groups
    assert labels("zh")["connection_rate"] == "接通率"
    assert labels("en")["connection_rate"] == "connection rate"
    assert list(labels("en")) == list(CATALOGUE)


def test_every_target_of_the_schema_marks_a_measure_or_sets_one() -> None:
    marked = {
        end for m in CATALOGUE.values() if m.target
        for end in ([f"{m.target}_low", f"{m.target}_high"] if m.better == "band" else [m.target])
    }
    limits = {"acceptable_wait_s", "short_abandon_s", "circle_min"}
    assert marked | limits == set(Targets.model_fields)


def test_the_page_of_measures_is_up_to_date() -> None:
    assert (ROOT / "docs" / "measures.md").read_text(encoding="utf-8") == document()


# --- many replications ---------------------------------------------------------------------------


def replications(answered: list[tuple[int, int]]) -> list[Measured]:
    """One replication for each (answered, blocked)."""
    return [
        measured(
            replication=number, requests=[{"requested": "1 09:00"}],
            calls=[*[call(0, "1 09:00", "answered", "1 09:00:05")] * good,
                   *[call(0, "1 09:00", "blocked")] * bad],
        )
        for number, (good, bad) in enumerate(answered)
    ]


def test_summary_pools_and_marks_targets() -> None:
    parts = replications([(19, 1), (9, 1), (38, 2), (0, 0)])
    kpis, details = summarise(parts)
    row = kpis.set_index(["measure", "group"]).loc[("connection_rate", "all")]
    # a replication without calls has no connection rate
    assert row["n"] == 3
    assert row["mean"] == pytest.approx(66 / 70)
    assert row["sd"] == pytest.approx(np.std([0.95, 0.9, 0.95], ddof=1))
    assert row["target"] == 0.95
    assert row["p_meet"] == pytest.approx(2 / 3)
    behind = details["rows"]["connection_rate"]["all"]
    exact = stats.binomtest(2, 3).proportion_ci(method="exact")
    assert behind["p_meet"] == [exact.low, exact.high]
    assert behind["events"] == 70
    assert behind["method"] == "jackknife"
    assert details["measures"]["connection_rate"]["target"] == [0.95, None]
    offered = kpis.set_index(["measure", "group"]).loc[("offered_per_day", "all")]
    per_day = [10, 5, 20, 0]
    half = stats.t.ppf(0.975, 3) * np.std(per_day, ddof=1) / 2
    assert offered["n"] == 4
    assert offered["mean"] == pytest.approx(np.mean(per_day))
    assert offered["ci_high"] == pytest.approx(np.mean(per_day) + half)
    # nobody rings less than never
    assert (np.mean(per_day) - half < 0, offered["ci_low"]) == (True, 0)
    assert details["rows"]["offered_per_day"]["all"]["method"].startswith("t interval")
    json.dumps(details, allow_nan=False)


def test_a_band_is_met_between_its_ends() -> None:
    def operator_busy(minutes: int, number: int) -> Measured:
        return measured(
            replication=number,
            timesheet=[shift("op-1", "talk", "1 08:00", f"1 08:{minutes:02}")],
            roster=[duty("op-1", "1 08:00", "1 09:00")],
        )

    parts = [operator_busy(m, n) for n, m in enumerate((23, 24, 51, 52))]
    kpis, details = summarise(parts)
    row = kpis.set_index(["measure", "group"]).loc[("utilisation", "all")]
    assert row["p_meet"] == 2 / 4
    assert row["target"] == 0.85
    assert details["measures"]["utilisation"]["target"] == [0.4, 0.85]


def test_one_replication_gives_no_interval() -> None:
    kpis, _ = summarise(replications([(19, 1)]))
    assert (kpis["n"] == 1).all()
    assert kpis[["sd", "ci_low", "ci_high"]].isna().all().all()
    assert kpis["mean"].notna().all()


def test_intervals_of_shares_stay_between_0_and_1() -> None:
    kpis, _ = summarise(replications([(20, 0), (18, 2), (20, 0)]))
    shares = kpis[kpis["unit"] == "share"].dropna(subset=["ci_low"])
    assert shares["ci_low"].min() >= 0
    assert shares["ci_high"].max() == 1


def test_rows_are_ordered_and_do_not_depend_on_the_order_of_replications(care: Measured) -> None:
    parts = [
        care,
        *(measured(requests=ASKED[:n], orders=ORDERS[:n], replication=n) for n in (2, 5)),
    ]
    kpis, details = summarise(parts)
    again, same = summarise(parts[::-1])
    assert kpis.to_csv(index=False).encode() == again.to_csv(index=False).encode()
    assert details == same
    places = [list(CATALOGUE).index(name) for name in kpis["measure"]]
    assert places == sorted(places)
    groups = kpis["group"][kpis["measure"] == "on_time"].tolist()
    assert groups == [
        "all", "hour=9", "hour=10", "hour=15", "hour=16", "hour=21", "hour=23", "zone=east",
        "zone=west", "service=rescue", "service=bath", "class=0", "class=3", "point=p", "point=q",
        "channel=phone", "organisation=east", "organisation=west",
    ]
    assert list(kpis) == [
        "measure", "group", "unit", "n", "mean", "sd", "ci_low", "ci_high", "target", "p_meet",
    ]


def test_quantiles_pool_the_replications() -> None:
    def waits(number: int, *seconds: int) -> Measured:
        calls = [call(0, "1 09:00", "answered", f"1 09:{s // 60:02}:{s % 60:02}") for s in seconds]
        return measured(requests=[{"requested": "1 09:00"}], calls=calls, replication=number)

    parts = [waits(0, 1, 2, 3, 4), waits(1, 10, 20, 30, 40, 50, 60)]
    kpis, details = summarise(parts)
    row = kpis.set_index(["measure", "group"])
    assert row.loc[("wait_p50_s", "all"), "mean"] == 10
    assert row.loc[("wait_p90_s", "all"), "mean"] == 50
    assert row.loc[("wait_p95_s", "all"), "mean"] == 60
    assert row.loc[("wait_p50_s", "all"), "sd"] == pytest.approx(np.std([2, 30], ddof=1))
    # two sections, their medians 2 and 30 around 10
    half = stats.t.ppf(0.975, 1) * math.sqrt((8**2 + 20**2) / 1 / 2)
    assert row.loc[("wait_p50_s", "all"), "ci_high"] == pytest.approx(10 + half)
    assert details["rows"]["wait_p50_s"]["all"] == {
        "method": "pooled quantile, 2 sections", "events": 10,
    }


def test_nothing_to_summarise() -> None:
    with pytest.raises(ValueError, match="no replication"):
        summarise([])


def test_measured_is_kept_and_read_again(care: Measured, tmp_path: Path) -> None:
    care.save(tmp_path / "a")
    care.save(tmp_path / "b")
    again = load(tmp_path / "a")
    pd.testing.assert_frame_equal(again.ratios, care.ratios)
    pd.testing.assert_frame_equal(again.samples, care.samples)
    assert again.replication == 0
    for name in ("ratios.parquet", "samples.parquet"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    kpis, details = summarise([care])
    kept, same = summarise([again])
    pd.testing.assert_frame_equal(kpis, kept)
    assert details == same


# --- stretches of time ---------------------------------------------------------------------------

STRETCHES = st.lists(
    st.builds(
        lambda start, length: (start * 6, start * 6 + length * 7),
        st.integers(0, 60), st.integers(0, 40),
    ),
    max_size=8,
)


@given(STRETCHES)
def test_cutting_at_hours_keeps_every_minute(stretches: list[tuple[int, int]]) -> None:
    minute = HOUR / 60
    start, end = (np.array([s[k] for s in stretches], dtype=float) * minute for k in (0, 1))
    row, since, length = per_hour(start, end)
    found = {}
    for r, t, piece in zip(row, since, length, strict=True):
        assert 0 < piece <= HOUR - t % HOUR
        found[int(r), int(t // HOUR)] = round(piece / minute)
    expected: dict[tuple[int, int], int] = {}
    for r, (low, high) in enumerate(stretches):
        for m in range(low, high):
            expected[r, m // 60] = expected.get((r, m // 60), 0) + 1
    assert found == expected


@given(STRETCHES)
def test_most_at_once_counts_every_minute(stretches: list[tuple[int, int]]) -> None:
    start, end = (np.array([s[k] for s in stretches], dtype=float) for k in (0, 1))
    there = [sum(low <= m < high for low, high in stretches) for m in range(700)]
    assert most_at_once(start, end) == max(there)


def test_measure_reads_a_saved_result_the_same(tmp_path: Path) -> None:
    made = result(requests=REQUESTS, calls=CALLS, orders=ORDERS, timesheet=CAREGIVER_DAY)
    log.save(made, tmp_path)
    pd.testing.assert_frame_equal(measure(log.read(tmp_path)).ratios, measure(made).ratios)
