"""Who is near, who is really reached, and who comes off worst."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.measures.counting.definition import ALL, DIFFERENCE, REACH, SHARE, Kind, Measure
from sim.measures.counting.groups import Block, Flags, Floats, Ints, Ratio
from sim.measures.counting.observed import Observed, rows_of, text_codes
from sim.measures.orders.requests import wants_visit
from sim.words.kinds import MINUTE

_HEADLINE = "on_time_request"

MEASURES = (
    Measure(
        "nominal_coverage", SHARE, "名义覆盖率", "nominal coverage", Kind.RATIO, REACH,
        "people with a point offering the service within circle_min of planned travel / people, "
        "each counted once for each service", "high",
    ),
    Measure(
        "effective_coverage", SHARE, "实际覆盖率", "effective coverage", Kind.RATIO, REACH,
        "as-soon-as-possible requests with the caregiver at the home within circle_min of the "
        "order / as-soon-as-possible requests; callers lost at the hotline not reached, false "
        "alarms left out; a booked visit says nothing of the circle", "high",
    ),
    Measure(
        "coverage_gap", DIFFERENCE, "覆盖落差", "coverage lost to busy caregivers", Kind.RATIO,
        REACH, "sum of (nominal_coverage of the request's zone and service - 1 if reached) / "
        "as-soon-as-possible requests", "low",
    ),
    Measure(
        "worst_zone", SHARE, "最差镇街按时率", "worst zone, served on time", Kind.ACROSS, ALL,
        "least on_time_request of any zone", "high", sample=_HEADLINE, over="zone",
    ),
    Measure(
        "worst_zone_ratio", "ratio", "最差镇街与平均之比", "worst zone to mean", Kind.ACROSS, ALL,
        "worst_zone / on_time_request", "high", sample=_HEADLINE, over="zone",
    ),
    Measure(
        "worst_service", SHARE, "最差项目按时率", "worst service, on time", Kind.ACROSS, ALL,
        "least on_time_request of any service", "high", sample=_HEADLINE, over="service",
    ),
    Measure(
        "worst_service_ratio", "ratio", "最差项目与平均之比", "worst service to mean", Kind.ACROSS,
        ALL, "worst_service / on_time_request", "high", sample=_HEADLINE, over="service",
    ),
    Measure(
        "gini_zones", SHARE, "镇街按时率基尼系数", "Gini of the zones", Kind.ACROSS, ALL,
        "mean difference of on_time_request between two requests' zones / twice its mean",
        "low", expert=True, sample=_HEADLINE, over="zone",
    ),
)


def blocks(seen: Observed) -> list[Block]:
    """Coverage on the map and in fact."""
    return [nominal_block(seen), effective_block(seen)]


def nominal_block(seen: Observed) -> Block:
    """From the reference table: the same in every replication."""
    table = seen.result.reference["coverage"]
    groups = seen.groups(table, by=("zone", "service"))
    clients = groups.total(table["clients"].to_numpy())
    return Block(
        groups, [Ratio("nominal_coverage", groups.total(table["near"].to_numpy()), clients)]
    )


def effective_block(seen: Observed) -> Block:
    """Requests of the counted days whose circle closes before the end of observation.

    The gap holds each request against the circle of its own zone and service: people are not asked
    for in the mixture in which services are offered to them.
    """
    asked, reached = asked_and_reached(seen)
    groups = seen.groups(seen.result.requests, by=("zone", "service"))
    count = groups.total(asked)
    return Block(
        groups,
        [
            Ratio("effective_coverage", groups.total(reached, asked), count),
            Ratio("coverage_gap", groups.total(_on_paper(seen) - reached, asked), count),
        ],
    )


def asked_and_reached(seen: Observed) -> tuple[Flags, Flags]:
    """For each request whether effective coverage counts it, and whether it was reached in the
    circle's minutes."""
    requests, orders = seen.result.requests, seen.result.orders
    circle = float(seen.settings["targets.circle_min"]) * MINUTE
    rows = rows_of(requests["request"].to_numpy(), orders["request"].to_numpy())
    created, arrived = np.full(len(requests), np.nan), np.full(len(requests), np.nan)
    created[rows] = seen.times(orders, "created")
    arrived[rows] = seen.times(orders, "arrived")
    requested = seen.times(requests, "requested")
    asked = (
        seen.counted(requested)
        & wants_visit(requests)
        & requests["window_open"].isna().to_numpy()
        & (requested + circle <= seen.end)
    )
    return asked, np.asarray(arrived <= created + circle, dtype=bool)


def _on_paper(seen: Observed) -> Floats:
    """For each request the nominal coverage of its zone and service."""
    size = len(seen.zones) * len(seen.services)

    def places(frame: pd.DataFrame) -> Ints:
        zone = text_codes(frame["zone"], seen.zones)
        return zone * len(seen.services) + text_codes(frame["service"], seen.services)

    table = seen.result.reference["coverage"]
    near, clients = (
        np.bincount(places(table), table[column].to_numpy(), size) for column in ("near", "clients")
    )
    share: Floats = np.where(clients > 0, near / np.where(clients > 0, clients, 1), 0.0)
    return share[places(seen.result.requests)]


def worst(num: Floats, den: Floats) -> Floats:
    """Least ratio over the last axis, groups without events passed over; NaN if all are."""
    known = den > 0
    rate = np.where(known, num / np.where(known, den, 1), np.inf).min(axis=-1, initial=np.inf)
    return np.where(np.isinf(rate), np.nan, rate)


def worst_to_mean(num: Floats, den: Floats) -> Floats:
    """The least ratio as a share of the ratio of all groups together; NaN if that is 0."""
    good, count = num.sum(axis=-1), den.sum(axis=-1)
    return np.where(good > 0, worst(num, den) * count / np.where(good > 0, good, 1), np.nan)


def gini(num: Floats, den: Floats) -> Floats:
    """Gini coefficient of the groups' ratios, weighted by their events; NaN if the mean is 0."""
    known = den > 0
    rate = np.where(known, num / np.where(known, den, 1), 0)
    apart = np.abs(rate[..., :, None] - rate[..., None, :])
    pairs = (apart * den[..., :, None] * den[..., None, :]).sum(axis=(-1, -2))
    good, count = num.sum(axis=-1), den.sum(axis=-1)
    return np.where(good > 0, pairs / (2 * np.where(good > 0, good * count, 1)), np.nan)


ACROSS = {
    "worst_zone": worst,
    "worst_zone_ratio": worst_to_mean,
    "worst_service": worst,
    "worst_service_ratio": worst_to_mean,
    "gini_zones": gini,
}
"""What each measure of kind ``across`` does with the other measure's groups."""
