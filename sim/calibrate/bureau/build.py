"""From forms and answers to a scenario folder that runs, each number with its birthplace."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sim.calibrate.bureau import forms, people, questions
from sim.calibrate.bureau.birthplaces import WORDS, Birthplaces
from sim.calibrate.bureau.forms import Filled, Row, pick
from sim.calibrate.bureau.questions import Answer
from sim.scenario.faults import BadInput, Fault, Words, shown
from sim.scenario.load import rebuild, resolve
from sim.scenario.writing import write

BASE = "decheng"
"""The scenario whose services, callers, shifts and rules a county starts from."""
Raw = dict[str, Any]
FALSE_PER_DEVICE, GENUINE_PER_DEVICE = 2.0, 0.3
"""Presses of an emergency button a year: 1 to 3 false, 0.1 to 0.5 genuine."""


@dataclass(frozen=True)
class Built:
    """A scenario made of a bureau's forms."""

    raw: Raw
    folder: Path
    answers: dict[str, Answer]
    used: tuple[str, ...]
    """ids of the questions whose answers it rests on"""
    forms: tuple[str, ...]
    """names of the forms it rests on"""
    notes: tuple[Words, ...]


def build(folder: Path) -> Built:
    """Make ``folder/scenario`` from the forms and answers in ``folder``.

    Raises :class:`BadInput` with everything that is wrong with them.
    """
    filled = forms.read(folder)
    given, faults = questions.read(folder)
    faults = [*filled.faults, *faults]
    if faults:
        raise BadInput(faults)
    making = _Making(folder, filled, given)
    raw = making.scenario()
    if making.faults:
        raise BadInput(making.faults)
    rebuild(raw)
    place = folder / "scenario"
    about = raw["about"]
    write(raw, place, f"{about['title_zh']}\n{about['title_en']}")
    used = tuple(q for q in questions.questions() if q in making.born.used)
    return Built(
        raw, place, making.answers, used, tuple(name for name in filled.rows if filled.of(name)),
        tuple(filled.notes),
    )


class _Making:
    """The steps from forms to a raw scenario; keeps what is used and what is wrong."""

    def __init__(
        self, folder: Path, filled: Filled, given: Mapping[str, tuple[str, str]]
    ) -> None:
        self.filled = filled
        self.faults: list[Fault] = []
        self.villages = [dict(row) for row in filled.of("villages.csv")]
        county = given.get("county_population")
        people.residents(
            self.villages, float(county[0]) if county else None, self.faults
        )
        total = sum(row["population"] for row in self.villages)
        self.answers = questions.answers(given, total)
        self.raw: Raw = copy.deepcopy(resolve(BASE).raw)
        self.raw["name"] = folder.resolve().name
        kept = {
            path: row for path, row in self.raw["sources"].items()
            if path.split(".")[0] not in ("zones", "points", "caregivers", "operators", "requests")
            or path.startswith(("requests.*.share", "requests.*.lead", "requests.*.slots",
                                "requests.welfare-plan."))
        }
        self.born = Birthplaces(kept, self.answers)
        if any("spread" in row for row in self.villages):
            self.born.used.add("county_population")

    def scenario(self) -> Raw:
        """Everything, in order; faults are kept."""
        raw = self.raw
        self._about()
        zones = self._zones()
        if self.faults:
            return raw
        names = self._points()
        self._demand()
        self._prices()
        self._settings()
        by_zone = {z: {k: v for k, v in row.items() if k.startswith("pop_")}
                   for z, row in zones.items()}
        if self.filled.of("staff.csv"):
            raw["operators"], raw["caregivers"] = people.staff(
                self.filled, raw, names, self.answers, self.faults
            )
            self.born.used |= {"operator_pay", "caregiver_pay", "absence"}
            self._leave_out()
            self.born.say("operators.*.*", "given", "staff.csv")
            self.born.say("caregivers.*.*", "given", "staff.csv")
            self.born.answers_to("caregivers.*.absence_prob", "absence")
        elif not self.faults:
            self._count(by_zone)
        raw["sources"] = self.born.rows
        return raw

    def _leave_out(self) -> None:
        """Services that nobody of the bureau's staff can do are not offered; a note says so."""
        raw = self.raw
        have = {s for row in raw["caregivers"].values() for s in row["skills"].split(" | ")}
        for name, row in list(raw["services"].items()):
            if row["mode"] == "visit" and row["skill"] not in have:
                del raw["services"][name]
                raw["requests"] = {n: r for n, r in raw["requests"].items() if r["service"] != name}
                for point in raw["points"].values():
                    offered = point["services"].split(" | ")
                    point["services"] = " | ".join(s for s in offered if s != name)
                self.filled.notes.append(Words(
                    f"staff.csv: nobody has the skill {row['skill']}: {row['name_en']} left out",
                    f"staff.csv：没有人会 {row['skill']}：不含{row['name_zh']}",
                ))

    # -- parts --------------------------------------------------------------------------------

    def _about(self) -> None:
        zh, en = (str(self.answers[name].value) for name in ("county_zh", "county_en"))
        self.raw["about"] = {
            "title_zh": f"{zh}养老托育热线：开通之前的第一版",
            "title_en": f"The care hotline of {en}: a first version before it opens",
            "story_zh": f"由{zh}现有的材料和逐项回答生成；没有材料的数取中值，并记为假设。",
            "story_en": f"Made from what {en} has, and from answers to questions; what nobody "
                        "knows takes the middle of a range and is assumed.",
            "question_zh": "照现有的人手（或估出的人手），电话有没有人接，护理员能不能按时到？",
            "question_en": "With the present (or the estimated) staff, are callers answered and "
                           "are people reached in time?",
        }

    def _zones(self) -> Raw:
        for row in self.villages:
            if "area_km2" not in row:
                row["area_km2"] = self.born.answer("area_km2")
                row["no_area"] = True
        people.places(self.villages, self.faults)
        zones: Raw = {}
        for number, row in enumerate(self.villages, 1):
            name = f"v{number}"
            zones[name] = {
                "name_zh": row["name"], "name_en": row.get("name_en", row["name"]),
                "lat": row.get("lat"), "lon": row.get("lon"), "area_km2": row["area_km2"],
                "road_factor": 1.0, "population": round(row["population"]),
                **people.groups(row, self.answers),
            }
            self.born.used |= set(row["shares"])
            self._sources_of(name, row)
        self.raw["zones"] = zones
        self.born.say("zones.*.*", "given", "villages.csv")
        self.born.say("zones.*.road_factor", "assumed", WORDS["roads"], 1, 1.3)
        return zones

    def _sources_of(self, name: str, row: Row) -> None:
        if "laid_out" in row:
            for key in ("lat", "lon"):
                self.born.say(f"zones.{name}.{key}", "assumed", WORDS["laid_out"])
        if "no_area" in row:
            self.born.answers_to(f"zones.{name}.area_km2", "area_km2")
        if "spread" in row:
            self.born.say(f"zones.{name}.population", "assumed", WORDS["spread"])
        if row["shares"]:
            self.born.say(f"zones.{name}.pop_*", "assumed", WORDS["shares"])

    def _points(self) -> dict[str, str]:
        """Point -> id; sets the points."""
        zone_of = {row["name"]: f"v{n}" for n, row in enumerate(self.villages, 1)}
        rows: Raw = {}
        names: dict[str, str] = {}
        every = [s for s, row in self.raw["services"].items()
                 if row["mode"] == "visit" and s != "night"]
        listed = self.filled.of("points.csv")
        for number, row in enumerate(listed or self.villages, 1):
            village = row["name"]
            if listed:
                village = pick("points.csv", row, "village", list(zone_of), self.faults)
            home = self.raw["zones"].get(zone_of.get(village, ""), {})
            rows[f"p{number}"] = {
                "name_zh": row["name"] if listed else f"{row['name']}服务站",
                "name_en": f"{row.get('name_en', row['name'])}{'' if listed else ' care point'}",
                "zone": zone_of.get(village, ""), "lat": row.get("lat", home.get("lat")),
                "lon": row.get("lon", home.get("lon")), "level": "town",
                "organisation": row.get("organisation", ""),
                "open": row.get("open", "daily 08:00-17:00"), "services": " | ".join(every),
                "accept_prob": 0.95,
            }
            names[row["name"]] = f"p{number}"
        self.raw["points"] = rows
        if listed:
            self.born.say("points.*.*", "given", "points.csv")
        for key in ("lat", "lon", "open"):
            for number, row in enumerate(listed or self.villages, 1):
                if not listed or key not in row:
                    self.born.say(f"points.p{number}.{key}", "assumed", WORDS["point"])
        self.born.say("points.*.accept_prob", "assumed", WORDS["accept"], 0.8, 1)
        return names

    def _demand(self) -> None:
        streams = self.raw["requests"]
        # Nobody is known to work at night: companions are for a later version of the county.
        del streams["night-phone"], self.raw["services"]["night"]
        # What a hotline above hands down is among the calls and visits that the bureau expects.
        for name in [name for name, row in streams.items() if row["channel"] == "tier"]:
            del streams[name]
        visit = {
            name: row for name, row in streams.items()
            if row["service"] not in ("consult", "complaint", "emergency") and "per_day" in row
        }
        of = {channel: sum(r["per_day"] for r in visit.values() if r["channel"] == channel)
              for channel in ("phone", "portal")}
        visits, portal = self.born.answer("visits_per_day"), self.born.answer("portal_share")
        for name, row in visit.items():
            part = portal if row["channel"] == "portal" else 1 - portal
            factor = visits * part / of[row["channel"]]
            self._per_day(name, row["per_day"] * factor, "visits_per_day")
        asked = [n for n, r in streams.items() if r["service"] in ("consult", "complaint")]
        calls, basis = self._calls()
        rest = max(0.0, calls - visits * (1 - portal))
        total = sum(streams[n]["per_day"] for n in asked)
        for name in asked:
            self._per_day(name, streams[name]["per_day"] * rest / total, basis)
        self._per_day("emergency-phone", 0.3 * calls / 100, basis)
        devices = self.born.answer("buttons")
        presses = FALSE_PER_DEVICE + GENUINE_PER_DEVICE
        self._per_day("emergency-button", devices * presses / 365, "buttons")
        streams["emergency-button"]["false_prob"] = round(FALSE_PER_DEVICE / presses, 3)
        self.born.say(
            "requests.emergency-button.false_prob", "assumed", WORDS["presses"], 0.6, 0.97
        )

    def _calls(self) -> tuple[float, str]:
        """Calls a day, and the question or form that they come from; sets the hours' shape."""
        rows = self.filled.of("tickets.csv")
        if not rows:
            return self.born.answer("calls_per_day"), "calls_per_day"
        times = pd.to_datetime(
            pd.Series([row["time"] for row in rows]), format="mixed", errors="coerce"
        )
        for row in [row for row, wrong in zip(rows, times.isna(), strict=True) if wrong][:20]:
            place = Words(f"row {row['row']} time", f"第 {row['row']} 行 时间")
            allowed = Words("a date and time such as 2025-03-02 09:15",
                            "日期和时间，例如 2025-03-02 09:15")
            self.faults.append(Fault("tickets.csv", place, shown(row["time"]), allowed))
        times = times.dropna()
        if times.empty:
            return 0.0, "care_share_of_tickets"
        days = max(1, (times.max().normalize() - times.min().normalize()).days + 1)
        shape = self.raw["demand"]["shapes"]["calls"]
        shape["hours"] = [int(n) for n in times.dt.hour.value_counts().reindex(range(24)).fillna(0)]
        week = times.dt.day_of_week.value_counts().reindex(range(7)).fillna(0)
        shape["days"] = [round(float(n / max(1.0, week.mean())), 3) for n in week]
        self.born.say("demand.shapes.calls.*", "given", "tickets.csv")
        basis = "care_share_of_tickets"
        return len(times) / days * self.born.answer(basis), basis

    def _per_day(self, stream: str, value: float, basis: str) -> None:
        self.raw["requests"][stream]["per_day"] = round(value, 3)
        answer = self.answers[basis]
        low = high = None
        if not answer.given and answer.low is not None and answer.high is not None:
            low, high = (value * end / answer.number for end in (answer.low, answer.high))
        self.born.answers_to(f"requests.{stream}.per_day", basis, low, high)

    def _prices(self) -> None:
        services = self.raw["services"]
        priced: dict[str, str] = {}
        for name, row in services.items():
            priced |= {row["name_zh"]: name, row["name_en"]: name, name: name}
        for row in self.filled.of("prices.csv"):
            found = pick("prices.csv", row, "service", list(priced), self.faults)
            if found and "price_yuan" in row:
                services[priced[found]]["price_yuan"] = row["price_yuan"]
                self.born.say(f"services.{priced[found]}.price_yuan", "given", "prices.csv")

    def _settings(self) -> None:
        raw = self.raw
        raw["hotline"]["number"] = str(self.answers["hotline_number"].value)
        standing = "given" if self.answers["hotline_number"].given else "assumed"
        self.born.say("hotline.number", standing, questions.NAME)
        for caller, row in raw["callers"].items():
            if caller != "device":
                row["talk"]["mean_s"] = self.born.answer("talk_s")
                row["patience"]["mean_s"] = self.born.answer("patience_s")
                self.born.answers_to(f"callers.{caller}.talk.mean_s", "talk_s")
                self.born.answers_to(f"callers.{caller}.patience.mean_s", "patience_s")
        raw["hotline"]["wrap_up"]["mean_s"] = self.born.answer("wrap_up_s")
        self.born.answers_to("hotline.wrap_up.mean_s", "wrap_up_s")
        raw["travel"]["modes"]["ebike"]["kmh"] = self.born.answer("kmh")
        self.born.answers_to("travel.modes.ebike.kmh", "kmh")
        raw["calendar"].pop("mothers-day", None)

    def _count(self, by_zone: Mapping[str, Mapping[str, float]]) -> None:
        raw = self.raw
        pay = self.born.answer("caregiver_pay")
        phone = sum(r.get("per_day", 0) for r in raw["requests"].values()
                    if r["channel"] in ("phone", "button"))
        raw["operators"] = people.operators(raw, phone, self.born.answer("talk_s"),
                                            self.born.answer("wrap_up_s"))
        for row in raw["operators"].values():
            row["pay_yuan_per_month"] = self.born.answer("operator_pay")
        busiest = sum(row["count"] for row in raw["operators"].values())
        raw["hotline"]["lines"] = busiest + 4
        self.born.say("hotline.lines", "assumed", WORDS["lines"])
        raw["caregivers"] = people.caregivers(
            raw["points"], people.work_h(raw, by_zone), pay, self.born.answer("absence"),
            self.born.answer("busy_share"),
        )
        for table in ("operators", "caregivers"):
            self.born.say(f"{table}.*.count", "assumed", WORDS["counted"], 0, 1000)
            self.born.say(f"{table}.*.absence_prob", "assumed", WORDS["absence"], 0, 0.1)
        self.born.say("caregivers.*.grade", "assumed", WORDS["grade"], 1, 5)
        self.born.answers_to("operators.*.pay_yuan_per_month", "operator_pay")
        self.born.answers_to("caregivers.*.pay_yuan_per_month", "caregiver_pay")
