"""The part of an order's story in which it is shown to everybody, or put into one queue."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from sim.check.story.voice import Voice


def shown_to_all(voice: Voice, offer: Any) -> Iterator[str]:
    """Who reacted to the showing, and what came of it; or that the order was pooled."""
    when = voice.at(offer.offered)
    if offer.result == "pooled":
        yield voice.say(f"  {when} 进入全县统一队列。",
                        f"  {when} put into the county's one queue.")
        return
    yield voice.say(f"  {when} 公开给范围内所有人抢单。",
                    f"  {when} shown to everybody in range, to be grabbed.")
    rows = voice.facts.table("grabs")
    for reaction in rows[rows["order"] == offer.order].sort_values("reacted").itertuples():
        by = reaction.caregiver
        who = voice.name("points", str(reaction.point)) if pd.isna(by) else str(by)
        at, after = voice.at(reaction.reacted), voice.span(offer.offered, reaction.reacted)
        if reaction.won:
            yield voice.say(f"  {at} {who}{after}后抢到。", f"  {at} {who} grabs it after {after}.")
        else:
            yield voice.say(f"  {at} {who}想抢，但当时接不了。",
                            f"  {at} {who} wants it, but cannot take it at that moment.")
    if offer.result == "untaken":
        yield voice.say(f"  {voice.at(offer.closed)} 时限已到，无人抢单，转为派单。",
                        f"  {voice.at(offer.closed)} nobody has grabbed it in time: it is "
                        "assigned.")
    elif offer.result != "grabbed":
        yield voice.say("  还没有人抢到。", "  Nobody had grabbed it yet.")
