"""One day of a tiny county, written by hand: two operators, two points, a handful of requests.

What happens (1 km as the crow flies is 1.2 km of road, 6 minutes by e-bike; the door takes 3):

* request 0, a planned visit: rejected by west, accepted by east, done by west (borrowed);
* 1 and 2, booked on the portal: one caregiver arrives early, one is reserved and finds nobody home;
* 3 rings, is served and called back; 4 wants advice;
* 5 is blocked, rings again, and needs a crew of two, one of whom is held until the other is free;
* 6 waits 40 s for an operator; its first offer times out; still unserved, the client chases;
* 7 gives up in the queue, rings again, and cancels at noon: the only nurse is absent;
* 8 is a false alarm; 9 keeps a caregiver 20 minutes after the shift; 10 comes too late for it;
* 11 rings when the hotline is closed.
"""

from __future__ import annotations

from typing import Any

REQUESTS = [
    # request, stream, channel, service, x, y, requested, window opens, closes, due
    (0, "plans", "plan", "care", 3, 0, "08:00", "", "", "10:00"),
    (1, "portal", "portal", "clean", 0, 2, "08:10", "13:30", "15:30", "15:30"),
    (2, "portal", "portal", "clean", 0, 2.5, "08:20", "15:10", "17:10", "17:10"),
    (3, "calls", "phone", "care", 1, 0, "09:00", "", "", "11:00"),
    (4, "calls", "phone", "advice", 1, 0, "09:01", "", "", ""),
    (5, "calls", "phone", "bath", 2, 0, "09:02", "", "", "13:02"),
    (6, "calls", "phone", "care", 5, 0, "09:03:20", "", "", "11:03:20"),
    (7, "calls", "phone", "nurse", 5, 0, "09:05:10", "", "", "10:05:10"),
    (8, "buttons", "button", "care", 1, 0, "09:05:20", "", "", "11:05:20"),
    (9, "plans", "plan", "care", 1, 0, "14:00", "", "", "16:00"),
    (10, "calls", "phone", "care", 1, 0, "16:30", "", "", "18:30"),
    (11, "calls", "phone", "advice", 1, 0, "22:30", "", "", ""),
]

CALLS = [
    # request, attempt, kind, skill, class, arrived, answered, talk end, wrap-up end, left, outcome
    (3, 0, "first", "elder", 1, "09:00", "09:00", "09:03", "09:04", "09:03", "answered", "op-1"),
    (4, 0, "first", "elder", 1, "09:01", "09:01", "09:05", "09:06", "09:05", "answered", "op-2"),
    (5, 0, "first", "elder", 1, "09:02", "", "", "", "09:02", "blocked", None),
    (6, 0, "first", "elder", 1, "09:03:20", "09:04", "09:08", "09:09", "09:08", "answered", "op-1"),
    (7, 0, "first", "elder", 1, "09:05:10", "", "", "", "09:05:40", "abandoned", None),
    (8, 0, "first", "", 0, "09:05:20", "09:06", "09:07", "09:07:30", "09:07", "answered", "op-2"),
    (5, 1, "redial", "elder", 1, "09:07", "09:07:30", "09:10:30", "09:11:30", "09:10:30",
     "answered", "op-2"),
    (7, 1, "redial", "elder", 1, "09:20", "09:20", "09:22", "09:23", "09:22", "answered", "op-1"),
    (3, 0, "call_back", "", 2, "10:15", "10:15", "10:16", "10:16:30", "10:16", "answered", "op-2"),
    (6, 0, "chase", "", 1, "11:33:20", "11:33:20", "11:34:20", "11:35", "11:34:20", "answered",
     "op-1"),
    (10, 0, "first", "child", 1, "16:30", "16:30", "16:33", "16:34", "16:33", "answered", "op-1"),
    (11, 0, "first", "elder", 1, "22:30", "", "", "", "22:30", "closed", None),
]

ORDERS: list[dict[str, Any]] = [
    {"request": 0, "created": "08:00", "offered": "08:00", "accepted": "08:04", "eligible": "08:04",
     "gathering": "08:04", "departed": "08:04", "arrived": "08:26", "started": "08:26",
     "ended": "09:10", "point": "east", "offers": 2, "rejected": 1, "borrowed": True,
     "state": "completed"},
    {"request": 1, "created": "08:13", "offered": "08:13", "accepted": "08:13", "eligible": "13:15",
     "gathering": "13:15", "departed": "13:15", "arrived": "13:28", "started": "13:30",
     "ended": "15:00", "point": "west", "offers": 1, "state": "completed"},
    {"request": 2, "created": "08:23", "offered": "08:23", "accepted": "08:23", "eligible": "14:52",
     "gathering": "15:00", "departed": "15:04", "arrived": "15:10", "started": "15:10",
     "ended": "15:15", "point": "west", "offers": 1, "state": "no_show"},
    {"request": 3, "call_arrived": "09:00", "answered": "09:00", "created": "09:03",
     "offered": "09:03", "accepted": "09:05", "eligible": "09:05", "gathering": "09:05",
     "departed": "09:05", "arrived": "09:15", "started": "09:15", "ended": "10:15",
     "called_back": "10:16", "point": "west", "offers": 1, "state": "called_back"},
    {"request": 6, "call_arrived": "09:03:20", "answered": "09:04", "created": "09:08",
     "offered": "09:08", "accepted": "09:25", "eligible": "09:25", "point": "east", "offers": 2,
     "timed_out": 1, "chases": 1, "state": "accepted"},
    {"request": 5, "call_arrived": "09:07", "answered": "09:07:30", "created": "09:10:30",
     "offered": "09:10:30", "accepted": "09:12", "eligible": "09:12", "gathering": "09:42",
     "departed": "10:15", "arrived": "10:31", "started": "10:31", "ended": "11:31", "point": "west",
     "offers": 1, "crew": 2, "state": "completed"},
    {"request": 7, "call_arrived": "09:20", "answered": "09:20", "created": "09:22",
     "offered": "09:22", "accepted": "09:22:30", "eligible": "09:22:30", "cancelled": "12:00",
     "point": "east", "offers": 1, "state": "cancelled", "reason": "gave_up"},
    {"request": 9, "created": "14:00", "offered": "14:00", "accepted": "14:00", "eligible": "14:00",
     "gathering": "14:00", "departed": "14:00", "arrived": "14:09", "started": "14:09",
     "ended": "17:20", "point": "west", "offers": 1, "state": "completed"},
    {"request": 10, "call_arrived": "16:30", "answered": "16:30", "created": "16:33",
     "offered": "16:33", "accepted": "16:40", "eligible": "16:40", "point": "west", "offers": 1,
     "state": "accepted"},
]

OFFERS = [
    (0, 0, "west", "08:00", "08:02", "rejected"), (0, 1, "east", "08:02", "08:04", "accepted"),
    (1, 0, "west", "08:13", "08:13", "accepted"), (2, 0, "west", "08:23", "08:23", "accepted"),
    (3, 0, "west", "09:03", "09:05", "accepted"),
    (4, 0, "west", "09:08", "09:23", "timed_out"), (4, 1, "east", "09:23", "09:25", "accepted"),
    (5, 0, "west", "09:10:30", "09:12", "accepted"),
    (6, 0, "east", "09:22", "09:22:30", "accepted"), (7, 0, "west", "14:00", "14:00", "accepted"),
    (8, 0, "west", "16:33", "16:40", "accepted"),
]

VISITS = [
    # order, caregiver, held, departed, arrived, started, ended, from x, from y, km, planned
    (0, "west-1", "08:04", "08:04", "08:26", "08:26", "09:10", 0, 0, 3.6, 21),
    (3, "west-2", "09:05", "09:05", "09:15", "09:15", "10:15", 0, 0, 1.2, 9),
    (5, "west-1", "09:42", "10:15", "10:31", "10:31", "11:31", 0, 0, 2.4, 15),
    (5, "west-2", "10:15", "10:15", "10:24", "10:31", "11:31", 1, 0, 1.2, 9),
    (1, "west-1", "13:15", "13:15", "13:28", "13:30", "15:00", 0, 0, 2.4, 15),
    (7, "west-2", "14:00", "14:00", "14:09", "14:09", "17:20", 0, 0, 1.2, 9),
    (2, "west-1", "15:00", "15:04", "15:10", "15:10", "15:15", 0, 2, 0.6, 6),
]

SHEETS: dict[str, str] = {
    # from 08:00 on: state[/reason] [call or order] [km]>until
    "op-1": """idle>09:00 talk 0>09:03 wrap_up 0>09:04 talk 3>09:08 wrap_up 3>09:09 idle>09:20
        talk 7>09:22 wrap_up 7>09:23 idle>11:33:20 talk 9>11:34:20 wrap_up 9>11:35 idle>16:30
        talk 10>16:33 wrap_up 10>16:34 idle>20:00""",
    "op-2": """idle>09:01 talk 1>09:05 wrap_up 1>09:06 talk 5>09:07 wrap_up 5>09:07:30
        talk 6>09:10:30 wrap_up 6>09:11:30 idle>10:15 call_back 8>10:16 wrap_up 8>10:16:30
        idle>20:00""",
    "west-1": """idle>08:04 travel 0 3.6>08:26 service 0>09:10 return -1 3.6>09:28 idle>09:42
        gathering 5>10:15 travel 5 2.4>10:31 service 5>11:31 return -1 2.4>11:43 idle>12:00
        break>12:30 idle>13:15 travel 1 2.4>13:28 early_wait 1>13:30 service 1>15:00
        idle/reserved 2>15:04 travel 2 0.6>15:10 service 2>15:15 return -1 3.0>15:30 idle>16:40
        idle/shift_end>17:00""",
    "west-2": """idle>09:05 travel 3 1.2>09:15 service 3>10:15 travel 5 1.2>10:24
        early_wait 5>10:31 service 5>11:31 return -1 2.4>11:43 idle>12:00 break>12:30 idle>14:00
        travel 7 1.2>14:09 service 7>17:00 service 7>17:20""",
}

ROSTER = [
    # staff, group, point, shift, start, end, absent, in, out, breaks
    ("op-1", "op", None, "desk", "08:00", "20:00", False, "08:00", "20:00", 0),
    ("op-2", "op", None, "desk", "08:00", "20:00", False, "08:00", "20:00", 0),
    ("west-1", "west", "west", "day", "08:00", "17:00", False, "08:00", "17:00", 1),
    ("west-2", "west", "west", "day", "08:00", "17:00", False, "08:00", "17:20", 1),
    ("east-1", "east", "east", "day", "08:00", "17:00", True, "", "", 1),
]

SERVICES = [
    # service, Chinese, mode, skill, grade, crew, priority, target, window, mean
    ("care", "护理", "visit", "", 1, 1, 5, 120.0, None, 60.0),
    ("bath", "助浴", "visit", "bath", 1, 2, 4, 240.0, None, 60.0),
    ("clean", "保洁", "visit", "", 1, 1, 6, None, 120.0, 90.0),
    ("nurse", "护士上门", "visit", "nurse", 2, 1, 3, 60.0, None, 30.0),
    ("advice", "咨询", "advice", "", 1, 1, 5, None, None, 0.0),
]

STAFF = [
    # staff, role, group, point, skills, grade, mode, km/h
    ("op-1", "operator", "op", "", "elder|child", 1, "", 0.0),
    ("op-2", "operator", "op", "", "elder", 1, "", 0.0),
    ("west-1", "caregiver", "west", "west", "bath", 1, "ebike", 12.0),
    ("west-2", "caregiver", "west", "west", "bath", 1, "ebike", 12.0),
    ("east-1", "caregiver", "east", "east", "nurse|bath", 2, "ebike", 12.0),
]

SETTINGS = {
    "name": "hand", "time.start": "2026-03-05", "time.days": 1, "time.warm_up_days": 0,
    "time.cool_down_days": 1, "hotline.lines": 3, "hotline.lines_for_buttons": 1,
    "hotline.when_closed": "recording", "hotline.at_closing": "serve",
    "dispatch.offer_timeout_min": 15.0, "dispatch.max_offers": 3, "dispatch.max_travel_min": 60.0,
    "dispatch.borrow_km": 4.0, "dispatch.gather_after_min": 30.0, "dispatch.overtime_min": 30.0,
    "dispatch.when_idle": "return", "dispatch.reserve": 0, "dispatch.preempt": False,
    "dispatch.emergency_priority": 0,
    "travel.detour": 1.2, "travel.access_min": 3.0, "travel.speed_by_hour": [1.0] * 24,
    "travel.by_matrix": False,
}
