"""Whether the deliveries that clients ask for can be made."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.faults import NOTHING, Words, shown
from sim.scenario.findings import Finding
from sim.scenario.judging.parts import Parts
from sim.scenario.sections.kitchens import Kitchen
from sim.scenario.sections.plans import CarePlan
from sim.scenario.sections.requests import Stream
from sim.scenario.sections.services import Service
from sim.words.kinds import HOUR, MINUTE, ServiceMode, WhenIdle


def kitchens(parts: Parts) -> Iterator[Finding]:
    """A delivery that a stream or a care plan asks for has a kitchen behind it, which is open when
    it should be; who delivers comes back for the next round."""
    if not parts.whole("services", "requests", "plans"):
        return
    services: dict[str, Service] = dict(parts.rows["services"])
    rows_asking: dict[tuple[str, str], Stream | CarePlan] = {
        (table, row_id): row
        for table in ("requests", "plans") for row_id, row in parts.rows[table].items()
    }
    asked = {
        where: services[row.service] for where, row in rows_asking.items()
        if row.service in services and services[row.service].mode == ServiceMode.DELIVERY
    }
    yield from _shares(parts)
    if not asked:
        return
    yield from _come_back(parts)
    if not parts.whole("kitchens", "points"):
        return
    rows: dict[str, Kitchen] = dict(parts.rows["kitchens"])
    for where, service in asked.items():
        behind = [
            kitchen for kitchen in rows.values()
            if kitchen.fills(service.id) and any(
                {service.id, "all"} & set(parts.rows["points"][point].services)
                for point in kitchen.supplies if point in parts.rows["points"]
            )
        ]
        if not behind:
            yield Finding(
                (*where, "service"),
                shown(service.id),
                Words(
                    "a delivery that a meal point of some kitchen of kitchens.csv offers",
                    "kitchens.csv 里有厨房供应的助餐点提供的送餐服务",
                ),
            )
            continue
        yield from _open_for(where, rows_asking[where], behind)
        if service.carry is None and any(kitchen.carry_prob > 0 for kitchen in behind):
            yield Finding(
                ("services", service.id, "carry_dist"),
                NOTHING,
                Words(
                    "how long a cadre takes to the door, as kitchens.csv has a carry_prob above 0",
                    "村干部送到门口要多久，因为 kitchens.csv 里 carry_prob 大于 0",
                ),
            )


def _shares(parts: Parts) -> Iterator[Finding]:
    for row_id, kitchen in parts.rows["kitchens"].items():
        left = 1 - kitchen.collect_prob
        if kitchen.carry_prob > left + 1e-9:
            yield Finding(
                ("kitchens", row_id, "carry_prob"),
                shown(kitchen.carry_prob),
                Words(
                    f"at most {left:.4g}, what collect_prob leaves",
                    f"不超过 {left:.4g}，即 collect_prob 剩下的部分",
                ),
            )


def _come_back(parts: Parts) -> Iterator[Finding]:
    dispatch = parts.sections.get("dispatch")
    if dispatch is not None and dispatch.when_idle != WhenIdle.RETURN:
        yield Finding(
            ("dispatch", "when_idle"),
            shown(str(dispatch.when_idle)),
            Words(
                "return, as rounds are loaded at the meal point",
                "return，因为送餐要回助餐点取餐",
            ),
        )


def _open_for(
    where: tuple[str, str], row: Stream | CarePlan, behind: list[Kitchen]
) -> Iterator[Finding]:
    """Every wave falls into the opening hours of some kitchen on some weekday."""
    planned = isinstance(row, CarePlan)
    for slot in (row.opens,) if isinstance(row, CarePlan) else row.slots:
        if not any(
            start <= slot < end for kitchen in behind
            for hours in kitchen.open.days for start, end in hours
        ):
            clock = f"{slot // HOUR:02d}:{slot // MINUTE % 60:02d}"
            yield Finding(
                (*where, "opens" if planned else "slots"),
                clock,
                Words(
                    "times at which a kitchen that could supply it is open",
                    "有厨房可以供餐的时刻",
                ),
            )
