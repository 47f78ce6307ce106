"""Dispatch rules in words."""

from __future__ import annotations

from sim.report.wording.text import choose
from sim.scenario.sections.dispatching import Dispatch
from sim.words.glossary import Lang

_POINT = {
    "nearest": ("派给最近的站点", "the nearest point"),
    "own_town": ("先派本镇街的站点", "the client's own town first"),
    "nearest_free": ("派给最近的、有人空着的站点", "the nearest point with somebody free"),
    "least_delay": ("派给预计最快到的站点", "the point expected to be there first"),
    "score": ("按分数派站点", "the point with the best score"),
}
_ORDER = {
    "priority": ("先急后缓", "most urgent first"),
    "fcfs": ("先来先办", "first come, first served"),
    "earliest_due": ("先办快到时限的", "what is due first"),
    "nearest": ("先办近的", "what is near first"),
    "score": ("按分数排先后", "by score"),
}
_CAREGIVER = {
    "nearest": ("派最近的人", "the nearest caregiver"),
    "longest_idle": ("派歇得最久的人", "the caregiver idle longest"),
    "least_busy": ("派当天干得最少的人", "the caregiver who has done least"),
    "least_skilled": ("派技能够用的人", "the caregiver with just enough skills"),
}


def in_words(rules: Dispatch, lang: Lang) -> str:
    """``the nearest point, most urgent first, the nearest caregiver``; rules of the county's own by
    their names."""
    chosen = (
        (_POINT, rules.choose_point), (_ORDER, rules.choose_order),
        (_CAREGIVER, rules.choose_caregiver))
    return choose(lang, "，", ", ").join(
        choose(lang, *known.get(name, (name, name))) for known, name in chosen)
