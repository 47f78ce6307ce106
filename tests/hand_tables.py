"""Rows for results made by hand; what the measures make of them is worked out in the tests."""

from __future__ import annotations

from typing import Any


def call(
    request: int, arrived: str, outcome: str, until: str | None = None, kind: str = "first"
) -> dict[str, Any]:
    """``until``: answered at, or hung up at."""
    row = {"request": request, "kind": kind, "arrived": arrived, "outcome": outcome}
    return row | ({"answered": until} if outcome == "answered" else {"left": until or arrived})


# Day 1, 9 h: request 0 (rescue, east) blocked, redials, answered after 10 s; request 1 (bath, west)
# answered after 40 s; request 2 (bath, east) gives up after 5 s, redials, gives up after 25 s.
# Day 1, 22 h: request 3 (ask, west) closed. Day 2, 10 h: request 4 (bath, west, button) answered at
# once, chases, and is answered after 15 s. Before and after: not counted.
REQUESTS = [
    {"requested": "1 09:00", "service": "rescue"},
    {"requested": "1 09:10", "zone": "west"},
    {"requested": "1 09:20"},
    {"requested": "1 22:00", "service": "ask", "zone": "west"},
    {"requested": "2 10:00", "zone": "west", "channel": "button"},
    {"requested": "0 23:59"},
    {"requested": "3 00:00"},
]
CALLS = [
    call(0, "1 09:00", "blocked"),
    call(0, "1 09:05", "answered", "1 09:05:10", "redial"),
    call(1, "1 09:10", "answered", "1 09:10:40"),
    call(2, "1 09:20", "abandoned", "1 09:20:05"),
    call(2, "1 09:21", "abandoned", "1 09:21:25", "redial"),
    call(3, "1 22:00", "closed"),
    call(4, "2 10:00", "answered", "2 10:00:00"),
    call(4, "2 11:00", "answered", "2 11:00:15", "chase"),
    call(5, "0 23:59", "blocked"),
    call(6, "3 00:00", "blocked"),
    call(1, "2 12:00", "answered", "2 12:00:30", "call_back"),
]


SERVED = {
    "requested": "1 09:00", "call_arrived": "1 09:05", "answered": "1 09:06",
    "created": "1 09:09", "offered": "1 09:09", "accepted": "1 09:14", "gathering": "1 09:30",
    "departed": "1 09:40", "arrived": "1 10:00", "started": "1 10:02", "ended": "1 11:00",
}
ORDERS = [
    # due 10:00, begun 10:02: late; called back
    {"request": 0, "service": "bath", "zone": "east", "point": "p", "due": "1 10:00",
     "state": "called_back", "offers": 2, "rejected": 1, **SERVED},
    # due in time, by another point's caregiver
    {"request": 1, "service": "rescue", "zone": "west", "point": "q", "due": "1 09:40",
     "state": "completed", "offers": 1, "borrowed": True,
     "requested": "1 09:10", "created": "1 09:13", "accepted": "1 09:13", "gathering": "1 09:13",
     "departed": "1 09:13", "arrived": "1 09:23", "started": "1 09:23", "ended": "1 10:00"},
    # given up before anybody departed
    {"request": 2, "service": "bath", "zone": "west", "due": "2 12:00", "state": "cancelled",
     "reason": "gave_up", "requested": "2 10:00", "cancelled": "2 15:00", "offers": 7,
     "escalated": True, "point": "p", "accepted": "2 14:00"},
    # never offered, nobody near: still counts, without offers
    {"request": 3, "service": "bath", "zone": "west", "due": "2 23:00", "state": "cancelled",
     "reason": "no_point", "requested": "2 21:00", "cancelled": "2 21:00"},
    # booked, 20 min after the window's close; nobody opened
    {"request": 4, "service": "bath", "zone": "east", "point": "p", "due": "2 10:30",
     "window_open": "2 10:00", "window_close": "2 10:30", "state": "no_show", "offers": 1,
     "requested": "1 15:00", "accepted": "1 15:00", "gathering": "2 10:20", "departed": "2 10:20",
     "arrived": "2 10:50", "started": "2 10:50", "ended": "2 10:55"},
    # booked, within the window
    {"request": 5, "service": "bath", "zone": "east", "point": "p", "due": "2 14:30",
     "window_open": "2 14:00", "window_close": "2 14:30", "state": "completed", "offers": 1,
     "requested": "1 16:00", "accepted": "1 16:00", "gathering": "2 13:50", "departed": "2 13:50",
     "arrived": "2 13:55", "started": "2 14:00", "ended": "2 15:00"},
    # booked for after the end of observation
    {"request": 6, "service": "bath", "zone": "east", "point": "p", "due": "4 09:00",
     "window_open": "4 08:00", "window_close": "4 09:00", "state": "accepted", "offers": 1,
     "requested": "2 16:00", "accepted": "2 16:00"},
    # unfinished
    {"request": 7, "service": "rescue", "zone": "east", "point": "q", "due": "3 00:20",
     "state": "en_route", "offers": 1, "requested": "2 23:50", "accepted": "2 23:50",
     "gathering": "3 23:50", "departed": "3 23:50"},
    # asked before the counted days
    {"request": 8, "service": "bath", "zone": "east", "point": "p", "due": "0 10:00",
     "state": "pending", "requested": "0 08:00"},
]
ASKED = [
    *({key: order[key] for key in
       ("service", "zone", "due", "requested", "window_open", "window_close") if key in order}
      for order in ORDERS),
    # lost at the hotline; false; advice; not due in time to be judged
    {"requested": "1 09:00", "due": "1 11:00", "zone": "west"},
    {"requested": "1 09:00", "due": "1 09:30", "service": "rescue", "channel": "button",
     "false_alarm": True},
    {"requested": "1 09:00", "due": "1 09:30", "service": "ask"},
    {"requested": "2 23:00", "due": "4 01:00"},
]


def shift(
    staff: str, state: str, start: str, end: str, **more: Any
) -> dict[str, Any]:
    role = "operator" if staff.startswith("op") else "caregiver"
    point = {"carer": "p", "helper": "q"}.get(staff.split("-")[0])
    return {"staff": staff, "role": role, "point": point, "state": state, "start": start,
            "end": end, **more}


def duty(staff: str, start: str, end: str, **more: Any) -> dict[str, Any]:
    row = shift(staff, "idle", start, end, **more)
    del row["state"]
    return row | {"shift_date": f"{start.split()[0]} 00:00"}


CAREGIVER_DAY = [
    shift("carer-1", "travel", "1 08:00", "1 08:30", km=6.0),
    shift("carer-1", "early_wait", "1 08:30", "1 08:40"),
    shift("carer-1", "service", "1 08:40", "1 09:30"),
    shift("carer-1", "return", "1 09:30", "1 10:00", km=6.0),
    shift("carer-1", "break", "1 10:00", "1 10:30"),
    shift("carer-1", "gathering", "1 10:30", "1 11:00"),
    shift("carer-1", "service", "1 11:00", "1 11:30", overtime=True),
    shift("carer-2", "idle", "1 08:00", "1 11:00"),
    shift("helper-1", "service", "2 08:00", "2 09:00"),
    shift("helper-1", "travel", "0 23:50", "1 00:00", km=100.0),
    shift("helper-1", "travel", "2 09:00", "2 09:00:36", km=1.0, overtime=True),
]
