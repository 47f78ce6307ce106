"""What was asked of a run's precision, and whether it was reached."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.report.wording.sizes import apart, named
from sim.report.wording.text import choose, wrap
from sim.words.glossary import Lang


def precision(asked: Mapping[str, Any], lang: Lang) -> list[str]:
    """A paragraph; ``asked`` as ``details["precision"]`` has it."""
    comma = choose(lang, "，", ", ")
    wanted = comma.join(
        choose(lang, "{}不超过{}", "{} within {}").format(
            named(goal["measure"], goal["group"], lang), _asked(goal, lang))
        for goal in asked["goals"])
    said = choose(
        lang, f"要求95%区间半宽：{wanted}。", f"Half-widths asked of 95% intervals: {wanted}.")
    done, since = asked["replications"], asked["since"]
    if since is not None:
        return wrap(said + choose(
            lang, f"{since}次时达到，又算{done - since}次仍然达到，共{done}次。",
            f" Reached with {since} replications and still so over {done - since} more, {done} in "
            "all."))
    missed = comma.join(
        f"{named(goal['measure'], goal['group'], lang)} {_found(goal, lang)}"
        for goal in asked["goals"] if not goal["inside"])
    if missed:
        return wrap(said + choose(
            lang, f"算满{done}次（上限）仍未达到：{missed}。",
            f" NOT REACHED with {done} replications, the maximum: {missed}."))
    return wrap(said + choose(
        lang, f"算到{done}次（上限）时达到，但还没来得及确认能保持。",
        f" Reached with {done} replications, the maximum, but too late to see whether it lasts."))


def _asked(goal: Mapping[str, Any], lang: Lang) -> str:
    if goal["relative"]:
        return choose(lang, "其值的{:g}%", "{:g}% of its value").format(100 * goal["asked"])
    return apart(goal["asked"], goal["measure"], lang)


def _found(goal: Mapping[str, Any], lang: Lang) -> str:
    if goal["half_width"] is None:
        return choose(lang, "没有区间", "no interval")
    return "±" + apart(goal["half_width"], goal["measure"], lang)
