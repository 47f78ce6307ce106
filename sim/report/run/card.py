"""The page at the end of a run that a bureau head understands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from sim.report.run import payers, served, targets_and_costs
from sim.report.run.answers import answers
from sim.report.run.precision import precision
from sim.report.wording.readings import readings
from sim.report.wording.text import WIDTH, choose, wrap
from sim.scenario.schema import Scenario
from sim.words.glossary import Lang

MOST_CHANGES = 6
"""Changes beyond so many are only counted."""


def card(
    kpis: pd.DataFrame,
    details: Mapping[str, Any],
    scenario: Scenario,
    raw: Mapping[str, Any],
    lang: Lang,
) -> str:
    """Plain text, at most :data:`sim.report.wording.text.WIDTH` columns wide.

    ``kpis`` and ``details`` as :func:`sim.measures.summarise` gives them, ``raw`` the scenario as
    resolved, from which the standing of its figures is read; ``details`` may name the ``changes``
    made to the scenario, lines ``key: old -> new``, the rows of its ``answers``, and the
    ``precision`` that was asked for. What
    was not measured is not mentioned.
    """
    read = readings(kpis)
    about = scenario.about
    title = choose(lang, about.title_zh, about.title_en)
    question = choose(lang, about.question_zh, about.question_en)
    sections = (
        ("回答", "The answer", answers(details.get("answers", ()), scenario.answers, lang)
         if "answers" in details else []),
        ("改动", "What was changed", _changed(details.get("changes", ()), lang)),
        ("电话打得通吗", "Are people answered?", served.answered(read, scenario, lang)),
        ("服务来得及吗", "Are people reached in time?", served.reached(read, scenario, lang)),
        ("目标达到了吗", "Are the targets met?", targets_and_costs.targets(read, scenario, lang)),
        ("何时何处最差", "When and where is it worst?", served.worst(read, scenario, lang)),
        ("谁没有得到服务", "Who was not served?", served.unserved(read, lang)),
        ("人手忙不忙", "How busy are the staff?", targets_and_costs.busy(read, scenario, lang)),
        ("要花多少钱", "What does it cost?", targets_and_costs.money(read, lang)),
        ("谁来付款", "Who pays?", payers.who_pays(read, scenario, lang)),
        ("依据什么假设", "What does it rest on?", targets_and_costs.assumptions(raw, lang)),
        ("有多大把握", "How sure is it?",
         [*targets_and_costs.certainty(read, scenario, details.get("seed"), lang),
          *(precision(details["precision"], lang) if "precision" in details else ())]),
    )
    lines = [*wrap(title, indent=0), "=" * WIDTH, *wrap(question, indent=0)]
    for zh, en, body in sections:
        if body:
            lines += [choose(lang, f"【{zh}】", f"[{en}]"), *body]
    return "\n".join(lines) + "\n"


def _changed(changes: Sequence[str], lang: Lang) -> list[str]:
    """The first of the changes, each cut to what two lines hold, and how many more there are."""
    lines: list[str] = []
    for change in changes[:MOST_CHANGES]:
        short = change if len(change) <= WIDTH else change[:WIDTH] + " ..."
        lines += wrap(short, hang=2)
    if (more := len(changes) - MOST_CHANGES) > 0:
        lines += wrap(choose(lang, f"另有{more}处。", f"and {more} more"))
    return lines
