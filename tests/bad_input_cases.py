"""Faulty scenarios: each changes one thing in a sound folder on disk and says what to read then.

An expected line is written by hand; ``...`` in it stands for text that is not what the case tests.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from scenario_kit import Raw, changed, raw_small

Edit = Callable[[Path], object]

WAIT = {"dist": "exponential", "mean_s": 90}
TALK = {"dist": "lognormal", "mean_s": 180, "cv": 1}


def raw_town() -> Raw:
    """Two zones and points, a crew service that is booked, shifts, skills, a calendar, sources."""
    return changed(
        raw_small(),
        {
            "demand.shapes.office.hours": [0] * 8 + [1] * 10 + [0] * 6,
            "demand.busy_day_cv.needs": 0.3,
            "callers.relative": {
                "name_zh": "家属", "name_en": "Relative", "talk": TALK, "patience": WAIT,
            },
            "chasing": {"prob": 0.2, "every_min": 30, "max_calls": 2, "caller": "client"},
            "zones.hill": {
                "name_zh": "山前镇", "name_en": "Hill", "lat": 37.5, "lon": 116.4,
                "area_km2": 30, "population": 5000, "pop_elder": 900,
            },
            "points.hillside": {
                "name_zh": "山前站", "name_en": "Hillside", "zone": "hill", "lat": 37.5,
                "lon": 116.4, "level": "village", "open": "Mon-Fri 08:00-18:00",
                "services": "help | bath", "accept_prob": 0.9,
            },
            "caregivers.bathers": {
                "point": "hillside", "count": 2, "skills": "bathing", "grade": 2,
                "shifts": "early | late", "mode": "ebike", "absence_prob": 0.05,
            },
            "operators.evening": {"count": 1, "skills": "child", "shifts": "late"},
            "shifts.early": {
                "start": "08:00", "end": "14:00", "days": "Mon-Fri", "breaks": "11:00-12:00/30",
            },
            "shifts.late": {"start": "14:00", "end": "22:00", "days": "daily"},
            "services.bath": {
                "name_zh": "助浴", "name_en": "Bath", "mode": "visit", "skill": "bathing",
                "grade": 2, "crew": 2, "duration_dist": "lognormal", "duration_mean_min": 75,
                "duration_cv": 0.3, "window_min": 60, "lead_h": 4, "cut_off": "16:00",
            },
            "services.talk": {"name_zh": "咨询", "name_en": "Advice", "mode": "advice"},
            "requests.baths": {
                "channel": "phone", "service": "bath", "group": "elder", "per_1000_per_month": 20,
                "shape": "office", "busy_group": "needs", "share_client": 1, "share_relative": 2,
                "lead_dist": "exponential", "lead_mean_h": 24, "slots": "09:00 | 14:00",
            },
            "requests.advice": {
                "channel": "phone", "service": "talk", "group": "elder", "per_day": 5,
                "share_relative": 1, "skill": "child",
            },
            "calendar": {
                "may-day": {
                    "first": "2026-05-01", "last": "2026-05-05", "kind": "holiday",
                    "demand_factor": 0.8,
                }
            },
            "sources": {
                "caregivers.*.count": {
                    "standing": "assumed", "source": "a guess", "low": 1, "high": 9,
                }
            },
        },
    )


def edit(file: str, old: str, new: str) -> Edit:
    """Replace the first ``old`` in a file of the folder."""

    def act(folder: Path) -> None:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{file} has no {old!r}:\n{text}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="")

    return act


def toml(old: str, new: str) -> Edit:
    return edit("scenario.toml", old, new)


def dispatch(keys: str) -> Edit:
    """Give the folder a section ``[dispatch]`` with these keys."""
    return toml("[travel]", f"[dispatch]\n{keys}\n\n[travel]")


def shock(keys: str) -> Edit:
    """Give the folder a shock ``flu`` with these keys."""
    names = 'name_zh = "流感"\nname_en = "Influenza"'
    return toml("[travel]", f"[shocks.flu]\n{names}\n{keys}\n\n[travel]")


def delivery(carry: str = "5") -> Edit:
    """Add to the folder a meal, offered at the station, and those who ask for it."""

    def change(folder: Path) -> None:
        for file, row in (
            ("services.csv", {"id": "meal", "name_zh": "餐", "name_en": "Meal", "mode": "delivery",
                              "duration_dist": "constant", "duration_value_min": "3",
                              "carry_value_min": carry}),
            ("requests.csv", {"id": "meals", "channel": "plan", "service": "meal",
                              "group": "elder", "per_day": "9"}),
        ):
            rows = list(csv.DictReader((folder / file).read_text(encoding="utf-8").splitlines()))
            names = list(dict.fromkeys([*rows[0], *(key for key in row if row[key])]))
            with (folder / file).open("w", encoding="utf-8", newline="") as text:
                writer = csv.DictWriter(text, names, lineterminator="\n", extrasaction="ignore")
                writer.writeheader()
                writer.writerows([*rows, row])

    return change


def put(file: str, content: str | bytes) -> Edit:
    """Write a whole file of the folder."""
    data = content.encode() if isinstance(content, str) else content
    return lambda folder: (folder / file).write_bytes(data)


class Case(NamedTuple):
    name: str
    edits: tuple[Edit, ...]
    lines: tuple[str, ...]
    changes: tuple[str, ...] = ()


def case(name: str, *edits: Edit, says: str | tuple[str, ...], sets: tuple[str, ...] = ()) -> Case:
    return Case(name, edits, (says,) if isinstance(says, str) else says, sets)


EMPIRICAL = toml(
    '{ dist = "lognormal", mean_s = 180, cv = 1 }', '{ dist = "empirical", file = "talk.csv" }'
)
FUNDS = (
    "id,name_zh,name_en,services,groups,yuan_per_year,yuan_per_client_year,part,first_month\n")
PLANS = "id,service,group,visits,per,opens,closes,point\n"
OPERATORS = "id,count,shifts,skills\ndesk,2,round,\nevening,1,late,child\n"

KITCHENS = (
    "id,name_zh,name_en,point,capacity_per_day,open,collect_prob,carry_prob\n"
    "cook,厨房,Kitchen,station,90,10:00-19:00,0.2,0.1\n")

CASES = (
    # Types and limits
    case(
        "text for a number", toml("lines = 100", 'lines = "many"'),
        says='scenario.toml hotline.lines: found "many"; allowed: a whole number from 1 to 100,000',
    ),
    case(
        "a number in quotes", toml("lines = 100", 'lines = "100"'),
        says='scenario.toml hotline.lines: found "100"; '
        "allowed: a whole number from 1 to 100,000, without quotes",
    ),
    case(
        "yes for a number", toml("lines = 100", "lines = true"),
        says="scenario.toml hotline.lines: found true; allowed: a whole number from 1 to 100,000",
    ),
    case(
        "a fraction for a count", edit("operators.csv", "desk,2", "desk,2.5"),
        says="operators.csv row 2 column count: found 2.5; "
        "allowed: a whole number from 0 to 1,000,000",
    ),
    case(
        "NaN", toml("every_min = 30", "every_min = nan"),
        says="scenario.toml chasing.every_min: found nan; "
        "allowed: a number above 0 and at most 1,000,000,000",
    ),
    case(
        "infinity", toml("growth = 1.0", "growth = inf"),
        says="scenario.toml demand.growth: found inf; allowed: a number from 0 to 1,000,000,000",
    ),
    case(
        "NaN in a cell", edit("services.csv", ",75,0.3", ",nan,0.3"),
        says='services.csv row 3 column duration_mean_min: found "nan"; '
        "allowed: a number, not negative",
    ),
    case(
        "a huge number", edit("services.csv", ",75,0.3", ",1e9,0.3"),
        says="services.csv row 3 column duration_mean_min: found 1000000000; "
        "allowed: at most ten years",
    ),
    case(
        "a number of 400 digits", toml("lines = 100", "lines = 1" + "0" * 400),
        says="scenario.toml hotline.lines: found 1000...; "
        "allowed: a whole number from 1 to 100,000",
    ),
    case(
        "more requests than a computer holds", edit("requests.csv", "elder,24", "elder,900000000"),
        says="requests.csv row 2 column per_day: found 900000000; "
        "allowed: at most 50,000,000 requests in 3 days",
    ),
    case(
        "too many days", toml("warm_up_days = 0", "warm_up_days = 9999"),
        says="scenario.toml time.days: found 10,002 days with warm-up and cool-down; "
        "allowed: at most 4,000 days",
    ),
    case(
        "a probability of 1.2", edit("points.csv", "village,0.9", "village,1.2"),
        says="points.csv row 3 column accept_prob: found 1.2; allowed: a number from 0 to 1",
    ),
    case(
        "a percentage", edit("points.csv", "village,0.9", "village,90%"),
        says='points.csv row 3 column accept_prob: found "90%"; allowed: a number from 0 to 1; '
        'did you mean "0.9"?',
    ),
    case(
        "a negative time", toml("mean_s = 90", "mean_s = -90"),
        says="scenario.toml callers.relative.patience.mean_s: found -90; "
        "allowed: a length of time, not negative",
    ),
    case(
        "a negative time in a cell", edit("services.csv", "60,4,", "60,-4,"),
        says="services.csv row 3 column lead_h: found -4; "
        "allowed: a number from 0 to 1,000,000,000",
    ),
    case(
        "hours of the day that are 23", toml("0, 0] }", "0] }"),
        says="scenario.toml demand.shapes.office.hours: found 23 items; "
        "allowed: a list of 24 items, each a number from 0 to 1,000",
    ),
    case(
        "one hour negative", toml("[0, 0", "[-1, 0"),
        says="scenario.toml demand.shapes.office.hours item 1: found -1; "
        "allowed: a number from 0 to 1,000",
    ),
    case(
        "a section that is a number", toml('chasing]\nprob = 0.2', 'about2]\n[[chasing]]\nprob=1'),
        says=(
            'scenario.toml about2: found "about2"; allowed: ...; did you mean "about"?',
            "scenario.toml chasing: found [{prob = 1, ...; allowed: a section with keys prob, ...",
        ),
    ),
    # Units and distributions
    case(
        "a wrong unit", toml("mean_s = 90", "mean_hours = 90"),
        says='scenario.toml callers.relative.patience.mean_hours: found "mean_hours"; '
        "allowed: dist, cv, weights, file, or value_, mean_, low_, mode_, high_, values_ with a "
        'unit (ms, s, min, h, days); did you mean "mean_h"?',
    ),
    case(
        "no unit", toml("mean_s = 90", "mean = 90"),
        says='scenario.toml callers.relative.patience.mean: found "mean"; allowed: ...; '
        'did you mean "mean_s"?',
    ),
    case(
        "two units", toml("mean_s = 90", "mean_s = 90, mean_min = 2"),
        says='scenario.toml callers.relative.patience: found {dist = "exponential", mean_s = 90, '
        "mean_min = 2}; allowed: mean once, in one unit",
    ),
    case(
        "a wrong unit in a column", edit("services.csv", "duration_mean_min", "duration_mean_mins"),
        says='services.csv row 1 column duration_mean_mins: found "duration_mean_mins"; '
        'allowed: duration_dist, ... with a unit (ms, s, min, h, days); '
        'did you mean "duration_mean_min"?',
    ),
    case(
        "an unknown distribution", edit("services.csv", "lognormal", "log-normal"),
        says='services.csv row 3 column duration_dist: found "log-normal"; allowed: constant, '
        "exponential, lognormal, gamma, weibull, uniform, triangular, empirical, never; "
        'did you mean "lognormal"?',
    ),
    case(
        "a distribution without its parameters", edit("services.csv", "constant,30", "uniform,30"),
        says='services.csv row 2 column duration: found {dist = "uniform", value_min = 30}; '
        "allowed: uniform with high and low",
    ),
    case(
        "a plain number for a distribution",
        toml('talk = { dist = "exponential", mean_s = 180 }', "talk = 180"),
        says="scenario.toml callers.client.talk: found 180; "
        'allowed: a distribution such as {dist = "exponential", mean_s = 180}',
    ),
    case(
        "talk that never ends",
        toml('{ dist = "lognormal", mean_s = 180, cv = 1 }', '{ dist = "never" }'),
        says='scenario.toml callers.relative.talk.dist: found "never"; '
        "allowed: a distribution of lengths that end; never is for patience",
    ),
    case(
        "a lead that never ends",
        sets=("requests.baths.lead_dist=never", "requests.baths.lead_mean_h="),
        says='--set requests.baths.lead_dist: found "never"; '
        "allowed: a distribution of lengths that end; never is for patience",
    ),
    # Keys and columns
    case(
        "a name that leaves the folder of results", toml('"small"', '"../small"'),
        says='scenario.toml name: found "../small"; allowed: a name that a folder can have: '
        'at most 60 letters, no / or \\; did you mean "small"?',
    ),
    case(
        "an unknown key", toml("lines = 100", "lnes = 100"),
        says='scenario.toml hotline.lnes: found "lnes"; allowed: number, open, lines, ...; '
        'did you mean "lines"?',
    ),
    case(
        "an unknown section", toml("[chasing]", "[chassing]"),
        says='scenario.toml chassing: found "chassing"; allowed: name, ..., extends, set; '
        'did you mean "chasing"?',
    ),
    case(
        "a missing key", toml("lines = 100\n", ""),
        says="scenario.toml hotline.lines: found nothing; "
        "allowed: a whole number from 1 to 100,000",
    ),
    case(
        "a missing section", toml('[time]\nstart = "2026-03-02"\ndays = 2\nwarm_up_days = 0\n', ""),
        says=(
            "scenario.toml about.cool_down_days: ...",
            "scenario.toml time: found nothing; allowed: a section with keys start, ...",
        ),
    ),
    case(
        "a table in the TOML", toml("[travel]", "[zones]\n[travel]"),
        says='scenario.toml zones: found "zones"; allowed: its rows in zones.csv',
    ),
    case(
        "a misspelt column", edit("caregivers.csv", "count", "cuont"),
        says='caregivers.csv row 1 column cuont: found "cuont"; allowed: id, point, count, ...; '
        'did you mean "count"?',
    ),
    case(
        "a missing column",
        put("operators.csv", "id,shifts,skills\ndesk,round,\nevening,late,child\n"),
        says="operators.csv row 1 column count: found nothing; "
        "allowed: a whole number from 0 to 1,000,000",
    ),
    case(
        "a blank cell", edit("operators.csv", "desk,2", "desk,"),
        says="operators.csv row 2 column count: found nothing; "
        "allowed: a whole number from 0 to 1,000,000",
    ),
    case(
        "a column for a caller who is not there",
        edit("requests.csv", "share_relative", "share_relatives"),
        says='requests.csv row 1 column share_relatives: found "share_relatives"; '
        'allowed: share_client, share_relative; did you mean "share_relative"?',
    ),
    case(
        "a column for a group that is not there", edit("zones.csv", "pop_elder", "pop_elders"),
        says='zones.csv row 1 column pop_elders: found "pop_elders"; allowed: pop_elder; '
        'did you mean "pop_elder"?',
    ),
    case(
        "a column twice", edit("operators.csv", "count", "skills"),
        says='operators.csv row 1 column 4: found "skills"; allowed: each column name once',
    ),
    case(
        "a column without a name", edit("operators.csv", "count", ""),
        says="operators.csv row 1 column 2: found nothing; allowed: a column name",
    ),
    # Rows and files
    case(
        "an id twice, so that one is lost that others use",
        edit("points.csv", "hillside,", "station,"),
        says='points.csv row 3 column id: found "station"; allowed: each id once (also in row 2)',
    ),
    case(
        "an id with a blank that others write without", edit("zones.csv", "hill,", "hi ll,"),
        says='zones.csv row 3 column id: found "hi ll"; allowed: an id without ...; '
        'did you mean "hi-ll"?',
    ),
    case(
        "an id twice, an unknown one beside it",
        edit("points.csv", "hillside,", "station,"), edit("caregivers.csv", "station", "statoin"),
        says=(
            'points.csv row 3 column id: found "station"; allowed: each id once (also in row 2)',
            'caregivers.csv row 2 column point: found "statoin"; allowed: station; '
            'did you mean "station"?',
        ),
    ),
    case(
        "an id twice", edit("operators.csv", "evening", "desk"),
        says='operators.csv row 3 column id: found "desk"; allowed: each id once (also in row 2)',
    ),
    case(
        "a row without an id", edit("operators.csv", "evening,", ","),
        says="operators.csv row 3 column id: found nothing; allowed: an id in every row",
    ),
    case(
        "no id column", edit("operators.csv", "id,", "ID,"),
        says='operators.csv row 1 column ID: found "ID"; allowed: a column id; did you mean "id"?',
    ),
    case(
        "an id with a dot", edit("operators.csv", "evening", "even.ing"),
        says='operators.csv row 3 column id: found "even.ing"; allowed: an id without ...; '
        'did you mean "even-ing"?',
    ),
    case(
        "a staff id used by both tables", edit("operators.csv", "evening", "team"),
        says='caregivers.csv row 2 column id: found "team"; '
        "allowed: an id that operators.csv does not use",
    ),
    case(
        "too few cells", edit("operators.csv", "desk,2,round,", "desk,2"),
        says="operators.csv row 2: found 2 cells; allowed: 4 cells, as in the header",
    ),
    case(
        "too many cells", edit("operators.csv", "desk,2,round,", "desk,2,round,child,x"),
        says="operators.csv row 2: found 5 cells; allowed: 4 cells, as in the header",
    ),
    case(
        "an empty file", put("zones.csv", ""),
        says="zones.csv: found an empty file; allowed: a header row with column names",
    ),
    case(
        "a table without rows",
        put("zones.csv", "id,name_zh,name_en,lat,lon,area_km2,population\n"),
        says="zones.csv: found no rows; allowed: one row or more",
    ),
    case(
        "a missing file", lambda folder: (folder / "shifts.csv").unlink(),
        says="shifts.csv: found no such file; "
        "allowed: a table with columns id, start, end, days, on_holidays, breaks",
    ),
    case(
        "a misnamed file", lambda folder: (folder / "shifts.csv").rename(folder / "shift.csv"),
        says="shift.csv: found a file nobody reads; allowed: zones.csv, points.csv, ...; "
        'did you mean "shifts.csv"?',
    ),
    case(
        "an ending that Windows hides",
        lambda folder: (folder / "shifts.csv").rename(folder / "shifts.csv.txt"),
        says="shifts.csv.txt: found a file nobody reads; allowed: zones.csv, points.csv, ...; "
        'did you mean "shifts.csv"?',
    ),
    case(
        "a title above the header", put("operators.csv", "接线员\n" + OPERATORS),
        says='operators.csv row 1 column id: found "接线员"; allowed: a column id',
    ),
    case(
        "a cell too few between semicolons",
        put("operators.csv", OPERATORS.replace(",", ";").replace("round;", "round")),
        says="operators.csv row 2: found 3 cells; allowed: 4 cells, as in the header",
    ),
    case(
        "Excel's semicolons in the header only",
        put("operators.csv", OPERATORS.replace(",", ";", 3)),
        says="operators.csv row 1: found semicolons between the cells of the header, not of every "
        "row; allowed: commas between cells in every row",
    ),
    case(
        "a decimal comma",
        put("sources.csv", "id;standing;source;low;high\ncaregivers.*.count;assumed;guess;1,5;9\n"),
        says='sources.csv row 2 column low: found "1,5"; allowed: a number; did you mean "1.5"?',
    ),
    case(
        "undecodable bytes", put("points.csv", b"id,name_zh\nx,\x80\xff\xff"),
        says="points.csv: found undecodable bytes; allowed: text in UTF-8 or GBK",
    ),
    case(
        "a folder in the place of a file",
        lambda folder: ((folder / "points.csv").unlink(), (folder / "points.csv").mkdir()),
        says="points.csv: found a file that cannot be opened; allowed: a file that can be read",
    ),
    case(
        "a quote that does not end", edit("operators.csv", "desk", '"desk'),
        says="operators.csv row 2: found a cell that cannot be read (unexpected end of data); "
        'allowed: cells whose quotes " are closed and doubled inside',
    ),
    case(
        "TOML that is none", toml("lines = 100", "lines 100"),
        says='scenario.toml line 28: found "lines 100"; allowed: TOML, key = value, text in quotes '
        "(Expected '=' after a key in a key/value pair)",
    ),
    case(
        "a TOML key twice", toml("lines = 100", "lines = 100\nlines = 3"),
        says='scenario.toml line 29: found "lines = 3"; allowed: TOML, key = value, text in quotes '
        "(Cannot overwrite a value)",
    ),
    # Characters of a Chinese keyboard
    case(
        "full-width digits", edit("operators.csv", "desk,2", "desk,２"),
        says='operators.csv row 2 column count: found "２"; '
        'allowed: a whole number from 0 to 1,000,000; did you mean "2"?',
    ),
    case(
        "full-width commas in the header",
        put("operators.csv", OPERATORS.replace(",", "，")),
        says='operators.csv row 1: found "id，count，shifts，skills"; '
        'allowed: column names between half-width commas; did you mean "id,count,shifts,skills"?',
    ),
    case(
        "a full-width colon", edit("points.csv", "08:00-18:00", "08：00-18：00"),
        says='points.csv row 3 column open: found "Mon-Fri 08：00-18：00"; '
        "allowed: ordinary (half-width) digits and punctuation; "
        'did you mean "Mon-Fri 08:00-18:00"?',
    ),
    case(
        "a Chinese comma between names", edit("points.csv", "help | bath", "help、bath"),
        says='points.csv row 3 column services: found "help、bath"; '
        "allowed: ordinary (half-width) digits and punctuation; "
        'did you mean "help | bath"?',
    ),
    # Dates and times
    case(
        "a date that does not exist", toml("2026-03-02", "2026-02-30"),
        says='scenario.toml time.start: found "2026-02-30"; allowed: a day of the calendar',
    ),
    case(
        "a number for a date", toml('"2026-03-02"', "20260302"),
        says="scenario.toml time.start: found 20260302; "
        "allowed: a date YYYY-MM-DD, for example 2026-03-01",
    ),
    case(
        "a period that ends before it begins", edit("calendar.csv", "2026-05-05", "2026-04-05"),
        says='calendar.csv row 2 column last: found "2026-04-05"; '
        "allowed: a date not before first, 2026-05-01",
    ),
    case(
        "holiday and adjusted workday",
        edit("calendar.csv", "0.8\n", "0.8\nswap,2026-05-05,2026-05-06,adjusted_workday,1\n"),
        says="calendar.csv row 3 column kind: found adjusted_workday on 2026-05-05, a holiday by "
        'row "may-day"; allowed: a date is a holiday or an adjusted workday, not both',
    ),
    case(
        "25 o'clock", edit("shifts.csv", "22:00", "25:00"),
        says='shifts.csv row 4 column end: found "25:00"; '
        "allowed: a clock time from 00:00 to 24:00",
    ),
    case(
        "a point for a colon", edit("shifts.csv", "08:00", "8.00"),
        says='shifts.csv row 3 column start: found "8.00"; '
        'allowed: a clock time HH:MM, for example 08:30; did you mean "8:00"?',
    ),
    case(
        "a day that is none", edit("shifts.csv", "Mon-Fri", "Mon-Fry"),
        says='shifts.csv row 3 column days: found "Mon-Fry"; '
        "allowed: days: Mon, Tue, Wed, Thu, Fri, Sat, Sun or daily; "
        'did you mean "Mon-Fri"?',
    ),
    case(
        "days in Chinese", edit("shifts.csv", "Mon-Fri", "周一至周五 周日"),
        says='shifts.csv row 3 column days: found "周一至周五 周日"; '
        "allowed: days: Mon, Tue, Wed, Thu, Fri, Sat, Sun or daily; "
        'did you mean "Mon-Fri Sun"?',
    ),
    case(
        "a day that cannot be guessed", edit("shifts.csv", "Mon-Fri", "Mon-Fri-Sun"),
        says='shifts.csv row 3 column days: found "Mon-Fri-Sun"; '
        "allowed: days: Mon, Tue, Wed, Thu, Fri, Sat, Sun or daily",
    ),
    case(
        "opening hours in Chinese", edit("points.csv", "Mon-Fri 08:00-18:00", "每天 08:00～18:00"),
        says='points.csv row 3 column open: found "每天 08:00～18:00"; allowed: opening hours such '
        "as 'Mon-Fri 08:00-18:00 | Sat 09:00-12:00', '08:00-18:00' or 'always'; "
        'did you mean "daily 08:00-18:00"?',
    ),
    case(
        "opening hours without minutes", edit("points.csv", "08:00-18:00", "8-18"),
        says='points.csv row 3 column open: found "Mon-Fri 8-18"; allowed: opening hours such as '
        "'Mon-Fri 08:00-18:00 | Sat 09:00-12:00', '08:00-18:00' or 'always'",
    ),
    # Shifts
    case(
        "overlapping shifts", edit("shifts.csv", "late,14:00", "late,13:00"),
        says='caregivers.csv row 3 column shifts: found "early" 08:00-14:00 and '
        '"late" 13:00-22:00; '
        "allowed: shifts of one group that do not overlap",
    ),
    case(
        "a night that runs into the morning shift", edit("shifts.csv", "22:00", "08:30"),
        says='caregivers.csv row 3 column shifts: found "early" 08:00-14:00 and '
        '"late" 14:00-08:30; '
        "allowed: shifts of one group that do not overlap",
    ),
    case(
        "a break that runs past its shift", edit("shifts.csv", "11:00-12:00/30", "13:00-13:45/30"),
        says='shifts.csv row 3 column breaks: found "13:00-13:45/30"; '
        "allowed: a window inside the shift 08:00-14:00, its end leaving time for the break",
    ),
    case(
        "two breaks at once",
        edit("shifts.csv", "11:00-12:00/30", "11:00-12:00/30 | 11:30-12:30/10"),
        says='shifts.csv row 3 column breaks: found "11:30-12:30/10"; '
        "allowed: break windows that do not overlap",
    ),
    case(
        "a break without end", edit("shifts.csv", "11:00-12:00/30", "11:00-12:00/inf"),
        says='shifts.csv row 3 column breaks: found "11:00-12:00/inf"; '
        "allowed: a break such as 11:30-13:00/30 (window/minutes)",
    ),
    case(
        "a break without its length", edit("shifts.csv", "11:00-12:00/30", "11:00-12:00"),
        says='shifts.csv row 3 column breaks: found "11:00-12:00"; '
        "allowed: a break such as 11:30-13:00/30 (window/minutes)",
    ),
    case(
        "a shift that nobody wrote", edit("caregivers.csv", "early |", "earlly |"),
        says='caregivers.csv row 3 column shifts: found "earlly"; allowed: early, late, round; '
        'did you mean "early"?',
    ),
    # Other files
    case(
        "an unknown zone", edit("points.csv", "hill,37", "hil,37"),
        says='points.csv row 3 column zone: found "hil"; allowed: hill, town; did you mean "hill"?',
    ),
    case(
        "an unknown point", edit("caregivers.csv", "hillside", "hilside"),
        says='caregivers.csv row 3 column point: found "hilside"; allowed: hillside, station; '
        'did you mean "hillside"?',
    ),
    case(
        "an unknown travel mode", edit("caregivers.csv", "late,ebike", "late,bike"),
        says='caregivers.csv row 3 column mode: found "bike"; allowed: ebike; '
        'did you mean "ebike"?',
    ),
    case(
        "an unknown service at a point", edit("points.csv", "help | bath", "help | bth"),
        says='points.csv row 3 column services: found "bth"; allowed: all, bath, help, talk; '
        'did you mean "bath"?',
    ),
    case(
        "an unknown service of a stream", edit("requests.csv", "phone,bath", "phone,bat"),
        says='requests.csv row 3 column service: found "bat"; allowed: bath, help, talk; '
        'did you mean "bath"?',
    ),
    case(
        "an unknown group", edit("requests.csv", "bath,elder", "bath,elders"),
        says='requests.csv row 3 column group: found "elders"; allowed: elder; '
        'did you mean "elder"?',
    ),
    case(
        "an unknown shape", edit("requests.csv", "office,needs", "ofice,needs"),
        says='requests.csv row 3 column shape: found "ofice"; allowed: office; '
        'did you mean "office"?',
    ),
    case(
        "an unknown busy group", edit("requests.csv", "office,needs", "office,need"),
        says='requests.csv row 3 column busy_group: found "need"; allowed: needs; '
        'did you mean "needs"?',
    ),
    case(
        "an unknown channel", edit("requests.csv", "calls,phone", "calls,Phone"),
        says='requests.csv row 2 column channel: found "Phone"; '
        'allowed: phone, portal, button, plan, tier; did you mean "phone"?',
    ),
    case(
        "an unknown caller who chases", toml('caller = "client"', 'caller = "clint"'),
        says='scenario.toml chasing.caller: found "clint"; allowed: client, relative; '
        'did you mean "client"?',
    ),
    case(
        "nobody who chases", toml('caller = "client"', 'caller = ""'),
        says="scenario.toml chasing.caller: found nothing; allowed: client, relative",
    ),
    case(
        "an unknown stream in the calendar",
        put("calendar.csv", "id,first,last,kind,streams\nx,2026-05-01,2026-05-02,season,bathes\n"),
        says='calendar.csv row 2 column streams: found "bathes"; allowed: advice, baths, calls; '
        'did you mean "baths"?',
    ),
    case(
        "a skill that no caregiver has", edit("services.csv", "bathing", "bathng"),
        says='services.csv row 3 column skill: found "bathng"; '
        'allowed: a skill that somebody has: bathing; did you mean "bathing"?',
    ),
    case(
        "a skill that no operator has", edit("requests.csv", "child", "chld"),
        says='requests.csv row 4 column skill: found "chld"; '
        'allowed: a skill that somebody has: child; did you mean "child"?',
    ),
    case(
        "skills between commas", edit("caregivers.csv", "ebike,bathing", 'ebike,"bathing, care"'),
        says='caregivers.csv row 3 column skills: found "bathing, care"; '
        'allowed: words without blanks or commas, separated by |; did you mean "bathing | care"?',
    ),
    case(
        "a grade that nobody has", edit("services.csv", "bathing,2,2", "bathing,4,2"),
        says="services.csv row 3 column grade: found 4; "
        "allowed: at most 2, the highest grade of who could do it",
    ),
    case(
        "a crew that no point can form", edit("caregivers.csv", "hillside,2", "hillside,1"),
        says="services.csv row 3 column crew: found 2; "
        "allowed: at most 1, the most able caregivers at a point that offers it",
    ),
    case(
        "nobody offers a service",
        edit("points.csv", "help | bath", "help"),
        edit("points.csv", ",all,", ",help,"),
        says='requests.csv row 3 column service: found "bath"; '
        "allowed: a service that some point of points.csv offers",
    ),
    case(
        "a booked service without a window", edit("services.csv", ",60,4,16:00", ",,4,16:00"),
        says="services.csv row 3 column window_min: found nothing; "
        'allowed: minutes, because stream "baths" books this service',
    ),
    case(
        "nobody rings", edit("requests.csv", "elder,24,1", "elder,24,0"),
        says="requests.csv row 2: found no share_ column above 0; "
        "allowed: a phone stream says who rings: share_<caller> above 0",
    ),
    case(
        "two rates", edit("requests.csv", "elder,24,1,", "elder,24,1,3"),
        says="requests.csv row 2: found per_day = 24, per_1000_per_month = 3; "
        "allowed: exactly one of per_day and per_1000_per_month",
    ),
    case(
        "a lead without slots", edit("requests.csv", "09:00 | 14:00", ""),
        says='requests.csv row 3: found lead_dist = "exponential", lead_mean_h = 24; '
        "allowed: both lead_... and slots where clients book, neither where not",
    ),
    case(
        "a visit that lasts no time", edit("services.csv", "constant,30", ","),
        says="services.csv row 2: found nothing; "
        "allowed: a duration, as it is a visit: duration_dist, duration_mean_min, ...",
    ),
    case(
        "a group of nobody",
        edit("zones.csv", "10000,2000", "10000,0"), edit("zones.csv", "5000,900", "5000,0"),
        says="zones.csv row 1 column pop_elder: found 0 in every zone; "
        'allowed: people, because stream "calls" asks for this group',
    ),
    case(
        "more of a group than people", edit("zones.csv", "5000,900", "900,5000"),
        says="zones.csv row 3 column pop_elder: found 5000; allowed: at most the population, 900",
    ),
    case(
        "a county of nobody",
        edit("zones.csv", "10000,2000", "0,0"), edit("zones.csv", "5000,900", "0,0"),
        says="zones.csv row 1 column population: found 0 in every zone; "
        "allowed: people in one zone or more",
    ),
    case(
        "more lines for buttons than lines",
        toml("lines = 100", "lines = 3\nlines_for_buttons = 5"),
        says="scenario.toml hotline.lines_for_buttons: found 5; allowed: at most hotline.lines, 3",
    ),
    case(
        "a shape of zeros", toml("1, 1, 1, 1, 1, 1, 1, 1, 1, 1,", "0, 0, 0, 0, 0, 0, 0, 0, 0, 0,"),
        says="scenario.toml demand.shapes.office.hours: found only zeros; "
        "allowed: one weight above 0 or more",
    ),
    case(
        "coordinates swapped", edit("zones.csv", "37.45,116.3", "116.3,37.45"),
        says="zones.csv row 2 column lat: found lat = 116.3, lon = 37.45; allowed: latitude from 3 "
        'to 54 and longitude from 73 to 136; did you mean "lat = 37.45, lon = 116.3"?',
    ),
    case(
        "a point far away", edit("points.csv", "37.5,116.4", "37.5,106.4"),
        says="points.csv row 3 column lat: found lat = 37.5, lon = 106.4, 874 km away; "
        "allowed: at most 150 km from the county's other places",
    ),
    case(
        "limits the wrong way round", edit("sources.csv", "1,9", "9,1"),
        says="sources.csv row 2 column low: found 9; allowed: at most high, 1",
    ),
    case(
        "a figure outside its own limits",
        put("sources.csv", "id,standing,source,low,high\noperators.desk.count,assumed,guess,3,9\n"),
        says="sources.csv row 2 column low: found 3; "
        "allowed: low and high around operators.desk.count = 2",
    ),
    case(
        "a negative figure that has limits", edit("caregivers.csv", "hillside,2", "hillside,-2"),
        says="caregivers.csv row 3 column count: found -2; "
        "allowed: a whole number from 0 to 1,000,000",
    ),
    case(
        "an unknown rule", toml("[travel]", '[dispatch]\nchoose_point = "nearst"\n\n[travel]'),
        says='scenario.toml dispatch.choose_point: found "nearst"; allowed: nearest, own_town; '
        'did you mean "nearest"?',
    ),
    # Attached files
    case(
        "an unreadable path", EMPIRICAL,
        says='scenario.toml callers.relative.talk.file: found "talk.csv"; '
        "allowed: a CSV file in the folder",
    ),
    case(
        "a path that no file can have",
        toml('{ dist = "lognormal", mean_s = 180, cv = 1 }', '{ file = "a\\u0000b" }'),
        says='scenario.toml callers.relative.talk.file: found "a...b"; '
        "allowed: a CSV file in the folder",
    ),
    case(
        "a misspelt column of values", EMPIRICAL, put("talk.csv", "value_s,wieght\n3,1\n"),
        says='talk.csv row 1 column wieght: found "wieght"; '
        'allowed: one column value_s, value_min, ... and perhaps weight; did you mean "weight"?',
    ),
    case(
        "two bad values", EMPIRICAL, put("talk.csv", "value_s,weight\n3,1\n-4,x\n"),
        says=(
            "talk.csv row 3 column value_s: found -4; allowed: a number from 0 to 1,000,000,000",
            'talk.csv row 3 column weight: found "x"; allowed: a number from 0 to 1,000,000,000',
        ),
    ),
    case(
        "an unknown place in the matrix",
        toml("[travel]", '[travel]\nmatrix = "m.csv"'),
        put("m.csv", "from,to,minutes\ntown,station,3\nstation,twn,4\n"),
        says='m.csv row 3 column to: found "twn"; allowed: hill, hillside, station, town; '
        'did you mean "town"?',
    ),
    case(
        "a matrix with gaps",
        toml("[travel]", '[travel]\nmatrix = "m.csv"'),
        put("m.csv", "from,to,minutes\ntown,station,3\nstation,town,4\n"),
        says='scenario.toml travel.matrix: found no minutes from "hill" to "hill" and for 13 more '
        "pairs; allowed: minutes for every pair of zones and points, also from a place to itself",
    ),
    case(
        "a matrix without rows",
        toml("[travel]", '[travel]\nmatrix = "m.csv"'), put("m.csv", "from,to,minutes\n"),
        says="m.csv: found no rows; allowed: one row a pair of places",
    ),
    case(
        "a bad length and an unknown place in one matrix",
        toml("[travel]", '[travel]\nmatrix = "m.csv"'),
        put("m.csv", "from,to,minutes\ntown,station,-3\nstation,twn,4\ntown,,1\n"),
        says=(
            "m.csv row 2 column minutes: found -3; allowed: a number from 0 to 1,000,000,000",
            'm.csv row 3 column to: found "twn"; allowed: hill, hillside, station, town; '
            'did you mean "town"?',
            "m.csv row 4 column to: found nothing; allowed: id of a zone or a point",
        ),
    ),
    case(
        "a module that is not there", toml("[travel]", '[dispatch]\nmodule = "x.py"\n\n[travel]'),
        says='scenario.toml dispatch.module: found "x.py"; allowed: a Python file in the folder',
    ),
    # Bases and changes
    case(
        "an unknown base", toml('name = "small"', 'extends = "quickstrt"'),
        says='scenario.toml extends: found "quickstrt"; allowed: a scenario\'s name or relative '
        'path: ...; did you mean "quickstart"?',
    ),
    case(
        "a blank base", toml('name = "small"', 'extends = ""'),
        says='scenario.toml extends: found ""; allowed: the name or path of a scenario',
    ),
    case(
        "a base named below a section", toml("[travel]", '[travel]\nextends = "quickstart"'),
        says='scenario.toml travel.extends: found "quickstart"; '
        "allowed: extends above the first [section] of the file",
    ),
    case(
        "its own base", toml('name = "small"', 'extends = "../town"'),
        says="scenario.toml extends: found town -> town; "
        "allowed: a scenario that does not extend this one in turn",
    ),
    case(
        "a setting of an unknown key", sets=("hotline.wrapup.mean_s=3",),
        says='--set hotline.wrapup.mean_s: found "wrapup"; allowed: number, open, lines, ...; '
        'did you mean "hotline.wrap_up.mean_s"?',
    ),
    case(
        "a setting of an unknown column", sets=("operators.desk.cuont=3",),
        says='--set operators.desk.cuont: found "cuont"; allowed: count, skills, ...; '
        'did you mean "operators.desk.count"?',
    ),
    case(
        "a setting of an unknown row", sets=("operators.dsk.count=3",),
        says='--set operators.dsk.count: found "dsk"; allowed: desk, evening; '
        'did you mean "operators.desk.count"?',
    ),
    case(
        "a setting of a wrong value", sets=("operators.desk.count=many",),
        says='--set operators.desk.count: found "many"; '
        "allowed: a whole number from 0 to 1,000,000",
    ),
    case(
        "a setting twice", sets=("operators.desk.count=3", "operators.desk.count=4"),
        says='--set operators.desk.count: found "operators.desk.count" twice; '
        "allowed: each key once",
    ),
    case(
        "a setting twice, in two units",
        sets=("callers.relative.patience.mean_s=3", "callers.relative.patience.mean_min=4"),
        says="--set callers.relative.patience.mean_min: "
        'found "callers.relative.patience.mean_s" too; allowed: each key once',
    ),
    case(
        "a setting of several lines", sets=("hotline.lines=3\nx=4",),
        says='--set hotline.lines: found "3 x=4"; allowed: a whole number from 1 to 100,000',
    ),
    case(
        "a setting of an id", sets=("operators.desk.id=desks",),
        says='--set operators.desk.id: found "id"; '
        "allowed: count, skills, shifts, pay_yuan_per_month, absence_prob, employed_from, "
        "turnover_per_year, weeks_to_fill, recruit_training_days, training_days_per_year",
    ),
    case(
        "a setting of an unknown table", sets=("operator.desk.count=3",),
        says='--set operator.desk.count: found "operator"; allowed: name, ..., operators, ...; '
        'did you mean "operators.desk.count"?',
    ),
    case(
        "a setting with a key of 500 letters", sets=(f"hotline.{'x' * 500}=3",),
        says='--set hotline.xxx...: found "xxx..."; allowed: number, open, lines, ...',
    ),
    case(
        "a setting without a value", sets=("operators.desk.count",),
        says='--set: found "operators.desk.count"; '
        "allowed: key=value, for example hotline.lines=30",
    ),
    case(
        "a setting of a whole section", sets=("hotline=3",),
        says="--set hotline: found a whole section; allowed: hotline.number, ...",
    ),
    case(
        "a setting inside what is no section", toml("[hotline]", "[[hotline]]"),
        sets=("hotline.lines=3", "hotline.wrap_up.mean_s=3"),
        says="scenario.toml hotline: found [{number = ...; "
        "allowed: a section with keys number, ...",
    ),
    case(
        "a setting in the scenario itself",
        toml('caller = "client"', 'caller = "client"\n[set]\n"hotline.lnes" = 3'),
        says='scenario.toml [set] hotline.lnes: found "lnes"; allowed: ...; '
        'did you mean "hotline.lines"?',
    ),
    # Several at once
    case(
        "five faults in three files",
        edit("operators.csv", "desk,2,round", "desk,two,rund"),
        edit("operators.csv", "evening,1", "evening,-1"),
        edit("zones.csv", "10000,2000", "10000,2000.5"),
        toml("lines = 100", "lines = 0"),
        says=(
            'operators.csv row 2 column count: found "two"; '
            "allowed: a whole number from 0 to 1,000,000",
            'operators.csv row 2 column shifts: found "rund"; allowed: early, late, round; '
            'did you mean "round"?',
            "operators.csv row 3 column count: found -1; "
            "allowed: a whole number from 0 to 1,000,000",
            "scenario.toml hotline.lines: found 0; allowed: a whole number from 1 to 100,000",
            "zones.csv row 2 column pop_elder: found 2000.5; "
            "allowed: a whole number from 0 to 1,000,000",
        ),
    ),
    case(
        "a broken file does not hide the others",
        put("shifts.csv", b"\xff\xfe"),
        edit("points.csv", "village,0.9", "village,9"),
        says=(
            "points.csv row 3 column accept_prob: found 9; allowed: a number from 0 to 1",
            "shifts.csv: found undecodable bytes; allowed: text in UTF-8 or GBK",
        ),
    ),
    # Dispatch policies
    case(
        "a weight misspelt", dispatch("order_weights = {age_mn = -1}"),
        says='scenario.toml dispatch.order_weights.age_mn: found "age_mn"; allowed: travel_min, '
        'age_min, late_min, ...; did you mean "age_min"?',
    ),
    case(
        "a weight of the other rule", dispatch("point_weights = {mean_service_min = 1}"),
        says='scenario.toml dispatch.point_weights.mean_service_min: found "mean_service_min"; '
        "allowed: travel_min, wait_min, late_min, border, load, not_free",
    ),
    case(
        "orders that get younger", dispatch("order_weights = {age_min = 0.5}"),
        says="scenario.toml dispatch.order_weights.age_min: found 0.5; "
        "allowed: a number from -10,000 to 0",
    ),
    case(
        "a weight beyond all others", sets=("dispatch.point_weights.border=1e5",),
        says="--set dispatch.point_weights.border: found 100000; "
        "allowed: a number from -10,000 to 10,000",
    ),
    case(
        "one weight for all features", dispatch("point_weights = 2"),
        says="scenario.toml dispatch.point_weights: found 2; "
        "allowed: a section with keys travel_min, wait_min, ...",
    ),
    case(
        "yes for true", dispatch('preempt = "yes"'),
        says='scenario.toml dispatch.preempt: found "yes"; allowed: true or false; '
        'did you mean "true"?',
    ),
    case(
        "a number for true", sets=("dispatch.preempt=1",),
        says='--set dispatch.preempt: found 1; allowed: true or false; did you mean "true"?',
    ),
    case(
        "fewer than nobody in reserve", dispatch("reserve = -1"),
        says="scenario.toml dispatch.reserve: found -1; "
        "allowed: a whole number from 0 to 1,000,000",
    ),
    case(
        "kept free and called away for emergencies that there are not",
        dispatch("reserve = 1\npreempt = true"),
        says=(
            "scenario.toml dispatch.reserve: found 1; allowed: 0, as no visit has a class up to 0; "
            "or dispatch.emergency_priority of 5 or more",
            "scenario.toml dispatch.preempt: found true; allowed: false, as no visit has a class "
            "up to 0; or dispatch.emergency_priority of 5 or more",
        ),
    ),
    # Who pays
    case(
        "funds for what is not there",
        put("funds.csv", FUNDS + "f,资金,Fund,hepl | bath,eldr,4e5,2000,yes,1\n"),
        says=(
            'funds.csv row 2 column groups: found "eldr"; allowed: elder; did you mean "elder"?',
            'funds.csv row 2 column services: found "hepl"; allowed: bath, help, talk; '
            'did you mean "help"?',
            "services.csv row 3 column price_yuan: found 0; allowed: a price above 0, because fund "
            '"f" pays for it',
        ),
    ),
    case(
        "a fund with faults of its own",
        put("funds.csv", FUNDS + "self,资金,Fund,,,-1,2000,maybe,13\n"),
        says=(
            "funds.csv row 2 column first_month: found 13; allowed: a whole number from 1 to 12",
            'funds.csv row 2 column part: found "maybe"; allowed: yes, no',
            "funds.csv row 2 column yuan_per_year: found -1; allowed: a number from 0 to "
            "1,000,000,000",
        ),
    ),
    case(
        "a fund that is the client, and has spent more than it had",
        put("funds.csv", FUNDS.replace("part", "spent_yuan") + "self,资金,Fund,,,100,9,200,1\n"),
        says=(
            'funds.csv row 2 column id: found "self"; allowed: any other id',
            "funds.csv row 2 column spent_yuan: found 200; allowed: at most yuan_per_year, 100",
        ),
    ),
    case(
        "a column of the funds misspelt",
        put("funds.csv", FUNDS.replace("per_year", "per_yaer")), sets=(),
        says='funds.csv row 1 column yuan_per_yaer: found "yuan_per_yaer"; allowed: id, name_zh, '
        '...; did you mean "yuan_per_year"?',
    ),
    case(
        "more money for a fund that is not there",
        put("funds.csv", FUNDS + "purchase,资金,Fund,,,4e5,2000,yes,1\n"),
        sets=("funds.purchse.yuan_per_year=500000",),
        says='--set funds.purchse.yuan_per_year: found "purchse"; allowed: purchase; '
        'did you mean "funds.purchase.yuan_per_year"?',
    ),
    case(
        "who pays themselves",
        toml("[travel]", "[payment]\nself_pay_prob = 1.2\nself_pay_by_group = {eldr = 0.5}\n\n"
             "[travel]"),
        says=(
            "scenario.toml payment.self_pay_prob: found 1.2; allowed: a number from 0 to 1",
        ),
    ),
    case(
        "a group that is not there pays",
        toml("[travel]", "[payment]\nself_pay_by_group = {eldr = 0.5}\n\n[travel]"),
        says='scenario.toml payment.self_pay_by_group.eldr: found "eldr"; allowed: elder; '
        'did you mean "elder"?',
    ),
    case(
        "a hotline run by others, without its price",
        toml("[travel]", '[money]\nhotline_run = "outsourced"\n\n[travel]'),
        says='scenario.toml money.hotline_run: found "outsourced"; allowed: its price too: '
        "money.outsourced_yuan_per_call or money.outsourced_yuan_per_min above 0",
    ),
    case(
        "a hotline run by nobody known",
        toml("[travel]", '[money]\nhotline_run = "seat"\n\n[travel]'),
        says='scenario.toml money.hotline_run: found "seat"; allowed: own, seats, outsourced; '
        'did you mean "seats"?',
    ),
    # Shocks and openings
    case(
        "names in a shock that are not there",
        shock('begins = "2026-03-02"\nends = "2026-03-03"\nzones = "twon"\n'
              'points_closed = "sttion"\nstaff = "dsk"\nchannels = "fone"\n'
              'roles = "nurse"\nstreams = "cals"'),
        says=(
            'scenario.toml shocks.flu.streams: found "cals"; allowed: advice, baths, calls; '
            'did you mean "calls"?',
            'scenario.toml shocks.flu.zones: found "twon"; allowed: hill, town; '
            'did you mean "town"?',
            'scenario.toml shocks.flu.points_closed: found "sttion"; allowed: hillside, station; '
            'did you mean "station"?',
            'scenario.toml shocks.flu.staff: found "dsk"; allowed: bathers, desk, evening, team; '
            'did you mean "desk"?',
            'scenario.toml shocks.flu.channels: found "fone"; ...did you mean "phone"?',
            'scenario.toml shocks.flu.roles: found "nurse"; allowed: caregiver, expert, operator',
        ),
    ),
    case(
        "a shock that ends before it begins",
        shock('begins = "2026-03-03"\nends = "2026-03-02 12:00"'),
        says='scenario.toml shocks.flu.ends: found "2026-03-02 12:00"; '
        "allowed: a moment after begins, 2026-03-03 00:00",
    ),
    case(
        "a shock from half past", shock('begins = "2026-03-02 08:30"\nends = "2026-03-03"'),
        says='scenario.toml shocks.flu.begins: found "2026-03-02 08:30"; '
        "allowed: a full hour, for example 2026-03-01 08:00",
    ),
    case(
        "no moment at all", shock('begins = "noon"\nends = "2026-03-03"'),
        says='scenario.toml shocks.flu.begins: found "noon"; '
        "allowed: a moment YYYY-MM-DD HH:MM, for example 2026-03-01 08:00",
    ),
    case(
        "a shock that says not when", shock('begins = "2026-03-02"'),
        says="scenario.toml shocks.flu.ends: found nothing; "
        "allowed: a full hour such as 2026-03-01 08:00",
    ),
    case(
        "more lines out of order than there are",
        shock('begins = "2026-03-02"\nends = "2026-03-03"\nlines_down = 101'),
        says="scenario.toml shocks.flu.lines_down: found 101; "
        "allowed: at most hotline.lines, 100",
    ),
    case(
        "a shock that takes operators of a point away",
        shock('begins = "2026-03-02"\nends = "2026-03-03"\nattendance_factor = 0\n'
              'roles = "operator"\nstaff_points = "station"'),
        says='scenario.toml shocks.flu.staff_points: found roles = "operator", staff_points = '
        '"station"; allowed: names of which some group of people has all',
    ),
    case(
        "a shock about calls on the portal",
        shock('begins = "2026-03-02"\nends = "2026-03-03"\ndemand_factor = 2\n'
              'streams = "calls"\nchannels = "portal"'),
        says='scenario.toml shocks.flu.channels: found streams = "calls", channels = "portal"; '
        "allowed: names of which some stream of requests has all",
    ),
    case(
        "a shock misspelt on the command line", sets=("shocks.flue.on=true",),
        says="--set shocks.flue...",
    ),
    case(
        "a new hotline with a warm-up",
        toml("warm_up_days = 0", "warm_up_days = 7"), toml("[travel]", "[opening]\nramp_days = 30\n"
        'streams = "cals"\n\n[travel]'),
        says=(
            "scenario.toml time.warm_up_days: found 7; "
            "allowed: 0, because a hotline that opens (opening.ramp_days) starts empty",
            'scenario.toml opening.streams: found "cals"; allowed: advice, baths, calls; '
            'did you mean "calls"?',
        ),
    ),
    # Care plans
    case(
        "plans for what is not there",
        put("plans.csv", PLANS + "p,hepl,eldr,5,weak,08:00,18:00,hilside\n"),
        says=(
            'plans.csv row 2 column group: found "eldr"; allowed: elder; did you mean "elder"?',
            'plans.csv row 2 column per: found "weak"; allowed: week, month, year; '
            'did you mean "week"?',
            'plans.csv row 2 column point: found "hilside"; allowed: hillside, station; '
            'did you mean "hillside"?',
            'plans.csv row 2 column service: found "hepl"; allowed: bath, help, talk; '
            'did you mean "help"?',
        ),
    ),
    case(
        "more visits than dates, and hours that end before they begin",
        put("plans.csv", PLANS + "p,help,elder,8,week,18:00,08:00,\n"),
        says=(
            "plans.csv row 2 column closes: found 08:00; allowed: a time after opens, 18:00",
            "plans.csv row 2 column visits: found 8; allowed: at most 7 in a week, one a date",
        ),
    ),
    case(
        "a plan to talk",
        put("plans.csv", PLANS + "p,talk,elder,1,week,08:00,18:00,\n"),
        says='plans.csv row 2 column service: found "talk"; allowed: a service of mode...',
    ),
    case(
        "a plan named as a stream",
        put("plans.csv", PLANS + "baths,help,elder,1,week,08:00,18:00,\n"),
        says='plans.csv row 2 column id: found "baths"; allowed: an id that requests.csv does not '
        "use",
    ),
    case(
        "a plan for nobody",
        toml("[hotline]", '[groups.infant]\nname_zh = "婴"\nname_en = "Infants"\n\n[hotline]'),
        put("plans.csv", PLANS + "p,help,infant,1,week,08:00,18:00,\n"),
        says='plans.csv row 2 column group: found "infant"; allowed: a group of which somebody '
        "lives in some zone",
    ),
    # People
    case(
        "a caregiver's villages and services that are not there",
        put("caregivers.csv", "id,point,count,skills,grade,shifts,mode,zones,services,women_share\n"
            "team,station,2,,,round,ebike,twon | hill,,0.5\n"
            "bathers,hillside,2,bathing,2,early | late,ebike,,hlp | bath,1.5\n"),
        says=(
            'caregivers.csv row 2 column zones: found "twon"; allowed: hill, town; '
            'did you mean "town"?',
            'caregivers.csv row 3 column services: found "hlp"; allowed: bath, help, talk; '
            'did you mean "help"?',
            "caregivers.csv row 3 column women_share: found 1.5; allowed: a number from 0 to 1",
        ),
    ),
    case(
        "turnover and training beyond a year",
        put("operators.csv", "id,count,shifts,skills,turnover_per_year,weeks_to_fill,"
            "training_days_per_year,employed_from\ndesk,2,round,,11,8,300,soon\n"
            "evening,1,late,child,0,-1,0,\n"),
        says=(
            "operators.csv row 2 column turnover_per_year: found 11; "
            "allowed: a number from 0 to 10",
            "operators.csv row 2 column training_days_per_year: found 300; "
            "allowed: a number from 0 to 250",
            'operators.csv row 2 column employed_from: found "soon"; '
            "allowed: a date YYYY-MM-DD, for example 2026-03-01",
            "operators.csv row 3 column weeks_to_fill: found -1; "
            "allowed: a whole number from 0 to 104",
        ),
    ),
    case(
        "genders that are no word", sets=("services.help.same_gender=must",),
        says='--set services.help.same_gender: found "must"; allowed: no, prefer, require',
    ),
    case(
        "a usual caregiver of another kind", dispatch('usual = "first"'),
        says='scenario.toml dispatch.usual: found "first"; allowed: most, last...',
    ),
    # Deliveries
    case(
        "a delivery that no kitchen fills", delivery(), put("kitchens.csv", KITCHENS),
        edit("kitchens.csv", "station,", "hillside,"),
        says="requests.csv row 5 column service: found \"meal\"; "
        "allowed: a delivery that a meal point of some kitchen of kitchens.csv offers",
    ),
    case(
        "a kitchen at no point", delivery(), put("kitchens.csv", KITCHENS),
        edit("kitchens.csv", "station,", "statoin,"),
        says='kitchens.csv row 2 column point: found "statoin"; allowed: hillside, station; '
        'did you mean "station"?',
    ),
    case(
        "more carried than there are", delivery(), put("kitchens.csv", KITCHENS),
        edit("kitchens.csv", "0.2,0.1", "0.9,0.2"),
        says="kitchens.csv row 2 column carry_prob: found 0.2; allowed: at most 0.1, what "
        "collect_prob leaves",
    ),
    case(
        "carried in no time", delivery(carry=""), put("kitchens.csv", KITCHENS),
        says="services.csv row 5 column carry_dist: found nothing; allowed: how long a cadre takes "
        "to the door, as kitchens.csv has a carry_prob above 0",
    ),
    case(
        "who delivers stays where he is", delivery(), put("kitchens.csv", KITCHENS),
        sets=("dispatch.when_idle=stay",),
        says="--set dispatch.when_idle: found \"stay\"; allowed: return, as rounds are loaded at "
        "the meal point",
    ),
)
