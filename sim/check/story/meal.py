"""The part of a story that happens to a meal: kitchen, meal point, round or cadre."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from sim.check.story.voice import Voice
from sim.words.kinds import Hand, RoundCause
from sim.words.state_names import label


def meal_story(voice: Voice, order: Any) -> Iterator[str]:
    """Who fills the order and how it is brought; nothing for an order that is no delivery."""
    meals = voice.facts.result.more.get("meals")
    if meals is None:
        return
    for meal in meals[meals["order"] == order.order].itertuples():
        hand = label(Hand[meal.hand.upper()], voice.lang)
        if pd.isna(meal.left):
            yield voice.say(f"  由厨房 {meal.kitchen} 供应，模拟结束后才出餐。",
                            f"  Kitchen {meal.kitchen} fills it, after the run's end.")
            return
        left = voice.at(meal.left)
        ready = left if pd.isna(meal.ready) else voice.at(meal.ready)
        yield voice.say(f"  由厨房 {meal.kitchen} 供应：{left} 出餐，{ready} 到助餐点；{hand}。",
                        f"  Kitchen {meal.kitchen} fills it: leaves at {left}, at the meal point "
                        f"at {ready}; {hand}.")
        if meal.round >= 0:
            yield from _on_round(voice, meal)


def _on_round(voice: Voice, meal: Any) -> Iterator[str]:
    rounds = voice.facts.result.more["rounds"]
    trip = next(rounds[rounds["round"] == meal.round].itertuples())
    cause = label(RoundCause[trip.cause.upper()], voice.lang)
    yield voice.say(
        f"  装入第 {meal.round} 趟，共 {trip.meals} 份，{voice.at(trip.closed)} 装好（{cause}）。",
        f"  It goes on round {meal.round}, of {trip.meals}, closed at {voice.at(trip.closed)}: "
        f"{cause}.")
    if meal.stop >= 0 and pd.notna(trip.departed):
        yield voice.say(
            f"  {voice.at(trip.departed)} {trip.caregiver} 带着这一趟出发，"
            f"这是第 {meal.stop + 1} 户，全程计划 {trip.planned_min:.0f} 分钟。",
            f"  {voice.at(trip.departed)} {trip.caregiver} leaves with the round, of which this is "
            f"door {meal.stop + 1}; planned {trip.planned_min:.0f} min in all.")


def turned_back(voice: Voice, visit: Any) -> str:
    """Why a round was never at this door."""
    return voice.say(
        f"  {voice.at(visit.turned_back)} 厨房停餐，{visit.caregiver} 折返，没有送到。",
        f"  {voice.at(visit.turned_back)} the kitchen stops and {visit.caregiver} turns back "
        "before the door.")
