"""Whether the same people come again, and people of the client's own gender."""

from __future__ import annotations

import numpy as np

from sim.measures.counting.definition import ALL, SHARE, Kind, Measure
from sim.measures.counting.groups import Block, Flags, Floats, Ints, Ratio
from sim.measures.counting.observed import Observed, enum_codes, rows_of, text_codes
from sim.streams import Purpose, hashed_uniform
from sim.words.kinds import NONE, OrderState

CONTINUITY = ("all", "service", "point")

MEASURES = (
    Measure(
        "continuity", SHARE, "固定护理员上门比例", "visits by the usual caregiver", Kind.RATIO,
        CONTINUITY,
        "visits for one caregiver that were done, begun in the counted days, to a client who had "
        "one before: by whoever had come to this client most often till then (of several, the "
        "latest; with dispatch.usual = last: by whoever came last) / all such visits", "high",
    ),
    Measure(
        "same_gender", SHARE, "同性别护理比例", "visits by somebody of the client's gender",
        Kind.RATIO, ALL,
        "visits begun in the counted days for a service that prefers or requires the client's "
        "gender, by somebody who has it / all such visits; only where there is such a service",
        "high",
    ),
)


def blocks(seen: Observed) -> list[Block]:
    """Repeat visits; and genders, where a service looks to them."""
    found = [_continuity(seen)]
    if "people" in seen.result.reference:
        found += _same_gender(seen)
    return found


def _continuity(seen: Observed) -> Block:
    visits, orders = seen.result.visits, seen.result.orders
    row = rows_of(orders["order"].to_numpy(), visits["order"].to_numpy())
    state = enum_codes(orders["state"], OrderState)
    done = np.isin(state, (OrderState.COMPLETED, OrderState.CALLED_BACK))
    alone = done & (orders["crew"].to_numpy() == 1)
    here = np.flatnonzero((row != NONE) & np.isnan(seen.times(visits, "turned_back")))
    here = here[alone[row[here]]]
    visits, row = visits.iloc[here], row[here]
    client = orders["client"].to_numpy()[row]
    again, kept = usual(
        client, text_codes(visits["caregiver"], seen.staff), seen.times(visits, "ended"),
        seen.settings.get("dispatch.usual") == "last",
    )
    again &= seen.counted(seen.times(visits, "started"))
    groups = seen.groups(orders.iloc[row], by=("service", "point"))
    return Block(groups, [Ratio("continuity", groups.total(again & kept), groups.total(again))])


def usual(client: Ints, caregiver: Ints, ended: Floats, last: bool) -> tuple[Flags, Flags]:
    """Of each visit whether the client had one before, and whether it is by the usual caregiver."""
    order = np.lexsort((caregiver, ended, client))
    rank = np.empty(len(order), dtype=np.int64)
    pair = np.lexsort((np.arange(len(order)), caregiver[order], client[order]))
    sorted_pair = np.column_stack([client[order][pair], caregiver[order][pair]])
    new = np.ones(len(order), dtype=bool)
    new[1:] = (sorted_pair[1:] != sorted_pair[:-1]).any(axis=1)
    place = np.arange(len(order))
    rank[pair] = place - np.maximum.accumulate(np.where(new, place, 0))
    first = np.ones(len(order), dtype=bool)
    first[1:] = client[order][1:] != client[order][:-1]
    # whoever comes as often as anybody before, or oftener, is the usual caregiver from then on
    person = np.cumsum(first) - 1
    top = np.maximum.accumulate(rank + person * (len(order) + 1)) - person * (len(order) + 1)
    leads = np.ones(len(order), dtype=bool) if last else rank >= top
    leader = np.maximum.accumulate(np.where(leads | first, place, 0))
    before = caregiver[order][leader[np.maximum(place - 1, 0)]]
    again, kept = np.empty_like(first), np.empty_like(first)
    again[order] = ~first
    kept[order] = ~first & (before == caregiver[order])
    return again, kept


def _same_gender(seen: Observed) -> list[Block]:
    visits, orders = seen.result.visits, seen.result.orders
    looks = [
        seen.settings.get(f"services.{name}.same_gender", "no") != "no" for name in seen.services
    ]
    if not any(looks):
        return []
    row = rows_of(orders["order"].to_numpy(), visits["order"].to_numpy())
    visits, row = visits[row != NONE], row[row != NONE]
    service = text_codes(orders["service"], seen.services)[row]
    share = np.array([
        seen.settings[f"groups.{name}.women_share"] for name in orders["group"].astype(str)
    ])[row]
    client = orders["client"].to_numpy().astype(np.int64)[row]
    woman = hashed_uniform(Purpose.WOMAN, client) < share
    people = seen.result.reference["people"]
    carer = text_codes(visits["caregiver"], tuple(map(str, people["staff"])))
    same = people["woman"].to_numpy(dtype=bool)[carer] == woman
    meant = np.array(looks)[service] & seen.counted(seen.times(visits, "started"))
    meant &= carer != NONE
    groups = seen.groups(visits)
    return [Block(groups, [Ratio("same_gender", groups.total(same, meant), groups.total(meant))])]
