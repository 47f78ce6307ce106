"""Names that one table or section uses and another must hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sim.scenario.faults import NOTHING, Words, listed, nearest, shown
from sim.scenario.findings import HEADER, Finding
from sim.scenario.judging.parts import Parts, Policies
from sim.scenario.judging.tidy import ordinary
from sim.scenario.sections.quantities import split_list
from sim.scenario.shape import OPEN_COLUMNS, Path
from sim.words.kinds import Channel

CALLING = (Channel.PHONE, Channel.BUTTON)
RESERVED = {("services", "all"), ("points", "hotline")}
"""Ids that mean something else where they would be used."""


def references(parts: Parts, policies: Policies | None) -> Iterator[Finding]:
    """Every use of a name that is not there, every name used for two things."""
    yield from _single(parts)
    yield from _lists(parts)
    yield from _organisations(parts)
    yield from _skills(parts)
    yield from _columns(parts)
    yield from _policies(parts, policies)
    yield from _clashes(parts)


def missing(
    path: Path, word: str, known: Iterable[str] | None, complete: bool = True
) -> Iterator[Finding]:
    """A finding if ``word`` is none of ``known``; nothing where what is known is unknown.

    Where ids are faulty or not ``complete``, only what resembles a known one: anything else may be
    what a faulty id was meant to be.
    """
    if known is not None and word not in known:
        choices = sorted(filter(ordinary, known))
        near = parted(word, choices) or nearest(word, choices)
        if near or (complete and len(choices) == len(set(known))):
            yield Finding(path, shown(word) if word else NOTHING, listed(choices), near)


def parted(word: str, choices: Sequence[str]) -> str:
    """Names parted by commas or blanks as ``a | b``, where each is or resembles a known one."""
    words = [nearest(part, choices) for part in re.split(r"[\s,;/]+", word) if part]
    return " | ".join(words) if len(words) > 1 and all(words) else ""


def _single(parts: Parts) -> Iterator[Finding]:
    for table, column, names in (
        ("points", "zone", "zones"),
        ("caregivers", "point", "points"),
        ("caregivers", "mode", "modes"),
        ("kitchens", "point", "points"),
        ("kitchens", "mode", "modes"),
        ("requests", "service", "services"),
        ("plans", "service", "services"),
        ("plans", "group", "groups"),
        ("plans", "point", "points"),
        ("requests", "group", "groups"),
        ("requests", "shape", "shapes"),
        ("requests", "busy_group", "busy_groups"),
    ):
        for row_id, row in parts.clean.get(table, {}).items():
            word = str(row.get(column, ""))
            may_be_empty = column in ("shape", "busy_group") or (table, column) == (
                "kitchens", "mode")
            if word or (column in row and not may_be_empty):
                known, complete = parts.names[names], parts.complete(names)
                yield from missing((table, row_id, column), word, known, complete)
    chasing = parts.sections.get("chasing")
    if chasing and (chasing.prob > 0 or chasing.caller):
        yield from missing(("chasing", "caller"), chasing.caller, parts.names["callers"])


def _lists(parts: Parts) -> Iterator[Finding]:
    for table, column, names in (
        ("caregivers", "shifts", "shifts"),
        ("caregivers", "services", "services"),
        ("caregivers", "zones", "zones"),
        ("operators", "shifts", "shifts"),
        ("experts", "shifts", "shifts"),
        ("points", "services", "services"),
        ("kitchens", "meal_points", "points"),
        ("kitchens", "services", "services"),
        ("requests", "zones", "zones"),
        ("organisations", "zones", "zones"),
        ("organisations", "services", "services"),
        ("calendar", "streams", "requests"),
        ("funds", "services", "services"),
        ("funds", "groups", "groups"),
    ):
        known = parts.names[names]
        if table == "points" and column == "services" and known is not None:
            known = known | {"all"}
        for row_id, row in parts.clean.get(table, {}).items():
            for word in dict.fromkeys(split_list(row.get(column))):
                yield from missing((table, row_id, column), word, known, parts.complete(names))


def _organisations(parts: Parts) -> Iterator[Finding]:
    """Where ``organisations.csv`` lists them, every organisation that a point names is there."""
    known = parts.names["organisations"]
    for row_id, row in parts.clean.get("points", {}).items() if known else ():
        if word := str(row.get("organisation", "")):
            where = ("points", row_id, "organisation")
            yield from missing(where, word, known, parts.complete("organisations"))


def _skills(parts: Parts) -> Iterator[Finding]:
    """Skills are words of the planner's own; two with a comma between them would be one."""
    for table in ("caregivers", "operators", "experts"):
        for row_id, row in parts.clean.get(table, {}).items():
            skills = split_list(row.get("skills"))
            if not all(map(ordinary, skills)):
                written = " | ".join(skills)
                near = re.sub(r"\s*[,;/]\s*", " | ", written)
                yield Finding(
                    (table, row_id, "skills"),
                    shown(written),
                    Words(
                        "words without blanks or commas, separated by |",
                        "不含空格和逗号的词，用 | 隔开",
                    ),
                    near if near != written else "",
                )


def _columns(parts: Parts) -> Iterator[Finding]:
    """``pop_<group>``, ``share_<caller>`` and ``yuan_<service>`` columns, each once."""
    for table, stem in (("zones", "pop"), ("requests", "share"), ("organisations", "yuan")):
        section = OPEN_COLUMNS[stem]
        rows = parts.clean.get(table, {}).values()
        used = dict.fromkeys(
            column.removeprefix(f"{stem}_")
            for row in rows
            for column in row
            if column.startswith(f"{stem}_")
        )
        known = parts.names[section]
        if known is None:
            continue
        for key in used:
            if key not in known:
                near = nearest(key, sorted(known))
                yield Finding(
                    (table, HEADER, f"{stem}_{key}"),
                    shown(f"{stem}_{key}"),
                    listed([f"{stem}_{name}" for name in sorted(known)]),
                    f"{stem}_{near}" if near else "",
                )


def _policies(parts: Parts, policies: Policies | None) -> Iterator[Finding]:
    dispatch = parts.sections.get("dispatch")
    if policies is None or dispatch is None or dispatch.module:
        return
    for kind, names in policies.items():
        yield from missing(("dispatch", kind), getattr(dispatch, kind), sorted(names))


def _clashes(parts: Parts) -> Iterator[Finding]:
    for table, name in RESERVED:
        if name in parts.rows[table]:
            allowed = Words("any other id", "别的 id")
            yield Finding((table, name, "id"), shown(name), allowed)
    for name in sorted(set(parts.rows["plans"]) & set(parts.rows["requests"])):
        allowed = Words("an id that requests.csv does not use", "requests.csv 里没有的 id")
        yield Finding(("plans", name, "id"), shown(name), allowed)
    nobody: frozenset[str] = frozenset()
    both = (parts.names["operators"] or nobody) & (parts.names["caregivers"] or nobody)
    for name in sorted(both):
        allowed = Words("an id that operators.csv does not use", "operators.csv 里没有的 id")
        yield Finding(("caregivers", name, "id"), shown(name), allowed)
    others = (parts.names["operators"] or nobody) | (parts.names["caregivers"] or nobody)
    for name in sorted((parts.names["experts"] or nobody) & others):
        allowed = Words("an id that no other staff has", "其他人员表里没有的 id")
        yield Finding(("experts", name, "id"), shown(name), allowed)


def matrix(parts: Parts) -> Iterator[Finding]:
    """A travel matrix needs every pair of zones and points, and nothing else."""
    travel = parts.sections.get("travel")
    zones, points = parts.names["zones"], parts.names["points"]
    if travel is None or not travel.minutes or zones is None or points is None:
        return
    for name in sorted(zones & points):
        allowed = Words("with a matrix, an id that no zone has", "用路程表时，与镇街 id 不同的 id")
        yield Finding(("points", name, "id"), shown(name), allowed)
    places = zones | points
    strangers = {
        *travel.minutes,
        *(end for ends in travel.minutes.values() for end in ends),
    } - places
    for start, ends in travel.minutes.items():
        if start not in places:
            yield from missing(
                ("travel", "minutes", start, next(iter(ends), ""), "from"), start, places
            )
        for end in ends:
            if end not in places:
                yield from missing(("travel", "minutes", start, end, "to"), end, places)
    if strangers or not parts.whole("travel", "zones", "points"):
        return
    gaps = [
        (a, b) for a in sorted(places) for b in sorted(places) if b not in travel.minutes.get(a, {})
    ]
    if gaps:
        (a, b), more = gaps[0], len(gaps) - 1
        en, zh = f'no minutes from "{a}" to "{b}"', f"“{a}”到“{b}”没有分钟数"
        if more:
            en, zh = f"{en} and for {more} more pairs", f"{zh}，另有 {more} 对"
        yield Finding(
            ("travel", "matrix"),
            Words(en, zh),
            Words(
                "minutes for every pair of zones and points, also from a place to itself",
                "镇街和站点两两之间（包括自身）都有分钟数",
            ),
        )


def streams(parts: Parts) -> Iterator[Finding]:
    """What a stream of requests needs of its own row and of its service."""
    for row_id, stream in parts.rows["requests"].items():
        silent = stream.channel in CALLING and not any(stream.share.values())
        if silent and parts.headed("requests"):
            yield Finding(
                ("requests", row_id),
                Words("no share_ column above 0", "share_ 列都不大于 0"),
                Words(
                    f"a {stream.channel} stream says who rings: share_<caller> above 0",
                    "写明谁来电：某个 share_ 列大于 0",
                ),
            )
        service: Any = parts.rows["services"].get(stream.service)
        if service is not None and stream.lead is not None and service.window_min is None:
            yield Finding(
                ("services", stream.service, "window_min"),
                NOTHING,
                Words(
                    f'minutes, because stream "{row_id}" books this service',
                    f"分钟数，因为需求“{row_id}”要预约这项服务",
                ),
            )
