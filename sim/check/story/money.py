"""The part of a story about who pays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.check.story.voice import Voice
from sim.words.kinds import CancelReason
from sim.words.state_names import label


def payments(voice: Voice, order: Any) -> Iterator[str]:
    """Who promised what when the order was written, and what became of it; or why nobody did."""
    if order.state == "unfunded":
        why = label(CancelReason[order.reason.upper()], voice.lang)
        yield voice.say(f"  找不到付款方：{why}。", f"  Nobody pays for it: {why}.")
    if "payments" not in voice.facts.result.more:
        return
    rows = voice.facts.result.more["payments"]
    names = dict(voice.facts.table("funds").set_index("fund")[f"name_{voice.lang}"])
    names["self"] = voice.say("本人", "the client")
    for line in rows[rows["order"] == order.order].itertuples():
        who, yuan = names[line.payer], f"{line.yuan:.2f}"
        ends = {
            "paid": voice.say("办结时支付", "paid when it was done"),
            "released": voice.say("没有办成，已释放", "released, as nothing came of it"),
            "reserved": voice.say("还没有结清", "not settled when the run ended"),
        }
        yield voice.say(f"  {who}预留 {yuan} 元，{ends[line.state]}。",
                        f"  Reserved from {who}: {yuan} yuan, {ends[line.state]}.")
