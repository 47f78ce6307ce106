"""Pages for people: words, text in columns, the card, the page of a scenario and its loads."""

from __future__ import annotations

import enum
import math
from pathlib import Path
from typing import Any, get_args

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from sample_kpis import ZONES, frame, hourly, row
from scenario_kit import build, raw_small, small

from sim.measures.catalogue import CATALOGUE
from sim.report.run.card import card
from sim.report.run.served import waits
from sim.report.run.targets_and_costs import widest_assumed
from sim.report.scenario.loads import hotline_load, point_load, staff
from sim.report.scenario.show import show
from sim.report.wording.readings import Reading, Readings, duration
from sim.report.wording.text import WIDTH, pad, share, table, wrap
from sim.scenario.load import resolve
from sim.scenario.sources import Figure, figures
from sim.words import kinds
from sim.words.glossary import LANGS, TERMS, Lang, term
from sim.words.state_names import label

ENUMS = [
    kind for kind in vars(kinds).values()
    if isinstance(kind, type) and issubclass(kind, enum.Enum) and kind.__module__ == kinds.__name__
]
both = pytest.mark.parametrize("lang", LANGS)


def chinese(text: str) -> bool:
    return any("\u4e00" <= char <= "\u9fff" for char in text)


class TestWords:
    @pytest.mark.parametrize("kind", ENUMS)
    def test_every_member_has_two_different_names(self, kind: type[enum.Enum]) -> None:
        for member in kind:
            zh, en = label(member, "zh"), label(member, "en")
            assert zh, member
            assert chinese(zh) or zh.isdigit(), member
            assert en.isascii(), member
        assert len({label(member, "zh") for member in kind}) == len(kind)
        assert len({label(member, "en") for member in kind}) == len(kind)

    def test_a_new_closed_list_would_be_noticed(self) -> None:
        assert {kind.__name__ for kind in ENUMS} >= {"CallKind", "OrderState", "StaffState"}

    def test_members_of_equal_value_keep_their_own_names(self) -> None:
        assert kinds.CallKind.FIRST == kinds.CallOutcome.ANSWERED
        assert label(kinds.CallKind.FIRST, "zh") != label(kinds.CallOutcome.ANSWERED, "zh")

    def test_terms_are_complete_in_both_languages(self) -> None:
        for key, each in TERMS.items():
            assert chinese(each.zh + each.meaning_zh), key
            assert each.en, key
            assert each.meaning_en.isascii(), key
        assert term("abandonment", "zh") == "放弃"
        assert set(get_args(Lang)) == set(LANGS)


class TestText:
    @given(st.text(alphabet="字a 1", max_size=200), st.integers(20, 60))
    def test_wrapping_loses_nothing_and_breaks_wherever_it_can(self, text: str, width: int) -> None:
        lines = wrap(text, indent=2, width=width)
        assert "".join("".join(lines).split()) == "".join(text.split())
        for line in lines:
            assert cell_len(line) <= width or set(line.strip()) <= set("a1")

    def test_no_line_begins_with_a_stop_or_ends_with_an_open_bracket(self) -> None:
        lines = wrap("字" * 10 + "，" + "字" * 9 + "（" + "字" * 9 + "）。", indent=0, width=20)
        assert not any(line.lstrip()[0] in "，。）" for line in lines)
        assert not any(line[-1] == "（" for line in lines)

    def test_columns_line_up_over_wide_characters(self) -> None:
        lines = table([["热线", "12"], ["a", "3"]], align="<>", indent=0)
        assert lines == ["热线  12", "a      3"]
        assert cell_len(pad("热", 5)) == 5
        assert pad("热", 4, right=True) == "  热"
        assert table([]) == []

    @pytest.mark.parametrize(("value", "text"), [
        (0.934, "93.4"), (0.93, "93"), (1.0, "100"), (0.0, "0"), (0.9996, "99.96"),
        (0.0004, "0.04"), (0.9999999, ">99.999"), (1e-9, "<0.001"),
    ])
    def test_a_share_is_never_rounded_to_all_or_nothing(self, value: float, text: str) -> None:
        assert share(value) == text

    @pytest.mark.parametrize(("minutes", "zh", "en"), [
        (0.8, "48秒", "48 seconds"), (1 / 60, "1秒", "1 second"), (74.3, "74分钟", "74 minutes"),
        (312, "5.2小时", "5.2 hours"), (5904, "4.1天", "4.1 days"), (0, "0秒", "0 seconds"),
    ])
    def test_lengths_of_time_are_said_in_the_unit_people_use(
        self, minutes: float, zh: str, en: str
    ) -> None:
        assert (duration(minutes, "zh"), duration(minutes, "en")) == (zh, en)


def rows() -> list[dict[str, Any]]:
    """A whole county's measures, made up."""
    found = [
        *hourly(),
        row("connection_rate", 0.967, 0.008, target=0.95, p_meet=0.9),
        row("service_level", 0.93, 0.01, target=0.8, p_meet=1),
        row("abandonment", 0.07, 0.008, target=0.05, p_meet=0),
        row("reached_rate", 0.992, 0.002),
        row("wait_all_p50_s", 0, 0),
        row("wait_all_p90_s", 20, 2),
        row("wait_all_p95_s", 48, 5),
        row("on_time", 0.93, 0.01, target=0.9, p_meet=0.9),
        row("on_time_request", 0.905, 0.012, target=0.9, p_meet=0.6),
        row("response_p50_min", 31, 2),
        row("response_p90_min", 62, 3),
        row("response_p95_min", 74.3, 4),
        row("completion_rate", 0.962),
        row("cancel_rate", 0.02),
        row("no_show_rate", 1 / 111),
        row("utilisation", 0.2, 0.01, target=0.85, p_meet=0),
        row("occupancy", 0.22, 0.01),
        row("caregiver_utilisation", 0.63, 0.01),
        row("caregiver_utilisation", 0.91, 0.01, group="point=station"),
        row("visits_per_caregiver_day", 5.2),
        row("cost_per_year_yuan", 3_104_000),
        row("cost_pay_yuan", 3_083_000),
        row("cost_travel_yuan", 21_000),
        row("cost_overtime_yuan", 0),
        row("cost_per_completed_yuan", 171.2),
        row("nominal_coverage", 0.81, 0),
        row("effective_coverage", 0.52, 0.01),
        row("on_time_request", 0.905, group="service=help"),
    ]
    for zone, value in zip(ZONES["zone"], (0.95, 0.9, 0.85, 0.8, 0.93, 0.7, 0.99), strict=True):
        found.append(row("on_time_request", value, group=f"zone={zone}"))
    return found


def page(lang: Lang, found: list[dict[str, Any]] | None = None, **changes: Any) -> str:
    raw = raw_small()
    table = frame(rows() if found is None else found)
    return card(table, {"seed": 7}, build(raw, **changes), raw, lang)


def flat(text: str) -> str:
    """A page as one line, so that a sentence is found wherever it was broken."""
    return " ".join(text.split())


def close(text: str) -> str:
    return "".join(text.split())


def test_nobody_waits_over_no_seconds() -> None:
    nan = float("nan")
    rows = {
        (name, "all"): Reading(name, 0.0, 0.0, 0.0, 5, nan, nan)
        for name in ("wait_p50_s", "wait_p95_s")
    }
    said = {lang: waits(Readings(rows), "wait", "s", "all", lang, True) for lang in LANGS}
    assert said == {
        "en": "Callers: more than half do not wait; fewer than one in twenty wait.",
        "zh": "来电人：一半以上不用等，每20位里要等的不到1位。",
    }


class TestCard:
    @both
    def test_fits_a_page(self, lang: Lang) -> None:
        lines = page(lang).splitlines()
        assert max(map(cell_len, lines)) <= WIDTH
        assert len(lines) <= 60

    def test_says_shares_and_quantiles_in_words(self) -> None:
        text = flat(page("en"))
        for sentence in (
            "Of 100 calls, 96.7 (95.9-97.5) are answered.",
            "Of 100 calls answered or given up, 93 (92-94) are answered within 15 s.",
            "more than half do not wait; one in twenty waits over 48 seconds (43-53)",
            "Of 100 requests for a visit, 90.5 (89.3-91.7) are served on time",
            "half wait under 31 minutes; one in twenty waits over 74 minutes (70-78)",
            "Of 1,000 callers, 8 never got through",
            "310 ten thousand yuan a year (pay 308, travel 2.1).",
            "171 yuan for each completed order.",
            "20 replications of 2 days, seed 7.",
        ):
            assert sentence in text
        text = close(page("zh"))
        for sentence in (
            "每100次来电，接通96.7（95.9-97.5）次。",
            "每100次接通或放弃的来电，93（92-94）次在15秒内接通。",
            "一半在31分钟内等到，每20位有1位要等74分钟以上（70-78）。",
            "每1000位来电人，8位始终没打通",
            "每年310万元（工资社保308，交通2.1）。",
            "模拟20次，每次统计2天，种子7。",
        ):
            assert sentence in text

    def test_orders_that_were_not_served_add_up(self) -> None:
        # Of 1,000 orders 962 are done and 1 in 111 of the doors knocked at stays shut: 962 / 110.
        assert "962 completed, 20 cancelled, 9 nobody home, 9 unfinished" in flat(page("en"))

    def test_marks_targets_by_direction_and_counts_replications(self) -> None:
        lines = {line.split("  ")[2].strip(): line for line in page("en").splitlines()
                 if line.startswith("    ") and "%" in line and "/20" in line}
        assert lines["connection rate"].split()[-2:] == ["met", "18/20"]
        assert lines["abandonment"].split()[-2:] == ["MISSED", "0/20"]
        assert lines["requests served on time"].split()[-2:] == ["met?", "12/20"]
        assert lines["operators' paid time used"].split()[-3:] == ["TOO", "LOW", "0/20"]
        assert "Of 6 targets 2 are missed." in page("en")

    def test_names_the_worst_hours_zones_and_services(self) -> None:
        text = flat(page("en"))
        assert "Hours (answered within 15 s): 10:00-11:00 81.1%" in text
        assert "guangchuan 80%" in text
        assert "Services (on time): Home help 90.5%" in text

    def test_hours_with_hardly_a_call_are_not_the_worst(self) -> None:
        quiet = [*rows(), row("service_level", 0.0, group="hour=3"),
                 row("offered_per_day", 0.01, group="hour=3")]
        assert "03:00" not in page("en", quiet)

    def test_says_how_busy_each_point_is(self) -> None:
        assert "Station" in page("en")
        assert "91%  strained" in page("en") or "strained (1): Station 91%" in page("en")
        assert "清闲" in page("zh")

    def test_counts_where_the_figures_come_from(self) -> None:
        count = len(figures(raw_small()))
        assert f"{count} figures: {count} without a source." in page("en")

    @both
    def test_what_was_changed_is_said_first_and_not_at_length(self, lang: Lang) -> None:
        raw = raw_small()
        changes = [f"hotline.lines: {n} -> {n + 1}" for n in range(8)]
        text = card(frame(rows()), {"changes": changes}, build(raw), raw, lang)
        _, listed, *_ = text.split("【" if lang == "zh" else "[")
        assert listed.splitlines()[1:] == [
            *(f"  {change}" for change in changes[:6]),
            "  另有2处。" if lang == "zh" else "  and 2 more"]
        assert "hotline.lines" not in page(lang)
        long = card(frame(rows()), {"changes": ["a: " + "1 | " * 99]}, build(raw), raw, lang)
        assert max(map(cell_len, long.splitlines())) <= WIDTH

    def test_classes_of_bookings_are_named_beside_the_others(self) -> None:
        found = [*rows(), row("response_p50_min", 20, group="class=9")]
        booked = {"requests.calls.lead_dist": "constant", "requests.calls.lead_value_h": 4,
                  "requests.calls.slots": "10:00", "services.help.window_min": 120}
        assert "bookings" not in page("en", found)
        rank = build(raw_small()).services[0].priority
        assert f"- Class {rank}: bookings" in page("en", found, **booked)
        assert f"- {rank}级是预约" in page("zh", found, **booked)

    def test_the_least_known_figures_have_units_and_names(self) -> None:
        raw = raw_small() | {"sources": {"callers.*.talk.*": {
            "standing": "assumed", "source": "nobody knows", "low": 30, "high": 900}}}
        en, zh = (card(frame(rows()), {}, build(raw_small()), raw, lang) for lang in ("en", "zh"))
        assert "callers.client.talk.mean_s (Client) 180 seconds (30-900)." in flat(en)
        assert "callers.client.talk.mean_s（本人）180秒(30-900)。" in close(zh)

    @both
    def test_one_replication_has_no_interval_and_says_so(self, lang: Lang) -> None:
        single = [row(r["measure"], r["mean"], group=r["group"], n=1, target=r["target"],
                      p_meet=1.0) for r in rows()]
        text = page(lang, single)
        assert "--replications" in text
        assert "96.7 are" in flat(text) or "接通96.7次" in close(text)

    def test_those_who_are_never_reached_are_said_to_be(self) -> None:
        found = [r for r in rows() if r["measure"] != "response_p95_min"]
        found.append(row("response_p95_min", math.inf))
        text = flat(page("en", found))
        assert "one in ten waits over 62 minutes (59-65); more than one in twenty were" in text
        found = [row(f"response_p{p}_min", math.inf) for p in (50, 90, 95)]
        assert "more than half were never reached" in flat(page("en", found))
        assert "inf" not in page("en", found)

    def test_an_interval_without_an_upper_end(self) -> None:
        tail = row("response_p95_min", 74.3, 4)
        tail["ci_high"] = math.inf
        assert "74 minutes (70 to never)" in flat(page("en", [tail]))
        assert "74分钟以上（70至始终没等到）" in close(page("zh", [tail]))

    @both
    def test_nothing_measured_gives_a_page_without_numbers(self, lang: Lang) -> None:
        empty = pd.DataFrame(columns=list(frame(rows()).columns))
        text = card(empty, {}, build(raw_small()), raw_small(), lang)
        assert "nan" not in text

    @settings(max_examples=40, deadline=None)
    @given(data=st.data())
    def test_any_measures_may_be_missing(self, data: st.DataObject) -> None:
        whole = rows()
        kept = data.draw(st.lists(st.sampled_from(range(len(whole))), unique=True))
        lang: Lang = data.draw(st.sampled_from(LANGS))
        text = page(lang, [whole[n] for n in sorted(kept)] or [row("blocking", 0.0)])
        assert max(map(cell_len, text.splitlines())) <= WIDTH
        assert "nan" not in text

    def test_every_measure_it_reads_is_in_the_catalogue(self) -> None:
        assert {r["measure"] for r in rows()} <= set(CATALOGUE)

    def test_the_widest_assumptions_come_first_and_decisions_not_at_all(self) -> None:
        found = [
            Figure("hotline.wrap_up.mean_s", 60, "assumed", "a", 30, 120),
            Figure("demand.growth", 1, "assumed", "b", 0.9, 1.1),
            Figure("callers.client.talk.mean_s", 180, "assumed", "c", 60, 600),
            Figure("callers.relative.talk.mean_s", 180, "assumed", "c", 60, 600),
            Figure("caregivers.team.count", 2, "assumed", "d", 1, 100),
            Figure("travel.modes.ebike.kmh", 12, "cited", "e", 1, 100),
        ]
        assert [figure.path for figure in widest_assumed(found)] == [
            "callers.client.talk.mean_s", "hotline.wrap_up.mean_s", "demand.growth"]


class TestLoads:
    def test_offered_load_of_the_hotline_by_hand(self) -> None:
        county = build(raw_small(), **{
            "hotline.wrap_up": {"dist": "constant", "value_s": 60},
            "hotline.open": "08:00-20:30",
            "demand.shapes": {"office": {"hours": [0] * 8 + [3] + [1] * 9 + [0] * 6}},
            "requests.calls.shape": "office",
            "operators.desk.count": 3,
            "shifts.round": {"start": "08:00", "end": "12:30"},
        })
        load = hotline_load(county).set_index("hour")
        # 24 calls a day in proportion 3 : 1 x 9; 240 s of work each.
        assert load["calls"][8] == pytest.approx(6)
        assert load["calls"][17] == pytest.approx(2)
        assert load["calls"][18] == 0
        assert load["erlangs"][8] == pytest.approx(6 * 240 / 3600)
        assert list(load["operators"][[7, 8, 11, 12, 13]]) == [0, 3, 3, 1.5, 0]
        assert list(load["open"][[7, 8, 19, 20, 21]]) == [0, 1, 1, 0.5, 0]

    def test_a_false_press_takes_the_verifying_talk(self) -> None:
        county = build(raw_small(), **{
            "requests.calls.channel": "button", "requests.calls.false_prob": 0.75,
            "hotline.verify_talk": {"dist": "constant", "value_s": 20},
        })
        load = hotline_load(county)
        assert load["erlangs"].sum() == pytest.approx(24 * (0.25 * 180 + 0.75 * 20) / 3600)
        assert point_load(county)["visits"].sum() == pytest.approx(24 * 0.25)

    def test_portal_and_plan_need_no_operator(self) -> None:
        county = build(raw_small(), **{"requests.calls.channel": "portal"})
        assert hotline_load(county)["calls"].sum() == 0
        assert point_load(county)["visits"].sum() == pytest.approx(24)

    def test_two_points_on_either_side_share_a_zone_evenly(self) -> None:
        east = {**raw_small()["points"]["station"], "lon": 116.31}
        west = {**east, "lon": 116.29}
        county = build(raw_small(), **{
            "points": {"east": east, "west": west},
            "caregivers.team.point": "east",
            "services.help.crew": 2,
            "shifts.round": {"start": "08:00", "end": "18:00", "days": "Mon", "breaks":
                             "12:00-13:00/30"},
        })
        load = point_load(county).set_index("point")
        assert load["visits"]["east"] == pytest.approx(12)
        assert load["visits"]["west"] == pytest.approx(12)
        assert load["visit_hours"]["east"] == pytest.approx(12 * 2 * 0.5)
        # Two people, one of the two counted days, nine and a half hours.
        assert load["rostered_hours"]["east"] == pytest.approx(2 * 9.5 / 2)
        assert math.isnan(load["ratio"]["west"])
        assert load["visits"][""] == 0

    def test_travel_is_the_mean_way_out(self) -> None:
        county = build(raw_small(), **{
            "zones.town.area_km2": 0.0001, "points.station.lat": 37.45 + 6 / 111.195,
            "travel.access_min": 3, "travel.detour": 1.5,
        })
        load = point_load(county)
        # 6 km straight, 9 km by road at 12 km/h, and 3 minutes at the door.
        assert load["travel_hours"][0] == pytest.approx(24 * 48 / 60, rel=1e-3)

    def test_homes_beyond_the_longest_trip_belong_to_nobody(self) -> None:
        county = build(raw_small(), **{
            "points.station.lat": 37.95, "dispatch.max_travel_min": 30})
        load = point_load(county).set_index("point")
        assert load["visits"]["station"] == 0
        assert load["visits"][""] == pytest.approx(24)

    def test_staff_hours_of_a_week(self) -> None:
        county = build(raw_small(), **{
            "shifts.night": {"start": "22:00", "end": "06:00", "days": "Mon-Wed"},
            "operators.desk.shifts": "night",
        })
        groups = staff(county).set_index("id")
        assert groups["hours_per_week"]["desk"] == 24
        assert groups["hours_per_week"]["team"] == 168


class TestShow:
    @both
    def test_shows_every_figure_the_changes_and_the_loads(self, lang: Lang, tmp_path: Path) -> None:
        resolved = resolve(str(small(tmp_path)), ["hotline.lines=6"])
        text = show(resolved, lang)
        for figure in figures(resolved.raw):
            assert f"  {figure.path} " in text
        assert "hotline.lines: 100 -> 6" in text
        assert ("每天来电24次" if lang == "zh" else "24 calls a day") in close(text) + text
        assert ("城关站" if lang == "zh" else "Station") in text

    @both
    def test_short_names_fit_a_page_but_for_the_sources(self, lang: Lang, tmp_path: Path) -> None:
        text = show(resolve(str(small(tmp_path))), lang)
        last = "【每个数的来源】" if lang == "zh" else "[Every number and its source]"
        head, _ = text.split(last)
        assert max(map(cell_len, head.splitlines())) <= WIDTH

    def test_a_source_is_shown_with_its_range(self, tmp_path: Path) -> None:
        folder = small(tmp_path, sources={
            "hotline.lines": {
                "standing": "assumed", "source": "nobody knows", "low": 4, "high": 900},
            "callers.*.talk.*": {"standing": "cited", "source": "a yearbook"},
        })
        text = show(resolve(str(folder)), "en")
        assert ["hotline.lines", "100", "assumed", "4-900", "nobody", "knows"] in [
            line.split() for line in text.splitlines()]
        assert "1 cited, 1 assumed" in flat(text)

    def test_what_is_written_in_code_is_said_in_words(self, tmp_path: Path) -> None:
        folder = small(tmp_path, **{"hotline.open": "always"}, sources={
            "hotline.lines": {"standing": "given", "source": "some-plan"},
            "callers.*.talk.*": {"standing": "cited", "source": "yearbook"},
        })
        zh, en = (show(resolve(str(folder)), lang) for lang in ("zh", "en"))
        assert "：全天，" in zh
        assert ": always open, " in en
        assert "  给定：some-plan" in zh
        assert "  given: some-plan" in en
        assert "given: yearbook" not in en

    def test_long_lists_get_lines_of_their_own(self, tmp_path: Path) -> None:
        hours = [1.5] * 24
        folder = small(tmp_path, **{"demand.shapes": {"office": {"hours": hours}},
                                    "requests.calls.shape": "office"})
        lines = show(resolve(str(folder)), "en").splitlines()
        start = next(n for n, line in enumerate(lines) if "demand.shapes.office.hours" in line)
        assert "(24, below)" in lines[start]
        listed = " ".join(line.strip() for line in lines[start + 1:start + 3])
        assert listed.split(" | ")[:3] == ["1.5"] * 3
