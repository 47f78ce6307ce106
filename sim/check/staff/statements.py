"""What must be true of rosters and time sheets, statement by statement."""

from __future__ import annotations

from sim.check.ground.statement import Statement
from sim.check.staff import duties, posts, sheets

STAFF = (
    Statement("signed_in_on_time",
              "who is rostered comes on time and stays; who is absent does nothing",
              "按班次签入签出，缺勤者不在岗", duties.signed_in_on_time),
    Statement("nobody_in_an_empty_post",
              "nobody is rostered while a post is empty or its recruit in training",
              "岗位空缺或新人培训期间没有班", posts.nobody_in_an_empty_post),
    Statement("hours_within_the_most",
              "nobody works more hours of shifts in a week or month than the most allowed",
              "每周、每月到岗的工时不超过上限", posts.hours_within_the_most),
    Statement("sheet_tiles_duty", "every millisecond of a duty is in exactly one state",
              "在岗的每一刻恰有一个状态", duties.sheet_tiles_duty),
    Statement("states_fit_the_person",
              "states fit the role and the job in hand, and only idleness has a reason",
              "状态与岗位、手头工作相符，只有空闲才有原因", duties.states_fit_the_person),
    Statement("overtime_is_marked",
              "overtime is what lies after the rostered end, and is never idle",
              "加班即排定下班之后的时间，且不空闲", duties.overtime_is_marked),
    Statement("nobody_works_off_duty", "all work is begun in a shift and done while on duty",
              "所有工作都在班内开始、在岗完成", duties.nobody_works_off_duty),
    Statement("breaks_add_up",
              "breaks taken and missed are the breaks due", "已休与未休之和等于应休次数",
              duties.breaks_add_up),
    Statement("breaks_last_in_full",
              "a break begins at the first free moment of its window and lasts in full",
              "休息在规定时段内首个空闲时刻开始，且休足", duties.breaks_last_in_full),
    Statement("sheet_agrees_with_calls", "the time sheet and the calls agree", "考勤明细与通话一致",
              sheets.sheet_agrees_with_calls),
    Statement("sheet_agrees_with_visits",
              "the time sheet and the visits agree", "考勤明细与上门记录一致",
              sheets.sheet_agrees_with_visits),
)
