"""The story of a request, told from the hand-written day, against what that day says."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from hand_day import REQUESTS
from hand_day_result import changed, hand_made
from scenario_kit import raw_small

from sim.check import trace
from sim.log import Result
from sim.model import simulate
from sim.scenario.load import rebuild
from sim.words.glossary import LANGS, Lang
from sim.workload.draw import draw

DAY = hand_made()

CREW_OF_TWO = """\
The story of request 5

2026-03-05 09:02:00: client 105 (group: Elders) in Town needs Bath; channel: phone, \
asked for by: the client.
As soon as possible; it should begin by 2026-03-05 13:02:00.

2026-03-05 09:02:00 attempt 1 (first attempt): blocked, no line was free.
  2 of 3 lines were in use, 1 kept for buttons.
  Meanwhile the operators:
    who   doing  since                until                on
    op-1  talk   2026-03-05 09:00:00  2026-03-05 09:03:00  request 3
    op-2  talk   2026-03-05 09:01:00  2026-03-05 09:05:00  request 4

2026-03-05 09:07:00 attempt 2 (redial): answered by op-2 after 30 s; talk 3 min, wrap-up 1 min.
  Nobody was ahead in the queue.
  Meanwhile the operators:
    who   doing    since                until                on
    op-1  talk     2026-03-05 09:04:00  2026-03-05 09:08:00  request 6
    op-2  wrap-up  2026-03-05 09:07:00  2026-03-05 09:07:30  request 8

Order 5: written at 2026-03-05 09:10:30.
  2026-03-05 09:10:30 offer 1, to West: accepted after 1 min 30 s, at 2026-03-05 09:12:00.
  From 2026-03-05 09:12:00 it waits at West. No other order was waiting there.
  It waited 30 min, until 2026-03-05 09:42:00.
  Meanwhile the caregivers of West:
    who     doing            since                until                on
    west-1  on the way back  2026-03-05 09:10:00  2026-03-05 09:28:00
    west-1  idle             2026-03-05 09:28:00  2026-03-05 09:42:00
    west-1  held for a crew  2026-03-05 09:42:00  2026-03-05 10:15:00  this request
    west-2  travel           2026-03-05 09:05:00  2026-03-05 09:15:00  request 3
    west-2  service          2026-03-05 09:15:00  2026-03-05 10:15:00  request 3
  2026-03-05 09:42:00 west-1 is held for it, for 33 min.
  2026-03-05 10:15:00 west-1 (West) sets out: 2.4 km, planned 15 min.
  2026-03-05 10:31:00 west-1 is there, after 16 min on the road.
  2026-03-05 10:15:00 west-2 (West) sets out: 1.2 km, planned 9 min.
  2026-03-05 10:24:00 west-2 is there, after 9 min on the road; early, waits 7 min.
  2026-03-05 10:31:00 the service begins.
  2026-03-05 11:31:00 it ends, after 1 h.
From asking to the start: 1 h 29 min (redials 5 min, hotline 30 s, talk or review 3 min, \
offers 1 min 30 s, queue 30 min, gathering 33 min, travel 16 min).
On time, 2 h 31 min to spare.
Last state: completed."""

UNSERVED = """\
诉求 6 的经过

2026-03-05 09:03:20，城关镇的 106 号服务对象（人群：老人）需要“护理”，渠道：电话，由本人提出。
尽快办理，应在 2026-03-05 11:03:20 之前开始。

2026-03-05 09:03:20 第 1 次来电（首次来电）：等了 40 秒，op-1 接通，通话 4 分钟，话后处理 1 分钟。
  前面没有人排队。
  其间各接线员：
    人员  状态      从                   到                   在办
    op-1  话后处理  2026-03-05 09:03:00  2026-03-05 09:04:00  诉求 3
    op-2  通话      2026-03-05 09:01:00  2026-03-05 09:05:00  诉求 4

工单 4：2026-03-05 09:08:00 受理。
  2026-03-05 09:08:00 第 1 次派单，派给西站：15 分钟后超时未答（2026-03-05 09:23:00）。
  2026-03-05 09:23:00 第 2 次派单，派给东站：2 分钟后接单（2026-03-05 09:25:00）。
  2026-03-05 09:25:00 起在东站等待派人。同时在等的还有 1 张工单。
  等了 38 小时 35 分，到 2026-03-07 00:00:00。
  其间东站的护理员：
    无人在岗。
    缺勤：east-1
始终没有开始，到最后已逾期 36 小时 56 分。
最后状态：已接单。

此后的电话

2026-03-05 11:33:20 催单，第 1 次：op-1 立刻接通，通话 1 分钟，话后处理 40 秒。
  前面没有人排队。
  其间各接线员：
    人员  状态  从                   到                   在办
    op-1  通话  2026-03-05 11:33:20  2026-03-05 11:34:20  本诉求
    op-2  空闲  2026-03-05 10:16:30  2026-03-05 20:00:00"""


def test_a_blocked_caller_who_needs_two_caregivers() -> None:
    assert trace(DAY, 5, "en") == CREW_OF_TWO


def test_an_order_that_nobody_came_for() -> None:
    assert trace(DAY, 6, "zh") == UNSERVED


@pytest.mark.parametrize(
    ("request_", "zh", "en"),
    [
        (0, "第 1 次派单，派给西站：2 分钟后退单", "offer 1, to West: rejected after 2 min"),
        (0, "由别的站点的护理员完成。", "Done by another point's caregiver."),
        (1, "到达，路上用了 13 分钟，早到，等了 2 分钟。",
         "is there, after 13 min on the road; early, waits 2 min."),
        (1, "预约在 2026-03-05 13:30:00 至 2026-03-05 15:30:00 之间开始。",
         "It is booked to begin between 2026-03-05 13:30:00 and 2026-03-05 15:30:00."),
        (2, "2026-03-05 15:00:00 west-1 为此留下，等了 4 分钟。",
         "2026-03-05 15:00:00 west-1 is held for it, for 4 min."),
        (2, "空闲（等预约时段）", "idle (reserved for a booking)"),
        (2, "2026-03-05 15:10:00 敲门，无人在家。", "2026-03-05 15:10:00 knocked: nobody at home."),
        (3, "2026-03-05 10:15:00 列入回访名单：op-2 立刻打出，通话 1 分钟，话后处理 30 秒。",
         "2026-03-05 10:15:00 on the list for: call-back: made by op-2 at once; talk 1 min, "
         "wrap-up 30 s."),
        (4, "在电话里办结，没有工单。", "Settled on the phone; there is no order."),
        (7, "等了 30 秒，没人接，挂断了。", "hung up after waiting 30 s."),
        (7, "2026-03-05 12:00:00 取消：等不及了。",
         "2026-03-05 12:00:00 cancelled: the client gave up."),
        (8, "这是一次误报，并没有需要。", "It is a false alarm: there is no need behind it."),
        (10, "空闲（下班前做不完）", "idle (too late in the shift)"),
        (10, "op-2（不具备技能 child）", "op-2 (without the skill child)"),
        (11, "热线不开放。", "the hotline was closed."),
        (11, "始终没有接通，没有工单。", "Never answered; there is no order."),
    ],
)
def test_what_happened_is_told_in_both_languages(request_: int, zh: str, en: str) -> None:
    assert zh in trace(DAY, request_, "zh")
    assert en in trace(DAY, request_, "en")


def test_who_was_ahead_in_the_queue() -> None:
    patient = changed(DAY, "calls", 4, {"left": "09:08"})
    assert "1 ahead in the queue: request 7 (waiting 1 min 50 s)." in trace(patient, 5, "en")
    assert "前面有 1 个电话在等：诉求 7（已等 1 分 50 秒）。" in trace(patient, 5, "zh")


def test_chases_are_counted_as_they_were_made() -> None:
    later = changed(DAY, "calls", 9, {"attempt": 2})
    assert "11:33:20 chasing call no. 1: answered by op-1 at once" in trace(later, 6, "en")


def test_how_late_it_was() -> None:
    hurried = changed(DAY, "orders", 5, {"due": "10:19"})
    assert "\nLate by 12 min.\n" in trace(hurried, 5, "en")
    assert "\n比时限晚 12 分钟。\n" in trace(hurried, 5, "zh")


def test_a_long_wait_is_not_told_line_by_line() -> None:
    rows = DAY.timesheet
    mine = rows[rows["staff"] == "west-2"]
    many = pd.concat([rows, *[mine.iloc[[2]]] * 60], ignore_index=True)
    crowded = Result(DAY.replication, **{**DAY.tables, "timesheet": many}, reference=DAY.reference)
    assert "    ... and 25 lines more\n" in trace(crowded, 5, "en")


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("request_", [row[0] for row in REQUESTS])
def test_nothing_missing_is_shown_and_languages_do_not_mix(request_: int, lang: Lang) -> None:
    story = trace(DAY, request_, lang)
    assert not re.search(r"NaT|\bnan\b|None|<", story)
    if lang == "en":
        assert not re.search(r"[\u4e00-\u9fff，。：]", story)
    for stamp in re.findall(r"\d{4}-\d\d-\d\d.{9}", story):
        assert re.fullmatch(r"2026-03-0\d \d\d:\d\d:\d\d", stamp)


@pytest.mark.parametrize("request_", [-1, 12])
def test_a_request_that_is_not_there(request_: int) -> None:
    with pytest.raises(ValueError, match=f"no request {request_}: .* numbered 0 to 11$"):
        trace(DAY, request_, "en")
    with pytest.raises(ValueError, match=f"没有诉求 {request_}：.*从 0 到 11$"):
        trace(DAY, request_, "zh")


def test_a_result_without_requests() -> None:
    empty = {name: rows.iloc[:0] for name, rows in DAY.tables.items()}
    with pytest.raises(ValueError, match="no request in this result"):
        trace(Result(0, reference=DAY.reference, **empty), 0, "en")


def test_every_request_of_a_simulated_run_has_a_story() -> None:
    scenario = rebuild(raw_small())
    result = simulate(scenario, draw(scenario, seed=1, replication=0))
    for request in range(0, len(result.requests), max(1, len(result.requests) // 8)):
        for lang in LANGS:
            assert str(request) in trace(result, request, lang).splitlines()[0]
