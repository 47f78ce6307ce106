"""Settings of the offer modes that do not go together."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.faults import Words, shown
from sim.scenario.findings import Finding
from sim.scenario.judging.parts import Parts
from sim.words.kinds import OfferMode


def modes(parts: Parts) -> Iterator[Finding]:
    """From one queue for the county nobody borrows, nobody is called away, and everybody who is
    near enough has been looked at already."""
    dispatch = parts.sections.get("dispatch")
    if dispatch is None or dispatch.offer_mode != OfferMode.POOL:
        return
    if dispatch.borrow_km:
        yield Finding(
            ("dispatch", "borrow_km"),
            shown(dispatch.borrow_km),
            Words(
                "0, as with offer_mode = pool every caregiver helps everywhere within pool_km",
                "0，因为 offer_mode = pool 时人人都在 pool_km 内互助",
            ),
        )
    if dispatch.reoptimise_every_min:
        yield Finding(
            ("dispatch", "reoptimise_every_min"),
            shown(dispatch.reoptimise_every_min),
            Words(
                "0, as with offer_mode = pool orders are no point's and all are matched at once",
                "0，因为 offer_mode = pool 时工单不属于任何站点，本来就统一匹配",
            ),
        )
    if dispatch.preempt:
        yield Finding(
            ("dispatch", "preempt"),
            "true",
            Words(
                "false, as with offer_mode = pool no point has a caregiver to call away; or "
                "another offer_mode",
                "false，因为 offer_mode = pool 时工单不属于任何站点；或改用别的 offer_mode",
            ),
        )
