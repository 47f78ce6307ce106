"""Columns of the tables of calls passed to the tiers above, and of virtual hold."""

from __future__ import annotations

from sim.words.tables.column import Column

PASSED = (
    Column("call", "id", "通话编号", "call passed to the tier"),
    Column("tier", "name", "上级热线", "entry of [tiers]", "tiers"),
    Column("passed", "time", "转来", "passed on by the county or by the tier below"),
    Column("joined", "time", "进入队列", "could be answered: the transfer was over"),
    Column("answered", "time", "接通", "a seat began to talk"),
    Column("talk_end", "time", "挂机", "end of the talk"),
    Column("wrap_up_end", "time", "话后完毕", "the seat was free again"),
    Column("left", "time", "离开",
           "talk end, hang-up or passed to the next tier; NaT if still there"),
    Column("outcome", "code", "结果", "answered, abandoned, overflowed to the next tier, waiting",
           "CallOutcome"),
    Column("settled", "yes", "当场办结", "settled by the tier: nothing comes down"),
    Column("handed_down", "time", "转办",
           "comes down to the county; an order where it needs a visit"),
)
HELD = (
    Column("call", "id", "通话编号", "call whose caller went on virtual hold"),
    Column("held", "time", "挂机保留", "hung up, keeping the place in the queue"),
)
DIALS = (
    Column("call", "id", "通话编号", "call on virtual hold"),
    Column("number", "count", "第几次", "0 first try, 1 second, ...; in vain, all of them"),
    Column("operator", "name", "接线员", "who phoned", "staff"),
    Column("start", "time", "拨打", "began to ring"),
    Column("end", "time", "作罢", "nobody had picked up; NaT if still ringing"),
)
